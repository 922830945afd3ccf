"""``python -m tests.generator OUT --events 200000 --accounts 3``: write logs and print a summary."""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path

from .population import DEFAULT_REGIONS, Population
from .reserved import ORGANIZATION_ID, account_ids
from .writing import write_logs


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return the command line as a namespace."""
    parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__)
    add = parser.add_argument
    add("out", type=Path, help="directory that receives the S3 keys")
    add("--events", type=int, default=200_000, help="distinct events over the whole period, about")
    add("--accounts", type=int, default=3)
    add("--regions", nargs="+", default=[name for name, _ in DEFAULT_REGIONS], help="busiest first")
    add("--start", default="2026-10-05", help="first day, UTC")
    add("--days", type=int, default=7)
    add("--seed", type=int, default=1)
    add("--organization", nargs="?", const=ORGANIZATION_ID, help="write as an organization trail")
    add("--prefix", default="")
    add("--buckets", type=int, default=12)
    add("--functions", type=int, default=10)
    add("--tables", type=int, default=6)
    add("--roles", type=int, default=12)
    add("--skew", type=float, default=1.0)
    add("--management-trails", type=int, default=1)
    add("--data-trails", type=int, default=1)
    add("--old-versions", type=float, default=0.0, help="share of records of version 1.05 and 1.06")
    add("--own-deliveries", action="store_true", help="with CloudTrail's own events")
    add("--digests", action="store_true", help="with hourly digest files")
    add("--level", type=int, default=1, help="compression level")
    add("--truth", type=Path, help="write the truth as JSON to this file")
    return parser.parse_args(arguments)


def population_of(options: argparse.Namespace) -> Population:
    """Return the population the command line describes; each Region has two thirds of the one before."""
    same = ("seed", "days", "organization", "prefix", "buckets", "functions", "tables", "roles", "skew")
    flags = ("management_trails", "data_trails", "old_versions", "own_deliveries", "digests")
    return Population(
        accounts=account_ids(options.accounts),
        regions=tuple((name, (2 / 3) ** rank) for rank, name in enumerate(options.regions)),
        start=datetime.fromisoformat(options.start).replace(tzinfo=UTC),
        events_per_day=options.events / options.days,
        **{name: getattr(options, name) for name in same + flags},
    )


def main(arguments: list[str] | None = None) -> None:
    """Write the files and print what was written."""
    options = parse_arguments(arguments)
    began = time.perf_counter()
    truth = write_logs(population_of(options), options.out, level=options.level)
    seconds = time.perf_counter() - began
    if options.truth:
        options.truth.write_text(json.dumps(truth.as_json(), indent=1), encoding="utf-8")
    print(
        f"{truth.distinct:,} distinct events, {truth.records:,} records, {truth.log_files:,} log files, "
        f"{truth.log_bytes:,} bytes, {truth.digests:,} digests in {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
