"""The slow obvious twin of the engine: AWS's rules, word by word, on raw records.

Records are dicts as they stand in a log file; recorders are the values of ``costplan.model``.  Nothing is
compiled, rolled up or shared with the engine or the readers.  The numbers are those of the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from costplan.model.recorders import DirectDelivery, EventDataStore, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
    Value,
)

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """The places a record happens in.

    enabled: account → its enabled Regions; an account that is not listed has enabled whatever is asked.
    opt_in: the Regions an account has to enable.
    management_account, members: the organization; members include the management account.
    leader: the Region where the partition records global service events.
    """

    enabled: Mapping[str, Sequence[str]] = field(default_factory=dict)
    opt_in: frozenset[str] = frozenset()
    management_account: str | None = None
    members: tuple[str, ...] = ()
    leader: str = "us-east-1"

    def is_enabled(self, account: str, region: str) -> bool:
        return account not in self.enabled or region in self.enabled[account]


# ---- what a record is ----


class Classification(NamedTuple):
    """What a record is, and whether that had to be inferred (R47 step 5, R48)."""

    category: str
    read_only: bool | None
    is_category_inferred: bool
    is_read_only_inferred: bool


# R47, last step: the names that are data events.
_S3 = """
    GetObject HeadObject HeadBucket ListObjects ListObjectVersions ListParts GetObjectTagging GetObjectAcl
    GetObjectAttributes GetObjectRetention GetObjectLegalHold SelectObjectContent PutObject CopyObject DeleteObject
    DeleteObjects CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload AbortMultipartUpload
    PutObjectTagging PutObjectAcl RestoreObject InitiateReplication
"""
_DYNAMODB = """
    GetItem BatchGetItem Query Scan TransactGetItems SearchVectors PutItem UpdateItem DeleteItem BatchWriteItem
    TransactWriteItems ExecuteStatement BatchExecuteStatement ExecuteTransaction GetRecords GetShardIterator
"""
_RDS_DATA = "ExecuteStatement BatchExecuteStatement BeginTransaction CommitTransaction RollbackTransaction"
DATA_CALLS: Mapping[str, frozenset[str]] = {
    "s3.amazonaws.com": frozenset(_S3.split()),
    "lambda.amazonaws.com": frozenset({"Invoke", "LambdaESMDisabled"}),
    "dynamodb.amazonaws.com": frozenset(_DYNAMODB.split()),
    "rdsdataapi.amazonaws.com": frozenset(_RDS_DATA.split()),
    "cloudtrail-data.amazonaws.com": frozenset({"PutAuditEvents"}),
    "sns.amazonaws.com": frozenset({"Publish", "PublishBatch"}),
    "sqs.amazonaws.com": frozenset({"SendMessage", "ReceiveMessage", "DeleteMessage"}),
    "cognito-identity.amazonaws.com": frozenset({"GetId", "GetCredentialsForIdentity"}),
    "ebs.amazonaws.com": frozenset({"GetSnapshotBlock", "ListChangedBlocks", "PutSnapshotBlock"}),
}

# R48's verb table.
_READ_VERBS = """
    Get List Describe Head Lookup Search BatchGet Query Scan Select Check View Validate Test Estimate Download
"""


def classify(record: Record) -> Classification:
    """Return the category (R47) and the read-only mark (R48) of a record."""
    category, is_inferred = _category(record)
    if category in ("NetworkActivity", "Insight"):
        return Classification(category, None, is_inferred, False)
    stated = record.get("readOnly")
    if stated is not None:
        return Classification(category, stated, is_inferred, False)
    return Classification(category, _inferred_read_only(record), is_inferred, True)


def _category(record: Record) -> tuple[str, bool]:
    if record.get("eventCategory") is not None:
        return record["eventCategory"], False
    by_type = {
        "AwsCloudTrailInsight": "Insight",
        "AwsAggregatedEvent": "Aggregated",
        "AwsVpceEvent": "NetworkActivity",
        "AwsVpceEvents": "NetworkActivity",
        "AwsConsoleSignIn": "Management",
        "AwsConsoleAction": "Management",
    }
    if record.get("eventType") in by_type:
        return by_type[record["eventType"]], False
    if record.get("managementEvent") is not None:
        return ("Management" if record["managementEvent"] else "Data"), False
    if record.get("eventName") in DATA_CALLS.get(record.get("eventSource", ""), ()):
        return "Data", True
    # The second half of step 4, "a type that has only data events", names no type: such records are not decided here.
    return "Management", True


def _inferred_read_only(record: Record) -> bool:
    if record.get("eventType") in ("AwsConsoleSignIn", "AwsServiceEvent"):
        return False
    name = record.get("eventName") or ""
    if any(_begins_with_word(name, verb) for verb in _READ_VERBS.split()):
        return True
    if record.get("eventSource") == "kms.amazonaws.com":
        return name in ("Encrypt", "Decrypt") or name.startswith("GenerateDataKey")
    return False


def _begins_with_word(name: str, verb: str) -> bool:
    """Whether the first words of a name are the verb: ``CheckoutLicense`` does not begin with the verb Check."""
    return name.startswith(verb) and not name[len(verb) : len(verb) + 1].islower()


def account_of(record: Record) -> str:
    """Return the account that received this copy (R50)."""
    return record.get("recipientAccountId") or (record.get("userIdentity") or {}).get("accountId") or ""


def distinct(records: Iterable[Record]) -> list[Record]:
    """Drop further copies of one event; records without an ``eventID`` are never merged (R52)."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for record in records:
        event_id = record.get("eventID")
        if event_id is not None:
            if (account_of(record), event_id) in seen:
                continue
            seen.add((account_of(record), event_id))
        kept.append(record)
    return kept


# ---- what a selector admits (sections 1 and 2) ----


class Answer(NamedTuple):
    """Whether an event is recorded, and whether AWS's silence about several ARNs could turn that around (R31)."""

    is_recorded: bool
    is_unsure: bool = False


NOT = Answer(False)


def any_answer(answers: Iterable[Answer]) -> Answer:
    """OR: sure as soon as one of them surely records."""
    answers = list(answers)
    if any(a.is_recorded and not a.is_unsure for a in answers):
        return Answer(True)
    return Answer(any(a.is_recorded for a in answers), any(a.is_unsure for a in answers))


def field_holds(selector: FieldSelector, text: str | None) -> bool:
    """Return whether one field selector holds (R21, R22, R23, R26)."""
    select = bool(selector.equals or selector.starts_with or selector.ends_with)
    if text is None:
        return not select
    selected = (
        any(text == value for value in _known(selector.equals))
        or any(text.startswith(value) for value in _known(selector.starts_with))
        or any(text.endswith(value) for value in _known(selector.ends_with))
    )
    return (not select or selected) and not is_deselected(selector, text)


def is_deselected(selector: FieldSelector, text: str | None) -> bool:
    """Return whether some value of a negative operator hits."""
    return text is not None and (
        any(text == value for value in _known(selector.not_equals))
        or any(text.startswith(value) for value in _known(selector.not_starts_with))
        or any(text.endswith(value) for value in _known(selector.not_ends_with))
    )


def _known(values: Sequence[Value]) -> list[str]:
    """Refuse values that nobody knows yet: the oracle decides, or does not answer."""
    known = [value for value in values if isinstance(value, str)]
    assert len(known) == len(values), "the oracle needs known values"
    return known


def value_of(field_name: str, record: Record) -> str | None:
    """Return what a record has for a selectable field outside of ``resources[]``, or ``None``."""
    if field_name == "eventCategory":
        return classify(record).category
    if field_name == "readOnly":  # R24
        read_only = classify(record).read_only
        return None if read_only is None else str(read_only).lower()
    if field_name == "userIdentity.arn":
        return (record.get("userIdentity") or {}).get("arn")
    if field_name == "sessionCredentialFromConsole":  # R27: the string true, or absent
        return "true" if record.get(field_name) in ("true", True) else None
    return record.get(field_name)


def arn_of(element: Mapping[str, Any]) -> str | None:
    """Return the ARN of an element of ``resources[]`` (R32)."""
    arn = element.get("ARN")
    return element.get("ARNPrefix") if arn is None else arn


def admits(selector: AdvancedEventSelector, record: Record) -> Answer:
    """Return whether an advanced event selector admits a record (R20–R34)."""
    on_resources = [f for f in selector.fields if f.field in ("resources.type", "resources.ARN")]
    for chosen in selector.fields:
        if chosen not in on_resources and not field_holds(chosen, value_of(chosen.field, record)):
            return NOT
    if not on_resources:
        return Answer(True)
    return _admits_resources(on_resources, record.get("resources") or [])


def _admits_resources(selectors: Sequence[FieldSelector], elements: Sequence[Mapping[str, Any]]) -> Answer:
    """R30: type and ARN are asked of the same element, and one element is enough."""
    on_type = [f for f in selectors if f.field == "resources.type"]
    on_arn = [f for f in selectors if f.field == "resources.ARN"]
    of_the_type = [e for e in elements if all(field_holds(f, e.get("type")) for f in on_type)]
    passing = [e for e in of_the_type if all(field_holds(f, arn_of(e)) for f in on_arn)]
    hit = [e for e in of_the_type if any(is_deselected(f, arn_of(e)) for f in on_arn)]
    # R31: a negative value hits some elements of the type but not all.
    is_unsure = bool(passing) and bool(hit) and len(hit) < len(of_the_type)
    return Answer(bool(passing), is_unsure)


def admits_basic(selector: EventSelector, record: Record) -> Answer:
    """Return whether a basic event selector admits a record (R3–R12)."""
    seen = classify(record)
    kind = selector.read_write_type
    if kind is ReadWriteType.READ_ONLY and seen.read_only is not True:
        return NOT
    if kind is ReadWriteType.WRITE_ONLY and seen.read_only is not False:
        return NOT
    if seen.category == "Management":  # R6
        excluded = record.get("eventSource") in selector.exclude_management_event_sources
        return Answer(bool(selector.include_management_events) and not excluded)
    if seen.category == "Data":  # R9
        return Answer(any(_names(data, e) for data in selector.data_resources for e in record.get("resources") or []))
    return NOT  # R12


def _names(data: DataResource, element: Mapping[str, Any]) -> bool:
    """R9: the types agree, and some value names the element's ARN by the rule of the type."""
    return data.type == element.get("type") and any(
        _value_names(data.type, v, arn_of(element)) for v in _known(data.values)
    )


def _value_names(resource_type: str, value: str, arn: str | None) -> bool:
    service = {"AWS::S3::Object": "s3", "AWS::Lambda::Function": "lambda", "AWS::DynamoDB::Table": "dynamodb"}
    parts = value.split(":")
    is_everything = len(parts) == 3 or (resource_type == "AWS::S3::Object" and parts[3:] == ["", "", ""])
    if is_everything and parts[0] == "arn" and parts[2] == service.get(resource_type):
        # "Everything" of the type in the value's partition, also where the record gives no ARN.
        return arn is None or arn.startswith(f"arn:{parts[1]}:{parts[2]}:")
    if arn is None:
        return False
    if resource_type == "AWS::S3::Object":
        is_bare_bucket = len(parts) == 6 and "/" not in value
        return arn.startswith(value + "/" if is_bare_bucket else value)  # R11
    return arn == value


def selects(recorder: Recorder, record: Record) -> Answer:
    """Return whether a recorder's selectors admit a record, wherever it happened (R1–R4, R20, R36)."""
    selectors = recorder.selectors
    if selectors is None or (isinstance(recorder, EventDataStore) and not selectors):
        return Answer(classify(record).category == "Management")
    return any_answer(
        admits(s, record) if isinstance(s, AdvancedEventSelector) else admits_basic(s, record) for s in selectors
    )


# ---- where a recorder is ----


def is_present(recorder: Recorder, account: str, region: str, context: Context) -> bool:
    """Return whether a recorder is offered the events of a place (R60–R62, R69–R71, R74, R77, R78)."""
    if isinstance(recorder, DirectDelivery):
        is_mine = account == recorder.account or (recorder.is_organization and account in context.members)
        return is_mine and region in recorder.regions and context.is_enabled(account, region)
    is_on = recorder.is_logging if isinstance(recorder, Trail) else recorder.is_ingesting
    if not is_on or not context.is_enabled(account, region):
        return False
    home = recorder.home_region
    assert home is not None
    if not recorder.is_multi_region and region != home:
        return False
    if account == recorder.account:
        return True
    if not recorder.is_organization or account not in context.members:
        return False
    # R70: an organization trail whose home is an opt-in Region reaches only members that have enabled it.
    return home not in context.opt_in or context.is_enabled(account, home)


def is_global_service_event(record: Record) -> bool:
    """Return whether ``IncludeGlobalServiceEvents=false`` removes an event (R67)."""
    source = record.get("eventSource")
    if source in ("iam.amazonaws.com", "cloudfront.amazonaws.com"):
        return True
    details = (record.get("additionalEventData") or {}).get("RequestDetails") or {}
    host = (record.get("tlsDetails") or {}).get("clientProvidedHostHeader")
    is_global = host == "sts.amazonaws.com" or details.get("endpointType") == "global"
    return source == "sts.amazonaws.com" and is_global


def is_own_delivery(record: Record) -> bool:
    """Return whether ``RecursiveLogging=false`` drops an event (R76)."""
    call = (record.get("eventSource"), record.get("eventName"))
    deliveries = (("s3.amazonaws.com", "PutObject"), ("logs.amazonaws.com", "PutLogEvents"))
    invoked_by = (record.get("userIdentity") or {}).get("invokedBy")
    return invoked_by == "cloudtrail.amazonaws.com" and call in deliveries


def records(recorder: Recorder, record: Record, context: Context) -> Answer:
    """Return whether a recorder records an event."""
    region = record["awsRegion"]
    if not is_present(recorder, account_of(record), region, context):
        return NOT
    if isinstance(recorder, Trail):
        if not recorder.recursive_logging and is_own_delivery(record):
            return NOT
        is_at_leader = recorder.home_region == context.leader and not recorder.is_multi_region
        if is_at_leader and not recorder.include_global_service_events and is_global_service_event(record):
            return NOT
    return selects(recorder, record)


# ---- copies and what they are billed as ----


class Bill(NamedTuple):
    """Copies of events, by what AWS counts them as."""

    free: int = 0
    paid: int = 0
    data: int = 0
    network: int = 0

    def plus(self, other: "Bill") -> "Bill":
        return Bill(*(a + b for a, b in zip(self, other, strict=True)))

    def times(self, factor: int) -> "Bill":
        return Bill(*(n * factor for n in self))


def copies(recorders: Iterable[Recorder], record: Record, context: Context) -> int:
    """Return how many trails record an event; neither a store nor a direct delivery gives a copy (R78, R81, R85)."""
    return sum(isinstance(r, Trail) and records(r, record, context).is_recorded for r in recorders)


def bill(recorders: Iterable[Recorder], record: Record, context: Context) -> Bill:
    """Return what the account that received the event is billed for it (R80–R86)."""
    number = copies(recorders, record, context)
    category = classify(record).category
    if category == "Management":
        return Bill(free=min(1, number), paid=max(0, number - 1))
    return Bill(data=number) if category == "Data" else Bill(network=number)


class Bytes(NamedTuple):
    """Uncompressed bytes of events, by what AWS counts them as."""

    lake: int = 0
    direct: int = 0
    log_group: int = 0

    def plus(self, other: "Bytes") -> "Bytes":
        return Bytes(*(a + b for a, b in zip(self, other, strict=True)))


def bytes_taken(recorder: Recorder, record: Record, size: int, context: Context) -> Bytes:
    """Return what one recorder takes of an event of *size* bytes where bytes are paid for (R78, R85, R90)."""
    if not records(recorder, record, context).is_recorded:
        return Bytes()
    if isinstance(recorder, EventDataStore):
        return Bytes(lake=size)
    if isinstance(recorder, DirectDelivery):
        return Bytes(direct=size, log_group=size)
    return Bytes(log_group=size if recorder.cloudwatch_logs is not None else 0)
