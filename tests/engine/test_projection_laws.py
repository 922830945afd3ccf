"""Laws of what a projection adds up to, whatever the scenario."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.estimation import estimate_scenario
from costplan.engine.periods import periods_of, years_of
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import LifecycleRule, LogBucket
from costplan.model.scenario import Account, Scenario
from costplan.model.volumes import FileStatistics, Volumes
from tests.build import (
    EXACT,
    IRELAND,
    PROD,
    TEST,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    object_row,
    on_objects,
)
from tests.engine.test_laws import PRICES, amounts, scenarios

D = Decimal
TIERED = make_prices(
    make_price(Meter.DATA, 100_000, ("0.10", "1000000"), ("0.05", "50000000"), ("0.01", None)),
    make_price(Meter.MANAGEMENT_ADDITIONAL_COPY, 100_000, ("2.00", "5000000"), ("1.00", None)),
    make_price(Meter.S3_STORAGE_STANDARD, 1, ("0.03", "1"), ("0.02", None)),
    make_price(Meter.S3_STORAGE_GLACIER_FLEXIBLE, 1, ("0.004", None)),
    make_price(Meter.S3_TRANSITION_GLACIER_FLEXIBLE, 1000, ("0.03", None)),
)
RULES = st.sampled_from(
    [
        (),
        (LifecycleRule(expiration_days=30),),
        (LifecycleRule(transition_days=10, storage_class="GLACIER"), LifecycleRule(expiration_days=200)),
    ]
)
FILES = FileStatistics(PROD, IRELAND, "CloudTrail", 8760, 10**9, 10**6, 8760, 8760, D(100), D(900))


@st.composite
def projections(draw: st.DrawFn) -> Scenario:
    """A scenario of some months, its recorders switched on and off."""
    scenario = draw(scenarios())
    recorders = tuple(
        replace(recorder, starts_in_month=draw(st.integers(1, 3)), stops_in_month=draw(st.sampled_from([None, 5])))
        for recorder in scenario.recorders
    )
    starts = st.sampled_from([None, date(2027, 1, 1), date(2027, 6, 1)])
    settings = replace(scenario.settings, months=draw(st.sampled_from([3, 14])), start=draw(starts))
    return replace(scenario, recorders=recorders, settings=settings)


@given(projections())
def test_charges_add_up_to_months_months_to_years_and_years_to_the_whole(scenario: Scenario) -> None:
    result = estimate_scenario(scenario, PRICES)
    with localcontext(EXACT):
        for month in result.months:
            assert month.list_cost.point == sum(c.list_cost.point for c in month.charges)
            assert month.net_cost.point == sum(c.net_cost.point for c in month.charges)
        *_, whole = periods_of(result)
        years = years_of(result)
        assert [month for year in years for month in year.months] == list(result.months) == list(whole.months)
        assert sum(len(year.months) for year in years) == scenario.settings.months
        assert whole.list_cost == total(year.list_cost for year in years) == total(m.list_cost for m in result.months)
        assert whole.net_cost == total(year.net_cost for year in years)
        assert whole.list_cost.low <= whole.list_cost.point <= whole.list_cost.high


@pytest.mark.parametrize(
    ("start", "names"),
    [
        (None, {"year 1": 12, "year 2": 12, "year 3": 2}),
        (date(2027, 1, 1), {"2027": 12, "2028": 12, "2029": 2}),
        (date(2027, 11, 1), {"2027": 2, "2028": 12, "2029": 12}),
    ],
)
def test_years_have_twelve_months_or_are_those_of_the_calendar(start: date | None, names: dict[str, int]) -> None:
    result = estimate_scenario(make_scenario(make_trail(), rows=(make_row(1),), months=26, start=start), PRICES)
    assert {year.name: len(year.months) for year in years_of(result)} == names
    assert [period.name for period in periods_of(result)] == [*names, "26 months"]


def of_fixed_sizes(rules: tuple[LifecycleRule, ...], events: Decimal, discount: Decimal) -> Estimate:
    """Two trails of management events, one of data events; files have the sizes that were measured."""
    bucket = LogBucket(lifecycle=rules)
    data = make_trail("c", bucket=bucket, selectors=(on_objects(),))
    rows = (make_row(Quantity.exact(events)), object_row(Quantity.exact(2 * events)))
    volumes = (Volumes(rows, covers_all=True, files=(FILES,)),)
    discounts = {"cloudtrail": discount, "s3": D("0.1")}
    trails = (make_trail("a", bucket=bucket), make_trail("b"), data)
    return estimate_scenario(make_scenario(*trails, volumes=volumes, months=9, discounts=discounts), TIERED)


@given(RULES, amounts, amounts, st.sampled_from([D(0), D("0.07"), D(1)]))
def test_a_month_never_costs_less_when_more_happens(
    rules: tuple[LifecycleRule, ...], events: Decimal, more: Decimal, discount: Decimal
) -> None:
    with localcontext(EXACT):
        few, many = of_fixed_sizes(rules, events, discount), of_fixed_sizes(rules, events + more, discount)
    for before, after in zip(few.months, many.months, strict=True):
        assert before.list_cost.point <= after.list_cost.point
        assert before.net_cost.point <= after.net_cost.point


@given(st.integers(1, 3650), st.integers(1, 10**6))
def test_the_steady_state_of_one_expiry_rule_is_what_arrives_in_its_days(days: int, events: int) -> None:
    """Bytes a month × days ÷ (730 ÷ 24) are there at any time: written without the program's ages."""
    files = (FileStatistics(PROD, IRELAND, "CloudTrail", 8760, 10**9, 10**6, 8760, 8760, D(0), D(1000)),)
    volumes = (Volumes((make_row(events),), covers_all=True, files=files),)
    trail = make_trail(bucket=LogBucket(lifecycle=(LifecycleRule(expiration_days=days),)))
    steady = estimate_scenario(make_scenario(trail, volumes=volumes), make_prices()).steady
    assert steady is not None
    (stored,) = (c.quantity.point for c in steady.charges if c.usage.meter is Meter.S3_STORAGE_STANDARD)
    # A file has 1,000 bytes for each of its events and none for itself.
    gib_a_month = events * 1000 / 2**30
    assert float(stored) == pytest.approx(gib_a_month * days * 24 / 730, rel=1e-6)
    # A bucket is as full as it gets once it has been filling for so many days when a month begins.
    assert (steady.month - 1) * 730 >= days * 24 > (steady.month - 2) * 730


def split(scenario: Scenario, account: str | None, prices: PriceList) -> list[dict[Meter, Decimal]]:
    """Cost by meter of each month, of one account alone or of both."""
    (volumes,) = scenario.volumes
    rows = tuple(row for row in volumes.rows if account in (None, row.key.account))
    mine = tuple(recorder for recorder in scenario.recorders if account in (None, recorder.account))
    alone = replace(scenario, recorders=mine, volumes=(replace(volumes, rows=rows),))
    found = []
    with localcontext(EXACT):
        for month in estimate_scenario(alone, prices).months:
            costs: dict[Meter, Decimal] = {}
            for charge in month.charges:
                meter = charge.usage.meter
                costs[meter] = costs.get(meter, D(0)) + charge.list_cost.point
            found.append(costs)
    return found


@given(scenarios(organization=False))
def test_disjoint_accounts_add_up_on_flat_meters_and_pool_on_tiered_ones(scenario: Scenario) -> None:
    """Tiers get cheaper as they go, so together nobody pays more than apart."""
    tiered = {Meter(p.meter) for book in TIERED.books.values() for p in book.prices.values() if len(p.tiers) > 1}
    parts = [split(scenario, account, TIERED) for account in (PROD, TEST, None)]
    with localcontext(EXACT):
        for one, other, both in zip(*parts, strict=True):
            for meter in both:
                apart = one.get(meter, D(0)) + other.get(meter, D(0))
                assert both[meter] <= apart if meter in tiered else both[meter] == apart


@given(scenarios(organization=False))
def test_accounts_in_groups_of_their_own_add_up_on_every_meter(scenario: Scenario) -> None:
    grouped = replace(scenario, accounts={PROD: Account(billing_group="a"), TEST: Account(billing_group="b")})
    parts = [split(grouped, account, TIERED) for account in (PROD, TEST, None)]
    with localcontext(EXACT):
        for one, other, both in zip(*parts, strict=True):
            assert both == {meter: one.get(meter, D(0)) + other.get(meter, D(0)) for meter in both}
