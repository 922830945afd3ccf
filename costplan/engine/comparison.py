"""Differences between scenarios: formed charge by charge and replicate by replicate before anything is banded."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from costplan.engine.uncertainty import half_width
from costplan.model.billing import Charge
from costplan.model.changes import CostDifference
from costplan.model.estimate import MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.quantity import NOTHING, Quantity, Replicates, pair_replicates, replicates_of_difference


def list_cost_of(charge: Charge) -> Quantity:
    """Return what a charge costs before discounts."""
    return charge.list_cost


def net_cost_of(charge: Charge) -> Quantity:
    """Return what a charge costs after discounts."""
    return charge.net_cost


def compare(
    month: MonthEstimate, first: MonthEstimate, cost_of: Callable[[Charge], Quantity] = list_cost_of
) -> CostDifference:
    """Return how much more *month* costs than *first*.

    Of one sample, replicates pair: what chance did to both alike cancels.  Of different samples, variances add.
    """
    mine, others = (_by_charge(each.charges, cost_of) for each in (month, first))
    point = low = high = ZERO
    moved: tuple[Replicates, ...] = ()
    for key in sorted(mine.keys() | others.keys()):
        cost, other = mine.get(key, NOTHING), others.get(key, NOTHING)
        # What is the same in both must cancel, not leave the rounding of two sums behind.
        if cost != other:
            point += cost.point - other.point
            low += cost.low - other.high
            high += cost.high - other.low
            moved = pair_replicates(moved, replicates_of_difference(cost.replicates, other.replicates))
    return CostDifference(point, low, high, half_width(moved))


def _by_charge(charges: Iterable[Charge], cost_of: Callable[[Charge], Quantity]) -> dict[tuple[str, int], Quantity]:
    """Return costs by what is charged and in which tier."""
    costs: dict[tuple[str, int], Quantity] = defaultdict(lambda: NOTHING)
    for charge in charges:
        costs[charge.id, charge.tier] += cost_of(charge)
    return dict(costs)
