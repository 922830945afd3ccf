"""What a log group keeps, by hand: 0.15 bytes for each that goes in, as long as its retention says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.events import EventCategory
from costplan.model.recorders import CloudWatchLogs, DirectDelivery, LifecycleRule, LogBucket, Trail
from tests.build import (
    IRELAND,
    PROD,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    quantity_of,
)

D = Decimal
GIB = 2**30
BUCKET = LogBucket("logs", region=IRELAND, account=PROD)


def trail(retention_days: int | None) -> Trail:
    return make_trail(bucket=BUCKET, cloudwatch_logs=CloudWatchLogs(retention_days))


def kept_of(found: Estimate) -> Decimal:
    """GB-months of the last month: the meter has no price among the invented ones."""
    (usage,) = (u.usage for u in found.unpriced if u.usage.meter is Meter.CLOUDWATCH_LOGS_STORAGE)
    return usage.quantity.point


def estimate(recorder: Trail, months: int = 1, gib: int = 100, **rest: object) -> Estimate:
    rows = (make_row(1000, raw_bytes=gib * GIB),)
    return estimate_scenario(make_scenario(recorder, rows=rows, months=months, **rest), make_prices())


@pytest.mark.parametrize(
    ("retention_days", "months", "inflows"),
    [
        (0, 1, "0.5"),
        (0, 12, "11.5"),
        (None, 12, "11.5"),
        (365, 12, "11.5"),
        # 365 days are twelve months of 730 hours.
        (365, 13, "12"),
        (365, 20, "12"),
        (1, 12, "0.032876712"),
    ],
)
def test_what_is_kept(retention_days: int | None, months: int, inflows: str) -> None:
    kept = kept_of(estimate(trail(retention_days), months))
    assert kept == pytest.approx(D(inflows) * 100 * D("0.15"), rel=D("1e-6"))


def test_a_retention_that_nobody_said_is_an_assumption() -> None:
    def said(recorder: Trail) -> list[str]:
        return [a.text for a in estimate(recorder).assumptions if a.rule == "retention"]

    assert said(trail(None)) == ["the log group of audit keeps events for ever: nobody said its retention"]
    assert said(trail(0)) == said(trail(30)) == said(make_trail(bucket=BUCKET)) == []


def test_a_group_with_an_end_has_a_steady_state() -> None:
    price = make_price(Meter.CLOUDWATCH_LOGS_INGESTION, 1, ("0.50", None))
    scenario = make_scenario(trail(365), rows=(make_row(1000, raw_bytes=GIB),), months=1)
    prices = make_prices(price, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    # The bucket keeps files for ever.
    assert estimate_scenario(scenario, prices).steady is None


def test_a_group_is_at_rest_when_its_first_events_are_gone_and_not_before() -> None:
    bucket = replace(BUCKET, lifecycle=(LifecycleRule(expiration_days=30),))
    found = estimate(make_trail(bucket=bucket, cloudwatch_logs=CloudWatchLogs(365)))
    # 365 days are twelve months: month 12 still lacks a half month's arrivals, month 13 holds all twelve.
    assert found.steady is not None
    assert found.steady.month == 13


def test_what_has_no_price_once_nothing_changes_is_told() -> None:
    bucket = replace(
        BUCKET, lifecycle=(LifecycleRule(400, "ONEZONE_IA", larger_than=1), LifecycleRule(expiration_days=900))
    )
    found = estimate(make_trail(bucket=bucket))
    assert found.steady is not None
    assert found.steady.month > 12
    assert Meter.S3_STORAGE_ONE_ZONE_IA in {unpriced.usage.meter for unpriced in found.unpriced}


def test_bytes_that_nobody_can_tell_are_no_doubt_about_a_selector() -> None:
    direct = DirectDelivery("to-logs", PROD, IRELAND, (IRELAND,), selectors=(make_selector(EventCategory.MANAGEMENT),))
    row = replace(make_row(1000, raw_bytes=GIB), oversize=3)
    scenario = make_scenario(direct, rows=(row,))
    price = make_price(Meter.DIRECT_DELIVERY, 1, ("0.25", None))
    found = estimate_scenario(scenario, make_prices(price))
    (delivered,) = (c.quantity for c in found.last.charges if c.usage.meter is Meter.DIRECT_DELIVERY)
    # Three events of 256 KB to 1 MB.
    assert (delivered.low * 1024, delivered.high * 1024) == (1021, D("1023.25"))
    assert "R31" not in {a.rule for a in found.assumptions}


def test_ingestion_is_metered_every_month() -> None:
    found = estimate(trail(30), months=3, growth_per_month=D("0.1"))
    sent = {u.usage.meter: u.usage.quantity.point for u in found.unpriced}[Meter.CLOUDWATCH_LOGS_INGESTION]
    assert sent == D(100) * D("1.21")
    assert quantity_of(found, Meter.CLOUDWATCH_LOGS_INGESTION).point == 0
