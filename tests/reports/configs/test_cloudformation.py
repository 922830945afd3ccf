"""Recorders as a CloudFormation template: what a person reads and applies."""

import json
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from cfnlint.api import lint_file

from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, LifecycleRule, LogBucket, Recorder
from costplan.model.selectors import AdvancedEventSelector
from costplan.reports.configs import TargetFormat, TemplateFormat, write_configuration
from costplan.reports.configs.common import Written
from costplan.reports.configs.template_yaml import dump_template
from tests.reports.configs.recorders import (
    ACCOUNT,
    EU,
    EVERYTHING,
    LAKE,
    LAKE_OF_DEFAULTS,
    MANAGEMENT,
    NOWHERE,
    OTHER,
    PLAIN,
    US,
)

LIFECYCLE = (LifecycleRule(expiration_days=30),)


def write(*recorders: Recorder) -> Written:
    return write_configuration(recorders, TargetFormat.CLOUDFORMATION)


def template(*recorders: Recorder) -> Any:
    return json.loads(write_configuration(recorders, TargetFormat.CLOUDFORMATION, TemplateFormat.JSON).text)


def test_a_trail_looks_as_a_person_would_write_it() -> None:
    trail = replace(PLAIN, bucket=LogBucket("amzn-s3-demo-logs", has_kms_key=True), cloudwatch_logs=CloudWatchLogs(30))
    written = write(trail)
    assert written.text == dedent(
        """\
        # Trails and event data stores, as CloudFormation declares them.
        # A template names no account and no Region. To have costplan read it as it was meant, give it
        #   --parameter AWS::AccountId=111122223333 --parameter AWS::Region=eu-west-1
        # Mind:
        # - trail plain: PlainLogGroup is a new log group, declared for the retention: what is there has no name
        AWSTemplateFormatVersion: '2010-09-09'
        Parameters:
          PlainKmsKeyId:
            Type: String
            Description: KMS key of trail plain
          PlainLogsRoleArn:
            Type: String
            Description: ARN of the role that lets CloudTrail write to the log group of trail plain
        Resources:
          PlainLogGroup:
            Type: AWS::Logs::LogGroup
            DeletionPolicy: Retain
            UpdateReplacePolicy: Retain
            Properties:
              RetentionInDays: 30
          Plain:
            Type: AWS::CloudTrail::Trail
            Properties:
              TrailName: plain
              IsLogging: true
              IsMultiRegionTrail: false
              IsOrganizationTrail: false
              IncludeGlobalServiceEvents: true
              EnableLogFileValidation: false
              S3BucketName: amzn-s3-demo-logs
              KMSKeyId: !Ref PlainKmsKeyId
              CloudWatchLogsLogGroupArn: !GetAtt PlainLogGroup.Arn
              CloudWatchLogsRoleArn: !Ref PlainLogsRoleArn
        """
    )


def test_recorders_of_several_places_have_conditions() -> None:
    found = template(PLAIN, replace(PLAIN, home_region=US), replace(PLAIN, account=None), NOWHERE)
    assert found["Conditions"] == {
        "In111122223333EuWest1": {
            "Fn::And": [
                {"Fn::Equals": [{"Ref": "AWS::AccountId"}, ACCOUNT]},
                {"Fn::Equals": [{"Ref": "AWS::Region"}, EU]},
            ]
        },
        "In111122223333UsEast1": {
            "Fn::And": [
                {"Fn::Equals": [{"Ref": "AWS::AccountId"}, ACCOUNT]},
                {"Fn::Equals": [{"Ref": "AWS::Region"}, US]},
            ]
        },
        "InEuWest1": {"Fn::Equals": [{"Ref": "AWS::Region"}, EU]},
    }
    assert [body.get("Condition") for body in found["Resources"].values()] == [*found["Conditions"], None]


def test_the_head_says_where_to_apply_a_template_of_several_places() -> None:
    written = write(PLAIN, replace(PLAIN, home_region=US), NOWHERE)
    head = [line for line in written.text.splitlines() if line.startswith("#")]
    assert head[2:5] == [
        "#   --parameter AWS::AccountId=111122223333 --parameter AWS::Region=eu-west-1",
        "#   --parameter AWS::AccountId=111122223333 --parameter AWS::Region=us-east-1",
        "# Apply it in each of these places: conditions see to it that each gets only its own.",
    ]
    assert "what is in no known account and Region is declared wherever the template is applied" in written.notes
    assert write(NOWHERE).text.splitlines()[1] == "# Mind:"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("audit", "Audit", "audit-2", "a.b_c d"), ["Audit", "Audit2", "Audit22", "ABCD"]),
        (("é", "日本", "1st"), ["Trail", "Trail2", "1st"]),
    ],
)
def test_names_become_logical_ids(names: tuple[str, ...], expected: list[str]) -> None:
    assert list(template(*(replace(PLAIN, name=name) for name in names))["Resources"]) == expected


@pytest.mark.parametrize(
    ("bucket", "note"),
    [
        (LogBucket("b", region=US), "trail plain: that its bucket is in Region us-east-1 cannot be said in a template"),
        (LogBucket("b", account=OTHER), f"trail plain: that its bucket is in account {OTHER} cannot be said"),
        (
            LogBucket("b", account=OTHER, lifecycle=LIFECYCLE),
            "trail plain: its bucket is elsewhere, so this template cannot say its lifecycle rules",
        ),
        (LogBucket("b", lifecycle=LIFECYCLE), "PlainBucket is declared for the lifecycle rules of the log bucket"),
    ],
)
def test_notes_about_buckets(bucket: LogBucket, note: str) -> None:
    notes = write(replace(PLAIN, bucket=bucket)).notes
    assert any(line.startswith(note) for line in notes), notes


def test_a_bucket_is_declared_where_it_is_and_named_elsewhere() -> None:
    bucket = LogBucket("amzn-s3-demo-b", account=ACCOUNT, region=EU, lifecycle=LIFECYCLE)
    trails = [
        replace(PLAIN, bucket=bucket),
        replace(PLAIN, name="beside", bucket=replace(bucket, lifecycle=())),
        replace(PLAIN, account=OTHER, bucket=bucket),
    ]
    found = template(*trails)["Resources"]
    buckets = [body["Properties"]["S3BucketName"] for body in found.values() if "S3BucketName" in body["Properties"]]
    assert buckets == [{"Ref": "PlainBucket"}, {"Ref": "PlainBucket"}, "amzn-s3-demo-b"]
    assert "trail plain: its bucket is elsewhere, so its lifecycle rules are not read from here" in write(*trails).notes


def test_insights_of_a_store_need_a_destination_and_management_is_the_default_category() -> None:
    properties = template(LAKE_OF_DEFAULTS)["Resources"]["Lake2"]["Properties"]
    assert properties["InsightSelectors"] == [{"InsightType": "ApiCallRateInsight"}]
    assert properties["InsightsDestination"] == {"Ref": "Lake2InsightsDestination"}
    assert "InsightsDestination" not in template(LAKE)["Resources"]["Lake"]["Properties"]


def test_what_cannot_be_said_is_told() -> None:
    trail = replace(PLAIN, recursive_logging=False, started="2024-05-01T08:00:00Z", assumed=("nobody said",))
    assert write(trail, replace(LAKE, name="a")).notes == (
        "trail plain: written as it was assumed: nobody said",
        "trail plain: RecursiveLogging is off, which a template cannot say: a new trail has it on (R76)",
        "trail plain: that logging was started at 2024-05-01T08:00:00Z cannot be said in a template (R82)",
        "event data store a: AWS takes no such name: 3 to 128 letters, digits, periods, underscores and dashes",
        "event data store a: 12.5 GiB scanned each month cannot be said in a template",
        "event data store a: 3 GiB of ConfigurationItem records each month cannot be said in a template",
        "event data store a: 0.5 GiB of Evidence records each month cannot be said in a template",
        "event data store a: 200 GiB of log files copied into it cannot be said in a template",
        "event data store a: 30 days of free trial cannot be said in a template",
        f"event data store a: its ARN {LAKE.arn} cannot be said in a template: AWS makes the ARN",
    )


@pytest.mark.parametrize("text", ["{{resolve:ssm:a}}", "a{{resolve:"])
def test_a_text_that_cloudformation_would_replace_is_a_problem(text: str) -> None:
    for trail in (
        replace(PLAIN, selectors=(AdvancedEventSelector((MANAGEMENT,), text),)),
        replace(PLAIN, bucket=LogBucket("b", text)),
    ):
        with pytest.raises(BadInputError, match="which CloudFormation would replace"):
            write(trail)


NUMBERS = ["1e3", "012", "089", "0o17", "1_000", "1:30", "-.5", "+1", "0x1F"]


@pytest.mark.parametrize("text", [*NUMBERS, "no", "~", "null", "2024-05-01", "<<", "=", ""])
def test_texts_that_look_like_something_else_are_in_quotation_marks(text: str) -> None:
    assert dump_template({"a": text}) == f"a: '{text}'\n"


def test_texts_with_line_breaks_are_written_with_escapes() -> None:
    assert dump_template({"a": "b\nc: !Ref d"}) == 'a: "b\\nc: !Ref d"\n'


# What the check says of names that AWS does not take is said by a note.
LEGAL = tuple(one for one in EVERYTHING if one.name not in ("Trail of nobody", "Audit_", "unknown values"))


def test_cfn_lint_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(write(*LEGAL).text, encoding="utf-8")
    assert len(LEGAL) > 9
    assert [f"{match.rule.id} {match.message}" for match in lint_file(path)] == []
    path.write_text(write(replace(PLAIN, name="a b")).text)
    assert [match.rule.id for match in lint_file(path)] == ["E3031"]
