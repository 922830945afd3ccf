"""Which events a change makes a recorder record, or no longer record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from costplan.engine.matching import Matchers
from costplan.engine.own_events import Measured, OwnRecorded
from costplan.engine.routing import Router
from costplan.engine.scope import Landscape
from costplan.engine.tally import Tally
from costplan.model.changes import EventsMoved
from costplan.model.events import EventKey
from costplan.model.numbers import ZERO
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import Recorder, is_on, switched_off
from costplan.model.truth import Truth

_SETTLED = Decimal("0.001")

_Kind = tuple[str, str | None, str | None, str | None]
"""Category, event source, resource type and container."""


def moved_events(
    label: str,
    before: tuple[Recorder | None, Landscape],
    after: tuple[Recorder | None, Landscape],
    measured: Measured,
    month: int,
    growth: Decimal,
) -> tuple[tuple[EventsMoved, ...], tuple[EventsMoved, ...]]:
    """Return the events that one recorder records after a change and not before, and those it no longer records.

    before, after: the recorder, or ``None`` where it is not there, and the places of its scenario.
    month: of the projection; growth: what measured volumes are multiplied by in it.
    Of events that may or may not be recorded on one of the sides, and are certain on the other, some may have moved.
    """
    old, new = (_router(*side, month, measured.matchers) for side in (before, after))
    present = {place for router in (old, new) for places in router.places for place in places}
    recorded: dict[_Kind, Tally] = defaultdict(Tally)
    dropped: dict[_Kind, Tally] = defaultdict(Tally)
    for volumes in measured.volumes:
        matchers = tuple(router.matchers(volumes.conditions) for router in (old, new))
        for row in (row for place, rows in volumes.by_place.items() if place in present for row in rows):
            was, is_now = (
                next((one.truth for one in router.deliveries(row.key, each)), Truth.NO)
                for router, each in zip((old, new), matchers, strict=True)
            )
            if was is Truth.NO and is_now is not Truth.NO:
                recorded[_kind(row.key)].add(row.per_month, low=is_now is Truth.YES)
            elif is_now is Truth.NO and was is not Truth.NO:
                dropped[_kind(row.key)].add(row.per_month, low=was is Truth.YES)
            elif was is not is_now:
                # What may be recorded is counted as recorded, so nothing has moved at the point.
                (recorded if is_now is Truth.YES else dropped)[_kind(row.key)].add(
                    row.per_month, low=False, point=False
                )
    return _most_first(label, recorded, growth), _most_first(label, dropped, growth)


def moved_own_events(
    before: Iterable[tuple[str, OwnRecorded]], after: Iterable[tuple[str, OwnRecorded]]
) -> tuple[tuple[EventsMoved, ...], tuple[EventsMoved, ...]]:
    """Return the same of the events that the trails themselves cause, of which there are others after a change.

    before, after: what each recorder, by its label, records of them.
    """
    old, new = _by_kind(before), _by_kind(after)
    recorded: list[EventsMoved] = []
    dropped: list[EventsMoved] = []
    for place in dict.fromkeys((*old, *new)):
        was, is_now = old.get(place, NOTHING), new.get(place, NOTHING)
        fewer, more = (was, is_now) if is_now.point >= was.point else (is_now, was)
        moved = _beyond(more, fewer)
        # Deliveries that cause deliveries are followed until nothing changes by a millionth.
        if moved.point > _SETTLED:
            (recorded if more is is_now else dropped).append(EventsMoved(place[0], *place[1], moved))
    return tuple(sorted(recorded, key=rank)), tuple(sorted(dropped, key=rank))


def _by_kind(some: Iterable[tuple[str, OwnRecorded]]) -> dict[tuple[str, _Kind], Quantity]:
    found: dict[tuple[str, _Kind], Quantity] = {}
    for label, one in some:
        place = (label, _kind(one.key))
        found[place] = found.get(place, NOTHING) + one.quantity
    return found


def _beyond(more: Quantity, fewer: Quantity) -> Quantity:
    """Return how many more the one is than the other: both come of the same slots, so their ends meet."""
    left = more.without(fewer)
    low, *_, high = sorted((left.low, left.point, left.high))
    return replace(left, low=max(ZERO, low), high=high)


def _router(recorder: Recorder | None, landscape: Landscape, month: int, matchers: Matchers) -> Router:
    if recorder is None:
        return Router((), landscape)
    return Router((recorder if is_on(recorder, month) else switched_off(recorder),), landscape, matchers)


def _kind(key: EventKey) -> _Kind:
    resource = key.main_resource
    known = (None, None) if resource is None else (resource.type, resource.container)
    return (key.category.value, *(value if isinstance(value, str) else None for value in (key.event_source, *known)))  # type: ignore[return-value]


def _most_first(label: str, found: dict[_Kind, Tally], growth: Decimal) -> tuple[EventsMoved, ...]:
    moved = [EventsMoved(label, *kind, tally.quantity * growth) for kind, tally in found.items()]
    return tuple(sorted(moved, key=rank))


def rank(one: EventsMoved) -> tuple[object, ...]:
    """Return what puts most events first."""
    return (-one.quantity.point, *map(str, _told(one)))


def _told(one: EventsMoved) -> Sequence[str | None]:
    return (one.category, one.event_source, one.resource_type, one.container)
