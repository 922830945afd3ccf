"""Laws that hold whatever the prices, the volumes and the recorders are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.rating import fill_tiers, rate
from costplan.model.billing import Meter, Service
from costplan.model.estimate import Estimate
from costplan.model.events import EventKey, Principal, Resource
from costplan.model.prices import PriceTier
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import CloudWatchLogs, LogBucket, Recorder
from costplan.model.scenario import FirstNetworkCopy, Gigabyte, Scenario, Settings
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, InsightSelector, InsightType
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from tests.build import (
    DATA,
    EXACT,
    IRELAND,
    KMS,
    MANAGEMENT,
    NETWORK,
    PROD,
    S3_OBJECT,
    SPAIN,
    TEST,
    VIRGINIA,
    make_price,
    make_prices,
    make_selector,
    make_store,
    make_trail,
    make_usage,
    on_objects,
)

D = Decimal
# A first tier so small that scenarios reach the second.
PRICES = make_prices(make_price(Meter.S3_STORAGE_STANDARD, 1, ("0.03", "1"), ("0.02", None)))
PRICED = {Meter(meter) for book in PRICES.books.values() for meter in book.prices}
FLAT = {meter for meter in Meter if meter.service is Service.CLOUDTRAIL}

# Whole numbers of millionths and of hundredths: drawing decimals digit by digit takes hypothesis much longer.
amounts = st.integers(0, 10**15).map(lambda n: D(n).scaleb(-6))
small = st.integers(0, 100_000).map(lambda n: D(n).scaleb(-2))
ACCOUNTS = st.sampled_from([PROD, PROD, PROD, TEST])


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    with localcontext(EXACT):
        yield


# ---- tiers ----


@st.composite
def bands(draw: st.DrawFn, ends: st.SearchStrategy[Decimal] = small) -> Quantity:
    low, point, high = sorted(draw(st.tuples(ends, ends, ends)))
    return Quantity(point, low, high)


@st.composite
def graduated(draw: st.DrawFn) -> tuple[PriceTier, ...]:
    """Tiers of any prices, cheaper or dearer as they go."""
    bounds = sorted(draw(st.sets(st.decimals("0.01", 1500, places=2), max_size=4)))
    prices = draw(st.lists(st.decimals(0, 5, places=4), min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    return tuple(map(PriceTier, prices, [*bounds, None]))


def cost(quantities: list[Quantity], tiers: tuple[PriceTier, ...]) -> Quantity:
    shares = fill_tiers(quantities, tiers)
    return total(s * t.price for own in shares for s, t in zip(own, tiers, strict=True))


@given(st.lists(bands(), min_size=1, max_size=4), graduated())
def test_every_unit_is_rated_exactly_once(quantities: list[Quantity], tiers: tuple[PriceTier, ...]) -> None:
    for quantity, shares in zip(quantities, fill_tiers(quantities, tiers), strict=True):
        assert total(shares) == quantity
    # No tier holds more than it can.
    filled = [total(column) for column in zip(*fill_tiers(quantities, tiers), strict=True)]
    bottom = D(0)
    for tier, units in zip(tiers, filled, strict=True):
        if tier.up_to is not None:
            assert max(units.low, units.point, units.high) <= tier.up_to - bottom
            bottom = tier.up_to


@given(st.lists(bands(), min_size=1, max_size=4), graduated(), small)
def test_more_usage_never_costs_less(quantities: list[Quantity], tiers: tuple[PriceTier, ...], more: Decimal) -> None:
    grown = [quantities[0] + Quantity.exact(more), *quantities[1:]]
    before, after = cost(quantities, tiers), cost(grown, tiers)
    assert before.low <= after.low
    assert before.point <= after.point
    assert before.high <= after.high


@given(st.lists(bands(), min_size=1, max_size=4), graduated(), st.data())
def test_splitting_a_tier_into_two_of_equal_price_changes_nothing(
    quantities: list[Quantity], tiers: tuple[PriceTier, ...], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(tiers) - 1))
    bottom = tiers[at - 1].up_to or D(0) if at else D(0)
    top = tiers[at].up_to or bottom + 500
    middle = (bottom + top) / 2
    split = (*tiers[:at], PriceTier(tiers[at].price, middle), *tiers[at:])
    assert cost(quantities, split) == cost(quantities, tiers)


@given(st.lists(bands(), min_size=1, max_size=4), graduated())
def test_pooled_usages_cost_what_one_usage_of_their_sum_costs(
    quantities: list[Quantity], tiers: tuple[PriceTier, ...]
) -> None:
    assert cost(quantities, tiers) == cost([total(quantities)], tiers)


@given(st.lists(bands(), min_size=1, max_size=4), graduated())
def test_the_total_of_bands_is_a_band(quantities: list[Quantity], tiers: tuple[PriceTier, ...]) -> None:
    whole = cost(quantities, tiers)
    assert whole.low <= whole.point <= whole.high


@given(st.permutations(["a", "b", "c", "d"]), st.lists(bands(), min_size=4, max_size=4))
def test_charges_do_not_depend_on_the_order_in_which_usages_were_found(
    order: list[str], quantities: list[Quantity]
) -> None:
    usages = {
        name: make_usage(Meter.S3_STORAGE_STANDARD, quantity, name)
        for name, quantity in zip("abcd", quantities, strict=True)
    }
    found, _ = rate((usages[name] for name in order), PRICES, {}, 1)
    expected, _ = rate(usages.values(), PRICES, {}, 1)
    assert found == expected


# ---- whole scenarios ----

LAKE, CLAIMS = Resource(S3_OBJECT, "arn:aws:s3:::lake"), Resource(S3_OBJECT, "arn:aws:s3:::claims")
BUCKETS = ((LAKE,), (CLAIMS,), (CLAIMS, LAKE), ())
WHO = tuple(Principal(f"arn:aws:sts::{PROD}:assumed-role/{role}") for role in ("etl", "scan"))
SOURCES, NAMES = ("s3.amazonaws.com", "ec2.amazonaws.com", KMS), ("GetObject", "PutObject")


@st.composite
def keys(draw: st.DrawFn) -> EventKey:
    """Keys of which every field is known."""
    category = draw(st.sampled_from([MANAGEMENT, MANAGEMENT, DATA, DATA, NETWORK]))
    return EventKey(
        draw(ACCOUNTS),
        draw(st.sampled_from([IRELAND, IRELAND, VIRGINIA])),
        category,
        draw(st.sampled_from(SOURCES)),
        draw(st.sampled_from(NAMES)),
        "AwsApiCall",
        None if category is NETWORK else draw(st.booleans()),
        draw(st.sampled_from(BUCKETS)) if category is DATA else (),
        draw(st.sampled_from(WHO)),
    )


def rows_of(key: st.SearchStrategy[EventKey]) -> st.SearchStrategy[VolumeRow]:
    quantities = st.builds(Quantity.exact, amounts) | bands(amounts)
    return st.builds(VolumeRow, key, quantities, st.integers(1, 10**6), st.none() | st.integers(0, 10**12))


FIELDS = (
    (FieldSelector("readOnly", equals=("true",)), (MANAGEMENT, DATA)),
    (FieldSelector("readOnly", equals=("false",)), (MANAGEMENT, DATA)),
    (FieldSelector("eventSource", not_equals=(KMS,)), (MANAGEMENT, DATA, NETWORK)),
    (FieldSelector("eventName", starts_with=("Get",)), (DATA, NETWORK)),
    (FieldSelector("userIdentity.arn", not_starts_with=(str(WHO[1].container),)), (DATA, NETWORK)),
    (FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)), (DATA,)),
    (FieldSelector("resources.ARN", not_starts_with=("arn:aws:s3:::lake/",)), (DATA,)),
)


def choices() -> Iterator[tuple[AdvancedEventSelector, ...]]:
    """Yield selectors of each category by itself, with each field and pair of fields, and of all categories."""
    for category in (MANAGEMENT, DATA, NETWORK):
        fields = [field for field, where in FIELDS if category in where]
        for chosen in ((), *combinations(fields, 1), *combinations(fields, 2)):
            yield ((on_objects(*chosen) if category is DATA else make_selector(category, *chosen)),)
    # Recorders of everything are frequent, or trails would seldom record the same events.
    yield from [(make_selector(MANAGEMENT), on_objects(), make_selector(NETWORK))] * 60


CHOICES = tuple(choices())
RATE, ERRORS = InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE
INSIGHTS = (
    (),
    (InsightSelector(RATE),),
    (InsightSelector(RATE, (MANAGEMENT, DATA)), InsightSelector(ERRORS, (MANAGEMENT, DATA))),
)


@st.composite
def recorders(draw: st.DrawFn, organization: bool = True) -> tuple[Recorder, ...]:
    found: list[Recorder] = []
    for number in range(draw(st.sampled_from([1, 2, 3, 3, 4]))):
        fields = {
            "account": draw(ACCOUNTS),
            "home_region": draw(st.sampled_from([IRELAND, IRELAND, IRELAND, VIRGINIA, SPAIN])),
            "is_multi_region": draw(st.booleans()),
            "is_organization": organization and draw(st.booleans()),
            "selectors": draw(st.sampled_from(CHOICES)),
            "insights": draw(st.sampled_from(INSIGHTS)),
        }
        if draw(st.integers(0, 4)) == 0:
            found.append(make_store(f"store {number}", **fields))
            continue
        found.append(
            make_trail(
                f"trail {number}",
                is_logging=draw(st.integers(0, 9)) > 0,
                log_file_validation=draw(st.booleans()),
                bucket=LogBucket(has_kms_key=draw(st.booleans()), notifies_sns=draw(st.booleans())),
                cloudwatch_logs=draw(st.sampled_from([None, CloudWatchLogs()])),
                **fields,
            )
        )
    return tuple(found)


settings = st.builds(
    Settings,
    st.sampled_from([D("0"), D("0.017"), D("-0.1")]),
    st.sampled_from([D("1"), D("1.37"), D("0.5")]),
    st.integers(1, 3),
    st.sampled_from(Gigabyte),
    st.sampled_from(FirstNetworkCopy),
)


@st.composite
def scenarios(draw: st.DrawFn, organization: bool = True) -> Scenario:
    rows = tuple(draw(st.lists(rows_of(keys()), min_size=6, max_size=8)))
    volumes = (Volumes(rows, covers_all=True),)
    discounts = {"cloudtrail": draw(st.sampled_from([D("0"), D("0.07"), D("1")]))}
    return Scenario("scene", draw(recorders(organization)), volumes, settings=draw(settings), discounts=discounts)


def estimate(scenario: Scenario) -> Estimate:
    return estimate_scenario(scenario, PRICES, frozenset({"resource", "principal"}))


@given(scenarios())
def test_lines_add_up_to_the_months_total(scenario: Scenario) -> None:
    for month in estimate(scenario).months:
        for charge in month.charges:
            assert charge.list_cost == charge.quantity * charge.list_unit_price
        assert month.list_cost == total(charge.list_cost for charge in month.charges)
        # The charges of one usage hold all of it.
        usages = {id(charge.usage): charge.usage for charge in month.charges}
        for usage in usages.values():
            assert total(c.quantity for c in month.charges if c.usage is usage) == usage.quantity


@given(scenarios())
def test_shares_add_up_to_their_usage(scenario: Scenario) -> None:
    for charge in estimate(scenario).last.charges:
        if charge.usage.details:
            assert total(d.quantity for d in charge.usage.details) == charge.usage.quantity


@given(scenarios())
def test_every_total_lies_within_its_band(scenario: Scenario) -> None:
    result = estimate(scenario)
    for month in result.months:
        for whole in (month.list_cost, month.net_cost):
            assert 0 <= whole.low <= whole.point <= whole.high
        for charge in month.charges:
            assert charge.usage.quantity.low <= charge.usage.quantity.point <= charge.usage.quantity.high
    for each in result.events.by_recorder:
        assert each.saved_if_removed_alone.low <= each.saved_if_removed_alone.point <= each.saved_if_removed_alone.high


@given(scenarios())
def test_every_event_is_recorded_or_missed(scenario: Scenario) -> None:
    events = estimate(scenario).events
    for category, happened in events.happened.items():
        recorded, missed = events.recorded[category], events.recorded_by_none[category]
        assert recorded.point + missed.point == happened.point
        assert recorded.low <= recorded.point <= recorded.high <= happened.high
        assert missed.low <= missed.point <= missed.high <= happened.high


@given(scenarios(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(scenario: Scenario, random: object) -> None:
    (volumes,) = scenario.volumes
    shuffled = list(volumes.rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = replace(scenario, volumes=(replace(volumes, rows=tuple(shuffled)),))
    assert estimate(other).months == estimate(scenario).months
    assert estimate(other).events == estimate(scenario).events


@given(scenarios(), st.integers(0, 8))
def test_rows_may_come_from_one_source_or_from_two(scenario: Scenario, cut: int) -> None:
    (volumes,) = scenario.volumes
    parts = (replace(volumes, rows=volumes.rows[:cut]), replace(volumes, rows=volumes.rows[cut:]))
    assert estimate(replace(scenario, volumes=parts)).months == estimate(scenario).months


@given(scenarios())
def test_one_row_or_two_of_half_the_events_cost_the_same(scenario: Scenario) -> None:
    (volumes,) = scenario.volumes
    # Halves that are whole numbers of millionths, so that bytes are not rounded differently.
    doubled = tuple(replace(row, per_month=row.per_month * D(2), raw_bytes=None) for row in volumes.rows)
    halves = tuple(replace(row, raw_bytes=None) for row in volumes.rows for _ in range(2))
    one, two = (replace(scenario, volumes=(replace(volumes, rows=rows),)) for rows in (doubled, halves))
    assert estimate(one).months == estimate(two).months


@given(scenarios(organization=False))
def test_disjoint_accounts_add_up_on_flat_meters(scenario: Scenario) -> None:
    def cloudtrail(only: str | None) -> list[Quantity]:
        (volumes,) = scenario.volumes
        rows = tuple(row for row in volumes.rows if only in (None, row.key.account))
        mine = tuple(recorder for recorder in scenario.recorders if only in (None, recorder.account))
        result = estimate(replace(scenario, recorders=mine, volumes=(replace(volumes, rows=rows),)))
        return [total(c.list_cost for c in m.charges if c.usage.meter in FLAT) for m in result.months]

    apart = [a + b for a, b in zip(cloudtrail(PROD), cloudtrail(TEST), strict=True)]
    assert apart == cloudtrail(None)


@given(scenarios(), st.integers(0, 7), amounts)
def test_more_events_never_cost_less(scenario: Scenario, which: int, more: Decimal) -> None:
    (volumes,) = scenario.volumes
    rows = list(volumes.rows)
    row = rows[which % len(rows)]
    rows[which % len(rows)] = replace(row, per_month=row.per_month + Quantity.exact(more))
    before = estimate(scenario).last.list_cost
    after = estimate(replace(scenario, volumes=(replace(volumes, rows=tuple(rows)),))).last.list_cost
    assert before.low <= after.low
    assert before.point <= after.point
    assert before.high <= after.high


def forget(key: EventKey, names: frozenset[str]) -> EventKey:
    """The same key of a source that did not keep some fields."""
    return replace(key, **{name: Principal() if name == "principal" else UNKNOWN for name in names})


FORGETTABLE = st.frozensets(
    st.sampled_from(["event_source", "event_name", "read_only", "resources", "principal"]), max_size=3
)


@given(scenarios(), st.lists(FORGETTABLE, min_size=8, max_size=8))
def test_a_band_contains_the_truth_however_an_unknown_field_is_filled_in(
    scenario: Scenario, forgotten: list[frozenset[str]]
) -> None:
    (volumes,) = scenario.volumes
    rows = tuple(replace(row, key=forget(row.key, names)) for row, names in zip(volumes.rows, forgotten, strict=False))
    blurred = estimate(replace(scenario, volumes=(replace(volumes, rows=rows),)))
    truth = estimate(scenario)
    for unsure, sure in zip(blurred.months, truth.months, strict=True):
        assert unsure.list_cost.low <= sure.list_cost.low
        assert sure.list_cost.high <= unsure.list_cost.high
    for category, recorded in truth.events.recorded.items():
        assert blurred.events.recorded[category].low <= recorded.low
        assert recorded.high <= blurred.events.recorded[category].high
    unsure_of = {e.recorder: e for e in blurred.events.by_recorder}
    for each in truth.events.by_recorder:
        saved = unsure_of[each.recorder].saved_if_removed_alone
        assert saved.low <= each.saved_if_removed_alone.low
        assert each.saved_if_removed_alone.high <= saved.high


def test_these_scenarios_are_not_all_trivial() -> None:
    """The laws above say little unless events are charged, banded, and charged in a second tier."""
    seen: Counter[object] = Counter()

    @given(scenarios())
    def look(scenario: Scenario) -> None:
        for charge in estimate(scenario).last.charges:
            seen.update((charge.usage.meter, charge.tier, charge.list_cost.has_band))

    look()
    rare = [meter for meter in PRICED if seen[meter] < 5]
    assert rare == []
    assert min(seen[2], seen[True], seen[False]) > 5, seen
