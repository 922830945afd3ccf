"""Rules about which AWS's documents are silent: each said where an estimate used it, with the dollars that hang on it.

What hangs on a rule is found by asking again with the other reading: the same events, routed to recorders that would
record by it.  Prices are those of the first tier.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.engine.log_files import Inflow
from costplan.engine.matching import Matcher
from costplan.engine.metering import Meters
from costplan.engine.other_readings import (
    Reading,
    buckets_by_prefix,
    changed,
    cut_to_bucket,
    first_type,
    fold_case,
    merge_fields,
    tables_by_prefix,
    with_global_events,
    without_arn,
)
from costplan.engine.own_events import Echo
from costplan.engine.rating import first_tier_cost
from costplan.engine.routing import Router
from costplan.engine.scope import Place, landscape_of
from costplan.model.billing import Charge, Meter, Service
from costplan.model.estimate import Assumption, MonthEstimate
from costplan.model.events import EventCategory, EventKey
from costplan.model.numbers import TWELVE_PLACES, ZERO
from costplan.model.prices import PriceList
from costplan.model.recorders import Recorder, Trail
from costplan.model.scenario import Scenario
from costplan.model.selection import advanced_form
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import ReadSummary, Volumes

_TEMPLATES_BESIDES_ONE = 2
"""A trail can aggregate by three templates at most."""

# Calls whose record names no key, only the beginning that all of them share (R32).
_CALLS_ON_BUCKETS = frozenset(
    {"DeleteObjects", "HeadBucket", "ListMultipartUploads", "ListObjectVersions", "ListObjects", "ListObjectsV2"}
)
_TEXTS: Mapping[str, Callable[[EventKey], object]] = {
    "eventSource": lambda key: key.event_source,
    "eventName": lambda key: key.event_name,
    "eventType": lambda key: key.event_type,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the notes are made from.

    volumes: measured events without those of the trails behind them.
    echoes: what the scenario's own trails cause; flows: what each adds to its bucket in the last month.
    growth: between month 1 and the last.
    """

    scenario: Scenario
    router: Router
    volumes: tuple[Volumes, ...]
    echoes: tuple[Echo, ...]
    flows: Mapping[int, Inflow]
    growth: Decimal
    prices: PriceList
    last: MonthEstimate


def rule_notes(seen: Evidence) -> Iterator[Assumption]:
    """Yield what an estimate assumes by rules on which AWS is silent, where it used them."""
    yield from _of_selectors(seen)
    yield from _of_conditions(seen)
    yield from _of_own_deliveries(seen)
    yield from _of_aggregation(seen.last)
    yield from _of_records(seen)


# ---- selectors: the other reading of a rule is another set of recorders ----


def _of_selectors(seen: Evidence) -> Iterator[Assumption]:
    """Yield the rules that a configuration calls for by its form."""
    readings: tuple[tuple[str, Reading, str], ...] = (
        ("R9", tables_by_prefix, "a table's ARN in a basic selector means that table alone"),
        ("R11", buckets_by_prefix, "a bucket's ARN without its slash means that bucket alone"),
        ("R25", changed(merge_fields), "of a field listed twice in one selector, both entries must hold"),
        ("R28", changed(first_type), "several resource types in one selector are alternatives"),
        (
            "R67",
            with_global_events,
            "global service events are those of IAM, CloudFront and the global endpoint of STS; they are left out",
        ),
    )
    for rule, reading, text in readings:
        names, others = _reread(seen, reading)
        if names:
            moves = _difference(seen, others, seen.volumes)
            yield Assumption(rule, f"{', '.join(names)}: {text}", ZERO if moves is None else moves)


def _of_conditions(seen: Evidence) -> Iterator[Assumption]:
    """Yield the rules that only certain events call for: where the other reading would record others."""
    several = _rows(seen, _has_several_resources)
    names, others = _reread(seen, changed(without_arn))
    moves = _difference(seen, others, several) if names and several else None
    if moves is not None:
        text = "type and ARN are asked of one and the same resource of an event that has several"
        yield Assumption("R30", f"{', '.join(names)}: {text}", moves)
    folded = _texts_by_case(seen)
    names, others = _reread(seen, changed(lambda selector: fold_case(selector, folded)))
    moves = _difference(seen, others, seen.volumes) if names else None
    if moves is not None:
        yield Assumption("R23", f"{', '.join(names)}: a value matches only in its own upper and lower case", moves)
    names, others = _reread(seen, changed(cut_to_bucket))
    if names:
        on_buckets = _difference(seen, others, _rows(seen, lambda key: key.event_name in _CALLS_ON_BUCKETS))
        unnamed = _difference(seen, others, _rows(seen, lambda key: key.event_name is UNKNOWN))
        if on_buckets is not None or unnamed is not None:
            text = "a call that names only a bucket (ListObjects, DeleteObjects) is not under a prefix within it"
            yield Assumption("R32", f"{', '.join(names)}: {text}", on_buckets if unnamed is None else None)


def _reread(seen: Evidence, reading: Reading) -> tuple[list[str], tuple[Recorder, ...]]:
    """Return the names of the running recorders that a reading changes, and all recorders under it."""
    router = seen.router
    others = tuple(
        reading(recorder) if places else recorder
        for recorder, places in zip(router.recorders, router.places, strict=True)
    )
    pairs = zip(router.labels, router.recorders, others, strict=True)
    return [label for label, recorder, other in pairs if other is not recorder], others


def _difference(seen: Evidence, others: tuple[Recorder, ...], volumes: tuple[Volumes, ...]) -> Decimal | None:
    """Return what another reading adds or takes away in the last month; ``None`` if it records the same."""
    affected = _affected(seen, others, volumes)
    if not affected:
        return None
    landscape = landscape_of(seen.scenario, seen.prices.regions)
    costs = []
    for recorders in (seen.router.recorders, others):
        meters = Meters(Router(recorders, landscape), seen.scenario.settings)
        for source in affected:
            meters.read(source)
        costs.append(_cost_of(meters, seen.prices))
    return abs(costs[1] - costs[0]) * seen.growth


def _affected(seen: Evidence, others: tuple[Recorder, ...], volumes: tuple[Volumes, ...]) -> tuple[Volumes, ...]:
    """Return the sources with only those rows of which another reading says something else."""
    reread = [
        ordinal
        for ordinal, (recorder, other) in enumerate(zip(seen.router.recorders, others, strict=True))
        if other is not recorder
    ]
    found = []
    for source in volumes:
        matchers = seen.router.matchers(source.conditions)
        by_place: dict[Place, list[tuple[Matcher, Matcher]]] = defaultdict(list)
        for ordinal in reread:
            both = (matchers[ordinal], Matcher(others[ordinal], source.conditions))
            for place in seen.router.places[ordinal]:
                by_place[place].append(both)
        rows = tuple(
            row
            for place, both_of_place in by_place.items()
            for row in source.by_place.get(place, ())
            if any(here.match(row.key) is not there.match(row.key) for here, there in both_of_place)
        )
        if rows:
            found.append(replace(source, rows=rows))
    return tuple(found)


def _cost_of(meters: Meters, prices: PriceList) -> Decimal:
    costs = (first_tier_cost(usage.quantity.point, usage.meter, usage.region, prices) for usage in meters.usages())
    return sum(costs, ZERO)


def _rows(seen: Evidence, holds: Callable[[EventKey], bool]) -> tuple[Volumes, ...]:
    """Return the sources with only those data events that *holds* is true of; sources without any are left out."""
    found = []
    for volumes in seen.volumes:
        rows = tuple(row for row in volumes.rows if row.key.category is EventCategory.DATA and holds(row.key))
        if rows:
            found.append(replace(volumes, rows=rows))
    return tuple(found)


def _has_several_resources(key: EventKey) -> bool:
    return isinstance(key.resources, tuple) and len(key.resources) > 1


def _texts_by_case(seen: Evidence) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Return, by field, the texts that events have, by their folded form."""
    found: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in _TEXTS}
    asked = {field.field for r in seen.router.recorders for s in advanced_form(r) for field in s.fields}
    for name in asked & _TEXTS.keys():
        read = _TEXTS[name]
        for text in {read(row.key) for volumes in seen.volumes for row in volumes.rows}:
            if isinstance(text, str):
                found[name][text.casefold()].add(text)
    return {name: {folded: frozenset(texts) for folded, texts in by_form.items()} for name, by_form in found.items()}


# ---- deliveries, aggregation, records ----


def _of_own_deliveries(seen: Evidence) -> Iterator[Assumption]:
    """Say that a trail without recursive logging drops the deliveries of other trails too (R76)."""
    moves, names = ZERO, []
    for ordinal, recorder in enumerate(seen.router.recorders):
        if not isinstance(recorder, Trail) or recorder.recursive_logging:
            continue
        matcher = Matcher(replace(recorder, recursive_logging=True))
        dropped = [
            echo
            for echo in seen.echoes
            if echo.ordinal != ordinal
            and echo.key.category is EventCategory.DATA
            and (echo.key.account, echo.key.region) in seen.router.places[ordinal]
            and matcher.match(echo.key) is not Truth.NO
        ]
        if dropped:
            names.append(seen.router.labels[ordinal])
            moves += sum((_cost_of_echo(echo, seen) for echo in dropped), ZERO)
    if names:
        text = "recursive logging that is off leaves out CloudTrail's deliveries to every bucket, not to its own alone"
        yield Assumption("R76", f"{', '.join(names)}: {text}", moves)


def _cost_of_echo(echo: Echo, seen: Evidence) -> Decimal:
    flow = seen.flows.get(echo.ordinal)
    events = flow.objects.point * echo.per_file.point if flow else ZERO
    return first_tier_cost(events, Meter.DATA, echo.key.region, seen.prices)


def _of_aggregation(last: MonthEstimate) -> Iterator[Assumption]:
    charged = _sum(c for c in last.charges if c.usage.meter is Meter.DATA_AGGREGATION)
    if charged:
        text = (
            "aggregated data events stay charged as data events, and their aggregation is charged once, "
            "whatever its templates; the files of the summaries are left out"
        )
        yield Assumption("R89", text, charged * _TEMPLATES_BESIDES_ONE)


def _of_records(seen: Evidence) -> Iterator[Assumption]:
    """Say what records did not say themselves."""
    read = [volumes.read for volumes in seen.scenario.volumes if volumes.read]
    counted = sum(summary.counted for summary in read)
    cost = _sum(c for c in seen.last.charges if c.usage.meter.service is Service.CLOUDTRAIL)

    def share(count: Callable[[ReadSummary], int]) -> tuple[int, Decimal]:
        number = sum(map(count, read))
        return number, (cost * number / counted).quantize(TWELVE_PLACES) if counted else ZERO

    number, moves = share(lambda summary: summary.inferred_account)
    if number:
        text = f"{number:,} records name no recipient: their account is the caller's, else that of the file"
        yield Assumption("R50", text, moves)
    number, moves = share(lambda summary: summary.addenda)
    if number:
        text = f"{number:,} late or corrected records are charged as events of their own"
        yield Assumption("R55", text, moves)


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((charge.list_cost.point for charge in charges), ZERO)
