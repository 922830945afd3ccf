"""Adding up many quantities without building one object for each."""

from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity, Replicates, pair_replicates


class Tally:
    """A running sum of quantities, of which each may count at some ends of the band only."""

    __slots__ = ("_high", "_low", "_point", "_replicates")

    def __init__(self) -> None:
        self._point = self._low = self._high = ZERO
        self._replicates: tuple[Replicates, ...] = ()

    def add(self, quantity: Quantity, *, low: bool = True, point: bool = True, high: bool = True) -> None:
        """Add *quantity* at each end where it counts; what is not certain does not count at the low end."""
        if low:
            self._low += quantity.low
        if high:
            self._high += quantity.high
        if point:
            self._point += quantity.point
            if quantity.replicates:
                self._replicates = pair_replicates(self._replicates, quantity.replicates)

    @property
    def quantity(self) -> Quantity:
        """The sum so far."""
        return Quantity(self._point, self._low, self._high, self._replicates)
