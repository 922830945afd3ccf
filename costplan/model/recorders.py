"""Recorders: trails, event data stores, and deliveries to CloudWatch Logs without a trail."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from costplan.model.problems import Location
from costplan.model.selectors import AdvancedEventSelector, EventSelector, InsightSelector


class SmallObjects(StrEnum):
    """Whether objects under 128 KB move to other storage classes: a bucket's ``TransitionDefaultMinimumObjectSize``.

    STAY: none does, the default of lifecycles written since September 2024.  VARY: to Glacier Flexible Retrieval and
    Deep Archive they do, as before.
    """

    STAY = "all_storage_classes_128K"
    VARY = "varies_by_storage_class"


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """One action of a log bucket's lifecycle: transition to a storage class, or expiry, so many days after creation.

    larger_than, smaller_than: bytes; the sizes of objects that the rule acts on, neither bound included.
    noncurrent_expiration_days: after expiry in a bucket with versions, when an object is gone for good.
    """

    transition_days: int | None = None
    storage_class: str | None = None
    expiration_days: int | None = None
    larger_than: int | None = None
    smaller_than: int | None = None
    noncurrent_expiration_days: int | None = None

    @property
    def has_size_filter(self) -> bool:
        """Whether the rule says itself which sizes it acts on; then no default minimum holds for it."""
        return self.larger_than is not None or self.smaller_than is not None

    def takes(self, size: Decimal) -> bool:
        """Whether the rule acts on an object of *size* bytes."""
        return (self.larger_than is None or size > self.larger_than) and (
            self.smaller_than is None or size < self.smaller_than
        )


class SnsProtocol(StrEnum):
    """How a subscription of an SNS topic gets its notices, as their prices tell them apart; HTTPS costs as HTTP."""

    HTTP = "http"
    EMAIL = "email"
    SQS = "sqs"
    LAMBDA = "lambda"


@dataclass(frozen=True, slots=True)
class LogBucket:
    """Where a trail delivers.

    name: ``None`` where nobody said.
    account, region: of the bucket; ``None`` means the trail's own, which is then printed as an assumption.
    small_objects: ``None`` where a lifecycle exists and nobody knows its default.
    is_versioned: objects that expire stay as noncurrent versions.
    existing_gib, existing_objects: what the trail has delivered already and is still there.
    kms_key: the key's id, ARN or alias, where somebody told which of them it is: a key is paid for once.
    sns_subscriptions: of the topic that hears of each file, how many there are of each protocol.
    reads_per_file, bucket_key_share: as in ``Settings``, whose figures hold where the bucket has none of its own.
    """

    name: str | None = None
    prefix: str | None = None
    region: str | None = None
    account: str | None = None
    has_kms_key: bool = False
    notifies_sns: bool = False
    lifecycle: tuple[LifecycleRule, ...] = ()
    small_objects: SmallObjects | None = SmallObjects.STAY
    is_versioned: bool = False
    existing_gib: Decimal | None = None
    existing_objects: int | None = None
    sns_subscriptions: tuple[tuple[SnsProtocol, int], ...] = ()
    reads_per_file: Decimal | None = None
    bucket_key_share: Decimal | None = None
    kms_key: str | None = field(default=None, compare=False)


class LogClass(StrEnum):
    """The class of a log group, AWS's ``logGroupClass``: what goes in costs half as much for infrequent access."""

    STANDARD = "STANDARD"
    INFREQUENT_ACCESS = "INFREQUENT_ACCESS"


@dataclass(frozen=True, slots=True)
class CloudWatchLogs:
    """A log group that events are sent to.

    retention_days: 0 keeps events for ever, which is the default of a log group; ``None``: not known.
    """

    retention_days: int | None = None
    log_class: LogClass = LogClass.STANDARD


IS_RUNNING = "is_running"
"""Under ``undecided``: whether a recorder records at all."""


@dataclass(frozen=True, slots=True)
class Trail:
    """A trail.

    account, home_region: ``None`` until they are settled from the context: the command line, the volumes.
    selectors: basic or advanced, never both (R1); ``None`` is a trail that never had any: all management events (R2).
    is_logging: a stopped trail records nothing and costs nothing (R74).
    recursive_logging: false drops CloudTrail's own deliveries (R76).
    aggregates_data: its data events are summarised every five minutes too, which costs on top of them (R89).
    loads_opensearch: its events are loaded into OpenSearch, at a price that only the user can know.
    started: when logging was started, ISO 8601, if known: orders the copies (R82).
    starts_in_month: of a projection, the month at whose beginning logging is started (``StartLogging``).
    stops_in_month: the month at whose beginning it is stopped (``StopLogging``): the first without it; ``None``: never.
    is_declared: infrastructure code declares it, which shows its own recorders only: others may exist beside them.
    assumed: attributes that no input stated, each with what was taken instead.
    undecided: those of them that decide what is recorded or analysed, by field, with the same words: what the field
    holds may be otherwise; ``IS_RUNNING``: it may be stopped, or not be there.
    """

    name: str
    account: str | None = None
    home_region: str | None = None
    arn: str | None = None
    is_multi_region: bool = False
    is_organization: bool = False
    include_global_service_events: bool = True
    is_logging: bool = True
    recursive_logging: bool = True
    log_file_validation: bool = False
    selectors: tuple[EventSelector, ...] | tuple[AdvancedEventSelector, ...] | None = None
    insights: tuple[InsightSelector, ...] = ()
    bucket: LogBucket = LogBucket()
    cloudwatch_logs: CloudWatchLogs | None = None
    aggregates_data: bool = False
    loads_opensearch: bool = False
    started: str | None = None
    starts_in_month: int = 1
    stops_in_month: int | None = None
    is_declared: bool = field(default=False, compare=False)
    where: Location | None = field(default=None, compare=False)
    assumed: tuple[str, ...] = field(default=(), compare=False)
    undecided: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def kind(self) -> str:
        """What AWS calls a recorder of this kind."""
        return "trail"

    @property
    def is_running(self) -> bool:
        """Whether it records now."""
        return self.is_logging

    @property
    def has_advanced_selectors(self) -> bool:
        """Whether the selectors are advanced ones."""
        return bool(self.selectors) and isinstance(self.selectors[0], AdvancedEventSelector)  # type: ignore[index]


class BillingMode(StrEnum):
    """How an event data store is billed: ingestion with one year of retention, or with seven."""

    EXTENDABLE = "EXTENDABLE_RETENTION_PRICING"
    FIXED = "FIXED_RETENTION_PRICING"


@dataclass(frozen=True, slots=True)
class OtherRecords:
    """What a store takes in besides CloudTrail's events, uncompressed; category ``None``: all of it together."""

    gib_per_month: Decimal
    category: str | None = None


@dataclass(frozen=True, slots=True)
class EventDataStore:
    """An event data store of CloudTrail Lake.

    is_ingesting: from its status; only an enabled store ingests (R77).
    selectors: advanced ones only; ``None`` is the default, all management events (R36).
    starts_in_month, stops_in_month: of a projection, as for a trail: when ingestion is started and stopped.
    scanned_gib_per_month: compressed bytes that queries read.
    others: what it takes in besides CloudTrail's events, as declared.
    copied_gib: log files of trails that are copied into it in the first month, uncompressed.
    compressed_share: bytes that it keeps for each byte it takes in; ``None``: nobody said.
    extended_gib: what it keeps beyond the included days before the first month, compressed.
    is_on_trial: the first month is that of the account's free trial.
    is_declared, undecided: as for a trail.
    """

    name: str
    account: str | None = None
    home_region: str | None = None
    arn: str | None = None
    is_multi_region: bool = True
    is_organization: bool = False
    is_ingesting: bool = True
    selectors: tuple[AdvancedEventSelector, ...] | None = None
    insights: tuple[InsightSelector, ...] = ()
    billing_mode: str = BillingMode.EXTENDABLE.value
    retention_days: int | None = None
    scanned_gib_per_month: Decimal | None = None
    starts_in_month: int = 1
    stops_in_month: int | None = None
    others: tuple[OtherRecords, ...] = ()
    copied_gib: Decimal | None = None
    compressed_share: Decimal | None = None
    extended_gib: Decimal | None = None
    is_on_trial: bool = False
    is_declared: bool = field(default=False, compare=False)
    where: Location | None = field(default=None, compare=False)
    assumed: tuple[str, ...] = field(default=(), compare=False)
    undecided: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def kind(self) -> str:
        """What AWS calls a recorder of this kind."""
        return "event data store"

    @property
    def is_running(self) -> bool:
        """Whether it records now."""
        return self.is_ingesting


@dataclass(frozen=True, slots=True)
class DirectDelivery:
    """CloudTrail's events sent to CloudWatch Logs without a trail, through a service-linked channel (R78).

    It is switched on Region by Region and carries management and data events only.  It is no trail: it neither uses nor
    provides the free copy of management events, and has no bucket.

    home_region: the first of *regions*, or the settled one where none are written: then it is that Region alone.
    selectors: advanced ones; AWS makes one who sets it up write some, so there is no default.
    cloudwatch_logs: the log group in each account and Region.
    is_enabled: one that is switched off sends nothing.
    starts_in_month, stops_in_month: of a projection, as for a trail.
    """

    name: str
    account: str | None = None
    home_region: str | None = None
    regions: tuple[str, ...] = ()
    is_organization: bool = False
    selectors: tuple[AdvancedEventSelector, ...] = ()
    cloudwatch_logs: CloudWatchLogs = CloudWatchLogs()
    arn: str | None = None
    insights: tuple[InsightSelector, ...] = ()
    is_enabled: bool = True
    starts_in_month: int = 1
    stops_in_month: int | None = None
    is_declared: bool = field(default=False, compare=False)
    where: Location | None = field(default=None, compare=False)
    assumed: tuple[str, ...] = field(default=(), compare=False)
    undecided: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def kind(self) -> str:
        """What reports call it; AWS has no word of its own for it."""
        return "direct delivery"

    @property
    def is_running(self) -> bool:
        """Whether it records now."""
        return self.is_enabled

    @property
    def is_multi_region(self) -> bool:
        """Whether it is on in several Regions."""
        return len(self.regions) > 1


Recorder = Trail | EventDataStore | DirectDelivery

_FLAGS = frozenset({"is_multi_region", "is_organization", "include_global_service_events"})


def possible_forms(recorder: Recorder) -> tuple[Recorder, ...]:
    """Return what a recorder may be: as it was read, and with each flag that is undecided the other way round too."""
    forms = [recorder]
    for name, _ in recorder.undecided:
        if name == IS_RUNNING:
            forms += [switched_off(form) for form in forms]
        elif name in _FLAGS:
            flipped = [{name: not getattr(form, name)} for form in forms]
            forms += [replace(form, **other) for form, other in zip(forms, flipped, strict=True)]  # type: ignore[arg-type]
    return tuple(dict.fromkeys(forms))


def is_billed_by_bytes(recorder: Recorder) -> bool:
    """Whether the uncompressed bytes of what it records cost something: in a store, a log group or OpenSearch."""
    if isinstance(recorder, Trail):
        return recorder.cloudwatch_logs is not None or recorder.loads_opensearch
    return True


def is_on(recorder: Recorder, month: int) -> bool:
    """Whether a recorder that is not stopped altogether records in *month* of a projection, counted from 1."""
    return recorder.starts_in_month <= month and (recorder.stops_in_month is None or month < recorder.stops_in_month)


def has_files(recorder: Recorder, month: int) -> bool:
    """Whether there can be something of a recorder's in *month*: what it has delivered, or had delivered before.

    What it delivered stays when it is stopped.
    """
    return has_backlog(recorder) or recorder.starts_in_month <= month


def has_backlog(recorder: Recorder) -> bool:
    """Whether files of a recorder are there already: they are paid for, even if it is off and none is added."""
    bucket = recorder.bucket if isinstance(recorder, Trail) else LogBucket()
    return bucket.existing_gib is not None or bucket.existing_objects is not None


def switched_off(recorder: Recorder) -> Recorder:
    """Return a recorder that is as it was, and stopped: it records nothing and costs nothing (R74, R77)."""
    return _switched(recorder, is_on=False)


def switched_on(recorder: Recorder) -> Recorder:
    """Return a recorder that is as it was, and not stopped."""
    return _switched(recorder, is_on=True)


def _switched(recorder: Recorder, *, is_on: bool) -> Recorder:
    if isinstance(recorder, Trail):
        return replace(recorder, is_logging=is_on)
    if isinstance(recorder, EventDataStore):
        return replace(recorder, is_ingesting=is_on)
    return replace(recorder, is_enabled=is_on)
