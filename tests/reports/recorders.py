"""Recorders that together have everything a recorder can have."""

from decimal import Decimal

from costplan.model.events import EventCategory
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, SnsProtocol, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from costplan.model.unknown import UNKNOWN

DATA = FieldSelector("eventCategory", equals=("Data",))
OBJECTS = FieldSelector("resources.type", equals=("AWS::S3::Object",))
WRITES = FieldSelector("readOnly", equals=("false",))

AUDIT = Trail(
    "audit",
    "111122223333",
    "eu-west-1",
    "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
    is_multi_region=True,
    is_organization=True,
    include_global_service_events=False,
    recursive_logging=False,
    log_file_validation=True,
    selectors=(
        AdvancedEventSelector(
            (DATA, OBJECTS, WRITES, FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))), "writes"
        ),
    ),
    insights=(InsightSelector(InsightType.API_CALL_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),),
    bucket=LogBucket(
        "acme-logs",
        "trail",
        "us-east-1",
        "444455556666",
        has_kms_key=True,
        notifies_sns=True,
        lifecycle=(LifecycleRule(90, "GLACIER_IR"), LifecycleRule(expiration_days=400)),
        small_objects=None,
        is_versioned=True,
        existing_gib=Decimal("12.5"),
        existing_objects=1000,
        sns_subscriptions=((SnsProtocol.EMAIL, 2), (SnsProtocol.LAMBDA, 1)),
        reads_per_file=Decimal("1.5"),
        bucket_key_share=Decimal("0.9"),
    ),
    cloudwatch_logs=CloudWatchLogs(90),
    loads_opensearch=True,
    started="2024-05-01T08:00:00Z",
    assumed=("no organization trail: not stated",),
)
STOPPED = Trail("old", is_logging=False)
AGGREGATING = Trail("summaries", "111122223333", "eu-west-1", aggregates_data=True)
LAKE = EventDataStore("lake", "111122223333", "eu-west-1", retention_days=2557, scanned_gib_per_month=Decimal("12.5"))
BASIC = Trail(
    "basic",
    selectors=(
        EventSelector(
            ReadWriteType.READ_ONLY,
            exclude_management_event_sources=("kms.amazonaws.com",),
            data_resources=(DataResource("AWS::Lambda::Function", ("arn:aws:lambda",)),),
        ),
    ),
)
TWICE = Trail(
    "twice",
    selectors=(
        AdvancedEventSelector(
            (DATA, OBJECTS, FieldSelector("eventName", starts_with=("Put",)), FieldSelector("eventName", equals=("X",)))
        ),
    ),
)
NOT_KNOWN = Trail(
    "not known",
    "111122223333",
    "eu-west-1",
    selectors=(
        AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),)),
        AdvancedEventSelector((DATA, FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::a/", UNKNOWN)))),
    ),
    assumed=("selectors may match what they name only when they are applied",),
)
BASIC_NOT_KNOWN = Trail(
    "not known",
    "111122223333",
    "us-east-1",
    selectors=(EventSelector(UNKNOWN, UNKNOWN, (UNKNOWN,), (DataResource("AWS::S3::Object", (UNKNOWN,)),)),),
)
EVERYTHING = (AUDIT, STOPPED, AGGREGATING, LAKE, BASIC, TWICE, NOT_KNOWN, BASIC_NOT_KNOWN)
