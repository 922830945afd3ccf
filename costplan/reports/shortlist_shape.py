"""What ``costplan.shortlist/1`` holds: the shape of the shortlist for machines, and its JSON Schema."""

from typing import Any, Literal

import msgspec

FORMAT: Literal["costplan.shortlist/1"] = "costplan.shortlist/1"


class FigurePart(msgspec.Struct, omit_defaults=True):
    """A figure of a month as an exact decimal; one without band or interval has neither low nor high."""

    point: str
    low: str | None = None
    high: str | None = None


class CostsPart(msgspec.Struct):
    """Events a month, and what recording each of them once costs in USD at list prices.

    is_lower_bound: a part was not measured, or has no list price.
    """

    events: FigurePart
    list_cost: FigurePart
    is_lower_bound: bool


class PlacePart(msgspec.Struct):
    """An account and a Region."""

    account: str
    region: str


class CandidatePart(msgspec.Struct):
    """A bucket, function, table or the like; null where no row says which.

    log_bucket: trails deliver into it.
    writes: the part of *all* that a selector of writes admits.
    """

    resource_type: str | None
    container: str | None
    log_bucket: bool
    places: list[PlacePart]
    all: CostsPart
    writes: CostsPart


class UnmeasuredPart(msgspec.Struct):
    """Resources of a type that no source could have seen in some places.

    measured_beside: how many of the type were measured there.
    list_unit_price: the dearest of an event there; null where none is listed.
    """

    resource_type: str
    places: list[PlacePart]
    measured_beside: int
    list_unit_price: str | None
    settled_by: str


class ShortlistFile(msgspec.Struct):
    """What recording data events would cost, dearest first.

    list_unit_prices: of a data event, by Region.
    left_out: log buckets that were asked to be left out.
    """

    format: Literal["costplan.shortlist/1"]
    ranked_by: Literal["all", "writes"]
    list_unit_prices: dict[str, str]
    candidates: list[CandidatePart]
    left_out: list[CandidatePart]
    unknown: list[UnmeasuredPart]


def shortlist_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    (schema,), components = msgspec.json.schema_components((ShortlistFile,), ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"costplan: shortlists ({FORMAT})"}
    return {**whole, **schema, "$defs": components}
