"""Adding up many quantities without building one object for each."""

from collections.abc import Sequence
from operator import add

from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity, Replicates


class Tally:
    """A running sum of quantities, of which each may count at some ends of the band only."""

    __slots__ = ("_floor", "_high", "_low", "_point", "_replicates")

    def __init__(self) -> None:
        self._point = self._low = self._high = self._floor = ZERO
        self._replicates: dict[str, tuple[float, list[float]]] = {}

    def add(self, quantity: Quantity, *, low: bool = True, point: bool = True, high: bool = True) -> None:
        """Add *quantity* at each end where it counts; what is not certain does not count at the low end.

        Raises:
            ValueError: replicates of one design are not equally many.
        """
        if low:
            self._low += quantity.low
            self._floor += quantity.counted if quantity.replicates else quantity.low
        if high:
            self._high += quantity.high
        if point:
            self._point += quantity.point
            for r in quantity.replicates:
                self._add(r.design_id, r.factor, r.deviations)

    def plus(self, other: "Tally") -> None:
        """Add what another tally has summed up.

        Raises:
            ValueError: replicates of one design are not equally many.
        """
        self._point += other._point
        self._low += other._low
        self._high += other._high
        self._floor += other._floor
        for design_id, (factor, deviations) in other._replicates.items():
            self._add(design_id, factor, deviations)

    def _add(self, design_id: str, factor: float, deviations: Sequence[float]) -> None:
        if design_id not in self._replicates:
            self._replicates[design_id] = (factor, list(deviations))
            return
        _, mine = self._replicates[design_id]
        if len(mine) != len(deviations):
            raise ValueError(f"{design_id}: {len(mine)} replicates against {len(deviations)}")
        mine[:] = map(add, mine, deviations)

    @property
    def quantity(self) -> Quantity:
        """The sum so far."""
        replicates = tuple(
            Replicates(design_id, factor, tuple(deviations))
            for design_id, (factor, deviations) in sorted(self._replicates.items())
        )
        return Quantity(self._point, self._low, self._high, replicates, self._floor if replicates else ZERO)
