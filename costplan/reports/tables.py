"""Plain-text tables that fit: columns shrink by wrapping, and those that still do not fit follow in a block below.

Nothing is ever cut off: a figure that is not on the page could be the one that matters.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from tabulate import SEPARATING_LINE, DataRow, Line, TableFormat, tabulate

from costplan.model.problems import one_line

Row = tuple[str, ...]

GAP = "  "
PLUS_MINUS = " ± "
"""Between a figure and how far its interval reaches."""
NARROWEST_LABEL = 20
NARROWEST_HEADER = 8

# Headers are rows like any other here: tabulate would make every column two characters wider than its header.
_FORMAT = TableFormat(
    lineabove=None,
    linebelowheader=Line("", "-", GAP, ""),
    linebetweenrows=None,
    linebelow=None,
    headerrow=None,
    datarow=DataRow("", GAP, ""),
    padding=0,
    with_header_hide=None,
)
_BREAKS = re.compile(r"(?<=[ \-_/.:+])")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells and how to lay them out.

    rows: ``None`` is a rule.
    labels: how many columns, from the left, say what a row is; they are left-aligned and repeated in every block.
    texts: further columns that are left-aligned and may wrap.
    """

    headers: Row
    rows: tuple[Row | None, ...]
    labels: int = 1
    texts: frozenset[int] = frozenset()

    def widths(self) -> list[int]:
        """Return the width that each column takes when nothing is wrapped."""
        rows = [self.headers, *(row for row in self.rows if row is not None)]
        return [max(len(row[column]) for row in rows) for column in range(len(self.headers))]

    def least_widths(self, page: int) -> list[int]:
        """Return the width below which each column does not wrap any further, on a page of so many columns."""
        natural = self.widths()
        values = [max((len(row[c]) for row in self.rows if row is not None), default=0) for c in range(len(natural))]
        widest = max((min(natural[c], max(values[c], NARROWEST_HEADER)) for c in self._figures()), default=0)
        room = (page - widest) // max(1, self.labels) - len(GAP)
        label = max(NARROWEST_HEADER, min(NARROWEST_LABEL, room))
        return [
            min(width, label if self._is_text(column) else max(values[column], NARROWEST_HEADER))
            for column, width in enumerate(natural)
        ]

    def fits(self, page: int) -> bool:
        """Whether all columns stand beside each other on a page of so many columns."""
        return _total(self.least_widths(page)) <= page

    def _figures(self) -> list[int]:
        return [column for column in range(len(self.headers)) if not self._is_text(column)]

    def _is_text(self, column: int) -> bool:
        return column < self.labels or column in self.texts


def render_table(table: Table, width: int) -> str:
    """Return the table as lines of at most *width* characters, in as many blocks as that takes.

    Only a single value or word that is wider than the page makes a longer line.
    """
    table = _lined_up(_printable(table))
    columns = list(range(len(table.headers)))
    blocks = _blocks(table, columns, width)
    return "\n\n".join(_render_block(table, block, width) for block in blocks)


def _blocks(table: Table, columns: list[int], width: int) -> list[list[int]]:
    """Deal the value columns out to blocks, each led by the labels."""
    least = table.least_widths(width)
    labels, values = columns[: table.labels], columns[table.labels :]
    blocks: list[list[int]] = []
    for column in values:
        if blocks and _total([least[c] for c in [*blocks[-1], column]]) <= width:
            blocks[-1].append(column)
        else:
            blocks.append([*labels, column])
    return blocks or [labels]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * max(0, len(widths) - 1)


def _render_block(table: Table, columns: list[int], width: int) -> str:
    natural, least = table.widths(), table.least_widths(width)
    widths = {column: natural[column] for column in columns}
    while _total(list(widths.values())) > width:
        # Labels give way last: a wrapped header costs a line, wrapped labels cost one for each row.
        over = [c for c in columns if widths[c] > least[c]]
        headers = [c for c in over if c >= table.labels]
        if not over:
            break
        widest = max(headers or over, key=lambda c: widths[c])
        widths[widest] -= 1
    lines: list[list[str] | str] = [list(line) for line in _wrapped(table.headers, columns, widths, bottom=True)]
    lines.append(SEPARATING_LINE)
    for row in table.rows:
        if row is None:
            lines.append(SEPARATING_LINE)
        else:
            lines.extend(list(line) for line in _wrapped(row, columns, widths, bottom=False))
    aligned = ["left" if c < table.labels or c in table.texts else "right" for c in columns]
    text = tabulate(lines, tablefmt=_FORMAT, disable_numparse=True, colalign=aligned)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _wrapped(row: Row, columns: list[int], widths: dict[int, int], *, bottom: bool) -> list[tuple[str, ...]]:
    """Return the lines that a row takes; cells of fewer lines stand at the *bottom* or at the top."""
    cells = [wrap_cell(row[column], widths[column]) for column in columns]
    height = max(len(cell) for cell in cells)
    if bottom:
        cells = [[""] * (height - len(cell)) + cell for cell in cells]
    return list(zip_longest(*cells, fillvalue=""))


def wrap_cell(text: str, width: int) -> list[str]:
    """Return *text* in lines of at most *width*, broken after a space or a separator, else anywhere.

    >>> wrap_cell("multi + single", 8), wrap_cell("arn:aws:s3:::lake", 13)
    (['multi +', 'single'], ['arn:aws:s3:::', 'lake'])
    """
    if len(text) <= width:
        return [text]
    lines = [""]
    for piece in _BREAKS.split(text):
        if len((lines[-1] + piece).rstrip()) > width and lines[-1]:
            lines.append("")
        rest = piece
        while len(rest.rstrip()) > width:
            lines[-1], rest = rest[:width], rest[width:]
            lines.append("")
        lines[-1] += rest
    return [line.strip() for line in lines if line.strip()]


def wrap_line(text: str, width: int, indent: str = "  ", first: str = "") -> str:
    """Return a sentence in lines of at most *width*; all but the first are indented."""
    return textwrap.fill(
        one_line(text),
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrap_parts(parts: Sequence[str], width: int, joint: str = " · ") -> str:
    """Return short texts joined on as many lines as it takes; a line breaks only between two of them."""
    lines = [""]
    for part in parts:
        joined = lines[-1] + (joint if lines[-1] else "") + one_line(part)
        if lines[-1] and len(joined) > width:
            lines.append(one_line(part))
        else:
            lines[-1] = joined
    return "\n".join(wrap_line(line, width) for line in lines)


def _lined_up(table: Table) -> Table:
    """Return the table with every ``±`` of a column under the others."""
    rows = [row for row in table.rows if row is not None]
    margins = [
        0 if table._is_text(column) else max((len(row[column].partition(PLUS_MINUS)[2]) for row in rows), default=0)
        for column in range(len(table.headers))
    ]
    lined_up = (
        row and tuple(_with_margin(cell, width) if width else cell for cell, width in zip(row, margins, strict=True))
        for row in table.rows
    )
    return replace(table, rows=tuple(lined_up))


def _with_margin(cell: str, width: int) -> str:
    figure, joint, margin = cell.partition(PLUS_MINUS)
    return figure + joint + margin.rjust(width) if joint else cell


def _printable(table: Table) -> Table:
    return Table(
        tuple(one_line(header) for header in table.headers),
        tuple(row and tuple(one_line(cell) for cell in row) for row in table.rows),
        table.labels,
        table.texts,
    )
