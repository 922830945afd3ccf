"""Whether two files of a bill hold the same lines: a newer version of one beside it, or a copy.

Of each file the smallest hashes of its lines are kept, a random choice that is the same in every file: what share of
them two files have in common is what share of their lines (Broder's bottom-k sketch).  Nothing of a line can be told
from its hash, and memory does not grow with the files.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from heapq import heappush, heappushpop
from itertools import combinations

MOST_KEPT = 512
FEWEST_SHARED = 3
"""So many different lines in common are no chance; of fewer nobody can tell."""


class Sketch:
    """The smallest hashes of the different lines of a file."""

    __slots__ = ("_heap", "_kept")

    def __init__(self) -> None:
        # Negated, so that the largest one kept is on top.
        self._heap: list[int] = []
        self._kept: set[int] = set()

    def add(self, values: Sequence[str]) -> None:
        """Take in a line, as far as it is the same in every version of a bill."""
        digest = -int.from_bytes(blake2b("\0".join(values).encode("utf-8", "replace"), digest_size=8).digest())
        if digest in self._kept or (len(self._heap) >= MOST_KEPT and digest < self._heap[0]):
            return
        self._kept.add(digest)
        if len(self._heap) < MOST_KEPT:
            heappush(self._heap, digest)
        else:
            self._kept.discard(heappushpop(self._heap, digest))

    def is_of_same_lines(self, other: "Sketch") -> bool:
        """Whether most lines of the shorter file are in the other one too."""
        shared = len(self._kept & other._kept)
        floor = max(self._floor, other._floor)
        # Below the larger of both floors one of them keeps nothing, so nothing could be in common there.
        fewest = min(sum(digest >= floor for digest in kept) for kept in (self._kept, other._kept))
        return shared >= FEWEST_SHARED and 2 * shared > fewest

    def __iter__(self) -> Iterator[int]:
        """Iterate over what is kept."""
        return iter(self._kept)

    @property
    def _floor(self) -> int:
        return self._heap[0] if len(self._heap) >= MOST_KEPT else -(2**64)


def same_lines(sketches: Sequence[Sketch]) -> list[tuple[int, int]]:
    """Return each two files of mostly the same lines, by position.

    >>> first, second = Sketch(), Sketch()
    >>> for line in "abcde":
    ...     first.add([line])
    ...     second.add([line.upper() if line > "c" else line])
    >>> same_lines([first, second, Sketch()])
    [(0, 1)]
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for number, sketch in enumerate(sketches):
        for digest in sketch:
            holders[digest].append(number)
    # Of thousands of parts only those that have something in common are compared.
    shared = Counter(pair for some in holders.values() if len(some) > 1 for pair in combinations(some, 2))
    met = sorted(pair for pair, lines in shared.items() if lines >= FEWEST_SHARED)
    return [pair for pair in met if sketches[pair[0]].is_of_same_lines(sketches[pair[1]])]
