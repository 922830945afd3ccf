"""A figure, its band and its replicates."""

from decimal import Decimal
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.model.quantity import NOTHING, Quantity, Replicates, pair_replicates, total

amounts = st.decimals(min_value=0, max_value=10**9, places=6)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, point, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    return Quantity(point, low, high)


def sampled(point: int, *deviations: float, design: str = "a", factor: float = 0.5) -> Quantity:
    return Quantity(Decimal(point), Decimal(point), Decimal(point), (Replicates(design, factor, deviations),))


def test_a_figure_without_a_band_is_its_own_low_and_high() -> None:
    figure = Quantity.exact(7)
    assert (figure.low, figure.point, figure.high) == (7, 7, 7)
    assert not figure.has_band


def test_what_may_be_recorded_is_counted_unless_said_otherwise() -> None:
    assert Quantity.between(Decimal(2), Decimal(5)).point == 5
    assert Quantity.between(Decimal(2), Decimal(5), Decimal(3)).point == 3


@pytest.mark.parametrize(("low", "high", "point"), [(3, 2, 3), (1, 2, 3), (1, 2, 0)])
def test_a_band_out_of_order_is_refused(low: int, high: int, point: int) -> None:
    with pytest.raises(ValueError, match="out of order"):
        Quantity.between(Decimal(low), Decimal(high), Decimal(point))


def test_a_figure_is_something_if_any_of_its_three_numbers_is() -> None:
    zero, one = Decimal(0), Decimal(1)
    assert not NOTHING
    assert Quantity(zero, zero, one)
    assert Quantity(zero, one, one)
    # A share of the middle tier can be empty at both ends and not in between.
    assert Quantity(one, zero, zero)


@given(quantities(), quantities(), quantities())
def test_sums_depend_on_no_order(a: Quantity, b: Quantity, c: Quantity) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c) == total([c, a, b])
    assert a + NOTHING == a


@given(quantities(), amounts)
def test_a_factor_scales_the_whole_band(figure: Quantity, factor: Decimal) -> None:
    scaled = figure * factor
    assert scaled.low <= scaled.point <= scaled.high
    assert scaled.high == figure.high * factor


def test_a_negative_factor_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Quantity.exact(1) * Decimal(-1)


def test_figures_of_one_design_pair_by_replicate() -> None:
    # Deviations add before they are squared: 0.5 × ((1 + 3)² + (2 − 2)²) = 8, not 0.5 × (1 + 4 + 9 + 4) = 9.
    both = sampled(10, 1.0, 2.0) + sampled(20, 3.0, -2.0)
    assert both.point == 30
    assert both.replicates == (Replicates("a", 0.5, (4.0, 0.0)),)
    assert isclose(both.standard_error, sqrt(8))


def test_variances_of_different_designs_add() -> None:
    # 0.5 × (1 + 4) + 0.5 × (9 + 4) = 9.
    both = sampled(10, 1.0, 2.0, design="b") + sampled(20, 3.0, -2.0, design="a")
    assert [r.design_id for r in both.replicates] == ["a", "b"]
    assert isclose(both.standard_error, 3)


def test_replicates_of_unequal_number_are_never_paired() -> None:
    with pytest.raises(ValueError, match="argument 2 is longer"):
        pair_replicates((Replicates("a", 1.0, (1.0,)),), (Replicates("a", 1.0, (1.0, 2.0)),))


def test_a_factor_scales_the_standard_error_too() -> None:
    # 0.5 × (3² + 6²) = 22.5 = 9 × 2.5
    assert isclose((sampled(10, 1.0, 2.0) * Decimal(3)).standard_error, sqrt(22.5))


def test_a_function_is_applied_to_the_band_and_once_for_each_replicate() -> None:
    capped = sampled(10, 1.0, -4.0, -30.0).through(lambda value: min(value, Decimal(9)))
    # 11 → 9, 6 → 6, and 10 − 30 is no count: 0 → 0; less 9 each.
    assert capped.point == 9
    assert capped.replicates[0].deviations == (0.0, -3.0, -9.0)
    banded = Quantity.between(Decimal(4), Decimal(12)).through(lambda value: min(value, Decimal(9)))
    assert (banded.low, banded.high) == (4, 9)
