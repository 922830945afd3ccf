"""Every metric that is read, put into CloudWatch and read back: what it says, computed by hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from costplan.inputs.account import Access
from costplan.inputs.volumes.logs.classification import classify_category
from costplan.inputs.volumes.metrics import MAPPINGS, Bound
from costplan.inputs.volumes.metrics.facts import BATCHES, OPERATIONS_OF_TABLES
from costplan.model.events import EventCategory
from costplan.model.volumes import Basis
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Scene
from tests.inputs.volumes.metrics.measured import LENS, START, WHOLE, figures, measure, put

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

D = Decimal
Figures = Mapping[str, tuple[float, float, float]]


class Case(NamedTuple):
    """Counts of metrics, and the rows that they become, as low, point and high; all times 336, or 730 a month.

    metric: the one that the case is about.
    """

    service: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    counted: Mapping[str, int]
    rows: Figures
    samples: bool = False


ALIKE = [
    # Copies: their PUTs may have read what they copy by a GET that is no event: 3 − 1.
    ("GetRequests", {"GetRequests": 3, "PutRequests": 1}, {"reads": (2, 3, 3), "writes": (1, 1, 1)}),
    ("HeadRequests", {"HeadRequests": 2}, {"reads": (2, 2, 2)}),
    # Lists of uploads may be no events.
    ("ListRequests", {"ListRequests": 2}, {"reads": (0, 2, 2)}),
    ("SelectRequests", {"SelectRequests": 2}, {"reads": (2, 2, 2)}),
    ("PutRequests", {"PutRequests": 2}, {"writes": (2, 2, 2)}),
    ("PostRequests", {"PostRequests": 2}, {"writes": (2, 2, 2)}),
    # Each may be one of 1,000 keys: 2 × (1 + 1,000).
    ("DeleteRequests", {"DeleteRequests": 2}, {"deletes": (2, 2, 2002)}),
    # One of three failed, and may be no event.
    ("4xxErrors", {"HeadRequests": 3, "4xxErrors": 1}, {"reads": (2, 3, 3)}),
    ("5xxErrors", {"PutRequests": 3, "5xxErrors": 2}, {"writes": (1, 3, 3)}),
    # Two more than reads and writes: either may have them.
    (
        "AllRequests",
        {"HeadRequests": 3, "PutRequests": 1, "AllRequests": 6},
        {"reads": (3, 3, 5), "writes": (1, 1, 3)},
    ),
]
FUNCTION, TABLE = {"FunctionName": "etl"}, {"TableName": "orders", "Operation": "GetItem"}
BATCH = {"TableName": "orders", "Operation": "BatchWriteItem"}
STREAM = {"TableName": "orders", "StreamLabel": "2026-01-15T10:20:30.400", "Operation": "GetRecords"}
MACHINE = {"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:checkout"}
LATENCY, DYNAMODB = "SuccessfulRequestLatency", "AWS/DynamoDB"
SQS, QUEUE = "AWS/SQS", {"QueueName": "jobs"}
KINESIS, SHARDS = "AWS/Kinesis", {"StreamName": "clicks"}
CASES = [
    *(Case("s3", "AWS/S3", metric, WHOLE, counted, rows) for metric, counted, rows in ALIKE),
    *(Case("s3", "AWS/S3/Storage-Lens", metric, LENS, counted, rows) for metric, counted, rows in ALIKE),
    # Asynchronous calls are tried up to three times: 3 / 3.
    Case("lambda", "AWS/Lambda", "Invocations", FUNCTION, {"Invocations": 3}, {"Invoke": (1, 3, 3)}),
    # 3 + 2.
    Case("lambda", "AWS/Lambda", "Throttles", FUNCTION, {"Invocations": 3, "Throttles": 2}, {"Invoke": (1, 3, 5)}),
    Case("dynamodb", DYNAMODB, LATENCY, TABLE, {LATENCY: 2}, {"GetItem": (2, 2, 2)}, samples=True),
    # There is one table, so it is counted once.
    Case("dynamodb", DYNAMODB, LATENCY, BATCH, {LATENCY: 2}, {"BatchWriteItem": (2, 2, 2)}, samples=True),
    Case("dynamodb", DYNAMODB, LATENCY, STREAM, {LATENCY: 2}, {"GetRecords": (2, 2, 2)}, samples=True),
    Case("dynamodb", DYNAMODB, "SystemErrors", TABLE, {"SystemErrors": 1}, {"GetItem": (0, 0, 1)}),
    Case("dynamodb", DYNAMODB, "ThrottledRequests", TABLE, {"ThrottledRequests": 1}, {"GetItem": (0, 0, 1)}),
    # One transaction can hold a hundred: 100 / 100.
    Case(
        "dynamodb",
        DYNAMODB,
        "ConditionalCheckFailedRequests",
        {"TableName": "orders"},
        {"ConditionalCheckFailedRequests": 100},
        {"writes": (1, 100, 100)},
    ),
    Case("dynamodb", DYNAMODB, "UserErrors", {}, {"UserErrors": 2}, {"calls": (0, 2, 2)}),
    # Ten to a batch: 20 / 10.
    Case(
        "sns",
        "AWS/SNS",
        "NumberOfMessagesPublished",
        {"TopicName": "alerts"},
        {"NumberOfMessagesPublished": 20},
        {"writes": (2, 20, 20)},
    ),
    Case("sqs", SQS, "NumberOfMessagesSent", QUEUE, {"NumberOfMessagesSent": 20}, {"writes": (2, 20, 20)}),
    # 20 / 10 + 3, and 20 + 3.
    Case(
        "sqs",
        SQS,
        "NumberOfMessagesReceived",
        QUEUE,
        {"NumberOfMessagesReceived": 20, "NumberOfEmptyReceives": 3},
        {"ReceiveMessage": (5, 23, 23)},
    ),
    Case("sqs", SQS, "NumberOfEmptyReceives", QUEUE, {"NumberOfEmptyReceives": 3}, {"ReceiveMessage": (3, 3, 3)}),
    Case("sqs", SQS, "NumberOfMessagesDeleted", QUEUE, {"NumberOfMessagesDeleted": 20}, {"writes": (2, 20, 20)}),
    *(
        Case("kinesis", KINESIS, f"{name}.Success", SHARDS, {f"{name}.Success": 2}, {name: (2, 2, 2)}, samples=True)
        for name in ("PutRecord", "PutRecords", "GetRecords")
    ),
    # 500 to a call: 500 / 500.
    Case("kinesis", KINESIS, "IncomingRecords", SHARDS, {"IncomingRecords": 500}, {"writes": (1, 500, 500)}),
    Case(
        "stepfunctions",
        "AWS/States",
        "ExecutionsStarted",
        MACHINE,
        {"ExecutionsStarted": 2},
        {"StartSyncExecution": (0, 2, 2)},
    ),
]


def id_of(case: Case) -> str:
    return "-".join([case.namespace, case.metric, *case.dimensions.get("Operation", "").split()])


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("case", CASES, ids=id_of)
def test_a_metric_says_how_many_events_there_were(case: Case, access: Access) -> None:
    when = START + timedelta(hours=3)
    if case.dimensions is LENS:
        when = START.replace(hour=0)
        # Storage Lens said something on the last day too.
        put(case.namespace, "AllRequests", LENS, 0, when=datetime.fromisoformat("2026-11-15T00:00:00+00:00"))
    for metric, units in case.counted.items():
        put(case.namespace, metric, case.dimensions, units, when=when, samples=case.samples)

    found = figures(measure(access, case.service).volumes)

    assert {n: tuple(float(round(v, 9)) for v in row) for n, row in found.items()} == {
        name: pytest.approx(row) for name, row in case.rows.items()
    }


def test_there_is_a_case_of_every_metric() -> None:
    named = {(case.namespace, case.metric, tuple(sorted(case.dimensions))) for case in CASES}
    lens = tuple(sorted(LENS))
    read = {
        (m.namespace, m.metric, lens if m.dimensions == ("bucket_name",) else tuple(sorted(m.dimensions)))
        for m in MAPPINGS
    }
    assert read == named
    assert len(MAPPINGS) == len(read) >= 30


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda m: f"{m.namespace}-{m.metric}-{len(m.dimensions)}")
def test_the_factors_are_what_the_bound_says(mapping: object) -> None:
    low, point, high = (getattr(mapping, end) for end in ("low", "point", "high"))
    bound = getattr(mapping, "bound")  # noqa: B009
    expected = {
        Bound.EXACT: low == point == high == 1,
        Bound.AT_MOST: low <= point == high == 1,
        Bound.OF_SUCCESSES: low <= point == high == 1,
        Bound.AT_LEAST: low == point == 1 < high,
        Bound.ON_TOP: (low, point, high) == (0, 0, 1),
        Bound.LESS: (low, point, high) == (-1, 0, 0),
        Bound.CHECK: (low, point, high) == (0, 0, 0),
    }
    assert expected[bound]
    assert getattr(mapping, "rules")  # noqa: B009
    assert getattr(mapping, "pitfall")  # noqa: B009


@pytest.mark.parametrize("operation", OPERATIONS_OF_TABLES)
def test_what_counts_as_a_data_event_of_tables_is_one(operation: str) -> None:
    category, _ = classify_category(None, "AwsApiCall", None, "dynamodb.amazonaws.com", operation, ())
    assert category is EventCategory.DATA
    assert operation not in BATCHES or BATCHES[operation] > 1


@pytest.mark.usefixtures("scene")
def test_a_batch_may_be_counted_for_each_table_that_there_is(access: Access) -> None:
    for table in ("orders", "stock"):
        put(DYNAMODB, LATENCY, {"TableName": table, "Operation": "BatchGetItem"}, 2, samples=True)

    rows = measure(access, "dynamodb").volumes.rows

    # Two tables: one batch may be counted twice, so at least 2 / 2 each.
    assert [(r.per_month.low, r.per_month.point) for r in rows] == [(D(730), D(1460))] * 2


@pytest.mark.usefixtures("scene")
def test_records_put_are_not_counted_where_calls_are(access: Access) -> None:
    put(KINESIS, "IncomingRecords", SHARDS, 900)
    put(KINESIS, "PutRecords.Success", SHARDS, 3, samples=True)

    assert figures(measure(access, "kinesis").volumes) == {"PutRecords": (3, 3, 3)}


@pytest.mark.usefixtures("scene")
def test_a_read_of_a_stream_names_the_table_and_the_stream(access: Access) -> None:
    put(DYNAMODB, LATENCY, STREAM, 1, samples=True)

    volumes = measure(access, "dynamodb").volumes

    (row,) = volumes.rows
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert isinstance(row.key.resources, tuple)
    assert [(one.type, one.container, one.is_whole) for one in row.key.resources] == [
        ("AWS::DynamoDB::Stream", arn, False),
        ("AWS::DynamoDB::Table", arn, True),
    ]
    assert row.key.read_only is True
    assert {part.resource_type for part in volumes.coverage} == {"AWS::DynamoDB::Table", "AWS::DynamoDB::Stream"}


def test_functions_that_were_not_called_are_zero_and_not_unknown(scene: Scene, access: Access) -> None:
    result = measure(access, "lambda")

    assert result.volumes.rows == ()
    assert result.problems == ()
    (part,) = result.volumes.coverage
    assert (part.resource_type, part.container, part.basis) == ("AWS::Lambda::Function", None, Basis.MEASURED)
    assert scene.asked_for("ListFunctions")


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("service", "metric", "whole", "parts"),
    [
        ("lambda", ("AWS/Lambda", "Invocations"), FUNCTION, [{"Resource": "etl:live"}, {"Resource": "etl:7"}]),
        ("lambda", ("AWS/Lambda", "Invocations"), FUNCTION, [{"Resource": "etl:live", "ExecutedVersion": "7"}]),
        ("kinesis", (KINESIS, "GetRecords.Success"), SHARDS, [{"ShardId": "shardId-000000000000"}]),
        ("dynamodb", (DYNAMODB, LATENCY), TABLE, [{"GlobalSecondaryIndexName": "by-day"}]),
    ],
)
def test_aliases_versions_shards_and_indexes_are_not_counted_again(
    service: str,
    metric: tuple[str, str],
    whole: Mapping[str, str],
    parts: list[Mapping[str, str]],
    access: Access,
) -> None:
    samples = service != "lambda"
    put(*metric, whole, 3, samples=samples)
    for part in parts:
        put(*metric, {**whole, **part}, 2, samples=samples)

    (row,) = measure(access, service).volumes.rows

    assert row.per_month.point == 3 * 730


@pytest.mark.usefixtures("scene")
def test_asking_a_stream_where_to_read_is_a_read(access: Access) -> None:
    put(DYNAMODB, LATENCY, {**STREAM, "Operation": "GetShardIterator"}, 1, samples=True)

    (row,) = measure(access, "dynamodb").volumes.rows

    assert (row.key.event_name, row.key.read_only) == ("GetShardIterator", True)


def table() -> list[str]:
    """Return the table of the README: Storage Lens counts what request metrics count, under the same names."""
    lines = []
    for one in MAPPINGS:
        if one.namespace == "AWS/S3/Storage-Lens":
            continue
        of = ", ".join(one.dimensions) or "the Region"
        factors = " / ".join(str(end) for end in (one.low, one.point, one.high))
        rules = ", ".join(one.rules)
        lines.append(
            f"| `{one.namespace}` `{one.metric}` | {of} | {one.bound.value} | {factors} | {one.pitfall} ({rules}) |"
        )
    return lines


def test_the_readme_has_every_metric() -> None:
    text = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(table()) in text
