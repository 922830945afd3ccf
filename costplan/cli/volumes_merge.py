"""``costplan volumes merge``: several volumes files as one."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.kept_volumes import VolumesFile, keep_volumes, shown
from costplan.cli.output import warn

EXAMPLES = examples("costplan volumes merge scenarios/volumes/acme-account.json estimated.yaml -o all.json")


def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Volumes files.")],
    prefer: Annotated[
        list[Path] | None,
        typer.Option("--prefer", metavar="FILE", help="Believe it where two overlap. May be repeated."),
    ] = None,
    output: VolumesFile = None,
) -> None:
    """Put volumes of several sources together, nothing twice."""
    from costplan.reports.volumes_changes import merge_notes
    from costplan.workflows.merge import merge_volumes

    result = merge_volumes(files, prefer=prefer or ())
    warn(merge_notes(result.volumes, result.merged.dropped, result.paths))
    keep_volumes(result.volumes, output, shown(result.volumes))
