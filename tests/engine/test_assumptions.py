"""What an estimate takes for true, and the dollars that hang on it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.model.billing import Meter
from costplan.model.estimate import Assumption
from costplan.model.prices import Confidence
from costplan.model.quantity import Quantity
from costplan.model.recorders import LifecycleRule, LogBucket, Recorder
from costplan.model.scenario import Account, FirstNetworkCopy, Gigabyte, Organization
from costplan.model.selectors import FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, ReadSummary, VolumeRow, Volumes
from tests.build import (
    IRELAND,
    KMS,
    MANAGEMENT,
    NETWORK,
    OWNER,
    SPAIN,
    TEST,
    make_coverage,
    make_period,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    object_row,
    on_objects,
)

D = Decimal
BUCKET = LogBucket("logs", region=IRELAND, account="111122223333")
TRAIL = make_trail(bucket=BUCKET)
WITHOUT_S3 = make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))


def assumed(*recorders: Recorder, rows: tuple[VolumeRow, ...] = (), **rest: object) -> dict[str, Assumption]:
    prices = rest.pop("prices", make_prices())
    scenario = make_scenario(*recorders, rows=rows, **rest)
    return {assumption.rule: assumption for assumption in estimate_scenario(scenario, prices).assumptions}  # type: ignore[arg-type]


def test_a_scenario_without_recorders_assumes_nothing() -> None:
    assert assumed(rows=(make_row(10),)) == {}


def test_what_moves_most_stands_first() -> None:
    rows = (make_row(10_000_000),)
    estimate = estimate_scenario(make_scenario(TRAIL, make_trail("b"), rows=rows, busy_factor=D(2)), make_prices())
    moves = [a.moves or D(0) for a in estimate.assumptions]
    assert len(moves) >= 4
    assert moves == sorted(moves, reverse=True)


# ---- recording ----


def test_events_that_may_match_move_their_whole_cost() -> None:
    unsure = on_objects(FieldSelector("eventName", equals=(UNKNOWN,)))
    found = assumed(make_trail(selectors=(unsure,)), rows=(object_row(1_000_000),))
    assert found["R31"].moves == D(1)  # 1,000,000 × 0.10 / 100,000, or nothing


def test_volumes_between_two_bounds_are_told_as_such() -> None:
    bounds = Quantity.between(D(500_000), D(1_500_000), D(1_000_000))
    row = replace(object_row(1_000_000), per_month=bounds)
    found = assumed(make_trail(selectors=(on_objects(),)), rows=(row,))
    assert found["R110"].moves == D(1)  # 1,000,000 between them × 0.10 / 100,000
    assert "R31" not in found


def test_events_that_surely_match_assume_nothing_of_selectors() -> None:
    assert "R31" not in assumed(make_trail(selectors=(on_objects(),)), rows=(object_row(1_000_000),))


def test_which_copy_is_free_is_assumed_where_there_are_two() -> None:
    assert assumed(TRAIL, make_trail("b"), rows=(make_row(10),))["R82"].moves == 0
    assert "R82" not in assumed(TRAIL, rows=(make_row(10),))


def test_who_pays_for_an_organization_trail_is_assumed() -> None:
    assert assumed(make_trail(is_organization=True), rows=(make_row(10),))["R84"].moves == 0


def test_members_that_may_not_have_the_home_region_are_named() -> None:
    trail = make_trail(account=OWNER, home_region=SPAIN, is_organization=True)
    organization = Organization(management_account=OWNER, members=(TEST,))
    found = assumed(trail, organization=organization)
    assert TEST in found["R70"].text
    assert found["R70"].moves is None
    accounts = {TEST: Account(regions=(SPAIN,))}
    assert "R70" not in assumed(trail, organization=organization, accounts=accounts)


def test_enabled_regions_are_assumed_where_nobody_listed_them() -> None:
    everywhere = make_trail(is_multi_region=True)
    assert "111122223333" in assumed(everywhere, rows=(make_row(1),))["accounts"].text
    assert "accounts" not in assumed(everywhere, accounts={"111122223333": Account(regions=(IRELAND,))})
    assert "accounts" not in assumed(make_trail(), rows=(make_row(1),))


@pytest.mark.parametrize(("first_copy", "moves"), [(FirstNetworkCopy.PAID, D(2)), (FirstNetworkCopy.FREE, None)])
def test_the_first_network_copy_moves_what_it_would_cost(first_copy: FirstNetworkCopy, moves: Decimal | None) -> None:
    # Two trails record 2,000,000 events: the first copy is $2.00 of the $4.00.
    selector = make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,)))
    trails = [make_trail(name, selectors=(selector,)) for name in "ab"]
    rows = (make_row(2_000_000, NETWORK, event_source=KMS, read_only=None),)
    assert assumed(*trails, rows=rows, network_activity_first_copy=first_copy)["R86"].moves == moves


def test_attributes_nobody_stated_move_what_their_recorder_costs() -> None:
    trail = replace(make_trail(selectors=(on_objects(),)), assumed=("logging is taken to be on",))
    found = assumed(
        trail, rows=(object_row(100_000_000),), prices=make_prices(without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
    )
    assert found["configuration"].text == "audit: logging is taken to be on"
    assert found["configuration"].moves == D(100)  # 100,000,000 × 0.10 / 100,000


# ---- storage, bytes ----


def test_files_nobody_measured_move_the_width_of_their_band() -> None:
    found = assumed(TRAIL, rows=(make_row(100_000_000),))
    # 8,760 slots × (8 − 1) files: requests at 0.005 / 1,000, and half a month of 680 bytes each at 0.03.
    files = D(8760 * 7)
    assert found["R103"].moves == files * D("0.000005") + files * 680 / 2 / 2**30 * D("0.03")


def test_a_default_for_small_files_that_nobody_stated_is_said() -> None:
    moves = (LifecycleRule(30, "GLACIER"),)
    trail = make_trail(bucket=replace(BUCKET, lifecycle=moves, small_objects=None))
    assert "under 128 KB" in assumed(trail, rows=(make_row(100),))["R108"].text
    assert "R108" not in assumed(TRAIL, rows=(make_row(100),))


def test_what_a_bucket_holds_already_is_spread_over_time() -> None:
    trail = make_trail(bucket=replace(BUCKET, existing_objects=1000))
    assert "arrived evenly" in assumed(trail, rows=(make_row(100),))["backlog"].text


def test_a_bucket_nobody_placed_is_at_the_trails_home() -> None:
    assert "log bucket of audit" in assumed(make_trail(), rows=(make_row(100),))["log-bucket"].text
    assert "log-bucket" not in assumed(TRAIL, rows=(make_row(100),))


def test_the_size_of_an_event_moves_all_of_a_store() -> None:
    # 10,000,000 × 1,500 bytes at 0.75 a GiB.
    expected = D(10_000_000 * 1500) / 2**30 * D("0.75")
    assert assumed(make_store(), rows=(make_row(10_000_000),))["event-size"].moves == expected
    measured = make_row(10_000_000, raw_bytes=10**10)
    assert "event-size" not in assumed(make_store(), rows=(measured,))


# ---- prices, volumes ----


def test_a_doubtful_price_moves_what_it_priced() -> None:
    doubtful = replace(make_price(Meter.DATA, 100_000, ("0.10", None)), confidence=Confidence.ASSUMED_UNIFORM)
    trail = make_trail(selectors=(on_objects(), make_selector(MANAGEMENT)))
    found = assumed(trail, rows=(object_row(1_000_000), make_row(5)), prices=make_prices(doubtful))
    assert found["price"] == Assumption(
        "price", "the price of data was seen in one Region and is taken to be the same in all", D(1)
    )


def test_inferred_coverage_and_categories_and_short_periods_are_said() -> None:
    volumes = Volumes(
        (),
        (make_coverage(basis=Basis.INFERRED, observed=make_period(24)),),
        read=ReadSummary(inferred_category=3, inferred_read_only=4),
    )
    found = assumed(TRAIL, volumes=(volumes,))
    assert found["R102"].moves is None
    assert "of 3 old records" in found["R47"].text
    assert "whether 4 records" in found["R48"].text
    assert found["period"].text == "a month is extrapolated from 24 hours of events"


def test_a_week_that_was_observed_is_long_enough() -> None:
    volumes = Volumes((), (make_coverage(observed=make_period(168)),), read=ReadSummary())
    assert assumed(TRAIL, volumes=(volumes,)).keys().isdisjoint({"R102", "R47", "R48", "period"})


# ---- settings ----


@pytest.mark.parametrize(
    ("growth", "busy", "moves", "text"),
    [
        # Two trails, 100,000 events, $2.00 of copies; in month 2:
        ("0.1", "1", "0.2", "volumes grow by 10 % a month"),  # 2.20 − 2.00
        ("-0.1", "1", "0.2", "volumes shrink by 10 % a month"),  # 2.00 − 1.80
        ("0.1", "3", "0.6", "volumes grow by 10 % a month"),  # 6.60 − 6.00: the busy factor is not growth
    ],
)
def test_growth_moves_what_it_added_or_took_away(growth: str, busy: str, moves: str, text: str) -> None:
    found = assumed(
        TRAIL,
        make_trail("b"),
        rows=(make_row(100_000),),
        months=2,
        growth_per_month=D(growth),
        busy_factor=D(busy),
        prices=WITHOUT_S3,
    )
    assert found["growth"].text == text
    assert round(found["growth"].moves or D(0), 9) == D(moves)


def test_a_busy_factor_moves_what_it_multiplied() -> None:
    found = assumed(TRAIL, make_trail("b"), rows=(make_row(100_000),), busy_factor=D("1.5"), prices=WITHOUT_S3)
    assert found["busy-factor"].moves == D(1)  # 3.00 − 2.00
    assert found["busy-factor"].text == "every volume is multiplied by 1.5"


def test_a_decimal_gigabyte_and_every_note_is_said() -> None:
    found = assumed(TRAIL, rows=(make_row(1),), gb=Gigabyte.DECIMAL, notes=("audit is taken to be ours",))
    assert "1,000,000,000" in found["gb"].text
    assert found["scenario"].text == "audit is taken to be ours"
