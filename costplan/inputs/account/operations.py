"""All that is ever asked of a live account: each operation only describes, gets or lists.

The IAM policy is made from this list, and the clients refuse whatever is not on it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of AWS's API.

    service: its name in the SDK.
    action: what IAM calls the right to it; for S3 that is not always the operation's name.
    """

    service: str
    name: str
    action: str

    @property
    def command(self) -> str:
        """The command of the AWS CLI.

        >>> Operation("cloudtrail", "GetTrailStatus", "cloudtrail:GetTrailStatus").command
        'get-trail-status'
        """
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.name).lower()


def _operation(service: str, name: str, action: str | None = None) -> Operation:
    return Operation(service, name, f"{service}:{action or name}")


GET_CALLER_IDENTITY = _operation("sts", "GetCallerIdentity")
LIST_REGIONS = _operation("account", "ListRegions")
DESCRIBE_REGIONS = _operation("ec2", "DescribeRegions")

DESCRIBE_TRAILS = _operation("cloudtrail", "DescribeTrails")
GET_TRAIL_STATUS = _operation("cloudtrail", "GetTrailStatus")
GET_EVENT_SELECTORS = _operation("cloudtrail", "GetEventSelectors")
GET_INSIGHT_SELECTORS = _operation("cloudtrail", "GetInsightSelectors")
GET_EVENT_CONFIGURATION = _operation("cloudtrail", "GetEventConfiguration")
LIST_EVENT_DATA_STORES = _operation("cloudtrail", "ListEventDataStores")
GET_EVENT_DATA_STORE = _operation("cloudtrail", "GetEventDataStore")
LIST_CHANNELS = _operation("cloudtrail", "ListChannels")
GET_CHANNEL = _operation("cloudtrail", "GetChannel")

GET_BUCKET_LOCATION = _operation("s3", "GetBucketLocation")
GET_BUCKET_LIFECYCLE = _operation("s3", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration")
GET_BUCKET_VERSIONING = _operation("s3", "GetBucketVersioning")
DESCRIBE_LOG_GROUPS = _operation("logs", "DescribeLogGroups")
DESCRIBE_KEY = _operation("kms", "DescribeKey")

LOOKUP_EVENTS = _operation("cloudtrail", "LookupEvents")

LIST_METRICS = _operation("cloudwatch", "ListMetrics")
GET_METRIC_DATA = _operation("cloudwatch", "GetMetricData")
LIST_BUCKETS = _operation("s3", "ListBuckets", "ListAllMyBuckets")
LIST_BUCKET_METRICS = _operation("s3", "ListBucketMetricsConfigurations", "GetMetricsConfiguration")
LIST_FUNCTIONS = _operation("lambda", "ListFunctions")
LIST_TABLES = _operation("dynamodb", "ListTables")
LIST_TOPICS = _operation("sns", "ListTopics")
LIST_QUEUES = _operation("sqs", "ListQueues")
LIST_STREAMS = _operation("kinesis", "ListStreams")
LIST_STATE_MACHINES = Operation("stepfunctions", "ListStateMachines", "states:ListStateMachines")

DESCRIBE_ORGANIZATION = _operation("organizations", "DescribeOrganization")
LIST_ACCOUNTS = _operation("organizations", "ListAccounts")
ASSUME_ROLE = _operation("sts", "AssumeRole")

GET_PRODUCTS = _operation("pricing", "GetProducts")
LIST_PRICE_LISTS = _operation("pricing", "ListPriceLists")
GET_PRICE_LIST_FILE_URL = _operation("pricing", "GetPriceListFileUrl")

IN_ONE_ACCOUNT = {
    "FindAccountAndRegions": (GET_CALLER_IDENTITY, LIST_REGIONS, DESCRIBE_REGIONS),
    "ReadTrailsAndEventDataStores": (
        DESCRIBE_TRAILS,
        GET_TRAIL_STATUS,
        GET_EVENT_SELECTORS,
        GET_INSIGHT_SELECTORS,
        GET_EVENT_CONFIGURATION,
        LIST_EVENT_DATA_STORES,
        GET_EVENT_DATA_STORE,
        LIST_CHANNELS,
        GET_CHANNEL,
    ),
    "ReadWhereTrailsDeliver": (
        GET_BUCKET_LOCATION,
        GET_BUCKET_LIFECYCLE,
        GET_BUCKET_VERSIONING,
        DESCRIBE_LOG_GROUPS,
        DESCRIBE_KEY,
    ),
}
"""What is asked of every account, by the name of its statement in the policy."""

OF_EVENT_HISTORY = {
    "FindAccountAndRegions": IN_ONE_ACCOUNT["FindAccountAndRegions"],
    "ReadEventHistory": (LOOKUP_EVENTS,),
}
"""What is asked of an account whose event history is read."""

OF_METRICS = {
    "s3": (LIST_BUCKETS, GET_BUCKET_LOCATION, LIST_BUCKET_METRICS),
    "lambda": (LIST_FUNCTIONS,),
    "dynamodb": (LIST_TABLES,),
    "sns": (LIST_TOPICS,),
    "sqs": (LIST_QUEUES,),
    "kinesis": (LIST_STREAMS,),
    "stepfunctions": (LIST_STATE_MACHINES,),
}
"""What is asked of an account about what has metrics, by the service whose metrics are read."""

READING_METRICS = (LIST_METRICS, GET_METRIC_DATA)

OF_AN_ORGANIZATION = (DESCRIBE_ORGANIZATION, LIST_ACCOUNTS)

OF_PRICE_LISTS = (GET_PRODUCTS, LIST_PRICE_LISTS, GET_PRICE_LIST_FILE_URL)
"""What is asked for list prices, which are the same for every account."""

OPERATIONS = frozenset(
    {(one.service, one.name) for some in IN_ONE_ACCOUNT.values() for one in some}
    | {(one.service, one.name) for one in (*OF_AN_ORGANIZATION, ASSUME_ROLE, LOOKUP_EVENTS)}
    | {(one.service, one.name) for one in (*OF_PRICE_LISTS, *READING_METRICS)}
    | {(one.service, one.name) for some in OF_METRICS.values() for one in some}
)
"""Service and name of every operation."""
