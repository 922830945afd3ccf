"""What one unit of work came to: counters that travel between processes and add up in any order of workers."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from costplan.inputs.volumes.logs.catalog import Place
from costplan.inputs.volumes.logs.edges import Edges
from costplan.inputs.volumes.logs.period import SlotSet
from costplan.inputs.volumes.logs.records import Reading
from costplan.inputs.volumes.logs.statistics import FileTally
from costplan.model.problems import Problem


class KeyTally:
    """The counters of the records of one reading.

    apart: what sets ids of another account than the unit's apart from its own; empty for the unit's own account.
    """

    __slots__ = ("account", "apart", "by_weekday", "kind", "oversize", "raw_bytes", "region")

    def __init__(
        self,
        account: str,
        region: str,
        kind: str,
        apart: str = "",
        by_weekday: list[int] | None = None,
        raw_bytes: int = 0,
        oversize: int = 0,
    ) -> None:
        self.account, self.region, self.kind, self.apart = account, region, kind, apart
        self.by_weekday = by_weekday or [0] * 7
        self.raw_bytes, self.oversize = raw_bytes, oversize

    def __reduce__(self) -> tuple[type["KeyTally"], tuple[object, ...]]:
        # Many travel between processes; without the names of their slots they do so in half the time.
        return KeyTally, (
            self.account,
            self.region,
            self.kind,
            self.apart,
            self.by_weekday,
            self.raw_bytes,
            self.oversize,
        )

    def add(self, other: "KeyTally") -> None:
        """Add the counters of another tally of the same reading."""
        self.by_weekday = [mine + its for mine, its in zip(self.by_weekday, other.by_weekday, strict=True)]
        self.raw_bytes += other.raw_bytes
        self.oversize += other.oversize


@dataclass(slots=True)
class UnitCount:
    """Everything that is counted in one unit.

    occupied: slots in which a place delivered a file or, in files without a stamp, had an event.
    met: places that any file's name shows, those of digests and empty files included.
    organizations: account → organization, as folders tell.
    multiplicity: how many events were met how often, without those of the tail.
    foreign_files: how many files are no logs, by kind.
    named_bad: files that the caller named itself and that are damaged or no logs.
    records_met: all records of all files, whatever became of them.
    late: records delivered more than two hours after they happened; forgotten: ids that no copy can be found of.
    """

    by_reading: dict[Reading, KeyTally] = field(default_factory=dict)
    files: int = 0
    log_files: int = 0
    files_unreadable: int = 0
    duplicates: int = 0
    unreadable: int = 0
    without_event_id: int = 0
    late: int = 0
    forgotten: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    foreign_files: Counter[str] = field(default_factory=Counter)
    multiplicity: Counter[int] = field(default_factory=Counter)
    edges: Edges = field(default_factory=Edges)
    occupied: defaultdict[Place, SlotSet] = field(default_factory=lambda: defaultdict(SlotSet))
    met: set[Place] = field(default_factory=set)
    organizations: dict[str, str] = field(default_factory=dict)
    by_files: defaultdict[tuple[str, str, str], FileTally] = field(default_factory=lambda: defaultdict(FileTally))
    problems: list[Problem] = field(default_factory=list)
    named_bad: list[str] = field(default_factory=list)
    objects: int = 0
    records_met: int = 0
    bytes_read: int = 0
    bytes_unreadable: int = 0
