"""Event data stores: what is ingested, what queries scan, and what nobody measured."""

from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.recorders import EventDataStore
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from tests.build import (
    IRELAND,
    PROD,
    charges_of,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_store,
    quantity_of,
)

QUERIES = make_price(Meter.LAKE_QUERY_SCANNED, 1, ("0.005", None))
OTHER = make_price(Meter.LAKE_INGESTION_OTHER, 1, ("0.50", None))


def estimate(store: EventDataStore, months: int = 1) -> Estimate:
    scenario = make_scenario(store, rows=(make_row(10),), months=months)
    return estimate_scenario(scenario, make_prices(QUERIES, OTHER))


def test_declared_scans_are_priced() -> None:
    result = estimate(make_store(scanned_gib_per_month=Decimal(2_000)))

    # 2,000 × 0.005
    assert [c.list_cost.point for c in charges_of(result, Meter.LAKE_QUERY_SCANNED)] == [Decimal("10.000")]


def test_a_store_that_does_not_run_scans_nothing() -> None:
    result = estimate(make_store(scanned_gib_per_month=Decimal(2_000), is_ingesting=False))

    assert quantity_of(result, Meter.LAKE_QUERY_SCANNED).point == 0


@pytest.mark.parametrize(
    ("days", "months", "is_unknown"),
    [(366, 24, False), (367, 24, True), (2557, 12, False), (None, 24, False)],
)
def test_retention_beyond_what_is_included_is_unknown_once_it_begins(
    days: int | None, months: int, is_unknown: bool
) -> None:
    result = estimate(make_store(retention_days=days), months)
    meters = [u.meter for u in result.unknown]

    assert meters == ([Meter.LAKE_EXTENDED_RETENTION] if is_unknown else [])
    assert result.is_lower_bound is is_unknown


def test_the_seven_year_option_includes_seven_years() -> None:
    store = make_store(retention_days=2557, billing_mode="FIXED_RETENTION_PRICING")

    assert estimate(store, months=24).unknown == ()


def test_records_that_are_no_events_are_unknown_and_not_zero() -> None:
    items = AdvancedEventSelector((FieldSelector("eventCategory", equals=("ConfigurationItem",)),))
    (unknown,) = estimate(make_store(selectors=(items,))).unknown

    assert unknown.what == "ConfigurationItem records"
    assert (unknown.meter, unknown.accounts, unknown.regions) == (Meter.LAKE_INGESTION_OTHER, (PROD,), (IRELAND,))
    assert unknown.list_unit_price == Decimal("0.50")
