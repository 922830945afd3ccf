"""What S3 and the AWS SDK can answer instead of an object, in words.

Three kinds are told apart: what may succeed the next time, what concerns one object, and what ends the reading.  No
message quotes AWS's own: those can hold the ids of keys, accounts and roles.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from costplan.inputs.volumes.logs.gunzip import DamagedFileError

Fault = tuple[str, str]
"""What is wrong, and what to do about it."""

CONTACT_ATTEMPTS = 3
"""How often a place that does not answer at all is tried: a name with a typo stays wrong."""

_SLOW_DOWN = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "429", "503"}
)
_PASSING = frozenset(
    {"InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted", "500", "502", "504", "BadDigest"}
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_NOT_ACCEPTED = frozenset(
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
_ELSEWHERE = frozenset(
    {
        "301",
        "307",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
        "TemporaryRedirect",
    }
)
_DENIED = frozenset({"403", "AccessDenied", "AllAccessDisabled", "Forbidden"})
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})
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
_CODE = re.compile(r"[A-Za-z0-9.]{1,60}\Z")
_SPELLED_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+){1,3}-\d{1,2}\Z")


class BrokenAnswerError(Exception):
    """An answer that lacks what every such answer has, though the SDK took it for one: it must have been cut off."""


# ---- telling the kinds apart ----


def is_passing(error: Exception) -> bool:
    """Whether another attempt may succeed."""
    code = code_of(error)
    if code is not None:
        return code in _PASSING or is_slow_down(error)
    return _is_any(error, _CONNECTION_ERRORS | _BROKEN_ERRORS)


def is_slow_down(error: Exception) -> bool:
    """Whether S3, or KMS behind it, asks for fewer requests."""
    code = code_of(error)
    return code is not None and (code in _SLOW_DOWN or code.endswith("ThrottlingException"))


def is_without_contact(error: Exception) -> bool:
    """Whether nobody answered at all."""
    return _is_any(error, _NO_CONTACT_ERRORS)


def code_of(error: Exception) -> str | None:
    """Return the code of an answer of AWS's; nothing for what went wrong on the way."""
    return None if _response_of(error) is None else str(_error_of(error).get("Code", "")) or "no code"


# ---- one object ----


def damage_of(error: Exception) -> DamagedFileError | None:
    """Return why one object cannot be read; nothing where that concerns more than the object."""
    if _is_any(error, _BROKEN_ERRORS):
        return DamagedFileError("its download broke off again and again", "copy it to this machine, and read it there")
    code = code_of(error)
    if code is None:
        return None
    if code in _DENIED:
        return DamagedFileError(*_denied(_error_of(error)))
    if code in _GONE:
        hint = "an expiry rule may have deleted it; leave out the oldest days"
        return DamagedFileError("it is gone since the bucket was listed", hint)
    if code == "InvalidObjectState":
        return DamagedFileError("it is archived in Glacier", "restore it, or choose days that are not archived")
    if code.startswith("KMS."):
        return DamagedFileError(f"its KMS key cannot be used ({_shown(code)})", "enable the key it was encrypted with")
    if code in _PASSING:
        return DamagedFileError(f"S3 fails to deliver it ({_shown(code)})", "read it again later")
    return None


def _denied(error: Mapping[str, Any]) -> Fault:
    # S3 says only in its message that it was the key and not the object.
    if "kms" in str(error.get("Message", "")).lower():
        return "its KMS key may not be used to decrypt it", "allow kms:Decrypt on the key; --print-policy shows how"
    return "reading it is denied", "allow s3:GetObject on it; --print-policy shows how"


# ---- what ends the reading ----


def fault_of(error: Exception, profile: str | None, endpoint_url: str | None) -> Fault:
    """Return why nothing more can be read from a bucket, whatever went wrong."""
    if code_of(error) is not None:
        return _fault_of_answer(error)
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
    if _is_any(error, _CONNECTION_ERRORS | _BROKEN_ERRORS):
        host = urlsplit(endpoint_url).hostname if endpoint_url else None
        return f"{host or 'S3'} cannot be reached ({name})", "check the network, the proxy and --endpoint-url"
    if isinstance(error, ValueError) and endpoint_url:
        return "its endpoint is no address", "write --endpoint-url https://host, or leave it out"
    return f"the AWS SDK gave up ({name})", "try the same with aws s3 ls"


def _fault_of_answer(error: Exception) -> Fault:
    code = code_of(error) or ""
    if code in _EXPIRED:
        return "the credentials have expired", "sign in again, and run the same command once more"
    if code in _NOT_ACCEPTED:
        return "AWS does not accept the credentials", "choose others with --profile"
    if not is_of_s3(error):
        # Behind a profile: the role that it assumes, the session it asks for.
        what = f"the profile's credentials are refused ({_shown(_operation_of(error))}: {_shown(code)})"
        return what, "aws sts get-caller-identity must work first"
    if code == "RequestTimeTooSkewed":
        return "this machine's clock is wrong", "set it: AWS refuses what seems more than 15 minutes old or early"
    if code in ("NoSuchBucket", "404"):
        return "there is no such bucket", "check its name"
    if code in _DENIED:
        return "listing it is denied", "allow s3:ListBucket on it; --print-policy shows how"
    if code in _ELSEWHERE:
        region = _region_in(error)
        where = f"in {region}" if region else "in another Region"
        return (
            f"the bucket is {where}, and requests are not taken there",
            "leave --endpoint-url out, or give that Region's",
        )
    if is_slow_down(error):
        return "S3 asks for fewer requests, again and again", "run it later, when others read less from the bucket"
    return f"S3 refuses ({_shown(code)})", "try the same with aws s3 ls"


def is_of_s3(error: Exception) -> bool:
    """Whether S3 itself answered, and not a service that hands out credentials."""
    return _operation_of(error) in ("ListObjectsV2", "GetObject", "HeadObject", "HeadBucket")


def _operation_of(error: Exception) -> str:
    return str(getattr(error, "operation_name", ""))


def _region_in(error: Exception) -> str | None:
    headers = (_response_of(error) or {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = str(headers.get("x-amz-bucket-region") or _error_of(error).get("Region") or "")
    return region if _SPELLED_REGION.match(region) else None


def _response_of(error: Exception) -> Mapping[str, Any] | None:
    response = getattr(error, "response", None)
    return response if isinstance(response, dict) else None


def _error_of(error: Exception) -> Mapping[str, Any]:
    found = (_response_of(error) or {}).get("Error", {})
    return found if isinstance(found, dict) else {}


def _is_any(error: Exception, names: frozenset[str]) -> bool:
    return any(parent.__name__ in names for parent in type(error).__mro__ if parent.__module__ != "builtins")


def _shown(code: str) -> str:
    # What a foreign server sends is not printed unless it looks as AWS's codes do.
    return code if _CODE.match(code) else "an unknown code"
