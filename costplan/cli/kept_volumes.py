"""Volumes that a command made of others: shown, and kept where the user says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costplan.cli.output import page_width, write_result

if TYPE_CHECKING:
    from costplan.workflows.measure import Volumes

VolumesFile = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the volumes to FILE.")]
"""The option of every command that makes volumes."""


def keep_volumes(volumes: "Volumes", output: Path | None, told: str) -> None:
    """Write *volumes* to *output* and tell what was done; without a file, say how they are kept."""
    from costplan.workflows.measure import format_volumes

    if output is not None:
        write_result(format_volumes(volumes), output)
    write_result(told)
    write_result(f"\nwrote {output}" if output else "\nnothing written: -o FILE keeps the volumes")


def shown(volumes: "Volumes") -> str:
    """Return the volumes as ``costplan volumes show`` prints them."""
    from costplan.reports.volumes_table import render_volumes

    return render_volumes(volumes, page_width())
