"""Which files there are, and what their names tell.

A file is recognised by its content; its name tells account, Region, kind and time, where it has the form CloudTrail
gives it (R100, R101); a file that somebody renamed loses these, not its events.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from costplan.inputs.volumes.logs.period import slot_of_minute
from costplan.model.problems import BadInputError, Location, Problem

_NAME = re.compile(
    r"(?P<account>\d{12})_(?P<kind>CloudTrail(?:-[A-Za-z]+)?)_(?P<region>[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2})[_-]"
    r"(?:.*_)?(?P<stamp>\d{8}T\d{4})(?:\d\d)?Z?"
)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}\Z")


@dataclass(frozen=True, slots=True)
class LogName:
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


# ---- finding ----


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, in a fixed order, and those that the command line named itself.

    ignored: files of the folders that have another ending.
    """

    files: tuple[str, ...]
    named: frozenset[str]
    ignored: int


def find_files(paths: Iterable[str | Path]) -> Found:
    """Return the files that *paths* name, and all ``.json`` and ``.gz`` files in the folders they name.

    A file reached by two paths is read once.

    Raises:
        BadInputError: paths that do not exist, all of them.
    """
    problems: list[Problem] = []
    # By real place, so that two spellings of one path do not count its events twice, nor its file.
    by_place: dict[str, str] = {}
    named: dict[str, str] = {}
    ignored = 0
    for path in sorted({os.fspath(path) for path in paths}):
        if os.path.isdir(path):  # noqa: PTH112 - a million paths: texts, not objects
            real, cut = os.path.realpath(path), len(path)
            files, others = _walk(path)
            by_place.update({real + file[cut:]: file for file in files})
            ignored += others
        elif os.path.isfile(path):  # noqa: PTH113
            named[os.path.realpath(path)] = path
        elif os.path.exists(path):  # noqa: PTH110
            problems.append(Problem(Location(path), "neither a file nor a folder", "copy what it holds into a file"))
        else:
            problems.append(Problem(Location(path), "no such file or folder", "check the path"))
    if problems:
        raise BadInputError(problems)
    by_place.update(named)
    return Found(tuple(sorted(by_place.values())), frozenset(named.values()), ignored)


def _walk(folder: str) -> tuple[list[str], int]:
    files, ignored = [], 0
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        start = parent if parent.endswith(os.sep) else parent + os.sep
        for name in names:
            file = f"{start}{name}"
            is_named_so = name.lower().endswith((".json", ".gz")) and not name.startswith(".")
            # A pipe would be waited for, for ever; a link to nothing is told as damage.
            is_special = is_named_so and os.path.exists(file) and not os.path.isfile(file)  # noqa: PTH110, PTH113
            if is_named_so and not is_special:
                files.append(file)
            else:
                ignored += 1
    return files, ignored
