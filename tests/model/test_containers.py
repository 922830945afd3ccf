"""Containers keep the bounded part of an ARN, and never say more about the rest than they know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.model.containers import (
    NOT_AN_ARN,
    Operator,
    decide,
    joint_of,
    principal_container,
    resource_container,
)
from costplan.model.truth import Truth

OBJECT, FUNCTION, TABLE = "AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"
STS = "arn:aws:sts::111122223333"

RESOURCES = [
    (OBJECT, "arn:aws:s3:::lake/claims/1.json", "arn:aws:s3:::lake", False),
    (OBJECT, "arn:aws:s3:::lake/", "arn:aws:s3:::lake", False),
    (OBJECT, "arn:aws:s3:::lake", "arn:aws:s3:::lake", True),
    (OBJECT, "arn:aws-cn:s3:::lake/a:b", "arn:aws-cn:s3:::lake", False),
    # Buckets may be called like the type words of other ARNs: no key may slip into the container.
    (OBJECT, "arn:aws:s3:::outpost/secret/key", "arn:aws:s3:::outpost", False),
    (OBJECT, "arn:aws:s3:::bucket/secret/key", "arn:aws:s3:::bucket", False),
    # An element without a type, or with the wrong one, is still an object by its ARN.
    (None, "arn:aws:s3:::lake/secret/key", "arn:aws:s3:::lake", False),
    (
        "AWS::S3::AccessPoint",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/secret",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap",
        False,
    ),
    (
        "AWS::S3Express::Object",
        "arn:aws:s3express:eu-west-1:111122223333:bucket/fast--euw1-az1--x-s3/secret",
        "arn:aws:s3express:eu-west-1:111122223333:bucket/fast--euw1-az1--x-s3",
        False,
    ),
    (
        "AWS::S3Outposts::Object",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01/bucket/bucket/object/secret",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01/bucket/bucket",
        False,
    ),
    (
        FUNCTION,
        "arn:aws:lambda:eu-west-1:111122223333:function:etl",
        "arn:aws:lambda:eu-west-1:111122223333:function:etl",
        True,
    ),
    (
        FUNCTION,
        "arn:aws:lambda:eu-west-1:111122223333:function:etl:7",
        "arn:aws:lambda:eu-west-1:111122223333:function:etl",
        False,
    ),
    (
        "AWS::DynamoDB::Stream",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
        False,
    ),
    (
        "AWS::S3Outposts::Object",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01",
        True,
    ),
    ("AWS::SNS::Topic", "arn:aws:sns:eu-west-1:111122223333:alerts", "arn:aws:sns:eu-west-1:111122223333:alerts", True),
    # No account, but no bucket either; and a name that begins with a slash.
    (
        "AWS::ApiGateway::RestApi",
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2/stages/live",
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2",
        False,
    ),
    # Of a form that nobody has heard of, the first word alone is kept.
    (
        OBJECT,
        "arn:aws:s3:eu-west-1:111122223333:cellar/secret/key",
        "arn:aws:s3:eu-west-1:111122223333:cellar",
        False,
    ),
    # An outpost's buckets and access points alone are named by four words.
    (
        "AWS::S3Outposts::Object",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01/secret",
        "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01",
        False,
    ),
    # Without a slash nothing says where an object's container ends.
    (OBJECT, "arn:aws:lambda:eu-west-1:111122223333:function:etl:secret", NOT_AN_ARN, False),
    # A piece of a key may stand where Region or account belong.
    (OBJECT, "arn:aws:s3:lake/secret:a:b:c", NOT_AN_ARN, False),
    (None, "arn:aws:s3::secret:lake", NOT_AN_ARN, False),
    ("AWS::New::Thing", "arn:aws:s3:eu-west-1::lake/secret", "arn:aws:s3:eu-west-1::lake", False),
    (OBJECT, "lake/secret/key", NOT_AN_ARN, False),
    (OBJECT, "urn:a:b:c:d:secret/key", NOT_AN_ARN, False),
    (OBJECT, "arn:aws:s3::secret", NOT_AN_ARN, False),
    (OBJECT, "arn:aws:s3", NOT_AN_ARN, False),
    (None, "", NOT_AN_ARN, False),
]


@pytest.mark.parametrize(("kind", "arn", "container", "is_whole"), RESOURCES)
def test_a_resource_keeps_its_container_and_nothing_of_its_key(
    kind: str | None, arn: str, container: str, is_whole: bool
) -> None:
    assert resource_container(kind, arn) == (container, is_whole)
    assert "secret" not in container


@pytest.mark.parametrize(
    ("arn", "container", "is_whole"),
    [
        (f"{STS}:assumed-role/etl/i-0abc", f"{STS}:assumed-role/etl", False),
        (f"{STS}:assumed-role/etl/a/b", f"{STS}:assumed-role/etl", False),
        (f"{STS}:assumed-role/etl", f"{STS}:assumed-role/etl", True),
        (f"{STS}:assumed-role", f"{STS}:assumed-role", True),
        (f"{STS}:federated-user/bob", f"{STS}:federated-user", False),
        # AWS does not write colons there: what follows may be a session's name.
        (f"{STS}:federated-user:bob", NOT_AN_ARN, False),
        (f"{STS}:assumed-role:etl:i-0abc", NOT_AN_ARN, False),
        (f"{STS}:assumed-role:etl/i-0abc", NOT_AN_ARN, False),
        ("arn:aws:iam::111122223333:user/team/bob", "arn:aws:iam::111122223333:user/team/bob", True),
        ("arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root", True),
        # Without a slash there is no name of a session to leave out.
        (f"{STS}:root", f"{STS}:root", True),
        ("bob", NOT_AN_ARN, False),
    ],
)
def test_a_session_keeps_its_role_and_not_its_name(arn: str, container: str, is_whole: bool) -> None:
    assert principal_container(arn) == (container, is_whole)


LAKE = "arn:aws:s3:::lake"


@pytest.mark.parametrize(
    ("kind", "container", "joint"),
    [
        (OBJECT, LAKE, "/"),
        ("AWS::S3::AccessPoint", "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap", "/"),
        # A bucket holds objects, whatever the element says it is.
        ("AWS::S3::Bucket", LAKE, "/"),
        (None, LAKE, "/"),
        (FUNCTION, "arn:aws:lambda:eu-west-1:111122223333:function:etl", ""),
    ],
)
def test_a_slash_follows_what_holds_objects(kind: str | None, container: str, joint: str) -> None:
    assert joint_of(kind, container) == joint


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.STARTS_WITH, "arn:aws:s3:::lake/", Truth.YES),
        (Operator.STARTS_WITH, "arn:aws:s3:::la", Truth.YES),
        (Operator.STARTS_WITH, "arn:aws:s3:::lakehouse/", Truth.NO),
        (Operator.STARTS_WITH, "arn:aws:s3:::lake/claims/", Truth.MAYBE),
        (Operator.EQUALS, "arn:aws:s3:::lake/claims/1.json", Truth.MAYBE),
        (Operator.EQUALS, "arn:aws:s3:::lake", Truth.NO),
        (Operator.EQUALS, "arn:aws:s3:::claims/1.json", Truth.NO),
        (Operator.ENDS_WITH, ".json", Truth.MAYBE),
        (Operator.ENDS_WITH, "", Truth.YES),
    ],
)
def test_a_bucket_decides_what_its_objects_have_in_common(operator: Operator, value: str, expected: Truth) -> None:
    assert decide(LAKE, False, "/", operator, value) is expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        # What was cut off is at least one character.
        (Operator.EQUALS, "arn:aws:lambda:eu-west-1:111122223333:function:etl", Truth.NO),
        (Operator.STARTS_WITH, "arn:aws:lambda:eu-west-1:111122223333:function:etl", Truth.YES),
        (Operator.EQUALS, "arn:aws:lambda:eu-west-1:111122223333:function:etl:7", Truth.MAYBE),
    ],
)
def test_a_function_decides_about_its_versions(operator: Operator, value: str, expected: Truth) -> None:
    assert decide("arn:aws:lambda:eu-west-1:111122223333:function:etl", False, "", operator, value) is expected


@pytest.mark.parametrize("operator", Operator)
def test_of_a_text_that_is_no_arn_only_what_begins_like_an_arn_is_excluded(operator: Operator) -> None:
    # It could hold or begin with anything that is no ARN itself, so only the recorded answer may say.
    assert decide(NOT_AN_ARN, False, "/", operator, "lake/claims") is Truth.MAYBE
    whole_arn = decide(NOT_AN_ARN, False, "/", operator, "arn:aws:s3:::lake/")
    assert whole_arn is (Truth.MAYBE if operator is Operator.ENDS_WITH else Truth.NO)


pieces = st.lists(st.sampled_from(["lake", "la", "bucket", "outpost", "accesspoint", "a", "/", ":", "."]), max_size=6)
places = ["arn:aws:s3:::", "arn:aws:s3:eu-west-1:111122223333:", "arn:aws:s3:eu-west-1::", "arn:aws:s3:", "arn:", ""]
sessions = [f"{STS}:assumed-role/", f"{STS}:assumed-role", f"{STS}:federated-user", f"{STS}:", "arn:aws:sts:"]
heads = st.sampled_from(places + sessions)
texts = st.builds(lambda head, rest: head + "".join(rest), heads, pieces)
kinds = st.sampled_from([OBJECT, "AWS::S3Outposts::Object", FUNCTION, None])


@given(texts, texts, kinds, st.sampled_from(Operator))
def test_what_a_container_decides_is_what_the_whole_arn_says(
    arn: str, value: str, kind: str | None, operator: Operator
) -> None:
    exact = Truth.of(operator.holds(arn, value))
    container, is_whole = resource_container(kind, arn)
    assert decide(container, is_whole, joint_of(kind, container), operator, value) in (Truth.MAYBE, exact)
    container, is_whole = principal_container(arn)
    assert decide(container, is_whole, "/", operator, value) in (Truth.MAYBE, exact)


@given(texts, kinds)
def test_a_container_is_the_beginning_of_its_arn(arn: str, kind: str | None) -> None:
    container, is_whole = resource_container(kind, arn)
    assert arn.startswith(container) or container == NOT_AN_ARN
    assert is_whole == (arn == container)
    # What is kept is its own container: reading a volumes file again changes nothing.
    assert is_whole or resource_container(kind, container)[0] == container
