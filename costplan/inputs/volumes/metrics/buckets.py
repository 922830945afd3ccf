"""What is asked about a bucket: filters of its request metrics, and a dashboard of S3 Storage Lens that has it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from costplan.inputs.account.answers import Refusal
from costplan.inputs.volumes.metrics.calls import mappings_of
from costplan.inputs.volumes.metrics.cloudwatch import DAY, MOST_DAYS, Series, series_of
from costplan.inputs.volumes.metrics.facts import (
    ALL_REQUESTS,
    LENS,
    LENS_BUCKET,
    REQUESTS,
    MetricMapping,
    MetricService,
)
from costplan.inputs.volumes.metrics.figures import Place, Window
from costplan.inputs.volumes.metrics.inventory import ENTIRE_BUCKET, Filters

_METRICS = {(m.namespace, m.metric): m for m in mappings_of(MetricService.S3)}
REQUEST_METRICS = [m for m in _METRICS.values() if m.namespace == REQUESTS]


@dataclass(slots=True)
class FilterPlan:
    """What is asked about one filter of a bucket's request metrics.

    series: by the hour, and what each means.
    before: all its requests by the day, for as long as CloudWatch keeps them: whether it counted before the period.
    """

    series: Mapping[Series, MetricMapping]
    before: Series


@dataclass(slots=True)
class BucketPlan:
    """What is asked about one bucket.

    filters: its request metrics; why nobody says.
    whole: the filters that count everything, by id; partial: all others.
    lens: the series of a Storage Lens dashboard, wherever that is.
    """

    place: Place
    name: str
    filters: Filters | Refusal
    whole: dict[str, FilterPlan] = field(default_factory=dict)
    partial: dict[str, FilterPlan] = field(default_factory=dict)
    lens: dict[Series, MetricMapping] = field(default_factory=dict)

    @property
    def wanted(self) -> set[Series]:
        """All series to be asked for."""
        plans = (*self.whole.values(), *self.partial.values())
        return {*self.lens, *(one.before for one in plans), *(series for one in plans for series in one.series)}


def plan_bucket(place: Place, name: str, filters: Filters | Refusal, listed: Iterable[Series]) -> BucketPlan:
    """Return what to ask about a bucket's request metrics; *listed* are those of its Region."""
    ids = {s.value("FilterId") for s in listed if s.namespace == REQUESTS and s.value("BucketName") == name} - {None}
    plan = BucketPlan(place, name, filters)
    has = filters if isinstance(filters, Filters) else Filters()
    # What the console calls so counts everything, even if nobody may see that, or it was switched off since.
    whole = has.whole or tuple({ENTIRE_BUCKET} & ids - set(has.partial))
    plan.whole = {one: _of_filter(place, name, one) for one in whole}
    if not whole:
        partial = {str(one) for one in ids} | set(has.partial)
        plan.partial = {one: _of_filter(place, name, one) for one in sorted(partial)}
    return plan


def _of_filter(place: Place, bucket: str, filter_id: str) -> FilterPlan:
    dimensions = {"BucketName": bucket, "FilterId": filter_id}
    series = {
        series_of(place.account, place.region, REQUESTS, m.metric, dimensions, m.statistic): m for m in REQUEST_METRICS
    }
    every = next(one for one in series if one.metric == ALL_REQUESTS)
    return FilterPlan(series, replace(every, seconds=DAY))


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


def lens_window(window: Window) -> Window:
    """Return as many whole days, up to the last midnight: Storage Lens counts days (UTC)."""
    end = window.end.replace(hour=0, minute=0)
    return Window(end - timedelta(days=max(1, (window.end - window.start).days)), end)


def days_window(window: Window) -> Window:
    """Return the days to ask for where days are summed up: from the first that CloudWatch keeps to the last midnight.

    What was counted before the period tells that something was switched on then.
    """
    end = lens_window(window).end
    return Window(end - timedelta(days=MOST_DAYS), end)
