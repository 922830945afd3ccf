"""Read scenarios and settle them: the beginning of every workflow that routes events."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from costplan.advice.refusals import refusals
from costplan.engine.scope import settle
from costplan.model.problems import BadInputError, Problem
from costplan.model.scenario import Scenario


def read_each(
    paths: Iterable[Path],
    read: Callable[[Path], Scenario],
    faults_of: Callable[[Scenario], Iterable[Problem]] = lambda _: (),
) -> tuple[list[Scenario], list[Problem]]:
    """Return what *read* makes of each path, and the problems of all of them: unreadable, refused by the API, others.

    faults_of: further problems of a scenario that was read.
    """
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            scenario = read(path)
        except BadInputError as error:
            problems += error.problems
            continue
        problems += (problem for recorder in scenario.recorders for problem in refusals(recorder))
        problems += faults_of(scenario)
        scenarios.append(scenario)
    return scenarios, problems


def settle_each(scenarios: Sequence[Scenario], account: str | None, region: str | None) -> tuple[Scenario, ...]:
    """Return the scenarios with every recorder's account and home Region settled.

    Raises:
        BadInputError: those that could not be, of all scenarios.
    """
    settled: list[Scenario] = []
    problems: list[Problem] = []
    for scenario in scenarios:
        done, faults = settle(scenario, account, region)
        settled.append(done)
        problems += faults
    if problems:
        raise BadInputError(problems)
    return tuple(settled)
