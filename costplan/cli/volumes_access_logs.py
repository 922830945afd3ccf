"""``costplan volumes access-logs``: measure S3 data events by server access logs, before anything records them."""

from functools import partial
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.measure_options import (
    BucketProfile,
    EndpointUrl,
    ForScenarios,
    IsBucketAgreed,
    IsSample,
    Keep,
    KmsKey,
    MaxBytes,
    PrintsBucketPolicy,
    SampleSeed,
    StateFolder,
    TargetError,
    VolumesFile,
    Workers,
)
from costplan.cli.measured import ask_about_cost, report_measured, sample_size
from costplan.cli.output import ProgressLine, write_result
from costplan.model.problems import UsageError

EXAMPLES = examples(
    "costplan volumes access-logs access-logs -o objects.json",
    "costplan volumes access-logs access-logs --for scenarios/layouts --no-lifecycle",
    "costplan volumes access-logs s3://amzn-s3-demo-access-logs/ --print-policy",
)


def access_logs(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="S3 server access logs, folders or archives of them, or s3://bucket/prefix."
        ),
    ],
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Whose buckets, where file names do not say it.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Where they are, likewise. [of the log bucket]")
    ] = None,
    scenarios: ForScenarios = None,
    keep: Keep = None,
    counts_lifecycle: Annotated[
        bool, typer.Option("--lifecycle/--no-lifecycle", help="Count what lifecycle rules do, or set it aside.")
    ] = True,
    is_sample: IsSample = False,
    max_bytes: MaxBytes = None,
    target_error: TargetError = None,
    seed: SampleSeed = None,
    profile: BucketProfile = None,
    endpoint_url: EndpointUrl = None,
    is_agreed: IsBucketAgreed = False,
    prints_policy: PrintsBucketPolicy = False,
    kms_key: KmsKey = None,
    state: StateFolder = None,
    workers: Workers = None,
    output: VolumesFile = None,
) -> None:
    """Foretell S3 data events by server access logs.

    Each request that such a log holds makes the event that CloudTrail would
    record of it, if it did.  What may or may not be recorded is a band: failed
    authentication, what lifecycle rules do, unknown operations.
    """
    from costplan.workflows import access_logs as workflow

    if prints_policy:
        for path in paths:
            write_result(workflow.policy_text(path, kms_key))
        return
    if kms_key is not None:
        raise UsageError("--kms-key is about --print-policy: give both")
    size = sample_size(is_sample, max_bytes, target_error, seed)
    with ProgressLine() as progress:
        result = workflow.measure_access_logs(
            paths,
            account=account,
            region=region,
            scenarios=scenarios or (),
            keep=[field.strip() for field in keep.split(",")] if keep else [],
            counts_lifecycle=counts_lifecycle,
            access=workflow.Access(profile, endpoint_url),
            sample=size,
            workers=workers or workflow.usable_cores(),
            progress=progress.show,
            state_folder=state,
            announce=partial(ask_about_cost, is_agreed=is_agreed),
        )
    report_measured(result, output)
