"""What AWS counts of what is recorded, for whom, and which copy is free (R80–R89)."""

from decimal import Decimal

import pytest

from costplan.engine.event_bytes import DEFAULT_EVENT_BYTES
from costplan.engine.metering import Meters
from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.model.billing import Meter, Usage
from costplan.model.events import EventCategory, Principal, Resource
from costplan.model.quantity import Quantity, Replicates, total
from costplan.model.recorders import CloudWatchLogs, Recorder
from costplan.model.scenario import FirstNetworkCopy
from costplan.model.selectors import FieldSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow
from tests.build import (
    DATA,
    IRELAND,
    KMS,
    MANAGEMENT,
    NETWORK,
    PROD,
    TEST,
    VIRGINIA,
    between,
    make_object,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

FIRST, PAID = Meter.MANAGEMENT_FIRST_COPY, Meter.MANAGEMENT_ADDITIONAL_COPY
RATE, ERRORS = InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE
Ends = tuple[int, int, int]

ALL = make_selector(MANAGEMENT)
UNSURE = make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(UNKNOWN,)))
FROM_KMS = make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,)))


def metered(
    *recorders: Recorder, rows: tuple[VolumeRow, ...], breakdown: frozenset[str] = frozenset(), **settings: object
) -> Meters:
    scenario = make_scenario(*recorders, rows=rows, **settings)
    meters = Meters(Router(recorders, landscape_of(scenario, make_prices().regions)), scenario.settings, breakdown)
    for volumes in scenario.volumes:
        meters.read(volumes)
    return meters


def ends(quantity: Quantity) -> Ends:
    return int(quantity.low), int(quantity.point), int(quantity.high)


def usage(meters: Meters) -> dict[tuple[Meter, str], Ends]:
    """Low, point and high by meter and recorder."""
    return {(u.meter, u.recorder): ends(u.quantity) for u in meters.usages()}


# ---- copies of management events ----


def test_one_copy_of_a_management_event_is_free_and_every_other_is_paid() -> None:
    meters = metered(*map(make_trail, "abc"), rows=(make_row(10),))
    assert usage(meters) == {(FIRST, "a"): (10, 10, 10), (PAID, "b"): (10, 10, 10), (PAID, "c"): (10, 10, 10)}


def test_each_region_and_each_account_has_a_first_copy_of_its_own() -> None:
    rows = (make_row(10), make_row(7, region=VIRGINIA), make_row(5, account=TEST))
    organization, local = make_trail("org", is_organization=True, is_multi_region=True), make_trail("local")
    found = {(u.meter, u.account, u.region): u.quantity.point for u in metered(organization, local, rows=rows).usages()}
    assert found == {
        (FIRST, PROD, IRELAND): 10,
        (FIRST, PROD, VIRGINIA): 7,
        (FIRST, TEST, IRELAND): 5,
        (PAID, PROD, IRELAND): 10,
    }


def test_every_copy_is_charged_to_the_account_that_receives_the_event() -> None:
    meters = metered(
        make_trail("org", is_organization=True), make_trail("own", account=TEST), rows=(make_row(5, account=TEST),)
    )
    assert {u.account for u in meters.usages()} == {TEST}
    assert {u.unit for u in meters.usages()} == {"events"}


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        # The second trail may record: paid or nothing.
        ((ALL, UNSURE), {(FIRST, "0"): (10, 10, 10), (PAID, "1"): (0, 10, 10)}),
        # The first may record: if it does not, the second's copy is the free one.
        ((UNSURE, ALL), {(FIRST, "0"): (0, 10, 10), (FIRST, "1"): (0, 0, 10), (PAID, "1"): (0, 10, 10)}),
        ((UNSURE, UNSURE), {(FIRST, "0"): (0, 10, 10), (FIRST, "1"): (0, 0, 10), (PAID, "1"): (0, 10, 10)}),
        # Of three, two are sure: one paid copy at least, two at most.
        (
            (ALL, UNSURE, ALL),
            {(FIRST, "0"): (10, 10, 10), (PAID, "1"): (0, 10, 10), (PAID, "2"): (10, 10, 10)},
        ),
        (
            (UNSURE, ALL, ALL),
            {
                (FIRST, "0"): (0, 10, 10),
                (FIRST, "1"): (0, 0, 10),
                (PAID, "1"): (0, 10, 10),
                (PAID, "2"): (10, 10, 10),
            },
        ),
    ],
)
def test_trails_that_may_record_make_a_band_of_copies(
    selectors: tuple[object, ...], expected: dict[tuple[Meter, str], Ends]
) -> None:
    trails = [make_trail(str(number), selectors=(selector,)) for number, selector in enumerate(selectors)]
    assert usage(metered(*trails, rows=(make_row(10),))) == expected


def test_a_store_neither_takes_nor_gives_the_free_copy() -> None:
    meters = metered(make_store("lake"), make_trail("audit"), rows=(make_row(10),))
    assert usage(meters)[FIRST, "audit"] == (10, 10, 10)
    assert (PAID, "audit") not in usage(meters)


def test_a_band_of_the_volume_itself_goes_through() -> None:
    assert usage(metered(make_trail("a"), make_trail("b"), rows=(make_row(between(3, 9)),))) == {
        (FIRST, "a"): (3, 9, 9),
        (PAID, "b"): (3, 9, 9),
    }


def test_removing_a_recorder_alone_saves_what_another_records_too() -> None:
    reads = make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("true",)))
    rows = (make_row(10), make_row(4, read_only=False))
    meters = metered(make_trail("a"), make_trail("b", selectors=(reads,)), rows=rows)
    # Each would save the 10 reads; together not both: the columns do not add up.
    assert [{k: q.point for k, q in meters.shared_copies(n).items()} for n in (0, 1)] == [{(PAID, IRELAND): 10}] * 2


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ((ALL, ALL), [(10, 10, 10), (10, 10, 10)]),
        # At the low end one trail records, and its copy is free; at the high end there are two.
        ((ALL, UNSURE), [(0, 10, 10), (0, 10, 10)]),
        ((UNSURE, UNSURE), [(0, 10, 10), (0, 10, 10)]),
        # Of the three, the two sure ones save a copy in any case, the third only if it records.
        ((ALL, UNSURE, ALL), [(10, 10, 10), (0, 10, 10), (10, 10, 10)]),
    ],
)
def test_what_removing_a_recorder_saves_has_a_band_where_a_trail_may_record(
    selectors: tuple[object, ...], expected: list[Ends]
) -> None:
    trails = [make_trail(str(number), selectors=(selector,)) for number, selector in enumerate(selectors)]
    meters = metered(*trails, rows=(make_row(10),))
    assert [ends(meters.shared_copies(n)[PAID, IRELAND]) for n in range(len(trails))] == expected


def test_usage_comes_by_meter_account_region_and_order_of_copies_whatever_the_order_of_rows() -> None:
    everywhere = {"is_organization": True, "is_multi_region": True, "selectors": (ALL, make_selector(DATA))}
    trails = [make_trail(name, **everywhere) for name in "ba"]
    rows = (
        make_row(1, account=TEST),
        make_row(2, region=VIRGINIA),
        make_row(3),
        object_row(4, "lake"),
        object_row(5, "claims"),
        make_row(6, DATA),
    )
    by_resource = frozenset({"resource"})
    found = [list(metered(*trails, rows=order, breakdown=by_resource).usages()) for order in (rows, rows[::-1])]
    places = [(PROD, IRELAND), (PROD, VIRGINIA), (TEST, IRELAND)]
    assert [(u.meter, u.account, u.region, u.recorder) for u in found[0]] == [
        (Meter.DATA, PROD, IRELAND, "b"),
        (Meter.DATA, PROD, IRELAND, "a"),
        *((PAID, *place, "a") for place in places),
        *((FIRST, *place, "b") for place in places),
    ]
    assert found[0] == found[1]
    assert [detail.container for detail in found[0][0].details] == [None, "arn:aws:s3:::claims", "arn:aws:s3:::lake"]


# ---- data and network activity events ----


def test_every_copy_of_a_data_event_is_paid_the_first_too() -> None:
    trails = [make_trail(name, selectors=(on_objects(),)) for name in "ab"]
    meters = metered(*trails, rows=(object_row(10),))
    assert usage(meters) == {(Meter.DATA, "a"): (10, 10, 10), (Meter.DATA, "b"): (10, 10, 10)}
    assert meters.shared_copies(0) == {}


@pytest.mark.parametrize(
    ("first_copy", "expected"),
    [
        (FirstNetworkCopy.PAID, {"a": (10, 10, 10), "b": (10, 10, 10)}),
        (FirstNetworkCopy.FREE, {"b": (10, 10, 10)}),
    ],
)
def test_the_first_network_activity_copy_is_paid_or_free_as_the_scenario_says(
    first_copy: FirstNetworkCopy, expected: dict[str, Ends]
) -> None:
    trails = [make_trail(name, selectors=(FROM_KMS,)) for name in "ab"]
    row = make_row(10, NETWORK, event_source=KMS, read_only=None)
    meters = metered(*trails, rows=(row,), network_activity_first_copy=first_copy)
    assert {u.recorder: ends(u.quantity) for u in meters.usages() if u.meter is Meter.NETWORK_ACTIVITY} == expected
    assert meters.first_copies(EventCategory.NETWORK_ACTIVITY)[PROD, IRELAND].point == 10


def test_aggregation_counts_each_data_event_a_second_time_and_no_other() -> None:
    trail = make_trail(selectors=(ALL, on_objects()), aggregates_data=True)
    meters = metered(trail, make_trail("b", selectors=(on_objects(),)), rows=(make_row(99), object_row(10)))
    assert usage(meters) == {
        (FIRST, "audit"): (99, 99, 99),
        (Meter.DATA, "audit"): (10, 10, 10),
        (Meter.DATA_AGGREGATION, "audit"): (10, 10, 10),
        (Meter.DATA, "b"): (10, 10, 10),
    }


# ---- Insights ----


@pytest.mark.parametrize(
    ("types", "expected"),
    [((RATE,), (4, 4, 4)), ((ERRORS,), (14, 14, 14)), ((RATE, ERRORS), (18, 18, 18))],
)
def test_call_rates_analyse_writes_and_error_rates_everything(types: tuple[InsightType, ...], expected: Ends) -> None:
    trail = make_trail(insights=tuple(map(InsightSelector, types)))
    rows = (make_row(10), make_row(4, read_only=False))
    assert usage(metered(trail, rows=rows))[Meter.INSIGHTS_MANAGEMENT, "audit"] == expected


def test_an_event_that_may_be_a_write_may_be_analysed() -> None:
    trail = make_trail(insights=(InsightSelector(RATE),))
    found = usage(metered(trail, rows=(make_row(10, read_only=UNKNOWN), make_row(4, read_only=False))))
    assert found[Meter.INSIGHTS_MANAGEMENT, "audit"] == (4, 14, 14)


def test_each_type_analyses_reads_and_writes_of_data_events() -> None:
    insights = tuple(InsightSelector(kind, (DATA,)) for kind in (RATE, ERRORS))
    trail = make_trail(selectors=(on_objects(), ALL), insights=insights)
    found = usage(metered(trail, rows=(object_row(10), object_row(4, read_only=False), make_row(99, read_only=False))))
    assert found[Meter.INSIGHTS_DATA, "audit"] == (28, 28, 28)
    assert (Meter.INSIGHTS_MANAGEMENT, "audit") not in found


def test_insights_analyse_only_what_their_own_recorder_records() -> None:
    writes = make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("false",)))
    trail = make_trail(selectors=(writes,), insights=(InsightSelector(ERRORS),))
    meters = metered(trail, make_trail("other"), rows=(make_row(10), make_row(4, read_only=False)))
    assert usage(meters)[Meter.INSIGHTS_MANAGEMENT, "audit"] == (4, 4, 4)


# ---- bytes ----


def raw_gib(row: VolumeRow) -> tuple[Decimal, Meters]:
    meters = metered(make_store(), rows=(row,))
    (found,) = meters.usages()
    assert found.unit == "GB"
    return found.quantity.point * 2**30, meters


def test_a_store_ingests_measured_bytes_scaled_to_the_month() -> None:
    # 100 events of 1,234 bytes were met; a month has 250.
    row = VolumeRow(make_row(1).key, Quantity.exact(250), 100, 123_400)
    size, meters = raw_gib(row)
    assert size == 250 * 1234
    assert not meters.assumed_event_bytes


def test_a_store_ingests_the_usual_bytes_where_nobody_measured() -> None:
    size, meters = raw_gib(make_row(250))
    assert size == 250 * DEFAULT_EVENT_BYTES
    assert meters.assumed_event_bytes


def test_a_row_that_nobody_met_has_no_bytes() -> None:
    assert raw_gib(VolumeRow(make_row(1).key, Quantity.exact(0), 0, 0))[0] == 0


def test_bytes_that_do_not_divide_are_rounded_once_with_and_without_a_band() -> None:
    third = VolumeRow(make_row(1).key, Quantity.exact(1), 3, 1000)
    assert raw_gib(third)[0] == Decimal("333.333333")
    banded = VolumeRow(make_row(1).key, between(0, 1), 3, 1000)
    assert raw_gib(banded)[0] == Decimal("333.333333")


def test_bytes_carry_the_sampling_error_of_their_events() -> None:
    sampled = Quantity(Decimal(10), Decimal(10), Decimal(10), (Replicates("a", 1.0, (2.0,)),))
    (found,) = metered(make_store(), rows=(VolumeRow(make_row(1).key, sampled, 10, 1000),)).usages()
    assert found.quantity.replicates[0].deviations == pytest.approx((200 / 2**30,))


def test_one_store_among_trails_is_enough_to_count_bytes() -> None:
    meters = metered(make_trail(), make_store(), rows=(VolumeRow(make_row(1).key, Quantity.exact(2**30), 1, 1),))
    assert usage(meters)[Meter.LAKE_INGESTION_ONE_YEAR, "lake"] == (1, 1, 1)


def test_a_store_that_may_record_may_ingest() -> None:
    row = VolumeRow(make_row(1).key, Quantity.exact(2**30), 1, 1)
    meters = metered(make_store(selectors=(UNSURE,)), rows=(row,))
    assert usage(meters) == {(Meter.LAKE_INGESTION_ONE_YEAR, "lake"): (0, 1, 1)}


# ---- distinct events, shares ----


def test_what_a_trail_may_deliver_has_a_band_of_events_and_of_bytes() -> None:
    trails = [
        make_trail(name, selectors=(selector,), cloudwatch_logs=CloudWatchLogs())
        for name, selector in (("a", ALL), ("b", UNSURE))
    ]
    row = VolumeRow(make_row(1).key, Quantity.exact(10), 10, 1000)
    found = [(r.kind, ends(r.events), ends(r.raw_bytes)) for r in metered(*trails, rows=(row,)).recorded()]
    assert found == [
        ("CloudTrail", (10, 10, 10), (1000, 1000, 1000)),
        ("CloudTrail", (0, 10, 10), (0, 1000, 1000)),
    ]


def test_what_a_recorder_may_record_has_a_band() -> None:
    meters = metered(make_trail("a"), make_trail("b", selectors=(UNSURE,)), rows=(make_row(10),))
    found = [(ordinal, category, ends(quantity)) for ordinal, category, quantity in meters.delivered()]
    assert found == [(0, "Management", (10, 10, 10)), (1, "Management", (0, 10, 10))]


def test_events_that_happened_are_recorded_or_missed() -> None:
    rows = (make_row(10), make_row(3, region=VIRGINIA), object_row(5))
    happened, recorded, missed = metered(make_trail("a"), make_trail("b"), rows=rows).events()
    # Two trails record the same 10 events.
    assert {name: ends(quantity) for name, quantity in recorded.items()} == {"Management": (10,) * 3, "Data": (0,) * 3}
    for category, quantity in happened.items():
        assert quantity.point == recorded[category].point + missed[category].point


def test_events_that_may_be_recorded_may_be_missed() -> None:
    _, recorded, missed = metered(make_trail(selectors=(UNSURE,)), rows=(make_row(10),)).events()
    assert ends(recorded["Management"]) == (0, 10, 10)
    assert ends(missed["Management"]) == (0, 0, 10)


def test_without_recorders_everything_is_missed_and_nothing_used() -> None:
    meters = metered(rows=(make_row(10),))
    assert list(meters.usages()) == []
    assert ends(meters.events()[2]["Management"]) == (10, 10, 10)


def details(use: Usage) -> dict[tuple[str | None, str | None, str | None], int]:
    return {(d.resource_type, d.container, d.principal): int(d.quantity.point) for d in use.details}


def test_shares_of_a_usage_are_as_fine_as_asked_and_add_up() -> None:
    etl = Principal("arn:aws:sts::111122223333:assumed-role/etl")
    by_service = Principal(None, invoked_by="backup.amazonaws.com")
    bucket = Resource("AWS::S3::Bucket", "arn:aws:s3:::claims", True)
    rows = (
        object_row(10, principal=etl),
        object_row(4, principal=by_service),
        make_row(2, DATA, resources=(bucket, make_object("claims")), principal=etl),
    )
    trail = make_trail(selectors=(on_objects(),))
    lake, claims, kind = "arn:aws:s3:::lake", "arn:aws:s3:::claims", "AWS::S3::Object"
    expected = {
        frozenset(): {(kind, None, None): 16},
        # The object is what was touched, not the bucket beside it.
        frozenset({"resource"}): {(kind, lake, None): 14, (kind, claims, None): 2},
        frozenset({"principal"}): {(kind, None, etl.container): 12, (kind, None, "backup.amazonaws.com"): 4},
    }
    for breakdown, shares in expected.items():
        (use,) = metered(trail, rows=rows, breakdown=breakdown).usages()
        assert details(use) == shares
        assert total(d.quantity for d in use.details) == use.quantity


def test_shares_have_the_band_of_their_usage() -> None:
    unsure = on_objects(FieldSelector("eventName", not_equals=(UNKNOWN,)))
    rows = (object_row(10, event_name="GetObject"),)
    (use,) = metered(make_trail(selectors=(unsure,)), rows=rows).usages()
    assert [ends(detail.quantity) for detail in use.details] == [ends(use.quantity)] == [(0, 10, 10)]


def test_a_type_that_nobody_kept_is_no_word_of_a_share() -> None:
    unknown = make_row(3, DATA, resources=(Resource(UNKNOWN, UNKNOWN),))
    trail = make_trail(selectors=(make_selector(DATA),))
    (use,) = metered(trail, rows=(unknown,), breakdown=frozenset({"resource", "principal"})).usages()
    assert details(use) == {(None, None, None): 3}


def test_management_events_are_broken_down_by_source() -> None:
    rows = (make_row(10), make_row(4, event_source=KMS), make_row(1, event_source=UNKNOWN))
    meters = metered(make_trail("a"), make_trail("b"), rows=rows, breakdown=frozenset({"resource"}))
    (paid,) = (u for u in meters.usages() if u.meter is PAID)
    assert details(paid) == {(None, "ec2.amazonaws.com", None): 10, (None, KMS, None): 4, (None, None, None): 1}


def test_insight_and_aggregated_events_are_no_usage() -> None:
    rows = tuple(make_row(5, category) for category in (EventCategory.INSIGHT, EventCategory.AGGREGATED))
    assert list(metered(make_trail(), rows=rows).usages()) == []
