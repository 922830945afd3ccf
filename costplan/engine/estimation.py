"""One scenario to one estimate: route, meter, store, rate, month by month."""

from collections.abc import Sequence
from dataclasses import replace

from costplan.engine.assumptions import EstimateBasis, assumptions_of
from costplan.engine.coverage import unknown_usage
from costplan.engine.lake import scan_usages, unknown_of_stores
from costplan.engine.log_groups import LogGroups
from costplan.engine.metering import Meters
from costplan.engine.own_events import OwnEvents, without_own_events
from costplan.engine.rating import rate
from costplan.engine.routing import Router
from costplan.engine.savings import events_of
from costplan.engine.scope import copy_order, landscape_of
from costplan.engine.storage import Storage, bucket_place, other_usages
from costplan.engine.traffic import file_models, growth_factor, traffic_of
from costplan.model.billing import Service
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
    router = Router(copy_order(scenario.recorders), landscape_of(scenario, prices.regions))
    measured = without_own_events(scenario.volumes)
    meters = Meters(router, settings, breakdown)
    for volumes in measured.volumes:
        meters.read(router.route(volumes))
    own = OwnEvents(router, measured)
    models = file_models(scenario.volumes)
    factors = [growth_factor(settings, month) for month in range(1, settings.months + 1)]
    traffic = {factor: traffic_of(meters, own, models, factor) for factor in dict.fromkeys(factors)}
    stored = Storage([traffic[factor].flows for factor in factors], router, settings)
    groups = LogGroups([traffic[factor].recorded for factor in factors], router, settings)
    months = []
    for number, factor in enumerate(factors):
        month = traffic[factor]
        others = [*groups.usages(number + 1), *other_usages(month.flows, router, settings), *scan_usages(router)]
        charges, unpriced = rate(
            [*month.usages, *stored.usages(number + 1), *others],
            prices,
            scenario.discounts,
            number + 1,
            scenario.billing_groups,
        )
        months.append(MonthEstimate(number + 1, charges))
    last = traffic[factors[-1]]
    basis = EstimateBasis(scenario, router, meters, measured, own, last.caused, last.flows, factors[-1], prices)
    return Estimate(
        scenario=scenario,
        months=tuple(months),
        events=events_of(basis, months[-1], factors[0]),
        unknown=(*unknown_usage(scenario, router, prices), *unknown_of_stores(router, settings, prices)),
        unpriced=unpriced,
        assumptions=assumptions_of(basis, stored, months[-1]),
        steady=_steady(basis, (stored, groups), months),
        books=_books(months[-1], prices),
        regions=prices.regions,
    )


def _steady(
    basis: EstimateBasis, piles: tuple[Storage, LogGroups], known: Sequence[MonthEstimate]
) -> MonthEstimate | None:
    """Return the first month after which nothing changes any more, if there is one: *piles* are what changes."""
    scenario = basis.scenario
    since = [pile.steady_from for pile in piles]
    if scenario.settings.growth_per_month or None in since:
        return None
    first = max(month for month in since if month is not None)
    if first <= len(known):
        return known[first - 1]
    charges = known[-1].charges
    others = [replace(c, month=first) for c in charges if c.usage.meter.service not in _PILED_UP]
    usages = [usage for pile in piles for usage in pile.lasting(first).usages(first)]
    of_piles, _ = rate(usages, basis.prices, scenario.discounts, first, scenario.billing_groups)
    return MonthEstimate(first, (*others, *of_piles))


_PILED_UP = frozenset({Service.S3, Service.CLOUDWATCH})


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
