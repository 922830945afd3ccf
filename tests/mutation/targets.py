"""What can be mutated: groups of modules, each with the tests that must notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Target:
    """Modules that belong together.

    quick: what pytest is asked to run against a mutant that the module's own tests let live.
    searching: the same of tests that search for counterexamples, which take longer.
    planted: a module, a text of it and what to put there: a fault that the quick tests find.
    """

    modules: tuple[str, ...]
    quick: tuple[str, ...]
    searching: tuple[str, ...]
    planted: tuple[str, str, str]

    def plant(self, source: str) -> str:
        """Return *source*, of the module that the fault is planted in, with the fault.

        Raises:
            ValueError: the text is not there.
        """
        path, text, fault = self.planted
        if text not in source:
            raise ValueError(f"no fault can be planted: {path} has no {text}")
        return source.replace(text, fault)


def nearest(path: str) -> str:
    """Return where the tests of a module itself would be."""
    module = Path(path)
    return str(Path("tests", *module.parts[1:-1], f"test_{module.name}"))


_SEARCHES = tuple(f"tests/engine/test_{name}.py" for name in ("twins", "laws", "rolled_up", "explanation"))
_LAWS_OF_CHANGES = "tests/engine/changes/test_change_laws.py"

TARGETS: Mapping[str, Target] = {
    # The code that decides what is recorded, and as which copy.
    "recording": Target(
        modules=(
            "costplan/model/selection.py",
            "costplan/model/containers.py",
            "costplan/model/truth.py",
            "costplan/engine/count_plan.py",
            "costplan/engine/implication.py",
            "costplan/engine/matching.py",
            "costplan/engine/scope.py",
            "costplan/engine/routing.py",
            "costplan/engine/place_meters.py",
            "costplan/engine/metering.py",
            "costplan/engine/tally.py",
            "costplan/engine/rating.py",
            "costplan/engine/coverage.py",
        ),
        quick=(
            *("tests/model", "tests/engine", "costplan/model", "costplan/engine"),
            *(f"--ignore={search}" for search in _SEARCHES),
        ),
        # The misreadings planted among the searches test these, not the engine.
        searching=(*_SEARCHES, "-k", "not misread and not trivial"),
        planted=("costplan/model/truth.py", "return self if self <= other", "return self if self >= other"),
    ),
    # The code that says what differs between two scenarios, and what each difference costs.
    "changes": Target(
        modules=tuple(
            f"costplan/engine/changes/{name}.py"
            for name in (
                *("attributes", "charges", "edits", "groups", "moved_events"),
                *("pairing", "pricing", "selection", "selectors"),
            )
        ),
        quick=(
            *("tests/engine/changes", "costplan/engine/changes", f"--ignore={_LAWS_OF_CHANGES}"),
            *(f"tests/workflows/test_changes{what}.py" for what in ("", "_beside_an_estate", "_of_deliveries")),
            *("tests/workflows/test_changes_of_places.py", "tests/workflows/test_diff.py"),
        ),
        searching=(_LAWS_OF_CHANGES,),
        planted=("costplan/engine/changes/selection.py", "around[0] != around[1]", "around[0] == around[1]"),
    ),
    # The code that gives verdicts.
    "check": Target(
        modules=tuple(
            f"costplan/advice/check/{name}.py"
            for name in (
                *("__init__", "ages", "costs", "limits"),
                *("requirement_words", "requirements", "samples", "unknowns"),
            )
        ),
        quick=("tests/advice/check", "costplan/advice/check"),
        searching=("tests/workflows/test_check_of_changes.py", "tests/cli/test_check.py"),
        planted=(
            "costplan/advice/check/limits.py",
            "self.amount.high <= self.lowest",
            "self.amount.high < self.lowest",
        ),
    ),
}
