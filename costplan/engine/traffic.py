"""What the recorders of a scenario receive in one month, what their own deliveries cause included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.engine.log_files import FileModel, Inflow, file_model
from costplan.engine.metering import Meters, Recorded
from costplan.engine.own_events import OwnEvents
from costplan.model.billing import Usage
from costplan.model.numbers import TWELVE_PLACES
from costplan.model.scenario import Settings
from costplan.model.volumes import Volumes


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


def traffic_of(
    meters: Meters, own: OwnEvents, models: Mapping[tuple[str, str, str], FileModel], factor: Decimal
) -> Traffic:
    """Return the traffic of a month in which measured volumes have grown by *factor*."""
    recorded = tuple(meters.recorded())
    caused = own.of_month(recorded, models, factor)
    echoes = Meters(meters.router, meters.settings, meters.breakdown)
    echoes.read(Volumes(caused.rows))
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


def file_models(sources: tuple[Volumes, ...]) -> Mapping[tuple[str, str, str], FileModel]:
    """Return what is known of the log files of each account, Region and kind."""
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
