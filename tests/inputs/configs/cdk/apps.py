"""Small apps of the AWS CDK, synthesized by ``python -m tests.inputs.configs.cdk.apps FOLDER``: one assembly an app.

It runs in a process of its own, since jsii warns when it is imported and starts Node.  The tests never import it.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from aws_cdk import App, Duration, Environment, PhysicalName, RemovalPolicy, Stack, Stage
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

IRELAND = Environment(account="111122223333", region="eu-west-1")
OREGON = Environment(account="111122223333", region="us-west-2")
OTHER_ACCOUNT = Environment(account="444455556666", region="eu-west-1")
Events = cloudtrail.ReadWriteType


def defaults(app: App) -> None:
    cloudtrail.Trail(Stack(app, "Audit", env=IRELAND), "Trail")


def options(app: App) -> None:
    """What a trail's properties say, and everything that belongs to it."""
    stack = Stack(app, "Audit", env=IRELAND)
    cloudtrail.Trail(
        stack,
        "Plain",
        trail_name="plain",
        is_multi_region_trail=False,
        include_global_service_events=False,
        enable_file_validation=False,
        s3_key_prefix="audit",
        insight_types=[cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE],
        send_to_cloud_watch_logs=True,
    )
    bucket = s3.Bucket(
        stack,
        "Logs",
        bucket_name="amzn-s3-demo-logs",
        removal_policy=RemovalPolicy.RETAIN,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=Duration.days(400),
                transitions=[
                    s3.Transition(storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=Duration.days(30)),
                    s3.Transition(storage_class=s3.StorageClass.GLACIER, transition_after=Duration.days(90)),
                ],
            ),
            s3.LifecycleRule(enabled=False, expiration=Duration.days(1)),
        ],
    )
    cloudtrail.Trail(
        stack,
        "Whole",
        trail_name="whole",
        bucket=bucket,
        encryption_key=kms.Key(stack, "Key"),
        sns_topic=sns.Topic(stack, "Topic"),
        send_to_cloud_watch_logs=True,
        cloud_watch_logs_retention=logs.RetentionDays.ONE_MONTH,
    )
    cloudtrail.Trail(
        stack,
        "Endless",
        trail_name="endless",
        bucket=bucket,
        send_to_cloud_watch_logs=True,
        cloud_watch_log_group=logs.LogGroup(stack, "Group", retention=logs.RetentionDays.INFINITE),
    )
    cloudtrail.Trail(
        stack,
        "Organization",
        trail_name="organization",
        bucket=s3.Bucket.from_bucket_name(stack, "Central", "amzn-s3-demo-central"),
        is_organization_trail=True,
        org_id="o-exampleorgid",
    )


def selectors(app: App) -> None:
    """Every way in which a trail is given event selectors; one bucket for all."""
    stack = Stack(app, "Audit", env=IRELAND)
    logged = s3.Bucket.from_bucket_name(stack, "Logs", "amzn-s3-demo-logs")
    claims = s3.Bucket.from_bucket_name(stack, "Claims", "amzn-s3-demo-claims")
    lake = s3.Bucket(stack, "Lake", bucket_name="amzn-s3-demo-lake")
    nameless = s3.Bucket(stack, "Nameless")
    etl = functions.Function.from_function_arn(stack, "Etl", "arn:aws:lambda:eu-west-1:111122223333:function:etl")

    def trail(name: str, events: Events | None = None) -> cloudtrail.Trail:
        return cloudtrail.Trail(stack, name, trail_name=name, bucket=logged, management_events=events)

    trail("all", Events.ALL)
    trail("write-only", Events.WRITE_ONLY)
    trail("none", Events.NONE).log_all_s3_data_events()
    trail("all-functions", Events.NONE).log_all_lambda_data_events(read_write_type=Events.WRITE_ONLY)
    trail("twice", Events.WRITE_ONLY).log_all_s3_data_events(read_write_type=Events.READ_ONLY)
    trail("once", Events.WRITE_ONLY).log_all_s3_data_events(include_management_events=False)
    trail("functions").add_lambda_event_selector(
        [etl], exclude_management_event_sources=[cloudtrail.ManagementEventSources.KMS]
    )
    trail("objects").add_s3_event_selector(
        [
            cloudtrail.S3EventSelector(bucket=claims, object_prefix="2026/"),
            cloudtrail.S3EventSelector(bucket=claims),
            cloudtrail.S3EventSelector(bucket=lake),
        ],
        include_management_events=False,
    )
    trail("later", Events.NONE).add_s3_event_selector([cloudtrail.S3EventSelector(bucket=nameless)])


def low_level(app: App) -> None:
    """Resources as CloudFormation has them: the only way to advanced event selectors, and to event data stores."""
    stack = Stack(app, "Audit", env=IRELAND)
    field, advanced = (
        cloudtrail.CfnTrail.AdvancedFieldSelectorProperty,
        cloudtrail.CfnTrail.AdvancedEventSelectorProperty,
    )
    cloudtrail.CfnTrail(
        stack,
        "Trail",
        is_logging=False,
        s3_bucket_name="amzn-s3-demo-logs",
        trail_name="advanced",
        advanced_event_selectors=[
            advanced(
                name="writes",
                field_selectors=[
                    field(field="eventCategory", equal_to=["Data"]),
                    field(field="resources.type", equal_to=["AWS::S3::Object"]),
                    field(field="readOnly", equal_to=["false"]),
                    field(field="resources.ARN", not_starts_with=["arn:aws:s3:::amzn-s3-demo-logs/"]),
                ],
            ),
            advanced(field_selectors=[field(field="eventCategory", equal_to=["Management"])]),
        ],
        insight_selectors=[
            cloudtrail.CfnTrail.InsightSelectorProperty(
                insight_type="ApiErrorRateInsight", event_categories=["Management", "Data"]
            )
        ],
    )
    cloudtrail.CfnTrail(stack, "Least", is_logging=True, s3_bucket_name="amzn-s3-demo-logs", trail_name="least")
    of_store = cloudtrail.CfnEventDataStore
    cloudtrail.CfnEventDataStore(
        stack,
        "Store",
        name="lake",
        multi_region_enabled=False,
        organization_enabled=True,
        retention_period=400,
        billing_mode="FIXED_RETENTION_PRICING",
        ingestion_enabled=False,
        advanced_event_selectors=[
            of_store.AdvancedEventSelectorProperty(
                field_selectors=[
                    of_store.AdvancedFieldSelectorProperty(field="eventCategory", equal_to=["Data"]),
                    of_store.AdvancedFieldSelectorProperty(field="resources.type", equal_to=["AWS::Lambda::Function"]),
                ]
            )
        ],
    )
    cloudtrail.CfnEventDataStore(stack, "Nameless")


def places(app: App) -> None:
    """Stacks with and without an account and a Region, and a stage, whose assembly is nested."""
    for name, environment in (("Ireland", IRELAND), ("Oregon", OREGON), ("Anywhere", None)):
        cloudtrail.Trail(Stack(app, name, env=environment), "Trail", trail_name=name.lower()).log_all_s3_data_events()
    stage = Stage(app, "Production", env=OTHER_ACCOUNT)
    cloudtrail.Trail(Stack(stage, "Audit"), "Trail", trail_name="production")


def two_stacks(app: App) -> None:
    """Trails whose bucket another stack makes."""
    rules = [s3.LifecycleRule(expiration=Duration.days(30))]
    storage = Stack(app, "Storage", env=IRELAND)
    audit = Stack(app, "Audit", env=IRELAND)
    cloudtrail.CfnTrail(
        audit,
        "Beside",
        is_logging=True,
        trail_name="exported",
        s3_bucket_name=s3.Bucket(storage, "Logs", lifecycle_rules=rules).bucket_name,
    )
    cloudtrail.CfnTrail(
        audit,
        "Named",
        is_logging=True,
        trail_name="named",
        s3_bucket_name=s3.Bucket(
            storage, "NamedLogs", bucket_name="amzn-s3-demo-logs", lifecycle_rules=rules
        ).bucket_name,
    )
    archive = Stack(app, "Archive", env=OTHER_ACCOUNT)
    cloudtrail.Trail(
        audit,
        "Far",
        trail_name="far",
        bucket=s3.Bucket(archive, "Logs", bucket_name=PhysicalName.GENERATE_IF_NEEDED, lifecycle_rules=rules),
    )


def same(app: App) -> None:
    """The recorders that other formats write too, by low-level resources or by the construct; a stack for each."""

    def stack_with_logs(name: str) -> tuple[Stack, s3.IBucket]:
        stack = Stack(app, name, env=IRELAND)
        return stack, s3.Bucket.from_bucket_name(stack, "Logs", "amzn-s3-demo-logs")

    def low(name: str, **properties: object) -> None:
        given = {"is_logging": True, "s3_bucket_name": "amzn-s3-demo-logs", "trail_name": name} | properties
        cloudtrail.CfnTrail(Stack(app, name, env=IRELAND), "Trail", **given)

    def advanced(name: str | None, *fields: tuple[str, dict[str, list[str]]]) -> dict[str, object]:
        return {"name": name, "fieldSelectors": [{"field": field, **tests} for field, tests in fields]}

    low("plain")
    low(
        "advanced",
        is_multi_region_trail=True,
        advanced_event_selectors=[
            advanced(
                "all but KMS",
                ("eventCategory", {"equalTo": ["Management"]}),
                ("eventSource", {"notEquals": ["kms.amazonaws.com"]}),
            ),
            advanced(
                "writes",
                ("eventCategory", {"equalTo": ["Data"]}),
                ("resources.type", {"equalTo": ["AWS::S3::Object"]}),
                ("readOnly", {"equalTo": ["false"]}),
                ("resources.ARN", {"startsWith": ["arn:aws:s3:::amzn-s3-demo-claims/"], "notEndsWith": [".tmp"]}),
            ),
        ],
    )
    low("off", is_logging=False, is_multi_region_trail=True, is_organization_trail=True)

    stack = Stack(app, "whole", env=IRELAND)
    whole = cloudtrail.Trail(
        stack,
        "Trail",
        trail_name="whole",
        bucket=s3.Bucket(
            stack,
            "Logs",
            bucket_name="amzn-s3-demo-logs",
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(400),
                    transitions=[
                        s3.Transition(storage_class=s3.StorageClass.GLACIER, transition_after=Duration.days(90))
                    ],
                )
            ],
        ),
        s3_key_prefix="audit",
        encryption_key=kms.Key(stack, "Key"),
        sns_topic=sns.Topic(stack, "Topic"),
        send_to_cloud_watch_logs=True,
        cloud_watch_logs_retention=logs.RetentionDays.ONE_MONTH,
        insight_types=[cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE],
    )
    whole.add_event_selector(
        cloudtrail.DataResourceType.S3_OBJECT,
        ["arn:aws:s3:::amzn-s3-demo-claims/"],
        read_write_type=Events.WRITE_ONLY,
        exclude_management_event_sources=[cloudtrail.ManagementEventSources.KMS],
    )

    stack, bucket = stack_with_logs("functions")
    cloudtrail.Trail(
        stack,
        "Trail",
        trail_name="functions",
        bucket=bucket,
        is_multi_region_trail=False,
        include_global_service_events=False,
        enable_file_validation=False,
        management_events=Events.NONE,
    ).log_all_lambda_data_events(include_management_events=False)

    cloudtrail.CfnEventDataStore(
        Stack(app, "lake", env=IRELAND),
        "Store",
        name="lake",
        billing_mode="FIXED_RETENTION_PRICING",
        retention_period=2557,
        multi_region_enabled=False,
        advanced_event_selectors=[
            advanced(None, ("eventCategory", {"equalTo": ["Management"]}), ("readOnly", {"equalTo": ["false"]}))
        ],
    )


APPS: tuple[Callable[[App], None], ...] = (defaults, options, selectors, low_level, places, two_stacks, same)


def synthesize(folder: Path) -> None:
    """Write the assembly of each app into a folder of its name."""
    for write in APPS:
        app = App(outdir=str(folder / write.__name__ / "cdk.out"), analytics_reporting=False)
        write(app)
        app.synth()


if __name__ == "__main__":
    synthesize(Path(sys.argv[1]))
