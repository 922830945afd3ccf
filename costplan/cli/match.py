"""``costplan match``: what each selector records of real events, and why not the others."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.config_options import FormName, Parameters, parameter_values
from costplan.cli.help_text import examples
from costplan.cli.output import OutputFile, ProgressLine, page_width, warn, write_result
from costplan.model.problems import UsageError

EXAMPLES = examples(
    "costplan match trails.json --logs AWSLogs",
    "costplan match trails.json --logs AWSLogs --samples 0 --format json",
    "costplan match trails.json scenarios/layouts/2-single-region.yaml --only-differences --logs AWSLogs",
)


class MatchFormat(StrEnum):
    """How matches are written."""

    TABLE = "table"
    JSON = "json"


def match(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG", help="Configuration files or folders.")],
    logs: Annotated[
        list[Path] | None,
        typer.Option("--logs", metavar="PATH", help="Log files, or folders of them. May be repeated."),
    ] = None,
    event: Annotated[
        Path | None,
        typer.Option("--event", metavar="FILE", help="Explain each record in FILE: one, a list, or a log file."),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option("--samples", metavar="N", min=0, help="Show N events of each selector and answer [3]."),
    ] = None,
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help="Show what one of two CONFIGs records and the other does not.")
    ] = False,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="Show N rows of differences, the rest as one.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Account of recorders that name none.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Home Region of recorders that name none.")
    ] = None,
    parameters: Parameters = None,
    form_name: FormName = None,
    form: Annotated[MatchFormat, typer.Option("--format", help="How to write the result.")] = MatchFormat.TABLE,
    output: OutputFile = None,
) -> None:
    """Show which events each selector records, and why not the others."""
    if top is not None and (not only_differences or form is MatchFormat.JSON):
        raise UsageError("--top shows the first rows of --only-differences in a table")
    if samples and (only_differences or event is not None):
        raise UsageError("--samples are of selectors and --logs: not with --only-differences or --event")

    from costplan.workflows.match import DEFAULT_SAMPLES
    from costplan.workflows.match import match as run_match
    from costplan.workflows.measure import usable_cores

    with ProgressLine() as progress:
        result = run_match(
            configs,
            logs=logs or (),
            event=event,
            samples=DEFAULT_SAMPLES if samples is None else samples,
            only_differences=only_differences,
            account=account,
            region=region,
            parameters=parameter_values(parameters),
            form=form_name,
            workers=usable_cores(),
            progress=progress.show,
        )
    warn(result.warnings)
    if form is MatchFormat.JSON:
        from costplan.reports.match_json import render_match_json

        write_result(render_match_json(result.matches), output)
    else:
        from costplan.reports.match_table import render_matches

        write_result(render_matches(result.matches, page_width(output), top), output)
    if result.exit_code:
        raise typer.Exit(result.exit_code)
