"""Dearest first; what nobody measured is unknown, never zero."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from costplan.engine.estimation import estimate_scenario
from costplan.engine.matching import Matcher
from costplan.engine.shortlist import Shortlist, selectors_of, shortlist_of
from costplan.model.billing import Meter
from costplan.model.events import CLOUDTRAIL_SERVICE, Principal, Resource
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from tests.build import (
    DATA,
    IRELAND,
    PROD,
    S3_OBJECT,
    TEST,
    VIRGINIA,
    between,
    charges_of,
    make_coverage,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    object_row,
)
from tests.engine.together.worlds import CLAIMS, ETL, LAKE, LAMBDA, PLACES, sampled, sources

PRICES = make_prices()
"""Among them $0.10 for 100,000 data events."""

MILLION = 1_000_000


def function_row(per_month: int, arn: str = ETL) -> VolumeRow:
    return make_row(
        per_month, DATA, event_source="lambda.amazonaws.com", read_only=False, resources=(Resource(LAMBDA, arn, True),)
    )


def listed(*rows: VolumeRow, **options: object) -> Shortlist:
    return shortlist_of([Volumes(rows, (make_coverage(DATA),))], PRICES, **options)  # type: ignore[arg-type]


def test_containers_are_ranked_by_dollars_and_writes_are_told_apart() -> None:
    rows = (
        object_row(30 * MILLION, read_only=True),
        object_row(2 * MILLION, read_only=False),
        object_row(5 * MILLION, "claims", read_only=False),
        function_row(MILLION),
    )
    # 32 M, 5 M and 1 M events at a dollar a million.
    found = listed(*rows).candidates
    assert [(c.container, c.all_events.cost.point, c.writes.cost.point) for c in found] == [
        (LAKE, 32, 2),
        (CLAIMS, 5, 5),
        (ETL, 1, 1),
    ]
    assert [c.container for c in listed(*rows, writes_only=True).candidates] == [CLAIMS, LAKE, ETL]


def test_a_bucket_is_one_wherever_its_events_happen() -> None:
    rows = (object_row(MILLION), object_row(MILLION, account=TEST), object_row(MILLION, region=VIRGINIA))
    coverage = tuple(make_coverage(DATA, account=r.key.account, region=r.key.region) for r in rows)
    (one,) = shortlist_of([Volumes(rows, coverage)], PRICES).candidates
    assert one.all_events.cost.point == 3
    assert one.places == ((PROD, IRELAND), (PROD, VIRGINIA), (TEST, IRELAND))


def test_rows_that_do_not_tell_reads_from_writes_make_the_writes_a_band() -> None:
    (one,) = listed(object_row(4 * MILLION, read_only=UNKNOWN)).candidates
    assert (one.all_events.cost.low, one.writes.cost.low, one.writes.cost.high) == (4, 0, 4)


def test_bands_and_replicates_become_those_of_the_cost() -> None:
    (banded,) = listed(object_row(between(MILLION, 3 * MILLION))).candidates
    assert (banded.all_events.cost.low, banded.all_events.cost.high) == (1, 3)
    drawn = sampled(Volumes((object_row(MILLION),), (make_coverage(DATA),)), [(500_000.0, -250_000.0)])
    (one,) = shortlist_of([drawn], PRICES).candidates
    assert one.all_events.cost.replicates[0].deviations == pytest.approx((0.5, -0.25))


@given(sources())
def test_each_candidate_costs_what_a_trail_that_records_it_is_estimated_to_pay(volumes: Volumes) -> None:
    for writes_only in (False, True):
        for candidate in shortlist_of([volumes], PRICES).named:
            selectors = selectors_of([candidate], writes_only=writes_only)
            trails = tuple(make_trail(f"of {a} in {r}", a, r, selectors=selectors) for a, r in PLACES)
            done = estimate_scenario(make_scenario(*trails, volumes=(volumes,)), PRICES)
            paid = sum(charge.list_cost.point for charge in charges_of(done, Meter.DATA))
            assert candidate.costs(writes_only=writes_only).cost.point == paid


# ---- what is not known ----


def test_reads_that_nobody_measured_leave_a_lower_bound_and_writes_an_unknown() -> None:
    writes = Volumes((object_row(MILLION, read_only=False),), (make_coverage(DATA, container=LAKE, read_only=False),))
    (one,) = shortlist_of([writes], PRICES).candidates
    assert (one.all_events.is_whole, one.writes.is_whole) == (False, True)

    reads = Volumes((object_row(MILLION, read_only=True),), (make_coverage(DATA, container=LAKE, read_only=True),))
    (one,) = shortlist_of([reads], PRICES).candidates
    assert (one.all_events.is_whole, one.writes.is_whole, one.writes.cost.point) == (False, False, 0)


def test_a_container_that_was_seen_silent_is_listed_with_nothing() -> None:
    part = make_coverage(DATA, resource_type=S3_OBJECT, container=CLAIMS)
    (one,) = shortlist_of([Volumes((), (part,))], PRICES).candidates
    assert (one.container, one.all_events.cost.point, one.all_events.is_whole) == (CLAIMS, 0, True)


def test_types_that_nobody_measured_are_told_with_their_price() -> None:
    part = make_coverage(DATA, resource_type=S3_OBJECT, container=LAKE)
    found = shortlist_of([Volumes((object_row(5),), (part,))], PRICES).unmeasured
    here = ((PROD, IRELAND),)
    assert [(u.resource_type, u.places, u.others, u.price) for u in found] == [
        (S3_OBJECT, here, 1, Decimal("0.000001")),
        (LAMBDA, here, 0, Decimal("0.000001")),
        ("AWS::DynamoDB::Table", here, 0, Decimal("0.000001")),
    ]
    assert listed(object_row(5)).unmeasured == ()
    assert shortlist_of([Volumes((object_row(5),), covers_all=True)], PRICES).unmeasured == ()


def test_a_place_that_a_sample_never_drew_is_unknown() -> None:
    drawn = sampled(Volumes((object_row(5),), (make_coverage(DATA), make_coverage(DATA, account=TEST))), [(1.0, 1.0)])
    assert drawn.sampling is not None
    missed = replace(drawn, sampling=replace(drawn.sampling, never_drawn=((TEST, IRELAND),)))
    assert {u.places for u in shortlist_of([missed], PRICES).unmeasured} == {((TEST, IRELAND),)}


def test_events_without_a_price_are_a_lower_bound() -> None:
    prices = make_prices(without=(Meter.DATA,))
    (one,) = shortlist_of([Volumes((object_row(5),), (make_coverage(DATA),))], prices).candidates
    assert (one.all_events.events.point, one.all_events.cost.point, one.all_events.is_whole) == (5, 0, False)


def test_events_of_containers_that_nobody_kept_come_last_and_have_no_selector() -> None:
    found = listed(make_row(9 * MILLION, DATA, resources=UNKNOWN), object_row(1))
    assert [c.container for c in found.candidates] == [LAKE, None]
    assert [c.container for c in found.named] == [LAKE]


# ---- log buckets ----


def test_log_buckets_are_those_of_trails_and_those_that_cloudtrail_writes_into() -> None:
    delivery = object_row(
        3, "trail-logs", event_name="PutObject", principal=Principal(None, invoked_by=CLOUDTRAIL_SERVICE)
    )
    rows = (delivery, object_row(2, "other-logs"), object_row(1, "logs"))
    marked = {c.container for c in listed(*rows, log_buckets=["other-logs"]).candidates if c.is_log_bucket}
    assert marked == {"arn:aws:s3:::trail-logs", "arn:aws:s3:::other-logs"}

    left = listed(*rows, log_buckets=["other-logs"], without_log_buckets=True)
    assert [c.container for c in left.candidates] == ["arn:aws:s3:::logs"]
    assert {c.container for c in left.left_out} == marked


# ---- selectors ----


@pytest.mark.parametrize("writes_only", [False, True])
def test_the_selectors_record_just_what_was_chosen(writes_only: bool) -> None:
    rows = (
        object_row(9, read_only=True),
        object_row(8, read_only=False),
        object_row(7, "lakehouse", read_only=False),
        function_row(6),
        function_row(5, ETL + "2"),
    )
    found = listed(*rows)
    chosen = [c for c in found.named if c.container in (LAKE, ETL)]
    trail = Matcher(make_trail(selectors=selectors_of(chosen, writes_only=writes_only)))
    recorded = [int(row.per_month.point) for row in rows if trail.match(row.key) is Truth.YES]
    assert recorded == ([8, 6] if writes_only else [9, 8, 6])
    assert all(trail.match(row.key) is not Truth.MAYBE for row in rows)
