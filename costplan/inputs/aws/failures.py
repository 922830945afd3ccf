"""What AWS and its SDK can answer instead of a result: the kinds told apart, and in words where no service matters.

No message quotes AWS's own: those can hold the ids of keys, accounts and roles.
"""

import re
from collections.abc import Mapping
from typing import Any

Fault = tuple[str, str]
"""What is wrong, and what to do about it."""

CONTACT_ATTEMPTS = 3
"""How often a place that does not answer at all is tried: a name with a typo stays wrong."""

PASSING = frozenset(
    {
        "500",
        "502",
        "504",
        "BadDigest",
        "InternalError",
        "InternalFailure",
        "InternalServerException",
        "KMSInternalException",
        "OperationAborted",
        "RequestTimeout",
        "ServiceException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
NOT_ACCEPTED = frozenset(
    {
        "AuthFailure",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "NotSignedUp",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
DENIED = frozenset(
    {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden", "UnauthorizedOperation"}
)
_SLOW_DOWN = frozenset(
    {
        "429",
        "503",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
# By the names of their classes, since older SDKs lack some of them.
_SIGN_IN_ERRORS = frozenset({"SSOError", "TokenRetrievalError", "LoginError"})
_CONNECTION_ERRORS = frozenset({"ConnectionError", "HTTPClientError"})
_NO_CONTACT_ERRORS = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError", "SSLError"})
_CREDENTIAL_ERRORS = frozenset(
    {
        "ConfigNotFound",
        "ConfigParseError",
        "CredentialRetrievalError",
        "InvalidConfigError",
        "MetadataRetrievalError",
        "MissingDependencyException",
        "PartialCredentialsError",
        "RefreshWithMFAUnsupportedError",
        "UnknownCredentialError",
    }
)
_BROKEN_ERRORS = frozenset(
    {
        "BrokenAnswerError",
        "ChecksumError",
        "ConnectionClosedError",
        "FlexibleChecksumError",
        "IncompleteReadError",
        "ReadTimeoutError",
        "ResponseStreamingError",
    }
)
_CODE = re.compile(r"[A-Za-z0-9._]{1,60}\Z")


class BrokenAnswerError(Exception):
    """An answer that lacks what every such answer has, though the SDK took it for one: it must have been cut off."""


# ---- telling the kinds apart ----


def is_passing(error: Exception) -> bool:
    """Whether another attempt may succeed."""
    code = code_of(error)
    if code is not None:
        return code in PASSING or is_slow_down(error)
    return is_unreachable(error) or is_broken(error)


def is_slow_down(error: Exception) -> bool:
    """Whether a service, or KMS behind it, asks for fewer requests."""
    code = code_of(error)
    return code is not None and (code in _SLOW_DOWN or code.endswith("ThrottlingException"))


def is_without_contact(error: Exception) -> bool:
    """Whether nobody answered at all."""
    return _is_any(error, _NO_CONTACT_ERRORS)


def is_unreachable(error: Exception) -> bool:
    """Whether something went wrong on the way."""
    return _is_any(error, _CONNECTION_ERRORS)


def is_broken(error: Exception) -> bool:
    """Whether an answer broke off."""
    return _is_any(error, _BROKEN_ERRORS)


# ---- what stands in an answer ----


def code_of(error: Exception) -> str | None:
    """Return the code of an answer of AWS's; nothing for what went wrong on the way."""
    return None if response_of(error) is None else str(error_of(error).get("Code", "")) or "no code"


def error_of(error: Exception) -> Mapping[str, Any]:
    """Return the part of an answer that holds code and message."""
    found = (response_of(error) or {}).get("Error", {})
    return found if isinstance(found, dict) else {}


def response_of(error: Exception) -> Mapping[str, Any] | None:
    """Return an answer of AWS's."""
    response = getattr(error, "response", None)
    return response if isinstance(response, dict) else None


def operation_of(error: Exception) -> str:
    """Return the operation that was answered: behind a profile it may be one that hands out credentials."""
    return str(getattr(error, "operation_name", ""))


def shown(code: str) -> str:
    """Return a code as it may be printed: what a foreign server sends must look as AWS's codes do."""
    return code if _CODE.match(code) else "an unknown code"


# ---- credentials ----


def credentials_fault(error: Exception, profile: str | None) -> Fault | None:
    """Return what is wrong with the credentials, where it is that; it concerns whatever would be asked next."""
    if code_of(error) in _EXPIRED:
        return "the credentials have expired", "sign in again, and run the same command once more"
    named = f"the profile {profile}" if profile else "the default profile"
    name = type(error).__name__
    if name == "ProfileNotFound":
        return f"there is no profile {profile}", "aws configure list-profiles shows those there are"
    if name == "NoCredentialsError":
        return "no AWS credentials were found", "sign in, or choose a profile with --profile"
    if _is_any(error, _SIGN_IN_ERRORS):
        option = f" --profile {profile}" if profile else ""
        return f"the sign-in of {named} has expired or never happened", f"aws sso login{option}"
    if _is_any(error, _CREDENTIAL_ERRORS):
        return f"the credentials of {named} cannot be loaded ({name})", "aws sts get-caller-identity must work first"
    return None


NOT_ACCEPTED_FAULT: Fault = ("AWS does not accept the credentials", "choose others with --profile")


def refused_credentials(error: Exception) -> Fault:
    """Return the words for a service that hands out credentials, and refused to: a role of the profile's, a session."""
    what = f"the profile's credentials are refused ({shown(operation_of(error))}: {shown(code_of(error) or '')})"
    return what, "aws sts get-caller-identity must work first"


def _is_any(error: Exception, names: frozenset[str]) -> bool:
    return any(parent.__name__ in names for parent in type(error).__mro__ if parent.__module__ != "builtins")
