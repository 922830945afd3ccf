"""Check reports built by hand: a verdict of every standing, and names that mean something to every format."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from costplan.model.billing import Meter
from costplan.model.changes import Diff
from costplan.model.estimate import Estimate
from costplan.model.problems import Location
from costplan.model.verdicts import CheckReport, Level, Outcome, Suppression, Verdict
from tests.reports.build import charge
from tests.reports.diffs import HOSTILE, prod, widened

SETTINGS = "costplan.yaml"


def verdict(rule: str, outcome: Outcome = Outcome.BROKEN, level: Level = Level.FAIL, **rest: object) -> Verdict:
    fields = {"scenario": "prod", "message": "a message", "where": Location(SETTINGS, 4), **rest}
    return Verdict(rule, outcome, level, **fields)  # type: ignore[arg-type]


ACCEPTED = Suppression("CP015", "twins until the move", date(2027, 3, 31), "main", Location(SETTINGS, 30))

BROKEN = verdict(
    "max-monthly",
    message="costs $112.30 a month, more than $100.00",
    hint="record less, or raise the limit",
    where=Location(SETTINGS, 9),
)
OPEN = verdict(
    "max-increase",
    Outcome.COULD_NOT_TELL,
    subject="meter data",
    message="costs $2.00 to $14.00 more a month, against a limit of $10.00",
    where=Location(SETTINGS, 11),
)
WARNING = verdict("max-monthly", level=Level.WARN, subject="111122223333", message="costs $112.30, more than $90.00")
PASSED = verdict("require-management-everywhere", Outcome.PASSED, message="every account has it", where=None)
SUPPRESSED = verdict(
    "CP015",
    subject="main",
    message='resources.ARN equals "arn:aws:s3:::lake" and does not start with it',
    hint="drop one",
    where=Location("stacks/trails.yaml", 12),
    suppressed=ACCEPTED,
)
LINT = verdict(
    "CP004",
    level=Level.FAIL,
    subject="main",
    message='"arn:aws:s3:::lake" has no slash',
    hint='write "arn:aws:s3:::lake/"',
    where=Location("stacks/trails.yaml", 14),
)


def check_report(
    *verdicts: Verdict,
    diffs: Sequence[Diff] = (),
    estimates: Sequence[Estimate] = (),
    notes: Sequence[str] = (),
) -> CheckReport:
    return CheckReport(tuple(estimates), tuple(diffs), verdicts, tuple(notes))


def everything() -> CheckReport:
    """A report with each standing, two findings of one rule and recorder, a diff and a note."""
    again = replace(LINT, message='"arn:aws:s3:::logs" has no slash', where=Location("stacks/trails.yaml", 18))
    diff = widened()
    return check_report(
        PASSED,
        WARNING,
        OPEN,
        BROKEN,
        SUPPRESSED,
        LINT,
        again,
        diffs=(diff,),
        estimates=(diff.after,),
        notes=("suppression of CP003 (costplan.yaml:31): it suppresses nothing",),
    )


def clean() -> CheckReport:
    """A report in which everything holds, of a scenario without any side before."""
    passed = (PASSED, replace(BROKEN, outcome=Outcome.PASSED, message="costs $1.00 a month, at most $100.00"))
    return check_report(*passed, estimates=(prod(charge(Meter.DATA, 1_000_000)),))


def hostile() -> CheckReport:
    """A report in which every text that comes from a file means something to some format."""
    where = Location(HOSTILE, 3)
    accepted = Suppression(HOSTILE, HOSTILE, date(2027, 1, 1), HOSTILE, where)
    texts = {"scenario": HOSTILE, "subject": HOSTILE, "message": HOSTILE, "hint": HOSTILE, "where": where}
    return check_report(
        verdict(f"require-{HOSTILE}", **texts),
        verdict(HOSTILE, Outcome.COULD_NOT_TELL, **texts),
        verdict(HOSTILE, level=Level.WARN, **texts),
        verdict(HOSTILE, suppressed=accepted, **texts),
        verdict(HOSTILE, Outcome.PASSED, **texts),
        notes=(HOSTILE,),
    )
