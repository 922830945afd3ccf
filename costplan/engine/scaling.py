"""Rows of volumes times a factor: rounded once to six decimals, with their bands, replicates and what was counted."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from costplan.model.numbers import SIX_PLACES, ZERO, round_once
from costplan.model.quantity import Quantity
from costplan.model.volumes import VolumeRow


def scaled_row(row: VolumeRow, factor: Decimal) -> VolumeRow:
    """Return a row of *factor* times as many events a month.

    What was observed (count, bytes, events over 256 KB) stays: it says how large an event is, not how many there are.
    """
    return row if factor == 1 else replace(row, per_month=scaled(row.per_month, factor))


def scaled(figure: Quantity, factor: Decimal) -> Quantity:
    """Return *factor* times a monthly number, each end rounded once to six decimals.

    >>> scaled(Quantity.exact(Decimal("0.333333")), Decimal("1.5")).point
    Decimal('0.500000')
    """
    point, low, high = (round_once(end * factor) for end in (figure.point, figure.low, figure.high))
    replicates = tuple(r.times(float(factor)) for r in figure.replicates)
    counted = floor_of(figure.counted * factor, low) if replicates else ZERO
    return Quantity(point, low, high, replicates, counted)


def floor_of(counted: Decimal, low: Decimal) -> Decimal:
    """Return what was counted with six decimals, never more than there is."""
    return min(counted.quantize(SIX_PLACES, ROUND_FLOOR), low)


def dealt_out(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return *total*, a number of six decimals, in proportion to *weights*, so that the parts add up to it exactly.

    Each part is rounded down to six decimals; what is left goes, a millionth each, to the parts that lost most by it.

    >>> dealt_out(Decimal("1.000000"), [Decimal(1), Decimal(1), Decimal(1)])
    [Decimal('0.333334'), Decimal('0.333333'), Decimal('0.333333')]

    Raises:
        ValueError: there is nothing to be in proportion to.
    """
    whole = sum(weights, ZERO)
    if not whole:
        raise ValueError("nothing has no parts")
    wanted = [total * weight / whole for weight in weights]
    parts = [part.quantize(SIX_PLACES, ROUND_FLOOR) for part in wanted]
    left = int((total - sum(parts, ZERO)) / SIX_PLACES)
    by_loss = sorted(range(len(parts)), key=lambda n: (parts[n] - wanted[n], n))
    for n in by_loss[:left]:
        parts[n] += SIX_PLACES
    return parts
