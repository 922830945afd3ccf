"""Data events of S3 objects: request metrics of a bucket, else S3 Storage Lens, else nobody knows.

Both are paid for and switched on by somebody, so a bucket without either is unknown, and so is one whose metrics have
nothing: they may have been switched on a moment ago.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from costplan.inputs.account.answers import Refusal
from costplan.inputs.volumes.metrics.calls import mappings_of
from costplan.inputs.volumes.metrics.cloudwatch import DAY, Points, Read, Series, series_of
from costplan.inputs.volumes.metrics.facts import (
    DELETE,
    FACTS,
    LENS,
    LENS_BUCKET,
    READ,
    REQUESTS,
    WRITE,
    Bound,
    MetricMapping,
    MetricService,
)
from costplan.inputs.volumes.metrics.figures import API_CALL, NONE, Figure, Measured, Place, Window
from costplan.inputs.volumes.metrics.inventory import ENTIRE_BUCKET, Filters
from costplan.model.problems import Problem
from costplan.model.unknown import UNKNOWN

_S3 = FACTS[MetricService.S3]
_METRICS = {(m.namespace, m.metric): m for m in mappings_of(MetricService.S3)}
_REQUEST_METRICS = [m for m in _METRICS.values() if m.namespace == REQUESTS]
_OF_ROW = {row: [m.metric for m in _REQUEST_METRICS if m.row == row] for row in (READ, WRITE, DELETE)}
_COUNTED = [name for names in _OF_ROW.values() for name in names]
_ERRORS = [m.metric for m in _REQUEST_METRICS if m.bound is Bound.LESS]
_ALL, _GET, _PUT = "AllRequests", "GetRequests", "PutRequests"

DISAGREE = Fraction(1, 10)
"""From this share on a difference between two sources is told: both are kept up as well as AWS can, and no better."""


@dataclass(slots=True)
class BucketPlan:
    """What is asked about one bucket.

    filters: its request metrics; why nobody says.
    whole: the series of the filter that counts everything; partial: of every other filter, by its id.
    lens: the series of a Storage Lens dashboard, wherever that is.
    """

    place: Place
    name: str
    filters: Filters | Refusal
    whole: dict[Series, MetricMapping] = field(default_factory=dict)
    partial: dict[str, dict[Series, MetricMapping]] = field(default_factory=dict)
    lens: dict[Series, MetricMapping] = field(default_factory=dict)

    @property
    def requests(self) -> dict[Series, MetricMapping]:
        """All series of request metrics, to be asked for where the bucket is."""
        found = dict(self.whole)
        for some in self.partial.values():
            found |= some
        return found


def plan_bucket(place: Place, name: str, filters: Filters | Refusal, listed: Iterable[Series]) -> BucketPlan:
    """Return what to ask about a bucket's request metrics; *listed* are those of its Region."""
    ids = {s.value("FilterId") for s in listed if s.namespace == REQUESTS and s.value("BucketName") == name} - {None}
    plan = BucketPlan(place, name, filters)
    has = filters if isinstance(filters, Filters) else Filters()
    # What the console calls so counts everything, even if nobody may see that, or it was switched off since.
    whole = has.whole or tuple({ENTIRE_BUCKET} & ids - set(has.partial))
    if whole:
        plan.whole = _of_filter(place, name, ENTIRE_BUCKET if ENTIRE_BUCKET in whole else whole[0])
        return plan
    partial = {str(one) for one in ids} | set(has.partial)
    plan.partial = {one: _of_filter(place, name, one) for one in sorted(partial)}
    return plan


def _of_filter(place: Place, bucket: str, filter_id: str) -> dict[Series, MetricMapping]:
    dimensions = {"BucketName": bucket, "FilterId": filter_id}
    return {
        series_of(place.account, place.region, REQUESTS, m.metric, dimensions, m.statistic): m for m in _REQUEST_METRICS
    }


def lens_of(listed: Iterable[Series], account: str) -> dict[tuple[str, str, str], dict[Series, MetricMapping]]:
    """Return the series of Storage Lens by account, Region and bucket, of one dashboard each.

    account: of whoever has the dashboard; the dashboard of an organization names others.
    """
    by_dashboard: dict[tuple[str, str, str], dict[tuple[str, str], dict[str, list[Series]]]] = defaultdict(dict)
    for series in listed:
        bucket = series.value(LENS_BUCKET)
        is_of_bucket = series.value("record_type") in (None, "BUCKET")
        if series.namespace == LENS and bucket and is_of_bucket and (LENS, series.metric) in _METRICS:
            where = (series.value("aws_account_number") or account, series.value("aws_region") or "", bucket)
            dashboard = (series.value("configuration_id") or "", series.value("metrics_version") or "")
            by_dashboard[where].setdefault(dashboard, {}).setdefault(series.metric, []).append(series)
    found = {}
    for where, dashboards in by_dashboard.items():
        # Two dashboards count the same requests.
        _, metrics = max(sorted(dashboards.items()), key=lambda pair: len(pair[1]))
        found[where] = {
            replace(series, statistic=_METRICS[LENS, metric].statistic, seconds=DAY): _METRICS[LENS, metric]
            for metric, some in metrics.items()
            for series in _without_repetition(some)
        }
    return found


def _without_repetition(some: Sequence[Series]) -> Sequence[Series]:
    """Return one series of a metric for all storage classes, or those of each."""
    return [series for series in some if series.value("storage_class") is None] or some


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one source says of a bucket: by metric, a month from the first that was counted, and of the whole window."""

    plan: BucketPlan
    window: Window
    point: Mapping[str, Fraction]
    least: Mapping[str, Fraction]
    count: Mapping[str, int]

    @property
    def total(self) -> Fraction:
        return sum((self.point[name] for name in _COUNTED), NONE)


def lens_window(window: Window) -> Window:
    """Return as many whole days, up to the last midnight: Storage Lens counts days (UTC)."""
    end = window.end.replace(hour=0, minute=0)
    return Window(end - timedelta(days=max(1, (window.end - window.start).days)), end)


def measure_objects(plans: Sequence[BucketPlan], read: Read, window: Window, keys_per_delete: int) -> Measured:
    """Return the rows of buckets, what they cover, and which buckets nothing is known of.

    keys_per_delete: how many objects one request may delete.
    """
    result = Measured.nothing()
    days = _days_of_dashboards(plans, read, window)
    known: list[_Counted] = []
    parts: list[_Counted] = []
    for plan in plans:
        by_requests = _counted(plan, plan.whole, read, window)
        by_lens = _counted(plan, plan.lens, read, days.get(_dashboard_of(plan), window))
        chosen = by_requests or by_lens
        if chosen is not None:
            known.append(chosen)
            result.problems += _doubts(plan, by_requests, by_lens)
            continue
        partial = [part for some in plan.partial.values() if (part := _counted(plan, some, read, window)) is not None]
        if partial:
            # Filters overlap, so their counts do not add up.
            parts.append(max(partial, key=lambda part: part.total))
        result.problems.append(_unknown(plan, read, has_part=bool(partial)))
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
        if days
    }


def _counted(plan: BucketPlan, series: Mapping[Series, MetricMapping], read: Read, window: Window) -> _Counted | None:
    """Return what some series of a bucket counted; nothing where one failed, or all are empty."""
    points = {one: read.points[one] for one in series if one in read.points}
    if len(points) < len(series) or not any(points.values()):
        return None
    # Of Storage Lens the window is already that of the dashboard, for all buckets.
    since = window.since_first(points.values()) if series is not plan.lens else window
    by_metric: dict[str, list[Points]] = defaultdict(list)
    for one, mapping in series.items():
        by_metric[mapping.metric].append(points[one])

    def months(of: Window) -> dict[str, Fraction]:
        return {m.metric: sum(map(of.a_month, by_metric.get(m.metric, ())), NONE) for m in _REQUEST_METRICS}

    counts = {name: sum(map(since.count, some)) for name, some in by_metric.items()}
    return _Counted(plan, since, months(since), months(window), counts)


def _figures(one: _Counted, puts: Fraction, keys_per_delete: int) -> Iterable[tuple[str, Figure, int]]:
    """Yield the rows of a bucket.

    Each kind of request may hold all that failed, and all that no kind counts; the internal requests of copies are no
    more than the puts of all buckets.
    """
    point, least = one.point, one.least
    beyond = max(NONE, point[_ALL] - one.total)
    for row, names in _OF_ROW.items():
        middle = sum((point[name] for name in names), NONE)
        count = sum(one.count.get(name, 0) for name in names)
        lows = []
        for months in (point, least):
            low = sum((months[name] for name in names), NONE) - sum((months[name] for name in _ERRORS), NONE)
            lows.append(low - (min(months[_GET], puts) if row == READ else NONE))
        high = middle * (1 + keys_per_delete) if row == DELETE else middle + beyond
        yield row, Figure(max(NONE, min(lows)), middle, high), count


def _doubts(plan: BucketPlan, by_requests: _Counted | None, by_lens: _Counted | None) -> list[Problem]:
    found = []
    chosen = by_requests or by_lens
    if by_requests is not None and isinstance(plan.filters, Filters) and not plan.filters.whole:
        what = f"bucket {plan.name}: the request metrics {ENTIRE_BUCKET} have figures, but are not switched on"
        found.append(plan.place.problem(what, "if they were switched off in that time, more happened than they say"))
    if chosen is not None and NONE < chosen.point[_ALL] < chosen.total * (1 - DISAGREE):
        what = f"bucket {plan.name}: AllRequests counts {_apart(chosen.point[_ALL], chosen.total)} fewer than its kinds"
        found.append(plan.place.problem(what, "metrics are delivered as well as AWS can: take the figures with care"))
    if by_requests is not None and by_lens is not None:
        first, second = by_requests.total, by_lens.total
        if abs(first - second) > DISAGREE * max(first, second):
            what = f"bucket {plan.name}: request metrics and Storage Lens are {_apart(first, second)} apart"
            found.append(plan.place.problem(what, "request metrics were taken"))
    return found


def _apart(first: Fraction, second: Fraction) -> str:
    return f"{round(abs(first - second) * 100 / max(first, second))} %"


def _unknown(plan: BucketPlan, read: Read, *, has_part: bool) -> Problem:
    """Return why nobody knows the requests of a bucket, and what would change that."""
    where = f"bucket {plan.name} in {plan.place.region}"
    failed = [read.failed[s] for s in (*plan.whole, *plan.lens) if s in read.failed]
    if failed:
        return plan.place.problem(f"nothing is known of {where} ({failed[0]})", "run it again later")
    if has_part:
        ids = ", ".join(plan.partial)
        what = f"of {where} only a part is known: its request metrics ({ids}) count some of the requests"
        return plan.place.problem(what, switch_on(plan.name))
    if plan.whole:
        what = f"nothing is known of {where}: its request metrics have nothing in that time"
        return plan.place.problem(what, "they may be new: run it again when they have counted for a while")
    if isinstance(plan.filters, Refusal):
        what = f"nothing is known of {where}: whether it has request metrics is not known ({plan.filters})"
        allow = "allow s3:GetMetricsConfiguration; --print-policy shows all that is needed"
        return plan.place.problem(what, allow if plan.filters.is_denial else "run it again later")
    what = f"nothing is known of {where}: it has no request metrics, and Storage Lens says nothing in CloudWatch"
    return plan.place.problem(what, switch_on(plan.name))


REQUEST_METRICS_OF_A_FILTER = 16
"""AWS/S3 request metrics with the dimension FilterId, as the S3 user guide lists them."""

CUSTOM_METRIC_PER_MONTH = "$0.30"
"""CloudWatch pricing page, us-east-1, the first 10,000 metrics; request metrics are charged like custom ones."""


def switch_on(bucket: str) -> str:
    """Return the command that switches request metrics of a bucket on, and what they cost."""
    command = (
        f"aws s3api put-bucket-metrics-configuration --bucket {bucket} --id {ENTIRE_BUCKET}"
        f""" --metrics-configuration '{{"Id":"{ENTIRE_BUCKET}"}}'"""
    )
    price = f"up to {REQUEST_METRICS_OF_A_FILTER} custom metrics, each {CUSTOM_METRIC_PER_MONTH} a month in us-east-1"
    return f"switch them on: {command} ({price})"
