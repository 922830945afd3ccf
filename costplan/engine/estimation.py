"""One scenario to one estimate: route, meter, store, rate, month by month."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.engine.allowances import applied
from costplan.engine.coverage import unknown_usage
from costplan.engine.lake import unknown_of_stores
from costplan.engine.own_events import Measured, OwnRecorded, without_own_events
from costplan.engine.projection import Projection
from costplan.engine.rating import rate
from costplan.engine.scope import landscape_of
from costplan.engine.storage import bucket_place
from costplan.engine.traffic import growth_factor
from costplan.engine.undecided import left_open_of
from costplan.model.billing import Charge, UnknownUsage, UnpricedUsage, Usage
from costplan.model.estimate import Assumption, Estimate, EventsSummary, MonthEstimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import PriceBook, PriceList
from costplan.model.recorders import Trail
from costplan.model.scenario import Scenario, Settings


def estimate_scenario(scenario: Scenario, prices: PriceList, breakdown: frozenset[str] = frozenset()) -> Estimate:
    """Return the projected cost of *scenario* at list prices.

    breakdown: what to keep apart within a meter besides the resource type: ``resource``, ``principal``.
    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    with exact_arithmetic():
        return _estimate(scenario, prices, breakdown)


def estimate_last_month(
    scenario: Scenario, prices: PriceList, measured: Measured | None = None
) -> tuple[Estimate, "MonthState"]:
    """Return an estimate of the last month alone, and the state of that month: what a comparison needs of it.

    measured: its volumes without the trails' own events, where that has been worked out.
    Of what it assumes, it has only what stands under every estimate.
    """
    month = scenario.settings.months
    with exact_arithmetic():
        measured = measured or without_own_events(scenario.volumes)
        projection = Projection(scenario, landscape_of(scenario, prices.regions), measured)
        state = _state(scenario, projection, prices, month)
        phase, growth = projection.ramp.phase(month), growth_factor(scenario.settings, month)
        open_yet = left_open_of(scenario, phase.router, phase.meters, growth, prices.in_month(month))
        estimate = Estimate(
            scenario=scenario,
            months=(state.month,),
            events=EventsSummary({}, {}, {}),
            unknown=state.unknown,
            unpriced=state.unpriced,
            assumptions=tuple(open_yet),
            books=_books((state.month,), prices),
            regions=prices.regions,
        )
    return estimate, state


def _estimate(scenario: Scenario, prices: PriceList, breakdown: frozenset[str]) -> Estimate:
    # What an estimate says beside its costs, no comparison loads.
    from costplan.engine.assumptions import EstimateBasis, assumptions_of
    from costplan.engine.projection_notes import changes_in
    from costplan.engine.savings import events_of

    settings = scenario.settings
    measured = without_own_events(scenario.volumes)
    projection = Projection(scenario, landscape_of(scenario, prices.regions), measured, breakdown)
    months: list[MonthEstimate] = []
    unpriced: dict[str, UnpricedUsage] = {}
    for number in range(1, settings.months + 1):
        charges, missing = _rated(scenario, projection.usages(number), number, prices)
        months.append(MonthEstimate(number, charges))
        unpriced |= {each.usage.id: each for each in missing}
    phase, last = projection.ramp.phase(settings.months), projection.traffic(settings.months)
    growth, then = growth_factor(settings, settings.months), prices.in_month(settings.months)
    steady, missing = _steady(scenario, projection, months, prices)
    unpriced |= {each.usage.id: each for each in missing}
    basis = EstimateBasis(
        scenario, phase.router, phase.meters, measured, phase.own, last.caused, last.flows, growth, then
    )
    events = events_of(basis, months[-1], growth_factor(settings, 1))
    changes = changes_in(scenario, projection.ramp.everything, months, events, prices)
    costs = _costs(scenario, projection, prices, settings.months)
    notes = (*changes, *_of_settings(settings, months[-1], costs))
    return Estimate(
        scenario=scenario,
        months=tuple(months),
        events=events,
        unknown=_unknown(scenario, projection, prices, settings.months),
        unpriced=tuple(unpriced.values()),
        assumptions=assumptions_of(basis, projection.stored, months[-1], notes),
        steady=steady,
        books=_books(months, prices),
        regions=prices.regions,
    )


def _steady(
    scenario: Scenario, projection: Projection, known: Sequence[MonthEstimate], prices: PriceList
) -> tuple[MonthEstimate | None, tuple[UnpricedUsage, ...]]:
    """Return the first month after which nothing changes any more, if there is one, and what of it has no price."""
    first = projection.steady_from
    if first is None:
        return None, ()
    # What a month of the projection does not use yet may change its price before nothing else changes.
    usages = projection.usages(first)
    used = {(usage.meter, usage.region) for usage in usages}
    month = max(first, *(prices.changed_in(meter.service, region, meter) for meter, region in used), 1)
    if month <= len(known):
        return known[month - 1], ()
    charges, missing = _rated(scenario, usages if month == first else projection.usages(month), month, prices)
    return MonthEstimate(month, charges), missing


@dataclass(frozen=True, slots=True)
class MonthState:
    """One month of a scenario: its charges, and what of it nobody measured or has no price.

    own: what its recorders record of the events that its trails cause.
    """

    month: MonthEstimate
    unknown: tuple[UnknownUsage, ...]
    unpriced: tuple[UnpricedUsage, ...]
    own: tuple[OwnRecorded, ...] = ()


def state_of_month(scenario: Scenario, prices: PriceList, month: int, measured: Measured) -> MonthState:
    """Return one month of a scenario, as ``estimate_scenario`` has it, without what else an estimate tells.

    measured: its volumes without the trails' own events (``without_own_events``).
    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    return _state(scenario, Projection(scenario, landscape_of(scenario, prices.regions), measured), prices, month)


def _state(scenario: Scenario, projection: Projection, prices: PriceList, month: int) -> MonthState:
    charges, unpriced = _rated(scenario, projection.usages(month), month, prices)
    unknown = _unknown(scenario, projection, prices, month)
    own = projection.ramp.phase(month).own.recorded(projection.traffic(month).flows)
    return MonthState(MonthEstimate(month, charges), unknown, unpriced, own)


def _unknown(scenario: Scenario, projection: Projection, prices: PriceList, month: int) -> tuple[UnknownUsage, ...]:
    recording, then = projection.ramp.until(month), prices.in_month(month)
    return (*unknown_usage(scenario, recording, then), *unknown_of_stores(recording, scenario.settings, then))


def costs_of_month(scenario: Scenario, prices: PriceList, month: int) -> Callable[[Settings], MonthEstimate]:
    """Return what tells the cost of one month of a scenario under another growth or busy factor.

    Every recorder's account and home Region must be settled (``scope.settle``).
    """
    landscape = landscape_of(scenario, prices.regions)
    return _costs(scenario, Projection(scenario, landscape, without_own_events(scenario.volumes)), prices, month)


def _costs(
    scenario: Scenario, projection: Projection, prices: PriceList, month: int
) -> Callable[[Settings], MonthEstimate]:
    def cost(settings: Settings) -> MonthEstimate:
        return MonthEstimate(month, _rated(scenario, projection.under(settings).usages(month), month, prices)[0])

    return cost


def _of_settings(
    settings: Settings, last: MonthEstimate, costs: Callable[[Settings], MonthEstimate]
) -> Iterator[Assumption]:
    """Yield what a scenario assumes of all volumes, with what the last month would differ by without it."""

    def moved(others: Settings) -> Decimal:
        return abs(last.list_cost.point - costs(others).list_cost.point)

    if settings.growth_per_month:
        percent = f"{(settings.growth_per_month * 100).normalize():f}"
        verb = "grow" if settings.growth_per_month > 0 else "shrink"
        text = f"volumes {verb} by {percent.lstrip('-')} % a month"
        yield Assumption("growth", text, moved(replace(settings, growth_per_month=Decimal(0))))
    if settings.busy_factor != 1:
        text = f"every volume is multiplied by {settings.busy_factor.normalize():f}"
        yield Assumption("busy-factor", text, moved(replace(settings, busy_factor=Decimal(1))))


def _rated(
    scenario: Scenario, usages: Iterable[Usage], month: int, prices: PriceList
) -> tuple[tuple[Charge, ...], tuple[UnpricedUsage, ...]]:
    free = applied(prices, scenario.settings)
    return rate(usages, prices.in_month(month), scenario.discounts, month, free, scenario.billing_groups)


def _books(months: Sequence[MonthEstimate], prices: PriceList) -> tuple[PriceBook, ...]:
    used = sorted({(c.usage.meter.service, c.usage.region) for month in months for c in month.charges})
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
    found.update(declared.region for declared in scenario.config_items)
    return frozenset(found - {""})
