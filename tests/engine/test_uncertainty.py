"""Intervals of what was sampled."""

from decimal import Decimal
from math import isclose

import pytest

from costplan.engine.uncertainty import interval, student_t
from costplan.model.quantity import Quantity, Replicates

D = Decimal


@pytest.mark.parametrize(
    ("degrees", "quantile"), [(5, 2.571), (10, 2.228), (30, 2.042), (63, 1.998), (1_000_000, 1.960)]
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
