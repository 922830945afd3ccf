"""Copies of one event share account and ``eventID`` (R52): they are counted once, and how often they came is kept.

Copies are delivered within neighbouring slots, so ids are remembered by blocks of two hours of delivery time: while a
block is read, its own ids and those of the block before.  Memory holds four hours of one place, never a whole bucket.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costplan.inputs.volumes.logs.unit_count import KeyTally

BLOCK_SLOTS = 24
"""Two hours of five-minute slots: how far apart the copies of an event may be delivered and surely be found."""

MOST_IDS = 4_000_000
"""Ids of one block, or of files without a delivery time, after which the older ones are forgotten."""


@dataclass(slots=True)
class Met:
    """Where an event was counted when it was first met, so that it can be taken back as a copy.

    times: how often it was met in its unit; 0 while it may be met again in the next one.
    """

    tally: "KeyTally"
    weekday: int
    size: int
    times: int = 0


class Window:
    """The events met lately in one place, each with how often.

    current: of the block being read; previous: of the block before, without those met again.
    head: events first met in the first block, of which another unit may hold earlier copies.
    closed: how many events were met how often, of all that are forgotten but those of the head.
    forgotten: events that had to make room before their time.
    """

    __slots__ = ("_settled", "block", "closed", "current", "first", "forgotten", "head", "previous")

    def __init__(self) -> None:
        self.current: dict[str, int] = {}
        self.previous: dict[str, int] = {}
        self.head: dict[str, Met] = {}
        self.closed: Counter[int] = Counter()
        self.forgotten = self._settled = 0
        self.first: int | None = None
        self.block: int | None = None

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

    def shed(self) -> None:
        """Forget the older half where there are too many ids for the memory."""
        if len(self.current) > MOST_IDS:
            self.forgotten += len(self.previous)
            self.close(self.previous)
            self.previous, self.current = self.current, {}

    def close(self, times: dict[str, int]) -> None:
        """Settle how often events were met."""
        if self._settled == len(self.head):
            self.closed.update(times.values())
            return
        for event_id, often in times.items():
            met = self.head.get(event_id)
            if met is None:
                self.closed[often] += 1
            else:
                met.times = often
                self._settled += 1
