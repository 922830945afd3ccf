"""A small world of single kinds of events, and sources that cover some of it: few enough to count them one by one."""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from costplan.inputs.documents import parse_document
from costplan.inputs.volumes.volumes_file import format_volumes, parse_volumes
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.problems import Problem
from costplan.model.quantity import Quantity, Replicates
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, Coverage, Sampling, VolumeRow, Volumes
from tests.build import DATA, IRELAND, MANAGEMENT, PROD, S3_OBJECT, TEST, VIRGINIA

LAMBDA = "AWS::Lambda::Function"
LAKE, CLAIMS, ETL = "arn:aws:s3:::lake", "arn:aws:s3:::claims", "arn:aws:lambda:eu-west-1:111122223333:function:etl"
_OF_TYPE = {S3_OBJECT: ("s3.amazonaws.com", (LAKE, CLAIMS)), LAMBDA: ("lambda.amazonaws.com", (ETL,))}
PLACES = ((PROD, IRELAND), (PROD, VIRGINIA), (TEST, IRELAND))


@dataclass(frozen=True)
class Cell:
    """One kind of event, of which everything is known."""

    account: str
    region: str
    category: EventCategory
    source: str
    resource_type: str | None
    container: str | None
    read_only: bool

    @property
    def key(self) -> EventKey:
        resources = (Resource(self.resource_type, self.container, self.resource_type == LAMBDA),)
        return EventKey(
            self.account,
            self.region,
            self.category,
            event_source=self.source,
            read_only=self.read_only,
            resources=resources if self.resource_type else (),
        )


def all_cells() -> tuple[Cell, ...]:
    cells = []
    for (account, region), flag in product(PLACES, (True, False)):
        for source in ("kms.amazonaws.com", "ec2.amazonaws.com"):
            cells += [Cell(account, region, MANAGEMENT, source, None, None, flag)]
        for of_type, (source, containers) in _OF_TYPE.items():
            cells += (Cell(account, region, DATA, source, of_type, name, flag) for name in containers)
    return tuple(cells)


CELLS = all_cells()


def covers(part: Coverage, cell: Cell) -> bool:
    """The obvious reading of a coverage row: every field it names is the event's."""
    asked = ("resource_type", "container", "read_only")
    same_place = (part.account, part.region, part.category) == (cell.account, cell.region, cell.category)
    same_source = part.event_source in (None, cell.source)
    return same_place and same_source and all(getattr(part, n) in (None, getattr(cell, n)) for n in asked)


@st.composite
def parts(draw: st.DrawFn) -> Coverage:
    cell = draw(st.sampled_from(CELLS))
    # What names a bucket names its type too, so that parts of no common event can be told apart.
    narrowed: dict[str, object] = {}
    if cell.resource_type and draw(st.booleans()):
        narrowed["resource_type"] = cell.resource_type
        if draw(st.booleans()):
            narrowed["container"] = cell.container
    if (cell.resource_type is None or narrowed) and draw(st.booleans()):
        narrowed["event_source"] = cell.source
    if draw(st.booleans()):
        narrowed["read_only"] = cell.read_only
    return Coverage(cell.account, cell.region, cell.category, Basis.MEASURED, **narrowed)  # type: ignore[arg-type]


@st.composite
def sources(draw: st.DrawFn) -> Volumes:
    """A source with a row for each kind of event that it covers."""
    coverage = tuple(dict.fromkeys(draw(st.lists(parts(), min_size=1, max_size=3))))
    rows = [
        VolumeRow(cell.key, Quantity.exact(draw(st.integers(0, 1000))), None)
        for cell in CELLS
        if any(covers(part, cell) for part in coverage)
    ]
    return Volumes(tuple(rows), coverage, kind="metrics")


def is_covered(volumes: Volumes, cell: Cell) -> bool:
    return any(covers(part, cell) for part in volumes.coverage)


def count_of(volumes: Volumes, cell: Cell) -> Decimal:
    return sum((row.per_month.point for row in volumes.rows if row.key == cell.key), Decimal(0))


def apart(found: list[Volumes]) -> bool:
    """Whether no kind of event is covered twice."""
    return all(sum(is_covered(volumes, cell) for volumes in found) <= 1 for cell in CELLS)


def without_reads_and_writes(volumes: Volumes) -> Volumes:
    """The same with reads and writes counted together, as a source counts that cannot tell them apart."""
    rows: dict[EventKey, Decimal] = {}
    for row in volumes.rows:
        key = replace(row.key, read_only=UNKNOWN)
        rows[key] = rows.get(key, Decimal(0)) + row.per_month.point
    return replace(volumes, rows=tuple(VolumeRow(key, Quantity.exact(n)) for key, n in rows.items()))


def sampled(volumes: Volumes, deviations: list[tuple[float, ...]], design: str = "d1") -> Volumes:
    """The same as a sample that these replicates belong to, a tenth of it counted."""
    rows = [
        replace(
            row,
            per_month=Quantity.sampled(
                row.per_month.point, Replicates(design, 0.5, vector), counted=row.per_month.point / 10
            ),
        )
        for row, vector in zip(volumes.rows, deviations, strict=True)
    ]
    count = len(deviations[0]) if deviations else 2
    drawn = Sampling(design, "successive-difference", count, Decimal("0.5"), 1, 10, 5, 100, 50, 4, 2)
    return replace(volumes, rows=tuple(rows), sampling=drawn)


def reread(volumes: Volumes) -> Volumes:
    """What another program reads after this one has written."""
    problems: list[Problem] = []
    document = parse_document("merged.json", format_volumes(volumes))
    read = parse_volumes(document, (), document.value, problems)
    assert not problems
    assert read is not None
    return replace(read, where=None)
