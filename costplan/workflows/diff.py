"""Diff: what a change of configurations costs, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from costplan.model.changes import Diff
from costplan.model.problems import UsageError
from costplan.model.progress import Progress
from costplan.workflows.given import NO_PARAMETERS
from costplan.workflows.prepared import Around, Preparation
from costplan.workflows.price_age import age_warnings, current_day
from costplan.workflows.sides import price_sides, read_sides


@dataclass(frozen=True, slots=True)
class DiffResult:
    """What each scenario costs more than before, in the order of those after, and what a person should hear besides."""

    diffs: tuple[Diff, ...]
    warnings: tuple[str, ...] = ()


def diff(
    before: Path | None,
    after: Path | None = None,
    *,
    git: str | None = None,
    logs: Sequence[Path] = (),
    typed: str | None = None,
    volumes: Sequence[Path] = (),
    recorded_by: Path | None = None,
    estate: Path | None = None,
    estate_of_code: Path | None = None,
    parameters: Mapping[str, str] = NO_PARAMETERS,
    form: str | None = None,
    account: str | None = None,
    region: str | None = None,
    months: int | None = None,
    prices: Path | None = None,
    pricing: Path | None = None,
    as_of: date | None = None,
    before_as_of: date | None = None,
    today: date | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> DiffResult:
    """Return what *after* costs more than *before* in its last month: charge by charge, and cause by cause.

    before, after: scenarios, folders of them, or configurations of any format; scenarios are matched by name, and a
        single one on each side whatever its name.  A Terraform plan alone holds both sides.
    git: a revision; then *after* is the working tree's, and *before* what lay at the same path.
    before_as_of: the day whose prices *before* starts from; what they alone change is told apart.
    The other options are those of ``estimate``.

    Raises:
        BadInputError: every problem of the inputs.
        UsageError: the options contradict each other, or one side is missing.
    """
    preparation = Preparation(
        Around(
            logs=[Path(path) for path in logs],
            typed=typed,
            volumes=volumes,
            recorded_by=recorded_by,
            estate=estate,
            estate_of_code=estate_of_code,
            parameters=parameters,
            form=form,
            account=account,
            region=region,
            months=months,
            prices=prices,
            pricing=pricing,
            as_of=as_of,
            workers=workers,
            progress=progress,
        )
    )
    if before is None and after is None:
        raise UsageError("name what was before and what is after, or a Terraform plan, which holds both")
    if git is not None and before is not None and after is not None:
        raise UsageError("--git REV compares the working tree with a revision: name one path")
    if git is not None or before is None or after is None:
        sides = read_sides(preparation, [path for path in (before, after) if path is not None], git=git)
    else:
        sides = read_sides(preparation, [after], before=[before])
    alone = [side.after.name for side in sides if side.before is None]
    if alone:
        raise UsageError(f"{alone[0]} shows one side only: name what was before too, or give --git REV")
    diffs = tuple(
        found for one in price_sides(preparation, sides, before_as_of=before_as_of) if (found := one.diff()) is not None
    )
    ages = age_warnings([side for each in diffs for side in (each.before, each.after)], today or current_day())
    unread = dict.fromkeys(note for each in diffs for note in each.after.scenario.unread)
    return DiffResult(diffs, (*preparation.warnings, *unread, *ages))
