import gzip
import json
import re
from pathlib import Path

import pytest

from costplan.cli.app import run
from tests.cli.conftest import POPULATION
from tests.generator import write_logs

TRUTH_IS_NOT_EMPTY = 300


def reconciliation_of(text: str) -> tuple[int, ...]:
    line = re.match(r"([\d,]+) files?, ([\d,]+) records = ([\d,]+) counted \+ ([\d,]+) dup\S+ \+ ([\d,]+) unread", text)
    assert line
    return tuple(int(number.replace(",", "")) for number in line.groups())


def test_logs_are_counted_written_and_shown(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = write_logs(POPULATION, work_folder / "again")
    assert run(["volumes", "logs", "AWSLogs", "-o", "volumes.json"]) == 0

    out, err = capsys.readouterr()
    _, records, counted, duplicates, unreadable = reconciliation_of(out)
    assert err == ""
    assert records == counted + duplicates + unreadable
    assert counted == truth.total() > TRUTH_IS_NOT_EMPTY
    assert re.search(rf"^Total +{counted:,} ", out, re.MULTILINE)
    assert out.endswith("\nwrote volumes.json\n")
    assert json.loads(Path("volumes.json").read_text())["format"] == "costplan.volumes/1"

    assert run(["volumes", "show", "volumes.json", "--by", "category"]) == 0
    shown = capsys.readouterr().out
    data = truth.total(category="Data")
    assert re.search(rf"^Data +{data:,} ", shown, re.MULTILINE)
    assert re.search(rf"^Total +{counted:,} ", shown, re.MULTILINE)


@pytest.mark.usefixtures("work_folder")
def test_without_a_file_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    before = set(Path().rglob("*"))

    assert run(["volumes", "logs", "AWSLogs"]) == 0
    assert capsys.readouterr().out.endswith("\nnothing written: -o FILE keeps the volumes\n")
    assert set(Path().rglob("*")) == before


@pytest.mark.usefixtures("work_folder")
def test_a_damaged_file_is_named_and_the_others_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    bad = next(Path("AWSLogs").rglob("*.json.gz")).with_name(
        "111122223333_CloudTrail_us-east-1_20261005T0000Z_bad.json.gz"
    )
    bad.write_bytes(gzip.compress(b'{"Records": []}')[:-9])

    assert run(["volumes", "logs", "AWSLogs", "-o", "volumes.json"]) == 0

    out, err = capsys.readouterr()
    assert str(bad) in err
    assert " — " in err
    assert "damaged: 1 file" in out
    assert Path("volumes.json").is_file()


@pytest.mark.usefixtures("work_folder")
def test_a_folder_without_logs_exits_3_and_leaves_older_volumes_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("volumes.json").write_text("before")

    assert run(["volumes", "logs", "scenarios/volumes", "-o", "volumes.json"]) == 3

    out, err = capsys.readouterr()
    assert "no CloudTrail log" in err
    assert out.endswith("\nnothing written\n")
    assert Path("volumes.json").read_text() == "before"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["logs", "nowhere"], 3, "nowhere: "),
        (["logs", "AWSLogs", "--keep", "colour"], 2, "colour"),
        (["logs", "AWSLogs", "--for", "nowhere.yaml"], 3, "nowhere.yaml: "),
        (["logs", "AWSLogs", "--recorded-by", "nowhere.json"], 3, "nowhere.json: "),
        (["show", "nowhere.json"], 3, "nowhere.json: "),
        (["show", "trails.json"], 3, "trails.json:"),
        (["show", "trails.json", "--by", "colour"], 2, 'there is no "colour"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("work_folder")
def test_what_cannot_be_done_is_said(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["volumes", *arguments]) == code
    assert message in capsys.readouterr().err
