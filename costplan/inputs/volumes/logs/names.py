"""What the name of a log file tells.

A file is recognised by its content; its name tells account, Region, kind and time, where it has the form CloudTrail
gives it (R100, R101); a file that somebody renamed loses these, not its events.
"""

import os
import re
from functools import lru_cache
from typing import NamedTuple

from costplan.inputs.volumes.logs.period import slot_of_minute

_ACCOUNT, _KIND, _REGION = r"\d{12}", r"CloudTrail(?:-[A-Za-z]+)?", r"[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2}"
_STAMP = r"\d{8}T\d{4}"
_NAME = re.compile(rf"({_ACCOUNT})_({_KIND})_({_REGION})[_-](?:.*_)?({_STAMP})(?:\d\d)?Z?")
_OWNER = re.compile(rf"{_ACCOUNT}_{_KIND}_{_REGION}")
_STAMP_FIRST = re.compile(_STAMP)
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
    parts = name.split("_", 5)
    # As CloudTrail names them, with nothing after the stamp that could be another: these come in millions.
    if len(parts) == 5 and parts[4][8:9] != "T":
        account, kind, region, stamp, _ = parts
        slot = _slot_first(stamp)
        if slot is not _NO_STAMP and _is_owner(account, kind, region):
            return LogName(account, kind, region, _organization(folder, account), slot)
    match = _NAME.match(name)
    if match is None:
        return None
    account, kind, region, stamp = match.groups()
    return LogName(account, kind, region, _organization(folder, account), _slot(stamp))


_NO_STAMP = -1


@lru_cache(maxsize=2_500)
def _is_owner(account: str, kind: str, region: str) -> bool:
    return _OWNER.fullmatch(f"{account}_{kind}_{region}") is not None


@lru_cache(maxsize=2_500)
def _slot_first(text: str) -> int | None:
    """Return the slot of the stamp with which a text begins."""
    match = _STAMP_FIRST.match(text)
    return _NO_STAMP if match is None else _slot(match[0])


# A folder holds the files of a day, a stamp those of all Regions.
@lru_cache(maxsize=2_500)
def _organization(folder: str, account: str) -> str | None:
    folders = folder.replace(os.sep, "/").split("/")
    owner = folders[folders.index(account) - 1] if account in folders[1:] else ""
    return owner if _ORGANIZATION.match(owner) else None


@lru_cache(maxsize=2_500)
def _slot(stamp: str) -> int | None:
    begin = slot_of_minute(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}")
    # A stamp between two marks lies in the slot that ends at the second.
    return None if begin is None else begin if int(stamp[11:13]) % 5 else begin - 1
