"""Reads generated server access logs: how near to gunzip, and to taking every line apart by ``bytes.split``.

    python -m benchmarks.access_logs [--lines N] [--turns N]

Lines of about 580 bytes: many sessions of a few roles, keys without end, ten buckets.  Figures are the time of one
core, measured in turns (A B A B …); ratios are taken turn by turn.  Seconds depend on the machine, ratios far less.
"""

import argparse
import gzip
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import deflate

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, CountPlan

ACCOUNT, REGION = "111122223333", "eu-west-1"
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
LINES_PER_FILE = 5_000
_OPERATIONS = {"REST.GET.OBJECT": 60, "REST.PUT.OBJECT": 20, "REST.HEAD.OBJECT": 14, "REST.GET.BUCKET": 4}
_WITH_KEYS = CountPlan(
    OPTIONAL_FIELDS,
    (
        Condition(ArnField.RESOURCE, Operator.STARTS_WITH, "arn:aws:s3:::amzn-s3-demo-0/claims/"),
        Condition(ArnField.RESOURCE, Operator.ENDS_WITH, ".tmp"),
    ),
)
"""On every object of every bucket, so that each key is looked at."""


def write(folder: Path, lines: int) -> int:
    """Write files of log lines; return how many bytes of text they hold."""
    chance = random.Random(1)
    raw = 0
    for number in range(-(-lines // LINES_PER_FILE)):
        bucket, hour = f"amzn-s3-demo-{number % 10}", number // 10 % 24
        at = folder / ACCOUNT / REGION / bucket / "2026" / "10" / "05"
        at.mkdir(parents=True, exist_ok=True)
        text = "".join(_line(chance, bucket, hour) for _ in range(LINES_PER_FILE)).encode()
        raw += len(text)
        name = f"2026-10-05-{hour:02}-59-59-{number:016X}.gz"
        (at / name).write_bytes(gzip.compress(text, 6, mtime=0))
    return raw


def _line(chance: random.Random, bucket: str, hour: int) -> str:
    (operation,) = chance.choices(list(_OPERATIONS), list(_OPERATIONS.values()))
    key = f"raw/year%253D2026/part-{chance.getrandbits(64):016x}.parquet"
    requester = f"arn:aws:sts::{ACCOUNT}:assumed-role/role-{chance.randrange(8)}/i-{chance.randrange(200):017x}"
    status = chance.choices(("200 -", "404 NoSuchKey"), (95, 5))[0]
    return (
        f"{OWNER} {bucket} [05/Oct/2026:{hour:02}:{chance.randrange(60):02}:{chance.randrange(60):02} +0000] 192.0.2.3 "
        f"{requester} {chance.getrandbits(64):016X} {operation} {key} "
        f'"GET /{key.replace("%25", "%")} HTTP/1.1" {status} {chance.randrange(10**6)} {chance.randrange(10**6)} '
        f'{chance.randrange(90)} {chance.randrange(60)} "-" "aws-sdk-java/2.31.30 md/io#sync os/Linux#6.8.0" - '
        f"{chance.getrandbits(256):064x}= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader {bucket}.s3.{REGION}.amazonaws.com "
        f"TLSv1.3 - - {REGION}\n"
    )


def gunzip(folder: Path) -> int:
    """Decompress every file, and nothing else."""
    return sum(len(deflate.gzip_decompress(path.read_bytes())) for path in folder.rglob("*.gz"))


def split(folder: Path) -> int:
    """Decompress every file, and split each line at its blanks as far as the key."""
    fields = 0
    for path in folder.rglob("*.gz"):
        for line in bytes(deflate.gzip_decompress(path.read_bytes())).split(b"\n"):
            fields += len(line.split(b" ", 9))
    return fields


def count(folder: Path, plan: CountPlan) -> int:
    """Count every line as the program does."""
    read = count_access_logs(find_access_logs([folder]), plan).volumes.read
    return 0 if read is None else read.counted


def measure(stages: dict[str, Callable[[], int]], turns: int) -> dict[str, list[float]]:
    """Return the processor's seconds of each stage, turn by turn."""
    seconds: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(turns):
        for name, stage in stages.items():
            begun = time.process_time()
            done = stage()
            seconds[name].append(time.process_time() - begun)
            if not done:
                raise SystemExit(f"{name} met nothing: nothing was measured")
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.access_logs")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        raw = write(folder, options.lines)
        stages: dict[str, Callable[[], int]] = {
            "gunzip": lambda: gunzip(folder),
            "split": lambda: split(folder),
            "count": lambda: count(folder, EVERYTHING),
            "count, every key asked": lambda: count(folder, _WITH_KEYS),
        }
        seconds = measure(stages, options.turns)
    lines = -(-options.lines // LINES_PER_FILE) * LINES_PER_FILE
    print(f"{lines:,} lines, {raw / 1e6:.0f} MB of text")
    for name, taken in seconds.items():
        by_gunzip = median(a / b for a, b in zip(taken, seconds["gunzip"], strict=True))
        by_split = median(a / b for a, b in zip(taken, seconds["split"], strict=True))
        rate = lines / median(taken)
        print(
            f"{name:<24} {raw / median(taken) / 1e6:7.0f} MB/s {rate / 1e6:6.2f} M lines/s"
            f"  {by_gunzip:5.1f} × gunzip  {by_split:4.2f} × split"
        )


if __name__ == "__main__":
    main()
