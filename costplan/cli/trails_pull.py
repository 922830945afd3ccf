"""``costplan trails pull``: read the trails of a live account."""

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from costplan.cli.account_options import AwsProfile, PrintsPolicy, RoleName, WithOrganization
from costplan.cli.help_text import examples
from costplan.cli.output import OutputFile, warn, write_result

if TYPE_CHECKING:
    from costplan.workflows.pull import LookedAt

EXAMPLES = examples("costplan trails pull --print-policy")


class PullFormat(StrEnum):
    """How what was read is written."""

    YAML = "yaml"
    JSON = "json"


def pull(
    profile: AwsProfile = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Look only at this Region. May be repeated. [all]"),
    ] = None,
    with_organization: WithOrganization = False,
    role: RoleName = None,
    form: Annotated[
        PullFormat, typer.Option("--format", help="A scenario to go on with, or the answers as they came.")
    ] = PullFormat.YAML,
    prints_policy: PrintsPolicy = False,
    output: OutputFile = None,
) -> None:
    """Read the trails and event data stores of a live account.

    Nothing is ever written to AWS.  What may not be read is named, and left
    unknown.
    """
    from costplan.workflows import pull as workflow

    if prints_policy:
        text = workflow.policy_text(regions=regions or (), with_organization=with_organization, role=role)
        write_result(text, output)
        return
    if form is PullFormat.JSON:
        answers = workflow.pull_answers(
            profile=profile, regions=regions or (), with_organization=with_organization, role=role
        )
        write_result(json.dumps(answers.document, indent=2, ensure_ascii=False), output)
        warn(f"unknown: {sentence}" for sentence in answers.unknown)
        return

    from costplan.reports.trails_yaml import render_trails_yaml

    result = workflow.pull_trails(
        profile=profile, regions=regions or (), with_organization=with_organization, role=role
    )
    comment = [*_seen(result.looked_at), *(f"unknown: {sentence}" for sentence in result.unknown)]
    text = render_trails_yaml(
        result.recorders, comment=comment, accounts=result.accounts, organization=result.organization
    )
    write_result(text, output)
    warn(f"set aside: {problem.where}: {problem.what}" for problem in result.set_aside)
    warn(f"unknown: {sentence}" for sentence in result.unknown)
    if not result.recorders:
        warn(["no trail and no event data store was found"])


def _seen(looked_at: "LookedAt") -> list[str]:
    """Return when and where was looked, for the head of the file."""
    when = f"{looked_at.when:%Y-%m-%dT%H:%M:%SZ}"
    lines = [f"Trails and event data stores as AWS account {looked_at.account} saw them at {when}."]
    lines += [f"account {account}: looked at {', '.join(some)}" for account, some in looked_at.regions.items() if some]
    return lines
