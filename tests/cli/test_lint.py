import json
from pathlib import Path

import pytest

from costplan.cli.app import run

pytestmark = pytest.mark.usefixtures("work_folder")


def test_a_clean_configuration_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "lint", "trails.json"]) == 0
    assert capsys.readouterr().out == "nothing to object to\n"


def test_a_finding_is_told_with_its_line_and_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "lint", "scenarios/layouts/4-multi-and-single.yaml"]) == 1

    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("scenarios/layouts/4-multi-and-single.yaml:12: CP013 second-copy-of-management-events:")


def test_alternatives_beside_each_other_are_no_second_copies(capsys: pytest.CaptureFixture[str]) -> None:
    layouts = "scenarios/layouts"
    assert run(["trails", "lint", f"{layouts}/2-single-region.yaml", f"{layouts}/3-multi-region.yaml"]) == 0
    assert "CP013" not in capsys.readouterr().out


def test_what_the_api_would_refuse_exits_1_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # R34: an event source is required for network activity events.
    (tmp_path / "refused.yaml").write_text(
        "scenario: refused\nvolumes: none.yaml\nrecorders:\n"
        '  - {trail: audit, account: "111122223333", home_region: us-east-1, advanced_event_selectors: '
        "[{fields: {eventCategory: {equals: [NetworkActivity]}}}]}\n"
    )
    assert run(["trails", "lint", str(tmp_path / "refused.yaml"), "--format", "json"]) == 1

    found = json.loads(capsys.readouterr().out)
    assert [entry["severity"] for entry in found] == ["error"]
    assert "InvalidEventSelectorsException" in found[0]["message"]


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "lint", "--explain", "CP004"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("CP004 s3-arn-without-slash (warning)\n")
    assert [heading in out for heading in ("Why it matters", "Example", "Instead", "Source")] == [True] * 4


@pytest.mark.parametrize("arguments", [["trails", "lint"], ["trails", "lint", "--explain", "CP999"]])
def test_a_wrong_command_line_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_a_configuration_that_cannot_be_read_exits_3() -> None:
    assert run(["trails", "lint", "nowhere.json"]) == 3
