"""What commands that measure volumes have in common: their sample, asking before reading costs, and the result."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from costplan.cli.output import INTERRUPTED, page_width, warn, write_result, write_whole
from costplan.model.problems import UsageError

if TYPE_CHECKING:
    from costplan.workflows.measure import LookingCost, MeasureResult, SampleSize


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


def ask_about_cost(cost: "LookingCost", *, is_agreed: bool) -> None:
    """Say what reading a bucket costs, and go on only if that is all right.

    Raises:
        UsageError: nobody is there to be asked.
        Exit: it is not.
    """
    from costplan.reports.looking_table import render_looking

    warn([*render_looking(cost, page_width()).splitlines(), ""])
    agree("Read it?", is_agreed=is_agreed)


def agree(question: str, *, is_agreed: bool) -> None:
    """Ask whether what was told before is all right, unless that was said on the command line.

    Raises:
        UsageError: nobody is there to be asked.
        Exit: it is not all right.
    """
    if is_agreed:
        return
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("nothing was read: nobody can be asked here whether that is all right; give --yes")
    if not typer.confirm(question, err=True):
        warn(["nothing was read"])
        raise typer.Exit(0)


def sample_size(
    is_sample: bool, max_bytes: str | None, target_error: str | None, seed: int | None
) -> "SampleSize | None":
    """Return how much to sample, if anything.

    Raises:
        UsageError: options of a sample without --sample, or that cannot be understood.
    """
    from costplan.workflows.measure import DEFAULT_SEED, SampleSize, parse_bytes, parse_share

    given = {"--max-bytes": max_bytes, "--target-error": target_error, "--seed": seed}
    if not is_sample:
        for option, value in given.items():
            if value is not None:
                raise UsageError(f"{option} is about a sample: give --sample too")
        return None
    try:
        most = None if max_bytes is None else parse_bytes(max_bytes)
    except ValueError as error:
        raise UsageError(f"--max-bytes {max_bytes}: {error}") from None
    try:
        target = None if target_error is None else parse_share(target_error)
    except ValueError as error:
        raise UsageError(f"--target-error {target_error}: {error}") from None
    return SampleSize(most, target, DEFAULT_SEED if seed is None else seed)
