"""Raw records and recorders of AWS's own examples, as short calls."""

from typing import Any

from costplan.model.recorders import EventDataStore, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)

YOU = "111122223333"
BOB = "444455556666"
MARY = "777788889999"
OWNER_OF_ENDPOINT = "123456789012"
MANAGEMENT_ACCOUNT = "999999999999"
HOME = "us-east-1"

S3 = "s3.amazonaws.com"
KMS = "kms.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
DYNAMODB = "dynamodb.amazonaws.com"
EC2 = "ec2.amazonaws.com"
IAM = "iam.amazonaws.com"
STS = "sts.amazonaws.com"
CLOUDTRAIL = "cloudtrail.amazonaws.com"

Raw = dict[str, Any]


def session(role: str, account: str = YOU) -> Raw:
    """The identity of a role's session."""
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/session-1"
    return {"type": "AssumedRole", "arn": arn, "accountId": account}


def service(name: str) -> Raw:
    """The identity of an AWS service, which has no ARN."""
    return {"type": "AWSService", "invokedBy": name}


def record(source: str, name: str, *, read: bool | None, **more: Any) -> Raw:
    """A record of version 1.11, a management event unless *more* says otherwise; ``None`` leaves a field out."""
    account = more.get("recipientAccountId", YOU)
    fields = {
        "eventVersion": "1.11",
        "userIdentity": session("app", account),
        "eventTime": "2026-10-01T12:00:00Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": HOME,
        "sourceIPAddress": "192.0.2.1",
        "eventID": "11111111-2222-3333-4444-555555555555",
        "readOnly": read,
        "eventType": "AwsApiCall",
        "managementEvent": more.get("eventCategory", "Management") == "Management",
        "recipientAccountId": account,
        "eventCategory": "Management",
        **more,
    }
    return {key: value for key, value in fields.items() if value is not None}


def data(source: str, name: str, resources: list[Raw], *, read: bool, **more: Any) -> Raw:
    """A record of a data event."""
    return record(source, name, read=read, eventCategory="Data", resources=resources, **more)


def on_object(arn: str) -> list[Raw]:
    """``resources[]`` of a call on an S3 object: the object, and its bucket."""
    bucket = arn.split("/", 1)[0]
    return [{"type": "AWS::S3::Object", "ARN": arn}, {"accountId": YOU, "type": "AWS::S3::Bucket", "ARN": bucket}]


def on_keys(bucket: str) -> list[Raw]:
    """``resources[]`` of a call on several objects: an ``ARNPrefix`` instead of an ``ARN`` (R32)."""
    return [
        {"type": "AWS::S3::Object", "ARNPrefix": f"{bucket}/"},
        {"accountId": YOU, "type": "AWS::S3::Bucket", "ARN": bucket},
    ]


def s3(name: str, path: str, *, read: bool | None = None, **more: Any) -> Raw:
    """An S3 data event on ``bucket/key``; names that get, head or list are reads."""
    is_read = name.startswith(("Get", "Head", "List")) if read is None else read
    return data(more.pop("source", S3), name, on_object(f"arn:aws:s3:::{path}"), read=is_read, **more)


def invoke(function: str, region: str = HOME, account: str = YOU) -> Raw:
    """A Lambda invocation."""
    arn = f"arn:aws:lambda:{region}:{account}:function:{function}"
    element = {"accountId": account, "type": "AWS::Lambda::Function", "ARN": arn}
    return data(LAMBDA, "Invoke", [element], read=False, awsRegion=region, recipientAccountId=account)


def network(source: str, name: str, *, error: str | None = None, **more: Any) -> Raw:
    """A network activity event, at the owner of the VPC endpoint (R79); it has no ``readOnly`` (R48)."""
    owner = more.pop("owner", OWNER_OF_ENDPOINT)
    return record(
        source,
        name,
        read=None,
        eventType="AwsVpceEvent",
        eventCategory="NetworkActivity",
        managementEvent=None,
        userIdentity={"type": "AWSAccount", "accountId": BOB},
        errorCode=error,
        vpcEndpointId="vpce-example8c1b6b9b7",
        vpcEndpointAccountId=owner,
        recipientAccountId=owner,
        **more,
    )


# ---- selectors and recorders ----

_OPERATORS = {
    "equals": "equals",
    "starts": "starts_with",
    "ends": "ends_with",
    "not_equals": "not_equals",
    "not_starts": "not_starts_with",
    "not_ends": "not_ends_with",
}


def advanced(category: str, **fields: Any) -> AdvancedEventSelector:
    """An advanced selector: ``advanced("Data", resources_type="AWS::S3::Object", eventName={"not_equals": [...]})``.

    A plain text means Equals; ``_`` in a field's name stands for the dot.
    """
    selectors = [FieldSelector("eventCategory", equals=(category,))]
    for name, said in fields.items():
        operators = {"equals": [said]} if isinstance(said, str) else said
        values = {_OPERATORS[key]: tuple(texts) for key, texts in operators.items()}
        selectors.append(FieldSelector(name.replace("_", "."), **values))
    return AdvancedEventSelector(tuple(selectors))


def on_objects(**fields: Any) -> AdvancedEventSelector:
    """An advanced selector of S3 object calls."""
    return advanced("Data", resources_type="AWS::S3::Object", **fields)


def basic(
    kind: str = "All",
    *,
    management: bool = True,
    exclude: tuple[str, ...] = (),
    s3: tuple[str, ...] = (),
    functions: tuple[str, ...] = (),
) -> EventSelector:
    """A basic selector, with AWS's defaults (R3)."""
    resources = []
    if s3:
        resources.append(DataResource("AWS::S3::Object", s3))
    if functions:
        resources.append(DataResource("AWS::Lambda::Function", functions))
    return EventSelector(ReadWriteType(kind), management, exclude, tuple(resources))


def trail(name: str, *selectors: Any, **more: Any) -> Trail:
    """A single-Region trail in us-east-1 of your account; without selectors, one that never had any (R2)."""
    more = {"account": YOU, "home_region": HOME, **more}
    return Trail(name, selectors=selectors or None, **more)


def store(name: str, *selectors: AdvancedEventSelector, **more: Any) -> EventDataStore:
    """An event data store in us-east-1 of your account."""
    more = {"account": YOU, "home_region": HOME, "is_multi_region": False, **more}
    return EventDataStore(name, selectors=selectors or None, **more)
