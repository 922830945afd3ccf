"""Annotations of a GitHub workflow: a command for each verdict that did not pass, which shows it beside its line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from costplan.model.problems import one_line
from costplan.model.verdicts import CheckReport
from costplan.reports.checks.places import Checkout, Placed, placed
from costplan.reports.checks.verdict_words import Standing, counts, sentence, standing_of, subject_words

_COMMANDS = {
    Standing.BROKEN: "error",
    # It fails the job as a broken rule does, and a red job needs a red reason.
    Standing.COULD_NOT_TELL: "error",
    Standing.WARNING: "warning",
    Standing.ACCEPTED: "notice",
}


def render_annotations(report: CheckReport, checkout: Checkout) -> str:
    """Return a workflow command for each verdict that did not pass, then what the check comes to.

    GitHub shows the first ten of a kind: what to act on comes first.
    """
    shown = sorted(
        (each for each in placed(report, checkout) if standing_of(each.verdict) in _COMMANDS),
        key=lambda each: standing_of(each.verdict),
    )
    summary = f"::notice title=costplan::{_data(counts(report.verdicts))}"
    return "\n".join([*(_command(each) for each in shown), summary])


def _command(each: Placed) -> str:
    verdict = each.verdict
    standing = standing_of(verdict)
    properties = {"file": each.path, "line": each.line, "title": f"costplan {verdict.rule}: {standing.word}"}
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    of = subject_words(verdict)
    return f"::{_COMMANDS[standing]} {said}::{_data(f'{of}: {sentence(verdict)}' if of else sentence(verdict))}"


def _data(text: str) -> str:
    """Return a message that cannot end its command, nor stand for other characters."""
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
