"""Read scenarios and settle them: the beginning of every workflow that routes events."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from costplan.advice.refusals import refusals
from costplan.engine.coverage import overlapping
from costplan.engine.estate import with_estate
from costplan.engine.scope import settle
from costplan.inputs.configs import NOTHING_GIVEN, Given, is_configuration, read_configuration
from costplan.inputs.documents import read_document
from costplan.inputs.estates import read_estate
from costplan.inputs.resources import data_directory
from costplan.inputs.scenarios import find_scenarios, notes_on, read_scenario
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder
from costplan.model.scenario import Estate, Scenario
from costplan.model.volumes import Volumes

BUNDLED = "scenarios"
"""The folder of examples that is shipped with the program."""


def find_each(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return scenario files, those in folders of scenarios too, and configurations: files, or folders as a whole.

    Raises:
        BadInputError: every path that does not exist or is a folder of neither.
    """
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            files = find_scenarios([path])
        except BadInputError as error:
            if not (path.is_dir() and is_configuration(path)):
                problems += error.problems
                continue
            files = (path,)
        found.update({file.resolve(): file for file in files if file.resolve() not in found})
    if problems:
        raise BadInputError(problems)
    return tuple(found.values())


def read_any(
    path: Path,
    volumes: tuple[Volumes, ...] | None = None,
    given: Given = NOTHING_GIVEN,
    otherwise: tuple[Volumes, ...] | None = None,
) -> Scenario:
    """Return the scenario in a file; or the one that the recorders of any configuration make, under its path.

    volumes: in place of those that a scenario names; otherwise: of a configuration, which names none.

    Raises:
        BadInputError: every problem of it; also that nothing tells the volumes.
    """
    document = read_document(path) if path.is_file() and given.form is None else None
    if document is not None:
        is_list = isinstance(document.value, dict) and "recorders" in document.value
        has_name = isinstance(document.value, dict) and "scenario" in document.value
        has_none = volumes is None and otherwise is None
        if has_name or (is_list and has_none) or not is_configuration(path, document):
            return read_scenario(path, volumes=volumes)
        if is_list:
            known = read_estate(path)
            return replace(
                _of(path, otherwise if volumes is None else volumes),
                recorders=known.recorders,
                accounts=known.accounts,
                organization=known.organization,
            )
    configuration = read_configuration(path, given, document)
    volumes = otherwise if volumes is None else volumes
    if volumes is None:
        hint = "give them with --volumes FILE, --typed management=40M/month or --logs FOLDER"
        what = "is a configuration, which names no volumes, so nothing can be counted"
        raise BadInputError([Problem(Location(str(path)), what, hint)])
    return replace(
        _of(path, volumes),
        recorders=configuration.recorders,
        notes=notes_on(configuration),
        unread=notes_on(configuration),
        replaced=configuration.replaced,
        shows_before=configuration.shows_before,
        past_problems=configuration.past_problems,
    )


def _of(path: Path, volumes: tuple[Volumes, ...] | None) -> Scenario:
    return Scenario(str(path), (), volumes or (), where=Location(str(path)))


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


def settle_each(
    scenarios: Sequence[Scenario],
    account: str | None,
    region: str | None,
    estate: Callable[[Scenario], Estate | None] = lambda _: None,
) -> tuple[Scenario, ...]:
    """Return the scenarios with every recorder's account and home Region settled, and with what there is besides.

    estate: of a scenario, if it has one.

    Raises:
        BadInputError: those that could not be, of all scenarios.
    """
    settled: list[Scenario] = []
    problems: list[Problem] = []
    for scenario in scenarios:
        beside = estate(scenario)
        known: tuple[Recorder, ...] = ()
        if beside is not None:
            own = Scenario(beside.name, beside.recorders, scenario.volumes, beside.accounts, beside.organization)
            placed, faults = settle(own, account, region)
            problems += faults
            beside, known = replace(beside, recorders=placed.recorders), placed.recorders
            # Whose an organization trail of code is, only the estate may tell.
            scenario = replace(scenario, organization=scenario.organization or beside.organization)
        scenario = replace(scenario, replaced=_settled_past(scenario, account, region, known))
        done, faults = settle(scenario, account, region, known)
        if beside is not None and not faults:
            done = with_estate(done, beside, scenario.recorders)
        settled.append(done)
        problems += faults
    if problems:
        raise BadInputError(problems)
    return tuple(settled)


def _settled_past(
    scenario: Scenario, account: str | None, region: str | None, known: Sequence[Recorder]
) -> tuple[Recorder, ...]:
    """Return what was there before with its accounts, as an estate knows it; home Regions as the code has them."""
    settled, _ = settle(replace(scenario, recorders=scenario.replaced), account, region, known)
    return tuple(
        replace(one, home_region=written.home_region)
        for one, written in zip(settled.recorders, scenario.replaced, strict=True)
    )


def here_or_bundled(path: Path, warnings: list[str]) -> Path:
    """Return *path*, or the shipped scenario of that name where there is none: the README's examples run anywhere."""
    if path.exists() or path.is_absolute() or path.parts[:1] != (BUNDLED,):
        return path
    bundled = data_directory(BUNDLED).joinpath(*path.parts[1:])
    if not bundled.exists():
        return path
    warnings.append(f"{path} is not here: using the one that comes with costplan")
    return bundled


def read_all(
    paths: Sequence[Path],
    volumes: tuple[Volumes, ...] | None,
    given: Given,
    otherwise: tuple[Volumes, ...] | None = None,
) -> tuple[Scenario, ...]:
    """Read every scenario, so that the problems of all of them are told at once.

    volumes, otherwise: as for ``read_any``.

    Raises:
        BadInputError: every problem of them; also two scenarios of one name.
    """
    read, problems = read_each(paths, lambda path: read_any(path, volumes, given, otherwise), _overlaps)
    repeated = [name for name, times in Counter(s.name for s in read).items() if times > 1]
    for name in repeated:
        where = next(s.where for s in reversed(read) if s.name == name) or Location(name)
        problems.append(Problem(where, f'two scenarios are called "{name}"', "give each its own scenario: name"))
    if problems:
        raise BadInputError(problems)
    return tuple(read)


def _overlaps(scenario: Scenario) -> list[Problem]:
    """Return what two sources of a scenario both cover: its events would be counted twice."""
    where = scenario.where or Location(scenario.name)
    hint = "keep one source for each account, Region and category; costplan volumes merge --prefer FILE does"
    return [
        Problem(where, f"two of its volumes hold {category} events of {account} in {region}", hint)
        for account, region, category in overlapping(scenario.volumes)
    ]
