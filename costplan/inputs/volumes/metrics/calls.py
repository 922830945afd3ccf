"""Data events of functions, tables, topics, queues, streams and state machines: what CloudWatch counts unasked.

These metrics are free and always on, so what exists and has none was not called: that is zero, measured.  What was
deleted meanwhile still has metrics, and is counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import product

from costplan.inputs.account.answers import Refusal
from costplan.inputs.volumes.metrics.beginnings import late_beginnings
from costplan.inputs.volumes.metrics.cloudwatch import LISTED_DAYS, Points, Read, Series, series_of
from costplan.inputs.volumes.metrics.facts import (
    BATCHES,
    FACTS,
    OPERATION,
    OPERATIONS_OF_TABLES,
    STREAM_TYPE,
    TABLE,
    MetricMapping,
    MetricService,
    is_reading,
)
from costplan.inputs.volumes.metrics.figures import Figure, Measured, Place, Window
from costplan.inputs.volumes.metrics.inventory import Inventory
from costplan.inputs.volumes.metrics.mappings import MAPPINGS
from costplan.model.events import EventKey, Resource
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import Coverage

_STREAM_READS = FieldSelector("eventName", equals=("GetRecords",))


def mappings_of(service: MetricService) -> tuple[MetricMapping, ...]:
    """Return the metrics that are read of a service."""
    return tuple(mapping for mapping in MAPPINGS if mapping.service is service)


def namespaces_of(service: MetricService) -> tuple[str, ...]:
    """Return where the metrics of a service are."""
    return tuple(dict.fromkeys(mapping.namespace for mapping in mappings_of(service)))


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What is asked about a service in a Region.

    wanted: the series, and what each means.
    """

    place: Place
    service: MetricService
    inventory: Inventory | Refusal
    wanted: Mapping[Series, MetricMapping]


def plan_calls(
    place: Place, service: MetricService, inventory: Inventory | Refusal, listed: Iterable[Series], window: Window
) -> CallPlan:
    """Return what to ask about a service: what is listed, and what it is known to have though it is not listed."""
    names = inventory.names if isinstance(inventory, Inventory) else frozenset()
    without = inventory.without_events if isinstance(inventory, Inventory) else frozenset()
    wanted: dict[Series, MetricMapping] = {}
    is_all_listed = (window.end - window.start).days <= LISTED_DAYS
    for mapping in mappings_of(service):
        found = [dict(one.dimensions) for one in listed if _is_of(one, mapping)]
        if not mapping.dimensions:
            found.append({})
        elif len(mapping.dimensions) == 1:
            found += [{mapping.dimensions[0]: name} for name in names]
        elif mapping.dimensions == TABLE and not is_all_listed:
            found += [dict(zip(TABLE, one, strict=True)) for one in product(names, OPERATIONS_OF_TABLES)]
        for dimensions in found:
            if dimensions.get(_name_dimension(mapping)) not in without:
                series = series_of(
                    place.account, place.region, mapping.namespace, mapping.metric, dimensions, mapping.statistic
                )
                wanted[series] = mapping
    return CallPlan(place, service, inventory, wanted)


def _is_of(series: Series, mapping: MetricMapping) -> bool:
    return (series.namespace, series.metric, series.names) == (
        mapping.namespace,
        mapping.metric,
        tuple(sorted(mapping.dimensions)),
    )


def _name_dimension(mapping: MetricMapping) -> str:
    return mapping.dimensions[0] if mapping.dimensions else ""


def _name_of(series: Series, mapping: MetricMapping) -> str | None:
    return series.value(_name_dimension(mapping))


def measure_calls(plan: CallPlan, read: Read, window: Window) -> Measured:
    """Return the rows of a service in a Region, and what they cover."""
    facts, result = FACTS[plan.service], Measured.nothing()
    failed = {_name_of(s, m): read.failed[s] for s, m in plan.wanted.items() if s in read.failed}
    groups: dict[EventKey, list[tuple[MetricMapping, Mapping[datetime, int]]]] = defaultdict(list)
    seen: dict[str | None, set[str]] = defaultdict(set)
    for series, mapping in plan.wanted.items():
        if read.points.get(series):
            seen[_name_of(series, mapping)].add(mapping.metric)
    for series, mapping in sorted(plan.wanted.items(), key=lambda pair: pair[0]):
        name, points = _name_of(series, mapping), read.points.get(series)
        if points and name not in failed and seen[name].isdisjoint(mapping.instead_of):
            groups[_key(plan.place, series, mapping)].append((mapping, points))
    late = late_beginnings(plan.place, facts, _by_name(plan, read), window)
    if late is not None:
        result.problems.append(late)
    for key, parts in groups.items():
        figure, count = _figure(key, parts, window, _tables(plan, seen))
        result.add_row(key, figure, count)
    for name, why in sorted(failed.items(), key=lambda pair: str(pair[0])):
        what = f"{facts.noun} {name}" if name is not None else f"the errors of {facts.resource_type} calls"
        result.problems.append(plan.place.problem(f"nothing is known of {what} in {plan.place.region} ({why})", _LATER))
    result.coverage += _coverage(plan, window, {name for name in seen if name is not None}, set(failed))
    if isinstance(plan.inventory, Refusal):
        what = f"the {facts.noun}s in {plan.place.region} cannot be listed ({plan.inventory})"
        remedy = plan.inventory.remedy("--print-policy shows what is needed")
        result.problems.append(plan.place.problem(what, f"so only those with metrics are covered; {remedy}"))
    return result


_LATER = "run it again later"


def _by_name(plan: CallPlan, read: Read) -> Mapping[str, list[tuple[Fraction, Points]]]:
    """Return what was counted of each resource that has a name."""
    found: dict[str, list[tuple[Fraction, Points]]] = defaultdict(list)
    for series, mapping in plan.wanted.items():
        name, points = _name_of(series, mapping), read.points.get(series)
        if name is not None and points:
            found[name].append((mapping.point, points))
    return found


def _tables(plan: CallPlan, seen: Iterable[str | None]) -> int | None:
    """Return how many resources there are, deleted ones included; nothing where nobody says."""
    if not isinstance(plan.inventory, Inventory):
        return None
    return len(plan.inventory.names.union(name for name in seen if name is not None))


def _key(place: Place, series: Series, mapping: MetricMapping) -> EventKey:
    name, operation = _name_of(series, mapping), series.value(OPERATION)
    resource = place.resource(mapping.service, name)
    read_only = mapping.read_only if operation is None else is_reading(operation)
    event_name = mapping.event_name if mapping.event_name is not None else operation
    if series.value("StreamLabel") is not None:
        # A record of a stream names the table too; the ARN of the stream goes on behind that of the table.
        stream = Resource(STREAM_TYPE, resource.container, False)
        return place.key(mapping.service, (stream, resource), event_name, read_only)
    return place.key(mapping.service, (resource,), event_name, read_only)


def _figure(
    key: EventKey, parts: Iterable[tuple[MetricMapping, Mapping[datetime, int]]], window: Window, tables: int | None
) -> tuple[Figure, int]:
    low = point = high = Fraction(0)
    count = Fraction(0)
    for mapping, points in parts:
        month = window.a_month(points)
        batch = BATCHES.get(str(key.event_name)) if mapping.service is MetricService.DYNAMODB else None
        # One call is counted no more often than it can name tables, and than there are any.
        times = 1 if batch is None else max(1, batch if tables is None else min(batch, tables))
        low += month * mapping.low / times
        point += month * mapping.point
        high += month * mapping.high
        count += window.count(points) * mapping.point
    return Figure(low, point, high), round(count)


def _coverage(plan: CallPlan, window: Window, seen: set[str], failed: set[str | None]) -> list[Coverage]:
    """Return the whole type where all there is was listed and read, else each resource that was."""
    facts, place, period = FACTS[plan.service], plan.place, window.period
    fields = (FieldSelector("eventName", equals=facts.names),) if facts.names else ()
    if isinstance(plan.inventory, Inventory) and not failed:
        found = [replace(place.coverage(facts.resource_type, period), fields=fields)]
        if plan.service is MetricService.DYNAMODB:
            found.append(replace(place.coverage(STREAM_TYPE, period), fields=(_STREAM_READS,)))
        return found
    names = seen | (plan.inventory.names if isinstance(plan.inventory, Inventory) else set())
    return [
        replace(place.coverage(facts.resource_type, period, place.arn(plan.service, name)), fields=fields)
        for name in sorted(names - failed)
    ]
