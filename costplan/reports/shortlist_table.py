"""The shortlist for people: each container with what it would cost, its share, and what it comes to so far."""

from collections import Counter
from collections.abc import Sequence

from costplan.engine.shortlist import Candidate, Costs, Shortlist, Unmeasured
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import Price
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.reports.amounts import DASH, count_of, interval_of, plural, price_of_events, share_of, total_of
from costplan.reports.tables import Row, Table, render_table, wrap_line
from costplan.reports.wording import places

INTERVAL = "95 % interval"
NO_NAME = f"{DASH} (no row says whose)"
LOG_BUCKET = "log bucket"


@exact_arithmetic()
def render_shortlist(
    shortlist: Shortlist, prices: Sequence[tuple[str, Price]], width: int, top: int | None = None
) -> str:
    """Return a row for each candidate, dearest first, the rest as one, the total; then what is unknown or left out."""
    body = render_table(shortlist_table(shortlist, top), width) if shortlist.candidates else "no data events"
    notes = "\n".join(wrap_line(note, width) for note in _notes(shortlist))
    return "\n\n".join(part for part in (wrap_line(_heading(prices), width), body, notes) if part)


def _heading(prices: Sequence[tuple[str, Price]]) -> str:
    listed = sorted({price.unit_price(price.tiers[0]) for _, price in prices})
    if not listed:
        return "Data events per month · no list price"
    span = " to ".join(price_of_events(price) for price in dict.fromkeys((listed[0], listed[-1])))
    whose = "your own prices" if any(price.is_override for _, price in prices) else "list prices"
    return f"Data events per month, each recorded once · {whose}, {span}"


def shortlist_table(shortlist: Shortlist, top: int | None = None) -> Table:
    """Return events, the cost of all and of the writes, share and running total of the rank, for each candidate."""
    candidates = shortlist.candidates
    shown, others = (candidates, ()) if top is None or len(candidates) <= top else (candidates[:top], candidates[top:])
    types = Counter(candidate.container for candidate in candidates)
    has_logs = any(candidate.is_log_bucket for candidate in candidates)
    ranked = _together([c.costs(writes_only=shortlist.writes_only) for c in candidates])
    so_far = NOTHING
    is_whole = True
    rows: list[Row | None] = []
    for candidate in shown:
        costs = candidate.costs(writes_only=shortlist.writes_only)
        so_far, is_whole = so_far + costs.cost, is_whole and costs.is_whole
        label = candidate.container or NO_NAME
        if candidate.container is None or types[candidate.container] > 1:
            label += f" {candidate.resource_type or ''}".rstrip()
        mark = (LOG_BUCKET if candidate.is_log_bucket else "",) if has_logs else ()
        rows.append((label, *mark, *_cells(candidate), _share(costs, ranked), _sum(so_far, is_whole=is_whole)))
    blank = ("",) if has_logs else ()
    if others:
        rest = _whole(others)
        costs = rest.costs(writes_only=shortlist.writes_only)
        so_far, is_whole = so_far + costs.cost, is_whole and costs.is_whole
        label = f"others ({plural(len(others), 'row')})"
        rows.append((label, *blank, *_cells(rest), _share(costs, ranked), _sum(so_far, is_whole=is_whole)))
    every = _whole(candidates)
    name = "Total of these" if shortlist.unmeasured else "Total"
    rows += [None, (name, *blank, *_cells(every), "", "")]
    if every.all_events.cost.is_sampled:
        ends = [interval_of(costs.cost) for costs in (every.all_events, every.writes)]
        rows.append((INTERVAL, *blank, "", *ends, "", ""))
    marks = ("",) if has_logs else ()
    by = "writes" if shortlist.writes_only else "all"
    headers = ("resource", *marks, "events", "all events", "writes only", f"share, {by}", f"so far, {by}")
    return Table(headers, tuple(rows), texts=frozenset({1}) if has_logs else frozenset())


def _whole(candidates: Sequence[Candidate]) -> Candidate:
    every, writes = (_together([c.costs(writes_only=flag) for c in candidates]) for flag in (False, True))
    return Candidate(None, None, False, every, writes)


def _together(parts: Sequence[Costs]) -> Costs:
    return Costs(total(p.events for p in parts), total(p.cost for p in parts), all(p.is_whole for p in parts))


def _cells(candidate: Candidate) -> Row:
    every, writes = candidate.all_events, candidate.writes
    return (count_of(every.events), _money(every), _money(writes))


def _money(costs: Costs) -> str:
    if not costs.is_whole and not costs.cost:
        return "unknown"
    return _sum(costs.cost, is_whole=costs.is_whole)


def _sum(cost: Quantity, *, is_whole: bool) -> str:
    return total_of(cost, is_lower_bound=not is_whole)


def _share(costs: Costs, ranked: Costs) -> str:
    return share_of(costs.cost.point, ranked.cost.point)


def _notes(shortlist: Shortlist) -> list[str]:
    notes = [unmeasured_line(one) for one in shortlist.unmeasured]
    if any(not c.all_events.is_whole or not c.writes.is_whole for c in shortlist.candidates if c.container):
        notes.append("≥ or unknown: reads or writes there were not measured, or their Region has no list price")
    if shortlist.left_out:
        cost = _whole(shortlist.left_out).all_events
        names = ", ".join(c.container or NO_NAME for c in shortlist.left_out)
        notes.append(f"left out, since trails deliver into them: {names}: {_money(cost)} a month")
    elif any(c.is_log_bucket for c in shortlist.candidates):
        notes.append(
            "log bucket: a trail that records it records its own deliveries; --without-log-buckets leaves it out"
        )
    return notes


def unmeasured_line(one: Unmeasured) -> str:
    """Return what nobody measured, where, and what it would cost."""
    accounts, regions = ({place[n] for place in one.places} for n in (0, 1))
    where = places(sorted(accounts), sorted(regions))
    besides = f" beside the {one.others:,} above" if one.others else ""
    price = f"; {price_of_events(one.price)}" if one.price is not None else ""
    return f"unknown: {one.resource_type}{besides} ({where}): nothing measured them{price} ({one.settled_by})"
