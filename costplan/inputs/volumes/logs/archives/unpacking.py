"""Compressed tar archives can only be read from their beginning: they are decompressed once, to a temporary file."""

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from costplan.inputs.volumes.logs.archives.members import COPY_AGAIN, UNPACK_IT, Break, BrokenArchiveError
from costplan.inputs.volumes.logs.archives.tars import BLOCK, is_tar_header

MAX_UNPACKED_BYTES = 64 * 2**30
"""What a compressed tar archive may decompress to."""

_LEAST_BOUND = 2**30
# No archive of logs compresses further: more is a bomb, and is not worth a disk.
_MAX_RATIO = 200
# What other programs may need of the disk while the archive is on it.
_ROOM_LEFT = 2**30
_PIECE = 2**20

Opener = Callable[[BinaryIO], gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]

PACKED: Mapping[bytes, Opener] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
"""How a compressed file begins, and what decompresses it."""

_ELSEWHERE = "set TMPDIR to a folder on a larger disk"
_CORRUPT = (OSError, zlib.error, lzma.LZMAError)


def opener_of(path: str) -> Opener | None:
    """Return what decompresses a compressed tar archive; ``None`` for any other file."""
    try:
        with Path(path).open("rb") as file:
            start = file.read(max(map(len, PACKED)))
            opener = next((opener for magic, opener in PACKED.items() if start.startswith(magic)), None)
            file.seek(0)
            if opener is None:
                return None
            with opener(file) as unpacked:
                return opener if is_tar_header(unpacked.read(BLOCK)) else None
    except (EOFError, *_CORRUPT):
        return None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a compressed archive may become: by its own size, and by the room there is."""

    bytes: int
    room: int

    @classmethod
    def of(cls, stored_bytes: int, max_bytes: int = MAX_UNPACKED_BYTES) -> "Bounds":
        """Return the bounds for an archive of *stored_bytes*, on the disk with the temporary files."""
        free = shutil.disk_usage(tempfile.gettempdir()).free
        return cls(min(max_bytes, max(_LEAST_BOUND, _MAX_RATIO * stored_bytes)), max(0, free - _ROOM_LEFT))


def unpack(path: str, opener: Opener, target: BinaryIO, bounds: Bounds) -> Break | None:
    """Decompress a file into *target*, and return why it breaks off, if it does.

    Raises:
        BrokenArchiveError: it is too large, or cannot be written.
    """
    with Path(path).open("rb") as file:
        stored, written = os.fstat(file.fileno()).st_size, 0
        with opener(file) as unpacked:
            while True:
                try:
                    # One step at a time: a longer read would lose what it has when the stream breaks off.
                    piece = unpacked.read1(_PIECE)
                except EOFError:
                    return Break("the archive is cut off", COPY_AGAIN)
                except _CORRUPT:
                    return Break("the archive is corrupt", COPY_AGAIN, max(0, stored - file.tell()))
                if not piece:
                    return None
                written += len(piece)
                if written > bounds.bytes:
                    what = f"the archive decompresses to more than {_size_text(bounds.bytes)}"
                    raise _refused(target, Break(what, UNPACK_IT, stored))
                if written > bounds.room:
                    what = f"the archive decompresses to more than {tempfile.gettempdir()} has room for"
                    raise _refused(target, Break(what, _ELSEWHERE, stored))
                try:
                    target.write(piece)
                except OSError as error:
                    what = f"the archive cannot be decompressed in {tempfile.gettempdir()}: {error.strerror}"
                    raise _refused(target, Break(what, _ELSEWHERE, stored)) from None


def _refused(target: BinaryIO, broken: Break) -> BrokenArchiveError:
    # The disk is needed before the file goes.
    target.truncate(0)
    return BrokenArchiveError(broken)


def _size_text(size: int) -> str:
    return f"{size // 2**30} GiB" if size >= 2**30 else f"{size // 2**20} MiB"
