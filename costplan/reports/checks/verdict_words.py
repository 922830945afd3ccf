"""Verdicts in words: how each came out, what comes first, and how many there are of a kind."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum

from costplan.model.verdicts import Level, Outcome, Verdict
from costplan.reports.amounts import plural

_LIMIT_PREFIX = "max-"


class Standing(IntEnum):
    """How a verdict stands in a report; what a person has to act on comes first."""

    BROKEN = 0
    COULD_NOT_TELL = 1
    WARNING = 2
    ACCEPTED = 3
    PASSED = 4

    @property
    def word(self) -> str:
        """The word that tables use."""
        return self.name.lower().replace("_", " ")


def standing_of(verdict: Verdict) -> Standing:
    """Return how a verdict stands: what did not pass is accepted where somebody accepts it, else as bad as its level.

    Whatever a rule of the level ``warn`` could not tell is a warning too.
    """
    if verdict.outcome is Outcome.PASSED:
        return Standing.PASSED
    if verdict.suppressed is not None:
        return Standing.ACCEPTED
    if verdict.level is Level.WARN:
        return Standing.WARNING
    return Standing.BROKEN if verdict.outcome is Outcome.BROKEN else Standing.COULD_NOT_TELL


def is_limit(verdict: Verdict) -> bool:
    """Whether a verdict is about a limit; whatever else is checked is a rule."""
    return verdict.rule.startswith(_LIMIT_PREFIX)


def in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return verdicts, those to act on first, otherwise in the order of the settings."""
    return sorted(verdicts, key=standing_of)


def subject_words(verdict: Verdict) -> str:
    """Return what a verdict is about: the scenario, and what of it."""
    return ", ".join(part for part in (verdict.scenario, verdict.subject) if part)


def sentence(verdict: Verdict) -> str:
    """Return what was found, what to do about it, and who accepts it."""
    parts = [verdict.message, verdict.hint if standing_of(verdict) is not Standing.PASSED else ""]
    accepted = accepted_words(verdict) if standing_of(verdict) is Standing.ACCEPTED else ""
    return " — ".join(part for part in (*parts, accepted) if part)


def accepted_words(verdict: Verdict) -> str:
    """Return until when a finding is accepted, and why; nothing where it is not."""
    accepted = verdict.suppressed
    return f"accepted until {accepted.expires}: {accepted.reason}" if accepted else ""


def counts(verdicts: Sequence[Verdict]) -> str:
    """Return what a check comes to in a few words: ``1 limit broken, 2 could not tell``, or that all rules hold."""
    found = Counter(standing_of(verdict) for verdict in verdicts)
    limits = sum(standing_of(verdict) is Standing.BROKEN and is_limit(verdict) for verdict in verdicts)
    rules = found[Standing.BROKEN] - limits
    parts = [f"{plural(number, noun)} broken" for number, noun in ((limits, "limit"), (rules, "rule")) if number]
    if found[Standing.COULD_NOT_TELL]:
        parts.append(f"{found[Standing.COULD_NOT_TELL]:,} could not tell")
    if found[Standing.WARNING]:
        parts.append(plural(found[Standing.WARNING], "warning"))
    if not parts:
        parts = ["nothing was checked" if not verdicts else "nothing broken"]
    if found[Standing.ACCEPTED]:
        parts.append(f"{found[Standing.ACCEPTED]:,} accepted")
    return ", ".join(parts)
