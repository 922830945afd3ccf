"""Rows of totals: each year of a projection, and all its months."""

from collections.abc import Sequence

from costplan.engine.periods import Period, periods_of, whole_of, years_of
from costplan.model.estimate import Estimate
from costplan.reports.amounts import DASH, interval_of, total_of

INTERVAL = "95 % interval"
"""The row of low and high under a total that was sampled."""


def total_rows(estimates: Sequence[Estimate]) -> list[tuple[str, tuple[str, ...]]]:
    """Return rows, each a label and a cell for each estimate: years where there are several, then all months.

    Under each stands what is left after discounts, where there are some; under the last, the interval of a sample.
    """
    years = [years_of(estimate) for estimate in estimates]
    names = list(dict.fromkeys(period.name for found in years for period in found))
    rows: list[tuple[str, tuple[str, ...]]] = []
    if len(names) > 1:
        for name in sorted(names, key=lambda name: name.rjust(10)):
            found = [next((period for period in of_one if period.name == name), None) for of_one in years]
            rows += _rows(name, found, estimates)
    whole = [periods_of(estimate)[-1] for estimate in estimates]
    rows += _rows(whole_of(estimates), whole, estimates)
    if any(period.list_cost.is_sampled for period in whole):
        rows.append((INTERVAL, tuple(interval_of(period.list_cost) for period in whole)))
    return rows


def _rows(
    name: str, periods: Sequence[Period | None], estimates: Sequence[Estimate]
) -> list[tuple[str, tuple[str, ...]]]:
    pairs = list(zip(periods, estimates, strict=True))
    costs = (DASH if p is None else total_of(p.list_cost, is_lower_bound=e.is_lower_bound) for p, e in pairs)
    rows = [(f"Total, {name}", tuple(costs))]
    if any(estimate.scenario.discounts for estimate in estimates):
        costs = (DASH if p is None else total_of(p.net_cost, is_lower_bound=e.is_lower_bound) for p, e in pairs)
        rows.append((f"after discounts, {name}", tuple(costs)))
    return rows
