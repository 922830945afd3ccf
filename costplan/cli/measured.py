"""What every command that measures volumes does with the result: write it, show it, and say what was wrong."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from costplan.cli.output import INTERRUPTED, page_width, warn, write_result, write_whole

if TYPE_CHECKING:
    from costplan.workflows.measure import MeasureResult


def report_measured(result: "MeasureResult", output: Path | None) -> None:
    """Write measured volumes to *output* if it is given and there are any, print them, and end as they deserve.

    Raises:
        Exit: the reading was interrupted, or the volumes must not be relied on.
    """
    from costplan.reports.volumes_table import reconciliation, render_volumes
    from costplan.workflows.measure import write_volumes

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
