"""The options of commands that price scenarios: what to read, and what holds where it says nothing itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

Typed = Annotated[
    str | None,
    typer.Option("--typed", metavar="VOLUMES", help="Volumes by hand: management=40M/month,s3-reads=120/s"),
]
VolumesFiles = Annotated[
    list[Path] | None,
    typer.Option("--volumes", metavar="FILE", help="Volumes files, in place of those that scenarios name."),
]
Logs = Annotated[
    list[Path] | None,
    typer.Option("--logs", metavar="PATH", help="Count these log files or folders instead of the volumes."),
]
RecordedBy = Annotated[
    Path | None,
    typer.Option("--recorded-by", metavar="CONFIG", help="The trails that wrote the logs: what they cover."),
]
Estate = Annotated[
    Path | None,
    typer.Option("--estate", metavar="CONFIG", help="What there is besides [estate: in costplan.yaml]."),
]
Account = Annotated[str | None, typer.Option("--account", metavar="ID", help="Account of what does not name its own.")]
HomeRegion = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Region of what does not name its own.")
]
Months = Annotated[
    int | None, typer.Option("--months", metavar="N", min=1, max=120, help="Project N months [scenario: 12].")
]
Prices = Annotated[
    Path | None,
    typer.Option("--prices", metavar="FILE", help="Your own prices, in place of list prices [scenario: prices:]."),
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Begin with the prices of that day [today].")]


def cores_for(logs: Sequence[Path] | None) -> int:
    """Return how many processes read log files; what reads them is loaded only where there are any."""
    if not logs:
        return 1
    from costplan.workflows.measure import usable_cores

    return usable_cores()
