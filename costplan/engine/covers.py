"""What a source of volumes covers, asked of single keys and of parts: the geometry of putting sources together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from costplan.engine.coverage import meet, parts_of
from costplan.engine.implication import implies
from costplan.engine.matching import Matcher, equals
from costplan.model.containers import Condition
from costplan.model.events import EventCategory, EventKey
from costplan.model.recorders import Trail
from costplan.model.selection import RESOURCE_ARN
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth, any_of
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, Coverage, VolumeRow, Volumes

_Place = tuple[str, str, EventCategory]


class Cover:
    """The parts that one source covers, found by place and container: an inferred cover has one for each bucket.

    perhaps: parts of which it has some events, nobody can tell which.
    """

    def __init__(
        self, parts: Iterable[Coverage], conditions: tuple[Condition, ...] = (), perhaps: Iterable[Coverage] = ()
    ) -> None:
        perhaps = tuple(perhaps)
        self._perhaps = Cover(perhaps, conditions) if perhaps else None
        self._parts: dict[_Place, dict[str | None, list[Coverage]]] = defaultdict(lambda: defaultdict(list))
        self._conditions = conditions
        self._matchers: dict[Coverage, Matcher] = {}
        for part in parts:
            self._parts[part.account, part.region, part.category][part.container].append(part)

    def holds(self, key: EventKey) -> Truth:
        """Return whether the source covers the events of *key*: perhaps, where the key does not say enough."""
        if key.read_only is not UNKNOWN:
            return self._holds(key)
        # Reads and writes may be covered by different parts, and together they are all there is.
        return _both(*(self._holds(replace(key, read_only=flag)) for flag in (True, False)))

    def _holds(self, key: EventKey) -> Truth:
        truth = any_of(self._part_holds(part, key) for part in self._near(key))
        if truth is Truth.NO and self._perhaps is not None:
            return min(Truth.MAYBE, self._perhaps.holds(key))
        return truth

    def _near(self, key: EventKey) -> Iterator[Coverage]:
        """Yield the parts that may hold *key*, as far as place and container tell."""
        by_container = self._parts.get((key.account, key.region, key.category), {})
        named = {r.container for r in key.resources} if isinstance(key.resources, tuple) else {UNKNOWN}
        if UNKNOWN in named:
            yield from (part for parts in by_container.values() for part in parts)
            return
        for container in {None, *named}:
            yield from by_container.get(container, ()) if isinstance(container, str | None) else ()

    def _part_holds(self, part: Coverage, key: EventKey) -> Truth:
        truth = Truth.YES
        if part.read_only is not None:
            truth &= Truth.of(key.read_only is part.read_only)
        if part.event_source is not None:
            truth &= equals(key.event_source, part.event_source)
        if part.resource_type is not None or part.container is not None:
            truth &= _has_resource(key, part)
        if part.fields and truth is not Truth.NO:
            truth &= self._matcher(part).match(key)
        return truth

    def _matcher(self, part: Coverage) -> Matcher:
        """Return what tells the events that pass the further fields of *part*."""
        matcher = self._matchers.get(part)
        if matcher is None:
            selector = AdvancedEventSelector(part.fields)
            trail = Trail("covered", is_multi_region=True, selectors=(selector,))
            matcher = self._matchers[part] = Matcher(trail, self._conditions)
        return matcher

    def meeting(self, part: Coverage) -> Iterator[Coverage]:
        """Yield the parts that may hold some of the events of *part*."""
        for other in self._beside(part):
            if meet(replace(part, fields=()), replace(other, fields=())) and not _shut_out(part, other):
                yield other
        if self._perhaps is not None:
            yield from self._perhaps.meeting(part)

    def holds_all_of(self, part: Coverage) -> bool:
        """Whether one part surely covers every event of *part*."""
        return any(_includes(other, part) for other in self._beside(part))

    def _beside(self, part: Coverage) -> Iterator[Coverage]:
        by_container = self._parts.get((part.account, part.region, part.category), {})
        if part.container is None:
            yield from (other for others in by_container.values() for other in others)
            return
        for container in (None, part.container):
            yield from by_container.get(container, ())


def cover_of(volumes: Volumes) -> Cover:
    """Return what a source says that it covers."""
    return Cover(said_parts(volumes), volumes.conditions)


def said_parts(volumes: Volumes) -> tuple[Coverage, ...]:
    """Return what a source says that it covers: one that vouches for everything may name parts besides."""
    return tuple(dict.fromkeys((*volumes.coverage, *parts_of(volumes))))


def whole_cover_of(volumes: Volumes) -> tuple[tuple[Coverage, ...], Cover]:
    """Return what a source covers, as parts and as one, together with the rows that it holds beside that.

    A row that may lie beside it (buckets that were folded into one row) has events that nobody can tell apart.
    """
    parts = said_parts(volumes)
    said = Cover(parts, volumes.conditions)
    beside: dict[Truth, dict[Coverage, None]] = {Truth.NO: {}, Truth.MAYBE: {}}
    for row in volumes.rows:
        truth = said.holds(row.key)
        if truth is not Truth.YES:
            beside[truth][part_of_row(row)] = None
    sure = (*parts, *beside[Truth.NO])
    return (*sure, *beside[Truth.MAYBE]), Cover(sure, volumes.conditions, beside[Truth.MAYBE])


def part_of_row(row: VolumeRow) -> Coverage:
    """Return the smallest part that surely holds a row."""
    key = row.key
    resources = key.resources if isinstance(key.resources, tuple) else ()
    first = resources[0] if len(resources) == 1 else None
    return Coverage(
        key.account,
        key.region,
        key.category,
        Basis.TYPED,
        first.type if first and isinstance(first.type, str) else None,
        first.container if first and isinstance(first.container, str) else None,
        key.event_source if isinstance(key.event_source, str) else None,
        key.read_only if isinstance(key.read_only, bool) else None,
    )


def _has_resource(key: EventKey, part: Coverage) -> Truth:
    if not isinstance(key.resources, tuple):
        return Truth.MAYBE
    return any_of(
        (Truth.YES if part.resource_type is None else equals(resource.type, part.resource_type))
        & (Truth.YES if part.container is None else equals(resource.container, part.container))
        for resource in key.resources
    )


def _includes(wide: Coverage, narrow: Coverage) -> bool:
    return (
        wide.resource_type in (None, narrow.resource_type)
        and wide.container in (None, narrow.container)
        and wide.event_source in (None, narrow.event_source)
        and wide.read_only in (None, narrow.read_only)
        and all(any(mine.field == f.field and implies(mine, f) for mine in narrow.fields) for f in wide.fields)
    )


def _shut_out(left: Coverage, right: Coverage) -> bool:
    """Whether the further fields of two parts surely leave no event that passes both."""
    return any(
        mine.field == other.field and mine.field != RESOURCE_ARN and (_rejects(mine, other) or _rejects(other, mine))
        for mine in left.fields
        for other in right.fields
    )


def _rejects(narrow: FieldSelector, wide: FieldSelector) -> bool:
    """Whether whatever passes *narrow* surely fails *wide*, which only selects."""
    fails = FieldSelector(
        wide.field, not_equals=wide.equals, not_starts_with=wide.starts_with, not_ends_with=wide.ends_with
    )
    return bool(wide.selecting) and implies(narrow, fails)


def _both(left: Truth, right: Truth) -> Truth:
    return left if left is right else Truth.MAYBE
