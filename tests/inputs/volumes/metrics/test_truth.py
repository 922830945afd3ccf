"""From generated logs with known truth: the metrics those events would have caused, fed back, hold the truth."""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from costplan.inputs.volumes.metrics.buckets import plan_bucket
from costplan.inputs.volumes.metrics.calls import measure_calls, plan_calls
from costplan.inputs.volumes.metrics.cloudwatch import Read, Series, series_of
from costplan.inputs.volumes.metrics.facts import FACTS, MetricService
from costplan.inputs.volumes.metrics.figures import Place, Window
from costplan.inputs.volumes.metrics.inventory import Filters, Inventory
from costplan.inputs.volumes.metrics.objects import measure_objects
from costplan.model.events import Resource
from costplan.model.quantity import Quantity, total
from costplan.model.volumes import VolumeRow
from tests.generator import Population, write_logs
from tests.generator.truth import Truth
from tests.inputs.volumes.metrics.caused import (
    Caused,
    Thing,
    events_of,
    function_metrics,
    request_metrics,
    table_metrics,
)
from tests.readme import section_of

D = Decimal
POPULATION = Population(seed=11, days=14, events_per_day=4_000, accounts=("111122223333", "444455556666"))
WINDOW = Window(POPULATION.start, POPULATION.start + timedelta(days=14))
MONTH = D(730) / 336


@cache
def truth() -> Truth:
    with TemporaryDirectory() as folder:
        return write_logs(POPULATION, Path(folder))


def points(count: int) -> dict[object, int]:
    """Spread a count over all hours, and the rest over the first ones: nothing hangs on when it was."""
    each, rest = divmod(count, 336)
    hours = (WINDOW.start + timedelta(hours=n) for n in range(336))
    return {hour: each + (n < rest) for n, hour in enumerate(hours) if each or n < rest}


def feed(things: Caused, service: MetricService, dimension: str) -> Iterator[VolumeRow]:
    """Yield the rows that the program makes of metrics by operation, or of several metrics, of each thing."""
    for place in sorted({(thing.account, thing.region) for thing in things}):
        here = {thing: metrics for thing, metrics in things.items() if thing[:2] == place}
        read, listed = Read(), []
        for thing, metrics in here.items():
            for metric, count in metrics.items():
                dimensions, name, statistic = {dimension: thing.name}, metric, "Sum"
                if service is MetricService.DYNAMODB:
                    dimensions["Operation"], statistic = metric, "SampleCount"
                    name = "SuccessfulRequestLatency"
                    if metric == "GetRecords":
                        dimensions["StreamLabel"] = "2026-01-15T10:20:30.400"
                series = series_of(*place, FACTS_NAMESPACE[service], name, dimensions, statistic)
                listed.append(Series(*place, series.namespace, name, series.dimensions))
                read.points[series] = points(count)
        inventory = Inventory(frozenset(thing.name for thing in here))
        plan = plan_calls(Place(*place), service, inventory, listed, WINDOW)
        yield from measure_calls(plan, read, WINDOW).rows


FACTS_NAMESPACE = {MetricService.LAMBDA: "AWS/Lambda", MetricService.DYNAMODB: "AWS/DynamoDB"}


def feed_buckets(things: Caused) -> list[VolumeRow]:
    read, plans = Read(), []
    for thing, metrics in things.items():
        plan = plan_bucket(Place(thing.account, thing.region), thing.name, Filters(("EntireBucket",)), ())
        (whole,) = plan.whole.values()
        read.points |= {one: points(metrics[mapping.metric]) for one, mapping in whole.series.items()}
        plans.append(plan)
    return measure_objects(plans, read, WINDOW, 1000).rows


@cache
def rows_of(service: MetricService) -> tuple[VolumeRow, ...]:
    if service is MetricService.S3:
        return tuple(feed_buckets(request_metrics(truth())))
    if service is MetricService.LAMBDA:
        return tuple(feed(function_metrics(truth(), random.Random(5)), service, "FunctionName"))
    return tuple(feed(table_metrics(truth()), service, "TableName"))


def by_thing(service: MetricService) -> Mapping[Thing, Quantity]:
    found: dict[Thing, list[Quantity]] = {}
    for row in rows_of(service):
        assert isinstance(row.key.resources, tuple)
        (resource,) = [one for one in row.key.resources if one.type == FACTS[service].resource_type]
        assert isinstance(resource, Resource)
        found.setdefault(Thing(row.key.account, row.key.region, str(resource.container)), []).append(row.per_month)
    return {thing: total(some) for thing, some in found.items()}


@pytest.mark.parametrize("service", [MetricService.S3, MetricService.LAMBDA, MetricService.DYNAMODB])
def test_the_band_of_every_resource_holds_the_truth(service: MetricService) -> None:
    figures, happened = by_thing(service), events_of(truth(), FACTS[service].resource_type)

    assert figures.keys() == happened.keys()
    assert len(happened) >= 30
    for thing, count in happened.items():
        figure = figures[thing]
        # Rows are rounded to six decimals, one by one.
        assert figure.low - D("0.0001") <= count * MONTH <= figure.high + D("0.0001"), thing


def test_reads_and_writes_of_every_bucket_hold_the_truth_apart() -> None:
    for is_read in (True, False):
        happened: dict[str, int] = {}
        for key, count in truth().counts.items():
            if (key.resource_type, key.event_source, key.read_only) == ("AWS::S3::Object", "s3.amazonaws.com", is_read):
                where = f"{key.account} {key.region} {key.resource_container}"
                happened[where] = happened.get(where, 0) + count
        found: dict[str, Quantity] = {}
        for row in rows_of(MetricService.S3):
            if row.key.read_only is is_read:
                assert isinstance(row.key.resources, tuple)
                where = f"{row.key.account} {row.key.region} {row.key.resources[0].container}"
                found[where] = total([row.per_month, *([found[where]] if where in found else [])])
        assert len(happened) >= 30
        for where, count in happened.items():
            low, high = found[where].low - D("0.0001"), found[where].high + D("0.0001")
            assert low <= count * MONTH <= high


def test_deleting_many_keys_at_once_is_the_only_thing_that_makes_the_band_wide() -> None:
    rows = rows_of(MetricService.S3)
    deletes = [row for row in rows if not isinstance(row.key.event_type, str)]
    others = total(row.per_month for row in rows if isinstance(row.key.event_type, str))
    assert deletes
    # Below it, reads may be those that all puts made if they were copies, and lists those of uploads; above, bucket
    # calls, counted twice.
    assert others.low >= others.point / 3
    assert others.high <= others.point * D("1.03")


def errors() -> dict[str, Decimal]:
    """Return how far the point estimate is off for each kind of resource, in percent of the truth."""
    found = {}
    for service in (MetricService.S3, MetricService.LAMBDA, MetricService.DYNAMODB):
        resource_type = FACTS[service].resource_type
        happened = sum(events_of(truth(), resource_type).values()) * MONTH
        point = total(by_thing(service).values()).point
        found[resource_type] = (point / happened - 1) * 100
    return found


def test_the_readme_prints_the_errors() -> None:
    text = section_of("From metrics, before anything is recorded")
    for resource_type, error in errors().items():
        # Zero has no sign.
        assert f"`{resource_type}`: {round(error, 1) + 0:+} %" in text
        assert abs(error) < 5
