"""Volumes of the management events that an account's event history holds: all of them, or a sample of time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from costplan.inputs.account.event_history import WindowCount
from costplan.inputs.volumes.logs.period import SLOT_SECONDS, Span
from costplan.inputs.volumes.logs.sampled import sampled_quantity
from costplan.model.events import EventCategory, EventKey
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.volumes import Basis, Coverage, Estimated, ReadSummary, Sampling, VolumeRow, Volumes

KIND = "lookup"


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """What was read of one account and Region: its windows, in the order of time; *windows*: how many there are."""

    account: str
    region: str
    windows: int
    drawn: tuple[WindowCount, ...]

    @property
    def is_census(self) -> bool:
        """Whether everything was read."""
        return len(self.drawn) == self.windows


def span_of(start: datetime, end: datetime) -> Span:
    """Return a period as slots; both its ends are whole slots."""
    return Span(int(start.timestamp()) // SLOT_SECONDS, int(end.timestamp()) // SLOT_SECONDS)


def monthly(window: WindowCount, span: Span) -> dict[EventKey, float]:
    """Return the events of one window, each counted as often as its weekday stands for in a month."""
    expansion = span.expansion()
    return {
        key: float(sum(n * Fraction(w, expansion.denominator) for n, w in zip(days, expansion.weights, strict=True)))
        for key, days in window.by_weekday.items()
    }


def design_id(places: Sequence[PlaceCount], span: Span, seed: int) -> str:
    """Return a name of a sample that tells it from every other."""
    drawn = [(p.account, p.region, p.windows, len(p.drawn)) for p in places if not p.is_census]
    return "sha256:" + hashlib.sha256(f"{KIND} {span} {seed} {drawn!r}".encode()).hexdigest()


def lookup_volumes(
    places: Sequence[PlaceCount], span: Span, expanded: Mapping[EventKey, Estimated], sampling: Sampling | None
) -> Volumes:
    """Return the volumes of all places: exact where everything was read, else what the sample expands to."""
    rows: list[VolumeRow] = []
    for place in places:
        total = WindowCount()
        for window in place.drawn:
            _add(total, window)
        with exact_arithmetic():
            for key in sorted(total.by_weekday, key=_order):
                days = total.by_weekday[key]
                if place.is_census or sampling is None:
                    per_month = Quantity.exact(span.expansion().per_month(days))
                else:
                    per_month = sampled_quantity(expanded[key], sampling)
                rows.append(VolumeRow(key, per_month, sum(days), total.raw_bytes[key]))
    period = span.period()
    coverage = tuple(
        Coverage(p.account, p.region, EventCategory.MANAGEMENT, Basis.MEASURED, observed=period) for p in places
    )
    windows = [window for place in places for window in place.drawn]
    read = ReadSummary(
        records=sum(window.met for window in windows),
        counted=sum(window.counted for window in windows),
        duplicates=sum(window.repeated for window in windows),
        unreadable=sum(window.unreadable for window in windows),
    )
    return Volumes(tuple(rows), coverage, kind=KIND, read=read, sampling=sampling)


def _add(total: WindowCount, window: WindowCount) -> None:
    for key, days in window.by_weekday.items():
        mine = total.by_weekday.setdefault(key, [0] * 7)
        mine[:] = [a + b for a, b in zip(mine, days, strict=True)]
        total.raw_bytes[key] = total.raw_bytes.get(key, 0) + window.raw_bytes[key]


def _order(key: EventKey) -> tuple[str, ...]:
    return (str(key.event_source), str(key.event_name), repr(key))
