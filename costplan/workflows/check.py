"""Check scenarios: limits of what they cost, and what must be recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from costplan.advice.check import Checked, check_report
from costplan.engine.estimation import estimate_last_month
from costplan.inputs.check_settings import CheckSettings, parse_limit
from costplan.inputs.project import Project, read_project
from costplan.inputs.shapes import suggest
from costplan.model.policy import CostLimit, LimitKind, LintAsked, Policy, WhenUnknown
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.scenario import Scenario
from costplan.model.verdicts import CheckReport
from costplan.workflows.given import NO_PARAMETERS
from costplan.workflows.prepared import Around, Preparation
from costplan.workflows.price_age import age_warnings, current_day
from costplan.workflows.sides import PricedSides, Sides, price_sides, read_sides
from costplan.workflows.unpriceable import refuse_unpriceable

DOLLARS = "USD"
ALL_CODES = "all"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found, and what a person should hear besides; what was left out, the report notes itself."""

    report: CheckReport
    warnings: tuple[str, ...] = ()


def check(
    scenarios: Sequence[Path] = (),
    *,
    config: Path | None = None,
    before: Path | None = None,
    git: str | None = None,
    max_monthly: str | None = None,
    max_increase: str | None = None,
    max_decrease: str | None = None,
    unknown: str | None = None,
    lint: Sequence[str] | None = None,
    logs: Sequence[Path] = (),
    typed: str | None = None,
    volumes: Sequence[Path] = (),
    recorded_by: Path | None = None,
    estate: Path | None = None,
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
) -> CheckResult:
    """Return whether scenarios are within limits and record what they must.

    scenarios: as for ``estimate``; without any, those that the settings name.
    config: a ``costplan.yaml`` with what is asked; its estate and price books are used too.
    before: scenarios of before a change; git: a revision that holds them.  A Terraform plan holds both sides.
    max_monthly, max_increase, max_decrease: ``500`` or ``10%``, in place of those limits of the settings that are about
        everything.
    unknown: ``fail``, ``warn`` or ``allow``; lint: codes to fail on, or ``all``; both in place of the settings'.
    before_as_of: the day whose prices *before* starts from.
    today: the day that ages and expiry dates count to; ``None`` is the day of the call.
    The other options are those of ``estimate``; the volumes of the settings are for configurations.

    Raises:
        BadInputError: every problem of the settings, or of the inputs.
        UsageError: the options contradict each other, or nothing is named.
    """
    amounts = (max_monthly, max_increase, max_decrease)
    limits = tuple(_limits(dict(zip(LimitKind, amounts, strict=True))))
    project = Project() if config is None else read_project(config, _lint_codes())
    policy = _with_flags(project.check.policy, limits, unknown, lint)
    paths = [Path(path) for path in scenarios] or list(_named(project.check, config))
    preparation = Preparation(
        Around(
            logs=[Path(path) for path in logs],
            typed=typed,
            volumes=volumes,
            volumes_otherwise=project.check.volumes,
            recorded_by=recorded_by,
            estate=estate,
            estate_of_code=None if estate else project.estate,
            parameters=parameters,
            form=form,
            account=account,
            region=region,
            months=months,
            prices=prices,
            pricing=pricing or project.pricing,
            as_of=as_of,
            workers=workers,
            progress=progress,
        )
    )
    sides = read_sides(preparation, paths, before=[before] if before else (), git=git)
    _refuse_without_before(sides, limits)
    priced = price_sides(preparation, sides, before_as_of=before_as_of)
    checked = [_checked(side, one) for side, one in zip(sides, priced, strict=True)]
    refuse_unpriceable([one.estimate for one in checked])
    _refuse_other_currencies(checked, policy)
    if config is not None:
        policy = _with_names(policy, [one.estimate.scenario for one in checked], config.parent)
    day = today or current_day()
    report = check_report(checked, policy, priced[0].after.prices.regions, day)
    ages = age_warnings(report.estimates, day)
    return CheckResult(report, tuple(dict.fromkeys((*preparation.warnings, *ages))))


def _lint_codes() -> tuple[str, ...]:
    """Return the codes that a check can fail on."""
    from costplan.advice.lint import LINT_CODES

    return LINT_CODES


def _limits(flags: Mapping[LimitKind, str | None]) -> Iterator[CostLimit]:
    for kind, written in flags.items():
        if written is not None:
            try:
                yield parse_limit(kind, written)
            except ValueError as error:
                raise UsageError(f"--{kind} {written}: {error}") from None


def _with_flags(
    policy: Policy, limits: tuple[CostLimit, ...], unknown: str | None, lint: Sequence[str] | None
) -> Policy:
    """Return what is asked, after what the command line says in place of the settings."""
    said = {limit.kind for limit in limits}
    kept = (limit for limit in policy.limits if limit.kind not in said or not limit.of.is_everything)
    policy = replace(policy, limits=(*limits, *kept))
    if unknown is not None:
        if unknown not in set(WhenUnknown):
            raise UsageError(f"--unknown {unknown}: choose from {', '.join(WhenUnknown)}")
        policy = replace(policy, unknown=WhenUnknown(unknown))
    if lint is not None:
        codes = _lint_codes()
        for code in lint:
            if code not in (*codes, ALL_CODES):
                close = suggest(code, codes)
                hint = f'did you mean "{close}"?' if close else f"codes are {codes[0]} to {codes[-1]}, or all"
                raise UsageError(f"--lint {code}: there is no such code — {hint}")
        policy = replace(policy, lint=LintAsked(frozenset(lint) - {ALL_CODES}, ALL_CODES in lint))
    return policy


def _with_names(policy: Policy, scenarios: Sequence[Scenario], folder: Path) -> Policy:
    """Return what is asked, with configurations called as they are here wherever the check runs.

    A configuration is called after its path as it was written; the settings, which lie in *folder*, may write another.
    """
    names = {one.name for one in scenarios}
    by_path = {Path(one.name).resolve(): one.name for one in scenarios if one.where and one.where.path == one.name}

    def named(limit: CostLimit) -> CostLimit:
        written = limit.of.scenario
        if written is None or written in names:
            return limit
        name = by_path.get((folder / written).resolve(), written)
        return replace(limit, of=replace(limit.of, scenario=name))

    return replace(policy, limits=tuple(map(named, policy.limits)))


def _named(settings: CheckSettings, config: Path | None) -> tuple[Path, ...]:
    if not settings.scenarios:
        where = f"under check: scenarios: in {config}" if config else "in a costplan.yaml"
        raise UsageError(f"nothing to check: name a scenario or a configuration, or list them {where}")
    return settings.scenarios


def _refuse_without_before(sides: Sequence[Sides], limits: Sequence[CostLimit]) -> None:
    """Raise if the command line limits a change of which only one side is there."""
    alone = next((side.after.name for side in sides if side.before is None), None)
    relative = next((limit.kind for limit in limits if limit.kind is not LimitKind.MAX_MONTHLY), None)
    if alone is not None and relative is not None:
        raise UsageError(f"--{relative}: {alone} shows one side only: give what was before with --before or --git")


def _checked(side: Sides, priced: PricedSides) -> Checked:
    diff = priced.diff()
    after = priced.after
    estimate = estimate_last_month(after.scenario, after.prices)[0] if diff is None else diff.after
    old = priced.old_prices or (priced.before.prices if priced.before else None)
    return Checked(estimate, after.prices, frozenset(one.where for one in side.after.recorders), diff, old)


def _refuse_other_currencies(checked: Sequence[Checked], policy: Policy) -> None:
    """Raise if an amount is in dollars, and the prices are not."""
    problems = [
        Problem(
            limit.where or Location(f"--{limit.kind}"),
            f"is of the wrong unit: dollars, where the prices of {one.name} are in {one.estimate.currency}",
            "write the amount in that currency, without the dollar sign",
        )
        for one in checked
        for limit in policy.limits
        if limit.is_dollars and limit.of.scenario in (None, one.name) and one.estimate.currency not in (None, DOLLARS)
    ]
    if problems:
        raise BadInputError(problems)
