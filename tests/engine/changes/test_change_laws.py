"""Laws of the difference between two scenarios, whatever they are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from costplan.engine.changes.edits import Edits
from costplan.engine.changes.pricing import diff_scenarios
from costplan.engine.estimation import estimate_last_month, estimate_scenario
from costplan.model.changes import Diff
from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder
from costplan.model.scenario import PricedScenario, Scenario
from costplan.model.selection import advanced_form
from tests.build import EXACT
from tests.engine.test_laws import PRICES, recorders, scenarios, settings

D = Decimal


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    with localcontext(EXACT):
        yield


def difference(before: Scenario, after: Scenario) -> Diff:
    return diff_scenarios(PricedScenario(before, PRICES), PricedScenario(after, PRICES))


@st.composite
def changes(draw: st.DrawFn) -> tuple[Scenario, Scenario]:
    """Two scenarios of the same events, whose recorders are partly the same."""
    before = draw(scenarios())
    others = list(draw(recorders()))
    kept = [one for one in before.recorders if draw(st.booleans())]
    names = {one.name for one in kept}
    after = [*kept, *(one for one in others if one.name not in names)]
    order = draw(st.permutations(range(len(after))))
    mine = draw(st.sampled_from([before.settings, draw(settings)]))
    return before, replace(before, recorders=tuple(after[n] for n in order), settings=mine)


@given(scenarios())
def test_nothing_differs_from_itself(scenario: Scenario) -> None:
    found = difference(scenario, scenario)
    assert found.is_empty
    assert found.cost.point == found.together.point == 0
    assert not found.renamed


@given(changes())
def test_causes_add_up_to_the_difference_of_two_estimates(pair: tuple[Scenario, Scenario]) -> None:
    before, after = pair
    found = difference(before, after)
    months = replace(before, settings=replace(before.settings, months=after.settings.months))
    whole = (
        estimate_scenario(after, PRICES).last.list_cost.point - estimate_scenario(months, PRICES).last.list_cost.point
    )
    assert found.cost.point == whole
    assert sum((cause.in_order.point for cause in found.causes), ZERO) == whole
    assert sum((cause.alone.point for cause in found.causes), found.together.point) == whole
    assert sum((charge.cost.point for charge in found.charges), ZERO) == whole


@given(changes())
def test_the_way_back_costs_the_opposite(pair: tuple[Scenario, Scenario]) -> None:
    before, after = pair
    assume(before.settings.months == after.settings.months)
    there, back = difference(before, after), difference(after, before)
    assert there.cost.point == -back.cost.point
    # Which of two copies that may be there is the first hangs on the order of the file: that of the second side.
    common = [one.name for one in before.recorders if any(one.name == other.name for other in after.recorders)]
    if common == [one.name for one in after.recorders if one.name in common]:
        assert (there.cost.low, there.cost.high) == (-back.cost.high, -back.cost.low)


@given(changes())
def test_all_edits_make_after_of_before_and_none_leaves_it(pair: tuple[Scenario, Scenario]) -> None:
    before, after = pair
    edits = Edits(before, after)
    done, by_pair = edits.between(range(len(edits.edits)))
    assert Counter(map(content, done.recorders)) == Counter(map(content, after.recorders))
    assert [one is not None for one in by_pair] == [pair.after is not None for pair in edits.pairs]
    kept, _ = edits.between(())
    assert sorted(map(nameless, kept.recorders)) == sorted(map(nameless, before.recorders))
    assert replace(done, recorders=(), settings=after.settings) == replace(after, recorders=())


def content(recorder: Recorder) -> object:
    insights = frozenset(recorder.insights)
    return replace(recorder, insights=()), insights


def nameless(recorder: Recorder) -> str:
    return repr(replace(recorder, name="", where=None))


@given(changes())
def test_moved_events_account_for_what_each_recorder_records(pair: tuple[Scenario, Scenario]) -> None:
    """Where the same events happen, what a recorder records more is what moved, by hand: a sum over all causes."""
    before, after = pair
    after = replace(after, settings=before.settings)
    found = difference(before, after)
    growth = before.settings.busy_factor * (1 + before.settings.growth_per_month) ** (before.settings.months - 1)
    moved: Counter[tuple[str, str]] = Counter()
    for cause in found.causes:
        for each in cause.recorded:
            moved[each.recorder, each.category] += each.quantity.point  # type: ignore[assignment]
        for each in cause.dropped:
            moved[each.recorder, each.category] -= each.quantity.point  # type: ignore[assignment]
    records: Counter[tuple[str, str]] = Counter()
    for sign, scenario in ((1, found.after.scenario), (-1, found.before.scenario)):
        first = estimate_scenario(scenario, PRICES).events.by_recorder
        for one in first:
            for category, quantity in one.recorded.items():
                records[one.recorder, category] += sign * quantity.point  # type: ignore[assignment]
    # The summary is of month 1, before growth but busy; differences of two copies of one row cancel.
    scale = growth / before.settings.busy_factor
    for key in moved.keys() | records.keys():
        assert abs(moved[key] - records[key] * scale) <= Decimal("0.01"), key


@given(scenarios(), st.randoms(use_true_random=False))
def test_another_order_of_selectors_and_values_or_another_name_is_no_change(scenario: Scenario, random: object) -> None:
    def shuffled(recorder: Recorder, number: int) -> Recorder:
        selectors = list(advanced_form(recorder))
        random.shuffle(selectors)  # type: ignore[attr-defined]
        mixed = tuple(
            replace(one, name="", fields=tuple(replace(f, equals=f.equals[::-1]) for f in one.fields[::-1]))
            for one in selectors
        )
        return replace(recorder, selectors=mixed, name=f"renamed {number}")

    names = Counter(map(nameless, scenario.recorders))
    assume(all(times == 1 for times in names.values()))
    other = replace(scenario, recorders=tuple(shuffled(one, n) for n, one in enumerate(scenario.recorders)))
    same = replace(other, recorders=tuple(replace(o, name=f"old {n}") for n, o in enumerate(other.recorders)))
    found = difference(same, other)
    assert found.is_empty
    assert {(each.before, each.after) for each in found.renamed} == {
        (f"old {n}", f"renamed {n}") for n in range(len(scenario.recorders))
    }
    # By its name a recorder is known even if its selectors stand in another form.
    named = replace(
        other,
        recorders=tuple(replace(o, name=s.name) for o, s in zip(other.recorders, scenario.recorders, strict=True)),
    )
    assert not difference(scenario, named).causes


@given(changes(), st.randoms(use_true_random=False))
def test_whatever_the_measured_counts_turn_out_to_be_the_difference_was_in_its_band(
    pair: tuple[Scenario, Scenario], random: object
) -> None:
    before, after = pair
    found = difference(before, after)
    (volumes,) = before.volumes

    def settled(quantity: Quantity) -> Quantity:
        share = D(random.randint(0, 4)) / 4  # type: ignore[attr-defined]
        return Quantity.exact(quantity.low + (quantity.high - quantity.low) * share)

    rows = tuple(replace(row, per_month=settled(row.per_month)) for row in volumes.rows)
    known = (replace(volumes, rows=rows),)
    exact = difference(replace(before, volumes=known), replace(after, volumes=known)).cost
    # What is fitted through tiers is exact at the ends, and between them to a hundredth of a cent.
    near = D("0.0001")
    assert found.cost.low - near <= exact.low <= exact.high <= found.cost.high + near


@given(scenarios())
def test_the_last_month_alone_is_that_of_the_whole_estimate(scenario: Scenario) -> None:
    declared = tuple(replace(recorder, is_declared=True) for recorder in scenario.recorders)
    scenario = replace(scenario, recorders=declared)
    whole, (last, _) = estimate_scenario(scenario, PRICES), estimate_last_month(scenario, PRICES)
    assert last.last == whole.last
    assert last.unknown == whole.unknown
    assert {one.usage.id for one in last.unpriced} <= {one.usage.id for one in whole.unpriced}
    assert whole.if_another_trail == last.if_another_trail
    assert set(last.assumptions) <= set(whole.assumptions)
