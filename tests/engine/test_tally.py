"""A running sum counts each quantity at the ends of the band where it counts, and only there."""

from decimal import Decimal

import pytest

from costplan.engine.tally import Tally
from costplan.model.quantity import NOTHING, Quantity, Replicates

SAMPLED = Quantity(Decimal(5), Decimal(3), Decimal(9), (Replicates("a", 1.0, (2.0, -1.0)),))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({}, (5, 3, 9)),
        ({"low": False}, (5, 0, 9)),
        ({"point": False, "low": False}, (0, 0, 9)),
        ({"low": False, "high": False}, (5, 0, 0)),
        ({"point": False}, (0, 3, 9)),
        ({"high": False}, (5, 3, 0)),
    ],
)
def test_a_quantity_counts_at_each_end_unless_it_is_left_out(
    ends: dict[str, bool], expected: tuple[int, int, int]
) -> None:
    tally = Tally()
    tally.add(SAMPLED, **ends)
    found = tally.quantity
    assert (found.point, found.low, found.high) == expected


def test_sampling_error_belongs_to_the_point() -> None:
    tally = Tally()
    tally.add(SAMPLED)
    tally.add(SAMPLED)
    assert tally.quantity.replicates == (Replicates("a", 1.0, (4.0, -2.0)),)
    left_out = Tally()
    left_out.add(SAMPLED, point=False)
    assert left_out.quantity.replicates == ()


def test_the_sum_of_nothing_is_nothing() -> None:
    assert Tally().quantity == NOTHING


def test_what_was_counted_adds_up_where_it_counts_for_sure() -> None:
    figure = Quantity.sampled(Decimal(5), Replicates("a", 1.0, (2.0, -1.0)), counted=Decimal(3))
    tally = Tally()
    tally.add(figure)
    tally.add(Quantity.exact(10))
    tally.add(figure, low=False)
    # 3 of the first, all 10 of the second, nothing of what may not be recorded.
    assert tally.quantity.floor == 13
    census = Tally()
    census.add(Quantity.exact(10))
    assert census.quantity == Quantity.exact(10)


def test_replicates_of_unequal_number_are_never_added_up() -> None:
    tally = Tally()
    tally.add(SAMPLED)
    with pytest.raises(ValueError, match="a: 2 replicates against 3"):
        tally.add(Quantity.sampled(Decimal(5), Replicates("a", 1.0, (2.0, -1.0, 0.0))))


def test_samples_stay_apart_in_a_sum() -> None:
    tally = Tally()
    for design in ("b", "a"):
        tally.add(Quantity.sampled(Decimal(5), Replicates(design, 1.0, (2.0,))))
    assert [r.design_id for r in tally.quantity.replicates] == ["a", "b"]
