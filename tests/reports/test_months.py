"""Every month of a projection, its years and all of it, in every format."""

import csv
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import LifecycleRule, LogBucket
from costplan.model.volumes import Volumes
from costplan.reports import Dimension, EstimateFormat, render_estimates
from costplan.reports.estimate_json import estimate_schema
from tests.build import (
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
OF_EVENTS = make_prices(make_price(Meter.S3_PUT, 1, ("0", None)), make_price(Meter.S3_STORAGE_STANDARD, 1, ("0", None)))
TRAILS = (make_trail("old"), make_trail("new", starts_in_month=3))
MONTH = (Dimension.MONTH,)
Golden = Callable[[str, str], None]


def estimate(months: int = 4, **rest: Any) -> Estimate:
    """10,000,000 events: $200.00 of second copies from month 3 on."""
    rest.setdefault("rows", (make_row(10**7),))
    return estimate_scenario(make_scenario(*TRAILS, months=months, **rest), OF_EVENTS)


def sampled(months: int = 4) -> Estimate:
    """The same give or take: replicates deviate by 100,000 events, so by $2.00 each."""
    quantity = Quantity.sampled(D(10**7), Replicates("a", 0.25, (1e5, -1e5, 1e5, -1e5)), counted=D(0))
    return estimate(months, rows=(make_row(quantity),))


def table(*estimates: Estimate, by: tuple[Dimension, ...] = MONTH) -> dict[str, list[str]]:
    """The cells of each row by its first."""
    lines = render_estimates(estimates, EstimateFormat.TABLE, by=by, width=150).split("\n\n")[1].splitlines()
    rows = [[cell for cell in line.split("  ") if cell] for line in lines if not line.startswith("--")]
    return {name.strip(): [cell.strip() for cell in cells] for name, *cells in rows[1:]}


def read(*estimates: Estimate, by: tuple[Dimension, ...] = ()) -> list[dict[str, Any]]:
    text = render_estimates(estimates, EstimateFormat.JSON, by=by)
    file = json.loads(text)
    jsonschema.validate(file, estimate_schema())
    found: list[dict[str, Any]] = file["scenarios"]
    return found


def test_a_row_is_a_month_even_one_that_costs_nothing() -> None:
    # $0.00 twice and $200.00 twice.
    assert table(estimate()) == {
        "month 1": ["$0.00"],
        "month 2": ["$0.00"],
        "month 3": ["$200.00"],
        "month 4": ["$200.00"],
        "Total, 4 months": ["$400.00"],
    }


def test_longer_projections_have_a_total_for_each_year() -> None:
    found = table(estimate(26))
    # 10, 12 and 2 months of $200.00
    assert list(found.items())[-4:] == [
        ("Total, year 1", ["$2,000.00"]),
        ("Total, year 2", ["$2,400.00"]),
        ("Total, year 3", ["$400.00"]),
        ("Total, 26 months", ["$4,800.00"]),
    ]
    assert list(table(estimate(120)))[-4:] == ["Total, year 8", "Total, year 9", "Total, year 10", "Total, 120 months"]


def test_years_are_those_of_the_calendar_where_months_have_dates() -> None:
    found = table(estimate(6, start=date(2027, 10, 1)))
    assert list(found.items())[2:] == [
        ("month 3, 2027-12", ["$200.00"]),
        ("month 4, 2028-01", ["$200.00"]),
        ("month 5, 2028-02", ["$200.00"]),
        ("month 6, 2028-03", ["$200.00"]),
        ("Total, 2027", ["$200.00"]),
        ("Total, 2028", ["$600.00"]),
        ("Total, 6 months", ["$800.00"]),
    ]


def test_the_usual_table_has_years_only_where_there_are_several() -> None:
    assert not [name for name in table(estimate(12), by=()) if name in ("Total, year 1", "Total, 12 months")]
    found = table(estimate(24), by=())
    assert found["Total, year 1"] == ["$2,000.00"]
    assert found["Total, 24 months"] == ["$4,400.00"]


def test_months_of_discounted_scenarios_have_both_costs() -> None:
    found = table(estimate(3, discounts={"cloudtrail": D("0.25")}))
    assert found["month 3"] == ["$200.00 (net $150.00)"]
    assert list(found.items())[-2:] == [("Total, 3 months", ["$200.00"]), ("after discounts, 3 months", ["$150.00"])]


def test_months_with_unknowns_are_lower_bounds() -> None:
    volumes = (Volumes((make_row(10**7),), coverage=(make_coverage(),)),)
    trail = make_trail("data", selectors=(on_objects(),))
    open_ = estimate_scenario(make_scenario(*TRAILS, trail, volumes=volumes, months=3), OF_EVENTS)
    assert table(open_)["month 3"] == ["≥ $200.00"]
    assert table(open_)["Total, 3 months"] == ["≥ $200.00"]


def test_scenarios_of_different_lengths_stand_side_by_side() -> None:
    found = table(estimate(2), estimate(13))
    assert found["month 2"] == ["$0.00", "$0.00"]
    assert found["month 13"] == ["–", "$200.00"]
    assert found["Total, year 2"] == ["–", "$200.00"]
    assert found["Total, all months"] == ["$0.00", "$2,200.00"]


def test_months_may_be_split_further_and_add_up() -> None:
    rows = (make_row(10**7), object_row(10**6))
    data = make_trail("data", selectors=(on_objects(),))
    result = estimate_scenario(make_scenario(*TRAILS, data, rows=rows, months=3), OF_EVENTS)
    by = (Dimension.RECORDER, Dimension.MONTH)
    text = render_estimates([result], EstimateFormat.CSV, by=by)
    rows_ = list(csv.DictReader(text.splitlines()))
    assert [(row["month"], row["recorder"], row["list_cost"]) for row in rows_] == [
        ("1", "data", "1.00"),
        ("1", "old", "0.00"),
        ("2", "data", "1.00"),
        ("2", "old", "0.00"),
        ("3", "new", "200.00"),
        ("3", "data", "1.00"),
        ("3", "old", "0.00"),
    ]
    assert list(rows_[0]) == ["scenario", "recorder", "month", "list_cost", "net_cost", "low", "high"]


def test_csv_and_markdown_have_every_month() -> None:
    rows = list(csv.DictReader(render_estimates([estimate()], EstimateFormat.CSV, by=MONTH).splitlines()))
    assert [(row["month"], row["list_cost"]) for row in rows] == [
        ("1", "0.00"),
        ("2", "0.00"),
        ("3", "200.00"),
        ("4", "200.00"),
    ]
    text = render_estimates([estimate(13)], EstimateFormat.MARKDOWN, by=MONTH)
    assert "| month 13 " in text
    assert "| Total, year 2 " in text


def test_json_has_the_totals_of_years_and_the_date_of_each_month() -> None:
    (found,) = read(estimate(14, start=date(2027, 12, 1)))
    assert found["start"] == "2027-12"
    assert [month["begins"] for month in found["months"][:2]] == ["2027-12-01", "2028-01-01"]
    assert [(t["of"], t["first_month"], t["last_month"], t["list_cost"]) for t in found["totals"]] == [
        ("2027", 1, 1, "0.00"),
        ("2028", 2, 13, "2200.00"),
        ("2029", 14, 14, "200.00"),
        ("14 months", 1, 14, "2400.00"),
    ]


def test_json_of_one_year_has_no_more_than_before_unless_it_is_asked_by_month() -> None:
    (found,) = read(estimate(3))
    assert not {"totals", "start"} & found.keys()
    assert "begins" not in found["months"][0]
    (found,) = read(estimate(3), by=MONTH)
    assert [total["of"] for total in found["totals"]] == ["3 months"]
    assert [row["values"] for row in found["breakdown"]["rows"]] == [["1"], ["2"], ["3"]]


# ---- samples ----


def test_every_month_and_every_sum_of_a_sample_has_its_interval() -> None:
    """Months of one sample are wrong together: the margin of two is twice that of one."""
    (found,) = read(sampled(14))
    months = {month["month"]: month for month in found["months"]}
    assert months[1].get("half_width") is None
    margin = D(months[3]["half_width"])
    assert margin > 0
    assert {D(months[number]["half_width"]) for number in range(3, 15)} == {margin}
    assert D(months[3]["high"]) - D(months[3]["low"]) == 2 * margin
    year, rest, whole = found["totals"]
    for total, times in ((year, 10), (rest, 2), (whole, 12)):
        assert float(total["half_width"]) == pytest.approx(float(margin) * times, rel=1e-9)


def test_the_table_of_months_has_margins_and_both_ends_of_the_whole() -> None:
    found = table(sampled())
    assert found["month 3"][0].startswith("$200.00 ±")
    assert found["Total, 4 months"][0].startswith("$400.00 ±")
    low, high = found["95 % interval"][0].split("–")
    assert D(low[1:]) + D(high[1:]) == 800


def test_the_steady_state_of_a_sample_has_its_interval() -> None:
    quantity = Quantity.sampled(D(10**7), Replicates("a", 0.25, (1e5, -1e5, 1e5, -1e5)), counted=D(0))
    bucket = LogBucket(lifecycle=(LifecycleRule(expiration_days=90),))
    trails = (make_trail("a", bucket=bucket), make_trail("b", bucket=bucket))
    result = estimate_scenario(make_scenario(*trails, rows=(make_row(quantity),), months=2), make_prices())
    (found,) = read(result)
    assert found["steady_state"]["month"] == 4
    assert D(found["steady_state"]["low"]) < D(found["steady_state"]["list_cost"]) < D(found["steady_state"]["high"])
    assert D(found["steady_state"]["half_width"]) > 0
    (certain,) = read(estimate_scenario(make_scenario(*TRAILS, months=1), OF_EVENTS))
    assert set(certain["steady_state"] or {}) <= {"month", "list_cost", "net_cost"}
