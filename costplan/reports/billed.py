"""What stands on a bill beside the rows of volumes: each usage type of CloudTrail's, and what the figures leave out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from costplan.model.events import EventCategory
from costplan.model.volumes import Billed, Volumes
from costplan.reports.amounts import DASH, count, number
from costplan.reports.tables import Row, Table, render_table

BILL = "bill"

_OF_BYTES = ("-Bytes", "-ByteHrs")


def render_billed(billed: Sequence[Billed], width: int) -> str:
    """Return a table of what was billed, by account, Region, usage type and trail."""
    rows: list[Row | None] = [
        (one.account, one.region, one.usage_type, _trail(one.resource), number(one.amount), _month(one))
        for one in billed
    ]
    return render_table(Table(("account", "region", "usage type", "trail", "billed", "a month"), tuple(rows), 4), width)


def _trail(resource: str | None) -> str:
    """Return what is charged for: of an ARN what follows its account."""
    if resource is None:
        return DASH
    parts = resource.split(":", 5)
    return parts[5] if len(parts) == 6 else resource


def _month(one: Billed) -> str:
    is_of_bytes = any(word in one.usage_type for word in _OF_BYTES)
    return number(one.per_month) if is_of_bytes else count(one.per_month)


def notes_on_bill(volumes: Volumes) -> tuple[str, ...]:
    """Return what has to be known of volumes from a bill; nothing for others."""
    return tuple(_notes(volumes)) if volumes.kind == BILL else ()


def _notes(volumes: Volumes) -> Iterator[str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in volumes.billed:
        sums[one.usage_type] += one.amount
    covered = {part.category for part in volumes.coverage}
    if EventCategory.MANAGEMENT in covered:
        yield "management events: each once, if any trail records it; what all trails leave out is on no bill (R81)"
    free, paid = sums.get("FreeEventsRecorded"), sums.get("PaidEventsRecorded")
    if free and paid:
        yield f"further copies of management events: {number((paid / free).quantize(Decimal('0.01')))} for each (R82)"
    yield from _notes_on_recorded_data(volumes)
    if EventCategory.DATA in covered:
        if any(row.per_month.has_band for row in volumes.rows if row.key.category is EventCategory.DATA):
            yield "requests to S3: at most so many data events; calls of buckets, no data events, are among them"
        yield (
            "requests to S3 without: deletes and most denied requests, which are free; those that requesters pay;"
            " calls of buckets of other accounts (R87)"
        )


def _notes_on_recorded_data(volumes: Volumes) -> Iterator[str]:
    """Yield whether the data events that trails recorded are rows, place by place."""
    of_requests = {(c.account, c.region) for c in volumes.coverage if c.category is EventCategory.DATA}
    recorded = {(b.account, b.region) for b in volumes.billed if b.usage_type == "DataEventsRecorded" and b.amount}
    if recorded & of_requests:
        text = "recorded data events stand beside the rows where there are requests to S3, which hold some of them"
        yield f"{text}; --only cloudtrail has them as rows"
    if recorded - of_requests:
        yield "recorded data events: copies on all trails, of types that no bill tells, so they cover nothing (R86)"
