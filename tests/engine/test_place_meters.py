"""What is metered of one place: the same for rows added up as for each of them, and for shared as for own meters."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.matching import Matchers
from costplan.engine.metering import Meters
from costplan.engine.place_meters import MeteredPlaces, PlaceMeters, receiver_of
from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.model.billing import Meter
from costplan.model.events import EventCategory
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import BillingMode, CloudWatchLogs, DirectDelivery, Recorder
from costplan.model.scenario import FirstNetworkCopy, Gigabyte, Scenario, Settings
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, InsightSelector, InsightType
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
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
    make_key,
    make_object,
    make_prices,
    make_row,
    make_scenario,
    make_selector,
    make_store,
    make_trail,
    on_objects,
)

BREAKDOWN = frozenset({"resource", "principal"})
SELECTORS = (
    make_selector(MANAGEMENT),
    make_selector(MANAGEMENT, FieldSelector("readOnly", equals=("false",))),
    make_selector(MANAGEMENT, FieldSelector("eventSource", not_equals=(UNKNOWN,))),
    on_objects(),
    on_objects(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/a",))),
    make_selector(NETWORK, FieldSelector("eventSource", equals=(KMS,))),
)
INSIGHTS = (
    InsightSelector(InsightType.API_CALL_RATE),
    InsightSelector(InsightType.API_ERROR_RATE, (MANAGEMENT, DATA)),
)
selectors = st.lists(st.sampled_from(SELECTORS), min_size=1, max_size=3).map(tuple)
trails = st.builds(
    make_trail,
    st.sampled_from("abcd"),
    st.sampled_from([PROD, TEST]),
    is_multi_region=st.booleans(),
    selectors=selectors,
    insights=st.lists(st.sampled_from(INSIGHTS), max_size=2, unique=True).map(tuple),
    cloudwatch_logs=st.sampled_from([None, CloudWatchLogs()]),
    aggregates_data=st.booleans(),
)
stores = st.builds(make_store, st.sampled_from("ef"), billing_mode=st.sampled_from(BillingMode), selectors=selectors)
direct = st.builds(DirectDelivery, st.sampled_from("gh"), st.just(PROD), st.just(IRELAND), selectors=selectors)
several: st.SearchStrategy[tuple[Recorder, ...]] = st.lists(trails | stores | direct, min_size=1, max_size=4).map(tuple)
quantities = st.integers(1, 10**6).map(Quantity.exact) | st.integers(1, 1000).map(lambda most: between(0, most))
rows = st.lists(
    st.builds(
        lambda key, per_month, sizes: VolumeRow(key, per_month, *sizes),
        st.builds(
            make_key,
            st.sampled_from([MANAGEMENT, DATA, NETWORK]),
            account=st.sampled_from([PROD, TEST]),
            region=st.sampled_from([IRELAND, VIRGINIA]),
            event_source=st.sampled_from([KMS, "ec2.amazonaws.com"]),
            read_only=st.sampled_from([True, False, None, UNKNOWN]),
            resources=st.sampled_from([(), UNKNOWN, (make_object("lake"),), (make_object("claims"),)]),
        ),
        quantities,
        st.sampled_from([(None, None, 0), (4, 4000, 0), (4, 2**21, 2)]),
    ),
    max_size=8,
).map(tuple)
settings = st.builds(
    Settings, network_activity_first_copy=st.sampled_from(FirstNetworkCopy), gb=st.sampled_from(Gigabyte)
)


def metered(scenario: Scenario, known: MeteredPlaces | None = None) -> Meters:
    meters = Meters(
        Router(scenario.recorders, landscape_of(scenario, make_prices().regions)), scenario.settings, BREAKDOWN, known
    )
    for volumes in scenario.volumes:
        meters.read(volumes)
    return meters


def everything(meters: Meters) -> tuple[object, ...]:
    recorders = range(len(meters.router.recorders))
    return (
        list(meters.usages()),
        list(meters.recorded()),
        list(meters.delivered()),
        [meters.shared_copies(n) for n in recorders],
        [meters.first_copies(category) for category in EventCategory],
        meters.events(),
        meters.assumed_event_bytes,
    )


def figures(meters: Meters) -> Iterator[tuple[object, Quantity]]:
    """Every figure of a scenario's meters, with what it is a figure of."""
    for usage in meters.usages():
        yield usage.id, usage.quantity
        yield from (((usage.id, d.resource_type, d.container, d.principal), d.quantity) for d in usage.details)
    for part in meters.recorded():
        place = (part.ordinal, part.account, part.region, part.kind)
        yield from zip(((place, n) for n in range(3)), (part.events, part.raw_bytes, part.log_group_bytes), strict=True)
    for ordinal, category, quantity in meters.delivered():
        yield (ordinal, category), quantity
    for ordinal in range(len(meters.router.recorders)):
        yield from (((ordinal, *meter), quantity) for meter, quantity in meters.shared_copies(ordinal).items())
    for category in EventCategory:
        yield from (((category, place), quantity) for place, quantity in meters.first_copies(category).items())
    for n, by_category in enumerate(meters.events()):
        yield from ((("distinct", n, name), quantity) for name, quantity in by_category.items())


@given(several, rows, settings)
def test_rows_are_counted_together_as_each_of_them_alone(
    recorders: tuple[Recorder, ...], rows: tuple[VolumeRow, ...], settings: Settings
) -> None:
    # The places are those of all rows, so a row alone meets the recorders that it meets among others.
    scenario = replace(make_scenario(*recorders, rows=rows), settings=settings)
    router = Router(recorders, landscape_of(scenario, make_prices().regions))
    with exact_arithmetic():
        added: dict[object, Quantity] = defaultdict(lambda: Quantity.exact(0))
        for row in rows:
            alone = Meters(router, settings, BREAKDOWN)
            alone.read(Volumes((row,), covers_all=True))
            for what, quantity in figures(alone):
                added[what] = added[what] + quantity
        assert dict(figures(metered(scenario))) == added


@given(st.lists(several, min_size=2, max_size=4), rows, settings)
def test_scenarios_that_share_meters_have_the_same_as_each_with_its_own(
    each: list[tuple[Recorder, ...]], rows: tuple[VolumeRow, ...], settings: Settings
) -> None:
    volumes = (Volumes(rows, covers_all=True),)
    known = MeteredPlaces()
    with exact_arithmetic():
        for recorders in each:
            scenario = replace(make_scenario(*recorders, volumes=volumes), settings=settings)
            assert everything(metered(scenario, known)) == everything(metered(scenario))


ROWS = (make_row(10), make_row(5, read_only=False), make_row(3, category=NETWORK, event_source=KMS))


MATCHERS = Matchers()


def of_place(known: MeteredPlaces, recorder: Recorder, settings: Settings, presence: Truth = Truth.YES) -> PlaceMeters:
    (matcher,) = MATCHERS.of((recorder,))
    return known.of(ROWS, (receiver_of(recorder, presence, matcher),), settings)


def test_a_place_whose_recorders_stay_as_they_are_is_metered_once() -> None:
    known = MeteredPlaces()
    before = of_place(known, make_trail("a"), Settings())
    # Its name may be another, and the months of the projection: neither is asked.
    assert of_place(known, make_trail("b"), Settings(months=3)) is before


@pytest.mark.parametrize(
    "other",
    [
        lambda known: of_place(known, make_trail(selectors=SELECTORS[:2]), Settings()),
        lambda known: of_place(known, make_trail(), Settings(), Truth.MAYBE),
        lambda known: of_place(known, make_trail(insights=INSIGHTS), Settings()),
        lambda known: of_place(known, make_trail(cloudwatch_logs=CloudWatchLogs()), Settings()),
        lambda known: of_place(known, make_store(), Settings()),
        lambda known: of_place(known, make_trail(), Settings(gb=Gigabyte.DECIMAL)),
        lambda known: of_place(known, make_trail(), Settings(network_activity_first_copy=FirstNetworkCopy.FREE)),
        lambda known: known.of(ROWS[:1], (), Settings()),
    ],
)
def test_what_matters_to_meters_makes_others(other: Callable[[MeteredPlaces], PlaceMeters]) -> None:
    known = MeteredPlaces()
    before = of_place(known, make_trail(), Settings())
    assert other(known) is not before
    assert of_place(known, make_trail(), Settings()) is before


def test_no_place_keeps_the_meters_of_more_than_a_few_states() -> None:
    known = MeteredPlaces()
    first = of_place(known, make_trail(), Settings())
    for number in range(8):
        selector = make_selector(MANAGEMENT, FieldSelector("eventName", equals=(f"Get{number}",)))
        of_place(known, make_trail(selectors=(selector,)), Settings())
    assert of_place(known, make_trail(), Settings()) is not first


def test_rows_of_one_sample_are_added_replicate_by_replicate() -> None:
    def sampled(point: int, *deviations: float) -> Quantity:
        return Quantity.sampled(Decimal(point), Replicates("a", 0.5, deviations), counted=Decimal(1))

    rows = (make_row(sampled(10, 1.0, -2.0)), make_row(sampled(20, 0.5, 0.25), event_source=KMS))
    scenario = make_scenario(make_trail(), rows=rows)
    (usage,) = metered(scenario).usages()
    assert usage.quantity == Quantity.sampled(Decimal(30), Replicates("a", 0.5, (1.5, -1.75)), counted=Decimal(2))


def test_earlier_copies_are_named_by_the_recorders_of_the_scenario_not_of_the_place() -> None:
    elsewhere = make_trail("elsewhere", TEST)
    meters = metered(make_scenario(elsewhere, make_trail("first"), make_trail("second"), rows=(make_row(10),)))
    assert {u.recorder: u.earlier_copies for u in meters.usages()} == {"first": (), "second": ("first",)}


def test_a_size_is_assumed_only_of_what_somebody_is_billed_for_by_bytes() -> None:
    """The store at the place takes in objects; of the management event beside them nobody asks how large it is."""
    measured = VolumeRow(make_key(DATA, resources=(make_object(),)), Quantity.exact(4), 4, 4000)
    store = make_store(selectors=(on_objects(),))
    assert not metered(make_scenario(make_trail(), store, rows=(make_row(10), measured))).assumed_event_bytes
    assert metered(
        make_scenario(make_trail(), store, rows=(replace(measured, count=None, raw_bytes=None),))
    ).assumed_event_bytes


def test_a_write_that_may_be_recorded_may_be_analysed() -> None:
    unsure = make_trail(selectors=(SELECTORS[2],), insights=INSIGHTS[:1])
    meters = metered(make_scenario(unsure, rows=(make_row(10, read_only=False),)))
    (analysed,) = (usage for usage in meters.usages() if usage.meter is Meter.INSIGHTS_MANAGEMENT)
    assert analysed.quantity == between(0, 10)


def test_files_of_network_activity_are_of_a_kind_of_their_own() -> None:
    trail = make_trail(selectors=(SELECTORS[0], SELECTORS[3], SELECTORS[5]))
    rows = (
        make_row(1),
        VolumeRow(make_key(DATA, resources=(make_object(),)), Quantity.exact(2)),
        make_row(4, category=NETWORK, event_source=KMS),
    )
    found = {(part.kind, part.events.point) for part in metered(make_scenario(trail, rows=rows)).recorded()}
    assert found == {("CloudTrail", 3), ("CloudTrail-NetworkActivity", 4)}


@pytest.mark.parametrize(("selector", "low"), [(SELECTORS[0], 4000), (SELECTORS[2], 0)])
def test_what_may_be_recorded_may_be_sent_to_a_log_group(selector: AdvancedEventSelector, low: int) -> None:
    trail = make_trail(selectors=(selector,), cloudwatch_logs=CloudWatchLogs())
    row = VolumeRow(make_key(), Quantity.exact(4), 4, 4000)
    (part,) = metered(make_scenario(trail, rows=(row,))).recorded()
    assert (part.log_group_bytes.low, part.log_group_bytes.point, part.log_group_bytes.high) == (low, 4000, 4000)


def test_every_selector_that_admits_something_is_named() -> None:
    """Events of two sources that two selectors of one trail admit: their usage names both."""
    trail = make_trail(selectors=(replace(SELECTORS[1], name="writes"), replace(SELECTORS[0], name="all")))
    sources = (Volumes((make_row(1),)), Volumes((make_row(1, read_only=False),)))
    (usage,) = metered(make_scenario(trail, volumes=sources)).usages()
    assert usage.selectors == ("writes", "all")
