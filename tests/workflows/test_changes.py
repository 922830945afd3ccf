"""What changes cost, and why: twelve pairs worked out by hand, in every form in which they can be written."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.model.changes import Change, CostDifference, Diff, EventsMoved, PricedChange
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.workflows.diff import diff
from costplan.workflows.estimate import estimate
from tests.workflows.changes import FOLDER, VOLUMES, Cause, Expected, Moved, Pair, all_pairs

D = Decimal
PAIRS = all_pairs()
WORKED_OUT = {pair.name.partition("/")[0]: pair.expected for pair in PAIRS}

# Dollars for one of each, in us-east-1 and eu-west-1 alike.
LIST_PRICES = {
    "management-first-copy": D("0"),
    "management-additional-copy": D("2.00") / 100_000,
    "data": D("0.10") / 100_000,
    "insights-management": D("0.35") / 100_000,
    "s3-put-standard": D("0.005") / 1_000,
    "s3-storage-standard": D("0.023"),
}

every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
every_expectation = pytest.mark.parametrize("expected", WORKED_OUT.values(), ids=WORKED_OUT.keys())


def test_every_folder_is_worked_out_and_three_changes_are_written_in_three_forms() -> None:
    assert {pair.after.parent for pair in PAIRS} == {each for each in FOLDER.iterdir() if each.is_dir()}
    assert len(WORKED_OUT) == 13
    forms = [[pair for pair in PAIRS if pair.name.startswith(f"{name}/")] for name in WORKED_OUT]
    assert sorted(map(len, forms)) == [1] * 9 + [2] + [3] * 3


# ---- the arithmetic, before anything is run ----


@every_expectation
def test_the_figures_of_a_pair_add_up(expected: Expected) -> None:
    with exact_arithmetic():
        assert expected.after - expected.before == expected.difference
        assert sum((cause.in_order for cause in expected.causes), D(0)) == expected.difference
        assert sum((cause.alone for cause in expected.causes), expected.together) == expected.difference
        assert sum((charge.cost for charge in expected.charges), D(0)) == expected.difference


@every_expectation
def test_a_charge_is_its_quantity_at_the_list_price(expected: Expected) -> None:
    with exact_arithmetic():
        for charge in expected.charges:
            for quantity, cost in (
                (charge.quantity_before, charge.before),
                (charge.quantity_after, charge.after),
            ):
                if quantity is not None:
                    assert quantity * LIST_PRICES[charge.meter] == cost, charge.id


# ---- both sides ----


@every_pair
def test_each_side_costs_what_was_worked_out(pair: Pair) -> None:
    sides = [(pair.after, pair.expected.after)]
    if pair.before is not None:
        sides.append((pair.before, pair.expected.before))
    for path, expected in sides:
        (found,) = estimate([path], volumes=[VOLUMES], **pair.options).estimates
        assert found.last.list_cost.point == expected
        assert not found.unknown


# ---- what the change costs, and why ----


@every_pair
def test_a_change_costs_what_was_worked_out(pair: Pair) -> None:
    found = diff_of(pair)
    assert found.before.last.list_cost.point == pair.expected.before
    assert found.after.last.list_cost.point == pair.expected.after
    assert found.cost == found.net == certain(pair.expected.difference)
    assert found.together == certain(pair.expected.together)
    assert found.prices is None
    assert {each.before: each.after for each in found.renamed} == pair.expected.renamed


@every_pair
def test_every_cause_is_told_in_the_order_of_the_file_with_what_it_costs(pair: Pair) -> None:
    found = diff_of(pair).causes
    assert [described(each, cause) for each, cause in zip(found, pair.expected.causes, strict=True)] == [
        cause.change for cause in pair.expected.causes
    ]
    assert [each.in_order for each in found] == [certain(cause.in_order) for cause in pair.expected.causes]
    assert [each.alone for each in found] == [certain(cause.alone) for cause in pair.expected.causes]
    assert not any(each.dropped or each.unknown or each.unpriced or each.settled for each in found)


@every_pair
def test_every_event_that_a_change_records_is_told_by_its_source_type_and_bucket(pair: Pair) -> None:
    found = diff_of(pair).causes
    assert [tuple(map(moved, each.recorded)) for each in found] == [cause.recorded for cause in pair.expected.causes]


@every_pair
def test_every_charge_that_differs_is_listed_and_no_other(pair: Pair) -> None:
    found = {each.id: each for each in diff_of(pair).charges}
    assert found.keys() == {row.id for row in pair.expected.charges}
    for row in pair.expected.charges:
        charge = found[row.id]
        assert (point(charge.before), point(charge.after), charge.cost) == (row.before, row.after, certain(row.cost))
        assert charge.kind == ("added" if row.before is None else "removed" if row.after is None else "changed")
        if (row.quantity_before, row.quantity_after) != (None, None):
            assert (point(charge.quantity_before), point(charge.quantity_after)) == (
                row.quantity_before,
                row.quantity_after,
            )


@pytest.mark.parametrize("name", [name for name, e in WORKED_OUT.items() if not e.causes])
def test_what_changes_nothing_is_empty(name: str) -> None:
    assert all(diff_of(pair).is_empty for pair in PAIRS if pair.name.startswith(f"{name}/"))


def test_a_change_that_is_undone_costs_as_much_less() -> None:
    for pair in PAIRS:
        if pair.before is not None and not pair.expected.renamed:
            (there,), (back,) = (
                diff(*sides, volumes=[VOLUMES], **pair.options).diffs
                for sides in ((pair.before, pair.after), (pair.after, pair.before))
            )
            assert back.cost.point == -there.cost.point == -pair.expected.difference
            # What comes of several changes together comes of undoing them together too.
            dropped = [one for each in back.causes for one in moved_of(each.dropped)]
            assert total_of(dropped) == total_of([one for each in there.causes for one in moved_of(each.recorded)])
            assert not any(each.recorded for each in back.causes)


@pytest.mark.parametrize("name", ["multi-region", "all-buckets", "organization-trail", "renamed"])
def test_the_same_change_is_the_same_in_every_form(name: str) -> None:
    forms = [diff_of(pair) for pair in PAIRS if pair.name.startswith(f"{name}/")]
    assert len(forms) >= 2
    first, *others = map(without_places, forms)
    assert all(other == first for other in others)


def test_a_second_copy_that_nobody_can_see_is_said_with_its_dollars() -> None:
    (pair,) = (each for each in PAIRS if each.expected.possible is not None)
    moves = {each.moves for each in diff_of(pair).after.assumptions if "no other trail records these" in each.text}
    assert moves == {pair.expected.possible}


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        (test_a_change_costs_what_was_worked_out, lambda e: replace(e, difference=e.difference + D("0.01"))),
        (
            test_every_cause_is_told_in_the_order_of_the_file_with_what_it_costs,
            lambda e: replace(e, causes=(replace(e.causes[0], alone=e.causes[0].alone + D("0.01")),)),
        ),
        (
            test_every_event_that_a_change_records_is_told_by_its_source_type_and_bucket,
            lambda e: replace(e, causes=(replace(e.causes[0], recorded=()),)),
        ),
        (test_every_charge_that_differs_is_listed_and_no_other, lambda e: replace(e, charges=e.charges[:1])),
    ],
    ids=["difference", "cause", "events", "charge"],
)
def test_a_cent_too_much_and_a_line_too_few_would_be_seen(
    test: Callable[[Pair], None], wrong: Callable[[Expected], Expected]
) -> None:
    pair = next(each for each in PAIRS if each.name.startswith("reads-too/"))
    test(pair)
    with pytest.raises(AssertionError):
        test(replace(pair, expected=wrong(pair.expected)))


# ---- to compare them ----


def diff_of(pair: Pair) -> Diff:
    """The difference between the two sides of a pair."""
    sides = [pair.after] if pair.before is None else [pair.before, pair.after]
    (found,) = diff(*sides, volumes=[VOLUMES], **pair.options).diffs
    return found


def certain(amount: Decimal) -> CostDifference:
    """A difference without band or interval."""
    return CostDifference(amount, amount, amount)


def point(quantity: Quantity | None) -> Decimal | None:
    """The point of a quantity without band or interval."""
    if quantity is None:
        return None
    assert quantity.low == quantity.point == quantity.high
    return quantity.point


def described(found: PricedChange, expected: Cause) -> dict[str, str]:
    """What a change is about, as far as the arithmetic says it."""
    return {name: str(getattr(found.change, name)) for name in expected.change}


def moved(one: EventsMoved) -> Moved:
    """The events of one kind that moved, as the arithmetic writes them."""
    quantity = point(one.quantity)
    assert quantity is not None
    return one.recorder, one.category, one.event_source, one.resource_type, one.container, quantity


def without_places(found: Diff) -> tuple[object, ...]:
    """Everything of a difference but its files, and what was taken for granted in one of them."""
    causes = tuple(
        (each.in_order, each.alone, each.recorded, each.dropped, *described_wholly(each.change))
        for each in found.causes
    )
    return found.cost, found.net, found.together, causes, found.charges, found.renamed


def described_wholly(change: Change) -> tuple[object, ...]:
    """What a change is about; a recorder, by its name: where it is kept is not the same in every form."""
    sides = (side.name if isinstance(side, Trail) else side for side in (change.before, change.after))
    return change.kind, change.recorder, change.recorder_kind, change.attribute, change.selector, *sides


def moved_of(some: Iterable[EventsMoved]) -> list[Moved]:
    """The events of several kinds that moved."""
    return [moved(one) for one in some]


def total_of(some: Iterable[Moved]) -> dict[tuple[object, ...], Decimal]:
    """Events by kind, over all changes: each may take its part of them in another order."""
    found: dict[tuple[object, ...], Decimal] = {}
    for *kind, quantity in some:
        found[tuple(kind)] = found.get(tuple(kind), D(0)) + quantity
    return found
