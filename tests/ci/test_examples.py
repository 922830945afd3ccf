"""What the examples and the files for other tools are: valid by their own schemas, and of this release."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.ci.conftest import EXAMPLES, PROJECT
from tests.ci.jobs import bash

CHECKED_BY = {
    "action.yml": ["check_jsonschema", "--builtin-schema", "vendor.github-actions"],
    "examples/ci/github/costplan.yml": ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
    "examples/ci/gitlab/.gitlab-ci.yml": ["check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
    ".pre-commit-hooks.yaml": ["pre_commit", "validate-manifest"],
    "examples/ci/pre-commit/.pre-commit-config.yaml": ["pre_commit", "validate-config"],
}


def is_valid(checker: list[str], path: Path) -> bool:
    done = subprocess.run([sys.executable, "-m", *checker, str(path)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("name", CHECKED_BY)
def test_a_file_for_another_tool_is_one_that_it_takes(name: str, tmp_path: Path) -> None:
    assert is_valid(CHECKED_BY[name], PROJECT / name)
    (tmp_path / "other.yml").write_text("jobs: 1\n", encoding="utf-8")
    assert not is_valid(CHECKED_BY[name], tmp_path / "other.yml")


def test_every_example_is_looked_at() -> None:
    found = {path.relative_to(EXAMPLES).parts[0] for path in EXAMPLES.rglob("*") if path.is_file()}

    assert found == {"github", "gitlab", "pre-commit", "repository", "shell"}


@pytest.mark.parametrize("name", ["github/costplan.yml", "gitlab/.gitlab-ci.yml", "pre-commit/.pre-commit-config.yaml"])
def test_the_examples_take_this_release(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")

    assert text.count(f"v{version('costplan')}\n") == 1


def test_the_script_for_any_other_ci_runs(machine: dict[str, str], repository: Path) -> None:
    machine = {**machine, "PATH": f"{Path(sys.executable).parent}:{machine['PATH']}"}
    script = (EXAMPLES / "shell" / "check.sh").read_text(encoding="utf-8")

    assert bash(script, repository, machine).returncode == 0
    assert (repository / "costplan.md").read_text(encoding="utf-8").startswith("<!-- costplan: ")
    assert (repository / "junit.xml").is_file()
