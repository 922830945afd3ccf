"""Intervals: what chance did to a figure made from a sample."""

from decimal import Decimal
from statistics import NormalDist

from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity

CONFIDENCE = 0.95


def student_t(degrees: int, confidence: float = CONFIDENCE) -> float:
    """Return the two-sided quantile of Student's t, by its expansion around the normal quantile.

    Good to three digits from five degrees of freedom on (Abramowitz and Stegun 26.7.5).

    >>> round(student_t(60), 3)
    2.0
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def interval(quantity: Quantity) -> tuple[Decimal, Decimal]:
    """Return low and high of *quantity*: its band, widened by t standard errors where it was sampled.

    Never below zero; the two coincide for a census whose every event is decided.
    """
    if not quantity.replicates:
        return quantity.low, quantity.high
    degrees = max(1, min(len(r.deviations) for r in quantity.replicates) - 1)
    reach = Decimal.from_float(student_t(degrees) * quantity.standard_error)
    return max(ZERO, quantity.low - reach), quantity.high + reach
