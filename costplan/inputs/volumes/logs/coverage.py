"""What log files could have shown: from the trails that wrote them, or only what was seen.

Log files do not name their trail and cannot say what was not recorded (R102).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from costplan.model.containers import resource_container
from costplan.model.events import GLOBAL_SERVICE_SOURCES, EventCategory, EventKey
from costplan.model.places import arn_account, arn_region
from costplan.model.problems import Location, Problem
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import EVENT_CATEGORY, EVENT_SOURCE, READ_ONLY, RESOURCE_ARN, RESOURCE_TYPE, advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.volumes import Basis, Coverage, Period

Place = tuple[str, str]
"""An account and a Region."""

_ROUTED = {c.value: c for c in (EventCategory.MANAGEMENT, EventCategory.DATA, EventCategory.NETWORK_ACTIVITY)}
_FLAGS = {"true": True, "false": False}
_BUCKET_PREFIX = re.compile(r"(arn:[a-z0-9-]+:s3:::[^/]+)/\Z")
# What a trail without global service events leaves out.  A field selector cannot ask for the endpoint of an STS call,
# so none of STS counts as covered.
_NO_GLOBAL_EVENTS = FieldSelector(
    EVENT_SOURCE, not_equals=(*sorted(GLOBAL_SERVICE_SOURCES, reverse=True), "sts.amazonaws.com")
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the population, wherever it happens."""

    category: EventCategory
    resource_type: str | None = None
    container: str | None = None
    event_source: str | None = None
    read_only: bool | None = None
    fields: tuple[FieldSelector, ...] = ()

    def at(self, place: Place, basis: Basis, observed: Period | None) -> Coverage:
        return Coverage(
            *place,
            self.category,
            basis,
            self.resource_type,
            self.container,
            self.event_source,
            self.read_only,
            self.fields,
            observed,
        )


# ---- from recorders ----


def recorded_coverage(
    recorders: Iterable[Recorder], periods: Mapping[Place, Period]
) -> tuple[tuple[Coverage, ...], tuple[Problem, ...]]:
    """Return what trails covered in the places whose files were read, and which trails could not be placed.

    Only places that the files show are covered, even by a multi-Region trail: a folder may hold one Region of many.
    A selector with a value that is not known covers nothing; neither does a stopped trail, nor an event data store,
    which delivers no files.
    """
    rows: dict[Coverage, None] = {}
    problems: list[Problem] = []
    for recorder in recorders:
        if not isinstance(recorder, Trail) or not recorder.is_logging:
            continue
        try:
            places = [place for place in sorted(periods) if _is_present(recorder, place, periods)]
        except _UnplacedError as error:
            problems.append(Problem(recorder.where or Location(recorder.name), error.what, error.hint))
            continue
        parts = dict.fromkeys(part for selector in advanced_form(recorder) for part in parts_of(selector))
        for place in places:
            for part in parts:
                rows[_without_global(part, recorder).at(place, Basis.RECORDED_BY, periods[place])] = None
    return tuple(rows), tuple(problems)


class _UnplacedError(Exception):
    def __init__(self, what: str, hint: str) -> None:
        self.what, self.hint = what, hint
        super().__init__(what)


def _is_present(trail: Trail, place: Place, places: Iterable[Place]) -> bool:
    """Whether *trail* records in *place* (R61, R62, R69)."""
    account, region = place
    if not trail.is_organization:
        owner = trail.account or (arn_account(trail.arn) if trail.arn else None)
        owner = owner or _only({a for a, _ in places}, trail, "whose trail it is, is not said", "account")
        if account != owner:
            return False
    if trail.is_multi_region:
        return True
    home = trail.home_region or (arn_region(trail.arn) if trail.arn else None)
    return region == (home or _only({r for _, r in places}, trail, "its home Region is not said", "home_region"))


def _only(found: set[str], trail: Trail, what: str, key: str) -> str:
    if len(found) == 1:
        return next(iter(found))
    raise _UnplacedError(
        f"{trail.name}: {what}, so it covers nothing", f"write {key} (in the logs: {', '.join(sorted(found))})"
    )


def _without_global(part: _Part, trail: Trail) -> _Part:
    if part.category is not EventCategory.MANAGEMENT or trail.include_global_service_events or trail.is_multi_region:
        return part
    return _Part(part.category, read_only=part.read_only, fields=(*part.fields, _NO_GLOBAL_EVENTS))


def parts_of(selector: AdvancedEventSelector) -> Iterator[_Part]:
    """Yield the parts of the population that *selector* records.

    What a coverage row can say itself is taken out of the field selectors: category, type, a single read-only value,
    the source of network activity events, whole buckets, whole ARNs.  All other fields stay with the row and narrow it.
    """
    if any(not isinstance(value, str) for field in selector.fields for value in field.values):
        return
    categories = _equal_values(selector, EVENT_CATEGORY)
    for category in (_ROUTED[value] for value in categories or () if value in _ROUTED):
        rest = [f for f in selector.fields if f.field != EVENT_CATEGORY]
        flags = _take(rest, READ_ONLY)
        read_only = _FLAGS.get(flags[0]) if flags is not None and len(set(flags)) == 1 else None
        if category is EventCategory.MANAGEMENT:
            yield _Part(category, read_only=read_only, fields=tuple(rest))
        elif category is EventCategory.NETWORK_ACTIVITY:
            sources: Sequence[str | None] = _take(rest, EVENT_SOURCE) or (None,)
            for source in sources:
                yield _Part(category, event_source=source, fields=tuple(rest))
        else:
            types: Sequence[str | None] = _take(rest, RESOURCE_TYPE) or (None,)
            for resource_type in types:
                containers: Sequence[str | None] | None = _containers(resource_type, rest)
                fields = tuple(f for f in rest if containers is None or f.field != RESOURCE_ARN)
                for container in containers or (None,):
                    yield _Part(category, resource_type, container, None, read_only, fields)


def _equal_values(selector: AdvancedEventSelector, name: str) -> list[str] | None:
    field = selector.find(name)
    return None if field is None else [str(value) for value in field.equals]


def _take(fields: list[FieldSelector], name: str) -> list[str] | None:
    """Take a field out of *fields* if it is nothing but a list of equal values, and return these."""
    found = [field for field in fields if field.field == name]
    if len(found) != 1 or not found[0].equals or found[0] != FieldSelector(name, equals=found[0].equals):
        return None
    fields.remove(found[0])
    return list(dict.fromkeys(str(value) for value in found[0].equals))


def _containers(resource_type: str | None, fields: Iterable[FieldSelector]) -> list[str] | None:
    """Return the containers to which the ARN is confined, if its selector says exactly that."""
    found = [field for field in fields if field.field == RESOURCE_ARN]
    if len(found) != 1:
        return None
    field = found[0]
    if field != FieldSelector(RESOURCE_ARN, equals=field.equals, starts_with=field.starts_with):
        return None
    buckets = [_BUCKET_PREFIX.match(str(value)) for value in field.starts_with]
    wholes = [str(value) for value in field.equals]
    if not all(buckets) or any(resource_container(resource_type, arn) != (arn, True) for arn in wholes):
        return None
    return list(dict.fromkeys([*(match[1] for match in buckets if match), *wholes])) or None


# ---- from what was seen ----


def inferred_coverage(keys: Iterable[EventKey], periods: Mapping[Place, Period]) -> tuple[Coverage, ...]:
    """Return only what was actually seen, in a fixed order.

    Management: read or write; data: type, container, read or write; network activity: source.  *keys* must hold
    these fields.
    """
    seen = {((key.account, key.region), part) for key in keys for part in _seen(key)}
    ordered = sorted(seen, key=lambda item: (item[0], tuple(map(str, _order(item[1])))))
    return tuple(part.at(place, Basis.INFERRED, periods[place]) for place, part in ordered)


def _seen(key: EventKey) -> Iterator[_Part]:
    read_only = key.read_only if isinstance(key.read_only, bool) else None
    if key.category is EventCategory.MANAGEMENT:
        yield _Part(key.category, read_only=read_only)
    elif key.category is EventCategory.NETWORK_ACTIVITY:
        yield _Part(key.category, event_source=key.event_source if isinstance(key.event_source, str) else None)
    elif isinstance(key.resources, tuple):
        for resource in key.resources:
            # Without type or container the row would read "any", which nobody saw.
            if isinstance(resource.type, str) and isinstance(resource.container, str):
                yield _Part(key.category, resource.type, resource.container, read_only=read_only)


def _order(part: _Part) -> tuple[object, ...]:
    return part.category, part.resource_type, part.container, part.event_source, part.read_only
