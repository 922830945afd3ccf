"""``costplan volumes calibrate``: the mix of one file, the totals of another."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.kept_volumes import VolumesFile, keep_volumes
from costplan.cli.output import page_width
from costplan.model.problems import UsageError

EXAMPLES = examples(
    "costplan volumes calibrate scenarios/volumes/acme-account.json --totals totals.yaml -o calibrated.json"
)


def calibrate(
    mix: Annotated[Path, typer.Argument(metavar="FILE", help="Volumes that tell the mix: logs, a sample.")],
    totals: Annotated[
        Path, typer.Option("--totals", metavar="FILE", help="Volumes that tell the totals, as a bill does.")
    ],
    most_factor: Annotated[
        str | None,
        typer.Option("--most-factor", metavar="N", help="Refuse factors above N or below 1/N [20]."),
    ] = None,
    output: VolumesFile = None,
) -> None:
    """Scale volumes to totals per account, Region and category."""
    from costplan.reports.volumes_changes import render_calibration
    from costplan.workflows.calibrate import MOST_FACTOR, calibrate_volumes

    result = calibrate_volumes(mix, totals, most_factor=_number(most_factor) if most_factor else MOST_FACTOR)
    keep_volumes(result.volumes, output, render_calibration(result.calibrated.strata, page_width()))


def _number(text: str) -> Decimal:
    """Return the number that *text* is.

    Raises:
        UsageError: it is none.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UsageError(f"--most-factor {text}: not a number such as 20")
    return number
