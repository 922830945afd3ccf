"""The events at both ends of a unit: copies of them may lie in the units before and after it.

They are many, and nearly all are in one unit only.  So they travel between processes packed, and what two units have in
common is found by the hashes of their ids; single events are looked at only then.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from costplan.inputs.volumes.logs import scanning

if TYPE_CHECKING:
    from costplan.inputs.volumes.logs.unit_count import KeyTally


class Ids(Protocol):
    """The ids of many events."""

    def hashes(self) -> "array[int]":
        """Return the hash of each, as this process hashes texts."""
        ...

    def __getitem__(self, index: int) -> str: ...

    def __len__(self) -> int: ...


class PlainIds(list[str]):
    """Ids as they were met."""

    def hashes(self) -> "array[int]":
        """Return the hash of each."""
        return array("q", map(hash, self))


class PackedIds:
    """Ids as they travel: hashes, and one text."""

    __slots__ = ("_hashes", "_length", "_text")

    def __init__(self, ids: Sequence[str]) -> None:
        lengths = set(map(len, ids))
        self._length = lengths.pop() if len(lengths) == 1 else 0
        # Ids of several lengths, which nobody has seen yet, stay as they are.
        self._text: str | Sequence[str] = "".join(ids) if self._length else ids
        self._hashes = array("q", map(hash, ids))

    def hashes(self) -> "array[int]":
        """Return the hash of each."""
        return self._hashes

    def rehash(self) -> None:
        """Hash the ids anew: they come from a process that hashes texts differently."""
        self._hashes = array("q", [hash(self[index]) for index in range(len(self))])

    def __getitem__(self, index: int) -> str:
        if not self._length:
            return self._text[index]
        return str(self._text[index * self._length : (index + 1) * self._length])

    def __len__(self) -> int:
        return len(self._hashes)


def common(these: Ids, those: Ids) -> Iterator[tuple[str, int]]:
    """Yield the ids that are in both columns, each with its index in the second."""
    if scanning.compiled is None:
        known = {these[index] for index in range(len(these))}
        yield from ((those[index], index) for index in range(len(those)) if those[index] in known)
        return
    for this, that in scanning.compiled.common(these.hashes(), those.hashes()):
        event_id = these[this]
        # Two ids may have one hash.
        if event_id == those[that]:
            yield event_id, that


@dataclass(slots=True)
class Head:
    """Events first met in the first block of a unit, of which an earlier unit may hold copies; in columns.

    ids, tallies, weekdays, sizes: of each event its id, where it was counted, and as what.
    times: how often those were met that are not open any more, by id.
    """

    ids: Ids = field(default_factory=PlainIds)
    tallies: list["KeyTally"] = field(default_factory=list)
    weekdays: bytearray = field(default_factory=bytearray)
    sizes: list[int] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, ids: Sequence[Any], tallies: Sequence["KeyTally"], weekday: int, sizes: Sequence[int]) -> None:
        """Add the events of one file, or some of them."""
        self.ids += ids  # type: ignore[operator]
        self.tallies += tallies
        self.weekdays += bytes((weekday,)) * len(ids)
        self.sizes += sizes or [0] * len(ids)


@dataclass(slots=True)
class Tail:
    """Events that may be met again in the unit that follows.

    by_times: their ids by how often they were met; more: by id, how often earlier units met some of them.
    """

    by_times: dict[int, Ids] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, times: dict[str, int]) -> "Tail":
        """Return the tail of events that were met so many *times* each."""
        by_times: defaultdict[int, PlainIds] = defaultdict(PlainIds)
        for event_id, often in times.items():
            by_times[often].append(event_id)
        return cls(dict(by_times))

    def pack(self) -> None:
        """Make it ready to travel."""
        self.by_times = {times: PackedIds(ids) for times, ids in self.by_times.items()}  # type: ignore[arg-type]

    def rehash(self) -> None:
        """Hash the ids anew: they come from a process that hashes texts differently."""
        for ids in self.by_times.values():
            ids.rehash()  # type: ignore[attr-defined]

    def add(self, event_id: str, times: int) -> None:
        """Note that an event of it was met by earlier units too, so many *times*."""
        self.more[event_id] = self.more.get(event_id, 0) + times

    def common(self, those: Ids) -> dict[str, tuple[int, int]]:
        """Return the events of it that are among *those*: how often they were met, and the index there."""
        return {
            event_id: (times + self.more.get(event_id, 0), index)
            for times, ids in self.by_times.items()
            for event_id, index in common(ids, those)
        }

    def multiplicity(self) -> Counter[int]:
        """Return how many events were met how often."""
        result = Counter({times: len(ids) for times, ids in self.by_times.items()})
        if self.more:
            for event_id, (times, _) in self.common(PlainIds(self.more)).items():
                result[times - self.more[event_id]] -= 1
                result[times] += 1
        return result


@dataclass(slots=True)
class Late:
    """Where a late event was counted when it was first met; times: how often it was met in its unit."""

    tally: "KeyTally"
    weekday: int
    size: int
    times: int = 1


@dataclass(slots=True)
class Edges:
    """The events of a unit that may have copies in the units before and after it.

    first, last: the blocks of two hours in which its first and its last object were delivered.
    head: events first met in the first block, when a neighbour comes before.
    tail: events of the last block, when a neighbour comes after; they are in no multiplicity of the unit.
    late: events delivered long after they happened, by id.
    """

    first: int | None = None
    last: int | None = None
    head: Head = field(default_factory=Head)
    tail: Tail = field(default_factory=Tail)
    late: dict[str, Late] = field(default_factory=dict)

    def pack(self) -> None:
        """Make them ready to travel to another process."""
        self.head.ids = PackedIds(self.head.ids)  # type: ignore[arg-type]
        self.tail.pack()

    def rehash(self) -> None:
        """Hash the ids anew: they come from a process that hashes texts differently."""
        self.head.ids.rehash()  # type: ignore[attr-defined]
        self.tail.rehash()
