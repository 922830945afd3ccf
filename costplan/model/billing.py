"""What is billed: meters, usage, charges, and what could not be counted or priced."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from costplan.model.numbers import ZERO
from costplan.model.prices import Price
from costplan.model.quantity import Quantity


class Service(StrEnum):
    """A service with price books; the value names its folder."""

    # As that of ``Truth``.
    __hash__ = str.__hash__

    CLOUDTRAIL = "cloudtrail"
    S3 = "s3"
    CLOUDWATCH = "cloudwatch"
    KMS = "kms"
    SNS = "sns"
    CONFIG = "config"
    OPENSEARCH = "opensearch"

    @property
    def service_code(self) -> str:
        """AWS's own code for it on a bill."""
        return _SERVICE_CODES[self]


_SERVICE_CODES = {
    Service.CLOUDTRAIL: "AWSCloudTrail",
    Service.S3: "AmazonS3",
    Service.CLOUDWATCH: "AmazonCloudWatch",
    Service.KMS: "awskms",
    Service.SNS: "AmazonSNS",
    Service.CONFIG: "AWSConfig",
    Service.OPENSEARCH: "AmazonES",
}


class Meter(StrEnum):
    """One thing that is counted for a bill; the value is the meter's name in price books, JSON and charge ids."""

    # As that of ``Truth``.
    __hash__ = str.__hash__

    MANAGEMENT_FIRST_COPY = "management-first-copy"
    MANAGEMENT_ADDITIONAL_COPY = "management-additional-copy"
    DATA = "data"
    NETWORK_ACTIVITY = "network-activity"
    INSIGHTS_MANAGEMENT = "insights-management"
    INSIGHTS_DATA = "insights-data"
    DATA_AGGREGATION = "data-aggregation"
    LAKE_INGESTION_ONE_YEAR = "lake-ingestion-one-year-cloudtrail"
    LAKE_INGESTION_SEVEN_YEAR = "lake-ingestion-seven-year"
    LAKE_INGESTION_OTHER = "lake-ingestion-one-year-other"
    LAKE_EXTENDED_RETENTION = "lake-extended-retention"
    LAKE_QUERY_SCANNED = "lake-query-scanned"
    LAKE_TRIAL_INGESTION = "lake-trial-ingestion"
    LAKE_TRIAL_QUERY_SCANNED = "lake-trial-query-scanned"
    DIRECT_DELIVERY = "direct-delivery"
    S3_PUT = "s3-put-standard"
    S3_PUT_STANDARD_IA = "s3-put-standard-ia"
    S3_PUT_GLACIER_INSTANT = "s3-put-glacier-instant-retrieval"
    S3_PUT_GLACIER_FLEXIBLE = "s3-put-glacier-flexible-retrieval"
    S3_GET = "s3-get-standard"
    S3_STORAGE_STANDARD = "s3-storage-standard"
    S3_STORAGE_STANDARD_IA = "s3-storage-standard-ia"
    S3_STORAGE_ONE_ZONE_IA = "s3-storage-one-zone-ia"
    S3_STORAGE_GLACIER_INSTANT = "s3-storage-glacier-instant-retrieval"
    S3_STORAGE_GLACIER_FLEXIBLE = "s3-storage-glacier-flexible-retrieval"
    S3_STORAGE_DEEP_ARCHIVE = "s3-storage-glacier-deep-archive"
    S3_STORAGE_TIERING_FREQUENT = "s3-storage-intelligent-tiering-frequent"
    S3_STORAGE_TIERING_INFREQUENT = "s3-storage-intelligent-tiering-infrequent"
    S3_STORAGE_TIERING_ARCHIVE_INSTANT = "s3-storage-intelligent-tiering-archive-instant"
    S3_STORAGE_TIERING_ARCHIVE = "s3-storage-intelligent-tiering-archive-access"
    S3_STORAGE_TIERING_DEEP_ARCHIVE = "s3-storage-intelligent-tiering-deep-archive-access"
    S3_TIERING_MONITORING = "s3-intelligent-tiering-monitoring"
    S3_TRANSITION_STANDARD_IA = "s3-transition-standard-ia"
    S3_TRANSITION_ONE_ZONE_IA = "s3-transition-one-zone-ia"
    S3_TRANSITION_INTELLIGENT = "s3-transition-intelligent-tiering"
    S3_TRANSITION_GLACIER_INSTANT = "s3-transition-glacier-instant-retrieval"
    S3_TRANSITION_GLACIER_FLEXIBLE = "s3-transition-glacier-flexible-retrieval"
    S3_TRANSITION_DEEP_ARCHIVE = "s3-transition-glacier-deep-archive"
    CLOUDWATCH_LOGS_INGESTION = "cloudwatch-logs-ingestion"
    CLOUDWATCH_LOGS_INGESTION_INFREQUENT = "cloudwatch-logs-ingestion-infrequent-access"
    CLOUDWATCH_LOGS_INGESTION_VENDED = "cloudwatch-logs-ingestion-vended"
    CLOUDWATCH_LOGS_STORAGE = "cloudwatch-logs-storage"
    CLOUDWATCH_LOGS_QUERY_SCANNED = "cloudwatch-logs-query-scanned"
    KMS_KEY = "kms-key"
    KMS_REQUESTS = "kms-requests-symmetric"
    SNS_REQUESTS = "sns-api-requests"
    SNS_DELIVERY_HTTP = "sns-delivery-http"
    SNS_DELIVERY_EMAIL = "sns-delivery-email"
    SNS_DELIVERY_SQS = "sns-delivery-sqs"
    SNS_DELIVERY_LAMBDA = "sns-delivery-lambda"
    CONFIG_ITEM_CONTINUOUS = "config-item-continuous"
    CONFIG_ITEM_DAILY = "config-item-daily"
    CONFIG_RULE_EVALUATIONS = "config-rule-evaluations"
    OPENSEARCH_LOADING = "opensearch-loading"

    @property
    def service(self) -> Service:
        """Whose price book lists it."""
        return _SERVICES[self]


_BY_PREFIX = {service.value: service for service in Service}
_SERVICES = {meter: _BY_PREFIX.get(meter.partition("-")[0], Service.CLOUDTRAIL) for meter in Meter}

LAKE_METERS = frozenset(meter for meter in Meter if meter.value.startswith("lake-"))
"""The meters of event data stores."""

LOG_INGESTION_METERS = (
    Meter.CLOUDWATCH_LOGS_INGESTION,
    Meter.CLOUDWATCH_LOGS_INGESTION_INFREQUENT,
    Meter.CLOUDWATCH_LOGS_INGESTION_VENDED,
)
"""The meters of what goes into log groups; which one, the group's class and the scenario say."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A share of a usage, by what was touched and by whom; ``None`` where it was not asked for or is not known."""

    resource_type: str | None
    container: str | None
    principal: str | None
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Usage:
    """What one recorder adds to one meter in one month, in one Region of one account.

    account: who pays (R84).
    rules: the R-numbers that made the quantity.
    because: in words, where the quantity came from.
    selectors: of the recorder, by name, that admit what was counted (each event by the first of them).
    earlier_copies: of a further copy, the recorders that hold the copies before it.
    details: shares of the quantity, which they add up to.
    scale: what measured volumes were multiplied by for the usage's month.
    """

    meter: Meter
    account: str
    region: str
    recorder: str
    quantity: Quantity
    unit: str
    rules: tuple[str, ...] = ()
    because: str = ""
    details: tuple[Detail, ...] = field(default=(), compare=False)
    scale: Decimal = Decimal(1)
    selectors: tuple[str, ...] = field(default=(), compare=False)
    earlier_copies: tuple[str, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """The stable identity of what is charged, whatever its quantity."""
        code = self.meter.service.service_code
        return "/".join((code, self.meter, self.account, self.region, self.recorder))


@dataclass(frozen=True, slots=True)
class Charge:
    """One rated line: the part of a usage that fell in one tier.

    tier: 1 for the first tier of the price; 0 for what a free allowance covers, at a unit price of nothing.
    quantity: its ends hold when every usage of the pool is at that end, so that sums of charges have the right band;
    a single share of a pooled tier may be smaller at the high end than at the low end.
    list_cost: quantity × list unit price, unrounded.
    net_cost: the list cost after the scenario's discount.
    discount: the share that is taken off the list cost: 0.07 is 7 %.
    """

    usage: Usage
    price: Price
    usage_type: str | None
    month: int
    tier: int
    quantity: Quantity
    list_unit_price: Decimal
    list_cost: Quantity
    net_cost: Quantity
    discount: Decimal = ZERO

    @property
    def net_unit_price(self) -> Decimal:
        """The list unit price after the discount; exact in exact arithmetic."""
        return self.list_unit_price * (1 - self.discount)

    @property
    def id(self) -> str:
        """The stable identity of the charge; charges of several tiers of one usage share it."""
        return self.usage.id


@dataclass(frozen=True, slots=True)
class UnknownUsage:
    """A volume that a recorder selects and nobody measured: never zero.

    what: the events or bytes in question; because: why they are unknown; settled_by: what would make them known.
    list_unit_price: of the meter in that Region, where one is listed; *per* units at a time.
    """

    meter: Meter
    recorder: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    what: str
    because: str
    settled_by: str
    list_unit_price: Decimal | None = None

    @property
    def identity(self) -> Hashable:
        """What makes it the same in two scenarios, whatever is said of it."""
        return (self.meter, self.recorder, self.accounts, self.regions, self.what)


@dataclass(frozen=True, slots=True)
class UnpricedUsage:
    """A usage whose meter has no price in its Region: never zero."""

    usage: Usage
    because: str

    @property
    def identity(self) -> Hashable:
        """What makes it the same in two scenarios, however much of it there is."""
        return self.usage.id
