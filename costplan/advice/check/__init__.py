"""What a check comes to: limits, requirements, unknowns, the age of volumes, and the lint, each as verdicts.

Pure, over estimates and differences that were made before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from costplan.advice.check.ages import age_notes, verdicts_on_ages
from costplan.advice.check.costs import Checked, is_of_scenario
from costplan.advice.check.limits import verdict_on_limit
from costplan.advice.check.unknowns import verdicts_on_unknowns
from costplan.advice.findings import Severity
from costplan.engine.scope import labelled, some_of
from costplan.model.places import Region
from costplan.model.policy import CostLimit, LimitKind, LintAsked, Policy
from costplan.model.verdicts import CheckReport, Level, Outcome, Suppression, Verdict

__all__ = ["Checked", "check_report"]


def check_report(checked: Sequence[Checked], policy: Policy, regions: Mapping[str, Region], today: date) -> CheckReport:
    """Return the verdicts on scenarios.

    today: the day to which the age of volumes counts, and through which suppressions hold.
    """
    verdicts = [*_of_limits(checked, policy)]
    for one in checked:
        verdicts += _of_requirements(one, policy, regions)
        verdicts += verdicts_on_unknowns(one, policy.unknown)
        verdicts += verdicts_on_ages(one.estimate.scenario, policy.max_volumes_age_days, today)
    for one in checked:
        verdicts += _of_lint(one, policy.lint, regions)
    accepted = [_accepted(verdict, policy.suppressions, today) for verdict in verdicts]
    diffs = tuple(one.diff for one in checked if one.diff is not None)
    notes = (*_notes(checked, policy), *age_notes([one.estimate.scenario for one in checked], policy))
    notes += tuple(_on_suppressions(policy.suppressions, accepted, today))
    return CheckReport(tuple(one.estimate for one in checked), diffs, tuple(accepted), notes)


def _of_limits(checked: Sequence[Checked], policy: Policy) -> Iterator[Verdict]:
    for limit in policy.limits:
        for one in checked:
            verdict = verdict_on_limit(limit, one, policy.unknown)
            if verdict is not None:
                yield verdict


def _of_requirements(checked: Checked, policy: Policy, regions: Mapping[str, Region]) -> Iterator[Verdict]:
    if not policy.requirements:
        return
    # Most checks ask for none, and samples of events take their time to load.
    from costplan.advice.check.requirements import Requirements

    requirements = Requirements(checked.estimate.scenario, regions)
    yield from map(requirements.verdict_on, policy.requirements)


def _of_lint(checked: Checked, asked: LintAsked, regions: Mapping[str, Region]) -> Iterator[Verdict]:
    """Yield what the lint finds in the scenario's own recorders, an estate's beside them (R80)."""
    if not asked.codes and not asked.everything:
        return
    # A module for each rule: most checks ask for none.
    from costplan.advice.lint import lint

    recorders = checked.estimate.scenario.recorders
    # A trail and a store of one name are numbered in the order of the file here, in that of copies on charges.
    found = labelled(recorders)
    for finding in lint(recorders, regions):
        if found[finding.recorder].where not in checked.own:
            continue
        if finding.code in asked.codes or (asked.everything and finding.severity is not Severity.INFO):
            level = Level.FAIL
        elif asked.everything:
            level = Level.WARN
        else:
            continue
        message = f"{finding.name}: {finding.message}"
        yield Verdict(
            finding.code, Outcome.BROKEN, level, checked.name, message, finding.recorder, finding.hint, finding.where
        )


def _accepted(verdict: Verdict, suppressions: Iterable[Suppression], today: date) -> Verdict:
    if verdict.outcome is Outcome.PASSED:
        return verdict
    found = next((one for one in suppressions if today <= one.expires and _is_about(one, verdict)), None)
    return verdict if found is None else replace(verdict, suppressed=found)


def _is_about(suppression: Suppression, verdict: Verdict) -> bool:
    return suppression.rule == verdict.rule and suppression.recorder in (None, verdict.subject)


def _on_suppressions(suppressions: Iterable[Suppression], verdicts: Sequence[Verdict], today: date) -> Iterator[str]:
    for one in suppressions:
        what = f"{one.where}: the suppression of {one.rule}" + (f" of {one.recorder}" if one.recorder else "")
        if one.expires < today:
            yield f"{what} expired on {one.expires}: it suppresses nothing any more"
        elif not any(verdict.suppressed is one for verdict in verdicts):
            yield f"{what} suppresses nothing: remove it"


def _notes(checked: Sequence[Checked], policy: Policy) -> Iterator[str]:
    """Yield what is not looked at, and why."""
    yield from (
        f"{one.name}: nothing that costs or records anything is different"
        for one in checked
        if one.diff is not None and one.diff.is_empty
    )
    for one in checked:
        yield from one.estimate.scenario.unread
    names = {one.name for one in checked}
    for limit in policy.limits:
        if not any(limit.of.scenario in (None, one.name) and is_of_scenario(one, limit.of) for one in checked):
            yield f"{_title(limit)}: no scenario has {_part(limit, names)}, so it limits nothing"
    without = [one.name for one in checked if one.diff is None]
    relative = [limit for limit in policy.limits if limit.kind is not LimitKind.MAX_MONTHLY]
    if without and relative:
        kinds = " and ".join(dict.fromkeys(limit.kind.value for limit in relative))
        yield f"{kinds} not looked at for {some_of(without)}: nothing says what was before (--before, --git)"


def _title(limit: CostLimit) -> str:
    return f"{limit.where}: {limit.kind.value}" if limit.where else f"--{limit.kind.value}"


def _part(limit: CostLimit, names: Iterable[str]) -> str:
    of = limit.of
    if of.scenario is not None and of.scenario not in names:
        return f'the name "{of.scenario}"'
    return " and ".join(f"{n} {v}" for n, v in (("account", of.account), ("recorder", of.recorder)) if v)
