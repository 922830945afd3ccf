"""Under which names AWS lists what our meters count.

A usage type is compared whole, after an optional prefix for its Region: the prefix is a code such as ``EUC1-`` or
``EU-``, the Region's own code (AWS KMS), or nothing (Amazon S3 in us-east-1); it is never made up here.

Sources of the names: AWS CloudTrail User Guide, "Viewing your CloudTrail cost and usage"; Amazon S3 User Guide,
"Understanding your AWS billing and usage reports for Amazon S3"; Amazon CloudWatch User Guide, "Analyzing, optimizing,
and reducing CloudWatch costs"; AWS Billing User Guide, "Using the AWS Free Tier" (SNS, KMS); the filters of the
open-source estimator infracost (operations of S3, KMS keys, AWS Config).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from costplan.model.billing import Meter, Service

S3, DEEP_ARCHIVE = "AmazonS3", "AmazonS3GlacierDeepArchive"
ANY = ("*",)
"""Whatever the operation."""

_PREFIX = re.compile(r"(?:[A-Z]{2,4}\d?|[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2})-(?=.)")


@dataclass(frozen=True, slots=True)
class ListedName:
    """What tells a meter's products from others of its service.

    unit, per: how a price book writes the price, where it has none yet.
    operations: the first of them that has a product counts; "" is a product that names no operation.
    codes: of the price lists that may hold it; none are those of the service.
    has_allowance: AWS lists a free amount as the first tier, and price books leave it out: it is one for all uses of an
        account, or for all Regions together.
    """

    usage_type: str
    unit: str
    per: int
    operations: tuple[str, ...] = ANY
    codes: tuple[str, ...] = ()
    has_allowance: bool = False


def offer_codes(service: str) -> tuple[str, ...]:
    """Return the codes of the price lists of a service; S3 has one of its own for Glacier Deep Archive.

    >>> offer_codes("s3")
    ('AmazonS3', 'AmazonS3GlacierDeepArchive')
    """
    code = Service(service).service_code
    return (code, DEEP_ARCHIVE) if code == S3 else (code,)


def without_prefix(usage_type: str) -> str:
    """Return a usage type without the prefix of its Region.

    >>> without_prefix("EUC1-TimedStorage-ByteHrs"), without_prefix("TimedStorage-ByteHrs")
    ('TimedStorage-ByteHrs', 'TimedStorage-ByteHrs')
    >>> without_prefix("us-east-1-KMS-Requests"), without_prefix("Tables-Requests-Tier1")
    ('KMS-Requests', 'Tables-Requests-Tier1')
    """
    found = _PREFIX.match(usage_type)
    return usage_type[found.end() :] if found else usage_type


def _events(usage_type: str) -> ListedName:
    return ListedName(usage_type, "events", 100_000)


def _gb(usage_type: str, *, has_allowance: bool = False) -> ListedName:
    return ListedName(usage_type, "GB", 1, has_allowance=has_allowance)


def _stored(usage_type: str, *codes: str, has_allowance: bool = False) -> ListedName:
    return ListedName(usage_type, "GB-month", 1, codes=codes, has_allowance=has_allowance)


def _requests(usage_type: str, *operations: str, code: str = S3) -> ListedName:
    return ListedName(usage_type, "requests", 1_000, operations or ANY, (code,))


_WRITES = ("PutObject", "PostObject", "CopyObject", "")

LISTED_NAMES: Mapping[str, ListedName] = {
    Meter.MANAGEMENT_FIRST_COPY: _events("FreeEventsRecorded"),
    Meter.MANAGEMENT_ADDITIONAL_COPY: _events("PaidEventsRecorded"),
    Meter.DATA: _events("DataEventsRecorded"),
    Meter.NETWORK_ACTIVITY: _events("NetworkEventsRecorded"),
    Meter.INSIGHTS_MANAGEMENT: _events("InsightsEvents"),
    Meter.INSIGHTS_DATA: _events("DataInsightsEvents"),
    Meter.LAKE_INGESTION_ONE_YEAR: _gb("Ingestion-Bytes-1yearstore-Live-CloudTrail-Logs"),
    Meter.LAKE_INGESTION_OTHER: _gb("Ingestion-Bytes-1yearstore-Other-data-sources"),
    Meter.LAKE_INGESTION_SEVEN_YEAR: _gb("Ingestion-Bytes"),
    Meter.LAKE_EXTENDED_RETENTION: _stored("PaidStorage-ByteHrs"),
    Meter.LAKE_QUERY_SCANNED: _gb("QueryScanned-Bytes"),
    Meter.LAKE_TRIAL_INGESTION: _gb("FreeTrialIngestion-Bytes"),
    Meter.LAKE_TRIAL_QUERY_SCANNED: _gb("FreeTrialQueryScanned-Bytes"),
    Meter.S3_STORAGE_STANDARD: _stored("TimedStorage-ByteHrs", S3),
    Meter.S3_STORAGE_STANDARD_IA: _stored("TimedStorage-SIA-ByteHrs", S3),
    Meter.S3_STORAGE_ONE_ZONE_IA: _stored("TimedStorage-ZIA-ByteHrs", S3),
    Meter.S3_STORAGE_GLACIER_INSTANT: _stored("TimedStorage-GIR-ByteHrs", S3),
    Meter.S3_STORAGE_GLACIER_FLEXIBLE: _stored("TimedStorage-GlacierByteHrs", S3),
    Meter.S3_STORAGE_DEEP_ARCHIVE: _stored("TimedStorage-GDA-ByteHrs", DEEP_ARCHIVE, S3),
    Meter.S3_STORAGE_TIERING_FREQUENT: _stored("TimedStorage-INT-FA-ByteHrs", S3),
    Meter.S3_STORAGE_TIERING_INFREQUENT: _stored("TimedStorage-INT-IA-ByteHrs", S3),
    Meter.S3_STORAGE_TIERING_ARCHIVE_INSTANT: _stored("TimedStorage-INT-AIA-ByteHrs", S3),
    Meter.S3_STORAGE_TIERING_ARCHIVE: _stored("TimedStorage-INT-AA-ByteHrs", S3),
    Meter.S3_STORAGE_TIERING_DEEP_ARCHIVE: _stored("TimedStorage-INT-DAA-ByteHrs", S3),
    Meter.S3_TIERING_MONITORING: ListedName("Monitoring-Automation-INT", "object-months", 1_000, codes=(S3,)),
    Meter.S3_PUT: _requests("Requests-Tier1"),
    Meter.S3_GET: _requests("Requests-Tier2"),
    Meter.S3_PUT_STANDARD_IA: _requests("Requests-SIA-Tier1"),
    Meter.S3_PUT_GLACIER_INSTANT: _requests("Requests-GIR-Tier1"),
    # Starting an upload in parts into these classes is listed beside it, at another price.
    Meter.S3_PUT_GLACIER_FLEXIBLE: _requests("Requests-GLACIER-Tier1", *_WRITES),
    "s3-put-glacier-deep-archive": _requests("Requests-GDA-Tier1", *_WRITES, code=DEEP_ARCHIVE),
    # Transitions and restores share a usage type.
    Meter.S3_TRANSITION_STANDARD_IA: _requests("Requests-Tier4", "S3-SIATransition", ""),
    Meter.S3_TRANSITION_ONE_ZONE_IA: _requests("Requests-Tier4", "S3-ZIATransition", ""),
    Meter.S3_TRANSITION_INTELLIGENT: _requests("Requests-Tier4", "S3-INTTransition", ""),
    Meter.S3_TRANSITION_GLACIER_INSTANT: _requests("Requests-Tier4", "S3-GIRTransition"),
    Meter.S3_TRANSITION_GLACIER_FLEXIBLE: _requests("Requests-Tier3", "S3-GlacierTransition"),
    Meter.S3_TRANSITION_DEEP_ARCHIVE: _requests("Requests-Tier3", "S3-GDATransition"),
    Meter.CLOUDWATCH_LOGS_INGESTION: _gb("DataProcessing-Bytes", has_allowance=True),
    Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT: _gb("DataProcessingIA-Bytes", has_allowance=True),
    Meter.CLOUDWATCH_LOGS_INGESTION_VENDED: _gb("VendedLog-Bytes", has_allowance=True),
    Meter.CLOUDWATCH_LOGS_STORAGE: _stored("TimedStorage-ByteHrs", has_allowance=True),
    Meter.CLOUDWATCH_LOGS_QUERY_SCANNED: _gb("DataScanned-Bytes", has_allowance=True),
    Meter.KMS_KEY: ListedName("KMS-Keys", "key-months", 1),
    Meter.KMS_REQUESTS: ListedName("KMS-Requests", "requests", 10_000, has_allowance=True),
    Meter.SNS_REQUESTS: ListedName("Requests-Tier1", "requests", 1_000_000, has_allowance=True),
    Meter.SNS_DELIVERY_HTTP: ListedName("DeliveryAttempts-HTTP", "notifications", 1_000_000, has_allowance=True),
    Meter.SNS_DELIVERY_EMAIL: ListedName("DeliveryAttempts-SMTP", "notifications", 100_000, has_allowance=True),
    Meter.SNS_DELIVERY_SQS: ListedName("DeliveryAttempts-SQS", "notifications", 1_000_000),
    Meter.SNS_DELIVERY_LAMBDA: ListedName("DeliveryAttempts-LAMBDA", "notifications", 1_000_000),
    Meter.CONFIG_ITEM_CONTINUOUS: ListedName("ConfigurationItemRecorded", "configuration items", 1),
    Meter.CONFIG_ITEM_DAILY: ListedName("ConfigurationItemRecordedDaily", "configuration items", 1),
    Meter.CONFIG_RULE_EVALUATIONS: ListedName("ConfigRuleEvaluations", "evaluations", 1),
}
"""Every meter whose name in AWS's lists is known; a price book that names another usage type goes before it."""

LISTED_UNITS: Mapping[str, frozenset[str]] = {
    "events": frozenset({"event", "events"}),
    "GB": frozenset({"gb"}),
    "GB-month": frozenset({"gb-mo", "gb-month", "gb-months"}),
    "requests": frozenset({"request", "requests", "api requests", "api calls"}),
    "notifications": frozenset({"notification", "notifications"}),
    "key-months": frozenset({"key", "keys", "key-months"}),
    "object-months": frozenset({"object", "objects", "object-months"}),
    "configuration items": frozenset(
        {"configurationitemrecorded", "configurationitemrecordeddaily", "configuration items", "configurationitems"}
    ),
    "evaluations": frozenset({"configruleevaluations", "evaluations", "evaluation"}),
}
"""How AWS's lists write the units of price books, in lower case."""
