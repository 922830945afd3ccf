"""What stands on a bill beside the rows of volumes: each usage type of CloudTrail's, and what the figures leave out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from costplan.model.events import EventCategory
from costplan.model.numbers import ZERO
from costplan.model.volumes import HOURS_PER_MONTH, Billed, Volumes
from costplan.reports.amounts import DASH, count, duration, number
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
    free, paid = sums.get("FreeEventsRecorded"), sums.get("PaidEventsRecorded")
    if not covered:
        # Nothing covered tells a period, so the lines themselves have to.
        yield from _period(volumes.billed)
    if free:
        text = "management events: each once, if any trail records it; what all trails leave out is on no bill (R81)"
        if EventCategory.MANAGEMENT not in covered:
            text += ", so they cover nothing: --recorded-by CONFIG says what trails record"
        yield text
    if free and paid:
        yield f"further copies of management events: {_for_each(paid, free)} (R82)"
    yield from _notes_on_insights(volumes.billed)
    yield from _notes_on_recorded_data(volumes)
    if EventCategory.DATA in covered:
        if any(row.per_month.has_band for row in volumes.rows if row.key.category is EventCategory.DATA):
            yield "requests to S3: at most so many data events; calls of buckets, no data events, are among them"
        yield (
            "requests to S3 without: deletes and most denied requests, which are free; those that requesters pay;"
            " calls of buckets of other accounts (R87)"
        )


def _for_each(events: Decimal, recorded: Decimal) -> str:
    return f"{number((events / recorded).quantize(Decimal('0.01')))} for each"


def _period(billed: Sequence[Billed]) -> Iterator[str]:
    """Yield how long the lines were counted: what they are a month against what they are."""
    most = max(billed, key=lambda one: one.amount, default=None)
    if most is not None and most.per_month:
        hours = most.amount * HOURS_PER_MONTH / most.per_month
        yield f"billed over {duration(hours.quantize(Decimal(1)))}"


def _notes_on_insights(billed: Sequence[Billed]) -> Iterator[str]:
    """Yield how many events Insights analysed for each management event recorded: a check of both.

    Writes count once for call rates, and all once for error rates, so a trail analyses each event twice at most.
    """
    free: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    analysed: dict[str | None, dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in billed:
        if one.usage_type == "FreeEventsRecorded":
            free[one.account, one.region] += one.amount
        elif one.usage_type == "InsightsEvents":
            analysed[one.resource][one.account, one.region] += one.amount
    for trail, places in sorted(analysed.items(), key=lambda item: item[0] or ""):
        events, recorded = sum(places.values(), ZERO), sum((free[place] for place in places), ZERO)
        of = "of trails that are not named" if trail is None else f"of {_trail(trail)}"
        if not events:
            continue
        if not recorded:
            yield f"Insights {of}: analysed what no line counts as recorded, so the bill is not whole (R88)"
            continue
        odd = sorted(place for place, amount in places.items() if trail is not None and amount > 2 * free[place])
        where = " and ".join(f"{account} {region}" for account, region in odd)
        check = f"; more than the 2 that are possible in {where}, so the bill is not whole" if odd else ""
        yield f"Insights {of}: {_for_each(events, recorded)} management event recorded{check} (R88)"


def _notes_on_recorded_data(volumes: Volumes) -> Iterator[str]:
    """Yield whether the data events that trails recorded are rows, place by place."""
    of_requests = {(c.account, c.region) for c in volumes.coverage if c.category is EventCategory.DATA}
    recorded = {(b.account, b.region) for b in volumes.billed if b.usage_type == "DataEventsRecorded" and b.amount}
    if recorded & of_requests:
        text = "recorded data events stand beside the rows where there are requests to S3, which hold some of them"
        yield f"{text}; --only cloudtrail has them as rows"
    if recorded - of_requests:
        yield "recorded data events: copies on all trails, of types that no bill tells, so they cover nothing (R86)"
