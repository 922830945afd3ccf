from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from costplan.model.billing import Meter, UnknownUsage, UnpricedUsage
from costplan.model.estimate import Assumption, MonthEstimate
from costplan.model.quantity import Quantity
from costplan.model.scenario import Settings
from costplan.model.selectors import InsightType
from costplan.reports import EstimateFormat, render_estimates
from costplan.reports.estimate_table import comparison, render_table_of, title
from costplan.reports.wording import METER_NAMES, is_without_any_price, notes_of, source_of, what_is_not_known
from tests.reports.build import (
    PROD,
    UNKNOWN_LAMBDA,
    between,
    book,
    charge,
    detail,
    estimate,
    events,
    layouts,
    logs,
    own_price,
    scenario,
)

Golden = Callable[[str, str], None]


def cells(*estimates: object) -> dict[str, tuple[str, ...]]:
    """The rows of a comparison by their labels."""
    return {row[0]: row[1:] for row in comparison(estimates).rows if row}  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [100, 80, 50])
def test_scenarios_stand_side_by_side(width: int, golden: Golden) -> None:
    golden(f"estimate/layouts-{width}.txt", render_table_of(layouts(), width) + "\n")


@pytest.mark.parametrize("width", range(50, 140))
def test_no_line_of_the_comparison_is_longer_than_the_page(width: int) -> None:
    assert max(len(line) for line in render_table_of(layouts(), width).splitlines()) <= width


def test_three_scenarios_stand_side_by_side_in_80_columns() -> None:
    assert render_table_of(layouts(), 80).count("Total, month 2") == 1


def test_the_first_copy_is_free_where_it_is_recorded_and_a_dash_where_not() -> None:
    recorded = estimate("recorded", (charge(Meter.MANAGEMENT_FIRST_COPY, 10),))
    nothing = estimate("nothing", (charge(Meter.MANAGEMENT_FIRST_COPY, 0),))

    assert cells(recorded, nothing)["Management events, first copy"] == ("free", "–")


def test_what_a_scenario_does_not_have_is_a_dash_and_not_zero() -> None:
    # 7,250,000 × 2.00 / 100,000 = 145.00
    _, _, both = layouts()
    one, _, _ = layouts()

    assert cells(one, both)["Management events, additional copies"] == ("–", "$145.00")


def test_data_events_have_a_row_for_each_resource_type_and_the_rows_add_up() -> None:
    # 300,000 + 200,000 of the 600,000 events name a type: 0.30 + 0.20 + 0.10 = 0.60
    shares = (detail(300_000, "AWS::S3::Object"), detail(200_000, "AWS::Lambda::Function"))
    rows = cells(estimate("a", (charge(Meter.DATA, 600_000, details=shares),)))

    assert rows["Data events, AWS::S3::Object"] == ("$0.30",)
    assert rows["Data events, AWS::Lambda::Function"] == ("$0.20",)
    assert rows["Data events"] == ("$0.10",)
    assert rows["Total, month 1"] == ("$0.60",)


def test_data_events_of_a_later_month_grow_with_their_usage() -> None:
    # 100,000 events of month 1 are 200,000 in this month: 200,000 × 0.10 / 100,000 = 0.20
    share = (detail(200_000, "AWS::S3::Object"),)
    grown = charge(Meter.DATA, 200_000, details=share, scale="2")

    assert cells(estimate("a", (grown,)))["Data events, AWS::S3::Object"] == ("$0.20",)


@pytest.mark.parametrize(
    ("types", "name"),
    [
        ((InsightType.API_CALL_RATE,), "Insights, API call rate"),
        ((InsightType.API_ERROR_RATE,), "Insights, API error rate"),
        ((InsightType.API_ERROR_RATE, InsightType.API_CALL_RATE), "Insights, API call and error rate"),
    ],
)
def test_insights_are_named_by_the_types_that_are_on(types: tuple[InsightType, ...], name: str) -> None:
    found = estimate("a", (charge(Meter.INSIGHTS_MANAGEMENT, 100_000),), of=scenario("a", insights=types))

    assert cells(found)[name] == ("$0.35",)


def test_s3_storage_and_requests_are_one_row() -> None:
    # 10 GB-month × 0.03 + 2,000 × 0.005 / 1,000 = 0.30 + 0.01
    found = estimate("a", (charge(Meter.S3_STORAGE_STANDARD, 10), charge(Meter.S3_PUT, 2_000)))

    assert cells(found)["S3 storage and requests, month 1"] == ("$0.31",)


def test_a_total_that_holds_unknowns_is_a_lower_bound() -> None:
    paid = (charge(Meter.DATA, 1_000_000),)

    assert cells(estimate("a", paid))["Total, month 1"] == ("$1.00",)
    assert cells(estimate("a", paid, unknown=(UNKNOWN_LAMBDA,)))["Total, month 1"] == ("≥ $1.00",)


def test_a_lower_bound_under_a_cent_is_more_than_nothing() -> None:
    found = estimate("a", (charge(Meter.DATA, 10),), unknown=(UNKNOWN_LAMBDA,))

    assert cells(found)["Total, month 1"] == ("> $0.00",)


def test_a_total_with_a_band_prints_both_ends() -> None:
    # 0 to 1,000,000 events: 0.00 to 1.00; and 500,000 certain ones: 0.50
    banded = charge(Meter.DATA, between(0, 1_000_000), recorder="second")
    found = estimate("a", (charge(Meter.DATA, 500_000), banded))

    assert cells(found)["Total, month 1"] == ("$0.50–$1.50",)


def test_a_difference_is_signed_and_bounded_where_only_one_side_is() -> None:
    one = estimate("one", (charge(Meter.DATA, 1_000_000),))
    two = estimate("two", (charge(Meter.DATA, 3_000_000),))
    open_two = estimate("two", (charge(Meter.DATA, 3_000_000),), unknown=(UNKNOWN_LAMBDA,))

    assert cells(one, two)["against one"] == ("–", "+$2.00")
    assert cells(two, one)["against two"] == ("–", "-$2.00")
    assert cells(one, one)["against one"] == ("–", "$0.00")
    assert cells(one, open_two)["against one"] == ("–", "≥ +$2.00")
    assert cells(open_two, one)["against two"] == ("–", "≤ -$2.00")


def test_a_difference_of_banded_totals_says_that_it_is_one_of_points() -> None:
    one = estimate("one", (charge(Meter.DATA, 1_000_000),))
    banded = estimate("two", (charge(Meter.DATA, Quantity.between(Decimal(0), Decimal(3_000_000))),))

    assert cells(one, banded)["against one"] == ("–", "about +$2.00")


def test_one_scenario_is_against_nothing() -> None:
    assert not any(label.startswith("against") for label in cells(layouts()[0]))


def test_one_month_has_one_total() -> None:
    assert [label for label in cells(estimate("a", ())) if label.startswith("Total")] == ["Total, month 1"]


def test_discounts_have_a_row_of_their_own_and_the_difference_is_after_them() -> None:
    # 1.00 at list; 7 % off is 0.93; the other pays 2.00: 2.00 - 0.93 = 1.07
    off = estimate(
        "off",
        (charge(Meter.DATA, 1_000_000, discount="0.07"),),
        of=scenario("off", discounts={"cloudtrail": Decimal("0.07")}),
    )
    rows = cells(off, estimate("list", (charge(Meter.DATA, 2_000_000),)))

    assert rows["Data events"] == ("$1.00 (net $0.93)", "$2.00")
    assert rows["Total, month 1"] == ("$1.00", "$2.00")
    assert rows["after discounts, month 1"] == ("$0.93", "$2.00")
    assert rows["against off"] == ("–", "+$1.07")


def test_the_first_and_the_last_month_have_both_totals() -> None:
    # 1.00 and 2.00 at list, 12 % off
    months = ((charge(Meter.DATA, 1_000_000, discount="0.12"),), (charge(Meter.DATA, 2_000_000, discount="0.12"),))
    rows = cells(estimate("off", *months, of=scenario("off", discounts={"data": Decimal("0.12")})))

    assert [(label, *row) for label, row in rows.items() if "month" in label and "vents" not in label] == [
        ("Total, month 1", "$1.00"),
        ("after discounts, month 1", "$0.88"),
        ("Total, month 2", "$2.00"),
        ("after discounts, month 2", "$1.76"),
    ]


def test_the_steady_state_has_both_totals() -> None:
    # 1.00, 2.00 and 3.00 at list, 12 % off
    charges = [(charge(Meter.DATA, n * 1_000_000, discount="0.12", month=n),) for n in (1, 2, 3)]
    off = estimate("off", *charges[:2], of=scenario("off", discounts={"data": Decimal("0.12")}))
    rows = cells(replace(off, steady=MonthEstimate(14, charges[2])), off)

    assert list(rows)[1:7] == [
        "Total, month 1",
        "after discounts, month 1",
        "Total, month 2",
        "after discounts, month 2",
        "Total, once nothing changes",
        "after discounts, once nothing changes",
    ]
    assert rows["Total, once nothing changes"] == ("$3.00 (month 14)", "grows on")
    assert rows["after discounts, once nothing changes"] == ("$2.64 (month 14)", "grows on")


def test_events_are_those_recorded_of_those_that_happen() -> None:
    rows = cells(*layouts())

    # 5,150,000 + 18,420,000 of 7,250,000 + 18,420,000
    assert rows["Events recorded, of 25.7M a month"] == ("23.6M", "25.7M", "25.7M")
    assert rows["Events recorded by none"] == ("2.10M", "0", "0")


def test_scenarios_of_different_volumes_say_of_how_many_each() -> None:
    small = estimate("small", recorded=events({"Management": 10}, {"Data": 5}))
    large = estimate("large", recorded=events({"Management": 20}))

    assert cells(small, large)["Events recorded a month"] == ("10 of 15", "20 of 20")


def test_growth_says_which_month_the_rows_are_of() -> None:
    grows = estimate("a", (), (), of=scenario("a", settings=Settings(growth_per_month=Decimal("0.02"))))

    assert comparison([grows]).headers[0] == "month 2"
    assert comparison([estimate("a", (), ())]).headers[0] == ""


def test_a_scenario_that_records_nothing_still_has_a_total() -> None:
    found = estimate("history-only", recorded=events({}, {"Management": 100}))

    assert cells(found) == {
        "Total, month 1": ("$0.00",),
        "Events recorded, of 100 a month": ("0",),
        "Events recorded by none": ("100",),
    }


# ---- the title ----


def test_the_title_names_the_only_region_or_counts_them() -> None:
    one = estimate("a")
    two = estimate("a", books=(book("cloudtrail"), book("cloudtrail", "us-east-1")))

    assert "list prices of eu-west-1, confirmed 2026-07-16" in title([one], 200)
    assert "list prices of 2 Regions, confirmed 2026-07-16" in title([one, two], 200)


def test_the_title_says_how_many_prices_are_ones_own_and_of_which_file() -> None:
    first, second = own_price(Meter.DATA, "0.08", 3), own_price(Meter.MANAGEMENT_ADDITIONAL_COPY, "1.60", 4)
    charges = (
        charge(Meter.DATA, 1, of_price=first),
        charge(Meter.DATA, 1, of_price=first, region="us-east-1"),
        charge(Meter.MANAGEMENT_ADDITIONAL_COPY, 1, of_price=second),
    )
    own = {"data": first}
    book_ = replace(book("cloudtrail"), prices=own, currency="CNY")

    assert "confirmed 2026-07-16 · 2 prices from mine.yaml · 31 days" in title([estimate("a", charges)], 200)
    alone = title([estimate("a", charges[:1], books=(book_,))], 200)
    assert "month · 1 price from mine.yaml · amounts in CNY, written with $ · 31 days" in alone


def test_the_title_says_what_was_measured() -> None:
    # One of 2,960 files could not be read.
    assert title([estimate("a")], 200).endswith("31 days of logs, 2,959 of 2,960 files")
    assert source_of(logs(1)) == "24 hours of logs, 2,959 of 2,960 files"
    assert title([estimate("a", of=scenario("a", volumes=()))], 200).endswith("no volumes")


# ---- notes ----


def test_unknowns_say_why_and_what_would_settle_them() -> None:
    assert notes_of([estimate("a", unknown=(UNKNOWN_LAMBDA,))]).unknown == (
        "unknown: Lambda data events: no source covers them; $0.10 per 100k "
        "(costplan volumes logs, of a trail that records them)",
    )


def test_a_note_that_holds_for_some_scenarios_names_them() -> None:
    notes = notes_of([estimate("a", unknown=(UNKNOWN_LAMBDA,)), estimate("b")])

    assert notes.unknown[0].startswith("unknown in a: Lambda data events")


def test_the_same_unknown_in_several_places_is_said_once() -> None:
    elsewhere = UnknownUsage(
        UNKNOWN_LAMBDA.meter,
        "other",
        (PROD,),
        ("us-east-1",),
        UNKNOWN_LAMBDA.what,
        UNKNOWN_LAMBDA.because,
        UNKNOWN_LAMBDA.settled_by,
        UNKNOWN_LAMBDA.list_unit_price,
    )

    assert len(notes_of([estimate("a", unknown=(UNKNOWN_LAMBDA, elsewhere))]).unknown) == 1


def test_more_unknowns_than_anyone_reads_are_counted() -> None:
    def unknown(n: int) -> UnknownUsage:
        return UnknownUsage(Meter.DATA, "audit", (PROD,), (), f"events of kind {n}", "no source covers them", "")

    notes = notes_of([estimate("a", unknown=tuple(unknown(n) for n in range(10)))])

    assert len(notes.unknown) == 8
    assert notes.lines(points_to_explain=True)[-1] == "2 more: --explain"


def test_assumptions_below_half_a_percent_are_left_to_explain() -> None:
    # Half a percent of 100.00 is 0.50.
    def assumption(name: str, moves: str | None) -> Assumption:
        return Assumption(name, f"assumption {name}", None if moves is None else Decimal(moves))

    found = estimate(
        "a",
        (charge(Meter.DATA, 100_000_000),),
        assumptions=(assumption("R1", "0.49"), assumption("R2", "0.50"), assumption("R3", "7"), assumption("R4", None)),
    )
    notes = notes_of([found])

    assert notes.assumed == (
        "assumed: assumption R3 (R3, moves $7.00)",
        "assumed: assumption R2 (R2, moves $0.50)",
        "assumed: assumption R4 (R4, moves an unknown amount)",
    )
    assert notes.lines(points_to_explain=True)[-1] == "1 more: --explain"
    assert "--explain" not in "".join(notes.lines(points_to_explain=False))


def test_an_assumption_that_moves_nothing_never_matters() -> None:
    nothing = estimate("a", assumptions=(Assumption("R82", "which copy is free", Decimal(0)),))

    assert notes_of([nothing]).assumed == ()


def test_what_has_no_price_is_said_with_its_quantity() -> None:
    usage = charge(Meter.DATA, 1_000_000).usage
    found = estimate("a", unpriced=(UnpricedUsage(usage, "the Region's list lacks it"),))

    assert notes_of([found]).unpriced == (
        "unpriced: Data events in eu-west-1, 1.00M events a month: the Region's list lacks it",
    )
    assert cells(found)["Total, month 1"] == ("≥ $0.00",)


def test_what_is_not_known_is_counted_in_words() -> None:
    unpriced = UnpricedUsage(charge(Meter.DATA, 5).usage, "no price")

    assert what_is_not_known([estimate("a")]) == ""
    assert what_is_not_known([estimate("a", unknown=(UNKNOWN_LAMBDA,) * 2, unpriced=(unpriced,))]) == (
        "2 unknown volumes and 1 unpriced usage"
    )


def test_nothing_to_pay_is_not_the_same_as_nothing_known() -> None:
    unknown = estimate("unknown", unknown=(UNKNOWN_LAMBDA,))

    assert is_without_any_price([unknown])
    assert not is_without_any_price([estimate("nothing to pay")])
    assert not is_without_any_price([unknown, estimate("paid", (charge(Meter.DATA, 5),))])


# ---- completeness ----


def test_every_meter_has_a_name_and_a_place_on_the_bill() -> None:
    assert set(METER_NAMES) == set(Meter)


@pytest.mark.parametrize("form", EstimateFormat)
def test_every_format_writes_the_layouts(form: EstimateFormat) -> None:
    text = render_estimates(layouts(), form, start=date(2027, 1, 1))

    assert all(found.name in text or found.name.replace(" ", "-") in text for found in layouts())
