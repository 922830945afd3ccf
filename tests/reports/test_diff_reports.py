"""Diffs as table, JSON and Markdown."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.model.changes import CostDifference, Diff
from costplan.model.problems import UsageError
from costplan.reports import DiffFormat, render_diffs
from costplan.reports.diffs.diff_markdown import MOST_REASONS, render_diff_markdown
from costplan.reports.diffs.diff_shape import DiffFile, diff_schema
from costplan.reports.diffs.differences import change_of, missing_of
from tests.reports.build import UNKNOWN_LAMBDA
from tests.reports.diffs import (
    HOSTILE,
    UNKNOWN_STORES,
    UNPRICED_NETWORK,
    difference,
    hostile,
    nothing,
    uncertain,
    widened,
)
from tests.reports.markdown import check_page

Golden = Callable[[str, str], None]

DIFFS = {"widened": widened, "uncertain": uncertain, "nothing": nothing, "hostile": hostile}
EVERY = pytest.mark.parametrize("name", DIFFS)


def read(*diffs: Diff) -> Any:
    return json.loads(render_diffs(diffs, DiffFormat.JSON))


# ---- table ----


@EVERY
@pytest.mark.parametrize("width", [100, 80, 40])
def test_a_diff_reads_well(name: str, width: int, golden: Golden) -> None:
    golden(f"diff/{name}-{width}.txt", render_diffs([DIFFS[name]()], DiffFormat.TABLE, width=width) + "\n")


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize("name", ["widened", "uncertain", "nothing"])
def test_lines_keep_to_the_page(name: str, width: int) -> None:
    text = render_diffs([DIFFS[name]()], DiffFormat.TABLE, width=width)
    assert max(map(len, text.splitlines())) <= width


@EVERY
def test_a_name_cannot_steer_the_terminal_or_begin_a_line(name: str) -> None:
    text = render_diffs([DIFFS[name]()], DiffFormat.TABLE, width=300)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert not any(line.startswith("**y**") for line in text.splitlines())


def test_nothing_different_is_one_line_and_its_notes() -> None:
    diff = replace(nothing(), renamed=())
    text = render_diffs([diff], DiffFormat.TABLE)
    assert text == "prod, month 1: $100.00; nothing that costs or records anything is different"


def test_both_columns_of_reasons_add_up_to_the_difference() -> None:
    lines = render_diffs([widened()], DiffFormat.TABLE).splitlines()
    cells = [line.split()[:2] for line in lines if re.match(r" *(–|\+\$)", line)]
    *reasons, whole = [[Decimal(cell.strip("+$")) if cell != "–" else Decimal(0) for cell in row] for row in cells]
    assert len(reasons) == 3
    assert [sum(column) for column in zip(*reasons, strict=True)] == whole == [Decimal("12.30")] * 2


# ---- differences as text ----


@pytest.mark.parametrize(
    ("of", "comes", "goes", "text"),
    [
        (difference("12.30"), False, False, "+$12.30"),
        (difference("-3"), False, False, "-$3.00"),
        (difference("0"), True, False, "≥ $0.00"),
        (difference("2"), True, False, "≥ +$2.00"),
        (difference("2"), False, True, "≤ +$2.00"),
        (difference("2"), True, True, "+$2.00 and unknowns"),
        (difference("0.001"), True, False, "> $0.00"),
        (difference("8", "0", "8"), False, False, "$0.00 to +$8.00"),
        (difference("2", half_width="0.30"), False, False, "+$2.00 ± $0.30"),
        # A band is widened by what chance adds at either end.
        (difference("5", "-3", "5", "0.30"), False, False, "-$3.30 to +$5.30"),
    ],
)
def test_a_difference_says_how_sure_it_is(of: CostDifference, comes: bool, goes: bool, text: str) -> None:
    assert change_of(of, comes=comes, goes=goes) == text


def test_what_is_unknown_on_both_sides_neither_comes_nor_goes() -> None:
    missing = missing_of(uncertain())
    assert missing.came == (UNKNOWN_LAMBDA,)
    assert missing.went == (UNPRICED_NETWORK,)


def test_a_recorder_under_another_name_brings_nothing_unknown() -> None:
    diff = widened()
    before = replace(diff.before, unknown=(replace(UNKNOWN_STORES, recorder="old-audit"),))
    after = replace(diff.after, unknown=(replace(UNKNOWN_STORES, recorder="audit"),))
    missing = missing_of(replace(diff, before=before, after=after))
    assert (missing.came, missing.went) == ((), ())
    missing = missing_of(replace(diff, before=before, after=after, renamed=()))
    assert len(missing.came) == len(missing.went) == 1


# ---- JSON ----


@pytest.mark.parametrize("name", ["widened", "uncertain", "nothing"])
def test_the_json_of_a_diff_reads_well(name: str, golden: Golden) -> None:
    golden(f"diff/{name}.json", render_diffs([DIFFS[name]()], DiffFormat.JSON) + "\n")


@EVERY
def test_the_json_follows_its_schema_and_its_shape(name: str) -> None:
    text = render_diffs([DIFFS[name]()], DiffFormat.JSON)
    jsonschema.validate(json.loads(text), diff_schema())
    assert len(msgspec.json.decode(text, type=DiffFile).diffs) == 1


def test_the_schema_refuses_an_amount_that_is_a_number() -> None:
    wrong = read(widened())
    wrong["diffs"][0]["difference"]["amount"] = 12.3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, diff_schema())


@pytest.mark.parametrize("name", ["widened", "uncertain"])
def test_prices_and_causes_in_order_add_up_to_the_difference(name: str) -> None:
    (diff,) = read(DIFFS[name]())["diffs"]
    parts = [cause["in_order"]["amount"] for cause in diff["causes"]]
    parts += [diff["prices"]["amount"]] if "prices" in diff else []
    whole = Decimal(diff["difference"]["amount"])
    assert sum(map(Decimal, parts)) == whole
    assert Decimal(diff["after"]["list_cost"]) - Decimal(diff["before"]["list_cost"]) == whole


def test_names_are_as_they_are_for_machines() -> None:
    (diff,) = read(hostile())["diffs"]
    assert diff["causes"][0]["change"]["recorder"] == HOSTILE


# ---- Markdown ----


@EVERY
def test_a_comment_reads_well(name: str, golden: Golden) -> None:
    golden(f"diff/{name}.md", render_diffs([DIFFS[name]()], DiffFormat.MARKDOWN) + "\n")


def test_several_scenarios_are_told_apart(golden: Golden) -> None:
    text = render_diffs([widened(), nothing(), uncertain(), hostile()], DiffFormat.MARKDOWN)
    check_page(text)
    golden("diff/several.md", text + "\n")


@EVERY
def test_no_name_breaks_out_of_its_cell_or_its_fold(name: str) -> None:
    check_page(render_diffs([DIFFS[name]()], DiffFormat.MARKDOWN))


def test_the_first_line_finds_the_comment_again() -> None:
    text = render_diffs([widened()], DiffFormat.MARKDOWN, comment_name="costplan prod/eu-west-1")
    assert text.splitlines()[:2] == [
        "<!-- costplan: costplan prod/eu-west-1 -->",
        "**CloudTrail: +$12.30 a month** ($100.00 → $112.30)",
    ]


@pytest.mark.parametrize("name", ["", " ", "a-->b", "a--b", "a\nb", "a<b", "é"])
def test_a_comment_cannot_be_called_what_would_end_its_tag(name: str) -> None:
    with pytest.raises(UsageError, match="a comment cannot be called"):
        render_diffs([widened()], DiffFormat.MARKDOWN, comment_name=name)


def many(count: int) -> Diff:
    """The first reason *count* times, each a cent dearer than the one before."""
    diff = widened()
    causes = tuple(
        replace(
            diff.causes[0],
            change=replace(diff.causes[0].change, recorder=f"trail-{number}"),
            in_order=difference(f"{number}.00"),
        )
        for number in range(count)
    )
    return replace(diff, causes=causes, charges=diff.charges * count)


def test_of_many_reasons_the_dearest_stand_in_the_open_and_all_in_the_fold() -> None:
    text = render_diffs([many(30)], DiffFormat.MARKDOWN)
    check_page(text)
    shown, _, folded = text.partition("<details>")
    assert shown.count("no longer limited") == MOST_REASONS
    # The last ten of thirty are the dearest, and stand in their order.
    assert re.findall(r"trail trail-(\d+),", shown) == [str(number) for number in range(20, 30)]
    assert "| 21 more, below |" in shown
    assert folded.count("no longer limited") == 30


@pytest.mark.parametrize("size", [70_000, 20_000, 5_000, 1_500, 700, 400])
def test_a_comment_that_is_too_long_loses_whole_lines_folded_ones_first(size: int) -> None:
    whole = render_diff_markdown([many(60)], size=10**9)
    text = render_diff_markdown([many(60)], size=size)
    check_page(text)
    assert len(text.encode()) <= size
    assert text.startswith("<!-- costplan: costplan -->\n**CloudTrail: +$12.30 a month**")
    lines = set(whole.splitlines())
    new = [line for line in text.splitlines() if line not in lines]
    if len(whole.encode()) <= size:
        assert text == whole
    else:
        assert len(new) == 1
        assert re.fullmatch(rf"_[\d,]+ lines left out, to stay below {size:,} characters\._", new[0])
        # Nothing in the open is cut while there is something in a fold.
        assert "<details>" not in text or whole.partition("<details>")[0] in text


@given(st.integers(400, 9_000))
def test_a_comment_of_any_size_is_whole(size: int) -> None:
    text = render_diff_markdown([many(12)], size=size)
    check_page(text)
    assert len(text.encode()) <= size


def test_a_name_as_long_as_a_comment_still_makes_one() -> None:
    long = hostile()
    recorder = HOSTILE * 2000
    cause = replace(long.causes[0], change=replace(long.causes[0].change, recorder=recorder))
    text = render_diff_markdown([replace(long, causes=(cause,))], size=2000)
    check_page(text)
    assert len(text.encode()) <= 2000
