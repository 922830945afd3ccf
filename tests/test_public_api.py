"""The names that ``import costplan`` offers."""

import subprocess
import sys

import pytest

import costplan


def test_the_public_names_are_sorted_and_none_twice() -> None:
    assert costplan.__all__ == sorted(set(costplan.__all__))


@pytest.mark.parametrize("name", costplan.__all__)
def test_every_public_name_can_be_had_and_says_what_it_is(name: str) -> None:
    assert getattr(costplan, name).__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'estimat'"):
        _ = costplan.estimat


def test_importing_costplan_loads_nothing_yet() -> None:
    code = "import sys, costplan; print(sorted(m for m in sys.modules if m.startswith('costplan.') or m == 'msgspec'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
