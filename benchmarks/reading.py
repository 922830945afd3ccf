"""Reads generated CloudTrail logs: how near to gunzip, and how far from the standard library and from DuckDB.

    python -m benchmarks.reading [--data DIR] [--quick] [--real DIR] [--profile STAGE]

Large files (several thousand records) and files of 2 kB: events of 1.5 to 1.7 kB, mostly of S3 data, object keys and
sessions without end, two trails.  Figures are the processor's time on one core, measured in turns (A B A B …), so that
what disturbs one disturbs the other; ratios are taken turn by turn.  Seconds depend on the machine, ratios far less.
``--data`` keeps the logs for the next time.
"""

import argparse
import cProfile
import gc
import os
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import deflate

from benchmarks.reading_logs import (
    LARGE,
    LARGE_HOURS,
    SMALL,
    SMALL_ONCE,
    SMALL_TEN_TIMES,
    Profile,
    generate,
    log_paths,
    look_at,
)
from benchmarks.reading_rivals import Told, count_plainly, duckdb_counts, rows_of
from costplan.inputs.volumes.logs import LogCount, count_logs, scanning
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.volumes import EVERYTHING, CountPlan
from tests.generator import account_ids

LARGE_AT_LEAST = {"counting": "0.30", "copies": "0.22", "everything": "0.13"}
TURNS, QUICK_TURNS = 5, 3
STDLIB_TURNS, DUCKDB_TURNS = 3, 2
"""They take long, and their ratios are so far from one that few turns tell them."""

_BUCKETS = ("lake-0-0", "images-0-1", "backup-1-2")
CONDITIONS = (
    *(
        Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"arn:aws:s3:::amzn-s3-demo-{bucket}/{folder}")
        for bucket, folder in zip(_BUCKETS, ("raw/", "claims/", "curated/year=2026/"), strict=True)
    ),
    Condition(ArnField.RESOURCE, Operator.ENDS_WITH, ".tmp"),
    Condition(ArnField.PRINCIPAL, Operator.STARTS_WITH, f"arn:aws:sts::{account_ids(1)[0]}:assumed-role/batch-8/bat-0"),
)
"""On objects of three buckets, on all objects, on the sessions of a role: containers do not decide them."""


@dataclass(frozen=True)
class Stage:
    """What one counting keeps."""

    name: str
    plan: CountPlan
    merges_copies: bool
    is_compiled: bool = True

    def read(self, folder: Path, workers: int = 1) -> LogCount:
        loop = scanning.compiled
        scanning.compiled = loop if self.is_compiled else None
        try:
            return count_logs([folder], self.plan, workers=workers, merges_copies=self.merges_copies)
        finally:
            scanning.compiled = loop


_SMALLEST = CountPlan(frozenset(), counts_bytes=False)
_EVERYTHING = replace(EVERYTHING, conditions=tuple(sorted(CONDITIONS)))
STAGES = {
    "counting": Stage("costplan, counting only", _SMALLEST, False),
    "copies": Stage("costplan, copies merged", _SMALLEST, True),
    "no-bytes": Stage("costplan, all but bytes", replace(_EVERYTHING, counts_bytes=False), True),
    "everything": Stage("costplan, everything", _EVERYTHING, True),
    "plain": Stage("the same, not compiled", _EVERYTHING, True, is_compiled=False),
}
ALL = STAGES["everything"]
GUNZIP = "read and gunzip only"
STDLIB, DUCKDB = "gzip + json of Python", "DuckDB, one thread"


# ---- measuring ----


def gunzip_only(paths: Sequence[Path]) -> None:
    """The physical floor: every file read and decompressed, nothing looked at."""
    for path in paths:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as cheap as can be
            data = file.read()
        if data.startswith(b"\x1f\x8b"):
            deflate.gzip_decompress(data)


def processor_seconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def wall_seconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(
    works: dict[str, Callable[[], object]], turns: dict[str, int], clock: Callable[[Callable[[], object]], float]
) -> dict[str, list[float]]:
    """Return the seconds of each work, turn by turn; one that has fewer turns sits the last ones out."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(max(turns.values())):
        for name, work in works.items():
            if turn < turns[name]:
                taken[name].append(clock(work))
    return taken


def ratio(above: list[float], below: list[float]) -> float:
    """Return the middle one of the ratios turn by turn."""
    return median(a / b for a, b in zip(above, below, strict=False))


def use_one_core() -> frozenset[int]:
    """Stay on one core, where the system lets a process choose; return those that were allowed."""
    if not hasattr(os, "sched_setaffinity"):
        return frozenset()
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    return frozenset(allowed)


# ---- the parts ----


def compare(
    title: str, folder: Path, turns: int, at_least: dict[str, str], rivals: dict[str, int], *, with_duckdb: bool = False
) -> None:
    """Measure all stages and rivals on the same files, and check that they count the same.

    rivals: how many times faster everything has to be.
    """
    paths, profile = log_paths(folder), look_at(folder)
    print(f"\n{title}")
    for line in profile.lines():
        print(f"  {line}")
    told: dict[str, Told] = {}
    works: dict[str, Callable[[], object]] = {GUNZIP: lambda: gunzip_only(paths)}
    works |= {stage.name: lambda stage=stage: stage.read(folder) for stage in STAGES.values()}
    works[STDLIB] = lambda: told.update({STDLIB: count_plainly(paths, ALL.plan)})
    turns_of = {**dict.fromkeys(works, turns), STDLIB: min(turns, STDLIB_TURNS)}
    if with_duckdb:
        works[DUCKDB] = lambda: told.update({DUCKDB: duckdb_counts(paths, ALL.plan, profile.largest_raw_bytes)})
        turns_of[DUCKDB] = min(turns, DUCKDB_TURNS)
    # Nothing is measured the first time that its files are read.
    volumes = ALL.read(folder).volumes
    taken = in_turns(works, turns_of, processor_seconds)
    print_rates(profile, taken, at_least)
    for name in told:
        times, wanted = ratio(taken[name], taken[ALL.name]), rivals.get(name)
        print(f"  everything, {times:.1f} × as fast as {name}" + (f" (at least {wanted})" if wanted else ""))
    counted = Told(volumes.read.records, volumes.read.counted, rows_of(volumes))
    for name, other in told.items():
        print(f"  {name}: {other.against(counted)}")


_HEADER = ("", "seconds", "µs/record", "MB/s", "files/s", "gunzip = 1", "at least")
_WIDTHS = (24, 8, 9, 6, 8, 10, 8)


def print_rates(profile: Profile, taken: dict[str, list[float]], at_least: dict[str, str]) -> None:
    print_row(*_HEADER)
    for name, seconds in taken.items():
        middle = median(seconds)
        print_row(
            name,
            f"{middle:.2f}",
            f"{middle / profile.records * 1e6:.2f}",
            f"{profile.raw_bytes / middle / 1e6:,.0f}",
            f"{profile.files / middle:,.0f}",
            f"{ratio(taken[GUNZIP], seconds):.3f}",
            at_least.get(name, ""),
        )


def print_row(*cells: str) -> None:
    first, *rest = (text.rjust(width) for text, width in zip(cells, _WIDTHS, strict=True))
    print("  ".join((first.strip().ljust(_WIDTHS[0]), *rest)).rstrip())


def compare_cores(folder: Path, turns: int) -> None:
    """Measure two workers on two cores against one on one."""
    works = {f"{workers} workers": lambda workers=workers: ALL.read(folder, workers) for workers in (1, 2)}
    taken = in_turns(works, dict.fromkeys(works, turns), wall_seconds)
    one, two = taken.values()
    print(
        f"{folder.name}: two cores {median(two):.2f} s, one {median(one):.2f} s on the clock:"
        f" {ratio(one, two):.2f} × as fast (at least 1.75)"
    )


def compare_memory(data: Path, *, is_quick: bool) -> None:
    """Measure the peak of processes that read the 2-kB files once, and of ten times as many days."""
    for workers in (1, 2):
        peaks = []
        for name in (SMALL_ONCE, SMALL_TEN_TIMES):
            folder = generate(name, data, is_quick=is_quick)
            arguments = [sys.executable, "-m", "benchmarks.reading", "--peak-of", str(folder), str(workers)]
            told = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
            peaks.append([int(number) for number in told.split()])
        (files, *once), (more, *ten_times) = peaks
        sums = [own + workers * child if workers > 1 else own for own, child in (once, ten_times)]
        print(
            f"{workers} worker{'s' * (workers > 1)}: {files:,} files {sums[0] / 2**20:.0f} MiB, {more:,} files"
            f" {sums[1] / 2**20:.0f} MiB: {sums[1] / sums[0]:.2f} × (at most 1.10, under 250 MB)"
        )


def print_peak(folder: str, workers: str) -> None:
    """Read everything and print files, and the peak of this process and of its largest child in bytes."""
    read = ALL.read(Path(folder), int(workers)).volumes.read
    unit = 1 if sys.platform == "darwin" else 2**10
    own, child = (resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts in ru_maxrss what the process was before it became this program.
        own = int(re.findall(r"VmHWM:\s*(\d+)", status.read_text())[0]) * 2**10
    print(read.files, own, child)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Reading logs: ratios to gunzip, the standard library and DuckDB.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where generated logs are kept (2 GB)")
    parser.add_argument("--quick", action="store_true", help="less data, fewer turns")
    parser.add_argument("--real", type=Path, metavar="DIR", help="a folder of other logs, measured too")
    parser.add_argument(
        "--profile", choices=STAGES, help="print where the time of one stage goes, large and 2-kB files"
    )
    parser.add_argument("--peak-of", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.peak_of:
        print_peak(*chosen.peak_of)
        return
    with ExitStack() as stack:
        data = chosen.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="costplan-reading-")))
        data.mkdir(parents=True, exist_ok=True)
        large, small = (generate(name, data, is_quick=chosen.quick) for name in (LARGE, SMALL))
        cores = use_one_core()
        if chosen.profile:
            for folder in (large, small):
                profile = cProfile.Profile()
                profile.runcall(STAGES[chosen.profile].read, folder)
                pstats.Stats(profile).sort_stats("tottime").print_stats(25)
            return
        if scanning.compiled is None:
            print("costplan was installed without its compiled loop: nothing is compiled here")
        turns = QUICK_TURNS if chosen.quick else TURNS
        at_least = {STAGES[name].name: wanted for name, wanted in LARGE_AT_LEAST.items()}
        compare("large files", large, turns, at_least, {STDLIB: 2, DUCKDB: 15}, with_duckdb=True)
        compare("files of 2 kB (at least 18,000 of them a second)", small, turns, {ALL.name: "0.30"}, {})
        if chosen.real:
            compare(str(chosen.real), chosen.real, turns, {}, {})
        print("\ntwo cores against one")
        if len(cores) >= 2:
            os.sched_setaffinity(0, cores)
            for folder in (generate(LARGE_HOURS, data, is_quick=chosen.quick), small):
                compare_cores(folder, turns)
        else:
            print("not measured: this process may use one core, or cannot say which")
        print("\npeak memory, everything")
        compare_memory(data, is_quick=chosen.quick)


if __name__ == "__main__":
    main()
