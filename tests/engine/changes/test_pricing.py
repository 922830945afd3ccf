"""What causes cost, at whose prices, and what they leave unknown: worked out by hand."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.changes.pricing import diff_scenarios
from costplan.model.billing import Meter
from costplan.model.changes import Diff
from costplan.model.prices import PriceList, PriceOverrides
from costplan.model.recorders import LogBucket
from costplan.model.scenario import Organization, PricedScenario, Scenario
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import Volumes
from tests.build import (
    IRELAND,
    OWNER,
    PROD,
    TEST,
    VIRGINIA,
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
FREE_S3 = tuple(make_price(meter, 1_000, ("0", None)) for meter in (Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
PRICES = make_prices(*FREE_S3)
OBJECTS = make_trail("objects", selectors=(on_objects(),))


def difference(before: Scenario, after: Scenario, old: PriceList = PRICES, new: PriceList = PRICES) -> Diff:
    return diff_scenarios(PricedScenario(before, old), PricedScenario(after, new))


def causes(found: Diff) -> list[tuple[str, Decimal, Decimal]]:
    return [(one.change.attribute, one.in_order.point, one.alone.point) for one in found.causes]


def test_after_ones_own_prices_everything_costs_the_new_ones() -> None:
    dearer = make_prices(*FREE_S3, make_price(Meter.DATA, 100_000, ("0.30", None)))
    own = PriceOverrides("own.yaml", "USD", ())
    audit = make_trail("audit")
    # Not what they deliver themselves.
    lake = on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)))
    others = [make_trail(name, selectors=(lake,), bucket=LogBucket(name)) for name in ("one", "two")]
    before = make_scenario(audit, rows=(object_row(1_000_000),))
    after = replace(before, recorders=(audit, *others), prices=own)
    # A million data events are 1 dollar at the old prices and 3 at the new ones; before, there are none.
    found = difference(before, after, new=dearer)
    assert causes(found) == [("prices", 0, 0), ("", 3, 1), ("", 3, 1)]
    assert found.together.point == 4


def test_without_prices_of_ones_own_the_prices_of_after_hold_for_all_that_comes() -> None:
    only_ireland = make_prices(*FREE_S3, regions=(IRELAND,))
    rows = (object_row(1_000_000), object_row(2_000_000, region=VIRGINIA))
    before = make_scenario(OBJECTS, make_trail("audit"), rows=rows)
    after = replace(
        before,
        recorders=(replace(OBJECTS, is_multi_region=True), make_trail("audit", log_file_validation=True)),
    )
    found = difference(before, after, old=only_ireland)
    assert causes(found) == [("is_multi_region", 2, 2), ("log_file_validation", 0, 0)]
    assert not any(one.unpriced for one in found.causes)


def test_what_is_about_the_scenario_may_move_events_of_every_recorder() -> None:
    rows = (make_row(100, event_name="x"), make_row(7, event_name="x", account=TEST))
    trails = [make_trail(name, OWNER, is_organization=True, bucket=LogBucket(name)) for name in ("one", "two")]
    before = make_scenario(*trails, rows=rows, organization=Organization("o-1", OWNER, (OWNER, PROD)))
    after = replace(before, organization=Organization("o-1", OWNER, (OWNER, PROD, TEST)))
    (cause,) = difference(before, after).causes
    assert [(one.recorder, one.quantity.point) for one in cause.recorded] == [("one", 7), ("two", 7)]
    (back,) = difference(after, before).causes
    assert (back.recorded, back.dropped) == ((), cause.recorded)


SILENT = (Volumes((make_row(1, event_name="x"),), coverage=(make_coverage(),)),)


@pytest.mark.parametrize(
    ("rest", "kind"),
    [({"volumes": SILENT}, "unknown"), ({"rows": (object_row(1),)}, "unpriced")],
    ids=["nobody measured it", "it has no price"],
)
def test_what_is_not_known_belongs_to_the_change_that_brings_it_or_ends_it(rest: Any, kind: str) -> None:
    prices = make_prices(*FREE_S3, without=(Meter.DATA,))
    audit, valid = make_trail("audit"), make_trail("audit", log_file_validation=True)
    before, after = make_scenario(audit, **rest), make_scenario(valid, OBJECTS, **rest)
    found = difference(before, after, prices, prices).causes
    (one,) = getattr(found[1], kind)
    assert [(len(c.unknown), len(c.unpriced), c.settled) for c in found] == [
        (0, 0, ()),
        (kind == "unknown", kind == "unpriced", ()),
    ]
    back = difference(after, before, prices, prices).causes
    assert [(c.unknown, c.unpriced, c.settled) for c in back] == [((), (), ()), ((), (), (one,))]


@pytest.mark.parametrize("name", ["lake", "renamed"])
def test_what_a_store_keeps_already_is_unknown_on_both_sides_whichever_tells_that_it_is_there(name: str) -> None:
    """An export names the ARN, the code does not: it is one store, and how far it compresses nobody knows."""
    known = make_store(retention_days=2000, arn=f"arn:aws:cloudtrail:{IRELAND}:{PROD}:eventdatastore/1")
    other = replace(known, name=name, arn=None)
    for before, after in ((known, other), (other, known)):
        found = difference(make_scenario(before), make_scenario(after))
        for side in (found.before, found.after):
            assert [(one.meter, one.recorder) for one in side.unknown] == [(Meter.LAKE_EXTENDED_RETENTION, after.name)]
        assert found.causes == ()
