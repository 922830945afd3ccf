"""Numbers as text: money, counts, quantities, ages.  The one place that rounds, and only for people's eyes.

JSON and CSV get ``plain`` numbers, which are never rounded.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from costplan.advice.amounts import money as money
from costplan.engine.uncertainty import half_width, interval
from costplan.model.changes import CostDifference
from costplan.model.numbers import ZERO
from costplan.model.prices import Price
from costplan.model.quantity import Quantity

DASH = "–"
"""Not applicable; never zero."""

AT_LEAST = "≥ "
AT_MOST = "≤ "

_CENT = Decimal("0.01")
_NEGLIGIBLE = Decimal("0.000001")
# From which count a unit is used: 999.5 million would be written 1,000M.
_SHORT = ((Decimal(999_500_000), Decimal(10**9), "B"), (Decimal(10**6), Decimal(10**6), "M"))
_EVENTS_PER_LISTED_PRICE = 100_000


def signed_money(amount: Decimal) -> str:
    """Return a difference, with its sign.

    >>> signed_money(Decimal("0.48")), signed_money(Decimal("-3")), signed_money(Decimal(0))
    ('+$0.48', '-$3.00', '$0.00')
    """
    return ("+" if amount > 0 else "") + money(amount)


def close_money(amount: Decimal) -> str:
    """Return an amount with two digits that say something, however small.

    >>> close_money(Decimal("129.92")), close_money(Decimal("0.0000375"))
    ('$129.92', '$0.000038')
    """
    if not amount or abs(amount) >= _CENT:
        return money(amount)
    sign = "-" if amount < 0 else ""
    digits = Decimal(1).scaleb(amount.adjusted() - 1)
    return f"{sign}${abs(amount).quantize(digits, ROUND_HALF_UP):f}"


def ends(quantity: Quantity) -> tuple[Decimal, Decimal] | None:
    """Return the ends of the band, widened by what a sample leaves to chance; nothing for a figure that is certain."""
    return interval(quantity) if quantity.has_band or quantity.is_sampled else None


def money_of(quantity: Quantity, *, is_close: bool = False) -> str:
    """Return an amount: with both ends of its band, and with the half width of its interval.

    >>> money_of(Quantity.between(Decimal(12), Decimal(14)))
    '$12.00–$14.00'
    """
    write = close_money if is_close else money
    return _spread(quantity, write, write)


def listed_and_net(listed: Quantity, net: Quantity) -> str:
    """Return a list cost, and behind it what discounts leave of it where the two differ.

    >>> listed_and_net(Quantity.exact(Decimal(2)), Quantity.exact(Decimal("1.86")))
    '$2.00 (net $1.86)'
    """
    text, after = money_of(listed), money_of(net)
    return text if text == after else f"{text} (net {after})"


def interval_of(quantity: Quantity) -> str:
    """Return low and high of an amount that was sampled, its band included; a dash for any other."""
    return _between(quantity, money)


def counts_between(quantity: Quantity) -> str:
    """Return low and high of a number of events that was sampled, its band included; a dash for any other."""
    return _between(quantity, count)


def _between(quantity: Quantity, write: Callable[[Decimal], str]) -> str:
    if not quantity.is_sampled:
        return DASH
    low, high = (write(end) for end in interval(quantity))
    return low if low == high else f"{low}–{high}"


def total_of(quantity: Quantity, *, is_lower_bound: bool) -> str:
    """Return a total; one that holds unknowns is at least what it says.

    >>> total_of(Quantity.exact(Decimal("22.12")), is_lower_bound=True)
    '≥ $22.12'
    >>> total_of(Quantity.exact(Decimal("0.001")), is_lower_bound=True)
    '> $0.00'
    >>> total_of(Quantity.between(Decimal("0.001"), Decimal(800)), is_lower_bound=True)
    '≥ $0.00–$800.00'
    """
    text = money_of(quantity)
    if not is_lower_bound:
        return text
    if not text.startswith("<"):
        return AT_LEAST + text
    rest = text.removeprefix(money(Decimal("0.001")))
    return f"{AT_LEAST}{money(ZERO)}{rest}" if rest else f"> {money(ZERO)}"


def difference_of(difference: CostDifference) -> str:
    """Return a difference with its sign; one of banded figures is that of their points, and says so.

    >>> difference_of(CostDifference(Decimal("0.48"), Decimal("0.48"), Decimal("0.48"), Decimal("0.1")))
    '+$0.48 ± $0.10'
    """
    text = ("about " if difference.has_band else "") + signed_money(difference.point)
    return _with_margin(text, difference.half_width, money)


def count_of(quantity: Quantity) -> str:
    """Return a number of events, with its band or interval.

    >>> count_of(Quantity.between(Decimal(0), Decimal(61_400_000)))
    '0–61.4M'
    """
    return _spread(quantity, count, count)


def number_of(quantity: Quantity) -> str:
    """Return a quantity in full, with its band and interval."""
    return _spread(quantity, number, _three_digits)


def _spread(quantity: Quantity, write: Callable[[Decimal], str], write_margin: Callable[[Decimal], str]) -> str:
    low, high = write(quantity.low), write(quantity.high)
    text = low if low == high else f"{low}–{high}"
    margin = half_width(quantity.replicates)
    # Replicates are stored in 24 bits, so those of a known total do not cancel to the last one.
    return text if margin < quantity.high * _NEGLIGIBLE else _with_margin(text, margin, write_margin)


def _with_margin(text: str, margin: Decimal, write: Callable[[Decimal], str]) -> str:
    if not margin:
        return text
    written = write(margin)
    # Of two things too small to print, one is enough.
    return text if "<" in text and "<" in written else f"{text} ± {written}"


def _three_digits(margin: Decimal) -> str:
    """Return how far an interval reaches, as closely as such a thing is known.

    >>> _three_digits(Decimal("204873.2")), _three_digits(Decimal("0.0123456"))
    ('205,000', '0.0123')
    """
    return number(margin.quantize(Decimal(1).scaleb(margin.adjusted() - 2), ROUND_HALF_UP))


def count(value: Decimal | int) -> str:
    """Return a number of events: whole, and with three digits from a million on.

    >>> count(Decimal("12345.5")), count(63_100_000), count(Decimal("0.2")), count(1_234_000_000)
    ('12,346', '63.1M', '<1', '1.23B')
    """
    value = Decimal(value)
    whole = value.quantize(Decimal(1), ROUND_HALF_UP)
    if value and not whole:
        return "<1"
    for least, unit, name in _SHORT:
        if whole >= least:
            scaled = whole / unit
            digits = max(0, 2 - max(0, scaled.adjusted()))
            return f"{scaled.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}{name}"
    return f"{whole:,}"


def number(value: Decimal | int) -> str:
    """Return a number in full, with at most six decimals.

    >>> number(Decimal("6496000.50")), number(Decimal(1) / 3)
    ('6,496,000.5', '0.333333')
    """
    value = Decimal(value)
    rounded = value.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    if value and not rounded:
        return f"{value.quantize(Decimal(1).scaleb(value.adjusted() - 1), ROUND_HALF_UP):f}"
    return _without_zeros(f"{rounded:,f}")


def plain(value: Decimal) -> str:
    """Return a number exactly, without exponent: for JSON and CSV.

    >>> plain(Decimal("6.496E+6")), plain(Decimal("0.00002")), plain(Decimal("-0.0"))
    ('6496000', '0.00002', '0')
    """
    return _without_zeros(f"{value:f}") if value else "0"


def plain_money(value: Decimal) -> str:
    """Return an amount exactly, without exponent and with at least two decimals: for JSON and CSV.

    >>> plain_money(Decimal("15")), plain_money(Decimal("0.12345600"))
    ('15.00', '0.123456')
    """
    whole, _, decimals = plain(value).partition(".")
    return f"{whole}.{decimals:0<2}"


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def list_price(price: Price, tier: int, *, names_unit: bool = True) -> str:
    """Return the listed price of a tier, counted from 1: ``$2.00 per 100,000 events``, or without the unit's name."""
    words = [number(price.per)] if price.per != 1 else []
    words += [price.unit] if names_unit else []
    return " ".join([f"${plain_money(price.tiers[tier - 1].price)}", *(["per", *words] if words else [])])


def price_of_events(unit_price: Decimal) -> str:
    """Return what 100,000 events cost, the number that AWS's price lists are written for.

    >>> price_of_events(Decimal("0.000001"))
    '$0.10 per 100k'
    """
    return f"${plain_money(unit_price * _EVENTS_PER_LISTED_PRICE)} per 100k"


def share_of(part: Decimal, whole: Decimal) -> str:
    """Return a percentage; a dash where the whole is nothing.

    >>> share_of(Decimal(1), Decimal(3)), share_of(Decimal(1), Decimal(10_000)), share_of(Decimal(1), Decimal(0))
    ('33.3 %', '<0.1 %', '–')
    """
    if not whole:
        return DASH
    percent = (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return "<0.1 %" if part and not percent else f"{percent} %"


def plural(how_many: int, one: str, many: str | None = None) -> str:
    """Return a counted noun: ``1 file``, ``3,872 files``.

    >>> plural(1, "file"), plural(3872, "file"), plural(2, "copy", "copies")
    ('1 file', '3,872 files', '2 copies')
    """
    return f"{how_many:,} {one if how_many == 1 else many or one + 's'}"


def duration(hours: Decimal) -> str:
    """Return a time as whole days, or as hours below two days.

    >>> duration(Decimal(744)), duration(Decimal("30.4")), duration(Decimal("0.5"))
    ('31 days', '30 hours', 'less than an hour')
    """
    if hours >= 48:
        return plural(round(hours / 24), "day")
    return plural(round(hours), "hour") if hours >= 1 else "less than an hour"


def age(then: date | None, today: date) -> str:
    """Return how long ago something was, in the largest unit that says enough.

    >>> age(date(2026, 7, 16), date(2026, 10, 20)), age(date(2026, 7, 16), date(2026, 7, 20)), age(None, date.min)
    ('3 months', '4 days', '–')
    """
    if then is None:
        return DASH
    days = max(0, (today - then).days)
    if days < 61:
        return plural(days, "day")
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    return plural(months, "month") if months < 24 else plural(months // 12, "year")
