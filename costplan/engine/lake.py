"""Which meters an event data store fills, how long it keeps what, and what of it nobody can tell."""

from collections.abc import Iterator

from costplan.engine.rating import first_tier_price
from costplan.engine.routing import Router
from costplan.model.billing import Meter, UnknownUsage
from costplan.model.events import ROUTED_CATEGORIES
from costplan.model.prices import PriceList
from costplan.model.recorders import BillingMode, EventDataStore
from costplan.model.scenario import Settings
from costplan.model.selection import EVENT_CATEGORY, advanced_form

FREE_RETENTION_DAYS = {BillingMode.EXTENDABLE: 366, BillingMode.FIXED: 2557}
"""Days of retention that ingestion pays for, by billing option."""

MOST_RETENTION_DAYS = {BillingMode.EXTENDABLE: 3653, BillingMode.FIXED: 2557}
"""Days after which a store deletes at the latest, by billing option."""

_FIRST_YEAR_MONTHS = 12
_OF_EVENTS = frozenset(category.value for category in ROUTED_CATEGORIES)


def ingestion_meter(store: EventDataStore) -> Meter:
    """Return the meter on which a store's CloudTrail events are ingested."""
    is_fixed = store.billing_mode == BillingMode.FIXED
    return Meter.LAKE_INGESTION_SEVEN_YEAR if is_fixed else Meter.LAKE_INGESTION_ONE_YEAR


def other_meter(store: EventDataStore) -> Meter:
    """Return the meter of what a store takes in besides CloudTrail's events; the seven-year option has one for all."""
    is_fixed = store.billing_mode == BillingMode.FIXED
    return Meter.LAKE_INGESTION_SEVEN_YEAR if is_fixed else Meter.LAKE_INGESTION_OTHER


def beyond_days(store: EventDataStore) -> int:
    """Return for how many days a store keeps what its ingestion does not pay for; only the one-year option can."""
    if store.billing_mode == BillingMode.FIXED:
        return 0
    kept = min(store.retention_days or 0, MOST_RETENTION_DAYS[BillingMode.EXTENDABLE])
    return max(0, kept - FREE_RETENTION_DAYS[BillingMode.EXTENDABLE])


def unknown_of_stores(router: Router, settings: Settings, prices: PriceList) -> Iterator[UnknownUsage]:
    """Yield what stores are set to keep or to ingest and no source of volumes can measure: never zero."""
    for store, label in running_stores(router):
        included = FREE_RETENTION_DAYS[BillingMode.EXTENDABLE]
        is_said = store.compressed_share is not None or store.extended_gib is not None
        if beyond_days(store) and not is_said and settings.months - store.starts_in_month >= _FIRST_YEAR_MONTHS:
            yield _unknown(
                store,
                label,
                Meter.LAKE_EXTENDED_RETENTION,
                f"what is kept beyond {included} days",
                "how far a store compresses what it keeps is not measured",
                "compressed_share or extended_retention_gib of the store, in a scenario",
                prices,
            )
        for category in _other_categories(store):
            yield _unknown(
                store,
                label,
                other_meter(store),
                f"{category} records",
                "no source of volumes holds them",
                "other_gib_per_month of the store in the scenario, from its usage on a bill",
                prices,
            )


def running_stores(router: Router) -> Iterator[tuple[EventDataStore, str]]:
    """Yield every store that takes in events somewhere, with its label."""
    for recorder, label, places in zip(router.recorders, router.labels, router.places, strict=True):
        if isinstance(recorder, EventDataStore) and places:
            yield recorder, label


def _other_categories(store: EventDataStore) -> list[str]:
    """Return the categories besides events that a store selects and nobody declared: Config items and the like."""
    declared = {other.category for other in store.others}
    if None in declared:
        return []
    fields = (selector.find(EVENT_CATEGORY) for selector in advanced_form(store))
    values = {value for field in fields if field for value in field.equals if isinstance(value, str)}
    return sorted(values - _OF_EVENTS - declared)


def _unknown(
    store: EventDataStore, label: str, meter: Meter, what: str, because: str, settled_by: str, prices: PriceList
) -> UnknownUsage:
    region = store.home_region or ""
    unit_price = first_tier_price(meter, region, prices)
    return UnknownUsage(meter, label, (store.account or "",), (region,), what, because, settled_by, unit_price)
