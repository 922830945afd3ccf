"""One scenario to one estimate, by hand."""

from decimal import Decimal, localcontext

import pytest

from costplan.engine.estimation import estimate_scenario, regions_of
from costplan.engine.traffic import growth_factor
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import PRECISION, exact_arithmetic
from costplan.model.recorders import LogBucket, Recorder
from costplan.model.scenario import Account, FirstNetworkCopy, Organization, Settings
from costplan.model.selectors import FieldSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import FileStatistics, VolumeRow, Volumes
from tests.build import (
    EXACT,
    IRELAND,
    KMS,
    MANAGEMENT,
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
    make_store,
    make_trail,
    object_row,
    on_objects,
    quantity_of,
)

D = Decimal
S3 = (Meter.S3_PUT, Meter.S3_STORAGE_STANDARD)
WITHOUT_S3 = make_prices(without=S3)


def estimate(*recorders: Recorder, rows: tuple[VolumeRow, ...] = (), **rest: object) -> Estimate:
    prices = rest.pop("prices", make_prices())
    return estimate_scenario(make_scenario(*recorders, rows=rows, **rest), prices)  # type: ignore[arg-type]


def savings(result: Estimate) -> dict[str, Decimal]:
    """What removing each recorder alone would save."""
    return {e.recorder: e.saved_if_removed_alone.point for e in result.events.by_recorder}


# ---- what costs nothing ----


def test_event_history_alone_costs_nothing_and_records_nothing() -> None:
    result = estimate(rows=(make_row(1_000_000), object_row(500)))
    assert result.last.charges == ()
    assert result.last.list_cost.point == result.last.net_cost.point == 0
    assert (result.unknown, result.unpriced, result.is_lower_bound) == ((), (), False)
    assert {name: q.point for name, q in result.events.recorded_by_none.items()} == {
        "Management": 1_000_000,
        "Data": 500,
    }
    assert all(quantity.point == 0 for quantity in result.events.recorded.values())
    assert result.events.by_recorder == ()
    assert result.books == ()


def test_nothing_at_all_is_an_estimate_too() -> None:
    assert estimate().last.list_cost.point == 0


def test_a_stopped_trail_costs_nothing_and_gives_no_copy() -> None:
    result = estimate(make_trail("off", is_logging=False), make_trail("on"), rows=(make_row(100_000),))
    assert quantity_of(result, Meter.MANAGEMENT_FIRST_COPY, "on").point == 100_000
    assert quantity_of(result, Meter.MANAGEMENT_ADDITIONAL_COPY).point == 0
    assert {c.usage.recorder for c in result.last.charges} == {"on"}


# ---- what costs something ----


def test_a_second_trail_pays_for_the_copies() -> None:
    result = estimate(make_trail("a"), make_trail("b"), rows=(make_row(300_000),), prices=WITHOUT_S3)
    # 300,000 × 2.00 / 100,000
    assert result.last.list_cost.point == D("6.00")
    assert {c.usage.recorder: c.list_cost.point for c in result.last.charges} == {"a": 0, "b": D("6.00")}


def test_trails_of_one_name_in_two_accounts_are_charged_apart() -> None:
    rows = (make_row(100_000), make_row(300_000, account=TEST))
    result = estimate(make_trail("audit"), make_trail("audit", account=TEST), rows=rows)
    first = charges_of(result, Meter.MANAGEMENT_FIRST_COPY)
    assert {(c.id, c.quantity.point) for c in first} == {
        (f"AWSCloudTrail/management-first-copy/{PROD}/{IRELAND}/{PROD}:audit", 100_000),
        (f"AWSCloudTrail/management-first-copy/{TEST}/{IRELAND}/{TEST}:audit", 300_000),
    }
    with exact_arithmetic():
        assert result.last.list_cost.point == sum(c.list_cost.point for c in charges_of(result, *S3))


def test_a_store_alone_pays_for_its_bytes_and_has_no_bucket() -> None:
    result = estimate(make_store(), rows=(make_row(2**20, raw_bytes=2**31),))
    # 2³¹ bytes are 2 GiB, at 0.75.
    (charge,) = result.last.charges
    assert (charge.usage.meter, charge.list_cost.point) == (Meter.LAKE_INGESTION_ONE_YEAR, D("1.50"))


def test_a_discount_comes_off_its_own_service() -> None:
    rows = (make_row(300_000),)
    result = estimate(make_trail("a"), make_trail("b"), rows=rows, discounts={"cloudtrail": D("0.07")})
    off = result.last.list_cost.point - result.last.net_cost.point
    assert off == D("0.42")  # 7 % of 6.00; S3 at list


def test_what_has_no_price_in_its_region_is_said_once_and_never_zero() -> None:
    trail = make_trail(selectors=(on_objects(),))
    result = estimate(trail, rows=(object_row(10),), prices=make_prices(without=(Meter.DATA,)), months=3)
    (unpriced,) = result.unpriced
    assert (unpriced.usage.meter, unpriced.usage.quantity.point) == (Meter.DATA, 10)
    assert result.is_lower_bound


# ---- months ----


@pytest.mark.parametrize(
    ("settings", "month", "factor"),
    [
        (Settings(), 12, "1"),
        (Settings(busy_factor=D("1.5")), 12, "1.5"),
        (Settings(growth_per_month=D("0.02")), 1, "1"),
        (Settings(growth_per_month=D("0.02"), busy_factor=D(2)), 3, "2.0808"),
        (Settings(growth_per_month=D("-0.5")), 3, "0.25"),
    ],
)
def test_growth_is_compound_and_starts_after_the_first_month(settings: Settings, month: int, factor: str) -> None:
    assert growth_factor(settings, month) == D(factor)


def test_each_month_is_charged_for_its_own_events() -> None:
    trails = make_trail("a"), make_trail("b")
    result = estimate(*trails, rows=(make_row(100_000),), prices=WITHOUT_S3, months=3, growth_per_month=D("0.1"))
    assert [month.month for month in result.months] == [1, 2, 3]
    assert [month.list_cost.point for month in result.months] == [D("2"), D("2.2"), D("2.42")]


def test_one_month_is_a_whole_projection() -> None:
    result = estimate(make_trail(), rows=(make_row(100),), months=1)
    assert result.last is result.months[0]


def test_events_are_those_of_the_first_month_in_a_busy_season() -> None:
    result = estimate(make_trail(), rows=(make_row(100),), months=6, busy_factor=D(3), growth_per_month=D("0.5"))
    assert result.events.happened["Management"].point == 300
    assert result.events.by_recorder[0].recorded["Management"].point == 300


# ---- what removing a recorder would save (R82) ----


def test_either_of_two_equal_trails_saves_the_paid_copies() -> None:
    result = estimate(make_trail("a"), make_trail("b"), rows=(make_row(300_000),), prices=WITHOUT_S3)
    assert savings(result) == {"a": D("6.00"), "b": D("6.00")}


def test_a_trail_that_holds_free_copies_saves_those_that_become_free_elsewhere() -> None:
    reads, writes = (make_selector(MANAGEMENT, FieldSelector("readOnly", equals=(text,))) for text in ("true", "false"))
    trails = make_trail("r", selectors=(reads,)), make_trail("all"), make_trail("w", selectors=(writes,))
    rows = (make_row(100_000), make_row(200_000, read_only=False))
    result = estimate(*trails, rows=rows, prices=WITHOUT_S3)
    # "all" pays for the reads only, 2.00; without it the copies of "w" are free as well: 2.00 + 4.00.
    assert {c.usage.recorder: c.list_cost.point for c in result.last.charges if c.list_cost} == {"all": 2, "w": 4}
    assert savings(result) == {"r": 2, "all": 6, "w": 4}


def test_a_saving_is_of_the_last_month() -> None:
    trails = make_trail("a"), make_trail("b")
    rows = (make_row(300_000),)
    result = estimate(*trails, rows=rows, prices=WITHOUT_S3, months=2, growth_per_month=D(1))
    assert savings(result) == {"a": D("12.00"), "b": D("12.00")}


def test_a_trail_of_its_own_events_saves_its_own_lines() -> None:
    result = estimate(
        make_trail("a"), make_trail("d", selectors=(on_objects(),)), rows=(make_row(9), object_row(10**6))
    )
    own = sum(c.list_cost.point for c in result.last.charges if c.usage.recorder == "d")
    assert savings(result)["d"] == own > 1


def test_a_saving_in_a_pooled_tier_is_what_the_others_would_no_longer_reach() -> None:
    # 10,000,000 events make 160 GiB in each bucket, there for half the month: 80 + 80 GiB-months in the pool,
    # 100 at 0.03 and 60 at 0.02.  Without one of them 80 at 0.03 are left, so either saves 20 × 0.03 + 60 × 0.02,
    # whatever stands on its lines; and the 10,000,000 paid copies, at 2.00 for 100,000.
    statistics = FileStatistics(
        PROD, IRELAND, "CloudTrail", 8760, 160 * 2**30, 10**7, 8760, 8760, D(0), D("17179.869184")
    )
    volumes = Volumes((make_row(10**7),), covers_all=True, files=(statistics,))
    result = estimate(make_trail("a"), make_trail("b"), volumes=(volumes,), prices=make_prices(without=(Meter.S3_PUT,)))
    storage = {c.usage.recorder: D(0) for c in result.last.charges}
    for charge in charges_of(result, Meter.S3_STORAGE_STANDARD):
        storage[charge.usage.recorder] += charge.list_cost.point
    assert storage == {"a": D("2.40"), "b": D("1.80")}
    assert savings(result) == {"a": D("201.80"), "b": D("201.80")}


def test_network_copies_are_saved_at_their_own_price() -> None:
    selector = make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,)))
    trails = [make_trail(name, selectors=(selector,)) for name in "ab"]
    rows = (make_row(1_000_000, NETWORK, event_source=KMS, read_only=None),)
    free = estimate(*trails, rows=rows, prices=WITHOUT_S3, network_activity_first_copy=FirstNetworkCopy.FREE)
    # One of the two copies is paid, at 0.10 for 100,000, whichever trail goes.
    assert free.last.list_cost.point == D(1)
    assert savings(free) == {"a": D(1), "b": D(1)}
    paid = estimate(*trails, rows=rows, prices=WITHOUT_S3)
    assert (paid.last.list_cost.point, savings(paid)) == (D(2), {"a": D(1), "b": D(1)})


def test_a_saving_that_may_not_be_one_has_a_band() -> None:
    unsure = make_selector(NETWORK, FieldSelector("eventSource", equals=(UNKNOWN,)))
    all_or_none = make_trail("b", selectors=(unsure,))
    result = estimate(all_or_none, rows=(make_row(10**6, NETWORK, read_only=None),), prices=WITHOUT_S3)
    saved = result.events.by_recorder[0].saved_if_removed_alone
    assert (saved.low, saved.high) == (0, 1)


# ---- exactness ----


def test_nothing_is_rounded_between_the_volumes_and_the_total() -> None:
    insights = (InsightSelector(InsightType.API_CALL_RATE),)
    recorders = (
        make_trail("org", is_organization=True, is_multi_region=True, log_file_validation=True, insights=insights),
        make_trail("own", selectors=(on_objects(),)),
        make_store(),
    )
    rows = (
        make_row("123456789012.123456", raw_bytes=10**14 + 7, read_only=False),
        make_row(between(10**9, 10**11), account=TEST, region=VIRGINIA),
        object_row("987654321.654321"),
    )
    settings = {"growth_per_month": D("0.0173"), "busy_factor": D("1.37"), "discounts": {"cloudtrail": D("0.0725")}}
    result = estimate(*recorders, rows=rows, months=24, **settings)
    figures = [
        figure
        for month in result.months
        for charge in month.charges
        for quantity in (charge.quantity, charge.list_cost, charge.net_cost, month.list_cost, month.net_cost)
        for figure in (quantity.low, quantity.point, quantity.high)
    ]
    # A figure that had been rounded to the precision would have all of its digits.
    assert 40 < max(len(figure.as_tuple().digits) for figure in figures) < PRECISION - 10
    with localcontext(EXACT):
        for month in result.months:
            for charge in month.charges:
                assert charge.list_cost.point == charge.quantity.point * charge.list_unit_price
                kept = D("0.9275") if charge.id.startswith("AWSCloudTrail/") else 1
                assert charge.net_cost.point == charge.list_cost.point * kept
            assert month.list_cost.point == sum(charge.list_cost.point for charge in month.charges)


def test_an_estimate_does_not_depend_on_the_arithmetic_around_it() -> None:
    rows = (make_row("1234567.123457", raw_bytes=10**9 + 1),)
    plain = estimate(make_trail(), make_store(), rows=rows, months=3, growth_per_month=D("0.017"))
    with localcontext() as context:
        context.prec = 5
        coarse = estimate(make_trail(), make_store(), rows=rows, months=3, growth_per_month=D("0.017"))
    assert [m.charges for m in plain.months] == [m.charges for m in coarse.months]


# ---- Regions whose prices are needed ----


def test_prices_are_needed_wherever_something_can_be_charged() -> None:
    trails = (make_trail(home_region=SPAIN), make_trail("b", bucket=LogBucket(region="eu-north-1")))
    scenario = make_scenario(*trails, rows=(make_row(1),), accounts={TEST: Account(regions=(VIRGINIA,))})
    assert regions_of(scenario) == {IRELAND, SPAIN, VIRGINIA, "eu-north-1"}


def test_prices_of_an_unknown_members_home_are_among_them() -> None:
    organization = Organization(management_account=OWNER, members=(TEST,))
    trail = make_trail(account=OWNER, is_organization=True, is_multi_region=True, log_file_validation=True)
    result = estimate(trail, organization=organization)
    assert {c.usage.region for c in result.last.charges} <= regions_of(result.scenario)
    # Digests of both accounts, though nothing is known of the member's events.
    assert quantity_of(result, Meter.S3_PUT).point == 2 * 730
