"""What recorders select and no source could have seen: unknown usage, never zero."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from costplan.engine.implication import implies
from costplan.engine.lake import ingestion_meter
from costplan.engine.matching import categories_of, field_holds
from costplan.engine.rating import first_tier_price
from costplan.engine.routing import Router
from costplan.engine.settling import settled_by
from costplan.model.billing import Meter, UnknownUsage
from costplan.model.containers import NOT_AN_ARN, holds_objects, resource_container
from costplan.model.events import ROUTED_CATEGORIES, EventCategory
from costplan.model.prices import PriceList
from costplan.model.recorders import DirectDelivery, EventDataStore, Recorder, Trail
from costplan.model.scenario import Scenario
from costplan.model.selection import (
    EVENT_CATEGORY,
    EVENT_SOURCE,
    READ_ONLY,
    RESOURCE_ARN,
    RESOURCE_TYPE,
    advanced_form,
)
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import Basis, Coverage, Volumes


@dataclass(frozen=True, slots=True)
class Need:
    """A part of the population that a selector asks for; ``None`` means any."""

    category: EventCategory
    read_only: bool | None
    resource_type: str | None
    container: str | None
    event_source: str | None


@dataclass(frozen=True, slots=True)
class _Gap:
    """What is missing, before accounts and Regions are gathered."""

    ordinal: int
    meter: Meter
    what: str
    because: str
    settled_by: str


def unknown_usage(scenario: Scenario, router: Router, prices: PriceList) -> tuple[UnknownUsage, ...]:
    """Return what the recorders of *scenario* select outside the coverage of its volumes.

    A sample covers nothing of a place it never drew: there are log files there, so there are events.
    """
    coverage: dict[tuple[str, str], list[Coverage]] = defaultdict(list)
    never_drawn: set[tuple[str, str]] = set()
    for volumes in scenario.volumes:
        missed = volumes.never_drawn
        never_drawn |= missed
        for part in volumes.coverage:
            if (part.account, part.region) not in missed:
                coverage[part.account, part.region].append(part)
    covers_all = any(volumes.covers_all for volumes in scenario.volumes)
    billed = _billed(scenario.volumes)
    gaps: dict[_Gap, set[tuple[str, str]]] = defaultdict(set)
    read_write: dict[tuple[_Gap, tuple[str, str]], set[bool | None]] = defaultdict(set)
    recording = _management_trails(router)
    for ordinal, recorder in enumerate(router.recorders):
        needs = [(need, selector) for selector in advanced_form(recorder) for need in _known_needs(selector)]
        for place in router.places[ordinal]:
            is_missed = place in never_drawn
            if covers_all and not is_missed:
                continue
            covered = coverage.get(place, [])
            for need, selector in needs:
                if not is_covered(need, selector, covered):
                    meter = _meter(recorder, need, recording[place])
                    why, settles = _because(need, covered), settled_by(need.category, need.resource_type, covered)
                    if is_missed:
                        why, settles = _NEVER_DRAWN, _DRAW
                    elif (*place, need.category) in billed:
                        why, settles = _BILLED, _SAY_TRAILS
                    gap = _Gap(ordinal, meter, _what(need), why, settles)
                    gaps[gap].add(place)
                    read_write[gap, place].add(need.read_only)
    return tuple(
        _unknown(gap, places, read_write, router, prices)
        for gap, places in sorted(gaps.items(), key=lambda item: (item[0].ordinal, item[0].what, item[0].because))
    )


def _billed(sources: Iterable[Volumes]) -> frozenset[tuple[str, str, EventCategory]]:
    """Return where a bill counts management events and nobody says what the trails that recorded them left out."""
    category = EventCategory.MANAGEMENT
    counted = {
        (line.account, line.region, category)
        for volumes in sources
        for line in volumes.billed
        if line.usage_type == _COUNTED
    }
    covered = {(part.account, part.region, part.category) for volumes in sources for part in volumes.coverage}
    return frozenset(counted - covered)


def overlapping(sources: Sequence[Volumes]) -> tuple[tuple[str, str, str], ...]:
    """Return each (account, Region, category) of which two sources hold the same events, sorted."""
    found: set[tuple[str, str, str]] = set()
    seen: dict[tuple[str, str, str], list[Coverage]] = defaultdict(list)
    for volumes in sources:
        parts = [((part.account, part.region, part.category.value), part) for part in parts_of(volumes)]
        found.update(place for place, part in parts if any(meet(part, other) for other in seen[place]))
        for place, part in parts:
            seen[place].append(part)
    return tuple(sorted(found))


def parts_of(volumes: Volumes) -> tuple[Coverage, ...]:
    """Return what a source covers; one that vouches for everything covers the places and categories of its rows."""
    if not volumes.covers_all:
        return volumes.coverage
    places = {(row.key.account, row.key.region, row.key.category) for row in volumes.rows}
    vouched = (Coverage(account, region, category, Basis.TYPED) for account, region, category in sorted(places))
    return tuple(vouched)


def meet(left: Coverage, right: Coverage) -> bool:
    """Whether some event can be in both parts of one place; narrowing by further fields is not looked into."""
    pairs = (
        (left.resource_type, right.resource_type),
        (left.container, right.container),
        (left.event_source, right.event_source),
        (left.read_only, right.read_only),
    )
    return all(a is None or b is None or a == b for a, b in pairs) and not (left.fields or right.fields)


def _management_trails(router: Router) -> Mapping[tuple[str, str], int]:
    """Return how many trails may record management events in each place."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for ordinal, recorder in enumerate(router.recorders):
        if isinstance(recorder, Trail) and EventCategory.MANAGEMENT in categories_of(recorder):
            for place in router.places[ordinal]:
                counts[place] += 1
    return counts


@lru_cache(maxsize=4096)
def _known_needs(selector: AdvancedEventSelector) -> tuple[Need, ...]:
    return tuple(needs_of(selector))


def needs_of(selector: AdvancedEventSelector) -> Iterable[Need]:
    """Yield the parts of the population that *selector* asks for, as finely as coverage is written down."""
    for category in ROUTED_CATEGORIES:
        field = selector.find(EVENT_CATEGORY)
        if field is not None and not _admits(field, category.value):
            continue
        if category is EventCategory.NETWORK_ACTIVITY:
            for source in _equals_values(selector, EVENT_SOURCE) or [None]:
                yield Need(category, None, None, None, source)
            continue
        flags = [flag for flag in (True, False) if _admits(selector.find(READ_ONLY), str(flag).lower())]
        sources = _equals_values(selector, EVENT_SOURCE) or [None]
        types = _equals_values(selector, RESOURCE_TYPE) or [None]
        if category is EventCategory.MANAGEMENT:
            types = [None]
        for resource_type in types:
            for container in _containers(selector, resource_type):
                for source in sources:
                    for flag in flags:
                        yield Need(category, flag, resource_type, container, source)


def _admits(field: FieldSelector | None, text: str) -> bool:
    if field is None:
        return True
    truth = field_holds(field, lambda operator, value: Truth.of(operator.holds(text, value)), is_absent=False)
    return truth is not Truth.NO


def _equals_values(selector: AdvancedEventSelector, name: str) -> list[str | None]:
    """Return the values a field is confined to, or nothing where it is not confined to a list."""
    field = selector.find(name)
    if field is None or field.starts_with or field.ends_with:
        return []
    values = [value for value in field.equals if isinstance(value, str)]
    return list(values) if len(values) == len(field.equals) else []


def _containers(selector: AdvancedEventSelector, resource_type: str | None) -> list[str | None]:
    """Return the containers that the ARN is confined to, or "any"."""
    field = selector.find(RESOURCE_ARN)
    if field is None or field.ends_with or resource_type is None:
        return [None]
    values = field.equals + field.starts_with
    texts = [value for value in values if isinstance(value, str)]
    if not texts or len(texts) != len(values):
        return [None]
    containers = []
    for text in texts:
        container, is_whole = resource_container(resource_type, text)
        if container == NOT_AN_ARN or (text in field.starts_with and is_whole):
            # The prefix ends before or inside the container's name, so it can reach several containers.
            return [None]
        containers.append(container)
    return list(dict.fromkeys(containers))


def is_covered(need: Need, selector: AdvancedEventSelector, coverage: Iterable[Coverage]) -> bool:
    """Return whether some source could have seen everything of *need* that *selector* admits."""
    return any(
        part.category is need.category
        and part.read_only in (None, need.read_only)
        and part.resource_type in (None, need.resource_type)
        and part.container in (None, need.container)
        and part.event_source in (None, need.event_source)
        and all(_implies(selector, field) for field in part.fields)
        for part in coverage
    )


def _implies(selector: AdvancedEventSelector, field: FieldSelector) -> bool:
    """Return whether every event that *selector* admits also passes *field*."""
    return any(asked.field == field.field and implies(asked, field) for asked in selector.fields)


def _meter(recorder: Recorder, need: Need, management_trails: int) -> Meter:
    if isinstance(recorder, EventDataStore):
        return ingestion_meter(recorder)
    if isinstance(recorder, DirectDelivery):
        return Meter.DIRECT_DELIVERY
    if need.category is EventCategory.DATA:
        return Meter.DATA
    if need.category is EventCategory.NETWORK_ACTIVITY:
        return Meter.NETWORK_ACTIVITY
    return Meter.MANAGEMENT_ADDITIONAL_COPY if management_trails > 1 else Meter.MANAGEMENT_FIRST_COPY


def _what(need: Need) -> str:
    if need.category is EventCategory.MANAGEMENT:
        return "management events"
    if need.category is EventCategory.NETWORK_ACTIVITY:
        return f"network activity events of {need.event_source or 'any source'}"
    where = f" of {need.container}" if need.container else ""
    return f"{need.resource_type or 'all'} data events{where}"


def _because(need: Need, coverage: list[Coverage]) -> str:
    if not coverage:
        return _NOWHERE
    same = [part for part in coverage if part.category is need.category]
    if need.category is EventCategory.DATA:
        same = [part for part in same if part.resource_type in (None, need.resource_type)]
    if not same:
        return "they were not measured"
    narrowed = sorted({field.field for part in same for field in part.fields})
    if narrowed:
        return f"what measured them left some out by {', '.join(narrowed)}"
    containers = {part.container for part in same if part.container}
    if containers and need.container is None:
        noun = "bucket" if holds_objects(need.resource_type) else "resource"
        return f"only those of {len(containers)} {noun}{'' if len(containers) == 1 else 's'} were measured"
    if all(part.read_only not in (None, need.read_only) for part in same):
        return "they were not measured"
    return "no source covers all of them"


def _unknown(
    gap: _Gap,
    places: set[tuple[str, str]],
    read_write: Mapping[tuple[_Gap, tuple[str, str]], set[bool | None]],
    router: Router,
    prices: PriceList,
) -> UnknownUsage:
    flags: set[bool | None] = set().union(*(read_write[gap, place] for place in places))
    kind = " (reads)" if flags == {True} else " (writes)" if flags == {False} else ""
    regions = tuple(sorted({region for _, region in places}))
    listed = [price for region in regions if (price := first_tier_price(gap.meter, region, prices)) is not None]
    return UnknownUsage(
        gap.meter,
        router.labels[gap.ordinal],
        tuple(sorted({account for account, _ in places})),
        regions,
        gap.what + kind,
        f"{gap.because} ({_some(places)})" if gap.because in (_NOWHERE, _NEVER_DRAWN) else gap.because,
        gap.settled_by,
        max(listed, default=None),
    )


def _some(places: set[tuple[str, str]], most: int = 3) -> str:
    """Return a few places by name, and how many more there are."""
    named = [f"{account} in {region}" for account, region in sorted(places)]
    more = [f"{len(named) - most} more"] if len(named) > most else []
    return ", ".join([*named[:most], *more])


_NOWHERE = "no source covers that account and Region"
_NEVER_DRAWN = "the sample drew none of their log files"
_COUNTED = "FreeEventsRecorded"
_BILLED = "a bill counts those that its trails recorded, and does not say which they left out"
_SAY_TRAILS = "costplan volumes bill … --recorded-by CONFIG, of the trails of that time"
_DRAW = "costplan volumes logs … --sample, with a larger --max-bytes"
