"""A diff as tables: the total before and after, why, which charges differ, and what nobody knows."""

from collections.abc import Sequence

from costplan.model.changes import Diff
from costplan.model.numbers import exact_arithmetic
from costplan.reports.diffs.diff_rows import (
    CHARGE_HEADERS,
    WHOLE,
    WHY_HEADERS,
    charge_rows,
    diff_notes,
    free_note,
    reasons,
)
from costplan.reports.diffs.differences import both_totals, change_of_diff, is_discounted, name_of
from costplan.reports.estimate_table import title
from costplan.reports.tables import GAP, Table, render_table, wrap_line

NARROWEST_SENTENCE = 24

NOTHING = "nothing that costs or records anything is different"


@exact_arithmetic()
def render_diff_tables(diffs: Sequence[Diff], width: int) -> str:
    """Return every diff as text, in lines of at most *width* characters."""
    return "\n\n\n".join(_whole(diff, width) for diff in diffs)


def _whole(diff: Diff, width: int) -> str:
    if diff.is_empty:
        return short_diff(diff, width)
    parts = [title((diff.before, diff.after), width), short_diff(diff, width)]
    rows = charge_rows(diff)
    if rows:
        table = Table(CHARGE_HEADERS, rows, texts=frozenset({1, 2}))
        parts.append(render_table(table, width))
    if free := free_note(diff):
        parts.append(wrap_line(free, width))
    return "\n\n".join(parts)


def short_diff(diff: Diff, width: int) -> str:
    """Return the total before and after, why it differs, and the notes: what a check shows of a diff."""
    parts = [_headline(diff, width)]
    if not diff.is_empty:
        parts.append(_why(diff, width))
    notes = [wrap_line(note, width) for note in diff_notes(diff)]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])


def _headline(diff: Diff, width: int) -> str:
    of = f"{name_of(diff)}, month {diff.after.last.month}"
    totals = both_totals(diff)
    if diff.is_empty:
        return wrap_line(f"{of}: {totals.partition(' → ')[2]}; {NOTHING}", width)
    lines = [f"{of}: {totals} ({change_of_diff(diff)})"]
    if is_discounted(diff):
        lines.append(f"after discounts: {both_totals(diff, is_net=True)} ({change_of_diff(diff, is_net=True)})")
    return "\n".join(wrap_line(line, width) for line in lines)


def _why(diff: Diff, width: int) -> str:
    """Return each reason behind its two figures, or under them where the page is too narrow for both."""
    found = [(r.in_order, r.alone, (r.sentence, *r.effects)) for r in reasons(diff)]
    found.append((change_of_diff(diff), change_of_diff(diff), (WHOLE,)))
    figures = [WHY_HEADERS[1:], *((in_order, alone) for in_order, alone, _ in found)]
    columns = [max(map(len, column)) for column in zip(*figures, strict=True)]
    left = sum(columns) + len(GAP) * len(columns)
    if width - left < NARROWEST_SENTENCE:
        return "\n".join(_stacked(in_order, alone, texts, width) for in_order, alone, texts in found)
    rule = GAP.join("-" * length for length in (*columns, width - left))
    rows = [_beside(columns, (in_order, alone), texts, width - left) for in_order, alone, texts in found]
    return "\n".join(
        [_beside(columns, WHY_HEADERS[1:], WHY_HEADERS[:1], width - left), rule, *rows[:-1], rule, rows[-1]]
    )


def _stacked(in_order: str, alone: str, texts: Sequence[str], width: int) -> str:
    figures = in_order if in_order == alone else f"{in_order} in order, {alone} alone"
    sentence, *effects = texts
    lines = [wrap_line(sentence, width, indent="  ", first="  ")]
    lines += [wrap_line(effect, width, indent="      ", first="    ") for effect in effects]
    return "\n".join([wrap_line(figures, width), *lines])


def _beside(columns: Sequence[int], figures: Sequence[str], texts: Sequence[str], width: int) -> str:
    """Return a sentence beside its figures, and under it, indented, what comes of it."""
    sentence, *effects = texts
    lines = [
        wrap_line(sentence, width, indent=""),
        *(wrap_line(effect, width, indent="    ", first="  ") for effect in effects),
    ]
    first = GAP.join(figure.rjust(length) for figure, length in zip(figures, columns, strict=True)) + GAP
    return first + "\n".join(lines).replace("\n", "\n" + " " * len(first))
