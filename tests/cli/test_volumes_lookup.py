"""``costplan volumes lookup``, as its users meet it: over HTTP, with a history that is known."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from costplan.cli.app import run
from costplan.inputs.account import event_history
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Scene
from tests.inputs.account.history import Happened, History

aws_environment, front, moto_server, scene = live.aws_environment, live.front, live.moto_server, live.scene


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a second between two calls to this machine."""
    monkeypatch.setattr(event_history, "CALLS_PER_SECOND", 100_000)


def hours_ago(hours: float) -> datetime:
    return (datetime.now(UTC) - timedelta(hours=hours)).replace(microsecond=0)


def test_what_was_read_is_shown_and_kept(
    scene: Scene,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = [Happened(hours_ago(3 + n / 100), "DescribeInstances") for n in range(60)]
    scene.plays["LookupEvents"] = History(events).play
    output = tmp_path / "management.json"
    assert run(["volumes", "lookup", "--region", "eu-west-1", "--days", "2", "-o", str(output)]) == 0
    shown = capsys.readouterr()
    assert "60 records = 60 counted + 0 duplicates + 0 unreadable" in shown.out
    assert f"wrote {output}" in shown.out
    assert shown.err == ""
    kept = json.loads(output.read_text())
    assert (kept["source"]["kind"], [part["category"] for part in kept["coverage"]]) == ("lookup", ["Management"])
    assert sum(row["count"] for row in kept["events"]) == 60

    assert run(["estimate", "--typed", "s3-writes=1M/month", "--volumes", str(output)]) == 2
    (tmp_path / "s.yaml").write_text(
        "scenario: two\nvolumes: management.json\nrecorders:\n"
        "  - {trail: a, home_region: eu-west-1}\n  - {trail: b, home_region: eu-west-1}\n"
    )
    capsys.readouterr()
    assert run(["estimate", str(tmp_path / "s.yaml")]) == 0
    assert "2 days of event history, 60 events read" in capsys.readouterr().out


def test_a_sample_says_how_much_of_the_time_was_read(
    scene: Scene,
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = [Happened(hours_ago(2 + n / 600), "DescribeInstances") for n in range(600 * 23)]
    scene.plays["LookupEvents"] = History(events).play
    assert run(["volumes", "lookup", "--region", "eu-west-1", "--days", "1", "--calls", "60"]) == 0
    out = capsys.readouterr().out
    assert "of the time, " in out
    assert "windows; seed 1, 64 replicates; ± is the 95 % interval" in out
    assert "nothing written: -o FILE keeps the volumes" in out


def test_the_policy_is_printed_without_asking_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "lookup", "--print-policy"]) == 0
    (_, reading) = json.loads(capsys.readouterr().out)["Statement"]
    assert reading["Action"] == ["cloudtrail:LookupEvents"]


def test_a_wrong_size_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["volumes", "lookup", "--days", "100"]) == 2
    assert "--days must be 1 to 90" in capsys.readouterr().err


def test_a_refused_region_is_told(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.fail("AccessDeniedException", "LookupEvents")
    assert run(["volumes", "lookup", "--region", "eu-west-1"]) == 3
    error = capsys.readouterr().err
    assert "nothing is known of eu-west-1: it is not allowed" in error
    assert "somebody" not in error
