"""Measure the data events of S3 objects before they are recorded: by the buckets' server access logs."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from costplan.inputs.volumes.access_logs import (
    FoundLogs,
    SampledAccessLogs,
    count_access_logs,
    find_access_logs,
    reading_job,
)
from costplan.inputs.volumes.access_logs.names import is_stamped
from costplan.inputs.volumes.logs import LogCount
from costplan.inputs.volumes.logs.buckets import Access, Bucket, is_address
from costplan.inputs.volumes.logs.workers import usable_cores
from costplan.model.places import is_account, is_region
from costplan.model.problems import Problem, UsageError
from costplan.model.progress import Progress
from costplan.workflows.looking import Announcements, LookingCost, policy_text
from costplan.workflows.measure import MeasureResult, count_plan, exit_code_of
from costplan.workflows.sample import SampleSize, sample_from

__all__ = ["Access", "LookingCost", "measure_access_logs", "policy_text", "usable_cores"]


def measure_access_logs(
    paths: Sequence[str | Path],
    *,
    account: str | None = None,
    region: str | None = None,
    scenarios: Sequence[Path] = (),
    keep: Iterable[str] = (),
    counts_lifecycle: bool = True,
    access: Access | None = None,
    sample: SampleSize | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
    announce: Callable[[LookingCost], None] | None = None,
) -> MeasureResult:
    """Return the data events that S3 requests make, by server access logs: files, folders, archives, ``s3://`` buckets.

    account: that owns the buckets whose log files do not say so in their names.
    region: of these buckets; by default that of the log bucket, which always lies in the same one.
    counts_lifecycle: whether what lifecycle rules do counts as events that may be recorded (Q1), or not at all.
    scenarios, keep, access, sample, workers, progress, state_folder, announce: as for ``measure_logs``.

    Raises:
        BadInputError: a path or a configuration that cannot be used; log files that do not say whose buckets they are
            about, where *account* and *region* do not either.
        UsageError: an unknown name in *keep*, no account id, no Region code.
    """
    if account is not None and not is_account(account):
        raise UsageError(f"--account {account} is no account id: it has twelve digits")
    if region is not None and not is_region(region):
        raise UsageError(f"--region {region} is no Region code such as eu-west-1")
    plan = count_plan(scenarios, keep)
    buckets = [Bucket(str(path), access=access, is_wanted=is_stamped) for path in paths if is_address(str(path))]
    found = find_access_logs([*(path for path in paths if not is_address(str(path))), *buckets], progress)
    if region is None and found.catalog.untold:
        region = _region_of(found, buckets)
    told = Announcements(found, announce)
    job = reading_job(found, plan, account, region, counts_lifecycle=counts_lifecycle)

    def census() -> LogCount:
        told.announce(found.catalog.objects, found.catalog.bytes)
        return count_access_logs(
            found,
            plan,
            account=account,
            region=region,
            counts_lifecycle=counts_lifecycle,
            workers=workers,
            progress=progress,
            state_folder=state_folder,
        )

    if sample is None:
        counted = census()
    else:
        what = "no file has a name of S3's, so nobody can tell what a part of them stands for"
        counted = sample_from(
            SampledAccessLogs(found, job),
            census,
            Problem(found.where, what, "read them all, without --sample"),
            sample,
            scenarios=scenarios,
            workers=workers,
            progress=progress,
            state_folder=state_folder,
            announce=told.announce,
            # Lines that come twice are looked for in one cluster: beyond its end others would be counted.
            look=0,
        )
    return MeasureResult(counted.volumes, counted.problems, exit_code_of(counted), counted.left_unread)


def _region_of(found: FoundLogs, buckets: Sequence[Bucket]) -> str | None:
    """Return the Region of the log buckets, where all logs come from some in one Region."""
    if any(source not in buckets for source in found.sources):
        return None
    regions = {bucket.look().region for bucket in buckets}
    return regions.pop() if len(regions) == 1 else None
