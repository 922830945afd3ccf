"""What S3 and the AWS SDK can answer instead of an object, in words.

Three kinds are told apart: what may succeed the next time, what concerns one object, and what ends the reading.  No
message quotes AWS's own: those can hold the ids of keys, accounts and roles.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from costplan.inputs.aws.failures import (
    DENIED,
    NOT_ACCEPTED,
    NOT_ACCEPTED_FAULT,
    PASSING,
    Fault,
    code_of,
    credentials_fault,
    error_of,
    is_broken,
    is_slow_down,
    is_unreachable,
    operation_of,
    refused_credentials,
    response_of,
    shown,
)
from costplan.inputs.volumes.logs.gunzip import DamagedFileError

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
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})
_SPELLED_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+){1,3}-\d{1,2}\Z")


# ---- one object ----


def damage_of(error: Exception) -> DamagedFileError | None:
    """Return why one object cannot be read; nothing where that concerns more than the object."""
    if is_broken(error):
        return DamagedFileError("its download broke off again and again", "copy it to this machine, and read it there")
    code = code_of(error)
    if code is None:
        return None
    if code in DENIED:
        return DamagedFileError(*_denied(error_of(error)))
    if code in _GONE:
        hint = "an expiry rule may have deleted it; leave out the oldest days"
        return DamagedFileError("it is gone since the bucket was listed", hint)
    if code == "InvalidObjectState":
        return DamagedFileError("it is archived in Glacier", "restore it, or choose days that are not archived")
    if code.startswith("KMS."):
        return DamagedFileError(f"its KMS key cannot be used ({shown(code)})", "enable the key it was encrypted with")
    if code in PASSING:
        return DamagedFileError(f"S3 fails to deliver it ({shown(code)})", "read it again later")
    return None


def _denied(error: Mapping[str, Any]) -> Fault:
    # S3 says only in its message that it was the key and not the object.
    if "kms" in str(error.get("Message", "")).lower():
        return "its KMS key may not be used to decrypt it", "allow kms:Decrypt on the key; --print-policy shows how"
    return "reading it is denied", "allow s3:GetObject on it; --print-policy shows how"


# ---- what ends the reading ----


def fault_of(error: Exception, profile: str | None, endpoint_url: str | None) -> Fault:
    """Return why nothing more can be read from a bucket, whatever went wrong."""
    fault = credentials_fault(error, profile)
    if fault is not None:
        return fault
    if code_of(error) is not None:
        return _fault_of_answer(error)
    name = type(error).__name__
    if is_unreachable(error) or is_broken(error):
        host = urlsplit(endpoint_url).hostname if endpoint_url else None
        return f"{host or 'S3'} cannot be reached ({name})", "check the network, the proxy and --endpoint-url"
    if isinstance(error, ValueError) and endpoint_url:
        return "its endpoint is no address", "write --endpoint-url https://host, or leave it out"
    return f"the AWS SDK gave up ({name})", "try the same with aws s3 ls"


def _fault_of_answer(error: Exception) -> Fault:
    code = code_of(error) or ""
    if code in NOT_ACCEPTED:
        return NOT_ACCEPTED_FAULT
    if not is_of_s3(error):
        # Behind a profile: the role that it assumes, the session it asks for.
        return refused_credentials(error)
    if code == "RequestTimeTooSkewed":
        return "this machine's clock is wrong", "set it: AWS refuses what seems more than 15 minutes old or early"
    if code in ("NoSuchBucket", "404"):
        return "there is no such bucket", "check its name"
    if code in DENIED:
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
    return f"S3 refuses ({shown(code)})", "try the same with aws s3 ls"


def is_of_s3(error: Exception) -> bool:
    """Whether S3 itself answered, and not a service that hands out credentials."""
    return operation_of(error) in ("ListObjectsV2", "GetObject", "HeadObject", "HeadBucket")


def _region_in(error: Exception) -> str | None:
    headers = (response_of(error) or {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = str(headers.get("x-amz-bucket-region") or error_of(error).get("Region") or "")
    return region if _SPELLED_REGION.match(region) else None
