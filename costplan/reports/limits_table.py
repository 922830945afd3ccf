"""How far scenarios are from a limit, and where the cheaper one changes, for people."""

from collections.abc import Sequence
from decimal import Decimal

from costplan.engine.limits import LARGEST_FACTOR, BreakEven, Limit
from costplan.reports.amounts import DASH, count, money, number
from costplan.reports.tables import Row, Table, render_table, wrap_line
from costplan.reports.wording import METER_NAMES

AFTER_DISCOUNTS = ", after discounts"


def render_limits(limits: Sequence[Limit], width: int = 80) -> str:
    """Return a table: how often as much of everything, or how much of one meter alone, brings a month to its limit."""
    meters = list(dict.fromkeys(meter.meter for limit in limits for meter in limit.meters))
    alone = [{meter.meter: f"{_amount(meter.then, meter.unit)}" for meter in limit.meters} for limit in limits]
    is_discounted = any(limit.is_discounted for limit in limits)
    rows: list[Row | None] = [
        (f"the last month costs{', net' if is_discounted else ''}", *(money(limit.cost.point) for limit in limits)),
        ("reached at all volumes ×", *(_factor(limit) for limit in limits)),
    ]
    if meters:
        rows += [None, *((f"or at {METER_NAMES[m]}", *(found.get(m, DASH) for found in alone)) for m in meters)]
    title = f"Limit of {money(limits[0].limit)} a month{AFTER_DISCOUNTS if is_discounted else ''}"
    return f"{title}\n\n{render_table(Table(('', *(limit.name for limit in limits)), tuple(rows)), width)}"


def render_break_evens(found: Sequence[BreakEven], width: int = 80) -> str:
    """Return a sentence for each change of the cheaper scenario."""
    if not found:
        return "As all volumes rise or fall together, the cheaper scenario stays the cheaper one."
    return "\n".join(wrap_line(_sentence(each), width) for each in found)


def _sentence(found: BreakEven) -> str:
    sentence = f"{found.below} is cheaper below {number(found.factor)} × these volumes, {found.above} above"
    return sentence + (AFTER_DISCOUNTS if found.is_discounted else "")


def _factor(limit: Limit) -> str:
    if limit.factor is None:
        return f"beyond {number(LARGEST_FACTOR)}"
    bound = "≤ " if limit.is_lower_bound else ""
    return f"{bound}{number(limit.factor)}" + (" (it is over)" if limit.is_over else "")


def _amount(value: Decimal, unit: str) -> str:
    return f"{count(value)} {unit}"
