"""``costplan volumes logs s3://…``: what looking costs comes first, and nothing is read unasked."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from costplan.cli.app import run
from costplan.inputs.volumes.logs import count_logs
from costplan.model.volumes import EVERYTHING
from tests.generator import Population, account_ids, write_logs
from tests.inputs.volumes.logs.buckets.conftest import BUCKET, SECRET_KEY, Fill
from tests.inputs.volumes.logs.buckets.faulty import FaultyS3

POPULATION = Population(
    seed=4,
    accounts=account_ids(2),
    # The last hours of one day and the first of the next.
    start=datetime(2026, 10, 5, 20, tzinfo=UTC),
    days=0,
    hours=8,
    events_per_day=2500,
    management_trails=2,
    organization="o-exampleorgid",
)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    write_logs(POPULATION, folder)
    return folder


@pytest.fixture
def bucket(logs: Path, fill: Fill, s3: FaultyS3, monkeypatch: pytest.MonkeyPatch) -> str:
    fill({str(path.relative_to(logs)): path.read_bytes() for path in logs.rglob("*.gz")})
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    return f"s3://{BUCKET}/AWSLogs"


def test_a_bucket_is_counted_like_the_same_files_in_a_folder(
    bucket: str, logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "volumes.json"
    assert run(["volumes", "logs", bucket, "--yes", "--workers", "2", "-o", str(output)]) == 0
    out, err = capsys.readouterr()

    assert err.startswith("What looking costs: ")
    assert re.search(r"^Total +.*\$", err, re.MULTILINE)
    assert run(["volumes", "logs", str(logs), "-o", str(tmp_path / "local.json")]) == 0
    assert capsys.readouterr().out.splitlines()[:20] == out.splitlines()[:20]
    here, there = (json.loads(path.read_text()) for path in (tmp_path / "local.json", output))
    assert here == there
    assert SECRET_KEY not in out + err


def test_nothing_is_read_where_nobody_can_be_asked(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "logs", bucket]) == 2
    err = capsys.readouterr().err
    assert err.endswith("nothing was read: nobody can be asked here whether that is all right; give --yes\n")


def test_days_accounts_and_regions_are_chosen(bucket: str, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = POPULATION.accounts[0]
    choice = ["--from", "2026-10-06", "--to", "2026-10-06", "--account", account, "--region", "eu-west-1"]
    assert run(["volumes", "logs", bucket, "--yes", *choice]) == 0
    there = capsys.readouterr().out
    assert run(["volumes", "logs", str(logs), *choice]) == 0
    assert capsys.readouterr().out == there
    below = list((logs / "AWSLogs" / "o-exampleorgid" / account).glob("*/eu-west-1/2026/10/06"))
    assert len(below) == 2
    read = count_logs(below, EVERYTHING).volumes.read
    assert read is not None
    assert f"{read.records:,} records" in there


def test_a_sample_of_a_bucket_reads_less_and_has_intervals(
    bucket: str, logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = sum(path.stat().st_size for path in logs.rglob("*.gz"))
    output = tmp_path / "volumes.json"
    options = ["--sample", "--max-bytes", f"{stored // 3000}kB", "--seed", "5", "--yes", "-o", str(output)]
    assert run(["volumes", "logs", bucket, *options]) == 0
    out = capsys.readouterr().out

    assert "±" in out
    sampling = json.loads(output.read_text())["source"]["sampling"]
    assert 0 < sampling["bytes_read"] <= stored / 3
    assert (sampling["bytes"], sampling["seed"]) == (stored, 5)


def test_a_reading_of_a_bucket_goes_on_after_a_break(
    bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    command = ["volumes", "logs", bucket, "--yes", "--state", str(state)]
    assert run(command) == 0
    first = capsys.readouterr().out
    kept = sorted(path.name for path in state.iterdir())

    assert run(command) == 0
    assert capsys.readouterr().out == first
    assert sorted(path.name for path in state.iterdir()) == kept != []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["s3://", "--yes"], "s3://"),
        (["s3://amzn-s3-demo-nowhere/AWSLogs", "--yes"], "there is no such bucket — check its name"),
        (["AWSLogs", "--max-bytes", "2GB"], "--max-bytes is about a sample: give --sample too"),
        (["AWSLogs", "--sample", "--max-bytes", "many"], "--max-bytes many: expected a size such as 2GB"),
        (["AWSLogs", "--sample", "--target-error", "5"], "--target-error 5: expected a share such as 30%"),
        (["AWSLogs", "--sample", "--target-error", "0%"], "--target-error must lie between 0% and 100%"),
        (["AWSLogs", "--from", "2026-10-06", "--to", "2026-10-05"], "--from 2026-10-06 is after --to 2026-10-05"),
        (["AWSLogs", "--account", "1234"], "--account 1234 is no account id"),
        (["AWSLogs", "--kms-key", "alias/logs"], "--kms-key is about --print-policy: give both"),
    ],
)
def test_what_cannot_be_done_is_said(
    s3: FaultyS3,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3.url)
    assert run(["volumes", "logs", *arguments]) in (2, 3)
    assert message in capsys.readouterr().err


def test_the_policy_is_printed_without_asking_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "logs", f"s3://{BUCKET}/AWSLogs", "--print-policy"]) == 0
    statements = json.loads(capsys.readouterr().out)["Statement"]
    assert [statement["Action"] for statement in statements] == ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]
