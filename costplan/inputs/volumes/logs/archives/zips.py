"""The layout of a zip archive: a directory at its end describes every member.

The standard library keeps an object for every member; here the directory stays in the file, and a member is read by its
place in it.  What a header claims is bounded before anything is allocated: a small archive can claim any size.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import deflate

from costplan.inputs.volumes.logs.archives.members import (
    COPY_AGAIN,
    UNPACK_IT,
    Break,
    BrokenArchiveError,
    Member,
    plain_name,
    too_large,
)
from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How a zip archive begins: with a member, without any, or as the first part of several."""

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64_BYTES = 20
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA = struct.Struct("<2H")
_LONGEST_COMMENT = 2**16 - 1
# In place of a number that stands in the extra field because it needs more than 32 bits.
_ELSEWHERE = 2**32 - 1

_STORED, _DEFLATED = 0, 8
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
_ENCRYPTED = 0x2041
_UTF_8 = 0x800
_UNIX = 3
_DIRECTORY_CORRUPT = "the directory of the archive is corrupt"
# No deflate stream expands further.
_MAX_RATIO = 1032


class _Entry(NamedTuple):
    """One entry of the directory; *end* is where the next begins, *offset* where the member's own header lies."""

    member: Member
    flags: int
    method: int
    checksum: int
    offset: int
    end: int


class Zip:
    """The members of a zip archive.

    Raises:
        BrokenArchiveError: it has no directory, or is one part of several.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._bytes = file.seek(0, 2)
        tail = self._read(max(0, self._bytes - _LONGEST_COMMENT - _END.size), _LONGEST_COMMENT + _END.size)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            raise _broken("the archive is cut off: its directory is missing", self._bytes)
        _, part, *_, size, offset, _ = _END.unpack_from(tail, at)
        self._end = self._bytes - len(tail) + at
        wide_at = self._end - _LOCATOR_64_BYTES - _END_64.size
        wide = self._read(wide_at, _END_64.size) if wide_at >= 0 else b""
        if wide.startswith(b"PK\x06\x06"):
            *_, part, _, _, _, size, offset = _END_64.unpack(wide)
            self._end = wide_at
        if part:
            hint = "join the parts, or unpack them and name the folder"
            raise _broken("one part of an archive that was split", self._bytes, hint)
        self._start = self._end - size
        # Something may stand before the archive, and every offset counts from its beginning.
        self._before = self._start - offset
        if self._start < 0 or self._before < 0:
            raise _broken(_DIRECTORY_CORRUPT, self._bytes)

    def members(self) -> Iterator[Member]:
        """Yield the members in the order of the directory."""
        at, stored = self._start, 0
        while at < self._end:
            try:
                entry = self._entry(at)
            except BrokenArchiveError as error:
                raise _broken(error.broken.what, self._start - stored) from None
            if stored + entry.member.stored_bytes > self._start:
                # Members that share their bytes could expand a thousandfold of a thousandfold.
                hint = "give the log files themselves: this is a bomb"
                raise _broken("members of the archive overlap", self._start - stored, hint)
            stored += entry.member.stored_bytes
            if not entry.member.name.endswith("/"):
                yield entry.member._replace(name=plain_name(entry.member.name))
            at = entry.end

    def member_at(self, position: int) -> Member:
        """Return the member whose entry is at *position*."""
        member = self._entry(position).member
        return member._replace(name=plain_name(member.name))

    def read(self, position: int) -> bytes | bytearray:
        """Return the bytes of the member whose entry is at *position*, held against their checksum."""
        member, flags, method, checksum, offset, _ = self._entry(position)
        if flags & _ENCRYPTED:
            raise DamagedFileError("it is encrypted", "unpack the archive with its password, and name the folder")
        if method not in (_STORED, _DEFLATED):
            name = _METHODS.get(method, f"method {method} of zip")
            raise DamagedFileError(f"it is compressed by {name}, which is not read", UNPACK_IT)
        if max(member.size, member.stored_bytes) > MAX_RAW_BYTES:
            raise too_large()
        data = self._stored(offset, member.stored_bytes)
        content = data if method == _STORED else _inflated(data, member.size)
        if len(content) != member.size or zlib.crc32(content) != checksum:
            raise _corrupt()
        return content

    def _entry(self, at: int) -> _Entry:
        header = self._read(at, _ENTRY.size)
        if len(header) < _ENTRY.size or not header.startswith(b"PK\x01\x02"):
            raise _broken(_DIRECTORY_CORRUPT)
        _, made_by, _, flags, method, _, _, checksum, stored, size, *lengths, _, _, mode, offset = _ENTRY.unpack(header)
        name_length, extra_length, comment_length = lengths
        name, extra = self._file.read(name_length), self._file.read(extra_length)
        size, stored, offset = _long_numbers(extra, [size, stored, offset])
        is_file = not (made_by >> 8 == _UNIX and stat.S_ISLNK(mode >> 16))
        member = Member(_text_of(name, flags), size, stored, at, is_file)
        end = at + _ENTRY.size + name_length + extra_length + comment_length
        return _Entry(member, flags, method, checksum, self._before + offset, end)

    def _stored(self, offset: int, size: int) -> bytes:
        """Return the bytes of a member as they are in the archive."""
        if offset > self._start:
            raise _corrupt()
        header = self._read(offset, _LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise _corrupt()
        *_, name_length, extra_length = _LOCAL.unpack(header)
        return self._read(offset + _LOCAL.size + name_length + extra_length, size)

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)


def _inflated(data: bytes, size: int) -> bytes | bytearray:
    if size > _MAX_RATIO * len(data):
        raise _corrupt()
    try:
        return deflate.deflate_decompress(data, size)
    except (deflate.DeflateError, ValueError):
        raise _corrupt() from None


def _broken(what: str, lost_bytes: int = 0, hint: str = COPY_AGAIN) -> BrokenArchiveError:
    return BrokenArchiveError(Break(what, hint, lost_bytes))


def _corrupt() -> DamagedFileError:
    return DamagedFileError("its bytes in the archive are corrupt", COPY_AGAIN)


def _long_numbers(extra: bytes, numbers: list[int]) -> list[int]:
    """Return *numbers*, those that need more than 32 bits from the extra field."""
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, size = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if kind == 1:
            field = extra[at : at + size]
            wide = struct.iter_unpack("<Q", field[: len(field) // 8 * 8])
            return [next(wide, (number,))[0] if number == _ELSEWHERE else number for number in numbers]
        at += size
    return numbers


def _text_of(name: bytes, flags: int) -> str:
    """Return a member's name; many programs write UTF-8 without saying so."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = name.decode("utf-8", "backslashreplace") if flags & _UTF_8 else name.decode("cp437")
    # Some programs on Windows write its separator.
    return text if "/" in text else text.replace("\\", "/")
