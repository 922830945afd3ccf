import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from costplan.inputs.scenarios import read_scenario
from costplan.inputs.starter import SCENARIO_NAME, VOLUMES_NAME, starter_files
from costplan.inputs.volumes.typed import parse_typed
from costplan.inputs.volumes.volumes_file import format_volumes
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError
from costplan.model.scenario import Scenario

ARN = "arn:aws:cloudtrail:eu-west-1:444455556666:trail/audit"
TRAIL = {"Name": "audit", "TrailARN": ARN, "HomeRegion": "eu-west-1", "S3BucketName": "logs"}
TRAILS = json.dumps({"trailList": [TRAIL]})
SELECTORS = json.dumps({"TrailARN": ARN, "EventSelectors": [{"ReadWriteType": "WriteOnly"}]})


def start(folder: Path, files: Mapping[str, str]) -> tuple[Mapping[str, str], Scenario]:
    """Fill a folder, write the starter files into it, and read the scenario back."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    written = starter_files(folder)
    for name, text in written.items():
        assert not (folder / name).exists()
        (folder / name).write_text(text, encoding="utf-8")
    return written, read_scenario(folder / SCENARIO_NAME)


def test_an_empty_folder_gets_a_scenario_and_volumes_that_are_read(tmp_path: Path) -> None:
    written, scenario = start(tmp_path, {})
    assert set(written) == {SCENARIO_NAME, VOLUMES_NAME}
    assert scenario.purpose
    assert [recorder.name for recorder in scenario.recorders] == ["my-trail"]
    categories = {row.key.category for volumes in scenario.volumes for row in volumes.rows}
    assert categories == {EventCategory.MANAGEMENT, EventCategory.DATA}
    assert all("#" in text for text in written.values())


def test_a_folder_that_is_not_there_is_an_empty_one_and_a_file_is_none(tmp_path: Path) -> None:
    assert set(starter_files(tmp_path / "new")) == {SCENARIO_NAME, VOLUMES_NAME}
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError, match="cannot be looked into: Not a directory — name another folder"):
        starter_files(tmp_path / "file")


def test_what_stands_behind_a_comment_sign_can_be_used(tmp_path: Path) -> None:
    written, _ = start(tmp_path, {})
    volumes = written[VOLUMES_NAME].replace("# - {", "- {")
    scenario = written[SCENARIO_NAME].replace("# discounts:", "discounts:")
    (tmp_path / VOLUMES_NAME).write_text(volumes, encoding="utf-8")
    (tmp_path / SCENARIO_NAME).write_text(scenario, encoding="utf-8")
    read = read_scenario(tmp_path / SCENARIO_NAME)
    assert len(read.volumes[0].rows) == 3 + 2 + 1 + 2 + 1
    assert set(read.discounts) == {"cloudtrail"}


def test_a_configuration_in_the_folder_is_taken(tmp_path: Path) -> None:
    written, scenario = start(tmp_path, {"trails.json": TRAILS, "package.json": '{"name": "x"}', "broken.json": "{"})
    assert "- from: trails.json" in written[SCENARIO_NAME]
    assert [(recorder.name, recorder.account) for recorder in scenario.recorders] == [("audit", "444455556666")]
    # The typed volumes happen where the trail is.
    assert scenario.volumes[0].places == (("444455556666", "eu-west-1"),)


def test_a_folder_of_answers_is_taken_whole(tmp_path: Path) -> None:
    written, scenario = start(tmp_path, {"answers/trails.json": TRAILS, "answers/selectors.json": SELECTORS})
    assert "- from: answers" in written[SCENARIO_NAME]
    assert [recorder.name for recorder in scenario.recorders] == ["audit"]


def test_answers_side_by_side_are_not_taken_one_by_one(tmp_path: Path) -> None:
    # The trail alone would look as if it had no selectors of its own.
    written, scenario = start(tmp_path, {"trails.json": TRAILS, "selectors.json": SELECTORS})
    assert "# These answers of the AWS API belong together: selectors.json, trails.json." in written[SCENARIO_NAME]
    assert [recorder.name for recorder in scenario.recorders] == ["my-trail"]


def test_volumes_in_the_folder_are_taken(tmp_path: Path) -> None:
    text = format_volumes(parse_typed("management=1/s", "999999999999", "ap-south-1"))
    written, scenario = start(tmp_path, {"volumes/october.json": text, "it's new.json": text})
    assert set(written) == {SCENARIO_NAME}
    assert len(scenario.volumes) == 2
    assert [recorder.account for recorder in scenario.recorders] == ["999999999999"]


def test_logs_in_the_folder_are_named_with_the_command_that_counts_them(tmp_path: Path) -> None:
    name = "logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/01/111122223333_CloudTrail_eu-west-1_x.json.gz"
    written, _ = start(tmp_path, {name: ""})
    assert "costplan volumes logs logs --for scenario.yaml -o volumes.json" in written[SCENARIO_NAME]


def test_scenarios_in_a_folder_below_are_no_configuration(tmp_path: Path) -> None:
    below = "scenario: s\nvolumes: v.yaml\nrecorders: [{trail: t}]\n"
    written, _ = start(tmp_path, {"examples/s.yaml": below})
    assert "from: examples" not in written[SCENARIO_NAME]
