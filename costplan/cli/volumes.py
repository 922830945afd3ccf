"""``costplan volumes``: count events, and look at what was counted."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import INTERRUPTED, ProgressLine, page_width, parse_words, warn, write_result, write_whole
from costplan.reports import VolumeDimension

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _volumes() -> None:
    """Measure event volumes, and look at them."""


@app.command(
    "logs",
    epilog=examples(
        "costplan volumes logs AWSLogs -o volumes.json",
        "costplan volumes logs AWSLogs --for scenarios/layouts --recorded-by trails.json -o volumes.json",
    ),
)
def logs(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="CloudTrail log files, or folders of them.")],
    scenarios: Annotated[
        list[Path] | None,
        typer.Option("--for", metavar="SCENARIO", help="Answer the conditions of its selectors. May be repeated."),
    ] = None,
    recorded_by: Annotated[
        Path | None,
        typer.Option("--recorded-by", metavar="CONFIG", help="The trails that wrote the logs: what they cover."),
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="FIELD,...", help="Keep further fields of each event apart.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes that read [default: one per core].")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the volumes to FILE.")
    ] = None,
) -> None:
    """Count the events in CloudTrail log files."""
    from costplan.reports.volumes_table import reconciliation, render_volumes
    from costplan.workflows.measure import measure_logs, usable_cores, write_volumes

    fields = [field.strip() for field in keep.split(",")] if keep else []
    with ProgressLine() as progress:
        result = measure_logs(
            paths,
            scenarios=scenarios or (),
            recorded_by=recorded_by,
            keep=fields,
            workers=workers or usable_cores(),
            progress=progress.show,
        )
    warn(str(problem) for problem in result.problems)
    if result.left_unread:
        read = reconciliation(result.volumes.read) if result.volumes.read else "nothing was read"
        warn([f"stopped: {read}; not read: {result.left_unread:,} files; nothing written"])
        raise typer.Exit(INTERRUPTED)
    # An empty measurement must not replace one that somebody made before.
    is_written = output is not None and bool(result.volumes.rows)
    if output is not None and is_written:
        write_whole(output, lambda path: write_volumes(result.volumes, path))
    write_result(render_volumes(result.volumes, page_width()))
    kept = f"wrote {output}" if is_written else "nothing written" + ("" if output else ": -o FILE keeps the volumes")
    write_result(f"\n{kept}")
    if result.exit_code:
        if is_written:
            warn(["could not tell: too much of the logs could not be read to rely on these volumes"])
        raise typer.Exit(result.exit_code)


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
