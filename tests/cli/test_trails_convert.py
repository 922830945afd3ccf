import json
from pathlib import Path

import pytest

from costplan.cli.app import run

TEMPLATE = ["trails", "convert", "template.yaml", "--to"]
PLACE = ["--parameter", "AWS::AccountId=111122223333", "--parameter", "AWS::Region=eu-west-1"]


def test_a_configuration_is_written_in_another_format_and_what_is_lost_is_a_warning(
    work_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*TEMPLATE, "terraform", "-o", "main.tf", *PLACE]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("note: aws_s3_bucket.audit is declared for the lifecycle rules of the log bucket")
    assert 'resource "aws_cloudtrail" "audit" {' in (work_folder / "main.tf").read_text()


@pytest.mark.parametrize("to", ["aws-api", "cloudformation", "scenario"])
@pytest.mark.usefixtures("work_folder")
def test_what_is_written_can_be_shown(capsys: pytest.CaptureFixture[str], to: str) -> None:
    name = {"aws-api": "answers.json", "cloudformation": "copy.yaml", "scenario": "scenario.yaml"}[to]
    assert run([*TEMPLATE, to, "-o", name, *PLACE]) == 0
    capsys.readouterr()
    given = PLACE if to == "cloudformation" else []
    assert run(["trails", "show", name, "--format", "json", *given]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["recorders"]
    assert (shown["trail"], shown["account"], shown["home_region"]) == ("audit", "111122223333", "eu-west-1")
    assert shown["s3"]["lifecycle"] == [{"expiration_days": 400}]


@pytest.mark.usefixtures("work_folder")
def test_a_template_in_json_has_its_notes_on_standard_error_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TEMPLATE, "cloudformation", "--format", "json", *PLACE]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["Resources"]["Audit"]["Type"] == "AWS::CloudTrail::Trail"
    assert err.startswith("note: AuditBucket is declared")


@pytest.mark.usefixtures("work_folder")
def test_a_way_of_writing_that_a_format_does_not_have_is_a_wrong_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([*TEMPLATE, "terraform", "--format", "json"]) == 2
    assert capsys.readouterr().err.startswith("--format is for --to cloudformation")
    assert run([*TEMPLATE, "pulumi"]) == 2


def test_problems_are_those_of_reading_and_of_writing(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trails", "convert", "nowhere.json", "--to", "terraform"]) == 3
    assert capsys.readouterr().err.startswith("nowhere.json: ")
    # Nobody knows the bucket whose objects are recorded.
    path = work_folder / "unknown.yaml"
    path.write_text((work_folder / "template.yaml").read_text().replace(", Default: amzn-s3-demo-claims", ""))
    assert run(["trails", "convert", "unknown.yaml", "--to", "aws-api"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("unknown.yaml:")
    assert "a value of its selectors is not known" in err
    assert run(["trails", "convert", "unknown.yaml", "--to", "cloudformation"]) == 0


def test_a_configuration_without_recorders_is_a_problem(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work_folder / "bucket.yaml").write_text("Resources: {Logs: {Type: 'AWS::S3::Bucket'}}\n")
    assert run(["trails", "convert", "bucket.yaml", "--to", "terraform"]) == 3
    assert capsys.readouterr().err.splitlines()[-1] == (
        "bucket.yaml: holds no trail and no event data store — give a file that has some"
    )
