"""``costplan trails convert``: write configurations in another format."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.config_options import FormName, Parameters, parameter_values
from costplan.cli.help_text import examples
from costplan.cli.output import OutputFile, warn, write_result
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.reports.configs import TargetFormat, TemplateFormat, write_configuration

EXAMPLES = examples(
    "costplan trails convert trails.json --to terraform",
    "costplan trails convert template.yaml --to cloudformation --format json",
)


def convert(
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG", help="Configuration files or folders.")],
    to: Annotated[TargetFormat, typer.Option("--to", help="What to write.")],
    form: Annotated[
        TemplateFormat | None, typer.Option("--format", help="How to write a CloudFormation template. [yaml]")
    ] = None,
    output: OutputFile = None,
    parameters: Parameters = None,
    form_name: FormName = None,
) -> None:
    """Write configurations in another format.

    What that format cannot say is printed as a warning; what nobody knows
    becomes a parameter or variable of it.
    """
    if form is not None and to is not TargetFormat.CLOUDFORMATION:
        raise UsageError(f"--format is for --to {TargetFormat.CLOUDFORMATION}: --to {to} is written in one way only")

    from costplan.workflows.show import show_trails

    result = show_trails(configs, parameters=parameter_values(parameters), form=form_name)
    warn(f"set aside: {problem.where}: {problem.what}" for problem in result.set_aside)
    if not result.recorders:
        where = Location(", ".join(str(path) for path in configs))
        raise BadInputError([Problem(where, "holds no trail and no event data store", "give a file that has some")])
    written = write_configuration(result.recorders, to, form or TemplateFormat.YAML)
    warn(f"note: {note}" for note in written.notes)
    write_result(written.text, output)
