"""Free monthly allowances: which of them a scenario applies, and the dollars that hang on the choice."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from costplan.engine.rating import NO_GROUPS, rate
from costplan.model.billing import Usage
from costplan.model.estimate import Assumption, MonthEstimate
from costplan.model.numbers import ZERO
from costplan.model.prices import FreeAllowance, PriceList
from costplan.model.scenario import Settings


def applied(prices: PriceList, settings: Settings) -> tuple[FreeAllowance, ...]:
    """Return the allowances that a scenario applies."""
    return tuple(a for a in prices.allowances if a.service in settings.free_allowances)


def of_allowances(
    last: MonthEstimate, prices: PriceList, settings: Settings, groups: Mapping[str, str] = NO_GROUPS
) -> Iterator[Assumption]:
    """Yield that allowances are applied, or left to other use of the accounts, with what that moves.

    groups: the billing group of each account that has one of its own.
    """
    usages = tuple({charge.id: charge.usage for charge in last.charges}.values())
    for is_applied in (True, False):
        several = [a for a in prices.allowances if (a.service in settings.free_allowances) is is_applied]
        drawn_on = [a for a in several if any(usage.meter.value in a.meters for usage in usages)]
        moves = _cost(usages, prices, (), groups) - _cost(usages, prices, drawn_on, groups)
        if moves:
            named = ", ".join(_words(allowance) for allowance in drawn_on)
            text = f"the free monthly allowances ({named}) are "
            text += "all there: nothing else draws on them" if is_applied else "left to other use of the accounts"
            yield Assumption("free-allowances", text, moves)


def _cost(
    usages: Sequence[Usage], prices: PriceList, allowances: Sequence[FreeAllowance], groups: Mapping[str, str]
) -> Decimal:
    charges, _ = rate(usages, prices, {}, 1, allowances, groups)
    return sum((charge.list_cost.point for charge in charges), ZERO)


def _words(allowance: FreeAllowance) -> str:
    return f"{allowance.quantity:,f} {allowance.what}"
