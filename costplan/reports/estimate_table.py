"""The comparison: a column for each scenario, a row for each kind of charge, what is recorded and what not known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from costplan.engine.changes.selection import selecting_otherwise
from costplan.engine.comparison import compare, list_cost_of, net_cost_of
from costplan.engine.periods import MONTHS_OF_A_YEAR
from costplan.model.billing import Charge, Meter, Service
from costplan.model.estimate import Estimate, MonthEstimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, total
from costplan.reports import Dimension
from costplan.reports.amounts import AT_LEAST, AT_MOST, DASH, count_of, difference_of, interval_of, total_of
from costplan.reports.breakdown import (
    SAVED_NOTE,
    Costs,
    Share,
    breakdown_table,
    is_any_discounted,
    is_any_sampled,
    saves,
    shares,
)
from costplan.reports.tables import Row, Table, render_table, wrap_line, wrap_parts
from costplan.reports.totals import INTERVAL, total_rows
from costplan.reports.wording import (
    INSIGHTS_CATEGORIES,
    METER_NAMES,
    insights_name,
    notes_of,
    prices_used,
    samples,
    what_was_measured,
)

FREE = "free"
STEADY = "Total, once nothing changes"
STEADY_NET = "after discounts, once nothing changes"

_BILL_ORDER = {meter: position for position, meter in enumerate(METER_NAMES)}


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One row of the table: its place on the bill, and its name."""

    position: int
    name: str
    is_free: bool = field(default=False, compare=False)


@exact_arithmetic()
def render_table_of(
    estimates: Sequence[Estimate],
    width: int,
    by: Sequence[Dimension] = (),
    top: int | None = None,
    *,
    is_explained: bool = False,
) -> str:
    """Return the title, the comparison or a breakdown, and the notes, in lines of at most *width* characters.

    is_explained: the explanation follows, so nothing has to point to it.
    """
    table = breakdown_table(estimates, by, top) if by else comparison(estimates)
    notes = [wrap_line(line, width) for line in notes_under(estimates, by, is_explained=is_explained)]
    parts = [title(estimates, width), render_table(table, width), "\n".join(notes)]
    return "\n\n".join(part for part in parts if part)


def notes_under(
    estimates: Sequence[Estimate], by: Sequence[Dimension] = (), *, is_explained: bool = False
) -> tuple[str, ...]:
    """Return the sentences under a table, those about its columns first."""
    about = (SAVED_NOTE,) if saves(by, estimates) else ()
    return about + notes_of(estimates).lines(points_to_explain=not is_explained)


def title(estimates: Sequence[Estimate], width: int) -> str:
    """Return what the table shows, whose prices it uses, and what its volumes come from."""
    starts = sorted({f"{day:%Y-%m}" for estimate in estimates if (day := estimate.scenario.settings.start)})
    dated = f"months from {' and '.join(starts)}" if starts else ""
    about = (dated, prices_used(estimates), what_was_measured(estimates), samples(estimates))
    parts = ["CloudTrail cost per month", *about]
    return wrap_parts([part for part in parts if part], width)


def comparison(estimates: Sequence[Estimate]) -> Table:
    """Return the rows of the comparison; amounts are those of the last month unless a row says otherwise."""
    month = last_month(estimates)
    costs = [lines_of(estimate, month) for estimate in estimates]
    rows: list[Row | None] = [
        (line.name, *(_cell(line, cost.get(line)) for cost in costs)) for line in sorted(set().union(*costs))
    ]
    if rows:
        rows.append(None)
    rows.extend(_totals(estimates, month))
    rows.extend(_events(estimates))
    grows = any(estimate.scenario.settings.growth_per_month for estimate in estimates)
    return Table((month if grows else "", *(estimate.name for estimate in estimates)), tuple(rows))


def last_month(estimates: Sequence[Estimate]) -> str:
    """Return what the last month is called: by its number where the scenarios agree on it."""
    months = {estimate.last.month for estimate in estimates}
    return f"month {months.pop()}" if len(months) == 1 else "last month"


def lines_of(estimate: Estimate, month: str) -> dict[Line, Costs]:
    """Return the cost of each row of one scenario, data events by resource type; they add up to the month's totals."""
    costs: dict[Line, Costs] = {}
    for charge in estimate.last.charges:
        for line, part in _lines_of_charge(charge, estimate, month):
            costs[line] = costs.get(line, Costs()).plus(part.list_cost, part.net_cost)
    return costs


def _lines_of_charge(charge: Charge, estimate: Estimate, month: str) -> list[tuple[Line, Share]]:
    whole = Share(None, charge.list_cost, charge.net_cost)
    meter = charge.usage.meter
    position = _BILL_ORDER[meter]
    if meter is Meter.MANAGEMENT_FIRST_COPY:
        # A recorder that never has the first copy of anything has nothing to be free.
        is_recorded = bool(charge.usage.quantity)
        return [(Line(position, METER_NAMES[meter], is_free=True), whole)] if is_recorded else []
    if meter is Meter.DATA:
        found = []
        for share in shares(charge):
            of_type = share.detail.resource_type if share.detail else None
            found.append((Line(position, METER_NAMES[meter] + (f", {of_type}" if of_type else "")), share))
        return found
    if meter in INSIGHTS_CATEGORIES:
        return [(Line(position, insights_name(meter, estimate)), whole)]
    if meter.service is Service.S3:
        return [(Line(_BILL_ORDER[Meter.S3_STORAGE_STANDARD], f"S3 storage and requests, {month}"), whole)]
    if meter.service is Service.SNS:
        return [(Line(_BILL_ORDER[Meter.SNS_REQUESTS], "SNS requests and notices"), whole)]
    return [(Line(position, METER_NAMES[meter]), whole)]


def _cell(line: Line, cost: Costs | None) -> str:
    if cost is None:
        return DASH
    return FREE if line.is_free and not cost.listed else str(cost)


def _totals(estimates: Sequence[Estimate], month: str) -> list[Row]:
    def row(label: str, costs: Iterable[Quantity]) -> Row:
        bounds = (estimate.is_lower_bound for estimate in estimates)
        return (label, *(total_of(cost, is_lower_bound=b) for cost, b in zip(costs, bounds, strict=True)))

    rows: list[Row] = []
    is_discounted = is_any_discounted(estimates)
    if any(len(estimate.months) > 1 for estimate in estimates):
        rows.append(row("Total, month 1", (e.months[0].list_cost for e in estimates)))
        if is_discounted:
            rows.append(row("after discounts, month 1", (e.months[0].net_cost for e in estimates)))
    rows.append(row(f"Total, {month}", (e.last.list_cost for e in estimates)))
    if is_any_sampled(estimates):
        rows.append((INTERVAL, *(interval_of(e.last.list_cost) for e in estimates)))
    if is_discounted:
        rows.append(row(f"after discounts, {month}", (e.last.net_cost for e in estimates)))
    if any(estimate.steady is not None and estimate.steady.month > 1 for estimate in estimates):
        rows.append((STEADY, *(_steady(e, lambda month: month.list_cost) for e in estimates)))
        if is_discounted:
            rows.append((STEADY_NET, *(_steady(e, lambda month: month.net_cost) for e in estimates)))
    if len(estimates) > 1:
        first, *others = estimates
        differences = (difference(other, first, is_net=is_discounted) for other in others)
        rows.append((f"against {first.name}", DASH, *differences))
    if any(len(estimate.months) > MONTHS_OF_A_YEAR for estimate in estimates):
        rows.extend((label, *cells) for label, cells in total_rows(estimates))
    return rows


def _steady(estimate: Estimate, cost_of: Callable[[MonthEstimate], Quantity]) -> str:
    """Return what a month costs once nothing changes any more, and from which month that is so."""
    if estimate.steady is None:
        return "grows on"
    cost = total_of(cost_of(estimate.steady), is_lower_bound=estimate.is_lower_bound)
    return f"{cost} (month {estimate.steady.month})"


def difference(estimate: Estimate, first: Estimate, *, is_net: bool) -> str:
    """Return how much more the last month of a scenario costs than that of the first.

    Where only one of the two totals is a lower bound, the difference is bounded on one side.
    """
    bound = ""
    if estimate.is_lower_bound != first.is_lower_bound:
        bound = AT_LEAST if estimate.is_lower_bound else AT_MOST
    otherwise = selecting_otherwise(first.scenario, estimate.scenario)
    return bound + difference_of(compare(estimate.last, first.last, net_cost_of if is_net else list_cost_of, otherwise))


def _events(estimates: Sequence[Estimate]) -> list[Row]:
    """Return how many events are recorded by at least one recorder, of how many, and how many by none."""
    happened = [total(e.events.happened.values()) for e in estimates]
    recorded = [count_of(total(e.events.recorded.values())) for e in estimates]
    missed = [total(e.events.recorded_by_none.values()) for e in estimates]
    rows: list[Row]
    if any(every.is_sampled for every in happened):
        rows = [
            ("Events recorded a month", *recorded),
            ("of all events a month", *(count_of(every) for every in happened)),
        ]
    elif len(set(happened)) == 1:
        rows = [(f"Events recorded, of {count_of(happened[0])} a month", *recorded)]
    else:
        cells = (f"{some} of {count_of(every)}" for some, every in zip(recorded, happened, strict=True))
        rows = [("Events recorded a month", *cells)]
    if any(missed):
        rows.append(("Events recorded by none", *(count_of(none) for none in missed)))
    return rows
