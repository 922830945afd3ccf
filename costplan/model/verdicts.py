"""What a check of limits and rules comes to: one verdict for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from costplan.model.changes import Diff
from costplan.model.estimate import Estimate
from costplan.model.problems import Location


class Level(StrEnum):
    """What a broken rule does: fail the check, or only be said."""

    FAIL = "fail"
    WARN = "warn"


class Outcome(StrEnum):
    """How a rule came out.

    COULD_NOT_TELL: a limit lies between what it certainly and what it possibly costs, or something is unknown.
    """

    PASSED = "passed"
    COULD_NOT_TELL = "could-not-tell"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding that somebody accepts, until a day.

    rule: the code of a lint finding, or the id of a rule; recorder: only of that one; ``None``: of any.
    """

    rule: str
    reason: str
    expires: date
    recorder: str | None = None
    where: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule for one subject.

    rule: the rule's stable id, lower case with dashes: ``max-monthly``, ``require-…``, or the code of a lint finding.
    scenario: which one; subject: what of it: a recorder's label, an account, a meter; nothing for all of it.
    message: one sentence with the figures; hint: what to do about it.
    where: what is at fault: a recorder or selector in a configuration; else where the rule stands.
    suppressed: what accepts it; then it counts as passed.
    """

    rule: str
    outcome: Outcome
    level: Level
    scenario: str
    message: str
    subject: str = ""
    hint: str = ""
    where: Location | None = field(default=None, compare=False)
    suppressed: Suppression | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it fails the check."""
        return self.outcome is Outcome.BROKEN and self.level is Level.FAIL and self.suppressed is None

    @property
    def is_open(self) -> bool:
        """Whether it leaves the check without an answer."""
        return self.outcome is Outcome.COULD_NOT_TELL and self.level is Level.FAIL and self.suppressed is None

    @property
    def is_to_be_said(self) -> bool:
        """Whether a person should hear of it: anything that did not pass, unless somebody accepts it."""
        return self.outcome is not Outcome.PASSED and self.suppressed is None


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """Return what a check comes to as a whole: broken goes before could not tell, which goes before passed."""
    verdicts = tuple(verdicts)
    if any(verdict.is_broken for verdict in verdicts):
        return Outcome.BROKEN
    return Outcome.COULD_NOT_TELL if any(verdict.is_open for verdict in verdicts) else Outcome.PASSED


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, before its formats.

    estimates: of the last month of the scenarios that were checked; diffs: against what was before, where given.
    verdicts: of every rule, in the order in which they stand in the settings, then lint findings.
    notes: what a person should hear beside them: what was left out, and why.
    """

    estimates: tuple[Estimate, ...]
    diffs: tuple[Diff, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What the check comes to as a whole."""
        return outcome_of(self.verdicts)
