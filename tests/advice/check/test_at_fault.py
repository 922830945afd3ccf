"""Where a verdict on a limit points: at the change, or the recorder, that makes the cost."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from costplan.advice.check import Checked
from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.prices import PriceBook
from costplan.model.problems import Location
from costplan.model.recorders import Trail
from costplan.model.scenario import ConfigItems, Scenario
from costplan.model.selectors import FieldSelector
from costplan.model.verdicts import Outcome
from tests.advice.check.scenes import LESS, MAX, MORE, PRICES, checked, limit, verdict
from tests.build import IRELAND, PROD, make_price, make_scenario, make_trail, object_row, on_objects

OBJECTS = make_trail("objects", selectors=(on_objects(),))


def test_a_verdict_points_at_what_is_at_fault() -> None:
    placed = [replace(one, where=Location("main.json", n)) for n, one in enumerate((make_trail("audit"), OBJECTS), 1)]
    events = (object_row(50_000_000),)
    scene = make_scenario(*placed, rows=events, where=Location("main.json"))
    rule = replace(limit(MAX, "1"), where=Location("costplan.yaml", 7))
    assert verdict(rule, checked(scene)).where == Location("main.json", 2)
    assert verdict(replace(rule, amount=Decimal(99)), checked(scene)).where == Location("costplan.yaml", 7)
    before = make_scenario(placed[0], rows=events)
    assert verdict(limit(MORE, "1"), checked(scene, before)).where == Location("main.json", 2)
    assert verdict(limit(MAX, "99"), checked(scene)).where == Location("main.json")


def on_bucket(name: str, line: int) -> Trail:
    objects_of_it = on_objects(FieldSelector("resources.ARN", starts_with=(f"arn:aws:s3:::{name}/",)))
    return make_trail(name, selectors=(objects_of_it,), where=Location("main.json", line))


# 10, 50, 5 and half a dollar.
TEN, FIFTY, FIVE, HALF = (on_bucket(name, line) for line, name in enumerate(("ten", "fifty", "five", "half"), 1))
COUNTS = {"ten": 10_000_000, "fifty": 50_000_000, "five": 5_000_000, "half": 500_000}
VALID = replace(TEN, log_file_validation=True)


def on_buckets(*trails: Trail, times: int = 1) -> Scenario:
    return make_scenario(*trails, rows=tuple(object_row(count * times, name) for name, count in COUNTS.items()))


@pytest.mark.parametrize(
    ("before", "after", "kind", "expected"),
    [
        pytest.param(on_buckets(FIFTY), on_buckets(TEN, FIFTY, FIVE), MORE, TEN, id="what adds most"),
        pytest.param(on_buckets(FIFTY), on_buckets(FIFTY, HALF), MORE, HALF, id="what adds little"),
        pytest.param(on_buckets(TEN, FIFTY), on_buckets(FIFTY, FIVE), LESS, TEN, id="what saves most"),
        pytest.param(on_buckets(TEN, FIFTY), on_buckets(FIFTY), LESS, TEN, id="what saves"),
        # No file says how many events there are: then it is the dearest recorder.
        pytest.param(on_buckets(TEN, FIFTY), on_buckets(TEN, FIFTY, times=2), MORE, FIFTY, id="events"),
        pytest.param(on_buckets(TEN, FIFTY), on_buckets(VALID, FIFTY, times=2), MORE, FIFTY, id="events and nothing"),
    ],
)
def test_a_change_is_at_fault_that_makes_the_most_of_the_difference(
    before: Scenario, after: Scenario, kind: Any, expected: Trail
) -> None:
    rule = replace(limit(kind, "0.10"), where=Location("costplan.yaml", 7))
    found = verdict(rule, checked(after, before))
    assert (found.outcome, found.where) == (Outcome.BROKEN, expected.where)


def test_the_recorder_that_a_limit_is_about_is_at_fault() -> None:
    rule = replace(limit(MAX, "1", recorder="ten"), where=Location("costplan.yaml", 7))
    assert verdict(rule, checked(on_buckets(FIFTY, TEN))).where == TEN.where
    nowhere = checked(on_buckets(FIFTY, replace(TEN, where=None)))
    assert verdict(rule, nowhere).where == Location("costplan.yaml", 7)


def test_of_the_dearest_recorders_the_own_one_is_at_fault_and_else_the_limit_itself() -> None:
    rule = replace(limit(MAX, "1"), where=Location("costplan.yaml", 7))
    one = checked(replace(on_buckets(TEN, FIFTY, FIVE), where=Location("main.json")))
    assert verdict(rule, one).where == FIFTY.where
    assert verdict(rule, replace(one, own=frozenset({TEN.where, FIVE.where}))).where == TEN.where
    none = replace(one, own=frozenset())
    assert verdict(rule, none).where == Location("costplan.yaml", 7)
    assert verdict(limit(MAX, "1"), none).where == Location("main.json")


def test_what_an_account_pays_for_no_recorder_is_no_recorders_fault() -> None:
    # 1M configuration items at 100 dollars, and 10 dollars of data events.
    items = make_price(Meter.CONFIG_ITEM_CONTINUOUS, 1_000_000, ("100", None))
    book = PriceBook("config", IRELAND, "USD", "a list", {Meter.CONFIG_ITEM_CONTINUOUS.value: items})
    prices = replace(PRICES, books={**PRICES.books, ("config", IRELAND): book})
    scene = replace(on_buckets(TEN), config_items=(ConfigItems(PROD, IRELAND, Decimal(1_000_000)),))
    one = Checked(estimate_scenario(scene, prices), prices, frozenset({TEN.where}))
    found = verdict(limit(MAX, "109"), one)
    assert (found.message, found.where) == ("month 1 costs $110.00, over the limit of $109.00", TEN.where)
