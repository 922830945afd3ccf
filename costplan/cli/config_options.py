"""The options of every command that reads configurations."""

from collections.abc import Iterable
from typing import Annotated

import typer

from costplan.model.problems import UsageError

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="K=V", help="A parameter of a CloudFormation template; may be repeated."),
]
FormName = Annotated[
    str | None,
    typer.Option("--as", metavar="FORMAT", help="Read it as this format, whatever its content looks like."),
]


def parameter_values(parameters: Iterable[str] | None) -> dict[str, str]:
    """Return the values of ``--parameter``, by name.

    Raises:
        UsageError: one that is no name with a value.
    """
    values: dict[str, str] = {}
    for parameter in parameters or ():
        name, equals, value = parameter.partition("=")
        if not equals or not name:
            raise UsageError("--parameter takes a name and a value: --parameter BucketName=amzn-s3-demo-logs")
        values[name] = value
    return values
