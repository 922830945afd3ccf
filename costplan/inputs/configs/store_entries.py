"""Event data stores, and deliveries without a trail, as entries of a scenario's ``recorders:`` write them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from costplan.inputs.configs.aws_facts import INGESTING
from costplan.inputs.configs.entry_shapes import CloudWatchLogsEntry, RecorderEntry
from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.volumes.rates import parse_share
from costplan.model.problems import Problem
from costplan.model.recorders import BillingMode, CloudWatchLogs, DirectDelivery, EventDataStore, LogClass, OtherRecords
from costplan.model.selection import EVENT_CATEGORY
from costplan.model.selectors import AdvancedEventSelector, EventSelector
from costplan.model.unknown import UNKNOWN

_CARRIED = ("Management", "Data")
_SIZES = ("scanned_gib_per_month", "copied_gib", "extended_retention_gib")


def read_store(document: Document, at: At, entry: RecorderEntry, problems: list[Problem]) -> EventDataStore:
    """Return the event data store of an entry, without its place and its selectors."""
    for key in _SIZES:
        _refuse_negative(document, (*at, key), getattr(entry, key), problems)
    scanned = entry.scanned_gib_per_month
    store = EventDataStore(
        name=entry.event_data_store or "",
        arn=entry.arn,
        is_multi_region=entry.is_multi_region is not False,
        is_organization=entry.is_organization is True,
        is_ingesting=entry.status is None or entry.status in INGESTING,
        billing_mode=entry.billing_mode or BillingMode.EXTENDABLE.value,
        retention_days=entry.retention_days,
        scanned_gib_per_month=None if scanned is None else Decimal(scanned),
        others=tuple(_others(document, (*at, "other_gib_per_month"), entry, problems)),
        copied_gib=None if entry.copied_gib is None else Decimal(entry.copied_gib),
        compressed_share=None if entry.compressed_share is None else parse_share(entry.compressed_share),
        extended_gib=None if entry.extended_retention_gib is None else Decimal(entry.extended_retention_gib),
        is_on_trial=entry.trial is True,
        where=document.location(at),
        assumed=entry.assumed,
    )
    _check(document, at, store, problems)
    return store


def _others(document: Document, at: At, entry: RecorderEntry, problems: list[Problem]) -> Iterator[OtherRecords]:
    written = entry.other_gib_per_month
    if isinstance(written, dict):
        for category, size in written.items():
            _refuse_negative(document, (*at, category), size, problems)
            yield OtherRecords(Decimal(size), category)
    elif written is not None:
        _refuse_negative(document, at, written, problems)
        yield OtherRecords(Decimal(written))


def _refuse_negative(document: Document, at: At, size: int | Decimal | None, problems: list[Problem]) -> None:
    if size is not None and size < 0:
        problems.append(document.problem(at, f"{show_path(at)} is {size}", "write how many GiB, at least 0"))


def _check(document: Document, at: At, store: EventDataStore, problems: list[Problem]) -> None:
    """Report what contradicts itself in a store: it would be ignored, or priced without meaning anything."""
    if store.compressed_share is not None and not 0 <= store.compressed_share <= 1:
        where = (*at, "compressed_share")
        what = f"{show_path(where)} is not between 0% and 100%"
        problems.append(document.problem(where, what, "write what is kept of a byte taken in, such as 10%"))
    if store.billing_mode == BillingMode.FIXED:
        for key, is_there in (
            ("compressed_share", store.compressed_share is not None),
            ("extended_retention_gib", store.extended_gib is not None),
        ):
            if is_there:
                where = (*at, key)
                what = f"{show_path(where)}: the seven-year option keeps nothing beyond what ingestion pays for"
                problems.append(document.problem(where, what, "leave it out"))
    if store.is_on_trial and store.extended_gib:
        where = (*at, "trial")
        what = f"{show_path(where)}: a store that keeps data of more than a year is not on its 30-day trial"
        problems.append(document.problem(where, what, "keep one of trial and extended_retention_gib"))
    if store.extended_gib and (store.retention_days or 0) <= _INCLUDED_DAYS:
        where = (*at, "extended_retention_gib")
        what = f"{show_path(where)}: a retention of {_INCLUDED_DAYS} days or less keeps nothing that is paid apart"
        problems.append(document.problem(where, what, "write retention_days, as the store has it"))


_INCLUDED_DAYS = 366


def read_direct_delivery(
    document: Document,
    at: At,
    entry: RecorderEntry,
    selectors: Sequence[AdvancedEventSelector | EventSelector] | None,
    problems: list[Problem],
) -> DirectDelivery:
    """Return the delivery to CloudWatch Logs of an entry, without its account."""
    if not entry.regions:
        hint = "write regions: [us-east-1, …]: it is switched on Region by Region"
        problems.append(document.problem(at, f"{show_path(at)}: says no Region", hint))
    # Basic selectors are refused by their key; what AWS asks for when it is set up is never left to a default here.
    advanced = tuple(one for one in selectors or () if isinstance(one, AdvancedEventSelector))
    if selectors is None:
        hint = "write them, as AWS asks for them; all management events are {eventCategory: {equals: [Management]}}"
        problems.append(document.problem(at, f"{show_path(at)}: has no advanced_event_selectors", hint))
    for number, selector in enumerate(advanced, 1):
        field = selector.find(EVENT_CATEGORY)
        values = field.equals if field else ()
        if not values or any(value is not UNKNOWN and value not in _CARRIED for value in values):
            where = (*at, "advanced_event_selectors")
            what = f"{show_path(where)}: selector {number} asks for more than management and data events (R78)"
            hint = "write eventCategory: {equals: [Management]} or [Data]; nothing else is delivered without a trail"
            problems.append(document.problem(where, what, hint))
    return DirectDelivery(
        name=entry.direct_delivery or "",
        home_region=entry.regions[0] if entry.regions else None,
        regions=entry.regions or (),
        is_organization=entry.is_organization is True,
        selectors=advanced,
        cloudwatch_logs=log_group(entry.cloudwatch_logs) or CloudWatchLogs(),
        where=document.location(at),
        assumed=entry.assumed,
    )


def log_group(entry: CloudWatchLogsEntry | None) -> CloudWatchLogs | None:
    """Return the log group of an entry."""
    return None if entry is None else CloudWatchLogs(entry.retention_days, LogClass(entry.log_class))
