"""Estimate what scenarios cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path

from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import BreakEven, Limit, break_evens, limit_of
from costplan.model.estimate import Estimate
from costplan.model.problems import UsageError
from costplan.model.progress import Progress
from costplan.workflows.given import NO_PARAMETERS
from costplan.workflows.prepared import Around, Preparation
from costplan.workflows.price_age import age_warnings, current_day
from costplan.workflows.typed_place import scenario_of_typed
from costplan.workflows.unpriceable import refuse_unpriceable

PRINCIPAL = "principal"
BREAKDOWNS = frozenset({"resource", PRINCIPAL})


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
    scenarios = [Path(path) for path in scenarios]
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
            start=start,
            start_otherwise=start_otherwise,
            keep=[PRINCIPAL] if PRINCIPAL in breakdown else [],
            workers=workers,
            progress=progress,
        )
    )
    if limit is not None and limit <= 0:
        raise UsageError(f"a limit is an amount above zero, not {limit}")
    if break_even and len(scenarios) < 1:
        raise UsageError("--break-even compares scenarios: name two or more")
    if not breakdown <= BREAKDOWNS:
        unknown = ", ".join(sorted(breakdown - BREAKDOWNS))
        raise UsageError(f"breakdown knows {' and '.join(sorted(BREAKDOWNS))}, not {unknown}")
    if not scenarios and not typed:
        raise UsageError("name a scenario file or folder, or give volumes with --typed")
    if scenarios:
        read = preparation.with_logs(preparation.with_typed(preparation.read(scenarios)))
    else:
        read = (scenario_of_typed(typed or "", account, region),)
    if break_even and len(read) < 2:
        raise UsageError("--break-even compares scenarios: name two of them, or more")
    prepared = preparation.price(read)
    warnings = preparation.warnings
    estimates = tuple(estimate_scenario(one.scenario, one.prices, breakdown) for one in prepared)
    refuse_unpriceable(estimates)
    warnings += age_warnings(estimates, today or current_day())
    priced = [(made, one.prices) for made, one in zip(estimates, prepared, strict=True)]
    crossings = (break_evens(*priced[0], *each) for each in priced[1:] if break_even)
    return EstimateResult(
        estimates,
        tuple(warnings),
        () if limit is None else tuple(limit_of(one, limit, each) for one, each in priced),
        tuple(chain.from_iterable(crossings)),
    )
