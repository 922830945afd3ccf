"""The hook, installed and run by pre-commit itself from the configuration that is shown."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.ci.conftest import EXAMPLES, git


def commit(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Commit everything, with the hook that pre-commit installs."""
    git(folder, "add", "--all", HOME=variables["HOME"])
    return subprocess.run(
        ["git", "commit", "--message", "a change"],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_commit_is_checked_as_the_settings_say(repository: Path, variables: dict[str, str]) -> None:
    shutil.copy(EXAMPLES / "pre-commit" / ".pre-commit-config.yaml", repository)
    git(repository, "init", "--quiet", HOME=variables["HOME"])
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=repository, env=variables, capture_output=True, check=True
    )

    first = commit(repository, variables)

    assert first.returncode == 0, first.stdout
    assert "costplan check" in first.stdout
    assert "Passed" in first.stdout

    settings = repository / "costplan.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("max_increase: 100", "max_increase: 10"))
    second = commit(repository, variables)

    assert second.returncode == 1, second.stdout
    assert "exit code: 1" in second.stdout
    assert "max-increase" in second.stdout
    assert git(repository, "log", "--oneline", HOME=variables["HOME"]).count("\n") == 1

    (repository / "notes.txt").write_text("nothing of costplan's", encoding="utf-8")
    git(repository, "checkout", "HEAD", "--", "costplan.yaml", HOME=variables["HOME"])
    third = commit(repository, variables)

    assert third.returncode == 0, third.stdout
    assert "Skipped" in third.stdout
