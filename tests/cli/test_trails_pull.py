"""``costplan trails pull``: the program against a live account over HTTP."""

import json
from pathlib import Path

import pytest

from costplan.cli.app import run
from costplan.inputs.configs import read_config
from costplan.inputs.documents import read_document
from costplan.model.recorders import Trail
from tests.inputs.account import conftest as live
from tests.inputs.account.front import SECRET_WORDS, Scene
from tests.inputs.account.made import ACCOUNT, AUDIT, HOME, LOCAL, LOGS, OTHER
from tests.inputs.volumes.logs.buckets.conftest import SECRET_KEY

aws_environment, front, key = live.aws_environment, live.front, live.key
moto_server, scene = live.moto_server, live.scene


@pytest.mark.usefixtures("key")
def test_a_live_account_is_written_as_a_scenario_begins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "trails.yaml"
    assert run(["trails", "pull", "-o", str(output)]) == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert "unknown" not in err
    text = output.read_text()
    first, second = text.splitlines()[:2]
    assert first.startswith(f"# Trails and event data stores as AWS account {ACCOUNT} saw them at 20")
    assert first.endswith("Z.")
    assert second == f"# account {ACCOUNT}: looked at {HOME}, {OTHER}"
    assert read_document(output).value["accounts"] == {ACCOUNT: {"regions": [HOME, OTHER]}}
    recorders = {recorder.name: recorder for recorder in read_config(output)}
    assert {"audit", "local", "lake"} <= set(recorders)
    audit = recorders["audit"]
    assert isinstance(audit, Trail)
    assert (audit.home_region, audit.bucket.name) == (HOME, LOGS)
    assert SECRET_KEY not in text + out + err


@pytest.mark.usefixtures("key")
def test_what_is_unknown_is_a_warning_and_a_comment(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.fail("AccessDeniedException", "GetTrailStatus", about=LOCAL)
    scene.fail("AccessDeniedException", "DescribeTrails", region=HOME)
    assert run(["trails", "pull"]) == 0

    out, err = capsys.readouterr()
    unknown = [
        f"unknown: account {ACCOUNT}: Region {HOME} could not be looked at (AccessDeniedException)",
        f"unknown: whether {LOCAL} is logging could not be found out (GetTrailStatus: AccessDeniedException)",
    ]
    assert [line for line in err.splitlines() if line.startswith("unknown")] == unknown
    assert [line for line in out.splitlines() if line.startswith("# unknown")] == [f"# {line}" for line in unknown]
    assert f"looked at {OTHER}" in out
    assert SECRET_WORDS not in out + err


@pytest.mark.usefixtures("key")
def test_the_answers_themselves_can_be_kept_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "answers.json"
    assert run(["trails", "pull", "--format", "json", "-o", str(output)]) == 0
    assert capsys.readouterr() == ("", "")

    answers = json.loads(output.read_text())
    assert list(answers)[:2] == ["describe-trails", "get-trail-status"]
    assert {AUDIT, LOCAL} <= {recorder.arn for recorder in read_config(output)}
    assert run(["trails", "show", str(output)]) == 0
    assert "audit" in capsys.readouterr().out


@pytest.mark.usefixtures("scene")
def test_an_account_without_trails_is_said_to_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "pull", "--region", HOME, "--region", OTHER]) == 0

    out, err = capsys.readouterr()
    assert "recorders: []" in out
    assert "no trail and no event data store was found" in err


@pytest.mark.parametrize("code", ["ExpiredToken", "AccessDeniedException"])
def test_nothing_is_written_where_nothing_can_be_read(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    output = tmp_path / "trails.yaml"
    output.write_text("# as it was\n")
    scene.fail(code, "DescribeTrails")
    assert run(["trails", "pull", "-o", str(output)]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert " — " in err
    assert output.read_text() == "# as it was\n"
    assert [path.name for path in tmp_path.iterdir()] == ["trails.yaml"]


WRONG = [
    ["--region", "europe"],
    ["--region", "all", "--region", "eu-west-1"],
    ["--role", "audit"],
    ["--format", "csv"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_command_line_asks_nobody(
    scene: Scene, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(["trails", "pull", *arguments]) == 2

    assert arguments[0] in capsys.readouterr().err
    assert scene.asked == []


def test_the_policy_is_printed_without_credentials(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert run(["trails", "pull", "--print-policy", "--organization", "--role", "audit"]) == 0

    statements = json.loads(capsys.readouterr().out)["Statement"]
    assert [statement["Sid"] for statement in statements] == [
        "FindAccountAndRegions",
        "ReadTrailsAndEventDataStores",
        "ReadWhereTrailsDeliver",
        "FindMemberAccounts",
        "ReadMemberAccounts",
    ]
    assert scene.asked == []
