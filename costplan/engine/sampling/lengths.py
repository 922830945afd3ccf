"""How long the windows of a sample of time are, and how many of them: so that reading them costs so many calls."""

from dataclasses import dataclass

LENGTHS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
"""Seconds; each divides an hour, so that windows fill a period of whole hours."""

EVENTS_PER_WINDOW = 100
"""Few enough that many unlike windows can be read for the same calls, more than a page, so that none is wasted."""

FEWEST_WINDOWS = 16
"""Of fewer nobody could tell how unlike they are."""


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """Windows of *seconds*, of which *wanted* are read out of *windows*; all are read where the two are the same."""

    seconds: int
    windows: int
    wanted: int

    @property
    def is_census(self) -> bool:
        """Whether everything is read."""
        return self.wanted >= self.windows


def plan_windows(per_second: float, period_seconds: int, calls: int, per_call: int) -> WindowPlan:
    """Return the windows to read of a period in which so many events happen each second.

    per_call: events that a call returns; a window costs a call for each page of them that it begins.
    """
    if per_second * period_seconds / per_call <= calls:
        return WindowPlan(period_seconds, 1, 1)
    fitting = [length for length in LENGTHS if length * per_second <= EVENTS_PER_WINDOW] or [LENGTHS[0]]
    seconds = fitting[-1]
    # Of a window's last page half is empty on average.
    cost = max(1.0, seconds * per_second / per_call + 0.5)
    windows = period_seconds // seconds
    wanted = max(FEWEST_WINDOWS, int(calls / cost))
    if wanted >= windows:
        return WindowPlan(period_seconds, 1, 1)
    return WindowPlan(seconds, windows, wanted)
