"""The mutation check finds what can be flipped, and leaves alone what means nothing."""

import ast
from pathlib import Path

import pytest

from tests.mutation.equivalents import EQUIVALENTS, read_equivalents
from tests.mutation.mutants import find_mutants, plain_source
from tests.mutation.targets import TARGETS, Target, nearest

PROJECT = Path(__file__).parents[2]

FLIPS = {
    "a == b": {"a != b"},
    "a < b": {"a <= b", "a >= b"},
    "a not in b": {"a in b"},
    "a is None": {"a is not None"},
    "a and b": {"a or b", "a", "b"},
    "a or b or c": {"a and b and c", "b or c", "a or c", "a or b"},
    "not a": {"a"},
    "~a": {"a"},
    "a & b": {"a | b"},
    "a + b": {"a - b"},
    "True": {"False"},
    "5": {"4", "6"},
    "0": {"1"},
    "min(a)": {"max(a)"},
    "any_of(a)": {"all_of(a)"},
    "a.startswith(b)": {"a.endswith(b)"},
    "f(starts_with=a)": {"f(ends_with=a)"},
    "Truth.YES": {"Truth.NO", "Truth.MAYBE"},
    "f(point=a)": {"f(point=True)", "f(point=False)"},
    "b if a else c": {"b if not a else c"},
    "[b for b in c if a]": {"[b for b in c if not a]"},
}


@pytest.mark.parametrize(("original", "expected"), FLIPS.items(), ids=FLIPS)
def test_an_expression_is_flipped_in_every_way(original: str, expected: set[str]) -> None:
    mutants = find_mutants("m.py", original)
    assert {mutant.mutated for mutant in mutants} == expected
    assert {mutant.original for mutant in mutants} == {original}
    # The change stands in the module too, and finding the next one has not kept it.
    assert {mutant.source() for mutant in mutants} == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""One is 1 and two is 2, not 3."""',
        "def f(a: int | None) -> dict[str, 5]:\n    return a",
        "@dataclass(frozen=True)\nclass C:\n    a: int",
        "zip(a, b, strict=True)",
    ],
)
def test_what_a_module_does_not_decide_by_is_left_alone(source: str) -> None:
    assert find_mutants("m.py", source) == []


def test_a_mutant_says_where_it_is() -> None:
    (mutant,) = find_mutants("m.py", "class C:\n    def f(self, a, b):\n        return a == b")
    assert str(mutant) == "m.py:3: return a == b  →  return a != b  (in C.f)"


def test_a_default_is_shown_with_its_parameter() -> None:
    mutants = find_mutants("m.py", "def f(a, b=True, *, c=False):\n    return a")
    assert {(mutant.original, mutant.mutated) for mutant in mutants} == {("b=True", "b=False"), ("c=False", "c=True")}


def test_a_condition_of_a_statement_is_negated() -> None:
    (mutant,) = find_mutants("m.py", "if a:\n    b = c")
    assert mutant.source() == "if not a:\n    b = c"


def test_every_mutant_of_a_module_differs_from_it_in_one_place() -> None:
    path = PROJECT / "costplan/model/containers.py"
    plain = plain_source(path.read_text(encoding="utf-8")).splitlines()
    mutants = find_mutants("containers.py", path.read_text(encoding="utf-8"))
    assert len(mutants) > 50
    for mutant in mutants:
        changed = mutant.source().splitlines()
        ast.parse("\n".join(changed))
        assert len(changed) == len(plain)
        assert sum(a != b for a, b in zip(changed, plain, strict=True)) == 1, mutant


# ---- explained equivalents ----

PARAGRAPHS = """\
# a comment

m.py C.f
- return a < b
+ return a <= b
+ return a >= b
They are never equal,
and never compared.
"""


def test_an_explanation_covers_the_mutants_it_names_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "e.txt").write_text(PARAGRAPHS, encoding="utf-8")
    first, second = read_equivalents(tmp_path / "e.txt")
    assert first.reason == second.reason == "They are never equal, and never compared."
    source = "class C:\n    def {}(self, a, b):\n        return a < b"
    assert [first.explains(mutant) for mutant in find_mutants("m.py", source.format("f"))] == [True, False]
    assert [second.explains(mutant) for mutant in find_mutants("m.py", source.format("f"))] == [False, True]
    assert not any(first.explains(mutant) for mutant in find_mutants("m.py", source.format("g")))
    assert not any(first.explains(mutant) for mutant in find_mutants("other.py", source.format("f")))


@pytest.mark.parametrize(
    "paragraph",
    ["m.py f\n- a\n+ b\n", "m.py f\n- a\nno mutant\n", "m.py\n- a\n+ b\nno function\n", "m.py f\n- a\n- b\n+ c\ntwo\n"],
)
def test_a_paragraph_without_a_reason_or_a_change_is_refused(paragraph: str, tmp_path: Path) -> None:
    (tmp_path / "e.txt").write_text(paragraph, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^e.txt:1: "):
        read_equivalents(tmp_path / "e.txt")


def test_the_explanations_in_use_are_of_mutants_that_are_made() -> None:
    mutated = {path for target in TARGETS.values() for path in target.modules}
    explained = read_equivalents(EQUIVALENTS)
    assert {one.path for one in explained} <= mutated
    made = [
        mutant
        for path in {one.path for one in explained}
        for mutant in find_mutants(path, (PROJECT / path).read_text(encoding="utf-8"))
    ]
    assert [(one.line, one.mutated) for one in explained if not any(one.explains(mutant) for mutant in made)] == []


# ---- what can be mutated ----


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_names_what_is_there(target: Target) -> None:
    named = (*target.modules, *target.quick, *target.searching)
    paths = [word.removeprefix("--ignore=") for word in named if "/" in word]
    assert [path for path in paths if not (PROJECT / path).exists()] == []
    planted = target.planted[0]
    assert planted in target.modules
    source = (PROJECT / planted).read_text(encoding="utf-8")
    assert target.plant(source) != source


def test_a_fault_that_cannot_be_planted_is_refused() -> None:
    with pytest.raises(ValueError, match=r"truth\.py has no return self if"):
        TARGETS["recording"].plant("")


def test_the_tests_of_a_module_mirror_its_folder() -> None:
    assert nearest("costplan/model/truth.py") == "tests/model/test_truth.py"
    assert nearest("costplan/engine/changes/edits.py") == "tests/engine/changes/test_edits.py"
