"""Estimate what scenarios cost."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path

from costplan.engine.count_plan import plan_for
from costplan.engine.coverage import overlapping
from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import BreakEven, Limit, break_evens, limit_of
from costplan.inputs.configs import Given, read_config
from costplan.inputs.estates import read_estate
from costplan.inputs.resources import data_directory
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.typed import parse_typed
from costplan.inputs.volumes.volumes_file import read_volumes
from costplan.model.estimate import Estimate
from costplan.model.events import EventCategory
from costplan.model.places import is_account, is_region
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.recorders import Trail
from costplan.model.scenario import Estate, Scenario
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.volumes import Volumes
from costplan.workflows.given import NO_PARAMETERS, given_of
from costplan.workflows.measure import exit_code_of, whole
from costplan.workflows.price_age import age_warnings, current_day
from costplan.workflows.prices import prices_of
from costplan.workflows.scenarios import find_each, read_any, read_each, settle_each
from costplan.workflows.typed_place import TYPED_ACCOUNT, TYPED_REGION, with_typed

PRINCIPAL = "principal"
BREAKDOWNS = frozenset({"resource", PRINCIPAL})
BUNDLED = "scenarios"
"""The folder of examples that is shipped with the program."""


@dataclass(frozen=True, slots=True)
class EstimateResult:
    """Estimates in the order of their scenarios, and what a person should hear beside them.

    limits: of each scenario, how far its last month is from the limit that was asked for.
    break_evens: where another scenario becomes cheaper than the first, as all volumes rise together.
    """

    estimates: tuple[Estimate, ...]
    warnings: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    break_evens: tuple[BreakEven, ...] = ()


def estimate(
    scenarios: Sequence[Path] = (),
    *,
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
    start: date | None = None,
    start_otherwise: date | None = None,
    today: date | None = None,
    breakdown: frozenset[str] = frozenset(),
    limit: Decimal | None = None,
    break_even: bool = False,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> EstimateResult:
    """Return the projected monthly cost of each scenario.

    scenarios: scenario files, or folders of them; or configurations of any format, which name no volumes themselves.
    logs: CloudTrail log files or folders that replace the scenarios' volumes, counted for their selectors in one pass.
    typed: volumes as ``management=40M/month,s3-writes=12M/month``, which replace the scenarios' volumes too; without
        any scenario they are recorded by one trail that selects just them.
    volumes: volumes files that replace the scenarios' own.
    recorded_by: the configuration of the trails that wrote *logs*, which says what else they would have recorded.
    estate: the configuration of what there is besides, for every scenario; estate_of_code: for those with recorders
        that infrastructure code declares.
    parameters, form: of configurations that *scenarios* names, as for ``show_trails``.
    account, region: of recorders that do not name their own, and of typed volumes.
    prices: a file of overrides, for every scenario and in place of its own: they take the place of list prices.
    pricing: a folder whose price books go before the shipped ones.
    as_of: the day whose list prices are used in month 1; ``None`` is today.
    start: the calendar month that month 1 is, in place of the scenarios' own; a month has the prices of its first day.
    start_otherwise: the same for scenarios that do not say it.
    today: the day that the ages of prices are counted to, whatever *as_of* is; ``None`` is the day of the call.
    limit: dollars of the last month for which to look how much more may happen until then.
    break_even: look where another scenario becomes cheaper than the first.
    breakdown: what to keep apart within a meter besides the resource type: ``resource``, ``principal``.
    workers: processes that read log files.
    progress: called with the log files done, and all of them.

    Raises:
        BadInputError: every problem of the inputs, or nothing could be priced.
        UsageError: the options contradict each other.
    """
    scenarios, logs = [Path(path) for path in scenarios], [Path(path) for path in logs]
    for name, value, is_right in (("account", account, is_account), ("region", region, is_region)):
        if value is not None and not is_right(value):
            raise UsageError(f"{name} {value}: not {'twelve digits' if name == 'account' else 'a Region code'}")
    if sum(map(bool, (logs, typed, volumes))) > 1:
        raise UsageError("--logs, --typed and --volumes all give volumes: use one of them")
    if as_of is not None and start is not None:
        raise UsageError("--as-of and --start both say whose prices month 1 has: give one of them")
    if months is not None and months < 1:
        raise UsageError(f"a projection has at least one month, not {months}")
    if limit is not None and limit <= 0:
        raise UsageError(f"a limit is an amount above zero, not {limit}")
    if break_even and len(scenarios) < 1:
        raise UsageError("--break-even compares scenarios: name two or more")
    if not breakdown <= BREAKDOWNS:
        unknown = ", ".join(sorted(breakdown - BREAKDOWNS))
        raise UsageError(f"breakdown knows {' and '.join(sorted(BREAKDOWNS))}, not {unknown}")
    if not scenarios and not typed:
        raise UsageError("name a scenario file or folder, or give volumes with --typed")
    warnings: list[str] = []
    given = given_of(parameters, form)
    paths = find_each([_here_or_bundled(path, warnings) for path in scenarios]) if scenarios else ()
    by_hand = parse_typed(typed, account or TYPED_ACCOUNT, region or TYPED_REGION) if typed else None
    if not paths and by_hand is not None:
        read: tuple[Scenario, ...] = (_of_typed(by_hand, account, region),)
    else:
        override = (by_hand,) if by_hand else tuple(map(read_volumes, volumes)) if volumes else () if logs else None
        read = _read_all(paths, override, given)
    estate_of = _estate(estate, estate_of_code)
    if paths and typed:
        read = tuple(with_typed(one, typed, account, region, estate_of(one), warnings) for one in read)
    if logs:
        keep = ["principal"] if PRINCIPAL in breakdown else []
        plan = plan_for((recorder for scenario in read for recorder in scenario.recorders), keep)
        writers = read_config(recorded_by) if recorded_by else ()
        counted = whole(count_logs(logs, plan, recorded_by=writers, workers=workers, progress=progress))
        if exit_code_of(counted):
            hint = "repair the source, or count what is readable with costplan volumes logs -o FILE and use that"
            raise BadInputError([*counted.problems, Problem(Location("--logs"), "too much could not be read", hint)])
        warnings += (str(problem) for problem in counted.problems)
        read = tuple(replace(scenario, volumes=(counted.volumes,)) for scenario in read)
    if break_even and len(read) < 2:
        raise UsageError("--break-even compares scenarios: name two of them, or more")
    settled = settle_each(read, account, region, estate_of)
    if months is not None:
        settled = tuple(replace(s, settings=replace(s.settings, months=months)) for s in settled)
    settled = tuple(_dated(one, as_of, start, start_otherwise) for one in settled)
    listed = prices_of(settled, prices, as_of, pricing)
    estimates = tuple(estimate_scenario(s, each, breakdown) for s, each in zip(settled, listed, strict=True))
    _refuse_unpriceable(estimates)
    warnings += age_warnings(estimates, today or current_day())
    priced = list(zip(estimates, listed, strict=True))
    crossings = (break_evens(*priced[0], *each) for each in priced[1:] if break_even)
    return EstimateResult(
        estimates,
        tuple(warnings),
        () if limit is None else tuple(limit_of(one, limit, each) for one, each in priced),
        tuple(chain.from_iterable(crossings)),
    )


def _dated(scenario: Scenario, as_of: date | None, start: date | None, otherwise: date | None) -> Scenario:
    """Return a scenario whose months have the dates that were asked for, which go before its own."""
    own = scenario.settings.start if as_of is None else None
    first = start or own or otherwise
    first = first.replace(day=1) if first else None
    return replace(scenario, settings=replace(scenario.settings, as_of=as_of, start=first))


def _here_or_bundled(path: Path, warnings: list[str]) -> Path:
    """Return *path*, or the shipped scenario of that name where there is none: the README's examples run anywhere."""
    if path.exists() or path.is_absolute() or path.parts[:1] != (BUNDLED,):
        return path
    bundled = Path(str(data_directory(BUNDLED))).joinpath(*path.parts[1:])
    if not bundled.exists():
        return path
    warnings.append(f"{path} is not here: using the one that comes with costplan")
    return bundled


def _estate(for_all: Path | None, for_code: Path | None) -> Callable[[Scenario], Estate | None]:
    """Return which estate a scenario has; each is read once, when it is first wanted."""
    read: dict[Path, Estate] = {}

    def of(scenario: Scenario) -> Estate | None:
        # Of a plan that deletes its last trail, what was there before is all that tells it from a scenario.
        is_code = any(recorder.is_declared for recorder in (*scenario.recorders, *scenario.replaced))
        path = for_all or (for_code if is_code else None)
        if path is not None and path not in read:
            read[path] = read_estate(path)
        return None if path is None else read[path]

    return of


def _read_all(paths: Sequence[Path], volumes: tuple[Volumes, ...] | None, given: Given) -> tuple[Scenario, ...]:
    """Read every scenario, so that the problems of all of them are told at once."""
    read, problems = read_each(paths, lambda path: read_any(path, volumes, given), _overlaps)
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


def _of_typed(volumes: Volumes, account: str | None, region: str | None) -> Scenario:
    """Return a scenario in which one trail records every event that was typed."""
    selectors = []
    categories = {row.key.category for row in volumes.rows}
    if EventCategory.MANAGEMENT in categories:
        selectors.append(_selector(EventCategory.MANAGEMENT))
    types = sorted(
        {
            resource.type
            for row in volumes.rows
            if isinstance(row.key.resources, tuple)
            for resource in row.key.resources
            if isinstance(resource.type, str)
        }
    )
    selectors += (_selector(EventCategory.DATA, ("resources.type", of_type)) for of_type in types)
    if EventCategory.NETWORK_ACTIVITY in categories:
        sources = {row.key.event_source for row in volumes.rows if row.key.category is EventCategory.NETWORK_ACTIVITY}
        known = sorted(source for source in sources if isinstance(source, str))
        selectors += (_selector(EventCategory.NETWORK_ACTIVITY, ("eventSource", source)) for source in known)
        if sources != set(known):
            selectors.append(_selector(EventCategory.NETWORK_ACTIVITY))
    trail = Trail(
        "one trail",
        account or TYPED_ACCOUNT,
        region or TYPED_REGION,
        is_multi_region=True,
        selectors=tuple(selectors),
    )
    note = f"typed volumes happen in account {trail.account} and Region {trail.home_region}, recorded by one trail"
    return Scenario("typed", (trail,), (volumes,), notes=(note,))


def _selector(category: EventCategory, *fields: tuple[str, str]) -> AdvancedEventSelector:
    conditions = (("eventCategory", category.value), *fields)
    return AdvancedEventSelector(tuple(FieldSelector(name, equals=(value,)) for name, value in conditions))


def _refuse_unpriceable(estimates: Sequence[Estimate]) -> None:
    """Raise if a scenario has usage and not one price for it: such a total would say nothing."""
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
