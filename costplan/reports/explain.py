"""``--explain``: how each figure of the last month was made, so that a reader can do the sum again."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from costplan.engine.uncertainty import interval
from costplan.model.billing import Charge, UnknownUsage, Usage
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import Price
from costplan.model.problems import one_line
from costplan.model.quantity import Quantity
from costplan.reports.amounts import close_money, list_price, money_of, number, number_of, plural, total_of
from costplan.reports.price_words import days_of, remarks_on
from costplan.reports.tables import wrap_line
from costplan.reports.wording import (
    INSIGHTS_CATEGORIES,
    METER_NAMES,
    account_name,
    insights_name,
    places,
    unit_price,
    unpriced_line,
)

_METERS = tuple(METER_NAMES)


@exact_arithmetic()
def render_explanation(estimates: Sequence[Estimate], width: int) -> str:
    """Return the arithmetic of every charge of each scenario, all that is assumed, and what nobody knows."""
    return "\n\n\n".join("\n".join(_lines(estimate, width)) for estimate in estimates)


def _lines(estimate: Estimate, width: int) -> Iterator[str]:
    heading = one_line(f"{estimate.name}, month {estimate.last.month}")
    yield from (heading, "-" * len(heading))
    if estimate.scenario.purpose:
        yield wrap_line(one_line(estimate.scenario.purpose), width)
    if not estimate.last.charges:
        yield "no charges"
    ordered = sorted(estimate.last.charges, key=_place_on_bill)
    for _, charges in groupby(ordered, key=lambda charge: charge.id):
        yield ""
        yield from _lines_of_usage(tuple(charges), estimate, width)
    yield ""
    listed, net = (
        total_of(cost, is_lower_bound=estimate.is_lower_bound)
        for cost in (estimate.last.list_cost, estimate.last.net_cost)
    )
    total = f"Total, month {estimate.last.month}: {listed}{_interval(estimate.last.list_cost)}"
    charges_ = plural(len(estimate.last.charges), "charge")
    yield wrap_line(f"{total}, of {charges_}; rounded here for the first time", width)
    if estimate.scenario.discounts:
        shares = ", ".join(f"{number(share * 100)} % off {name}" for name, share in estimate.scenario.discounts.items())
        yield wrap_line(f"After discounts ({shares}): {net}{_interval(estimate.last.net_cost)}", width)
    yield from _section("Assumed", [_assumption(estimate, n) for n in range(len(estimate.assumptions))], width)
    yield from _section("Unknown", [_unknown(unknown, estimate) for unknown in estimate.unknown], width)
    yield from _section("Unpriced", [unpriced_line(unpriced) for unpriced in estimate.unpriced], width)


def _place_on_bill(charge: Charge) -> tuple[object, ...]:
    usage = charge.usage
    return (_METERS.index(usage.meter), usage.account, usage.region, usage.recorder, charge.tier)


def _lines_of_usage(charges: tuple[Charge, ...], estimate: Estimate, width: int) -> Iterator[str]:
    """Yield one usage: what and where, the sum of each tier, the origin of quantity and price."""
    first = charges[0]
    usage = first.usage
    name = insights_name(usage.meter, estimate) if usage.meter in INSIGHTS_CATEGORIES else METER_NAMES[usage.meter]
    where = (name, account_name(usage.account, estimate.scenario.accounts), usage.region, usage.recorder)
    yield wrap_line(" · ".join(where), width)
    for charge in charges:
        cost = money_of(charge.list_cost, is_close=True)
        if not charge.tier:
            free = f"{number_of(charge.quantity)} {usage.unit} free of charge each month"
            yield wrap_line(free, width, indent="    ", first="  ")
            continue
        price = list_price(charge.price, charge.tier, names_unit=False)
        sum_ = f"{number_of(charge.quantity)} {usage.unit} × {price} = {cost}{_interval(charge.list_cost)}"
        yield wrap_line(sum_ + _tier(charge, estimate) + _discount(charge), width, indent="    ", first="  ")
    rules = f" ({', '.join(usage.rules)})" if usage.rules else ""
    yield wrap_line(f"quantity: {_origin(usage)}{rules}", width, indent="    ", first="  ")
    if usage.scale != 1:
        scale = f"measured or typed volumes × {number(usage.scale)}: growth and busy factor"
        yield wrap_line(scale, width, indent="    ", first="  ")
    yield wrap_line(f"price: {price_origin(first.price, first.usage_type)}", width, indent="    ", first="  ")
    for months, earlier in _earlier_prices(first, estimate):
        said = f"price in {months}: {_tiers(earlier)}, {price_origin(earlier, first.usage_type)}"
        yield wrap_line(said, width, indent="    ", first="  ")


def _earlier_prices(charge: Charge, estimate: Estimate) -> Iterator[tuple[str, Price]]:
    """Yield the prices that usages of this meter and Region had in earlier months, the latest first."""
    place = (charge.usage.meter, charge.usage.region)
    by_month = [
        (month.month, next((c.price for c in month.charges if (c.usage.meter, c.usage.region) == place), None))
        for month in estimate.months
    ]
    found = [(price, [month for month, _ in same]) for price, same in groupby(by_month, key=lambda pair: pair[1])]
    for price, months in reversed(found[:-1]):
        if price is not None:
            span = f"month {months[0]}" if len(months) == 1 else f"months {months[0]} to {months[-1]}"
            yield span, price


def _interval(cost: Quantity) -> str:
    """Return both ends of what was sampled; nothing for any other cost."""
    if not cost.is_sampled:
        return ""
    low, high = interval(cost)
    return f" (95 %: {close_money(low)}–{close_money(high)})"


def _origin(usage: Usage) -> str:
    """Return where a quantity came from: what it is, which selectors admit it, whose copies came before."""
    parts = [usage.because or "as metered"]
    if usage.selectors:
        parts.append(f"selected by {', '.join(usage.selectors)}")
    if usage.earlier_copies:
        parts.append(f"after the copies of {', '.join(usage.earlier_copies)}")
    return "; ".join(parts)


def _tier(charge: Charge, estimate: Estimate) -> str:
    """Return which tier a charge is in; nothing where the price has one only."""
    tiers = charge.price.tiers
    if len(tiers) == 1:
        return ""
    start = tiers[charge.tier - 2].up_to if charge.tier > 1 else None
    end = tiers[charge.tier - 1].up_to
    unit = charge.usage.unit
    span = f"above {number(start or 0)}" if end is None else f"{number(start or 0)} to {number(end)}"
    group = estimate.scenario.billing_groups.get(charge.usage.account)
    of_group = f" of billing group {group}" if group else ""
    return f" (tier {charge.tier} of {len(tiers)}: {span} {unit}{of_group})"


def _discount(charge: Charge) -> str:
    """Return what is left of a charge after its discount; nothing where there is none."""
    if not charge.discount or not charge.list_cost:
        return ""
    return f", less {number(charge.discount * 100)} % = {money_of(charge.net_cost, is_close=True)}"


def price_origin(price: Price, usage_type: str | None) -> str:
    """Return where a price comes from, how old and sure it is, who disputes it; of an override, what it replaces."""
    if price.is_override:
        listed = price.in_place_of
        instead = "where no list price is known" if listed is None else f"in place of {_listed(listed)}"
        parts = [price.source, *([usage_type] if usage_type else []), instead]
        return ". ".join(part for part in (", ".join(parts), remarks_on(price)) if part)
    parts = [price.source, usage_type or "AWS's usage type is not known"]
    parts += [f"holds {days}"] if (days := days_of(price)) else []
    if price.published:
        parts.append(f"published {price.published}")
    parts.append(f"confirmed {price.confirmed}" if price.confirmed else "never confirmed")
    parts.append(f"confidence {price.confidence.value}")
    return ". ".join(part for part in (", ".join(parts), remarks_on(price)) if part)


def _listed(price: Price) -> str:
    """Return every tier of a list price: ``$0.10 per 100,000 events``."""
    return f"the list price {_tiers(price)}"


def _tiers(price: Price) -> str:
    return " and ".join(list_price(price, number_) for number_ in range(1, len(price.tiers) + 1))


def _assumption(estimate: Estimate, number_: int) -> str:
    assumption = estimate.assumptions[number_]
    if assumption.moves is None:
        moves = "an unknown amount"
    else:
        moves = close_money(abs(assumption.moves)) if assumption.moves else "nothing"
    said = f"{assumption.rule}: {assumption.text}"
    # A default of a configuration that decides no figure here may decide one there: nothing is claimed of it.
    return said if assumption.rule == "configuration" and not assumption.moves else f"{said}; moves {moves}"


def _unknown(unknown: UnknownUsage, estimate: Estimate) -> str:
    accounts = [account_name(account, estimate.scenario.accounts) for account in unknown.accounts]
    where = places(accounts, unknown.regions)
    parts = [part for part in (unknown.recorder, where, unit_price(unknown)) if part]
    settled = f"; settled by: {unknown.settled_by}" if unknown.settled_by else ""
    return f"{unknown.what}: {unknown.because} ({', '.join(parts)}){settled}"


def _section(name: str, sentences: Sequence[str], width: int) -> Iterator[str]:
    if sentences:
        yield ""
        yield f"{name}:"
        yield from (wrap_line(sentence, width, indent="    ", first="  ") for sentence in sentences)
