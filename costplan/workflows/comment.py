"""Put what a check or a diff wrote on a pull request of GitHub or GitLab, where it belongs."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from costplan.inputs.aws.patience import Patience
from costplan.inputs.forges.body import read_body
from costplan.inputs.forges.forge import Forge
from costplan.inputs.forges.github import GitHub
from costplan.inputs.forges.gitlab import GitLab
from costplan.inputs.forges.putting import PATIENCE, check_length, put_comment
from costplan.inputs.forges.surroundings import Named, Variables
from costplan.model.problems import BadInputError, UsageError


class ForgeKind(StrEnum):
    """A kind of forge."""

    GITHUB = "github"
    GITLAB = "gitlab"


FORGES: Mapping[ForgeKind, Forge] = {ForgeKind.GITHUB: GitHub(), ForgeKind.GITLAB: GitLab()}
_JOB_MARKS = {"GITHUB_ACTIONS": ForgeKind.GITHUB, "GITLAB_CI": ForgeKind.GITLAB}


@dataclass(frozen=True, slots=True)
class CommentResult:
    """A comment, and where it belongs.

    host: whom the API belongs to; repository, pull: the pull request there; tag: the comment's first line.
    is_new: posted, not updated; ``None`` where nothing was sent.
    url: where to look at it, if the forge tells.
    """

    host: str
    repository: str
    pull: int
    tag: str
    characters: int
    is_new: bool | None
    url: str = ""


def post_comment(
    path: Path,
    *,
    forge: ForgeKind | None = None,
    repository: str | None = None,
    pull: int | None = None,
    api_url: str | None = None,
    is_dry_run: bool = False,
    environment: Mapping[str, str] | None = None,
    patience: Patience = PATIENCE,
) -> CommentResult:
    """Update the comment of one's own with the tag of a file on a pull request, or post it where there is none.

    path: of Markdown whose first line is ``<!-- costplan: NAME -->``.
    forge, repository, pull, api_url: as the variables of a job say, where they are not given; a token is taken from
    ``GITHUB_TOKEN`` or ``GITLAB_TOKEN`` alone.
    is_dry_run: ask nobody and send nothing.
    environment: the variables; those of the process by default.

    Raises:
        BadInputError: the file is no such comment, the environment lacks something, or the forge does not take it.
        UsageError: nothing tells which forge it is.
    """
    variables = Variables(os.environ if environment is None else environment)
    kind = FORGES[forge or _forge_of(variables)]
    body = read_body(path)
    found = kind.find_pull(variables, Named(repository, pull, api_url))
    token = None if is_dry_run else kind.find_token(variables)
    if found is None or variables.problems:
        raise BadInputError(variables.problems)
    check_length(kind, found, body)
    posted = None if token is None else put_comment(kind, found, token, body, patience, time.sleep)
    return CommentResult(
        found.address.netloc,
        found.repository,
        found.number,
        body.tag,
        len(body.text),
        posted.is_new if posted else None,
        posted.url if posted else "",
    )


def _forge_of(variables: Variables) -> ForgeKind:
    found = {kind for mark, kind in _JOB_MARKS.items() if variables.text(mark)}
    if len(found) != 1:
        raise UsageError("nothing tells whether this is a job of GitHub or of GitLab: give --github or --gitlab")
    return found.pop()
