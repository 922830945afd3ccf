"""Estimates that would say nothing: of usage without a single price."""

from collections.abc import Sequence

from costplan.model.estimate import Estimate
from costplan.model.problems import BadInputError, Location, Problem


def refuse_unpriceable(estimates: Sequence[Estimate]) -> None:
    """Raise if a scenario has usage and not one price for it: such a total would say nothing.

    Raises:
        BadInputError: all such scenarios.
    """
    problems = [
        Problem(
            estimate.scenario.where or Location(estimate.name),
            f"nothing of {estimate.name} could be priced: {estimate.unpriced[0].because}",
            "add the price book, or use Regions that costplan prices show lists",
        )
        for estimate in estimates
        if estimate.unpriced and not any(month.charges for month in estimate.months)
    ]
    if problems:
        raise BadInputError(problems)
