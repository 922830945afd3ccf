"""Event data stores over months, by hand: what is kept longer, what else goes in, copies, the trial.

366 included days are 366 × 24 / 730 = 12 + 12/365 months.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.stores import share_left
from costplan.engine.trials import trial_share
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate, MonthEstimate
from costplan.model.recorders import EventDataStore, OtherRecords
from costplan.model.scenario import Gigabyte
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from tests.build import IRELAND, PROD, TEST, make_price, make_prices, make_row, make_scenario, make_store

D = Decimal
GIB = 2**30
PRICES = make_prices(
    make_price(Meter.LAKE_EXTENDED_RETENTION, 1, ("0.023", None)),
    make_price(Meter.LAKE_QUERY_SCANNED, 1, ("0.005", None)),
    make_price(Meter.LAKE_INGESTION_OTHER, 1, ("0.50", None)),
    make_price(Meter.LAKE_INGESTION_SEVEN_YEAR, 1, ("2.50", "5120"), ("1.00", "25600"), ("0.50", None)),
    make_price(Meter.LAKE_TRIAL_INGESTION, 1, ("0", None)),
    make_price(Meter.LAKE_TRIAL_QUERY_SCANNED, 1, ("0", None)),
)
ITEMS = AdvancedEventSelector((FieldSelector("eventCategory", equals=("ConfigurationItem",)),))
EVIDENCE = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Evidence",)),))
LONGER = {"retention_days": 731, "compressed_share": D("0.1")}
"""A year beyond the included 366 days: 365 days are 12 months; a tenth is kept of what goes in."""


def estimate(*stores: EventDataStore, gib: int = 100, months: int = 1, **rest: Any) -> Estimate:
    rows = (make_row(1000, raw_bytes=gib * GIB),)
    return estimate_scenario(make_scenario(*stores, rows=rows, months=months, **rest), PRICES)


def units(month: MonthEstimate | None, meter: Meter) -> Decimal:
    assert month is not None
    return sum((c.quantity.point for c in month.charges if c.usage.meter is meter), D(0))


def cost(month: MonthEstimate, meter: Meter) -> Decimal:
    return sum((c.list_cost.point for c in month.charges if c.usage.meter is meter), D(0))


def kept(found: Estimate, month: int) -> Decimal:
    return units(found.months[month - 1], Meter.LAKE_EXTENDED_RETENTION)


# ---- keeping longer ----


def test_nothing_is_paid_for_keeping_in_the_first_twelve_months_of_a_new_store() -> None:
    found = estimate(make_store(**LONGER), months=12)

    assert found.unknown == ()
    assert [kept(found, month) for month in range(1, 13)] == [0] * 12


def test_from_the_thirteenth_month_what_got_old_enough_is_paid_as_it_is_compressed() -> None:
    found = estimate(make_store(**LONGER), months=26)

    # Month 13: what month 1 brought is 12/365 of a month from old enough; on average (1 − 12/365)² / 2 of it is there.
    share = D(124609) / D(266450)
    assert kept(found, 13) == pytest.approx(100 * D("0.1") * share, abs=D("1e-9"))
    # In the end all that twelve months bring: 12 × 100 × 0.1 = 120 GB-months, 120 × 0.023 = 2.76
    assert kept(found, 26) == pytest.approx(D(120), abs=D("1e-9"))
    assert cost(found.months[25], Meter.LAKE_EXTENDED_RETENTION) == pytest.approx(D("2.76"), abs=D("1e-9"))


def test_the_average_of_a_month_is_that_of_a_count_day_by_day() -> None:
    """The slow twin: 40 arrivals and 40 looks in each month, each arrival kept from 366 days to 731."""
    found = estimate(make_store(**LONGER), months=26)
    slices, begin = 40, Fraction(366 * 24, 730)
    end = begin + 12
    for month in (12, 13, 14, 20, 25, 26):
        there = 0
        for look in range(slices):
            now = month - 1 + Fraction(2 * look + 1, 2 * slices)
            arrived = [Fraction(2 * n + 1, 2 * slices) for n in range(month * slices)]
            there += sum(begin <= now - then < end for then in arrived)
        expected = D(there) / slices / slices * 100 * D("0.1")
        assert kept(found, month) == pytest.approx(expected, abs=D("0.05"))


def test_the_steady_state_holds_what_is_kept_longer() -> None:
    found = estimate(make_store(**LONGER), months=12)

    # Nothing changes once what comes is deleted: 731 days are 24.03 months, so from month 26.
    assert found.steady is not None
    assert found.steady.month == 26
    assert units(found.steady, Meter.LAKE_EXTENDED_RETENTION) == pytest.approx(D(120), abs=D("1e-9"))
    assert units(found.steady, Meter.LAKE_INGESTION_ONE_YEAR) == 100


@pytest.mark.parametrize(
    ("fields", "gb_months"),
    [
        ({"retention_days": 366}, "0"),
        ({"retention_days": 90}, "0"),
        ({"retention_days": None}, "0"),
        ({"retention_days": 2557, "billing_mode": "FIXED_RETENTION_PRICING"}, "0"),
        # 3,653 days at most: (3653 − 366) × 24 / 730 months × 10 GB
        ({"retention_days": 3653}, "1080.65753424657"),
        ({"retention_days": 9999}, "1080.65753424657"),
    ],
)
def test_only_days_between_366_and_3653_of_the_one_year_option_are_paid(fields: dict[str, Any], gb_months: str) -> None:
    found = estimate(make_store(compressed_share=D("0.1"), **fields))

    assert units(found.steady, Meter.LAKE_EXTENDED_RETENTION) == pytest.approx(D(gb_months), abs=D("1e-6"))


def test_a_store_of_which_nobody_knows_how_it_compresses_has_no_steady_state() -> None:
    assert estimate(make_store(retention_days=731)).steady is None


def test_what_was_kept_longer_before_is_paid_from_the_first_month_and_stays() -> None:
    found = estimate(make_store(retention_days=731, extended_gib=D(10)), months=24)

    assert [kept(found, month) for month in (1, 12, 13, 24)] == [10] * 4
    # 10 × 0.023
    assert cost(found.months[0], Meter.LAKE_EXTENDED_RETENTION) == D("0.23")
    assert found.unknown == ()
    assert found.steady is not None
    assert found.steady.month == 1
    assert [a.text for a in found.assumptions if a.rule == "backlog"] == [
        "what lake keeps beyond 366 days stays as much: as much gets as old as is deleted"
    ]


def test_with_a_compressed_share_the_old_leaves_while_what_came_last_year_gets_old() -> None:
    found = estimate(make_store(extended_gib=D(120), **LONGER), months=26)

    # Of 120 GB that leave in 12 months, 120 × 23/24 are there on average in month 1; of what month −11 brought, whose
    # age is 12/365 of a month from old enough, 10 × (353/365)² / 2.
    assert kept(found, 1) == pytest.approx(D(115) + 10 * D(124609) / D(266450), abs=D("1e-9"))
    assert kept(found, 26) == pytest.approx(D(120), abs=D("1e-9"))


def test_a_stock_leaves_evenly() -> None:
    assert [share_left(month, Fraction(5, 2)) for month in (1, 2, 3, 4)] == [D("0.8"), D("0.4"), D("0.05"), D(0)]


def test_growth_reaches_what_is_kept_a_year_later() -> None:
    found = estimate(make_store(**LONGER), months=13, growth_per_month=D("0.1"))

    assert kept(found, 13) == pytest.approx(100 * D("0.1") * D(124609) / D(266450), abs=D("1e-9"))


# ---- other records, copies, scans ----


def test_records_that_are_no_events_cost_what_is_declared_of_them() -> None:
    found = estimate(make_store(others=(OtherRecords(D(10)),), selectors=(ITEMS, EVIDENCE)), gib=0)

    # 10 × 0.50
    assert cost(found.last, Meter.LAKE_INGESTION_OTHER) == D("5.00")
    assert found.unknown == ()


def test_a_category_that_nobody_declared_stays_unknown() -> None:
    others = (OtherRecords(D(10), "ConfigurationItem"),)
    found = estimate(make_store(others=others, selectors=(ITEMS, EVIDENCE)))

    assert units(found.last, Meter.LAKE_INGESTION_OTHER) == 10
    assert [unknown.what for unknown in found.unknown] == ["Evidence records"]
    assert found.is_lower_bound


def test_the_seven_year_option_has_one_rate_for_everything_it_takes_in() -> None:
    store = make_store(others=(OtherRecords(D(1000)),), billing_mode="FIXED_RETENTION_PRICING")
    found = estimate(store, gib=5000)

    # 6,000 GB in one pool: 5,120 × 2.50 + 880 × 1.00
    assert cost(found.last, Meter.LAKE_INGESTION_SEVEN_YEAR) == D(13680)
    assert units(found.last, Meter.LAKE_INGESTION_OTHER) == 0
    ids = {charge.id for charge in found.last.charges if charge.usage.meter is Meter.LAKE_INGESTION_SEVEN_YEAR}
    assert len(ids) == 1


def test_what_nobody_declared_under_the_seven_year_option_is_unknown_at_its_rate() -> None:
    store = make_store(selectors=(ITEMS,), billing_mode="FIXED_RETENTION_PRICING")
    (unknown,) = estimate(store).unknown

    assert (unknown.meter, unknown.list_unit_price) == (Meter.LAKE_INGESTION_SEVEN_YEAR, D("2.50"))


def test_log_files_are_copied_into_a_store_once() -> None:
    found = estimate(make_store(copied_gib=D(200)), months=3)

    # 200 × 0.50 in month 1
    assert [cost(month, Meter.LAKE_INGESTION_OTHER) for month in found.months] == [D(100), D(0), D(0)]
    assert units(estimate(make_store(copied_gib=D(200))).steady, Meter.LAKE_INGESTION_OTHER) == 0


def test_a_stopped_store_costs_nothing_of_what_is_declared_of_it() -> None:
    store = make_store(is_ingesting=False, others=(OtherRecords(D(10)),), copied_gib=D(1), extended_gib=D(1), **LONGER)
    found = estimate(store)

    assert found.last.charges == ()


# ---- the free trial ----


def test_a_trial_is_thirty_days_of_a_month_of_730_hours() -> None:
    # 720 / 730 hours
    assert trial_share() == (D(72) / D(73)).quantize(D("1e-12"))


def test_the_first_5_gb_of_a_trial_are_free_and_the_rest_is_paid() -> None:
    found = estimate(make_store(is_on_trial=True, scanned_gib_per_month=D(12)), months=2)
    first, second = found.months

    assert units(first, Meter.LAKE_TRIAL_INGESTION) == 5
    assert units(first, Meter.LAKE_INGESTION_ONE_YEAR) == 95
    assert units(first, Meter.LAKE_TRIAL_QUERY_SCANNED) == 5
    assert units(first, Meter.LAKE_QUERY_SCANNED) == 7
    # 95 × 0.75 + 7 × 0.005
    assert first.list_cost.point == D("71.25") + D("0.035")
    assert units(second, Meter.LAKE_INGESTION_ONE_YEAR) == 100
    assert units(second, Meter.LAKE_TRIAL_INGESTION) == 0


def test_below_5_gb_a_trial_ends_with_its_thirty_days() -> None:
    (first,) = estimate(make_store(is_on_trial=True), gib=4).months

    # 4 GB in 730 hours, of which 720 are free
    assert units(first, Meter.LAKE_TRIAL_INGESTION) == 4 * trial_share()
    assert units(first, Meter.LAKE_INGESTION_ONE_YEAR) == 4 - 4 * trial_share()


def test_stores_of_one_account_share_a_trial_and_other_stores_have_none() -> None:
    one, two = make_store("one", is_on_trial=True), make_store("two", is_on_trial=True)
    (month,) = estimate(one, two, make_store("three")).months
    ingested = {c.usage.recorder: c.quantity.point for c in month.charges if c.usage.meter is ONE_YEAR}

    assert units(month, Meter.LAKE_TRIAL_INGESTION) == 5
    assert ingested == {"one": 95, "two": 100, "three": 100}


ONE_YEAR = Meter.LAKE_INGESTION_ONE_YEAR


def test_other_records_fill_what_events_leave_of_a_trial() -> None:
    (month,) = estimate(make_store(is_on_trial=True, others=(OtherRecords(D(10)),)), gib=0).months

    assert units(month, Meter.LAKE_TRIAL_INGESTION) == 5
    assert units(month, Meter.LAKE_INGESTION_OTHER) == 5


def test_the_steady_state_has_no_trial() -> None:
    found = estimate(make_store(is_on_trial=True))

    assert found.steady is not None
    assert found.steady.month == 2
    assert units(found.steady, ONE_YEAR) == 100
    assert units(found.steady, Meter.LAKE_TRIAL_INGESTION) == 0


def test_a_trial_says_whose_its_gigabytes_are() -> None:
    texts = [a.text for a in estimate(make_store(is_on_trial=True)).assumptions if a.rule == "lake-trial"]

    assert texts == [
        "the free trial of lake begins with month 1 and ends after 30 days; its 5 GB are one account's, "
        "for all of its stores together"
    ]


# ---- who may have a store ----

ARN = f"arn:aws:cloudtrail:{IRELAND}:{PROD}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


@pytest.mark.parametrize(
    ("stores", "new"),
    [
        ((make_store(),), "lake"),
        ((make_store("a"), make_store("b")), "a, b"),
        ((make_store(arn=ARN),), None),
        ((make_store(), make_store("there", arn=ARN)), None),
        ((make_store(account=TEST), make_store("there", arn=ARN)), "lake"),
        ((make_store(retention_days=731, extended_gib=D(1)),), None),
        ((make_store(is_ingesting=False),), None),
    ],
)
def test_a_new_store_is_said_to_need_one_that_is_there(stores: tuple[EventDataStore, ...], new: str | None) -> None:
    said = [a.text for a in estimate(*stores).assumptions if a.rule == "lake-closed"]

    assert [text.partition(" can be made: since 2026-05-31 ")[0] for text in said] == ([new] if new else [])
    assert all("CloudWatch is its successor" in text for text in said)


def test_declared_gib_are_more_gb_where_a_gb_has_ten_to_the_ninth_bytes() -> None:
    store = make_store(retention_days=731, extended_gib=D(10), others=(OtherRecords(D(10)),), copied_gib=D(1))
    found = estimate(store, gb=Gigabyte.DECIMAL)

    # 11 × 2³⁰ / 10⁹, and 10 of them
    assert units(found.last, Meter.LAKE_INGESTION_OTHER) == D("11.811160064")
    assert kept(found, 1) == D("10.73741824")
