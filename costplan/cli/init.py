"""``costplan init``: a scenario to start from."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import write_result

EXAMPLES = examples("costplan init my-trails")


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write [this folder].")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write a scenario and typed volumes to start from."""
    from costplan.workflows.start import start

    written = start(folder, force=force)
    lines = [f"wrote {path}" for path in written]
    write_result("\n".join([*lines, "", f"next: costplan estimate {folder}"]))
