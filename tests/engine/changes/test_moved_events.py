"""Which events move between two recorders, with their bands, worked out by hand."""

from decimal import Decimal

import pytest

from costplan.engine.changes.moved_events import moved_events, moved_own_events
from costplan.engine.own_events import OwnRecorded, without_own_events
from costplan.engine.scope import landscape_of
from costplan.model.changes import EventsMoved
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow
from tests.build import (
    DATA,
    MANAGEMENT,
    S3_OBJECT,
    VIRGINIA,
    between,
    make_key,
    make_object,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
REGIONS = make_prices().regions

# Nobody knows whether the events are reads or writes.
RECORDS = {
    Truth.YES: make_trail(),
    Truth.MAYBE: make_trail(selectors=(make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("false",))),)),
    Truth.NO: make_trail(selectors=(on_objects(),)),
    None: None,
}


def moved(
    before: Trail | None, after: Trail | None, *rows: VolumeRow, month: int = 1, growth: int = 1
) -> tuple[tuple[EventsMoved, ...], tuple[EventsMoved, ...]]:
    sides = (make_scenario(*([one] if one else []), rows=rows) for one in (before, after))
    old, new = (landscape_of(side, REGIONS) for side in sides)
    measured = without_own_events(make_scenario(rows=rows).volumes)
    return moved_events("audit", (before, old), (after, new), measured, month, D(growth))


def ends(quantity: Quantity) -> tuple[int, int, int]:
    return int(quantity.low), int(quantity.point), int(quantity.high)


# The row itself is 60 to 100 events; the low end, the point and the high end of what moved.
@pytest.mark.parametrize(
    ("was", "is_now", "recorded", "dropped"),
    [
        (Truth.NO, Truth.YES, (60, 100, 100), None),
        (None, Truth.YES, (60, 100, 100), None),
        (Truth.NO, Truth.MAYBE, (0, 100, 100), None),
        (Truth.YES, Truth.NO, None, (60, 100, 100)),
        (Truth.YES, None, None, (60, 100, 100)),
        (Truth.MAYBE, Truth.NO, None, (0, 100, 100)),
        # What may be recorded counts as recorded at the point: none has moved there, and at most all have.
        (Truth.MAYBE, Truth.YES, (0, 0, 100), None),
        (Truth.YES, Truth.MAYBE, None, (0, 0, 100)),
        (Truth.YES, Truth.YES, None, None),
        (Truth.MAYBE, Truth.MAYBE, None, None),
        (Truth.NO, None, None, None),
    ],
)
def test_events_move_as_surely_as_they_were_and_are_recorded(
    was: Truth | None, is_now: Truth | None, recorded: object, dropped: object
) -> None:
    found = moved(RECORDS[was], RECORDS[is_now], make_row(between(60, 100), read_only=UNKNOWN))
    for side, expected in zip(found, (recorded, dropped), strict=True):
        assert [ends(one.quantity) for one in side] == ([] if expected is None else [expected])


def test_events_are_told_by_kind_most_first_and_grown() -> None:
    rows = (
        make_row(3),
        object_row(2, "lake"),
        object_row(5, "lake"),
        object_row(7, "logs"),
        make_row(4, event_source=UNKNOWN),
        make_row(4, event_source="kms.amazonaws.com"),
    )
    everything = make_trail(selectors=(make_selector(MANAGEMENT), on_objects()))
    recorded, dropped = moved(None, everything, *rows, growth=10)
    assert dropped == ()
    assert [(e.category, e.event_source, e.resource_type, e.container, e.quantity.point) for e in recorded] == [
        # Of equally many, the source or bucket that comes first: None stands before ec2 and kms.
        ("Data", "s3.amazonaws.com", S3_OBJECT, "arn:aws:s3:::lake", 70),
        ("Data", "s3.amazonaws.com", S3_OBJECT, "arn:aws:s3:::logs", 70),
        ("Management", None, None, None, 40),
        ("Management", "kms.amazonaws.com", None, None, 40),
        ("Management", "ec2.amazonaws.com", None, None, 30),
    ]


def test_events_move_where_a_trail_is_present_in_the_month() -> None:
    rows = (make_row(100), make_row(10, region=VIRGINIA))
    (found,), none = moved(None, make_trail(is_multi_region=True, starts_in_month=2), *rows, month=2)
    assert (ends(found.quantity), none) == ((110, 110, 110), ())
    assert moved(None, make_trail(starts_in_month=2), *rows, month=1) == ((), ())
    # It leaves Virginia, and stays in Ireland.
    none, (found,) = moved(make_trail(is_multi_region=True), make_trail(), *rows)
    assert (ends(found.quantity), none) == ((10, 10, 10), ())


# ---- the trails' own ----

LOGS = make_key(DATA, event_source="s3.amazonaws.com", resources=(make_object("logs"),))
KMS = make_key(event_source="kms.amazonaws.com")


def own(quantity: Quantity, key: object = LOGS) -> list[tuple[str, OwnRecorded]]:
    return [("audit", OwnRecorded(0, key, quantity))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("was", "is_now", "expected"),
    [
        # 3 to 10, and then 4 to 30: 1 to 20 more, of which the point is 20.
        (between(3, 10), between(4, 30), (1, 20, 20)),
        # 3 to 10, most likely 5, and then 4 to 30, most likely 10: 1 to 20 more, most likely 5.
        (Quantity.between(D(3), D(10), D(5)), Quantity.between(D(4), D(30), D(10)), (1, 5, 20)),
        # 8 to 10, and then 4 to 30: at the low end there were more before, which is none here.
        (between(8, 10), between(4, 30), (0, 20, 20)),
        # 2 to 20, and then 22 to 24: at the low end 20 more, at the high one 4.
        (between(2, 20), between(22, 24), (4, 4, 20)),
    ],
)
def test_own_events_are_more_or_fewer_by_what_lies_between_their_ends(
    was: Quantity, is_now: Quantity, expected: object
) -> None:
    (found,), none = moved_own_events(own(was), own(is_now))
    assert (ends(found.quantity), none) == (expected, ())
    assert (found.recorder, found.category, found.container) == ("audit", "Data", "arn:aws:s3:::logs")
    none, (back,) = moved_own_events(own(is_now), own(was))
    assert (back, none) == (found, ())


def test_own_events_that_come_or_go_are_told_most_first() -> None:
    few, many = own(Quantity.exact(3), KMS), own(Quantity.exact(4)) + own(Quantity.exact(5))
    recorded, dropped = moved_own_events([], few + many)
    # Two that record the same kind under one label are one: 4 and 5.
    assert [(one.event_source, one.quantity.point) for one in recorded] == [
        ("s3.amazonaws.com", 9),
        ("kms.amazonaws.com", 3),
    ]
    assert dropped == ()
    assert moved_own_events(few + many, []) == ((), recorded)


def test_what_a_loop_did_not_settle_to_is_no_change() -> None:
    one, other = Quantity.exact(D("8760.000")), Quantity.exact(D("8760.001"))
    assert moved_own_events(own(one), own(other)) == moved_own_events(own(other), own(one)) == ((), ())
    (found,), _ = moved_own_events(own(one), own(Quantity.exact(D("8760.0011"))))
    assert found.quantity.point == D("0.0011")
