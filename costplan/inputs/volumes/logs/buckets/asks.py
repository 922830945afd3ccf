"""What is asked of a bucket: pages of a listing, below folders or over the days of a Region.

Below a Region the keys sort by day, so its days are one range of keys rather than folders: a thousand files cost one
request, however many days they lie on.  A long range is cut at days, so that several requests can be under way at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

from costplan.inputs.volumes.logs.buckets.choice import Choice

LOGS = "AWSLogs"
CUT_AFTER_PAGES = 2
"""How many full pages show that a range is long enough to be cut: every part costs a request of its own."""

MOST_PARTS = 8
"""Into how many ranges the days that are left are cut; into half as many where it is not known when they end."""

_PAGES_PER_PART = 2
_DAY = timedelta(days=1)


class Level(Enum):
    """What lies below a prefix."""

    ANYTHING = auto()
    FLAT = auto()
    LOGS = auto()
    ORGANIZATION = auto()
    ACCOUNT = auto()
    KIND = auto()
    REGION = auto()


class Item(NamedTuple):
    """One object of a listing; its storage class as S3 writes it."""

    key: str
    size: int
    storage_class: str


class Page(NamedTuple):
    """What one request answers: objects, the folders beside them, and how to ask for what follows."""

    items: Sequence[Item]
    folders: Sequence[str] = ()
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a listing.

    root: of a Region, its folder; the prefix is that or a folder of dates below it.
    start, stop: of a Region, the first day that is wanted and the first that no longer is.
    pages: how many full pages were answered before.
    """

    level: Level
    prefix: str
    root: str = ""
    start: date | None = None
    stop: date | None = None
    token: str | None = None
    pages: int = 0

    @property
    def delimiter(self) -> str | None:
        """What folds keys into folders.

        A delimiter may be a whole string: this one lists loose files and finds every tree of logs, however deep.
        """
        return None if self.level in (Level.REGION, Level.FLAT) else LOGS + "/" if self.level is Level.ANYTHING else "/"

    @property
    def after(self) -> str | None:
        """The key after which the listing begins."""
        return None if self.start is None else self.root + _folder_of(self.start)

    def is_past(self, key: str) -> bool:
        """Whether a key lies behind the last day."""
        return self.stop is not None and key >= self.root + _folder_of(self.stop)


def region_ask(root: str, prefix: str, dates: Sequence[str], choice: Choice) -> Ask | None:
    """Return the request for the days of a Region that are chosen, all at once; nothing if there are none.

    root: the Region's folder; dates: the folders of year, month and day below it that the prefix names.
    """
    start = choice.since
    stop = choice.until + _DAY if choice.until else None
    if dates:
        given = _days_of(dates)
        if given is None:
            return Ask(Level.ANYTHING, prefix)
        start = max(start or given[0], given[0])
        stop = min(stop or given[1], given[1])
        if start >= stop:
            return None
    return Ask(Level.REGION, prefix, root, start, stop)


def _days_of(parts: Sequence[str]) -> tuple[date, date] | None:
    """Return the first day of a year, a month or a day in folders, and the first after it."""
    try:
        year, month, day = (int(part) for part in [*parts, "1", "1"][:3])
        first = date(year, month, day)
        if len(parts) == 1:
            return first, date(year + 1, 1, 1)
        if len(parts) == 2:
            return first, (first + 31 * _DAY).replace(day=1)
        return (first, first + _DAY) if len(parts) == 3 else None
    except (ValueError, OverflowError):
        return None


def cut_days(ask: Ask, items: Sequence[Item], today: date) -> list[Ask]:
    """Return the ranges into which the days after a full page are cut, as many as are worth a request of their own."""
    first, last = (_day_of(ask, items[end].key) for end in (0, -1))
    if first is None or last is None:
        return []
    begin, stop = last + _DAY, ask.stop or max(today, last) + _DAY
    days = (stop - begin).days
    most = MOST_PARTS if ask.stop else MOST_PARTS // 2
    parts = min(most, days // (_PAGES_PER_PART * ((last - first).days + 1)))
    if parts < 1:
        return []
    bounds = [begin + days * part // parts * _DAY for part in range(parts)]
    # The last part ends where the whole did: nowhere, if nobody said so.
    ranges = zip(bounds, [*bounds[1:], ask.stop], strict=True)
    return [replace(ask, start=start, stop=end, token=None, pages=0) for start, end in ranges]


def _day_of(ask: Ask, key: str) -> date | None:
    try:
        return date(*map(int, key[len(ask.root) :].split("/")[:3]))
    except (ValueError, TypeError):
        return None


def _folder_of(day: date) -> str:
    # Without a slash: it sorts before every key of the day, and after every key of the day before.
    return f"{day:%Y/%m/%d}"
