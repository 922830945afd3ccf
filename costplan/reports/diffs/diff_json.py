"""``costplan.diff/1``: a diff for machines; exact decimals as strings, never rounded."""

from collections.abc import Sequence
from typing import Any

import msgspec

from costplan.model.changes import Change, ChargeChange, CostDifference, Diff, EventsMoved, PricedChange, Side
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.reports.amounts import plain, plain_money
from costplan.reports.diffs.change_words import change_words
from costplan.reports.diffs.diff_shape import (
    FORMAT,
    AmountPart,
    CausePart,
    ChangePart,
    ChargeChangePart,
    DifferencePart,
    DiffFile,
    DiffPart,
    MovedPart,
    RenamedPart,
    SidePart,
)
from costplan.reports.diffs.moved_words import missing_words
from costplan.reports.estimate_json import difference_ends, ends_part, unknown_part, unpriced_part
from costplan.reports.recorder_entries import advanced_entry, recorder_entry


@exact_arithmetic()
def render_diff_json(diffs: Sequence[Diff]) -> str:
    """Return the diffs as JSON."""
    file = DiffFile(FORMAT, [diff_part(diff) for diff in diffs])
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def diff_part(diff: Diff) -> DiffPart:
    """Return one diff, as ``costplan.diff/1`` and ``costplan.check/1`` have it."""
    before, after = diff.before, diff.after
    return DiffPart(
        side_part(before),
        side_part(after),
        _difference(diff.cost),
        diff.is_empty,
        [_cause(cause) for cause in diff.causes],
        _difference(diff.together),
        [_charge(charge) for charge in diff.charges],
        net=None if diff.net == diff.cost else _difference(diff.net),
        prices=None if diff.prices is None else _difference(diff.prices),
        unknown_before=[unknown_part(each) for each in before.unknown],
        unknown_after=[unknown_part(each) for each in after.unknown],
        unpriced_before=[unpriced_part(each) for each in before.unpriced],
        unpriced_after=[unpriced_part(each) for each in after.unpriced],
        renamed=[RenamedPart(each.before, each.after) for each in diff.renamed],
        if_another_trail=plain_money(diff.if_another_trail) if diff.if_another_trail else None,
    )


def side_part(estimate: Estimate) -> SidePart:
    """Return what the last month of an estimate costs."""
    listed, net = estimate.last.list_cost, estimate.last.net_cost
    day = estimate.scenario.settings.as_of
    return SidePart(
        estimate.name,
        estimate.last.month,
        plain_money(listed.point),
        plain_money(net.point),
        estimate.currency,
        estimate.is_lower_bound,
        ends_part(listed, plain_money),
        None if net == listed else ends_part(net, plain_money),
        str(day) if day else None,
    )


def _difference(difference: CostDifference) -> DifferencePart:
    return DifferencePart(plain_money(difference.point), difference_ends(difference))


def _cause(cause: PricedChange) -> CausePart:
    return CausePart(
        _change(cause.change),
        _difference(cause.in_order),
        _difference(cause.alone),
        [_moved(each) for each in cause.recorded],
        [_moved(each) for each in cause.dropped],
        [unknown_part(each) for each in cause.unknown],
        [unpriced_part(each) for each in cause.unpriced],
        [missing_words(each) for each in cause.settled],
    )


def _change(change: Change) -> ChangePart:
    return ChangePart(
        change.kind.value,
        change.recorder,
        change.recorder_kind,
        change.attribute,
        change.selector,
        _side(change.before),
        _side(change.after),
        change.where.path if change.where else None,
        change.where.line if change.where else None,
        change_words(change),
    )


def _side(side: Side) -> str | dict[str, Any] | None:
    if side is None or isinstance(side, str):
        return side
    if isinstance(side, FieldSelector):
        fields: dict[str, Any] = advanced_entry(AdvancedEventSelector((side,)))["fields"]
        return fields
    return advanced_entry(side) if isinstance(side, AdvancedEventSelector) else recorder_entry(side)


def _moved(events: EventsMoved) -> MovedPart:
    return MovedPart(
        events.recorder,
        events.category,
        events.event_source,
        events.resource_type,
        events.container,
        plain(events.quantity.point),
        ends_part(events.quantity, plain),
    )


def _charge(charge: ChargeChange) -> ChargeChangePart:
    return ChargeChangePart(
        charge.id,
        charge.kind.value,
        charge.meter.service.service_code,
        charge.meter.value,
        charge.account,
        charge.region,
        charge.recorder,
        charge.unit,
        _amount(charge.quantity_before, charge.before),
        _amount(charge.quantity_after, charge.after),
        _difference(charge.cost),
    )


def _amount(quantity: Quantity | None, cost: Quantity | None) -> AmountPart | None:
    if quantity is None or cost is None:
        return None
    return AmountPart(
        plain(quantity.point),
        plain_money(cost.point),
        ends_part(quantity, plain),
        ends_part(cost, plain_money),
    )
