"""Volumes as they would be: some rows times a factor, some rows more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.engine.covers import cover_of, part_of_row
from costplan.engine.matching import equals
from costplan.engine.scaling import scaled_row
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import Location
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.truth import Truth, any_of
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes

_JOINTS = (":", "/")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows a change is about; ``None`` is any.

    container: an ARN, or the end of one, with the punctuation before the name: ``:::lake``.
    principal: the whole container of a principal, or the names at its end: ``assumed-role/etl``, ``etl``.
    """

    account: str | None = None
    region: str | None = None
    category: EventCategory | None = None
    resource_type: str | None = None
    container: str | None = None
    event_source: str | None = None
    event_name: str | None = None
    read_only: bool | None = None
    principal: str | None = None

    def holds(self, key: EventKey) -> Truth:
        """Return whether the choice takes in the events of *key*; perhaps, where the key does not say."""
        truth = Truth.of(
            self.account in (None, key.account)
            and self.region in (None, key.region)
            and self.category in (None, key.category)
        )
        if self.event_source is not None:
            truth &= equals(key.event_source, self.event_source)
        if self.event_name is not None:
            truth &= equals(key.event_name, self.event_name)
        if self.read_only is not None:
            truth &= Truth.MAYBE if key.read_only is UNKNOWN else Truth.of(key.read_only is self.read_only)
        if self.principal is not None:
            truth &= _ends(key.principal.container, self.principal)
        if self.resource_type is not None or self.container is not None:
            resources = key.resources
            truth &= any_of(map(self._takes, resources)) if isinstance(resources, tuple) else Truth.MAYBE
        return truth

    def _takes(self, resource: Resource) -> Truth:
        of_type = Truth.YES if self.resource_type is None else equals(resource.type, self.resource_type)
        return of_type & (Truth.YES if self.container is None else _ends(resource.container, self.container))


@dataclass(frozen=True, slots=True)
class Times:
    """So many times as many events of what is chosen.  words: as the user wrote it."""

    choice: Choice
    factor: Decimal
    words: str
    where: Location


@dataclass(frozen=True, slots=True)
class Add:
    """Events that are not there yet, beside those that are."""

    rows: tuple[VolumeRow, ...]
    words: str
    where: Location


Change = Times | Add


@dataclass(frozen=True, slots=True)
class Done:
    """What one change did: events a month before and after, of so many rows.

    maybe: rows that do not say whether they belong to what was chosen; they were left as they are.
    """

    change: Change
    rows: int
    before: Quantity
    after: Quantity
    maybe: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """Changed volumes, and what each change did; one that found no row did nothing, and is an error."""

    volumes: Volumes
    done: tuple[Done, ...]


@exact_arithmetic()
def apply_changes(volumes: Volumes, changes: Sequence[Change]) -> Changed:
    """Return *volumes* after *changes*, one after the other.

    Bands and replicates are scaled with the rows.  What is added counts as covered: somebody says how much it is.
    """
    done: list[Done] = []
    for change in changes:
        if isinstance(change, Times):
            volumes, one = _times(volumes, change)
        else:
            volumes, one = _add(volumes, change)
        done.append(one)
    return Changed(volumes, tuple(done))


def _times(volumes: Volumes, change: Times) -> tuple[Volumes, Done]:
    truths = [change.choice.holds(row.key) for row in volumes.rows]
    chosen = [n for n, truth in enumerate(truths) if truth is Truth.YES]
    rows = list(volumes.rows)
    for n in chosen:
        rows[n] = scaled_row(rows[n], change.factor)
    before = total(volumes.rows[n].per_month for n in chosen)
    after = total(rows[n].per_month for n in chosen)
    maybe = sum(truth is Truth.MAYBE for truth in truths)
    # What changed nothing must not be told as a change.
    words = (change.words,) if change.factor != 1 else ()
    changed = replace(volumes, rows=tuple(rows), changes=(*volumes.changes, *words))
    return changed, Done(change, len(chosen), before, after, maybe)


def _add(volumes: Volumes, change: Add) -> tuple[Volumes, Done]:
    cover = cover_of(volumes)
    parts = [part_of_row(row) for row in change.rows if cover.holds(row.key) is not Truth.YES]
    changed = replace(
        volumes,
        rows=(*volumes.rows, *change.rows),
        coverage=tuple(dict.fromkeys((*volumes.coverage, *parts))),
        changes=(*volumes.changes, change.words),
    )
    return changed, Done(change, len(change.rows), NOTHING, total(row.per_month for row in change.rows))


def names_in(volumes: Volumes) -> Iterable[str]:
    """Yield what a choice may name: accounts, Regions, sources, events, types, containers and principals."""
    for row in volumes.rows:
        key = row.key
        resources = key.resources if isinstance(key.resources, tuple) else ()
        texts = [key.account, key.region, key.event_source, key.event_name, key.principal.container]
        texts += [text for resource in resources for text in (resource.type, resource.container)]
        yield from (text for text in texts if isinstance(text, str))


def _ends(text: object, end: str) -> Truth:
    if isinstance(text, str):
        # A name ends an ARN as a whole: "lake" is not the end of ":::datalake".
        starts = end[:1] in _JOINTS or text[: -len(end)][-1:] in _JOINTS
        return Truth.of(text == end or (starts and not end.startswith("arn:") and text.endswith(end)))
    return Truth.NO if text is None else Truth.MAYBE
