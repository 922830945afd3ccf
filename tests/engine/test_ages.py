"""How old what piles up is: closed forms, against sums over days and against hand arithmetic."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.ages import Arrivals, between, months, share_older, share_reaching
from costplan.model.quantity import Quantity

D = Decimal
STEPS = 400
"""Moments of a month that the slow twin looks at."""


def slow_share_older(j: int, age: float) -> float:
    """Of arrivals at the middle of each of many short spans, those old enough at the middle of each of as many."""
    moments = [(step + 0.5) / STEPS for step in range(STEPS)]
    return sum(max(0, round(1e9 * (j + t - u)) >= round(1e9 * max(age, 1e-9))) for t in moments for u in moments) / (
        STEPS * STEPS
    )


@pytest.mark.parametrize(
    ("j", "age"), [(0, "0"), (0, "1/4"), (0, "1"), (1, "0"), (1, "1/2"), (1, "3/2"), (3, "13/4"), (3, "9/4"), (5, "7")]
)
def test_the_share_of_a_months_arrivals_that_is_old_enough(j: int, age: str) -> None:
    exact = float(share_older(j, Fraction(age)))
    assert exact == pytest.approx(slow_share_older(j, float(Fraction(age))), abs=0.004)


def constant(amount: int, count: int, first: int = 1) -> Arrivals:
    return Arrivals([Quantity.exact(amount)] * count, first)


@pytest.mark.parametrize("month", [1, 2, 12, 40])
def test_without_an_end_month_m_holds_m_less_a_half_arrivals(month: int) -> None:
    assert constant(100, 60).older(month, Fraction(0)).point == 100 * month - 50


def test_a_steady_stage_holds_its_length_in_arrivals() -> None:
    # 400 days at 730 / 24 days a month are 13.150685 months.
    held = between(constant(100, 60), 50, Fraction(0), months(400))
    assert held.point.quantize(D("0.0001")) == D("1315.0685")


def test_every_object_gets_as_old_once() -> None:
    arrivals = constant(100, 60)
    age = months(90)
    assert arrivals.reaching(50, age).point == 100
    # 90 days are 2.9589 months: of the first month's arrivals a part does so in month 3, the rest in month 4.
    first = Arrivals([Quantity.exact(100)] + [Quantity.exact(0)] * 10)
    assert [first.reaching(month, age).point.quantize(D("0.01")) for month in (3, 4, 5)] == [D("4.11"), D("95.89"), 0]


@given(st.integers(0, 30), st.fractions(0, 25, max_denominator=730))
def test_older_shares_fall_with_age_and_rise_with_time(j: int, age: Fraction) -> None:
    assert share_older(j, age) <= share_older(j + 1, age)
    assert share_older(j, age + Fraction(1, 10)) <= share_older(j, age)
    assert 0 <= share_older(j, age) <= 1


@given(st.fractions(0, 25, max_denominator=730))
def test_what_reaches_an_age_adds_up_to_all(age: Fraction) -> None:
    assert sum(share_reaching(j, age) for j in range(30)) == pytest.approx(D(1), abs=D("1e-11"))


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    st.integers(-5, 1),
    st.integers(1, 30),
    st.fractions(0, 25, max_denominator=730),
)
def test_sums_by_age_are_those_of_every_month_by_itself(
    amounts: list[int], first: int, month: int, age: Fraction
) -> None:
    arrivals = Arrivals([Quantity.exact(amount) for amount in amounts], first)
    by_month = [(month - (first + at), amount) for at, amount in enumerate(amounts)]
    older = sum(amount * share_older(j, age) for j, amount in by_month if j >= 0)
    reaching = sum(amount * share_reaching(j, age) for j, amount in by_month if j >= 0)
    assert arrivals.older(month, age).point == older
    assert arrivals.reaching(month, age).point == reaching
