"""This project as its users get it, without a network: a repository with a tag, and a pip that has everything."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.forge import FakeForge

PROJECT = Path(__file__).parent.parent.parent
EXAMPLES = PROJECT / "examples" / "ci"
PUBLISHED_AT = "https://git.example.com/costplan.git"
NOT_PUBLISHED = ("tests/", "benchmarks/")


def git(folder: Path, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def server() -> Iterator[FakeForge]:
    with closing(FakeForge()) as server:
        yield server


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose git finds this project, as it is now, where the examples look for it."""
    home = tmp_path_factory.mktemp("home")
    published = home / "costplan"
    names = git(PROJECT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in names:
        if name and not name.startswith(NOT_PUBLISHED) and (PROJECT / name).is_file():
            (published / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, published / name)
    (home / ".gitconfig").write_text(
        f'[url "file://{published}"]\n  insteadOf = {PUBLISHED_AT}\n'
        "[user]\n  name = Ann\n  email = ann@example.com\n[init]\n  defaultBranch = main\n"
        "[advice]\n  detachedHead = false\n"
    )
    git(published, "init", "--quiet", HOME=str(home))
    git(published, "add", "--all", HOME=str(home))
    git(published, "commit", "--quiet", "--message", "as it is", HOME=str(home))
    git(published, "tag", f"v{version('costplan')}", HOME=str(home))
    return home


@pytest.fixture(scope="session")
def action(home: Path) -> Path:
    """The action as GitHub checks it out."""
    return home / "costplan"


@pytest.fixture(scope="session")
def variables(home: Path) -> dict[str, str]:
    """Environment variables of a machine where pip needs no network: what costplan depends on is there already."""
    packages = home / "packages"
    packages.mkdir()
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for entry in Path(place).iterdir():
            # costplan itself is what is to be installed.
            if "costplan" not in entry.name and entry.suffix != ".pth":
                (packages / entry.name).symlink_to(entry)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(packages),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "COSTPLAN_PURE": "1",
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
    }


@pytest.fixture(scope="session")
def machine(home: Path, variables: dict[str, str]) -> dict[str, str]:
    """A machine with a Python of its own first in its path, in which nothing is installed yet."""
    subprocess.run([sys.executable, "-m", "venv", str(home / "python")], check=True)
    return {**variables, "PATH": os.pathsep.join([str(home / "python" / "bin"), variables["PATH"]])}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A checkout of the repository that the examples are about, with nothing but what is committed."""
    folder = tmp_path / "checkout" / "repository"
    shutil.copytree(EXAMPLES / "repository", folder)
    return folder
