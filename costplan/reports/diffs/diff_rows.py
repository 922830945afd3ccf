"""What a diff has to say, in rows and sentences, before any format lays them out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from costplan.model.billing import UnknownUsage, UnpricedUsage
from costplan.model.changes import ChargeChange, CostDifference, Diff
from costplan.model.quantity import Quantity
from costplan.reports.amounts import DASH, count_of, money_of, number, plural, signed_money
from costplan.reports.diffs.change_words import change_words
from costplan.reports.diffs.differences import change_of, change_of_cause, is_any, missing_of
from costplan.reports.diffs.moved_words import effect_lines
from costplan.reports.tables import Row
from costplan.reports.wording import METER_NAMES, account_name, unknown_line, unpriced_line

WHY_HEADERS: Row = ("Why", "in order", "alone")
CHARGE_HEADERS: Row = ("Charge", "of", "quantity", "before", "after", "change")
WHOLE = "Difference"
"""What stands under the reasons: the figure that both columns add up to."""

TOGETHER = "together: changes that act on the same events"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a month costs more or less: a sentence, what comes of it, and its two figures.

    weight: how many dollars it moves, up or down.
    """

    sentence: str
    effects: tuple[str, ...]
    in_order: str
    alone: str
    weight: Decimal


def reasons(diff: Diff) -> tuple[Reason, ...]:
    """Return every reason: prices of another day, the changes in their order, and what several do together.

    Each column of figures adds up to the whole difference.
    """
    found = []
    if diff.prices is not None:
        added = change_of(diff.prices)
        found.append(Reason(_prices(diff), (), added, added, _weight(diff.prices)))
    for cause in diff.causes:
        in_order, alone = (change_of_cause(cause, figure) for figure in (cause.in_order, cause.alone))
        weight = _weight(cause.in_order)
        found.append(Reason(change_words(cause.change), effect_lines(cause), in_order, alone, weight))
    if is_any(diff.together):
        found.append(Reason(TOGETHER, (), DASH, change_of(diff.together), _weight(diff.together)))
    return tuple(found)


def _weight(difference: CostDifference) -> Decimal:
    return max(map(abs, difference.ends or (difference.point,)))


def _prices(diff: Diff) -> str:
    after, before = (estimate.scenario.settings.as_of for estimate in (diff.after, diff.before))
    then = "an earlier day" if before == after else before or "today"
    return f"list prices of {after or 'today'}, were those of {then}"


def charge_rows(diff: Diff) -> tuple[Row, ...]:
    """Return a row for each charge that differs, under ``CHARGE_HEADERS``; accounts where there are several."""
    names = {**diff.before.scenario.accounts, **diff.after.scenario.accounts}
    shown = charges_that_cost(diff)
    is_of_one = len({charge.account for charge in shown}) == 1
    return tuple(_charge_row(each, "" if is_of_one else account_name(each.account, names)) for each in shown)


def free_note(diff: Diff) -> str:
    """Return how many charges that differ have no row, because they cost nothing on either side; nothing for none."""
    free = len(diff.charges) - len(charges_that_cost(diff))
    return (
        f"{plural(free, 'charge')} for nothing, before as after, {'is' if free == 1 else 'are'} left out"
        if free
        else ""
    )


def charges_that_cost(diff: Diff) -> tuple[ChargeChange, ...]:
    """Return the charges that cost something on one side at least: first copies are counted, and free."""
    return tuple(charge for charge in diff.charges if charge.before or charge.after)


def _charge_row(charge: ChargeChange, account: str) -> Row:
    of = ", ".join(part for part in (charge.recorder, account, charge.region) if part)
    return (
        METER_NAMES[charge.meter],
        of,
        _quantities(charge),
        *(DASH if cost is None else money_of(cost) for cost in (charge.before, charge.after)),
        change_of(charge.cost),
    )


def _quantities(charge: ChargeChange) -> str:
    before, after = (_amount(q, charge.unit) for q in (charge.quantity_before, charge.quantity_after))
    return f"{before} {charge.unit}" if before == after else f"{before} → {after} {charge.unit}"


def _amount(quantity: Quantity | None, unit: str) -> str:
    if quantity is None:
        return DASH
    if not unit.startswith("GB"):
        return count_of(quantity)
    low, high = (_three_digits(end) for end in (quantity.low, quantity.high))
    return low if low == high else f"{low}–{high}"


def _three_digits(value: Decimal) -> str:
    """Return a number with three digits that say something; costs in JSON are exact.

    >>> _three_digits(Decimal("1.643433")), _three_digits(Decimal("12345.6")), _three_digits(Decimal(0))
    ('1.64', '12,346', '0')
    """
    digits = max(0, 2 - value.adjusted()) if value else 0
    return number(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def diff_notes(diff: Diff) -> tuple[str, ...]:
    """Return what is unknown or unpriced on one side only, how much on both, and what merely has another name."""
    return tuple(_notes(diff))


def _notes(diff: Diff) -> Iterator[str]:
    missing = missing_of(diff)
    yield from (f"{_is_missing(each)} now: {_missing_line(each)}" for each in missing.came)
    yield from (f"no longer {_is_missing(each)}: {_missing_line(each)}" for each in missing.went)
    as_before = len(diff.after.unknown) + len(diff.after.unpriced) - len(missing.came)
    if diff.if_another_trail:
        more = signed_money(diff.if_another_trail)
        yield f"assumed: no other trail records these management events; if one does, the difference grows by {more}"
    if as_before:
        yield f"as unknown as before: {plural(as_before, 'usage')}, which costplan estimate names"
    yield from (f"renamed, which changes nothing: {renamed.before} → {renamed.after}" for renamed in diff.renamed)


def _is_missing(missing: UnknownUsage | UnpricedUsage) -> str:
    return "unknown" if isinstance(missing, UnknownUsage) else "unpriced"


def _missing_line(missing: UnknownUsage | UnpricedUsage) -> str:
    return unknown_line(missing) if isinstance(missing, UnknownUsage) else unpriced_line(missing)
