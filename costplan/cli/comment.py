"""``costplan comment``: put a report on a pull request."""

from pathlib import Path
from typing import Annotated

import typer

from costplan.cli.help_text import examples
from costplan.cli.output import write_result
from costplan.model.problems import UsageError, one_line

EXAMPLES = examples(
    "costplan diff plan.json --typed management=9M/month --estate estate.yaml --format markdown -o comment.md",
    "costplan comment comment.md --github --repository acme/infra --pull 7 --dry-run",
)


def comment(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What check or diff wrote with --format markdown.", show_default=False),
    ],
    is_github: Annotated[bool, typer.Option("--github", help="On GitHub [in a job: as it is].")] = False,
    is_gitlab: Annotated[bool, typer.Option("--gitlab", help="On GitLab [in a job: as it is].")] = False,
    repository: Annotated[
        str | None, typer.Option(metavar="NAME", help="OWNER/NAME, or a project's path or id [the job's].")
    ] = None,
    pull: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Number of the pull or merge request [the job's].")
    ] = None,
    api_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of the API, of https [the job's].")
    ] = None,
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; ask nobody.")] = False,
) -> None:
    """Post or update a comment on a pull request.

    The token stands in GITHUB_TOKEN or GITLAB_TOKEN.  A comment of its own
    with the same tag is updated; no other is ever touched.
    """
    from costplan.workflows.comment import ForgeKind, post_comment

    if is_github and is_gitlab:
        raise UsageError("--github and --gitlab: give one of them")
    forge = ForgeKind.GITHUB if is_github else ForgeKind.GITLAB if is_gitlab else None
    result = post_comment(file, forge=forge, repository=repository, pull=pull, api_url=api_url, is_dry_run=is_dry_run)
    where = f"the comment on {result.repository} {result.pull} at {result.host}"
    if result.is_new is None:
        text = f"would post {where}, or update it: {result.characters:,} characters, {result.tag}"
    else:
        text = f"{'posted' if result.is_new else 'updated'} {where}" + (f": {result.url}" if result.url else "")
    write_result(one_line(text))
