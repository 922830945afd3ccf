"""What a part of a scenario's last month surely and possibly costs after discounts, or costs more than before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from costplan.engine.changes.selection import selecting_otherwise
from costplan.engine.comparison import compare, net_cost_of
from costplan.engine.rating import discount_on, first_tier_cost
from costplan.engine.scope import Place, by_label
from costplan.engine.uncertainty import half_width, interval
from costplan.model.billing import Charge, Meter, UnknownUsage, UnpricedUsage
from costplan.model.changes import Diff
from costplan.model.estimate import OTHER_TRAILS, Estimate, MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.policy import Subject
from costplan.model.prices import PriceList
from costplan.model.problems import Location
from costplan.model.quantity import NOTHING, Quantity, replicates_of_difference, total
from costplan.model.recorders import Recorder

Unsettled = UnknownUsage | UnpricedUsage
_FURTHER = Meter.MANAGEMENT_ADDITIONAL_COPY
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Checked:
    """A scenario that is checked.

    prices: those of the estimate; own: where the recorders stand that are its own, not of an estate.
    diff: against what was before, priced with *old_prices*, whose recorders have the names of now; ``None`` where
    nothing says what was before.
    """

    estimate: Estimate
    prices: PriceList
    own: frozenset[Location | None] = frozenset()
    diff: Diff | None = None
    old_prices: PriceList | None = None

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.estimate.name

    @property
    def labels(self) -> Mapping[str, Recorder]:
        """The recorders by the labels that charges are identified by."""
        return by_label(self.estimate.scenario.recorders)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an amount surely and possibly is.

    hangs: the part of *high* that is paid only if a trail that nobody shows records the same management events (R80).
    raising, lowering: what may make it more, or less, and nobody measured, or has no price.
    """

    low: Decimal
    high: Decimal
    hangs: Decimal = ZERO
    raising: tuple[Unsettled, ...] = field(default=(), compare=False)
    lowering: tuple[Unsettled, ...] = field(default=(), compare=False)

    @property
    def negative(self) -> "Bounds":
        """The same amount with the other sign."""
        return Bounds(-self.high, -self.low, self.hangs, self.lowering, self.raising)

    @property
    def unsettled(self) -> tuple[Unsettled, ...]:
        """Everything that has an unknown part in it, each once."""
        return (*self.raising, *(one for one in self.lowering if one not in self.raising))

    @property
    def is_certain(self) -> bool:
        """Whether both ends are one."""
        return self.low == self.high


def month_cost(estimate: Estimate, prices: PriceList, of: Subject) -> Bounds:
    """Return what the last month costs; with what no trail of an unknown estate could add."""
    charges = _charges(estimate, of)
    cost = MonthEstimate(estimate.last.month, charges).net_cost
    low, surely = interval(cost)
    # Of one sample: what chance did to the events, it did to their copies too.
    _, high = interval(total([cost, *_possible_copies(estimate, prices, of).values()]))
    return Bounds(low, high, high - surely, tuple(unsettled_of(estimate, of)))


def cost_before(checked: Checked, diff: Diff, of: Subject) -> Bounds:
    """Return what the last month cost before."""
    return month_cost(diff.before, checked.old_prices or checked.prices, of)


def increase(checked: Checked, diff: Diff, of: Subject) -> Bounds:
    """Return how much more the last month costs than before, charge by charge; below zero where it costs less.

    A trail that nobody shows is there before and after: it makes dearer what is recorded more, place by place.
    """
    before = diff.before
    month = diff.after.last.month
    first, last = (MonthEstimate(month, _charges(one, of)) for one in (before, diff.after))
    otherwise = selecting_otherwise(before.scenario, diff.after.scenario)
    difference = compare(last, first, net_cost_of, otherwise)
    low, high = difference.ends or (difference.point, difference.point)
    more, fewer = _moved_copies(
        _possible_copies(diff.after, checked.prices, of),
        _possible_copies(before, checked.old_prices or checked.prices, of),
        has_same_events=not otherwise,
    )
    raising, lowering = _unsettled_by(diff, before, of)
    return Bounds(low - fewer, high + more, more + fewer, raising, lowering)


def unsettled_of(estimate: Estimate, of: Subject) -> Iterator[Unsettled]:
    """Yield what nobody measured, or has no price, of a part of a scenario."""
    for unknown in estimate.unknown:
        if (
            of.account in (None, *unknown.accounts)
            and of.recorder in (None, unknown.recorder)
            and of.meter in (None, unknown.meter.value)
        ):
            yield unknown
    for unpriced in estimate.unpriced:
        usage = unpriced.usage
        if _is_of(of, usage.account, usage.recorder, usage.meter):
            yield unpriced


def is_of_scenario(checked: Checked, of: Subject) -> bool:
    """Whether a scenario, or what was before it, has the part that a limit is about."""
    sides = [checked.estimate, *([checked.diff.before] if checked.diff else [])]
    accounts = {place for side in sides for volumes in side.scenario.volumes for place, _ in volumes.places}
    accounts |= {account for side in sides for account in side.scenario.accounts}
    accounts |= {charge.usage.account for side in sides for charge in side.last.charges}
    return (of.account is None or of.account in accounts) and (
        of.recorder is None or any(of.recorder in _known_recorders(side) for side in sides)
    )


def _known_recorders(estimate: Estimate) -> set[str]:
    return {*by_label(estimate.scenario.recorders), *(charge.usage.recorder for charge in estimate.last.charges)}


def _charges(estimate: Estimate, of: Subject) -> tuple[Charge, ...]:
    return tuple(
        charge
        for charge in estimate.last.charges
        if _is_of(of, charge.usage.account, charge.usage.recorder, charge.usage.meter)
    )


def _is_of(of: Subject, account: str, recorder: str, meter: Meter) -> bool:
    return of.account in (None, account) and of.recorder in (None, recorder) and of.meter in (None, meter.value)


Copies = Mapping[Place, Quantity]
"""By account and Region: what further copies of the management events recorded there would cost."""


def _possible_copies(estimate: Estimate, prices: PriceList, of: Subject) -> Copies:
    """Return what further copies cost if a trail that nobody shows has the free ones; none where the estate is known.

    Whether it is known, the estimate says among its assumptions.
    """
    if not any(assumed.rule == OTHER_TRAILS for assumed in estimate.assumptions):
        return {}
    then = prices.in_month(estimate.last.month)
    paid = 1 - discount_on(_FURTHER, estimate.scenario.discounts)
    usages = [(charge.usage, charge.quantity) for charge in estimate.last.charges]
    usages += [(unpriced.usage, unpriced.usage.quantity) for unpriced in estimate.unpriced]
    found: dict[Place, Quantity] = defaultdict(lambda: NOTHING)
    for usage, quantity in usages:
        if usage.meter is Meter.MANAGEMENT_FIRST_COPY and _is_of(of, usage.account, usage.recorder, _FURTHER):
            each = first_tier_cost(_ONE, _FURTHER, usage.region, then) * paid
            found[usage.account, usage.region] += quantity * each
    return found


def _moved_copies(after: Copies, before: Copies, *, has_same_events: bool) -> tuple[Decimal, Decimal]:
    """Return what more and what fewer management events add and save if another trail has their free copies.

    has_same_events: nothing chooses its events in another way, so what cannot be decided is at one end on both sides.
    """
    more = fewer = ZERO
    for place in after.keys() | before.keys():
        now, then = after.get(place, NOTHING), before.get(place, NOTHING)
        ends = [now.low - then.low, now.high - then.high]
        if not has_same_events:
            ends += [now.low - then.high, now.high - then.low]
        reach = half_width(replicates_of_difference(now.replicates, then.replicates))
        more += max(ZERO, max(ends) + reach)
        fewer += max(ZERO, reach - min(ends))
    return more, fewer


def _unsettled_by(diff: Diff, before: Estimate, of: Subject) -> tuple[tuple[Unsettled, ...], tuple[Unsettled, ...]]:
    """Return what may make a difference more, and what less: what one side alone does not know, or a changed recorder.

    What is unknown in the same recorder before and after is the same amount.
    """
    changed = {label for cause in diff.causes for label in cause.change.labels}
    is_other_scenario = any(not cause.change.labels for cause in diff.causes)
    then, now = ({one.identity: one for one in unsettled_of(side, of)} for side in (before, diff.after))
    of_changed = {key for key in then.keys() & now.keys() if is_other_scenario or recorder_of(now[key]) in changed}
    return (
        tuple(one for key, one in now.items() if key not in then or key in of_changed),
        tuple(one for key, one in then.items() if key not in now or key in of_changed),
    )


def recorder_of(unsettled: Unsettled) -> str:
    """Return the label of the recorder that something unsettled is about."""
    return unsettled.recorder if isinstance(unsettled, UnknownUsage) else unsettled.usage.recorder
