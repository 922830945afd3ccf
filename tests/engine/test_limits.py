"""Volumes at which a month reaches a limit, and at which another scenario becomes the cheaper one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import break_evens, limit_of
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.events import EventCategory
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import FreeAllowance
from costplan.model.recorders import Recorder
from costplan.reports.limits_table import render_limits
from tests.build import make_price, make_prices, make_row, make_scenario, make_selector, make_trail, object_row

D = Decimal
OF_EVENTS = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
DATA = make_trail("data", selectors=(make_selector(EventCategory.DATA),))


def estimate(*recorders: Recorder, times: str = "1", prices: object = OF_EVENTS, **rest: object) -> Estimate:
    scenario = make_scenario(*recorders, busy_factor=D(times), **rest)  # type: ignore[arg-type]
    return estimate_scenario(scenario, prices)  # type: ignore[arg-type]


def test_a_limit_says_how_much_of_everything_and_of_each_meter_is_left() -> None:
    """12,000,000 second copies are $240.00, 60,000,000 data events $60.00: $300.00 of $450.00."""
    rows = (make_row(12_000_000), object_row(60_000_000))
    found = limit_of(estimate(make_trail("a"), make_trail("b"), DATA, rows=rows), D(450), OF_EVENTS)
    assert (found.cost.point, found.is_over) == (300, False)
    assert found.factor == D("1.5")
    # $150.00 more of one: 7,500,000 copies, or 150,000,000 data events.
    assert [(m.meter, m.now, m.then) for m in found.meters] == [
        (Meter.MANAGEMENT_ADDITIONAL_COPY, 12_000_000, D(12_000_000) * D("1.625")),
        (Meter.DATA, 60_000_000, D(60_000_000) * D("3.5")),
    ]


def test_a_limit_that_is_passed_says_how_much_less_would_do() -> None:
    found = limit_of(estimate(DATA, rows=(object_row(60_000_000),)), D(15), OF_EVENTS)
    assert (found.is_over, found.factor, found.meters) == (True, D("0.25"), ())


def test_a_limit_beyond_a_thousand_times_is_out_of_sight() -> None:
    found = limit_of(estimate(DATA, rows=(object_row(1_000),)), D(10_000), OF_EVENTS)
    assert (found.factor, found.meters) == (None, ())


def test_a_limit_below_what_no_volume_moves_is_over_without_any_events() -> None:
    """730 digest files a month are $0.00365, whatever happens."""
    prices = make_prices(without=(Meter.S3_STORAGE_STANDARD,))
    idle = make_trail("idle", log_file_validation=True)
    found = limit_of(estimate(idle, rows=(make_row(10),), prices=prices), D("0.003"), prices)
    assert (found.is_over, found.factor) == (True, 0)
    assert "over without any events" in render_limits([found])


def test_tiers_are_filled_on_the_way() -> None:
    """$0.10 up to 100,000,000 events, $0.05 above: $10.00 for 10,000,000; $150.00 for 200,000,000."""
    tiered = make_price(Meter.DATA, 100_000, ("0.10", "100000000"), ("0.05", None))
    prices = make_prices(tiered, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    found = limit_of(estimate(DATA, rows=(object_row(10_000_000),), prices=prices), D(150), prices)
    assert found.factor == 20
    assert [m.then for m in found.meters] == [200_000_000]


def test_a_scenario_that_costs_nothing_reaches_no_limit() -> None:
    found = limit_of(estimate(make_trail(), rows=(make_row(10),)), D(1), OF_EVENTS)
    assert (found.factor, found.meters, found.is_over) == (None, (), False)


def test_the_cheaper_scenario_changes_where_their_costs_meet() -> None:
    """One has digest files whatever happens, the other pays for each event."""
    prices = make_prices(without=(Meter.S3_STORAGE_STANDARD,))
    rows = (object_row(10_000),)
    idle = make_trail("idle", log_file_validation=True, selectors=(make_selector(EventCategory.NETWORK_ACTIVITY),))
    fixed = estimate(idle, rows=rows, prices=prices)
    fixed = replace(fixed, scenario=replace(fixed.scenario, name="fixed"))
    each = estimate(DATA, rows=rows, prices=prices)
    each = replace(each, scenario=replace(each.scenario, name="each"))
    (found,) = break_evens(fixed, prices, each, prices)
    assert (found.below, found.above) == ("each", "fixed")
    around = [
        estimate(DATA, rows=rows, prices=prices, times=str(found.factor * D(step))).last.list_cost.point
        for step in ("0.9", "1.1")
    ]
    with exact_arithmetic():
        # 730 digests at $0.005 per thousand.
        assert around[0] < D("0.00365") < around[1]


def test_scenarios_that_keep_their_order_have_no_such_volume() -> None:
    rows = (make_row(12_000_000), object_row(60_000_000))
    one = estimate(DATA, rows=rows)
    both = estimate(make_trail("a"), make_trail("b"), DATA, rows=rows)
    assert list(break_evens(one, OF_EVENTS, both, OF_EVENTS)) == []


@pytest.mark.parametrize("limit", ["1", "59.99", "60.01", "7000"])
def test_at_the_factor_the_month_costs_the_limit(limit: str) -> None:
    rows = (object_row(60_000_000),)
    found = limit_of(estimate(DATA, rows=rows), D(limit), OF_EVENTS)
    assert found.factor is not None
    cost = estimate(DATA, rows=rows, times=str(found.factor)).last.list_cost.point
    assert float(cost) == pytest.approx(float(limit), rel=0.005)


# ---- net costs ----


def test_a_limit_is_one_of_what_is_paid() -> None:
    """$60.00 of data events less a quarter are $45.00; $90.00 are paid for twice as many."""
    rows, quarter_off = (object_row(60_000_000),), {"cloudtrail": D("0.25")}
    found = limit_of(estimate(DATA, rows=rows, discounts=quarter_off), D(90), OF_EVENTS)
    assert (found.cost.point, found.factor, found.is_discounted) == (45, 2, True)
    assert [(m.now, m.then) for m in found.meters] == [(60_000_000, 120_000_000)]
    assert not limit_of(estimate(DATA, rows=rows), D(90), OF_EVENTS).is_discounted


def test_a_meter_discounted_to_nothing_reaches_no_limit() -> None:
    """$240.00 of copies are left; data events cost nothing however many."""
    rows = (make_row(12_000_000), object_row(60_000_000))
    free = {"data": D(1)}
    found = limit_of(estimate(make_trail("a"), make_trail("b"), DATA, rows=rows, discounts=free), D(480), OF_EVENTS)
    assert [(m.meter, m.then) for m in found.meters] == [(Meter.MANAGEMENT_ADDITIONAL_COPY, 24_000_000)]


def test_the_cheaper_scenario_is_the_one_that_is_cheaper_to_pay() -> None:
    """730 digests cost as much as 3,650 data events at their list price, and as 7,300 at half of it."""
    prices = make_prices(without=(Meter.S3_STORAGE_STANDARD,))
    rows = (object_row(10_000),)
    idle = make_trail("idle", log_file_validation=True, selectors=(make_selector(EventCategory.NETWORK_ACTIVITY),))
    fixed = estimate(idle, rows=rows, prices=prices)
    fixed = replace(fixed, scenario=replace(fixed.scenario, name="fixed"))
    each = estimate(DATA, rows=rows, prices=prices, discounts={"cloudtrail": D("0.5"), "s3": D(1)})
    each = replace(each, scenario=replace(each.scenario, name="each"))
    (found,) = break_evens(fixed, prices, each, prices)
    assert (found.below, found.above, found.is_discounted) == ("each", "fixed", True)
    # 730 × $0.005 / 1,000 = $0.00365 = n × $0.10 / 100,000 / 2
    assert float(found.factor) == pytest.approx(0.73, abs=0.0002)


def test_a_meter_first_uses_up_what_is_free() -> None:
    """60,000,000 of 100,000,000 free events cost nothing; $60.00 are 60,000,000 more than are free."""
    free = FreeAllowance("cloudtrail", ("data",), D(100_000_000), "events", "a page", date(2026, 1, 1))
    prices = replace(OF_EVENTS, allowances=(free,))
    rows = (object_row(60_000_000),)
    found = limit_of(estimate(DATA, rows=rows, prices=prices, free_allowances=frozenset({"cloudtrail"})), D(60), prices)
    assert found.cost.point == 0
    # 160,000,000 / 60,000,000, to four decimals.
    assert found.factor == D("2.6667")
    assert [(m.now, m.then) for m in found.meters] == [(60_000_000, D(60_000_000) * D("2.6667"))]


def test_a_meter_takes_from_others_what_is_free_for_both() -> None:
    """Of 100,000,000 free events copies come first; beside more of them the data events are paid for."""
    both = ("management-additional-copy", "data")
    free = FreeAllowance("cloudtrail", both, D(100_000_000), "events", "a page", date(2026, 1, 1))
    prices = replace(OF_EVENTS, allowances=(free,))
    rows = (make_row(40_000_000), object_row(60_000_000))
    trails = (make_trail("a"), make_trail("b"), DATA)
    applied = frozenset({"cloudtrail"})
    found = limit_of(estimate(*trails, rows=rows, prices=prices, free_allowances=applied), D(30), prices)
    assert found.cost.point == 0
    # 30,000,000 copies more leave 30,000,000 data events to pay for: $30.00.
    assert [m.then for m in found.meters if m.meter is Meter.MANAGEMENT_ADDITIONAL_COPY] == [70_000_000]
