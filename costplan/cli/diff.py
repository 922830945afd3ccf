"""``costplan diff``: what a change of configurations costs, and why."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.config_options import FormName, Parameters, parameter_values
from costplan.cli.help_text import examples
from costplan.cli.input_options import (
    Account,
    Estate,
    HomeRegion,
    Logs,
    Prices,
    Typed,
    VolumesFiles,
    cores_for,
)
from costplan.cli.output import CommentName, OutputFile, ProgressLine, page_width, parse_as_of, warn, write_result
from costplan.cli.prices_lists import PricingFolder, pricing_folder
from costplan.model.problems import UsageError
from costplan.reports import COMMENT_NAME, DiffFormat, render_diffs

EXAMPLES = examples(
    "costplan diff scenarios/layouts/2-single-region.yaml scenarios/layouts/4-multi-and-single.yaml",
    "costplan diff plan.json --typed management=9M/month --estate estate.yaml",
    "costplan diff scenarios/layouts/3-multi-region.yaml scenarios/layouts/4-multi-and-single.yaml --format markdown",
)


def diff(
    sides: Annotated[
        list[Path] | None,
        typer.Argument(metavar="BEFORE AFTER", help="Two configurations or scenarios; or a Terraform plan alone."),
    ] = None,
    git: Annotated[
        str | None, typer.Option("--git", metavar="REV", help="BEFORE is what lay at the same path at REV.")
    ] = None,
    volumes: VolumesFiles = None,
    typed: Typed = None,
    logs: Logs = None,
    estate: Estate = None,
    parameters: Parameters = None,
    form_name: FormName = None,
    account: Account = None,
    region: HomeRegion = None,
    months: Annotated[
        int | None, typer.Option("--months", metavar="N", min=1, max=120, help="Compare month N [scenario: 12].")
    ] = None,
    prices: Prices = None,
    pricing: PricingFolder = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Compare at the prices of that day [today].")
    ] = None,
    before_as_of: Annotated[
        str | None,
        typer.Option("--before-as-of", metavar="DATE", help="BEFORE has that day's prices, told apart."),
    ] = None,
    form: Annotated[DiffFormat, typer.Option("--format", help="How to write the result.")] = DiffFormat.TABLE,
    output: OutputFile = None,
    comment_name: CommentName = COMMENT_NAME,
) -> None:
    """Show what a change costs per month, and why."""
    paths = sides or []
    if len(paths) > 2:
        raise UsageError(f"diff compares two sides, not {len(paths)}: name what was before, then what is after")
    day, before_day = parse_as_of(as_of), parse_as_of(before_as_of, "--before-as-of")

    from costplan.workflows.diff import diff as run_diff
    from costplan.workflows.project import estate_of_project

    with ProgressLine() as progress:
        result = run_diff(
            paths[0] if paths else None,
            paths[1] if len(paths) > 1 else None,
            git=git,
            logs=logs or (),
            typed=typed,
            volumes=volumes or (),
            estate=estate,
            estate_of_code=None if estate else estate_of_project(Path()),
            parameters=parameter_values(parameters),
            form=form_name,
            account=account,
            region=region,
            months=months,
            prices=prices,
            pricing=pricing_folder(pricing),
            as_of=day,
            before_as_of=before_day,
            workers=cores_for(logs),
            progress=progress.show,
        )
    warn(result.warnings)
    write_result(render_diffs(result.diffs, form, width=page_width(output), comment_name=comment_name), output)
