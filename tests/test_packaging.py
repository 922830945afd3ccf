"""The wheel, built through the sdist, ships what is tracked: no less, and nothing else."""

import email
import email.message
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from costplan.inputs.resources import data_directory, find_data_directory
from costplan.inputs.volumes.logs import scanning
from costplan.model.problems import CostplanError

PROJECT = Path(__file__).parent.parent
METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED_DATA = ("pricing", "scenarios")


def build(folder: Path, **environment: str) -> str:
    """Build sdist and wheel into *folder*, without a network; return what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PROJECT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def shipped(wheel: zipfile.ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile, shipped: set[str]) -> email.message.Message:
    (name,) = (name for name in shipped if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(wheel.read(name))


def tracked(folder: str) -> set[str]:
    """Return the tracked files of *folder*, relative to it; a checkout is needed, and at least one file."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", folder], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert listing.returncode == 0, f"this compares with git's files, so it needs a checkout: {listing.stderr}"
    names = {name.removeprefix(f"{folder}/") for name in listing.stdout.split("\0") if name}
    assert names, f"git tracks no file in {folder}/"
    return names


def differences(shipped: set[str], tracked: set[str]) -> str:
    """Say what is shipped and not tracked, and the other way round; empty when they are the same."""
    extra = [f"shipped, but not tracked: {name}" for name in sorted(shipped - tracked)]
    missing = [f"tracked, but not shipped: {name}" for name in sorted(tracked - shipped)]
    return "\n".join([*extra, *missing])


def below(folder: str, names: set[str]) -> set[str]:
    return {name.removeprefix(folder) for name in names if name.startswith(folder)}


def compiled_in(names: set[str]) -> set[str]:
    return {name for name in names if name.endswith((".so", ".pyd"))}


# ---- the compiled loop ----


@pytest.mark.skipif(scanning.compiled is None, reason="no C compiler for this Python")
def test_the_wheel_ships_the_compiled_loop_for_every_python_from_3_11_on(built: Path, shipped: set[str]) -> None:
    (path,) = built.glob("*.whl")
    (loop,) = compiled_in(shipped)

    assert loop.startswith("costplan/inputs/volumes/logs/_scan.")
    assert "-cp311-abi3-" in path.name


@pytest.mark.parametrize(
    ("environment", "said"),
    [({"COSTPLAN_PURE": "1"}, ""), ({"CC": "/nonexistent/cc"}, "without its compiled loop")],
    ids=["asked for", "no compiler"],
)
def test_without_the_loop_the_wheel_is_for_every_machine(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    printed = build(tmp_path, **environment)

    (path,) = tmp_path.glob("*.whl")
    assert path.name.endswith("-py3-none-any.whl")
    assert compiled_in(set(zipfile.ZipFile(path).namelist())) == set()
    assert said in printed


# ---- the wheel ----


@pytest.mark.parametrize("kind", SHIPPED_DATA)
def test_the_wheel_ships_exactly_the_tracked_data(kind: str, shipped: set[str]) -> None:
    assert differences(below(f"costplan/_data/{kind}/", shipped), tracked(kind)) == ""


def test_the_wheel_ships_every_price_book(shipped: set[str]) -> None:
    books = below("costplan/_data/pricing/", shipped)

    assert {name for name in tracked("pricing") if name.endswith(".yaml")} <= books


def test_the_wheel_ships_exactly_the_tracked_package(shipped: set[str]) -> None:
    package = {name for name in below("costplan/", shipped) if not name.startswith("_data/")}

    assert differences(package - compiled_in(package), tracked("costplan")) == ""


def test_the_wheel_ships_no_data_of_another_kind(shipped: set[str]) -> None:
    assert {name.split("/")[0] for name in below("costplan/_data/", shipped)} == set(SHIPPED_DATA)


def test_the_wheel_ships_nothing_beside_the_package(shipped: set[str]) -> None:
    tops = {name.split("/")[0] for name in shipped}

    assert tops == {"costplan", f"costplan-{METADATA['version']}.dist-info"}


def test_the_wheel_ships_its_type_annotations(shipped: set[str]) -> None:
    assert "Typing :: Typed" in METADATA["classifiers"]
    assert "costplan/py.typed" in shipped


def test_the_wheel_ships_its_license(shipped: set[str], wheel: zipfile.ZipFile) -> None:
    name = f"costplan-{METADATA['version']}.dist-info/licenses/LICENSE"

    assert name in shipped
    assert wheel.read(name) == (PROJECT / "LICENSE").read_bytes()


def test_the_wheel_has_the_command(wheel: zipfile.ZipFile) -> None:
    entry_points = wheel.read(f"costplan-{METADATA['version']}.dist-info/entry_points.txt").decode()

    assert entry_points.split() == ["[console_scripts]", "costplan", "=", "costplan.cli.app:main"]


def test_the_wheel_asks_for_what_the_project_asks_for(metadata: email.message.Message) -> None:
    def normal(requirement: str) -> str:
        return requirement.replace(" ", "")

    asked = {normal(name) for name in metadata.get_all("Requires-Dist", []) if "extra ==" not in name}

    assert asked == {normal(name) for name in METADATA["dependencies"]}
    assert metadata["Requires-Python"] == METADATA["requires-python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_sdist_can_be_tested(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "tests/conftest.py"} <= names


def test_a_file_too_many_and_a_file_too_few_are_both_reported() -> None:
    found = differences({"a.yaml", "new.yaml"}, {"a.yaml", "lost.yaml"})

    assert found == "shipped, but not tracked: new.yaml\ntracked, but not shipped: lost.yaml"
    assert differences({"a.yaml"}, {"a.yaml"}) == ""


# ---- finding the data again ----


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "costplan").mkdir()
    return tmp_path


def test_a_checkout_has_its_data_beside_the_package(place: Path) -> None:
    (place / "pricing").mkdir()

    assert find_data_directory(place / "costplan", "pricing") == place / "pricing"


def test_an_installed_package_has_its_data_inside(place: Path) -> None:
    (place / "costplan" / "_data" / "pricing").mkdir(parents=True)
    (place / "pricing").mkdir()  # of somebody else: site-packages is shared

    assert find_data_directory(place / "costplan", "pricing") == place / "costplan" / "_data" / "pricing"


def test_missing_data_names_both_places(place: Path) -> None:
    (place / "pricing").write_text("a file, not a directory", encoding="utf-8")

    with pytest.raises(CostplanError) as raised:
        find_data_directory(place / "costplan", "pricing")

    assert str(place / "costplan" / "_data" / "pricing") in str(raised.value)
    assert str(place / "pricing") in str(raised.value)


@pytest.mark.parametrize("kind", SHIPPED_DATA)
def test_this_project_finds_its_data(kind: str) -> None:
    assert data_directory(kind).is_dir()
