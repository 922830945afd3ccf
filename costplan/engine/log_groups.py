"""What events in CloudWatch Logs cost, a trail's or without one: bytes that go in, and what is kept (R78, R90, R106).

Source: Amazon CloudWatch pricing, whose examples count 0.15 bytes of storage, compressed, for each byte that goes in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

from costplan.engine.ages import Arrivals, between, months
from costplan.engine.metering import Recorded
from costplan.engine.routing import Router
from costplan.engine.scope import Place
from costplan.engine.storage import settled_from
from costplan.model.billing import Meter, Usage
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import CloudWatchLogs, DirectDelivery, EventDataStore, LogClass, Recorder, Trail, is_on
from costplan.model.scenario import Settings

Group = tuple[int, str, str]
"""A log group: its recorder, by ordinal, its account and its Region."""

KEPT_SHARE = Decimal("0.15")
"""Bytes that are stored for each byte that goes in."""

_INGESTED = "uncompressed bytes of the events sent to the log group"
_KEPT = "time average of what the log group keeps, compressed to 0.15 of what went in"


class LogGroups:
    """The log groups of a scenario, month by month: at the home of each trail, in each place where there is none.

    router: every recorder, whenever it is on.
    """

    def __init__(self, recorded: Sequence[Sequence[Recorded]], router: Router, settings: Settings) -> None:
        self._recorded, self._router, self._settings = recorded, router, settings
        self._sent = [self._by_group(month) for month in recorded]
        sent = {
            group: [month.get(group, NOTHING) for month in self._sent]
            for ordinal, recorder in enumerate(router.recorders)
            for group in _groups(ordinal, recorder, router.places[ordinal])
            # An organization has a group in each member and Region; most of them never get an event.
            if isinstance(recorder, Trail) or any(group in month for month in self._sent)
        }
        self._arrivals = {group: Arrivals(months_of) for group, months_of in sent.items()}
        self._settled = {group: settled_from(months_of) for group, months_of in sent.items()}

    def _by_group(self, recorded: Sequence[Recorded]) -> dict[Group, Quantity]:
        """Return what goes into each log group in a month: all of a trail's at its home, else place by place."""
        found: dict[Group, Quantity] = defaultdict(lambda: NOTHING)
        for part in recorded:
            recorder = self._router.recorders[part.ordinal]
            place = _home(recorder) if isinstance(recorder, Trail) else (part.account, part.region)
            found[part.ordinal, *place] += part.log_group_bytes
        return found

    @property
    def steady_from(self) -> int | None:
        """The first month from which equal arrivals change nothing; ``None`` where a group keeps events for ever."""
        first = 1
        for group, since in self._settled.items():
            end = self._end(group[0])
            if end is None and self._router.recorders[group[0]].stops_in_month is None:
                return None
            # A group that keeps all it had, and gets nothing more, is at rest at once.
            first = max(first, since - 1 + ceil(end or 0) + 1)
        return first

    def lasting(self, month: int) -> "LogGroups":
        """Return the same groups when the last month's arrivals go on until *month*."""
        more = [self._recorded[-1]] * max(0, month - len(self._recorded))
        return LogGroups([*self._recorded, *more], self._router, self._settings)

    def usages(self, month: int) -> list[Usage]:
        """Return the usage of one month: what goes in, and what is kept on average over the month."""
        found = []
        for group, arrivals in self._arrivals.items():
            recorder = self._router.recorders[group[0]]
            if month < recorder.starts_in_month:
                continue
            if is_on(recorder, month):
                ingested = self._sent[month - 1].get(group, NOTHING)
                meter = ingestion_meter_of(self._copy(group[0]), self._settings)
                found.append(self._usage(group, meter, ingested, "GB", _INGESTED))
            kept = between(arrivals, month, Fraction(0), self._end(group[0])) * KEPT_SHARE
            found.append(self._usage(group, Meter.CLOUDWATCH_LOGS_STORAGE, kept, "GB-month", _KEPT))
        return found

    def _copy(self, ordinal: int) -> CloudWatchLogs:
        return log_group_of(self._router.recorders[ordinal]) or CloudWatchLogs()

    def _end(self, ordinal: int) -> Fraction | None:
        """Return for how many months a group keeps events; where nobody knows, for ever, which is AWS's default."""
        days = self._copy(ordinal).retention_days
        return months(days) if days else None

    def _usage(self, group: Group, meter: Meter, amount: Quantity, unit: str, because: str) -> Usage:
        ordinal, account, region = group
        is_direct = isinstance(self._router.recorders[ordinal], DirectDelivery)
        size = amount * (1 / self._settings.gb.bytes)
        rules = ("R78", "R90") if is_direct else ("R90",)
        return Usage(meter, account, region, self._router.labels[ordinal], size, unit, rules, because)


def log_group_of(recorder: Recorder) -> CloudWatchLogs | None:
    """Return the log group that a recorder sends its events to, if there is one."""
    return None if isinstance(recorder, EventDataStore) else recorder.cloudwatch_logs


def ingestion_meter_of(copy: CloudWatchLogs, settings: Settings) -> Meter:
    """Return the meter of what goes into a log group: by its class, and by what the scenario takes the logs for.

    For AWS's own logs in the Infrequent Access class no list has a price of its own.
    """
    if copy.log_class is LogClass.INFREQUENT_ACCESS:
        return Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT
    return (
        Meter.CLOUDWATCH_LOGS_INGESTION_VENDED if settings.cloudwatch_logs_vended else Meter.CLOUDWATCH_LOGS_INGESTION
    )


def _groups(ordinal: int, recorder: Recorder, present: Iterable[Place]) -> Iterator[Group]:
    """Yield the log groups of a recorder; none where it has none or is stopped."""
    if log_group_of(recorder) is not None and recorder.is_running:
        for place in (_home(recorder),) if isinstance(recorder, Trail) else present:
            yield (ordinal, *place)


def _home(recorder: Recorder) -> Place:
    return (recorder.account or "", recorder.home_region or "")
