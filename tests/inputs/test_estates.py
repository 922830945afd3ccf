"""``costplan.yaml``, and the estate that it names."""

import json
from pathlib import Path

import pytest

from costplan.inputs.estates import read_estate
from costplan.inputs.project import Project, find_project, read_project
from costplan.model.problems import BadInputError
from costplan.model.recorders import LogBucket, Trail
from costplan.model.scenario import Account, Estate, Organization

ESTATE = """
accounts:
  "111122223333": {name: prod, regions: [eu-west-1]}
organization: {id: o-exampleorgid, management_account: "999999999999", members: ["111122223333"]}
recorders:
  - trail: audit
    account: "111122223333"
    home_region: eu-west-1
    is_multi_region: true
"""
AUDIT = Trail("audit", "111122223333", "eu-west-1", is_multi_region=True)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_an_estate_is_read_with_its_accounts_and_organization(tmp_path: Path) -> None:
    path = written(tmp_path, "estate.yaml", ESTATE)
    assert read_estate(path) == Estate(
        str(path),
        (AUDIT,),
        {"111122223333": Account("prod", ("eu-west-1",))},
        Organization("o-exampleorgid", "999999999999", ("111122223333",)),
    )


def test_any_configuration_may_be_an_estate(tmp_path: Path) -> None:
    trail = {
        "TrailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
        "Name": "audit",
        "S3BucketName": "amzn-s3-demo-logs",
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
    }
    written(tmp_path, "account/trails.json", json.dumps({"trailList": [trail]}))
    (recorder,) = read_estate(tmp_path / "account").recorders
    assert recorder == Trail(
        "audit", "111122223333", "eu-west-1", trail["TrailARN"], bucket=LogBucket("amzn-s3-demo-logs")
    )


def test_what_is_wrong_with_an_estate_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "estate.yaml", ESTATE.replace("members", "member"))
    with pytest.raises(BadInputError, match=r'"member".*did you mean "members"'):
        read_estate(path)


def test_the_nearest_project_file_above_counts(tmp_path: Path) -> None:
    written(tmp_path, "a/costplan.yaml", "estate: estate.yaml\n")
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    assert find_project(tmp_path / "a" / "b" / "c") == (tmp_path / "a" / "costplan.yaml").resolve()
    nearer = written(tmp_path, "a/b/costplan.yaml", "{}")
    assert find_project(tmp_path / "a" / "b" / "c") == nearer.resolve()


def test_the_path_of_an_estate_is_relative_to_the_project_file(tmp_path: Path) -> None:
    estate = written(tmp_path, "aws/estate.yaml", ESTATE)
    path = written(tmp_path, "costplan.yaml", "estate: aws/estate.yaml\n")
    assert read_project(path) == Project(estate)
    assert read_project(written(tmp_path, "costplan.yaml", "{}")) == Project(None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("estat: estate.yaml\n", 'costplan.yaml:1: unknown key "estat" — did you mean "estate"?'),
        ("estate: nowhere.yaml\n", "costplan trails pull -o FILE writes one"),
        ("estate: 7\n", "expected some text"),
        ("- estate\n", "expected a mapping"),
    ],
)
def test_what_is_wrong_with_a_project_file_is_told(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_project(written(tmp_path, "costplan.yaml", text))
    assert what in str(caught.value)
