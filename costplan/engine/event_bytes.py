"""The uncompressed bytes of events: those of all, and those of the events that get into log groups (R85, R106)."""

from decimal import Decimal

from costplan.model.numbers import ZERO, round_once
from costplan.model.quantity import Quantity
from costplan.model.volumes import VolumeRow

DEFAULT_EVENT_BYTES = 1500
"""Uncompressed bytes of an event where nobody measured them: AWS's own figure for estimates."""

LEAST_OVERSIZE_BYTES, MOST_OVERSIZE_BYTES = 2**18, 2**20
"""Between these an event is too large for log groups: above 256 KB, and 1 MB is the most that CloudTrail makes."""


def is_measured(row: VolumeRow) -> bool:
    """Whether somebody measured how large the row's events are."""
    return row.raw_bytes is not None and bool(_count(row))


def raw_bytes(row: VolumeRow) -> Quantity:
    """Return the bytes of a row's events in a month."""
    return _of_month(row, _per_event(row))


def bytes_for_log_groups(row: VolumeRow) -> Quantity:
    """Return the bytes of a row's events in a month without those over 256 KB, which CloudWatch Logs does not get.

    A row knows how many these are, not how large: the band is from the least to the most that they can leave.
    """
    count = _count(row)
    if not row.oversize or not count:
        return raw_bytes(row)
    if row.raw_bytes is None:
        return _of_month(row, _per_event(row) * max(ZERO, count - row.oversize) / count)
    most, least = (row.oversize * each for each in (MOST_OVERSIZE_BYTES, LEAST_OVERSIZE_BYTES))
    left = [max(0, row.raw_bytes - size) if row.oversize < count else 0 for size in (most, least)]
    low, high = (_of_month(row, Decimal(size) / count) for size in left)
    floor = low.floor if high.replicates else ZERO
    return Quantity(high.point, low.low, high.high, high.replicates, floor)


def _count(row: VolumeRow) -> Decimal:
    """Return how many events the row's bytes are of: beside a rate that somebody typed, those of a month."""
    return row.per_month.point if row.count is None else Decimal(row.count)


def _per_event(row: VolumeRow) -> Decimal:
    count = _count(row)
    return Decimal(DEFAULT_EVENT_BYTES) if row.raw_bytes is None or not count else Decimal(row.raw_bytes) / count


def _of_month(row: VolumeRow, per_event: Decimal) -> Quantity:
    near = float(per_event)
    return row.per_month.through(lambda events: round_once(events * per_event), lambda events: events * near)
