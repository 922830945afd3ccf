"""``costplan volumes what-if``: volumes as they would be."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.kept_volumes import VolumesFile, keep_volumes
from costplan.cli.output import page_width

EXAMPLES = examples(
    "costplan volumes what-if estimated.yaml --times bucket=lake:3 -o grown.json",
    "costplan volumes what-if estimated.yaml --times category=data,writes:1.5 --busy 1.2",
    "costplan volumes what-if estimated.yaml --add lambda:etl=5M/month --add s3-writes:raw=2k/h",
    "costplan volumes what-if estimated.yaml --changes next-year.yaml -o next-year.json",
)


def what_if(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A volumes file.")],
    times: Annotated[
        list[str] | None,
        typer.Option("--times", metavar="WORD=NAME:N", help="N times as much of it. May be repeated."),
    ] = None,
    busy: Annotated[str | None, typer.Option("--busy", metavar="N", help="N times as much of everything.")] = None,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="KEY:NAME=RATE", help="Events besides, as for --typed. May be repeated."),
    ] = None,
    changes: Annotated[
        Path | None, typer.Option("--changes", metavar="FILE", help="Changes in YAML, made before the others.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Of what is added [the only one].")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Of what is added [the only one].")
    ] = None,
    output: VolumesFile = None,
) -> None:
    """Write volumes as they would be: some things more, some new.

    Words: account, region, category, type, bucket, function, table, topic,
    queue, container (an ARN), source, event, principal; reads or writes alone.
    Joined with commas, all of them have to hold: --times bucket=lake,writes:3
    """
    from costplan.reports.volumes_changes import render_changes
    from costplan.workflows.what_if import change_volumes

    result = change_volumes(
        file, changes=changes, times=times or (), busy=busy, add=add or (), account=account, region=region
    )
    keep_volumes(result.volumes, output, render_changes(result.changed.done, page_width()))
