"""The least that IAM must allow for reading the log files of a bucket."""

import json
import re
from typing import Any

from costplan.inputs.volumes.logs.buckets.addresses import Address, parse_address
from costplan.model.places import arn_region, partition_of
from costplan.model.problems import UsageError

UNKNOWN_KEY = "arn:{partition}:kms:REGION:ACCOUNT:key/KEY-ID"
"""What stands for a key that nobody named; it allows nothing as it is."""

_KEY_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+\Z")
_SPECIAL = re.compile(r"[*?$]")


def policy_text(address: str, kms_key: str | None = None, region: str | None = None) -> str:
    """Return the policy as JSON: list below the prefix, read below it, decrypt by the key.

    kms_key: the ARN of the key by which the objects are encrypted; a placeholder stands for one that is not given.
    region: any Region of the bucket's partition, where that is not plain ``aws``.

    Raises:
        BadInputError: *address* is no address of a bucket.
        UsageError: *kms_key* is no ARN of a key.
    """
    where = parse_address(address)
    partition = partition_of(region) if region else "aws"
    if kms_key is not None:
        found = _KEY_ARN.match(kms_key)
        if found is None:
            # A policy cannot name an alias: the rights to an alias are no rights to its key.
            raise UsageError("--kms-key is no ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID")
        partition = found["partition"]
    statements = [_listing(where, partition), _reading(where, partition), _decrypting(partition, kms_key)]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def _listing(where: Address, partition: str) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": "ListLogFiles",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": f"arn:{partition}:s3:::{where.bucket}",
    }
    if where.prefix:
        statement["Condition"] = {"StringLike": {"s3:prefix": _everything_below(where)}}
    return statement


def _reading(where: Address, partition: str) -> dict[str, Any]:
    return {
        "Sid": "ReadLogFiles",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:{partition}:s3:::{where.bucket}/{_everything_below(where)}",
    }


def _decrypting(partition: str, kms_key: str | None) -> dict[str, Any]:
    key = kms_key or UNKNOWN_KEY.format(partition=partition)
    return {
        "Sid": "DecryptLogFilesOfAnSseKmsBucket",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": key,
        # By way of S3 only: nothing else that the key protects can be read with this.  The domain ends in .cn in China.
        "Condition": {"StringLike": {"kms:ViaService": f"s3.{arn_region(key) or '*'}.amazonaws.com*"}},
    }


def _everything_below(where: Address) -> str:
    # These three mean something in a policy, and themselves only in braces.
    escaped = _SPECIAL.sub(lambda found: f"${{{found[0]}}}", where.prefix)
    return escaped if where.is_object else f"{escaped}*"
