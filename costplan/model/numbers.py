"""Exact decimal arithmetic: money and counts are never rounded before they are printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    localcontext,
)

PRECISION = 120
"""Significant digits: a count of 18, a price of 10, a 2⁻³⁰ of 30 and a growth factor of 12 still fit exactly."""

SIX_PLACES = Decimal("0.000001")
TWELVE_PLACES = Decimal("0.000000000001")
ZERO = Decimal(0)


@contextmanager
def exact_arithmetic() -> Iterator[None]:
    """Run a block under a decimal context wide enough that sums and products stay exact, floats refused.

    The standard 28 digits would silently round a byte count divided by 2³⁰.
    """
    context = Context(
        prec=PRECISION,
        rounding=ROUND_HALF_EVEN,
        traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation],
    )
    with localcontext(context):
        yield


def round_once(value: Decimal) -> Decimal:
    """Return *value* to 6 decimals, half even: the one rounding of a monthly count."""
    return value.quantize(SIX_PLACES, ROUND_HALF_EVEN)
