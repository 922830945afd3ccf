"""Counts the events that server access logs foretell, and says which files and lines could not be counted."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.listing import Listing
from costplan.inputs.volumes.access_logs.names import is_access_log_name
from costplan.inputs.volumes.access_logs.reading import Job
from costplan.inputs.volumes.access_logs.state import BatchState
from costplan.inputs.volumes.access_logs.tally import access_volumes, notices
from costplan.inputs.volumes.access_logs.workers import distinct_batches
from costplan.inputs.volumes.logs.archives import Archive, archive_of, is_archive_name
from costplan.inputs.volumes.logs.counting import LogCount, log_count
from costplan.inputs.volumes.logs.folders import find_local
from costplan.inputs.volumes.logs.sources import Source
from costplan.inputs.volumes.logs.workers import ALONE_BYTES, Stop
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.progress import Progress
from costplan.model.volumes import CountPlan


@dataclass(frozen=True, slots=True)
class FoundLogs:
    """Where access logs are, and all there is.

    where: in words, for messages that are about no single file.
    """

    sources: tuple[Source, ...]
    catalog: Listing
    named: frozenset[str]
    where: Location

    @property
    def ignored(self) -> int:
        """Files in folders, archives and buckets that are not called as access logs are."""
        return sum(getattr(source, "ignored", 0) for source in self.sources)


def find_access_logs(
    paths: Iterable[str | os.PathLike[str] | Source], progress: Callable[[Progress], None] | None = None
) -> FoundLogs:
    """List every file that may be a server access log, in folders, archives and other sources.

    Raises:
        BadInputError: a path does not exist, or a source cannot be listed.
    """
    texts, sources = [], []
    for path in paths:
        if isinstance(path, str | os.PathLike):
            texts.append(os.fspath(path))
        else:
            sources.append(path)
    local = find_local(texts, _is_archive, is_access_log_name)
    every: list[Source] = [local, *sources] if texts else sources
    listing = Listing()
    for number, source in enumerate(every):
        for folder in source.folders():
            listing.add(number, folder)
            if progress is not None:
                progress(Progress(0, listing.objects, 0, listing.bytes))
        if source is local:
            # The loop comes to them as well.
            every += (found for path in local.apart if (found := _archive(path)) is not None)
    names = [*texts, *(str(source) for source in sources)]
    where = Location(", ".join(names[:3]) + (", …" if len(names) > 3 else ""))
    return FoundLogs(tuple(every), listing, local.named, where)


def _archive(path: str) -> Archive | None:
    return archive_of(path, is_wanted=is_access_log_name)


def _is_archive(path: str, is_named: bool) -> bool:
    return (is_named or is_archive_name(path.rpartition(os.sep)[2])) and _archive(path) is not None


def count_access_logs(
    found: FoundLogs,
    plan: CountPlan,
    *,
    account: str | None = None,
    region: str | None = None,
    counts_lifecycle: bool = True,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
) -> LogCount:
    """Return the data events of S3 objects that the requests in access logs make.

    account, region: of the buckets whose log files do not tell them in their names.
    counts_lifecycle: whether what lifecycle rules do is counted as events that may be recorded.
    workers: processes; the result does not depend on their number, nor on the order of files and lines.
        A line that stands there twice counts once, as far as ``repeats`` looks back.
    state_folder: where counts are kept, so that the same reading goes on there after a break.
    progress: called with what is done.  Ctrl-C ends the reading: what was counted until then is returned.

    Raises:
        BadInputError: files do not tell whose buckets they are about and nobody else does, or nothing can be read.
    """
    job = reading_job(found, plan, account, region, counts_lifecycle=counts_lifecycle)
    listing = found.catalog
    done = BatchCount()
    state = BatchState(state_folder, job) if state_folder is not None else None

    def note(count: BatchCount) -> None:
        if progress is not None:
            at = done.objects + count.objects, listing.objects, done.bytes_read + count.bytes_read, listing.bytes
            progress(Progress(*at, done.lines + count.lines))

    with Stop() as stop:
        alone = listing.bytes <= ALONE_BYTES
        for count in distinct_batches(job, listing.batches(), 1 if alone else workers, note, stop, state):
            done.add(count)
    problems = [*done.problems, *notices(done, found.where)]
    if not done.log_files and done.objects == listing.objects:
        problems.append(_no_log(found, done))
    return log_count(
        found.ignored, done, access_volumes(done, plan, found.ignored), problems, listing.objects - done.objects
    )


def reading_job(
    found: FoundLogs, plan: CountPlan, account: str | None, region: str | None, *, counts_lifecycle: bool = True
) -> Job:
    """Return how the lines of everything that was found are read; see ``count_access_logs``.

    Raises:
        BadInputError: files do not tell whose buckets they are about, and nobody else does.
    """
    missing = [option for option, value in (("--account", account), ("--region", region)) if value is None]
    if missing and found.catalog.untold:
        what = f"{found.catalog.untold:,} log files do not tell by their names whose bucket they are about, nor where"
        hint = f"give {' and '.join(missing)}, of the account that owns the buckets and of their Region"
        raise BadInputError([Problem(found.where, what, hint)])
    return Job(plan, found.sources, found.named, account, region, counts_lifecycle)


def _no_log(found: FoundLogs, done: BatchCount) -> Problem:
    among = "1 file" if done.objects == 1 else f"{done.objects:,} files"
    what = f"no server access log among {among}" if done.objects else "no file that could be a server access log"
    hint = "name the folder or prefix that server access logging delivers to; its files have no ending"
    return Problem(found.where, what, hint)
