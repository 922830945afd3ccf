"""What a scenario uses, month by month: what happens grows, recorders are switched on and off, files pile up."""

from copy import copy
from decimal import Decimal

from costplan.engine.config_items import config_usages
from costplan.engine.file_uses import file_uses
from costplan.engine.log_groups import LogGroups
from costplan.engine.own_events import Measured
from costplan.engine.ramp import Phase, Ramp
from costplan.engine.scope import Landscape
from costplan.engine.storage import Storage
from costplan.engine.stores import Stores
from costplan.engine.traffic import Traffic, file_models, growth_factor, traffic_of
from costplan.model.billing import LAKE_METERS, Usage
from costplan.model.scenario import Scenario, Settings


class Projection:
    """The usage of a scenario.

    ramp: which recorders are on when.
    stored: the log buckets.
    """

    def __init__(
        self, scenario: Scenario, landscape: Landscape, measured: Measured, breakdown: frozenset[str] = frozenset()
    ) -> None:
        self._declared = tuple(config_usages(scenario.config_items))
        self.ramp = Ramp(scenario, landscape, measured, breakdown)
        self._models = file_models(scenario.volumes)
        self._project(scenario.settings)

    def under(self, settings: Settings) -> "Projection":
        """Return the usage under another growth and busy factor: what each event meets was worked out already."""
        other = copy(self)
        other._project(settings)
        return other

    def _project(self, settings: Settings) -> None:
        self._settings = settings
        self._traffic: dict[tuple[Phase, Decimal], Traffic] = {}
        # What a trail will deliver tells the sizes of what its bucket holds before, and the steady state comes after.
        self._until = max(self._settings.months, self.ramp.last_switch)
        months = [self.traffic(month) for month in range(1, self._until + 1)]
        everything = self.ramp.everything
        self.stored = Storage([month.flows for month in months], everything, self._settings)
        self._groups = LogGroups([month.recorded for month in months], everything, self._settings)
        self._stores = Stores([month.usages for month in months], everything, self._settings)

    def traffic(self, month: int) -> Traffic:
        """Return what the recorders receive in a month; after the last one that is worked out, what they do in it."""
        month = min(month, self._until)
        phase, factor = self.ramp.phase(month), growth_factor(self._settings, month)
        if (phase, factor) not in self._traffic:
            self._traffic[phase, factor] = traffic_of(phase.meters, phase.own, self._models, factor)
        return self._traffic[phase, factor]

    def usages(self, month: int) -> list[Usage]:
        """Return the usage of one month on every meter."""
        stored, groups, stores = self.stored, self._groups, self._stores
        if month > self._until:
            stored, groups, stores = stored.lasting(month), groups.lasting(month), stores.lasting(month)
        traffic = self.traffic(month)
        return [
            *(usage for usage in traffic.usages if usage.meter not in LAKE_METERS),
            *stored.usages(month),
            *groups.usages(month),
            *file_uses(traffic.flows, traffic.recorded, self.ramp.with_files(month), self._settings),
            *stores.usages(month),
            *self._declared,
        ]

    @property
    def steady_from(self) -> int | None:
        """The first month from which no usage changes any more; ``None`` where something grows for ever."""
        if self._settings.growth_per_month:
            return None
        since = [self.stored.steady_from, self._groups.steady_from, self._stores.steady_from]
        if None in since:
            return None
        return max(self.ramp.last_switch, *(month for month in since if month is not None))
