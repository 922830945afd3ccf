"""Rules about single values: ARNs, wildcards, case, resource types.  Each finds its case, and not the near miss."""

import pytest

from costplan.advice.lint.resource_types import RESOURCE_TYPES
from costplan.model.recorders import Recorder
from costplan.model.selectors import DataResource, EventSelector, FieldSelector, Value
from costplan.model.unknown import UNKNOWN
from tests.advice.lint_configs import (
    ACCOUNT,
    BUCKET,
    LAMBDA,
    S3,
    advanced,
    basic,
    codes,
    data,
    field,
    found,
    management,
    objects,
    selector,
    store,
)

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/scanner"


def functions(**operators: tuple[Value, ...]) -> Recorder:
    return advanced(data(LAMBDA, FieldSelector("resources.ARN", **operators)))


def resource(kind: str, *values: Value) -> Recorder:
    """Return a trail whose basic selector logs data events only."""
    return basic(EventSelector(include_management_events=False, data_resources=(DataResource(kind, values),)))


def caller(**operators: tuple[Value, ...]) -> Recorder:
    return advanced(data(S3, FieldSelector("userIdentity.arn", **operators)))


def names(**operators: tuple[Value, ...]) -> Recorder:
    return advanced(data(S3, FieldSelector("eventName", **operators)))


FOUND: dict[str, tuple[Recorder, list[str]]] = {
    # CP002
    "lambda arn with a slash": (functions(equals=(f"{FUNCTION}/etl",)), ["CP002"]),
    "lambda arn with a slash that is excluded": (functions(not_equals=(f"{FUNCTION}/etl",)), ["CP002"]),
    "lambda arn with a slash and no type": (
        advanced(selector("Data", field("resources.ARN", equals=(f"{FUNCTION}/etl",)))),
        ["CP002"],
    ),
    "lambda name with a slash at the end": (functions(ends_with=("function/etl",)), ["CP002"]),
    "lambda arn with a slash in a basic selector": (resource(LAMBDA, f"{FUNCTION}/etl"), ["CP002"]),
    # CP003
    "service roles by name": (caller(not_starts_with=("AWSServiceRoleFor",)), ["CP003"]),
    "a role by name": (caller(starts_with=("assumed-role/scanner",)), ["CP003"]),
    "a bucket by name": (advanced(objects(starts_with=("amzn-s3-demo-bucket/",))), ["CP003"]),
    "a word that only a beginning may be": (advanced(objects(equals=("arn",))), ["CP003"]),
    "colons that make no arn": (advanced(objects(equals=("bucket:amzn:s3-demo:bucket/a",))), ["CP003"]),
    "an object by name": (advanced(objects(equals=("amzn-s3-demo-bucket/a",))), ["CP003"]),
    # CP004
    "a bucket's beginning": (advanced(objects(starts_with=(BUCKET,))), ["CP004"]),
    "a bucket's beginning that is excluded": (advanced(objects(not_starts_with=(BUCKET,))), ["CP004"]),
    "an object that is a bucket": (advanced(objects(equals=(BUCKET,))), ["CP004"]),
    "objects that are no bucket": (advanced(objects(not_equals=(BUCKET,))), ["CP004"]),
    "a basic bucket": (resource(S3, BUCKET), ["CP004"]),
    "a bucket of another partition": (advanced(objects(starts_with=("arn:aws-cn:s3:::lake",))), ["CP004"]),
    "two buckets": (advanced(objects(starts_with=("arn:aws:s3:::one", "arn:aws:s3:::two"))), ["CP004", "CP004"]),
    # CP005
    "all keys of a bucket": (advanced(objects(starts_with=(f"{BUCKET}/*",))), ["CP005"]),
    "all keys of a basic bucket": (resource(S3, f"{BUCKET}/*"), ["CP005"]),
    "all puts": (names(equals=("Put*",)), ["CP005"]),
    "a beginning that is anything": (caller(starts_with=("*AWSServiceRoleFor",)), ["CP005"]),
    "one character": (names(equals=("PutObjec?",)), ["CP005"]),
    "all types of a service": (advanced(data("AWS::S3::*")), ["CP005"]),
    # CP006
    "a name in lower case": (names(equals=("putobject",)), ["CP006"]),
    "a beginning in lower case": (names(starts_with=("put",)), ["CP006"]),
    "an end in lower case": (names(ends_with=("object",)), ["CP006"]),
    "an excluded name in upper case": (names(not_equals=("GETOBJECT",)), ["CP006"]),
    "an event source with capitals": (
        advanced(data(S3, field("eventSource", equals=("S3.amazonaws.com",)))),
        ["CP006"],
    ),
    "a source that is excluded with capitals": (
        basic(EventSelector(exclude_management_event_sources=("KMS.amazonaws.com",))),
        ["CP006"],
    ),
    "a type in lower case": (advanced(data("aws::s3::object")), ["CP006"]),
    "a boolean with a capital": (advanced(data(S3, field("readOnly", equals=("True",)))), ["CP006"]),
    "an event type in wrong case": (store(management(field("eventType", equals=("AWSAPICall",)))), ["CP006"]),
    "an arn in capitals": (advanced(objects(starts_with=("ARN:aws:s3:::lake/",))), ["CP006"]),
    "a service in capitals": (advanced(objects(starts_with=("arn:aws:S3:::lake/",))), ["CP006"]),
    # CP012
    "a misspelt type": (advanced(data("AWS::S3::Objects")), ["CP012"]),
    "a new type": (advanced(data("AWS::Quantum::Device")), ["CP012"]),
    "no type at all": (advanced(data("S3")), ["CP012"]),
    # CP019
    "an object that is a bucket with its slash": (advanced(objects(equals=(f"{BUCKET}/",))), ["CP019"]),
    "objects that are no bucket with its slash": (advanced(objects(not_equals=(f"{BUCKET}/",))), ["CP019"]),
}

NEAR_MISSES: dict[str, Recorder] = {
    "a function": functions(equals=(f"{FUNCTION}:etl",)),
    # The API refuses it, and says so.
    "a function by name, basic": resource(LAMBDA, "etl"),
    "every function, basic": resource(LAMBDA, "arn:aws:lambda"),
    "a key with function in it": advanced(objects(starts_with=(f"{BUCKET}/function/",))),
    "a role with function in it": advanced(
        data(LAMBDA, field("userIdentity.arn", starts_with=(f"arn:aws:sts::{ACCOUNT}:assumed-role/function/etl",)))
    ),
    "a caller that is a role": caller(starts_with=(ROLE,)),
    "the beginning of a type": advanced(selector("Data", field("resources.type", starts_with=("AWS::S3",)))),
    "a caller that begins like a bucket": caller(not_starts_with=(BUCKET,)),
    "a caller that is a bucket": caller(not_equals=(f"{BUCKET}/",)),
    "a bucket with its slash for another type": advanced(
        data("AWS::S3Tables::Table", field("resources.ARN", equals=(f"{BUCKET}/",)))
    ),
    "an object of no type": advanced(selector("Data", field("resources.ARN", equals=(f"{BUCKET}/a",)))),
    "a beginning of the service": functions(starts_with=("arn:aws:l",)),
    "a role": caller(not_starts_with=(ROLE,)),
    "the end of a session": caller(ends_with=("/scanner",)),
    "every arn": caller(starts_with=("arn:",)),
    "a beginning of every arn": caller(starts_with=("arn",)),
    "a bucket": advanced(objects(starts_with=(f"{BUCKET}/",))),
    "a prefix": advanced(objects(starts_with=(f"{BUCKET}/claims",))),
    "every bucket": advanced(objects(starts_with=("arn:aws:s3:::",))),
    "a family of buckets": advanced(objects(starts_with=("arn:aws:s3:::acme-logs-",))),
    "an object": advanced(objects(equals=(f"{BUCKET}/object1",))),
    "a basic bucket with its slash": resource(S3, f"{BUCKET}/"),
    "every basic bucket": resource(S3, "arn:aws:s3"),
    "every basic bucket, the older way": resource(S3, "arn:aws:s3:::"),
    "a bucket's arn for another type": advanced(
        data("AWS::S3Tables::Table", field("resources.ARN", starts_with=(BUCKET,)))
    ),
    "a name": names(equals=("PutObject",)),
    "a name nobody here knows": names(equals=("putthing",)),
    "a beginning": names(starts_with=("Put",)),
    "an end": names(ends_with=("Object",)),
    "an event source": advanced(data(S3, field("eventSource", equals=("s3.amazonaws.com",)))),
    "booleans": advanced(data(S3, field("readOnly", equals=("true", "false")))),
    "capitals in a name": advanced(objects(starts_with=(f"{BUCKET}/Claims/",))),
    "capitals in a function": functions(equals=(f"{FUNCTION}:ETL",)),
    "a key that begins like an arn": advanced(objects(ends_with=("ARN:aws",))),
    "denied network activity": advanced(
        selector(
            "NetworkActivity",
            field("eventSource", equals=("kms.amazonaws.com",)),
            field("errorCode", equals=("VpceAccessDenied",)),
        )
    ),
}


@pytest.mark.parametrize(("recorder", "expected"), FOUND.values(), ids=FOUND)
def test_a_value_is_found(recorder: Recorder, expected: list[str]) -> None:
    assert codes(recorder) == expected


@pytest.mark.parametrize("recorder", NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_a_near_miss_is_not_found(recorder: Recorder) -> None:
    assert codes(recorder) == []


@pytest.mark.parametrize(
    "recorder",
    [
        advanced(
            data(
                S3,
                *(
                    FieldSelector(name, equals=(UNKNOWN,), starts_with=(UNKNOWN,), not_equals=(UNKNOWN,))
                    for name in ("resources.ARN", "userIdentity.arn", "eventName", "eventSource", "readOnly")
                ),
            )
        ),
        advanced(selector("Data", FieldSelector("resources.type", equals=(UNKNOWN,)))),
        resource(S3, UNKNOWN),
        resource(LAMBDA, UNKNOWN),
        basic(EventSelector(exclude_management_event_sources=(UNKNOWN,))),
    ],
)
def test_unknown_values_are_never_found(recorder: Recorder) -> None:
    assert codes(recorder) == []


def test_a_known_value_beside_an_unknown_one_is_found() -> None:
    assert codes(advanced(objects(starts_with=(UNKNOWN, BUCKET)))) == ["CP004"]


HINTS = {
    "function": (functions(equals=(f"{FUNCTION}/etl",)), f'write "{FUNCTION}:etl"'),
    "role": (
        caller(not_starts_with=("AWSServiceRoleFor",)),
        'write "arn:aws:sts::ACCOUNT:assumed-role/AWSServiceRoleFor", one value for each account',
    ),
    "bucket": (advanced(objects(not_equals=(BUCKET,))), f'write NotStartsWith "{BUCKET}/"'),
    "basic bucket": (resource(S3, BUCKET), f'write "{BUCKET}/"'),
    "end": (names(not_equals=("*Object",)), 'write NotEndsWith "Object"'),
    "beginning": (names(equals=("Put*",)), 'write StartsWith "Put"'),
    "anything": (names(equals=("*",)), "leave the field out: a selector without it admits every value"),
    "middle": (
        names(equals=("*Object*",)),
        "write out the values, or use StartsWith or EndsWith: no operator tests the middle",
    ),
    "both sides of one": (
        names(not_equals=("Put*Acl",)),
        "write out the values, or use NotStartsWith or NotEndsWith: no operator tests the middle",
    ),
    "one character at the end": (
        names(equals=("PutObjec?*",)),
        "write out the values, or use StartsWith or EndsWith: no operator tests the middle",
    ),
    "case": (names(equals=("putobject",)), 'write "PutObject"'),
    "case of an end": (names(ends_with=("object",)), 'write "Object"'),
    "case of a source": (
        advanced(data(S3, field("eventSource", equals=("S3.Amazonaws.com",)))),
        'write "s3.amazonaws.com"',
    ),
    "case of a type": (advanced(data("aws::s3::OBJECT")), 'write "AWS::S3::Object"'),
    "case of an arn": (advanced(objects(starts_with=("ARN:AWS:s3:::Lake/",))), 'write "arn:aws:s3:::Lake/"'),
    "type": (advanced(data("AWS::DynamoDb::Tables")), 'did you mean "AWS::DynamoDB::Table"?'),
    "far type": (advanced(data("AWS::Quantum::Device")), "look it up in the CloudTrail user guide"),
}


@pytest.mark.parametrize(("recorder", "hint"), HINTS.values(), ids=HINTS)
def test_the_hint_says_what_to_write(recorder: Recorder, hint: str) -> None:
    (finding,) = found(recorder)
    assert finding.hint == hint


def test_a_type_that_is_none_and_one_that_may_be_new_are_told_apart() -> None:
    (none,), (new,) = (found(advanced(data(kind))) for kind in ("S3", "AWS::Quantum::Device"))
    assert "is no resource type: they are written AWS::SERVICE::NAME" in none.message
    assert "AWS adds some every month" in new.message


def test_a_message_names_recorder_selector_field_operator_and_value() -> None:
    (finding,) = found(advanced(data(S3, field("eventName", not_equals=("putobject",)), name="writes")))
    assert finding.message == (
        'trail audit, selector "writes": eventName NotEquals "putobject" excludes nothing: '
        "values are compared letter by letter, upper and lower case differ"
    )


def test_the_list_of_resource_types_is_the_documented_one() -> None:
    # A few from each end of AWS's table, the odd spelling, and one that is not in it.
    assert {"AWS::AgentAccessMCP::Tools", "AWS::S3::Object", "AWS::XRay::Trace"} <= RESOURCE_TYPES
    assert {"AWS::Quicksight::ActionConnector", "AWS::QuickSight::App"} <= RESOURCE_TYPES
    assert "AWS::S3::Bucket" not in RESOURCE_TYPES
    assert len(RESOURCE_TYPES) == 250
