"""``costplan volumes bill`` as a user meets it: files in, a volumes file and a page out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.cli.app import run
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.events import EventCategory
from tests.inputs.volumes.bill.made import ACCOUNT, TRAIL, Line, s3, write_bill

LINES = [
    Line("EU-FreeEventsRecorded", "1488"),
    Line("EU-PaidEventsRecorded", "744", resource=TRAIL + "audit"),
    s3("EU-Requests-Tier1", "744", "amzn-s3-demo-lake"),
]


def test_a_bill_becomes_a_volumes_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_bill(tmp_path / "bill.csv.gz", LINES)
    assert run(["volumes", "bill", str(path), "-o", str(tmp_path / "v.json")]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("1 file, 3 records = 3 counted + 0 duplicates + 0 unreadable\n2026-10-01 00:00 to 2026-11-01")
    assert "trail/audit" in out
    # 744 / 1,488
    assert "further copies of management events: 0.5 for each (R82)" in out
    assert out.endswith("v.json\n")
    assert err == ""
    volumes = read_volumes(tmp_path / "v.json")
    assert [row.per_month.high for row in volumes.rows] == [730, 1460]

    capsys.readouterr()
    assert run(["volumes", "show", str(tmp_path / "v.json")]) == 0
    assert capsys.readouterr().out.strip() == out.rpartition("\n\nwrote")[0].strip()


def test_what_is_unknown_is_said_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_bill(tmp_path / "bill.csv", [*LINES, Line("EU-NewThing", "7")])
    assert run(["volumes", "bill", str(path)]) == 0

    out, err = capsys.readouterr()
    assert err == "unknown: EU-NewThing: 7 in 1 line: what this usage type counts is not known\n"
    assert "nothing written: -o FILE keeps the volumes" in out


def test_a_bad_file_that_was_named_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bill.csv"
    path.write_text("a,b\n")
    assert run(["volumes", "bill", str(path), "-o", str(tmp_path / "v.json")]) == 3

    assert f"{path}:1: is no bill" in capsys.readouterr().err
    assert not (tmp_path / "v.json").exists()


WRONG = [
    ([], "name the files of a bill, or ask with --cost-explorer"),
    (["bill.csv", "--start", "2026-10-01"], "--start is about Cost Explorer"),
    (["bill.csv", "--yes"], "--yes is about Cost Explorer"),
    (["bill.csv", "--month", "2026-13"], "--month 2026-13 is no month: write it as 2026-10"),
    (["bill.csv", "--cost-explorer"], "--cost-explorer reads no files"),
    (["--cost-explorer", "--end", "2026-10-01"], "--start and --end go together"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_a_wrong_command_line_is_told(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "bill", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_policy_allows_one_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "bill", "--print-policy"]) == 0

    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert statement["Action"] == "ce:GetCostAndUsage"


SCENARIO = f"""\
scenario: today
volumes: v.json
recorders:
  - trail: audit
    account: "{ACCOUNT}"
    home_region: eu-west-1
    is_multi_region: false
    advanced_event_selectors:
      - fields: {{eventCategory: {{equals: [Management]}}}}
      - fields:
          eventCategory: {{equals: [Data]}}
          resources.type: {{equals: ["AWS::S3::Object"]}}
          readOnly: {{equals: ["false"]}}
          resources.ARN: {{starts_with: ["arn:aws:s3:::amzn-s3-demo-lake/"]}}
    s3: {{bucket: amzn-s3-demo-logs, region: eu-west-1}}
"""


def test_a_forecast_in_focus_gives_its_events_back(tmp_path: Path) -> None:
    typed = {
        "format": "costplan.volumes/1",
        "covers_all": True,
        "events": [
            {"account": ACCOUNT, "region": "eu-west-1", "category": "management", "writes": "2M/month"},
            {"account": ACCOUNT, "region": "eu-west-1", "category": "data", "type": "s3", "bucket": "amzn-s3-demo-lake",
             "writes": "300k/month"},
        ],
    }  # fmt: skip
    (tmp_path / "v.json").write_text(json.dumps(typed), encoding="utf-8")
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    focus = tmp_path / "focus.csv"
    export = ["estimate", str(tmp_path / "s.yaml"), "--format", "focus", "--start", "2026-02", "--months", "3"]
    assert run([*export, "-o", str(focus)]) == 0
    assert run(["volumes", "bill", str(focus), "--only", "cloudtrail", "-o", str(tmp_path / "again.json")]) == 0

    # Whatever the calendar says, its months have 730 hours.
    again = read_volumes(tmp_path / "again.json")
    found = {row.key.category: row.per_month.high for row in again.rows}
    assert found == {EventCategory.MANAGEMENT: Decimal(2_000_000), EventCategory.DATA: Decimal(300_000)}


def test_an_estimate_from_a_bill_says_that_deletes_are_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [Line("EU-FreeEventsRecorded"), s3("EU-Requests-Tier1", "744000", "amzn-s3-demo-lake", "PutObject")]
    path = write_bill(tmp_path / "bill.csv", lines)
    assert run(["volumes", "bill", str(path), "-o", str(tmp_path / "v.json")]) == 0
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    capsys.readouterr()
    assert run(["estimate", str(tmp_path / "s.yaml")]) == 0

    out = capsys.readouterr().out
    # 744,000 × 730/744 = 730,000 events at $0.10 per 100,000
    assert "Data events, AWS::S3::Object" in out
    assert "$0.73" in out
    assert "amzn-s3-demo-lake (writes): what measured them left some out by eventName" in " ".join(out.split())


def test_recorded_data_events_beside_requests_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_bill(tmp_path / "bill.csv", [Line("EU-DataEventsRecorded"), s3("EU-Requests-Tier2")])
    assert run(["volumes", "bill", str(path)]) == 0

    out = " ".join(capsys.readouterr().out.split())
    assert "recorded data events stand beside the rows where there are requests to S3" in out
    assert "so they cover nothing" not in out


def test_bytes_of_event_data_stores_keep_their_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_bill(tmp_path / "bill.csv", [Line("EU-Ingestion-Bytes", "1.488")])
    assert run(["volumes", "bill", str(path)]) == 0

    # 1.488 GB × 730 / 744
    (line,) = [one.split() for one in capsys.readouterr().out.splitlines() if "Ingestion-Bytes" in one]
    assert line == [ACCOUNT, "eu-west-1", "Ingestion-Bytes", "–", "1.488", "1.46"]


# A write-only trail in the account and Region of the bill, as the API tells it.
WRITE_ONLY = {
    "trailList": [
        {"Name": "audit", "TrailARN": f"{TRAIL}audit", "HomeRegion": "eu-west-1", "S3BucketName": "amzn-s3-demo-logs",
         "IsMultiRegionTrail": False, "IsOrganizationTrail": False, "IncludeGlobalServiceEvents": True}
    ],
    "TrailARN": f"{TRAIL}audit",
    "EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("recorded_by", "unknown"),
    [
        pytest.param(False, "management events: a bill counts those that its trails recorded", id="nobody says"),
        pytest.param(True, "management events (reads): ", id="a write-only trail"),
    ],
)
def test_management_events_that_no_trail_recorded_are_unknown_to_an_estimate(
    recorded_by: bool, unknown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_bill(tmp_path / "bill.csv", [Line("EU-FreeEventsRecorded", "7440000")])
    (tmp_path / "trails.json").write_text(json.dumps(WRITE_ONLY), encoding="utf-8")
    (tmp_path / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    asked = ["--recorded-by", str(tmp_path / "trails.json")] if recorded_by else []
    assert run(["volumes", "bill", str(path), *asked, "-o", str(tmp_path / "v.json")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert ("so they cover nothing: --recorded-by CONFIG" in out) is not recorded_by
    assert ("billed over 31 days" in out) is not recorded_by

    assert run(["estimate", str(tmp_path / "s.yaml")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"unknown: {unknown}" in out
    assert "≥" in out


INSIGHTS = [
    pytest.param({"a": "744"}, "Insights of trail/a: 0.5 for each management event recorded (R88)", id="call rate"),
    # 2,976 of 1,488: each twice, by the call rate (all are writes) and by the error rate.
    pytest.param({"a": "2976"}, "Insights of trail/a: 2 for each management event recorded (R88)", id="both"),
    pytest.param(
        {"a": "2977"}, "more than the 2 that are possible in 111122223333 eu-west-1, so the bill is not", id="no"
    ),
    pytest.param({"": "9000"}, "Insights of trails that are not named: 6.05 for each management", id="not named"),
]


@pytest.mark.parametrize(("by_trail", "words"), INSIGHTS)
def test_insights_are_a_check_of_what_was_recorded(
    by_trail: dict[str, str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    insights = [Line("EU-InsightsEvents", n, resource=TRAIL + name if name else "") for name, n in by_trail.items()]
    assert run(["volumes", "bill", str(write_bill(tmp_path / "bill.csv", [LINES[0], *insights]))]) == 0
    assert words in " ".join(capsys.readouterr().out.split())


def test_insights_without_a_recorded_event_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "bill", str(write_bill(tmp_path / "bill.csv", [Line("EU-InsightsEvents")]))]) == 0
    assert "analysed what no line counts as recorded" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("bucket", "cost"),
    [
        # 744,000,000 × 730/744 = 730M requests that name the bucket, and a tenth of it that names none.
        pytest.param("amzn-s3-demo-lake", "$0.00–$803.00", id="a bucket that lines name"),
        pytest.param("amzn-s3-demo-other", "$0.00–$73.00", id="a bucket that no line names"),
    ],
)
def test_requests_of_buckets_that_no_line_names_may_be_those_of_any(
    bucket: str, cost: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [s3("EU-Requests-Tier1", "744000000", "amzn-s3-demo-lake"), s3("EU-Requests-Tier1", "74400000")]
    assert run(["volumes", "bill", str(write_bill(tmp_path / "b.csv", lines)), "-o", str(tmp_path / "v.json")]) == 0
    (tmp_path / "s.yaml").write_text(SCENARIO.replace("amzn-s3-demo-lake", bucket), encoding="utf-8")
    capsys.readouterr()
    assert run(["estimate", str(tmp_path / "s.yaml")]) == 0

    out = " ".join(capsys.readouterr().out.split())
    assert f"Data events, AWS::S3::Object {cost} " in out
    assert f"Total, month 1 ≥ {cost.split('–')[0]}–$" in out
