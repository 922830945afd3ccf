"""What each difference between two scenarios costs: in order, alone, and what comes of their meeting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from costplan.engine.changes.charges import charge_changes
from costplan.engine.changes.edits import PRICES, Edits
from costplan.engine.changes.groups import Group, grouped
from costplan.engine.changes.moved_events import moved_events, moved_own_events, rank
from costplan.engine.changes.selection import selecting_otherwise
from costplan.engine.comparison import compare, net_cost_of
from costplan.engine.estimation import MonthState, estimate_last_month, state_of_month
from costplan.engine.own_events import Measured, OwnRecorded, without_own_events
from costplan.engine.scope import Landscape, copy_order, landscape_of
from costplan.engine.traffic import growth_factor
from costplan.model.billing import UnknownUsage, UnpricedUsage
from costplan.model.changes import CostDifference, Diff, EventsMoved, PricedChange
from costplan.model.estimate import MonthEstimate
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.prices import PriceList
from costplan.model.recorders import Recorder
from costplan.model.scenario import PricedScenario, Scenario, Settings
from costplan.model.volumes import Volumes

_T = TypeVar("_T", UnknownUsage, UnpricedUsage)


def diff_scenarios(before: PricedScenario, after: PricedScenario, old_prices: PriceList | None = None) -> Diff:
    """Return what *after* costs more than *before* in its last month, and which difference adds how much of it.

    Both are compared over the months of *after*, at the prices of one day.  Every state between the two is projected
    and rated like any scenario; nothing is apportioned.

    before.prices: of that day too, with the user's own prices of before.
    old_prices: those of an earlier day, from which *before* starts; what they alone change is told apart.
    """
    with exact_arithmetic():
        return _diff(before, after, old_prices)


def _diff(before: PricedScenario, after: PricedScenario, old_prices: PriceList | None) -> Diff:
    first = replace(before.scenario, settings=_of_one_time(before.scenario, after.scenario))
    edits = Edits(first, after.scenario)
    measurements = _Measurements()
    start, first_state = estimate_last_month(edits.before, before.prices, measurements.of(edits.before.volumes))
    end, last_state = estimate_last_month(edits.after, after.prices, measurements.of(after.scenario.volumes))
    at_new_prices = start.last
    known = {
        frozenset[int](): first_state,
        frozenset(range(len(edits.edits))): last_state,
    }
    pricer = _Pricer(edits, known, measurements, before.prices, after.prices)
    if old_prices is not None:
        settings = replace(edits.before.settings, as_of=old_prices.on)
        of_then = replace(edits.before, settings=settings)
        start, _ = estimate_last_month(of_then, old_prices, measurements.of(of_then.volumes))
    causes = pricer.causes()
    otherwise = selecting_otherwise(edits.before, edits.after)
    beyond = compare(end.last, at_new_prices).point - sum((cause.alone.point for cause in causes), ZERO)
    return Diff(
        before=start,
        after=end,
        cost=compare(end.last, start.last, otherwise=otherwise),
        net=compare(end.last, start.last, net_cost_of, otherwise),
        causes=causes,
        together=CostDifference(beyond, beyond, beyond),
        prices=compare(at_new_prices, start.last, otherwise=()) if old_prices else None,
        charges=charge_changes(start.last, end.last, otherwise),
        renamed=edits.renamed,
    )


def _of_one_time(before: Scenario, after: Scenario) -> Settings:
    return replace(
        before.settings, months=after.settings.months, start=after.settings.start, as_of=after.settings.as_of
    )


class _Measurements:
    """Volumes without the trails' own events, worked out once for all states that have them."""

    def __init__(self) -> None:
        # By identity: what is compared is mostly of one object, and its rows are many.
        self._known: dict[int, tuple[tuple[Volumes, ...], Measured]] = {}

    def of(self, volumes: tuple[Volumes, ...]) -> Measured:
        if id(volumes) not in self._known:
            self._known[id(volumes)] = (volumes, without_own_events(volumes))
        return self._known[id(volumes)][1]


class _Pricer:
    """Prices the states between two scenarios, each once."""

    def __init__(
        self,
        edits: Edits,
        known: Mapping[frozenset[int], MonthState],
        measurements: _Measurements,
        before: PriceList,
        after: PriceList,
    ) -> None:
        self._edits, self._measurements = edits, measurements
        self._before, self._after = before, after
        # What has been estimated is not projected again.
        self._known = known
        self._month = edits.after.settings.months
        self._states: dict[frozenset[int], _State] = {}

    def causes(self) -> tuple[PricedChange, ...]:
        found = []
        done: tuple[int, ...] = ()
        for group in grouped(self._edits.edits):
            found.append(self._cause(group, done))
            done = (*done, *group.positions)
        return tuple(found)

    def state(self, applied: Iterable[int]) -> "_State":
        chosen = frozenset(applied)
        if chosen not in self._states:
            scenario, recorders = self._edits.between(chosen)
            has_new_prices = any(self._edits.edits[n].change.attribute == PRICES for n in chosen)
            prices = self._after if has_new_prices or not self._own_prices_change else self._before
            measured = self._measurements.of(scenario.volumes)
            done = self._known.get(chosen) or state_of_month(scenario, prices, self._month, measured)
            landscape = landscape_of(scenario, prices.regions)
            self._states[chosen] = _State(scenario, recorders, landscape, measured, done)
        return self._states[chosen]

    @property
    def _own_prices_change(self) -> bool:
        return any(edit.change.attribute == PRICES for edit in self._edits.edits)

    def _cause(self, group: Group, done: tuple[int, ...]) -> PricedChange:
        earlier, now = self.state(done), self.state((*done, *group.positions))
        nothing, alone = self.state(()), self.state(group.positions)
        recorded, dropped = self._moved(group, earlier, now)
        in_order = _difference(now, earlier)
        return PricedChange(
            group.change,
            in_order,
            # Before the first change nothing is done: it is alone.
            _difference(alone, nothing) if done else in_order,
            recorded,
            dropped,
            unknown=_only_in(now.done.unknown, earlier.done.unknown),
            unpriced=_only_in(now.done.unpriced, earlier.done.unpriced),
            settled=(
                *_only_in(earlier.done.unknown, now.done.unknown),
                *_only_in(earlier.done.unpriced, now.done.unpriced),
            ),
        )

    def _moved(
        self, group: Group, earlier: "_State", now: "_State"
    ) -> tuple[tuple[EventsMoved, ...], tuple[EventsMoved, ...]]:
        """Return what moves by changes of recorders; by one of the whole scenario, what does at each recorder."""
        if earlier.measured is not now.measured:
            # Other volumes are other events: none of them moved.
            return (), ()
        pairs = {self._edits.edits[position].pair for position in group.positions}
        numbers = range(len(self._edits.pairs)) if None in pairs else sorted(n for n in pairs if n is not None)
        recorded: list[EventsMoved] = []
        dropped: list[EventsMoved] = []
        growth = growth_factor(now.scenario.settings, self._month)
        for number in numbers:
            was, is_now = ((state.recorders[number], state.landscape) for state in (earlier, now))
            label = self._edits.labels[number]
            more, fewer = moved_events(label, was, is_now, now.measured, self._month, growth)
            recorded += more
            dropped += fewer
        # A trail's deliveries may be events of any recorder.
        more, fewer = moved_own_events(*(self._own(state) for state in (earlier, now)))
        return tuple(sorted((*recorded, *more), key=rank)), tuple(sorted((*dropped, *fewer), key=rank))

    def _own(self, state: "_State") -> list[tuple[str, OwnRecorded]]:
        """Return what recorders record of the events that the scenario's trails cause, each with its label."""
        pairs = {id(recorder): n for n, recorder in enumerate(state.recorders) if recorder is not None}
        labels = [self._edits.labels[pairs[id(recorder)]] for recorder in copy_order(state.scenario.recorders)]
        return [(labels[one.ordinal], one) for one in state.done.own]


def _difference(now: "_State", earlier: "_State") -> CostDifference:
    otherwise = selecting_otherwise(earlier.scenario, now.scenario)
    return compare(now.month, earlier.month, otherwise=otherwise)


@dataclass(frozen=True, slots=True)
class _State:
    """A scenario between before and after, and its month."""

    scenario: Scenario
    recorders: tuple[Recorder | None, ...]
    landscape: Landscape
    measured: Measured
    done: MonthState

    @property
    def month(self) -> MonthEstimate:
        """The charges of the month."""
        return self.done.month


def _only_in(some: Sequence[_T], others: Sequence[_T]) -> tuple[_T, ...]:
    """Return what is unknown in one state only; how much of it there is does not make it another."""
    known = {other.identity for other in others}
    return tuple(one for one in some if one.identity not in known)
