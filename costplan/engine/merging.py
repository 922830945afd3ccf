"""Several sources of volumes as one: what is apart adds up, what two of them hold is an error or belongs to the first.

Rows that only may lie in what an earlier source covers become a band; no event is counted twice without a word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from costplan.engine.answers import all_conditions, answering
from costplan.engine.covers import Cover, said_parts, whole_cover_of
from costplan.model.events import EventKey
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Coverage, FileStatistics, ReadSummary, Sampling, VolumeRow, Volumes

MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Overlap:
    """A part of the population that two sources hold, by position; *part* is that of the later one."""

    first: int
    second: int
    part: Coverage


@dataclass(frozen=True, slots=True)
class Dropped:
    """What of one source an earlier one holds too.

    rows, events: left out, with how many events a month; straddling: rows that became a band; parts: of its coverage.
    """

    source: int
    rows: int = 0
    events: Quantity = NOTHING
    straddling: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """Volumes of several sources, and what was left out of the later ones."""

    volumes: Volumes
    dropped: tuple[Dropped, ...] = ()


def overlaps(sources: Sequence[Volumes]) -> tuple[Overlap, ...]:
    """Return what two of *sources* may both hold: what they cover, and the rows that they have beside that."""
    seen: list[Cover] = []
    found: list[Overlap] = []
    for second, volumes in enumerate(sources):
        parts, cover = whole_cover_of(volumes)
        for first, other in enumerate(seen):
            found += (Overlap(first, second, part) for part in parts if any(True for _ in other.meeting(part)))
        seen.append(cover)
    return tuple(found)


@exact_arithmetic()
def merge(sources: Sequence[Volumes]) -> Merged:
    """Return the volumes of all *sources*; where two hold the same events, those of the earlier one.

    Sources that are apart give the same result in whatever order they are named.  Figures of one sample pair replicate
    by replicate; of different ones the variances add.
    """
    conditions = all_conditions(sources)
    kept: list[Volumes] = []
    dropped: list[Dropped] = []
    covers: list[Cover] = []
    for number, volumes in enumerate(sources):
        # Rows are compared with what other sources cover, so all of them have to answer alike.
        seen = replace(answering(volumes, conditions), coverage=_seen_parts(volumes))
        left, lost = _without(seen, number, covers)
        covers.append(whole_cover_of(left)[1])
        kept.append(_with_own_multiplicity(left, len(sources)))
        dropped += [lost] if lost.rows or lost.straddling or lost.parts else []
    samples = _samples(kept)
    coverage = {part for volumes in kept for part in volumes.coverage}
    merged = Volumes(
        rows=summed(row for volumes in kept for row in volumes.rows),
        coverage=tuple(sorted(coverage, key=_part_order)),
        covers_all=any(volumes.covers_all for volumes in kept),
        conditions=conditions,
        kind=MERGED,
        read=_all_read(volumes.read for volumes in kept),
        multiplicity=_added(volumes.multiplicity for volumes in kept),
        files=_files(kept),
        sampling=samples[0] if samples else None,
        further_samples=samples[1:],
        billed=tuple(sorted({line for volumes in kept for line in volumes.billed}, key=repr)),
        changes=tuple(sorted({change for volumes in kept for change in volumes.changes})),
    )
    return Merged(merged, tuple(dropped))


def summed(rows: Iterable[VolumeRow]) -> tuple[VolumeRow, ...]:
    """Return *rows* in a fixed order, those of equal keys as one.

    A row that was counted and one that was typed stay apart, and so do rows with and without bytes: a sum would lose
    what is known of one of them.
    """
    groups: dict[tuple[EventKey, bool, bool], list[VolumeRow]] = defaultdict(list)
    for row in rows:
        groups[row.key, row.count is None, row.raw_bytes is None].append(row)
    ordered = sorted(groups.items(), key=lambda item: (key_order(item[0][0]), item[0][1:]))
    return tuple(some[0] if len(some) == 1 else _sum(some) for _, some in ordered)


def key_order(key: EventKey) -> tuple[str, ...]:
    """Return what keys are ordered by: place, category, then every field as text."""
    return (
        key.account,
        key.region,
        key.category.value,
        *(_text(getattr(key, name)) for name in EventKey.__slots__[3:]),
    )


def _text(value: object) -> str:
    # A set has no order of its own.
    return repr(sorted(value.values)) if hasattr(value, "values") else repr(value)


def _sum(rows: Sequence[VolumeRow]) -> VolumeRow:
    first = rows[0]
    counts = [row.count for row in rows if row.count is not None]
    sizes = [row.raw_bytes for row in rows if row.raw_bytes is not None]
    return VolumeRow(
        first.key,
        total(row.per_month for row in rows),
        sum(counts) if counts else None,
        sum(sizes) if sizes else None,
        sum(row.oversize for row in rows),
    )


# ---- what an earlier source holds ----


def _seen_parts(volumes: Volumes) -> tuple[Coverage, ...]:
    """Return what a source covers without the places that its sample never drew: there it saw nothing."""
    never_drawn = volumes.never_drawn
    return tuple(part for part in volumes.coverage if (part.account, part.region) not in never_drawn)


def _without(volumes: Volumes, number: int, covers: Sequence[Cover]) -> tuple[Volumes, Dropped]:
    """Return a source without what *covers* hold already."""
    if not covers:
        return volumes, Dropped(number)
    rows: list[VolumeRow] = []
    gone: list[VolumeRow] = []
    straddling = 0
    for row in volumes.rows:
        left = _left_of(row, covers)
        if left is None:
            gone.append(row)
        else:
            straddling += left is not row
            rows.append(left)
    parts = tuple(part for part in volumes.coverage if not any(cover.holds_all_of(part) for cover in covers))
    places = {(part.account, part.region) for part in parts}
    lost = {
        (part.account, part.region)
        for part in said_parts(volumes)
        if any(True for cover in covers for _ in cover.meeting(part))
    }
    files = tuple(f for f in volumes.files if (f.account, f.region) in places or (f.account, f.region) not in lost)
    count = len(volumes.coverage) - len(parts)
    # A sample of which nothing is left has no part in the figures.
    drawn = {replicates.design_id for row in rows for replicates in row.per_month.replicates}
    samples = tuple(s for s in volumes.samples if s.design_id in drawn or s.never_drawn or not gone)
    left_over = replace(
        volumes,
        rows=tuple(rows),
        coverage=parts,
        files=files,
        sampling=samples[0] if samples else None,
        further_samples=samples[1:],
    )
    return left_over, Dropped(number, len(gone), total(row.per_month for row in gone), straddling, count)


def _left_of(row: VolumeRow, covers: Sequence[Cover]) -> VolumeRow | None:
    """Return what of a row lies outside of *covers*: all, nothing, or a band of it; the reads if writes are inside."""
    whole = _inside(row.key, covers)
    if whole is not Truth.MAYBE:
        return None if whole is Truth.YES else row
    key = row.key
    if key.read_only is UNKNOWN:
        halves = [replace(key, read_only=flag) for flag in (True, False)]
        outside = [half for half in halves if _inside(half, covers) is not Truth.YES]
        if not outside:
            return None
        key = outside[0] if len(outside) == 1 else key
    return replace(row, key=key, per_month=row.per_month.maybe())


def _inside(key: EventKey, covers: Sequence[Cover]) -> Truth:
    return max((cover.holds(key) for cover in covers), default=Truth.NO)


# ---- what is beside the rows ----


def _with_own_multiplicity(volumes: Volumes, sources: int) -> Volumes:
    """Return a source whose file statistics say themselves how often their events were met."""
    if sources == 1:
        return volumes
    files = tuple(
        replace(f, multiplicity=f.multiplicity or volumes.multiplicity or {1: max(1, f.events)}) for f in volumes.files
    )
    return replace(volumes, files=files)


def _files(sources: Iterable[Volumes]) -> tuple[FileStatistics, ...]:
    found = (statistics for volumes in sources for statistics in volumes.files)
    return tuple(sorted(found, key=lambda f: (f.account, f.region, f.kind, f.events, f.files, f.bytes, repr(f))))


def _all_read(reads: Iterable[ReadSummary | None]) -> ReadSummary | None:
    known = [read for read in reads if read is not None]
    if not known:
        return None
    names = [name for name in ReadSummary.__dataclass_fields__ if name != "set_aside"]
    sums = {name: sum(getattr(read, name) for read in known) for name in names}
    set_aside: dict[str, int] = defaultdict(int)
    for read in known:
        for kind, files in read.set_aside.items():
            set_aside[kind] += files
    return ReadSummary(**sums, set_aside=dict(sorted(set_aside.items())))


def _added(multiplicities: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for multiplicity in multiplicities:
        for times, events in multiplicity.items():
            found[times] += events
    return dict(sorted(found.items()))


def _samples(sources: Sequence[Volumes]) -> tuple[Sampling, ...]:
    """Return how the sources were drawn; where another one saw a place that was never drawn, it is known."""
    known = {(part.account, part.region) for volumes in sources for part in volumes.coverage}
    by_design = {sampling.design_id: sampling for volumes in reversed(sources) for sampling in volumes.samples}
    return tuple(
        replace(one, never_drawn=tuple(place for place in one.never_drawn if place not in known))
        for _, one in sorted(by_design.items())
    )


def _part_order(part: Coverage) -> tuple[str, ...]:
    return (part.account, part.region, *(str(getattr(part, name)) for name in Coverage.__slots__[2:]))
