"""Volumes files (``costplan.volumes/1``): written as JSON, read as JSON or YAML.

A field left out is unknown, ``null`` is absent in the record; the two must never be mixed up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from costplan.inputs.documents import At, Document, in_order, read_document
from costplan.inputs.shapes import read_shape
from costplan.inputs.volumes.shorthand import ShortRowError, expand_short_row, is_short
from costplan.inputs.volumes.volumes_rows import RowReader
from costplan.inputs.volumes.volumes_sampling import SamplesReader
from costplan.inputs.volumes.volumes_shape import (
    CATEGORIES,
    BilledEntry,
    CoverageEntry,
    FilesEntry,
    ReadEntry,
    VolumesBody,
    VolumesFile,
)
from costplan.inputs.volumes.volumes_writer import format_volumes, write_volumes
from costplan.model.containers import Condition
from costplan.model.problems import BadInputError, Problem
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import (
    Billed,
    Coverage,
    FileStatistics,
    Period,
    ReadSummary,
    VolumeRow,
    Volumes,
)

__all__ = ["format_volumes", "parse_volumes", "read_volumes", "write_volumes"]


@dataclass(frozen=True, slots=True)
class Place:
    """The account and Region of rows that name none."""

    account: str | None = None
    region: str | None = None


def read_volumes(path: str | Path) -> Volumes:
    """Return the volumes in a file.

    Raises:
        BadInputError: every problem of the file.
    """
    document = read_document(path)
    problems: list[Problem] = []
    volumes = parse_volumes(document, (), document.value, problems)
    if volumes is None or problems:
        raise BadInputError(in_order(problems))
    return volumes


def parse_volumes(
    document: Document, at: At, value: Any, problems: list[Problem], place: Place = Place()
) -> Volumes | None:
    """Return the volumes at *at* in a document, else ``None``, after adding every problem.

    Inside another file (*at* is not empty) the format need not be named; rows that name no place happen at *place*.
    """
    body = read_shape(document, at, value, VolumesBody if at else VolumesFile, problems)
    return None if body is None else _Reader(document, at, body, problems, place).read()


class _Reader:
    """One volumes body on its way to the model."""

    def __init__(self, document: Document, at: At, body: VolumesBody, problems: list[Problem], place: Place) -> None:
        self._document = document
        self._at = at
        self._body = body
        self._problems = problems
        self._place = _settled_place(body, place)
        self._conditions = tuple(Condition(c.field, c.operator, c.value) for c in body.conditions)

    def read(self) -> Volumes | None:
        body = self._body
        before = len(self._problems)
        if body.coverage is None and not body.covers_all:
            what = "says not what it covers, so nobody can tell zero from unknown"
            hint = (
                "add coverage: with a row per account, Region and category, or covers_all: true if nothing else happens"
            )
            self._report((), what, hint)
        coverage = tuple(self._coverage())
        samples = SamplesReader(body, self._report)
        sampling, *further = samples.samples()
        rows = tuple(self._rows(coverage, samples))
        read = self._read_summary()
        if len(self._problems) > before:
            return None
        return Volumes(
            rows=rows,
            coverage=coverage,
            covers_all=body.covers_all,
            conditions=self._conditions,
            kind=body.source.kind if body.source else "typed",
            read=read,
            multiplicity={int(k): v for k, v in body.source.multiplicity.items()} if body.source else {},
            files=tuple(_file_statistics(entry) for entry in body.files),
            sampling=sampling,
            billed=tuple(_billed(entry) for entry in body.source.billed) if body.source else (),
            where=self._document.location(self._at),
            changes=body.source.changes if body.source else (),
            further_samples=tuple(one for one in further if one is not None),
        )

    def _report(self, at: At, what: str, hint: str) -> None:
        where = f"{_row_name(at)}: " if at else ""
        self._problems.append(self._document.problem((*self._at, *at), where + what, hint))

    def _where(self, at: At, account: str | None, region: str | None) -> tuple[str, str]:
        """Return account and Region of an entry, reporting what is missing."""
        account, region = account or self._place.account, region or self._place.region
        for name, value in (("account", account), ("region", region)):
            if value is None:
                self._report(at, f"no {name}", f"add {name}: to the row, or to the top of the volumes")
        return account or "", region or ""

    def _coverage(self) -> Iterator[Coverage]:
        for position, entry in enumerate(self._body.coverage or ()):
            at: At = ("coverage", position)
            account, region = self._where(at, entry.account, entry.region)
            yield Coverage(
                account=account,
                region=region,
                category=CATEGORIES[entry.category],
                basis=entry.basis,
                resource_type=entry.resource_type,
                container=entry.container,
                event_source=entry.event_source,
                read_only=entry.read_only,
                fields=tuple(
                    FieldSelector(
                        name, o.equals, o.starts_with, o.ends_with, o.not_equals, o.not_starts_with, o.not_ends_with
                    )
                    for name, o in entry.fields.items()
                ),
                observed=self._period(at, entry),
            )

    def _period(self, at: At, entry: CoverageEntry) -> Period | None:
        if entry.observed is None:
            return None
        times = []
        for name, text in (("start", entry.observed.start), ("end", entry.observed.end)):
            try:
                times.append(datetime.fromisoformat(text).replace(tzinfo=UTC))
            except ValueError:
                self._report((*at, "observed", name), f"{text} is no time", "write one such as 2026-10-01T00:00:00Z")
        if len(times) < 2:
            return None
        if times[0] >= times[1]:
            self._report((*at, "observed", "end"), "ends before it starts", "start is inclusive, end exclusive")
        if entry.observed.hours <= 0 or entry.observed.gap_hours < 0:
            self._report((*at, "observed", "hours"), "has no hours", "hours is above 0, gap_hours not below 0")
            return None
        return Period(times[0], times[1], Decimal(entry.observed.hours), Decimal(entry.observed.gap_hours))

    def _rows(self, coverage: tuple[Coverage, ...], samples: SamplesReader) -> Iterator[VolumeRow]:
        reader = RowReader(self._conditions, coverage, self._report)
        short: dict[int, tuple[VolumeRow, ...]] = {}
        full: dict[int, VolumeRow | None] = {}
        for position, entry in enumerate(self._body.events):
            at: At = ("events", position)
            account, region = self._where(at, entry.account, entry.region)
            key = reader.key(at, entry, account, region)
            if is_short(entry):
                try:
                    short[position] = tuple(expand_short_row(entry, key))
                except ShortRowError as error:
                    self._report((*at, error.key) if error.key else at, error.what, error.hint)
                continue
            full[position] = reader.row(at, entry, key)
        full = dict(samples.attach(full, self._body.events))
        for position in range(len(self._body.events)):
            yield from short.get(position, ())
            if (row := full.get(position)) is not None:
                yield row

    def _read_summary(self) -> ReadSummary | None:
        entry = self._body.source.read if self._body.source else None
        if entry is None:
            return None
        if entry.records != entry.counted + entry.duplicates + entry.unreadable:
            what = f"{entry.records} records are not {entry.counted} counted + {entry.duplicates} duplicates"
            what += f" + {entry.unreadable} unreadable"
            self._report(("source", "read"), what, "count the logs again; the file was changed")
        return _read_summary(entry)


def _settled_place(body: VolumesBody, place: Place) -> Place:
    """Return where rows happen that do not say: top of the volumes, the only place covered, what holds the volumes."""
    accounts = {entry.account for entry in body.coverage or () if entry.account}
    regions = {entry.region for entry in body.coverage or () if entry.region}
    account = body.account or (accounts.pop() if len(accounts) == 1 else place.account)
    return Place(account, body.region or (regions.pop() if len(regions) == 1 else place.region))


def _row_name(at: At) -> str:
    position = at[1] if len(at) > 1 and isinstance(at[1], int) else None
    return f"{at[0]}[{position}]" if position is not None else str(at[0])


def _file_statistics(entry: FilesEntry) -> FileStatistics:
    return FileStatistics(
        account=entry.account,
        region=entry.region,
        kind=entry.kind,
        files=entry.files,
        bytes=entry.bytes,
        events=entry.events,
        slots_occupied=entry.slots_occupied,
        slots_observed=entry.slots_observed,
        bytes_per_file=Decimal(entry.fit.bytes_per_file) if entry.fit else None,
        bytes_per_event=Decimal(entry.fit.bytes_per_event) if entry.fit else None,
        size_histogram=entry.size_histogram,
        multiplicity={int(times): events for times, events in entry.multiplicity.items()},
    )


def _billed(entry: BilledEntry) -> Billed:
    return Billed(
        entry.account,
        entry.region,
        entry.usage_type,
        Decimal(entry.amount),
        Decimal(entry.per_month),
        entry.resource,
    )


def _read_summary(entry: ReadEntry) -> ReadSummary:
    return ReadSummary(**{name: getattr(entry, name) for name in ReadSummary.__dataclass_fields__})
