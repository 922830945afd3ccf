"""One scenario to one estimate: route, meter, store, rate, month by month."""

from collections.abc import Sequence

from costplan.engine.allowances import applied
from costplan.engine.assumptions import EstimateBasis, assumptions_of
from costplan.engine.coverage import unknown_usage
from costplan.engine.lake import unknown_of_stores
from costplan.engine.own_events import without_own_events
from costplan.engine.projection import Projection
from costplan.engine.projection_notes import changes_in
from costplan.engine.rating import rate
from costplan.engine.savings import events_of
from costplan.engine.scope import landscape_of
from costplan.engine.storage import bucket_place
from costplan.engine.traffic import growth_factor
from costplan.model.billing import Charge, UnpricedUsage
from costplan.model.estimate import Estimate, MonthEstimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import PriceBook, PriceList
from costplan.model.recorders import Trail
from costplan.model.scenario import Scenario


def estimate_scenario(scenario: Scenario, prices: PriceList, breakdown: frozenset[str] = frozenset()) -> Estimate:
    """Return the projected cost of *scenario* at list prices.

    breakdown: what to keep apart within a meter besides the resource type: ``resource``, ``principal``.
    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    with exact_arithmetic():
        return _estimate(scenario, prices, breakdown)


def _estimate(scenario: Scenario, prices: PriceList, breakdown: frozenset[str]) -> Estimate:
    settings = scenario.settings
    measured = without_own_events(scenario.volumes)
    projection = Projection(scenario, landscape_of(scenario, prices.regions), measured, breakdown)
    months: list[MonthEstimate] = []
    unpriced: dict[str, UnpricedUsage] = {}
    for number in range(1, settings.months + 1):
        charges, missing = _rated(scenario, projection, number, prices)
        months.append(MonthEstimate(number, charges))
        unpriced |= {each.usage.id: each for each in missing}
    phase, last = projection.ramp.phase(settings.months), projection.traffic(settings.months)
    growth, then = growth_factor(settings, settings.months), prices.in_month(settings.months)
    basis = EstimateBasis(
        scenario, phase.router, phase.meters, measured, phase.own, last.caused, last.flows, growth, then
    )
    recording = projection.ramp.until(settings.months)
    events = events_of(basis, months[-1], growth_factor(settings, 1))
    changes = changes_in(scenario, projection.ramp.everything, months, events, prices)
    return Estimate(
        scenario=scenario,
        months=tuple(months),
        events=events,
        unknown=(*unknown_usage(scenario, recording, then), *unknown_of_stores(recording, settings, then)),
        unpriced=tuple(unpriced.values()),
        assumptions=assumptions_of(basis, projection.stored, months[-1], changes),
        steady=_steady(scenario, projection, months, prices),
        books=_books(months, prices),
        regions=prices.regions,
    )


def _steady(
    scenario: Scenario, projection: Projection, known: Sequence[MonthEstimate], prices: PriceList
) -> MonthEstimate | None:
    """Return the first month after which nothing changes any more, if there is one."""
    first = projection.steady_from
    if first is None:
        return None
    usages = {(c.usage.meter, c.usage.region) for c in known[-1].charges}
    first = max(first, *(prices.changed_in(meter.service, region, meter) for meter, region in usages), 1)
    if first <= len(known):
        return known[first - 1]
    charges, _ = _rated(scenario, projection, first, prices)
    return MonthEstimate(first, charges)


def _rated(
    scenario: Scenario, projection: Projection, month: int, prices: PriceList
) -> tuple[tuple[Charge, ...], tuple[UnpricedUsage, ...]]:
    free = applied(prices, scenario.settings)
    usages = projection.usages(month)
    return rate(usages, prices.in_month(month), scenario.discounts, month, free, scenario.billing_groups)


def _books(months: Sequence[MonthEstimate], prices: PriceList) -> tuple[PriceBook, ...]:
    used = sorted({(c.usage.meter.service.value, c.usage.region) for month in months for c in month.charges})
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
