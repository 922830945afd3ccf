"""What the answer of S3 says about whether a request was recorded as an event."""

from enum import Enum, auto


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


AUTHENTICATION_ERRORS = _names(
    """
    AuthorizationHeaderMalformed AuthorizationQueryParametersError ExpiredToken InvalidAccessKeyId InvalidSecurity
    InvalidToken MissingAuthenticationToken MissingSecurityHeader RequestTimeTooSkewed SignatureDoesNotMatch
    TokenRefreshRequired
    """
)
"""Error codes of requests whose caller S3 could not make out."""

_MOVED = 301
_ELSEWHERE = frozenset({302, 303, 307, 308})
_REFUSED, _FAILED = 400, 500


class Outcome(Enum):
    """What becomes of an answered request."""

    EVENT = auto()
    POSSIBLE = auto()
    AUTHENTICATION = auto()
    REDIRECT = auto()


def classify_status(status: str, error: str) -> Outcome:
    """Return what becomes of a request with this status and error code; ``-`` where the log says none.

    Refused requests of a known caller are events, anonymous ones too; redirects for good (301) are not.  Failed
    authentication may be recorded, under a source of its own (Q2).  Nobody says what becomes of other redirects and of
    S3's own failures, so these may be events.

    >>> classify_status("403", "AccessDenied"), classify_status("403", "SignatureDoesNotMatch")
    (<Outcome.EVENT: 1>, <Outcome.AUTHENTICATION: 3>)
    """
    if error in AUTHENTICATION_ERRORS:
        return Outcome.AUTHENTICATION
    number = int(status) if status.isdigit() else 0
    if number == _MOVED:
        return Outcome.REDIRECT
    if number in _ELSEWHERE or number >= _FAILED:
        return Outcome.POSSIBLE
    return Outcome.EVENT


def is_failure(status: str) -> bool:
    """Whether a request was not carried out."""
    return status.isdigit() and int(status) >= _REFUSED
