"""The shortlist for machines: JSON, CSV, and selectors in YAML to paste into a scenario; exact numbers."""

import csv
import io
from collections.abc import Sequence

import msgspec
import yaml

from costplan.advice.refusals import refusals
from costplan.engine.shortlist import Candidate, Costs, Shortlist, selectors_of
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import Price
from costplan.model.quantity import Quantity
from costplan.model.recorders import Trail
from costplan.reports.amounts import ends, money_of, plain, plain_money
from costplan.reports.plain_yaml import PlainDumper
from costplan.reports.recorder_entries import advanced_entry
from costplan.reports.shortlist_shape import (
    FORMAT,
    CandidatePart,
    CostsPart,
    FigurePart,
    PlacePart,
    ShortlistFile,
    UnmeasuredPart,
)

COLUMNS = (
    "resource_type",
    "container",
    "log_bucket",
    "accounts",
    "regions",
    "events",
    "events_low",
    "events_high",
    "list_cost",
    "list_cost_low",
    "list_cost_high",
    "is_lower_bound",
    "writes",
    "writes_low",
    "writes_high",
    "writes_list_cost",
    "writes_list_cost_low",
    "writes_list_cost_high",
    "writes_is_lower_bound",
)


@exact_arithmetic()
def render_shortlist_json(shortlist: Shortlist, prices: Sequence[tuple[str, Price]]) -> str:
    """Return the shortlist as JSON; a figure without band or interval has neither low nor high."""
    file = ShortlistFile(
        FORMAT,
        "writes" if shortlist.writes_only else "all",
        {region: plain(price.unit_price(price.tiers[0])) for region, price in prices},
        [_entry(candidate) for candidate in shortlist.candidates],
        [_entry(candidate) for candidate in shortlist.left_out],
        [
            UnmeasuredPart(
                one.resource_type,
                _places(one.places),
                one.others,
                None if one.price is None else plain(one.price),
                one.settled_by,
            )
            for one in shortlist.unmeasured
        ],
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _entry(candidate: Candidate) -> CandidatePart:
    return CandidatePart(
        candidate.resource_type,
        candidate.container,
        candidate.is_log_bucket,
        _places(candidate.places),
        _costs(candidate.all_events),
        _costs(candidate.writes),
    )


def _places(places: Sequence[tuple[str, str]]) -> list[PlacePart]:
    return [PlacePart(account, region) for account, region in places]


def _costs(costs: Costs) -> CostsPart:
    return CostsPart(_figure(costs.events), _figure(costs.cost, is_money=True), not costs.is_whole)


def _figure(quantity: Quantity, *, is_money: bool = False) -> FigurePart:
    write = plain_money if is_money else plain
    low, high = ends(quantity) or (None, None)
    return FigurePart(write(quantity.point), None if low is None else write(low), None if high is None else write(high))


@exact_arithmetic()
def render_shortlist_csv(shortlist: Shortlist) -> str:
    """Return a line for each candidate, in the order of the rank; nothing is known of an empty field."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in shortlist.candidates:
        accounts, regions = (" ".join(sorted({place[n] for place in one.places})) for n in (0, 1))
        is_log = str(one.is_log_bucket).lower()
        names = (one.resource_type or "", one.container or "", is_log, accounts, regions)
        writer.writerow((*names, *_columns(one.all_events), *_columns(one.writes)))
    return text.getvalue()


def _columns(costs: Costs) -> tuple[str, ...]:
    figures = (_figure(costs.events), _figure(costs.cost, is_money=True))
    numbers = (end or "" for figure in figures for end in (figure.point, figure.low, figure.high))
    return (*numbers, str(not costs.is_whole).lower())


@exact_arithmetic()
def render_selectors(chosen: Sequence[Candidate], *, writes_only: bool) -> str:
    """Return ``advanced_event_selectors:`` that record the data events of *chosen*, for a trail of a scenario."""
    cost = Quantity.exact(0)
    for candidate in chosen:
        cost = cost + candidate.costs(writes_only=writes_only).cost
    selectors = selectors_of(chosen, writes_only=writes_only)
    entries = [advanced_entry(selector) for selector in selectors]
    refused = "".join(f"# AWS refuses it: {p.what}\n" for p in refusals(Trail("shortlist", selectors=selectors)))
    at_least = "" if all(c.costs(writes_only=writes_only).is_whole for c in chosen) else "at least "
    what = "writes" if writes_only else "data events"
    head = (
        f"# The {what} of {len(chosen)} resources: {at_least}{money_of(cost)} a month for each trail that has them.\n"
    )
    body = yaml.dump(
        {"advanced_event_selectors": entries}, Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=120
    )
    return head + refused + body
