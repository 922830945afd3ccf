"""Every case of AWS's own texts, T1 to T72: what is recorded, and as which copies it is billed."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from costplan.advice.refusals import refusals
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.records import event_key
from costplan.model.recorders import Recorder, Trail
from costplan.model.truth import Truth
from costplan.model.volumes import EVERYTHING
from tests import oracle
from tests.engine import scenes
from tests.engine.raw_records import (
    BOB,
    CLOUDTRAIL,
    DYNAMODB,
    EC2,
    HOME,
    IAM,
    KMS,
    MANAGEMENT_ACCOUNT,
    MARY,
    OWNER_OF_ENDPOINT,
    S3,
    STS,
    YOU,
    Raw,
    advanced,
    basic,
    data,
    invoke,
    network,
    on_keys,
    on_objects,
    record,
    s3,
    service,
    session,
    store,
    trail,
)
from tests.oracle import Bill, Context


@dataclass(frozen=True)
class Case:
    """What AWS says of some events.

    events: records, and how often each happens.
    recorded: recorder → how many of them it records; the others record none.
    billed: account → copies; accounts without copies are left out.
    """

    words: str
    recorders: tuple[Recorder, ...]
    events: tuple[tuple[Raw, int], ...]
    recorded: Mapping[str, int]
    billed: Mapping[str, Bill]
    context: Context = field(default_factory=Context)


ONE_ACCOUNT = Context(enabled={YOU: ("us-east-1", "us-east-2", "us-west-2", "eu-west-1")}, leader="us-east-1")


def case(
    words: str,
    recorders: Recorder | tuple[Recorder, ...],
    *events: Raw,
    by: tuple[str, ...] | Mapping[str, int] = (),
    billed: Mapping[str, Bill] | None = None,
    context: Context = ONE_ACCOUNT,
    times: tuple[int, ...] | None = None,
    **copies: int,
) -> Case:
    """A row: ``by`` names the recorders that record the events; ``free=1`` and the like are billed to you."""
    recorders = recorders if isinstance(recorders, tuple) else (recorders,)
    if not isinstance(by, Mapping):
        by = dict.fromkeys(by, 1)
    if billed is None:
        billed = {YOU: Bill(**copies)} if any(copies.values()) else {}
    return Case(words, recorders, tuple(zip(events, times or (1,) * len(events), strict=True)), by, billed, context)


# ---- the configurations ----

DEMO = "arn:aws:s3:::amzn-s3-demo-bucket"

WRITES = trail("writes", basic("WriteOnly"))
DEFAULT = trail("default")
READ_AND_WRITE_TRAILS = (trail("A", basic("ReadOnly")), trail("B", basic("WriteOnly")))
ALL_AND_READ_ONLY = (trail("one", basic("All")), trail("two", basic("ReadOnly")))
TWO_REGIONS = (trail("east"), trail("west", home_region="us-west-2"))
MULTI_AND_SINGLE = (trail("multi", is_multi_region=True), trail("single"))
ONE_BUCKET = trail("bucket", basic("All", management=False, s3=(f"{DEMO}/",)))
PREFIX_WRITES = trail("prefix", basic("WriteOnly", management=False, s3=(f"{DEMO}3/my-images",)))
ONE_FUNCTION = trail(
    "function",
    basic(management=False, functions=(f"arn:aws:lambda:{HOME}:{YOU}:function:MyLambdaFunction",)),
)
HELLO_WORLD = trail(
    "hello",
    basic(management=False, functions=("arn:aws:lambda:us-west-2:111111111111:function:helloworld",)),
    account="111111111111",
    home_region="us-west-2",
)
ALL_S3 = basic(management=False, s3=("arn:aws:s3",))
S3_SELECT = trail(
    "S3Select",
    on_objects(
        resources_ARN={
            "equals": [f"{DEMO}/object1"],
            "starts": [f"{DEMO}/"],
            "ends": ["object3"],
            "not_starts": [f"{DEMO}/deselect"],
            "not_ends": ["object5"],
            "not_equals": [f"{DEMO}/object6"],
        }
    ),
)
ALL_BUT_ONE_BUCKET = trail(
    "all but one",
    on_objects(eventName={"equals": ["PutObject", "DeleteObject"]}, resources_ARN={"not_starts": [f"{DEMO}/"]}),
)
THREE_NAMES = trail("names", on_objects(eventName={"equals": ["GetObject", "PutObject", "DeleteObject"]}))
SNAPSHOTS = trail(
    "snapshots",
    advanced("Data", resources_type="AWS::EC2::Snapshot", eventName={"not_equals": ["ListChangedBlocks"]}),
)
SCANNER = "arn:aws:sts::123456789012:assumed-role/bucket-scanner-role"
NOT_THE_SCANNER = trail(
    "not the scanner",
    on_objects(resources_ARN={"starts": [f"{DEMO}/"]}, userIdentity_arn={"not_starts": [SCANNER]}),
    account=OWNER_OF_ENDPOINT,
)
IN_SCANNERS_ACCOUNT = Context(enabled={OWNER_OF_ENDPOINT: (HOME,)})
WITHOUT_BATCH_DELETES = trail(
    "deletes once",
    on_objects(eventName={"not_equals": ["DeleteObject"]}),
    on_objects(eventName="DeleteObject", eventType={"not_equals": ["AwsServiceEvent"]}),
)
NO_LIFECYCLE = trail("no lifecycle", on_objects(eventSource={"not_equals": ["s3lifecycle.amazonaws.com"]}))
NO_AUTHN = trail("no authn", on_objects(eventSource={"not_equals": ["s3-authn-errors.amazonaws.com"]}))
NO_KMS = trail("no KMS", advanced("Management", eventSource={"not_equals": [KMS]}))
NO_KMS_BASIC = trail("no KMS", basic("All", exclude=(KMS,)))
NOT_CONSOLE = store(
    "store",
    advanced(
        "Management",
        eventType={"not_equals": ["AwsServiceEvent"]},
        sessionCredentialFromConsole={"not_equals": ["true"]},
    ),
)
TABLES = trail("tables", advanced("Data", resources_type="AWS::DynamoDB::Table"))
STREAMS = trail("streams", advanced("Data", resources_type="AWS::DynamoDB::Stream"))
DENIED = trail(
    "denied",
    advanced("NetworkActivity", eventSource=KMS, errorCode="VpceAccessDenied"),
    account=OWNER_OF_ENDPOINT,
)
AT_ENDPOINT_OWNER = Context(enabled={OWNER_OF_ENDPOINT: (HOME,)})
OWNERS_BUCKET = basic(management=False, s3=("arn:aws:s3:::owners-bucket/",))
OWNER_AND_BOB = (trail("owner", OWNERS_BUCKET), trail("Bob", OWNERS_BUCKET, account=BOB))
TWO_ACCOUNTS = Context(enabled={YOU: (HOME,), BOB: (HOME,)})
THREE_ACCOUNTS = Context(enabled={YOU: (HOME,), BOB: (HOME,), MARY: (HOME,)})
EVERYBODY = (trail("you", ALL_S3), trail("Bob", ALL_S3, account=BOB), trail("Mary", ALL_S3, account=MARY))
ALICE_AND_BOB = (trail("Alice"), trail("Bob", account=BOB))
OWN_LOG_BUCKET = "acme-trail-logs/AWSLogs/111122223333/CloudTrail/us-east-1/x.json.gz"
RECURSIVE = trail("recursive", basic(s3=("arn:aws:s3",)))
NOT_RECURSIVE = trail("not recursive", basic(s3=("arn:aws:s3",)), recursive_logging=False)
ORGANIZATION = Context(
    enabled={MANAGEMENT_ACCOUNT: (HOME,), YOU: (HOME,)},
    management_account=MANAGEMENT_ACCOUNT,
    members=(MANAGEMENT_ACCOUNT, YOU),
)


def organization_trail(*selectors: Any, **more: Any) -> Trail:
    return trail("org", *selectors, account=MANAGEMENT_ACCOUNT, is_organization=True, is_multi_region=True, **more)


SPANISH_ORGANIZATION = Context(
    enabled={
        MANAGEMENT_ACCOUNT: (HOME, "eu-south-2"),
        YOU: (HOME, "eu-west-1"),
        BOB: (HOME, "eu-south-2"),
    },
    opt_in=frozenset({"eu-south-2"}),
    management_account=MANAGEMENT_ACCOUNT,
    members=(MANAGEMENT_ACCOUNT, YOU, BOB),
)
SIGN_IN = record("signin.amazonaws.com", "ConsoleLogin", read=False, eventType="AwsConsoleSignIn")
SLASHED = trail(
    "slashed",
    advanced(
        "Data",
        resources_type="AWS::Lambda::Function",
        resources_ARN=f"arn:aws:lambda:{HOME}:{YOU}:function/MyLambdaFunction",
    ),
)
DOCUMENTED = trail(
    "documented",
    advanced("Management"),
    on_objects(
        eventName={"equals": ["PutObject", "DeleteObject"]},
        resources_ARN={"starts": [f"{DEMO}/prefix", f"{DEMO}2/prefix"]},
    ),
    advanced("NetworkActivity", eventSource=KMS),
)


# ---- the events ----

DESCRIBE = record(EC2, "DescribeInstances", read=True)
TERMINATE = record(EC2, "TerminateInstances", read=False)
DECRYPT = record(KMS, "Decrypt", read=True)
CREATE_USER = record(IAM, "CreateUser", read=False)
STREAMED_TABLE = [
    {"type": "AWS::DynamoDB::Stream", "ARN": f"arn:aws:dynamodb:{HOME}:{YOU}:table/orders/stream/2026-01-01T00:00:00"},
    {"type": "AWS::DynamoDB::Table", "ARN": f"arn:aws:dynamodb:{HOME}:{YOU}:table/orders"},
]
GET_RECORDS = data(DYNAMODB, "GetRecords", STREAMED_TABLE, read=True)
GET_ITEM = data(DYNAMODB, "GetItem", STREAMED_TABLE[1:], read=True)
BY_CLOUDTRAIL = {"userIdentity": service(CLOUDTRAIL)}
DELETED_KEY = s3("DeleteObject", "amzn-s3-demo-bucket/a", eventType="AwsServiceEvent")


def at(account: str, raw: Raw) -> Raw:
    """The copy of an event that another account receives: an event of its own (R51)."""
    shared = {"sharedEventID": "99999999-8888-7777-6666-555555555555"}
    return {**raw, **shared, "eventID": f"00000000-0000-0000-0000-{account}", "recipientAccountId": account}


def via(host: str, region: str, kind: str) -> Raw:
    """An STS call through an endpoint, as recorded since 2025 (R65)."""
    details = {"RequestDetails": {"endpointType": kind, "awsServingRegion": "us-west-2"}}
    tls = {"clientProvidedHostHeader": host}
    return record(STS, "GetCallerIdentity", read=True, awsRegion=region, additionalEventData=details, tlsDetails=tls)


BOB_PUTS = s3("PutObject", "owners-bucket/a", userIdentity=session("app", BOB))
OWNER_PUTS = s3("PutObject", "owners-bucket/a")
MARY_GETS = s3("GetObject", "yours/a", userIdentity=session("app", MARY))
BOB_ENCRYPTS = record(KMS, "Encrypt", read=True, userIdentity=session("app", BOB))
OLD_GET = {
    "eventVersion": "1.05",
    "userIdentity": session("app"),
    "eventTime": "2020-09-14T00:42:13Z",
    "eventSource": S3,
    "eventName": "GetObject",
    "awsRegion": HOME,
    "eventID": "11111111-2222-3333-4444-555555555555",
    "readOnly": True,
    "resources": [
        {"type": "AWS::S3::Object", "ARN": f"{DEMO}/a"},
        {"accountId": YOU, "type": "AWS::S3::Bucket", "ARN": DEMO},
    ],
    "eventType": "AwsApiCall",
    "recipientAccountId": YOU,
}

CASES = (
    # -- basic selectors --
    case(
        "T1 write-only trail: RunInstances",
        WRITES,
        record(EC2, "RunInstances", read=False),
        by=("writes",),
        free=1,
    ),
    case("T2 write-only trail: GetConsoleOutput", WRITES, record(EC2, "GetConsoleOutput", read=True)),
    case("T3 trail without selectors: a read", DEFAULT, DESCRIBE, by=("default",), free=1),
    case("T3 trail without selectors: a write", DEFAULT, TERMINATE, by=("default",), free=1),
    case("T4 trail without selectors: S3 GetObject", DEFAULT, s3("GetObject", "amzn-s3-demo-bucket/a")),
    case("T5 a read trail and a write trail: a read", READ_AND_WRITE_TRAILS, DESCRIBE, by=("A",), free=1),
    case("T6 a read trail and a write trail: a write, nothing paid", READ_AND_WRITE_TRAILS, TERMINATE,
         by=("B",), free=1),
    case("T7 all beside read-only: a read is paid once", ALL_AND_READ_ONLY, DESCRIBE,
         by=("one", "two"), free=1, paid=1),
    case("T8 all beside read-only: a write", ALL_AND_READ_ONLY, TERMINATE, by=("one",), free=1),
    case(
        "T9 single-Region trails in two Regions: one free copy each",
        TWO_REGIONS,
        DESCRIBE,
        {**DESCRIBE, "awsRegion": "us-west-2"},
        by=("east", "west"),
        free=2,
    ),
    case("T10 multi-Region and single-Region: in the shared Region", MULTI_AND_SINGLE, DESCRIBE,
         by=("multi", "single"), free=1, paid=1),
    case("T10 multi-Region and single-Region: elsewhere", MULTI_AND_SINGLE, {**DESCRIBE, "awsRegion": "eu-west-1"},
         by=("multi",), free=1),
    case("T11 organization trail beside a member's own: the member pays", (organization_trail(), trail("own")),
         DESCRIBE, by=("org", "own"), free=1, paid=1, context=ORGANIZATION),
    case("T12 basic S3 bucket: PutObject in it", ONE_BUCKET, s3("PutObject", "amzn-s3-demo-bucket/a"),
         by=("bucket",), data=1),
    case("T13 basic S3 bucket: PutObject in a bucket whose name is longer", ONE_BUCKET,
         s3("PutObject", "amzn-s3-demo-bucket2/a")),
    case("T14 basic S3 prefix, writes: DeleteObject under it", PREFIX_WRITES,
         s3("DeleteObject", "amzn-s3-demo-bucket3/my-images/example.jpg"), by=("prefix",), data=1),
    case("T15 basic S3 prefix, writes: DeleteObject beside it", PREFIX_WRITES,
         s3("DeleteObject", "amzn-s3-demo-bucket3/my-videos/example.avi")),
    case("T16 basic S3 prefix, writes: GetObject under it", PREFIX_WRITES,
         s3("GetObject", "amzn-s3-demo-bucket3/my-images/example.jpg")),
    case("T17 basic Lambda: the function", ONE_FUNCTION, invoke("MyLambdaFunction"), by=("function",), data=1),
    case("T17 basic Lambda: another function", ONE_FUNCTION, invoke("MyOtherLambdaFunction")),
    case("T18 basic Lambda is exact: helloworld2", HELLO_WORLD, invoke("helloworld2", "us-west-2", "111111111111"),
         context=Context(enabled={"111111111111": ("us-west-2",)})),
    case("T19 all S3: a write to another account's bucket, at the caller", trail("caller", ALL_S3),
         s3("PutObject", "somebody-elses/a"), by=("caller",), data=1),
    # -- advanced selectors --
    case("T20 S3Select: equals", S3_SELECT, s3("GetObject", "amzn-s3-demo-bucket/object1"), by=("S3Select",), data=1),
    case("T21 S3Select: starts with", S3_SELECT, s3("GetObject", "amzn-s3-demo-bucket/object2"),
         by=("S3Select",), data=1),
    case("T22 S3Select: ends with alone, in another bucket", S3_SELECT, s3("GetObject", "amzn-s3-demo-bucket1/object3"),
         by=("S3Select",), data=1),
    case("T23 S3Select: deselected by its beginning", S3_SELECT,
         s3("GetObject", "amzn-s3-demo-bucket/deselectObject4")),
    case("T24 S3Select: deselected by its end", S3_SELECT, s3("GetObject", "amzn-s3-demo-bucket/object5")),
    case("T25 S3Select: deselected as a whole", S3_SELECT, s3("GetObject", "amzn-s3-demo-bucket/object6")),
    case("T26 all but one bucket: PutObject elsewhere", ALL_BUT_ONE_BUCKET, s3("PutObject", "amzn-s3-demo-bucket2/a"),
         by=("all but one",), data=1),
    case("T26 all but one bucket: PutObject in it", ALL_BUT_ONE_BUCKET, s3("PutObject", "amzn-s3-demo-bucket/a")),
    case("T26 all but one bucket: GetObject elsewhere", ALL_BUT_ONE_BUCKET, s3("GetObject", "amzn-s3-demo-bucket2/a")),
    case("T27 three event names: HeadObject", THREE_NAMES, s3("HeadObject", "amzn-s3-demo-bucket/a")),
    *(
        case(f"T28 snapshots but one name: {name}", SNAPSHOTS,
             data("ebs.amazonaws.com", name, [{"type": "AWS::EC2::Snapshot", "ARN": "arn:aws:ec2:::snapshot/snap-0a"}],
                  read=True), by=by, data=len(by))
        for name, by in (("GetSnapshotBlock", ("snapshots",)), ("ListChangedBlocks", ()))
    ),
    *(
        case(f"T29 all but a scanner: {who}", NOT_THE_SCANNER,
             s3("GetObject", "amzn-s3-demo-bucket/a", userIdentity=identity, recipientAccountId=OWNER_OF_ENDPOINT),
             by=by, billed={OWNER_OF_ENDPOINT: Bill(data=1)} if by else {}, context=IN_SCANNERS_ACCOUNT)
        for who, identity, by in (
            ("the scanner", session("bucket-scanner-role", OWNER_OF_ENDPOINT), ()),
            ("another role", session("app", OWNER_OF_ENDPOINT), ("not the scanner",)),
            ("an AWS service without ARN", service("config.amazonaws.com"), ("not the scanner",)),
        )
    ),
    case("T30 batch deletes once: the DeleteObjects request", WITHOUT_BATCH_DELETES,
         data(S3, "DeleteObjects", on_keys(DEMO), read=False), by=("deletes once",), data=1),
    case("T30 batch deletes once: its DeleteObject for a key", WITHOUT_BATCH_DELETES, DELETED_KEY),
    case("T30 batch deletes once: a user's DeleteObject", WITHOUT_BATCH_DELETES,
         s3("DeleteObject", "amzn-s3-demo-bucket/a"), by=("deletes once",), data=1),
    case("T31 no lifecycle: an expiry", NO_LIFECYCLE,
         s3("DeleteObject", "amzn-s3-demo-bucket/a", source="s3lifecycle.amazonaws.com", eventType="AwsServiceEvent")),
    case("T31 no lifecycle: a user's DeleteObject", NO_LIFECYCLE, s3("DeleteObject", "amzn-s3-demo-bucket/a"),
         by=("no lifecycle",), data=1),
    case("T32 no failed authentication: AuthenticateSignatureDoesNotMatch", NO_AUTHN,
         s3("AuthenticateSignatureDoesNotMatch", "amzn-s3-demo-bucket/a", source="s3-authn-errors.amazonaws.com",
            read=False)),
    case("T32 no failed authentication: GetObject", NO_AUTHN, s3("GetObject", "amzn-s3-demo-bucket/a"),
         by=("no authn",), data=1),
    case("T33 advanced, no KMS: Decrypt", NO_KMS, DECRYPT),
    case("T33 advanced, no KMS: CreateUser", NO_KMS, CREATE_USER, by=("no KMS",), free=1),
    case("T34 basic, no KMS: Encrypt", NO_KMS_BASIC, record(KMS, "Encrypt", read=True)),
    case("T34 basic, no KMS: DisableKey", NO_KMS_BASIC, record(KMS, "DisableKey", read=False)),
    case("T34 basic, no KMS: an EC2 call", NO_KMS_BASIC, DESCRIBE, by=("no KMS",), free=1),
    case("T35 write-only with KMS: Decrypt is a read", WRITES, DECRYPT),
    case("T35 write-only with KMS: DisableKey", WRITES, record(KMS, "DisableKey", read=False), by=("writes",), free=1),
    case("T36 store without console and service events: a console call", NOT_CONSOLE,
         {**TERMINATE, "sessionCredentialFromConsole": "true"}),
    case("T36 store without console and service events: a call from the command line", NOT_CONSOLE, TERMINATE,
         by=("store",)),
    case("T36 store without console and service events: KMS RotateKey", NOT_CONSOLE,
         record(KMS, "RotateKey", read=False, eventType="AwsServiceEvent", userIdentity=service(KMS))),
    case("T37 DynamoDB tables: GetRecords on a streamed table", TABLES, GET_RECORDS, by=("tables",), data=1),
    case("T38 DynamoDB streams: GetItem on a table without stream", STREAMS, GET_ITEM),
    case("T38 DynamoDB streams: GetRecords", STREAMS, GET_RECORDS, by=("streams",), data=1),
    case("T39 denied network activity: the denied ListKeys, at the endpoint's owner", DENIED,
         network(KMS, "ListKeys", error="VpceAccessDenied"), by=("denied",), context=AT_ENDPOINT_OWNER,
         billed={OWNER_OF_ENDPOINT: Bill(network=1)}),
    case("T39 denied network activity: the ListKeys that went through", DENIED, network(KMS, "ListKeys"),
         context=AT_ENDPOINT_OWNER),
    # -- several accounts --
    case("T40 owner and Bob log a bucket: Bob writes, both pay", OWNER_AND_BOB, at(YOU, BOB_PUTS), at(BOB, BOB_PUTS),
         by=("owner", "Bob"), billed={YOU: Bill(data=1), BOB: Bill(data=1)}, context=TWO_ACCOUNTS),
    case("T41 owner and Bob log a bucket: the owner writes", OWNER_AND_BOB, OWNER_PUTS, by=("owner",), data=1,
         context=TWO_ACCOUNTS),
    case("T42 three accounts log all buckets: Mary reads yours", EVERYBODY, at(YOU, MARY_GETS), at(MARY, MARY_GETS),
         by=("you", "Mary"), billed={YOU: Bill(data=1), MARY: Bill(data=1)}, context=THREE_ACCOUNTS),
    case("T43 Bob encrypts with Alice's key: free in both accounts", ALICE_AND_BOB, at(YOU, BOB_ENCRYPTS),
         at(BOB, BOB_ENCRYPTS), by=("Alice", "Bob"), billed={YOU: Bill(free=1), BOB: Bill(free=1)},
         context=TWO_ACCOUNTS),
    case("T44 two trails log one bucket: both copies are data events", (trail("one", ALL_S3), trail("two", ALL_S3)),
         s3("PutObject", "amzn-s3-demo-bucket/a"), by=("one", "two"), data=2),
    # -- CloudTrail's own --
    case("T45 a logged log bucket: CloudTrail's PutObject comes back", RECURSIVE, s3("PutObject", OWN_LOG_BUCKET,
         **BY_CLOUDTRAIL), by=("recursive",), data=1),
    case("T45 a logged log bucket without recursive logging: CloudTrail's PutObject", NOT_RECURSIVE,
         s3("PutObject", OWN_LOG_BUCKET, **BY_CLOUDTRAIL)),
    case("T46 without recursive logging: another service's log delivery", NOT_RECURSIVE,
         s3("PutObject", "elb-logs/a", userIdentity=service("delivery.logs.amazonaws.com")),
         by=("not recursive",), data=1),
    case("T46 without recursive logging: CloudTrail's GetBucketAcl", NOT_RECURSIVE,
         record(S3, "GetBucketAcl", read=True, **BY_CLOUDTRAIL), by=("not recursive",), free=1),
    case("T46 without recursive logging: CloudTrail's GenerateDataKey", NOT_RECURSIVE,
         record(KMS, "GenerateDataKey", read=True, **BY_CLOUDTRAIL), by=("not recursive",), free=1),
    # -- where trails are --
    case("T55 single-Region us-east-2 with global events: CreateUser is in us-east-1",
         trail("ohio", home_region="us-east-2", include_global_service_events=True), CREATE_USER),
    case("T56 single-Region us-east-1 with global events: CreateUser", DEFAULT, CREATE_USER, by=("default",), free=1),
    case("T56 single-Region us-east-1 without global events: CreateUser",
         trail("default", include_global_service_events=False), CREATE_USER),
    case("T57 single-Region us-west-2: STS by the Regional endpoint", trail("west", home_region="us-west-2"),
         via("sts.us-west-2.amazonaws.com", "us-west-2", "regional"), by=("west",), free=1),
    case("T57 single-Region us-west-2: STS by the global endpoint", trail("west", home_region="us-west-2"),
         via("sts.amazonaws.com", "us-east-1", "global")),
    case("T58 organization trail at home in an opt-in Region: a member that has not enabled it",
         organization_trail(home_region="eu-south-2"), DESCRIBE, {**DESCRIBE, "awsRegion": "eu-west-1"},
         context=SPANISH_ORGANIZATION),
    case("T58 organization trail at home in an opt-in Region: a member that has",
         organization_trail(home_region="eu-south-2"), at(BOB, DESCRIBE), by=("org",), billed={BOB: Bill(free=1)},
         context=SPANISH_ORGANIZATION),
    case("T59 organization trail names a member's bucket: the member pays", organization_trail(OWNERS_BUCKET),
         OWNER_PUTS, by=("org",), data=1, context=ORGANIZATION),
    # -- oddities --
    case("T60 sign-in, read-only trail", trail("reads", basic("ReadOnly")), SIGN_IN),
    case("T60 sign-in, write-only trail", WRITES, SIGN_IN, by=("writes",), free=1),
    case("T61 AWS's own function ARN with a slash matches nothing", SLASHED, invoke("MyLambdaFunction")),
    case("T62 a record of 1.05 without category is data by its name", trail("both", basic(s3=(f"{DEMO}/",))), OLD_GET,
         by=("both",), data=1),
    case("T65 prefix is a prefix of prefix1", DOCUMENTED, s3("PutObject", "amzn-s3-demo-bucket/prefix1"),
         by=("documented",), data=1),
    # -- derived from the rules --
    # 10 reads: B alone, free.  4 writes: A and B, 4 free and 4 paid.  Copies 4 + 14 = 18 = 14 free + 4 paid.
    case("T66 write-only beside all: 10 reads and 4 writes", (trail("A", basic("WriteOnly")), trail("B", basic())),
         DESCRIBE, TERMINATE, times=(10, 4), by={"A": 4, "B": 14}, free=14, paid=4),
    case("T67 one trail excludes KMS, the other not: KMS is free once", (NO_KMS_BASIC, trail("all", basic())), DECRYPT,
         by=("all",), free=1),
    case("T68 a second basic selector undoes the KMS exclusion",
         trail("both", basic(exclude=(KMS,)), basic(s3=(f"{DEMO}/",))), DECRYPT, by=("both",), free=1),
    case("T69 three trails: one free copy, two paid", (trail("one"), trail("two"), trail("three")), DESCRIBE,
         by=("one", "two", "three"), free=1, paid=2),
    case("T70 a list call's ARNPrefix is deselected",
         trail("not it", on_objects(resources_ARN={"not_starts": [f"{DEMO}/"]})),
         data(S3, "ListObjects", on_keys(DEMO), read=True)),
    case("T71 the bucket's element does not save a deselected object",
         trail("not it", on_objects(resources_ARN={"not_starts": [f"{DEMO}/"]})),
         s3("GetObject", "amzn-s3-demo-bucket/a")),
)  # fmt: skip


def oracle_says(chosen: Case) -> tuple[dict[str, int], dict[str, Bill]]:
    """What each recorder records, and what each account is billed, by the rules word for word."""
    recorded: dict[str, int] = {}
    billed: dict[str, Bill] = {}
    for raw, times in chosen.events:
        for recorder in chosen.recorders:
            answer = oracle.records(recorder, raw, chosen.context)
            assert not answer.is_unsure
            if answer.is_recorded:
                recorded[recorder.name] = recorded.get(recorder.name, 0) + times
        bill = oracle.bill(chosen.recorders, raw, chosen.context).times(times)
        if any(bill):
            account = oracle.account_of(raw)
            billed[account] = billed.get(account, Bill()).plus(bill)
    return recorded, billed


def engine_says(chosen: Case) -> tuple[dict[str, int], dict[str, Bill]]:
    """The same from an estimate of a scenario, where everything must be decided."""
    scenario = scenes.scenario_of(chosen.recorders, chosen.events, chosen.context)
    estimate = scenes.estimate(scenario)
    recorded = {}
    for name, quantity in scenes.recorded(estimate).items():
        assert not quantity.has_band
        recorded[name] = int(quantity.point)
    billed: dict[str, Bill] = {}
    for (account, _region), bill in scenes.bills(estimate).items():
        billed[account] = billed.get(account, Bill()).plus(bill)
    return recorded, billed


@pytest.mark.parametrize("says", [oracle_says, engine_says], ids=["by the rules", "by the engine"])
@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: chosen.words)
def test_an_event_is_recorded_and_billed_as_aws_says(
    chosen: Case, says: Callable[[Case], tuple[dict[str, int], dict[str, Bill]]]
) -> None:
    recorded, billed = says(chosen)
    assert recorded == chosen.recorded
    assert billed == chosen.billed


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: chosen.words)
def test_the_engines_parts_say_the_same_of_each_event(chosen: Case) -> None:
    scenario = scenes.scenario_of(chosen.recorders, chosen.events, chosen.context)
    for raw, _times in chosen.events:
        for recorder in chosen.recorders:
            expected = oracle.records(recorder, raw, chosen.context).is_recorded
            assert scenes.engine_records(recorder, raw, scenario) is Truth.of(expected)


# ---- what the API refuses ----

FIFTY = tuple(f"arn:aws:lambda:{HOME}:{YOU}:function:f{n}" for n in range(50))
HUNDRED = tuple(f"arn:aws:lambda:{HOME}:{YOU}:function:f{n}" for n in range(100))
BY_NAME = advanced("Management", eventName={"equals": ["CreateUser"]})
BY_CALLER = advanced(
    "NetworkActivity", eventSource=KMS, userIdentity_arn={"starts": [f"arn:aws:sts::{YOU}:assumed-role/app"]}
)


FIVE_OF_FIFTY = trail("t", *(basic(functions=FIFTY) for _ in range(5)))
# 3 × 50 + 99 + 1 = 250
UNEVEN = trail(
    "t", *(basic(functions=FIFTY) for _ in range(3)), basic(functions=HUNDRED[:99]), basic(functions=FIFTY[:1])
)
FIVE_OF_HUNDRED = trail("t", *(basic(functions=HUNDRED) for _ in range(5)))

LEGAL_OR_NOT = (
    ("T51 5 selectors of 50 resources: 250", FIVE_OF_FIFTY, True),
    ("T52 3 of 50, 99 and 1: 250", UNEVEN, True),
    ("T53 5 selectors of 100: 500", FIVE_OF_HUNDRED, False),
    ("T54 a wildcard as S3 value", trail("t", basic(s3=("arn:aws:s3:::*",))), False),
    ("T63 management events by name, on a trail", trail("t", BY_NAME), False),
    ("T63 management events by name, on a store", store("s", BY_NAME), True),
    ("T64 network activity by caller, on a trail", trail("t", BY_CALLER), True),
    ("T64 network activity by caller, on a store", store("s", BY_CALLER), False),
)


@pytest.mark.parametrize(("words", "recorder", "is_legal"), LEGAL_OR_NOT, ids=[row[0] for row in LEGAL_OR_NOT])
def test_the_api_accepts_and_refuses_as_aws_says(words: str, recorder: Recorder, is_legal: bool) -> None:  # noqa: ARG001
    assert (refusals(recorder) == ()) is is_legal


# ---- records ----


def test_t62_a_record_of_version_1_05_is_data_and_counted_as_inferred(tmp_path: Any) -> None:
    assert oracle.classify(OLD_GET) == oracle.Classification("Data", True, True, False)
    assert event_key(OLD_GET, EVERYTHING).category == "Data"
    (tmp_path / "old.json").write_text(json.dumps({"Records": [OLD_GET]}), encoding="utf-8")
    read = count_logs([tmp_path], EVERYTHING).volumes.read
    assert read is not None
    assert (read.inferred_category, read.inferred_read_only) == (1, 0)


def test_t72_an_event_met_twice_is_counted_once(tmp_path: Any) -> None:
    other_account = at(BOB, DESCRIBE)
    other_account["eventID"] = DESCRIBE["eventID"]
    twice = [DESCRIBE, DESCRIBE, TERMINATE | {"eventID": "66666666-2222-3333-4444-555555555555"}, other_account]
    assert len(oracle.distinct(twice)) == 3
    (tmp_path / "twice.json").write_text(json.dumps({"Records": twice}), encoding="utf-8")
    volumes = count_logs([tmp_path], EVERYTHING).volumes
    assert volumes.read is not None
    # 4 records: the first event twice in one account; the same id in another account is another event.
    assert (volumes.read.records, volumes.read.counted, volumes.read.duplicates) == (4, 3, 1)
    assert sum(row.count or 0 for row in volumes.rows) == 3


NOT_ROWS = {47, 48, 49, 50, 72}
"""The Insights examples are in ``test_insights_cases``; duplicates are dropped before anything is asked."""


def test_every_case_of_the_table_is_here() -> None:
    words = [chosen.words for chosen in CASES] + [row[0] for row in LEGAL_OR_NOT]
    found = {int(number) for text in words for number in re.findall(r"^T(\d+) ", text)}
    assert found == set(range(1, 73)) - NOT_ROWS
    assert len(set(words)) == len(words)
