"""How old the prices of an estimate are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from costplan.model.estimate import Estimate
from costplan.model.prices import Price

LONGEST_DAYS = 180
"""How many days after its last confirmation a price is taken without a word: half a year."""


def current_day() -> date:
    """Return today's date in UTC, as AWS dates its lists."""
    return datetime.now(UTC).date()


def age_warnings(estimates: Sequence[Estimate], today: date) -> list[str]:
    """Return one sentence where list prices in use were last confirmed too long ago; nothing where none was.

    The age is the time since anybody looked, and counts to *today*: the prices of a day long gone are not more certain
    for that.  Prices of the user's own have no age.
    """
    in_use: dict[tuple[str, str], Price] = {
        (charge.usage.meter.value, charge.usage.region): charge.price
        for estimate in estimates
        for month in estimate.months
        for charge in month.charges
        if not charge.price.is_override
    }
    old = [price for price in in_use.values() if _is_old(price, today)]
    if not old:
        return []
    dates = [price.confirmed for price in old if price.confirmed]
    oldest = "one of them never" if len(dates) < len(old) else f"the oldest on {min(dates)}"
    which = "the list price in use was" if len(in_use) == 1 else f"{len(old)} of {len(in_use)} list prices in use were"
    return [
        f"{which} last confirmed more than {LONGEST_DAYS} days ago, {oldest}: "
        f"costplan prices verify says what AWS asks now"
    ]


def _is_old(price: Price, today: date) -> bool:
    return price.confirmed is None or (today - price.confirmed).days > LONGEST_DAYS
