"""merge, calibrate, what-if and shortlist as a person uses them."""

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from costplan import read_volumes
from costplan.cli.app import run

Call = Callable[..., tuple[int, str, str]]

ACME = "scenarios/volumes/acme-account.json"
SAMPLED = "scenarios/volumes/acme-account-sampled.json"

pytestmark = pytest.mark.usefixtures("work_folder")


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command line, and return its exit code and what it printed."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["volumes", *arguments])
        return (code, *capsys.readouterr())

    return call


def per_month(path: str) -> Decimal:
    return sum((row.per_month.point for row in read_volumes(path).rows), Decimal(0))


# ---- merge ----


def test_files_that_are_apart_are_merged_and_estimated_as_both(out: Call, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, err = out("merge", ACME, "estimated.yaml", "-o", "all.json")
    assert (code, err) == (0, "")
    assert text.endswith("\nwrote all.json\n")
    assert per_month("all.json") == per_month(ACME) + per_month("estimated.yaml")
    assert json.loads(Path("all.json").read_text())["source"]["kind"] == "merged"

    def figures(*volumes: str) -> list[str]:
        given = [word for path in volumes for word in ("--volumes", path)]
        assert run(["estimate", "scenarios/layouts/3-multi-region.yaml", *given, "--format", "csv"]) == 0
        return capsys.readouterr().out.splitlines()

    assert figures("all.json") == figures(ACME, "estimated.yaml")


def test_an_overlap_is_named_by_file_and_place(out: Call) -> None:
    code, text, err = out("merge", ACME, SAMPLED, "-o", "all.json")
    assert (code, text) == (3, "")
    assert len(err.splitlines()) == 6
    found = rf"{SAMPLED}: holds Data events of 111122223333 in eu-west-1 that {ACME} holds too: AWS::S3::Object — "
    assert re.search(rf"^{found}--prefer {ACME} ", err, re.MULTILINE)
    assert not Path("all.json").exists()


@pytest.mark.parametrize("preferred", [ACME, SAMPLED])
def test_the_preferred_file_wins(out: Call, preferred: str) -> None:
    code, _, err = out("merge", ACME, SAMPLED, "--prefer", preferred, "-o", "all.json")
    assert code == 0
    assert f"{preferred} holds them" in err
    assert per_month("all.json") == per_month(preferred)
    assert read_volumes("all.json").is_sampled is (preferred == SAMPLED)


def other_sample(path: str, old: str, new: str) -> None:
    """Write the sample of ACME as if another draw had made it, of another account or Region."""
    made = json.loads(Path(SAMPLED).read_text())
    made["replicates"]["design_id"] = "sha256:other"
    Path(path).write_text(json.dumps(made).replace(old, new), encoding="utf-8")


def test_two_samples_keep_their_intervals_in_one_file(out: Call, capsys: pytest.CaptureFixture[str]) -> None:
    other_sample("other.json", "111122223333", "444455556666")
    code, text, _ = out("merge", SAMPLED, "other.json", "-o", "all.json")
    assert code == 0
    assert text.count("sample: ") == 2

    def estimated(*volumes: str) -> str:
        given = [word for path in volumes for word in ("--volumes", path)]
        assert run(["estimate", "trails.json", *given]) == 0
        return capsys.readouterr().out

    # Of one it is ± 40,401, so of two that are drawn apart ± 40,401 × √2 = 57,136.
    assert re.search(r"of all events a month +5\.00M ± 57,136", estimated("all.json"))
    assert len(figures_of(estimated("all.json"))) >= 5
    assert figures_of(estimated("all.json")) == figures_of(estimated(SAMPLED, "other.json"))
    assert "samples: 4.2 % of the bytes read" in estimated("all.json")


def figures_of(text: str) -> list[str]:
    """Return the lines of a table, without what is said of its sources above it and of assumptions below."""
    return re.findall(r"^(?:[A-Z].* month.*|95 % interval.*|Events.*|  *of all.*)$", text, re.MULTILINE)[1:]


def test_of_two_samples_of_the_same_events_the_preferred_one_is_kept(out: Call) -> None:
    other_sample("other.json", "us-east-1", "us-west-2")
    code, _, err = out("merge", "other.json", SAMPLED, "--prefer", "other.json", "-o", "all.json")
    assert code == 0
    assert "other.json holds them" in err

    # Of the second sample one Region is left, and what chance did to it there.
    merged, second = read_volumes("all.json"), read_volumes(SAMPLED)
    by_design = {
        design: {row.key.region for row in merged.rows for one in row.per_month.replicates if one.design_id == design}
        for design in (sampling.design_id for sampling in merged.samples)
    }
    assert second.sampling is not None
    assert by_design == {
        "sha256:other": {"ap-southeast-2", "eu-west-1", "us-west-2"},
        second.sampling.design_id: {"us-east-1"},
    }


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["merge", ACME], 2, "two files or more"),
        (["merge", ACME, SAMPLED, "--prefer", "nowhere.json"], 2, "--prefer nowhere.json: is none of the files"),
        (["merge", "nowhere.json", "trails.json"], 3, "nowhere.json: no such file"),
        (["merge", ACME, ACME], 2, "named twice"),
        (["calibrate", ACME], 2, "--totals"),
        (["calibrate", ACME, "--totals", SAMPLED], 3, "is a sample, so it is no total"),
        (["calibrate", ACME, "--totals", "estimated.yaml"], 3, "has no total of anything in"),
        (["calibrate", ACME, "--totals", "totals.yaml", "--most-factor", "1.1"], 3, "--most-factor N"),
        (["calibrate", ACME, "--totals", "totals.yaml", "--most-factor", "x"], 2, "not a number"),
        (["calibrate", ACME, "--totals", "totals.yaml", "--most-factor", "0.5"], 2, "1 or more"),
        (["what-if", "estimated.yaml"], 2, "say what would be different"),
        (["what-if", "estimated.yaml", "--times", "bucket=laek:2"], 3, "did you mean lake?"),
        (["what-if", "estimated.yaml", "--times", "event=PutObject:2"], 3, "do not say"),
        (["what-if", "estimated.yaml", "--busy", "2", "--account", "x"], 2, "not twelve digits"),
        (["what-if", ACME, "--add", "lambda:etl=5M/month"], 3, "nobody says in which Region"),
        (["what-if", "estimated.yaml", "--changes", "nowhere.yaml"], 3, "nowhere.yaml: no such file"),
        (["shortlist"], 2, "FILE"),
        (["shortlist", "estimated.yaml", "estimated.yaml"], 3, "two of them hold Data events"),
        (["shortlist", "estimated.yaml", "--select", "2"], 2, "--format yaml"),
        (["shortlist", "estimated.yaml", "--top", "2", "--format", "csv"], 2, "--top is for people"),
        (["shortlist", "estimated.yaml", "--as-of", "today"], 2, "--as-of today"),
        (["shortlist", "estimated.yaml", "--trails", "nowhere.json"], 3, "nowhere.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said(out: Call, arguments: list[str], code: int, message: str) -> None:
    found, text, err = out(*arguments)
    assert (found, text) == (code, "")
    assert message in err


# ---- calibrate ----


def test_calibrated_volumes_have_the_totals_of_the_bill(out: Call) -> None:
    code, text, err = out("calibrate", SAMPLED, "--totals", "totals.yaml", "-o", "calibrated.json")
    assert (code, err) == (0, "")
    assert re.search(r"^111122223333  us-east-1 +Management  779,079 ± 20,867 +1\.00M   × 1\.284$", text, re.MULTILINE)
    assert "unknown mix, so selectors make a range of it: Management in 111122223333 eu-north-1" in text

    sums: dict[tuple[str, str], Decimal] = {}
    for row in read_volumes("calibrated.json").rows:
        place = (row.key.region, row.key.category.value)
        sums[place] = sums.get(place, Decimal(0)) + row.per_month.point
    assert sums["us-east-1", "Management"] == 1_000_000
    assert sums["us-east-1", "Data"] == 500_000
    assert sums["eu-west-1", "Data"] == 600_000
    assert sums["eu-north-1", "Management"] == 20_000

    code, text, _ = out("show", "calibrated.json", "--by", "region,category")
    assert re.search(r"^us-east-1 +Management +9,655 +1\.00M +1\.00M +", text, re.MULTILINE)
    assert "changed since: Management events of 111122223333 in us-east-1 × 1.284, to totals" in text


# ---- what-if ----


def test_changes_are_made_in_their_order_and_told(out: Call) -> None:
    code, text, err = out(
        "what-if",
        "estimated.yaml",
        "--changes",
        "next-year.yaml",
        "--busy",
        "2",
        "--add",
        "lambda:x=1M/month",
        "-o",
        "n.json",
    )
    assert (code, err) == (0, "")
    # The lake: (900 M + 60 M) × 3, its writes × 1.2 besides; everything × 2: 5400 M and 432 M.
    rows = read_volumes("n.json").rows
    keys = [row.key.resources for row in rows]
    lake = [n for n, found in enumerate(keys) if isinstance(found, tuple) and found[0].container == "arn:aws:s3:::lake"]
    assert [rows[n].per_month.point for n in lake] == [5_400_000_000, 432_000_000]
    assert re.search(r"^bucket=lake × 3 +2 +960M +2\.88B$", text, re.MULTILINE)
    assert rows[-1].per_month.point == 1_000_000


# ---- shortlist ----


def test_the_shortlist_draws_the_line(out: Call) -> None:
    code, text, err = out(
        "shortlist", "estimated.yaml", "--trails", "examples-trails.json", "--without-log-buckets", "--top", "2"
    )
    assert (code, err) == (0, "")
    # 960 M events at $0.10 for 100,000.
    assert re.search(r"^arn:aws:s3:::lake +960M +\$960\.00 +\$60\.00 +\d+\.\d % +\$960\.00$", text, re.MULTILINE)
    assert re.search(r"^arn:aws:s3:::images +702M +\$702\.00 +\$2\.00 +\d+\.\d % +\$1,662\.00$", text, re.MULTILINE)
    assert "left out, since trails deliver into them: arn:aws:s3:::amzn-s3-demo-trail-logs: $46.00 a month" in text
    assert "unknown: AWS::DynamoDB::Table (444455556666, eu-west-1): nothing measured them; $0.10 per 100k" in text


def test_every_format_has_the_same_figures(out: Call) -> None:
    code, text, _ = out("shortlist", "estimated.yaml", "--format", "json")
    found = json.loads(text)
    assert (code, found["format"], found["list_unit_prices"]) == (0, "costplan.shortlist/1", {"eu-west-1": "0.000001"})
    costs = {one["container"]: one["all"]["list_cost"]["point"] for one in found["candidates"]}

    _, text, _ = out("shortlist", "estimated.yaml", "--format", "csv")
    assert {row["container"]: row["list_cost"] for row in csv.DictReader(io.StringIO(text))} == costs
    assert costs["arn:aws:s3:::lake"] == "960.00"
    etl = next(one for one in found["candidates"] if "etl" in one["container"])
    assert etl["writes"]["list_cost"] == {"point": "5.00", "low": "0.00", "high": "5.00"}


def test_selectors_of_the_first_can_be_pasted_and_cost_what_was_said(
    out: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text, _ = out("shortlist", "estimated.yaml", "--writes", "--select", "3", "--format", "yaml")
    assert code == 0
    # Writes of 60 M, 45 M and 25 M.
    assert text.startswith("# The writes of 3 resources: $130.00 a month ")
    trail = {"trail": "chosen", "account": "444455556666", "home_region": "eu-west-1", **yaml.safe_load(text)}
    scenario = {"scenario": "chosen", "volumes": "estimated.yaml", "recorders": [trail]}
    Path("chosen.yaml").write_text(yaml.safe_dump(scenario))
    assert run(["estimate", "chosen.yaml", "--by", "meter"]) == 0
    assert re.search(r"^Data events +\$130\.00$", capsys.readouterr().out, re.MULTILINE)


def test_without_a_name_there_is_no_selector(out: Call) -> None:
    text = """
        {"format": "costplan.volumes/1", "account": "111122223333", "region": "eu-west-1", "covers_all": true,
         "events": [{"category": "data", "type": "s3", "writes": "1M/month"}]}"""
    Path("nameless.json").write_text(text)
    code, text, err = out("shortlist", "nameless.json", "--format", "yaml")
    assert (code, text) == (3, "")
    assert "nameless.json: no data event names its bucket, function or table — " in err

    code, text, _ = out("shortlist", "nameless.json")
    assert code == 0
    assert re.search(r"^– \(no row says whose\) AWS::S3::Object +1\.00M +\$1\.00 +\$1\.00 ", text, re.MULTILINE)


def test_more_values_than_a_trail_takes_are_told(out: Call) -> None:
    events = [{"category": "data", "type": "s3", "bucket": f"b{n}", "writes": "1k/month"} for n in range(500)]
    place = {"account": "111122223333", "region": "eu-west-1", "covers_all": True}
    Path("many.json").write_text(json.dumps({"format": "costplan.volumes/1", **place, "events": events}))
    # 500 buckets, a category and a type.
    assert "# AWS refuses it: " in out("shortlist", "many.json", "--format", "yaml")[1]
    assert "502 values" in out("shortlist", "many.json", "--format", "yaml")[1]
    assert "AWS refuses" not in out("shortlist", "many.json", "--format", "yaml", "--select", "498")[1]


def test_a_narrow_page_is_kept_to(out: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for arguments in (
        ["shortlist", "estimated.yaml"],
        ["calibrate", SAMPLED, "--totals", "totals.yaml"],
        ["what-if", "estimated.yaml", "--changes", "next-year.yaml"],
    ):
        code, text, _ = out(*arguments)
        assert code == 0
        assert max(map(len, text.splitlines())) <= 60
