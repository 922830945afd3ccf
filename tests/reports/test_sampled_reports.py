"""What reports make of sampled volumes: ± and low–high of every figure, how much was read, what was never drawn."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import isclose
from typing import Any

import jsonschema
import pytest

from costplan.engine.uncertainty import student_t
from costplan.model.billing import Meter, UnpricedUsage
from costplan.model.changes import CostDifference
from costplan.model.estimate import Estimate, EventsSummary, RecorderEvents
from costplan.model.quantity import Quantity, Replicates
from costplan.model.volumes import Sampling, VolumeRow, Volumes
from costplan.reports import Dimension, EstimateFormat, VolumeDimension, render_estimates
from costplan.reports.amounts import difference_of, ends, interval_of, money_of, number_of, total_of
from costplan.reports.breakdown import break_down
from costplan.reports.estimate_json import estimate_schema, render_json
from costplan.reports.estimate_table import comparison, render_table_of, title
from costplan.reports.tables import Table, render_table
from costplan.reports.volumes_table import render_volumes
from costplan.reports.wording import samples, source_of
from tests.reports.build import UNKNOWN_LAMBDA, between, charge, detail, estimate, layouts, logs, scenario

Golden = Callable[[str, str], None]
D = Decimal
T3 = student_t(3)

SAMPLING = Sampling(
    design_id="sha256:5f0c",
    method="successive-difference",
    replicates=4,
    factor=D("0.25"),
    seed=7,
    objects=197_000,
    objects_read=2_960,
    bytes=420_000_000,
    bytes_read=6_300_000,
    clusters=9_000,
    clusters_read=140,
    never_drawn=(("111122223333", "ap-southeast-2"), ("444455556666", "us-east-1")),
)


def sampled(point: int | str, size: float, pattern: str = "+-+-", counted: int | str = 0) -> Quantity:
    """A figure whose standard error is *size*: four replicates, a quarter of the sum of their squares."""
    deviations = tuple(size if sign == "+" else -size if sign == "-" else 0.0 for sign in pattern)
    return Quantity.sampled(D(point), Replicates("sha256:5f0c", 0.25, deviations), counted=D(counted))


def drawn() -> Volumes:
    """The logs of the other tests, of which a part was read."""
    rows = tuple(
        VolumeRow(
            row.key,
            sampled(round(row.per_month.point * 60, 6), float(row.per_month.point) * 6, pattern, row.count or 0),
            row.count,
            row.raw_bytes,
        )
        for row, pattern in zip(logs().rows, ("+-+-", "++--", "+--+", "++++"), strict=True)
    )
    return replace(logs(), rows=rows, sampling=SAMPLING)


def two(*, is_open: bool = True) -> tuple[Estimate, Estimate]:
    """One trail, and a second one that pays for every management event."""
    management = sampled(7_250_000, 250_000, "+-+-", 120_000)
    objects = sampled(18_420_000, 900_000, "++--", 300_000)
    put, stored = sampled(200_000, 1_000, "+-+-"), sampled("4.5", 0.2, "+-+-")
    one = (
        charge(Meter.MANAGEMENT_FIRST_COPY, management),
        charge(
            Meter.DATA, objects, details=(replace(detail(1, "AWS::S3::Object", "arn:aws:s3:::lake"), quantity=objects),)
        ),
        charge(Meter.S3_PUT, put),
        charge(Meter.S3_STORAGE_STANDARD, stored),
    )
    copies = charge(Meter.MANAGEMENT_ADDITIONAL_COPY, management, recorder="second")
    happened = {"Management": management, "Data": objects}
    unknown = (UNKNOWN_LAMBDA,) if is_open else ()

    def made(name: str, charges: tuple[Any, ...], *recorders: RecorderEvents) -> Estimate:
        nothing = {"Management": sampled(0, 0), "Data": sampled(90_000, 20_000, "+-+-", 500)}
        return estimate(
            name,
            charges,
            recorded=EventsSummary(happened, happened, nothing, recorders),
            unknown=unknown,
            of=scenario(name, volumes=(drawn(),)),
        )

    saves = RecorderEvents("second", {"Management": management}, copies.list_cost)
    return made("one trail", one), made("two trails", (*one, copies), saves)


def cells(*estimates: Estimate) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in comparison(estimates).rows if row}


# ---- the table ----


@pytest.mark.parametrize("width", [100, 80, 60])
def test_a_sampled_estimate_reads_well(width: int, golden: Golden) -> None:
    golden(f"estimate/sampled-{width}.txt", render_table_of(two(), width) + "\n")


def test_a_sampled_explanation_has_both_ends_of_every_cost(golden: Golden) -> None:
    golden("estimate/sampled-explain.txt", render_estimates(two()[1:], EstimateFormat.TABLE, explains=True) + "\n")


@pytest.mark.parametrize("width", range(50, 140))
def test_no_line_of_a_sampled_comparison_is_longer_than_the_page(width: int) -> None:
    assert max(len(line) for line in render_table_of(two(), width).splitlines()) <= width


def test_every_cost_has_its_margin_and_the_total_both_ends() -> None:
    # 7,250,000 × 2.00 / 100,000 = 145.00, each replicate 250,000 × 0.00002 = 5.00 off; t(3) × 5.00 = 15.89.
    # 18,420,000 × 0.000001 = 18.42 ± t(3) × 0.90 = 2.86.
    # 200,000 × 0.000005 + 4.5 × 0.03 = 1.135 ± t(3) × (0.005 + 0.006) = 0.03.
    # In all 164.555 ± t(3) × √(5.011² + 0.9²) = 3.1786 × 5.091 = 16.18.
    found = cells(*two(is_open=False))
    assert found["Management events, first copy"] == ("free", "free")
    assert found["Management events, additional copies"] == ("–", "$145.00 ± $15.89")
    assert found["Data events, AWS::S3::Object"] == ("$18.42 ± $2.86", "$18.42 ± $2.86")
    assert found["S3 storage and requests, month 1"] == ("$1.14 ± $0.03", "$1.14 ± $0.03")
    assert found["Total, month 1"] == ("$19.56 ± $2.86", "$164.56 ± $16.18")
    assert found["95 % interval"] == ("$16.69–$22.42", "$148.37–$180.74")


def test_the_difference_of_two_scenarios_has_the_error_of_what_differs_alone() -> None:
    # 145.00 ± 15.89, though both totals also hold the error of 18.42 ± 2.86.
    assert cells(*two())["against one trail"] == ("–", "+$145.00 ± $15.89")


def test_totals_with_unknowns_are_lower_bounds_and_have_their_margin() -> None:
    assert cells(*two())["Total, month 1"][0] == "≥ $19.56 ± $2.86"


def test_events_have_margins_and_what_happens_its_own_row() -> None:
    # 25,670,000; replicates 250,000 + 900,000, −250,000 + 900,000 and so on: √(0.25 × 2 × (1.15² + 0.65²)) = 0.934M.
    found = cells(*two())
    assert found["Events recorded a month"] == ("25.7M ± 2.97M", "25.7M ± 2.97M")
    assert found["of all events a month"] == ("25.7M ± 2.97M", "25.7M ± 2.97M")
    assert found["Events recorded by none"] == ("90,000 ± 63,572", "90,000 ± 63,572")


def test_a_scenario_without_a_sample_beside_one_has_no_interval() -> None:
    census = estimate("census", (charge(Meter.DATA, 1_000_000),))
    found = cells(two()[0], census)
    assert found["95 % interval"] == ("$16.69–$22.42", "–")
    assert found["Total, month 1"][1] == "$1.00"


def test_a_census_has_no_row_for_an_interval() -> None:
    assert "95 % interval" not in cells(*layouts())


def test_a_band_and_an_interval_are_told_apart() -> None:
    # 1,000,000 sure and 1,000,000 that may be recorded: 1.00 to 2.00, and t(3) × 0.20 = 0.64 by chance.
    figure = sampled(1_000_000, 200_000) + between(0, 1_000_000)
    found = cells(estimate("a", (charge(Meter.DATA, figure),)))
    assert found["Total, month 1"] == ("$1.00–$2.00 ± $0.64",)
    assert found["95 % interval"] == ("$0.36–$2.64",)


# ---- amounts ----


def test_an_amount_and_a_margin_too_small_to_print_are_printed_once() -> None:
    assert money_of(sampled("0.004", 0.001)) == "<$0.01"
    assert money_of(sampled("1.5", 0.001)) == "$1.50 ± <$0.01"
    assert total_of(sampled("0.004", 0.001), is_lower_bound=True) == "> $0.00"


def test_a_quantity_has_a_margin_of_three_digits() -> None:
    # t(3) × 65,000 = 206,610
    assert number_of(sampled(6_496_000, 65_000)) == "6,496,000 ± 207,000"


def test_a_figure_that_no_replicate_moves_is_certain() -> None:
    still = sampled(5, 0)
    assert ends(still) is None
    assert money_of(still) == "$5.00"
    assert interval_of(still) == "–"


def test_the_low_end_is_never_below_what_was_counted() -> None:
    assert interval_of(sampled("1.2", 1.0, counted="0.3")) == "$0.30–$4.38"
    assert interval_of(sampled("1.2", 1.0)) == "$0.00–$4.38"


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (CostDifference(D(-3), D(-3), D(-3), D("0.4")), "-$3.00 ± $0.40"),
        (CostDifference(D(0), D(0), D(0), D("0.4")), "$0.00 ± $0.40"),
        (CostDifference(D(2), D(1), D(3), D("0.4")), "about +$2.00 ± $0.40"),
        (CostDifference(D("0.001"), D("0.001"), D("0.001"), D("0.002")), "+<$0.01"),
    ],
)
def test_a_difference_has_its_sign_and_its_margin(difference: CostDifference, text: str) -> None:
    assert difference_of(difference) == text


def test_margins_of_a_column_stand_under_each_other() -> None:
    table = Table(("", "a"), (("x", "$145.00 ± $15.89"), ("y", "$1.14 ± $0.03"), ("z", "free")))
    assert render_table(table, 80).splitlines()[2:] == [
        "x  $145.00 ± $15.89",
        "y    $1.14 ±  $0.03",
        "z              free",
    ]


# ---- breakdowns ----


def test_the_rows_of_a_breakdown_have_margins_and_add_up_replicate_by_replicate() -> None:
    (_, both) = two()
    rows = break_down(both, (Dimension.RESOURCE,))
    whole = both.last.list_cost.replicates[0].deviations
    parts = [row.listed.replicates[0].deviations for row in rows.values() if row.listed.replicates]
    assert len(parts) >= 2
    for together, deviation in zip(map(sum, zip(*parts, strict=True)), whole, strict=True):
        assert isclose(together, deviation, rel_tol=1e-9)


def test_what_belongs_to_no_resource_keeps_its_error() -> None:
    # 600,000 of 1,000,000 events name a bucket, with half of the error: 0.30 of 0.60 dollars.
    part = replace(detail(1, "AWS::S3::Object", "arn:aws:s3:::lake"), quantity=sampled(600_000, 300_000, counted=5))
    one = estimate("a", (charge(Meter.DATA, sampled(1_000_000, 600_000, counted=9), details=(part,)),))
    rest = break_down(one, (Dimension.RESOURCE,))[(None,)].listed
    assert (rest.point, rest.floor) == (D("0.4"), D("0.000004"))
    assert [round(d, 9) for d in rest.replicates[0].deviations] == [0.3, -0.3, 0.3, -0.3]


def test_a_breakdown_of_a_sample_ends_in_both_ends_of_the_total(golden: Golden) -> None:
    golden("estimate/sampled-by-recorder.txt", render_table_of(two()[1:], 80, (Dimension.RECORDER,)) + "\n")


# ---- how much was read ----


def test_the_title_says_that_it_is_a_sample_and_how_much_was_read() -> None:
    text = title(two(), 200)
    # One of 2,960 files could not be read; 6.3 of 420 MB.
    assert "31 days of logs, 2,959 of 197,000 files" in text
    assert text.endswith("sample: 1.5 % of the bytes read, 95 % intervals (±)")
    assert source_of(drawn()) == "31 days of logs, 2,959 of 197,000 files"


def test_several_samples_are_named_with_their_shares() -> None:
    more = replace(drawn(), sampling=replace(SAMPLING, seed=8, bytes_read=42_000_000))
    found = estimate("a", of=scenario("a", volumes=(drawn(), more)))
    assert samples([found]) == "samples: 1.5 % and 10.0 % of the bytes read, 95 % intervals (±)"
    assert samples([estimate("a")]) == ""
    unsaid = estimate("a", of=scenario("a", volumes=(replace(drawn(), sampling=None),)))
    assert samples([unsaid]) == "sample, 95 % intervals (±)"


# ---- for machines ----


def read(*estimates: Estimate, by: tuple[Dimension, ...] = ()) -> Any:
    return json.loads(render_json(estimates, by))["scenarios"]


def test_the_json_of_a_sampled_estimate_reads_well(golden: Golden) -> None:
    golden("estimate/sampled.json", render_json(two(), (Dimension.RECORDER,)) + "\n")


def test_the_json_of_a_sampled_estimate_follows_its_schema() -> None:
    jsonschema.validate(json.loads(render_json(two(), (Dimension.RESOURCE,))), estimate_schema())


def test_every_sampled_figure_has_its_ends_in_json() -> None:
    one, both = read(*two(), by=(Dimension.RECORDER,))
    month = both["months"][0]
    # 164.555 ± t(3) × 5.091…
    low, high, margin = (float(month[name]) for name in ("low", "high", "half_width"))
    assert isclose((low + high) / 2, 164.555, abs_tol=1e-9)
    assert isclose(margin, T3 * (5.011**2 + 0.9**2) ** 0.5, rel_tol=1e-9)
    by_meter = {c["meter"]: c for c in both["charges"]}
    copies = by_meter["management-additional-copy"]
    assert isclose(float(copies["half_width"]), T3 * 5, rel_tol=1e-9)
    assert isclose(float(copies["of_quantity"]["half_width"]), T3 * 250_000, rel_tol=1e-9)
    # Free, so certain; but how many there are is not.
    first = by_meter["management-first-copy"]
    assert (first["low"], first["high"], "half_width" in first) == (None, None, False)
    assert "low" in first["of_quantity"]
    events = both["events"]
    assert events["recorded"]["Management"] == "7250000"
    assert set(events["ends"]["recorded"]) == {"Management", "Data"}
    assert set(events["ends"]["recorded_by_none"]) == {"Data"}
    assert set(events["ends"]["by_recorder"]["second"]) == {"Management", "saved_if_removed_alone"}
    assert all("half_width" in row for row in both["breakdown"]["rows"])
    assert both["samples"][0]["bytes_read"] == 6_300_000
    assert "against" not in one
    against = both["against"]
    assert (against["scenario"], against["list_cost"]) == ("one trail", "145.00")
    assert isclose(float(against["ends"]["half_width"]), T3 * 5, rel_tol=1e-9)


def test_net_costs_have_ends_of_their_own_where_they_differ() -> None:
    # 2.00 ± t(3) × 1.00 at list, half of it after the discount.
    (part,) = read(estimate("a", (charge(Meter.DATA, sampled(2_000_000, 100_000), discount="0.5"),)))
    for found in (part["months"][0], part["charges"][0]):
        assert isclose(float(found["half_width"]), T3 * 0.1, rel_tol=1e-9)
        assert isclose(float(found["net"]["half_width"]), T3 * 0.05, rel_tol=1e-9)
    (same,) = read(estimate("a", (charge(Meter.DATA, sampled(2_000_000, 100_000)),)))
    assert "net" not in same["months"][0]


def test_what_has_no_price_has_ends_in_json_too() -> None:
    usage = charge(Meter.DATA, sampled(2_000_000, 100_000)).usage
    (part,) = read(estimate("a", (), unpriced=(UnpricedUsage(usage, "no price"),)))
    assert isclose(float(part["unpriced"][0]["of_quantity"]["half_width"]), T3 * 100_000, rel_tol=1e-9)


def test_a_certain_estimate_has_none_of_the_fields_of_a_sample() -> None:
    text = render_json(layouts())
    assert not re.search(r'"(half_width|of_quantity|net|ends|samples)"', text)


def test_the_csv_of_a_sampled_estimate_reads_well(golden: Golden) -> None:
    golden("estimate/sampled.csv", render_estimates(two()[1:], EstimateFormat.CSV))


def test_the_csv_has_low_and_high_of_every_sampled_cost() -> None:
    for by in ((), (Dimension.METER,)):
        rows = list(csv.DictReader(io.StringIO(render_estimates(two()[1:], EstimateFormat.CSV, by=by))))
        ends_of = {row["meter"]: (row["low"], row["high"]) for row in rows}
        assert ends_of["management-first-copy"] == ("", "")
        low, high = map(float, ends_of["management-additional-copy"])
        assert isclose(high - low, 2 * T3 * 5, rel_tol=1e-9)
        assert isclose((high + low) / 2, 145, rel_tol=1e-9)


def test_markdown_shows_margins_and_the_sample() -> None:
    text = render_estimates(two(), EstimateFormat.MARKDOWN)
    assert "$145.00 ± $15.89" in text
    assert "sample: 1.5 % of the bytes read" in text
    assert "(95 %: $129.11–$160.89)" in text


# ---- volumes ----


@pytest.mark.parametrize("width", [100, 70])
def test_sampled_volumes_read_well(width: int, golden: Golden) -> None:
    golden(f"volumes/sampled-{width}.txt", render_volumes(drawn(), width) + "\n")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_of_sampled_volumes_is_longer_than_the_page(width: int) -> None:
    longest = (VolumeDimension.RESOURCE, VolumeDimension.PRINCIPAL, VolumeDimension.SOURCE)
    assert max(len(line) for line in render_volumes(drawn(), width, longest).splitlines()) <= width


def test_places_that_were_never_drawn_are_named() -> None:
    text = " ".join(render_volumes(drawn(), 100).split())
    assert "nothing is known of their events: 111122223333 in ap-southeast-2, 444455556666 in us-east-1" in text
    assert "never drawn" not in render_volumes(replace(drawn(), sampling=replace(SAMPLING, never_drawn=())), 100)


def test_volumes_that_do_not_say_how_they_were_drawn_say_so() -> None:
    assert "sample: how it was drawn is not said" in render_volumes(replace(drawn(), sampling=None), 100)
    assert "sample" not in render_volumes(logs(), 100)
