import csv
import json
import re
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from costplan.cli.app import run

TYPED = ("estimate", "--typed", "management=40M/month,s3-writes=12M/month")


@pytest.fixture(autouse=True)
def _page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_typed_volumes_are_estimated_without_any_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(TYPED) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert re.search(r"^Management events, first copy +free$", out, re.MULTILINE)
    # 12,000,000 × 0.10 / 100,000
    assert re.search(r"^Data events, AWS::S3::Object +\$12\.00$", out, re.MULTILINE)
    assert re.search(r"^Events recorded, of 52\.0M a month +52\.0M$", out, re.MULTILINE)


def test_json_goes_to_a_file_and_nothing_to_the_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "estimate.json"

    assert run([*TYPED, "--format", "json", "--months", "2", "-o", str(path)]) == 0
    assert capsys.readouterr() == ("", "")
    read = json.loads(path.read_text())
    data = [c for c in read["scenarios"][0]["charges"] if c["meter"] == "data"]
    assert [(c["month"], c["quantity"], c["list_cost"]) for c in data] == [
        (1, "12000000", "12.00"),
        (2, "12000000", "12.00"),
    ]


def test_csv_has_every_charge_of_every_month(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--format", "csv", "--months", "3"]) == 0

    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["month"] for row in rows if row["meter"] == "data"] == ["1", "2", "3"]


def test_focus_rows_have_the_months_of_the_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--format", "focus", "--months", "2", "--start", "2027-12"]) == 0

    out, err = capsys.readouterr()
    rows = [row for row in csv.DictReader(out.splitlines()) if row["SkuMeter"] == "Data events"]
    # 12,000,000 × 0.10 / 100,000
    assert [(row["ChargePeriodStart"], row["ListCost"]) for row in rows] == [
        ("2027-12-01T00:00:00Z", "12.00"),
        ("2028-01-01T00:00:00Z", "12.00"),
    ]
    assert err == ""


@pytest.mark.parametrize(("today", "first"), [("2026-11-28", "2026-12"), ("2026-12-01", "2027-01")])
def test_focus_rows_begin_with_the_next_month(
    today: str, first: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromisoformat(f"{today}T23:59:59").replace(tzinfo=tz)

    monkeypatch.setattr("costplan.cli.estimate.datetime", Clock)
    assert run([*TYPED, "--format", "focus", "--months", "1"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {row["ChargePeriodStart"] for row in rows} == {f"{first}-01T00:00:00Z"}


def test_focus_leaves_out_what_is_not_known_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        'scenario: s\nvolumes: {events: [{category: management, account: "111122223333", region: eu-west-1,'
        ' events: 1M/month}], coverage: [{category: Management, account: "111122223333", region: eu-west-1}]}\n'
        'recorders: [{trail: t, account: "111122223333", home_region: eu-west-1, event_selectors: [{include_management'
        '_events: true, data_resources: [{type: "AWS::Lambda::Function", values: ["arn:aws:lambda"]}]}]}]\n'
    )
    assert run(["estimate", str(path), "--format", "focus", "--months", "1"]) == 0
    out, err = capsys.readouterr()
    assert "not in the FOCUS rows: 1 unknown volume; --format json has it" in err
    assert "Data events" not in {row["SkuMeter"] for row in csv.DictReader(out.splitlines())}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--format", "focus", "--start", "2027-13"], "--start 2027-13: not a month such as 2026-01"),
        (["--format", "focus", "--start", "2027-1"], "--start 2027-1: not a month"),
        (["--format", "focus", "--start", "0000-01"], "--start 0000-01: not a month"),
        (["--format", "focus", "--start", "9999-12"], "--start 9999-12: not a month"),
        (["--start", "next month"], "--start next month: not a month such as 2026-01"),
        (["--start", "2027-01", "--as-of", "2026-11-01"], "--as-of and --start both say whose prices month 1 has"),
        (["--by", "month,meter", "--top", "3"], "--top shows the dearest rows, --by month every month: leave one"),
        (["--format", "focus", "--by", "meter"], "--by is not for --format focus, whose rows are charges"),
        (["--format", "aws-calculator", "--by", "meter"], "--by is not for --format aws-calculator"),
        (["--format", "aws-calculator", "--start", "2027-01"], "--start says which months are meant: --format"),
        (["--format", "focus", "--explain"], "--explain is for --format table: focus has charges only"),
    ],
)
def test_options_that_do_not_fit_focus_are_refused(
    options: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*TYPED, *options]) == 2
    assert capsys.readouterr().err.startswith(problem)


def test_usage_for_the_calculator_names_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--format", "aws-calculator"]) == 0

    out, err = capsys.readouterr()
    usage = [entry for request in json.loads(out) for entry in request["usage"]]
    assert ("USE1-DataEventsRecorded", 12_000_000) in {(entry["usageType"], entry["amount"]) for entry in usage}
    assert "alternatives" not in err


@pytest.mark.parametrize(("form", "note"), [("focus", "the rows are of 4"), ("aws-calculator", "the requests hold 4")])
def test_alternatives_are_said_not_to_add_up(form: str, note: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "scenarios/layouts", "--format", form]) == 0
    assert f"{note} scenarios, alternatives that do not add up" in capsys.readouterr().err


def test_markdown_folds_the_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--format", "markdown"]) == 0
    assert "12,000,000 events × $0.10 per 100,000 = $12.00" in capsys.readouterr().out.partition("<details>")[2]


def test_prices_of_ones_own_stand_in_place_of_list_prices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("currency: USD\nprices: [{meter: data, per: 100000, price: 0.08}]\n")

    assert run([*TYPED, "--prices", "mine.yaml", "--explain"]) == 0
    out = capsys.readouterr().out
    # 12,000,000 × 0.08 / 100,000
    assert re.search(r"^Data events, AWS::S3::Object +\$9\.60$", out, re.MULTILINE)
    assert "1 price from mine.yaml" in out
    assert "price: mine.yaml:2, USE1-DataEventsRecorded, in place of the list price $0.10 per 100,000" in out


def test_bad_prices_are_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("currency: EUR\nprices: [{meter: data, price: 1}]\n")

    assert run([*TYPED, "--prices", str(path)]) == 3
    assert capsys.readouterr().err.startswith(f"{path}:1: its prices are in EUR, the price books in USD")
    assert run([*TYPED, "--prices", "nowhere.yaml"]) == 3
    assert capsys.readouterr().err.startswith("nowhere.yaml: no such file")


def test_the_prices_of_a_day_are_named_in_the_title_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--as-of", "2026-02-01"]) == 0
    title = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    assert "list prices of us-east-1 as of 2026-02-01, confirmed" in title

    for options, day in (([], None), (["--as-of", "2026-02-01"], "2026-02-01")):
        assert run([*TYPED, "--format", "json", *options]) == 0
        assert json.loads(capsys.readouterr().out)["scenarios"][0].get("as_of") == day


@pytest.mark.parametrize(
    ("day", "what"),
    [
        ("2013-11-12", "there is no price as of 2013-11-12: CloudTrail began on 2013-11-13"),
        ("2026-02-30", "--as-of 2026-02-30: not a date such as 2026-01-31"),
        ("1 May 2026", "--as-of 1 May 2026: not a date such as 2026-01-31"),
        ("2026-01-31\n", "--as-of 2026-01-31"),
    ],
)
def test_a_day_without_prices_or_that_is_none_is_refused(
    day: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*TYPED, "--as-of", day]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert what in err


def test_explain_shows_the_arithmetic(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--explain"]) == 0

    out = capsys.readouterr().out
    assert "12,000,000 events × $0.10 per 100,000 = $12.00" in out
    assert "--explain" not in out


def test_a_breakdown_replaces_the_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TYPED, "--by", "meter,region", "--top", "1"]) == 0

    out = capsys.readouterr().out
    assert re.search(r"^Data events +us-east-1 +\$12\.00$", out, re.MULTILINE)
    assert re.search(r"^others \(\d rows\) ", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["estimate"], "--typed"),
        ([*TYPED, "--top", "3"], "--top shows the first rows of --by: give both"),
        ([*TYPED, "--by", "colour"], 'there is no "colour": choose from account, region'),
        ([*TYPED, "--by", "meter", "--top", "3", "--format", "json"], "--format json has every row"),
        ([*TYPED, "--explain", "--format", "csv"], "--explain is for --format table"),
        ([*TYPED, "--recorded-by", "trails.json"], "give both"),
        ([*TYPED, "--logs", "AWSLogs"], "use one of them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_cannot_be_carried_out_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_path_that_does_not_exist_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", str(tmp_path / "nowhere.yaml")]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{tmp_path / 'nowhere.yaml'}: ")
    assert " — " in err


UNKNOWN_VOLUMES = """\
scenario: half-known
volumes: volumes.yaml
recorders:
  - trail: audit
    account: "111122223333"
    home_region: us-east-1
    advanced_event_selectors:
      - fields: {eventCategory: {equals: [Management]}}
      - fields: {eventCategory: {equals: [Data]}, resources.type: {equals: ["AWS::Lambda::Function"]}}
"""
VOLUMES = """\
format: costplan.volumes/1
coverage: [{account: "111122223333", region: us-east-1, category: Management, basis: typed}]
events: [{account: "111122223333", region: us-east-1, category: Management, read_only: false, count: 1M/month}]
"""


@pytest.fixture
def half_known(tmp_path: Path) -> Path:
    (tmp_path / "volumes.yaml").write_text(VOLUMES)
    path = tmp_path / "half-known.yaml"
    path.write_text(UNKNOWN_VOLUMES)
    return path


def test_unknowns_are_printed_and_make_a_lower_bound(half_known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", str(half_known)]) == 0

    out = capsys.readouterr().out
    assert re.search(r"^Total, month 12 +≥ \$", out, re.MULTILINE)
    assert re.search(r"^unknown: .*Lambda", out, re.MULTILINE)


def test_strict_makes_any_unknown_exit_3_after_printing_the_result(
    half_known: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["estimate", str(half_known), "--strict"]) == 3

    out, err = capsys.readouterr()
    assert "Total, month 12" in out
    assert err == "could not tell: 1 unknown volume (--strict)\n"
    assert run([*TYPED, "--strict"]) == 0


def test_a_csv_says_elsewhere_what_it_cannot_hold(half_known: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", str(half_known), "--format", "csv"]) == 0
    assert capsys.readouterr().err == "not in the CSV: 1 unknown volume; --format json has it\n"


@pytest.mark.usefixtures("work_folder")
def test_a_limit_and_the_break_even_stand_under_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "scenarios/data-events", "--limit", "$50", "--break-even"]) == 0
    table, _, below = capsys.readouterr().out.partition("Limit of $50.00 a month")
    assert "Total, month 12" in table
    rows = {line.partition("  ")[0]: line.split()[-2:] for line in below.splitlines()}
    assert rows["or at Data events"][-1] == "events"
    # The last scenario holds something that nobody measured.
    assert "≤" in next(line for line in below.splitlines() if "volumes" in line or "reached" in line)
    assert below.endswith("As all volumes rise or fall together, the cheaper scenario stays the cheaper one.\n")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--limit", "much"], "not an amount"),
        (["--limit", "NaN"], "not an amount"),
        (["--limit", "0"], "an amount above zero"),
        (["--limit", "5", "--format", "json"], "are for --format table"),
    ],
)
@pytest.mark.usefixtures("work_folder")
def test_limits_that_are_none(arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "scenarios/layouts", *arguments]) == 2
    assert what in capsys.readouterr().err


@pytest.mark.usefixtures("work_folder")
def test_one_scenario_has_nothing_to_break_even_with(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "scenarios/layouts/3-multi-region.yaml", "--break-even"]) == 2
    assert "--break-even compares scenarios: name two of them, or more" in capsys.readouterr().err


# ---- months ----


def test_every_month_is_a_row_with_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["estimate", "--typed", "s3-writes=1M/month", "--by", "month", "--months", "3", "--start", "2027-11"]) == 0
    )
    out = capsys.readouterr().out
    assert out.startswith("CloudTrail cost per month · months from 2027-11")
    assert [line.split("  ")[0] for line in out.split("\n\n")[1].splitlines()] == [
        "month",
        "----------------",
        "month 1, 2027-11",
        "month 2, 2027-12",
        "month 3, 2028-01",
        "----------------",
        "Total, 2027",
        "Total, 2028",
        "Total, 3 months",
    ]


def test_a_scenario_may_say_when_it_starts_and_the_command_line_goes_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        'scenario: s\nvolumes: {covers_all: true, events: [{category: management, account: "111122223333",'
        " region: eu-west-1, events: 1M/month}]}\nassumptions: {start: 2027-03, months: 1}\n"
        'recorders: [{trail: t, account: "111122223333", home_region: eu-west-1}]\n'
    )

    def start(*options: str) -> tuple[str | None, str | None]:
        assert run(["estimate", str(path), "--format", "json", *options]) == 0
        (scenario,) = json.loads(capsys.readouterr().out)["scenarios"]
        return scenario.get("start"), scenario["months"][0].get("begins")

    assert start() == ("2027-03", "2027-03-01")
    assert start("--start", "2028-12") == ("2028-12", "2028-12-01")
    # The prices of a day are asked for, so month 1 begins on it.
    assert start("--as-of", "2026-11-01") == (None, None)
    assert run(["estimate", str(path), "--format", "focus"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {row["ChargePeriodStart"] for row in rows} == {"2027-03-01T00:00:00Z"}
