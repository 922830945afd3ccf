import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from costplan.cli.app import run
from tests.cli.conftest import POPULATION
from tests.generator import write_logs

BEFORE, AFTER = "trails.json", "scenarios/layouts/2-single-region.yaml"


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["match", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_counts_meet_the_truth(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = write_logs(POPULATION, work_folder / "again")
    found = json_of(capsys, BEFORE, "--logs", "AWSLogs", "--samples", "2")

    assert (found["records"], found["distinct"]) == (truth.records, truth.total())
    (audit,) = found["recorders"]
    every = truth.total(account="111122223333")
    management = truth.total(account="111122223333", category="Management")
    assert (audit["recorder"], audit["account"], audit["recorded"]) == ("audit", "111122223333", management)
    assert audit["by_category"] == {"Management": management}
    (selector,) = audit["selectors"]
    assert selector["rejected_by"] == {"eventCategory": every - management}
    assert len(selector["samples"]["recorded"]) == len(selector["samples"]["rejected"]) == 2


@pytest.mark.usefixtures("work_folder")
def test_the_json_follows_the_schema_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "match"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.validate(json_of(capsys, BEFORE, "--logs", "AWSLogs"), schema)
    jsonschema.validate(json_of(capsys, BEFORE, AFTER, "--only-differences", "--logs", "AWSLogs"), schema)


@pytest.mark.usefixtures("work_folder")
def test_a_table_shows_counts_and_samples_by_default_three_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["match", BEFORE, "--logs", "AWSLogs"]) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert "trail audit · 111122223333, us-east-1 · trails.json" in out
    assert "recorded, Management" in out
    assert "rejected by eventCategory" in out
    assert sum(line.startswith("  2026-") for line in out.splitlines()) == 6


@pytest.mark.usefixtures("work_folder")
@pytest.mark.parametrize(
    "arguments",
    [[BEFORE, AFTER, "--only-differences"], ["--only-differences", BEFORE, AFTER], [BEFORE, AFTER, BEFORE, AFTER]],
    ids=["after", "before", "repeated"],
)
def test_two_configurations_are_compared(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    if "--only-differences" not in arguments:
        arguments = [*arguments, "--only-differences"]
    assert run(["match", *arguments, "--logs", "AWSLogs", "--top", "2"]) == 0

    out = capsys.readouterr().out
    assert f"recorded by only {BEFORE}: " in out
    assert "others (" in out


def test_a_single_event_is_explained(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/etl/private-session"},
        "eventTime": "2026-10-05T00:07:30Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "us-east-1",
        "eventID": "00000000-0000-4000-8000-000000000001",
        "readOnly": False,
        "eventCategory": "Data",
        "recipientAccountId": "111122223333",
        "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake/private-key"}],
    }
    (work_folder / "event.json").write_text(json.dumps(record))
    assert run(["match", BEFORE, "--event", "event.json"]) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert "no: it asks that eventCategory is Management" in out
    assert "on arn:aws:s3:::lake ·" in out
    assert "private" not in out
    assert "private" not in json.dumps(json_of(capsys, BEFORE, "--event", "event.json"))


def test_the_result_is_written_to_a_file(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["match", BEFORE, "--logs", "AWSLogs", "--format", "json", "-o", "match.json"]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads((work_folder / "match.json").read_text())["format"] == "costplan.match/1"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([BEFORE], 2, "--logs PATH or from --event FILE"),
        ([BEFORE, "--logs", "AWSLogs", "--event", "event.json"], 2, "--logs PATH or from --event FILE"),
        ([BEFORE, "--logs", "AWSLogs", "--only-differences"], 2, "two configurations, not 1"),
        ([BEFORE, "--logs", "AWSLogs", "--top", "3"], 2, "--top"),
        ([BEFORE, AFTER, "--logs", "AWSLogs", "--only-differences", "--samples", "3"], 2, "--samples"),
        ([BEFORE, "--event", "event.json", "--samples", "3"], 2, "--samples"),
        (["nowhere.json", "--logs", "AWSLogs"], 3, "nowhere.json: "),
        ([BEFORE, "--logs", "nowhere"], 3, "nowhere: "),
        ([BEFORE, "--event", "nowhere.json"], 3, "nowhere.json: "),
        ([BEFORE, "--event", "trails.json"], 3, "trails.json: "),
        ([BEFORE, "--logs", "empty"], 3, "empty: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], code: int, message: str, work_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (work_folder / "empty").mkdir()
    assert run(["match", *arguments]) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
