"""``costplan trails``: look at configurations."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from costplan.cli import trails_convert, trails_pull
from costplan.cli.config_options import FormName, Parameters, parameter_values
from costplan.cli.help_text import examples
from costplan.cli.output import OutputFile, page_width, warn, write_result
from costplan.model.problems import UsageError
from costplan.reports import TrailsFormat, render_recorders

RULE_BROKEN = 1

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class LintFormat(StrEnum):
    """How what was found is written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def _trails() -> None:
    """Look at trails and stores, whatever declares them."""


@app.command(
    "show",
    epilog=examples("costplan trails show trails.json", "costplan trails show template.yaml --parameter Reads=All"),
)
def show(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG", help="Configuration files or folders.")],
    form: Annotated[TrailsFormat, typer.Option("--format", help="How to write the result.")] = TrailsFormat.TABLE,
    output: OutputFile = None,
    parameters: Parameters = None,
    form_name: FormName = None,
) -> None:
    """Show what configurations say, defaults filled in."""
    from costplan.workflows.show import show_trails

    result = show_trails(configs, parameters=parameter_values(parameters), form=form_name)
    warn(f"set aside: {problem.where}: {problem.what}" for problem in result.set_aside)
    write_result(render_recorders(result.recorders, form, page_width(output)), output)


app.command("convert", epilog=trails_convert.EXAMPLES)(trails_convert.convert)
app.command("pull", epilog=trails_pull.EXAMPLES)(trails_pull.pull)


@app.command("lint", epilog=examples("costplan trails lint trails.json", "costplan trails lint --explain CP004"))
def lint(
    configs: Annotated[
        list[Path] | None, typer.Argument(metavar="CONFIG", help="Configuration files or folders.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="Explain a rule instead: what, why, instead.")
    ] = None,
    form: Annotated[LintFormat, typer.Option("--format", help="How to write the result.")] = LintFormat.TABLE,
    output: OutputFile = None,
    parameters: Parameters = None,
    form_name: FormName = None,
) -> None:
    """Check configurations for what is refused or surely not meant.

    Exit code 1 says that something should be changed.
    """
    from costplan.reports.lint_table import explain_rule, render_lint, render_lint_json

    if explain is not None:
        write_result(explain_rule(explain, page_width(output)), output)
        return
    if not configs:
        raise UsageError("name a configuration to check, or a rule with --explain")

    from costplan.workflows.lint import lint_trails

    result = lint_trails(configs, parameters=parameter_values(parameters), form=form_name)
    render = render_lint_json if form is LintFormat.JSON else render_lint
    write_result(render(result.findings, result.refusals), output)
    if not result.is_clean:
        raise typer.Exit(RULE_BROKEN)
