"""The shape of one entry of a scenario's ``recorders:`` list.

Selectors are declared as anything: they may be spelled in several ways, and their own reader finds their faults.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from costplan.inputs.shapes import AccountId, Count, Name, Number, PositiveInt, RegionCode, Shape
from costplan.inputs.volumes.rates import Share

# Unquoted in YAML; one with a leading zero stays text there and needs no care here.
_AccountNumber = Annotated[int, Meta(ge=10**11, le=10**12 - 1, description="an account id: twelve digits, in quotes")]
_StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
_SmallObjects = Annotated[
    Literal["all_storage_classes_128K", "varies_by_storage_class", "unknown"],
    Meta(description="whether objects under 128 KB move to other storage classes"),
]
_Month = Annotated[int, Meta(ge=1, le=600, description="a month of the projection, by number: 1 to 600")]
_Status = Literal[
    "ENABLED", "CREATED", "STARTING_INGESTION", "STOPPING_INGESTION", "STOPPED_INGESTION", "PENDING_DELETION"
]
_OtherCategory = Literal["Insight", "ConfigurationItem", "Evidence", "ActivityAuditLog"]
_Selectors = Annotated[Any, Meta(description="event selectors, spelled as a scenario, the AWS API or Terraform does")]


class LifecycleEntry(Shape, frozen=True):
    """One rule of a log bucket's lifecycle."""

    transition_days: Count | None = None
    storage_class: _StorageClass | None = None
    expiration_days: PositiveInt | None = None
    larger_than: Count | None = None
    smaller_than: PositiveInt | None = None
    noncurrent_expiration_days: PositiveInt | None = None


class SubscriptionsEntry(Shape, frozen=True):
    """How many subscriptions the topic has that hears of each log file, by protocol; HTTPS costs as HTTP."""

    http: Count = 0
    email: Count = 0
    sqs: Count = 0
    lambda_: Count = msgspec.field(default=0, name="lambda")


class BucketEntry(Shape, frozen=True):
    """Where a trail delivers."""

    bucket: Name | None = None
    prefix: str | None = None
    region: RegionCode | None = None
    account: AccountId | _AccountNumber | None = None
    kms_key: Annotated[bool | Name, Meta(description="whether it has one, or which one: its id, ARN or alias")] = False
    sns: bool | SubscriptionsEntry = False
    lifecycle: tuple[LifecycleEntry, ...] = ()
    transition_default_minimum_object_size: _SmallObjects = "all_storage_classes_128K"
    versioning: bool = False
    existing_gib: Number | None = None
    existing_objects: Count | None = None
    reads_per_file: Number | None = None
    bucket_key_saves: Share | None = None


class CloudWatchLogsEntry(Shape, frozen=True):
    """A log group that events are sent to; 0 days keep them for ever."""

    retention_days: Count | None = None
    log_class: Literal["STANDARD", "INFREQUENT_ACCESS"] = "STANDARD"


class RecorderEntry(Shape, frozen=True):
    """One entry of ``recorders``: exactly one of ``from``, ``trail``, ``event_data_store`` and ``direct_delivery``."""

    from_: Name | None = msgspec.field(default=None, name="from")
    parameters: Annotated[dict[str, str | bool | int], Meta(description="of the CloudFormation template in from")] = (
        msgspec.field(default_factory=dict)
    )
    trail: Name | None = None
    event_data_store: Name | None = None
    direct_delivery: Name | None = None
    arn: Name | None = None
    account: AccountId | _AccountNumber | None = None
    home_region: RegionCode | None = None
    regions: tuple[RegionCode, ...] | None = None
    is_multi_region: bool | None = None
    is_organization: bool | None = None
    include_global_service_events: bool | None = None
    is_logging: bool | None = None
    recursive_logging: bool | None = None
    log_file_validation: bool | None = None
    aggregation: bool | None = None
    started: Any = None
    starts_in_month: _Month | None = None
    stops_in_month: _Month | None = None
    advanced_event_selectors: _Selectors = None
    event_selectors: _Selectors = None
    advanced_event_selector: Any = None
    event_selector: Any = None
    advanced_event_selectors_of_api: Any = msgspec.field(default=None, name="AdvancedEventSelectors")
    event_selectors_of_api: Any = msgspec.field(default=None, name="EventSelectors")
    advanced_event_selectors_of_pulumi: Any = msgspec.field(default=None, name="advancedEventSelectors")
    event_selectors_of_pulumi: Any = msgspec.field(default=None, name="eventSelectors")
    insights: Annotated[Any, Meta(description="a list of {type, categories}")] = None
    s3: BucketEntry | None = None
    cloudwatch_logs: CloudWatchLogsEntry | None = None
    opensearch: bool | None = None
    status: _Status | None = None
    billing_mode: Literal["EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING"] | None = None
    retention_days: PositiveInt | None = None
    scanned_gib_per_month: Number | None = None
    other_gib_per_month: Number | dict[_OtherCategory, Number] | None = None
    copied_gib: Number | None = None
    compressed_share: Share | None = None
    extended_retention_gib: Number | None = None
    trial: bool | None = None
    assumed: Annotated[
        tuple[Name, ...],
        Meta(description="what nobody stated, each with what was taken instead"),
    ] = ()
