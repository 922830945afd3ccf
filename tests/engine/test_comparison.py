"""Differences between scenarios, formed charge by charge and replicate by replicate."""

from decimal import Decimal
from math import isclose

import pytest

from costplan.engine.comparison import compare, list_cost_of, net_cost_of
from costplan.engine.uncertainty import student_t
from costplan.model.billing import Meter
from costplan.model.changes import CostDifference
from costplan.model.estimate import MonthEstimate
from costplan.model.quantity import Quantity, Replicates
from tests.reports.build import between, charge

D = Decimal
T3 = student_t(3)


def sampled(point: int, *deviations: float, design: str = "a") -> Quantity:
    return Quantity.sampled(D(point), Replicates(design, 0.25, deviations))


def month(*amounts: int | Quantity, discount: str = "0") -> MonthEstimate:
    """Data events at 0.10 for 100,000 of one recorder each."""
    names = [f"trail-{n}" for n in range(len(amounts))]
    charges = [charge(Meter.DATA, a, recorder=name, discount=discount) for a, name in zip(amounts, names, strict=True)]
    return MonthEstimate(12, tuple(charges))


def test_certain_months_differ_by_a_certain_amount() -> None:
    # 3 dollars and 1 dollar.
    found = compare(month(3_000_000), month(1_000_000))
    assert found == CostDifference(D(2), D(2), D(2))
    assert found.ends is None


def test_what_is_the_same_in_both_months_cancels() -> None:
    # The sampled first trail costs the same in both; the second costs 1 dollar, for certain.
    first = sampled(10_000_000, 3e6, -1e6, 2e6, 1e6)
    assert compare(month(first, 1_000_000), month(first)) == CostDifference(D(1), D(1), D(1))
    assert compare(month(first), month(first)) == CostDifference(D(0), D(0), D(0))


@pytest.mark.parametrize(
    ("design", "error"),
    [
        # 4 dollars less 3 dollars in every replicate: 1 dollar.
        ("a", 1.0),
        # Of another sample: √(4² + 3²).
        ("b", 5.0),
    ],
)
def test_of_one_sample_replicates_pair_and_of_two_variances_add(design: str, error: float) -> None:
    more, less = sampled(40_000_000, *(4e6, -4e6) * 2), sampled(30_000_000, *(3e6, -3e6) * 2, design=design)
    found = compare(month(more), month(less))
    assert found.point == 10
    assert isclose(float(found.half_width), T3 * error, rel_tol=1e-9)
    assert found.ends == (10 - found.half_width, 10 + found.half_width)


def test_a_saving_is_below_zero_with_both_of_its_ends() -> None:
    less, more = sampled(10_000_000, 1e6, -1e6, 1e6, -1e6), sampled(90_000_000, 1e6, -1e6, 1e6, -1e6)
    found = compare(month(less), month(more))
    assert found.point == -80
    assert found.half_width == 0
    assert found.ends is None


def test_only_bands_that_differ_make_a_band() -> None:
    # 0 to 2 dollars on both sides is no band; 0 to 3 against 1 is −1 to 2.
    both, one = between(0, 2_000_000), between(0, 3_000_000)
    assert compare(month(both, 1_000_000), month(both)) == CostDifference(D(1), D(1), D(1))
    found = compare(month(both, one), month(both, 1_000_000))
    assert (found.point, found.low, found.high) == (2, -1, 2)
    assert found.has_band
    assert found.ends == (-1, 2)
    # 0 to 3 against 0 to 1: from 0 − 1 to 3 − 0.
    found = compare(month(one), month(between(0, 1_000_000)))
    assert (found.point, found.low, found.high) == (2, -1, 3)


def test_a_charge_that_the_first_month_lacks_is_all_difference() -> None:
    found = compare(month(1_000_000, sampled(2_000_000, 1e6, -1e6, 1e6, -1e6)), month(1_000_000))
    assert found.point == 2
    assert isclose(float(found.half_width), T3, rel_tol=1e-9)


def test_net_costs_differ_by_less() -> None:
    # Half of 3 dollars less half of 1.
    months = month(3_000_000, discount="0.5"), month(1_000_000, discount="0.5")
    assert compare(*months, list_cost_of).point == 2
    assert compare(*months, net_cost_of).point == 1


def requests(amount: Quantity | int, recorder: str = "trail-0") -> MonthEstimate:
    """Requests to S3 at 0.005 for 1,000, and the events of the same trail, of which it is known which they are."""
    return MonthEstimate(
        12,
        (
            charge(Meter.DATA, 1_000_000, recorder=recorder),
            charge(Meter.S3_PUT, amount, recorder=recorder),
        ),
    )


def test_what_nobody_knows_of_both_sides_is_the_same_on_both() -> None:
    """1 to 8 files for each slot, before as after: 1,000 more requests are half a cent whatever they are."""
    before, after = between(1_000, 8_000), Quantity(D(9_000), D(2_000), D(9_000))
    for otherwise in ((), ("trail-0",)):
        found = compare(requests(after), requests(before), otherwise=otherwise)
        assert (found.point, found.low, found.high) == (D("0.005"), D("0.005"), D("0.005"))
    # Nobody said what else differs: 2,000 less 8,000 to 9,000 less 1,000.
    assert compare(requests(after), requests(before)).ends == (D("-0.030"), D("0.040"))


def test_which_events_two_selectors_record_are_two_questions() -> None:
    """0 to 2 dollars of events that may or may not be recorded, before as after; by another selector, other events."""
    both = month(between(0, 2_000_000))
    assert compare(both, both, otherwise=()).ends is None
    assert compare(both, both, otherwise=("trail-0",)).ends == (-2, 2)
    # Of another recorder's selector hangs whose copy is the first; as long as nothing moves, nothing did.
    assert compare(both, both, otherwise=("trail-9",)).ends is None
    more = month(between(0, 3_000_000))
    assert compare(more, both, otherwise=("trail-9",)).ends == (-2, 3)
    assert compare(more, both, otherwise=()).ends == (0, 1)


def test_what_is_undecided_on_one_side_alone_may_be_at_either_end_of_the_files() -> None:
    """A dollar of events on one side, 0 to 1 on the other, and 1 to 8 files for each slot."""
    files, open_ones = charge(Meter.S3_PUT, between(1_000, 8_000), recorder="trail-0"), between(0, 1_000_000)
    undecided = MonthEstimate(12, (charge(Meter.DATA, open_ones, recorder="trail-0"), files))
    sure = requests(Quantity(D(9_000), D(2_000), D(9_000)))
    assert compare(undecided, sure, otherwise=("trail-0",)).ends == (D("-1.040"), D("0.030"))
    assert compare(sure, undecided, otherwise=("trail-0",)).ends == (D("-0.030"), D("1.040"))
