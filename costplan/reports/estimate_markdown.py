"""Markdown: the comparison for a pull request or a page, with the arithmetic folded away below it."""

import re
from collections.abc import Sequence

from tabulate import tabulate

from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import one_line
from costplan.reports import Dimension
from costplan.reports.breakdown import breakdown_table
from costplan.reports.estimate_table import comparison, notes_under, title
from costplan.reports.explain import render_explanation

_UNLIMITED = 10**6
# A dollar sign before a digit begins no formula, and amounts stay readable as they are.
_SPECIAL = re.compile(r"([\\`*_~\[\]|]|\$(?!\d))")
# "&#" begins a character, no reference.
_REFERENCE = re.compile(r"(?:@(?=\S)|(?<!&)#(?=\w)|!(?=\d)|\bGH-(?=\d))", re.IGNORECASE)
_CODE_WIDTH = 100


@exact_arithmetic()
def render_markdown(estimates: Sequence[Estimate], by: Sequence[Dimension] = (), top: int | None = None) -> str:
    """Return a title, the comparison or a breakdown, the notes as a list, and folded details.

    Names cannot break out of their cell.
    """
    table = breakdown_table(estimates, by, top) if by else comparison(estimates)
    rows = [[escape(cell) for cell in row] for row in table.rows if row is not None]
    aligned = ["left" if column < table.labels else "right" for column in range(len(table.headers))]
    headers = [escape(header) for header in table.headers]
    text = tabulate(rows, headers=headers, tablefmt="pipe", disable_numparse=True, colalign=aligned)
    notes = "\n".join(f"- {escape(line)}" for line in notes_under(estimates, by, is_explained=True))
    details = render_explanation(estimates, _CODE_WIDTH)
    folded = (
        "<details>",
        "<summary>How each figure was made</summary>",
        "",
        *_fenced(details),
        "",
        "</details>",
    )
    parts = [f"**{escape(title(estimates, _UNLIMITED))}**", text, notes, "\n".join(folded)]
    return "\n\n".join(part for part in parts if part)


def escape(text: str) -> str:
    r"""Return *text* so that Markdown shows it as it is, and that nobody is notified who is named in it.

    >>> escape("a|b <b>"), escape("@audit")
    ('a\\|b &lt;b>', '@&#8203;audit')
    """
    marked = _SPECIAL.sub(r"\\\1", one_line(text)).replace("&", "&amp;").replace("<", "&lt;")
    return without_references(marked)


def without_references(marked: str) -> str:
    """Return a page's text in which no forge finds a person, an issue or a merge request.

    A forge looks for them in what is shown, so escapes do not help; a space of no width after the sign does.

    >>> without_references("@acme/team, a#12 and !7")
    '@&#8203;acme/team, a#&#8203;12 and !&#8203;7'
    """
    return _REFERENCE.sub(r"\g<0>&#8203;", marked)


def _fenced(text: str) -> list[str]:
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]
