"""What piles up in a log bucket under lifecycle rules, by hand: 365 days are exactly 12 months of 730 hours."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.log_files import Inflow, size_class
from costplan.engine.storage import BucketStock
from costplan.inputs.prices import load_price_list
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.recorders import LifecycleRule, LogBucket, SmallObjects
from costplan.model.volumes import FileStatistics, Volumes
from tests.build import IRELAND, PROD, make_row, make_scenario, make_trail

D = Decimal
YEAR = LifecycleRule(expiration_days=365)
OBJECTS = 1000
QUARTER = D(90 * 24) / 730
"""90 days in months."""


def flow(size: int, objects: int = OBJECTS) -> Inflow:
    """So many objects of one size, in one month."""
    pair = (Quantity.exact(objects), Quantity.exact(objects * size))
    return Inflow(*pair, sizes={size_class(D(size)): pair})


def stock(
    size: int, *rules: LifecycleRule, months: int = 40, small: SmallObjects = SmallObjects.STAY, **bucket: Any
) -> BucketStock:
    with exact_arithmetic():
        return BucketStock(LogBucket("logs", lifecycle=rules, **bucket), [flow(size)] * months, rules, small)


def points(found: BucketStock, month: int) -> dict[Meter, Decimal]:
    with exact_arithmetic():
        return {meter: amount.point.quantize(D("0.001")) for meter, amount in found.amounts(month).items()}


def near(value: Decimal) -> Any:
    return pytest.approx(value, abs=D("0.01"))


def test_without_rules_everything_stays() -> None:
    assert points(stock(2000), 12) == {Meter.S3_STORAGE_STANDARD: D("11.5") * OBJECTS * 2000}
    assert stock(2000).steady_from is None


def test_a_years_expiry_keeps_a_year() -> None:
    found = stock(2000, YEAR)
    assert found.steady_from == 13
    held = [points(found, month)[Meter.S3_STORAGE_STANDARD] / (OBJECTS * 2000) for month in (1, 12, 13, 30)]
    assert held == [D("0.5"), D("11.5"), 12, 12]


def test_small_files_go_nowhere_by_default() -> None:
    deep = LifecycleRule(90, "DEEP_ARCHIVE")
    assert points(stock(2000, deep, YEAR), 20) == points(stock(2000, YEAR), 20)


def test_small_files_that_do_move_carry_their_overhead() -> None:
    found = points(stock(2000, LifecycleRule(90, "DEEP_ARCHIVE"), YEAR, small=SmallObjects.VARY), 20)
    there = OBJECTS * (12 - QUARTER)
    assert found == {
        Meter.S3_STORAGE_STANDARD: near(OBJECTS * 2000 * QUARTER + there * 8192),
        Meter.S3_TRANSITION_DEEP_ARCHIVE: OBJECTS,
        Meter.S3_STORAGE_DEEP_ARCHIVE: near(there * (2000 + 32768)),
    }


def test_small_files_are_billed_as_128_kib_where_a_filter_moves_them() -> None:
    found = points(stock(2000, LifecycleRule(90, "STANDARD_IA", larger_than=500), YEAR), 20)
    assert found[Meter.S3_STORAGE_STANDARD_IA] == near(OBJECTS * (12 - QUARTER) * 131072)
    assert found[Meter.S3_TRANSITION_STANDARD_IA] == OBJECTS


def test_large_files_are_billed_as_they_are() -> None:
    found = points(stock(200_000, LifecycleRule(90, "GLACIER_IR"), YEAR), 20)
    assert found[Meter.S3_STORAGE_GLACIER_INSTANT] == near(OBJECTS * (12 - QUARTER) * 200_000)


def test_what_leaves_early_is_charged_to_the_end_of_the_minimum() -> None:
    """In Glacier Instant Retrieval from day 30, gone on day 60: 60 of 90 days are left to pay."""
    rules = (LifecycleRule(30, "GLACIER_IR"), LifecycleRule(expiration_days=60))
    found = points(stock(200_000, *rules), 20)
    there, rest = D(30 * 24) / 730, D(60 * 24) / 730
    assert found[Meter.S3_STORAGE_GLACIER_INSTANT] == near(OBJECTS * 200_000 * (there + rest))
    # Until then it may be charged: 120 days are 3.95 months.
    assert stock(200_000, *rules).steady_from == 5


def test_intelligent_tiering_moves_what_nobody_reads() -> None:
    found = points(stock(200_000, LifecycleRule(0, "INTELLIGENT_TIERING"), YEAR), 20)
    month, quarter = D(30 * 24) / 730, QUARTER
    size = OBJECTS * 200_000
    assert found == {
        Meter.S3_STORAGE_TIERING_FREQUENT: near(size * month),
        Meter.S3_STORAGE_TIERING_INFREQUENT: near(size * (quarter - month)),
        Meter.S3_STORAGE_TIERING_ARCHIVE_INSTANT: near(size * (12 - quarter)),
        Meter.S3_TIERING_MONITORING: OBJECTS * 12,
    }


def test_versions_stay_where_nothing_removes_them() -> None:
    assert points(stock(2000, YEAR, is_versioned=True), 30) == points(stock(2000), 30)
    kept = stock(2000, YEAR, LifecycleRule(noncurrent_expiration_days=365), is_versioned=True)
    assert points(kept, 40)[Meter.S3_STORAGE_STANDARD] == OBJECTS * 2000 * 24


def test_what_is_there_already_stays_or_leaves_with_the_rest() -> None:
    gib = 2**30
    without = points(stock(2000, existing_gib=D(3)), 2)[Meter.S3_STORAGE_STANDARD]
    assert without == near(3 * gib + D("1.5") * OBJECTS * 2000)
    found = stock(2000, YEAR, existing_gib=D(3))
    held = [points(found, month)[Meter.S3_STORAGE_STANDARD] for month in (1, 7, 13, 14)]
    # 3 GiB of twelve equal months: in month 1 a half of a twelfth has left on average, in month 13 all of it.
    left = [D("11.5") / 12, D("5.5") / 12, 0, 0]
    arrived = [D("0.5"), D("6.5"), 12, 12]
    expected = [3 * gib * part + OBJECTS * 2000 * own for part, own in zip(left, arrived, strict=True)]
    assert held == [near(amount) for amount in expected]


@given(
    st.integers(1, 400),
    st.integers(1, 24),
    st.sampled_from([2_000, 100_000, 300_000]),
    st.lists(
        st.tuples(st.integers(0, 500), st.sampled_from(["STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"])),
        max_size=3,
    ),
)
def test_nothing_is_lost_between_the_stages(days: int, month: int, size: int, moves: list[tuple[int, str]]) -> None:
    """Objects by class add up to those that are there: each class counts them once, whatever it adds to their bytes."""
    rules = [LifecycleRule(*move, larger_than=1) for move in moves] + [LifecycleRule(expiration_days=days)]
    moved = stock(size, *rules)
    plain = stock(size, LifecycleRule(expiration_days=days))
    assert sum(points(moved, month).values()) >= points(plain, month)[Meter.S3_STORAGE_STANDARD] - 1


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_files_never_cost_less(one: int, other: int) -> None:
    few, many = sorted((one, other))
    rules = (LifecycleRule(30, "GLACIER_IR"), LifecycleRule(90, "DEEP_ARCHIVE"), LifecycleRule(expiration_days=200))
    with exact_arithmetic():
        amounts = [
            BucketStock(LogBucket(lifecycle=rules), [flow(300_000, count)] * 12, rules, SmallObjects.STAY).amounts(9)
            for count in (few, many)
        ]
    assert all(amount.point <= amounts[1][meter].point for meter, amount in amounts[0].items())


# ---- estimates ----

DEEP = (LifecycleRule(90, "DEEP_ARCHIVE"),)
FILES = FileStatistics(
    PROD, IRELAND, "CloudTrail", 8760, 8760 * 2000, 87600, 8760, 8760, D(500), D(150), {"1-4KiB": 8760}
)


def estimate(months: int = 12, **bucket: Any) -> Estimate:
    """A trail of 87,600 events a month in 8,760 files of 2,000 bytes, at the shipped prices of Ireland."""
    trail = make_trail(bucket=LogBucket("logs", region=IRELAND, account=PROD, **bucket))
    volumes = Volumes((make_row(87_600),), covers_all=True, files=(FILES,))
    scenario = make_scenario(trail, volumes=(volumes,), months=months)
    return estimate_scenario(scenario, load_price_list([IRELAND], ["cloudtrail", "s3"]))


def said(found: Estimate) -> list[tuple[str, Decimal | None]]:
    return [(a.text, a.moves) for a in found.assumptions if a.rule == "R108"]


def test_a_rule_that_moves_no_file_is_said_to_do_nothing() -> None:
    found = estimate(lifecycle=DEEP)
    assert found.last.list_cost == estimate().last.list_cost
    assert said(found) == [
        (
            "audit: the rule to DEEP_ARCHIVE after 90 days does nothing: S3 moves no file under 128 KB, and the largest"
            " has about 2,000 bytes",
            0,
        )
    ]


def test_a_rule_that_costs_more_than_it_saves_is_said_with_its_dollars() -> None:
    found = estimate(lifecycle=DEEP, small_objects=SmallObjects.VARY)
    plain = estimate()
    with exact_arithmetic():
        totals = [sum((month.list_cost.point for month in each.months), D(0)) for each in (found, plain)]
        dearer = totals[0] - totals[1]
    ((text, moves),) = said(found)
    assert text == "audit: the rule to DEEP_ARCHIVE after 90 days costs more than it saves in 12 months"
    assert moves == dearer
    # Most of it are the transitions of nine months: 8,760 files a month at $0.05 (Ireland: 0.06) per thousand.
    assert D(4) < dearer < D(6)


def test_a_default_that_nobody_stated_makes_a_band_of_both() -> None:
    found = estimate(lifecycle=DEEP, small_objects=None)
    stays, moves = (estimate(lifecycle=DEEP, small_objects=each).last.list_cost for each in SmallObjects)
    cost = found.last.list_cost
    assert (cost.point, cost.low <= stays.low, cost.high >= moves.high) == (stays.point, True, True)
    ((text, amount),) = said(found)
    assert text.startswith("files under 128 KB in audit's bucket stay")
    with exact_arithmetic():
        assert amount == cost.high - cost.low


def test_what_no_longer_changes_is_the_steady_state() -> None:
    found = estimate(lifecycle=(YEAR,))
    assert found.steady is not None
    assert found.steady.month == 13
    # Twelve months of 8,760 × 2,000 bytes at $0.023 a GiB, and the month's 8,760 requests at $0.005 per thousand.
    # One slot in 22,000 stays empty by chance: e^−10.
    expected = D(8760 * 2000 * 12) / 2**30 * D("0.023") + D(8760) * D("0.000005")
    assert float(found.steady.list_cost.point) == pytest.approx(float(expected), rel=1e-4)
    assert estimate().steady is None
    assert estimate(months=20, lifecycle=(YEAR,)).steady == found.steady
