"""Comments on merge requests of GitLab, over its REST API v4 ("Notes API").

The token of a job, CI_JOB_TOKEN, may not ask that API ("CI/CD job token" in GitLab's documentation): a project access
token, or another with the scope api, is needed.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from costplan.inputs.forges.body import Body
from costplan.inputs.forges.connection import Connection, Token, checked_address
from costplan.inputs.forges.forge import Posted, Pull
from costplan.inputs.forges.surroundings import Named, Variables, number_in
from costplan.model.problems import Location, Problem

_COMMAND = re.compile(r"^/", re.MULTILINE)


class GitLab:
    """GitLab's merge requests."""

    longest = 1_000_000
    hints: Mapping[int, str] = {
        401: "GITLAB_TOKEN must be a project access token with the scope api that has not expired",
        403: "GITLAB_TOKEN must have the scope api, and at least the role Reporter",
        404: "check project and number, and that GITLAB_TOKEN is one of this project",
        422: "check that the discussion of the merge request is not locked",
    }

    def find_pull(self, variables: Variables, named: Named) -> Pull | None:
        """Return the merge request that is named; nothing, and problems, where it is not.

        Raises:
            BadInputError: the address of the API is not one to send a token to.
        """
        project = named.repository or variables.needed("CI_PROJECT_ID", "--repository names it, by its path or id")
        number = named.pull or number_in(variables.text("CI_MERGE_REQUEST_IID"))
        if not number:
            hint = "run in pipelines of merge requests, or name one with --pull N"
            variables.problems.append(Problem(Location("CI_MERGE_REQUEST_IID"), "names no merge request", hint))
        api_url = named.api_url or variables.text("CI_API_V4_URL") or "https://gitlab.com/api/v4"
        return None if variables.problems else Pull(checked_address(api_url), project, number)

    def find_token(self, variables: Variables) -> Token:
        """Return the token to comment with."""
        hint = "set it, masked, to a project access token with the scope api; a job's own CI_JOB_TOKEN may not comment"
        return variables.token("GITLAB_TOKEN", hint, "PRIVATE-TOKEN")

    def comments(self, pull: Pull, token: Token) -> "GitLabComments":
        """Return the comments of a merge request."""
        return GitLabComments(pull, token)


class GitLabComments:
    """The comments of a merge request, and a token to write there."""

    def __init__(self, pull: Pull, token: Token) -> None:
        self._connection = Connection(pull.address, token, {"Accept": "application/json"})
        project = quote(pull.repository, safe="")
        self._notes = self._connection.path(f"projects/{project}/merge_requests/{pull.number}/notes")

    def put(self, body: Body) -> Posted:
        """Update the newest comment of one's own with that tag, or post one where there is none.

        Raises:
            RefusedError, NoAnswerError: there is no answer to use.
        """
        # GitLab carries out lines such as /close as commands, wherever a comment has them.
        document = {"body": _COMMAND.sub(" /", body.text)}
        found = self._find(body)
        if found is None:
            self._connection.send("POST", self._notes, document)
        else:
            self._connection.send("PUT", f"{self._notes}/{found}", document)
        return Posted(found is None)

    def _find(self, body: Body) -> int | None:
        user = self._connection.send("GET", self._connection.path("user")).document
        own = user.get("id") if isinstance(user, dict) else None
        for note in self._connection.iter_entries(f"{self._notes}?per_page=100&order_by=created_at&sort=desc"):
            author = note.get("author")
            # Anybody may write the tag into a comment of theirs: the figures would stand where they can change them.
            is_own = isinstance(author, dict) and own is not None and author.get("id") == own
            if is_own and body.is_in(note.get("body")) and isinstance(note.get("id"), int):
                return int(note["id"])
        return None
