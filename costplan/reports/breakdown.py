"""``--by``: the last month's cost of each scenario by account, Region, recorder, meter, resource or principal.

By month it is the cost of every month, in their order, with a total for each year.

The rows always add up to the total: what cannot be attributed to a resource or principal stands in a row of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costplan.model.billing import Charge, Detail, Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import ZERO
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.reports import NEEDS_DETAIL, Dimension
from costplan.reports.amounts import DASH, interval_of, listed_and_net, money_of, plural, total_of
from costplan.reports.tables import Row, Table
from costplan.reports.totals import INTERVAL, total_rows
from costplan.reports.wording import METER_NAMES, account_name

Key = tuple[str | None, ...]
"""One value for each dimension; ``None`` where a charge cannot be attributed."""

NOT_ATTRIBUTABLE = f"{DASH} (not attributable)"

SAVED = "saved if removed alone"
SAVED_NOTE = "saved if removed alone: does not add up; where one copy goes, another becomes the free first one (R82)"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a charge that one detail makes; ``detail`` is ``None`` for what no detail explains."""

    detail: Detail | None
    list_cost: Quantity
    net_cost: Quantity


def shares(charge: Charge) -> Iterator[Share]:
    """Yield the parts of a charge by detail; they add up to its list cost.

    Under a graduated price no unit belongs to a tier by nature, so such a charge has one share without detail.
    """
    rest, net = charge.list_cost, charge.net_cost
    kept = 1 - charge.discount
    if len(charge.price.tiers) == 1:
        for detail in charge.usage.details:
            cost = detail.quantity * charge.list_unit_price
            rest, net = rest.without(cost), net.without(cost * kept)
            yield Share(detail, cost, cost * kept)
    if not charge.usage.details or len(charge.price.tiers) > 1 or rest.point or rest.low or rest.high:
        yield Share(None, rest, net)


@dataclass(frozen=True, slots=True)
class Costs:
    """What something costs before and after discounts."""

    listed: Quantity = NOTHING
    net: Quantity = NOTHING

    def plus(self, listed: Quantity, net: Quantity) -> "Costs":
        """Return the sum, each for itself."""
        return Costs(self.listed + listed, self.net + net)

    def __str__(self) -> str:
        return listed_and_net(self.listed, self.net)


def break_down(estimate: Estimate, dimensions: Sequence[Dimension]) -> dict[Key, Costs]:
    """Return the cost of the last month by *dimensions*; the values add up to its totals.

    By month it is the cost of all months, each of which has a value even if nothing is charged in it.
    """
    costs: dict[Key, Costs] = {}
    needs_detail = not NEEDS_DETAIL.isdisjoint(dimensions)
    months = estimate.months if Dimension.MONTH in dimensions else (estimate.last,)
    if tuple(dimensions) == (Dimension.MONTH,):
        costs = {(str(month.month),): Costs() for month in months}
    for charge in (charge for month in months for charge in month.charges):
        parts = shares(charge) if needs_detail else (Share(None, charge.list_cost, charge.net_cost),)
        for part in parts:
            key = tuple(_value(charge, part.detail, dimension) for dimension in dimensions)
            costs[key] = costs.get(key, Costs()).plus(part.list_cost, part.net_cost)
    return costs


def _value(charge: Charge, detail: Detail | None, dimension: Dimension) -> str | None:
    usage = charge.usage
    match dimension:
        case Dimension.MONTH:
            return str(charge.month)
        case Dimension.ACCOUNT:
            return usage.account
        case Dimension.REGION:
            return usage.region
        case Dimension.RECORDER:
            return usage.recorder
        case Dimension.METER:
            return usage.meter.value
        case Dimension.RESOURCE:
            return detail.container or detail.resource_type if detail else None
        case Dimension.PRINCIPAL:
            return detail.principal if detail else None


def in_order(costs: Mapping[Key, Decimal], dimensions: Sequence[Dimension]) -> list[Key]:
    """Return the rows of a breakdown, the dearest first; by month, in the order of months, and so in each."""
    at = dimensions.index(Dimension.MONTH) if Dimension.MONTH in dimensions else None

    def rank(key: Key) -> tuple[int, Decimal, list[str]]:
        month = 0 if at is None else int(key[at] or 0)
        return month, -costs[key], [part or "" for part in key]

    return sorted(costs, key=rank)


def breakdown_table(estimates: Sequence[Estimate], dimensions: Sequence[Dimension], top: int | None = None) -> Table:
    """Return a row for each combination of *dimensions*, dearest first, and the total.

    With *top*, the rest of the rows become one; with the recorders alone, a second column says what each would save,
    where that is not for all of them what they cost.
    """
    shows_saving = saves(dimensions, estimates)
    costs = [break_down(estimate, dimensions) for estimate in estimates]
    found_keys = {key for cost in costs for key in cost} | (_recorders(estimates) if _is_of(dimensions) else set())
    sums = {key: sum((cost.get(key, Costs()).listed.point for cost in costs), ZERO) for key in found_keys}
    keys = in_order(sums, dimensions)
    shown, others = (keys, []) if top is None or len(keys) <= top else (keys[:top], keys[top:])
    rows: list[Row | None] = []
    for key in shown:
        cells: list[str] = []
        for estimate, cost in zip(estimates, costs, strict=True):
            is_bound = estimate.is_lower_bound and tuple(dimensions) == (Dimension.MONTH,)
            cells.append(_cost(cost.get(key), is_lower_bound=is_bound))
            cells.extend([_saving(estimate, key[0])] if shows_saving else [])
        rows.append((*_labels(key, dimensions, estimates), *cells))
    rest = [""] * (len(dimensions) - 1)
    blank = [""] if shows_saving else []
    if others:
        cells = []
        for cost in costs:
            found = [cost[key] for key in others if key in cost]
            others_cost = Costs(total(cost.listed for cost in found), total(cost.net for cost in found))
            cells.extend([str(others_cost) if found else DASH, *blank])
        rows.append((f"others ({plural(len(others), 'row')})", *rest, *cells))
    headers: list[str] = list(dimensions)
    for estimate in estimates:
        headers.append(estimate.name)
        headers.extend([SAVED if len(estimates) == 1 else f"saved, {estimate.name}"] if shows_saving else [])
    if Dimension.MONTH in dimensions:
        rows.extend([None, *((label, *rest, *totals) for label, totals in total_rows(estimates))])
        return Table(tuple(headers), tuple(rows), labels=len(dimensions))
    cells = []
    for estimate in estimates:
        cells.extend([total_of(estimate.last.list_cost, is_lower_bound=estimate.is_lower_bound), *blank])
    rows.extend([None, (_total_label(estimates), *rest, *cells)])
    if is_any_discounted(estimates):
        cells = []
        for estimate in estimates:
            cells.extend([total_of(estimate.last.net_cost, is_lower_bound=estimate.is_lower_bound), *blank])
        rows.append((f"after discounts, {_last_month(estimates)}", *rest, *cells))
    if is_any_sampled(estimates):
        cells = [cell for estimate in estimates for cell in (interval_of(estimate.last.list_cost), *blank)]
        rows.append((INTERVAL, *rest, *cells))
    return Table(tuple(headers), tuple(rows), labels=len(dimensions))


def is_any_sampled(estimates: Sequence[Estimate]) -> bool:
    """Whether chance had a part in the last month of one of the estimates."""
    return any(estimate.last.list_cost.is_sampled for estimate in estimates)


def saves(dimensions: Sequence[Dimension], estimates: Sequence[Estimate]) -> bool:
    """Whether the breakdown says what removing each recorder would save.

    Of recorders and nothing else, and only where some recorder would not save just what it costs: else the figures add
    up, and a second column has nothing to say.
    """
    return _is_of(dimensions) and any(map(_saves_other_than_costs, estimates))


def _saves_other_than_costs(estimate: Estimate) -> bool:
    costs = {recorder: cost.listed for (recorder,), cost in break_down(estimate, (Dimension.RECORDER,)).items()}
    saved: dict[str | None, Quantity] = {e.recorder: e.saved_if_removed_alone for e in estimate.events.by_recorder}
    return any(saved.get(name) != costs.get(name, NOTHING) for name in {*costs, *saved})


def _is_of(dimensions: Sequence[Dimension]) -> bool:
    return tuple(dimensions) == (Dimension.RECORDER,)


def _recorders(estimates: Sequence[Estimate]) -> set[Key]:
    return {(events.recorder,) for estimate in estimates for events in estimate.events.by_recorder}


def is_any_discounted(estimates: Sequence[Estimate]) -> bool:
    """Whether one of the scenarios has a discount, so that its list cost is not what is paid."""
    return any(estimate.scenario.discounts for estimate in estimates)


def _last_month(estimates: Sequence[Estimate]) -> str:
    months = {estimate.last.month for estimate in estimates}
    return f"month {months.pop()}" if len(months) == 1 else "last month"


def _total_label(estimates: Sequence[Estimate]) -> str:
    return f"Total, {_last_month(estimates)}"


def _cost(cost: Costs | None, *, is_lower_bound: bool = False) -> str:
    if cost is None or not is_lower_bound:
        return DASH if cost is None else str(cost)
    whole = total_of(cost.listed, is_lower_bound=True)
    return whole if cost.net == cost.listed else f"{whole} (net {total_of(cost.net, is_lower_bound=True)})"


def _saving(estimate: Estimate, recorder: str | None) -> str:
    found = next((events for events in estimate.events.by_recorder if events.recorder == recorder), None)
    return DASH if found is None else money_of(found.saved_if_removed_alone)


def _month_name(month: int, estimates: Sequence[Estimate]) -> str:
    """Return a month by its number, and by its date where the scenarios agree on one."""
    days = {estimate.scenario.settings.begins(month) for estimate in estimates}
    day = days.pop() if len(days) == 1 else None
    return f"month {month}, {day:%Y-%m}" if day else f"month {month}"


def _labels(key: Key, dimensions: Sequence[Dimension], estimates: Sequence[Estimate]) -> list[str]:
    labels = []
    for value, dimension in zip(key, dimensions, strict=True):
        if value is None:
            labels.append(NOT_ATTRIBUTABLE)
        elif dimension is Dimension.MONTH:
            labels.append(_month_name(int(value), estimates))
        elif dimension is Dimension.ACCOUNT:
            # Scenarios may name an account differently, or only one of them may name it at all.
            names = (account_name(value, estimate.scenario.accounts) for estimate in estimates)
            labels.append(next((name for name in names if name != value), value))
        elif dimension is Dimension.METER:
            labels.append(METER_NAMES[Meter(value)])
        else:
            labels.append(value)
    return labels
