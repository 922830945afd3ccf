"""Mutants that mean the same as the original, each with the reason: read from ``equivalents.txt``."""

from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

EQUIVALENTS = Path(__file__).with_name("equivalents.txt")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One explained mutant; ``line`` is where the file says so."""

    path: str
    function: str
    original: str
    mutated: str
    reason: str
    line: int

    def explains(self, mutant: Mutant) -> bool:
        mine = (self.path, self.function, self.original, self.mutated)
        return mine == (mutant.path, mutant.function, mutant.original, mutant.mutated)


def read_equivalents(path: Path) -> tuple[Equivalent, ...]:
    """Return the paragraphs of *path*: a line ``PATH FUNCTION``, ``- ORIGINAL``, ``+ MUTATED``, then the reason.

    Lines that begin with ``#`` are comments.  One paragraph may hold several ``+`` lines, of one reason.

    Raises:
        ValueError: a paragraph has another form.
    """
    found = []
    paragraph: list[tuple[int, str]] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            paragraph.append((number, line))
        elif paragraph:
            found += _equivalents(path, paragraph)
            paragraph = []
    return tuple(found)


def _equivalents(path: Path, paragraph: list[tuple[int, str]]) -> list[Equivalent]:
    start = paragraph[0][0]
    heading, *lines = (line for _, line in paragraph)
    originals = [line[2:] for line in lines if line.startswith("- ")]
    changed = [line[2:] for line in lines if line.startswith("+ ")]
    reason = " ".join(line.strip() for line in lines if not line.startswith(("- ", "+ ")))
    if len(heading.split()) != 2 or len(originals) != 1 or not changed or not reason:
        raise ValueError(f"{path.name}:{start}: not PATH FUNCTION, one - ORIGINAL, + MUTATED, and a reason")
    module, function = heading.split()
    return [Equivalent(module, function, originals[0], mutated, reason, start) for mutated in changed]
