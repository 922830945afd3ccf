"""What ``costplan.diff/1`` holds: the shape of a diff for machines, and its JSON Schema."""

from typing import Any, Literal

import msgspec

from costplan.reports.estimate_shape import EndsPart, UnknownPart, UnpricedPart

FORMAT: Literal["costplan.diff/1"] = "costplan.diff/1"


class DifferencePart(msgspec.Struct, omit_defaults=True):
    """How much more a month costs; *ends* are not there for a difference that is certain."""

    amount: str
    ends: EndsPart | None = None


class SidePart(msgspec.Struct, omit_defaults=True):
    """The last month of one side: list and net cost, with the ends of what is not certain.

    as_of: the day whose list prices it has, where that was said.
    """

    scenario: str
    month: int
    list_cost: str
    net_cost: str
    currency: str | None
    is_lower_bound: bool
    ends: EndsPart | None = None
    net: EndsPart | None = None
    as_of: str | None = None


class ChangePart(msgspec.Struct):
    """One change of the configuration.

    before, after: the text of a value, or a recorder, selector or field as the scenario format writes it.
    text: the sentence that tables show.
    """

    kind: Literal["added", "removed", "changed"]
    recorder: str | None
    recorder_kind: str
    attribute: str
    selector: str
    before: str | dict[str, Any] | None
    after: str | dict[str, Any] | None
    file: str | None
    line: int | None
    text: str


class MovedPart(msgspec.Struct, omit_defaults=True):
    """Events that a recorder records after a change and not before it, or the other way round; in a month."""

    recorder: str
    category: str
    event_source: str | None
    resource_type: str | None
    container: str | None
    quantity: str
    ends: EndsPart | None = None


class CausePart(msgspec.Struct, omit_defaults=True):
    """A change and what it does: in order after all before it, and alone; in order they add up, alone they need not.

    settled: what was unknown or unpriced and is no more, in words.
    """

    change: ChangePart
    in_order: DifferencePart
    alone: DifferencePart
    recorded: list[MovedPart] = []
    dropped: list[MovedPart] = []
    unknown: list[UnknownPart] = []
    unpriced: list[UnpricedPart] = []
    settled: list[str] = []


class AmountPart(msgspec.Struct, omit_defaults=True):
    """A quantity and its cost on one side of a diff."""

    quantity: str
    list_cost: str
    of_quantity: EndsPart | None = None
    ends: EndsPart | None = None


class ChargeChangePart(msgspec.Struct, omit_defaults=True):
    """A charge of the last month that differs, over all tiers; null is no charge."""

    id: str
    kind: Literal["added", "removed", "changed"]
    service: str
    meter: str
    account: str
    region: str
    recorder: str
    unit: str
    before: AmountPart | None
    after: AmountPart | None
    difference: DifferencePart


class RenamedPart(msgspec.Struct):
    """A recorder that is the same under another name."""

    before: str
    after: str


class DiffPart(msgspec.Struct, omit_defaults=True):
    """What one scenario costs more than another, and why; list cost is *prices* and the causes in order, added up.

    net: after discounts, where that differs.
    prices: what list prices of another day alone add; null where both sides have those of one day.
    together: what is left of the whole when every change is taken alone.
    if_another_trail: what comes on top if a trail that nobody showed has the free first copies.
    """

    before: SidePart
    after: SidePart
    difference: DifferencePart
    is_empty: bool
    causes: list[CausePart]
    together: DifferencePart
    charges: list[ChargeChangePart]
    net: DifferencePart | None = None
    prices: DifferencePart | None = None
    unknown_before: list[UnknownPart] = []
    unknown_after: list[UnknownPart] = []
    unpriced_before: list[UnpricedPart] = []
    unpriced_after: list[UnpricedPart] = []
    renamed: list[RenamedPart] = []
    if_another_trail: str | None = None


class DiffFile(msgspec.Struct):
    """One or more diffs."""

    format: Literal["costplan.diff/1"]
    diffs: list[DiffPart]


def diff_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    (schema,), components = msgspec.json.schema_components((DiffFile,), ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"costplan: differences ({FORMAT})"}
    return {**whole, **schema, "$defs": components}
