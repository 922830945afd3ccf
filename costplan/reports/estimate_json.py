"""``costplan.estimate/1``: the estimate for machines; exact decimals as strings, never rounded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from costplan.engine.changes.selection import selecting_otherwise
from costplan.engine.comparison import compare, list_cost_of, net_cost_of
from costplan.engine.periods import periods_of
from costplan.engine.uncertainty import CONFIDENCE, half_width
from costplan.model.billing import Charge, Meter, UnknownUsage, UnpricedUsage
from costplan.model.changes import CostDifference
from costplan.model.estimate import Assumption, Estimate, EventsSummary, MonthEstimate, RecorderEvents
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import Price
from costplan.model.quantity import Quantity
from costplan.model.volumes import Sampling
from costplan.reports import Dimension
from costplan.reports.amounts import ends, plain, plain_money
from costplan.reports.breakdown import Costs, Key, break_down, in_order
from costplan.reports.estimate_shape import (
    ESTIMATE_SHAPE,
    FORMAT,
    AgainstPart,
    AssumptionPart,
    BreakdownPart,
    BreakdownRow,
    ChargePart,
    EndsPart,
    EstimateFile,
    EventsEndsPart,
    EventsPart,
    MonthPart,
    OverridePart,
    SamplePart,
    ScenarioPart,
    SteadyPart,
    TotalPart,
    UnknownPart,
    UnpricedPart,
    estimate_schema,
)
from costplan.reports.groups import groups_of

__all__ = [
    "ESTIMATE_SHAPE",
    "difference_ends",
    "ends_part",
    "estimate_schema",
    "render_json",
    "unknown_part",
    "unpriced_part",
]


@exact_arithmetic()
def render_json(estimates: Sequence[Estimate], dimensions: Sequence[Dimension] = ()) -> str:
    """Return the estimates as JSON, with the breakdown where *dimensions* ask for one."""
    firsts = {id(estimate): group[0] for group in groups_of(estimates).values() for estimate in group}
    parts = [_scenario(estimate, firsts[id(estimate)], dimensions) for estimate in estimates]
    file = EstimateFile(FORMAT, parts)
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _steady(estimate: Estimate) -> SteadyPart | None:
    steady = estimate.steady
    if steady is None:
        return None
    return SteadyPart(steady.month, *_costs(steady.list_cost, steady.net_cost))


def _totals(estimate: Estimate, dimensions: Sequence[Dimension]) -> list[TotalPart]:
    periods = periods_of(estimate)
    if len(periods) == 1 and Dimension.MONTH not in dimensions:
        return []
    return [TotalPart(p.name, p.months[0].month, p.months[-1].month, *_costs(p.list_cost, p.net_cost)) for p in periods]


def _costs(cost: Quantity, net: Quantity) -> tuple[str, str, str | None, str | None, str | None, EndsPart | None]:
    """Return list and net cost, and the ends of both."""
    return plain_money(cost.point), plain_money(net.point), *_ends(cost), _net(cost, net)


def _scenario(estimate: Estimate, first: Estimate, dimensions: Sequence[Dimension]) -> ScenarioPart:
    return ScenarioPart(
        name=estimate.name,
        months=[_month(month, estimate.scenario.settings.begins(month.month)) for month in estimate.months],
        # Without expiry storage grows for ever, and with growth so does everything.
        steady_state=_steady(estimate),
        currency=estimate.currency,
        overrides=_overrides(estimate),
        is_lower_bound=estimate.is_lower_bound,
        charges=[_charge(charge) for month in estimate.months for charge in month.charges],
        events=EventsPart(
            recorded=_by_category(estimate.events.recorded),
            recorded_by_none=_by_category(estimate.events.recorded_by_none),
            by_recorder=[_recorder(events) for events in estimate.events.by_recorder],
            ends=_events_ends(estimate.events),
        ),
        unknown=[unknown_part(unknown) for unknown in estimate.unknown],
        unpriced=[unpriced_part(unpriced) for unpriced in estimate.unpriced],
        assumptions=[_assumption(assumption) for assumption in estimate.assumptions],
        against=None if estimate is first else _against(estimate, first),
        as_of=str(day) if (day := estimate.scenario.settings.as_of) else None,
        start=f"{begin:%Y-%m}" if (begin := estimate.scenario.settings.start) else None,
        totals=_totals(estimate, dimensions),
        samples=[_sample(one) for volumes in estimate.scenario.volumes for one in volumes.samples],
        breakdown=_breakdown(estimate, dimensions) if dimensions else None,
    )


def _ends(quantity: Quantity) -> tuple[str | None, str | None, str | None]:
    """Return low, high and half width of an amount."""
    found = ends_part(quantity, plain_money)
    return (found.low, found.high, found.half_width) if found else (None, None, None)


def ends_part(quantity: Quantity, write: Callable[[Decimal], str]) -> EndsPart | None:
    """Return both ends of a figure, and what chance adds to them; nothing for one that is certain."""
    found = ends(quantity)
    if found is None:
        return None
    margin = half_width(quantity.replicates)
    return EndsPart(write(found[0]), write(found[1]), write(margin) if margin else None)


def _net(list_cost: Quantity, net_cost: Quantity) -> EndsPart | None:
    # Without a discount the two are one figure, whose ends are told already.
    return None if net_cost == list_cost else ends_part(net_cost, plain_money)


def _month(month: MonthEstimate, begins: date | None) -> MonthPart:
    return MonthPart(month.month, *_costs(month.list_cost, month.net_cost), begins=str(begins) if begins else None)


def _against(estimate: Estimate, first: Estimate) -> AgainstPart:
    otherwise = selecting_otherwise(first.scenario, estimate.scenario)
    listed, net = (compare(estimate.last, first.last, cost_of, otherwise) for cost_of in (list_cost_of, net_cost_of))
    return AgainstPart(
        first.name,
        estimate.last.month,
        plain_money(listed.point),
        plain_money(net.point),
        difference_ends(listed),
        None if net == listed else difference_ends(net),
    )


def difference_ends(difference: CostDifference) -> EndsPart | None:
    """Return both ends of a difference; nothing for one that is certain."""
    if difference.ends is None:
        return None
    low, high = (plain_money(end) for end in difference.ends)
    return EndsPart(low, high, plain_money(difference.half_width) if difference.half_width else None)


def _sample(sampling: Sampling) -> SamplePart:
    return SamplePart(
        sampling.design_id,
        sampling.method,
        sampling.replicates,
        str(CONFIDENCE),
        sampling.objects,
        sampling.objects_read,
        sampling.bytes,
        sampling.bytes_read,
    )


def _charge(charge: Charge) -> ChargePart:
    usage = charge.usage
    low, high, margin = _ends(charge.list_cost)
    return ChargePart(
        id=charge.id,
        service=usage.meter.service.service_code,
        meter=usage.meter.value,
        usage_type=charge.usage_type,
        account=usage.account,
        region=usage.region,
        recorder=usage.recorder,
        month=charge.month,
        tier=charge.tier,
        quantity=plain(charge.quantity.point),
        unit=usage.unit,
        list_unit_price=plain(charge.list_unit_price),
        list_cost=plain_money(charge.list_cost.point),
        net_cost=plain_money(charge.net_cost.point),
        low=low,
        high=high,
        half_width=margin,
        net=_net(charge.list_cost, charge.net_cost),
        of_quantity=ends_part(charge.quantity, plain),
    )


def _by_category(quantities: Mapping[str, Quantity]) -> dict[str, str]:
    return {category: plain(quantity.point) for category, quantity in quantities.items()}


def _recorder(events: RecorderEvents) -> dict[str, str]:
    saved = plain_money(events.saved_if_removed_alone.point)
    return {"recorder": events.recorder, **_by_category(events.recorded), "saved_if_removed_alone": saved}


def _events_ends(events: EventsSummary) -> EventsEndsPart | None:
    found = EventsEndsPart(
        _ends_by_category(events.recorded),
        _ends_by_category(events.recorded_by_none),
        {e.recorder: part for e in events.by_recorder if (part := _recorder_ends(e))},
    )
    return None if found == EventsEndsPart() else found


def _ends_by_category(quantities: Mapping[str, Quantity]) -> dict[str, EndsPart]:
    return {name: part for name, quantity in quantities.items() if (part := ends_part(quantity, plain))}


def _recorder_ends(events: RecorderEvents) -> dict[str, EndsPart]:
    found = _ends_by_category(events.recorded)
    saved = ends_part(events.saved_if_removed_alone, plain_money)
    return found if saved is None else {**found, "saved_if_removed_alone": saved}


def unknown_part(unknown: UnknownUsage) -> UnknownPart:
    """Return a volume that nobody knows."""
    price = unknown.list_unit_price
    return UnknownPart(
        meter=unknown.meter.value,
        what=unknown.what,
        because=unknown.because,
        settled_by=unknown.settled_by,
        list_unit_price=None if price is None else plain(price),
        recorder=unknown.recorder,
        accounts=list(unknown.accounts),
        regions=list(unknown.regions),
    )


def unpriced_part(unpriced: UnpricedUsage) -> UnpricedPart:
    """Return a usage without a price."""
    usage = unpriced.usage
    return UnpricedPart(
        id=usage.id,
        meter=usage.meter.value,
        account=usage.account,
        region=usage.region,
        recorder=usage.recorder,
        quantity=plain(usage.quantity.point),
        unit=usage.unit,
        because=unpriced.because,
        of_quantity=ends_part(usage.quantity, plain),
    )


def _overrides(estimate: Estimate) -> list[OverridePart]:
    found = {
        (c.usage.meter, c.usage.region, c.price.effective_from or date.min): c.price
        for m in estimate.months
        for c in m.charges
        if c.price.is_override
    }
    return [_override(meter, region, price) for (meter, region, _), price in sorted(found.items(), key=lambda i: i[0])]


def _override(meter: Meter, region: str, price: Price) -> OverridePart:
    listed = price.in_place_of
    unit_price = None if listed is None else plain(listed.unit_price(listed.tiers[0]))
    return OverridePart(meter.service.service_code, meter.value, region, price.source, unit_price, price.note)


def _assumption(assumption: Assumption) -> AssumptionPart:
    moves = None if assumption.moves is None else plain_money(assumption.moves)
    return AssumptionPart(assumption.rule, assumption.text, moves)


def _breakdown(estimate: Estimate, dimensions: Sequence[Dimension]) -> BreakdownPart:
    costs = break_down(estimate, dimensions)
    ordered = in_order({key: cost.listed.point for key, cost in costs.items()}, dimensions)
    rows = [_breakdown_row(key, costs[key]) for key in ordered]
    return BreakdownPart([dimension.value for dimension in dimensions], estimate.last.month, rows)


def _breakdown_row(key: Key, cost: Costs) -> BreakdownRow:
    listed, net = plain_money(cost.listed.point), plain_money(cost.net.point)
    return BreakdownRow(list(key), listed, *_ends(cost.listed), net_cost=None if net == listed else net)
