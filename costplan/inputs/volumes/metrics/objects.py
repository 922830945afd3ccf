"""Data events of S3 objects: request metrics of a bucket, else S3 Storage Lens, else nobody knows.

Both are paid for and switched on by somebody, so a bucket without either is unknown, and so is one whose metrics have
nothing: they may have been switched on a moment ago.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from costplan.inputs.volumes.metrics.bucket_words import doubts, why_unknown
from costplan.inputs.volumes.metrics.buckets import REQUEST_METRICS, BucketPlan, FilterPlan, lens_window
from costplan.inputs.volumes.metrics.cloudwatch import Points, Read, Series
from costplan.inputs.volumes.metrics.facts import (
    ALL_REQUESTS,
    DELETE,
    FACTS,
    READ,
    WRITE,
    Bound,
    MetricMapping,
    MetricService,
)
from costplan.inputs.volumes.metrics.figures import API_CALL, NONE, Figure, Measured, Place, Window
from costplan.inputs.volumes.metrics.inventory import Filters
from costplan.model.unknown import UNKNOWN

_S3 = FACTS[MetricService.S3]
_OF_ROW = {row: [m for m in REQUEST_METRICS if m.row == row] for row in (READ, WRITE, DELETE)}
_COUNTED = [m for some in _OF_ROW.values() for m in some]
_ERRORS = [m for m in REQUEST_METRICS if m.bound is Bound.LESS]
_GET, _PUT = "GetRequests", "PutRequests"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one source says of a bucket, by metric: a month of the time that it counted, and of the whole window."""

    plan: BucketPlan
    window: Window
    point: Mapping[str, Fraction]
    least: Mapping[str, Fraction]
    count: Mapping[str, int]

    @property
    def total(self) -> Fraction:
        """Requests of every kind in a month."""
        return sum((self.point[m.metric] for m in _COUNTED), NONE)

    @property
    def all_requests(self) -> Fraction:
        """The same, as the metric of all requests counts them."""
        return self.point[ALL_REQUESTS]


def measure_objects(plans: Sequence[BucketPlan], read: Read, window: Window, keys_per_delete: int) -> Measured:
    """Return the rows of buckets, what they cover, and which buckets nothing is known of.

    keys_per_delete: how many objects one request may delete.
    """
    result = Measured.nothing()
    days = _days_of_dashboards(plans, read, window)
    known: list[Counted] = []
    parts: list[Counted] = []
    for plan in plans:
        by_requests = _longest(plan, read, window)
        time = days.get(_dashboard_of(plan), window)
        by_lens = _counted(plan, plan.lens, read, time, time)
        chosen = by_requests or by_lens
        if chosen is not None:
            known.append(chosen)
            result.problems += doubts(plan, by_requests, by_lens)
            continue
        partial = [part for some in plan.partial.values() if (part := _of_filter(plan, some, read, window)) is not None]
        if partial:
            # Filters overlap, so their counts do not add up.
            parts.append(max(partial, key=lambda part: part.total))
        result.problems.append(why_unknown(plan, read, has_part=bool(partial)))
    puts = sum((one.point[_PUT] for one in known + parts), NONE)
    for one in known + parts:
        for row, figure, count in _figures(one, puts, keys_per_delete):
            key = one.plan.place.key(
                MetricService.S3,
                (one.plan.place.resource(MetricService.S3, one.plan.name),),
                UNKNOWN,
                row == READ,
                # Of deleted keys those that one request named are events of the service (N4).
                UNKNOWN if row == DELETE else API_CALL,
            )
            result.add_row(key, figure, count)
    for one in known:
        place = one.plan.place
        arn = place.arn(MetricService.S3, one.plan.name)
        result.coverage.append(place.coverage(_S3.resource_type, one.window.period, arn))
    return result


def spread_coverage(
    objects: Measured, buckets: Mapping[Place, Iterable[str]], accounts: Iterable[str], window: Window
) -> None:
    """Say of every Region what is covered there, now that all is measured.

    A bucket is in one Region, and a request to another is sent away without an event: so a selector that names it finds
    nothing elsewhere, which is known.  Where all buckets of a Region were measured, so was all of the type.

    buckets: those of each account and Region that was looked at.
    accounts: of which every bucket is among them or known to be elsewhere.
    """
    measured = {(part.account, part.region, part.container): part for part in objects.coverage}
    complete, spread = set(accounts), dict(measured)
    for place in buckets:
        here = [place.arn(MetricService.S3, name) for name in buckets[place]]
        if place.account in complete and all((place.account, place.region, arn) in measured for arn in here):
            spread = {key: part for key, part in spread.items() if key[:2] != (place.account, place.region)}
            spread[place.account, place.region, None] = place.coverage(_S3.resource_type, window.period)
            continue
        for other, names in buckets.items():
            if other.account == place.account and other.region != place.region:
                for arn in (other.arn(MetricService.S3, name) for name in names):
                    part = place.coverage(_S3.resource_type, window.period, arn)
                    spread.setdefault((place.account, place.region, arn), part)
    objects.coverage = list(spread.values())


def _dashboard_of(plan: BucketPlan) -> tuple[str | None, ...]:
    """Return whose dashboard of Storage Lens tells of a bucket, and which one."""
    return next(((one.account, one.region, one.value("configuration_id")) for one in plan.lens), ())


def _days_of_dashboards(
    plans: Sequence[BucketPlan], read: Read, window: Window
) -> dict[tuple[str | None, ...], Window]:
    """Return the days that each dashboard has something of: it says nothing of those before it was switched on."""
    whole = lens_window(window)
    moments: dict[tuple[str | None, ...], set[datetime]] = defaultdict(set)
    for plan in plans:
        for series in plan.lens:
            moments[_dashboard_of(plan)].update(read.points.get(series, ()))
    return {
        dashboard: Window(max(min(days), whole.start), min(max(days) + timedelta(days=1), whole.end))
        for dashboard, days in moments.items()
        # One that said something only before was switched off.
        if any(whole.start <= day < whole.end for day in days)
    }


def _longest(plan: BucketPlan, read: Read, window: Window) -> Counted | None:
    """Return what the filter says that counted for longest, of those that count everything."""
    found = [one for some in plan.whole.values() if (one := _of_filter(plan, some, read, window)) is not None]
    return max(found, key=lambda one: one.window.end - one.window.start, default=None)


def _of_filter(plan: BucketPlan, some: FilterPlan, read: Read, window: Window) -> Counted | None:
    """Return what a filter says, of the time that it counted as far as anybody can tell."""
    points = [read.points[one] for one in some.series if one in read.points]
    was_on = any(day < window.start.replace(hour=0) for day in read.points.get(some.before, ()))
    time = window if was_on else window.since_first(points)
    if isinstance(plan.filters, Filters) and not (plan.filters.whole or plan.filters.partial):
        time = time.until_last(points)
    return _counted(plan, some.series, read, time, window)


def _counted(
    plan: BucketPlan, series: Mapping[Series, MetricMapping], read: Read, time: Window, window: Window
) -> Counted | None:
    """Return what some series of a bucket counted; nothing where one failed, or all are empty in that time."""
    points = {one: read.points[one] for one in series if one in read.points}
    if len(points) < len(series) or not any(window.holds(some) for some in points.values()):
        return None
    by_metric: dict[str, list[Points]] = defaultdict(list)
    for one, mapping in series.items():
        by_metric[mapping.metric].append(points[one])

    def months(of: Window) -> dict[str, Fraction]:
        return {m.metric: sum(map(of.a_month, by_metric.get(m.metric, ())), NONE) for m in REQUEST_METRICS}

    counts = {name: sum(map(time.count, some)) for name, some in by_metric.items()}
    return Counted(plan, time, months(time), months(window), counts)


def _figures(one: Counted, puts: Fraction, keys_per_delete: int) -> Iterable[tuple[str, Figure, int]]:
    """Yield the rows of a bucket.

    Each kind of request may hold all that failed, and all that no kind counts; the internal requests of copies are no
    more than the puts of all buckets that were measured.
    """
    beyond = max(NONE, one.all_requests - one.total)
    for row, metrics in _OF_ROW.items():
        middle = sum((one.point[m.metric] for m in metrics), NONE)
        count = sum(one.count.get(m.metric, 0) for m in metrics)
        lows = []
        for months in (one.point, one.least):
            low = sum((months[m.metric] * m.low for m in (*metrics, *_ERRORS)), NONE)
            lows.append(low - (min(months[_GET], puts) if row == READ else NONE))
        high = middle * (1 + keys_per_delete) if row == DELETE else middle + beyond
        yield row, Figure(max(NONE, min(lows)), middle, high), count
