"""A number that knows how sure it is: what cannot be decided (band) and what chance did (interval)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, sqrt

from costplan.model.numbers import ZERO


@dataclass(frozen=True, slots=True)
class Replicates:
    """How a figure differs under each perturbed set of sampling weights of one design.

    design_id: the sample these belong to; figures of one design pair by replicate.
    factor: the method's multiplier of the sum of squares (for example 4/64 for successive difference).
    deviations: figure under replicate *r* minus the figure itself.
    """

    design_id: str
    factor: float
    deviations: tuple[float, ...]

    @property
    def variance(self) -> float:
        """The sampling variance, in the squared unit of the figure."""
        return self.factor * fsum(d * d for d in self.deviations)


def pair_replicates(left: tuple[Replicates, ...], right: tuple[Replicates, ...]) -> tuple[Replicates, ...]:
    """Return the union of two designs' replicates, adding deviations where the design is the same."""
    if not left or not right:
        return left or right
    merged = {r.design_id: r for r in left}
    for r in right:
        mine = merged.get(r.design_id)
        if mine is not None:
            pairs = zip(mine.deviations, r.deviations, strict=True)
            r = Replicates(r.design_id, r.factor, tuple(a + b for a, b in pairs))
        merged[r.design_id] = r
    return tuple(merged[design_id] for design_id in sorted(merged))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its band and its replicates.

    point: the figure; what may or may not be recorded is counted as recorded.
    low, high: the band of what cannot be decided; both equal *point* when everything is decided.
    replicates: one entry for each sampling design that contributed, ordered by ``design_id``.

    >>> (Quantity.exact(Decimal(2)) + Quantity.between(Decimal(0), Decimal(1))).low
    Decimal('2')
    """

    point: Decimal
    low: Decimal
    high: Decimal
    replicates: tuple[Replicates, ...] = ()

    @classmethod
    def exact(cls, value: Decimal | int) -> "Quantity":
        """Return a figure without band or sampling error."""
        value = Decimal(value)
        return cls(value, value, value)

    @classmethod
    def between(cls, low: Decimal, high: Decimal, point: Decimal | None = None) -> "Quantity":
        """Return a figure somewhere in [*low*, *high*]; its point is *high* unless given.

        Raises:
            ValueError: the three are out of order.
        """
        point = high if point is None else point
        if not low <= point <= high:
            raise ValueError(f"out of order: {low} <= {point} <= {high}")
        return cls(point, low, high)

    @property
    def has_band(self) -> bool:
        """Whether something about the figure could not be decided."""
        return self.low != self.high

    @property
    def standard_error(self) -> float:
        """The square root of the sampling variance; variances of different designs add."""
        return sqrt(fsum(r.variance for r in self.replicates))

    def __bool__(self) -> bool:
        # A share of a tier can be empty at both ends of the band and not in between.
        return bool(self.point) or bool(self.low) or bool(self.high)

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(
            self.point + other.point,
            self.low + other.low,
            self.high + other.high,
            pair_replicates(self.replicates, other.replicates),
        )

    def __mul__(self, factor: Decimal) -> "Quantity":
        if factor < 0:
            raise ValueError("a negative factor would swap the ends of the band")
        replicates = self.replicates and tuple(
            Replicates(r.design_id, r.factor, tuple(d * float(factor) for d in r.deviations)) for r in self.replicates
        )
        return Quantity(self.point * factor, self.low * factor, self.high * factor, replicates)

    def through(self, function: Callable[[Decimal], Decimal]) -> "Quantity":
        """Return the quantity under a non-decreasing *function*, recomputed once for each replicate."""
        point = function(self.point)
        low = point if self.low == self.point else function(self.low)
        high = point if self.high == self.point else function(self.high)
        replicates = tuple(
            Replicates(
                r.design_id,
                r.factor,
                tuple(float(function(max(ZERO, self.point + Decimal.from_float(d))) - point) for d in r.deviations),
            )
            for r in self.replicates
        )
        return Quantity(point, low, high, replicates)


NOTHING = Quantity.exact(0)


def total(quantities: Iterable[Quantity]) -> Quantity:
    """Return the sum; ``NOTHING`` for none."""
    result = NOTHING
    for quantity in quantities:
        result = result + quantity
    return result
