"""All files that may be access logs, in batches for the workers; their names lie in a temporary file.

Lines are counted wherever they lie, so a batch is any files, in the order of the listing.
"""

import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from costplan.inputs.volumes.access_logs.names import parse_access_name
from costplan.inputs.volumes.logs.sources import Folder

BATCH_OBJECTS, BATCH_BYTES = 1_000, 16 * 2**20
_SPOOLED_BYTES = 2**20


class Entry(NamedTuple):
    """One file: its source, its path, its stored bytes."""

    source: int
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that one worker reads one after the other."""

    entries: tuple[Entry, ...]


class Listing:
    """What was listed.

    objects, bytes: all of it; untold: files called as S3 does that do not say whose bucket they are about.
    """

    def __init__(self) -> None:
        self.objects = self.bytes = self.untold = 0
        self._lines = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - it lives as long as this
        weakref.finalize(self, self._lines.close)

    def add(self, source: int, folder: Folder) -> None:
        """Take in some files of a folder, by name, so that batches are the same ones next time."""
        for name, size in sorted(folder.objects):
            path = folder.path + name
            told = parse_access_name(path)
            self.untold += told.slot is not None and told.place is None
            self._lines.write(f"{source}\t{size}\t{path}\0".encode("utf-8", "surrogateescape"))
            self.objects += 1
            self.bytes += size

    def entries(self) -> Iterator[Entry]:
        """Yield every file."""
        self._lines.seek(0)
        rest = b""
        while piece := self._lines.read(_SPOOLED_BYTES):
            *whole, rest = (rest + piece).split(b"\0")
            for line in whole:
                source, size, path = line.decode("utf-8", "surrogateescape").split("\t", 2)
                yield Entry(int(source), path, int(size))

    def name_in(self, source: int) -> str | None:
        """Return the name of one file of a source, if there is any."""
        return next((entry.path for entry in self.entries() if entry.source == source), None)

    def batches(self) -> Iterator[Batch]:
        """Yield the files, so many at a time that every worker gets its share."""
        gathered: list[Entry] = []
        size = 0
        for entry in self.entries():
            gathered.append(entry)
            size += entry.size
            if len(gathered) >= BATCH_OBJECTS or size >= BATCH_BYTES:
                yield Batch(tuple(gathered))
                gathered, size = [], 0
        if gathered:
            yield Batch(tuple(gathered))
