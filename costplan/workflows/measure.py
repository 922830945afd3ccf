"""Measure event volumes, and keep them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costplan.engine.count_plan import KEEPABLE, plan_for
from costplan.inputs.configs import read_config
from costplan.inputs.volumes.logs import LogCount
from costplan.inputs.volumes.logs.buckets import Access, Bucket, is_address
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING as ALL_LOGS
from costplan.inputs.volumes.logs.buckets.choice import Choice
from costplan.inputs.volumes.logs.counting import count_found, find_logs
from costplan.inputs.volumes.logs.workers import usable_cores
from costplan.inputs.volumes.rates import parse_bytes, parse_share
from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes, write_volumes
from costplan.model.problems import Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.volumes import EVERYTHING, CountPlan, Volumes
from costplan.workflows.looking import Announcements, LookingCost, policy_text
from costplan.workflows.sample import DEFAULT_SEED, SampleSize, sample_logs
from costplan.workflows.scenarios import find_each, read_any

__all__ = [
    "DEFAULT_SEED",
    "Access",
    "Choice",
    "LookingCost",
    "MeasureResult",
    "Progress",
    "SampleSize",
    "Volumes",
    "format_volumes",
    "measure_logs",
    "parse_bytes",
    "parse_share",
    "policy_text",
    "read_volumes",
    "usable_cores",
    "write_volumes",
]

TOLERATED_UNREADABLE_SHARE = Decimal("0.01")
"""Above this share of unreadable bytes a measurement is no basis for an estimate."""


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """Measured volumes, what was wrong with the source, and whether that forbids relying on them.

    exit_code: 0, or 3 when nothing was readable, too much was not, or a file that was named was bad.
    left_unread: files that an interruption left.
    """

    volumes: Volumes
    problems: tuple[Problem, ...]
    exit_code: int
    left_unread: int = 0


def measure_logs(
    paths: Sequence[str | Path],
    *,
    scenarios: Sequence[Path] = (),
    recorded_by: Path | None = None,
    keep: Iterable[str] = (),
    choice: Choice = ALL_LOGS,
    access: Access | None = None,
    sample: SampleSize | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
    announce: Callable[[LookingCost], None] | None = None,
) -> MeasureResult:
    """Return the event volumes in CloudTrail log files: files, folders, archives, and buckets as ``s3://bucket/prefix``.

    scenarios: whose selectors the volumes must answer; without any, every bounded field is kept.
    recorded_by: the configuration of the trails that wrote the logs, which says what they cover.
    keep: further fields to keep apart (``engine.count_plan.KEEPABLE``).
    choice: accounts, Regions and days; all by default.
    access: how buckets are reached.
    sample: read a random part only, of this size, and expand it.
    workers: processes that read; the result does not depend on their number.
    progress: called with the files done, and all of them.
    state_folder: where counts are kept, so that the same reading goes on there after a break.
    announce: called with what reading buckets will cost, before anything of them is read; it may raise.

    Raises:
        BadInputError: a path or a configuration that cannot be used.
        UsageError: an unknown name in *keep*.
    """
    writers = read_config(recorded_by) if recorded_by else ()
    plan = count_plan(scenarios, keep)
    buckets = [Bucket(str(path), choice, access) for path in paths if is_address(str(path))]
    local = [path for path in paths if not is_address(str(path))]
    found = find_logs([*local, *buckets], choice, progress)
    told = Announcements(found, announce)
    if sample is not None:
        counted = sample_logs(
            found,
            plan,
            sample,
            scenarios=scenarios,
            recorded_by=writers,
            workers=workers,
            progress=progress,
            state_folder=state_folder,
            announce=told.announce,
        )
    else:
        told.announce(found.catalog.objects, found.catalog.bytes)
        counted = count_found(
            found, plan, recorded_by=writers, workers=workers, progress=progress, state_folder=state_folder
        )
    return MeasureResult(counted.volumes, counted.problems, exit_code_of(counted), counted.left_unread)


def count_plan(scenarios: Sequence[Path], keep: Iterable[str]) -> CountPlan:
    """Return what to keep of each event: what the selectors of *scenarios* ask, and what is named in *keep*.

    Raises:
        UsageError: an unknown name in *keep*.
    """
    keep = tuple(keep)
    for name in keep:
        if name not in KEEPABLE:
            raise UsageError(f"--keep knows no field {name}: choose from {', '.join(sorted(KEEPABLE))}")
    if not scenarios:
        return EVERYTHING
    read = (read_any(path, ()) for path in find_each(scenarios))
    return plan_for((recorder for scenario in read for recorder in scenario.recorders), keep)


def whole(counted: LogCount) -> LogCount:
    """Return a count that nothing interrupted: half of the logs is no basis for an estimate.

    Raises:
        KeyboardInterrupt: the reading was interrupted.
    """
    if counted.left_unread:
        raise KeyboardInterrupt
    return counted


def exit_code_of(counted: LogCount) -> int:
    """Return 3 for a measurement that must not be relied on, else 0."""
    is_bad = not counted.has_logs or counted.named_bad or counted.unreadable_share > TOLERATED_UNREADABLE_SHARE
    return 3 if is_bad else 0
