"""Amounts of money as text, for whoever writes sentences; rounded here and nowhere before."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_MOST_PLACES = 12


def money(amount: Decimal) -> str:
    """Return dollars and cents, half up; an amount that would round to nothing says so.

    >>> money(Decimal("1234.565")), money(Decimal("0.004")), money(Decimal(0))
    ('$1,234.57', '<$0.01', '$0.00')
    """
    if amount < 0:
        return "-" + money(-amount)
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    return "<$0.01" if amount and not cents else f"${cents:,}"


def money_beside(amount: Decimal, other: Decimal) -> str:
    """Return an amount with as many digits as tell it from *other*.

    >>> money_beside(Decimal("500.0004"), Decimal(500)), money_beside(Decimal(9), Decimal(8))
    ('$500.0004', '$9.00')
    """
    text = money(amount)
    if amount == other or text != money(other):
        return text
    places = (Decimal(1).scaleb(-digits) for digits in range(3, _MOST_PLACES + 1))
    return next(
        (
            f"{'-' if amount < 0 else ''}${abs(amount).quantize(place, ROUND_HALF_UP):,}"
            for place in places
            if amount.quantize(place, ROUND_HALF_UP) != other.quantize(place, ROUND_HALF_UP)
        ),
        text,
    )
