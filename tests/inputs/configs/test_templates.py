"""CloudFormation templates and CDK assemblies as configurations: the same models as a scenario that says the same."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from costplan.inputs.configs import Given, read_config, read_configuration
from costplan.model.problems import BadInputError
from costplan.model.recorders import (
    IS_RUNNING,
    CloudWatchLogs,
    EventDataStore,
    LifecycleRule,
    LogBucket,
    LogClass,
    Recorder,
    Trail,
)
from costplan.model.selectors import ReadWriteType
from costplan.model.unknown import UNKNOWN

PLACE = {"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"}


def template(resources: str) -> str:
    return "AWSTemplateFormatVersion: 2010-09-09\nResources:\n" + indented(resources)


def indented(text: str, by: str = "  ") -> str:
    return "".join(f"{by}{line}\n" for line in dedent(text).strip().splitlines())


def written(folder: Path, text: str, name: str = "template.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def one(folder: Path, resources: str, **parameters: str) -> Any:
    (recorder,) = read_config(written(folder, template(resources)), Given(parameters))
    return recorder


def test_a_store_that_takes_in_nothing(tmp_path):
    store = one(
        tmp_path, 'Lake: {Type: "AWS::CloudTrail::EventDataStore", Properties: {Name: lake, IngestionEnabled: false}}'
    )
    assert store == EventDataStore("lake", is_ingesting=False)


def test_what_belongs_to_a_trail_is_joined_by_reference(tmp_path):
    """Another template, by name, is among those that say the same in every format."""
    trail = one(
        tmp_path,
        """
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            LifecycleConfiguration:
              Rules: [{Status: Enabled, ExpirationInDays: 400}, {Status: Disabled, ExpirationInDays: 1}]
        Group: {Type: "AWS::Logs::LogGroup", Properties: {RetentionInDays: 30}}
        Key: {Type: "AWS::KMS::Key"}
        Topic: {Type: "AWS::SNS::Topic"}
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties:
            IsLogging: "true"
            S3BucketName: !Ref Logs
            KMSKeyId: !GetAtt Key.Arn
            SnsTopicName: !GetAtt Topic.TopicName
            CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
        """,
    )
    expired = (LifecycleRule(expiration_days=400),)
    assert trail.bucket == LogBucket(None, has_kms_key=True, notifies_sns=True, lifecycle=expired)
    assert trail.cloudwatch_logs == CloudWatchLogs(30)


@pytest.mark.parametrize(
    ("bucket", "group", "group_arn"),
    [
        pytest.param("!Ref Logs", "/trails/audit", "!GetAtt Group.Arn", id="a-name-in-an-arn-of-no-known-region"),
        pytest.param("!Ref Logs", "!Sub '/trails/${AWS::Region}'", "!GetAtt Group.Arn", id="a-name-known-in-part"),
        pytest.param(
            "!Sub 'logs-${AWS::AccountId}'",
            "!Sub '${AWS::StackName}'",
            "!Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AWS::StackName}'",
            id="names-written-twice",
        ),
    ],
)
def test_what_has_a_name_that_is_known_in_part_is_joined(tmp_path, bucket, group, group_arn):
    trail = one(
        tmp_path,
        f"""
        Other: {{Type: "AWS::S3::Bucket", Properties: {{BucketName: !Sub "other-${{AWS::AccountId}}"}}}}
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: !Sub "logs-${{AWS::AccountId}}"
            LifecycleConfiguration: {{Rules: [{{Status: Enabled, ExpirationInDays: 400}}]}}
        Group: {{Type: "AWS::Logs::LogGroup", Properties: {{LogGroupName: {group}, RetentionInDays: 30}}}}
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties: {{IsLogging: true, S3BucketName: {bucket}, CloudWatchLogsLogGroupArn: {group_arn}}}
        """,
    )
    assert trail.bucket.lifecycle == (LifecycleRule(expiration_days=400),)
    assert trail.cloudwatch_logs == CloudWatchLogs(30)


@pytest.mark.parametrize(
    ("written_class", "log_class", "said"),
    [
        ("INFREQUENT_ACCESS", LogClass.INFREQUENT_ACCESS, []),
        ("STANDARD", LogClass.STANDARD, []),
        (
            "!ImportValue Later",
            LogClass.STANDARD,
            ["its log group is of the standard class: its class is known only when"],
        ),
    ],
)
def test_the_class_of_a_log_group_is_read_with_its_retention(tmp_path, written_class, log_class, said):
    trail = one(
        tmp_path,
        f"""
        Group: {{Type: "AWS::Logs::LogGroup", Properties: {{RetentionInDays: 30, LogGroupClass: {written_class}}}}}
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties: {{IsLogging: true, S3BucketName: logs, CloudWatchLogsLogGroupArn: !GetAtt Group.Arn}}
        """,
    )
    assert trail.cloudwatch_logs == CloudWatchLogs(30, log_class)
    found = [text for text in trail.assumed if "log group" in text]
    assert [text[: len(start)] for text, start in zip(found, said, strict=True)] == said


def cdk_trail(**properties: Any) -> str:
    """What the L2 construct Trail of the CDK writes (semantics 10.3)."""
    always = {
        "EnableLogFileValidation": True,
        "EventSelectors": [],
        "IncludeGlobalServiceEvents": True,
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "S3BucketName": {"Ref": "TrailS3B5B7C5F0"},
    }
    resources = {
        "TrailS3B5B7C5F0": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Trail022F0CF2": {"Type": "AWS::CloudTrail::Trail", "Properties": {**always, **properties}},
    }
    return json.dumps({"Resources": resources})


def test_the_defaults_of_the_cdk(tmp_path):
    (trail,) = read_config(written(tmp_path, cdk_trail(), "stack.template.json"))
    assert trail == Trail(
        "Trail022F0CF2", is_multi_region=True, log_file_validation=True, selectors=None, bucket=LogBucket()
    )
    assert trail.assumed == (
        "its bucket is nobody else's: S3BucketName is known only when it is applied (TrailS3B5B7C5F0)",
    )


def everything_of_s3(partition: Any) -> dict[str, Any]:
    arn = {"Fn::Join": ["", ["arn:", partition, ":s3:::"]]}
    return {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": [arn]}]}]}


@pytest.mark.parametrize(
    ("region", "partition", "is_assumed"),
    [(None, "aws", True), ("eu-west-1", "aws", False), ("cn-north-1", "aws-cn", False)],
)
def test_the_partition_is_that_of_the_region(tmp_path, region, partition, is_assumed):
    path = written(tmp_path, cdk_trail(**everything_of_s3({"Ref": "AWS::Partition"})), "stack.template.json")
    given = {} if region is None else {"AWS::Region": region}
    (trail,) = read_config(path, Given(given))
    assert trail.selectors[0].data_resources[0].values == (f"arn:{partition}:s3:::",)
    # The CDK leaves it unset, and CloudFormation's default is true.
    assert trail.selectors[0].include_management_events is True
    assert any("partition" in text for text in trail.assumed) == is_assumed


def test_what_is_not_known_may_match(tmp_path):
    trail = one(
        tmp_path,
        """
        Claims: {Type: "AWS::S3::Bucket"}
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties:
            IsLogging: true
            S3BucketName: amzn-s3-demo-logs
            EventSelectors:
              - ReadWriteType: !ImportValue Kind
                DataResources: [{Type: "AWS::S3::Object", Values: [!Sub "${Claims.Arn}/"]}]
        """,
    )
    (selector,) = trail.selectors
    assert selector.read_write_type is UNKNOWN
    assert selector.data_resources[0].values == (UNKNOWN,)
    assert trail.assumed == ("selectors may match what they name only when they are applied (import Kind, Claims.Arn)",)


@pytest.mark.parametrize(
    ("attribute", "default", "said"),
    [
        ("IsMultiRegionTrail", False, "a single-Region trail"),
        ("IsOrganizationTrail", False, "no organization trail"),
        ("IncludeGlobalServiceEvents", True, "global service events are included"),
        ("EnableLogFileValidation", False, "log file validation is off"),
        ("AggregationConfigurations", False, "data events are not aggregated"),
    ],
)
def test_attributes_that_are_not_known_are_said(tmp_path, attribute, default, said):
    trail = one(
        tmp_path,
        f"""
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties: {{IsLogging: true, S3BucketName: amzn-s3-demo-logs, {attribute}: !ImportValue Later}}
        """,
    )
    names = {
        "IsMultiRegionTrail": "is_multi_region",
        "IsOrganizationTrail": "is_organization",
        "IncludeGlobalServiceEvents": "include_global_service_events",
        "EnableLogFileValidation": "log_file_validation",
        "AggregationConfigurations": "aggregates_data",
    }
    assert getattr(trail, names[attribute]) is default
    assert trail.assumed == (f"{said}: {attribute} is known only when it is applied (import Later)",)


PARAMETRIZED = """
Parameters:
  Reads: {Type: String, Default: All, AllowedValues: [All, ReadOnly, WriteOnly]}
  Bucket: {Type: String}
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: !Ref Bucket
      EventSelectors: [{ReadWriteType: !Ref Reads}]
"""


def test_parameters(tmp_path):
    path = written(tmp_path, PARAMETRIZED)
    (plain,) = read_config(path)
    assert (plain.selectors[0].read_write_type, plain.bucket.name) == (ReadWriteType.ALL, None)
    (given,) = read_config(path, Given({"Reads": "WriteOnly", "Bucket": "amzn-s3-demo-logs"}))
    assert (given.selectors[0].read_write_type, given.bucket.name) == (ReadWriteType.WRITE_ONLY, "amzn-s3-demo-logs")


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({"Read": "All"}, 'no template has a parameter "Read" — did you mean "Reads"?'),
        ({"Reads": "Some"}, "Reads"),
    ],
)
def test_parameters_that_are_wrong(tmp_path, parameters, what):
    with pytest.raises(BadInputError) as caught:
        read_config(written(tmp_path, PARAMETRIZED), Given(parameters))
    assert what in str(caught.value)


def test_a_parameter_goes_to_the_templates_that_have_it(tmp_path):
    written(tmp_path, PARAMETRIZED, "a.yaml")
    written(tmp_path, template('Lake: {Type: "AWS::CloudTrail::EventDataStore", Properties: {Name: lake}}'), "b.yaml")
    trail, store = read_config(tmp_path, Given({"Bucket": "amzn-s3-demo-logs"}))
    assert (trail.bucket.name, store.name) == ("amzn-s3-demo-logs", "lake")


def test_a_bucket_of_another_place_and_a_group_of_another_template(tmp_path):
    trail = one(
        tmp_path,
        """
        Trail:
          Type: AWS::CloudTrail::Trail
          Properties:
            IsLogging: true
            S3BucketName: amzn-s3-demo-central
            CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"
        """,
        **PLACE,
    )
    assert trail.bucket == LogBucket("amzn-s3-demo-central")
    assert trail.cloudwatch_logs == CloudWatchLogs(None)


def test_an_old_single_transition_and_days_as_text(tmp_path):
    trail = one(
        tmp_path,
        """
        Bucket:
          Type: AWS::S3::Bucket
          Properties:
            LifecycleConfiguration:
              Rules: [{Status: Enabled, Transition: {StorageClass: glacier, TransitionInDays: "7"}}]
        Trail: {Type: "AWS::CloudTrail::Trail", Properties: {IsLogging: true, S3BucketName: !Ref Bucket}}
        """,
    )
    assert trail.bucket.lifecycle == (LifecycleRule(7, "GLACIER"),)


def test_a_template_without_a_trail_says_so(tmp_path):
    path = written(tmp_path, template('Bucket: {Type: "AWS::S3::Bucket", Properties: {BucketName: AWS--CloudTrail}}'))
    found = read_configuration(path)
    assert found.recorders == ()
    (note,) = found.set_aside
    assert note.what == "is a CloudFormation template that declares no trail"


def test_a_template_that_only_mentions_trails_declares_none(tmp_path):
    """As rules of AWS Config and policies do: the type, the service and its actions, and no trail."""
    path = written(
        tmp_path,
        template(
            """
            Rule:
              Type: AWS::Config::ConfigRule
              Properties:
                Scope: {ComplianceResourceTypes: ["AWS::CloudTrail::Trail"]}
                Source: {Owner: AWS, SourceIdentifier: CLOUD_TRAIL_ENABLED}
            Alarm:
              Type: AWS::Events::Rule
              Properties: {EventPattern: {source: [aws.cloudtrail], detail: {eventSource: [cloudtrail.amazonaws.com]}}}
            """
        ),
    )
    found = read_configuration(path)
    assert found.recorders == ()
    assert [note.what for note in found.set_aside] == ["is a CloudFormation template that declares no trail"]


@pytest.mark.parametrize(
    ("properties", "line", "what"),
    [
        ("IsMultiRegionTrail: perhaps", 6, 'must be true or false, not "perhaps"'),
        ("EventSelectors: [{ReadWriteType: Some}]", 6, "is no ReadWriteType"),
        ("EventSelectors: all", 6, "must be a list"),
        (
            "AdvancedEventSelectors: [{FieldSelectors: [{Field: eventname, Equals: [x]}]}]",
            6,
            'did you mean "eventName"?',
        ),
    ],
)
def test_faults_are_told_with_their_line(tmp_path, properties, line, what):
    text = template(f"Trail:\n  Type: AWS::CloudTrail::Trail\n  Properties:\n    {properties}\n")
    path = written(tmp_path, text)
    with pytest.raises(BadInputError) as caught:
        read_config(path)
    (problem,) = caught.value.problems
    assert problem.where.line == line
    assert what in str(problem)


def assembly(folder: Path, **environments: str) -> Path:
    """A cloud assembly of one stack in each environment."""
    artifacts = {}
    for name, environment in environments.items():
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
        }
        written(folder, cdk_trail(**everything_of_s3({"Ref": "AWS::Partition"})), f"{name}.template.json")
    written(folder, json.dumps({"version": "36.0.0", "artifacts": artifacts}), "manifest.json")
    written(folder, "{}", "tree.json")
    return folder


def test_what_decides_what_is_recorded_and_is_known_later_is_left_open(tmp_path):
    text = """\
Parameters: {On: {Type: String}, Kind: {Type: String}}
Conditions: {Wanted: !Equals [!Ref On, "true"]}
Resources:
  T:
    Type: AWS::CloudTrail::Trail
    Condition: Wanted
    Properties:
      TrailName: audit
      S3BucketName: logs
      IsLogging: !Ref On
      IsMultiRegionTrail: !Ref On
      IsOrganizationTrail: !Ref On
      IncludeGlobalServiceEvents: !Ref On
      EnableLogFileValidation: !Ref On
      InsightSelectors: [{InsightType: !Ref Kind}]
  S:
    Type: AWS::CloudTrail::EventDataStore
    Properties: {Name: lake, IngestionEnabled: !Ref On, MultiRegionEnabled: !Ref On, OrganizationEnabled: !Ref On}
"""
    path = written(tmp_path, text)
    trail, store = read_config(path)
    recorded = ["include_global_service_events", "is_multi_region", "is_organization", IS_RUNNING]
    assert sorted({name for name, _ in trail.undecided}) == sorted([*recorded, "insights"])
    # It may be stopped, and it may not be there: both are said.
    assert [name for name, _ in trail.undecided].count(IS_RUNNING) == 2
    assert {words for _, words in trail.undecided} < set(trail.assumed)
    assert sorted(name for name, _ in store.undecided) == sorted(["is_multi_region", "is_organization", IS_RUNNING])
    assert [one.undecided for one in read_config(path, Given(parameters={"On": "true"}))][1] == ()


def test_a_cdk_assembly(tmp_path):
    folder = assembly(
        tmp_path / "cdk.out", audit="aws://111122223333/cn-north-1", other="aws://unknown-account/unknown-region"
    )
    audit, other = read_config(folder)
    assert (audit.account, audit.home_region) == ("111122223333", "cn-north-1")
    assert audit.selectors[0].data_resources[0].values == ("arn:aws-cn:s3:::",)
    assert (other.account, other.home_region) == (None, None)


def test_a_format_can_be_said(tmp_path):
    path = written(tmp_path, PARAMETRIZED)
    with pytest.raises(BadInputError, match="read as aws-api"):
        read_config(path, Given(form="aws-api"))
    assert len(read_config(path, Given(form="cloudformation"))) == 1


@pytest.mark.real_data
@pytest.mark.parametrize("kind", ["cdk", "cfn"])
def test_every_real_template_is_read_or_told_why_not(real_data, kind):
    refused, recorders, without = [], [], []
    for path in sorted((real_data / "configs" / kind).iterdir()):
        try:
            found = read_configuration(path)
        except BadInputError as error:
            refused.append((path.name, error))
            continue
        recorders += found.recorders
        if not found.recorders:
            without.append(path.name)
            assert found.set_aside
    assert len(refused) == (kind == "cfn")
    assert len(without) <= 1
    assert len(recorders) >= (6 if kind == "cdk" else 36)
    assert all(isinstance(recorder, Recorder) for recorder in recorders)
