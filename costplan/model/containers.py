"""Containers: the bounded names that unbounded ARNs belong to, and what they decide about conditions.

There is no end of object keys and session names, and they may tell secrets.  So nothing of an ARN survives the
counting but its container, and a yes or no for each condition that somebody asked about.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from costplan.model.truth import Truth


class ArnField(StrEnum):
    """The selectable fields whose values are unbounded."""

    # As that of ``Truth``.
    __hash__ = str.__hash__

    RESOURCE = "resources.ARN"
    PRINCIPAL = "userIdentity.arn"


class Operator(StrEnum):
    """The three tests of a value; the negated operators are their negations (R21)."""

    # As that of ``Truth``.
    __hash__ = str.__hash__

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
_WORDS_OF_NAME = {"accesspoint": 2, "bucket": 2}
_IN_OUTPOST = ("bucket", "accesspoint")
# Partition, service, Region and account: in any other form one of them could be a piece of a key.
_ARN = re.compile(
    r"(arn:aws(?:-[a-z]+)*:([a-z0-9-]+):(?:[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2})?:(\d{12}|aws)?):(.*)", re.DOTALL
)
_BUCKET_ARN = re.compile(r"arn:aws(?:-[a-z]+)*:s3:::")

NOT_AN_ARN = "arn"
"""The container of a text that is no ARN of a known form: anything, a key included, so nothing of it is kept."""


def holds_objects(resource_type: object) -> bool:
    """Whether resources of this type are named by a container and an unbounded key."""
    return resource_type in _OBJECT_TYPES


def joint_of(resource_type: object, container: str) -> str:
    """Return what follows *container* in every ARN that is longer, as far as that is known.

    A bucket holds objects, whatever their type is called (R40).
    """
    return "/" if holds_objects(resource_type) or _BUCKET_ARN.match(container) else ""


def resource_container(resource_type: str | None, arn: str) -> tuple[str, bool]:
    """Return the container of a resource's ARN, and whether it is the whole ARN.

    >>> resource_container("AWS::S3::Object", "arn:aws:s3:::lake/claims/1.json")
    ('arn:aws:s3:::lake', False)
    >>> resource_container("AWS::Lambda::Function", "arn:aws:lambda:us-east-1:111122223333:function:etl")
    ('arn:aws:lambda:us-east-1:111122223333:function:etl', True)
    """
    match = _ARN.match(arn)
    if match is None:
        return NOT_AN_ARN, False
    head, service, account, name = match.groups()
    is_in_bucket = service == "s3" and not account
    if resource_type in _OBJECT_TYPES or is_in_bucket:
        pieces = name.split("/")
        container = "/".join(pieces[: 1 if is_in_bucket else _words_of_name(pieces)])
        if ":" in container and not is_in_bucket:
            # No object's: what follows the colon may be a name without end, and no slash ends the container.
            return NOT_AN_ARN, False
        return f"{head}:{container}", container == name
    return _type_and_name(head, name)


def _words_of_name(pieces: list[str]) -> int:
    if pieces[0] == "outpost":
        return 4 if pieces[2:3] and pieces[2] in _IN_OUTPOST else 2
    return _WORDS_OF_NAME.get(pieces[0], 1)


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
    match = _ARN.match(arn)
    if match is None:
        return NOT_AN_ARN, False
    head, service, _, name = match.groups()
    word, slash, rest = name.partition("/")
    kept, is_whole = name, True
    if word == "assumed-role" and slash:
        role, cut, _session = rest.partition("/")
        kept, is_whole = f"{word}/{role}", not cut
    elif slash and service == "sts":
        # Federated users and the like: the name is a session's.
        kept, is_whole = word, False
    if ":" in kept and service == "sts":
        # Of a form that AWS does not write; a session's name may follow the colon.
        return NOT_AN_ARN, False
    return f"{head}:{kept}", is_whole


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
        # Whatever begins like a bucket's ARN has a container of its own, so it is not among these texts.
        return Truth.NO if operator is not Operator.ENDS_WITH and _BUCKET_ARN.match(value) else Truth.MAYBE
    known = container + joint
    if operator is Operator.ENDS_WITH:
        return Truth.MAYBE if value else Truth.YES
    if operator is Operator.STARTS_WITH and known.startswith(value):
        return Truth.YES
    if not value.startswith(known) or (operator is Operator.EQUALS and value == container):
        return Truth.NO
    return Truth.MAYBE
