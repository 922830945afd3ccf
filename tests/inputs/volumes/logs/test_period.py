from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.volumes.logs.period import (
    SLOTS_PER_DAY,
    SlotSet,
    Span,
    moment_of,
    slot_of_minute,
    weekday_of,
)

MONDAY = slot_of_minute("2026-10-05T00:00")
assert MONDAY is not None


def span(days: float, start: int = MONDAY) -> Span:
    return Span(start, start + round(days * SLOTS_PER_DAY))


@given(st.integers(0, 10**7))
def test_a_slot_begins_on_the_weekday_of_its_moment(slot):
    assert weekday_of(slot) == moment_of(slot).weekday()
    assert slot_of_minute(f"{moment_of(slot):%Y-%m-%dT%H:%M}") == slot


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00", "2026-10-05 00:00"])
def test_what_is_no_time_has_no_slot(text):
    assert slot_of_minute(text) is None


@given(st.sets(st.integers(0, 5000), min_size=1))
def test_a_slot_set_knows_its_size_its_span_and_its_hours(slots):
    made = SlotSet()
    for slot in [*slots, *slots]:
        made.add(slot)
    assert len(made) == len(slots)
    assert made.span == Span(min(slots), max(slots) + 1)
    hours = {slot // 12 for slot in slots}
    assert all(made.has_hour(hour) == (hour in hours) for hour in range(5000 // 12 + 2))


def test_below_two_weeks_a_month_is_730_hours_over_those_observed():
    # 55 minutes are 11 slots of 8,760: 22 × 8760 / 11
    assert Span(0, 11).expansion().per_month([22, 0, 0, 0, 0, 0, 0]) == Decimal(17520)
    # 13 days are 312 hours: 312 × 730 / 312, on whatever day
    for weekday in range(7):
        counts = [0] * 7
        counts[weekday] = 312
        assert span(13).expansion().per_month(counts) == Decimal(730)


def test_from_two_weeks_on_every_weekday_makes_a_seventh_of_the_month():
    # 15 days from a Monday have three Mondays and two of every other day.  A month has 730/168 of each:
    # Mondays 30 / 3 × 730/168, all other days 20 / 2 × 730/168, in all 70 × 730 / 168 = 304.166667
    assert span(15).expansion().per_month([30, 20, 20, 20, 20, 20, 20]) == Decimal("304.166667")
    # Only Mondays: 10 × 730 / 168 = 43.452381
    assert span(15).expansion().per_month([30, 0, 0, 0, 0, 0, 0]) == Decimal("43.452381")


def test_two_whole_weeks_weigh_all_days_alike():
    # 336 events in 336 hours, however they fall on the days
    assert span(14).expansion().per_month([300, 0, 0, 36, 0, 0, 0]) == Decimal(730)


@given(st.integers(14 * SLOTS_PER_DAY, 60 * SLOTS_PER_DAY), st.integers(0, 10_000))
def test_a_constant_rate_is_expanded_to_itself_whatever_the_period(slots, offset):
    observed = Span(MONDAY + offset, MONDAY + offset + slots)
    by_weekday = [0] * 7
    for slot in range(observed.start, observed.end):
        by_weekday[weekday_of(slot)] += 1
    # One event in each slot: 8,760 a month.
    assert observed.expansion().per_month(by_weekday) == Decimal(8760)


def test_a_month_is_rounded_once_half_even():
    # 8760 / 7 = 1251.4285714…
    assert Span(0, 7).expansion().per_month([1, 0, 0, 0, 0, 0, 0]) == Decimal("1251.428571")
    # 8760 / 3072 = 365 / 128 = 2.8515625 lies in the middle and goes to the even neighbour.
    assert Span(0, 3072).expansion().per_month([1, 0, 0, 0, 0, 0, 0]) == Decimal("2.851562")


def test_a_period_has_its_hours_and_the_gaps_of_a_busy_region():
    start = datetime(2026, 10, 5, tzinfo=UTC)
    occupied = SlotSet()
    for hour in range(24):
        if hour != 7:
            occupied.add(MONDAY + hour * 12)
    period = span(1).period(occupied)
    assert (period.start, period.end) == (start, start + timedelta(days=1))
    assert (period.hours, period.gap_hours) == (Decimal(24), Decimal(1))


def test_an_idle_region_has_no_gaps():
    occupied = SlotSet()
    occupied.add(MONDAY)
    assert span(1).period(occupied).gap_hours == 0
    assert span(1).period().gap_hours == 0


def test_where_nearly_every_slot_has_a_file_those_without_are_gaps():
    occupied = SlotSet()
    for slot in range(SLOTS_PER_DAY):
        if slot not in (10, 11, 100):
            occupied.add(MONDAY + slot)
    # 3 slots of five minutes
    assert span(1).period(occupied).gap_hours == Decimal("0.25")
