"""From the bytes of a file to the bytes of its JSON.

The fast way decompresses a whole buffer at once.  It trusts the length in the gzip trailer and silently stops after the
first member, so only files that cannot have a second one take it; every other file, and every failure, is judged by
the slow way, which alone words the messages.
"""

import re
import zlib

import deflate

MAX_RAW_BYTES = 512 * 2**20
"""What a file may decompress to.  CloudTrail writes at most 50 MB (R104); more is somebody's merge, or a bomb."""

_MAGIC = b"\x1f\x8b\x08"
# Twice as fast as ``bytes.find``.
_MEMBER = re.compile(_MAGIC)
_GZIP = 31
# No deflate stream expands further: a trailer that claims more lies, and would only make us allocate it.
_MAX_RATIO = 1032
_PIECE = 2**20


class DamagedFileError(Exception):
    """A file that cannot be read: what is wrong with it, what to do about it, and on which line where that is known."""

    def __init__(self, what: str, hint: str, line: int | None = None) -> None:
        self.what, self.hint, self.line = what, hint, line
        super().__init__(what)


def is_gzip(data: bytes) -> bool:
    """Whether *data* begins as gzip does, whatever the file is called."""
    return data.startswith(_MAGIC[:2])


def inflate(data: bytes, max_raw_bytes: int = MAX_RAW_BYTES) -> bytes | bytearray:
    """Return the decompressed content of a gzip file, all members of it.

    Raises:
        DamagedFileError: the stream is cut off, corrupt, followed by something else, or larger than *max_raw_bytes*.
    """
    if len(data) >= 18 and _MEMBER.search(data, 3) is None:
        length = int.from_bytes(data[-4:], "little")
        if 0 < length <= _MAX_RATIO * len(data):
            if length > max_raw_bytes:
                raise too_large(max_raw_bytes)
            try:
                content = deflate.gzip_decompress(data)
            except (deflate.DeflateError, ValueError):
                return _inflate_slowly(data, max_raw_bytes)
            if len(content) == length:
                return content
    return _inflate_slowly(data, max_raw_bytes)


def too_large(max_raw_bytes: int) -> DamagedFileError:
    """Return what to say of a file of more bytes than one is allowed to have."""
    return DamagedFileError(
        f"decompresses to more than {max_raw_bytes // 2**20} MiB",
        "CloudTrail's own files hold at most 50 MB; split it if it is a merge of many",
    )


def _inflate_slowly(data: bytes, max_raw_bytes: int) -> bytearray:
    content = bytearray()
    rest = data
    while rest:
        member = zlib.decompressobj(wbits=_GZIP)
        try:
            while not member.eof:
                piece = member.decompress(rest, _PIECE)
                content += piece
                if len(content) > max_raw_bytes:
                    raise too_large(max_raw_bytes)
                rest = member.unconsumed_tail
                if not rest and not piece and not member.eof:
                    raise DamagedFileError("its gzip stream is cut off", "copy the file again")
        except zlib.error:
            raise DamagedFileError("its gzip stream is corrupt", "copy the file again") from None
        rest = member.unused_data.lstrip(b"\0")
        if rest and not is_gzip(rest):
            raise DamagedFileError(
                f"its gzip stream is followed by {len(rest)} bytes that are not gzip", "copy the file again"
            )
    return content
