"""How old what piles up in a log bucket is: averages over a month of equal arrivals.

Files arrive evenly through a month.  Of what arrives in month *k*, the share that is at least *a* months old, averaged
over month *k + j*, is the probability that ``j + t − u ≥ a`` for two moments *t*, *u* even in a month: a triangle.
Everything about stages of a lifecycle is a difference of two such shares, so that stages add up to what is there.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from costplan.model.numbers import TWELVE_PLACES
from costplan.model.quantity import NOTHING, Quantity

DAYS_PER_MONTH = Fraction(730, 24)
"""A month has 730 hours."""


@lru_cache(maxsize=4096)
def months(days: int) -> Fraction:
    """Return days as months of 730 hours."""
    return days / DAYS_PER_MONTH


@lru_cache(maxsize=4096)
def share_older(j: int, age: Fraction) -> Decimal:
    """Return the share of a month's arrivals that is *age* old or older, on average over the *j*-th month after.

    In the month of arrival itself (*j* = 0) a half is there on average.

    >>> [str(share_older(j, Fraction(1))) for j in (0, 1, 2)]
    ['0E-12', '0.500000000000', '1.000000000000']
    """
    x = max(age, Fraction(0)) - j
    if x <= -1:
        share = Fraction(1)
    elif x >= 1:
        share = Fraction(0)
    else:
        share = 1 - (1 + x) ** 2 / 2 if x <= 0 else (1 - x) ** 2 / 2
    return _rounded(share)


@lru_cache(maxsize=4096)
def share_reaching(j: int, age: Fraction) -> Decimal:
    """Return the share of a month's arrivals that becomes *age* old in the *j*-th month after.

    >>> [str(share_reaching(j, Fraction(3, 2))) for j in (0, 1, 2, 3)]
    ['0E-12', '0.500000000000', '0.500000000000', '0E-12']
    """
    return _rounded(max(Fraction(0), 1 - abs(age - j)))


@lru_cache(maxsize=4096)
def _shares_older(age: Fraction) -> tuple[int, tuple[tuple[int, Decimal], ...]]:
    """Return the months after which all of a month's arrivals are *age* old, and the shares of those before."""
    whole = ceil(age) + 1
    shares = ((j, share_older(j, age)) for j in range(max(0, floor(age) - 1), whole))
    return whole, tuple((j, share) for j, share in shares if share)


def _rounded(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / share.denominator).quantize(TWELVE_PLACES)


class Arrivals:
    """What arrived in each month, the first of them month *first*; sums of it by age in any month.

    first: 1, or less where something arrived before the projection.
    """

    def __init__(self, amounts: Sequence[Quantity], first: int = 1) -> None:
        self._first = first
        self._amounts = amounts
        # As far as anybody asked: of most size classes, only the bytes of the first stage are ever summed up.
        self._sums = [NOTHING]

    def older(self, month: int, age: Fraction) -> Quantity:
        """Return the average over *month* of what is there and at least *age* months old."""
        whole, shares = _shares_older(age)
        result = self._up_to(month - whole)
        for j, share in shares:
            result = self._with(result, month - j, share)
        return result

    def reaching(self, month: int, age: Fraction) -> Quantity:
        """Return what becomes *age* months old in *month*."""
        result = NOTHING
        for j in range(max(0, floor(age)), ceil(age) + 1):
            share = share_reaching(j, age)
            if share:
                result = self._with(result, month - j, share)
        return result

    def _with(self, result: Quantity, month: int, share: Decimal) -> Quantity:
        """Return *result* and a share of what arrived in a month, if anything did."""
        at = month - self._first
        return result + self._amounts[at] * share if 0 <= at < len(self._amounts) else result

    def _up_to(self, month: int) -> Quantity:
        count = min(max(0, month - self._first + 1), len(self._amounts))
        for amount in self._amounts[len(self._sums) - 1 : count]:
            self._sums.append(self._sums[-1] + amount)
        return self._sums[count]


def between(arrivals: Arrivals, month: int, start: Fraction, end: Fraction | None) -> Quantity:
    """Return the average over *month* of what is from *start* to *end* months old; *end* ``None``: any age above."""
    older = arrivals.older(month, start)
    return older if end is None else older.without(arrivals.older(month, end))
