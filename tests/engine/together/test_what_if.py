"""Volumes as they would be."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.what_if import Add, Choice, Times, apply_changes
from costplan.model.events import Principal
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import Location
from costplan.model.quantity import Quantity, total
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Volumes
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    PROD,
    TEST,
    VIRGINIA,
    between,
    make_coverage,
    make_row,
    object_row,
)
from tests.engine.together.worlds import ETL, LAKE, LAMBDA, reread, sampled, sources

HERE = Location("--times")
EVERYTHING = Choice()


def times(factor: int | str, choice: Choice = EVERYTHING) -> Times:
    return Times(choice, Decimal(factor), f"× {factor}", HERE)


def volumes_of(*rows: object) -> Volumes:
    return Volumes(tuple(rows), (make_coverage(MANAGEMENT), make_coverage(DATA)))  # type: ignore[arg-type]


def points(volumes: Volumes) -> list[Decimal]:
    return [row.per_month.point for row in volumes.rows]


@given(sources())
def test_times_one_changes_nothing(volumes: Volumes) -> None:
    assert apply_changes(volumes, [times(1)]).volumes == volumes


@given(sources(), st.integers(1, 9), st.integers(1, 9))
def test_one_change_after_the_other_is_their_product(volumes: Volumes, first: int, second: int) -> None:
    both = apply_changes(volumes, [times(first), times(second)]).volumes
    assert both.rows == apply_changes(volumes, [times(first * second)]).volumes.rows


def test_bands_replicates_and_what_was_counted_are_scaled_too() -> None:
    drawn = sampled(volumes_of(object_row(100)), [(8.0, -2.0)])
    changed = apply_changes(replace(drawn, rows=(*drawn.rows, make_row(between(2, 4)))), [times("1.5")])
    sample, band = (row.per_month for row in changed.volumes.rows)
    assert (sample.point, sample.replicates[0].deviations, sample.counted) == (150, (12.0, -3.0), 15)
    assert (band.low, band.high) == (3, 6)


def test_numbers_are_rounded_once_to_six_decimals() -> None:
    # A third of 0.000005 is 0.0000016…
    changed = apply_changes(volumes_of(make_row("0.000005")), [times("0.333333333")])
    assert points(changed.volumes) == [Decimal("0.000002")]


ETL_ROW = make_row(7, DATA, event_source="lambda.amazonaws.com")
ROLE = Principal("arn:aws:sts::111122223333:assumed-role/etl")
ROWS = (
    object_row(1, read_only=True),
    object_row(2, read_only=False, event_name="PutObject"),
    object_row(3, "claims", region=VIRGINIA),
    make_row(4, account=TEST),
    make_row(5, principal=ROLE),
)


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        (Choice(), {1, 2, 3, 4, 5}),
        (Choice(container=LAKE), {1, 2}),
        (Choice(container=":::lake"), {1, 2}),
        (Choice(container="lake"), {1, 2}),
        (Choice(container="arn:aws:s3:::lak"), set()),
        (Choice(container="ake"), set()),
        (Choice(principal="etl"), {5}),
        (Choice(principal="tl"), set()),
        (Choice(container=":::lake", read_only=False), {2}),
        (Choice(category=DATA), {1, 2, 3}),
        (Choice(account=TEST), {4}),
        (Choice(region=VIRGINIA), {3}),
        (Choice(event_source="s3.amazonaws.com"), {1, 2, 3}),
        (Choice(event_name="PutObject"), {2}),
        (Choice(principal="assumed-role/etl"), {5}),
        (Choice(resource_type=LAMBDA), set()),
    ],
    ids=str,
)
def test_a_change_is_about_what_surely_is_meant(choice: Choice, changed: set[int]) -> None:
    result = apply_changes(volumes_of(*ROWS), [times(10, choice)])
    assert {n for n, after in enumerate(points(result.volumes), 1) if after == 10 * n} == changed
    assert result.done[0].rows == len(changed)
    assert result.done[0].after.point == 10 * result.done[0].before.point == 10 * sum(changed)


def test_rows_that_do_not_say_are_left_and_counted() -> None:
    folded = make_row(9, DATA, resources=UNKNOWN)
    result = apply_changes(volumes_of(object_row(1), folded), [times(3, Choice(container=LAKE))])
    assert points(result.volumes) == [3, 9]
    assert (result.done[0].rows, result.done[0].maybe) == (1, 1)


def test_what_is_added_is_covered_from_then_on() -> None:
    row = make_row(5, DATA, event_source="lambda.amazonaws.com", resources=object_row(1, "x").key.resources)
    measured = Volumes((make_row(1),), (make_coverage(MANAGEMENT),))
    changed = apply_changes(measured, [Add((row,), "more", HERE)]).volumes
    assert changed.rows == (*measured.rows, row)
    (_, added) = changed.coverage
    assert (added.account, added.region, added.category, added.container) == (PROD, IRELAND, DATA, "arn:aws:s3:::x")
    # What is covered already needs no coverage of its own.
    again = apply_changes(changed, [Add((row,), "more", HERE)]).volumes
    assert again.coverage == changed.coverage
    with exact_arithmetic():
        assert total(r.per_month for r in again.rows) == Quantity.exact(11)


def test_what_is_covered_as_a_whole_is_not_covered_once_more() -> None:
    whole = volumes_of(make_row(1))
    assert apply_changes(whole, [Add((object_row(5),), "more", HERE)]).volumes.coverage == whole.coverage


def test_a_change_is_remembered() -> None:
    assert apply_changes(volumes_of(make_row(1)), [times(2), times(1)]).volumes.changes == ("× 2",)


def test_a_file_keeps_what_was_changed() -> None:
    changed = apply_changes(volumes_of(make_row(1)), [times(2)]).volumes
    assert reread(changed) == changed


def test_an_arn_is_no_end_of_another() -> None:
    other = make_row(2, DATA, resources=(replace(object_row(1).key.resources[0], container="x" + ETL),))  # type: ignore[index]
    assert apply_changes(volumes_of(other), [times(3, Choice(container=ETL))]).done[0].rows == 0
