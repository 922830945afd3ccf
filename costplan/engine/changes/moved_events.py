"""Which events a change makes a recorder record, or no longer record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from costplan.engine.metering import main_resource
from costplan.engine.routing import Router
from costplan.engine.scope import Landscape
from costplan.engine.tally import Tally
from costplan.model.changes import EventsMoved
from costplan.model.events import EventKey
from costplan.model.recorders import Recorder, is_on, switched_off
from costplan.model.truth import Truth
from costplan.model.volumes import Volumes

_Kind = tuple[str, str | None, str | None, str | None]
"""Category, event source, resource type and container."""


def moved_events(
    label: str,
    before: tuple[Recorder | None, Landscape],
    after: tuple[Recorder | None, Landscape],
    sources: Iterable[Volumes],
    month: int,
    growth: Decimal,
) -> tuple[tuple[EventsMoved, ...], tuple[EventsMoved, ...]]:
    """Return the events that one recorder records after a change and not before, and those it no longer records.

    before, after: the recorder, or ``None`` where it is not there, and the places of its scenario.
    month: of the projection; growth: what measured volumes are multiplied by in it.
    Events that may or may not be recorded on one of the sides, and are certain on the other, have not moved.
    """
    old, new = (_router(*side, month) for side in (before, after))
    recorded: dict[_Kind, Tally] = defaultdict(Tally)
    dropped: dict[_Kind, Tally] = defaultdict(Tally)
    for volumes in sources:
        matchers = tuple(router.matchers(volumes.conditions) for router in (old, new))
        for row in volumes.rows:
            was, is_now = (
                max((one.truth for one in router.deliveries(row.key, each)), default=Truth.NO)
                for router, each in zip((old, new), matchers, strict=True)
            )
            if was is Truth.NO and is_now is not Truth.NO:
                recorded[_kind(row.key)].add(row.per_month, low=is_now is Truth.YES)
            elif is_now is Truth.NO and was is not Truth.NO:
                dropped[_kind(row.key)].add(row.per_month, low=was is Truth.YES)
    return _most_first(label, recorded, growth), _most_first(label, dropped, growth)


def _router(recorder: Recorder | None, landscape: Landscape, month: int) -> Router:
    if recorder is None:
        return Router((), landscape)
    return Router((recorder if is_on(recorder, month) else switched_off(recorder),), landscape)


def _kind(key: EventKey) -> _Kind:
    resource = main_resource(key)
    known = (None, None) if resource is None else (resource.type, resource.container)
    return (key.category.value, *(value if isinstance(value, str) else None for value in (key.event_source, *known)))  # type: ignore[return-value]


def _most_first(label: str, found: dict[_Kind, Tally], growth: Decimal) -> tuple[EventsMoved, ...]:
    moved = [EventsMoved(label, *kind, tally.quantity * growth) for kind, tally in found.items()]
    return tuple(sorted(moved, key=lambda one: (-one.quantity.point, *map(str, _told(one)))))


def _told(one: EventsMoved) -> Sequence[str | None]:
    return (one.category, one.event_source, one.resource_type, one.container)
