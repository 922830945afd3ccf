"""What the name of a log file tells.

A file is recognised by its content; its name tells account, Region, kind and time, where it has the form CloudTrail
gives it (R100, R101); a file that somebody renamed loses these, not its events.
"""

import os
import re
from functools import lru_cache
from typing import NamedTuple

from costplan.inputs.volumes.logs.period import slot_of_minute

_NAME = re.compile(
    r"(?P<account>\d{12})_(?P<kind>CloudTrail(?:-[A-Za-z]+)?)_(?P<region>[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2})[_-]"
    r"(?:.*_)?(?P<stamp>\d{8}T\d{4})(?:\d\d)?Z?"
)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}\Z")


class LogName(NamedTuple):
    """What the S3 key of a delivered file tells.

    organization: its id, where an organization trail wrote the file.
    slot: the slot in which the file was delivered; the stamp names its end.
    """

    account: str
    kind: str
    region: str
    organization: str | None = None
    slot: int | None = None


def parse_log_name(path: str) -> LogName | None:
    """Return what a file's name and folders tell, if it has a name of CloudTrail's.

    >>> parse_log_name("111122223333_CloudTrail_eu-west-1_20261005T0010Z_abc.json.gz").region
    'eu-west-1'
    """
    folder, _, name = path.rpartition(os.sep)
    match = _NAME.match(name)
    if match is None:
        return None
    account, kind, region, stamp = match.groups()
    return LogName(account, kind, region, _organization(folder, account), _slot(stamp))


# A folder holds the files of a day, a stamp those of all Regions.
@lru_cache(maxsize=10_000)
def _organization(folder: str, account: str) -> str | None:
    folders = folder.replace(os.sep, "/").split("/")
    owner = folders[folders.index(account) - 1] if account in folders[1:] else ""
    return owner if _ORGANIZATION.match(owner) else None


@lru_cache(maxsize=10_000)
def _slot(stamp: str) -> int | None:
    begin = slot_of_minute(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}")
    # A stamp between two marks lies in the slot that ends at the second.
    return None if begin is None else begin if int(stamp[11:13]) % 5 else begin - 1
