"""Differences as text: with their sign and their ends; one that unknowns come or go with is a bound."""

from collections.abc import Mapping
from dataclasses import dataclass

from costplan.model.billing import UnknownUsage, UnpricedUsage
from costplan.model.changes import CostDifference, Diff, PricedChange
from costplan.model.estimate import Estimate
from costplan.model.numbers import ZERO
from costplan.reports.amounts import AT_LEAST, AT_MOST, difference_of, money, signed_money, total_of


@dataclass(frozen=True, slots=True)
class Missing:
    """What is unknown or unpriced on one side of a diff only: after it (came), or before it (went)."""

    came: tuple[UnknownUsage | UnpricedUsage, ...]
    went: tuple[UnknownUsage | UnpricedUsage, ...]


def is_any(difference: CostDifference) -> bool:
    """Whether there is a difference, or could be."""
    return any((difference.point, difference.low, difference.high, difference.half_width))


def change_of(difference: CostDifference, *, comes: bool = False, goes: bool = False) -> str:
    """Return a difference: both ends of one that is not decided, the margin of one that was sampled.

    comes, goes: whether something that nobody knows the cost of is there after it only, or before it only.

    >>> from decimal import Decimal
    >>> low, high = Decimal(-1), Decimal(2)
    >>> change_of(CostDifference(high, low, high)), change_of(CostDifference(high, high, high), comes=True)
    ('-$1.00 to +$2.00', '≥ +$2.00')
    >>> change_of(CostDifference(high, high, high + Decimal("0.001")))
    '+$2.00'
    """
    ends = difference.ends
    if difference.has_band and ends is not None:
        low, high = map(signed_money, ends)
        text = low if low == high else f"{low} to {high}"
    else:
        text = difference_of(difference)
    if comes and goes:
        return f"{text} and unknowns"
    if comes and text.startswith("+<"):
        return f"> {money(ZERO)}"
    return (AT_LEAST if comes else AT_MOST if goes else "") + text


def change_of_diff(diff: Diff, *, is_net: bool = False) -> str:
    """Return how much more a month costs after a change than before it, at list prices or after discounts."""
    missing = missing_of(diff)
    return change_of(diff.net if is_net else diff.cost, comes=bool(missing.came), goes=bool(missing.went))


def change_of_cause(cause: PricedChange, difference: CostDifference) -> str:
    """Return what one change adds, *difference* being its figure in order or alone."""
    return change_of(difference, comes=bool(cause.unknown or cause.unpriced), goes=bool(cause.settled))


def both_totals(diff: Diff, *, is_net: bool = False) -> str:
    """Return the last month's total before and after: ``$100.00 → $112.30``."""
    return f"{_total(diff.before, is_net=is_net)} → {_total(diff.after, is_net=is_net)}"


def _total(estimate: Estimate, *, is_net: bool) -> str:
    cost = estimate.last.net_cost if is_net else estimate.last.list_cost
    return total_of(cost, is_lower_bound=estimate.is_lower_bound)


def is_discounted(diff: Diff) -> bool:
    """Whether discounts make what is paid another amount than list prices, on either side."""
    return bool(diff.before.scenario.discounts or diff.after.scenario.discounts)


def name_of(diff: Diff) -> str:
    """Return the scenario that changes; both names where it has another afterwards."""
    before, after = diff.before.name, diff.after.name
    return after if before == after else f"{before} → {after}"


def missing_of(diff: Diff) -> Missing:
    """Return what is unknown or unpriced on one side only; a recorder with another name is the same one."""
    names = {renamed.before: renamed.after for renamed in diff.renamed}
    before = {_identity(each, names): each for each in _all_of(diff.before)}
    after = {_identity(each, {}): each for each in _all_of(diff.after)}
    return Missing(
        tuple(each for key, each in after.items() if key not in before),
        tuple(each for key, each in before.items() if key not in after),
    )


def _all_of(estimate: Estimate) -> tuple[UnknownUsage | UnpricedUsage, ...]:
    return (*estimate.unknown, *estimate.unpriced)


def _identity(missing: UnknownUsage | UnpricedUsage, names: Mapping[str, str]) -> tuple[object, ...]:
    if isinstance(missing, UnpricedUsage):
        usage = missing.usage
        return usage.meter, names.get(usage.recorder, usage.recorder), usage.account, usage.region
    recorder = names.get(missing.recorder, missing.recorder)
    return missing.meter, recorder, missing.accounts, missing.regions, missing.what
