"""A diff as Markdown: what a pull request adds in one sentence, why in a small table, charges folded away."""

from collections.abc import Iterator, Sequence

from costplan.model.changes import Diff
from costplan.model.numbers import exact_arithmetic
from costplan.reports import COMMENT_NAME
from costplan.reports.amounts import plural
from costplan.reports.diffs.diff_rows import (
    CHARGE_HEADERS,
    WHOLE,
    WHY_HEADERS,
    Reason,
    charge_rows,
    diff_notes,
    free_note,
    reasons,
)
from costplan.reports.diffs.differences import both_totals, change_of_diff, is_discounted, name_of
from costplan.reports.estimate_markdown import escape
from costplan.reports.markdown_page import (
    COMMENT_SIZE,
    Section,
    list_section,
    render_page,
    table_section,
    tag,
)

MOST_REASONS = 10
"""How many reasons stand in the open; where there are more, the rest is folded away."""

MOST_SCENARIOS = 3
LONGEST_NAME = 60

NOTHING = "no change"


@exact_arithmetic()
def render_diff_markdown(diffs: Sequence[Diff], *, tag_name: str = COMMENT_NAME, size: int = COMMENT_SIZE) -> str:
    """Return the diffs as a comment of at most *size* bytes, which can be found again by *tag_name*."""
    return render_page(headline(diffs), sections_of(diffs), size, tag(tag_name))


def headline(diffs: Sequence[Diff]) -> str:
    """Return what the change costs in one sentence, in Markdown.

    ``**CloudTrail: +$12.30 a month** ($100.00 → $112.30)``
    """
    if len(diffs) == 1:
        (diff,) = diffs
        if diff.is_empty:
            return f"**CloudTrail: {NOTHING}** ({_totals(diff).partition(' → ')[2]} a month)"
        paid = f"; after discounts {change_of_diff(diff, is_net=True)}" if is_discounted(diff) else ""
        return f"**CloudTrail: {amount_text(change_of_diff(diff))} a month** ({_totals(diff)}{amount_text(paid)})"
    parts = [f"{shown_name(name_of(diff))} {amount_text(_change(diff))}" for diff in diffs[:MOST_SCENARIOS]]
    more = [f"{len(diffs) - MOST_SCENARIOS} more"] if len(diffs) > MOST_SCENARIOS else []
    return f"**CloudTrail, a month: {', '.join([*parts, *more])}**"


def shown_name(name: str) -> str:
    """Return a scenario's name for a headline: escaped, and shortened where it would hide the rest."""
    return escape(_shortened(name))


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _change(diff: Diff) -> str:
    return NOTHING if diff.is_empty else change_of_diff(diff)


def _totals(diff: Diff) -> str:
    return amount_text(both_totals(diff))


def amount_text(text: str) -> str:
    """Return an amount that Markdown leaves alone: ``<$0.01`` looks like the beginning of a tag."""
    return text.replace("<", "&lt;")


def sections_of(diffs: Sequence[Diff]) -> tuple[Section, ...]:
    """Return why each diff costs what it does, then what nobody knows, then what is folded away."""
    several = len(diffs) > 1
    return tuple(section for diff in diffs for section in _sections(diff, has_heading=several))


def _sections(diff: Diff, *, has_heading: bool) -> Iterator[Section]:
    name = _shortened(name_of(diff))
    heading, of = (f"{name}: {both_totals(diff)}", f"{name}: ") if has_heading else ("", "")
    found = reasons(diff)
    if found:
        yield _reasons(_dearest(found), diff, heading, left_out=max(0, len(found) - MOST_REASONS))
    notes = diff_notes(diff)
    if notes:
        yield list_section(notes, "" if found else heading)
    if len(found) > MOST_REASONS:
        rows = [_reason_row(reason) for reason in found]
        title = f"{of}all {len(found)} reasons"
        yield table_section(WHY_HEADERS, rows, figures=frozenset({1, 2}), title=title, is_folded=True)
    cells = [tuple(map(escape, row)) for row in charge_rows(diff)]
    free = free_note(diff)
    if cells:
        title = f"{of}{plural(len(cells), 'charge')} that {'differs' if len(cells) == 1 else 'differ'}"
        title += f"; {free}" if free else ""
        yield table_section(CHARGE_HEADERS, cells, figures=frozenset({3, 4, 5}), title=title, is_folded=True)


def _dearest(found: Sequence[Reason]) -> Sequence[Reason]:
    """Return the reasons that move most, in their own order."""
    dearest = {id(reason) for reason in sorted(found, key=lambda reason: -reason.weight)[:MOST_REASONS]}
    return [reason for reason in found if id(reason) in dearest]


def _reasons(shown: Sequence[Reason], diff: Diff, heading: str, *, left_out: int) -> Section:
    rows = [_reason_row(reason) for reason in shown]
    if left_out:
        rows.append((f"{left_out} more, below", "", ""))
    whole = f"**{amount_text(_change(diff))}**"
    rows.append((f"**{WHOLE}**", whole, whole))
    return table_section(WHY_HEADERS, rows, figures=frozenset({1, 2}), title=heading)


def _reason_row(reason: Reason) -> tuple[str, str, str]:
    sentences = "<br>".join(map(escape, (reason.sentence, *reason.effects)))
    return (sentences, amount_text(reason.in_order), amount_text(reason.alone))
