"""A number that knows how sure it is: what cannot be decided (band) and what chance did (interval)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from math import fsum, sqrt
from operator import add, mul, sub

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
        return self.factor * fsum(map(mul, self.deviations, self.deviations))

    def plus(self, other: "Replicates") -> "Replicates":
        """Return those of the sum of two figures of one design.

        Raises:
            ValueError: the two have different numbers of replicates, so they are of different designs.
        """
        if len(self.deviations) != len(other.deviations):
            raise ValueError(f"{self.design_id}: {len(self.deviations)} replicates against {len(other.deviations)}")
        return Replicates(self.design_id, self.factor, tuple(map(add, self.deviations, other.deviations)))

    def times(self, factor: float) -> "Replicates":
        """Return those of *factor* times the figure."""
        return Replicates(self.design_id, self.factor, tuple([d * factor for d in self.deviations]))


def pair_replicates(left: tuple[Replicates, ...], right: tuple[Replicates, ...]) -> tuple[Replicates, ...]:
    """Return the union of two designs' replicates, adding deviations where the design is the same."""
    if not left or not right:
        return left or right
    if len(left) == len(right) == 1 and left[0].design_id == right[0].design_id:
        return (left[0].plus(right[0]),)
    merged = {r.design_id: r for r in left}
    for r in right:
        mine = merged.get(r.design_id)
        merged[r.design_id] = r if mine is None else mine.plus(r)
    return tuple(merged[design_id] for design_id in sorted(merged))


def replicates_of_difference(left: tuple[Replicates, ...], right: tuple[Replicates, ...]) -> tuple[Replicates, ...]:
    """Return the replicates of one figure less another: of one design they pair, so what both share cancels."""
    return pair_replicates(left, tuple(r.times(-1.0) for r in right))


def replicates_of(
    figures: Sequence["Quantity"], function: Callable[[Sequence[float]], Sequence[float]]
) -> list[tuple[Replicates, ...]]:
    """Return the replicates of each result of *function* over several figures, computed once for each replicate.

    Figures of one design move together, replicate by replicate; a figure outside of the design stays at its point.
    No figure gets below zero: a count that a replicate makes negative is none.
    """
    points = [float(figure.point) for figure in figures]
    usual = function(points)
    designs = {r.design_id: r for figure in figures for r in figure.replicates}
    found: list[list[Replicates]] = [[] for _ in usual]
    for design_id in sorted(designs):
        design = designs[design_id]
        still = (0.0,) * len(design.deviations)
        moves = [next((r.deviations for r in f.replicates if r.design_id == design_id), still) for f in figures]
        rows = (
            map(sub, function([max(0.0, p + d) for p, d in zip(points, moved, strict=True)]), usual)
            for moved in zip(*moves, strict=True)
        )
        for result, deviations in zip(found, zip(*rows, strict=True), strict=True):
            result.append(Replicates(design_id, design.factor, deviations))
    return [tuple(result) for result in found]


@dataclass(frozen=True, slots=True, init=False)
class Quantity:
    """A figure with its band and its replicates.

    point: the figure; what may or may not be recorded is counted as recorded.
    low, high: the band of what cannot be decided; both equal *point* when everything is decided.
    replicates: one entry for each sampling design that contributed, ordered by ``design_id``.
    counted: of a sampled figure, the part of *low* that was seen; a figure without replicates needs none.

    >>> (Quantity.exact(Decimal(2)) + Quantity.between(Decimal(0), Decimal(1))).low
    Decimal('2')
    """

    point: Decimal
    low: Decimal
    high: Decimal
    replicates: tuple[Replicates, ...] = ()
    counted: Decimal = ZERO

    # Estimates are made of these, and what a frozen class is given in its place takes four times as long.
    def __init__(
        self,
        point: Decimal,
        low: Decimal,
        high: Decimal,
        replicates: tuple[Replicates, ...] = (),
        counted: Decimal = ZERO,
    ) -> None:
        _set_point(self, point)
        _set_low(self, low)
        _set_high(self, high)
        _set_replicates(self, replicates)
        _set_counted(self, counted)

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

    @classmethod
    def sampled(cls, point: Decimal, replicates: Replicates, *, counted: Decimal = ZERO) -> "Quantity":
        """Return a figure that a sample was expanded to.

        counted: the part of *point* that was seen, in its unit; no interval goes below.

        >>> seen = Replicates("a", 0.5, (3.0, -3.0))
        >>> Quantity.sampled(Decimal(10), seen, counted=Decimal(4)).counted
        Decimal('4')

        Raises:
            ValueError: more was counted than the figure says.
        """
        if not 0 <= counted <= point:
            raise ValueError(f"out of order: 0 <= {counted} <= {point}")
        return cls(point, point, point, (replicates,), counted)

    @property
    def floor(self) -> Decimal:
        """What is surely there: what was counted, or all of *low* where nothing is sampled."""
        return self.counted if self.replicates else self.low

    @property
    def has_band(self) -> bool:
        """Whether something about the figure could not be decided."""
        return self.low != self.high

    @property
    def standard_error(self) -> float:
        """The square root of the sampling variance; variances of different designs add."""
        return sqrt(fsum(r.variance for r in self.replicates))

    @property
    def is_sampled(self) -> bool:
        """Whether chance had a part in the figure."""
        return any(any(r.deviations) for r in self.replicates)

    def __bool__(self) -> bool:
        # A share of a tier can be empty at both ends of the band and not in between, or until chance adds to it.
        return bool(self.point) or bool(self.low) or bool(self.high) or self.is_sampled

    def __add__(self, other: "Quantity") -> "Quantity":
        ends = (self.point + other.point, self.low + other.low, self.high + other.high)
        if not self.replicates and not other.replicates:
            return Quantity(*ends)
        return Quantity(*ends, pair_replicates(self.replicates, other.replicates), self.floor + other.floor)

    def without(self, part: "Quantity") -> "Quantity":
        """Return what is left when a *part* is taken away: both have the same ends and the same chance."""
        replicates = replicates_of_difference(self.replicates, part.replicates)
        return Quantity(
            self.point - part.point,
            self.low - part.low,
            self.high - part.high,
            replicates,
            max(ZERO, self.floor - part.floor) if replicates else ZERO,
        )

    def __mul__(self, factor: Decimal) -> "Quantity":
        if factor < 0:
            raise ValueError("a negative factor would swap the ends of the band")
        ends = (self.point * factor, self.low * factor, self.high * factor)
        if not self.replicates:
            return Quantity(*ends)
        near = float(factor)
        return Quantity(*ends, tuple(r.times(near) for r in self.replicates), self.counted * factor)

    def times(self, other: "Quantity") -> "Quantity":
        """Return the product of two figures, of which neither is below zero."""
        (replicates,) = replicates_of((self, other), lambda pair: (pair[0] * pair[1],))
        return Quantity(
            self.point * other.point,
            self.low * other.low,
            self.high * other.high,
            replicates,
            self.floor * other.floor if replicates else ZERO,
        )

    def through(
        self, function: Callable[[Decimal], Decimal], in_floats: Callable[[float], float] | None = None
    ) -> "Quantity":
        """Return the quantity under a non-decreasing *function*, recomputed once for each replicate.

        in_floats: the same function where doubles are enough; replicates are nothing better.
        """
        point = function(self.point)
        low = point if self.low == self.point else function(self.low)
        high = point if self.high == self.point else function(self.high)
        if not self.replicates:
            return Quantity(point, low, high)
        near = in_floats or (lambda value: float(function(Decimal.from_float(value))))
        (replicates,) = replicates_of((self,), lambda figures: (near(figures[0]),))
        return Quantity(point, low, high, replicates, function(self.counted))

    def maybe(self) -> "Quantity":
        """Return the quantity as one that may not be there at all."""
        return Quantity(self.point, ZERO, self.high, self.replicates)


_set_point, _set_low, _set_high, _set_replicates, _set_counted = (
    Quantity.__dict__[field.name].__set__ for field in fields(Quantity)
)

NOTHING = Quantity.exact(0)


def total(quantities: Iterable[Quantity]) -> Quantity:
    """Return the sum; ``NOTHING`` for none."""
    result = NOTHING
    for quantity in quantities:
        result = result + quantity
    return result
