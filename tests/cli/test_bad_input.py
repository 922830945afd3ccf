"""Bad input: every problem with file, line and what to do; exit code 3; nothing on stdout; no traceback."""

import gzip
import os
import re
from pathlib import Path

import pytest

from costplan.cli.app import run

VOLUMES = 'format: costplan.volumes/1\ncovers_all: true\naccount: "111122223333"\nregion: eu-west-1\nevents: []\n'
TRAIL = '  - {{trail: audit, account: "111122223333", home_region: eu-west-1{more}}}\n'
MESSAGE = re.compile(r"[^:\n]+(:\d+)?: .+ — .+\Z")


def scenario(more: str = "", volumes: str = "volumes.yaml") -> str:
    return f"scenario: bad\nvolumes: {volumes}\nrecorders:\n" + TRAIL.format(more=more)


def selector(fields: str) -> str:
    return scenario(f", advanced_event_selectors: [{{fields: {{{fields}}}}}]")


CASES = {
    "unknown field": (
        selector("eventCategory: {equals: [Data]}, resource.type: {equals: [x]}"),
        ":4",
        "resources.type",
    ),
    "unknown operator": (selector("eventCategory: {equal: [Data]}"), ":4", 'did you mean "equals"?'),
    "unknown category": (selector("eventCategory: {equals: [Datas]}"), ":4", 'did you mean "Data"?'),
    "misspelt key": (scenario(", is_multi_regoin: true"), ":4", 'did you mean "is_multi_region"?'),
    "wrong type": (scenario(', is_logging: "perhaps"'), ":4", "expected true or false"),
    "duplicate key": (scenario() + "scenario: again\n", ":5", "stands on line 1"),
    "both selector kinds": (
        scenario(
            ", event_selectors: [{read_write_type: All}], advanced_event_selectors: [{fields: {eventCategory: Data}}]"
        ),
        ":4",
        "keep one kind",
    ),
    "malformed Region": (scenario().replace("eu-west-1", "eu_west"), ":4", "a Region code such as eu-west-1"),
    "malformed account": (scenario().replace("111122223333", "1111"), ":4", "twelve digits"),
    "empty file": ("", "", "is empty"),
    "no mapping": ("[1, 2]", ":1", "expected a mapping"),
    "not YAML": ("scenario: [", ":1", "—"),
    "volumes that do not exist": (scenario(volumes="nowhere.yaml"), ":2", "nowhere.yaml"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "volumes.yaml").write_text(VOLUMES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run a command that must be refused with exit code 3, and return the lines of stderr."""
    assert run(arguments) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    lines = err.splitlines()
    assert lines
    return lines


@pytest.mark.parametrize("case", CASES)
def test_a_bad_scenario_is_refused_where_it_is_bad(case: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, line, hint = CASES[case]
    (folder / "bad.yaml").write_text(text)
    messages = refused(["estimate", "bad.yaml"], capsys)

    assert all(MESSAGE.match(message) for message in messages)
    assert any(message.startswith(f"bad.yaml{line}:") and hint in message for message in messages), messages


def test_all_problems_of_all_files_are_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "one.yaml").write_text(selector("eventCategory: {equal: [Datas]}, eventNam: {equals: [x]}"))
    (folder / "two.yaml").write_text(scenario(", is_loging: true, home_regoin: x"))
    messages = refused(["estimate", "one.yaml", "two.yaml"], capsys)

    assert sum(message.startswith("one.yaml:4:") for message in messages) >= 2
    assert sum(message.startswith("two.yaml:4:") for message in messages) >= 2


def test_volumes_without_coverage_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "volumes.yaml").write_text(VOLUMES.replace("covers_all: true\n", ""))
    (folder / "bad.yaml").write_text(scenario())
    (message,) = refused(["estimate", "bad.yaml"], capsys)

    assert message.startswith("volumes.yaml")
    assert "covers_all: true" in message


def test_a_path_that_does_not_exist_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del folder
    assert refused(["estimate", "nowhere.yaml"], capsys) == ["nowhere.yaml: no such file or folder — check the path"]


RECORD = (
    '{"eventVersion": "1.08", "eventTime": "2026-10-05T10:00:00Z", "eventSource": "ec2.amazonaws.com", '
    '"eventName": "DescribeInstances", "awsRegion": "eu-west-1", "eventID": "%s", "readOnly": true, '
    '"eventCategory": "Management", "recipientAccountId": "111122223333", "requestParameters": {"secret": "hush"}}'
)


def log(*records: str) -> bytes:
    return gzip.compress(('{"Records": [' + ", ".join(records) + "]}").encode(), mtime=0)


DAMAGED = {
    "truncated.json.gz": (log(RECORD % 1)[:-30], "cut off"),
    "corrupt.json.gz": (b"\x1f\x8b\x08\x00" + b"garbage" * 9, "corrupt"),
    "empty.json": (b"", "empty"),
    "other.json": (b'{"hello": 1}', "not a CloudTrail log"),
    "half.json": (b'{"Records": [{"eventVersion"', "cut off"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_bad_log_file_that_is_named_exits_3(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, what = DAMAGED[name]
    (folder / name).write_bytes(content)

    assert run(["volumes", "logs", name]) == 3
    err = capsys.readouterr().err
    assert name in err
    assert what in err


def test_a_log_folder_with_bad_files_still_counts_the_good_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = folder / "logs"
    logs.mkdir()
    for name, (content, _) in DAMAGED.items():
        (logs / name).write_bytes(content)
    # Enough good bytes that the bad ones are less than one per cent.
    good = [log(*(RECORD % f"{number}-{record}" for record in range(2_000))) for number in range(3)]
    for number, content in enumerate(good):
        (logs / f"good-{number}.json.gz").write_bytes(content)
    (logs / "one-bad.json.gz").write_bytes(log(RECORD % "last", '{"eventVersion": 5, "secret": "hush"}'))

    code = run(["volumes", "logs", "logs"])
    out, err = capsys.readouterr()
    assert "6,002 records = 6,001 counted + 0 duplicates + 1 unreadable" in out
    for name in ("truncated.json.gz", "corrupt.json.gz", "empty.json", "half.json", "one-bad.json.gz"):
        assert name in err
    # Parse problems name the file and the record, never what is in it.
    assert "hush" not in out + err
    assert code in (0, 3)


def test_unreadable_bytes_above_one_per_cent_exit_3(folder: Path) -> None:
    logs = folder / "logs"
    logs.mkdir()
    (logs / "good.json.gz").write_bytes(log(RECORD % 1))
    assert run(["volumes", "logs", "logs"]) == 0
    (logs / "corrupt.json.gz").write_bytes(DAMAGED["corrupt.json.gz"][0])
    assert run(["volumes", "logs", "logs"]) == 3


def test_a_pipe_among_the_logs_is_not_waited_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs = folder / "logs"
    logs.mkdir()
    os.mkfifo(logs / "pipe.json")
    (logs / "good.json.gz").write_bytes(log(RECORD % 1))

    assert run(["volumes", "logs", "logs"]) == 0
    assert "1 record = 1 counted" in capsys.readouterr().out.replace("records", "record")
    assert refused(["volumes", "logs", "logs/pipe.json"], capsys) == [
        "logs/pipe.json: neither a file nor a folder — copy what it holds into a file"
    ]


def test_a_time_at_the_end_of_all_years_is_one_bad_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = (RECORD % "late").replace("2026-10-05", "9999-12-31").replace("10:00:00", "23:59:59")
    (folder / "late.json.gz").write_bytes(log(*(RECORD % number for number in range(500)), late))

    assert run(["volumes", "logs", "late.json.gz"]) in (0, 3)
    assert "501 records" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["estimate", "--typed", "management=4M/month", "--account", "12"],
        ["estimate", "--typed", "management=4M/month", "--region", "xx"],
        ["prices", "show", "--region", "cn-north-1"],
        ["prices", "show", "--region", "us-east-9"],
    ],
    ids=" ".join,
)
def test_an_option_that_means_nothing_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_nothing_priced_is_told_on_stderr(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "volumes.yaml").write_text(
        'format: costplan.volumes/1\ncoverage: [{account: "444455556666", region: us-east-1, category: Management, '
        "basis: typed}]\nevents: []\n"
    )
    (folder / "x.yaml").write_text(scenario())

    assert run(["estimate", "x.yaml"]) == 3
    out, err = capsys.readouterr()
    assert "111122223333 in eu-west-1" in " ".join(out.split())
    assert "nothing could be priced" in err
