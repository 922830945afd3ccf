"""Runs the tests against mutants, in copies of the project: nothing of the checkout is written or imported.

Children are forked from this process, which has imported the libraries but nothing of the project: a run of a few
tests costs tenths of a second.
"""

import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.targets import Target, nearest

COPIED = ("costplan", "tests", "benchmarks", "examples", "pricing", "scenarios", "pyproject.toml")
HEAVY = ("hypothesis.strategies", "hypothesis.internal.conjecture.engine", "msgspec", "yaml", "email", "unittest.mock")

NEAREST, QUICK, SEARCHING = range(3)
"""The module's own tests, all of its target that are quick, and those that search: in this order."""

OPTIONS = (
    *("-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "--hypothesis-profile=mutation"),
    # The libraries were imported before pytest could rewrite their assertions, which nobody needs.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


def tests_of(tier: int, target: Target, path: str) -> tuple[str, ...]:
    """Return what pytest is asked to run in a tier, against mutants of the module *path*."""
    return ((nearest(path),), target.quick, target.searching)[tier]


NO_RUN = 70
"""The exit code of a process that could not run pytest."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"


@dataclass(slots=True)
class _Job:
    mutant: Mutant
    slot: Path
    tier: int
    pid: int
    deadline: float


class Copies:
    """Copies of the project, one for each process that runs tests; removed by ``close``."""

    def __init__(self, project: Path, folder: Path, processes: int) -> None:
        self.project = project
        self.slots = [folder / f"copy{number}" for number in range(processes)]
        snapshot = folder / "snapshot"
        ignored = shutil.ignore_patterns("__pycache__", "goldens", "_data")
        for name in COPIED:
            source = project / name
            if source.is_dir():
                shutil.copytree(source, snapshot / name, ignore=ignored)
            else:
                snapshot.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, snapshot / name)
        for slot in self.slots:
            shutil.copytree(snapshot, slot)
        self.snapshot = snapshot

    def read(self, path: str) -> str:
        """Return a module as it was copied."""
        return (self.snapshot / path).read_text(encoding="utf-8")


def prepare() -> None:
    """Import what every run needs, and set how hypothesis looks: the same examples each time, without shrinking."""
    for name in HEAVY:
        importlib.import_module(name)
    hypothesis.settings.register_profile(
        "mutation",
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def passes(project: Path, slot: Path, tests: tuple[str, ...], changed: dict[str, str]) -> tuple[bool, float, str]:
    """Return whether *tests* pass with the modules in *changed*, in how many seconds, and what they say."""
    before = {path: (slot / path).read_text(encoding="utf-8") for path in changed}
    _write(slot, changed)
    started = time.monotonic()
    pid = _start(project, slot, tests)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    _write(slot, before)
    return code == 0, time.monotonic() - started, _printed(slot)


def run(
    copies: Copies, target: Target, mutants: Iterable[Mutant], limits: tuple[float, ...]
) -> Iterator[tuple[Mutant, Fate, str]]:
    """Yield each mutant of *target* with its fate and what its last tests printed, as soon as it is known.

    limits: seconds a mutant may take, by tier; further tiers are not run.
    """
    waiting = iter(mutants)
    free = list(copies.slots)
    jobs: list[_Job] = []
    try:
        while True:
            while free and (mutant := next(waiting, None)) is not None:
                slot = free.pop()
                _write(slot, {mutant.path: mutant.source()})
                tier = NEAREST if (slot / nearest(mutant.path)).exists() else QUICK
                jobs.append(_job(copies.project, target, mutant, slot, tier, limits))
            if not jobs:
                return
            time.sleep(0.01)
            for job in tuple(jobs):
                fate = _fate(job)
                if fate is None:
                    continue
                jobs.remove(job)
                if fate is Fate.SURVIVED and job.tier + 1 < len(limits):
                    jobs.append(_job(copies.project, target, job.mutant, job.slot, job.tier + 1, limits))
                    continue
                _write(job.slot, {job.mutant.path: copies.read(job.mutant.path)})
                printed = _printed(job.slot)
                free.append(job.slot)
                yield job.mutant, fate, printed
    finally:
        for job in jobs:
            os.killpg(job.pid, signal.SIGKILL)
            os.waitpid(job.pid, 0)


def _job(project: Path, target: Target, mutant: Mutant, slot: Path, tier: int, limits: tuple[float, ...]) -> _Job:
    pid = _start(project, slot, tests_of(tier, target, mutant.path))
    return _Job(mutant, slot, tier, pid, time.monotonic() + limits[tier])


def _fate(job: _Job) -> Fate | None:
    pid, status = os.waitpid(job.pid, os.WNOHANG)
    if pid:
        code = os.waitstatus_to_exitcode(status)
        if code in (pytest.ExitCode.NO_TESTS_COLLECTED, NO_RUN):
            raise RuntimeError(f"{_printed(job.slot)}\nno test was run against {job.mutant}")
        return Fate.SURVIVED if code == 0 else Fate.KILLED
    if time.monotonic() < job.deadline:
        return None
    os.killpg(job.pid, signal.SIGKILL)
    os.waitpid(job.pid, 0)
    return Fate.TIMED_OUT


def _printed(slot: Path) -> str:
    return (slot / "output.txt").read_text(encoding="utf-8", errors="replace")


def _write(slot: Path, modules: dict[str, str]) -> None:
    for path, source in modules.items():
        target = slot / path
        target.write_text(source, encoding="utf-8")
        # Two mutants of one size within one second would look the same to a cached module.
        for cached in target.parent.glob(f"__pycache__/{target.stem}.*"):
            cached.unlink()


def _start(project: Path, slot: Path, tests: tuple[str, ...]) -> int:
    pid = os.fork()
    if pid == 0:
        _run_tests(project, slot, tests)
    return pid


def _run_tests(project: Path, slot: Path, tests: tuple[str, ...]) -> NoReturn:
    code = NO_RUN
    try:
        os.setsid()
        output = os.open(slot / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(slot)
        for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "benchmarks", "costplan")]:
            del sys.modules[name]
        sys.path[:] = [str(slot), *(entry for entry in sys.path if Path(entry or ".").resolve() != project)]
        sys.argv = ["pytest"]
        # Temporary folders of its own: hundreds of runs at once would fight for the common ones.
        code = int(pytest.main([*OPTIONS, f"--basetemp={slot / 'tmp'}", *tests]))
        sys.stdout.flush()
    finally:
        os._exit(code)
