"""What a forge is to a comment: a pull request there, and who may write to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult

from costplan.inputs.forges.body import Body
from costplan.inputs.forges.connection import Token
from costplan.inputs.forges.surroundings import Named, Variables


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull or merge request.

    address: of the API; repository: OWNER/NAME of GitHub, or the path or id of a project of GitLab.
    """

    address: SplitResult
    repository: str
    number: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment that stands on a pull request.

    is_new: posted, not updated; url: where to look at it, if the forge tells.
    """

    is_new: bool
    url: str = ""


class Comments(Protocol):
    """The comments of a pull request, and a token to write there."""

    def put(self, body: Body) -> Posted:
        """Update the newest comment of one's own with that tag, or post one where there is none.

        Raises:
            RefusedError, NoAnswerError: there is no answer to use.
        """


class Forge(Protocol):
    """A kind of forge.

    longest: characters that a comment may have.
    hints: what to do about a status.
    """

    longest: int
    hints: Mapping[int, str]

    def find_pull(self, variables: Variables, named: Named) -> Pull | None:
        """Return the pull request that is named; nothing, and problems, where it is not."""

    def find_token(self, variables: Variables) -> Token:
        """Return the token to comment with."""

    def comments(self, pull: Pull, token: Token) -> Comments:
        """Return the comments of a pull request."""
