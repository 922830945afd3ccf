"""The event history of an account: what ``LookupEvents`` says happened in one Region, at the pace that AWS allows.

It holds the management events of ninety days, whatever trails there are, and can be asked twice a second for fifty of
them (R91; AWS CloudTrail API Reference, LookupEvents).
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import LOOKUP_EVENTS
from costplan.inputs.account.session import Session
from costplan.inputs.volumes.logs.records import Reading, UnreadableRecordError, read_record
from costplan.model.events import EventCategory, EventKey
from costplan.model.volumes import CountPlan

EVENTS_PER_CALL = 50
CALLS_PER_SECOND = 2
MOST_DAYS = 90

__all__ = ["CALLS_PER_SECOND", "EVENTS_PER_CALL", "MOST_DAYS", "EventHistory", "RefusedError", "WindowCount"]

_SECOND = timedelta(seconds=1)


class RefusedError(Exception):
    """A Region does not answer, so nothing is known of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.words} ({refusal})")
        self.refusal = refusal


class Pace:
    """Lets calls go on no faster than AWS takes them: so many a second in each account and Region."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call may be made."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + 1 / CALLS_PER_SECOND


@dataclass(slots=True)
class WindowCount:
    """The events of one window: by key, how many on each weekday, and their bytes.

    met, repeated, unreadable: all that came, what came twice, and what could not be counted.
    """

    by_weekday: dict[EventKey, list[int]] = field(default_factory=dict)
    raw_bytes: dict[EventKey, int] = field(default_factory=dict)
    met: int = 0
    repeated: int = 0
    unreadable: int = 0

    @property
    def counted(self) -> int:
        """How many events there are in all."""
        return sum(map(sum, self.by_weekday.values()))


@dataclass(frozen=True, slots=True)
class Density:
    """What the newest page of a window says: its events, the seconds that they span, whether there are more."""

    events: int
    seconds: float
    has_more: bool


class EventHistory:
    """The event history of one account in one Region."""

    def __init__(self, session: Session, account: str, region: str, plan: CountPlan, pace: Pace | None = None) -> None:
        self._session, self._account, self._region, self._plan = session, account, region, plan
        self._pace = pace or Pace()
        self.calls = 0

    def density(self, start: datetime, end: datetime) -> Density:
        """Return how close together the newest events of a window are, at the price of one call.

        Raises:
            RefusedError: the Region does not answer.
        """
        answer = self._ask(start, end, None)
        times = [moment for event in answer.get("Events") or () if (moment := _time(event.get("EventTime")))]
        has_more = bool(answer.get("NextToken"))
        oldest = min(times, default=start) if has_more else start
        return Density(len(times), max(1.0, (end - oldest).total_seconds()), has_more)

    def count(self, start: datetime, end: datetime, may_ask: Callable[[], bool] = lambda: True) -> WindowCount | None:
        """Return the events of a window, its end exclusive; ``None`` where more pages would be asked for than allowed.

        Raises:
            RefusedError: the Region does not answer.
        """
        found = WindowCount()
        seen: set[str] = set()
        token: str | None = None
        while True:
            if not may_ask():
                return None
            answer = self._ask(start, end, token)
            for event in answer.get("Events") or ():
                self._add(found, seen, event, start, end)
            following = answer.get("NextToken")
            if not following or following == token:
                return found
            token = following

    def _ask(self, start: datetime, end: datetime, token: str | None) -> Mapping[str, Any]:
        self._pace.wait()
        self.calls += 1
        # Both ends belong to what is asked for, and times are whole seconds.
        parameters: dict[str, Any] = {"StartTime": start, "EndTime": end - _SECOND, "MaxResults": EVENTS_PER_CALL}
        if token is not None:
            parameters["NextToken"] = token
        answer = self._session.ask(LOOKUP_EVENTS, self._region, **parameters)
        if isinstance(answer, Refusal):
            raise RefusedError(answer)
        return answer

    def _add(
        self, found: WindowCount, seen: set[str], event: Mapping[str, Any], start: datetime, end: datetime
    ) -> None:
        found.met += 1
        identity = event.get("EventId")
        if isinstance(identity, str):
            # A page that is asked for again after a failure may hold what the one before held.
            if identity in seen:
                found.repeated += 1
                return
            seen.add(identity)
        text = event.get("CloudTrailEvent")
        moment = _time(event.get("EventTime"))
        reading = self._reading(text) if isinstance(text, str) else None
        is_in = moment is not None and start <= moment < end
        if reading is None or moment is None or not is_in or reading.key.category is not EventCategory.MANAGEMENT:
            found.unreadable += 1
            return
        weekdays = found.by_weekday.setdefault(reading.key, [0] * 7)
        weekdays[moment.weekday()] += 1
        size = len(str(text).encode("utf-8", "surrogatepass"))
        found.raw_bytes[reading.key] = found.raw_bytes.get(reading.key, 0) + size

    def _reading(self, text: str) -> Reading | None:
        try:
            return read_record(json.loads(text), self._plan, self._account)
        except (ValueError, RecursionError, UnreadableRecordError):
            return None


def _time(value: object) -> datetime | None:
    """Return a point in time of an answer, which the session gives as text."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC)


def windows_of(start: datetime, length: timedelta, positions: tuple[int, ...]) -> Iterator[tuple[datetime, datetime]]:
    """Yield begin and end of the windows at some positions, counted from the start of a period."""
    for position in positions:
        begin = start + position * length
        yield begin, begin + length
