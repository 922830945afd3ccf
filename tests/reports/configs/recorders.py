"""Recorders that AWS would take and that together have everything a recorder can have."""

from decimal import Decimal

from costplan.model.events import EventCategory
from costplan.model.recorders import (
    CloudWatchLogs,
    EventDataStore,
    LifecycleRule,
    LogBucket,
    LogClass,
    OtherRecords,
    Recorder,
    SmallObjects,
    SnsProtocol,
    Trail,
)
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

ACCOUNT, OTHER, THIRD = "111122223333", "444455556666", "999999999999"
EU, US, CHINA = "eu-west-1", "us-east-1", "cn-north-1"

MANAGEMENT = FieldSelector("eventCategory", equals=("Management",))
DATA = FieldSelector("eventCategory", equals=("Data",))
OBJECTS = FieldSelector("resources.type", equals=("AWS::S3::Object",))

PLAIN = Trail("plain", ACCOUNT, EU, bucket=LogBucket("amzn-s3-demo-logs"))
NOWHERE = Trail("Trail of nobody", log_file_validation=True)
WITH_ARN = Trail(
    "audit",
    OTHER,
    EU,
    f"arn:aws:cloudtrail:{EU}:{OTHER}:trail/audit",
    is_multi_region=True,
    is_organization=True,
    recursive_logging=False,
    bucket=LogBucket("amzn-s3-demo-logs", "trail"),
    started="2024-05-01T08:00:00Z",
)
STOPPED = Trail("off", ACCOUNT, EU, include_global_service_events=False, is_logging=False)
KEPT = Trail(
    "kept",
    ACCOUNT,
    EU,
    bucket=LogBucket(
        "amzn-s3-demo-kept",
        "a b",
        EU,
        ACCOUNT,
        has_kms_key=True,
        notifies_sns=True,
        lifecycle=(
            LifecycleRule(30, "STANDARD_IA"),
            LifecycleRule(90, "GLACIER_IR"),
            LifecycleRule(expiration_days=400),
            LifecycleRule(9, "GLACIER", larger_than=500),
            LifecycleRule(expiration_days=30, larger_than=500, smaller_than=900),
            LifecycleRule(noncurrent_expiration_days=7),
        ),
        small_objects=SmallObjects.VARY,
        is_versioned=True,
        existing_gib=Decimal("12.5"),
        existing_objects=1000,
        sns_subscriptions=((SnsProtocol.EMAIL, 2),),
        reads_per_file=Decimal(2),
        bucket_key_share=Decimal("0.9"),
    ),
    cloudwatch_logs=CloudWatchLogs(90, LogClass.INFREQUENT_ACCESS),
    loads_opensearch=True,
)
UNNAMED_BUCKET = Trail(
    "unnamed",
    ACCOUNT,
    EU,
    bucket=LogBucket(None, region=EU, account=ACCOUNT, lifecycle=(LifecycleRule(expiration_days=30),)),
    cloudwatch_logs=CloudWatchLogs(),
    starts_in_month=3,
    stops_in_month=9,
)
BASIC = Trail(
    "basic",
    ACCOUNT,
    US,
    selectors=(
        EventSelector(),
        EventSelector(
            ReadWriteType.READ_ONLY,
            include_management_events=False,
            exclude_management_event_sources=("kms.amazonaws.com", "rdsdata.amazonaws.com"),
            data_resources=(
                DataResource("AWS::Lambda::Function", ("arn:aws:lambda",)),
                DataResource("AWS::S3::Object", ("arn:aws:s3:::amzn-s3-demo-bucket/", "arn:aws:s3:::amzn-s3-demo-2/a")),
            ),
        ),
    ),
)
EVERY_OPERATOR = Trail(
    "every.operator",
    ACCOUNT,
    US,
    selectors=(
        AdvancedEventSelector(
            (
                DATA,
                OBJECTS,
                FieldSelector(
                    "resources.ARN",
                    equals=("arn:aws:s3:::amzn-s3-demo-1/a",),
                    starts_with=("arn:aws:s3:::amzn-s3-demo-2/", "arn:aws:s3:::amzn-s3-demo-3/"),
                    ends_with=(".csv",),
                    not_equals=("arn:aws:s3:::amzn-s3-demo-2/b",),
                    not_starts_with=("arn:aws:s3:::amzn-s3-demo-2/tmp/",),
                    not_ends_with=(".tmp",),
                ),
                FieldSelector("eventName", starts_with=("Put",)),
                FieldSelector("eventName", not_equals=("PutObjectAcl",)),
            ),
            'a "name" with ${everything} and %{more}: é, \\, {{, #\nand a second line',
        ),
        AdvancedEventSelector((MANAGEMENT, FieldSelector("readOnly", equals=("false",)))),
    ),
)
INSIGHTS = Trail(
    "insights",
    ACCOUNT,
    US,
    insights=(
        InsightSelector(InsightType.API_CALL_RATE),
        InsightSelector(InsightType.API_ERROR_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),
    ),
    aggregates_data=True,
)
INSIGHTS_ON_MANAGEMENT = Trail("insights-2", THIRD, CHINA, insights=(InsightSelector(InsightType.API_ERROR_RATE),))
CLASH = Trail("audit", OTHER, US)
CLASH_IN_SPELLING = Trail("Audit_", ACCOUNT, US)
LAKE = EventDataStore(
    "lake",
    ACCOUNT,
    EU,
    f"arn:aws:cloudtrail:{EU}:{ACCOUNT}:eventdatastore/11111111-2222-3333-4444-555555555555",
    is_multi_region=False,
    is_organization=True,
    is_ingesting=False,
    selectors=(
        AdvancedEventSelector(
            (
                MANAGEMENT,
                FieldSelector("eventSource", equals=("iam.amazonaws.com",)),
                FieldSelector("readOnly", equals=("true",)),
            ),
            "IAM",
        ),
    ),
    billing_mode="FIXED_RETENTION_PRICING",
    retention_days=2557,
    scanned_gib_per_month=Decimal("12.5"),
    others=(OtherRecords(Decimal(3), "ConfigurationItem"), OtherRecords(Decimal("0.5"), "Evidence")),
    copied_gib=Decimal(200),
    is_on_trial=True,
)
LAKE_OF_DEFAULTS = EventDataStore(
    "lake-2",
    ACCOUNT,
    EU,
    f"arn:aws:cloudtrail:{EU}:{ACCOUNT}:eventdatastore/11111111-2222-3333-4444-666666666666",
    insights=(InsightSelector(InsightType.API_CALL_RATE),),
    starts_in_month=2,
    stops_in_month=7,
    retention_days=731,
    compressed_share=Decimal("0.125"),
    extended_gib=Decimal(7),
)
KNOWN: tuple[Recorder, ...] = (
    PLAIN,
    NOWHERE,
    WITH_ARN,
    STOPPED,
    KEPT,
    UNNAMED_BUCKET,
    BASIC,
    EVERY_OPERATOR,
    INSIGHTS,
    INSIGHTS_ON_MANAGEMENT,
    CLASH,
    CLASH_IN_SPELLING,
    LAKE,
    LAKE_OF_DEFAULTS,
)

UNKNOWN_VALUES = Trail(
    "unknown values",
    ACCOUNT,
    EU,
    selectors=(
        AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),)),
        AdvancedEventSelector(
            (DATA, OBJECTS, FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::a/", UNKNOWN, UNKNOWN)))
        ),
    ),
)
UNKNOWN_BASIC = Trail(
    "unknown values",
    ACCOUNT,
    US,
    selectors=(EventSelector(UNKNOWN, UNKNOWN, (UNKNOWN,), (DataResource("AWS::S3::Object", (UNKNOWN,)),)),),
)
UNKNOWN_OF_STORE = EventDataStore(
    "unknown values",
    ACCOUNT,
    US,
    selectors=(AdvancedEventSelector((MANAGEMENT, FieldSelector("eventName", ends_with=(UNKNOWN,)))),),
)
EVERYTHING: tuple[Recorder, ...] = (*KNOWN, UNKNOWN_VALUES, UNKNOWN_BASIC, UNKNOWN_OF_STORE)
