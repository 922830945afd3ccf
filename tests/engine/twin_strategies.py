"""Draws records, recorders and places for the twins: small worlds, in which selectors often hit.

Values of selectors are cut from the very texts that the records hold, so that equal texts, shared beginnings and
shared ends are common.  Nothing is drawn that AWS cannot write, nor anything the rules leave open; each such limit is
named where it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from costplan.model.recorders import CloudWatchLogs, DirectDelivery, EventDataStore, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)
from tests.engine.scenes import opt_in_regions
from tests.oracle import Context

ORGANIZATION_ACCOUNT = "999999999999"
ACCOUNTS = (ORGANIZATION_ACCOUNT, "111122223333", "444455556666")
OUTSIDER = "777788889999"
PARTITIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "aws": ("us-east-1", ("us-east-1", "eu-west-1", "eu-south-2")),
    "aws-us-gov": ("us-gov-west-1", ("us-gov-west-1", "us-gov-east-1")),
}
"""Partition → its leader and the Regions used; eu-south-2 is an opt-in Region."""

Raw = dict[str, Any]

# ---- texts ----

BUCKETS = ("lake", "lakehouse", "trail-logs")
KEYS = ("claims/1.json", "claims/2/x.json", "claimsets/1.json", "logs/1.json", "1.json")
SOURCES = {
    "s3": "s3.amazonaws.com",
    "lifecycle": "s3lifecycle.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "dynamodb": "dynamodb.amazonaws.com",
    "kms": "kms.amazonaws.com",
    "ec2": "ec2.amazonaws.com",
    "sts": "sts.amazonaws.com",
    "iam": "iam.amazonaws.com",
    "cloudfront": "cloudfront.amazonaws.com",
    "signin": "signin.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "rdsdata": "rdsdata.amazonaws.com",
}
MANAGEMENT_CALLS = {
    "ec2": ("DescribeInstances", "RunInstances", "TerminateInstances", "GetConsoleOutput", "ExportImage"),
    "kms": ("Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "DisableKey", "ListKeys"),
    "s3": ("GetBucketAcl", "PutBucketLifecycle", "CreateBucket", "ListBuckets"),
    "lambda": ("CreateFunction20150331", "ListFunctions20150331"),
    "dynamodb": ("CreateTable", "DescribeTable"),
    "logs": ("PutLogEvents", "CreateLogGroup"),
    "rdsdata": ("ExecuteSql",),
}
GLOBAL_CALLS = {"iam": ("CreateUser", "ListUsers"), "cloudfront": ("UpdateDistribution", "GetDistribution")}
S3_READS = ("GetObject", "HeadObject", "GetObjectTagging")
S3_WRITES = ("PutObject", "DeleteObject", "CompleteMultipartUpload")
S3_LISTS = ("ListObjects", "HeadBucket", "DeleteObjects", "ListObjectVersions")
NETWORK_NAMES = ("ListKeys", "GetObject", "PutObject")
ENDPOINTS = ("vpce-0a1", "vpce-0a12", "vpce-0b2")


def function_arn(partition: str, region: str, account: str, name: str) -> str:
    return f"arn:{partition}:lambda:{region}:{account}:function:{name}"


def table_arn(partition: str, region: str, account: str, name: str) -> str:
    return f"arn:{partition}:dynamodb:{region}:{account}:table/{name}"


def principals(partition: str) -> list[str]:
    sessions = [
        f"{role}/{name}" for role in ("app", "app-admin", "AWSServiceRoleForConfig") for name in ("i-0abc", "alice")
    ]
    ends = [("sts", f"assumed-role/{end}") for end in sessions]
    ends += [("iam", "user/alice"), ("iam", "user/path/app"), ("iam", "root"), ("sts", "federated-user/alice")]
    ends += [("sts", "assumed-role/app"), ("sts", "assumed-role/App/alice")]
    return [f"arn:{partition}:{service}::{account}:{end}" for account in ACCOUNTS[1:] for service, end in ends]


def resource_arns(partition: str) -> list[str]:
    objects = [f"arn:{partition}:s3:::{bucket}/{key}" for bucket in BUCKETS for key in KEYS]
    region = PARTITIONS[partition][0]
    functions = [function_arn(partition, region, a, f) for a in ACCOUNTS[1:] for f in ("etl", "etl2")]
    tables = [table_arn(partition, region, a, t) for a in ACCOUNTS[1:] for t in ("orders", "orders2")]
    deeper = [functions[0] + ":prod", tables[0] + "/stream/2026-01-01T00:00:00.000", tables[0] + "/index/by-date"]
    points = [access_point_arn(partition, region, ACCOUNTS[1], f"object/{key}") for key in KEYS[:2]]
    buckets = [f"arn:{partition}:s3:::{bucket}{end}" for bucket in BUCKETS for end in ("", "/")]
    return objects + functions + tables + deeper + points + buckets


def access_point_arn(partition: str, region: str, account: str, path: str) -> str:
    return f"arn:{partition}:s3:{region}:{account}:accesspoint/reports/{path}"


# ---- records ----

CATEGORIES = ("Data", "Management", "NetworkActivity")


def places(context: Context) -> list[tuple[str, str]]:
    return [(account, region) for account, regions in context.enabled.items() for region in regions]


@st.composite
def identities(draw: st.DrawFn, partition: str) -> Raw | None:
    """Who called: mostly a session, often somebody without an ARN; ``None`` leaves the field out."""
    kind = draw(
        st.sampled_from(["session", "session", "session", "user", "service", "own", "account", "on behalf", "no"])
    )
    if kind == "service":
        return {"type": "AWSService", "invokedBy": draw(st.sampled_from(["config.amazonaws.com", "s3.amazonaws.com"]))}
    if kind == "own":
        return {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}
    if kind == "account":
        return {"type": "AWSAccount", "accountId": OUTSIDER, "principalId": "anonymous"}
    if kind == "no":
        return None
    arn = draw(st.sampled_from(principals(partition)))
    identity = {"type": "IAMUser" if ":iam:" in arn else "AssumedRole", "arn": arn, "accountId": arn.split(":")[4]}
    if kind == "on behalf":
        identity["invokedBy"] = draw(st.sampled_from(["cloudtrail.amazonaws.com", "athena.amazonaws.com"]))
    return identity


@st.composite
def object_resources(draw: st.DrawFn, partition: str, is_list: bool) -> list[Raw]:
    bucket = f"arn:{partition}:s3:::{draw(st.sampled_from(BUCKETS))}"
    objects = st.builds(
        lambda key: {"type": "AWS::S3::Object", "ARN": f"{bucket}/{key}"},
        st.sampled_from(KEYS),
    )
    elements = [{"type": "AWS::S3::Object", "ARNPrefix": f"{bucket}/"}]
    if not is_list:
        # Batch calls name several objects; some records give the type and no ARN at all.
        elements = draw(st.lists(objects | st.just({"type": "AWS::S3::Object"}), min_size=1, max_size=3))
    with_bucket = [*elements, {"type": "AWS::S3::Bucket", "ARN": bucket, "accountId": ACCOUNTS[1]}]
    return draw(st.sampled_from([with_bucket, with_bucket, with_bucket[::-1], elements]))


@st.composite
def data_calls(draw: st.DrawFn, partition: str, account: str) -> Raw:
    """Source, name, read-only and resources of a data event."""
    region = PARTITIONS[partition][0]
    kinds = ["read", "write", "write", "list", "lifecycle", "lambda", "table", "tables", "stream", "point"]
    kind = draw(st.sampled_from(kinds))
    if kind in ("read", "write", "list"):
        name = draw(st.sampled_from({"read": S3_READS, "write": S3_WRITES, "list": S3_LISTS}[kind]))
        resources = draw(object_resources(partition, kind == "list"))
        source, read = "s3", kind != "write" and name != "DeleteObjects"
    elif kind == "lifecycle":
        source, name, read = "lifecycle", draw(st.sampled_from(["DeleteObject", "TransitionObject"])), False
        resources = draw(object_resources(partition, is_list=False))
    elif kind == "point":
        source, name, read = "s3", "GetObject", True
        arn = access_point_arn(partition, region, account, f"object/{draw(st.sampled_from(KEYS))}")
        resources = [*draw(object_resources(partition, is_list=False)), {"type": "AWS::S3::AccessPoint", "ARN": arn}]
    elif kind == "lambda":
        arn = function_arn(partition, region, account, draw(st.sampled_from(["etl", "etl2", "etl:prod"])))
        source, name, read = "lambda", "Invoke", False
        resources = [{"type": "AWS::Lambda::Function", "ARN": arn, "accountId": account}]
    else:
        names = draw(st.permutations(["orders", "orders2", "users"]))[: 2 if kind == "tables" else 1]
        tables = [{"type": "AWS::DynamoDB::Table", "ARN": table_arn(partition, region, account, n)} for n in names]
        source, read = "dynamodb", draw(st.booleans())
        name = {"tables": "BatchGetItem" if read else "BatchWriteItem", "table": "GetItem" if read else "PutItem"}.get(
            kind, "GetRecords"
        )
        resources = tables
        if kind == "stream":
            read = True
            stream = tables[0]["ARN"] + "/stream/2026-01-01T00:00:00.000"
            resources = [{"type": "AWS::DynamoDB::Stream", "ARN": stream}, *tables]
    return {"eventSource": SOURCES[source], "eventName": name, "readOnly": read, "resources": resources}


@st.composite
def management_calls(draw: st.DrawFn, region: str, leader: str) -> Raw:
    """Source, name and read-only of a management event; global services only at the leader (R63)."""
    kinds = ["call", "call", "call", "sts", "service", "sign-in"] + (["global"] if region == leader else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "sts":
        is_global = region == leader and draw(st.booleans())
        host = "sts.amazonaws.com" if is_global else f"sts.{region}.amazonaws.com"
        call: Raw = {"eventSource": SOURCES["sts"], "eventName": "AssumeRole", "readOnly": True}
        evidence = draw(st.sampled_from(["host", "kind", "both"]))
        if evidence != "kind":
            call["tlsDetails"] = {"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": host}
        if evidence != "host":
            details = {"endpointType": "global" if is_global else "regional", "awsServingRegion": "eu-west-1"}
            call["additionalEventData"] = {"RequestDetails": details}
        return call
    if kind == "service":
        return {
            "eventSource": SOURCES["kms"],
            "eventName": "RotateKey",
            "readOnly": False,
            "eventType": "AwsServiceEvent",
        }
    if kind == "sign-in":
        is_sign_in = draw(st.booleans())
        return {
            "eventSource": SOURCES["signin"],
            "eventName": "ConsoleLogin" if is_sign_in else "SwitchRole",
            "readOnly": False,
            "eventType": "AwsConsoleSignIn" if is_sign_in else "AwsConsoleAction",
        }
    calls = GLOBAL_CALLS if kind == "global" else MANAGEMENT_CALLS
    source = draw(st.sampled_from(sorted(calls)))
    name = draw(st.sampled_from(calls[source]))
    is_read = name.startswith(("Describe", "Get", "List", "Decrypt", "Encrypt", "GenerateDataKey"))
    call = {"eventSource": SOURCES[source], "eventName": name, "readOnly": is_read}
    if draw(st.booleans()) and source == "kms":
        call["resources"] = [
            {"type": "AWS::KMS::Key", "ARN": "arn:aws:kms:us-east-1:111122223333:key/k", "accountId": ""}
        ]
    return call


@st.composite
def raw_records(draw: st.DrawFn, partition: str, context: Context, usual: tuple[str, str, str]) -> Raw:
    """A record of any of the three routed categories, of any version, with the oddities real files show.

    Two out of three happen at the *usual* account and Region, and are of the usual category.
    """
    leader = context.leader
    account, region, category = usual
    if draw(st.integers(0, 2)) == 2:
        account, region = draw(st.sampled_from(places(context)))
    if draw(st.integers(0, 2)) == 2:
        category = draw(st.sampled_from(CATEGORIES))
    record: Raw = {
        "eventVersion": "1.11",
        "eventTime": "2026-10-01T12:00:00Z",
        "awsRegion": region,
        "eventType": "AwsApiCall",
        "recipientAccountId": account,
        "eventCategory": category,
        "eventID": "11111111-2222-3333-4444-555555555555",
    }
    identity = draw(identities(partition))
    if identity is not None:
        record["userIdentity"] = identity
    if category == "Management":
        record |= draw(management_calls(region, leader))
    elif category == "Data":
        record |= draw(data_calls(partition, account))
        if record["eventSource"] == SOURCES["s3"] and draw(st.integers(0, 5)) == 0:
            record |= {"eventName": "PutObject", "readOnly": False}
            record["userIdentity"] = {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}
        if draw(st.integers(0, 3)) == 0:
            record["eventType"] = "AwsServiceEvent"
    else:
        source = draw(st.sampled_from(["kms", "s3", "ec2"]))
        record |= {
            "eventSource": SOURCES[source],
            "eventName": draw(st.sampled_from(NETWORK_NAMES)),
        }
        record |= {
            "eventType": draw(st.sampled_from(["AwsVpceEvent", "AwsVpceEvents"])),
            "vpcEndpointAccountId": account,
        }
    if category == "NetworkActivity" or draw(st.booleans()):
        record["vpcEndpointId"] = draw(st.sampled_from(ENDPOINTS))
    error = draw(st.sampled_from(["VpceAccessDenied", "AccessDenied", None, None]))
    if error:
        record["errorCode"] = error
    if draw(st.integers(0, 3)) == 0:
        record["sessionCredentialFromConsole"] = "true"
    if draw(st.integers(0, 3)) == 0:
        record["sharedEventID"] = "99999999-8888-7777-6666-555555555555"
    return _aged(draw, record)


def _aged(draw: st.DrawFn, record: Raw) -> Raw:
    """Take from a record what its version did not have yet (R43), and sometimes what is optional."""
    version = draw(st.sampled_from(["1.11", "1.11", "1.10", "1.08", "1.06", "1.05", "1.02"]))
    minor = int(version.split(".")[1])
    record["eventVersion"] = version
    is_data = record["eventCategory"] == "Data"
    if minor >= 6 and record["eventCategory"] != "NetworkActivity":
        record["managementEvent"] = not is_data
    # Network activity (2024) and lifecycle events (2025) are younger than every version without a category,
    # and R47 gives old ones no names to go by.
    is_young = record["eventCategory"] == "NetworkActivity" or record["eventSource"] == SOURCES["lifecycle"]
    if minor < 7 and not is_young:
        del record["eventCategory"]
    if minor < 8:
        record.pop("sessionCredentialFromConsole", None)
        record.pop("tlsDetails", None)
    if "readOnly" in record and draw(st.integers(0, 4)) == 0:
        del record["readOnly"]
    if draw(st.booleans()):
        _bend(draw, record)
    caller = record.get("userIdentity") or {}
    if draw(st.integers(0, 5)) == 0 and caller.get("accountId") == record["recipientAccountId"]:
        # R50: without recipientAccountId the caller's account stands in.
        del record["recipientAccountId"]
    return record


def _bend(draw: st.DrawFn, record: Raw) -> None:
    """Bend a record in ways that tools which rewrite log files do: nulls, contradictions, half-filled elements."""
    kind = draw(
        st.sampled_from(["nulls", "category", "flag", "console", "elements", "caller", "verb", "type", "fields"])
    )
    elements = record.get("resources") or []
    if kind == "nulls":
        # A null says no more than a missing field.
        for name in ("eventCategory", "managementEvent", "readOnly", "resources", "userIdentity", "errorCode"):
            record.setdefault(name, None)
    elif kind == "category" and record["eventType"].startswith(("AwsVpce", "AwsConsole")):
        record.pop("eventCategory", None)  # R47 step 2 comes before step 3
        record["managementEvent"] = draw(st.booleans())
    elif kind == "flag" and "eventCategory" in record:
        record["managementEvent"] = draw(st.booleans())  # R47 step 1 comes first
    elif kind == "console":
        record["sessionCredentialFromConsole"] = draw(st.sampled_from(["true", "false", None]))
    elif kind == "elements" and (
        record.keys() & {"eventCategory", "managementEvent"} or _intended_category(record) == "Data"
    ):
        # R47 step 4 does not say which types have data events only: old management events get no other's elements.
        odd = draw(st.sampled_from(ODD_ELEMENTS))
        record["resources"] = draw(st.permutations([*elements, odd]))
    elif kind == "caller":
        record["userIdentity"] = draw(st.sampled_from(ODD_CALLERS))
    elif kind == "verb" and "eventCategory" in record and record["eventCategory"] == "Management":
        record["eventName"] = draw(st.sampled_from(ODD_NAMES))
        record["eventType"] = "AwsApiCall"
        record.pop("readOnly", None)
    elif kind == "type" and "eventCategory" in record:
        record["eventType"] = "Rds Data Service"  # R45
    elif kind == "fields":
        for name in draw(st.lists(st.sampled_from(["eventID", "vpcEndpointId", "errorCode"]))):
            record.pop(name, None)


ODD_ELEMENTS: tuple[Raw, ...] = (
    {"ARN": "arn:aws:s3:::lake/claims/1.json"},
    {"type": None, "ARN": "arn:aws:s3:::lake/claims/1.json"},
    {"type": "AWS::S3::Object", "ARN": None},
    {"type": "AWS::S3::Object", "ARN": None, "ARNPrefix": "arn:aws:s3:::lake/"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake/claims/1.json", "ARNPrefix": "arn:aws:s3:::lakehouse/"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake/"},
    {"type": "AWS::S3::Object", "ARN": "lake/claims/1.json"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws-cn:s3:::lake/claims/1.json"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake/claims//1.json"},
    {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::lake/clai:ms/é.json"},
    {"type": "AWS::Lambda::Function", "ARN": "etl"},
    {"type": "AWS::New::Thing", "ARN": "arn:aws:new:us-east-1:111122223333:thing/a/b/c"},
    {"accountId": "", "type": "AWS::S3::Bucket"},
)
ODD_CALLERS: tuple[Raw, ...] = (
    {},
    {"type": "Unknown", "arn": None},
    {"type": "Root", "arn": "arn:aws:iam::111122223333:root", "accountId": "111122223333"},
    {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/app"},
    {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/app/alice/x"},
    {"type": "AssumedRole", "arn": "arn:aws-cn:sts::111122223333:assumed-role/app/alice"},
    {"type": "IAMUser", "arn": "alice"},
    {"type": "AWSService", "invokedBy": None},
)
# Names whose first word is, or only begins like, a verb of R48's table; KMS calls are not among them (R49 names three).
ODD_NAMES = ("CheckoutLicense", "CheckDomain", "Gettysburg", "Listen", "BatchGetImage", "BatchDeleteImage", "ScanIt")
ODD_NAMES += ("Get", "ExportTable", "TestRole", "Testify", "DownloadLog", "ViewBilling", "EstimateCost", "lookupIt")


# ---- selectors ----

POSITIVE = ("equals", "starts_with", "ends_with")
NEGATIVE = ("not_equals", "not_starts_with", "not_ends_with")
ANY = POSITIVE + NEGATIVE
NAMES = sorted({n for names in MANAGEMENT_CALLS.values() for n in names} | {*S3_READS, *S3_WRITES, *S3_LISTS, "Invoke"})
TYPES = ("AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn", "AwsConsoleAction", "AwsVpceEvent")
RESOURCE_TYPES = (
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::Stream",
    "AWS::S3::AccessPoint",
)


class Aim:
    """What the records of a scene hold, so that selectors are often about them."""

    def __init__(self, partition: str, records: Sequence[Raw]) -> None:
        self.partition = partition
        self.records = records
        elements = [e for r in records for e in r.get("resources") or ()]
        self.arns = [arn for e in elements if (arn := e.get("ARN") or e.get("ARNPrefix"))]
        self.types = [e["type"] for e in elements if e.get("type") in RESOURCE_TYPES]
        self.principals = [arn for r in records if (arn := (r.get("userIdentity") or {}).get("arn"))]
        self.categories = [_intended_category(r) for r in records]
        self.accounts = [r["recipientAccountId"] for r in records if r.get("recipientAccountId")]

    def texts(self, name: str) -> list[str]:
        """Texts that records of this scene hold in a field."""
        return [r[name] for r in self.records if isinstance(r.get(name), str)]


def _intended_category(record: Raw) -> str:
    stated = record.get("eventCategory")
    if stated is not None:
        return str(stated)
    return "Data" if record.get("resources") and record["eventSource"] != SOURCES["kms"] else "Management"


def aimed(known: Sequence[str], world: Sequence[str]) -> st.SearchStrategy[str]:
    """A text of the scene three times out of four, else any of the world's."""
    if not known:
        return st.sampled_from(world)
    return st.integers(0, 3).flatmap(lambda n: st.sampled_from(known if n else world))


@st.composite
def cut(draw: st.DrawFn, texts: st.SearchStrategy[str], operator: str) -> str:
    """A text, or a piece of one from its beginning or end, as the operator asks."""
    text = draw(texts)
    if draw(st.integers(0, 9)) == 0:
        text = text.swapcase()  # R23: case counts
    if draw(st.integers(0, 4)) == 0 or (operator.endswith("equals") and draw(st.integers(0, 4)) > 0):
        return text
    # Pieces end where words do, or anywhere.
    borders = [i for i in range(1, len(text)) if text[i - 1] in "/:-." or text[i] in "/:-."]
    at = draw(st.sampled_from(borders) | st.integers(1, len(text) - 1)) if borders else len(text)
    return text[:at] if "starts" in operator else text[at:]


@st.composite
def field_selectors(
    draw: st.DrawFn, name: str, texts: st.SearchStrategy[str], operators: tuple[str, ...]
) -> FieldSelector:
    """Up to three operators of a field, each with up to three values."""
    chosen = draw(st.lists(st.sampled_from(operators), min_size=1, max_size=3, unique=True))
    values = {o: tuple(draw(st.lists(cut(texts, o), min_size=1, max_size=3, unique=True))) for o in chosen}
    return FieldSelector(name, **values)


@st.composite
def advanced_selectors(draw: st.DrawFn, aim: Aim, *, is_trail: bool) -> AdvancedEventSelector:
    """A selector with the fields and operators of table 2.1 for its category and recorder."""
    category = draw(aimed(aim.categories, CATEGORIES))
    fields = [FieldSelector("eventCategory", equals=(category,))]
    arns = (aimed(aim.principals, principals(aim.partition)), ANY)
    choices: dict[str, tuple[st.SearchStrategy[str], tuple[str, ...]]] = {}
    if category == "NetworkActivity":
        source = draw(aimed(aim.texts("eventSource"), [SOURCES["kms"], SOURCES["s3"]]))
        fields.append(FieldSelector("eventSource", equals=(source,)))
        choices = {
            "eventName": (st.sampled_from(NETWORK_NAMES), ANY),
            "errorCode": (st.just("VpceAccessDenied"), ("equals",)),
            "vpcEndpointId": (st.sampled_from(ENDPOINTS), ANY),
        }
        if is_trail:
            choices["userIdentity.arn"] = arns
    elif category == "Management" and is_trail:
        choices["eventSource"] = (st.sampled_from([SOURCES["kms"], SOURCES["rdsdata"]]), ("not_equals",))
    else:
        choices = {
            "eventSource": (aimed(aim.texts("eventSource"), list(SOURCES.values())), ANY),
            "eventName": (aimed(aim.texts("eventName"), NAMES), ANY),
            "eventType": (aimed(aim.texts("eventType"), TYPES), ANY),
            "userIdentity.arn": arns,
            "sessionCredentialFromConsole": (st.just("true"), ("equals", "not_equals")),
        }
    if category != "NetworkActivity":
        choices["readOnly"] = (st.sampled_from(["true", "false"]), ("equals",))
    if category == "Data":
        fields.append(FieldSelector("resources.type", equals=(draw(aimed(aim.types, RESOURCE_TYPES)),)))
        choices["resources.ARN"] = (aimed(aim.arns, resource_arns(aim.partition)), ANY)
    names = draw(st.lists(st.sampled_from(sorted(choices)), max_size=draw(st.sampled_from([1, 1, 2])), unique=True))
    if category == "Data" and draw(st.integers(0, 2)) > 0:
        names = sorted({*names, "resources.ARN"})
    fields += [draw(field_selectors(name, *choices[name])) for name in names]
    if names and draw(st.integers(0, 7)) == 0:
        # R25: a field listed twice; on an ARN the rule does not say whether of the same element.
        twice = draw(st.sampled_from(names))
        if twice != "resources.ARN":
            fields.append(draw(field_selectors(twice, *choices[twice])))
    return AdvancedEventSelector(tuple(draw(st.permutations(fields))))


@st.composite
def basic_selectors(draw: st.DrawFn, aim: Aim) -> EventSelector:
    """A basic selector: prefixes of S3 objects, whole functions and tables, or everything of a type (R9)."""
    partition = aim.partition
    arns = resource_arns(partition)
    everything = {
        "AWS::S3::Object": [f"arn:{partition}:s3", f"arn:{partition}:s3:::"],
        "AWS::Lambda::Function": [f"arn:{partition}:lambda"],
        "AWS::DynamoDB::Table": [f"arn:{partition}:dynamodb"],
    }
    prefixes = [f"arn:{partition}:s3:::{b}{end}" for b in BUCKETS for end in ("/", "/claims", "/claims/", "")]
    some = {
        "AWS::S3::Object": prefixes,
        "AWS::Lambda::Function": [a for a in arns if ":lambda:" in a],
        "AWS::DynamoDB::Table": [a for a in arns if ":table/" in a],
    }
    # An account lives in one partition: whether "everything" ends there is not asked.
    is_at_home = all(arn.startswith(f"arn:{partition}:") for arn in aim.arns)
    resources = []
    for kind in draw(st.lists(st.sampled_from(sorted(some)), max_size=2, unique=True)):
        values = st.lists(st.sampled_from(some[kind]), min_size=1, max_size=3, unique=True)
        if is_at_home:
            values |= st.sampled_from(everything[kind]).map(lambda value: [value])
        resources.append(DataResource(kind, tuple(draw(values))))
    return EventSelector(
        draw(st.sampled_from(list(ReadWriteType))),
        draw(st.booleans()),
        draw(st.sampled_from([(), (), (SOURCES["kms"],), (SOURCES["kms"], SOURCES["rdsdata"])])),
        tuple(resources),
    )


@st.composite
def recorders(draw: st.DrawFn, aim: Aim, context: Context, number: int) -> Recorder:
    """A trail with either kind of selector, or none, an event data store, or a delivery without a trail."""
    is_trail = draw(st.integers(0, 3)) > 0
    is_direct = not is_trail and draw(st.booleans())
    kind = draw(st.sampled_from(["advanced", "advanced", "advanced", "basic", "basic", "none"]))
    selectors: Any = None
    if kind != "none":
        each = basic_selectors(aim) if kind == "basic" and is_trail else advanced_selectors(aim, is_trail=is_trail)
        selectors = tuple(draw(st.lists(each, min_size=1, max_size=3)))
    is_organization = bool(context.members) and draw(st.booleans())
    account = ORGANIZATION_ACCOUNT if is_organization else draw(aimed(aim.accounts, sorted(context.enabled)))
    if is_direct:
        return DirectDelivery(
            f"direct {number}",
            account=account,
            regions=tuple(draw(st.permutations(context.enabled[account])))[: draw(st.integers(1, 3))],
            is_organization=is_organization,
            # It carries management and data events only (R78).
            selectors=tuple(draw(st.lists(_carried(aim), min_size=1, max_size=3))),
        )
    # A trail can only be at home where its account has enabled the Region.
    seen = [region for region in aim.texts("awsRegion") if region in context.enabled[account]]
    home = draw(aimed(seen, sorted(context.enabled[account])))
    common = {
        "account": account,
        "home_region": home,
        "is_multi_region": draw(st.integers(0, 2)) > 0,
        "is_organization": is_organization,
        "selectors": selectors,
    }
    is_on = draw(st.integers(0, 9)) > 0
    if not is_trail:
        return EventDataStore(f"store {number}", is_ingesting=is_on, **common)
    # R63: a multi-Region trail must include global service events.
    has_global = common["is_multi_region"] or draw(st.booleans())
    return Trail(
        f"trail {number}",
        include_global_service_events=has_global,
        is_logging=is_on,
        recursive_logging=draw(st.booleans()),
        cloudwatch_logs=CloudWatchLogs(30) if draw(st.booleans()) else None,
        **common,
    )


def _carried(aim: Aim) -> st.SearchStrategy[AdvancedEventSelector]:
    """Advanced selectors of management and data events."""
    return advanced_selectors(aim, is_trail=True).filter(
        lambda selector: FieldSelector("eventCategory", equals=("NetworkActivity",)) not in selector.fields
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Context, str]:
    """Accounts with their enabled Regions, in one partition; with or without an organization."""
    partition = draw(st.sampled_from(["aws", "aws", "aws", "aws-us-gov"]))
    leader, regions = PARTITIONS[partition]
    enabled = {a: tuple(r for r in regions if r == leader or draw(st.booleans())) for a in ACCOUNTS}
    members = draw(st.sampled_from([(), ACCOUNTS, ACCOUNTS[:2]]))
    context = Context(enabled, opt_in_regions(), ORGANIZATION_ACCOUNT if members else None, members, leader)
    return context, partition


@st.composite
def scenes(draw: st.DrawFn, max_recorders: int = 4, max_records: int = 5) -> tuple[Context, list[Recorder], list[Raw]]:
    """Places, recorders in them, and records of them."""
    context, partition = draw(worlds())
    usual = (*draw(st.sampled_from(places(context))), draw(st.sampled_from(CATEGORIES)))
    records = [draw(raw_records(partition, context, usual)) for _ in range(draw(st.integers(1, max_records)))]
    aim = Aim(partition, records)
    chosen = [draw(recorders(aim, context, number)) for number in range(draw(st.integers(1, max_recorders)))]
    return context, chosen, records
