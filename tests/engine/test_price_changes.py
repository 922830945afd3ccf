"""Prices that change within a projection."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import limit_of
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.prices import PriceList, PriceOverride, PriceOverrides, PriceTier
from costplan.model.problems import Location
from costplan.model.recorders import LifecycleRule, LogBucket
from tests.build import (
    IRELAND,
    SPAIN,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
TODAY = date(2026, 11, 28)
OF_EVENTS = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
FREE_S3 = make_prices(make_price(Meter.S3_PUT, 1, ("0", None)), make_price(Meter.S3_STORAGE_STANDARD, 1, ("0", None)))
DATA = make_trail("data", selectors=(on_objects(),))
ROWS = (object_row(1_000_000),)


def dated(*prices: tuple[str, str | None], on: date | None = TODAY) -> PriceList:
    """Price lists in which data events cost so much from such a day on."""
    key = ("cloudtrail", IRELAND)
    history = [
        replace(make_price(Meter.DATA, 100_000, (price, None)), effective_from=day and date.fromisoformat(day))
        for price, day in prices
    ]
    listed = FREE_S3.books[key]
    book = replace(listed, prices={**listed.prices, "data": history[-1]}, earlier={"data": tuple(history[:-1])})
    return replace(FREE_S3, books={**FREE_S3.books, key: book}, on=on)


def costs(result: Estimate) -> list[Decimal]:
    return [month.list_cost.point for month in result.months]


def estimate(prices: PriceList, months: int = 4) -> Estimate:
    return estimate_scenario(make_scenario(DATA, rows=ROWS, months=months), prices)


def changes(result: Estimate) -> list[tuple[str, Decimal | None]]:
    return [(a.text, a.moves) for a in result.assumptions if a.rule == "price"]


@pytest.mark.parametrize(
    ("on", "begins", "expected"),
    [
        # Month 1 has the prices of the day itself, month 2 those of 1 December, month 3 those of 1 January.
        ("2026-11-28", "2027-01-01", [1, 1, 2, 2]),
        ("2026-11-01", "2026-11-01", [2, 2, 2, 2]),
        # A price that changes within a month holds from the next on.
        ("2026-11-28", "2026-12-02", [1, 1, 2, 2]),
        ("2026-11-28", "2026-11-29", [1, 2, 2, 2]),
        ("2026-12-31", "2027-02-01", [1, 1, 2, 2]),
        ("2026-11-28", "2030-01-01", [1, 1, 1, 1]),
    ],
)
def test_each_month_has_the_price_of_its_first_day(on: str, begins: str, expected: list[int]) -> None:
    """1,000,000 events at 0.10 per 100,000, then at 0.20."""
    prices = dated(("0.10", None), ("0.20", begins), on=date.fromisoformat(on))
    assert costs(estimate(prices)) == expected


def test_without_a_day_the_last_known_prices_hold_in_every_month() -> None:
    assert costs(estimate(dated(("0.10", None), ("0.20", "2027-01-01"), on=None))) == [2, 2, 2, 2]


def test_a_change_is_told_with_what_hangs_on_it_and_only_where_there_is_one() -> None:
    text = (
        "data costs $0.20 per 100,000 events from month 3 on, which begins on 2027-01-01, before that "
        "$0.10 per 100,000 events (eu-west-1); each month has the price of its first day"
    )
    assert changes(estimate(dated(("0.10", None), ("0.20", "2027-01-01")))) == [(text, 1)]
    assert changes(estimate(dated(("0.10", None), ("0.20", "2030-01-01")))) == []
    # A price that was only confirmed anew is no change.
    assert changes(estimate(dated(("0.10", None), ("0.10", "2027-01-01")))) == []


def test_the_steady_state_comes_after_the_last_change() -> None:
    """January 2028 is month 15, beyond the four that are shown."""
    trail = replace(DATA, bucket=LogBucket(lifecycle=(LifecycleRule(expiration_days=30),)))
    scenario = make_scenario(trail, rows=ROWS, months=4)
    steady = estimate_scenario(scenario, dated(("0.10", None), ("0.20", "2027-01-01"), ("0.30", "2028-01-01"))).steady
    assert steady is not None
    assert (steady.month, steady.list_cost.point) == (15, 3)
    steady = estimate_scenario(scenario, dated(("0.10", None), ("0.20", "2027-01-01"))).steady
    assert steady is not None
    assert (steady.month, steady.list_cost.point) == (3, 2)


def test_what_has_no_price_in_some_month_is_told() -> None:
    """Known from January on, which is month 3."""
    result = estimate(dated(("0.20", "2027-01-01")))
    assert costs(result) == [0, 0, 2, 2]
    assert result.is_lower_bound
    (unpriced,) = result.unpriced
    assert unpriced.because.endswith("no price for data on 2026-12-01: those known hold from 2027-01-01")


def test_a_limit_is_looked_for_at_the_prices_of_the_last_month() -> None:
    """$2.00 in month 4; $4.00 at twice the events, of which there are then 2,000,000."""
    prices = dated(("0.10", None), ("0.20", "2027-01-01"))
    found = limit_of(estimate(prices), D(4), prices)
    assert (found.cost.point, found.factor) == (2, 2)
    assert [m.then for m in found.meters] == [2_000_000]


# ---- prices of the user's own ----


def override(price: str, start: str | None = None, end: str | None = None, region: str | None = None) -> PriceOverride:
    first, last = (day and date.fromisoformat(day) for day in (start, end))
    return PriceOverride(
        "cloudtrail",
        region,
        "data",
        D(100_000),
        (PriceTier(D(price)),),
        Location("p.yaml", 3),
        effective_from=first or None,
        effective_until=last or None,
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([override("0.05")], ["0.50"] * 4),
        # Months 3 and 4 only; before, the list price.
        ([override("0.05", "2027-01-01")], ["1.00", "1.00", "0.50", "0.50"]),
        ([override("0.05", None, "2027-01-01")], ["0.50", "0.50", "1.00", "1.00"]),
        ([override("0.05", "2026-12-01", "2027-01-01")], ["1.00", "0.50", "1.00", "1.00"]),
        ([override("0.03", "2027-01-01"), override("0.05", None, "2027-01-01")], ["0.50", "0.50", "0.30", "0.30"]),
        # That of the Region goes before that of all, on its days.
        ([override("0.03", "2027-01-01", None, IRELAND), override("0.05")], ["0.50", "0.50", "0.30", "0.30"]),
        ([override("0.03", "2027-01-01", None, SPAIN), override("0.05")], ["0.50"] * 4),
    ],
)
def test_overrides_hold_on_their_days(rows: list[PriceOverride], expected: list[str]) -> None:
    prices = dated(("0.10", None)).with_overrides(PriceOverrides("p.yaml", "USD", tuple(rows)), [IRELAND, SPAIN])
    assert costs(estimate(prices)) == [D(cost) for cost in expected]


def test_an_override_stands_in_place_of_the_list_price_of_its_first_day() -> None:
    listed = dated(("0.10", None), ("0.20", "2027-01-01"))
    rows = (override("0.05", "2027-02-01"), override("0.06", None, "2027-02-01"))
    result = estimate(listed.with_overrides(PriceOverrides("p.yaml", "USD", rows), [IRELAND]))
    (first, *_, last) = [
        charge.price.in_place_of for month in result.months for charge in month.charges if charge.price.is_override
    ]
    assert first is not None
    assert last is not None
    assert (first.tiers[0].price, last.tiers[0].price) == (D("0.10"), D("0.20"))


def test_prices_that_hold_throughout_change_nothing() -> None:
    scenario = make_scenario(make_trail("a"), make_trail("b"), rows=(make_row(10**6),), months=5)
    dated_, undated = (estimate_scenario(scenario, replace(OF_EVENTS, on=on)) for on in (TODAY, None))
    assert (dated_.months, dated_.steady, dated_.unknown) == (undated.months, undated.steady, undated.unknown)
    assert dated_.assumptions == undated.assumptions
