"""``costplan volumes access-logs s3://…``: as log files are read, over HTTP."""

import json
from pathlib import Path

import pytest

from costplan.cli.app import run
from tests.inputs.volumes.access_logs.building import line, write
from tests.inputs.volumes.access_logs.test_reading import name_of, population
from tests.inputs.volumes.logs.buckets.conftest import BUCKET, Fill
from tests.inputs.volumes.logs.buckets.faulty import FaultyS3


@pytest.fixture
def there(s3: FaultyS3, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    return f"s3://{BUCKET}/access/"


def test_a_bucket_is_counted_like_the_same_files_in_a_folder(
    there: str, fill: Fill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, logs = population(), tmp_path / "logs"
    for number in range(12):
        write(logs, lines[number::12], name_of(number))
    stored = {f"access/{path.relative_to(logs)}": path.read_bytes() for path in logs.rglob("*") if path.is_file()}
    fill({**stored, "access/": b"", "access/report.csv": b"a,b", "elsewhere/x": b"y"})

    assert run(["volumes", "access-logs", there, "--yes", "-o", str(tmp_path / "there.json")]) == 0
    assert capsys.readouterr().err.startswith("What looking costs: ")
    assert run(["volumes", "access-logs", str(logs), "-o", str(tmp_path / "here.json")]) == 0
    one, other = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("here", "there"))
    assert one["events"] == other["events"]
    assert one["coverage"] == other["coverage"]


def test_the_region_is_that_of_the_log_bucket(there: str, fill: Fill, tmp_path: Path) -> None:
    fill({"access/app-2026-10-05-01-10-22-0123456789ABCDEF": line().encode()})
    output = tmp_path / "o.json"

    assert run(["volumes", "access-logs", there, "--yes", "--account", "111122223333", "-o", str(output)]) == 0
    (coverage,) = json.loads(output.read_text())["coverage"]
    assert coverage["region"] == "eu-west-1"


def test_nothing_is_read_where_nobody_can_be_asked(there: str, fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    fill({f"access/{name_of(0)}": line().encode()})

    assert run(["volumes", "access-logs", there]) == 2
    assert "nothing was read: nobody can be asked here" in capsys.readouterr().err


def test_the_policy_is_printed_without_asking_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "access-logs", f"s3://{BUCKET}/access/", "--print-policy"]) == 0
    listing, reading, _ = json.loads(capsys.readouterr().out)["Statement"]
    assert (listing["Action"], reading["Action"]) == ("s3:ListBucket", "s3:GetObject")


def test_an_object_can_be_named(there: str, fill: Fill, tmp_path: Path) -> None:
    fill({f"access/{name_of(n)}": line().encode() for n in range(2)})
    output = tmp_path / "o.json"

    assert run(["volumes", "access-logs", f"{there}{name_of(1)}", "--yes", "-o", str(output)]) == 0
    assert json.loads(output.read_text())["source"]["read"]["files"] == 1
