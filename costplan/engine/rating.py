"""Usage times list prices: convert to the priced unit, fill the tiers, multiply (nothing is rounded)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import inf
from operator import itemgetter
from types import MappingProxyType

from costplan.engine.listed_names import LISTED_NAMES
from costplan.model.billing import Charge, Meter, Service, UnpricedUsage, Usage
from costplan.model.numbers import ZERO
from costplan.model.prices import FreeAllowance, Price, PriceList, PriceTier
from costplan.model.quantity import NOTHING, Quantity, replicates_of, replicates_of_difference, total

NO_GROUPS: Mapping[str, str] = MappingProxyType({})
"""All accounts share one bill."""

NO_PREFIX_REGION = "us-east-1"
"""Where the usage types of S3 carry no Region prefix."""


def rate(
    usages: Iterable[Usage],
    prices: PriceList,
    discounts: Mapping[str, Decimal],
    month: int,
    allowances: Sequence[FreeAllowance] = (),
    groups: Mapping[str, str] = NO_GROUPS,
) -> tuple[tuple[Charge, ...], tuple[UnpricedUsage, ...]]:
    """Return the charges of one month's *usages*, and the usages that no book prices.

    Usages of one meter and Region share its tiers, as consolidated billing does; they fill them in the order of
    their ids, so that the result does not depend on how they were found.  What *allowances* cover fills no tier.

    groups: the billing group of each account that has one of its own: its usages share tiers, and allowances, within
    the group only.
    """
    usages = tuple(usages)
    free = free_shares(usages, allowances, groups)
    pools: dict[tuple[Meter, str, str], list[tuple[str, Usage]]] = defaultdict(list)
    for usage in usages:
        pools[usage.meter, usage.region, groups.get(usage.account, "")].append((usage.id, usage))
    charges: list[Charge] = []
    unpriced: list[UnpricedUsage] = []
    for (meter, region, _), pool in pools.items():
        pool.sort(key=itemgetter(0))
        price = prices.find(meter.service, region, meter)
        if price is None:
            because = _why_unpriced(pool[0][1], prices)
            unpriced += (UnpricedUsage(usage, because) for _, usage in pool if usage.quantity)
            continue
        discount = discount_on(meter, discounts)
        name = usage_type(price, meter.service, region, prices)
        paid = [free[of][1] if of in free else usage.quantity for of, usage in pool]
        for (of, usage), shares in zip(pool, fill_tiers(paid, price.tiers), strict=True):
            is_free = of in free
            if is_free:
                covered = free[of][0]
                charges.append(Charge(usage, price, name, month, 0, covered, ZERO, NOTHING, NOTHING))
            for number, (tier, quantity) in enumerate(zip(price.tiers, shares, strict=True), 1):
                if quantity or (number == 1 and not is_free):
                    unit_price = price.unit_price(tier)
                    cost = quantity * unit_price
                    net = cost * (1 - discount)
                    charges.append(Charge(usage, price, name, month, number, quantity, unit_price, cost, net, discount))
    return tuple(charges), tuple(unpriced)


def free_shares(
    usages: Iterable[Usage], allowances: Sequence[FreeAllowance], groups: Mapping[str, str] = NO_GROUPS
) -> dict[str, tuple[Quantity, Quantity]]:
    """Return, by id, what is free and what is left of each usage that draws on an allowance, of all Regions together.

    Usages draw on it in the order of its meters, then of their ids; those of each billing group on one of its own.
    """
    found: dict[str, tuple[Quantity, Quantity]] = {}
    usages = tuple(usages)
    for allowance in allowances:
        drawing: dict[str, list[Usage]] = defaultdict(list)
        for usage in usages:
            if usage.meter.value in allowance.meters and usage.quantity:
                drawing[groups.get(usage.account, "")].append(usage)
        bounds = (PriceTier(ZERO, allowance.quantity), PriceTier(ZERO))
        for mine in drawing.values():
            mine.sort(key=lambda usage, of=allowance: (of.meters.index(usage.meter.value), usage.id))  # type: ignore[misc]
            for usage, (free, left) in zip(mine, fill_tiers([u.quantity for u in mine], bounds), strict=True):
                if free:
                    found[usage.id] = (free, left)
    return found


def discount_on(meter: Meter, discounts: Mapping[str, Decimal]) -> Decimal:
    """Return the share off the list cost of a meter: its own discount, else that of its service, else none.

    >>> discount_on(Meter.DATA, {"cloudtrail": Decimal("0.07"), "data": Decimal("0.12")})
    Decimal('0.12')
    """
    return discounts.get(meter.value, discounts.get(meter.service.value, ZERO))


def _why_unpriced(usage: Usage, prices: PriceList) -> str:
    service = usage.meter.service
    book = prices.books.get((service.value, usage.region))
    if book is None and service is Service.OPENSEARCH:
        return "only you know what loading costs you: write its price into a file for prices: or --prices"
    if book is None:
        return f"there is no price book pricing/{service.value}/{usage.region}.yaml"
    meter = usage.meter.value
    reason = book.unlisted.get(meter) or _out_of_date(book.history(meter), prices.on) or f"no price for {meter}"
    return f"{book.path or usage.region}: {reason}"


def _out_of_date(history: Sequence[Price], on: date | None) -> str:
    """Return when the known prices of a meter hold, none of which holds on the day; nothing where none is known."""
    if not history:
        return ""
    begin, end = history[0].effective_from, history[-1].effective_until
    dates = [f"from {begin}"] if begin else []
    dates += [f"until {end}"] if end else []
    return f"no price for {history[0].meter} on {on}: those known hold {' '.join(dates)}"


def usage_type(price: Price, service: Service, region: str, prices: PriceList) -> str | None:
    """Return AWS's usage type with its Region prefix, or nothing where that is unknown.

    Where the price book names none, it is the one of AWS's documents.  S3's have no prefix in us-east-1, those of KMS
    begin with the Region's code; how those of SNS begin, no source shows.
    """
    listed = LISTED_NAMES.get(price.meter) if service is not Service.SNS else None
    name = price.usage_type or (listed.usage_type if listed else None)
    known = prices.regions.get(region)
    prefix = region if service is Service.KMS else known.usage_prefix if known else None
    if name is None or (service is Service.S3 and region == NO_PREFIX_REGION):
        return name
    return None if prefix is None else f"{prefix}-{name}"


def fill_tiers(quantities: Sequence[Quantity], tiers: Sequence[PriceTier]) -> list[list[Quantity]]:
    """Return, for each quantity, its share of each tier when they fill the tiers one after the other.

    A bound that is passed leaves the cost of what lies below it as it was: prices are marginal.

    >>> tiers = (PriceTier(Decimal("0.30"), Decimal(10)), PriceTier(Decimal("0.20")))
    >>> [share.point for share in fill_tiers([Quantity.exact(12)], tiers)[0]]
    [Decimal('10'), Decimal('2')]
    """
    if len(tiers) == 1:
        return [[quantity] for quantity in quantities]
    points = _split([q.point for q in quantities], tiers)
    # Most quantities are known exactly: what holds of the point then holds of both ends.
    lows = points if all(q.low == q.point for q in quantities) else _split([q.low for q in quantities], tiers)
    highs = points if all(q.high == q.point for q in quantities) else _split([q.high for q in quantities], tiers)
    if not any(q.replicates for q in quantities):
        each = zip(points, lows, highs, strict=True)
        return [[Quantity(*ends) for ends in zip(*shares, strict=True)] for shares in each]
    floors = _split([q.floor for q in quantities], tiers)
    bounds = [inf if tier.up_to is None else float(tier.up_to) for tier in tiers]
    replicates = replicates_of(quantities, lambda values: _split_nearly(values, bounds))
    count = len(tiers)
    return [
        [
            Quantity(points[i][t], lows[i][t], highs[i][t], found, floors[i][t] if found else ZERO)
            for t, found in enumerate(replicates[i * count : (i + 1) * count])
        ]
        for i in range(len(quantities))
    ]


def first_tier_price(meter: Meter, region: str, prices: PriceList) -> Decimal | None:
    """Return the list price of one unit in the first tier of a meter, where a book lists one."""
    price = prices.find(meter.service, region, meter)
    return price.unit_price(price.tiers[0]) if price else None


def first_tier_cost(units: Decimal, meter: Meter, region: str, prices: PriceList) -> Decimal:
    """Return what *units* cost at the price of the first tier, in dollars; nothing where no book lists one.

    For what hangs on an assumption, never for a charge.
    """
    return units * (first_tier_price(meter, region, prices) or ZERO)


def marginal_cost(own: Quantity, others: Quantity, price: Price) -> Quantity:
    """Return what *own* adds to the list cost of *others*, with which it shares the tiers of *price*.

    Its band has both ends of *others*: beside more of them, the same units fall in other tiers.
    """
    if len(price.tiers) == 1:
        return own * price.unit_price(price.tiers[0])

    def added(units: Decimal, beside: Decimal) -> Decimal:
        _, shares = _split([beside, units], price.tiers)
        return sum((s * price.unit_price(t) for s, t in zip(shares, price.tiers, strict=True)), ZERO)

    low = min(added(own.low, others.low), added(own.low, others.high))
    high = max(added(own.high, others.low), added(own.high, others.high))
    whole, rest = (cost_of(quantity, price) for quantity in (own + others, others))
    replicates = replicates_of_difference(whole.replicates, rest.replicates)
    floor = min(added(own.floor, others.floor), added(own.floor, others.high)) if replicates else ZERO
    return Quantity(added(own.point, others.point), low, high, replicates, floor)


def cost_of(quantity: Quantity, price: Price) -> Quantity:
    """Return the list cost of one usage that has the tiers of *price* for itself."""
    (shares,) = fill_tiers([quantity], price.tiers)
    return total(share * price.unit_price(tier) for share, tier in zip(shares, price.tiers, strict=True))


def _split(values: Sequence[Decimal], tiers: Sequence[PriceTier]) -> list[list[Decimal]]:
    result = []
    start = ZERO
    for value in values:
        end = start + value
        bottom = ZERO
        shares = []
        for tier in tiers:
            top = end if tier.up_to is None else min(end, tier.up_to)
            shares.append(max(ZERO, top - max(start, bottom)))
            bottom = bottom if tier.up_to is None else tier.up_to
        result.append(shares)
        start = end
    return result


def _split_nearly(values: Sequence[float], bounds: Sequence[float]) -> list[float]:
    """Return the shares of all *values* in doubles, one after the other: for replicates, of which there are many."""
    result = []
    start = 0.0
    for value in values:
        end = start + value
        bottom = 0.0
        for bound in bounds:
            result.append(max(0.0, min(end, bound) - max(start, bottom)))
            bottom = bound
        start = end
    return result
