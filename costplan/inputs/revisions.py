"""What lay in a git repository at some revision, as files that readers can open."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from costplan.model.problems import BadInputError, Location, Problem

_WANTED = frozenset({".json", ".yaml", ".yml", ".template", ".gz"})
"""What configurations, scenarios, volumes and prices are written in; the rest of a repository stays where it is."""

_REGULAR = re.compile(rb"(100644|100755) blob ([0-9a-f]{40,64})\t(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a revision.

    revision: as the user wrote it; top: of the working tree; folder: where its files of that revision lie.
    """

    revision: str
    top: Path
    folder: Path

    def at(self, path: Path) -> Path:
        """Return where a path of the working tree lies.

        Raises:
            BadInputError: it is outside of the repository.
        """
        try:
            return self.folder / path.resolve().relative_to(self.top)
        except ValueError:
            what = f"is outside of the git repository {self.top}"
            raise BadInputError([Problem(Location(str(path)), what, "name files of one repository")]) from None

    def renamed(self, text: str) -> str:
        """Return a text in which files are called as git calls them: revision and path."""
        return text.replace(f"{self.folder}/", f"{self.revision}:")


@contextmanager
def tree_of(revision: str, paths: Sequence[Path]) -> Iterator[Tree]:
    """Lay out what the repository of *paths* held at *revision*, until the end of the block; nothing is checked out.

    Raises:
        BadInputError: git is not there, they are in no repository, or it knows no such revision.
    """
    beside = next((folder for path in paths for folder in (path, *path.absolute().parents) if folder.is_dir()), Path())
    top = Path(_git(beside, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
    commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", of=revision)
    with TemporaryDirectory(prefix="costplan-") as folder:
        tree = Tree(revision, top, Path(folder).resolve())
        _lay_out(tree, commit.decode().strip())
        yield tree


def _lay_out(tree: Tree, commit: str) -> None:
    entries = _git(tree.top, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    found = [(entry[2], PurePosixPath(entry[3].decode(errors="surrogateescape"))) for entry in _regular(entries)]
    wanted = [(blob, name) for blob, name in found if name.suffix.lower() in _WANTED]
    answer = _git(tree.top, "cat-file", "--batch", said=b"\n".join(blob for blob, _ in wanted))
    at = 0
    for _, name in wanted:
        # Each answer is a line "blob type size", so many bytes, and the end of a line.
        head, _, _ = answer[at : at + 200].partition(b"\n")
        begins = at + len(head) + 1
        at = begins + int(head.rpartition(b" ")[2])
        target = tree.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(answer[begins:at])
        at += 1


def _regular(entries: Iterable[bytes]) -> Iterator[re.Match[bytes]]:
    return (found for entry in entries if (found := _REGULAR.match(entry)) is not None)


def _git(folder: Path, *words: str, of: str | None = None, said: bytes | None = None) -> bytes:
    program = shutil.which("git")
    where = Location("--git" if of is None else f"--git {of}")
    if program is None:
        raise BadInputError([Problem(where, "git is not installed", "install it, or name both sides")])
    done = subprocess.run([program, "-C", str(folder), *words], capture_output=True, check=False, input=said)
    if done.returncode:
        heard = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        what = f"git knows no such revision{f': {heard}' if heard else ''}" if of is not None else f"git says: {heard}"
        hint = "name a branch, tag or commit that is here; a shallow clone has only its last one"
        hint = "run it in a git repository, or name both sides" if of is None else hint
        raise BadInputError([Problem(where, what, hint)])
    return done.stdout
