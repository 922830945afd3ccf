import re

import pytest

from costplan.reports.tables import Table, render_table, wrap_cell, wrap_line, wrap_parts

MANY = Table(
    ("", *(f"scenario-number-{n}" for n in range(1, 13))),
    (
        ("Management events, additional copies", *(f"${n},{n:03}.00" for n in range(1, 13))),
        None,
        ("Total, month 12", *(f"≥ ${n}0,{n:03}.00" for n in range(1, 13))),
    ),
)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 400])
def test_no_line_is_longer_than_the_page(width: int) -> None:
    lines = render_table(MANY, width).splitlines()

    assert len(lines) >= 5
    assert max(len(line) for line in lines) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 400])
def test_nothing_is_lost_when_columns_move_to_a_block_below(width: int) -> None:
    text = render_table(MANY, width)
    squeezed = re.sub(r"\s", "", text)

    for row in (row for row in MANY.rows if row):
        for cell in row[1:]:
            assert text.count(cell) == 1, cell
    # One header line at least, and none that got lost: a header may be wrapped, so its digits are looked for.
    assert len(re.findall("Total,month12", squeezed)) == len(text.split("\n\n"))


def test_every_block_repeats_the_labels() -> None:
    blocks = render_table(MANY, 80).split("\n\n")

    assert len(blocks) > 1
    assert all("Total, month 12" in block for block in blocks)


def test_a_table_that_fits_is_one_block_without_wrapping() -> None:
    table = Table(("", "one"), (("a", "$1.00"), None, ("longer label", "–")))

    assert render_table(table, 80).splitlines() == [
        "                one",
        "------------  -----",
        "a             $1.00",
        "------------  -----",
        "longer label      –",
    ]


def test_headers_wrap_before_labels_do() -> None:
    table = Table(("", "north + south"), (("Management events, first copy", "free"),))

    assert render_table(table, 40).splitlines()[:2] == [
        "                               north +",
        "                                 south",
    ]
    assert "Management events, first copy" in render_table(table, 40)


def test_a_number_is_never_read_as_one() -> None:
    # tabulate would align, and rewrite, what looks like a number: an account would lose its leading zeros.
    table = Table(("account", "cost"), (("012345678910", "1e5"),))

    assert "012345678910" in render_table(table, 80)
    assert "1e5" in render_table(table, 80)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("north + south", 8, ["north +", "south"]),
        ("single-region", 9, ["single-", "region"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("arn:aws:s3:::lake", 13, ["arn:aws:s3:::", "lake"]),
        ("short", 9, ["short"]),
        ("", 9, [""]),
    ],
)
def test_a_cell_breaks_after_a_separator_else_anywhere(text: str, width: int, lines: list[str]) -> None:
    assert wrap_cell(text, width) == lines


def test_names_cannot_steer_a_terminal() -> None:
    table = Table(("", "\x1b[2Jred"), (("a\rb", "\x07"),))

    assert not re.search(r"[\x00-\x09\x0b-\x1f]", render_table(table, 80))
    assert "\x1b" not in wrap_line("x \x1b]0;title", 80) + wrap_parts(["\x1b"], 80)


def test_parts_break_only_between_two_of_them() -> None:
    assert wrap_parts(["aaa", "bbb", "ccc"], 9) == "aaa · bbb\nccc"
