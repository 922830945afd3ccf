"""Comments on pull requests of GitHub, over the REST API of GitHub and of GitHub Enterprise Server.

A pull request's own comments are those of the issue with its number (REST API, version 2022-11-28, "Issue comments").
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from costplan.inputs.documents import read_document
from costplan.inputs.forges.body import Body
from costplan.inputs.forges.connection import Connection, RefusedError, Token, checked_address
from costplan.inputs.forges.forge import Posted, Pull
from costplan.inputs.forges.surroundings import Named, Variables, number_in
from costplan.model.problems import BadInputError, Location, Problem, UsageError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
_PULL_REF = re.compile(r"refs/pull/(\d+)/")
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_PERMISSION = "the job needs permissions: pull-requests: write, which a pull request from a fork never gets"


class GitHub:
    """GitHub's pull requests."""

    longest = 65_536
    hints: Mapping[int, str] = {
        401: "give the job env: GITHUB_TOKEN: ${{ github.token }}, or a token that has not expired",
        403: _PERMISSION,
        404: f"check repository and number; {_PERMISSION}",
        422: "check that the pull request is not locked",
    }

    def find_pull(self, variables: Variables, named: Named) -> Pull | None:
        """Return the pull request that is named; nothing, and problems, where it is not.

        Raises:
            BadInputError: the address of the API is not one to send a token to.
            UsageError: the command line names what is no repository.
        """
        if named.repository and not _is_repository(named.repository):
            raise UsageError("--repository: a repository of GitHub's is OWNER/NAME")
        repository = named.repository or variables.needed("GITHUB_REPOSITORY", "--repository OWNER/NAME names it")
        if repository and not _is_repository(repository):
            where = Location("GITHUB_REPOSITORY")
            variables.problems.append(Problem(where, "is no repository of GitHub's", "it is OWNER/NAME"))
        number = named.pull or _pull_number(variables)
        if not number:
            hint = "run on: pull_request, or name one with --pull N"
            variables.problems.append(Problem(Location("GITHUB_REF"), "is not that of a pull request", hint))
        api_url = named.api_url or variables.text("GITHUB_API_URL") or "https://api.github.com"
        return None if variables.problems else Pull(checked_address(api_url), repository, number)

    def find_token(self, variables: Variables) -> Token:
        """Return the token to comment with."""
        hint = "give the job env: GITHUB_TOKEN: ${{ github.token }}"
        return variables.token("GITHUB_TOKEN", hint, "Authorization", "Bearer ")

    def comments(self, pull: Pull, token: Token) -> "GitHubComments":
        """Return the comments of a pull request."""
        return GitHubComments(pull, token)


class GitHubComments:
    """The comments of a pull request, and a token to write there."""

    def __init__(self, pull: Pull, token: Token) -> None:
        self._connection = Connection(pull.address, token, _HEADERS)
        self._issues = self._connection.path(f"repos/{pull.repository}/issues")
        self._comments = f"{self._issues}/{pull.number}/comments"

    def put(self, body: Body) -> Posted:
        """Update the newest comment of one's own with that tag, or post one where there is none.

        Raises:
            RefusedError, NoAnswerError: there is no answer to use.
        """
        found = self._find(body)
        document = {"body": body.text}
        if found is None:
            answer = self._connection.send("POST", self._comments, document)
        else:
            answer = self._connection.send("PATCH", f"{self._issues}/comments/{found}", document)
        url = answer.document.get("html_url") if isinstance(answer.document, dict) else None
        return Posted(found is None, url if isinstance(url, str) else "")

    def _find(self, body: Body) -> int | None:
        login = self._login()
        found = None
        # The oldest comes first, whatever is asked for: the last that fits is the newest.
        for comment in self._connection.iter_entries(f"{self._comments}?per_page=100"):
            if body.is_in(comment.get("body")) and _is_own(comment, login) and isinstance(comment.get("id"), int):
                found = comment["id"]
        return found

    def _login(self) -> str | None:
        """Return whose token it is; nothing for that of a job, which is an app's and may not ask."""
        try:
            user = self._connection.send("GET", self._connection.path("user")).document
        except RefusedError as error:
            if error.status in (403, 404) and not error.is_passing:
                return None
            raise
        login = user.get("login") if isinstance(user, dict) else None
        return login if isinstance(login, str) else None


def _is_repository(text: str) -> bool:
    return _REPOSITORY.match(text) is not None and ".." not in text


def _is_own(comment: Mapping[str, Any], login: str | None) -> bool:
    # Anybody may write the tag into a comment of theirs: the figures would stand where they can change them.
    # No person's account is of the type Bot.
    user = comment.get("user")
    if not isinstance(user, dict):
        return False
    return user.get("type") == "Bot" if login is None else user.get("login") == login


def _pull_number(variables: Variables) -> int:
    found = _PULL_REF.match(variables.text("GITHUB_REF"))
    if found:
        return number_in(found[1])
    # What started the job says it where the ref is that of a branch: pull_request_target, issue_comment.
    path = variables.text("GITHUB_EVENT_PATH")
    if not path:
        return 0
    try:
        event = read_document(Path(path)).value
    except BadInputError as error:
        variables.problems.extend(error.problems)
        return 0
    event = event if isinstance(event, dict) else {}
    issue = event.get("issue")
    is_pull = isinstance(issue, dict) and "pull_request" in issue
    part = event.get("pull_request") or (issue if is_pull else None)
    number = part.get("number") if isinstance(part, dict) else None
    return number if isinstance(number, int) and number > 0 else 0
