"""Lines that occur twice: S3 delivers as best it can, and people copy files.

A line is the same as another if each of its bytes is: request id, time, operation, key and version are among them, so
two requests never are, nor two keys, nor two versions of a key that one request deletes.  A line without a request id
is like no other.
"""

import sys
from collections.abc import Callable
from hashlib import blake2b
from itertools import compress

MOST_REMEMBERED = 1_000_000
"""A line is compared with at least so many before it, and at most twice as many: memory must not grow with the logs."""

_DIGEST_BYTES = 8
_BEFORE_REQUEST_ID = 6
_NO_REQUEST_ID = b"-"

Digest = bytes


def digest_of(line: bytes) -> Digest:
    """Return what tells a line from all others, whichever process has read it, and tells nothing of it."""
    # A copy made on Windows may end its lines otherwise.
    return blake2b(line.removesuffix(b"\r"), digest_size=_DIGEST_BYTES).digest()


class Lines:
    """The lines of one batch so far.

    without: lines that were counted elsewhere.
    """

    def __init__(self, without: frozenset[int] = frozenset()) -> None:
        self._without = {digest.to_bytes(_DIGEST_BYTES, sys.byteorder) for digest in without}
        self._met: set[Digest] = set()

    @property
    def digests(self) -> bytes:
        """All of them, one after the other, for ``Remembered``."""
        return b"".join(self._met)

    def first_of(self, block: bytes, is_line: Callable[[bytes], object]) -> tuple[bytes, int]:
        """Return a block without the lines that were met before, and how many these are.

        is_line: whether something is a line of a log at all; what is none stays where it is.
        """
        lines = block.split(b"\n")
        digests = [digest_of(line) for line in lines if line]
        new = set(digests)
        if len(new) == len(digests) and new.isdisjoint(self._met) and new.isdisjoint(self._without):
            # Nearly always.
            self._met |= new
            return block, 0
        keeps = [self._keeps(line, is_line) for line in lines]
        return b"\n".join(compress(lines, keeps)), keeps.count(False)

    def _keeps(self, line: bytes, is_line: Callable[[bytes], object]) -> bool:
        digest = digest_of(line)
        if digest not in self._met and digest not in self._without:
            if line:
                self._met.add(digest)
            return True
        return not is_line(line) or line.split(b" ", _BEFORE_REQUEST_ID + 1)[_BEFORE_REQUEST_ID] == _NO_REQUEST_ID


class Remembered:
    """The lines of the last batches."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._older: set[int] = set()
        self._newer: set[int] = set()

    def meet(self, digests: bytes) -> frozenset[int]:
        """Remember the lines of a batch, and return those that an earlier one had."""
        mine = set(memoryview(digests).cast("Q"))
        again = frozenset(mine & self._older | mine & self._newer)
        self._newer |= mine
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, set()
        return again
