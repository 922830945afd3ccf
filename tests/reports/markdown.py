"""A naive reader of the Markdown that reports write: tables are whole, folds are closed, no other tags, no mentions."""

import re
from html import unescape

TAGS = frozenset({"<details>", "</details>", "<summary>", "</summary>", "<br>"})


def columns(row: str) -> int:
    """How many cells a row of a table has: bars that no backslash stands before, less one."""
    bars = 0
    position = 0
    while position < len(row):
        if row[position] == "\\":
            position += 1
        elif row[position] == "|":
            bars += 1
        position += 1
    return bars - 1


def check_page(text: str) -> None:
    """Assert that a page is whole, and that nothing but what the report writes itself has a meaning in it."""
    lines = text.splitlines()
    assert all(character.isprintable() or character == "\n" for character in text)
    body = [line for line in lines if not line.startswith("<!-- costplan: ")]
    assert set(re.findall(r"<[^<>]*>", "\n".join(body))) <= TAGS
    assert "\n".join(body).count("<") == len(re.findall(r"<[^<>]*>", "\n".join(body)))
    # What a forge shows has no backslashes and no entities any more: there it looks for whom to notify.
    shown = unescape(re.sub(r"\\([^\w\s])", r"\1", "\n".join(body)))
    assert re.findall(r"@[\w.]|#\w|!\d|(?i:\bgh-\d)", shown) == []
    depth = 0
    table = 0
    for line in body:
        depth += line.count("<details>") - line.count("</details>")
        assert depth in (0, 1)
        if line.startswith("|"):
            assert line.endswith("|")
            assert columns(line) == (table or columns(line))
            table = columns(line)
        else:
            table = 0
    assert depth == 0
    starts = re.findall(r"(?m)^\| --- \|", text)
    heads = re.findall(r"(?m)^\|[^\n]*\|\n\| --- \|", text)
    assert len(starts) == len(heads)
