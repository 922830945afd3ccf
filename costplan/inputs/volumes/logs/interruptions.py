"""Trails that were switched on or off while they were observed: a month made of such a period is too small.

Nobody says so in a log.  A place whose hours nearly all have files, from some moment on and none before, tells it.
"""

from collections.abc import Iterable, Mapping

from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, SLOTS_PER_HOUR, SlotSet, Span, moment_of
from costplan.model.problems import Location, Problem

FEWEST_QUIET_SLOTS = SLOTS_PER_DAY
"""A day without files before the first or after the last one, in a place that is busy in between."""

FEWEST_BUSY_SLOTS = SLOTS_PER_DAY

_QUIET_SHARE = 10
_BUSY_TENTHS = 9
_NAMED = 3

Place = tuple[str, str]


def switched(occupied: Mapping[Place, SlotSet], spans: Mapping[Place, Span], where: Location) -> Iterable[Problem]:
    """Yield what to say of places whose files begin long after the observed period does, or end long before."""
    late: list[tuple[Place, int]] = []
    early: list[tuple[Place, int]] = []
    for place in sorted(occupied):
        slots, span = occupied[place], spans[place]
        own = slots.span
        long = max(FEWEST_QUIET_SLOTS, span.slots // _QUIET_SHARE)
        if not _is_busy(slots, own):
            continue
        if own.start - span.start >= long:
            late.append((place, own.start))
        if span.end - own.end >= long:
            early.append((place, own.end))
    yield from _said(late, "no file before", "and files in nearly every hour after it", "on", where)
    yield from _said(early, "no file after", "and files in nearly every hour before it", "off", where)


def _is_busy(slots: SlotSet, own: Span) -> bool:
    if own.slots < FEWEST_BUSY_SLOTS:
        # An hour with a file is no rhythm that could have begun.
        return False
    hours = range(own.start // SLOTS_PER_HOUR, -(-own.end // SLOTS_PER_HOUR))
    return sum(map(slots.has_hour, hours)) * 10 >= len(hours) * _BUSY_TENTHS


def _said(found: list[tuple[Place, int]], what: str, more: str, turned: str, where: Location) -> Iterable[Problem]:
    if not found:
        return
    named = ", ".join(f"{what} {moment_of(at):%Y-%m-%d %H:%M} in {place[0]} {place[1]}" for place, at in found[:_NAMED])
    others = f" and {len(found) - _NAMED} more places" if len(found) > _NAMED else ""
    hint = f"if a trail was switched {turned} there, its month is too small: count the days around by themselves"
    yield Problem(where, f"{named}{others}, {more}", hint + " (--from, --to)")
