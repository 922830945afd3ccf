"""Differences between selectors, field by field, and the selectors in between."""

from dataclasses import replace

import pytest

from costplan.engine.changes.edits import Edits
from costplan.model.recorders import Trail
from costplan.model.selectors import FieldSelector
from tests.build import DATA, MANAGEMENT, make_scenario, make_selector, make_trail, on_objects

LAKE = FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))
LOGS = FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::logs/",))
WRITES = FieldSelector("readOnly", equals=("false",))
PUTS = FieldSelector("eventName", starts_with=("Put",))
NO_ACLS = FieldSelector("eventName", not_ends_with=("Acl",))


def edits(before: Trail, after: Trail) -> Edits:
    return Edits(make_scenario(before), make_scenario(after))


def told(before: Trail, after: Trail) -> list[tuple[str, str]]:
    return [(edit.change.kind.value, edit.change.attribute) for edit in edits(before, after).edits]


def trail(*fields: FieldSelector) -> Trail:
    """One of objects, and of all management events, which stay as they are."""
    return make_trail(selectors=(make_selector(MANAGEMENT), on_objects(*fields)))


def test_fields_that_change_come_and_go_are_told_in_the_order_of_after() -> None:
    assert told(trail(WRITES, LAKE), trail(LOGS, PUTS)) == [
        ("changed", "selectors.resources.ARN"),
        ("added", "selectors.eventName"),
        ("removed", "selectors.readOnly"),
    ]


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        ((), {LAKE, WRITES}),
        ((0,), {LOGS, WRITES}),
        ((1,), {LAKE, WRITES, PUTS}),
        ((2,), {LAKE}),
        ((0, 1), {LOGS, WRITES, PUTS}),
        ((0, 2), {LOGS}),
        ((1, 2), {LAKE, PUTS}),
        ((0, 1, 2), {LOGS, PUTS}),
    ],
)
def test_between_two_selectors_lies_one_with_the_fields_that_changed_so_far(
    applied: tuple[int, ...], expected: set[FieldSelector]
) -> None:
    (between,) = edits(trail(WRITES, LAKE), trail(LOGS, PUTS)).between(applied)[0].recorders
    everything, objects = between.selectors  # type: ignore[union-attr, misc]
    assert everything.fields == make_selector(MANAGEMENT).fields  # type: ignore[union-attr]
    assert set(objects.fields) == {*on_objects().fields, *expected}  # type: ignore[union-attr]


def test_what_a_field_leaves_out_is_compared_too() -> None:
    fewer = replace(NO_ACLS, not_ends_with=("Acl", "Tagging"))
    assert told(trail(NO_ACLS), trail(fewer)) == [("changed", "selectors.eventName")]
    assert told(trail(replace(PUTS, not_equals=("PutObjectAcl",))), trail(PUTS)) == [("changed", "selectors.eventName")]


@pytest.mark.parametrize(("before", "after"), [((PUTS, NO_ACLS), (PUTS,)), ((PUTS,), (PUTS, NO_ACLS))])
def test_a_field_that_stands_twice_makes_one_change_of_the_whole_selector(
    before: tuple[FieldSelector, ...], after: tuple[FieldSelector, ...]
) -> None:
    """Of two conditions on one field, none says which of after it became."""
    assert told(trail(*before, LAKE), trail(*after, LOGS)) == [("changed", "selectors")]


def test_selectors_are_paired_by_name_before_they_are_by_kind() -> None:
    lake, logs = (replace(on_objects(one), name=name) for one, name in ((LAKE, "lake"), (LOGS, "logs")))
    fewer = replace(logs, fields=(*logs.fields, WRITES))
    (edit,) = edits(make_trail(selectors=(lake, logs)), make_trail(selectors=(fewer, lake))).edits
    change = edit.change
    assert (change.kind.value, change.attribute, change.selector) == ("added", "selectors.readOnly", "logs")
    # Without a name, by its kind, which is not that of every data event.
    before = make_trail(selectors=(make_selector(DATA, PUTS), on_objects(LAKE)))
    after = make_trail(selectors=(on_objects(LOGS), make_selector(DATA, PUTS)))
    assert told(before, after) == [("changed", "selectors.resources.ARN")]
