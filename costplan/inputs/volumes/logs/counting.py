"""Counts the events of log files, and says which files and records could not be counted."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from costplan.inputs.volumes.logs.archives import Archive, archive_of, is_archive_name
from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING, Choice
from costplan.inputs.volumes.logs.catalog import Catalog
from costplan.inputs.volumes.logs.content import kinds_text
from costplan.inputs.volumes.logs.folders import LocalFiles, find_local
from costplan.inputs.volumes.logs.sources import Source
from costplan.inputs.volumes.logs.state import State
from costplan.inputs.volumes.logs.tally import Tally, counted_plan
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.inputs.volumes.logs.workers import ALONE_BYTES, Job, Stop, read_units
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.progress import Progress
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Volumes


@dataclass(frozen=True, slots=True)
class LogCount:
    """What was counted, and what could not be.

    volumes: rows, coverage, statistics of files; kind ``cloudtrail-logs``.
    problems: every damaged file and record, by file; other JSON among the logs; no log at all.
    named_bad: files that the caller named itself and that are damaged or no logs.
    log_files: how many files hold records of CloudTrail, or an empty list of them.
    ignored: files in the folders with another ending than ``.json`` and ``.gz``.
    bytes_read, bytes_unreadable: stored bytes; of a file with unreadable records, their share by number.
    left_unread: files that an interruption left; they are in no other number.
    """

    volumes: Volumes
    problems: tuple[Problem, ...]
    named_bad: tuple[str, ...]
    log_files: int
    ignored: int
    bytes_read: int
    bytes_unreadable: int
    left_unread: int = 0

    @property
    def has_logs(self) -> bool:
        """Whether at least one file was a CloudTrail log."""
        return self.log_files > 0

    @property
    def unreadable_share(self) -> Decimal:
        """Unreadable bytes as a share of all; 0 where nothing was read."""
        return Decimal(self.bytes_unreadable) / self.bytes_read if self.bytes_read else Decimal(0)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the logs are, and all there is in them.

    where: in words, for messages that are about no single file.
    """

    sources: tuple[Source, ...]
    catalog: Catalog
    named: frozenset[str]
    where: Location

    def not_told(self) -> list[Problem]:
        """Return what to say of objects that a choice could neither take nor leave."""
        if not self.catalog.not_told:
            return []
        what = f"{self.catalog.not_told:,} files whose names tell no account, Region and time were left out"
        return [Problem(self.where, what, "read them without --from, --to, --account and --region")]

    @property
    def ignored(self) -> int:
        """Files in folders and archives with another ending than those of logs."""
        return sum(source.ignored for source in self.sources if isinstance(source, LocalFiles | Archive))


def find_logs(
    paths: Iterable[str | Path | Source],
    choice: Choice = EVERYTHING,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """List every object that may be a log file and is chosen, in folders, files and other sources.

    progress: called as the listing goes on; none of what it found is done yet.

    Raises:
        BadInputError: a path does not exist, or a source cannot be listed.
    """
    texts, sources = [], []
    for path in paths:
        if isinstance(path, str | Path):
            texts.append(os.fspath(path))
        else:
            sources.append(path)
    local = find_local(texts, _is_archive)
    every: list[Source] = [local, *sources] if texts else sources
    catalog = Catalog(choice)
    for number, source in enumerate(every):
        for folder in source.folders():
            catalog.add(number, folder)
            if progress is not None:
                progress(Progress(0, catalog.objects, 0, catalog.bytes))
        if source is local:
            # The loop comes to them as well.
            every += (archive for path in local.apart if (archive := archive_of(path)) is not None)
    names = [*texts, *(str(source) for source in sources)]
    where = Location(", ".join(names[:3]) + (", …" if len(names) > 3 else ""))
    return Found(tuple(every), catalog, local.named, where)


def _is_archive(path: str, is_named: bool) -> bool:
    return (is_named or is_archive_name(path.rpartition(os.sep)[2])) and archive_of(path) is not None


def count_logs(
    paths: Iterable[str | Path | Source],
    plan: CountPlan,
    *,
    recorded_by: tuple[Recorder, ...] = (),
    keep_going: bool = True,
    workers: int = 1,
    merges_copies: bool = True,
    progress: Callable[[Progress], None] | None = None,
) -> LogCount:
    """Return the event volumes in log files: ``.json``, ``.json.gz``, folders and archives of them, other sources.

    Coverage comes from the selectors of the trails in *recorded_by*; without any, only what was seen is covered.
    Neither the order of *paths* nor the number of *workers* (processes) makes a difference.

    Raises:
        BadInputError: a path does not exist; or, unless *keep_going*, a file or a record is bad.
    """
    return count_found(
        find_logs(paths),
        plan,
        recorded_by=recorded_by,
        keep_going=keep_going,
        workers=workers,
        merges_copies=merges_copies,
        progress=progress,
    )


def count_found(
    found: Found,
    plan: CountPlan,
    *,
    recorded_by: tuple[Recorder, ...] = (),
    keep_going: bool = True,
    workers: int = 1,
    merges_copies: bool = True,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
    unit_bytes: int | None = None,
) -> LogCount:
    """Return the event volumes in everything that was found; see ``count_logs``.

    state_folder: where counts are kept, so that the same reading goes on there after a break.
    unit_bytes: how much one worker reads at a time, about; small units start several workers for little data.
    Ctrl-C ends the reading: what was counted until then is returned, with the number of files it left.
    """
    catalog = found.catalog
    job = Job(counted_plan(plan), found.sources, found.named, merges_copies)
    tally = Tally(plan)
    done = tally.total

    def note(count: UnitCount) -> None:
        if progress is not None:
            at = done.objects + count.objects, catalog.objects, done.bytes_read + count.bytes_read, catalog.bytes
            progress(Progress(*at, done.records_met + count.records_met))

    state = State(state_folder, job.plan, merges_copies) if state_folder is not None else None
    is_small = unit_bytes is None and catalog.bytes <= ALONE_BYTES
    with Stop() as stop:
        for unit, count in read_units(job, catalog.units(unit_bytes), 1 if is_small else workers, note, stop, state):
            tally.add(unit.place, count)
    volumes, notices = tally.volumes(recorded_by, found.where)
    problems = [*done.problems, *notices, *found.not_told()]
    if not done.log_files and done.objects == catalog.objects:
        problems.append(_no_log(found.where, catalog.objects, done))
    if problems and not keep_going:
        raise BadInputError(problems)
    return log_count(found.ignored, done, volumes, problems, catalog.objects - done.objects)


class Done(Protocol):
    """What was read, whatever kind of logs it is."""

    named_bad: list[str]
    log_files: int
    bytes_read: int
    bytes_unreadable: int


def log_count(
    ignored: int, done: Done, volumes: Volumes, problems: Iterable[Problem], left_unread: int = 0
) -> LogCount:
    """Return what everything that was *done* came to."""
    return LogCount(
        volumes,
        tuple(problems),
        tuple(done.named_bad),
        done.log_files,
        ignored,
        done.bytes_read,
        done.bytes_unreadable,
        left_unread,
    )


def _no_log(where: Location, files: int, done: UnitCount) -> Problem:
    if not files:
        return Problem(where, "no .json or .gz file in it", "name the folder that CloudTrail delivers to: …/AWSLogs")
    kinds = Counter(done.foreign_files)
    if done.files_unreadable:
        kinds["unreadable file"] = done.files_unreadable
    among = "1 file" if files == 1 else f"{files} files"
    hint = 'a log file is {"Records": […]}; CloudTrail delivers them under …/AWSLogs/<account>/CloudTrail/'
    return Problem(where, f"no CloudTrail log among {among}: {kinds_text(kinds)}", hint)
