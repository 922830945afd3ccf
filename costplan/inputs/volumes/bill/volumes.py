"""From the sums of a bill to event volumes: which rows, which band, and what they cover.

Rows must not hold the same events twice.  Requests to S3 and the data events that trails recorded overlap, and no bill
says how far; so in an account and Region with requests the recorded data events stand beside the rows alone.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from costplan.inputs.volumes.bill.tally import BilledKey, BillTally
from costplan.inputs.volumes.bill.usage_types import (
    EXPRESS_OBJECT,
    OBJECT,
    OPERATIONS,
    S3_SOURCES,
    USAGE_TYPES,
    BilledService,
    Bound,
    Meaning,
)
from costplan.model.containers import resource_container
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import ZERO, exact_arithmetic, round_once
from costplan.model.places import partition_of
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.selectors import FieldSelector
from costplan.model.unknown import UNKNOWN, Flag, Text, Unknown
from costplan.model.volumes import HOURS_PER_MONTH, Basis, Billed, Coverage, Period, ReadSummary, VolumeRow, Volumes

KIND = "bill"

# Deleting is free of charge, so a bill may hold none of it, and a batch makes more events than requests.
_WITHOUT_DELETES = (FieldSelector("eventName", not_equals=("DeleteObject", "DeleteObjects")),)
_HOUR = timedelta(hours=1)
Place = tuple[str, str]


@exact_arithmetic()
def bill_volumes(tally: BillTally, month: str | None = None) -> Volumes:
    """Return the volumes that a bill tells of: a month of 730 hours, averaged over all months that it holds.

    month: this one alone, such as ``2026-10``.

    Raises:
        BadInputError: nothing of that month, or of any.
    """
    months = _chosen_months(tally, month)
    hours, observed = _observed(tally, months)
    amounts = {key: amount for key, amount in tally.amounts.items() if key.month in months}
    by_place: dict[Place, dict[BilledKey, Decimal]] = defaultdict(dict)
    for key, amount in amounts.items():
        by_place[key.account, key.region][key] = amount
    sums: dict[EventKey, Quantity] = defaultdict(lambda: NOTHING)
    coverage: list[Coverage] = []
    for place in sorted(by_place):
        _add_rows(place, by_place[place], sums)
        coverage.extend(_coverage(place, by_place[place], observed))
    factor = HOURS_PER_MONTH / hours
    rows = tuple(_row(key, amount, factor) for key, amount in sums.items() if amount)
    read = ReadSummary(
        files=tally.files,
        files_unreadable=tally.files_unreadable,
        records=tally.counted + tally.unreadable,
        counted=tally.counted,
        unreadable=tally.unreadable,
        set_aside=dict(sorted(tally.set_aside.items())),
    )
    return Volumes(
        rows=tuple(sorted(rows, key=_order)),
        coverage=tuple(coverage),
        kind=KIND,
        read=read,
        billed=tuple(_billed(amounts, factor)),
    )


# ---- the period ----


def observed_period(tally: BillTally, month: str | None = None) -> Period:
    """Return the time that a bill is about; see ``bill_volumes``."""
    return _observed(tally, _chosen_months(tally, month))[1]


def _chosen_months(tally: BillTally, month: str | None) -> frozenset[str]:
    months = tally.months
    if not months:
        raise BadInputError([Problem(Location(KIND), "holds no line of usage", "name another file or month")])
    if month is None:
        return months
    if month not in months:
        what = f"holds nothing of {month}"
        raise BadInputError([Problem(Location(KIND), what, f"it holds {', '.join(sorted(months))}")])
    return frozenset({month})


def _observed(tally: BillTally, months: Iterable[str]) -> tuple[Decimal, Period]:
    """Return the hours observed, and from when to when.

    A month is observed from its first hour to the last end of usage in it, of whatever service.
    """
    last: dict[str, datetime] = {}
    for span in tally.spans:
        end = _time(span.end)
        if end is not None:
            last[span.month] = max(end, last.get(span.month, end))
    hours, starts, ends = ZERO, [], []
    for month in sorted(months):
        first, whole = _month(month)
        start = _time(tally.starts.get(month, "")) or first
        end = min(whole, last.get(month, whole))
        # A line of usage without an hour of its own, at the very beginning of a month.
        end = max(end, start + _HOUR)
        starts.append(start)
        ends.append(end)
        hours += HOURS_PER_MONTH if tally.is_forecast else Decimal((end - start) // timedelta(seconds=1)) / 3600
    return hours, Period(min(starts), max(ends), hours)


def _month(month: str) -> tuple[datetime, datetime]:
    start = datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=UTC)
    return start, start + timedelta(days=monthrange(start.year, start.month)[1])


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# ---- rows ----


def _add_rows(place: Place, amounts: Mapping[BilledKey, Decimal], sums: dict[EventKey, Quantity]) -> None:
    """Add what one account and Region were billed for, as events."""
    by_copies: dict[EventCategory, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    has_requests = any(USAGE_TYPES[key.name].service is BilledService.S3 for key in amounts)
    for key, amount in amounts.items():
        meaning = USAGE_TYPES[key.name]
        if meaning.service is BilledService.S3:
            _add_requests(key, meaning, amount, sums)
        elif meaning.category is not None and meaning.bound is Bound.EXACT:
            sums[EventKey(*place, meaning.category)] += Quantity.exact(amount)
        elif meaning.category is not None and meaning.bound is Bound.COPIES:
            by_copies[meaning.category][key.resource] += amount
    for category, by_trail in by_copies.items():
        if category is not EventCategory.DATA or not has_requests:
            sums[EventKey(*place, category)] += distinct_events(by_trail)


def distinct_events(by_trail: Mapping[str, Decimal]) -> Quantity:
    """Return how many distinct events there are, where every copy on every trail counts (R86).

    by_trail: copies by the trail they are charged to; those of trails that are not named under the empty name.

    >>> distinct_events({"a": Decimal(30), "b": Decimal(20)}).low
    Decimal('30')
    """
    every = sum(by_trail.values(), ZERO)
    named = [amount for trail, amount in by_trail.items() if trail]
    # However many trails there are, each event is on one of them.
    return Quantity.between(max(named, default=ZERO), every)


def _add_requests(key: BilledKey, meaning: Meaning, amount: Decimal, sums: dict[EventKey, Quantity]) -> None:
    resource_type = meaning.resource_type
    operation = OPERATIONS.get(key.operation)
    name: Text = meaning.event_name or UNKNOWN
    read_only: Flag = UNKNOWN if meaning.read_only is None else meaning.read_only
    is_exact = meaning.bound is Bound.EXACT
    if operation is not None:
        if not operation.is_of_objects:
            return
        # Standard restores are among requests that are mostly no calls.
        resource_type = resource_type or OBJECT
        name, read_only, is_exact = operation.event_name or UNKNOWN, operation.read_only, True
    if resource_type is None:
        return
    resource = Resource(resource_type, _container(key, resource_type))
    event = EventKey(
        key.account,
        key.region,
        EventCategory.DATA,
        event_source=S3_SOURCES[resource_type],
        event_name=name,
        read_only=read_only,
        resources=(resource,),
    )
    sums[event] += Quantity.exact(amount) if is_exact else Quantity.between(ZERO, amount)


def _container(key: BilledKey, resource_type: str) -> str | Unknown:
    """Return the ARN of the bucket that a line is about; bills name it without one."""
    if not key.resource:
        return UNKNOWN
    if key.resource.startswith("arn:"):
        if resource_type == OBJECT and ":s3:::" not in key.resource:
            # Of an access point: whose bucket it leads to, it does not say.
            return UNKNOWN
        return resource_container(resource_type, key.resource)[0]
    partition = partition_of(key.region)
    if resource_type == EXPRESS_OBJECT:
        return f"arn:{partition}:s3express:{key.region}:{key.account}:bucket/{key.resource}"
    return f"arn:{partition}:s3:::{key.resource}"


def _row(key: EventKey, amount: Quantity, factor: Decimal) -> VolumeRow:
    per_month = Quantity.between(*(round_once(end * factor) for end in (amount.low, amount.high)))
    # What is only a bound was not counted.
    is_counted = not amount.has_band and amount.point == amount.point.to_integral_value()
    return VolumeRow(key, per_month, int(amount.point) if is_counted else None)


def _order(row: VolumeRow) -> tuple[str, ...]:
    key = row.key
    resources = () if isinstance(key.resources, Unknown) else key.resources
    named = (*(one.container for one in resources), key.event_source, key.read_only, key.event_name)
    return (key.account, key.region, key.category, *map(str, named))


# ---- what is covered ----


def _coverage(place: Place, amounts: Mapping[BilledKey, Decimal], observed: Period) -> Iterator[Coverage]:
    """Yield what the rows of a place cover.

    What trails recorded covers nothing, management events neither: what those trails left out is on no bill (R81).
    """
    meanings = [USAGE_TYPES[key.name] for key in amounts]
    types = {m.resource_type for m in meanings if m.resource_type is not None and m.bound is Bound.UPPER}
    for resource_type in sorted(types):
        for read_only in (True, False):
            fields = () if read_only else _WITHOUT_DELETES
            yield Coverage(
                *place,
                EventCategory.DATA,
                Basis.MEASURED,
                resource_type,
                read_only=read_only,
                fields=fields,
                observed=observed,
            )


# ---- what stands beside the rows ----


def _billed(amounts: Mapping[BilledKey, Decimal], factor: Decimal) -> Iterator[Billed]:
    """Yield CloudTrail's own lines, all of them, and S3's that are of no events."""
    found: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    for key, amount in amounts.items():
        meaning = USAGE_TYPES[key.name]
        if meaning.service is BilledService.CLOUDTRAIL:
            found[key.account, key.region, key.name, key.resource] += amount
        elif meaning.bound is Bound.EVIDENCE and not key.operation:
            found[key.account, key.region, key.name, ""] += amount
    for (account, region, name, resource), amount in sorted(found.items()):
        yield Billed(account, region, name, amount, round_once(amount * factor), resource or None)
