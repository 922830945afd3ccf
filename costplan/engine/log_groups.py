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
from costplan.model.billing import Meter, Usage
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import CloudWatchLogs, Trail
from costplan.model.scenario import Settings

KEPT_SHARE = Decimal("0.15")
"""Bytes that are stored for each byte that goes in."""

_INGESTED = "uncompressed bytes of the events sent to the log group"
_KEPT = "time average of what the log group keeps, compressed to 0.15 of what went in"


class LogGroups:
    """The log groups of a scenario's trails, month by month, each at the home of its trail."""

    def __init__(self, recorded: Sequence[Sequence[Recorded]], router: Router, settings: Settings) -> None:
        self._recorded, self._router, self._settings = recorded, router, settings
        self._arrivals: dict[int, Arrivals] = {}
        for ordinal, recorder in enumerate(router.recorders):
            if isinstance(recorder, Trail) and recorder.is_logging and recorder.cloudwatch_logs is not None:
                self._arrivals[ordinal] = Arrivals([self._sent(month, ordinal) for month in recorded])

    def _sent(self, recorded: Sequence[Recorded], ordinal: int) -> Quantity:
        return total(part.log_group_bytes for part in recorded if part.ordinal == ordinal)

    @property
    def steady_from(self) -> int | None:
        """The first month from which equal arrivals change nothing; ``None`` where a group keeps events for ever."""
        ends = [self._end(ordinal) for ordinal in self._arrivals]
        if any(end is None for end in ends):
            return None
        return max((ceil(end) + 1 for end in ends if end is not None), default=1)

    def lasting(self, month: int) -> "LogGroups":
        """Return the same groups when the last month's arrivals go on until *month*."""
        more = [self._recorded[-1]] * max(0, month - len(self._recorded))
        return LogGroups([*self._recorded, *more], self._router, self._settings)

    def usages(self, month: int) -> list[Usage]:
        """Return the usage of one month: what goes in, and what is kept on average over the month."""
        found = []
        for ordinal, arrivals in self._arrivals.items():
            ingested = self._sent(self._recorded[month - 1], ordinal)
            kept = between(arrivals, month, Fraction(0), self._end(ordinal)) * KEPT_SHARE
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
