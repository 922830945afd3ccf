"""``costplan volumes bill``: take event volumes from what AWS billed."""

import sys
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costplan.cli.account_options import AwsProfile
from costplan.cli.help_text import examples
from costplan.cli.measure_options import VolumesFile
from costplan.cli.output import ProgressLine, page_width, warn, write_result, write_whole
from costplan.model.problems import UsageError

if TYPE_CHECKING:
    from costplan.workflows.bill import Asking, BillResult

EXAMPLES = examples(
    "costplan volumes bill bill.csv -o bill.json",
    "costplan volumes bill bill.csv --only cloudtrail -o totals.json",
    "costplan volumes bill bill.csv --recorded-by trails.json -o bill.json",
    "costplan volumes bill --print-policy",
)
_DAY = "%Y-%m-%d"


class Only(StrEnum):
    """The services whose lines are read."""

    CLOUDTRAIL = "cloudtrail"
    S3 = "s3"


def bill(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Cost and Usage Report or FOCUS: CSV (.gz, .zip), Parquet, or a folder of parts."
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="Of files: this month alone [the average of all]."),
    ] = None,
    only: Annotated[
        Only | None, typer.Option("--only", help="Read the lines of one service: exact totals, or bounds.")
    ] = None,
    recorded_by: Annotated[
        Path | None,
        typer.Option("--recorded-by", metavar="CONFIG", help="The trails of that time: what management events cover."),
    ] = None,
    asks: Annotated[
        bool, typer.Option("--cost-explorer", help="Ask Cost Explorer; what it costs is told first.")
    ] = False,
    start: Annotated[
        datetime | None,
        typer.Option("--start", formats=[_DAY], metavar="DAY", help="Ask from this day on [last month]."),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--end", formats=[_DAY], metavar="DAY", help="Ask up to this day, not included."),
    ] = None,
    profile: AwsProfile = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="Ask without asking whether its cost is all right.")] = False,
    prints_policy: Annotated[
        bool, typer.Option("--print-policy", help="Print the IAM policy that Cost Explorer needs, and stop.")
    ] = False,
    output: VolumesFile = None,
) -> None:
    """Take event volumes from a bill.

    CloudTrail's own lines are exact totals of what its trails recorded.
    Requests to S3 bound the data events of each bucket before any trail
    records them.
    """
    from costplan.workflows import bill as workflow

    if prints_policy:
        write_result(workflow.policy_text())
        return
    service = None if only is None else workflow.BilledService(only.value)
    if not asks:
        _refuse({"--start": start, "--end": end, "--profile": profile, "--yes": is_agreed or None})
        if not paths:
            raise UsageError("name the files of a bill, or ask with --cost-explorer")
        with ProgressLine() as progress:
            result = workflow.measure_bill(
                paths, month=month, only=service, recorded_by=recorded_by, progress=progress.show
            )
        _report(result, output)
        return
    if paths or month is not None:
        raise UsageError("--cost-explorer reads no files: leave out PATH and --month; --start and --end choose days")
    if (start is None) is not (end is None):
        raise UsageError("--start and --end go together")
    first, last = (start.date(), end.date()) if start is not None and end is not None else workflow.last_month()
    result = workflow.measure_cost_explorer(
        first,
        last,
        only=service,
        recorded_by=recorded_by,
        access=workflow.Access(profile),
        announce=partial(_ask, is_agreed=is_agreed),
    )
    _report(result, output)


def _refuse(given: dict[str, object | None]) -> None:
    for option, value in given.items():
        if value is not None:
            raise UsageError(f"{option} is about Cost Explorer: give --cost-explorer too")


def _ask(asking: "Asking", *, is_agreed: bool) -> None:
    """Say what asking costs, and go on only if that is all right.

    Raises:
        UsageError: nobody is there to be asked.
        Exit: it is not.
    """
    cost = asking.requests * asking.price_per_request
    requests = "1 request" if asking.requests == 1 else f"{asking.requests} requests"
    page = f"${asking.price_per_request} for each further page of answers"
    warn([f"Cost Explorer, {asking.start} to {asking.end}: {requests}, ${cost}; {page}"])
    if is_agreed:
        return
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was asked: nobody can be asked here whether that is all right; give --yes")
    if not typer.confirm("Ask it?", err=True):
        warn(["nothing was asked"])
        raise typer.Exit(0)


def _report(result: "BillResult", output: Path | None) -> None:
    from costplan.reports.volumes_table import render_volumes
    from costplan.workflows.bill import write_volumes

    warn(str(problem) for problem in result.problems)
    warn(f"unknown: {sentence}" for sentence in result.unknown)
    if result.requests:
        warn([f"Cost Explorer answered {result.requests} requests"])
    if result.is_estimated:
        warn(["AWS still counts: the last days may become more"])
    # An empty measurement must not replace one that somebody made before.
    volumes = result.volumes
    is_written = output is not None and bool(volumes.rows or volumes.billed)
    if output is not None and is_written:
        write_whole(output, lambda path: write_volumes(volumes, path))
    write_result(render_volumes(volumes, page_width()))
    kept = f"wrote {output}" if is_written else "nothing written" + ("" if output else ": -o FILE keeps the volumes")
    write_result(f"\n{kept}")
    if result.exit_code:
        if is_written:
            warn(["could not tell: too much of the bill could not be read to rely on these volumes"])
        raise typer.Exit(result.exit_code)
