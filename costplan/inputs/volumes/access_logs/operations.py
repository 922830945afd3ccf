"""What an operation of a server access log is to CloudTrail: which event it makes, if any.

Names of data events are those of R9's type ``AWS::S3::Object`` as S3 records them (semantics of R41–R47); whether one
reads or writes is decided where log files decide it.  What stands in no table here is *unknown*: it is counted as an
event that may or may not be recorded, and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

S3 = "s3.amazonaws.com"
LIFECYCLE_SOURCE = "s3lifecycle.amazonaws.com"
AUTHENTICATION_SOURCE = "s3-authn-errors.amazonaws.com"


class Aside(StrEnum):
    """Why a line makes no data event; its word in a volumes file."""

    BUCKET_OPERATION = "bucket-operation"
    COPY_SOURCE = "copy-source"
    REDIRECT = "redirect"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Event:
    """The event of an operation.

    name: ``eventName``; ``None`` where nobody says how CloudTrail calls it.
    names_prefix: its resource is the bucket with a slash rather than an object (R32).
    is_certain: whether it is said to be recorded as a data event; else it may be.
    """

    name: str | None
    source: str = S3
    event_type: str = "AwsApiCall"
    names_prefix: bool = False
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """An operation of which nobody knows what it is to CloudTrail."""

    operation: str


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OBJECT_EVENTS: Mapping[str, str] = {
    "REST.COPY.OBJECT": "CopyObject",
    "REST.COPY.PART": "UploadPartCopy",
    "REST.DELETE.OBJECT": "DeleteObject",
    "REST.DELETE.OBJECT_TAGGING": "DeleteObjectTagging",
    "REST.DELETE.UPLOAD": "AbortMultipartUpload",
    "REST.GET.LEGAL_HOLD": "GetObjectLegalHold",
    "REST.GET.OBJECT": "GetObject",
    "REST.GET.OBJECT_ATTRIBUTES": "GetObjectAttributes",
    "REST.GET.OBJECT_TAGGING": "GetObjectTagging",
    "REST.GET.RETENTION": "GetObjectRetention",
    "REST.GET.TORRENT": "GetObjectTorrent",
    "REST.GET.UPLOAD": "ListParts",
    "REST.HEAD.OBJECT": "HeadObject",
    "REST.POST.RESTORE": "RestoreObject",
    "REST.POST.UPLOAD": "CompleteMultipartUpload",
    "REST.POST.UPLOADS": "CreateMultipartUpload",
    "REST.PUT.LEGAL_HOLD": "PutObjectLegalHold",
    "REST.PUT.OBJECT": "PutObject",
    "REST.PUT.OBJECT_TAGGING": "PutObjectTagging",
    "REST.PUT.PART": "UploadPart",
    "REST.PUT.RETENTION": "PutObjectRetention",
    "REST.SELECT.OBJECT": "SelectObjectContent",
}
"""Operations on an object → ``eventName``."""

OBJECT_OR_BUCKET_EVENTS: Mapping[str, str] = {
    "REST.DELETE.TAGGING": "DeleteObjectTagging",
    "REST.GET.ACL": "GetObjectAcl",
    "REST.GET.TAGGING": "GetObjectTagging",
    "REST.PUT.ACL": "PutObjectAcl",
    "REST.PUT.TAGGING": "PutObjectTagging",
}
"""Operations that are data events with a key, and management events of the bucket without one."""

PREFIX_EVENTS: Mapping[str, str] = {
    "REST.GET.BUCKET": "ListObjects",
    "REST.GET.BUCKETVERSIONS": "ListObjectVersions",
    "REST.HEAD.BUCKET": "HeadBucket",
    "REST.POST.MULTI_OBJECT_DELETE": "DeleteObjects",
}
"""Operations on a bucket that are data events all the same (R32, R47) → ``eventName``."""

POSSIBLE_EVENTS: Mapping[str, str | None] = {
    "REST.GET.UPLOADS": "ListMultipartUploads",
    "REST.OPTIONS.PREFLIGHT": None,
    "REST.POST.BUCKET": None,
    "REST.POST.OBJECT": None,
    "WEBSITE.GET.OBJECT": "GetObject",
    "WEBSITE.HEAD.OBJECT": "HeadObject",
}
"""Known operations of which no document says whether they are data events, or how these are called."""

BATCH_DELETE = "BATCH.DELETE.OBJECT"
MULTI_DELETE = "REST.POST.MULTI_OBJECT_DELETE"

COPY_SOURCES = frozenset({"REST.COPY.OBJECT_GET", "REST.COPY.PART_GET"})
"""The reading half of a copy: no request of its own, so no event beside that of the copy (R111)."""

_LIFECYCLE = frozenset({"S3.CREATE.DELETEMARKER", "S3.DELETE.UPLOAD", "S3.EXPIRE.OBJECT", "S3.TRANSITION.OBJECT"})
_TRANSITIONS = "S3.TRANSITION_"

_BUCKET_SETTINGS = _names(
    """
    ACCELERATE ACL ANALYTICS BUCKETPOLICY CORS ENCRYPTION INTELLIGENT_TIERING INVENTORY LIFECYCLE LOCATION LOGGING
    LOGGING_STATUS METRICS NOTIFICATION OBJECT_LOCK OBJECT_LOCK_CONFIGURATION OWNERSHIP_CONTROLS POLICY_STATUS
    PUBLIC_ACCESS_BLOCK REPLICATION REQUEST_PAYMENT TAGGING VERSIONING WEBSITE
    """
)
_SETTING_METHODS = frozenset({"DELETE", "GET", "PUT"})
_BUCKET_ITSELF = frozenset({"REST.DELETE.BUCKET", "REST.PUT.BUCKET"})


def classify_operation(operation: str, *, has_key: bool) -> Event | Aside | Unknown:
    """Return what an operation is to CloudTrail, on an object (*has_key*) or on a bucket.

    >>> classify_operation("REST.GET.ACL", has_key=False)
    <Aside.BUCKET_OPERATION: 'bucket-operation'>
    """
    if operation in OBJECT_EVENTS:
        return Event(OBJECT_EVENTS[operation])
    if operation in PREFIX_EVENTS:
        return Event(PREFIX_EVENTS[operation], names_prefix=True)
    if operation in OBJECT_OR_BUCKET_EVENTS and has_key:
        return Event(OBJECT_OR_BUCKET_EVENTS[operation])
    if operation == BATCH_DELETE:
        # One for each key, beside the event of the request itself (N4).
        return Event("DeleteObject", event_type="AwsServiceEvent")
    if operation in COPY_SOURCES:
        return Aside.COPY_SOURCE
    if is_lifecycle(operation):
        # CloudTrail's guide says that they are recorded, S3's that they are not; neither names them (Q1).
        return Event(None, LIFECYCLE_SOURCE, "AwsServiceEvent", is_certain=False)
    if operation in POSSIBLE_EVENTS:
        return Event(POSSIBLE_EVENTS[operation], names_prefix=not has_key, is_certain=False)
    return Aside.BUCKET_OPERATION if _is_of_bucket(operation, has_key=has_key) else Unknown(operation)


def is_lifecycle(operation: str) -> bool:
    """Whether S3 did this by itself, by a lifecycle rule (N5)."""
    return operation in _LIFECYCLE or (operation.startswith(_TRANSITIONS) and operation.endswith(".OBJECT"))


def _is_of_bucket(operation: str, *, has_key: bool) -> bool:
    """Whether an operation reads or changes a bucket's settings, or the bucket itself: a management event (R47)."""
    if has_key:
        return False
    protocol, method, what = (*operation.split(".", 2), "", "")[:3]
    is_setting = protocol == "REST" and method in _SETTING_METHODS and what in _BUCKET_SETTINGS
    return is_setting or operation in _BUCKET_ITSELF
