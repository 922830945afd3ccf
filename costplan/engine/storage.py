"""What a log bucket costs: requests, and what piles up in each class, as its lifecycle rules say (R104, R108)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil

from costplan.engine.ages import Arrivals, between, months
from costplan.engine.lifecycle import SMALL, Stage, StorageClass, stages_of
from costplan.engine.log_files import Inflow, size_class, within_class
from costplan.engine.routing import Router
from costplan.model.billing import Meter, Usage
from costplan.model.numbers import TWELVE_PLACES, ZERO, round_once
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import LifecycleRule, LogBucket, SmallObjects, Trail, has_backlog, has_files, is_on
from costplan.model.scenario import Settings

GIB = Decimal(2**30)
MONTHS_OF_BACKLOG = 12
"""In how many months what a bucket holds already is taken to have arrived, where nothing ever leaves it."""

USUAL_FILE_BYTES = Decimal(2048)
"""What a log file has where nobody knows: the mean of a public data set of 3,872 of them."""

_OVERHEAD_BYTES = 32 * 1024
_OVERHEAD_IN_STANDARD_BYTES = 8 * 1024
# Objects that nobody reads move on inside Intelligent-Tiering after so many days without access.
_IN_FREQUENT_DAYS, _IN_INFREQUENT_DAYS = 30, 90

_STORAGE = {
    StorageClass.STANDARD: Meter.S3_STORAGE_STANDARD,
    StorageClass.STANDARD_IA: Meter.S3_STORAGE_STANDARD_IA,
    StorageClass.ONEZONE_IA: Meter.S3_STORAGE_ONE_ZONE_IA,
    StorageClass.GLACIER_IR: Meter.S3_STORAGE_GLACIER_INSTANT,
    StorageClass.GLACIER: Meter.S3_STORAGE_GLACIER_FLEXIBLE,
    StorageClass.DEEP_ARCHIVE: Meter.S3_STORAGE_DEEP_ARCHIVE,
}
_TRANSITION = {
    StorageClass.STANDARD_IA: Meter.S3_TRANSITION_STANDARD_IA,
    StorageClass.INTELLIGENT_TIERING: Meter.S3_TRANSITION_INTELLIGENT,
    StorageClass.ONEZONE_IA: Meter.S3_TRANSITION_ONE_ZONE_IA,
    StorageClass.GLACIER_IR: Meter.S3_TRANSITION_GLACIER_INSTANT,
    StorageClass.GLACIER: Meter.S3_TRANSITION_GLACIER_FLEXIBLE,
    StorageClass.DEEP_ARCHIVE: Meter.S3_TRANSITION_DEEP_ARCHIVE,
}
_WITH_MINIMUM_SIZE = frozenset({StorageClass.STANDARD_IA, StorageClass.ONEZONE_IA, StorageClass.GLACIER_IR})
_MOVING = frozenset({StorageClass.INTELLIGENT_TIERING})
_WITH_OVERHEAD = frozenset({StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE})
_COUNTED = _WITH_MINIMUM_SIZE | _WITH_OVERHEAD

Amounts = dict[Meter, Quantity]
"""Bytes, requests or object-months of one month, by meter."""


@dataclass(frozen=True, slots=True)
class SizedArrivals:
    """The objects of one size class that a trail delivers: month by month, what was there before included.

    size: bytes of a typical one, which decides what lifecycle rules do to it.
    """

    size: Decimal
    objects: Arrivals
    bytes: Arrivals


class BucketStock:
    """What one trail's files become in its bucket, under one reading of its lifecycle.

    rules, small_objects: of the bucket, or others to compare with.
    """

    def __init__(
        self,
        bucket: LogBucket,
        flows: Sequence[Inflow],
        rules: Sequence[LifecycleRule],
        small_objects: SmallObjects,
    ) -> None:
        self._parts: list[tuple[SizedArrivals, tuple[Stage, ...]]] = []
        there = _backlog(bucket, flows)
        for number in sorted({number for flow in flows for number in flow.sizes} | there.keys()):
            objects = [flow.sizes.get(number, (NOTHING, NOTHING))[0] for flow in flows]
            sizes = [flow.sizes.get(number, (NOTHING, NOTHING))[1] for flow in flows]
            size = _typical(number, objects, sizes, there.get(number))
            stages = stages_of(rules, size, small_objects, is_versioned=bucket.is_versioned)
            before = _before(there.get(number), stages)
            first = 1 - len(before)
            arrivals = SizedArrivals(
                size,
                Arrivals([*(o for o, _ in before), *objects], first),
                Arrivals([*(b for _, b in before), *sizes], first),
            )
            self._parts.append((arrivals, stages))

    @property
    def steady_from(self) -> int | None:
        """The first month in which equal arrivals change nothing any more; ``None`` where something stays for ever."""
        ends = [stages[-1].charged_until for _, stages in self._parts]
        if any(end is None for end in ends):
            return None
        return max((ceil(months(end)) + 1 for end in ends if end is not None), default=1)

    @property
    def at_rest_from(self) -> int:
        """The first month in which nothing moves any more after the last arrival, though something stays for ever."""
        last = [stages[-1] for _, stages in self._parts]
        tiered = (stage.start + _IN_INFREQUENT_DAYS * (stage.storage_class in _MOVING) for stage in last)
        return max((ceil(months(days)) + 1 for days in tiered), default=1)

    @property
    def largest(self) -> Decimal:
        """Bytes of a typical file of the largest class; none, none."""
        return max((arrivals.size for arrivals, _ in self._parts), default=ZERO)

    def reaches(self, storage_class: str) -> bool:
        """Whether any file ever gets into a storage class."""
        return any(stage.storage_class == storage_class for _, stages in self._parts for stage in stages)

    def amounts(self, month: int) -> Amounts:
        """Return what is metered in one month: bytes on average, requests, objects that are watched."""
        found: dict[Meter, Quantity] = defaultdict(lambda: NOTHING)
        for arrivals, stages in self._parts:
            for position, stage in enumerate(stages):
                if position:
                    moved = arrivals.objects.reaching(month, months(stage.start))
                    found[_TRANSITION[stage.storage_class]] += moved
                for meter, amount in _kept(arrivals, stage, month):
                    found[meter] += amount
        return dict(found)


def _typical(
    number: int, objects: Sequence[Quantity], sizes: Sequence[Quantity], there: tuple[Decimal, Decimal] | None
) -> Decimal:
    """Return the bytes of a typical file of a class over all months; where none arrives, of those that are there."""
    count, size = (sum((quantity.point for quantity in some), ZERO) for some in (objects, sizes))
    if not count and there is not None:
        count, size = there
    return within_class(number, round_once(size / count)) if count else within_class(number, ZERO)


def _before(there: tuple[Decimal, Decimal] | None, stages: Sequence[Stage]) -> list[tuple[Quantity, Quantity]]:
    """Return what arrived in the months before the first, oldest first: as much each month as makes what is there."""
    if there is None:
        return []
    objects, held = there
    end = stages[-1].end
    age = months(end) if end is not None else Fraction(MONTHS_OF_BACKLOG)
    monthly = (_per_month(objects, age), _per_month(held, age))
    if end is not None:
        # One month more: part of it is still there.
        return [monthly] * (ceil(age) + 1)
    # The last has the rest, so that together they are what is there.
    others = MONTHS_OF_BACKLOG - 1
    rest = (Quantity.exact(each - month.point * others) for each, month in zip(there, monthly, strict=True))
    return [*[monthly] * others, (next(rest), next(rest))]


def _per_month(amount: Decimal, age: Fraction) -> Quantity:
    return Quantity.exact(round_once(amount * age.denominator / age.numerator))


def _backlog(bucket: LogBucket, flows: Sequence[Inflow]) -> dict[int, tuple[Decimal, Decimal]]:
    """Return the objects and bytes that are there already, by size class: in the proportions of what arrives first.

    Where nothing arrives they are of one size: the average, or that of a usual log file where nobody told both figures.
    """
    if bucket.existing_gib is None and bucket.existing_objects is None:
        return {}
    arriving = next((flow for flow in flows if flow.objects.point and flow.bytes.point), None)
    if arriving is not None:
        mean = arriving.bytes.point / arriving.objects.point
    elif bucket.existing_gib and bucket.existing_objects:
        mean = round_once(bucket.existing_gib * GIB / bucket.existing_objects)
    else:
        mean = USUAL_FILE_BYTES
    held = (bucket.existing_objects or 0) * mean if bucket.existing_gib is None else bucket.existing_gib * GIB
    objects = held / mean if bucket.existing_objects is None else Decimal(bucket.existing_objects)
    if arriving is None:
        return {size_class(mean): (round_once(objects), round_once(held))}
    return {
        number: (
            round_once(objects * mine.point / arriving.objects.point),
            round_once(held * size.point / arriving.bytes.point),
        )
        for number, (mine, size) in arriving.sizes.items()
    }


def _kept(arrivals: SizedArrivals, stage: Stage, month: int) -> Iterator[tuple[Meter, Quantity]]:
    """Yield what one stage keeps on average in a month, as its storage class counts it."""
    if stage.storage_class is StorageClass.INTELLIGENT_TIERING:
        yield from _tiered(arrivals, stage, month)
        return
    start, end = months(stage.start), None if stage.end is None else months(stage.end)
    size = between(arrivals.bytes, month, start, end) + _charged_after(arrivals.bytes, stage, month)
    objects = NOTHING
    if stage.storage_class in _COUNTED:
        objects = between(arrivals.objects, month, start, end) + _charged_after(arrivals.objects, stage, month)
    meter = _STORAGE[stage.storage_class]
    if stage.storage_class in _WITH_MINIMUM_SIZE and arrivals.size < SMALL:
        yield meter, objects * Decimal(SMALL)
    elif stage.storage_class in _WITH_OVERHEAD:
        yield meter, size + objects * Decimal(_OVERHEAD_BYTES)
        yield Meter.S3_STORAGE_STANDARD, objects * Decimal(_OVERHEAD_IN_STANDARD_BYTES)
    else:
        yield meter, size


def _charged_after(arrivals: Arrivals, stage: Stage, month: int) -> Quantity:
    """Return what a minimum duration adds for objects that leave a stage in a month: its rest, at once."""
    if stage.end is None or stage.charged_until is None or stage.charged_until == stage.end:
        return NOTHING
    rest = months(stage.charged_until - stage.end)
    return arrivals.reaching(month, months(stage.end)) * (Decimal(rest.numerator) / rest.denominator).quantize(
        TWELVE_PLACES
    )


def _tiered(arrivals: SizedArrivals, stage: Stage, month: int) -> Iterator[tuple[Meter, Quantity]]:
    """Yield what Intelligent-Tiering keeps of files that nobody reads; small ones stay in its first tier, unwatched."""
    end = None if stage.end is None else months(stage.end)
    start = months(stage.start)
    if arrivals.size < SMALL:
        yield Meter.S3_STORAGE_TIERING_FREQUENT, between(arrivals.bytes, month, start, end)
        return
    yield Meter.S3_TIERING_MONITORING, between(arrivals.objects, month, start, end)
    bounds = [start, *(months(stage.start + days) for days in (_IN_FREQUENT_DAYS, _IN_INFREQUENT_DAYS)), end]
    tiers = (
        Meter.S3_STORAGE_TIERING_FREQUENT,
        Meter.S3_STORAGE_TIERING_INFREQUENT,
        Meter.S3_STORAGE_TIERING_ARCHIVE_INSTANT,
    )
    for meter, lower, upper in zip(tiers, bounds[:-1], bounds[1:], strict=True):
        if lower is not None and (end is None or lower < end):
            until = end if upper is None else upper if end is None else min(upper, end)
            yield meter, between(arrivals.bytes, month, lower, until)


def readings_of(bucket: LogBucket) -> tuple[SmallObjects, ...]:
    """Return what the default of a bucket's lifecycle for small objects may be: one, or both where nobody knows."""
    if bucket.small_objects is not None:
        return (bucket.small_objects,)
    return (SmallObjects.STAY, SmallObjects.VARY)


class Storage:
    """The log buckets of a scenario, month by month.

    router: every recorder, whenever it is on.
    """

    def __init__(self, flows: Sequence[Mapping[int, Inflow]], router: Router, settings: Settings) -> None:
        self._flows, self._router, self._settings = flows, router, settings
        self._stocks: dict[int, list[BucketStock]] = {}
        holding = {ordinal for ordinal, recorder in enumerate(router.recorders) if has_backlog(recorder)}
        for ordinal in sorted({ordinal for flow in flows for ordinal in flow} | holding):
            bucket = router.recorders[ordinal].bucket  # type: ignore[union-attr]
            own = [flow.get(ordinal, Inflow()) for flow in flows]
            self._stocks[ordinal] = [
                BucketStock(bucket, own, bucket.lifecycle, reading) for reading in readings_of(bucket)
            ]

    @property
    def steady_from(self) -> int | None:
        """The first month from which equal arrivals change nothing in any bucket; ``None`` where one only grows."""
        first = 1
        for ordinal, stocks in self._stocks.items():
            since = settled_from([flow.get(ordinal) for flow in self._flows])
            is_stopped = self._router.recorders[ordinal].stops_in_month is not None
            for stock in stocks:
                month = stock.at_rest_from if stock.steady_from is None and is_stopped else stock.steady_from
                if month is None:
                    return None
                first = max(first, since - 1 + month)
        return first

    def lasting(self, month: int) -> "Storage":
        """Return the same buckets when the last month's arrivals go on until *month*."""
        more = [self._flows[-1]] * max(0, month - len(self._flows))
        return Storage([*self._flows, *more], self._router, self._settings)

    def usages(self, month: int) -> list[Usage]:
        """Return the S3 usage of one month: PUT requests, and what has piled up, on average over the month."""
        result = []
        for ordinal, stocks in self._stocks.items():
            trail = self._router.recorders[ordinal]
            if not has_files(trail, month):
                continue
            if is_on(trail, month):
                put = self._flows[month - 1].get(ordinal, Inflow()).objects
                result.append(self._usage(ordinal, Meter.S3_PUT, put))
            readings = [stock.amounts(month) for stock in stocks]
            for meter in dict.fromkeys(meter for amounts in readings for meter in amounts):
                several = [amounts.get(meter, NOTHING) for amounts in readings]
                amount = _either(several)
                if amount or meter is Meter.S3_STORAGE_STANDARD:
                    result.append(self._usage(ordinal, meter, amount))
        return result

    def ruled(self) -> Iterator[tuple[str, LogBucket, str, list[Inflow]]]:
        """Yield the buckets that have lifecycle rules: the trail's label, the bucket, its Region, what arrives."""
        for ordinal in self._stocks:
            trail = self._router.recorders[ordinal]
            if isinstance(trail, Trail) and trail.bucket.lifecycle:
                flows = [flow.get(ordinal, Inflow()) for flow in self._flows[: self._settings.months]]
                yield self._router.labels[ordinal], trail.bucket, bucket_place(trail)[1], flows

    def units_per_amount(self, meter: Meter) -> Decimal:
        """Return how many priced units a byte, a request or an object-month of a meter is."""
        unit, _, _ = _WORDS.get(meter, _OF_STORAGE)
        return 1 / self._settings.gb.bytes if unit == "GB-month" else Decimal(1)

    def _usage(self, ordinal: int, meter: Meter, amount: Quantity) -> Usage:
        account, region = bucket_place(self._router.recorders[ordinal])  # type: ignore[arg-type]
        unit, because, rules = _WORDS.get(meter, _OF_STORAGE)
        priced = amount * self.units_per_amount(meter)
        return Usage(meter, account, region, self._router.labels[ordinal], priced, unit, rules, because)


_OF_STORAGE = ("GB-month", "time average of the bytes piled up in the log bucket", ("R104", "R108"))
_OF_MOVES = ("requests", "files that lifecycle rules move into the class", ("R108",))
_WORDS = {
    Meter.S3_PUT: ("requests", "log files and digest files put into the log bucket", ("R103", "R108")),
    Meter.S3_TIERING_MONITORING: ("object-months", "files of 128 KB and more that are watched", ("R108",)),
    **dict.fromkeys(_TRANSITION.values(), _OF_MOVES),
}


def settled_from(arriving: Sequence[object]) -> int:
    """Return the month from which what arrives is the same month after month."""
    changes = (month for month, (before, now) in enumerate(pairwise(arriving), 2) if before != now)
    return max(changes, default=1)


def _either(several: Sequence[Quantity]) -> Quantity:
    """Return the first of several readings, with a band that holds them all."""
    first = several[0]
    low = min(reading.low for reading in several)
    high = max(reading.high for reading in several)
    return Quantity(first.point, low, high, first.replicates, min(first.counted, low) if first.replicates else ZERO)


def bucket_place(trail: Trail) -> tuple[str, str]:
    """Return the account and Region of a trail's log bucket; the trail's own where nobody said."""
    return trail.bucket.account or trail.account or "", trail.bucket.region or trail.home_region or ""
