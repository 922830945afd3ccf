"""How old the volumes of scenarios are: what is said of months long gone is no answer (could not tell)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from costplan.model.policy import AGE_RULE, Policy
from costplan.model.scenario import Scenario
from costplan.model.verdicts import Level, Outcome, Verdict
from costplan.model.volumes import Volumes

TYPED = "typed"


def verdicts_on_ages(scenario: Scenario, most_days: int | None, today: date) -> Iterator[Verdict]:
    """Yield whether each source was observed recently enough; typed volumes have no date, and get no verdict."""
    if most_days is None:
        return
    for volumes in scenario.volumes:
        last = _last_day(volumes)
        if last is None and volumes.kind == TYPED:
            continue
        name = str(volumes.where.path) if volumes.where else f"volumes ({volumes.kind})"
        if last is None:
            outcome, message = Outcome.COULD_NOT_TELL, f"{name} do not say when they were observed"
        else:
            days = (today - last).days
            is_old = days > most_days
            outcome = Outcome.COULD_NOT_TELL if is_old else Outcome.PASSED
            compared = f"more than the {most_days} that are allowed" if is_old else f"of {most_days} that are allowed"
            message = f"{name} end on {last}, {days} days before {today}, {compared}"
        hint = "" if outcome is Outcome.PASSED else "measure them again, or allow more with max_volumes_age_days"
        yield Verdict(AGE_RULE, outcome, Level.FAIL, scenario.name, message, name, hint, volumes.where)


def age_notes(scenarios: Sequence[Scenario], policy: Policy) -> tuple[str, ...]:
    """Return that the age of typed volumes is not looked at, where it would be asked for."""
    if policy.max_volumes_age_days is None:
        return ()
    typed = (
        scenario.name
        for scenario in scenarios
        if any(volumes.kind == TYPED and _last_day(volumes) is None for volumes in scenario.volumes)
    )
    return tuple(f"{name}: typed volumes have no date, so their age is not looked at" for name in typed)


def _last_day(volumes: Volumes) -> date | None:
    """Return the last day on which the source saw anything; a period ends before its end."""
    ends = [part.observed.end for part in volumes.coverage if part.observed is not None]
    return (max(ends) - timedelta(seconds=1)).date() if ends else None
