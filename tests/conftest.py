"""What every test may use: goldens (``--update-goldens``) and real data (``--real-data DIR``)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import unified_diff
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time, and no clock: a busy machine is no failure.
settings.register_profile(
    "committed", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("committed")

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
GOLDENS = TESTS / "goldens"

USED_GOLDENS = pytest.StashKey[set[Path]]()
PARTIAL_RUN_OPTIONS = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("costplan")
    group.addoption("--real-data", metavar="DIR", help="run the tests marked real_data, on the data in DIR")
    group.addoption("--update-goldens", action="store_true", help="rewrite goldens that differ, and fail")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[USED_GOLDENS] = set()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--real-data"):
        without = pytest.mark.skip(reason="reads real data: give --real-data=DIR")
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(without)
    if is_full_run(config):
        items.append(EveryGoldenIsUsed.from_parent(session, name="every_golden_is_used"))


# ---- the calendar ----

AGELESS = date(2024, 9, 25)
"""A day on which no shipped price is old: it is that of the oldest."""


@pytest.fixture(autouse=True)
def the_calendar_ages_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep estimates from saying that prices are old, which would be true of more of them with every day."""
    for workflow in ("estimate", "diff", "check"):
        monkeypatch.setattr(f"costplan.workflows.{workflow}.current_day", lambda: AGELESS)


# ---- real data ----


@pytest.fixture(scope="session")
def real_data(pytestconfig: pytest.Config) -> Path:
    """The folder given by ``--real-data``; tests that use it are marked ``real_data``."""
    given = pytestconfig.getoption("--real-data")
    if not given:
        pytest.fail("a test that reads real data must be marked: @pytest.mark.real_data")
    folder = Path(given)
    if not folder.is_dir():
        pytest.fail(f"--real-data {given}: no such folder")
    return folder.resolve()


# ---- goldens ----


def mask(text: str, places: Mapping[str, Path]) -> str:
    """Return *text* without what changes from one machine or release to the next; all masks are here.

    Paths become the name of their place, the program's version becomes ``<version>``.
    """
    for name, path in sorted(places.items(), key=lambda place: -len(str(place[1]))):
        text = text.replace(str(path), name)
    return re.sub(rf"(?<![\w.]){re.escape(version('costplan'))}(?!\w|\.\w)", "<version>", text)


def read_exactly(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, str], None]]:
    """Compare a text with ``tests/goldens/<name>``, exactly: ``golden("estimate/two-trails.txt", output)``."""
    rewritten: list[str] = []

    def compare(name: str, text: str) -> None:
        path = GOLDENS / name
        if not path.resolve().is_relative_to(GOLDENS.resolve()):
            pytest.fail(f"golden {name!r} is outside of {GOLDENS}")
        request.config.stash[USED_GOLDENS].add(path.resolve())
        actual = mask(text, {"<project>": TESTS.parent, "<tmp>": tmp_path})
        expected = read_exactly(path) if path.is_file() else None
        if actual == expected:
            return
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode("utf-8"))
            rewritten.append(f"tests/goldens/{name}")
            return
        advice = "if that is meant, rewrite it with --update-goldens and read it"
        if expected is None:
            pytest.fail(f"golden tests/goldens/{name} is missing; {advice}. It would be:\n{actual}")
        lines = unified_diff(expected.splitlines(), actual.splitlines(), "golden", "printed", lineterm="")
        difference = "\n".join(lines) or "only the line endings differ"
        pytest.fail(f"golden tests/goldens/{name} differs; {advice}.\n{difference}")

    yield compare
    if rewritten:
        names = " ".join(rewritten)
        pytest.fail(f"rewrote {names}: read `git diff -- {names}`, then run again without --update-goldens")


def is_full_run(config: pytest.Config) -> bool:
    """Tell whether all of ``tests/`` is run: nothing selected by path, word or mark."""
    if any(config.getoption(name, None) for name in PARTIAL_RUN_OPTIONS):
        return False
    chosen = {(config.invocation_params.dir / argument).resolve() for argument in config.args}
    return not chosen.isdisjoint({TESTS.resolve(), TESTS.resolve().parent})


class EveryGoldenIsUsed(pytest.Item):
    """Runs after all tests of a full run, and fails when a golden was used by none of them."""

    def runtest(self) -> None:
        if self.session.testsfailed:
            pytest.skip("a test that failed may not have come to its golden")
        files = {path.resolve() for path in GOLDENS.rglob("*") if path.is_file()}
        used = self.config.stash[USED_GOLDENS]
        unused = sorted(files - used)
        if unused:
            names = " ".join(str(path.relative_to(TESTS.resolve().parent)) for path in unused)
            pytest.fail(f"used by no test: remove them: git rm {names}", pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        return GOLDENS, None, self.name
