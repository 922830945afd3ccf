from decimal import Decimal

import pytest

from costplan.inputs.volumes.typed import TYPED_KEYS, parse_typed
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.problems import BadInputError
from costplan.model.quantity import Quantity
from costplan.model.unknown import UNKNOWN, Except
from costplan.model.volumes import VolumeRow

ACCOUNT, REGION = "111122223333", "eu-west-1"


def rows_of(text: str) -> tuple[VolumeRow, ...]:
    return parse_typed(text, ACCOUNT, REGION).rows


def test_typed_volumes_cover_everything() -> None:
    volumes = parse_typed("management=40M/month", ACCOUNT, REGION)
    assert (volumes.covers_all, volumes.kind, volumes.places) == (True, "typed", ((ACCOUNT, REGION),))


def test_management_events_alone_may_be_of_any_source() -> None:
    assert rows_of("management=40M/month") == (
        VolumeRow(EventKey(ACCOUNT, REGION, EventCategory.MANAGEMENT), Quantity.exact(40_000_000)),
    )


def test_object_writes_are_writes_of_unknown_buckets() -> None:
    key = EventKey(
        ACCOUNT,
        REGION,
        EventCategory.DATA,
        "s3.amazonaws.com",
        read_only=False,
        resources=(Resource("AWS::S3::Object", UNKNOWN, False),),
    )
    assert rows_of(" s3-writes = 12M/month ") == (VolumeRow(key, Quantity.exact(12_000_000)),)


def test_kms_stands_beside_the_management_events_and_is_none_of_them() -> None:
    rows = rows_of("management-reads=28M/month,kms=12M/month,management-writes=2M/month")
    not_kms = Except(frozenset({"kms.amazonaws.com"}))
    assert [(row.key.event_source, row.key.read_only, row.per_month.point) for row in rows] == [
        (not_kms, True, 28_000_000),
        ("kms.amazonaws.com", True, 12_000_000),
        (not_kms, False, 2_000_000),
    ]


@pytest.mark.parametrize(
    ("key", "category", "resource_type", "event_source", "read_only"),
    [
        ("management", EventCategory.MANAGEMENT, None, UNKNOWN, UNKNOWN),
        ("management-reads", EventCategory.MANAGEMENT, None, UNKNOWN, True),
        ("management-writes", EventCategory.MANAGEMENT, None, UNKNOWN, False),
        ("kms", EventCategory.MANAGEMENT, None, "kms.amazonaws.com", True),
        ("s3", EventCategory.DATA, "AWS::S3::Object", "s3.amazonaws.com", UNKNOWN),
        ("s3-reads", EventCategory.DATA, "AWS::S3::Object", "s3.amazonaws.com", True),
        ("s3-writes", EventCategory.DATA, "AWS::S3::Object", "s3.amazonaws.com", False),
        ("dynamodb", EventCategory.DATA, "AWS::DynamoDB::Table", "dynamodb.amazonaws.com", UNKNOWN),
        ("dynamodb-reads", EventCategory.DATA, "AWS::DynamoDB::Table", "dynamodb.amazonaws.com", True),
        ("dynamodb-writes", EventCategory.DATA, "AWS::DynamoDB::Table", "dynamodb.amazonaws.com", False),
        ("lambda", EventCategory.DATA, "AWS::Lambda::Function", "lambda.amazonaws.com", UNKNOWN),
        ("sns", EventCategory.DATA, "AWS::SNS::Topic", "sns.amazonaws.com", UNKNOWN),
        ("sqs", EventCategory.DATA, "AWS::SQS::Queue", "sqs.amazonaws.com", UNKNOWN),
        ("network", EventCategory.NETWORK_ACTIVITY, None, UNKNOWN, None),
    ],
)
def test_each_key_means_events_of_one_kind(
    key: str, category: EventCategory, resource_type: str | None, event_source: object, read_only: object
) -> None:
    (row,) = rows_of(f"{key}=120/s")
    assert (row.key.category, row.key.event_source, row.key.read_only) == (category, event_source, read_only)
    expected = UNKNOWN if resource_type is None else (Resource(resource_type),)
    assert row.key.resources == expected
    # 120 × 3600 × 730
    assert row.per_month.point == Decimal(315_360_000)


def test_every_key_is_one_of_those_above() -> None:
    (mark,) = (m for m in test_each_key_means_events_of_one_kind.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == set(TYPED_KEYS)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("managment=40M/month", ['--typed: unknown key "managment" — did you mean "management"?']),
        ("s3-write=1/s", ['--typed: unknown key "s3-write" — did you mean "s3-writes"?']),
        ("", ["--typed: an empty entry — write KEY=RATE,KEY=RATE"]),
        ("sns=1/s,", ["--typed: an empty entry — write KEY=RATE,KEY=RATE"]),
        ("sns=1/s,sns=2/s", ["--typed: sns is given twice — keep one"]),
        (
            "s3=40M,kms",
            [
                '--typed: s3: "40M" is no rate — write a rate such as 40M/month, 120/s or 5k/h'
                " (k, M or B; s, min, h, day, week or month)",
                '--typed: kms: "" is no rate — write a rate such as 40M/month, 120/s or 5k/h'
                " (k, M or B; s, min, h, day, week or month)",
            ],
        ),
        (
            "management=40M/month,management-writes=2M/month",
            [
                "--typed: management stands beside its reads or writes"
                " — give management alone, or management-reads and management-writes"
            ],
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, problems: list[str]) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_typed(text, ACCOUNT, REGION)
    assert [str(problem) for problem in caught.value.problems] == problems
