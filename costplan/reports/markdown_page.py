"""Markdown pages that fit: a headline, tables and lists, details folded away; too long a page loses whole lines.

Services refuse a comment that is too long, and a line cut in the middle would break the table it stands in.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from costplan.model.problems import UsageError, one_line
from costplan.reports.amounts import plural
from costplan.reports.estimate_markdown import escape, without_references

COMMENT_SIZE = 65_536
"""The longest comment that GitHub takes, in characters; GitLab takes a million."""

SUMMARY_SIZE = 1_048_576
"""The longest step summary that GitHub takes, in bytes."""

_OF_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/ ")
# Room for the sentence that says how much was left out.
_RESERVE = 200


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: lines that can be left out from the end, one by one.

    head: lines that stand above them and mean nothing without them, such as the header of a table.
    title: a heading, or the line to click on of a folded section; text, not Markdown.
    """

    head: tuple[str, ...]
    lines: tuple[str, ...]
    title: str = ""
    is_folded: bool = False

    def text(self, kept: int) -> str:
        """Return the section with the first *kept* of its lines; nothing without any."""
        if not kept:
            return ""
        body = "\n".join([*self.head, *self.lines[:kept]])
        if self.is_folded:
            # What stands between tags is HTML, in which a backslash would be shown.
            summary = without_references(html.escape(one_line(self.title), quote=False))
            return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
        return f"### {escape(self.title)}\n\n{body}" if self.title else body


def tag(name: str) -> str:
    """Return the line, not shown, by which a comment is found again.

    Raises:
        UsageError: the name could end the line or what hides it.
    """
    if not name.strip() or not set(name) <= _OF_NAMES | {"-"} or "--" in name:
        raise UsageError(
            f'a comment cannot be called "{name}": use letters, digits, spaces and . _ / -, but no two dashes together'
        )
    return f"<!-- costplan: {name} -->"


def table_section(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    figures: frozenset[int] = frozenset(),
    title: str = "",
    is_folded: bool = False,
) -> Section:
    """Return a table; cells are Markdown already.

    figures: columns that are aligned to the right.
    """
    # Not padded: spaces that line columns up count as characters, and nobody sees them.
    rule = ["---:" if column in figures else "---" for column in range(len(headers))]
    head = (_row(headers), _row(rule))
    return Section(head, tuple(_row(row) for row in rows), title, is_folded)


def list_section(items: Sequence[str], title: str = "", *, is_folded: bool = False) -> Section:
    """Return a list of sentences, which are text and not Markdown."""
    return Section((), tuple(f"- {escape(item)}" for item in items), title, is_folded)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def render_page(headline: str, sections: Sequence[Section], size: int, first: str = "") -> str:
    """Return a page of at most *size* bytes: folded lines are left out first, the last ones before others.

    first: a line that stands before everything, in any case.
    """
    kept = [len(section.lines) for section in sections]
    text = _page(headline, sections, kept, first)
    if _length(text) <= size:
        return text
    room = size - _RESERVE
    for position in (*_last_first(sections, is_folded=True), *_last_first(sections, is_folded=False)):
        excess = _length(_page(headline, sections, kept, first)) - room
        while kept[position] and excess > 0:
            kept[position] -= 1
            excess -= _length(sections[position].lines[kept[position]]) + 1
    left_out = sum(len(section.lines) for section in sections) - sum(kept)
    note = f"_{plural(left_out, 'line')} left out, to stay below {size:,} characters._"
    if not any(kept):
        # Nothing but names is left that could be too long.
        headline = headline.encode()[: max(0, room - _length(first))].decode(errors="ignore")
    return _page(headline, sections, kept, first, note)


def _last_first(sections: Sequence[Section], *, is_folded: bool) -> list[int]:
    return [position for position, each in reversed(list(enumerate(sections))) if each.is_folded is is_folded]


def _page(headline: str, sections: Sequence[Section], kept: Sequence[int], first: str, note: str = "") -> str:
    parts = [section.text(count) for section, count in zip(sections, kept, strict=True)]
    body = "\n\n".join(part for part in (headline, *parts, note) if part)
    return f"{first}\n{body}" if first else body


def _length(text: str) -> int:
    return len(text.encode())
