"""One archive as a source of log files."""

import os
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from costplan.inputs.volumes.logs.archives.members import (
    COPY_AGAIN,
    Break,
    BrokenArchiveError,
    Layout,
    MemberIndex,
)
from costplan.inputs.volumes.logs.archives.tars import BLOCK, Tar, is_tar_header
from costplan.inputs.volumes.logs.archives.unpacking import (
    MAX_UNPACKED_BYTES,
    Bounds,
    Opener,
    opener_of,
    unpack,
)
from costplan.inputs.volumes.logs.archives.zips import ZIP_MAGICS, Zip
from costplan.inputs.volumes.logs.folders import is_log_name
from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError
from costplan.inputs.volumes.logs.sources import Folder, Stored

ARCHIVE_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
"""What archives are called; they are recognised by their content."""

_MEMBERS_TOGETHER = 10_000


class Archive:
    """The log files in one archive, each called ``archive.zip!/AWSLogs/…/x.json.gz``.

    They are those that a folder would give: ``.json`` and ``.gz`` files, none of them hidden.  Archives inside are not
    opened.  What is missing of an archive that is cut off or corrupt stands as one damaged object under the archive's
    own name, beside the members before it; an archive of which nothing can be told is that object alone.

    ``folders`` decompresses a compressed tar archive to a temporary file, which copies of this object in other
    processes read too.  It is removed with this object, or when the process that made it ends.

    ignored: members that are no log files, and those replaced by later ones of their name; complete after ``folders``.
    """

    def __init__(
        self,
        path: str,
        layout: type[Tar] | type[Zip],
        opener: Opener | None = None,
        max_bytes: int = MAX_UNPACKED_BYTES,
        is_wanted: Callable[[str], bool] = is_log_name,
    ) -> None:
        self.path, self.ignored = path, 0
        self._is_wanted = is_wanted
        self._layout, self._opener, self._max_bytes = layout, opener, max_bytes
        self._unpacked: str | None = None
        self._index = MemberIndex()
        self._broken: Break | None = None

    def __str__(self) -> str:
        return self.path

    def folders(self) -> Iterator[Folder]:
        """Yield every member that may be a log file, and the archive itself if it is broken."""
        self.ignored, self._index, self._broken = 0, MemberIndex(), None
        try:
            packed = self._unpack()
            with self._open() as file:
                layout = self._layout(file)
                self._broken = _first_of(packed, self._find_members(layout))
                yield from self._folders(layout)
        except BrokenArchiveError as error:
            self._broken = error.broken
        except OSError as error:
            self._broken = Break(f"cannot be read: {error.strerror}", "check its permissions")
        if self._broken is not None:
            found = len(self._index)
            after = f" after {found} log file{'' if found == 1 else 's'}" if found else ""
            self._broken = self._broken._replace(what=self._broken.what + after)
            yield Folder("", (Stored(self.path, self._broken.lost_bytes),))

    def read(self, names: Sequence[str]) -> Iterator[bytes | DamagedFileError]:
        """Yield the bytes of each member, or why it cannot be read."""
        with ExitStack() as opened:
            layout: Layout | None = None
            for name in names:
                data: bytes | bytearray | DamagedFileError
                try:
                    if name == self.path and self._broken is not None:
                        raise BrokenArchiveError(self._broken)
                    if layout is None:
                        layout = self._layout(opened.enter_context(self._open()))
                    position = self._index.find(name[len(self._start) :])
                    if position is None:
                        raise DamagedFileError("not in the archive", COPY_AGAIN)
                    data = layout.read(position)
                except DamagedFileError as damage:
                    data = damage
                except BrokenArchiveError as error:
                    data = DamagedFileError(error.broken.what, error.broken.hint)
                except OSError as error:
                    data = DamagedFileError(f"cannot be read: {error.strerror}", COPY_AGAIN)
                yield bytes(data) if isinstance(data, bytearray) else data

    @property
    def _start(self) -> str:
        """What stands before the name of a member."""
        return f"{self.path}!/"

    def _open(self) -> BinaryIO:
        # Each reading opens the file for itself: a place in it that processes share would move under them.
        return Path(self._unpacked or self.path).open("rb")

    def _unpack(self) -> Break | None:
        if self._opener is None:
            return None
        if self._unpacked is None:
            handle, self._unpacked = tempfile.mkstemp(".tar", "costplan-")
            os.close(handle)
            weakref.finalize(self, _remove, self._unpacked, os.getpid())
        with Path(self._unpacked).open("wb") as target:
            bounds = Bounds.of(Path(self.path).stat().st_size, self._max_bytes)
            return unpack(self.path, self._opener, target, bounds)

    def _find_members(self, layout: Layout) -> Break | None:
        """Index every log file, and return why there are no more, if there should be."""
        broken = None
        try:
            for member in layout.members():
                if member.is_file and _may_be_log(member.name, self._is_wanted):
                    self._index.add(member.name, member.position)
                else:
                    self.ignored += 1
        except BrokenArchiveError as error:
            broken = error.broken
        self.ignored += self._index.seal()
        return broken

    def _folders(self, layout: Layout) -> Iterator[Folder]:
        """Yield the members that were indexed, so many at a time that their names never fill the memory."""
        gathered: dict[str, list[Stored]] = {}
        for number, position in enumerate(self._index.positions(), start=1):
            member = layout.member_at(position)
            folder, slash, name = member.name.rpartition("/")
            size = member.size if member.size <= MAX_RAW_BYTES else member.stored_bytes
            gathered.setdefault(self._start + folder + slash, []).append(Stored(name, size))
            if number % _MEMBERS_TOGETHER == 0:
                yield from map(Folder, gathered.keys(), gathered.values())
                gathered = {}
        yield from map(Folder, gathered.keys(), gathered.values())


def archive_of(
    path: str | Path, *, max_bytes: int = MAX_UNPACKED_BYTES, is_wanted: Callable[[str], bool] = is_log_name
) -> Archive | None:
    """Return the archive that a file is, by its first bytes; ``None`` for a file that is none or cannot be opened.

    A gzip file is a tar archive if a tar archive is in it; bzip2 and xz alike.

    max_bytes: what a compressed tar archive may decompress to.
    is_wanted: whether a member may be a log file, by its name without folders.
    """
    path = os.fspath(path)
    try:
        # A pipe would be waited for, for ever.
        if not Path(path).is_file():
            return None
        with Path(path).open("rb") as file:
            start = file.read(BLOCK)
    except OSError:
        return None
    if start.startswith(ZIP_MAGICS):
        return Archive(path, Zip, is_wanted=is_wanted)
    if is_tar_header(start):
        return Archive(path, Tar, is_wanted=is_wanted)
    opener = opener_of(path)
    return Archive(path, Tar, opener, max_bytes, is_wanted) if opener else None


def is_archive_name(name: str) -> bool:
    """Whether a file of this name may be an archive."""
    return name.lower().endswith(ARCHIVE_ENDINGS) and not name.startswith(".")


def _may_be_log(name: str, is_wanted: Callable[[str], bool]) -> bool:
    *folders, last = name.split("/")
    is_hidden = any(folder.startswith(".") and folder != ".." for folder in folders)
    return is_wanted(last) and not is_archive_name(last) and not is_hidden


def _first_of(packed: Break | None, listed: Break | None) -> Break | None:
    """Return why an archive breaks off: a stream that does is why the members in it do."""
    if packed is None or listed is None:
        return packed or listed
    return packed._replace(lost_bytes=packed.lost_bytes + listed.lost_bytes)


def _remove(path: str, owner: int) -> None:
    # A forked process holds a copy of the object, but the file is not its own.
    if os.getpid() == owner:
        Path(path).unlink(missing_ok=True)
