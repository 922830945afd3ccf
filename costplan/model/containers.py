"""Containers: the bounded names that unbounded ARNs belong to, and what they decide about conditions.

Object keys and session names are unbounded and private.  While events are counted, an ARN becomes its
container plus one answer for each condition that somebody asks; nothing else of it is kept.
"""

from dataclasses import dataclass
from enum import StrEnum

from costplan.model.truth import Truth


class ArnField(StrEnum):
    """The selectable fields whose values are unbounded."""

    RESOURCE = "resources.ARN"
    PRINCIPAL = "userIdentity.arn"


class Operator(StrEnum):
    """The three tests of a value; the negated operators are their negations (R21)."""

    EQUALS = "Equals"
    STARTS_WITH = "StartsWith"
    ENDS_WITH = "EndsWith"

    def holds(self, text: str, value: str) -> bool:
        """Whether *text* passes the test with *value*, byte for byte (R23)."""
        if self is Operator.EQUALS:
            return text == value
        return text.startswith(value) if self is Operator.STARTS_WITH else text.endswith(value)


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """A test of an unbounded field that rows of volumes hold the answer to."""

    field: ArnField
    operator: Operator
    value: str


# Types whose ARN is bucket or access point, a slash, and an unbounded key (R9, R32).
_OBJECT_TYPES = frozenset(
    {
        "AWS::S3::Object",
        "AWS::S3Express::Object",
        "AWS::S3Outposts::Object",
        "AWS::S3::AccessPoint",
        "AWS::S3Express::AccessPoint",
        "AWS::S3ObjectLambda::AccessPoint",
    }
)
# How many words name the container in the resource part of an ARN: "accesspoint/NAME/…", "bucket/NAME/…",
# "outpost/ID/bucket/NAME/…".  Plain bucket ARNs have no such word: a bucket may itself be called "outpost".
_WORDS_OF_NAME = {"accesspoint": 2, "bucket": 2, "outpost": 4}

NOT_AN_ARN = "arn"
"""The container of a text that is no ARN: it could be anything, an object key included, so nothing of it is kept."""


def holds_objects(resource_type: object) -> bool:
    """Whether resources of this type are named by a container and an unbounded key."""
    return resource_type in _OBJECT_TYPES


def resource_container(resource_type: str | None, arn: str) -> tuple[str, bool]:
    """Return the container of a resource's ARN, and whether it is the whole ARN.

    >>> resource_container("AWS::S3::Object", "arn:aws:s3:::lake/claims/1.json")
    ('arn:aws:s3:::lake', False)
    >>> resource_container("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:etl")
    ('arn:aws:lambda:us-east-1:111122223333:function:etl', True)
    """
    if not _is_arn(arn):
        return NOT_AN_ARN, False
    _, _, service, _, account, name = arn.split(":", 5)
    head = arn[: len(arn) - len(name) - 1]
    is_in_bucket = service == "s3" and not account
    if resource_type in _OBJECT_TYPES or is_in_bucket:
        pieces = name.split("/")
        container = "/".join(pieces[: 1 if is_in_bucket else _WORDS_OF_NAME.get(pieces[0], 1)])
        return f"{head}:{container}", container == name
    return _type_and_name(head, name)


def _is_arn(text: str) -> bool:
    return text.startswith("arn:") and text.count(":") >= 5


def _type_and_name(head: str, name: str) -> tuple[str, bool]:
    """Cut a resource part after its second word: ``table/orders/stream/2026`` keeps ``table/orders``."""
    seen = 0
    for position, character in enumerate(name):
        if character in "/:" and position:
            seen += 1
            if seen == 2:
                return f"{head}:{name[:position]}", False
    return f"{head}:{name}", True


def principal_container(arn: str) -> tuple[str, bool]:
    """Return the role of a session's ARN, or the whole ARN of any other principal, and which of the two it is.

    >>> principal_container("arn:aws:sts::111122223333:assumed-role/etl/i-0abc")
    ('arn:aws:sts::111122223333:assumed-role/etl', False)
    """
    if not _is_arn(arn):
        return NOT_AN_ARN, False
    _, _, service, _, _, name = arn.split(":", 5)
    head = arn[: len(arn) - len(name) - 1]
    word, slash, rest = name.partition("/")
    if word == "assumed-role":
        role, cut, _session = rest.partition("/")
        return f"{head}:{word}/{role}", not cut
    if slash and service == "sts":
        # Federated users and the like: the name is a session's.
        return f"{head}:{word}", False
    return arn, True


def decide(container: str, is_whole: bool, joint: str, operator: Operator, value: str) -> Truth:
    """Return what *container* alone says about an ARN of which it is the beginning.

    *joint* is the text known to follow the container in the ARN (``"/"`` for objects and sessions, else ``""``).

    >>> decide("arn:aws:s3:::lake", False, "/", Operator.STARTS_WITH, "arn:aws:s3:::lake/")
    <Truth.YES: 2>
    >>> decide("arn:aws:s3:::lake", False, "/", Operator.STARTS_WITH, "arn:aws:s3:::lake/claims/")
    <Truth.MAYBE: 1>
    """
    if is_whole:
        return Truth.of(operator.holds(container, value))
    if container == NOT_AN_ARN:
        # What begins like an ARN, or is one, is not among these texts.
        return Truth.NO if operator is not Operator.ENDS_WITH and _is_arn(value) else Truth.MAYBE
    known = container + joint
    if operator is Operator.ENDS_WITH:
        return Truth.MAYBE if value else Truth.YES
    if operator is Operator.STARTS_WITH and known.startswith(value):
        return Truth.YES
    if not value.startswith(known) or (operator is Operator.EQUALS and value == container):
        return Truth.NO
    return Truth.MAYBE
