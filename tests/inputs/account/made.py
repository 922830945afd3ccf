"""An account with two trails and one event data store, made through the SDK as far as moto serves it."""

from typing import Any

import boto3

from tests.inputs.account.front import Asked, Failure, Patch, Play, Scene

ACCOUNT = "123456789012"
HOME, OTHER = "eu-west-1", "us-east-1"
LOGS, PLAIN = "amzn-s3-demo-trail-logs", "amzn-s3-demo-plain-logs"
LOG_GROUP = "CloudTrail/audit"
LOG_GROUP_ARN = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:{LOG_GROUP}:*"
AUDIT = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/audit"
LOCAL = f"arn:aws:cloudtrail:{OTHER}:{ACCOUNT}:trail/local"
STORE = f"arn:aws:cloudtrail:{OTHER}:{ACCOUNT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
OLD_STORE = f"arn:aws:cloudtrail:{OTHER}:{ACCOUNT}:eventdatastore/EXAMPLE-0000-4e8f-8bd1-bcf6cEXAMPLE"
CHANNEL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:channel/aws-service-channel/security-lake/default"
OWN_CHANNEL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE"

WRITES = [
    {"Name": "management", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    {
        "Name": "object writes",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {"Field": "readOnly", "Equals": ["false"]},
        ],
    },
]
FUNCTIONS = [
    {
        "ReadWriteType": "WriteOnly",
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}],
        "ExcludeManagementEventSources": [],
    }
]
DATA_OF_A_STORE = [{"Name": "management", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]


def always(answer: dict[str, Any] | Failure) -> Play:
    return lambda _: answer


def in_region(region: str, answer: dict[str, Any], elsewhere: dict[str, Any]) -> Play:
    return lambda asked: answer if asked.region == region else elsewhere


def by_parameter(name: str, answers: dict[str, dict[str, Any] | Failure]) -> Play:
    return lambda asked: answers.get(asked.parameters.get(name, ""), Failure("TrailNotFoundException"))


def listed_regions(*regions: str) -> dict[str, Any]:
    return {"Regions": [{"RegionName": one, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for one in regions]}


def event_configuration(asked: Asked) -> dict[str, Any]:
    store = asked.parameters.get("EventDataStore")
    if store:
        return {"EventDataStoreArn": store, "MaxEventSize": "Standard", "ContextKeySelectors": []}
    return {"TrailARN": asked.parameters["TrailName"], "AggregationConfigurations": []}


def quiet_plays() -> dict[str, Play]:
    """What moto does not serve, where there is nothing."""
    return {
        "ListRegions": always(listed_regions(OTHER, HOME)),
        "GetEventConfiguration": event_configuration,
        "ListEventDataStores": always({"EventDataStores": []}),
        "ListChannels": always({"Channels": []}),
    }


def two_pages_of_stores(asked: Asked) -> dict[str, Any]:
    if asked.region != OTHER:
        return {"EventDataStores": []}
    if asked.parameters.get("NextToken") == "page-2":
        return {"EventDataStores": [{"EventDataStoreArn": OLD_STORE, "Name": "old"}]}
    return {"EventDataStores": [{"EventDataStoreArn": STORE, "Name": "lake"}], "NextToken": "page-2"}


def lake_plays() -> dict[str, Play]:
    """Two event data stores, listed in two pages, of which one is about to be deleted; and a channel of a service's."""
    store = {
        "EventDataStoreArn": STORE,
        "Name": "lake",
        "Status": "ENABLED",
        "AdvancedEventSelectors": DATA_OF_A_STORE,
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "BillingMode": "EXTENDABLE_RETENTION_PRICING",
        "RetentionPeriod": 366,
        "CreatedTimestamp": 1790000000.5,
    }
    old = {**store, "EventDataStoreArn": OLD_STORE, "Name": "old", "Status": "PENDING_DELETION"}
    channels = {
        "Channels": [
            {"ChannelArn": CHANNEL, "Name": "aws-service-channel/security-lake/default"},
            {"ChannelArn": OWN_CHANNEL, "Name": "partner"},
        ]
    }
    source = {"ApplyToAllRegions": True, "AdvancedEventSelectors": DATA_OF_A_STORE}
    channel = {
        "ChannelArn": CHANNEL,
        "Name": "aws-service-channel/security-lake/default",
        "Source": "CloudTrail",
        "SourceConfig": source,
        "Destinations": [{"Type": "AWS_SERVICE", "Location": "security-lake"}],
    }
    return {
        "ListEventDataStores": two_pages_of_stores,
        "GetEventDataStore": by_parameter("EventDataStore", {STORE: store, OLD_STORE: old}),
        "ListChannels": in_region(HOME, channels, {"Channels": []}),
        "GetChannel": by_parameter("Channel", {CHANNEL: channel}),
        "GetInsightSelectors": by_parameter(
            "TrailName",
            {
                "": Failure("InsightNotEnabledException"),
                AUDIT: {"TrailARN": AUDIT, "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]},
            },
        ),
    }


def says_what_audit_has(answer: dict[str, Any], _: Asked) -> dict[str, Any]:
    """Correct what moto never says: that a trail has selectors of its own, and Insights."""
    for trail in answer["trailList"]:
        trail["HasCustomEventSelectors"] = True
        trail["HasInsightSelectors"] = trail["Name"] == "audit"
        trail["RecursiveLogging"] = True
    return answer


PATCHES: dict[str, Patch] = {"DescribeTrails": says_what_audit_has}


def make_account(scene: Scene) -> str:
    """Make the trails, with where they deliver; return the ARN of the key that encrypts the first one's files."""
    s3 = boto3.client("s3", region_name=HOME)
    s3.create_bucket(Bucket=LOGS, CreateBucketConfiguration={"LocationConstraint": HOME})
    rules = [{"ID": "keep a year", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}]
    s3.put_bucket_lifecycle_configuration(Bucket=LOGS, LifecycleConfiguration={"Rules": rules})
    s3.put_bucket_versioning(Bucket=LOGS, VersioningConfiguration={"Status": "Enabled"})
    boto3.client("s3", region_name=OTHER).create_bucket(Bucket=PLAIN)
    logs = boto3.client("logs", region_name=HOME)
    for name in (LOG_GROUP, f"{LOG_GROUP}-old"):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=30)
    key = str(boto3.client("kms", region_name=HOME).create_key()["KeyMetadata"]["Arn"])
    here, there = (boto3.client("cloudtrail", region_name=region) for region in (HOME, OTHER))
    here.create_trail(
        Name="audit",
        S3BucketName=LOGS,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        CloudWatchLogsLogGroupArn=LOG_GROUP_ARN,
        KmsKeyId=key,
    )
    here.put_event_selectors(TrailName="audit", AdvancedEventSelectors=WRITES)
    here.start_logging(Name="audit")
    there.create_trail(Name="local", S3BucketName=PLAIN)
    there.put_event_selectors(TrailName="local", EventSelectors=FUNCTIONS)
    scene.asked.clear()
    scene.plays |= lake_plays()
    scene.patches |= PATCHES
    return key
