"""Metrics as CloudWatch gives them: which there are, and what they counted in each hour or day.

CloudWatch lists a metric only if it had something in the last two weeks, so what a service is known to have is asked
for whether it is listed or not.  An answer may be a part of the truth and say so: that is asked for again, and in the
end it is no answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import GET_METRIC_DATA, LIST_METRICS
from costplan.inputs.account.session import Session

HOUR, DAY = 3600, 86_400
MOST_DAYS = 455
"""For so long CloudWatch keeps hours."""

LISTED_DAYS = 14
"""A metric without anything for longer is not listed."""

_QUERIES_PER_CALL, _POINTS_PER_CALL = 500, 100_800
_ATTEMPTS = 3
_COMPLETE, _FORBIDDEN = "Complete", "Forbidden"

Points = Mapping[datetime, int]
"""What a metric counted, by the beginning of the hour or day."""


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One metric of one thing.

    account, region: whose CloudWatch has it.
    dimensions: names and values; of what is listed in the order of the list, else sorted by name.
    statistic: what is asked for; ``""`` in a list of what there is.
    seconds: how long what is summed up together lasts.
    """

    account: str
    region: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str = ""
    seconds: int = HOUR

    def value(self, dimension: str) -> str | None:
        """Return the value of a dimension, if it has that."""
        return dict(self.dimensions).get(dimension)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its dimensions, sorted."""
        return tuple(sorted(name for name, _ in self.dimensions))


@dataclass(slots=True)
class Read:
    """What was read: by series; a series without anything is there and empty.

    failed: why nobody knows a series, by series.
    """

    points: dict[Series, Points] = field(default_factory=dict)
    failed: dict[Series, str] = field(default_factory=dict)

    def add(self, other: "Read") -> None:
        """Take in what was read elsewhere."""
        self.points |= other.points
        self.failed |= other.failed


def list_series(session: Session, account: str, region: str, namespace: str) -> list[Series] | Refusal:
    """Return the metrics of a namespace that had something in the last two weeks."""
    found, refusal = session.ask_for_all(LIST_METRICS, region, "Metrics", Namespace=namespace)
    if refusal is not None:
        # Half of a list would pass for the whole.
        return refusal
    pairs = ((str(one["MetricName"]), one.get("Dimensions") or ()) for one in found)
    return [
        Series(account, region, namespace, metric, tuple((str(d["Name"]), str(d["Value"])) for d in dimensions))
        for metric, dimensions in pairs
    ]


def series_of(
    account: str, region: str, namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str
) -> Series:
    """Return the series of a metric, by the hour, by the values of its dimensions."""
    return Series(account, region, namespace, metric, tuple(sorted(dimensions.items())), statistic)


def read_series(
    session: Session,
    region: str,
    wanted: Iterable[Series],
    start: datetime,
    end: datetime,
    asked: Callable[[int], None] = lambda _: None,
) -> Read:
    """Return what each series counted from *start* to *end*; both are whole hours, or days where days are summed up.

    wanted: of one account and Region, and all by the hour or all by the day.
    asked: called with how many series were asked about, after each call.
    """
    read = Read()
    missing: Sequence[Series] = sorted(set(wanted))
    if not missing:
        return read
    # One page for each call: whether further pages are charged again is not said.
    points = max(1, int((end - start).total_seconds()) // missing[0].seconds)
    step = max(1, min(_QUERIES_PER_CALL, _POINTS_PER_CALL // points))
    for attempt in range(_ATTEMPTS):
        left: list[Series] = []
        for begin in range(0, len(missing), step):
            some = missing[begin : begin + step]
            left += _read_some(session, region, some, start, end, read)
            asked(len(some) if not attempt else 0)
        missing = left
    for series in missing:
        read.failed.setdefault(series, "CloudWatch gave a part of it only, again and again")
    return read


def _read_some(
    session: Session, region: str, some: Sequence[Series], start: datetime, end: datetime, read: Read
) -> list[Series]:
    """Read a few series into *read*; return those worth asking for again."""
    ids = {f"m{position}": series for position, series in enumerate(some)}
    answers, refusal = session.ask_for_all(
        GET_METRIC_DATA,
        region,
        "MetricDataResults",
        MetricDataQueries=[_query(one, series) for one, series in ids.items()],
        StartTime=start,
        EndTime=end,
        ScanBy="TimestampAscending",
    )
    if refusal is not None:
        read.failed.update(dict.fromkeys(some, str(refusal)))
        return []
    found: dict[Series, dict[datetime, int]] = {}
    status: dict[Series, str] = {}
    for answer in answers:
        series = ids[answer["Id"]]
        points = found.setdefault(series, {})
        for moment, value in zip(answer.get("Timestamps") or (), answer.get("Values") or (), strict=True):
            points[datetime.fromisoformat(moment)] = round(value)
        # A part is followed by the rest on a later page, which says that it is the last.
        status[series] = str(answer.get("StatusCode") or _COMPLETE)
    again = []
    for series in some:
        if status.get(series) == _COMPLETE:
            read.points[series] = found[series]
        elif status.get(series) == _FORBIDDEN:
            read.failed[series] = f"{GET_METRIC_DATA.name}: it is not allowed"
        else:
            again.append(series)
    return again


def _query(name: str, series: Series) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in series.dimensions]
    metric = {"Namespace": series.namespace, "MetricName": series.metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": series.seconds, "Stat": series.statistic}}
