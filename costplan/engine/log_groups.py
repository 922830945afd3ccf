"""What a trail's copy to CloudWatch Logs costs: bytes that go in, and what is kept of them (R90, R106).

Source: Amazon CloudWatch pricing, whose examples count 0.15 bytes of storage, compressed, for each byte that goes in.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

from costplan.engine.ages import Arrivals, between, months
from costplan.engine.metering import Recorded
from costplan.engine.routing import Router
from costplan.engine.storage import settled_from
from costplan.model.billing import Meter, Usage
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import CloudWatchLogs, Trail, is_on
from costplan.model.scenario import Settings

KEPT_SHARE = Decimal("0.15")
"""Bytes that are stored for each byte that goes in."""

_INGESTED = "uncompressed bytes of the events sent to the log group"
_KEPT = "time average of what the log group keeps, compressed to 0.15 of what went in"


class LogGroups:
    """The log groups of a scenario's trails, month by month, each at the home of its trail.

    router: every recorder, whenever it is on.
    """

    def __init__(self, recorded: Sequence[Sequence[Recorded]], router: Router, settings: Settings) -> None:
        self._recorded, self._router, self._settings = recorded, router, settings
        self._arrivals: dict[int, Arrivals] = {}
        self._settled: dict[int, int] = {}
        for ordinal, recorder in enumerate(router.recorders):
            if isinstance(recorder, Trail) and recorder.is_logging and recorder.cloudwatch_logs is not None:
                sent = [self._sent(month, ordinal) for month in recorded]
                self._arrivals[ordinal] = Arrivals(sent)
                self._settled[ordinal] = settled_from(sent)

    def _sent(self, recorded: Sequence[Recorded], ordinal: int) -> Quantity:
        return total(part.log_group_bytes for part in recorded if part.ordinal == ordinal)

    @property
    def steady_from(self) -> int | None:
        """The first month from which equal arrivals change nothing; ``None`` where a group keeps events for ever."""
        first = 1
        for ordinal, since in self._settled.items():
            end = self._end(ordinal)
            if end is None and self._router.recorders[ordinal].stops_in_month is None:
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
        for ordinal, arrivals in self._arrivals.items():
            trail = self._router.recorders[ordinal]
            if month < trail.starts_in_month:
                continue
            ingested = self._sent(self._recorded[month - 1], ordinal)
            kept = between(arrivals, month, Fraction(0), self._end(ordinal)) * KEPT_SHARE
            if is_on(trail, month):
                found.append(self._usage(ordinal, Meter.CLOUDWATCH_LOGS_INGESTION, ingested, "GB", _INGESTED))
            found.append(self._usage(ordinal, Meter.CLOUDWATCH_LOGS_STORAGE, kept, "GB-month", _KEPT))
        return found

    def _end(self, ordinal: int) -> Fraction | None:
        """Return for how many months a group keeps events; where nobody knows, for ever, which is AWS's default."""
        copy = self._router.recorders[ordinal].cloudwatch_logs  # type: ignore[union-attr]
        days = (copy or CloudWatchLogs()).retention_days
        return months(days) if days else None

    def _usage(self, ordinal: int, meter: Meter, amount: Quantity, unit: str, because: str) -> Usage:
        trail, label = self._router.recorders[ordinal], self._router.labels[ordinal]
        size = amount * (1 / self._settings.gb.bytes)
        return Usage(meter, trail.account or "", trail.home_region or "", label, size, unit, ("R90",), because)
