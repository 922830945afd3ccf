"""What each metric says about data events: how many it stands for at least, about, and at most.

A metric's count, times three factors, adds to the low end, the point and the high end of one row of events.  What the
factors cannot say, because it depends on other counts, is beside them: see ``objects`` and ``calls``.  Sources: the
pages of each service on its metrics, and the section of CloudTrail's guide on data events.
"""

from fractions import Fraction

from costplan.inputs.volumes.metrics.facts import (
    ALL_REQUESTS,
    DELETE,
    LENS,
    LENS_BUCKET,
    MOST_KEYS_PER_DELETE,
    ONE,
    OPERATION,
    READ,
    REQUESTS,
    TABLE,
    WRITE,
    Bound,
    MetricMapping,
    MetricService,
)
from costplan.model.unknown import UNKNOWN, Flag, Text

_NONE = Fraction(0)
_TENTH = Fraction(1, 10)


def _of_objects(
    namespace: str,
    metric: str,
    row: str,
    bound: Bound,
    pitfall: str,
    rules: tuple[str, ...],
    factors: tuple[int, int, int] = (1, 1, 1),
) -> MetricMapping:
    is_lens = namespace == LENS
    low, point, high = map(Fraction, factors)
    return MetricMapping(
        MetricService.S3,
        namespace,
        metric,
        # A dashboard of Storage Lens gives one figure a day, of which this is the only valid statistic.
        "Average" if is_lens else "Sum",
        (LENS_BUCKET,) if is_lens else ("BucketName", "FilterId"),
        row,
        bound,
        pitfall,
        rules,
        low,
        point,
        high,
        read_only={READ: True, WRITE: False, DELETE: False}.get(row, UNKNOWN),
    )


_EVERY_ROW = ""
"""Of a metric that concerns all rows of a bucket."""

_ERRORS = "failed requests: most are events (AccessDenied too), failed authentication and endpoint denials may not be"
_MULTI = "one request to delete up to 1,000 keys counts once and makes an event for each key besides its own (N4)"


def _objects(namespace: str) -> tuple[MetricMapping, ...]:
    return (
        _of_objects(
            namespace,
            "GetRequests",
            READ,
            Bound.AT_MOST,
            "internal GETs of copies and replication, no events, are in it: at low less all measured buckets' PUTs",
            ("R48", "R111"),
        ),
        _of_objects(namespace, "HeadRequests", READ, Bound.EXACT, "HeadObject and HeadBucket", ("R47", "R48")),
        _of_objects(
            namespace,
            "ListRequests",
            READ,
            Bound.AT_MOST,
            "lists of objects, versions and parts; those of unfinished uploads are in it and may be no data events",
            ("R48",),
            (0, 1, 1),
        ),
        _of_objects(namespace, "SelectRequests", READ, Bound.EXACT, "SelectObjectContent", ("R48",)),
        _of_objects(
            namespace, "PutRequests", WRITE, Bound.EXACT, "puts, copies and parts of uploads", ("R42", "R48", "R111")
        ),
        _of_objects(
            namespace, "PostRequests", WRITE, Bound.EXACT, "uploads begun and completed, forms, restores", ("R48",)
        ),
        _of_objects(
            namespace, "DeleteRequests", DELETE, Bound.AT_LEAST, _MULTI, ("R48",), (1, 1, 1 + MOST_KEYS_PER_DELETE)
        ),
        _of_objects(namespace, "4xxErrors", _EVERY_ROW, Bound.LESS, _ERRORS, ("R54",), (-1, 0, 0)),
        _of_objects(namespace, "5xxErrors", _EVERY_ROW, Bound.LESS, _ERRORS, ("R54",), (-1, 0, 0)),
        _of_objects(
            namespace,
            ALL_REQUESTS,
            _EVERY_ROW,
            Bound.CHECK,
            "what it holds beyond the kinds above may be bucket calls (management) or events: on top at high",
            ("R47",),
            (0, 0, 0),
        ),
    )


def _mapping(
    service: MetricService,
    namespace: str,
    metric: str,
    dimensions: tuple[str, ...],
    row: str,
    bound: Bound,
    pitfall: str,
    rules: tuple[str, ...],
    factors: tuple[Fraction, Fraction, Fraction] = (ONE, ONE, ONE),
    *,
    statistic: str = "Sum",
    event_name: Text | None = UNKNOWN,
    read_only: Flag = UNKNOWN,
    instead_of: tuple[str, ...] = (),
) -> MetricMapping:
    return MetricMapping(
        service,
        namespace,
        metric,
        statistic,
        dimensions,
        row,
        bound,
        pitfall,
        rules,
        *factors,
        event_name=event_name,
        read_only=read_only,
        instead_of=instead_of,
    )


_ON_TOP = (_NONE, _NONE, ONE)
_BATCH_OF_TEN = "a batch of up to 10 messages is one event"
_PUTS = ("PutRecord.Success", "PutRecords.Success")

_FUNCTIONS = (
    _mapping(
        MetricService.LAMBDA,
        "AWS/Lambda",
        "Invocations",
        ("FunctionName",),
        "Invoke",
        Bound.OF_SUCCESSES,
        "an asynchronous call is one event and up to 3 executions",
        ("R87", "R111"),
        (Fraction(1, 3), ONE, ONE),
        event_name="Invoke",
        read_only=False,
    ),
    _mapping(
        MetricService.LAMBDA,
        "AWS/Lambda",
        "Throttles",
        ("FunctionName",),
        "Invoke",
        Bound.ON_TOP,
        "throttled calls are in no Invocations, and may be events",
        ("R87",),
        _ON_TOP,
        event_name="Invoke",
        read_only=False,
    ),
)
_TABLES = (
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "SuccessfulRequestLatency",
        TABLE,
        "{}",
        Bound.EXACT,
        "batches and transactions are one event, and may be counted for each table that they name",
        ("R31", "R48"),
        statistic="SampleCount",
        event_name=None,
    ),
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "SuccessfulRequestLatency",
        ("TableName", "StreamLabel", OPERATION),
        "stream {}",
        Bound.EXACT,
        "reads of a table's stream, which selectors of tables record too (S8, S9)",
        ("R48",),
        statistic="SampleCount",
        event_name=None,
    ),
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "SystemErrors",
        TABLE,
        "{}",
        Bound.ON_TOP,
        "calls that failed in DynamoDB",
        ("R48",),
        _ON_TOP,
        event_name=None,
    ),
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "ThrottledRequests",
        TABLE,
        "{}",
        Bound.ON_TOP,
        "calls beyond the provisioned throughput, which may be events",
        ("R48",),
        _ON_TOP,
        event_name=None,
    ),
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "ConditionalCheckFailedRequests",
        ("TableName",),
        "conditional",
        Bound.AT_MOST,
        "authorised writes that failed are events; one transaction may count several",
        ("R48",),
        (Fraction(1, 100), ONE, ONE),
        read_only=False,
    ),
    _mapping(
        MetricService.DYNAMODB,
        "AWS/DynamoDB",
        "UserErrors",
        (),
        "user errors",
        Bound.AT_MOST,
        "calls that were wrong, of the whole Region: nobody says of which table",
        ("R48",),
        (_NONE, ONE, ONE),
    ),
)
_MESSAGES = (
    _mapping(
        MetricService.SNS,
        "AWS/SNS",
        "NumberOfMessagesPublished",
        ("TopicName",),
        "Publish",
        Bound.OF_SUCCESSES,
        _BATCH_OF_TEN,
        ("R48",),
        (_TENTH, ONE, ONE),
        read_only=False,
    ),
    _mapping(
        MetricService.SQS,
        "AWS/SQS",
        "NumberOfMessagesSent",
        ("QueueName",),
        "Send",
        Bound.OF_SUCCESSES,
        _BATCH_OF_TEN,
        ("R48",),
        (_TENTH, ONE, ONE),
        read_only=False,
    ),
    _mapping(
        MetricService.SQS,
        "AWS/SQS",
        "NumberOfMessagesReceived",
        ("QueueName",),
        "ReceiveMessage",
        Bound.OF_SUCCESSES,
        "one call receives up to 10 messages",
        ("R48",),
        (_TENTH, ONE, ONE),
        event_name="ReceiveMessage",
    ),
    _mapping(
        MetricService.SQS,
        "AWS/SQS",
        "NumberOfEmptyReceives",
        ("QueueName",),
        "ReceiveMessage",
        Bound.EXACT,
        "receiving nothing is a call too",
        ("R48",),
        event_name="ReceiveMessage",
    ),
    _mapping(
        MetricService.SQS,
        "AWS/SQS",
        "NumberOfMessagesDeleted",
        ("QueueName",),
        "Delete",
        Bound.OF_SUCCESSES,
        _BATCH_OF_TEN,
        ("R48",),
        (_TENTH, ONE, ONE),
        read_only=False,
    ),
)
_STREAMS = (
    *(
        _mapping(
            MetricService.KINESIS,
            "AWS/Kinesis",
            f"{name}.Success",
            ("StreamName",),
            name,
            Bound.EXACT,
            "one sample for each call, whether it succeeded or not",
            ("R48",),
            statistic="SampleCount",
            event_name=name,
            read_only=name == "GetRecords",
        )
        for name in ("PutRecord", "PutRecords", "GetRecords")
    ),
    _mapping(
        MetricService.KINESIS,
        "AWS/Kinesis",
        "IncomingRecords",
        ("StreamName",),
        "Put",
        Bound.OF_SUCCESSES,
        "only where the calls themselves are not counted: one call puts up to 500 records",
        ("R48",),
        (Fraction(1, 500), ONE, ONE),
        read_only=False,
        instead_of=_PUTS,
    ),
)
_STATE_MACHINES = (
    _mapping(
        MetricService.STEP_FUNCTIONS,
        "AWS/States",
        "ExecutionsStarted",
        ("StateMachineArn",),
        "StartSyncExecution",
        Bound.OF_SUCCESSES,
        "of express state machines: those begun by StartExecution are management events",
        ("R48",),
        (_NONE, ONE, ONE),
        event_name="StartSyncExecution",
        read_only=False,
    ),
)

MAPPINGS: tuple[MetricMapping, ...] = (
    *_objects(REQUESTS),
    *_objects(LENS),
    *_FUNCTIONS,
    *_TABLES,
    *_MESSAGES,
    *_STREAMS,
    *_STATE_MACHINES,
)
"""Every metric that is read."""
