"""Event volumes: how many events of each key happen, and what the source could have seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from costplan.model.containers import Condition
from costplan.model.events import EventCategory, EventKey
from costplan.model.problems import Location
from costplan.model.quantity import Quantity
from costplan.model.selectors import FieldSelector

HOURS_PER_MONTH = Decimal(730)
SLOTS_PER_MONTH = 8760
"""Five-minute delivery slots of a month of 730 hours (R103)."""


class Basis(StrEnum):
    """Why something counts as covered."""

    RECORDED_BY = "recorded-by"
    INFERRED = "inferred"
    TYPED = "typed"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Period:
    """When something was observed, UTC, end exclusive."""

    start: datetime
    end: datetime
    hours: Decimal
    gap_hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A part of the population that the source would have shown; nothing is known of the rest.

    ``None`` in resource_type, container, event_source or read_only means "any".
    fields: what further narrowed the source, as field selectors; only events that pass them were seen.
    """

    account: str
    region: str
    category: EventCategory
    basis: Basis
    resource_type: str | None = None
    container: str | None = None
    event_source: str | None = None
    read_only: bool | None = None
    fields: tuple[FieldSelector, ...] = ()
    observed: Period | None = None


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """How many events of one key happen in a month of 730 hours.

    count: events observed in the source's period; ``None`` for a rate that somebody typed.
    raw_bytes: uncompressed bytes of the observed events, or of a month's beside a rate; ``None``: nobody measured them.
    oversize: observed events over 256 KB (R106).
    """

    key: EventKey
    per_month: Quantity
    count: int | None = None
    raw_bytes: int | None = None
    oversize: int = 0


@dataclass(frozen=True, slots=True)
class FileStatistics:
    """Delivered log files of one account, Region and kind, for the storage model.

    files, bytes, events: totals over the observed period; bytes as stored (compressed).
    slots_occupied, slots_observed: five-minute slots with at least one file, and all of them.
    bytes_per_file, bytes_per_event: the fitted line bytes = a × files + b × events; ``None`` where it was not fitted.
    multiplicity: how often the events in these files were met; nothing where ``Volumes.multiplicity`` says it.
    """

    account: str
    region: str
    kind: str
    files: int
    bytes: int
    events: int
    slots_occupied: int
    slots_observed: int
    bytes_per_file: Decimal | None = None
    bytes_per_event: Decimal | None = None
    size_histogram: Mapping[str, int] = field(default_factory=dict)
    multiplicity: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """What was read: records = counted + duplicates + unreadable, always.

    addenda: counted records that come late or correct an earlier one (R55).
    late: records delivered more than two hours after they happened; copies of these are looked for among themselves.
        Of access logs, lines delivered more than six hours after.
    """

    files: int = 0
    files_unreadable: int = 0
    records: int = 0
    counted: int = 0
    duplicates: int = 0
    unreadable: int = 0
    without_event_id: int = 0
    set_aside: Mapping[str, int] = field(default_factory=dict)
    inferred_category: int = 0
    inferred_read_only: int = 0
    inferred_account: int = 0
    addenda: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure of a population, made from a sample: itself, its difference under each replicate, what was counted."""

    point: float
    deviations: tuple[float, ...]
    counted: float


@dataclass(frozen=True, slots=True)
class Sampling:
    """How sampled volumes were drawn, and what was not.

    design_id: the sample that the replicates of the rows belong to.
    method: how the replicates were made; factor: what the sum of their squared deviations is multiplied by.
    objects, bytes: of the population, from its listing; objects_read, bytes_read: looks past cluster edges included.
    clusters, clusters_read: stretches of time of one account and Region; without the looks past their edges.
    never_drawn: accounts and Regions with objects of which none was read, so that nothing is known of their events.
    """

    design_id: str
    method: str
    replicates: int
    factor: Decimal
    seed: int
    objects: int
    objects_read: int
    bytes: int
    bytes_read: int
    clusters: int
    clusters_read: int
    never_drawn: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Billed:
    """What a bill says of one usage type: exact, and kept beside the rows, which hold only what are numbers of events.

    usage_type: AWS's name without the Region prefix, such as ``PaidEventsRecorded``.
    amount: of the observed period, in the unit of the usage type (events or GB); per_month: in 730 hours.
    resource: what is charged for, as the bill names it, mostly the ARN of a trail; ``None`` where it names none.
    """

    account: str
    region: str
    usage_type: str
    amount: Decimal
    per_month: Decimal
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Volumes:
    """Event volumes of one source.

    covers_all: the author vouches that nothing else exists.
    conditions: what rows were asked beyond their containers, in the order of their answers.
    multiplicity: how often an event was met → how many events: evidence of how many trails deliver.
    sampling: how the rows were drawn; ``None`` for a census, for typed volumes, and where a sample does not say.
    further_samples: of merged volumes, how other rows were drawn: another design each.
    changes: what was done to the rows since they were measured or typed, each in words.
    billed: of volumes from a bill, every usage type of CloudTrail's as it stands there.
    """

    rows: tuple[VolumeRow, ...]
    coverage: tuple[Coverage, ...] = ()
    covers_all: bool = False
    conditions: tuple[Condition, ...] = ()
    kind: str = "typed"
    read: ReadSummary | None = None
    multiplicity: Mapping[int, int] = field(default_factory=dict)
    files: tuple[FileStatistics, ...] = ()
    sampling: Sampling | None = None
    billed: tuple[Billed, ...] = ()
    where: Location | None = None
    changes: tuple[str, ...] = ()
    further_samples: tuple[Sampling, ...] = ()
    _by_place: dict[tuple[str, str], tuple[VolumeRow, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def by_place(self) -> Mapping[tuple[str, str], tuple[VolumeRow, ...]]:
        """The rows of each account and Region that has any: the same objects whenever it is asked."""
        if self.rows and not self._by_place:
            found: dict[tuple[str, str], list[VolumeRow]] = {}
            for row in self.rows:
                found.setdefault((row.key.account, row.key.region), []).append(row)
            self._by_place.update((place, tuple(rows)) for place, rows in found.items())
        return self._by_place

    @property
    def samples(self) -> tuple[Sampling, ...]:
        """How rows were drawn, each design once."""
        return self.further_samples if self.sampling is None else (self.sampling, *self.further_samples)

    @property
    def never_drawn(self) -> frozenset[tuple[str, str]]:
        """Accounts and Regions with objects of which no sample read any, so that nothing is known of their events."""
        return frozenset(place for sampling in self.samples for place in sampling.never_drawn)

    @property
    def is_sampled(self) -> bool:
        """Whether chance had a part in what the rows say."""
        return self.sampling is not None or any(row.per_month.replicates for row in self.rows)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Every (account, Region) that is covered or has events, if only in objects that nobody read, sorted."""
        covered = {(c.account, c.region) for c in self.coverage}
        return tuple(sorted(covered.union(self.by_place, self.never_drawn)))


@dataclass(frozen=True, slots=True)
class CountPlan:
    """What to keep of each event while counting.

    fields: the optional fields of ``EventKey`` to keep; every other stays ``UNKNOWN`` in the rows.
    conditions: what to ask of the unbounded fields.
    counts_bytes: whether rows hold the uncompressed bytes of their events, which event data stores and log groups are
        billed by.
    """

    fields: frozenset[str]
    conditions: tuple[Condition, ...] = ()
    counts_bytes: bool = True

    def keeps(self, field_name: str) -> bool:
        """Whether rows keep this field of ``EventKey`` (``principal`` and ``principal_container`` are two)."""
        return field_name in self.fields


OPTIONAL_FIELDS = frozenset(
    {
        "event_source",
        "event_name",
        "event_type",
        "read_only",
        "resources",
        "principal_container",
        "principal_type",
        "invoked_by",
        "is_console",
        "error_code",
        "vpc_endpoint_id",
        "vpc_endpoint_account",
        "is_global_endpoint",
        "is_cross_account",
    }
)
EVERYTHING = CountPlan(OPTIONAL_FIELDS)
