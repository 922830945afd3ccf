"""What changes within a projection, as sentences: recorders that start or stop, prices that end."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from costplan.engine.rating import cost_of
from costplan.engine.routing import Router
from costplan.engine.scope import some_of
from costplan.model.billing import Meter
from costplan.model.estimate import Assumption, EventsSummary, MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.prices import Price, PriceList
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import is_on
from costplan.model.scenario import Scenario


def changes_in(
    scenario: Scenario, router: Router, months: Sequence[MonthEstimate], events: EventsSummary, prices: PriceList
) -> Iterator[Assumption]:
    """Yield what is not the same in all *months*, with the dollars of a month that hang on it.

    router: of every recorder; events: of the last month; prices: those of month 1.
    """
    yield from _switches(router, months, events)
    yield from _price_changes(scenario, months, prices)


def _switches(router: Router, months: Sequence[MonthEstimate], events: EventsSummary) -> Iterator[Assumption]:
    saved = {each.recorder: each.saved_if_removed_alone.point for each in events.by_recorder}
    for label, recorder, places in zip(router.labels, router.recorders, router.places, strict=True):
        if not places:
            continue
        start, stop = recorder.starts_in_month, recorder.stops_in_month
        if start > 1:
            text = f"{label} is switched on in month {start}: before, it records nothing"
            if start > len(months):
                yield Assumption("switch-on", f"{text}, so it has no part in {len(months)} months", None)
            else:
                is_on_still = is_on(recorder, months[-1].month)
                yield Assumption("switch-on", text, saved[label] if is_on_still else _step(months, start))
        if stop is not None and stop <= len(months):
            text = f"{label} is switched off in month {stop}: it records nothing more, what it delivered stays"
            yield Assumption("switch-off", text, _step(months, stop))


def _step(months: Sequence[MonthEstimate], month: int) -> Decimal:
    """Return how far a month's cost is from that of the month before."""
    return abs(months[month - 1].list_cost.point - months[month - 2].list_cost.point)


def _price_changes(scenario: Scenario, months: Sequence[MonthEstimate], prices: PriceList) -> Iterator[Assumption]:
    places: dict[tuple[Meter, str], dict[int, Price]] = defaultdict(dict)
    for month in months:
        for charge in month.charges:
            places[charge.usage.meter, charge.usage.region][month.month] = charge.price
    found: dict[tuple[Meter, int, str, str], list[str]] = defaultdict(list)
    for (meter, region), by_month in places.items():
        for (_, earlier), (since, price) in pairwise(by_month.items()):
            if price is not earlier and (price.tiers, price.per) != (earlier.tiers, earlier.per):
                found[meter, since, _shown(earlier), _shown(price)].append(region)
    for (meter, number, before, after), regions in found.items():
        text = f"{meter} costs {after} from month {number} on, which begins on {prices.day_of(number)}"
        text += f", before that {before} ({some_of(regions)}); each month has the price of its first day"
        moves = sum((_moved(scenario, months[-1], meter, region, places[meter, region]) for region in regions), ZERO)
        yield Assumption("price", text, moves)


def _shown(price: Price) -> str:
    tiers = " and ".join(f"${tier.price:f}" for tier in price.tiers)
    return f"{tiers} per {'' if price.per == 1 else f'{price.per:,} '}{price.unit}"


def _moved(scenario: Scenario, last: MonthEstimate, meter: Meter, region: str, by_month: dict[int, Price]) -> Decimal:
    """Return how far the last month's cost of a meter is from what it would be at the first price."""
    pools: dict[str, list[Quantity]] = defaultdict(list)
    now = ZERO
    for charge in last.charges:
        usage = charge.usage
        if (usage.meter, usage.region) == (meter, region):
            # What an allowance covers is in a tier before the first.
            pools[scenario.billing_groups.get(usage.account, "")] += [charge.quantity] if charge.tier else []
            now += charge.list_cost.point
    first = next(iter(by_month.values()))
    then = sum((cost_of(total(found), first).point for found in pools.values()), ZERO)
    return abs(now - then)
