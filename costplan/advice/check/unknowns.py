"""What nobody measured, or has no price, as verdicts."""

from collections.abc import Iterator

from costplan.advice.check.costs import Checked, Unsettled, recorder_of, unsettled_of
from costplan.engine.scope import some_of
from costplan.model.billing import UnknownUsage
from costplan.model.policy import EVERYTHING, UNKNOWN_RULE, WhenUnknown
from costplan.model.verdicts import Level, Outcome, Verdict


def verdicts_on_unknowns(checked: Checked, unknown: WhenUnknown) -> Iterator[Verdict]:
    """Yield a verdict for each thing that is unknown: it fails, is only said, or (``allow``) is not."""
    if unknown is WhenUnknown.ALLOW:
        return
    level = Level.FAIL if unknown is WhenUnknown.FAIL else Level.WARN
    found = list(unsettled_of(checked.estimate, EVERYTHING))
    undecided = list(_on_undecided(checked, level))
    yield from undecided
    if not found and not undecided:
        yield Verdict(UNKNOWN_RULE, Outcome.PASSED, level, checked.name, "everything has a volume and a price")
    for one in found:
        recorder = checked.labels.get(recorder_of(one))
        yield Verdict(
            UNKNOWN_RULE,
            Outcome.COULD_NOT_TELL,
            level,
            checked.name,
            f"not known: {unsettled_text(one)}: {one.because}",
            recorder_of(one),
            one.settled_by if isinstance(one, UnknownUsage) else "add its price, or write unknown: warn",
            recorder.where if recorder else checked.estimate.scenario.where,
        )


def _on_undecided(checked: Checked, level: Level) -> Iterator[Verdict]:
    """Yield a verdict for each thing that was not said and decides what its recorders record or analyse."""
    for label, recorder in checked.labels.items():
        for _, taken in recorder.undecided if recorder.where in checked.own else ():
            message = f"not known of {recorder.kind} {label}, and taken for granted: {taken}"
            hint = "say it (--parameter K=V, or the answer of get-trail-status), or write unknown: warn"
            yield Verdict(
                UNKNOWN_RULE, Outcome.COULD_NOT_TELL, level, checked.name, message, label, hint, recorder.where
            )


def unsettled_text(one: Unsettled) -> str:
    """Return what is unknown, and where, in a few words."""
    if isinstance(one, UnknownUsage):
        where = " and ".join(some_of(names) for names in (one.regions, one.accounts) if names)
        return f"{one.what} of {one.recorder}" + (f" in {where}" if where else "")
    usage = one.usage
    return f"the price of {usage.meter} of {usage.recorder} in {usage.region}"
