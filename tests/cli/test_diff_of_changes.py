"""``costplan diff``: changes that were worked out by hand, as a person, a program and a pull request see them."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan.cli.app import run
from tests.workflows.changes import Pair, all_pairs

Golden = Callable[[str, str], None]

FORMS = {"table": "txt", "json": "json", "markdown": "md"}
FIRST_FORMS = {pair.name.partition("/")[0]: pair for pair in reversed(all_pairs())}
"""Each change once, in the form that comes first."""

# What a second copy would cost that only an estate could show.
UNSEEN = FIRST_FORMS["plan-adds-trail-without-estate"]

of_every_change = pytest.mark.parametrize("pair", FIRST_FORMS.values(), ids=FIRST_FORMS.keys())


def command(pair: Pair, *more: str) -> list[str]:
    """The command line of a change, from within its folder."""
    sides = [pair.after] if pair.before is None else [pair.before, pair.after]
    options: dict[str, Any] = {"volumes": Path("..", "volumes.yaml")} | dict(pair.options)
    if "estate" in options:
        options["estate"] = options["estate"].name
    return ["diff", *(side.name for side in sides), *(f"--{key}={value}" for key, value in options.items()), *more]


def printed(pair: Pair, capsys: pytest.CaptureFixture[str], form: str) -> str:
    assert run(command(pair, "--format", form)) == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


@of_every_change
@pytest.mark.parametrize("form", FORMS)
def test_a_change_is_shown_as_it_was_read_and_approved(
    pair: Pair, form: str, golden: Golden, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pair.after.parent)
    name = pair.name.partition("/")[0]
    golden(f"changes/{name}.{FORMS[form]}", printed(pair, capsys, form))


@of_every_change
def test_every_form_has_the_figures_that_were_worked_out(
    pair: Pair, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pair.after.parent)
    expected = pair.expected
    (found,) = json.loads(printed(pair, capsys, "json"))["diffs"]
    assert amounts(found, ("before", "list_cost"), ("after", "list_cost"), ("difference", "amount")) == [
        expected.before,
        expected.after,
        expected.difference,
    ]
    assert [amounts(each, ("in_order", "amount"), ("alone", "amount")) for each in found["causes"]] == [
        [each.in_order, each.alone] for each in expected.causes
    ]
    headline = f"+${expected.difference:,.2f}" if expected.difference else "no change"
    assert printed(pair, capsys, "markdown").splitlines()[1].startswith(f"**CloudTrail: {headline}")
    first = f"month {pair.options['months']}: ${expected.before:,.2f}"
    assert first in " ".join(printed(pair, capsys, "table").split())


def amounts(value: Any, *places: tuple[str, str]) -> list[Decimal]:
    return [Decimal(value[key][name]) for key, name in places]


@pytest.mark.parametrize("form", FORMS)
def test_a_second_copy_that_nobody_can_see_is_said_in_every_form(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(UNSEEN.after.parent)
    assert f"{UNSEEN.expected.possible:.2f}" in printed(UNSEEN, capsys, form)
