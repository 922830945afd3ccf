"""The one way to put a comment on a pull request: found and updated, or posted; and what goes wrong, in words."""

from collections.abc import Callable

from costplan.inputs.aws.patience import Patience
from costplan.inputs.forges.body import Body
from costplan.inputs.forges.connection import NoAnswerError, RefusedError, Token
from costplan.inputs.forges.forge import Forge, Posted, Pull
from costplan.model.problems import BadInputError, Location, Problem

PATIENCE = Patience(attempts=4, first_pause=1.0)
LONGEST_WAIT_SECONDS = 120

_SAID = {
    401: "does not accept the token",
    403: "does not let the token do this",
    404: "knows no such pull request, or does not show it to this token",
    422: "does not take the comment",
    500: "failed",
}
_LATER = "try again later, and look at the status page of the forge"


def check_length(forge: Forge, pull: Pull, body: Body) -> None:
    """Check that a forge takes a comment of this length.

    Raises:
        BadInputError: it is too long.
    """
    if len(body.text) > forge.longest:
        what = f"has {len(body.text):,} characters; {pull.address.netloc} takes {forge.longest:,}"
        raise BadInputError([Problem(Location(body.path), what, "write it anew with --format markdown, which cuts it")])


def put_comment(
    forge: Forge, pull: Pull, token: Token, body: Body, patience: Patience, sleep: Callable[[float], object]
) -> Posted:
    """Put a comment on a pull request; tried again where that helps.

    Each attempt looks for the comment anew: one that was posted, though no answer came, is not posted twice.

    Raises:
        BadInputError: the forge does not take it.
    """
    comments = forge.comments(pull, token)
    for pause in patience.pauses():
        try:
            return comments.put(body)
        except (RefusedError, NoAnswerError) as error:
            wait = pause if error.retry_after is None else error.retry_after
            if not error.is_passing or wait > LONGEST_WAIT_SECONDS:
                raise _told(forge, pull, error) from None
        sleep(wait)
    try:
        return comments.put(body)
    except (RefusedError, NoAnswerError) as error:
        raise _told(forge, pull, error) from None


def _told(forge: Forge, pull: Pull, error: RefusedError | NoAnswerError) -> BadInputError:
    where = Location(pull.address.netloc)
    if isinstance(error, NoAnswerError):
        return BadInputError([Problem(where, error.what, error.hint)])
    status = error.status
    if error.is_passing:
        what = "takes no more requests for now" if status in (403, 429) else "is not there for now"
        hint = f"try again in {error.retry_after} seconds" if error.retry_after else _LATER
    elif 300 <= status < 400:
        what, hint = "sends elsewhere, where the token is not sent", "name the address and the repository of today"
    else:
        what = _SAID.get(status, "answers what was not expected")
        hint = forge.hints.get(status, _LATER)
    return BadInputError([Problem(where, f"{what} ({pull.repository} {pull.number}: status {status})", hint)])
