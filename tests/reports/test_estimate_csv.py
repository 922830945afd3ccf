import csv
import io
from collections.abc import Callable
from decimal import Decimal

from costplan.model.billing import Meter
from costplan.reports import Dimension
from costplan.reports.estimate_csv import render_csv
from tests.reports.build import between, charge, estimate, layouts

Golden = Callable[[str, str], None]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_reads_well(golden: Golden) -> None:
    golden("estimate/two-trails.csv", render_csv(layouts()[2:]))


def test_lines_end_as_rfc_4180_says() -> None:
    text = render_csv(layouts())

    assert text.count("\r\n") == text.count("\n") == 1 + 10 + 10 + 12


def test_the_lines_of_a_month_add_up_to_it_exactly() -> None:
    found = rows(render_csv(layouts()))
    for one in layouts():
        for month in one.months:
            costs = [
                Decimal(r["list_cost"]) for r in found if (r["scenario"], r["month"]) == (one.name, str(month.month))
            ]
            assert len(costs) >= 5
            assert sum(costs) == month.list_cost.point


def test_a_name_with_commas_quotes_and_line_ends_stays_one_field() -> None:
    name = 'both "a",\nand b'

    assert rows(render_csv([estimate(name, (charge(Meter.DATA, 1),))]))[0]["scenario"] == name


def test_ends_are_empty_where_a_figure_is_certain() -> None:
    text = render_csv([estimate("a", (charge(Meter.DATA, 1), charge(Meter.DATA, between(0, 1_000_000))))])

    assert [(row["low"], row["high"]) for row in rows(text)] == [("", ""), ("0.00", "1.00")]


def test_a_breakdown_has_its_dimensions_as_columns() -> None:
    found = rows(render_csv(layouts()[:1], (Dimension.RESOURCE, Dimension.REGION)))

    assert found[0] == {
        "scenario": "home-only",
        "month": "2",
        "resource": "arn:aws:s3:::lake",
        "region": "eu-west-1",
        "list_cost": "18.42",
        "net_cost": "18.42",
        "low": "",
        "high": "",
    }
    # what belongs to no resource: 1,400,000 × 0.35 / 100,000 + 200,000 × 0.005 / 1,000 + 4.5 × 0.03
    assert (found[1]["resource"], found[1]["list_cost"]) == ("", "6.035")
