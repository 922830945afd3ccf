import json

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


@pytest.mark.usefixtures("work_folder")
def test_the_problems_of_every_configuration_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "show", "nowhere.json", "trails.json", "neither.json"]) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(":")[0] for line in err.splitlines()] == ["nowhere.json", "neither.json"]
