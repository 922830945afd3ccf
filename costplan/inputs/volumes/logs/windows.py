"""Copies of one event share account and ``eventID`` (R52): they are counted once, and how often they came is kept.

Copies are delivered within neighbouring slots, so ids are remembered by blocks of two hours of delivery time: while a
block is read, its own ids and those of the block before.  Memory holds four hours of one place, never a whole bucket.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from costplan.inputs.volumes.logs.edges import Head

BLOCK_SLOTS = 24
"""Two hours of five-minute slots: how far apart the copies of an event may be delivered and surely be found."""

MOST_IDS = 4_000_000
"""Ids of one block, or of files without a delivery time, after which the older ones are forgotten."""


class Window:
    """The events met lately in one place, each with how often.

    current: of the block being read; previous: of the block before, without those met again.
    head: events first met in the first block, if an earlier unit may hold copies of them.
    closed: how many events were met how often, of all that are forgotten.
    forgotten: events that had to make room before their time.
    """

    __slots__ = ("_unsettled", "block", "closed", "current", "first", "forgotten", "head", "previous")

    def __init__(self) -> None:
        self.current: dict[str, int] = {}
        self.previous: dict[str, int] = {}
        self.head = Head()
        self.closed: Counter[int] = Counter()
        self.forgotten = 0
        self.first: int | None = None
        self.block: int | None = None
        self._unsettled: set[str] | None = None

    def move_to(self, block: int) -> None:
        """Begin to read a *block* of delivery time; it is not before those that were read."""
        if self.block is None:
            self.first = self.block = block
        elif block > self.block:
            self.close(self.previous)
            self.previous, self.current = self.current, {}
            if block > self.block + 1:
                self.close(self.previous)
                self.previous = {}
            self.block = block

    def meet_again(self, event_id: str) -> bool:
        """Whether an event was met before; then it is met once more."""
        if event_id in self.current:
            self.current[event_id] += 1
        elif event_id in self.previous:
            self.current[event_id] = self.previous.pop(event_id) + 1
        else:
            return False
        return True

    def meet_file(self, ids: Sequence[str | None], *, may_be_new: bool) -> bool | None:
        """Meet all events of a file if they are new, or if all of them are copies of events of the current block.

        Return whether they are copies, or ``None`` where they are neither: then each has to be met by itself.
        """
        current: dict[Any, int] = self.current
        fresh = dict.fromkeys(ids, 1)
        if len(fresh) < len(ids) or None in fresh or "" in fresh:
            return None
        if fresh.keys() <= current.keys():
            for event_id in fresh:
                current[event_id] += 1
            return True
        if not may_be_new or not current.keys().isdisjoint(fresh) or not self.previous.keys().isdisjoint(fresh):
            return None
        current.update(fresh)
        return False

    def shed(self) -> None:
        """Forget the older half where there are too many ids for the memory."""
        if len(self.current) > MOST_IDS:
            self.forgotten += len(self.previous)
            self.close(self.previous)
            self.previous, self.current = self.current, {}

    def close(self, times: dict[str, int]) -> None:
        """Settle how often events were met."""
        self.closed.update(times.values())
        # The first block is over by now.
        if self._unsettled is None:
            self._unsettled = set(self.head.ids)  # type: ignore[call-overload]
        settled = self._unsettled & times.keys()
        self.head.times.update((event_id, times[event_id]) for event_id in settled)
        self._unsettled -= settled
