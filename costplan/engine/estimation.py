"""One scenario to one estimate: route, meter, store, rate, month by month."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from costplan.engine.assumptions import assumptions_of
from costplan.engine.coverage import unknown_usage
from costplan.engine.metering import Meters
from costplan.engine.rating import rate
from costplan.engine.routing import Router, route_scenario
from costplan.engine.scope import copy_order, landscape_of
from costplan.engine.storage import FileModel, Inflow, bucket_place, file_model, inflows, other_usages, storage_usages
from costplan.model.billing import Service, Usage
from costplan.model.estimate import Estimate, EventsSummary, MonthEstimate, RecorderEvents
from costplan.model.numbers import TWELVE_PLACES, exact_arithmetic
from costplan.model.prices import PriceBook, PriceList
from costplan.model.quantity import Quantity, total
from costplan.model.recorders import Trail
from costplan.model.scenario import Scenario, Settings
from costplan.model.volumes import Volumes


def estimate_scenario(scenario: Scenario, prices: PriceList, breakdown: frozenset[str] = frozenset()) -> Estimate:
    """Return the projected cost of *scenario* at list prices.

    breakdown: what to keep apart within a meter besides the resource type: ``resource``, ``principal``.
    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    with exact_arithmetic():
        return _estimate(scenario, prices, breakdown)


def _estimate(scenario: Scenario, prices: PriceList, breakdown: frozenset[str]) -> Estimate:
    settings = scenario.settings
    router = Router(copy_order(scenario.recorders), landscape_of(scenario, prices.regions))
    meters = Meters(router, settings, breakdown)
    meters.read(route_scenario(scenario, router))
    events = list(meters.usages())
    recorded = list(meters.recorded())
    models = _file_models(scenario.volumes)
    factors = [growth_factor(settings, month) for month in range(1, settings.months + 1)]
    flows: list[dict[int, Inflow]] = []
    for number, factor in enumerate(factors):
        is_same = number and factor == factors[number - 1]
        flows.append(flows[-1] if is_same else inflows(recorded, router, models, factor))
    stored = storage_usages(flows, router, settings)
    months = []
    for number, factor in enumerate(factors):
        others = other_usages(flows[number], recorded, router, settings, factor)
        usages = [*(_grown(usage, factor) for usage in events), *stored[number], *others]
        charges, unpriced = rate(usages, prices, scenario.discounts, number + 1)
        months.append(MonthEstimate(number + 1, charges))
    measured = all(flow.is_measured for flow in flows[-1].values())
    return Estimate(
        scenario=scenario,
        months=tuple(months),
        events=_events(meters, router, months[-1], prices, factors),
        unknown=unknown_usage(scenario, router, prices),
        unpriced=unpriced,
        assumptions=assumptions_of(scenario, router, meters, months[-1], prices, files_measured=measured),
        books=_books(months[-1], prices),
    )


def growth_factor(settings: Settings, month: int) -> Decimal:
    """Return what volumes are multiplied by in *month* (from 1), rounded once, to 12 decimals.

    >>> growth_factor(Settings(growth_per_month=Decimal("0.1")), 3)
    Decimal('1.210000000000')
    """
    grown = settings.busy_factor * (1 + settings.growth_per_month) ** (month - 1)
    return grown if grown == settings.busy_factor else grown.quantize(TWELVE_PLACES)


def _grown(usage: Usage, factor: Decimal) -> Usage:
    return usage if factor == 1 else replace(usage, quantity=usage.quantity * factor, scale=factor)


def _file_models(sources: tuple[Volumes, ...]) -> Mapping[tuple[str, str, str], FileModel]:
    models = {}
    for volumes in sources:
        met = sum(times * events for times, events in volumes.multiplicity.items())
        distinct = sum(volumes.multiplicity.values())
        copies = Decimal(met) / distinct if distinct else Decimal(1)
        for statistics in volumes.files:
            models[statistics.account, statistics.region, statistics.kind] = file_model(statistics, copies)
    return models


def _events(
    meters: Meters, router: Router, last: MonthEstimate, prices: PriceList, factors: list[Decimal]
) -> EventsSummary:
    first = factors[0]
    happened, covered, missed = (
        {name: quantity * first for name, quantity in by_category.items()} for by_category in meters.events()
    )
    by_category: list[dict[str, Quantity]] = [{} for _ in router.recorders]
    for ordinal, category, quantity in meters.delivered():
        by_category[ordinal][category] = quantity * first
    recorders = tuple(
        RecorderEvents(label, by_category[ordinal], _saved(ordinal, label, meters, last, prices, factors[-1]))
        for ordinal, label in enumerate(router.labels)
    )
    return EventsSummary(happened, covered, missed, recorders)


def _saved(
    ordinal: int, label: str, meters: Meters, last: MonthEstimate, prices: PriceList, factor: Decimal
) -> Quantity:
    """Return what removing one recorder alone takes off the last month: its own lines, its shared copies (R82)."""
    shared = meters.shared_copies(ordinal)
    # The paid copies on a recorder's own lines are among the shared ones.
    in_common = {meter for meter, _ in shared}
    saved = [c.list_cost for c in last.charges if c.usage.recorder == label and c.usage.meter not in in_common]
    for (meter, region), copies in shared.items():
        price = prices.find(Service.CLOUDTRAIL, region, meter)
        if price is not None:
            saved.append(copies * (price.unit_price(price.tiers[0]) * factor))
    return total(saved)


def _books(last: MonthEstimate, prices: PriceList) -> tuple[PriceBook, ...]:
    used = sorted({(c.usage.meter.service.value, c.usage.region) for c in last.charges})
    return tuple(prices.books[key] for key in used)


def regions_of(scenario: Scenario) -> frozenset[str]:
    """Return every Region in which *scenario* can cause a charge: whose price books are needed."""
    landscape = landscape_of(scenario, {})
    found = {region for regions in landscape.regions.values() for region in regions}
    for recorder in scenario.recorders:
        if recorder.home_region:
            found.add(recorder.home_region)
        if isinstance(recorder, Trail):
            found.add(bucket_place(recorder)[1])
    return frozenset(found - {""})
