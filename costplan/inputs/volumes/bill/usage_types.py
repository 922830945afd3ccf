"""What the usage types of a bill mean for event volumes: one table, and how a usage type is taken apart.

A usage type is a Region's prefix, a hyphen, and a name (``EU-Requests-SIA-Tier1``).  It is split once only, for names
have hyphens too; in us-east-1 those of S3 have no prefix.  Names: AWS CloudTrail User Guide, "Managing CloudTrail
costs"; Amazon S3 User Guide, "Understanding your AWS billing and usage reports".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from costplan.inputs.prices import read_regions
from costplan.model.events import EventCategory


class BilledService(StrEnum):
    """A service whose lines say something about events."""

    CLOUDTRAIL = "cloudtrail"
    S3 = "s3"


class Bound(StrEnum):
    """How near the usage amount of a line is to a number of events.

    EXACT: it is that number.
    COPIES: each copy on each trail counts, so the events are fewer where several trails record them (R86).
    UPPER: requests of which some are no such events.
    EVIDENCE: no number of events of its own; it is kept beside them.
    """

    EXACT = "exact"
    COPIES = "copies"
    UPPER = "upper"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the lines of one usage type count.

    text: in words, for the table of what was billed.
    read_only: ``None`` where a usage type counts reads and writes alike.
    event_name: where all of them are one API call.
    rule: where the meaning is written down.
    """

    service: BilledService
    bound: Bound
    text: str
    rule: str
    category: EventCategory | None = None
    resource_type: str | None = None
    read_only: bool | None = None
    event_name: str | None = None


OBJECT = "AWS::S3::Object"
EXPRESS_OBJECT = "AWS::S3Express::Object"
S3_SOURCES: Mapping[str, str] = {OBJECT: "s3.amazonaws.com", EXPRESS_OBJECT: "s3express.amazonaws.com"}
"""The event source of each type of object whose requests are billed."""

_TIER_1 = "PUT, COPY, POST and LIST"
_TIER_2 = "GET and all others"
_PUTS = "PUT, COPY, POST and uploads"
_CUR = "CUR"
"""Stands for the table of usage types in the S3 User Guide: no numbered rule says it."""


def _trail(bound: Bound, text: str, rule: str, category: EventCategory | None = None) -> Meaning:
    return Meaning(BilledService.CLOUDTRAIL, bound, text, rule, category)


def _requests(text: str, read_only: bool | None, resource_type: str = OBJECT) -> Meaning:
    return Meaning(BilledService.S3, Bound.UPPER, text, _CUR, EventCategory.DATA, resource_type, read_only)


def _restores(text: str) -> Meaning:
    return Meaning(BilledService.S3, Bound.EXACT, text, _CUR, EventCategory.DATA, OBJECT, False, "RestoreObject")


def _no_events(text: str) -> Meaning:
    return Meaning(BilledService.S3, Bound.EVIDENCE, text, _CUR)


USAGE_TYPES: Mapping[str, Meaning] = {
    "FreeEventsRecorded": _trail(
        Bound.EXACT, "management events recorded, each once", "R81, R83", EventCategory.MANAGEMENT
    ),
    "PaidEventsRecorded": _trail(Bound.EVIDENCE, "further copies of management events", "R81, R82"),
    "DataEventsRecorded": _trail(Bound.COPIES, "copies of data events on all trails", "R86", EventCategory.DATA),
    "NetworkEventsRecorded": _trail(
        Bound.COPIES, "copies of network activity events on all trails", "R86", EventCategory.NETWORK_ACTIVITY
    ),
    "InsightsEvents": _trail(
        Bound.EVIDENCE, "management events analysed: writes for call rate, all for error rate", "R88"
    ),
    "DataInsightsEvents": _trail(Bound.EVIDENCE, "data events analysed, once for each Insights type", "R88"),
    "Ingestion-Bytes": _trail(Bound.EVIDENCE, "GB into seven-year event data stores", "R85"),
    "Ingestion-Bytes-1yearstore-Live-CloudTrail-Logs": _trail(
        Bound.EVIDENCE, "GB of CloudTrail events into one-year event data stores", "R85"
    ),
    "Ingestion-Bytes-1yearstore-Other-data-sources": _trail(
        Bound.EVIDENCE, "GB of other records into one-year event data stores", "R85"
    ),
    "FreeTrialIngestion-Bytes": _trail(Bound.EVIDENCE, "GB into event data stores on free trial", "R85"),
    "PaidStorage-ByteHrs": _trail(Bound.EVIDENCE, "GB-months kept in event data stores", "R85"),
    "QueryScanned-Bytes": _trail(Bound.EVIDENCE, "GB scanned by queries", "R85"),
    "FreeTrialQueryScanned-Bytes": _trail(Bound.EVIDENCE, "GB scanned by queries on free trial", "R85"),
    "Requests-Tier1": _requests(_TIER_1, None),
    "Requests-Tier2": _requests(_TIER_2, True),
    "Requests-SIA-Tier1": _requests(_TIER_1, None),
    "Requests-SIA-Tier2": _requests(_TIER_2, True),
    "Requests-ZIA-Tier1": _requests(_TIER_1, None),
    "Requests-ZIA-Tier2": _requests(_TIER_2, True),
    "Requests-INT-Tier1": _requests(_TIER_1, None),
    "Requests-INT-Tier2": _requests(_TIER_2, True),
    "Requests-GIR-Tier1": _requests(_TIER_1, None),
    "Requests-GIR-Tier2": _requests(_TIER_2, True),
    "Requests-GLACIER-Tier1": _requests(_PUTS, False),
    "Requests-GLACIER-Tier2": _requests(_TIER_2, True),
    "Requests-GDA-Tier1": _requests(_PUTS, False),
    "Requests-GDA-Tier2": _requests("GET and HEAD", True),
    "Requests-XZ-Tier1": _requests(_TIER_1, None, EXPRESS_OBJECT),
    "Requests-XZ-Tier2": _requests(_TIER_2, True, EXPRESS_OBJECT),
    "Requests-GDA-Tier3": _restores("restores"),
    "Requests-GDA-Tier5": _restores("bulk restores"),
    "Requests-Tier5": _restores("bulk restores"),
    "Requests-Tier6": _restores("expedited restores"),
    # Lifecycle moves are no API calls; the standard restores among them are told apart by their operation alone.
    "Requests-Tier3": _no_events("lifecycle moves into archives, and standard restores"),
    "Requests-Tier4": _no_events("lifecycle moves"),
    "Requests-NoCharge": _no_events("requests free of charge"),
}
"""By the name after the Region's prefix."""

SERVICE_CODES: Mapping[str, BilledService] = {
    "AWSCloudTrail": BilledService.CLOUDTRAIL,
    "AWS CloudTrail": BilledService.CLOUDTRAIL,
    "AmazonS3": BilledService.S3,
    "Amazon Simple Storage Service": BilledService.S3,
    "AmazonGlacier": BilledService.S3,
    "Amazon S3 Glacier": BilledService.S3,
    "AmazonS3GlacierDeepArchive": BilledService.S3,
    "Amazon S3 Glacier Deep Archive": BilledService.S3,
}
"""Product codes and service names; S3's archives are products of their own on some bills."""


# ---- operations ----


@dataclass(frozen=True, slots=True)
class Operation:
    """What the operation of an S3 line says beyond its usage type.

    event_name: as CloudTrail records it; ``None`` where that is not sure.
    read_only: ``None`` for a call that is a management event, of a bucket and not of its objects.
    """

    event_name: str | None
    read_only: bool | None

    @property
    def is_of_objects(self) -> bool:
        """Whether its calls are data events."""
        return self.read_only is not None


_READS = {
    "GetObject": "GetObject",
    "HeadObject": "HeadObject",
    "HeadBucket": "HeadBucket",
    "ListBucket": "ListObjects",
    "ListBucketVersions": "ListObjectVersions",
    "GetObjectTagging": "GetObjectTagging",
    "GetObjectForRepl": None,
    "WebsiteGetObject": None,
    "WebsiteHeadObject": None,
    "SelectObjectContent": "SelectObjectContent",
}
_WRITES = {
    "PutObject": "PutObject",
    "PutObjectForRepl": None,
    "PostObject": None,
    "CopyObject": "CopyObject",
    "InitiateMultipartUpload": "CreateMultipartUpload",
    "InitiateMultipartUploadForRepl": None,
    "UploadPart": "UploadPart",
    "UploadPartForRepl": None,
    "UploadPartCopy": "UploadPartCopy",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
    "CompleteMultipartUploadForRepl": None,
    "AbortMultipartUpload": "AbortMultipartUpload",
    "PutObjectTagging": "PutObjectTagging",
    "DeleteObject": "DeleteObject",
    "DeleteObjects": "DeleteObjects",
    "MultiObjectDelete": "DeleteObjects",
    "RestoreObject": "RestoreObject",
    "DeepArchiveRestoreObject": "RestoreObject",
}
_OF_BUCKETS = (
    "ListAllMyBuckets",
    "ListBuckets",
    "CreateBucket",
    "DeleteBucket",
    "ReadLocation",
    "GetBucketLocation",
    "ReadBucketPolicy",
    "GetBucketPolicy",
    "ReadBucketVersioning",
    "ReadBucketLogging",
    "ReadBucketWebsite",
    "ReadBucketLifecycle",
    "ReadBucketEncryption",
    "ReadBucketTagging",
    "WriteBucketPolicy",
    "WriteBucketLifecycle",
)
OPERATIONS: Mapping[str, Operation] = {
    **{name: Operation(event, read_only=True) for name, event in _READS.items()},
    **{name: Operation(event, read_only=False) for name, event in _WRITES.items()},
    **{name: Operation(None, read_only=None) for name in _OF_BUCKETS},
}
"""The operations of S3 lines whose events are known; the usage type alone bounds the others.

ReadACL, WriteACL and the like are of buckets and of objects, so they are not here.
"""


# ---- taking a usage type apart ----

_PREFIX = re.compile(r"[A-Z]{2,4}[0-9]{0,2}\Z")
# Other prefixes of Regions that regions.yaml has one for; CPT is in S3's own list.
_OTHER_PREFIXES = {"EUW1": "eu-west-1", "CPT": "af-south-1"}
_WITHOUT_PREFIX = "us-east-1"


def split_usage_type(usage_type: str) -> tuple[str, str]:
    """Return the Region's prefix of a usage type, empty where it has none, and its name.

    >>> split_usage_type("EU-Requests-SIA-Tier1"), split_usage_type("Requests-Tier1")
    (('EU', 'Requests-SIA-Tier1'), ('', 'Requests-Tier1'))
    """
    if usage_type in USAGE_TYPES:
        return "", usage_type
    prefix, hyphen, name = usage_type.partition("-")
    # "Tables-Requests-Tier1" is no "Requests-Tier1" of a Region called Tables.
    return (prefix, name) if hyphen and _PREFIX.match(prefix) else ("", usage_type)


def region_of_prefix(prefix: str, service: BilledService) -> str | None:
    """Return the Region of a prefix, or ``None`` where nobody knows it.

    Without a prefix S3's usage is of us-east-1; CloudTrail's has one there too, so its Region is not known.
    """
    if not prefix:
        return _WITHOUT_PREFIX if service is BilledService.S3 else None
    return _regions_by_prefix().get(prefix)


def is_request(name: str) -> bool:
    """Whether a usage type of S3 counts requests, known or not; all others are storage, transfer and the like."""
    return "Requests-" in name


@cache
def _regions_by_prefix() -> Mapping[str, str]:
    known = {region.usage_prefix: code for code, region in read_regions().items() if region.usage_prefix}
    return {**_OTHER_PREFIXES, **known}
