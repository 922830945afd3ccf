"""``costplan.estimate/1``: the estimate for machines; exact decimals as strings, never rounded."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from costplan.model.billing import Charge, UnknownUsage, UnpricedUsage
from costplan.model.estimate import Assumption, Estimate, MonthEstimate, RecorderEvents
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.reports import Dimension
from costplan.reports.amounts import ends, plain, plain_money
from costplan.reports.breakdown import break_down

FORMAT: Literal["costplan.estimate/1"] = "costplan.estimate/1"


class MonthPart(msgspec.Struct):
    """The total of one month; low and high are null for a figure that is certain."""

    month: int
    list_cost: str
    net_cost: str
    low: str | None
    high: str | None


class SteadyPart(msgspec.Struct):
    """The first month after which nothing changes any more."""

    month: int
    list_cost: str


class ChargePart(msgspec.Struct):
    """One charge of one month; charges of several tiers share an id."""

    id: str
    service: str
    meter: str
    usage_type: str | None
    account: str
    region: str
    recorder: str
    month: int
    tier: int
    quantity: str
    unit: str
    list_unit_price: str
    list_cost: str
    net_cost: str
    low: str | None
    high: str | None


class EventsPart(msgspec.Struct):
    """Distinct events of month 1 by category; by recorder, with the cost that its removal alone would save."""

    recorded: dict[str, str]
    recorded_by_none: dict[str, str]
    by_recorder: list[dict[str, str]]


class UnknownPart(msgspec.Struct):
    """A volume that nobody knows."""

    meter: str
    what: str
    because: str
    settled_by: str
    list_unit_price: str | None
    recorder: str
    accounts: list[str]
    regions: list[str]


class UnpricedPart(msgspec.Struct):
    """A usage without a price."""

    id: str
    meter: str
    account: str
    region: str
    recorder: str
    quantity: str
    unit: str
    because: str


class AssumptionPart(msgspec.Struct):
    """Something taken for true; moves is null where nobody can say how much hangs on it."""

    rule: str
    text: str
    moves: str | None


class BreakdownRow(msgspec.Struct):
    """The last month's cost of one combination of dimensions; null is what cannot be attributed."""

    values: list[str | None]
    list_cost: str
    low: str | None
    high: str | None


class BreakdownPart(msgspec.Struct):
    """What ``--by`` asked for."""

    by: list[str]
    month: int
    rows: list[BreakdownRow]


class ScenarioPart(msgspec.Struct, omit_defaults=True):
    """The estimate of one scenario."""

    name: str
    months: list[MonthPart]
    is_lower_bound: bool
    charges: list[ChargePart]
    events: EventsPart
    unknown: list[UnknownPart]
    unpriced: list[UnpricedPart]
    assumptions: list[AssumptionPart]
    steady_state: SteadyPart | None
    breakdown: BreakdownPart | None = None


class EstimateFile(msgspec.Struct):
    """Estimates of one or more scenarios."""

    format: Literal["costplan.estimate/1"]
    scenarios: list[ScenarioPart]


ESTIMATE_SHAPE = EstimateFile


def estimate_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    (schema,), components = msgspec.json.schema_components((ESTIMATE_SHAPE,), ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"costplan: estimates ({FORMAT})"}
    return {**whole, **schema, "$defs": components}


@exact_arithmetic()
def render_json(estimates: Sequence[Estimate], dimensions: Sequence[Dimension] = ()) -> str:
    """Return the estimates as JSON, with the breakdown where *dimensions* ask for one."""
    file = EstimateFile(FORMAT, [_scenario(estimate, dimensions) for estimate in estimates])
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _scenario(estimate: Estimate, dimensions: Sequence[Dimension]) -> ScenarioPart:
    return ScenarioPart(
        name=estimate.name,
        months=[_month(month) for month in estimate.months],
        # Without expiry storage grows for ever, and with growth so does everything.
        steady_state=None,
        is_lower_bound=estimate.is_lower_bound,
        charges=[_charge(charge) for month in estimate.months for charge in month.charges],
        events=EventsPart(
            recorded=_by_category(estimate.events.recorded),
            recorded_by_none=_by_category(estimate.events.recorded_by_none),
            by_recorder=[_recorder(events) for events in estimate.events.by_recorder],
        ),
        unknown=[_unknown(unknown) for unknown in estimate.unknown],
        unpriced=[_unpriced(unpriced) for unpriced in estimate.unpriced],
        assumptions=[_assumption(assumption) for assumption in estimate.assumptions],
        breakdown=_breakdown(estimate, dimensions) if dimensions else None,
    )


def _ends(quantity: Quantity) -> tuple[str | None, str | None]:
    found = ends(quantity)
    return (plain_money(found[0]), plain_money(found[1])) if found else (None, None)


def _month(month: MonthEstimate) -> MonthPart:
    cost = month.list_cost
    return MonthPart(month.month, plain_money(cost.point), plain_money(month.net_cost.point), *_ends(cost))


def _charge(charge: Charge) -> ChargePart:
    usage = charge.usage
    low, high = _ends(charge.list_cost)
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
    )


def _by_category(quantities: Mapping[str, Quantity]) -> dict[str, str]:
    return {category: plain(quantity.point) for category, quantity in quantities.items()}


def _recorder(events: RecorderEvents) -> dict[str, str]:
    saved = plain_money(events.saved_if_removed_alone.point)
    return {"recorder": events.recorder, **_by_category(events.recorded), "saved_if_removed_alone": saved}


def _unknown(unknown: UnknownUsage) -> UnknownPart:
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


def _unpriced(unpriced: UnpricedUsage) -> UnpricedPart:
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
    )


def _assumption(assumption: Assumption) -> AssumptionPart:
    moves = None if assumption.moves is None else plain_money(assumption.moves)
    return AssumptionPart(assumption.rule, assumption.text, moves)


def _breakdown(estimate: Estimate, dimensions: Sequence[Dimension]) -> BreakdownPart:
    costs = break_down(estimate, dimensions)
    ordered = sorted(costs.items(), key=lambda item: (-item[1].point, [part or "" for part in item[0]]))
    rows = [BreakdownRow(list(key), plain_money(cost.point), *_ends(cost)) for key, cost in ordered]
    return BreakdownPart([dimension.value for dimension in dimensions], estimate.last.month, rows)
