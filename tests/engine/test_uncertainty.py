"""Intervals of what was sampled."""

from decimal import Decimal
from math import isclose

import pytest

from costplan.engine.uncertainty import half_width, interval, student_t
from costplan.model.quantity import Quantity, Replicates

D = Decimal


@pytest.mark.parametrize(
    ("degrees", "quantile"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (63, 1.998), (1_000_000, 1.960)]
)
def test_quantiles_are_those_of_the_tables(degrees: int, quantile: float) -> None:
    assert isclose(student_t(degrees), quantile, rel_tol=0.002)


def test_a_census_has_its_band_and_nothing_more() -> None:
    assert interval(Quantity.exact(5)) == (5, 5)
    assert interval(Quantity.between(D(2), D(5))) == (2, 5)


def test_a_sample_reaches_beyond_its_band_on_both_sides() -> None:
    # 64 deviations of 2, factor 1/64: a standard error of 2, with 63 degrees of freedom t = 1.998.
    spread = (Replicates("a", 1 / 64, (2.0,) * 64),)
    low, high = interval(Quantity(D(110), D(100), D(120), spread))
    assert isclose(float(low), 100 - 2 * 1.998, abs_tol=0.001)
    assert isclose(float(high), 120 + 2 * 1.998, abs_tol=0.001)


def test_no_interval_goes_below_zero() -> None:
    low, high = interval(Quantity(D(1), D(1), D(1), (Replicates("a", 1.0, (50.0,) * 9),)))
    assert low == 0
    assert high > 100


def test_no_interval_goes_below_what_was_counted() -> None:
    spread = Replicates("a", 1.0, (50.0,) * 9)
    low, high = interval(Quantity.sampled(D(10), spread, counted=D(7)))
    assert low == 7
    assert high > 100
    low, _ = interval(Quantity.sampled(D(10), spread, counted=D(7)) + Quantity.exact(100))
    assert low == 107


def test_an_interval_never_leaves_its_figure_out() -> None:
    # A share of a pooled tier can be larger where everything is at what was counted.
    share = Quantity(D(2), D(2), D(2), (Replicates("a", 1.0, (1.0,) * 9),), D(5))
    assert interval(share)[0] == 2


def test_a_margin_is_t_standard_errors_of_all_designs_together() -> None:
    # √(3² + 4²) = 5 with the degrees of freedom of the smaller design: t(3).
    designs = (Replicates("a", 1 / 64, (3.0,) * 64), Replicates("b", 1 / 4, (4.0,) * 4))
    assert isclose(float(half_width(designs)), 5 * student_t(3), rel_tol=1e-11)
    assert half_width(()) == 0
    assert half_width((Replicates("a", 1.0, (0.0, 0.0)),)) == 0


def test_a_margin_has_no_more_digits_than_a_double_holds() -> None:
    assert len(half_width((Replicates("a", 1 / 3, (0.1, 0.2)),)).as_tuple().digits) <= 12


def test_a_figure_that_no_replicate_moves_is_its_own_interval() -> None:
    assert interval(Quantity.sampled(D(5), Replicates("a", 1.0, (0.0, 0.0)))) == (5, 5)
