"""Options of the commands that ask a live account."""

from typing import Annotated

import typer

AwsProfile = Annotated[str | None, typer.Option("--profile", metavar="NAME", help="Profile of the AWS configuration.")]
WithOrganization = Annotated[bool, typer.Option("--organization", help="Find the accounts of the organization too.")]
RoleName = Annotated[
    str | None,
    typer.Option("--role", metavar="NAME", help="Read each of those accounts by its role of this name."),
]
PrintsPolicy = Annotated[bool, typer.Option("--print-policy", help="Print the IAM policy that this needs, and stop.")]
