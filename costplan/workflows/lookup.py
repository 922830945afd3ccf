"""Measure management events by an account's event history, at the pace that AWS allows: a sample of time, expanded."""

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from costplan.engine.sampling import (
    METHOD,
    REPLICATES,
    VARIANCE_FACTOR,
    Stratum,
    draw_windows,
    expand,
    weigh_windows,
)
from costplan.engine.sampling.lengths import WindowPlan, plan_windows
from costplan.inputs.account.event_history import (
    EVENTS_PER_CALL,
    MOST_DAYS,
    Density,
    EventHistory,
    Pace,
    RefusedError,
    WindowCount,
    windows_of,
)
from costplan.inputs.account.identity import FALLBACK_REGION, identify, regions_to_ask
from costplan.inputs.account.policy import event_history_policy
from costplan.inputs.account.session import AWS, Access, Session
from costplan.inputs.volumes.lookup import PlaceCount, design_id, lookup_volumes, monthly, span_of
from costplan.model.places import is_region
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.volumes import CountPlan, Sampling, Volumes
from costplan.workflows.measure import DEFAULT_SEED, MeasureResult, count_plan

__all__ = [
    "DEFAULT_CALLS",
    "DEFAULT_DAYS",
    "DEFAULT_SEED",
    "Access",
    "LookupSize",
    "event_history_policy",
    "lookup_events",
]

DEFAULT_DAYS, DEFAULT_CALLS = 14, 600
"""Two weeks, so that every weekday counts alike; five minutes of asking in each Region."""

PILOT_WINDOWS, PILOT_SECONDS = 12, 60
_LAG = timedelta(hours=1)
"""Events come into the history minutes after they happened; of the last hour some may be missing."""
_MOST_OVERRUN = 4
"""How many times the calls that were planned for may be made, where the pilot met quieter times than the sample."""
_PLACES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class LookupSize:
    """How much of the event history is read.

    days: before now; calls: about how many are made in each Region; seed: the same one draws the same windows.
    """

    days: int = DEFAULT_DAYS
    calls: int = DEFAULT_CALLS
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise UsageError(f"--days must be 1 to {MOST_DAYS}: the event history holds no more")
        if self.calls < PILOT_WINDOWS * 4:
            raise UsageError(f"--calls must be {PILOT_WINDOWS * 4} or more")


def lookup_events(
    *,
    regions: Sequence[str] = (),
    size: LookupSize | None = None,
    scenarios: Sequence[Path] = (),
    keep: Iterable[str] = (),
    access: Access | None = None,
    now: datetime | None = None,
    pace: Callable[[], Pace] = Pace,
    progress: Callable[[Progress], None] | None = None,
) -> MeasureResult:
    """Return the volumes of management events that an account's event history says; nothing of data events.

    A Region with few events is read whole, others by windows drawn over the period, so that a figure has an interval.

    regions: those to ask; all that are enabled where none is named.
    scenarios, keep: as for ``measure_logs``.
    now: what time it is; the clock's by default.
    pace: makes what holds back the calls of one Region.
    progress: called with the calls made, and those that are planned so far.

    Raises:
        BadInputError: AWS cannot be asked, no Region answers, or far more happens than the pilot foretold.
        UsageError: a Region that cannot be one, an unknown name in *keep*.
    """
    size = size or LookupSize()
    for region in regions:
        if not is_region(region):
            raise UsageError(f"--region {region} is no Region code: for example eu-west-1")
    plan = count_plan(scenarios, keep)
    end = (now or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0) - _LAG
    start = end - timedelta(days=size.days)
    session = Session(access or Access())
    try:
        account, places = _places(session, regions)
        calls = _Calls(progress)
        with ThreadPoolExecutor(_PLACES_AT_ONCE) as pool:
            readers = [_Reader(session, account, region, plan, pace(), size, (start, end), calls) for region in places]
            read = list(pool.map(_Reader.read, readers))
    finally:
        session.rest()
    counted = [one for one in read if isinstance(one, PlaceCount)]
    problems = [one for one in read if isinstance(one, Problem)]
    if not counted:
        raise BadInputError(problems)
    return MeasureResult(_volumes(counted, start, end, size.seed), tuple(problems), 0)


def _places(session: Session, regions: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    start = session.region or next(iter(regions), FALLBACK_REGION)
    account = identify(session, start).account
    return account, regions_to_ask(session, account, start, regions)


class _Calls:
    """How many calls are made and planned, in all Regions together."""

    def __init__(self, progress: Callable[[Progress], None] | None) -> None:
        self._lock, self._progress = threading.Lock(), progress
        self._made = self._planned = 0

    def plan(self, calls: int) -> None:
        """Add calls that will be made."""
        with self._lock:
            self._planned += calls

    def made(self) -> None:
        """Add a call, and tell."""
        with self._lock:
            self._made += 1
            if self._progress is not None:
                self._progress(Progress(self._made, max(self._made, self._planned), what="calls"))


class _Reader:
    """Reads the event history of one Region."""

    def __init__(
        self,
        session: Session,
        account: str,
        region: str,
        plan: CountPlan,
        pace: Pace,
        size: LookupSize,
        period: tuple[datetime, datetime],
        calls: _Calls,
    ) -> None:
        self._account, self._region, self._size, self._period, self._calls = account, region, size, period, calls
        self._history = EventHistory(session, account, region, plan, pace)
        # Regions draw apart, or all would look at the same minutes.
        self._seed = f"{size.seed} {account} {region}"

    def read(self) -> PlaceCount | Problem:
        """Return what the Region's windows hold, or why nothing is known of it."""
        try:
            start, end = self._period
            seconds = int((end - start).total_seconds())
            plan = plan_windows(self._per_second(), seconds, self._size.calls, EVENTS_PER_CALL)
            return PlaceCount(self._account, self._region, plan.windows, tuple(self._windows(plan)))
        except RefusedError as error:
            what = f"nothing is known of {self._region}: {error}"
            remedy = error.refusal.remedy("allow cloudtrail:LookupEvents there, or name Regions with --region")
            return Problem(AWS, what, remedy)

    def _per_second(self) -> float:
        """Return about how many events happen, by the newest page of the period and of some of its minutes."""
        start, end = self._period
        self._calls.plan(1)
        whole = self._density(start, end)
        seconds = (end - start).total_seconds()
        if not whole.has_more:
            return whole.events / seconds
        self._calls.plan(PILOT_WINDOWS)
        length = timedelta(seconds=PILOT_SECONDS)
        generator = random.Random(f"pilot {self._seed}")
        positions = draw_windows(int(seconds) // PILOT_SECONDS, PILOT_WINDOWS, generator)
        pilot = [self._density(*window) for window in windows_of(start, length, positions)]
        rates = [one.events / (one.seconds if one.has_more else PILOT_SECONDS) for one in pilot]
        # More than a page happened, whatever the minutes that were looked at say.
        return max(sum(rates) / len(rates), (EVENTS_PER_CALL + 1) / seconds)

    def _density(self, start: datetime, end: datetime) -> Density:
        found = self._history.density(start, end)
        self._calls.made()
        return found

    def _windows(self, plan: WindowPlan) -> Iterable[WindowCount]:
        start, _ = self._period
        positions = draw_windows(plan.windows, plan.wanted, random.Random(self._seed))
        self._calls.plan(max(len(positions), 1))
        for begin, end in windows_of(start, timedelta(seconds=plan.seconds), positions):
            window = self._history.count(begin, end, self._may_ask)
            if window is None:
                what = f"far more happens in {self._region} than {PILOT_WINDOWS} minutes of it foretold"
                hint = f"ask for more with --calls {self._size.calls * 5}, or for fewer --days"
                raise BadInputError([Problem(AWS, what, hint)])
            yield window

    def _may_ask(self) -> bool:
        self._calls.made()
        return self._history.calls < _MOST_OVERRUN * self._size.calls + PILOT_WINDOWS + 1


def _volumes(places: Sequence[PlaceCount], start: datetime, end: datetime, seed: int) -> Volumes:
    span = span_of(start, end)
    sampled = [place for place in places if not place.is_census]
    if not sampled:
        return lookup_volumes(places, span, {}, None)
    weights = weigh_windows([Stratum(place.windows, len(place.drawn)) for place in sampled])
    expanded = expand(weights, [monthly(window, span) for place in sampled for window in place.drawn])
    sampling = Sampling(
        design_id=design_id(places, span, seed),
        method=METHOD,
        replicates=REPLICATES,
        factor=Decimal(str(VARIANCE_FACTOR)),
        seed=seed,
        objects=0,
        objects_read=0,
        bytes=0,
        bytes_read=0,
        clusters=sum(place.windows for place in sampled),
        clusters_read=sum(len(place.drawn) for place in sampled),
    )
    return lookup_volumes(places, span, expanded, sampling)
