"""What a batch of files came to: counters that travel between processes and add up in any order."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from costplan.inputs.volumes.access_logs.names import Place
from costplan.inputs.volumes.logs.period import SlotSet
from costplan.model.events import EventKey
from costplan.model.problems import Problem

Counted = tuple[EventKey, bool]
"""An event, and whether it is certain that it is recorded."""


@dataclass(slots=True)
class BatchCount:
    """Everything that is counted.

    by_event: lines by weekday.
    occupied: slots with a line, by place; first_stamps: the earliest delivery that a file's name tells, by place.
    buckets: all that a line was about, each with the slots of its lines.
    unknown: lines of operations of which nobody knows what they are, by name.
    lines: all that are of a log and were not met before; duplicates: those that were; unreadable: the others.
    late: lines delivered more than six hours after they happened.
    set_aside: lines that make no data event, by reason.
    multi_deletes: by bucket, requests that delete several keys and were carried out, and lines of such keys.
    files_unreadable, foreign_files: damaged ones; sound ones that are no access logs.
    digests: of the lines of one batch (see ``repeats``); they are not added.
    named_bad: files that the caller named itself and that are either.
    """

    by_event: dict[Counted, list[int]] = field(default_factory=dict)
    occupied: defaultdict[Place, SlotSet] = field(default_factory=lambda: defaultdict(SlotSet))
    first_stamps: dict[Place, int] = field(default_factory=dict)
    buckets: defaultdict[tuple[Place, str], SlotSet] = field(default_factory=lambda: defaultdict(SlotSet))
    unknown: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[str] = field(default_factory=Counter)
    multi_deletes: dict[tuple[Place, str], list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    named_bad: list[str] = field(default_factory=list)
    digests: bytes = b""
    objects: int = 0
    log_files: int = 0
    files_unreadable: int = 0
    foreign_files: int = 0
    lines: int = 0
    duplicates: int = 0
    unreadable: int = 0
    late: int = 0
    bytes_read: int = 0
    bytes_unreadable: int = 0

    def add(self, other: "BatchCount") -> None:
        """Add what another batch came to."""
        for counted, days in other.by_event.items():
            mine = self.by_event.setdefault(counted, [0] * 7)
            mine[:] = [a + b for a, b in zip(mine, days, strict=True)]
        for place, slots in other.occupied.items():
            self.occupied[place].update(slots)
        for place, stamp in other.first_stamps.items():
            self.note_stamp(place, stamp)
        for bucket, (requests, keys) in other.multi_deletes.items():
            mine = self.multi_deletes.setdefault(bucket, [0, 0])
            mine[:] = [mine[0] + requests, mine[1] + keys]
        for where, slots in other.buckets.items():
            self.buckets[where].update(slots)
        self.unknown.update(other.unknown)
        self.set_aside.update(other.set_aside)
        self.problems += other.problems
        self.named_bad += other.named_bad
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def note_stamp(self, place: Place, stamp: int) -> None:
        """Note when a file was delivered."""
        self.first_stamps[place] = min(stamp, self.first_stamps.get(place, stamp))


_NUMBERS = (
    "objects",
    "log_files",
    "files_unreadable",
    "foreign_files",
    "lines",
    "duplicates",
    "unreadable",
    "late",
    "bytes_read",
    "bytes_unreadable",
)
