"""What the explanation and FOCUS say of prices that change, and of billing groups."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.prices import PriceList, PriceOverride, PriceOverrides, PriceTier
from costplan.model.problems import Location
from costplan.model.scenario import Account
from costplan.reports import EstimateFormat, render_estimates
from costplan.reports.explain import render_explanation
from tests.build import IRELAND, PROD, make_price, make_prices, make_scenario, make_trail, object_row, on_objects

D = Decimal
START = date(2026, 11, 1)
DATA = make_trail("data", selectors=(on_objects(),))


def prices() -> PriceList:
    """0.10 per 100,000 data events in November, the user's own 0.08 in December, 0.05 from January on."""
    own = [
        PriceOverride(
            "cloudtrail",
            IRELAND,
            "data",
            D(100_000),
            (PriceTier(D(price)),),
            Location("own.yaml", line),
            effective_from=day,
        )
        for line, (price, day) in enumerate([("0.08", date(2026, 12, 1)), ("0.05", date(2027, 1, 1))], 3)
    ]
    listed = replace(make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)), on=START)
    return listed.with_overrides(PriceOverrides("own.yaml", "USD", tuple(own)), [IRELAND])


def estimate(months: int = 4) -> Estimate:
    scenario = make_scenario(DATA, rows=(object_row(10**6),), months=months, start=START)
    return estimate_scenario(scenario, prices())


def test_the_explanation_has_each_price_with_its_months() -> None:
    text = render_explanation([estimate()], 200)
    found = [line.strip() for line in text.splitlines() if line.strip().startswith("price")]
    assert [line.partition(",")[0] for line in found if "own.yaml" in line or "a list" in line] == [
        "price: own.yaml:4",
        "price in month 2: $0.08 per 100",
        "price in month 1: $0.10 per 100",
    ]
    assert "1,000,000 events × $0.05 per 100,000 = $0.50" in text
    assert "price in" not in render_explanation([estimate(1)], 200)


def test_focus_rows_have_the_price_of_their_month() -> None:
    rows = csv.DictReader(render_estimates([estimate()], EstimateFormat.FOCUS, start=date(2020, 1, 1)).splitlines())
    assert [(row["ChargePeriodStart"][:7], row["ListUnitPrice"], row["ListCost"]) for row in rows] == [
        ("2026-11", "0.000001", "1.00"),
        ("2026-12", "0.0000008", "0.80"),
        ("2027-01", "0.0000005", "0.50"),
        ("2027-02", "0.0000005", "0.50"),
    ]


def test_both_overrides_are_named_in_json_and_counted_in_the_title() -> None:
    text = render_estimates([estimate()], EstimateFormat.JSON)
    assert text.count('"source": "own.yaml:') == 2
    assert "2 prices from own.yaml" in render_estimates([estimate()], EstimateFormat.TABLE)


def test_the_tier_of_a_billing_group_names_it() -> None:
    tiered = make_prices(make_price(Meter.DATA, 1, ("0.10", "100"), ("0.05", None)))
    scenario = make_scenario(DATA, rows=(object_row(150),), accounts={PROD: Account(billing_group="resale-a")})
    text = render_explanation([estimate_scenario(scenario, tiered)], 200)
    assert "(tier 2 of 2: above 100 events of billing group resale-a)" in text
