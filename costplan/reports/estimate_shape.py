"""What ``costplan.estimate/1`` holds: the shape of the estimate for machines, and its JSON Schema."""

from typing import Any, Literal

import msgspec

FORMAT: Literal["costplan.estimate/1"] = "costplan.estimate/1"


class EndsPart(msgspec.Struct, omit_defaults=True):
    """Both ends of a figure: its band, widened by *half_width*, that of the 95 % interval, where it was sampled."""

    low: str
    high: str
    half_width: str | None = None


class MonthPart(msgspec.Struct, omit_defaults=True):
    """The total of one month; low and high are null for a figure that is certain.

    They are the ends of the list cost, of which *half_width* is what a sample leaves to chance; *net*: those of the
    net cost.  *begins*: its first day, where it is known which calendar month it is.
    """

    month: int
    list_cost: str
    net_cost: str
    low: str | None
    high: str | None
    half_width: str | None = None
    net: EndsPart | None = None
    begins: str | None = None


class TotalPart(msgspec.Struct, omit_defaults=True):
    """The sum of several months, a year of the projection (a calendar year where months have dates) or all of it.

    low, high, half_width, net: as for a month.
    """

    of: str
    first_month: int
    last_month: int
    list_cost: str
    net_cost: str
    low: str | None
    high: str | None
    half_width: str | None = None
    net: EndsPart | None = None


class SteadyPart(msgspec.Struct, omit_defaults=True):
    """The first month after which nothing changes any more; its ends as for any month, where it is not certain."""

    month: int
    list_cost: str
    net_cost: str
    low: str | None = None
    high: str | None = None
    half_width: str | None = None
    net: EndsPart | None = None


class AgainstPart(msgspec.Struct, omit_defaults=True):
    """How much more the last month costs than that of the first scenario of the same folder.

    Formed charge by charge: of one sample, what chance did to both alike cancels.  *ends* are those of the list cost,
    *net* those of the net cost; neither is there for a difference that is certain.
    """

    scenario: str
    month: int
    list_cost: str
    net_cost: str
    ends: EndsPart | None = None
    net: EndsPart | None = None


class SamplePart(msgspec.Struct):
    """Volumes that were sampled: what there was, and what of it was read."""

    design_id: str
    method: str
    replicates: int
    confidence: str
    objects: int
    objects_read: int
    bytes: int
    bytes_read: int


class ChargePart(msgspec.Struct, omit_defaults=True):
    """One charge of one month; charges of several tiers share an id.

    low, high, half_width: of the list cost; net: of the net cost; of_quantity: of the quantity.
    """

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
    half_width: str | None = None
    net: EndsPart | None = None
    of_quantity: EndsPart | None = None


class EventsEndsPart(msgspec.Struct, omit_defaults=True):
    """The ends of the figures beside them that are not certain, under the same names; by recorder, then by name."""

    recorded: dict[str, EndsPart] = {}
    recorded_by_none: dict[str, EndsPart] = {}
    by_recorder: dict[str, dict[str, EndsPart]] = {}


class EventsPart(msgspec.Struct, omit_defaults=True):
    """Distinct events of month 1 by category; by recorder, with the cost that its removal alone would save."""

    recorded: dict[str, str]
    recorded_by_none: dict[str, str]
    by_recorder: list[dict[str, str]]
    ends: EventsEndsPart | None = None


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


class UnpricedPart(msgspec.Struct, omit_defaults=True):
    """A usage without a price."""

    id: str
    meter: str
    account: str
    region: str
    recorder: str
    quantity: str
    unit: str
    because: str
    of_quantity: EndsPart | None = None


class OverridePart(msgspec.Struct):
    """A price of the user's own that charges of a meter and Region stand on.

    source: its file and line; list_unit_price: what a unit costs in the first tier of the list price that it stands in
    place of, where one is known.
    """

    service: str
    meter: str
    region: str
    source: str
    list_unit_price: str | None
    note: str


class AssumptionPart(msgspec.Struct):
    """Something taken for true; moves is null where nobody can say how much hangs on it."""

    rule: str
    text: str
    moves: str | None


class BreakdownRow(msgspec.Struct, omit_defaults=True):
    """The last month's cost of one combination of dimensions; null is what cannot be attributed.

    net_cost: after discounts, where that differs.
    """

    values: list[str | None]
    list_cost: str
    low: str | None
    high: str | None
    half_width: str | None = None
    net_cost: str | None = None


class BreakdownPart(msgspec.Struct):
    """What ``--by`` asked for."""

    by: list[str]
    month: int
    rows: list[BreakdownRow]


class ScenarioPart(msgspec.Struct, omit_defaults=True):
    """The estimate of one scenario.

    currency: of every amount, null where nothing was priced.
    as_of: the day whose list prices month 1 has; without it and *start*, those of the day of the estimate.
    start: the calendar month that month 1 is, where that is known.
    totals: years and all months, where there are several years or ``--by month`` asks for them.
    """

    name: str
    months: list[MonthPart]
    is_lower_bound: bool
    charges: list[ChargePart]
    events: EventsPart
    unknown: list[UnknownPart]
    unpriced: list[UnpricedPart]
    assumptions: list[AssumptionPart]
    steady_state: SteadyPart | None
    currency: str | None
    overrides: list[OverridePart] = []
    as_of: str | None = None
    start: str | None = None
    against: AgainstPart | None = None
    samples: list[SamplePart] = []
    totals: list[TotalPart] = []
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
