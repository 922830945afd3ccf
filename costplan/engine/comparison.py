"""Differences between scenarios: formed charge by charge and replicate by replicate before anything is banded."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from costplan.engine.uncertainty import half_width
from costplan.model.billing import Charge
from costplan.model.estimate import MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.quantity import NOTHING, Quantity, Replicates, pair_replicates, replicates_of_difference


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more one month costs than another; below zero where it costs less.

    point: the difference of the points.
    low, high: its band; charges that are the same in both have no part in it.
    half_width: how far the interval reaches beyond either end of the band; zero where nothing was sampled.
    """

    point: Decimal
    low: Decimal
    high: Decimal
    half_width: Decimal = ZERO

    @property
    def has_band(self) -> bool:
        """Whether something about the difference could not be decided."""
        return self.low != self.high

    @property
    def ends(self) -> tuple[Decimal, Decimal] | None:
        """The ends of the band, widened by what chance did; nothing for a difference that is certain."""
        if not self.has_band and not self.half_width:
            return None
        return self.low - self.half_width, self.high + self.half_width


def list_cost_of(charge: Charge) -> Quantity:
    """Return what a charge costs before discounts."""
    return charge.list_cost


def net_cost_of(charge: Charge) -> Quantity:
    """Return what a charge costs after discounts."""
    return charge.net_cost


def compare(
    month: MonthEstimate, first: MonthEstimate, cost_of: Callable[[Charge], Quantity] = list_cost_of
) -> Difference:
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
    return Difference(point, low, high, half_width(moved))


def _by_charge(charges: Iterable[Charge], cost_of: Callable[[Charge], Quantity]) -> dict[tuple[str, int], Quantity]:
    """Return costs by what is charged and in which tier."""
    costs: dict[tuple[str, int], Quantity] = defaultdict(lambda: NOTHING)
    for charge in charges:
        costs[charge.id, charge.tier] += cost_of(charge)
    return dict(costs)
