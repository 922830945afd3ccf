"""Objects and bytes of a log bucket (R103–R108)."""

from dataclasses import replace
from decimal import Decimal
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.log_files import (
    DEFAULT_BYTES_PER_EVENT,
    DEFAULT_BYTES_PER_FILE,
    UNMEASURED,
    file_model,
    files_per_month,
)
from costplan.model.billing import Charge, Meter, Usage
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import CloudWatchLogs, LogBucket, Trail
from costplan.model.scenario import Account, Gigabyte, Organization
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import SLOTS_PER_MONTH, FileStatistics, Volumes
from tests.build import (
    IRELAND,
    NETWORK,
    OWNER,
    PROD,
    SPAIN,
    TEST,
    VIRGINIA,
    between,
    charges_of,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_trail,
    quantity_of,
)

D = Decimal
GIB = 2**30


def measured(**changes: object) -> FileStatistics:
    fields = {"account": PROD, "region": IRELAND, "kind": "CloudTrail", "files": 3000, "bytes": 6_000_000}
    fields |= {"events": 20_000, "slots_occupied": 1000, "slots_observed": 8928}
    return FileStatistics(**(fields | changes))  # type: ignore[arg-type]


def only(charges: list[Charge]) -> Charge:
    (charge,) = charges
    return charge


def estimate(*trails: Trail, rows: tuple[object, ...] = (), **rest: object) -> Estimate:
    return estimate_scenario(make_scenario(*trails, rows=rows, **rest), make_prices())  # type: ignore[arg-type]


# ---- files ----


def test_a_busy_place_fills_every_slot_with_one_to_eight_files() -> None:
    files = files_per_month(Quantity.exact(10_000_000), UNMEASURED)
    assert (files.low, files.point, files.high) == (SLOTS_PER_MONTH, 3 * SLOTS_PER_MONTH, 8 * SLOTS_PER_MONTH)


@pytest.mark.parametrize("events", ["0", "0.5", "1", "7"])
def test_there_are_never_more_files_than_events(events: str) -> None:
    files = files_per_month(Quantity.exact(D(events)), UNMEASURED)
    assert files.low <= files.point <= files.high <= D(events)


@given(st.decimals(0, 10**8, places=6), st.decimals(0, 10**8, places=6))
def test_more_events_never_make_fewer_files(one: Decimal, other: Decimal) -> None:
    few, many = sorted((one, other))
    less, more = files_per_month(Quantity.exact(few), UNMEASURED), files_per_month(Quantity.exact(many), UNMEASURED)
    assert less.low <= more.low
    assert less.point <= more.point
    assert less.high <= more.high


def test_slots_are_filled_as_independent_events_fill_them() -> None:
    # 8,760 events in 8,760 slots: a share of 1 − 1/e is occupied.
    with exact_arithmetic():
        files = files_per_month(Quantity.exact(SLOTS_PER_MONTH), replace(UNMEASURED, files_per_slot=(D(1),) * 3))
    assert abs(float(files.point) - SLOTS_PER_MONTH * (1 - exp(-1))) < 0.001


def test_files_carry_the_sampling_error_of_their_events() -> None:
    events = Quantity(D(10), D(10), D(10), (Replicates("a", 1.0, (2.0, -3.0)),))
    # So few events are each a file of its own.
    files = files_per_month(events, UNMEASURED)
    assert files.replicates[0].deviations == pytest.approx((2.0, -3.0), rel=0.01)


def test_measured_files_come_out_again() -> None:
    with exact_arithmetic():
        model = file_model(measured())
        # The observed month had 8,928 slots (31 days); a month has 8,760.
        month = D(20_000) * SLOTS_PER_MONTH / 8928
        files = files_per_month(Quantity.exact(month), model)
    assert abs(files.point - D(3000) * SLOTS_PER_MONTH / 8928) < D("0.01")
    assert not files.has_band


def test_files_of_two_trails_are_halved_for_one() -> None:
    with exact_arithmetic():
        model = file_model(measured(), copies=D(2))
    # 3,000 files in 1,000 slots, of two trails: 1.5 each.
    assert model.files_per_slot[1] == D("1.5")


def test_a_fitted_line_is_used_as_it_is() -> None:
    model = file_model(measured(bytes_per_file=D(700), bytes_per_event=D("181.5")))
    assert (model.bytes_per_file, model.bytes_per_event) == (D(700), D("181.5"))


def test_without_a_fit_the_measured_bytes_are_kept() -> None:
    # 6,000,000 − 3,000 × 680 = 3,960,000 bytes over 20,000 events: 198 each, not the usual 150.
    model = file_model(measured())
    assert (model.bytes_per_file, model.bytes_per_event) == (680, 198)


def test_files_smaller_than_usual_are_not_made_bigger() -> None:
    # 1,500,000 / 3,000 = 500 bytes a file; nothing is left for the events.
    model = file_model(measured(bytes=1_500_000))
    assert (model.bytes_per_file, model.bytes_per_event) == (500, 0)


def test_nothing_measured_gives_the_usual_model() -> None:
    assert file_model(measured(files=0, slots_occupied=0)) is UNMEASURED


# ---- usage ----


def test_stored_bytes_are_the_time_average_of_what_piled_up() -> None:
    result = estimate(make_trail(), rows=(make_row(10_000_000),), months=3)
    # Every slot is full, with 3 files: a × files + b × events bytes a month; mid of the third month: 2.5 times.
    inflow = 3 * SLOTS_PER_MONTH * DEFAULT_BYTES_PER_FILE + 10_000_000 * DEFAULT_BYTES_PER_EVENT
    stored = quantity_of(result, Meter.S3_STORAGE_STANDARD)
    assert stored.point * GIB == inflow * D("2.5")
    assert quantity_of(result, Meter.S3_PUT).point == 3 * SLOTS_PER_MONTH


def test_what_grows_piles_up_as_it_was_in_each_month() -> None:
    result = estimate(make_trail(), rows=(make_row(10_000_000),), months=2, growth_per_month=D("0.1"))
    of_files = 3 * SLOTS_PER_MONTH * DEFAULT_BYTES_PER_FILE
    first, second = of_files + D(1_500_000_000), of_files + D(1_650_000_000)
    assert quantity_of(result, Meter.S3_STORAGE_STANDARD).point * GIB == first + second / 2


def test_a_decimal_gigabyte_is_smaller_so_there_are_more_of_them() -> None:
    binary, decimal = (estimate(make_trail(), rows=(make_row(10**7),), gb=gb) for gb in Gigabyte)
    ratio = quantity_of(decimal, Meter.S3_STORAGE_STANDARD).point * 10**9
    assert ratio == quantity_of(binary, Meter.S3_STORAGE_STANDARD).point * GIB


def test_an_idle_multi_region_trail_still_writes_digests_everywhere() -> None:
    accounts = {PROD: Account(regions=(IRELAND, VIRGINIA))}
    result = estimate(make_trail(is_multi_region=True, log_file_validation=True), accounts=accounts)
    # 730 hours in each of two Regions, 1,000 bytes each, half a month on average; all into the bucket at home.
    assert quantity_of(result, Meter.S3_PUT).point == 1460
    assert quantity_of(result, Meter.S3_STORAGE_STANDARD).point * GIB == 1460 * 1000 / 2
    assert {c.usage.region for c in result.last.charges} == {IRELAND}


def test_an_idle_trail_without_validation_writes_nothing() -> None:
    assert estimate(make_trail(is_multi_region=True)).last.charges == ()


def test_digests_do_not_grow_with_the_events() -> None:
    result = estimate(make_trail(log_file_validation=True), months=12, growth_per_month=D("0.5"), busy_factor=D(3))
    assert quantity_of(result, Meter.S3_PUT).point == 730


def test_digests_of_members_who_may_not_send_make_a_band() -> None:
    trail = make_trail(account=OWNER, home_region="eu-south-2", is_organization=True, log_file_validation=True)
    organization = Organization(management_account=OWNER, members=(TEST,))
    puts = quantity_of(estimate(trail, organization=organization), Meter.S3_PUT)
    assert (puts.low, puts.point, puts.high) == (730, 1460, 1460)


def test_a_stopped_trail_writes_and_costs_nothing() -> None:
    trail = make_trail(is_logging=False, log_file_validation=True, bucket=LogBucket(has_kms_key=True))
    result = estimate(trail, rows=(make_row(100),))
    assert result.last.charges == ()
    assert result.unpriced == ()


def test_files_are_charged_where_the_bucket_is() -> None:
    bucket = LogBucket("logs", region=VIRGINIA, account=TEST)
    result = estimate(make_trail(bucket=bucket), rows=(make_row(100),))
    stored = charges_of(result, Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)
    assert {(c.usage.account, c.usage.region) for c in stored} == {(TEST, VIRGINIA)}
    assert {b.region for b in result.books} == {IRELAND, VIRGINIA}


def test_network_activity_has_files_of_its_own() -> None:
    trail = make_trail(selectors=(make_selector(NETWORK, FieldSelector("eventSource", equals=("ec2.amazonaws.com",))),))
    volumes = Volumes(
        (make_row(10_000_000, NETWORK, read_only=None),),
        covers_all=True,
        files=(measured(), measured(kind="CloudTrail-NetworkActivity", files=1000)),
    )
    with exact_arithmetic():
        result = estimate(trail, volumes=(volumes,))
    # One file for each occupied slot, not the three of the other kind.
    assert quantity_of(result, Meter.S3_PUT).point == SLOTS_PER_MONTH


def test_what_may_be_recorded_makes_a_band_of_files() -> None:
    trail = make_trail(selectors=(make_selector(NETWORK, FieldSelector("eventName", equals=("GetObject",))),))
    row = make_row(10_000_000, NETWORK, read_only=None)
    puts = quantity_of(estimate(trail, rows=(row,)), Meter.S3_PUT)
    assert (puts.low, puts.high) == (0, 8 * SLOTS_PER_MONTH)


def test_a_band_of_events_makes_an_ordered_band_of_files() -> None:
    puts = quantity_of(estimate(make_trail(), rows=(make_row(between(3, 4000)),)), Meter.S3_PUT)
    assert puts.low <= 3 < puts.point <= puts.high <= 4000


# ---- services without price books ----


def test_a_copy_to_a_log_group_a_key_and_a_topic_are_unpriced_never_zero() -> None:
    bucket = LogBucket("logs", region=VIRGINIA, has_kms_key=True, notifies_sns=True)
    trail = make_trail(bucket=bucket, cloudwatch_logs=CloudWatchLogs())
    rows = (make_row(1000, raw_bytes=2_000_000),)
    result = estimate(trail, rows=rows, months=2, growth_per_month=D("0.1"))
    found = {u.usage.meter: u.usage for u in result.unpriced}
    of_logs = {Meter.CLOUDWATCH_LOGS_INGESTION, Meter.CLOUDWATCH_LOGS_STORAGE}
    assert found.keys() == {*of_logs, Meter.KMS_KEY, Meter.SNS_REQUESTS}
    assert result.is_lower_bound
    # Raw bytes of month 2: 2,000,000 × 1.1.
    assert found[Meter.CLOUDWATCH_LOGS_INGESTION].quantity.point * GIB == 2_200_000
    # The key is where the bucket is; the topic and the log group are at the trail's home.
    assert found[Meter.KMS_KEY].region == VIRGINIA
    assert found[Meter.SNS_REQUESTS].region == found[Meter.CLOUDWATCH_LOGS_INGESTION].region == IRELAND


def test_requests_of_a_key_are_paid_for_each_file_on_request() -> None:
    # A file in each slot of five minutes in two Regions: 576 a day, 17,520 in 730 hours; 730 digests in each of them.
    trail = make_trail(is_multi_region=True, bucket=LogBucket("logs", region=VIRGINIA, account=PROD, has_kms_key=True))
    rows = tuple(make_row(10_000_000, region=region) for region in (IRELAND, SPAIN))
    files = tuple(measured(region=region, slots_observed=1000, files=1000) for region in (IRELAND, SPAIN))
    volumes = Volumes(rows, covers_all=True, files=files)

    def requests(*trails: Trail, on_request: bool = True) -> list[Usage]:
        result = estimate(*trails, volumes=(volumes,), price_trail_kms_requests=on_request)
        return [one.usage for one in result.unpriced if one.usage.meter is Meter.KMS_REQUESTS]

    unchecked = replace(trail, log_file_validation=False)
    with exact_arithmetic():
        (usage,) = requests(unchecked)
        (with_digests,) = requests(replace(trail, log_file_validation=True))
    assert (usage.quantity.point, usage.account, usage.region) == (17_520, PROD, VIRGINIA)
    assert with_digests.quantity.point == 17_520 + 2 * 730
    assert requests(unchecked, on_request=False) == []
    assert requests(replace(unchecked, bucket=replace(trail.bucket, has_kms_key=False))) == []


def test_trails_that_deliver_to_one_bucket_share_its_key() -> None:
    bucket = LogBucket("logs", region=VIRGINIA, account=PROD, has_kms_key=True)
    trails = [make_trail(name, bucket=bucket) for name in "ab"]
    other = make_trail("c", bucket=replace(bucket, name="other"))
    unnamed = [make_trail(name, bucket=LogBucket(has_kms_key=True)) for name in "de"]
    result = estimate(*trails, other, *unnamed, rows=(make_row(1000),))
    keys = [unpriced.usage.recorder for unpriced in result.unpriced if unpriced.usage.meter is Meter.KMS_KEY]
    assert sorted(keys) == ["a", "c", "d", "e"]
