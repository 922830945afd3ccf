"""Tiny builders: trails, rows, prices and scenarios small enough to be calculated by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation
from typing import Any

from costplan.engine.routing import Delivery, Router
from costplan.model.billing import Charge, Meter, Usage
from costplan.model.estimate import Estimate
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.places import Region
from costplan.model.prices import Confidence, Price, PriceBook, PriceList, PriceTier
from costplan.model.quantity import Quantity
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.scenario import Scenario, Settings
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, Coverage, Period, VolumeRow, Volumes

PROD = "111122223333"
TEST = "444455556666"
OWNER = "999999999999"
"""Two members, and the management account of their organization."""

IRELAND, VIRGINIA, SPAIN = "eu-west-1", "us-east-1", "eu-south-2"
"""Two default Regions, and one that accounts have to enable."""

MANAGEMENT, DATA, NETWORK = EventCategory.MANAGEMENT, EventCategory.DATA, EventCategory.NETWORK_ACTIVITY
S3_OBJECT = "AWS::S3::Object"
KMS = "kms.amazonaws.com"

EXACT = Context(prec=400, traps=[Inexact, FloatOperation, InvalidOperation, DivisionByZero])
"""A context in which rounding, and mixing in a float, is an error."""

# Invented dollars, and the units they buy.
PRICES: Mapping[Meter, tuple[int, tuple[tuple[str, str | None], ...]]] = {
    Meter.MANAGEMENT_FIRST_COPY: (100_000, (("0", None),)),
    Meter.MANAGEMENT_ADDITIONAL_COPY: (100_000, (("2.00", None),)),
    Meter.DATA: (100_000, (("0.10", None),)),
    Meter.NETWORK_ACTIVITY: (100_000, (("0.10", None),)),
    Meter.INSIGHTS_MANAGEMENT: (100_000, (("0.35", None),)),
    Meter.INSIGHTS_DATA: (100_000, (("0.03", None),)),
    Meter.LAKE_INGESTION_ONE_YEAR: (1, (("0.75", None),)),
    Meter.S3_PUT: (1_000, (("0.005", None),)),
    Meter.S3_STORAGE_STANDARD: (1, (("0.03", "100"), ("0.02", None))),
}


def make_trail(
    name: str = "audit", account: str | None = PROD, home_region: str | None = IRELAND, **rest: Any
) -> Trail:
    return Trail(name, account, home_region, **rest)


def make_store(name: str = "lake", account: str | None = PROD, home_region: str | None = IRELAND, **rest: Any) -> Any:
    return EventDataStore(name, account, home_region, **rest)


def make_selector(category: EventCategory, *fields: FieldSelector) -> AdvancedEventSelector:
    return AdvancedEventSelector((FieldSelector("eventCategory", equals=(category.value,)), *fields))


def on_objects(*fields: FieldSelector) -> AdvancedEventSelector:
    """The advanced selector of S3 object data events."""
    return make_selector(DATA, FieldSelector("resources.type", equals=(S3_OBJECT,)), *fields)


def make_key(category: EventCategory = MANAGEMENT, **fields: Any) -> EventKey:
    fields = {"account": PROD, "region": IRELAND, "event_source": "ec2.amazonaws.com", "read_only": True} | fields
    fields.setdefault("resources", ())
    return EventKey(category=category, **fields)


def make_object(bucket: str = "lake", answers: str = "") -> Resource:
    return Resource(S3_OBJECT, f"arn:aws:s3:::{bucket}", False, answers)


def make_row(
    per_month: int | str | Quantity,
    category: EventCategory = MANAGEMENT,
    *,
    raw_bytes: int | None = None,
    **fields: Any,
) -> VolumeRow:
    quantity = per_month if isinstance(per_month, Quantity) else Quantity.exact(Decimal(per_month))
    return VolumeRow(make_key(category, **fields), quantity, int(quantity.point), raw_bytes)


def object_row(per_month: int | str | Quantity, bucket: str = "lake", **fields: Any) -> VolumeRow:
    return make_row(per_month, DATA, event_source="s3.amazonaws.com", resources=(make_object(bucket),), **fields)


def between(low: int, high: int) -> Quantity:
    return Quantity.between(Decimal(low), Decimal(high))


def make_coverage(category: EventCategory = MANAGEMENT, **fields: Any) -> Coverage:
    fields = {"account": PROD, "region": IRELAND, "basis": Basis.RECORDED_BY} | fields
    return Coverage(category=category, **fields)


def make_period(hours: int) -> Period:
    return Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), Decimal(hours))


def make_scenario(*recorders: Recorder, rows: tuple[VolumeRow, ...] = (), months: int = 1, **rest: Any) -> Scenario:
    """A scenario of one source that vouches for its rows, unless *volumes* are given."""
    volumes = rest.pop("volumes", (Volumes(rows, covers_all=True),))
    settings = {name: rest.pop(name) for name in tuple(rest) if name in Settings.__slots__}
    return Scenario("scene", recorders, volumes, settings=Settings(months=months, **settings), **rest)


def routed(router: Router, volumes: Volumes) -> list[tuple[VolumeRow, tuple[Delivery, ...]]]:
    """Every row with who records it, in the order of copies."""
    matchers = router.matchers(volumes.conditions)
    return [(row, router.deliveries(row.key, matchers)) for row in volumes.rows]


def make_price(meter: Meter, per: int, *tiers: tuple[str, str | None], usage_type: str | None = "Usage") -> Price:
    return Price(
        meter.value,
        usage_type,
        "events",
        Decimal(per),
        tuple(PriceTier(Decimal(price), None if bound is None else Decimal(bound)) for price, bound in tiers),
        Confidence.HIGH,
        "a list",
    )


def make_prices(
    *prices: Price, regions: tuple[str, ...] = (IRELAND, VIRGINIA, SPAIN), without: tuple[Meter, ...] = ()
) -> PriceList:
    """The invented prices in every Region; *prices* replace those of their meters, *without* strikes meters out."""
    listed = {meter: make_price(meter, per, *tiers) for meter, (per, tiers) in PRICES.items()}
    listed |= {Meter(price.meter): price for price in prices}
    books = {}
    for region in regions:
        for service in ("cloudtrail", "s3"):
            chosen = {m.value: p for m, p in listed.items() if m.service.value == service and m not in without}
            books[service, region] = PriceBook(service, region, "USD", "a list", chosen)
    known = (
        Region(IRELAND, "Ireland", "aws", False, "EU", VIRGINIA),
        Region(VIRGINIA, "N. Virginia", "aws", False, "USE1", VIRGINIA),
        Region(SPAIN, "Spain", "aws", True, "EUS2", VIRGINIA),
    )
    return PriceList(books, {region.code: region for region in known})


def make_usage(meter: Meter, amount: int | str | Quantity, recorder: str = "audit", **rest: Any) -> Usage:
    quantity = amount if isinstance(amount, Quantity) else Quantity.exact(Decimal(amount))
    fields = {"account": PROD, "region": IRELAND} | rest
    return Usage(meter=meter, recorder=recorder, quantity=quantity, unit="events", **fields)


def charges_of(estimate: Estimate, *meters: Meter) -> list[Charge]:
    return [charge for charge in estimate.last.charges if charge.usage.meter in meters]


def quantity_of(estimate: Estimate, meter: Meter, recorder: str | None = None) -> Quantity:
    """The units of one meter in the last month."""
    found = [c.quantity for c in charges_of(estimate, meter) if recorder in (None, c.usage.recorder)]
    return sum(found, Quantity.exact(0))


UNKNOWN_KEY = {"event_source": UNKNOWN, "read_only": UNKNOWN, "resources": UNKNOWN}
"""Fields of a row that says no more than account, Region and category."""
