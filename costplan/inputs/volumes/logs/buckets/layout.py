"""How CloudTrail lays out a bucket (R100): where to begin listing it, and where to go on.

    [prefix/]AWSLogs/[o-id/]<account>/CloudTrail/<Region>/YYYY/MM/DD/<file>

The folders down to the Regions are discovered, one request each; a Region's days are not.  What lies elsewhere is
listed as it comes, and known by its names.

Everything here is pure: from a request and its answer to the log files found and the requests that follow.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from costplan.inputs.volumes.logs.buckets.asks import (
    CUT_AFTER_PAGES,
    LOGS,
    Ask,
    Item,
    Level,
    Page,
    cut_days,
    region_ask,
)
from costplan.inputs.volumes.logs.buckets.choice import Choice
from costplan.inputs.volumes.logs.folders import is_log_name
from costplan.inputs.volumes.logs.names import parse_log_name
from costplan.inputs.volumes.logs.period import moment_of
from costplan.inputs.volumes.logs.statistics import KINDS
from costplan.model.places import is_account, is_region

_ORGANIZATION = re.compile(r"o-[a-z0-9]{4,32}\Z")
_WITHOUT_EVENTS = frozenset({"CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Aggregated"})


@dataclass(slots=True)
class Answer:
    """What a page comes to.

    items: log files; asks: what is to be listed next.
    ignored: objects with another ending, or of another kind.
    untold: log files among the items of which nobody can tell whether they are among the chosen.
    """

    items: list[Item] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    ignored: int = 0
    untold: int = 0


# ---- where to begin ----


def first_ask(prefix: str, choice: Choice) -> Ask | None:
    """Return the request to begin with, at whatever depth of the layout *prefix* is; nothing if it is not chosen.

    Raises:
        ValueError: the prefix is a folder that holds no events, such as that of the digests; its name is the argument.
    """
    parts = prefix.split("/")[:-1]
    for part in parts:
        if part in _WITHOUT_EVENTS:
            raise ValueError(part)
    anchor = _anchor(parts)
    level, at = Level.LOGS, anchor
    while level is not Level.REGION and at is not None and at < len(parts):
        below = _level_below(level, parts[at])
        if below is None:
            anchor = None
            break
        if not _is_chosen(below, parts[at], choice):
            return None
        level, at = below, at + 1
    if anchor is None or at is None:
        return Ask(Level.ANYTHING, prefix)
    if level is Level.REGION:
        return region_ask("/".join(parts[:at]) + "/", prefix, parts[at:], choice)
    return Ask(level, prefix)


def _anchor(parts: Sequence[str]) -> int | None:
    """Return where in the parts of a prefix the accounts or the organization stand, if that can be told."""
    if LOGS in parts:
        return len(parts) - tuple(reversed(parts)).index(LOGS)
    # A copy may lack the folder; an account with its kinds is enough.
    return next((i for i, (one, two) in enumerate(pairwise(parts)) if is_account(one) and two in KINDS), None)


# ---- what an answer means ----


def read_page(
    ask: Ask, page: Page, choice: Choice, today: date, is_wanted: Callable[[str], bool] = is_log_name
) -> Answer:
    """Return the log files on a page, and the requests that follow from it.

    today: where the days of a Region are taken to end when nobody said so; files of later days are found too.
    is_wanted: of a flat listing, whether an object may be a log file, by its name without folders.
    """
    answer = Answer()
    if ask.level is Level.REGION:
        _read_days(ask, page, answer, today)
        return answer
    if ask.level is Level.FLAT:
        for item in page.items:
            _add(item, answer, is_wanted)
        answer.asks += [replace(ask, token=page.token)] if page.token else []
        return answer
    for item in page.items:
        _add_loose(item, choice, answer)
    if page.token:
        answer.asks.append(replace(ask, token=page.token))
    answer.asks += _below(ask, page.folders, choice)
    return answer


def _below(ask: Ask, folders: Iterable[str], choice: Choice) -> Iterator[Ask]:
    for folder in folders:
        name = folder[:-1].rpartition("/")[2]
        if ask.level is Level.ANYTHING:
            # A folder such as my-AWSLogs is folded too; what is in it is as open as before.
            yield Ask(Level.LOGS if name == LOGS else Level.ANYTHING, folder)
            continue
        level = _level_below(ask.level, name)
        if level is None or not _is_chosen(level, name, choice):
            continue
        below = region_ask(folder, folder, (), choice) if level is Level.REGION else Ask(level, folder)
        if below is not None:
            yield below


def _level_below(level: Level, name: str) -> Level | None:
    """Return what a folder of this name is there; nothing for one that holds no events of trails."""
    if level is Level.LOGS and _ORGANIZATION.match(name):
        return Level.ORGANIZATION
    if level in (Level.LOGS, Level.ORGANIZATION):
        return Level.ACCOUNT if is_account(name) else None
    if level is Level.ACCOUNT:
        return Level.KIND if name in KINDS else None
    return Level.REGION if is_region(name) else None


def _is_chosen(level: Level, name: str, choice: Choice) -> bool:
    if level is Level.ACCOUNT:
        return choice.has_account(name)
    return level is not Level.REGION or choice.has_region(name)


def _read_days(ask: Ask, page: Page, answer: Answer, today: date) -> None:
    for item in page.items:
        if ask.is_past(item.key):
            return
        _add(item, answer)
    if page.token is None:
        return
    following = replace(ask, token=page.token, pages=ask.pages + 1)
    # Once only: what is left of a day after the cut has no days to cut at.
    parts = cut_days(following, page.items, today) if following.pages == CUT_AFTER_PAGES else []
    if parts:
        following = replace(following, stop=parts[0].start)
    answer.asks += [following, *parts]


def _add(item: Item, answer: Answer, is_wanted: Callable[[str], bool] = is_log_name) -> bool:
    """Add an object that is named as a log file may be; report whether it is."""
    if is_wanted(item.key.rpartition("/")[2]):
        answer.items.append(item)
        return True
    # An empty object marks a folder for the console.
    answer.ignored += not item.key.endswith("/")
    return False


def _add_loose(item: Item, choice: Choice, answer: Answer) -> None:
    """Add an object that lies outside of any Region's folder, if its name does not say that it is not wanted."""
    name = parse_log_name(item.key.rpartition("/")[2])
    if name is None:
        if not _WITHOUT_EVENTS.isdisjoint(item.key.split("/")[:-1]):
            answer.ignored += 1
        elif _add(item, answer):
            answer.untold += choice.narrows
        return
    if name.kind not in KINDS:
        answer.ignored += 1
        return
    if not (choice.has_account(name.account) and choice.has_region(name.region)):
        return
    if name.slot is None:
        answer.untold += _add(item, answer) and choice.narrows
    elif choice.has_day(moment_of(name.slot + 1).date()):
        _add(item, answer)
