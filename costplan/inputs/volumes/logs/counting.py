"""Counts the events of log files, and says which files and records could not be counted."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costplan.inputs.volumes.logs.content import DIGEST, kinds_text
from costplan.inputs.volumes.logs.files import find_files
from costplan.inputs.volumes.logs.reading import LogReader
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Volumes


@dataclass(frozen=True, slots=True)
class LogCount:
    """What was counted, and what could not be.

    volumes: rows, coverage, statistics of files; kind ``cloudtrail-logs``.
    problems: every damaged file and record, by file; other JSON among the logs; no log at all.
    set_aside: sound files that are no logs, each with its kind: digest, notification, other-json.
    damaged: files of which nothing could be read.
    named_bad: files that the caller named itself and that are damaged or no logs.
    log_files: how many files hold records of CloudTrail, or an empty list of them.
    ignored: files in the folders with another ending than ``.json`` and ``.gz``.
    bytes_read, bytes_unreadable: stored bytes; of a file with unreadable records, their share by number.
    """

    volumes: Volumes
    problems: tuple[Problem, ...]
    set_aside: tuple[tuple[str, str], ...]
    damaged: tuple[str, ...]
    named_bad: tuple[str, ...]
    log_files: int
    ignored: int
    bytes_read: int
    bytes_unreadable: int

    @property
    def has_logs(self) -> bool:
        """Whether at least one file was a CloudTrail log."""
        return self.log_files > 0

    @property
    def unreadable_share(self) -> Decimal:
        """Unreadable bytes as a share of all; 0 where nothing was read."""
        return Decimal(self.bytes_unreadable) / self.bytes_read if self.bytes_read else Decimal(0)


def count_logs(
    paths: Iterable[str | Path],
    plan: CountPlan,
    *,
    recorded_by: tuple[Recorder, ...] = (),
    keep_going: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> LogCount:
    """Return the event volumes in log files: ``.json``, ``.json.gz``, and folders of them.

    Coverage comes from the selectors of the trails in *recorded_by*; without any, only what was seen is covered.
    The order of *paths* makes no difference.  *progress* is called with the files done, and all of them.

    Raises:
        BadInputError: a path does not exist; or, unless *keep_going*, a file or a record is bad.
    """
    texts = [os.fspath(path) for path in paths]
    found = find_files(texts)
    reader = LogReader(plan)
    for done, path in enumerate(found.files):
        if progress is not None:
            progress(done, len(found.files))
        reader.add_file(path, is_named=path in found.named)
    where = Location(", ".join(texts[:3]) + (", …" if len(texts) > 3 else ""))
    volumes, notices = reader.tally.volumes(recorded_by, where)
    problems = [*reader.problems, *notices]
    if not reader.log_files:
        problems.append(_no_log(where, len(found.files), reader))
    if problems and not keep_going:
        raise BadInputError(problems)
    bad = {*reader.damaged, *(path for path, kind in reader.set_aside if kind != DIGEST)}
    return LogCount(
        volumes,
        tuple(problems),
        tuple(reader.set_aside),
        tuple(reader.damaged),
        tuple(path for path in found.files if path in bad and path in found.named),
        reader.log_files,
        found.ignored,
        reader.bytes_read,
        reader.bytes_unreadable,
    )


def _no_log(where: Location, files: int, reader: LogReader) -> Problem:
    if not files:
        return Problem(where, "no .json or .gz file in it", "name the folder that CloudTrail delivers to: …/AWSLogs")
    kinds = Counter(kind for _, kind in reader.set_aside)
    if reader.damaged:
        kinds["unreadable file"] = len(reader.damaged)
    among = "1 file" if files == 1 else f"{files} files"
    hint = 'a log file is {"Records": […]}; CloudTrail delivers them under …/AWSLogs/<account>/CloudTrail/'
    return Problem(where, f"no CloudTrail log among {among}: {kinds_text(kinds)}", hint)
