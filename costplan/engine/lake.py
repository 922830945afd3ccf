"""What an event data store costs: which meter it fills, what its queries scan, and what of it nobody can tell."""

from collections.abc import Iterator

from costplan.engine.rating import first_tier_price
from costplan.engine.routing import Router
from costplan.model.billing import Meter, UnknownUsage, Usage
from costplan.model.events import ROUTED_CATEGORIES
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity
from costplan.model.recorders import BillingMode, EventDataStore
from costplan.model.scenario import Settings
from costplan.model.selection import EVENT_CATEGORY, advanced_form

FREE_RETENTION_DAYS = {BillingMode.EXTENDABLE: 366, BillingMode.FIXED: 2557}
"""Days of retention that ingestion pays for, by billing option."""

_FIRST_YEAR_MONTHS = 12
_OF_EVENTS = frozenset(category.value for category in ROUTED_CATEGORIES)


def ingestion_meter(store: EventDataStore) -> Meter:
    """Return the meter on which a store's CloudTrail events are ingested."""
    is_fixed = store.billing_mode == BillingMode.FIXED
    return Meter.LAKE_INGESTION_SEVEN_YEAR if is_fixed else Meter.LAKE_INGESTION_ONE_YEAR


def scan_usages(router: Router) -> Iterator[Usage]:
    """Yield what the queries of each running store scan in a month, where somebody says how much."""
    for store, label in _running_stores(router):
        if store.scanned_gib_per_month:
            yield Usage(
                Meter.LAKE_QUERY_SCANNED,
                store.account or "",
                store.home_region or "",
                label,
                Quantity.exact(store.scanned_gib_per_month),
                "GB",
                ("R85",),
                "compressed bytes that queries scan, as declared",
            )


def unknown_of_stores(router: Router, settings: Settings, prices: PriceList) -> Iterator[UnknownUsage]:
    """Yield what stores are set to keep or to ingest and no source of volumes can measure: never zero."""
    for store, label in _running_stores(router):
        included = FREE_RETENTION_DAYS[BillingMode(store.billing_mode)]
        if (store.retention_days or 0) > included and settings.months > _FIRST_YEAR_MONTHS:
            yield _unknown(
                store,
                label,
                Meter.LAKE_EXTENDED_RETENTION,
                f"what is kept beyond {included} days",
                "how far a store compresses what it keeps is not measured",
                "the store's own size in the CloudTrail console",
                prices,
            )
        for category in _other_categories(store):
            yield _unknown(
                store,
                label,
                Meter.LAKE_INGESTION_OTHER,
                f"{category} records",
                "no source of volumes holds them",
                "the usage of the store on a bill",
                prices,
            )


def _running_stores(router: Router) -> Iterator[tuple[EventDataStore, str]]:
    for recorder, label, places in zip(router.recorders, router.labels, router.places, strict=True):
        if isinstance(recorder, EventDataStore) and places:
            yield recorder, label


def _other_categories(store: EventDataStore) -> list[str]:
    """Return the categories that a store selects besides events: Insights, Config items, evidence and the like."""
    fields = (selector.find(EVENT_CATEGORY) for selector in advanced_form(store))
    values = {value for field in fields if field for value in field.equals if isinstance(value, str)}
    return sorted(values - _OF_EVENTS)


def _unknown(
    store: EventDataStore, label: str, meter: Meter, what: str, because: str, settled_by: str, prices: PriceList
) -> UnknownUsage:
    region = store.home_region or ""
    unit_price = first_tier_price(meter, region, prices)
    return UnknownUsage(meter, label, (store.account or "",), (region,), what, because, settled_by, unit_price)
