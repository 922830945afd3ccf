"""``costplan volumes access-logs``: measure S3 data events by server access logs, before anything records them."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
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
    scenarios: Annotated[
        list[Path] | None,
        typer.Option("--for", metavar="SCENARIO", help="Answer the conditions of its selectors. May be repeated."),
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="FIELD,...", help="Keep further fields of each event apart.")
    ] = None,
    counts_lifecycle: Annotated[
        bool, typer.Option("--lifecycle/--no-lifecycle", help="Count what lifecycle rules do, or set it aside.")
    ] = True,
    is_sample: Annotated[
        bool, typer.Option("--sample", help="Read a random part and expand it, with 95 % intervals.")
    ] = False,
    max_bytes: Annotated[
        str | None,
        typer.Option("--max-bytes", metavar="SIZE", help="Of a sample: read at most so much, such as 2GB."),
    ] = None,
    target_error: Annotated[
        str | None,
        typer.Option("--target-error", metavar="SHARE", help="Of a sample: how sure the total cost must be [5%]."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="Of a sample: the same N draws the same.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="NAME", help="Of a bucket: profile of the AWS configuration.")
    ] = None,
    endpoint_url: Annotated[
        str | None, typer.Option("--endpoint-url", metavar="URL", help="Of a bucket: another S3 than AWS's.")
    ] = None,
    is_agreed: Annotated[
        bool, typer.Option("--yes", help="Of a bucket: read it without asking whether its cost is all right.")
    ] = False,
    prints_policy: Annotated[
        bool, typer.Option("--print-policy", help="Print the IAM policy that reading the bucket needs, and stop.")
    ] = False,
    kms_key: Annotated[
        str | None, typer.Option("--kms-key", metavar="ARN", help="Of --print-policy: the key of the log files.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes that read [default: one per core].")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the volumes to FILE.")
    ] = None,
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
            announce=partial(ask_about_cost, is_agreed=is_agreed),
        )
    report_measured(result, output)
