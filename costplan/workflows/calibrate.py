"""Calibrate volumes: one file gives the mix, another the totals (R110)."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costplan.engine.calibration import MOST_FACTOR, Calibrated, calibrate
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.volumes import Volumes
from costplan.workflows.merge import read_each_volumes

__all__ = ["MOST_FACTOR", "CalibrateResult", "calibrate_volumes"]


@dataclass(frozen=True, slots=True)
class CalibrateResult:
    """Calibrated volumes, and what was done in each account, Region and category."""

    calibrated: Calibrated

    @property
    def volumes(self) -> Volumes:
        """The volumes."""
        return self.calibrated.volumes


def calibrate_volumes(mix: Path, totals: Path, *, most_factor: Decimal = MOST_FACTOR) -> CalibrateResult:
    """Return the volumes in *mix* scaled so that those of each account, Region and category add up to *totals* (R110).

    most_factor: no total may be more than so many times larger or smaller than the mix.

    Raises:
        BadInputError: every problem of the files; totals that are a sample, or absurd.
        UsageError: *most_factor* is below one.
    """
    if most_factor < 1:
        raise UsageError(f"--most-factor {most_factor}: a factor of 1 or more, such as 20")
    sample, billed = read_each_volumes([mix, totals])
    if billed.is_sampled:
        hint = "give totals that were counted, such as those of costplan volumes bill"
        raise BadInputError([Problem(Location(str(totals)), "is a sample, so it is no total", hint)])
    result = calibrate(sample, billed, most_factor)
    problems = []
    if all(stratum.factor is None for stratum in result.strata):
        hint = "compare accounts, Regions and categories: costplan volumes show FILE"
        problems.append(Problem(Location(str(totals)), f"has no total of anything in {mix}", hint))
    for stratum in result.absurd:
        where = f"{stratum.category.value} events of {stratum.account} in {stratum.region}"
        what = f"{where}: {_plain(stratum.billed.point)} a month against {_plain(stratum.mix.point)} in {mix}"
        hint = (
            f"a factor outside of 1/{most_factor:f} to {most_factor:f}: are these the same events? else --most-factor N"
        )
        problems.append(Problem(Location(str(totals)), what, hint))
    if problems:
        raise BadInputError(problems)
    return CalibrateResult(result)


def _plain(value: Decimal) -> str:
    return f"{value:,.0f}"
