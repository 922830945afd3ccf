"""Accounts, Regions and partitions."""

import re
from dataclasses import dataclass

ACCOUNT_PATTERN = re.compile(r"\d{12}\Z")
REGION_PATTERN = re.compile(r"[a-z]{2,5}(-[a-z]+){1,3}-\d{1,2}\Z")


def is_account(text: str) -> bool:
    """Whether *text* is an AWS account id: twelve digits."""
    return ACCOUNT_PATTERN.match(text) is not None


def is_region(text: str) -> bool:
    """Whether *text* has the form of a Region code; AWS launches new ones, so the list is never closed."""
    return REGION_PATTERN.match(text) is not None


@dataclass(frozen=True, slots=True)
class Region:
    """One AWS Region.

    partition: ``aws``, ``aws-us-gov``, ``aws-cn``…
    is_opt_in: an account has to enable it (R70).
    usage_prefix: what stands before its usage types on a bill; ``None`` where nobody has seen it.
    leader: the Region in which its partition records global service events (R63).
    """

    code: str
    name: str
    partition: str
    is_opt_in: bool
    usage_prefix: str | None
    leader: str


def partition_of(region: str) -> str:
    """Return the partition that a Region code belongs to by its beginning.

    >>> partition_of("cn-north-1"), partition_of("eu-west-1")
    ('aws-cn', 'aws')
    """
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def trail_arn(name: str, account: str, region: str) -> str:
    """Return the ARN of a trail, which follows from its name and place (Service Authorization Reference).

    >>> trail_arn("audit", "111122223333", "eu-west-1")
    'arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit'
    """
    return f"arn:{partition_of(region)}:cloudtrail:{region}:{account}:trail/{name}"


_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eusc-": "aws-eusc",
}


def arn_account(arn: str) -> str | None:
    """Return the account of an ARN, if it names one."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and is_account(parts[4]) else None


def arn_region(arn: str) -> str | None:
    """Return the Region of an ARN, if it names one."""
    parts = arn.split(":", 5)
    return parts[3] if len(parts) == 6 and is_region(parts[3]) else None
