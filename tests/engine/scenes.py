"""Asks the engine what the oracle is asked: raw records in, recorders and copies out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context as DecimalContext
from decimal import Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation, localcontext
from functools import cache

from costplan.engine.count_plan import plan_for
from costplan.engine.estimation import estimate_scenario
from costplan.engine.matching import Matcher
from costplan.engine.scope import landscape_of, places_of
from costplan.inputs.prices import load_price_list, read_regions
from costplan.inputs.volumes.logs.records import event_key
from costplan.model.billing import Charge, Meter, Service
from costplan.model.estimate import Estimate
from costplan.model.places import Region
from costplan.model.prices import PriceList
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder
from costplan.model.scenario import Account, Organization, Scenario, Settings
from costplan.model.truth import Truth
from costplan.model.volumes import VolumeRow, Volumes
from tests.oracle import Bill, Context, Record

COPIES = {
    Meter.MANAGEMENT_FIRST_COPY: "free",
    Meter.MANAGEMENT_ADDITIONAL_COPY: "paid",
    Meter.DATA: "data",
    Meter.NETWORK_ACTIVITY: "network",
}
"""The meters of copies, and the words of a ``Bill`` for them."""

MONEY = DecimalContext(prec=60, traps=[Inexact, FloatOperation, InvalidOperation, DivisionByZero])
"""A context in which a rounded amount or a float is an error."""


@cache
def price_list(regions: frozenset[str]) -> PriceList:
    return load_price_list(sorted(regions), ("cloudtrail", "s3"))


@cache
def known_regions() -> Mapping[str, Region]:
    return read_regions()


def opt_in_regions() -> frozenset[str]:
    """The Regions the project takes for opt-in: the one fact about places that the two sides share."""
    return frozenset(code for code, region in known_regions().items() if region.is_opt_in)


def scenario_of(
    recorders: Sequence[Recorder],
    events: Iterable[tuple[Record, int]],
    context: Context,
    settings: Settings | None = None,
) -> Scenario:
    """Return a scenario in which each record happens so many times a month, and nothing else."""
    plan = plan_for(recorders, keep=())
    rows = tuple(VolumeRow(event_key(record, plan), Quantity.exact(count)) for record, count in events)
    volumes = Volumes(rows, covers_all=True, conditions=plan.conditions)
    organization = None
    if context.members:
        organization = Organization("o-exampleorgid", context.management_account, context.members)
    return Scenario(
        name="scene",
        recorders=tuple(recorders),
        volumes=(volumes,),
        accounts={account: Account(regions=tuple(regions)) for account, regions in context.enabled.items()},
        organization=organization,
        settings=settings or Settings(months=1),
    )


def estimate(scenario: Scenario) -> Estimate:
    """Estimate with every Region's prices the scenario can touch, no amount rounded."""
    regions = {region for volumes in scenario.volumes for _account, region in volumes.places}
    regions.update(r.home_region for r in scenario.recorders if r.home_region)
    for account in scenario.accounts.values():
        regions.update(account.regions or ())
    with localcontext(MONEY):
        return estimate_scenario(scenario, price_list(frozenset(regions)))


def cloudtrail_charges(estimate: Estimate) -> tuple[Charge, ...]:
    """The charges of the first month, S3's left out."""
    return tuple(c for c in estimate.months[0].charges if c.usage.meter.service is Service.CLOUDTRAIL)


def cost(charges: Iterable[Charge]) -> Decimal:
    """Sum list costs, refusing any that would have to be rounded."""
    with localcontext(MONEY):
        return sum((charge.list_cost.point for charge in charges), Decimal(0))


def counted(estimate: Estimate, meter: Meter) -> Decimal:
    """Units of one meter in the first month."""
    with localcontext(MONEY):
        return sum((c.quantity.point for c in cloudtrail_charges(estimate) if c.usage.meter is meter), Decimal(0))


def bills(estimate: Estimate) -> dict[tuple[str, str], Bill]:
    """Return copies by (account, Region), as the oracle counts them; places without copies are left out.

    Copies that no list prices are copies all the same.
    """
    usages = [(charge.usage, charge.quantity.point) for charge in cloudtrail_charges(estimate)]
    usages += [(unpriced.usage, unpriced.usage.quantity.point) for unpriced in estimate.unpriced]
    found: dict[tuple[str, str], Bill] = {}
    for usage, count in usages:
        word = COPIES.get(usage.meter)
        if word and count:
            place = (usage.account, usage.region)
            assert count == int(count)
            found[place] = found.get(place, Bill()).plus(Bill(**{word: int(count)}))
    return found


def recorded(estimate: Estimate) -> dict[str, Quantity]:
    """Return how many events each recorder records, of all categories; those that record none are left out."""
    sums: dict[str, Quantity] = {}
    for recorder in estimate.events.by_recorder:
        for quantity in recorder.recorded.values():
            if quantity:
                sums[recorder.recorder] = sums.get(recorder.recorder, Quantity.exact(0)) + quantity
    return sums


def engine_records(recorder: Recorder, record: Record, scenario: Scenario) -> Truth:
    """Ask the engine's parts alone: is the recorder there, and does it match."""
    plan = plan_for(scenario.recorders, keep=())
    key = event_key(record, plan)
    places = places_of(recorder, landscape_of(scenario, known_regions()))
    present = places.get((key.account, key.region), Truth.NO)
    return present & Matcher(recorder, plan.conditions).match(key)
