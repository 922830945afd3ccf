"""From what all batches came to, to volumes: a month of 730 hours, coverage by bucket, and what is doubtful."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.beginnings import Bucket, later_beginnings
from costplan.inputs.volumes.access_logs.judging import OBJECT_TYPE, bucket_arn
from costplan.inputs.volumes.access_logs.names import Place
from costplan.inputs.volumes.access_logs.operations import S3
from costplan.inputs.volumes.access_logs.reading import LATE_SLOTS
from costplan.inputs.volumes.logs.period import Span
from costplan.inputs.volumes.logs.records import resource_conditions
from costplan.model.events import EventCategory, EventKey, Resource
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.problems import Location, Problem
from costplan.model.quantity import Quantity
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import (
    SLOTS_PER_MONTH,
    Basis,
    CountPlan,
    Coverage,
    ReadSummary,
    Sampling,
    VolumeRow,
    Volumes,
)

KIND = "access-logs"
MOST_KEYS = 1_000
"""How many keys one ``DeleteObjects`` request may name (S3's API)."""

_NAMED = 5


def access_volumes(
    count: BatchCount,
    plan: CountPlan,
    ignored: int,
    *,
    spans: Mapping[Place, Span] | None = None,
    rows: Iterable[VolumeRow] | None = None,
    sampling: Sampling | None = None,
) -> Volumes:
    """Return the volumes of everything that was counted.

    ignored: files that were not opened, as their names are not those of access logs.
    spans, rows, sampling: of a sample, when its population was observed, what it expands to, and how it was drawn.
    """
    periods = spans or {place: _span(count, place) for place in sorted(count.occupied)}
    # In a sample most days were not looked at, so it does not show when logs begin.
    later = later_beginnings(count, periods) if rows is None else {}
    return Volumes(
        tuple(_rows(count, plan, periods, later) if rows is None else rows),
        tuple(_coverage(count, periods, later, is_sample=rows is not None)),
        conditions=plan.conditions,
        kind=KIND,
        read=_read(count, ignored),
        sampling=sampling,
    )


def notices(count: BatchCount, where: Location) -> Iterator[Problem]:
    """Yield what was counted and is not known for sure."""
    if count.unknown:
        lines, named = count.unknown.total(), sorted(count.unknown, key=lambda name: (-count.unknown[name], name))
        shown = ", ".join(f"{name} ({count.unknown[name]:,})" for name in named[:_NAMED])
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        of = "1 line" if lines == 1 else f"{lines:,} lines"
        what = f"{of} of operations that costplan does not know: {shown}{more}"
        yield Problem(where, what, "counted as events that may be recorded or not")
    for _, bucket, requests in _without_keys(count):
        of = "1 DeleteObjects request" if requests == 1 else f"{requests:,} DeleteObjects requests"
        what = f"{of} on {bucket}, and no line of a key that was named"
        yield Problem(where, what, f"each makes 1 to {MOST_KEYS:,} events more (N4): counted as a band")


def _span(count: BatchCount, place: Place) -> Span:
    """Return when a place was observed: from its first line to its last.

    What came late may be from long before; the lines around it are not here, and it must not make the period longer.
    """
    span = count.occupied[place].span
    stamp = count.first_stamps.get(place)
    start = span.start if stamp is None else max(span.start, min(stamp - LATE_SLOTS, span.end - 1))
    return Span(start, span.end)


def _rows(
    count: BatchCount, plan: CountPlan, spans: Mapping[Place, Span], later: Mapping[Bucket, Span]
) -> Iterator[VolumeRow]:
    """Yield the rows; where a bucket's logs may have begun later than others', low is as if they had not."""
    by_key: dict[EventKey, tuple[list[int], list[int]]] = {}
    for (key, is_certain), days in count.by_event.items():
        mine = by_key.setdefault(key, ([0] * 7, [0] * 7))[is_certain]
        mine[:] = [a + b for a, b in zip(mine, days, strict=True)]
    rows = []
    with exact_arithmetic():
        for key, (possible, certain) in by_key.items():
            place = key.account, key.region
            expansion = spans[place].expansion()
            low = expansion.per_month(certain)
            own = later.get((place, _container(key)), spans[place]).expansion()
            high = own.per_month([a + b for a, b in zip(possible, certain, strict=True)])
            rows.append(VolumeRow(key, Quantity.between(low, high), sum(possible) + sum(certain)))
        rows += keyless_rows(count, plan, spans)
    yield from sorted(rows, key=lambda row: repr(row.key))


def _container(key: EventKey) -> str:
    (resource,) = key.resources if isinstance(key.resources, tuple) else ()
    return str(resource.container)


@exact_arithmetic()
def keyless_rows(
    count: BatchCount, plan: CountPlan, spans: Mapping[Place, Span], scale: Fraction = Fraction(1)
) -> list[VolumeRow]:
    """Return a band for the keys of requests that delete several of them, where no line names one.

    scale: what a sample stands for; beside a band of 1 to 1,000 keys chance hardly matters.
    """
    rows = []
    for place, bucket, requests in _without_keys(count):
        month = requests * scale * SLOTS_PER_MONTH / spans[place].slots
        low, high = (round_once(Decimal(keys * month.numerator) / month.denominator) for keys in (1, MOST_KEYS))
        rows.append(VolumeRow(_deleted_key(place, bucket, plan), Quantity.between(low, high, low), 0))
    return rows


def _without_keys(count: BatchCount) -> list[tuple[Place, str, int]]:
    """Return the buckets of which the log tells requests that delete several keys, and not one of these keys."""
    met = sorted(count.multi_deletes.items())
    return [(place, name, requests) for (place, name), (requests, keys) in met if requests and not keys]


def _deleted_key(place: Place, bucket: str, plan: CountPlan) -> EventKey:
    def kept(field: str, value: str) -> str | object:
        return value if plan.keeps(field) else UNKNOWN

    return EventKey(
        *place,
        EventCategory.DATA,
        kept("event_source", S3),  # type: ignore[arg-type]
        kept("event_name", "DeleteObject"),  # type: ignore[arg-type]
        kept("event_type", "AwsServiceEvent"),  # type: ignore[arg-type]
        False if plan.keeps("read_only") else UNKNOWN,
        # Of keys that nobody saw no condition can be answered.
        (Resource(OBJECT_TYPE, UNKNOWN if resource_conditions(plan) else bucket_arn(place, bucket)),),
    )


def _coverage(
    count: BatchCount, spans: Mapping[Place, Span], later: Mapping[Bucket, Span], *, is_sample: bool
) -> Iterator[Coverage]:
    # Of a sample most hours were not looked at, which makes no gaps of them.
    occupied = {place: None if is_sample else count.occupied[place] for place in spans}
    periods = {place: span.period(occupied[place]) for place, span in spans.items()}
    for place, bucket in sorted(count.buckets):
        own = later.get((place, bucket_arn(place, bucket)))
        yield Coverage(
            *place,
            EventCategory.DATA,
            Basis.MEASURED,
            resource_type=OBJECT_TYPE,
            container=bucket_arn(place, bucket),
            observed=periods[place] if own is None else own.period(count.buckets[place, bucket]),
        )


def _read(count: BatchCount, ignored: int) -> ReadSummary:
    set_aside = dict(count.set_aside)
    others = count.foreign_files + ignored
    if others:
        set_aside["other-file"] = others
    counted = sum(sum(days) for days in count.by_event.values())
    return ReadSummary(
        files=count.log_files + count.files_unreadable,
        files_unreadable=count.files_unreadable,
        records=counted + count.duplicates + count.unreadable,
        counted=counted,
        duplicates=count.duplicates,
        unreadable=count.unreadable,
        set_aside=set_aside,
        late=count.late,
    )
