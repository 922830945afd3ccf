"""When something was observed, and from there to a month of 730 hours.

Time is counted in slots of five minutes, numbered from the epoch.  The stamp in a file's name is the end of the slot in
which the file was delivered, so ``T0010Z`` is the slot from 00:05 to 00:10; files without a stamp are placed by the
times of their events.  What one account's trails deliver was observed from the first slot of any of its Regions to the
last: a Region without files was idle, not unobserved.  The accounts of an organization's folder share one period in the
same way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from decimal import Decimal
from functools import lru_cache
from math import lcm

from costplan.model.numbers import round_once
from costplan.model.volumes import SLOTS_PER_MONTH, Period

SLOT_SECONDS = 300
SLOTS_PER_HOUR = 12
SLOTS_PER_DAY = 288
WEIGHTED_FROM_DAYS = 14
"""From two weeks on every weekday counts alike, whatever day the period begins on."""

# A Region with files in nine hours of ten is busy: an hour without is missing rather than idle.
_BUSY_TENTHS = 9
# With files in so many slots of a hundred, chance leaves none out.
_BUSY_HUNDREDTHS = 98


# Days and minutes apart: few of either, where a year of stamps would fill the memory.
_CLOCKS = {f"T{hour:02}:{minute:02}": (hour * 60 + minute) // 5 for hour in range(24) for minute in range(60)}
_TEXTS = [f"T{slot // SLOTS_PER_HOUR:02}:{slot % SLOTS_PER_HOUR * 5:02}" for slot in range(SLOTS_PER_DAY)]


def slot_of_minute(text: str) -> int | None:
    """Return the slot of a time such as ``2026-10-05T00:07``, or ``None`` if it is no time."""
    day, at = _day_of(text[:10]), _CLOCKS.get(text[10:])
    return None if day is None or at is None else day * SLOTS_PER_DAY + at


@lru_cache(maxsize=2_000)
def _day_of(text: str) -> int | None:
    """Return the number of a day, counted from the epoch."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    if moment.year == MAXYEAR:
        # Its last slot would end in a year that dates do not have.
        return None
    return int(moment.replace(tzinfo=UTC).timestamp()) // (SLOTS_PER_DAY * SLOT_SECONDS)


@lru_cache(maxsize=2_000)
def minute_of(slot: int) -> str:
    """Return when a slot begins, as the beginning of an ``eventTime``.

    >>> minute_of(slot_of_minute("2026-10-05T00:07"))
    '2026-10-05T00:05'
    """
    day, at = divmod(slot, SLOTS_PER_DAY)
    return _text_of(day) + _TEXTS[at]


@lru_cache(maxsize=2_000)
def _text_of(day: int) -> str:
    return f"{moment_of(day * SLOTS_PER_DAY):%Y-%m-%d}"


def weekday_of(slot: int) -> int:
    """Return the weekday on which a slot begins; Monday is 0."""
    # The epoch was a Thursday.
    return (slot // SLOTS_PER_DAY + 3) % 7


def moment_of(slot: int) -> datetime:
    """Return when a slot begins."""
    return datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)


class SlotSet:
    """A set of slots, as one bit each: a year of a thousand places must fit into memory."""

    def __init__(self) -> None:
        self._days: dict[int, int] = {}

    def add(self, slot: int) -> None:
        """Put a slot into the set."""
        day, at = divmod(slot, SLOTS_PER_DAY)
        self._days[day] = self._days.get(day, 0) | 1 << at

    def update(self, other: "SlotSet") -> None:
        """Put all slots of another set into this one."""
        for day, bits in other._days.items():
            self._days[day] = self._days.get(day, 0) | bits

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._days.values())

    @property
    def days(self) -> int:
        """How many days have a slot in the set."""
        return len(self._days)

    @property
    def span(self) -> "Span":
        """From the first slot to the last.  The set must not be empty."""
        first, last = min(self._days), max(self._days)
        low, high = self._days[first], self._days[last]
        start = first * SLOTS_PER_DAY + (low & -low).bit_length() - 1
        return Span(start, last * SLOTS_PER_DAY + high.bit_length())

    def has_hour(self, hour: int) -> bool:
        """Whether a slot of the *hour*, numbered from the epoch, is in the set."""
        day, at = divmod(hour, 24)
        return bool(self._days.get(day, 0) >> at * SLOTS_PER_HOUR & (1 << SLOTS_PER_HOUR) - 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive slots, end exclusive."""

    start: int
    end: int

    def __or__(self, other: "Span") -> "Span":
        return Span(min(self.start, other.start), max(self.end, other.end))

    @property
    def slots(self) -> int:
        """How many there are."""
        return self.end - self.start

    def period(self, occupied: SlotSet | None = None) -> Period:
        """Return the span as a period, with the gaps of one Region where it is busy.

        Where nearly every slot has a file those without are gaps; where most hours have, whole hours without.  Gaps are
        reported, not taken out of the hours: a time without events looks the same as a lost file.
        """
        hours = round_once(Decimal(self.slots) / SLOTS_PER_HOUR)
        empty = self.slots - len(occupied) if occupied is not None else 0
        if 0 < empty * 100 <= self.slots * (100 - _BUSY_HUNDREDTHS):
            return Period(
                moment_of(self.start), moment_of(self.end), hours, round_once(Decimal(empty) / SLOTS_PER_HOUR)
            )
        whole = range(-(-self.start // SLOTS_PER_HOUR), self.end // SLOTS_PER_HOUR)
        idle = sum(not occupied.has_hour(hour) for hour in whole) if occupied is not None else 0
        is_busy = idle * 10 <= len(whole) * (10 - _BUSY_TENTHS)
        return Period(moment_of(self.start), moment_of(self.end), hours, Decimal(idle if is_busy else 0))

    def expansion(self) -> "Expansion":
        """Return how counts by weekday become a month.

        Below two weeks all days count by the same factor, a month over the observed time; from then on each weekday
        makes a seventh of the month.
        """
        if self.slots < WEIGHTED_FROM_DAYS * SLOTS_PER_DAY:
            return Expansion((SLOTS_PER_MONTH,) * 7, self.slots)
        observed = [0] * 7
        for day in range(self.start // SLOTS_PER_DAY, -(-self.end // SLOTS_PER_DAY)):
            begin, end = day * SLOTS_PER_DAY, (day + 1) * SLOTS_PER_DAY
            observed[weekday_of(begin)] += min(end, self.end) - max(begin, self.start)
        common = lcm(*observed)
        return Expansion(tuple(SLOTS_PER_MONTH * common // slots for slots in observed), 7 * common)


@dataclass(frozen=True, slots=True)
class Expansion:
    """Whole-number weights by weekday over one denominator, so that a month is rounded once.

    >>> Span(0, 12 * 24).expansion().per_month([3, 0, 0, 0, 0, 0, 0])  # 3 in a day: × 730 / 24
    Decimal('91.250000')
    """

    weights: tuple[int, ...]
    denominator: int

    def per_month(self, by_weekday: Iterable[int]) -> Decimal:
        """Return the events of a month of 730 hours, to 6 decimals, half even: call it under exact arithmetic."""
        weighted = sum(count * weight for count, weight in zip(by_weekday, self.weights, strict=True))
        return round_once(Decimal(weighted) / self.denominator)


def union(spans: Sequence[Span]) -> Span:
    """Return the span from the first start to the last end."""
    result = spans[0]
    for span in spans[1:]:
        result |= span
    return result
