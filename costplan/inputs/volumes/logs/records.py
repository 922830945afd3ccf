"""From one raw record to its ``EventKey``: the slow, clear path, and the judge of what is a readable record.

The fast path (``decoding``) only sorts records into groups of which this module interprets one each.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from costplan.inputs.volumes.logs.classification import classify_category, classify_read_only
from costplan.model.containers import ArnField, Condition, principal_container, resource_container
from costplan.model.events import CLOUDTRAIL_SERVICE, EventCategory, EventKey, Principal, Resource
from costplan.model.places import is_account, is_region
from costplan.model.unknown import UNKNOWN, Flag, Text
from costplan.model.volumes import EVERYTHING, CountPlan

STS = "sts.amazonaws.com"
BUCKET_TYPE = "AWS::S3::Bucket"


class UnreadableRecordError(ValueError):
    """A record that cannot be counted; the text says why and holds nothing of the record."""


class ForeignRecordError(UnreadableRecordError):
    """Something that does not have the shape of a CloudTrail record at all: a notification, say."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A record's key, what of it the record did not say itself, and whether it comes late or corrects one (R55)."""

    key: EventKey
    is_category_inferred: bool = False
    is_read_only_inferred: bool = False
    is_account_inferred: bool = False
    is_addendum: bool = False
    # Every unit looks readings up, and a key has many fields.
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        if not self._hash:
            object.__setattr__(self, "_hash", hash(self._values) or 1)
        return self._hash

    def __reduce__(self) -> tuple[type["Reading"], tuple[Any, ...]]:
        # Another process may hash texts differently.
        return Reading, self._values

    @property
    def _values(self) -> tuple[Any, ...]:
        return (
            self.key,
            self.is_category_inferred,
            self.is_read_only_inferred,
            self.is_account_inferred,
            self.is_addendum,
        )


def event_key(record: Mapping[str, Any], plan: CountPlan = EVERYTHING, *, file_account: str | None = None) -> EventKey:
    """Return the key of one raw *record*, with what *plan* keeps.

    An account missing in the record is its caller's, else *file_account*: the one in the file's S3 key (R50).
    Insights and aggregated records have keys too, of their own categories.  Of CloudTrail's own calls
    ``invoked_by`` and the event name are kept whatever the plan says: they tell deliveries from bucket checks.

    Raises:
        UnreadableRecordError: a field that is needed is missing or has the wrong form.
    """
    return read_record(record, plan, file_account).key


def read_record(record: Any, plan: CountPlan, file_account: str | None = None) -> Reading:
    """Return the key of one raw *record* with what was inferred.

    Raises:
        ForeignRecordError: it has not the shape of a CloudTrail record.
        UnreadableRecordError: it has, and a field that is needed is missing or has the wrong form.
    """
    if not isinstance(record, Mapping):
        raise ForeignRecordError("it is not an object")
    source = _text(record, "eventSource")
    if source is not None and source.startswith("aws:"):
        raise ForeignRecordError("it is a notification, not a CloudTrail record")
    name, event_type = _text(record, "eventName"), _text(record, "eventType")
    if source is None and event_type is None:
        raise ForeignRecordError("it has neither eventSource nor eventType")
    identity = _object(record, "userIdentity")
    account = _account(record, identity, file_account)
    region = _text(record, "awsRegion")
    if region is None or not is_region(region):
        raise UnreadableRecordError("its awsRegion is not a Region code" if region else "it has no awsRegion")
    stated = _text(record, "eventCategory")
    # Of other categories nothing asks for the resources, and they name every key and role of the account.
    elements = _elements(record) if stated in (None, EventCategory.DATA) else []
    category, is_category_inferred = classify_category(
        stated,
        event_type,
        _flag(record, "managementEvent"),
        source or "",
        name or "",
        [resource_type for resource_type, _ in elements],
    )
    if category is None:
        raise UnreadableRecordError("its eventCategory is none that trails deliver")
    if category in (EventCategory.INSIGHT, EventCategory.AGGREGATED):
        return Reading(EventKey(account, region, category))
    if source is None or name is None:
        raise UnreadableRecordError(f"it has no {'eventName' if source else 'eventSource'}")
    read_only, is_read_only_inferred = classify_read_only(_flag(record, "readOnly"), category, event_type, source, name)
    resources = None
    if category is EventCategory.DATA and keeps_resources(plan):
        resources = distinct(resource_of(kind, arn, resource_conditions(plan)) for kind, arn in elements)

    is_own = _text(identity, "invokedBy") == CLOUDTRAIL_SERVICE

    def text(field: str, name: str) -> Text:
        return _text(record, name) if plan.keeps(field) or (is_own and field == "event_name") else UNKNOWN

    def flag(field: str, value: Callable[[], Flag]) -> Flag:
        return value() if plan.keeps(field) else UNKNOWN

    key = EventKey(
        account=account,
        region=region,
        category=category,
        event_source=text("event_source", "eventSource"),
        event_name=text("event_name", "eventName"),
        event_type=text("event_type", "eventType"),
        read_only=flag("read_only", lambda: read_only),
        resources=UNKNOWN if resources is None else resources,
        principal=_principal(identity, plan),
        is_console=flag("is_console", lambda: _flag(record, "sessionCredentialFromConsole") or None),
        error_code=text("error_code", "errorCode"),
        vpc_endpoint_id=text("vpc_endpoint_id", "vpcEndpointId"),
        vpc_endpoint_account=text("vpc_endpoint_account", "vpcEndpointAccountId"),
        is_global_endpoint=flag("is_global_endpoint", lambda: source == STS and _is_at_global_endpoint(record)),
        is_cross_account=flag("is_cross_account", lambda: _is_cross_account(record, identity, account)),
    )
    return Reading(
        key,
        is_category_inferred,
        is_read_only_inferred,
        is_account_inferred=_text(record, "recipientAccountId") is None,
        is_addendum=record.get("addendum") is not None,
    )


def narrow(key: EventKey, plan: CountPlan) -> EventKey:
    """Return *key* without the fields that counting needs for itself and *plan* does not keep."""
    if plan.keeps("event_source") and plan.keeps("read_only"):
        return key
    return replace(
        key,
        event_source=key.event_source if plan.keeps("event_source") else UNKNOWN,
        read_only=key.read_only if plan.keeps("read_only") else UNKNOWN,
    )


# ---- ARNs ----


def resource_conditions(plan: CountPlan) -> tuple[Condition, ...]:
    """Return the conditions of *plan* on ``resources.ARN``, in the order of the answers."""
    return tuple(c for c in plan.conditions if c.field is ArnField.RESOURCE)


def principal_conditions(plan: CountPlan) -> tuple[Condition, ...]:
    """Return the conditions of *plan* on ``userIdentity.arn``, in the order of the answers."""
    return tuple(c for c in plan.conditions if c.field is ArnField.PRINCIPAL)


def keeps_resources(plan: CountPlan) -> bool:
    """Whether rows keep resources; answers stand in them, so a condition keeps them too."""
    return plan.keeps("resources") or bool(resource_conditions(plan))


def keeps_principal(plan: CountPlan) -> bool:
    """Whether rows keep the principal's container; a condition on it keeps it too."""
    return plan.keeps("principal_container") or bool(principal_conditions(plan))


def resource_of(resource_type: str | None, arn: str | None, conditions: tuple[Condition, ...]) -> Resource:
    """Return an element of ``resources[]`` without the unbounded end of its ARN."""
    if arn is None:
        # A missing field fails every value that selects (R26).
        return Resource(resource_type, None, False, "0" * len(conditions))
    container, is_whole = resource_container(resource_type, arn)
    return Resource(resource_type, container, is_whole, answer(arn, conditions))


def answer(arn: str, conditions: Iterable[Condition]) -> str:
    """Return one character for each condition: whether *arn* passes it."""
    return "".join("1" if c.operator.holds(arn, c.value) else "0" for c in conditions)


def distinct(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return the different elements in a fixed order.

    Every S3 data event lists its bucket beside the object.  No selector can name a bucket's type, so it is left out
    where something else remains.
    """
    found = set(resources)
    if len(found) > 1:
        found = {resource for resource in found if resource.type != BUCKET_TYPE} or found
    return tuple(sorted(found, key=lambda r: (str(r.type or ""), str(r.container or ""), r.is_whole, r.answers)))


def _elements(record: Mapping[str, Any]) -> list[tuple[str | None, str | None]]:
    """Return type and ARN of each element of ``resources[]``; the prefix stands for a missing ARN (R32)."""
    listed = record.get("resources")
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(element, Mapping) for element in listed):
        raise UnreadableRecordError("its resources are not a list of objects")
    return [
        (
            _text(element, "type") or _text(element, "resourceType"),
            _text(element, "ARN") or _text(element, "ARNPrefix") or _text(element, "resourceName"),
        )
        for element in listed
    ]


def _principal(identity: Mapping[str, Any], plan: CountPlan) -> Principal:
    container: Text = UNKNOWN
    is_whole, answers = False, ""
    if keeps_principal(plan):
        arn = _text(identity, "arn")
        container, is_whole, answers = principal_of(arn, principal_conditions(plan))
    invoked_by = _text(identity, "invokedBy")
    return Principal(
        container,
        is_whole,
        _text(identity, "type") if plan.keeps("principal_type") else UNKNOWN,
        # The trails' own events stay marked: an estimate replaces them.
        invoked_by if plan.keeps("invoked_by") or invoked_by == CLOUDTRAIL_SERVICE else UNKNOWN,
        answers,
    )


def principal_of(arn: str | None, conditions: tuple[Condition, ...]) -> tuple[str | None, bool, str]:
    """Return container, whether it is the whole ARN, and answers of a ``userIdentity.arn``."""
    if arn is None:
        return None, False, "0" * len(conditions)
    return *principal_container(arn), answer(arn, conditions)


# ---- fields ----


def _text(record: Mapping[str, Any], name: str) -> str | None:
    """Return a text field; the empty text of redacted records is as good as none (R54)."""
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise UnreadableRecordError(f"its {name} is not a text")


def _flag(record: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean field, which some exporters write as a text."""
    value = record.get(name)
    if value is None or isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise UnreadableRecordError(f"its {name} is neither true nor false")


def _object(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    raise UnreadableRecordError(f"its {name} is not an object")


def _account(record: Mapping[str, Any], identity: Mapping[str, Any], file_account: str | None) -> str:
    recipient = _text(record, "recipientAccountId")
    if recipient is not None:
        if not is_account(recipient):
            raise UnreadableRecordError("its recipientAccountId is not an account id")
        return recipient
    caller = _text(identity, "accountId")
    # Callers without an account are "anonymous" and the like.
    account = caller if caller is not None and is_account(caller) else file_account
    if account is None:
        raise UnreadableRecordError("it names no account")
    return account


def _is_at_global_endpoint(record: Mapping[str, Any]) -> bool:
    """Whether an STS call went to the global endpoint, by its host name or by what STS says of it (R65, R67)."""
    details = _object(_object(record, "additionalEventData"), "RequestDetails")
    return _text(details, "endpointType") == "global" or (
        _text(_object(record, "tlsDetails"), "clientProvidedHostHeader") == STS
    )


def _is_cross_account(record: Mapping[str, Any], identity: Mapping[str, Any], account: str) -> bool:
    """Whether another account made the call; AWS's own calls have a ``sharedEventID`` as well (R51)."""
    caller = _text(identity, "accountId")
    is_shared = _text(record, "sharedEventID") is not None
    return is_shared and caller is not None and is_account(caller) and caller != account
