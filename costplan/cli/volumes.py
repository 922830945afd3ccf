"""``costplan volumes``: count events, and look at what was counted; the other commands have files of their own."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli import (
    volumes_access_logs,
    volumes_bill,
    volumes_calibrate,
    volumes_lookup,
    volumes_merge,
    volumes_metrics,
    volumes_shortlist,
    volumes_what_if,
)
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
from costplan.cli.output import ProgressLine, page_width, parse_words, write_result
from costplan.model.problems import UsageError
from costplan.reports import VolumeDimension

_DAY = "%Y-%m-%d"

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _volumes() -> None:
    """Measure event volumes, look at them, put them together."""


LOGS_EXAMPLES = examples(
    "costplan volumes logs AWSLogs -o volumes.json",
    "costplan volumes logs AWSLogs --for scenarios/layouts --recorded-by trails.json -o volumes.json",
    "costplan volumes logs AWSLogs --sample --max-bytes 2MB -o volumes.json",
    "costplan volumes logs s3://amzn-s3-demo-trail-logs/AWSLogs --print-policy",
)


@app.command("logs", epilog=LOGS_EXAMPLES)
def logs(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="CloudTrail log files, folders or archives of them, or s3://bucket/prefix."
        ),
    ],
    scenarios: ForScenarios = None,
    recorded_by: Annotated[
        Path | None,
        typer.Option("--recorded-by", metavar="CONFIG", help="The trails that wrote the logs: what they cover."),
    ] = None,
    keep: Keep = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=[_DAY], metavar="DAY", help="The first day (UTC) of delivery."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=[_DAY], metavar="DAY", help="The last day, included.")
    ] = None,
    accounts: Annotated[
        list[str] | None, typer.Option("--account", metavar="ID", help="Only this account. May be repeated.")
    ] = None,
    regions: Annotated[
        list[str] | None, typer.Option("--region", metavar="REGION", help="Only this Region. May be repeated.")
    ] = None,
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
    """Count the events in CloudTrail log files, here or in S3."""
    from costplan.workflows import measure

    if prints_policy:
        for path in paths:
            write_result(measure.policy_text(path, kms_key))
        return
    if kms_key is not None:
        raise UsageError("--kms-key is about --print-policy: give both")
    size = sample_size(is_sample, max_bytes, target_error, seed)
    with ProgressLine() as progress:
        result = measure.measure_logs(
            paths,
            scenarios=scenarios or (),
            recorded_by=recorded_by,
            keep=[field.strip() for field in keep.split(",")] if keep else [],
            choice=measure.Choice(
                since.date() if since else None,
                until.date() if until else None,
                frozenset(accounts or ()),
                frozenset(regions or ()),
            ),
            access=measure.Access(profile, endpoint_url),
            sample=size,
            workers=workers or measure.usable_cores(),
            progress=progress.show,
            state_folder=state,
            announce=partial(ask_about_cost, is_agreed=is_agreed),
        )
    report_measured(result, output)


app.command("access-logs", epilog=volumes_access_logs.EXAMPLES)(volumes_access_logs.access_logs)
app.command("bill", epilog=volumes_bill.EXAMPLES)(volumes_bill.bill)
app.command("lookup", epilog=volumes_lookup.EXAMPLES)(volumes_lookup.lookup)
app.command("metrics", epilog=volumes_metrics.EXAMPLES)(volumes_metrics.metrics)


@app.command("show", epilog=examples("costplan volumes show volumes.json --by source,event --top 20"))
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A volumes file.")],
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="DIM,...", help=f"Break down by {', '.join(VolumeDimension)}."),
    ] = None,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Show N rows, the rest as one.")] = None,
) -> None:
    """Show how many events of which kind happen."""
    from costplan.reports.volumes_table import DEFAULT_DIMENSIONS, render_volumes
    from costplan.workflows.measure import read_volumes

    dimensions = parse_words(by, VolumeDimension, "--by") or DEFAULT_DIMENSIONS
    write_result(render_volumes(read_volumes(file), page_width(), dimensions, top))


app.command("merge", epilog=volumes_merge.EXAMPLES)(volumes_merge.merge)
app.command("calibrate", epilog=volumes_calibrate.EXAMPLES)(volumes_calibrate.calibrate)
app.command("what-if", epilog=volumes_what_if.EXAMPLES)(volumes_what_if.what_if)
app.command("shortlist", epilog=volumes_shortlist.EXAMPLES)(volumes_shortlist.shortlist)
