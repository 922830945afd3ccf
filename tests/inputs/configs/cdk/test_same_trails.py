"""The recorders that every format writes, written with the AWS CDK: the same model, and the same estimate."""

from dataclasses import replace
from pathlib import Path

import pytest

from costplan.inputs.configs import Given, read_config
from costplan.model.recorders import LifecycleRule, Trail
from tests.inputs.configs.test_one_model import PLACE, SAME, figures, in_scenario, known_to_all

from .conftest import Assemblies

# The name of each recorder, which its stack has too.
STACKS = {
    "all management events": "plain",
    "multi-Region, with everything around it": "whole",
    "advanced selectors": "advanced",
    "an organization trail that is off": "off",
    "data events of functions only": "functions",
    "an event data store": "lake",
}


def template(assemblies: Assemblies, name: str) -> Path:
    return assemblies.of("same") / f"{STACKS[name]}.template.json"


def test_all_of_them_are_written() -> None:
    assert STACKS.keys() == SAME.keys()


@pytest.mark.parametrize("name", SAME)
def test_one_model(assemblies: Assemblies, tmp_path: Path, name: str) -> None:
    (expected,) = read_config(in_scenario(tmp_path, SAME[name]["scenario"]))
    (found,) = read_config(template(assemblies, name), Given(PLACE))
    assert known_to_all(found) == known_to_all(expected)


def test_the_assembly_holds_them_all(assemblies: Assemblies, tmp_path: Path) -> None:
    """All trails deliver to one bucket, so that the rules which one stack gives it hold for all of them."""
    found = {recorder.name: known_to_all(recorder) for recorder in read_config(assemblies.of("same"))}
    for name, stack in STACKS.items():
        (written,) = read_config(in_scenario(tmp_path, SAME[name]["scenario"]))
        expected = known_to_all(written)
        if isinstance(expected, Trail):
            rules = (LifecycleRule(90, "GLACIER"), LifecycleRule(expiration_days=400))
            expected = replace(expected, bucket=replace(expected.bucket, lifecycle=rules))
        assert found.pop(stack) == expected
    assert found == {}


@pytest.mark.parametrize("name", SAME)
def test_one_estimate(assemblies: Assemblies, tmp_path: Path, name: str) -> None:
    expected = figures(tmp_path, in_scenario(tmp_path, SAME[name]["scenario"]))
    assert figures(tmp_path, template(assemblies, name), PLACE) == expected
