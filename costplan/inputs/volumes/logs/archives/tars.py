"""The layout of a tar archive: a header of 512 bytes before each member, and blocks of zeros at the end.

The standard library ends at a damaged header as if it were the end of the archive; here that is told.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from costplan.inputs.volumes.logs.archives.members import (
    COPY_AGAIN,
    Break,
    BrokenArchiveError,
    Member,
    plain_name,
    too_large,
)
from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES

BLOCK = 512
_ZEROS = bytes(BLOCK)

_FILES = (b"0", b"\0", b"7")
_FOLDERS = (b"5", b"D")
# Links, devices and folders: what their headers give as a size is not in the archive.
_WITHOUT_BYTES = (b"1", b"2", b"3", b"4", b"5", b"6")
_LONG_NAME, _LONG_LINK, _SPARSE = b"L", b"K", b"S"
_ATTRIBUTES, _COMMON_ATTRIBUTES = (b"x", b"X"), b"g"
_LONGEST_EXTENSION = 2**20
_ATTRIBUTE = re.compile(rb"(\d{1,9}) ([^=]+)=")


class _Header(NamedTuple):
    """What stands before a member: where its bytes start, and where the next header does."""

    member: Member
    start: int
    end: int
    is_folder: bool


class Tar:
    """The members of a tar archive; GNU's and POSIX's long names are understood."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._bytes = file.seek(0, 2)

    def members(self) -> Iterator[Member]:
        """Yield the members in the order of the archive."""
        at = 0
        while True:
            try:
                header = self._header(at)
            except BrokenArchiveError as error:
                raise BrokenArchiveError(error.broken._replace(lost_bytes=self._bytes - at)) from None
            if header is None:
                return
            if not header.is_folder:
                yield header.member
            at = header.end

    def member_at(self, position: int) -> Member:
        """Return the member whose headers begin at *position*."""
        return self._known_header(position).member

    def read(self, position: int) -> bytes:
        """Return the bytes of the member whose headers begin at *position*."""
        header = self._known_header(position)
        if header.member.size > MAX_RAW_BYTES:
            raise too_large()
        return self._read(header.start, header.member.size)

    def _known_header(self, position: int) -> _Header:
        header = self._header(position)
        if header is None:
            raise _corrupt()
        return header

    def _header(self, position: int) -> _Header | None:
        """Return the header of the member that begins at *position*; ``None`` at the end of the archive."""
        at, attributes = position, dict[bytes, bytes]()
        while True:
            block = self._block(at)
            if block == _ZEROS and at == position:
                return None
            if not is_tar_header(block):
                raise _corrupt()
            kind, size, start = block[156:157], _number(block[124:136]), at + BLOCK
            at = start + -(-size // BLOCK) * BLOCK
            if kind in (_LONG_NAME, *_ATTRIBUTES):
                attributes.update(_extension(kind, self._extension(start, size)))
            elif kind not in (_LONG_LINK, _COMMON_ATTRIBUTES):
                break
        if kind == _SPARSE:
            start = self._after_sparse_map(block, start)
        size = _decimal(attributes.get(b"size"), size)
        held = 0 if kind in _WITHOUT_BYTES else size
        end = start + -(-held // BLOCK) * BLOCK
        if start + held > self._bytes:
            raise _cut_off()
        name = attributes.get(b"path") or _name_in(block)
        is_folder = kind in _FOLDERS or name.endswith(b"/")
        plain = plain_name(name.decode("utf-8", "backslashreplace"))
        return _Header(Member(plain, size, size, position, kind in _FILES), start, end, is_folder)

    def _extension(self, start: int, size: int) -> bytes:
        if size > _LONGEST_EXTENSION:
            raise _corrupt()
        text = self._read(start, size)
        if len(text) < size:
            raise _cut_off()
        return text

    def _after_sparse_map(self, block: bytes, start: int) -> int:
        """Return where the bytes of a sparse file begin: after the rest of its map, if that goes on."""
        goes_on = block[482]
        while goes_on:
            goes_on = self._block(start)[504]
            start += BLOCK
        return start

    def _block(self, at: int) -> bytes:
        block = self._read(at, BLOCK)
        if len(block) < BLOCK:
            # Every program writes at least one block of zeros at the end, so something is missing.
            raise _cut_off()
        return block

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)


def is_tar_header(block: bytes) -> bool:
    """Whether a block carries the checksum of a tar header."""
    if len(block) < BLOCK or not block[0]:
        return False
    try:
        checksum = int(block[148:156].strip(b" \0") or b"0", 8)
    except ValueError:
        return False
    # The field itself counts as eight spaces.
    return checksum == sum(block[:148]) + 8 * 0x20 + sum(block[156:BLOCK])


def _number(field: bytes) -> int:
    if field[0] == 0x80:
        # Too large for octal digits: the bytes of the number itself.
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise _corrupt() from None


def _name_in(block: bytes) -> bytes:
    name, prefix = (field.split(b"\0", 1)[0] for field in (block[:100], block[345:500]))
    return prefix + b"/" + name if prefix and block[257:263] == b"ustar\0" else name


def _extension(kind: bytes, text: bytes) -> dict[bytes, bytes]:
    """Return the attributes that an extension gives to the member after it."""
    if kind == _LONG_NAME:
        return {b"path": text.split(b"\0", 1)[0]}
    attributes, at = {}, 0
    while (found := _ATTRIBUTE.match(text, at)) is not None and int(found[1]) > len(found[0]):
        # Each begins with its own length, a line feed at its end included.
        at += int(found[1])
        attributes[found[2]] = text[found.end() : at - 1]
    return attributes


def _decimal(text: bytes | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 20 else otherwise


def _cut_off() -> BrokenArchiveError:
    return BrokenArchiveError(Break("the archive is cut off", COPY_AGAIN))


def _corrupt() -> BrokenArchiveError:
    return BrokenArchiveError(Break("the archive is corrupt", COPY_AGAIN))
