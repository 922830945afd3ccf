"""One scenario to one estimate: route, meter, store, rate, month by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from costplan.engine.allowances import applied
from costplan.engine.assumptions import EstimateBasis, assumptions_of
from costplan.engine.config_items import config_usages
from costplan.engine.coverage import unknown_usage
from costplan.engine.file_uses import file_uses
from costplan.engine.lake import scan_usages, unknown_of_stores
from costplan.engine.log_files import FileModel, Inflow, file_model
from costplan.engine.log_groups import LogGroups
from costplan.engine.metering import Meters, Recorded
from costplan.engine.own_events import OwnEvents, without_own_events
from costplan.engine.rating import marginal_cost, rate
from costplan.engine.routing import Router
from costplan.engine.scope import copy_order, landscape_of
from costplan.engine.storage import Storage, bucket_place
from costplan.model.billing import Meter, Usage
from costplan.model.estimate import Estimate, EventsSummary, MonthEstimate, RecorderEvents
from costplan.model.numbers import TWELVE_PLACES, exact_arithmetic
from costplan.model.prices import Price, PriceBook, PriceList
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.recorders import Trail
from costplan.model.scenario import Scenario, Settings
from costplan.model.volumes import Volumes

_Key = TypeVar("_Key")


def estimate_scenario(scenario: Scenario, prices: PriceList, breakdown: frozenset[str] = frozenset()) -> Estimate:
    """Return the projected cost of *scenario* at list prices.

    breakdown: what to keep apart within a meter besides the resource type: ``resource``, ``principal``.
    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    with exact_arithmetic():
        return _estimate(scenario, prices, breakdown)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the recorders of a scenario receive in one month.

    usages: on CloudTrail's meters; recorded: by trail, account, Region and delivery kind.
    caused: the meters of the events that the trails' own deliveries cause, which are in both.
    flows: what each trail adds to its bucket.
    """

    usages: tuple[Usage, ...]
    recorded: tuple[Recorded, ...]
    caused: Meters
    flows: dict[int, Inflow]


def _estimate(scenario: Scenario, prices: PriceList, breakdown: frozenset[str]) -> Estimate:
    settings = scenario.settings
    router = Router(copy_order(scenario.recorders), landscape_of(scenario, prices.regions))
    measured = without_own_events(scenario.volumes)
    meters = Meters(router, settings, breakdown)
    for volumes in measured.volumes:
        meters.read(router.route(volumes))
    own = OwnEvents(router, measured)
    models = _file_models(scenario.volumes)
    factors = [growth_factor(settings, month) for month in range(1, settings.months + 1)]
    traffic = {factor: _traffic(meters, own, models, factor) for factor in dict.fromkeys(factors)}
    stored = Storage([traffic[factor].flows for factor in factors], router, settings)
    groups = LogGroups([traffic[factor].recorded for factor in factors], router, settings)
    declared = tuple(config_usages(scenario.config_items))
    free = applied(prices, settings)
    months = []
    for number, factor in enumerate(factors):
        month = traffic[factor]
        piles = [*stored.usages(number + 1), *groups.usages(number + 1)]
        others = [*file_uses(month.flows, month.recorded, router, settings), *scan_usages(router), *declared]
        charges, unpriced = rate([*month.usages, *piles, *others], prices, scenario.discounts, number + 1, free)
        months.append(MonthEstimate(number + 1, charges))
    last = traffic[factors[-1]]
    basis = EstimateBasis(scenario, router, meters, measured, own, last.caused, last.flows, factors[-1], prices)
    return Estimate(
        scenario=scenario,
        months=tuple(months),
        events=_events(basis, months[-1], factors[0]),
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
    piled = {usage.id: usage for pile in piles for usage in pile.lasting(first).usages(first)}
    usages = {charge.id: charge.usage for charge in known[-1].charges} | piled
    charges, _ = rate(
        usages.values(), basis.prices, scenario.discounts, first, applied(basis.prices, scenario.settings)
    )
    return MonthEstimate(first, charges)


def _traffic(
    meters: Meters, own: OwnEvents, models: Mapping[tuple[str, str, str], FileModel], factor: Decimal
) -> Traffic:
    recorded = tuple(meters.recorded())
    caused = own.of_month(recorded, models, factor)
    echoes = Meters(meters.router, meters.settings, meters.breakdown)
    echoes.read(meters.router.route(Volumes(caused.rows)))
    grown = (part.times(factor) for part in recorded)
    usages = _together((_grown(usage, factor) for usage in meters.usages()), echoes.usages())
    return Traffic(usages, (*grown, *echoes.recorded()), echoes, caused.flows)


def _together(measured: Iterable[Usage], caused: Iterable[Usage]) -> tuple[Usage, ...]:
    """Return one usage for each identity, that of measured events first."""
    usages = {usage.id: usage for usage in measured}
    for usage in caused:
        known = usages.get(usage.id)
        if known is not None:
            usage = replace(known, quantity=known.quantity + usage.quantity, details=(*known.details, *usage.details))
        usages[usage.id] = usage
    return tuple(usages.values())


def growth_factor(settings: Settings, month: int) -> Decimal:
    """Return what volumes are multiplied by in *month* (from 1), rounded once, to 12 decimals.

    >>> growth_factor(Settings(growth_per_month=Decimal("0.1")), 3)
    Decimal('1.210000000000')
    """
    grown = settings.busy_factor * (1 + settings.growth_per_month) ** (month - 1)
    return grown if grown == settings.busy_factor else grown.quantize(TWELVE_PLACES)


def _grown(usage: Usage, factor: Decimal) -> Usage:
    if factor == 1:
        return usage
    details = tuple(replace(detail, quantity=detail.quantity * factor) for detail in usage.details)
    return replace(usage, quantity=usage.quantity * factor, details=details, scale=factor)


def _file_models(sources: tuple[Volumes, ...]) -> Mapping[tuple[str, str, str], FileModel]:
    models = {}
    most: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for volumes in sources:
        for statistics in volumes.files:
            multiplicity = statistics.multiplicity or volumes.multiplicity
            met = sum(times * events for times, events in multiplicity.items())
            distinct = sum(multiplicity.values())
            copies = Decimal(met) / distinct if distinct else Decimal(1)
            place = (statistics.account, statistics.region, statistics.kind)
            # Where two sources have files of one place, the order in which they are named must not matter.
            seen = (statistics.events, statistics.files, statistics.bytes, statistics.slots_observed)
            if place not in most or seen > most[place]:
                most[place] = seen
                models[place] = file_model(statistics, copies)
    return models


def _events(basis: EstimateBasis, last: MonthEstimate, growth: Decimal) -> EventsSummary:
    """Count the measured events only, which happen whatever trails there are; so scenarios can be compared."""
    happened, covered, missed = (
        {category: quantity * growth for category, quantity in tallies.items()} for tallies in basis.meters.events()
    )
    by_category: list[dict[str, Quantity]] = [{} for _ in basis.router.recorders]
    for ordinal, category, quantity in basis.meters.delivered():
        by_category[ordinal][category] = quantity * growth
    pools = _pools(last)
    recorders = tuple(
        RecorderEvents(label, by_category[ordinal], _saved(label, _shared_copies(ordinal, basis), pools))
        for ordinal, label in enumerate(basis.router.labels)
    )
    return EventsSummary(happened, covered, missed, recorders)


def _shared_copies(ordinal: int, basis: EstimateBasis) -> dict[tuple[Meter, str], Quantity]:
    """Return the paid copies of the last month that exist only because of one recorder, by meter and Region."""
    measured = basis.meters.shared_copies(ordinal)
    caused = basis.caused.shared_copies(ordinal)
    places = dict.fromkeys((*measured, *caused))
    return {p: measured.get(p, NOTHING) * basis.growth + caused.get(p, NOTHING) for p in places}


@dataclass(frozen=True, slots=True)
class _Pool:
    """What shares the tiers of one price: usage by recorder."""

    price: Price
    by_recorder: dict[str, Quantity]


def _pools(last: MonthEstimate) -> dict[tuple[Meter, str], _Pool]:
    usages = {charge.id: charge for charge in last.charges}
    pools: dict[tuple[Meter, str], _Pool] = {}
    for charge in usages.values():
        usage = charge.usage
        mine = pools.setdefault((usage.meter, usage.region), _Pool(charge.price, {})).by_recorder
        mine[usage.recorder] = mine.get(usage.recorder, NOTHING) + usage.quantity
    return pools


def _saved(
    label: str, shared: Mapping[tuple[Meter, str], Quantity], pools: Mapping[tuple[Meter, str], _Pool]
) -> Quantity:
    """Return what removing one recorder alone takes off the last month: its own usage, its shared copies (R82)."""
    # The paid copies on a recorder's own lines are among the shared ones.
    in_common = {meter for meter, _ in shared}
    saved = []
    for (meter, region), pool in pools.items():
        if meter not in in_common and label in pool.by_recorder:
            others = total(quantity for other, quantity in pool.by_recorder.items() if other != label)
            saved.append(marginal_cost(pool.by_recorder[label], others, pool.price))
        elif (meter, region) in shared:
            saved.append(shared[meter, region] * pool.price.unit_price(pool.price.tiers[0]))
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
    found.update(entry.region for entry in scenario.config_items)
    return frozenset(found - {""})
