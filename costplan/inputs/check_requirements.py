"""``require:`` of ``costplan.yaml``: which events some recorder must record, and where."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import AccountId, Name, RegionCode, Shape
from costplan.model.containers import resource_container
from costplan.model.events import EventCategory
from costplan.model.policy import EventsAsked, Extent, RecordersAsked, Requirement, Within
from costplan.model.problems import Problem
from costplan.model.verdicts import Level

_CATEGORIES: Mapping[str, EventCategory] = {
    "management": EventCategory.MANAGEMENT,
    "data": EventCategory.DATA,
    "network-activity": EventCategory.NETWORK_ACTIVITY,
}
_KINDS: Mapping[str, str] = {
    "trail": "trail",
    "event-data-store": "event data store",
    "direct-delivery": "direct delivery",
}

RequirementId = Annotated[
    str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", description="an id in lower case with dashes")
]
OneOrMore = Annotated[str, Meta(min_length=1)] | Annotated[tuple[Name, ...], Meta(min_length=1)]


class RecordsEntry(Shape, frozen=True, kw_only=True):
    """The events: all that have every field that is written here."""

    category: Literal["management", "data", "network-activity"]
    read_only: bool | None = None
    event_source: OneOrMore | None = None
    event_name: OneOrMore | None = None
    event_type: Name | None = None
    error_code: Name | None = None
    resource_type: Name | None = None
    container: Name | None = None
    except_event_source: OneOrMore | None = None


class ByEntry(Shape, frozen=True, kw_only=True):
    """Which recorders count, as scenarios name their attributes."""

    kind: Literal["trail", "event-data-store", "direct-delivery"] | None = None
    is_multi_region: bool | None = None
    is_organization: bool | None = None


class PlaceEntry(Shape, frozen=True, kw_only=True):
    """One account, one Region, or one of both."""

    account: AccountId | None = None
    region: RegionCode | None = None


class RequireEntry(Shape, frozen=True, kw_only=True, rename={"within": "in"}):
    """Events that must be recorded."""

    id: RequirementId
    records: RecordsEntry
    say: str = ""
    within: Extent | PlaceEntry | None = None
    by: ByEntry = msgspec.field(default_factory=ByEntry)
    level: Level = Level.FAIL


def read_requirement(document: Document, at: At, entry: RequireEntry, problems: list[Problem]) -> Requirement:
    """Return what an entry that stands at *at* requires; its faults go to *problems*."""
    records = entry.records
    for what, hint in _faults(records):
        here = (*at, "records")
        problems.append(document.problem(here, f"{show_path(here)}: {what}", hint))
    by = entry.by
    return Requirement(
        entry.id,
        EventsAsked(
            _CATEGORIES[records.category],
            records.read_only,
            _all_of(records.event_source),
            _all_of(records.event_name),
            records.event_type,
            records.error_code,
            records.resource_type,
            records.container.removesuffix("/") if records.container else None,
            _all_of(records.except_event_source),
        ),
        _within(entry),
        RecordersAsked(_KINDS[by.kind] if by.kind else None, by.is_multi_region, by.is_organization),
        entry.say.strip(),
        entry.level,
        document.location(at),
    )


def _within(entry: RequireEntry) -> Within:
    if isinstance(entry.within, PlaceEntry):
        return Within(Extent.EVERY_REGION, entry.within.account, entry.within.region)
    # A resource has a place of its own; whatever has none is asked everywhere.
    return Within(entry.within or (None if entry.records.container else Extent.EVERY_REGION))


def _all_of(written: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else written or ()


def _faults(records: RecordsEntry) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if records.category == "data" and records.resource_type is None:
        found.append(("data events are told by the type of their resource", "add resource_type: AWS::S3::Object"))
    if records.category != "data" and (records.resource_type or records.container):
        found.append((f"{records.category} events have no resource_type and no container", "remove them"))
    if records.category == "network-activity" and records.read_only is not None:
        found.append(("network activity events are neither reads nor writes", "remove read_only"))
    if records.category != "network-activity" and records.error_code is not None:
        found.append((f"{records.category} events cannot be selected by error_code", "remove it"))
    if records.event_source is not None and records.except_event_source is not None:
        found.append(("has event_source and except_event_source", "keep one of them"))
    if records.container is not None and records.resource_type is not None:
        arn = records.container.removesuffix("/")
        if resource_container(records.resource_type, arn) != (arn, True):
            what = f'container: "{arn}" is not the ARN of what resources of {records.resource_type} belong to'
            found.append((what, "write the ARN of the bucket, function or table, such as arn:aws:s3:::claims"))
    return found
