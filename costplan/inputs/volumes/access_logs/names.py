"""What the name of a server access log file tells.

S3 writes ``[prefix]YYYY-mm-DD-HH-MM-SS-UNIQUE``, and where the log bucket is partitioned by date
``[prefix]ACCOUNT/REGION/BUCKET/YYYY/MM/DD/`` before that: the account that owns the source bucket, and its Region.
"""

import re
from typing import NamedTuple

from costplan.inputs.volumes.logs.names import parse_log_name
from costplan.inputs.volumes.logs.period import slot_of_minute
from costplan.model.places import is_account, is_region

_STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})-\d{2}-[0-9A-Z]{8,32}(?:\.log|\.txt)?(?:\.gz)?\Z", re.IGNORECASE
)
_ENDINGS = (".gz", ".log", ".txt")
_DATES = 3

Place = tuple[str, str]
"""An account and a Region."""


class AccessName(NamedTuple):
    """What a file's name tells: whose bucket the log is about and where it is; the slot of its delivery."""

    place: Place | None = None
    slot: int | None = None


def parse_access_name(path: str) -> AccessName:
    """Return what a path tells, as far as it has the form that S3 gives it.

    >>> parse_access_name("logs/111122223333/eu-west-1/lake/2026/10/05/2026-10-05-00-10-22-0123456789ABCDEF").place
    ('111122223333', 'eu-west-1')
    """
    *folders, name = path.replace("\\", "/").split("/")
    found = _STAMP.search(name)
    slot = slot_of_minute(f"{found[1]}T{found[2]}:{found[3]}") if found else None
    place = None
    if len(folders) >= _DATES + 3 and all(part.isdigit() for part in folders[-_DATES:]):
        account, region = folders[-_DATES - 3 : -_DATES - 1]
        # A prefix without a slash stands right before the account.
        if is_account(account[-12:]) and is_region(region):
            place = account[-12:], region
    return AccessName(place, slot)


def is_stamped(name: str) -> bool:
    """Whether an object's name, without folders, is one that S3 gives to a log."""
    return _STAMP.search(name) is not None and not name.startswith(".")


def is_access_log_name(name: str) -> bool:
    """Whether a file of this name may be a log: as S3 calls it, without an ending, or as people call copies."""
    if not name or name.startswith("."):
        return False
    if is_stamped(name):
        return True
    return ("." not in name or name.lower().endswith(_ENDINGS)) and parse_log_name(name) is None
