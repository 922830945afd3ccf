"""The words of the table of metrics, and what all metrics of a service have in common."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from costplan.model.unknown import UNKNOWN, Flag, Text

MOST_KEYS_PER_DELETE = 1000
"""Objects that one DeleteObjects request can name (Amazon S3 API reference)."""

ONE = Fraction(1)


class MetricService(StrEnum):
    """What is measured, by the name that ``--service`` takes."""

    S3 = "s3"
    LAMBDA = "lambda"
    DYNAMODB = "dynamodb"
    SNS = "sns"
    SQS = "sqs"
    KINESIS = "kinesis"
    STEP_FUNCTIONS = "stepfunctions"


class Bound(StrEnum):
    """How a metric's count relates to the number of events."""

    EXACT = "exact"
    AT_MOST = "at most"
    AT_LEAST = "at least"
    OF_SUCCESSES = "at most, of successes"
    """No metric counts the calls that failed, though those are events too."""
    ON_TOP = "on top"
    """Not counted, but the high end is higher by so much."""
    LESS = "less"
    """Not counted, but the low end is lower by so much."""
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class MetricMapping:
    """One metric of CloudWatch, and the events that it counts.

    statistic: what of the metric is summed up over an hour or a day.
    dimensions: exactly these; the first names the resource, if there is any.
    row: the events of a resource that are counted together; ``{}`` is the value of the dimension ``Operation``.
    event_name: ``None`` is the value of the dimension ``Operation``.
    low, point, high: events for each one that the metric counts.
    instead_of: read only where none of these metrics has anything.
    pitfall: what the factors come from, in words.
    rules: the numbered rules behind it.
    """

    service: MetricService
    namespace: str
    metric: str
    statistic: str
    dimensions: tuple[str, ...]
    row: str
    bound: Bound
    pitfall: str
    rules: tuple[str, ...]
    low: Fraction = ONE
    point: Fraction = ONE
    high: Fraction = ONE
    event_name: Text | None = UNKNOWN
    read_only: Flag = UNKNOWN
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What all metrics of a service have in common.

    arn: of a resource, by its name.
    names: the only event names that the metrics count; empty where they count all that matter.
    uncounted: the failed calls that no metric counts, as words behind "failed calls on"; empty where there are none.
    """

    resource_type: str
    event_source: str
    arn: str
    noun: str
    names: tuple[str, ...] = ()
    uncounted: str = ""


FACTS = {
    MetricService.S3: ServiceFacts("AWS::S3::Object", "s3.amazonaws.com", "arn:{partition}:s3:::{name}", "bucket"),
    MetricService.LAMBDA: ServiceFacts(
        "AWS::Lambda::Function",
        "lambda.amazonaws.com",
        "arn:{partition}:lambda:{region}:{account}:function:{name}",
        "function",
        uncounted="functions (but throttled ones)",
    ),
    MetricService.DYNAMODB: ServiceFacts(
        "AWS::DynamoDB::Table",
        "dynamodb.amazonaws.com",
        "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        "table",
    ),
    MetricService.SNS: ServiceFacts(
        "AWS::SNS::Topic",
        "sns.amazonaws.com",
        "arn:{partition}:sns:{region}:{account}:{name}",
        "topic",
        uncounted="topics",
    ),
    MetricService.SQS: ServiceFacts(
        "AWS::SQS::Queue",
        "sqs.amazonaws.com",
        "arn:{partition}:sqs:{region}:{account}:{name}",
        "queue",
        ("SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch"),
        "queues",
    ),
    MetricService.KINESIS: ServiceFacts(
        "AWS::Kinesis::Stream",
        "kinesis.amazonaws.com",
        "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
        "stream",
        ("PutRecord", "PutRecords", "GetRecords"),
    ),
    MetricService.STEP_FUNCTIONS: ServiceFacts(
        "AWS::StepFunctions::StateMachine",
        "states.amazonaws.com",
        "{name}",
        "state machine",
        ("StartSyncExecution",),
        "state machines",
    ),
}

STREAM_TYPE = "AWS::DynamoDB::Stream"
REQUESTS, LENS = "AWS/S3", "AWS/S3/Storage-Lens"
ALL_REQUESTS = "AllRequests"
LENS_BUCKET = "bucket_name"
OPERATION = "Operation"
TABLE = ("TableName", OPERATION)

READ, WRITE, DELETE = "read", "write", "delete"

# How many tables one call can name; a batch is one event, and may be counted once for each table (R31).
BATCHES = {
    "BatchGetItem": 100,
    "BatchWriteItem": 25,
    "TransactGetItems": 100,
    "TransactWriteItems": 100,
    "BatchExecuteStatement": 25,
    "ExecuteTransaction": 100,
}
_STREAM_READS = frozenset({"GetRecords", "GetShardIterator"})
_READS = _STREAM_READS | {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "SearchVectors"}
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
OPERATIONS_OF_TABLES = tuple(sorted((_READS | _WRITES | BATCHES.keys() | {"ExecuteStatement"}) - _STREAM_READS))


def is_reading(operation: str) -> Flag:
    """Return whether an operation of DynamoDB only reads; statements may do either.

    >>> is_reading("Query"), is_reading("PutItem"), is_reading("ExecuteStatement")
    (True, False, UNKNOWN)
    """
    return True if operation in _READS else False if operation in _WRITES else UNKNOWN
