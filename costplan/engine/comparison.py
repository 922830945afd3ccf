"""Differences between scenarios: formed charge by charge and replicate by replicate before anything is banded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from costplan.engine.uncertainty import half_width
from costplan.model.billing import Charge, Meter
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


_OF_EVENTS = frozenset(
    {
        Meter.MANAGEMENT_FIRST_COPY,
        Meter.MANAGEMENT_ADDITIONAL_COPY,
        Meter.DATA,
        Meter.NETWORK_ACTIVITY,
        Meter.INSIGHTS_MANAGEMENT,
        Meter.INSIGHTS_DATA,
        Meter.DATA_AGGREGATION,
        Meter.LAKE_INGESTION_ONE_YEAR,
        Meter.LAKE_INGESTION_SEVEN_YEAR,
        Meter.DIRECT_DELIVERY,
    }
)
"""The meters whose bands say that nobody knows which events a recorder records."""


def compare(
    month: MonthEstimate,
    first: MonthEstimate,
    cost_of: Callable[[Charge], Quantity] = list_cost_of,
    otherwise: Collection[str] | None = None,
) -> CostDifference:
    """Return how much more *month* costs than *first*.

    Of one sample, replicates pair: what chance did to both alike cancels.  Of different samples, variances add.

    otherwise: the labels of recorders that choose their events in another way in the two months
    (``selecting_otherwise``); ``None``: nobody knows.  What cannot be decided is the same on both sides as long as
    nothing chooses otherwise: how many files a trail delivers is as many before as after, so both are at the same end
    of their bands.  Which events two other selectors record has nothing to do with each other: then either may be at
    either end.
    """
    mine, others = (_by_charge(each.charges, cost_of) for each in (month, first))
    undecided = _undecided(month) | _undecided(first)
    point = low = high = ZERO
    moved: tuple[Replicates, ...] = ()
    for key in sorted(mine.keys() | others.keys()):
        cost, other = mine.get(key, NOTHING), others.get(key, NOTHING)
        recorder = key[2]
        is_chosen_anew = otherwise is not None and recorder in otherwise and recorder in undecided
        # What is the same in both must cancel, not leave the rounding of two sums behind.
        if cost == other and not is_chosen_anew:
            continue
        difference = cost.point - other.point
        ends = (cost.low - other.low, cost.high - other.high)
        if otherwise is None or (otherwise and recorder in undecided):
            ends = (cost.low - other.high, cost.high - other.low)
        point += difference
        low += min(difference, *ends)
        high += max(difference, *ends)
        moved = pair_replicates(moved, replicates_of_difference(cost.replicates, other.replicates))
    return CostDifference(point, low, high, half_width(moved))


def _undecided(month: MonthEstimate) -> frozenset[str]:
    """Return the recorders of which nobody knows which events they record."""
    usages = (charge.usage for charge in month.charges)
    return frozenset(usage.recorder for usage in usages if usage.meter in _OF_EVENTS and usage.quantity.has_band)


def _by_charge(
    charges: Iterable[Charge], cost_of: Callable[[Charge], Quantity]
) -> dict[tuple[str, int, str], Quantity]:
    """Return costs by what is charged, in which tier, and of whom."""
    costs: dict[tuple[str, int, str], Quantity] = defaultdict(lambda: NOTHING)
    for charge in charges:
        costs[charge.id, charge.tier, charge.usage.recorder] += cost_of(charge)
    return dict(costs)
