"""Which recorders are on in which month of a projection: what is routed and metered once for each set of them."""

from dataclasses import dataclass

from costplan.engine.metering import Meters
from costplan.engine.own_events import Measured, OwnEvents
from costplan.engine.routing import Router
from costplan.engine.scope import Landscape, copy_order
from costplan.model.recorders import has_files, is_on, switched_off
from costplan.model.scenario import Scenario

_Chosen = tuple[bool, ...]
"""Of each recorder, in the order of copies, whether it is on."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Months in which the same recorders are on.

    router: of all recorders, those that are off stopped, so that ordinals and labels are the same in every phase.
    meters: of the measured events of month 1; own: of those that the trails' deliveries cause.
    """

    router: Router
    meters: Meters
    own: OwnEvents


class Ramp:
    """The recorders of a scenario, switched on and off by the months of a projection.

    Copies, deliveries and the trails' own events depend on all recorders that are on, so they are worked out for each
    set of them, never scaled.
    """

    def __init__(
        self, scenario: Scenario, landscape: Landscape, measured: Measured, breakdown: frozenset[str] = frozenset()
    ) -> None:
        self._recorders = copy_order(scenario.recorders)
        self._settings, self._landscape = scenario.settings, landscape
        self._measured, self._breakdown = measured, breakdown
        self._routers: dict[_Chosen, Router] = {}
        self._phases: dict[_Chosen, Phase] = {}

    @property
    def last_switch(self) -> int:
        """The month of the last start or stop; 1 where nothing is switched."""
        months = (m for r in self._recorders for m in (r.starts_in_month, r.stops_in_month) if m is not None)
        return max(months, default=1)

    @property
    def everything(self) -> Router:
        """Every recorder, whenever it is on."""
        return self._router(tuple(True for _ in self._recorders))

    def until(self, month: int) -> Router:
        """Return the recorders that are on in some month until *month*."""
        return self._router(tuple(recorder.starts_in_month <= month for recorder in self._recorders))

    def with_files(self, month: int) -> Router:
        """Return the recorders of which there can be files in *month*: also those that have been stopped since."""
        return self._router(tuple(has_files(recorder, month) for recorder in self._recorders))

    def phase(self, month: int) -> Phase:
        """Return what is on in *month*."""
        chosen = tuple(is_on(recorder, month) for recorder in self._recorders)
        if chosen not in self._phases:
            router = self._router(chosen)
            meters = Meters(router, self._settings, self._breakdown, self._measured.metered)
            for volumes in self._measured.volumes:
                meters.read(volumes)
            self._phases[chosen] = Phase(router, meters, OwnEvents(router, self._measured))
        return self._phases[chosen]

    def _router(self, chosen: _Chosen) -> Router:
        if chosen not in self._routers:
            pairs = zip(self._recorders, chosen, strict=True)
            recorders = tuple(recorder if is_chosen else switched_off(recorder) for recorder, is_chosen in pairs)
            self._routers[chosen] = Router(recorders, self._landscape, self._measured.matchers)
        return self._routers[chosen]
