"""Recorders that are switched on, or off, within a projection."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import limit_of
from costplan.engine.scope import copy_order
from costplan.model.billing import Meter, Service
from costplan.model.estimate import Estimate, MonthEstimate
from costplan.model.recorders import CloudWatchLogs, LifecycleRule, LogBucket, Recorder, Trail, is_on, switched_off
from costplan.model.scenario import Scenario
from costplan.model.volumes import FileStatistics, Volumes
from tests.build import (
    EXACT,
    IRELAND,
    PROD,
    make_coverage,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_store,
    make_trail,
    object_row,
    on_objects,
)
from tests.engine.test_laws import PRICES as OF_LAWS
from tests.engine.test_laws import scenarios

D = Decimal
REST = (
    make_price(Meter.KMS_KEY, 1, ("1.00", None)),
    make_price(Meter.SNS_REQUESTS, 1_000_000, ("0.50", None)),
    make_price(Meter.CLOUDWATCH_LOGS_INGESTION, 1, ("0.50", None)),
    make_price(Meter.CLOUDWATCH_LOGS_STORAGE, 1, ("0.03", None)),
    make_price(Meter.LAKE_QUERY_SCANNED, 1, ("0.005", None)),
)
PRICES = make_prices(*REST)
EXPIRES = (LifecycleRule(expiration_days=90),)
# 10,000,000 events make 10 GiB in the bucket each month.
FILES = FileStatistics(PROD, IRELAND, "CloudTrail", 8760, 10 * 2**30, 10**7, 8760, 8760, D(0), D("1073.741824"))
TEN_GIB = (Volumes((make_row(10**7, raw_bytes=100 * 2**30),), covers_all=True, files=(FILES,)),)


def prices() -> object:
    """The invented prices, those of KMS, SNS and CloudWatch Logs in books of their own."""
    listed = make_prices(*REST)
    books = dict(listed.books)
    (sample, *_) = books.values()
    for service in (Service.KMS, Service.SNS, Service.CLOUDWATCH):
        mine = {price.meter: price for price in REST if Meter(price.meter).service is service}
        books[service.value, IRELAND] = replace(sample, service=service.value, region=IRELAND, prices=mine)
    return replace(listed, books=books)


def estimate(*recorders: Recorder, months: int = 6, **rest: object) -> Estimate:
    rest.setdefault("volumes", TEN_GIB)
    return estimate_scenario(make_scenario(*recorders, months=months, **rest), prices())  # type: ignore[arg-type]


def units(month: MonthEstimate, meter: Meter, recorder: str | None = None) -> Decimal:
    with localcontext(EXACT):
        found = (c.quantity.point for c in month.charges if c.usage.meter is meter)
        mine = (c.quantity.point for c in month.charges if c.usage.meter is meter and c.usage.recorder == recorder)
        return sum(found if recorder is None else mine, D(0))


def by_month(result: Estimate, meter: Meter, recorder: str | None = None) -> list[Decimal]:
    return [units(month, meter, recorder) for month in result.months]


# ---- CloudTrail ----


def test_a_trail_costs_nothing_before_it_starts_and_makes_others_copies_paid_from_then_on() -> None:
    """Two copies of 10,000,000 events from month 3 on: $200.00, and the first copy stays that of the older trail."""
    result = estimate(make_trail("new", starts_in_month=3), make_trail("old"))
    assert by_month(result, Meter.MANAGEMENT_FIRST_COPY, "old") == [10**7] * 6
    assert by_month(result, Meter.MANAGEMENT_ADDITIONAL_COPY, "new") == [0, 0, 10**7, 10**7, 10**7, 10**7]
    assert not [c for month in result.months[:2] for c in month.charges if c.usage.recorder == "new"]


def test_where_a_trail_stops_the_copy_of_another_becomes_the_free_one() -> None:
    result = estimate(make_trail("old", stops_in_month=3), make_trail("new"), months=4)
    assert by_month(result, Meter.MANAGEMENT_ADDITIONAL_COPY, "new") == [10**7, 10**7, 0, 0]
    assert by_month(result, Meter.MANAGEMENT_FIRST_COPY, "old") == [10**7, 10**7, 0, 0]
    assert by_month(result, Meter.MANAGEMENT_FIRST_COPY, "new") == [0, 0, 10**7, 10**7]


def test_without_the_trail_the_first_months_are_the_same() -> None:
    full = {"bucket": LogBucket("new-logs", has_kms_key=True, notifies_sns=True), "log_file_validation": True}
    new = make_trail("new", starts_in_month=3, cloudwatch_logs=CloudWatchLogs(30), selectors=(on_objects(),), **full)
    rows = (make_row(10**6), object_row(10**6, bucket="new-logs"))
    volumes = (Volumes(rows, covers_all=True),)
    old = make_trail("old", bucket=LogBucket("old-logs"))
    with_it = estimate(old, new, volumes=volumes)
    assert with_it.months[:2] == estimate(old, volumes=volumes).months[:2]
    assert with_it.months[2] != estimate(old, volumes=volumes).months[2]


def test_what_is_recorded_is_that_of_the_last_month() -> None:
    result = estimate(make_trail("gone", stops_in_month=3), make_store("late", starts_in_month=7))
    assert {name: q.point for name, q in result.events.recorded.items()} == {"Management": 0}
    result = estimate(make_trail("late", starts_in_month=6))
    assert result.events.recorded["Management"].point == 10**7
    assert [e.recorder for e in result.events.by_recorder if e.recorded] == ["late"]


def test_a_limit_is_that_of_the_recorders_of_the_last_month() -> None:
    """$200.00 of copies in month 6; $100.00 at half of them."""
    none = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    scenario = make_scenario(make_trail("a"), make_trail("b", starts_in_month=3), rows=(make_row(10**7),), months=6)
    assert limit_of(estimate_scenario(scenario, none), D(100), none).factor == D("0.5")
    soon = replace(scenario, settings=replace(scenario.settings, months=2))
    assert limit_of(estimate_scenario(soon, none), D(100), none).factor is None


# ---- what lies in buckets and log groups ----


def test_a_bucket_fills_from_the_month_its_trail_starts_in() -> None:
    """10 GiB a month: a half of them on average in the first, then one and a half; nothing before."""
    stored = by_month(estimate(make_trail("new", starts_in_month=3), months=5), Meter.S3_STORAGE_STANDARD)
    assert stored == [0, 0, 5, 15, 25]


def test_what_a_bucket_holds_before_its_trail_starts_is_paid_from_the_first_month() -> None:
    """12 GiB that nothing ever takes away; 10 GiB a month more from month 3 on."""
    new = make_trail("new", starts_in_month=3, bucket=LogBucket(existing_gib=D(12), has_kms_key=True))
    result = estimate(new, months=4)
    assert [round(size, 6) for size in by_month(result, Meter.S3_STORAGE_STANDARD)] == [12, 12, 17, 27]
    assert by_month(result, Meter.S3_PUT)[:2] == [0, 0]
    # Nobody could read it without its key.
    assert by_month(result, Meter.KMS_KEY) == [1, 1, 1, 1]


def test_a_stopped_trail_leaves_its_files_and_their_key() -> None:
    """20 GiB from two months stay; the key opens them, notices are sent of new files only."""
    bucket = LogBucket(has_kms_key=True, notifies_sns=True)
    result = estimate(make_trail("old", stops_in_month=3, bucket=bucket), months=5)
    assert by_month(result, Meter.S3_STORAGE_STANDARD) == [5, 15, 20, 20, 20]
    assert by_month(result, Meter.KMS_KEY) == [1, 1, 1, 1, 1]
    for meter in (Meter.S3_PUT, Meter.SNS_REQUESTS):
        assert [bool(count) for count in by_month(result, meter)] == [True, True, False, False, False]
    # Nothing arrives or leaves any more from month 3 on, though files stay for ever.
    assert result.steady is not None
    assert result.steady.month == 3


def test_files_of_a_stopped_trail_expire() -> None:
    """After 90 days, about three months, the last file of month 2 is gone: month 6 is the first without one."""
    result = estimate(make_trail("old", stops_in_month=3, bucket=LogBucket(lifecycle=EXPIRES)), months=8)
    stored = by_month(result, Meter.S3_STORAGE_STANDARD)
    assert [bool(size) for size in stored] == [True] * 5 + [False] * 3
    assert result.steady is not None
    assert result.steady.month == 6
    assert result.steady.list_cost.point == 0


def test_the_steady_state_comes_after_a_start_beyond_the_projection() -> None:
    """Started in month 5, a file leaves after 2.96 months: nothing changes from month 4 + 4 on."""
    new = make_trail("new", starts_in_month=5, bucket=LogBucket(lifecycle=EXPIRES))
    result = estimate(new, months=2)
    assert [month.list_cost.point for month in result.months] == [0, 0]
    assert result.steady is not None
    assert result.steady.month == 8
    always = estimate(replace(new, starts_in_month=1), months=2).steady
    assert always is not None
    assert always.month == 4
    assert result.steady.list_cost == always.list_cost


def test_a_log_group_fills_from_the_month_its_trail_starts_in() -> None:
    """100 GiB a month, kept for ever and compressed to 0.15."""
    result = estimate(make_trail("new", starts_in_month=2, stops_in_month=4, cloudwatch_logs=CloudWatchLogs(0)))
    assert by_month(result, Meter.CLOUDWATCH_LOGS_INGESTION) == [0, 100, 100, 0, 0, 0]
    assert by_month(result, Meter.CLOUDWATCH_LOGS_STORAGE) == [0, D("7.5"), D("22.5"), 30, 30, 30]


def test_a_store_scans_and_ingests_while_it_is_on() -> None:
    store = make_store("lake", starts_in_month=2, stops_in_month=4, scanned_gib_per_month=D(7))
    result = estimate(store, months=5)
    assert by_month(result, Meter.LAKE_QUERY_SCANNED) == [0, 7, 7, 0, 0]
    assert by_month(result, Meter.LAKE_INGESTION_ONE_YEAR) == [0, 100, 100, 0, 0]


# ---- what is not known, and what is said ----


def test_a_trail_that_starts_after_the_projection_has_no_unknown_part_in_it() -> None:
    volumes = (Volumes((make_row(10),), coverage=(make_coverage(),)),)
    late = make_trail("late", starts_in_month=4, selectors=(on_objects(),))
    assert not estimate(make_trail("old"), late, volumes=volumes, months=3).is_lower_bound
    assert estimate(make_trail("old"), late, volumes=volumes, months=4).is_lower_bound


def test_what_has_no_price_before_a_trail_stops_is_told() -> None:
    scenario = make_scenario(
        make_trail("gone", stops_in_month=2, selectors=(on_objects(),)), rows=(object_row(10),), months=3
    )
    (unpriced,) = estimate_scenario(scenario, make_prices(without=(Meter.DATA,))).unpriced
    assert (unpriced.usage.recorder, unpriced.usage.quantity.point) == ("gone", 10)


def test_the_books_of_a_trail_that_has_stopped_are_among_those_used() -> None:
    assert [book.service for book in estimate(make_trail("gone", stops_in_month=2)).books] == ["cloudtrail", "s3"]


def test_switches_are_assumptions_with_what_hangs_on_them() -> None:
    none = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    trails = (
        make_trail("old", stops_in_month=5),
        make_trail("new", starts_in_month=3),
        make_trail("x", starts_in_month=9),
    )
    scenario = make_scenario(*trails, rows=(make_row(10**7),), months=6)
    found = {a.text: a.moves for a in estimate_scenario(scenario, none).assumptions if a.rule.startswith("switch")}
    assert found == {
        # Its copy is the only one in month 6, so it is free and taking it away saves nothing.
        "new is switched on in month 3: before, it records nothing": 0,
        "old is switched off in month 5: it records nothing more, what it delivered stays": 200,
        "x is switched on in month 9: before, it records nothing, so it has no part in 6 months": None,
    }
    assert not [a for a in estimate(make_trail("old")).assumptions if a.rule.startswith("switch")]


# ---- twins ----


def of_cloudtrail(month: MonthEstimate) -> dict[tuple[str, int], object]:
    return {(c.id, c.tier): c.quantity for c in month.charges if c.usage.meter.service is Service.CLOUDTRAIL}


@st.composite
def ramps(draw: st.DrawFn) -> tuple[Scenario, str, int, int | None]:
    """A scenario one of whose recorders is last in the order of copies; when that starts, and stops."""
    scenario = draw(scenarios())
    ordered = copy_order(scenario.recorders)
    last = draw(st.sampled_from(ordered))
    # Known starts keep the order of the others; the one without comes last.
    recorders = tuple(
        replace(recorder, started=None if recorder is last else f"2020-01-0{number}T00:00:00Z")
        if isinstance(recorder, Trail)
        else recorder
        for number, recorder in enumerate(ordered, 1)
    )
    start = draw(st.integers(1, 4))
    stop = draw(st.none() | st.integers(start + 1, 5))
    settings = replace(scenario.settings, months=4)
    return replace(scenario, recorders=recorders, settings=settings), last.name, start, stop


@given(ramps())
def test_each_month_is_that_of_a_scenario_with_the_recorders_that_are_on(
    case: tuple[Scenario, str, int, int | None],
) -> None:
    scenario, name, start, stop = case
    (chosen,) = (recorder for recorder in scenario.recorders if recorder.name == name)
    switched = replace(chosen, starts_in_month=start, stops_in_month=stop)

    def of(recorder: Recorder) -> Estimate:
        recorders = tuple(recorder if other is chosen else other for other in scenario.recorders)
        return estimate_scenario(replace(scenario, recorders=recorders), OF_LAWS)

    result, always, never = of(switched), of(chosen), of(switched_off(chosen))
    for month, on, off in zip(result.months, always.months, never.months, strict=True):
        twin = on if is_on(switched, month.month) else off
        assert of_cloudtrail(month) == of_cloudtrail(twin)
    assert result.months[: start - 1] == never.months[: start - 1]
    if start == 1 and stop is None:
        assert result == always


@pytest.mark.parametrize("growth", ["0", "0.1"])
def test_from_its_month_on_a_trail_costs_what_it_adds(growth: str) -> None:
    """The naive twin: the scenario without it, and the paid copies by hand: 10,000,000 × 2.00 / 100,000, grown."""
    both = estimate(make_trail("old"), make_trail("new", starts_in_month=3), growth_per_month=D(growth))
    alone = estimate(make_trail("old"), growth_per_month=D(growth))
    assert both.months[:2] == alone.months[:2]
    with localcontext(EXACT):
        for month, without in zip(both.months[2:], alone.months[2:], strict=True):
            paid = sum(c.list_cost.point for c in month.charges if c.usage.meter.service is Service.CLOUDTRAIL)
            before = sum(c.list_cost.point for c in without.charges if c.usage.meter.service is Service.CLOUDTRAIL)
            assert paid - before == 200 * (1 + D(growth)) ** (month.month - 1)
