"""At which volume a month reaches a limit, and at which volume one scenario becomes cheaper than another.

Costs are net costs: after the scenario's discounts, which is what is paid.  Volumes are scaled as a whole (the busy
factor of the scenario), or one meter alone.  Both are looked for by halving: a month's cost never falls when a volume
rises.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from costplan.engine.allowances import applied
from costplan.engine.estimation import costs_of_month
from costplan.engine.rating import rate
from costplan.model.billing import Meter, Service, Usage
from costplan.model.estimate import Estimate
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity
from costplan.model.scenario import Scenario

LARGEST_FACTOR = Decimal(1000)
"""Beyond a thousand times today's volumes nothing is looked for."""

_FIXED = frozenset({Meter.KMS_KEY, *(meter for meter in Meter if meter.service is Service.CONFIG)})
"""Meters that no volume of events moves."""

_SMALLEST_FACTOR = Decimal("0.0001")
_STEPS = 40
_FACTOR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class MeterAtLimit:
    """One meter that alone brings a month to its limit.

    now, then: units of the month, of all accounts and Regions; *then* is where the limit is reached.
    """

    meter: Meter
    unit: str
    now: Decimal
    then: Decimal


@dataclass(frozen=True, slots=True)
class Limit:
    """How far the last month of one scenario is from a limit.

    cost: of that month, after discounts.
    factor: of all volumes at which the limit is reached; ``None`` where that is beyond ``LARGEST_FACTOR``, 0 where even
    nothing that happens costs more.
    meters: those that could reach it alone, the nearest first.
    is_over: whether the limit is passed already; then *factor* is below 1, and *meters* says nothing.
    is_lower_bound: whether something is unknown, so that the limit is reached sooner.
    is_discounted: whether the scenario has discounts, so that its net cost is not its list cost.
    """

    name: str
    limit: Decimal
    cost: Quantity
    factor: Decimal | None
    meters: tuple[MeterAtLimit, ...]
    is_over: bool
    is_lower_bound: bool = False
    is_discounted: bool = False


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where the cheaper of two scenarios changes.

    factor: of all volumes; below it *below* is the cheaper one, above it *above*.
    is_discounted: whether one of the two has discounts.
    """

    first: str
    other: str
    factor: Decimal
    below: str
    above: str
    is_discounted: bool = False


def limit_of(estimate: Estimate, limit: Decimal, prices: PriceList) -> Limit:
    """Return how far the last month of *estimate* is from *limit*, in dollars after discounts."""
    with exact_arithmetic():
        cost = estimate.last.net_cost
        is_over = cost.point > limit
        cost_at = _costs(estimate.scenario, prices)
        factor = _crossing(lambda times: cost_at(times) - limit)
        meters = () if is_over else tuple(_meters(estimate, limit - cost.point, prices))
    is_discounted = bool(estimate.scenario.discounts)
    return Limit(estimate.name, limit, cost, factor, meters, is_over, estimate.is_lower_bound, is_discounted)


def break_evens(first: Estimate, prices: PriceList, other: Estimate, others: PriceList) -> Iterator[BreakEven]:
    """Yield where *other* becomes cheaper than *first*, or the other way round, as all volumes rise together.

    prices, others: those of each.
    """
    with exact_arithmetic():
        of_first, of_other = _costs(first.scenario, prices), _costs(other.scenario, others)

        def difference(times: Decimal) -> Decimal:
            return of_other(times) - of_first(times)

        for low, high in _changes(difference):
            factor = _halved(difference, low, high)
            before = difference(low)
            cheaper = (other.name, first.name) if before < 0 else (first.name, other.name)
            is_discounted = bool(first.scenario.discounts or other.scenario.discounts)
            yield BreakEven(first.name, other.name, factor, *cheaper, is_discounted)


def _costs(scenario: Scenario, prices: PriceList) -> Callable[[Decimal], Decimal]:
    """Return what tells the last month's net cost of a scenario in which everything happens so many times as often."""
    settings = scenario.settings
    costs = costs_of_month(scenario, prices, settings.months)
    return lambda times: costs(replace(settings, busy_factor=settings.busy_factor * times)).net_cost.point


def _crossing(function: Callable[[Decimal], Decimal]) -> Decimal | None:
    """Return where a rising function reaches zero, up to the largest factor; nothing where it is above zero already."""
    if function(LARGEST_FACTOR) < 0:
        return None
    if function(_SMALLEST_FACTOR) > 0:
        return ZERO
    return _halved(function, _SMALLEST_FACTOR, LARGEST_FACTOR)


def _changes(function: Callable[[Decimal], Decimal]) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield the ranges of factors in which the sign changes, each a quarter of a power of two wide at most."""
    points = [Decimal(2) ** power for power in range(-10, 10)]
    signs = [(point, function(point)) for point in points]
    for (low, before), (high, after) in pairwise(signs):
        if before and after and (before < 0) != (after < 0):
            yield low, high


def _halved(function: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    """Return where the sign changes between two factors, to four decimals."""
    is_below = function(low) < 0
    for _ in range(_STEPS):
        middle = ((low + high) / 2).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        if high - low <= _FACTOR_PLACES / 2 or middle in (low, high):
            break
        if (function(middle) < 0) == is_below:
            low = middle
        else:
            high = middle
    return high.quantize(_FACTOR_PLACES, ROUND_HALF_EVEN)


def _meters(estimate: Estimate, room: Decimal, prices: PriceList) -> Iterator[MeterAtLimit]:
    """Yield each meter that costs something with the volume at which it alone fills *room*, the nearest first."""
    usages: dict[Meter, dict[str, Usage]] = defaultdict(dict)
    for charge in estimate.last.charges:
        usages[charge.usage.meter][charge.id] = charge.usage
    found_at = []
    for meter, found in usages.items():
        now = sum((usage.quantity.point for usage in found.values()), ZERO)
        unit = next(iter(found.values())).unit
        beside = _drawing_with(meter, usages, prices)

        def cost(times: Decimal, mine: Sequence[Usage] = (*found.values(),), rest: Sequence[Usage] = beside) -> Decimal:
            return _rated([*(_times(usage, times) for usage in mine), *rest], estimate, prices)

        start = cost(Decimal(1))
        if not now or meter in _FIXED or cost(LARGEST_FACTOR) == start:
            continue
        factor = _crossing(lambda times, of=cost, s=start: of(times) - s - room)  # type: ignore[misc]
        if factor is not None:
            found_at.append((factor, MeterAtLimit(meter, unit, now, now * factor)))
    yield from (found for _, found in sorted(found_at, key=lambda pair: pair[0]))


def _drawing_with(meter: Meter, usages: Mapping[Meter, Mapping[str, Usage]], prices: PriceList) -> tuple[Usage, ...]:
    """Return the usages of other meters with the same allowance: they pay for what this one takes of it."""
    names = {name for allowance in prices.allowances if meter.value in allowance.meters for name in allowance.meters}
    others = (found for other, found in usages.items() if other is not meter and other.value in names)
    return tuple(usage for found in others for usage in found.values())


def _times(usage: Usage, times: Decimal) -> Usage:
    return replace(usage, quantity=Quantity.exact(usage.quantity.point * times), details=())


def _rated(usages: Iterable[Usage], estimate: Estimate, prices: PriceList) -> Decimal:
    """Return what *usages* of the last month cost after discounts."""
    scenario, month = estimate.scenario, estimate.last.month
    free = applied(prices, scenario.settings)
    charges, _ = rate(usages, prices.in_month(month), scenario.discounts, month, free, scenario.billing_groups)
    return sum((charge.net_cost.point for charge in charges), ZERO)
