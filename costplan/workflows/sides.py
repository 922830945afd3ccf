"""The two sides of a change: scenarios as they are, and as they were before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from costplan.engine.changes.pricing import diff_scenarios
from costplan.model.changes import Diff
from costplan.model.prices import PriceList
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.scenario import PricedScenario, Scenario
from costplan.workflows.prepared import Preparation


@dataclass(frozen=True, slots=True)
class Sides:
    """A scenario after a change, and before it; ``None`` where nothing says what was before."""

    before: Scenario | None
    after: Scenario


@dataclass(frozen=True, slots=True)
class PricedSides:
    """Both sides settled and with prices; old_prices: of the day whose prices *before* starts from, if another."""

    before: PricedScenario | None
    after: PricedScenario
    old_prices: PriceList | None = None

    def diff(self) -> Diff | None:
        """Return what the change costs, and why; ``None`` where nothing says what was before."""
        if self.before is None:
            return None
        return diff_scenarios(self.before, self.after, self.old_prices)


def read_sides(
    preparation: Preparation, after: Sequence[Path], *, before: Sequence[Path] = (), git: str | None = None
) -> tuple[Sides, ...]:
    """Return each scenario of *after* with what it was before.

    That is the scenario of its name among *before*, or the only one there; what lay at the same path at revision *git*;
    or what a Terraform plan itself says.  One that is new has an empty one before it.

    Raises:
        BadInputError: every problem of both sides.
        UsageError: two of the three are given.
    """
    if before and git is not None:
        raise UsageError("--git says what was before: leave the other side out")
    problems: list[Problem] = []
    now = _read(preparation, after, problems)
    then: tuple[Scenario, ...] | None = None
    if before:
        then = _read(preparation, before, problems)
    elif git is not None:
        # What asks git is loaded where it is asked.
        from costplan.workflows.revisions import read_revision

        then = read_revision(preparation, git, after, problems)
    if problems:
        raise BadInputError(problems)
    sides = _of_themselves(now) if then is None else _paired(then, now, preparation.warnings)
    return _with_volumes(preparation, sides)


def price_sides(
    preparation: Preparation, sides: Sequence[Sides], *, before_as_of: date | None = None
) -> tuple[PricedSides, ...]:
    """Return both sides settled and with prices, of one day.

    before_as_of: the day whose prices *before* starts from, where that is another.  Then all months have the prices of
    the two days, so that what differs is what AWS changed between them.

    Raises:
        BadInputError: what could not be settled, and every problem of the price books.
        UsageError: no price was known on that day.
    """
    befores = [side.before for side in sides if side.before is not None]
    now = preparation.price([*befores, *(side.after for side in sides)])
    if before_as_of:
        now = tuple(replace(one, prices=one.prices.held()) for one in now)
    priced = iter(now)
    old = iter([next(priced) for _ in befores])
    dated = iter(preparation.price(befores, before_as_of) if before_as_of else ())
    found = []
    for side in sides:
        after = next(priced)
        if side.before is None:
            found.append(PricedSides(None, after))
        else:
            before = next(old)
            # That a scenario begins in another month, with the prices of that day, is no change of what it costs.
            before = replace(before, prices=replace(before.prices, on=after.prices.on))
            found.append(PricedSides(before, after, next(dated).prices.held() if before_as_of else None))
    return tuple(found)


def _read(preparation: Preparation, paths: Sequence[Path], problems: list[Problem]) -> tuple[Scenario, ...]:
    try:
        return preparation.read(paths)
    except BadInputError as error:
        problems += error.problems
        return ()


def _of_themselves(now: Sequence[Scenario]) -> tuple[Sides, ...]:
    """Return what Terraform plans say of both sides; of anything else nothing tells what was before."""
    problems = [problem for scenario in now for problem in scenario.past_problems]
    if problems:
        raise BadInputError(problems)
    return tuple(Sides(_as_before(one) if one.shows_before else None, one) for one in now)


def _as_before(scenario: Scenario) -> Scenario:
    # What the plan will make is not there yet, even if an estate that was pulled later has it.
    return replace(scenario, recorders=scenario.replaced, replaced=scenario.recorders)


def _paired(then: Sequence[Scenario], now: Sequence[Scenario], warnings: list[str]) -> tuple[Sides, ...]:
    by_name = {scenario.name: scenario for scenario in then}
    if len(then) == len(now) == 1:
        by_name = {now[0].name: then[0]}
    known = {scenario.name for scenario in now}
    warnings += (f"{name}: only there before, so it is not compared" for name in by_name if name not in known)
    found = []
    for scenario in now:
        before = by_name.get(scenario.name)
        if before is None:
            if then:
                warnings.append(f"{scenario.name}: not there before, so everything in it is new")
            # What was nowhere before recorded nothing, of the same events.
            before = replace(scenario, recorders=(), replaced=())
        found.append(Sides(before, scenario))
    return tuple(found)


def _with_volumes(preparation: Preparation, sides: Sequence[Sides]) -> tuple[Sides, ...]:
    """Give both sides the volumes that are given in place of their own: what happens does not hang on who records it.

    What code declares on one side only is there on that side only, also where an estate has it.
    """
    around = preparation.around
    afters = [side.after if side.before is None else _not_twice(side.after, besides=side.before) for side in sides]
    if around.typed:
        afters = list(preparation.with_typed(afters))
    befores = [_not_twice(side.before, besides=side.after) for side in sides if side.before is not None]
    if around.logs:
        counted = preparation.with_logs([*befores, *afters])
        befores, afters = list(counted[: len(befores)]), list(counted[len(befores) :])
    elif around.typed or around.volumes:
        shared = iter([after for side, after in zip(sides, afters, strict=True) if side.before is not None])
        befores = [replace(before, volumes=next(shared).volumes) for before in befores]
    old = iter(befores)
    return tuple(
        Sides(None if side.before is None else next(old), after) for side, after in zip(sides, afters, strict=True)
    )


def _not_twice(scenario: Scenario, *, besides: Scenario) -> Scenario:
    """Return a scenario in which nothing that only the code of the other side declares stands in for an estate's."""
    declared = (one for one in besides.recorders if one.is_declared)
    others = tuple(one for one in declared if one not in scenario.replaced)
    return replace(scenario, replaced=(*scenario.replaced, *others))
