import json
from pathlib import Path

import pytest

from costplan.cli.app import run


@pytest.mark.usefixtures("work_folder")
def test_a_configuration_is_shown_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "show", "trails.json"]) == 0

    out = capsys.readouterr().out
    assert "audit" in out
    assert "us-east-1" in out
    assert "multi-Region" in out


@pytest.mark.usefixtures("work_folder")
def test_a_configuration_is_shown_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "show", "trails.json", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "costplan.trails/1"


def test_what_is_no_trail_is_named_beside_those_that_are(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = work_folder / "answers"
    answers.mkdir()
    (work_folder / "trails.json").rename(answers / "trails.json")
    (answers / "channels.json").write_text('{"Channels": []}')
    assert run(["trails", "show", "answers"]) == 0

    out, err = capsys.readouterr()
    assert "audit" in out
    assert err == "set aside: answers/channels.json:1: lists no channels\n"


@pytest.mark.usefixtures("work_folder")
def test_the_problems_of_every_configuration_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "show", "nowhere.json", "trails.json", "neither.json"]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(":")[0] for line in err.splitlines()] == ["nowhere.json", "neither.json"]
