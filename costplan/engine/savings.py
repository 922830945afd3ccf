"""What each recorder records, and what removing it alone would save (R82)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costplan.engine.allowances import applied
from costplan.engine.assumptions import EstimateBasis
from costplan.engine.file_uses import keys_of
from costplan.engine.rating import marginal_cost, rate
from costplan.model.billing import Meter
from costplan.model.estimate import EventsSummary, MonthEstimate, RecorderEvents
from costplan.model.prices import FreeAllowance, Price
from costplan.model.quantity import NOTHING, Quantity, total


def events_of(basis: EstimateBasis, last: MonthEstimate, growth: Decimal) -> EventsSummary:
    """Count the measured events only, which happen whatever trails there are; so scenarios can be compared."""
    happened, covered, missed = (
        {category: quantity * growth for category, quantity in tallies.items()} for tallies in basis.meters.events()
    )
    by_category: list[dict[str, Quantity]] = [{} for _ in basis.router.recorders]
    for ordinal, category, quantity in basis.meters.delivered():
        by_category[ordinal][category] = quantity * growth
    free = applied(basis.prices, basis.scenario.settings)
    drawn_on = frozenset(meter for allowance in free for meter in allowance.meters)
    pools = _pools(last, basis.scenario.billing_groups)
    # Whoever else uses a key goes on paying for it.
    lasting = {basis.router.labels[users[0]] for users in keys_of(basis.router).values() if len(users) > 1}
    recorders = []
    for ordinal, label in enumerate(basis.router.labels):
        left_out = drawn_on | ({Meter.KMS_KEY} if label in lasting else frozenset())
        saved = _saved(label, _shared_copies(ordinal, basis), pools, left_out)
        saved = saved + _saved_beside_allowances(label, last, basis, free)
        recorders.append(RecorderEvents(label, by_category[ordinal], saved))
    return EventsSummary(happened, covered, missed, tuple(recorders))


def _shared_copies(ordinal: int, basis: EstimateBasis) -> dict[tuple[Meter, str], Quantity]:
    """Return the paid copies of the last month that exist only because of one recorder, by meter and Region."""
    measured = basis.meters.shared_copies(ordinal)
    caused = basis.caused.shared_copies(ordinal)
    places = dict.fromkeys((*measured, *caused))
    return {p: measured.get(p, NOTHING) * basis.growth + caused.get(p, NOTHING) for p in places}


@dataclass(frozen=True, slots=True)
class _Pool:
    """What shares the tiers of one price: usage by recorder."""

    price: Price
    by_recorder: dict[str, Quantity]


def _pools(last: MonthEstimate, groups: Mapping[str, str]) -> dict[tuple[Meter, str, str], _Pool]:
    """Return the pools of a month by meter, Region and billing group."""
    usages = {charge.id: charge for charge in last.charges}
    pools: dict[tuple[Meter, str, str], _Pool] = {}
    for charge in usages.values():
        usage = charge.usage
        place = (usage.meter, usage.region, groups.get(usage.account, ""))
        mine = pools.setdefault(place, _Pool(charge.price, {})).by_recorder
        mine[usage.recorder] = mine.get(usage.recorder, NOTHING) + usage.quantity
    return pools


def _saved_beside_allowances(
    label: str, last: MonthEstimate, basis: EstimateBasis, free: Sequence[FreeAllowance]
) -> Quantity:
    """Return what removing one recorder takes off meters with a free allowance, which others then use up."""
    meters = {meter for allowance in free for meter in allowance.meters}
    usages = {c.id: c.usage for c in last.charges if c.usage.meter.value in meters}
    others = [usage for usage in usages.values() if usage.recorder != label]
    if len(others) == len(usages):
        return NOTHING
    groups = basis.scenario.billing_groups
    whole, rest = (
        total(c.list_cost for c in rate(some, basis.prices, {}, last.month, free, groups)[0])
        for some in (usages.values(), others)
    )
    saved = whole.without(rest)
    low, high = sorted((saved.low, saved.high))
    return Quantity(saved.point, min(low, saved.point), max(high, saved.point), saved.replicates)


def _saved(
    label: str,
    shared: Mapping[tuple[Meter, str], Quantity],
    pools: Mapping[tuple[Meter, str, str], _Pool],
    left_out: frozenset[str],
) -> Quantity:
    """Return what removing one recorder alone takes off the last month: its own usage, its shared copies (R82).

    left_out: meters that are looked at elsewhere, or stay as they are.
    """
    # The paid copies on a recorder's own lines are among the shared ones.
    in_common = {meter for meter, _ in shared}
    saved = []
    told: set[tuple[Meter, str]] = set()
    for (meter, region, _), pool in pools.items():
        if meter.value in left_out:
            continue
        if meter not in in_common and label in pool.by_recorder:
            # Where all units have one price, it does not matter what others use.
            beside = pool.by_recorder.items() if len(pool.price.tiers) > 1 else ()
            others = total(quantity for other, quantity in beside if other != label)
            saved.append(marginal_cost(pool.by_recorder[label], others, pool.price))
        elif (meter, region) in shared and (meter, region) not in told:
            # The copies of all groups are one figure, at a price without tiers.
            told.add((meter, region))
            saved.append(shared[meter, region] * pool.price.unit_price(pool.price.tiers[0]))
    return total(saved)
