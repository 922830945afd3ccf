"""Years of a projection, and all of it: sums of months."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from costplan.model.estimate import Estimate, MonthEstimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, total

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Months that follow each other, with a name: ``year 1``, or ``2027`` where months have dates."""

    name: str
    months: tuple[MonthEstimate, ...]

    @property
    def list_cost(self) -> Quantity:
        """The sum of its months before discounts: of one sample, replicates pair."""
        with exact_arithmetic():
            return total(month.list_cost for month in self.months)

    @property
    def net_cost(self) -> Quantity:
        """The sum of its months after discounts."""
        with exact_arithmetic():
            return total(month.net_cost for month in self.months)


def years_of(estimate: Estimate) -> tuple[Period, ...]:
    """Return the years of a projection: twelve months each, or calendar years where months have dates.

    The last may be shorter, and of calendar years the first too.
    """

    def year(month: MonthEstimate) -> str:
        begins = estimate.scenario.settings.begins(month.month)
        return str(begins.year) if begins else f"year {(month.month - 1) // MONTHS_OF_A_YEAR + 1}"

    return tuple(Period(name, tuple(months)) for name, months in groupby(estimate.months, key=year))


def whole_of(estimates: Sequence[Estimate]) -> str:
    """Return what all months together are called: by their number where the scenarios agree on it."""
    counts = {len(estimate.months) for estimate in estimates}
    return f"{counts.pop()} months" if len(counts) == 1 else "all months"


def periods_of(estimate: Estimate) -> tuple[Period, ...]:
    """Return the years of a projection where it has several, and all of it."""
    years = years_of(estimate)
    return (*(years if len(years) > 1 else ()), Period(whole_of([estimate]), estimate.months))
