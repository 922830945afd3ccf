"""Folders and files of this machine, as a source of log files."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.volumes.logs.gunzip import MAX_RAW_BYTES, DamagedFileError, too_large
from costplan.inputs.volumes.logs.sources import Folder, Stored
from costplan.model.problems import BadInputError, Location, Problem

LOG_ENDINGS = (".json", ".gz")
# As CloudTrail names its files.
_PLAIN_ENDING = ".json.gz"
# Most files end within so many bytes.
_FIRST_BYTES = 32 * 1024


def _is_never_apart(_path: str, _is_named: bool) -> bool:
    return False


def is_log_name(name: str) -> bool:
    """Whether a file of this name may be a log file."""
    return name.lower().endswith(LOG_ENDINGS) and not name.startswith(".")


@dataclass(slots=True)
class LocalFiles:
    """The files that were named, and all ``.json`` and ``.gz`` files in the folders that were named.

    roots: folders, none inside another; named: files.  A file reached by two paths is read once.
    is_apart: whether the file of a path, that was named or not, is not for this source but for one of its own.
    is_wanted: whether a file of a folder may be a log file, by its name.
    apart: those files; ignored: files of the folders that have another ending or are no files at all.  Both are
        complete after ``folders``.
    """

    roots: tuple[str, ...]
    named: frozenset[str]
    is_apart: Callable[[str, bool], bool] = _is_never_apart
    is_wanted: Callable[[str], bool] = is_log_name
    apart: list[str] = field(default_factory=list)
    ignored: int = 0

    def folders(self) -> Iterator[Folder]:
        """Yield every file, in a fixed order of folders."""
        self.ignored = 0
        self.apart.clear()
        skipped = {os.path.realpath(path) for path in self.named}
        for path in sorted(self.named):
            if self.is_apart(path, True):
                self.apart.append(path)
                continue
            name = os.path.basename(path)  # noqa: PTH119
            yield Folder(path[: len(path) - len(name)], (Stored(name, Path(path).stat().st_size),))
        for root in self.roots:
            yield from self._walk(root, skipped)

    def _walk(self, root: str, skipped: set[str]) -> Iterator[Folder]:
        waiting = [root]
        # Of a million plain names nothing more is asked than this.
        plain = (_PLAIN_ENDING,) if self.is_wanted is is_log_name else ()
        while waiting:
            parent = waiting.pop()
            start = parent if parent.endswith(os.sep) else parent + os.sep
            real = os.path.realpath(parent) + os.sep if skipped else ""
            found, below = [], []
            with ExitStack() as stack:
                try:
                    entries = list(os.scandir(stack.enter_context(_opened(parent))))
                except OSError as error:
                    raise BadInputError(
                        [Problem(Location(parent), f"cannot be listed: {error.strerror}", "check its permissions")]
                    ) from None
                for entry in entries:
                    name = entry.name
                    is_plain = name.endswith(plain) and not name.startswith(".")
                    if entry.is_dir(follow_symlinks=False):
                        below += [] if name.startswith(".") else [start + name]
                    elif skipped and real + name in skipped:
                        continue
                    elif not is_plain and self.is_apart(start + name, False):
                        self.apart.append(start + name)
                    elif (is_plain or self.is_wanted(name)) and (size := _size_of(entry)) is not None:
                        found.append(Stored(name, size))
                    else:
                        self.ignored += 1
            if found:
                yield Folder(start, found)
            waiting += sorted(below, reverse=True)

    def read(self, names: Sequence[str]) -> Iterator[bytes | DamagedFileError]:
        """Yield the bytes of each file, or why it cannot be read."""
        for name in names:
            try:
                yield _read_whole(name)
            except OSError as error:
                is_link = os.path.islink(name)  # noqa: PTH114
                hint = "copy the file that it should point to" if is_link else "check its permissions"
                yield DamagedFileError(f"cannot be read: {error.strerror}", hint)


@contextmanager
def _opened(folder: str) -> Iterator[int | str]:
    """Open a folder, where the system lists an open one: its files are then found without their whole path."""
    if os.scandir not in os.supports_fd:
        yield folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read_whole(path: str) -> bytes | DamagedFileError:
    """Return the bytes of a file: of a million small ones, for which a file object each would take twice as long."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(descriptor, _FIRST_BYTES)
        if len(data) == _FIRST_BYTES:
            # Read whole, a file that will be refused would fill the memory first.
            size = os.fstat(descriptor).st_size
            if size > MAX_RAW_BYTES:
                return too_large(MAX_RAW_BYTES)
            data += os.read(descriptor, max(size - len(data), 1))
        while more := os.read(descriptor, _FIRST_BYTES):
            data += more
        return data
    finally:
        os.close(descriptor)


def _size_of(entry: os.DirEntry[str]) -> int | None:
    """Return the bytes of a file, nothing of what is no file: a pipe would be waited for, for ever."""
    try:
        facts = entry.stat()
    except OSError:
        # A link to nothing is told as damage when it is read.
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else None


def find_local(
    paths: Iterable[str | Path],
    is_apart: Callable[[str, bool], bool] = _is_never_apart,
    is_wanted: Callable[[str], bool] = is_log_name,
) -> LocalFiles:
    """Return the files and folders that *paths* name.

    Raises:
        BadInputError: paths that do not exist, all of them.
    """
    problems: list[Problem] = []
    # By real place, so that two spellings of one path do not count its events twice, nor its file.
    roots: dict[str, str] = {}
    named: dict[str, str] = {}
    for path in sorted({os.fspath(path) for path in paths}):
        if os.path.isdir(path):  # noqa: PTH112
            roots[os.path.realpath(path)] = path
        elif os.path.isfile(path):  # noqa: PTH113
            named[os.path.realpath(path)] = path
        elif os.path.exists(path):  # noqa: PTH110
            problems.append(Problem(Location(path), "neither a file nor a folder", "copy what it holds into a file"))
        else:
            problems.append(Problem(Location(path), "no such file or folder", "check the path"))
    if problems:
        raise BadInputError(problems)
    apart = (path for real, path in sorted(roots.items()) if not any(_reaches(other, real) for other in roots))
    return LocalFiles(tuple(apart), frozenset(named.values()), is_apart, is_wanted)


def _reaches(root: str, real: str) -> bool:
    """Whether walking *root* comes to the folder *real*, which is another."""
    return real != root and not any(part.startswith(".") for part in Path(os.path.relpath(real, root)).parts)


def find_files(paths: Iterable[str | Path]) -> tuple[str, ...]:
    """Return the paths of all files, sorted.

    Raises:
        BadInputError: paths that do not exist, all of them.
    """
    found = find_local(paths)
    return tuple(sorted(folder.path + stored.name for folder in found.folders() for stored in folder.objects))
