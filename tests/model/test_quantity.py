"""A figure, its band and its replicates."""

from decimal import Decimal
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.model.quantity import (
    NOTHING,
    Quantity,
    Replicates,
    pair_replicates,
    replicates_of,
    replicates_of_difference,
    total,
)

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
    with pytest.raises(ValueError, match="a: 1 replicates against 2"):
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


# ---- what a sample was expanded to ----


def expanded(point: int, *deviations: float, counted: int = 0, design: str = "a") -> Quantity:
    return Quantity.sampled(Decimal(point), Replicates(design, 0.5, deviations), counted=Decimal(counted))


@pytest.mark.parametrize("counted", [-1, 11])
def test_no_more_can_be_counted_than_there_is(counted: int) -> None:
    with pytest.raises(ValueError, match=f"out of order: 0 <= {counted} <= 10"):
        expanded(10, 1.0, counted=counted)


def test_of_a_census_everything_was_counted() -> None:
    assert Quantity.exact(10).floor == 10
    assert Quantity.between(Decimal(2), Decimal(5)).floor == 2
    assert expanded(10, 1.0, counted=4).floor == 4
    assert sampled(10, 1.0).floor == 0


def test_what_was_counted_adds_up_and_scales_like_the_figure() -> None:
    # 4 of 10 were counted, and all of 3; half of that.
    both = (expanded(10, 1.0, 2.0, counted=4) + Quantity.exact(3)) * Decimal("0.5")
    assert (both.point, both.floor) == (Decimal("6.5"), Decimal("3.5"))
    assert both.replicates == (Replicates("a", 0.5, (0.5, 1.0)),)
    assert (Quantity.exact(3) + Quantity.exact(4)).counted == 0


def test_what_was_counted_goes_through_a_function_too() -> None:
    # 10 and 4 counted, at most 9: 9 and 4; at most 3: both 3.
    figure = expanded(10, 1.0, -4.0, counted=4)
    assert figure.through(lambda value: min(value, Decimal(9))).floor == 4
    assert figure.through(lambda value: min(value, Decimal(3))).floor == 3


def test_replicates_may_take_the_quick_way_through_a_function() -> None:
    # Twice 11 is 22 and twice 6 is 12, less 20; never below nothing: 2 × 0 − 20.
    figure = expanded(10, 1.0, -4.0, -30.0).through(lambda value: 2 * value, lambda value: 2 * value)
    assert figure.point == 20
    assert figure.replicates[0].deviations == (2.0, -8.0, -20.0)


def test_a_product_moves_with_both_of_its_factors() -> None:
    # 3 × 10: with 4 × 12 = 48 and 2 × 10 = 20, less 30.
    product = expanded(3, 1.0, -1.0, counted=1).times(expanded(10, 2.0, 0.0, counted=5))
    assert (product.point, product.floor) == (30, 5)
    assert product.replicates[0].deviations == (18.0, -10.0)
    plain = Quantity.between(Decimal(2), Decimal(3)).times(Quantity.exact(4))
    assert plain == Quantity.between(Decimal(8), Decimal(12))


def test_a_product_of_two_samples_has_the_error_of_each() -> None:
    product = expanded(3, 1.0, design="a").times(expanded(10, 2.0, design="b"))
    assert {r.design_id: r.deviations for r in product.replicates} == {"a": (10.0,), "b": (6.0,)}


def test_what_may_not_be_there_at_all_was_not_counted_for_sure() -> None:
    unsure = expanded(10, 1.0, counted=4).maybe()
    assert (unsure.low, unsure.point, unsure.high, unsure.floor) == (0, 10, 10, 0)
    assert unsure.replicates == (Replicates("a", 0.5, (1.0,)),)


def test_chance_has_no_part_in_a_figure_that_no_replicate_moves() -> None:
    assert not expanded(10, 0.0, 0.0).is_sampled
    assert expanded(10, 0.0, 1.0).is_sampled
    assert not Quantity.exact(10).is_sampled


def test_what_two_figures_of_one_design_share_cancels_in_their_difference() -> None:
    left, right = expanded(10, 1.0, 2.0).replicates, expanded(4, 1.0, -2.0).replicates
    assert replicates_of_difference(left, right) == (Replicates("a", 0.5, (0.0, 4.0)),)
    other = expanded(4, 3.0, design="b").replicates
    assert {r.design_id: r.deviations for r in replicates_of_difference(left, other)} == {"a": (1.0, 2.0), "b": (-3.0,)}


def test_figures_of_one_design_move_together_and_the_others_stand_still() -> None:
    # 10 + 20 + 5 = 35; the first replicate of "a" makes 12 + 19 + 5, that of "b" 10 + 20 + 6.
    figures = (expanded(10, 2.0), expanded(20, -1.0), expanded(5, 1.0, design="b"))
    ((first, second),) = replicates_of(figures, lambda values: [sum(values)])
    assert (first.design_id, first.deviations) == ("a", (1.0,))
    assert (second.design_id, second.deviations) == ("b", (1.0,))
