"""A check as text: a line for each verdict, what to act on first, then what changed and why."""

from costplan.model.numbers import exact_arithmetic
from costplan.model.verdicts import CheckReport, Verdict
from costplan.reports.checks.verdict_words import counts, in_order, sentence, standing_of, subject_words
from costplan.reports.diffs.diff_table import short_diff
from costplan.reports.tables import GAP, wrap_line

NARROWEST_ALIGNED = 60
"""From how many columns on sentences stay to the right of how they came out."""


@exact_arithmetic()
def render_check_table(report: CheckReport, width: int) -> str:
    """Return what a check comes to, every verdict, the notes, and each diff in short."""
    parts = [wrap_line(f"{counts(report.verdicts)}, of {len(report.verdicts):,} checked", width)]
    verdicts = in_order(report.verdicts)
    if verdicts:
        column = max(len(standing_of(verdict).word) for verdict in verdicts)
        parts.append(
            "\n".join(_line(verdict, column if width >= NARROWEST_ALIGNED else 0, width) for verdict in verdicts)
        )
    if report.notes:
        parts.append("\n".join(wrap_line(note, width) for note in report.notes))
    return "\n\n".join([*parts, *(short_diff(diff, width) for diff in report.diffs)])


def _line(verdict: Verdict, column: int, width: int) -> str:
    first = standing_of(verdict).word.ljust(column) + GAP
    of = subject_words(verdict)
    where = f" ({verdict.where})" if verdict.where else ""
    text = f"{verdict.rule}{f' of {of}' if of else ''}: {sentence(verdict)}{where}"
    return wrap_line(text, width, indent=" " * (column + len(GAP)), first=first)
