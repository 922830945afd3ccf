import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.model.billing import Meter, UnpricedUsage
from costplan.model.scenario import Settings
from costplan.reports.explain import render_explanation
from tests.reports.build import UNKNOWN_LAMBDA, between, charge, estimate, layouts, own_price, scenario

Golden = Callable[[str, str], None]


def test_an_explanation_reads_well(golden: Golden) -> None:
    golden("estimate/explain.txt", render_explanation(layouts()[2:], 100) + "\n")


@pytest.mark.parametrize("width", [50, 80, 100, 200])
def test_no_line_is_longer_than_the_page(width: int) -> None:
    lines = render_explanation(layouts(), width).splitlines()

    assert len(lines) > 50
    assert max(len(line) for line in lines) <= width


def test_the_purpose_of_a_scenario_stands_under_its_heading() -> None:
    told = replace(scenario("a"), purpose="What a second trail adds.")
    text = render_explanation([estimate("a", of=told), estimate("b")], 100)

    assert text.startswith("a, month 1\n----------\nWhat a second trail adds.\n")
    assert "b, month 1\n----------\nno charges" in text


def test_every_charge_of_the_last_month_is_a_sum_that_can_be_done_again() -> None:
    text = render_explanation(layouts(), 10**6)
    sums = re.findall(r"([\d,.]+) [\w-]+ × \$([\d.]+)(?: per ([\d,]+))? = \$([\d.,]+)", text)

    assert len(sums) == sum(len(found.last.charges) for found in layouts())
    for quantity, price, per, cost in sums:
        exact = Decimal(quantity.replace(",", "")) * Decimal(price) / Decimal(per.replace(",", "") or 1)
        assert abs(exact - Decimal(cost.replace(",", ""))) <= Decimal("0.005")


def test_each_tier_has_its_own_sum() -> None:
    # 100 × 0.03 = 3.00 and 20 × 0.02 = 0.40
    found = estimate("a", (charge(Meter.S3_STORAGE_STANDARD, 100), charge(Meter.S3_STORAGE_STANDARD, 20, tier=2)))
    text = render_explanation([found], 100)

    assert "100 GB-month × $0.03 = $3.00 (tier 1 of 2: 0 to 100 GB-month)" in text
    assert "20 GB-month × $0.02 = $0.40 (tier 2 of 2: above 100 GB-month)" in text
    assert text.count("S3 storage ·") == 1


def test_an_amount_under_a_cent_shows_its_digits() -> None:
    # 10 × 0.10 / 100,000 = 0.00001
    text = render_explanation([estimate("a", (charge(Meter.DATA, 10),))], 100)

    assert "10 events × $0.10 per 100,000 = $0.000010" in text


def test_a_band_is_carried_through_the_sum() -> None:
    text = render_explanation([estimate("a", (charge(Meter.DATA, between(0, 1_000_000)),))], 100)

    assert "0–1,000,000 events × $0.10 per 100,000 = $0.00–$1.00" in text


def test_growth_is_part_of_the_explanation() -> None:
    grown = charge(Meter.DATA, 110_000, scale="1.1")
    settings = Settings(growth_per_month=Decimal("0.1"))
    text = render_explanation([estimate("a", (grown,), of=scenario("a", settings=settings))], 100)

    assert "volumes × 1.1: growth and busy factor" in text


def test_discounts_are_said_with_what_is_left() -> None:
    discounts = {"cloudtrail": Decimal("0.07")}
    off = estimate("a", (charge(Meter.DATA, 1_000_000, discount="0.07"),), of=scenario("a", discounts=discounts))

    text = render_explanation([off], 100)
    assert "1,000,000 events × $0.10 per 100,000 = $1.00, less 7 % = $0.93" in text
    assert "After discounts (7 % off cloudtrail): $0.93" in text


def test_an_override_is_the_source_and_says_what_it_stands_in_place_of() -> None:
    # 1,000,000 × 0.08 / 100,000
    mine = own_price(Meter.DATA, "0.08", 7, "Agreed in May.")
    text = render_explanation([estimate("a", (charge(Meter.DATA, 1_000_000, of_price=mine),))], 200)

    assert "1,000,000 events × $0.08 per 100,000 = $0.80" in text
    assert (
        "price: mine.yaml:7, EU-DataEventsRecorded, in place of the list price $0.10 per 100,000 events."
        " Agreed in May." in text
    )
    assert "confirmed" not in text
    alone = replace(mine, in_place_of=None, usage_type=None)
    text = render_explanation([estimate("a", (charge(Meter.DATA, 1_000_000, of_price=alone),))], 200)
    assert "price: mine.yaml:7, where no list price is known. Agreed in May." in text


@pytest.mark.parametrize(
    ("meter", "price", "told"),
    [
        (Meter.DATA, "0.000001", "$0.10 per 100k"),
        (Meter.LAKE_INGESTION_OTHER, "0.50", "$0.50 per GB"),
        (Meter.LAKE_EXTENDED_RETENTION, "0.023", "$0.023 per GB-month"),
    ],
)
def test_the_price_of_what_is_unknown_is_that_of_its_unit(meter: Meter, price: str, told: str) -> None:
    unknown = replace(UNKNOWN_LAMBDA, meter=meter, list_unit_price=Decimal(price))

    assert told in render_explanation([estimate("a", (), unknown=(unknown,))], 200)


def test_every_assumption_unknown_and_unpriced_usage_is_listed() -> None:
    unpriced = UnpricedUsage(charge(Meter.DATA, 5).usage, "the Region's list lacks it")
    found = estimate("a", (), unknown=(UNKNOWN_LAMBDA,), unpriced=(unpriced,), assumptions=layouts()[2].assumptions)
    text = render_explanation([found], 200)

    assert "no charges" in text
    assert text.count("; moves ") == 3
    assert "R82: AWS does not say which trail's copy is the free one; moves nothing" in text
    assert "settled by: costplan volumes logs, of a trail that records them" in text
    assert "the Region's list lacks it" in text
    assert "≥ $0.00" in text
