"""Runs the commands that a job in CI waits for, each in a process of its own: seconds, ratios to ``python -c pass``.

    python -m benchmarks.guard [--turns N]

``costplan --help``, and a plan of 100 trails against a stored volumes file of 4,000 rows (``benchmarks.guard_inputs``):
its estimate, what it changes, and its check where the program has one.  The processes run in turns (A B C A B C …);
ratios are taken turn by turn.  Seconds depend on the machine and on what else it does, ratios far less.

Compiled modules are kept in a folder of the benchmark's own, written before the first turn: so they are there, as they
are where costplan was installed, also under ``PYTHONDONTWRITEBYTECODE``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import typer

from benchmarks.guard_inputs import Inputs, write_inputs
from costplan.cli.app import app

NOTHING = "python -c pass"
TARGETS = {"help": 0.25, "check": 0.6}
"""Seconds that nobody minds, on a build machine of two cores; a ``python -c pass`` takes 0.01 there."""


def commands(inputs: Inputs) -> dict[str, list[str]]:
    """Return the arguments of each process."""
    costplan = ["-m", "costplan"]
    of_plan = [str(inputs.plan), "--volumes", str(inputs.volumes)]
    found = {
        NOTHING: ["-c", "pass"],
        "help": [*costplan, "--help"],
        "estimate": [*costplan, "estimate", *of_plan],
        "diff": [*costplan, "diff", *of_plan],
    }
    if "check" in getattr(typer.main.get_command(app), "commands", {}):
        found["check"] = [*costplan, "check", *of_plan, "--max-monthly", "1000000"]
    return found


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds that pass until a process has ended, and those that it has a processor."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    passed = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} exits with {process.returncode}:\n{said}")
    return passed, used.ru_utime + used.ru_stime


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard")
    parser.add_argument("--turns", type=int, default=9, metavar="N", help="how often each process is run [9]")
    turns = parser.parse_args(arguments).turns
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        inputs = write_inputs(folder)
        processes = commands(inputs)
        for command in processes.values():
            run(command, folder, environment)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in processes}
        for _ in range(turns):
            for name, command in processes.items():
                taken[name].append(run(command, folder, environment))
        sizes = [path.stat().st_size / 1e6 for path in (inputs.plan, inputs.volumes)]
    print(
        f"a plan of {inputs.trails} trails ({sizes[0]:.1f} MB), volumes of {inputs.rows:,} rows ({sizes[1]:.1f} MB);"
        f" medians of {turns} turns, and the least and the most"
    )
    for name, each in taken.items():
        passed, used = ([one[at] for one in each] for at in (0, 1))
        ratio = median(mine[1] / least[1] for mine, least in zip(each, taken[NOTHING], strict=True))
        target = f"  (no more than {TARGETS[name]} s)" if name in TARGETS else ""
        print(
            f"{name:<15} {median(passed):6.3f} s ({min(passed):.3f} to {max(passed):.3f}),"
            f" processor {median(used):6.3f} s ({min(used):.3f} to {max(used):.3f}) {ratio:6.1f} × {NOTHING}{target}"
        )


if __name__ == "__main__":
    main()
