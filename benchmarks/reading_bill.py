"""Reads a generated Cost and Usage Report: how near to ``csv.reader`` alone, and that memory does not grow with it.

    python -m benchmarks.reading_bill [--lines N]

A report of 120 columns, of which one line in ten is of S3 requests or of CloudTrail.  Figures are the processor's time
on one core, in turns (A B A B …); seconds depend on the machine, the ratio far less.
"""

import argparse
import csv
import gc
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from costplan.inputs.volumes.bill.files import read_bill
from tests.inputs.volumes.bill.made import LEGACY, Line, s3, values_of

TURNS = 5
AT_LEAST = 0.5
"""Of the speed of ``csv.reader``."""
_FILLERS = 120 - len(LEGACY)


def write_report(path: Path, lines: int) -> None:
    """Write a report of many columns, of hours of October, 200 buckets and two accounts."""
    choice = random.Random(7)
    hours = [f"2026-10-{day:02}T{hour:02}:00:00Z" for day in range(1, 32) for hour in range(24)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*LEGACY, *(f"product/attribute{number}" for number in range(_FILLERS))])
        filler = [f"value {number}" if number % 3 else "" for number in range(_FILLERS)]
        for _ in range(lines):
            hour = choice.choice(hours)
            kind = choice.randrange(20)
            amount = str(choice.randrange(10**6))
            when = {"start": hour, "end": hour}
            if kind == 0:
                line = s3("EU-Requests-Tier2", amount, f"amzn-s3-demo-{choice.randrange(200)}", "GetObject", **when)
            elif kind == 1:
                line = Line("EU-FreeEventsRecorded", amount, **when)
            else:
                line = Line("EU-BoxUsage:m5.large", "1", "AmazonEC2", **when)
            writer.writerow([*values_of(line, LEGACY), *filler])


def read_plainly(path: Path) -> None:
    """Take the file apart, and do nothing with it."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast a bill is read.")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of the report [100000]")
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        small, path = Path(folder) / "small.csv", Path(folder) / "bill.csv"
        write_report(small, max(1, lines // 10))
        write_report(path, lines)
        read_bill([small])
        before = peak_mib()
        ratios, ours = [], []
        for _ in range(TURNS):
            plain = seconds(lambda: read_plainly(path))
            mine = seconds(lambda: read_bill([path]))
            ratios.append(plain / mine)
            ours.append(lines / mine)
        grown = peak_mib() - before
    ratio = median(ratios)
    verdict = "as it should" if ratio >= AT_LEAST else f"SLOWER than {AT_LEAST:.0%}"
    print(f"{lines:,} lines of 120 columns: {median(ours):,.0f} lines/s, {ratio:.0%} of csv.reader alone: {verdict}")
    print(f"peak memory grew by {grown:.1f} MiB over a report of a tenth")


if __name__ == "__main__":
    main()
