"""What a volumes file may hold (``costplan.volumes/1``)."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from costplan.inputs.shapes import AccountId, Count, Name, Number, RegionCode, Shape
from costplan.inputs.volumes.rates import Rate, Share
from costplan.model.containers import ArnField, Operator
from costplan.model.events import EventCategory
from costplan.model.volumes import Basis

FORMAT = "costplan.volumes/1"
ENCODING = "float32-le-base64"

CATEGORIES = {
    **{category.value: category for category in EventCategory},
    "management": EventCategory.MANAGEMENT,
    "data": EventCategory.DATA,
    "network": EventCategory.NETWORK_ACTIVITY,
    "network-activity": EventCategory.NETWORK_ACTIVITY,
}
"""The spellings of a category: AWS's in written files, short ones in typed files."""

CategoryName = Literal[
    "Management",
    "Data",
    "NetworkActivity",
    "Insight",
    "Aggregated",
    "management",
    "data",
    "network",
    "network-activity",
]
Kind = Literal["cloudtrail-logs", "metrics", "access-logs", "bill", "lookup", "typed", "merged"]
Time = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z)?$(?!\n)",
        description='a UTC time in quotes such as "2026-10-01T00:00:00Z"',
    ),
]
Answers = Annotated[
    str, Meta(pattern=r"^[01?]*$(?!\n)", description="answers of one character each: 1, 0, or ? where not asked")
]
# Not Number: a union may hold only one type that is text or becomes text.
PerMonth = (
    Annotated[str, Meta(pattern=r"^[0-9]{1,30}(\.[0-9]{1,6})?$(?!\n)", description='a number in quotes: "1340.86"')]
    | int
)
Amount = Annotated[
    str, Meta(pattern=r"^[0-9]{1,60}(\.[0-9]{1,60})?$(?!\n)", description='a number in quotes such as "754377"')
]
Position = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,8})$(?!\n)", description="the position of a row in events, from 0, in quotes")
]
Factor = Annotated[
    str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,30})?$(?!\n)", description='a number in quotes such as "0.0625"')
]
Numbers = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9+/]*={0,2}$(?!\n)",
        description="base64 of numbers as little-endian floats of four bytes, one for each replicate",
    ),
]
Digits = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,8}$(?!\n)", description="a whole number in quotes")]


class Excluded(Shape, frozen=True, kw_only=True):
    """An unknown text that is surely none of some values: ``{not: [kms.amazonaws.com]}``."""

    values: Annotated[tuple[str, ...], Meta(min_length=1)] = field(name="not")


TextOrNot = str | Excluded | UnsetType | None


class ResourceEntry(Shape, frozen=True, kw_only=True):
    """One resource of a key; *whole* says that the container is the resource itself."""

    type: str | UnsetType | None = UNSET
    container: str | UnsetType | None = UNSET
    whole: bool | UnsetType = UNSET
    answers: Answers = ""


class PrincipalEntry(Shape, frozen=True, kw_only=True):
    """Who made the calls; *whole* says that the container is the whole ARN."""

    container: TextOrNot = UNSET
    whole: bool | UnsetType = UNSET
    type: TextOrNot = UNSET
    invoked_by: TextOrNot = UNSET
    answers: Answers = ""


class EventRow(Shape, frozen=True, kw_only=True):
    """How many events of one kind happen: a full row as written by the program, or a short one as typed by people.

    counted_per_month: of a row that a sample expanded, the part that was seen; no interval goes below.
    """

    account: AccountId | None = None
    region: RegionCode | None = None
    category: CategoryName
    event_source: TextOrNot = UNSET
    event_name: TextOrNot = UNSET
    event_type: TextOrNot = UNSET
    read_only: bool | UnsetType | None = UNSET
    resources: tuple[ResourceEntry, ...] | UnsetType | None = UNSET
    principal: PrincipalEntry | UnsetType | None = UNSET
    console: bool | UnsetType | None = UNSET
    error_code: TextOrNot = UNSET
    vpc_endpoint_id: TextOrNot = UNSET
    vpc_endpoint_account: TextOrNot = UNSET
    global_endpoint: bool | UnsetType | None = UNSET
    cross_account: bool | UnsetType | None = UNSET
    count: Count | Rate | None = None
    per_month: PerMonth | None = None
    per_month_low: PerMonth | None = None
    per_month_high: PerMonth | None = None
    counted_per_month: PerMonth | None = None
    raw_bytes: Count | None = None
    oversize: Count = 0
    # What follows is short-hand.
    type: Name | None = None
    bucket: Name | None = None
    function: Name | None = None
    table: Name | None = None
    topic: Name | None = None
    queue: Name | None = None
    container: Name | None = None
    reads: Rate | None = None
    writes: Rate | None = None
    events: Rate | None = None
    kms_share: Share | None = None


class PeriodEntry(Shape, frozen=True, kw_only=True):
    """When something was observed: start inclusive, end exclusive; *hours* hold the hours of the gaps too."""

    start: Time
    end: Time
    hours: Number
    gap_hours: Number = 0


class OperatorsEntry(Shape, frozen=True, kw_only=True):
    """The operators of one field selector."""

    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()


class CoverageEntry(Shape, frozen=True, kw_only=True):
    """A part of the population that the source could have seen; what is left out is "any"."""

    account: AccountId | None = None
    region: RegionCode | None = None
    category: CategoryName
    basis: Basis = Basis.TYPED
    resource_type: str | None = None
    container: str | None = None
    event_source: str | None = None
    read_only: bool | None = None
    fields: dict[str, OperatorsEntry] = field(default_factory=dict)
    observed: PeriodEntry | None = None


class ConditionEntry(Shape, frozen=True, kw_only=True):
    """A test of an unbounded field that every row answers."""

    field: ArnField
    operator: Operator
    value: str


class ReadEntry(Shape, frozen=True, kw_only=True):
    """What was read: records = counted + duplicates + unreadable."""

    files: Count = 0
    files_unreadable: Count = 0
    records: Count = 0
    counted: Count = 0
    duplicates: Count = 0
    unreadable: Count = 0
    without_event_id: Count = 0
    set_aside: dict[str, Count] = field(default_factory=dict)
    inferred_category: Count = 0
    inferred_read_only: Count = 0
    inferred_account: Count = 0
    addenda: Count = 0
    late: Count = 0


class PlaceEntry(Shape, frozen=True, kw_only=True):
    """An account and a Region."""

    account: AccountId
    region: RegionCode


class SamplingEntry(Shape, frozen=True, kw_only=True):
    """What there was to draw a sample from, by its listing, and what was drawn.

    objects_read and bytes_read hold the looks past the edges of the clusters; clusters_read does not.
    never_drawn: places with objects of which none was read, so that nothing is known of their events.
    """

    seed: Count
    objects: Count
    objects_read: Count
    bytes: Count
    bytes_read: Count
    clusters: Count
    clusters_read: Count
    never_drawn: tuple[PlaceEntry, ...] = ()


class BilledEntry(Shape, frozen=True, kw_only=True):
    """What a bill says of one usage type (named without its Region prefix), exact and in a month of 730 hours."""

    account: AccountId
    region: RegionCode
    usage_type: Name
    amount: Amount
    per_month: PerMonth
    resource: Name | None = None


class SourceEntry(Shape, frozen=True, kw_only=True):
    """Where the volumes come from.

    changes: what was done to them since they were measured, each in words.
    """

    kind: Kind
    changes: tuple[Name, ...] = ()
    read: ReadEntry | None = None
    multiplicity: dict[Digits, Count] = field(default_factory=dict)
    sampling: SamplingEntry | None = None
    billed: tuple[BilledEntry, ...] = ()


class FitEntry(Shape, frozen=True, kw_only=True):
    """The line bytes = files × bytes_per_file + events × bytes_per_event."""

    bytes_per_file: Number
    bytes_per_event: Number


class FilesEntry(Shape, frozen=True, kw_only=True):
    """Delivered log files of one account, Region and kind.

    multiplicity: how often the events in them were met, where several sources were merged.
    """

    account: AccountId
    region: RegionCode
    kind: Name
    files: Count
    bytes: Count
    events: Count
    slots_occupied: Count
    slots_observed: Count
    fit: FitEntry | None = None
    size_histogram: dict[str, Count] = field(default_factory=dict)
    multiplicity: dict[Digits, Count] = field(default_factory=dict)


class RestEntry(Shape, frozen=True, kw_only=True):
    """Rows of one container that share their deviations: their sum, dealt out in proportion to ``per_month``."""

    rows: Annotated[tuple[Count, ...], Meta(min_length=1)]
    deviations: Numbers


class ReplicatesEntry(Shape, frozen=True, kw_only=True):
    """How rows differ under each perturbed set of sampling weights.

    The numbers are deviations: the row's events a month under each replicate, less its per_month.  The variance of a
    figure is *factor* × the sum of its squared deviations; figures of one design add up replicate by replicate.

    count: replicates, so numbers in each text.
    rows: by position in ``events``, from 0.
    rest: sums over the rows of a container, for rows that hardly count.
    A row in neither is the same in every replicate.
    """

    design_id: Name
    method: Name
    count: Annotated[int, Meta(ge=2, le=10_000)]
    factor: Factor
    encoding: Literal["float32-le-base64"]
    rows: dict[Position, Numbers] = field(default_factory=dict)
    rest: tuple[RestEntry, ...] = ()


class FurtherSampleEntry(Shape, frozen=True, kw_only=True):
    """Of merged volumes, another sample: how it was drawn, and how the rows differ that it expanded."""

    sampling: SamplingEntry
    replicates: ReplicatesEntry


class VolumesBody(Shape, frozen=True, kw_only=True):
    """Volumes without the name of their format, as a scenario may hold them in itself."""

    format: Literal["costplan.volumes/1"] | None = None
    account: AccountId | None = None
    region: RegionCode | None = None
    source: SourceEntry | None = None
    coverage: tuple[CoverageEntry, ...] | None = None
    covers_all: bool = False
    conditions: tuple[ConditionEntry, ...] = ()
    events: tuple[EventRow, ...]
    files: tuple[FilesEntry, ...] = ()
    replicates: ReplicatesEntry | None = None
    further_samples: tuple[FurtherSampleEntry, ...] = ()


class VolumesFile(VolumesBody, frozen=True, kw_only=True):
    """Event volumes of one source."""

    format: Literal["costplan.volumes/1"]
