"""The table of rules in the README: every rule once, and every module, name and test in it exists."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

RULES = frozenset(
    f"R{number}"
    for first, last in ((1, 14), (20, 37), (40, 56), (60, 79), (80, 92), (100, 111))
    for number in range(first, last + 1)
)
WITHOUT_TEST = {"R68", "R73"}
"""Rules of which no cost hangs on what is built so far; their rows say why."""

_ROW = re.compile(r"^\| (R\d+) \| (?P<says>[^|]+) \| (?P<where>[^|]+) \| (?P<proof>[^|]+) \|$", re.MULTILINE)
_LINK = re.compile(r"^\[(test_\w+)\]\((tests/[\w/]+\.py)\)(?: \((?:T\d+[–, ]*)+\))?$")
_WHERE = re.compile(r"^`([\w.]+):(\w+)`$")


def faults(text: str) -> list[str]:
    """Return what is wrong with the table of rules in a README."""
    _, heading, table = text.partition("\n## Rules\n")
    table = table.partition("\n## ")[0]
    if not heading:
        return ["there is no section of rules"]
    rows = list(_ROW.finditer(table))
    lines = sum(line.startswith("|") for line in table.splitlines()) - 2
    found = [] if lines == len(rows) else [f"{lines - len(rows)} rows cannot be read"]
    named = [row[1] for row in rows]
    found += [f"{rule} is missing" for rule in sorted(RULES - set(named))]
    found += [f"{rule} is no rule" for rule in sorted(set(named) - RULES)]
    found += [f"{rule} is there {named.count(rule)} times" for rule in sorted(set(named)) if named.count(rule) > 1]
    for row in rows:
        found += [f"{row[1]}: {fault}" for fault in _faults_of_row(row)]
    return found


def _faults_of_row(row: re.Match[str]) -> list[str]:
    found = []
    words = row["says"].split()
    if len(words) > 12:
        found.append(f"says it in {len(words)} words")
    if row["proof"] == "–":
        return found if row[1] in WITHOUT_TEST else [*found, "has no test"]
    where = _WHERE.match(row["where"])
    if where is None:
        found.append(f"{row['where']} is no place in the package")
    elif not _exists(*where.groups()):
        found.append(f"{row['where']} does not exist")
    link = _LINK.match(row["proof"])
    if link is None:
        found.append(f"{row['proof']} is no link to a test")
    elif link[1] not in _tests_in(ROOT / link[2]):
        found.append(f"{link[2]} has no {link[1]}")
    return found


def _exists(module: str, name: str) -> bool:
    try:
        return hasattr(importlib.import_module(f"costplan.{module}"), name)
    except ImportError:
        return False


def _tests_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_rule_is_in_the_readme_with_its_place_and_its_test() -> None:
    assert faults(readme()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("| R1 |", "| R999 |", "R1 is missing"),
        ("| R1 |", "| R999 |", "R999 is no rule"),
        ("| R1 |", "| R2 |", "R2 is there 2 times"),
        ("| R1 |", "| R 1 |", "1 rows cannot be read"),
        ("\n## Rules\n", "\n## Regeln\n", "there is no section of rules"),
        (
            "model.selection:advanced_form",
            "model.selection:simple_form",
            "R2: `model.selection:simple_form` does not exist",
        ),
        ("model.selection:", "model.election:", "R2: `model.election:advanced_form` does not exist"),
        ("`model.selection:advanced_form`", "somewhere", "R2: somewhere is no place in the package"),
        ("[test_both_kinds", "[test_all_kinds", "has no test_all_kinds_in_one_trail_are_a_problem"),
        (
            "(tests/inputs/configs/test_selectors.py)",
            "(tests/inputs/test_selectors.py)",
            "R1: tests/inputs/test_selectors.py",
        ),
        ("[test_both_kinds_in_one_trail_are_a_problem](", "see (", "is no link to a test"),
        ("| A trail has basic", f"| {'very ' * 9}A trail has basic", "R1: says it in 18 words"),
    ],
)
def test_a_planted_fault_in_the_table_is_found(old: str, new: str, fault: str) -> None:
    text = readme()
    assert old in text
    assert any(fault in found for found in faults(text.replace(old, new, 1)))


def test_a_rule_that_is_built_needs_a_test() -> None:
    row = next(line for line in readme().splitlines() if line.startswith("| R80 |"))
    without = " | ".join([*row.split(" | ")[:3], "– |"])
    assert faults(readme().replace(row, without)) == ["R80: has no test"]
