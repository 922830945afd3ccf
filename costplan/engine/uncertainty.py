"""Intervals: what chance did to a figure made from a sample."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from math import fsum, sqrt

from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity, Replicates

CONFIDENCE = 0.95


@cache
def student_t(degrees: int, confidence: float = CONFIDENCE) -> float:
    """Return the two-sided quantile of Student's t, by its expansion around the normal quantile.

    Good to three digits from three degrees of freedom on (Abramowitz and Stegun 26.7.5).

    >>> round(student_t(60), 3)
    2.0
    """
    # Nothing but a sample needs it, and it loads much.
    from statistics import NormalDist

    z = NormalDist().inv_cdf((1 + confidence) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / degrees + second / degrees**2 + third / degrees**3 + fourth / degrees**4


def half_width(replicates: Iterable[Replicates]) -> Decimal:
    """Return how far the interval of a figure with these replicates reaches to either side: t standard errors.

    Variances of different designs add; of their degrees of freedom, one less than the replicates, the fewest count.
    """
    replicates = tuple(replicates)
    if not replicates:
        return ZERO
    degrees = max(1, min(len(r.deviations) for r in replicates) - 1)
    reach = student_t(degrees) * sqrt(fsum(r.variance for r in replicates))
    # A double holds 15 digits that say something; its binary expansion would print as many more that say nothing.
    return Decimal(f"{reach:.12g}")


def interval(quantity: Quantity) -> tuple[Decimal, Decimal]:
    """Return low and high of *quantity*: its band, widened by t standard errors where it was sampled.

    Never below what was counted; the two coincide for a census whose every event is decided.
    """
    reach = half_width(quantity.replicates)
    if not reach:
        return quantity.low, quantity.high
    # A share of a pooled tier can be larger where all are at what was counted than where all are at their points.
    low = min(quantity.low, max(ZERO, quantity.floor, quantity.low - reach))
    return low, quantity.high + reach


def relative_error(quantity: Quantity) -> float:
    """Return the half width of the interval as a share of the figure; 0 for a figure without sampling error."""
    return float(half_width(quantity.replicates) / quantity.point) if quantity.point else 0.0
