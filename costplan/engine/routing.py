"""Which recorder records which events: every event is offered to every recorder present where it happens (R60)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from costplan.engine.matching import Matcher, Matchers
from costplan.engine.scope import Landscape, Place, labels_of, places_of
from costplan.model.containers import Condition
from costplan.model.events import EventKey
from costplan.model.recorders import Recorder
from costplan.model.scenario import Scenario
from costplan.model.truth import Truth
from costplan.model.volumes import VolumeRow, Volumes


class Delivery(NamedTuple):
    """One recorder's share of the events of one key.

    ordinal: the recorder's place in the order of copies.
    truth: YES or MAYBE.
    selector: the position of the recorder's first selector that admits them.
    """

    ordinal: int
    truth: Truth
    selector: int


class Routed(NamedTuple):
    """A row of volumes and the recorders that record it, in the order of copies."""

    row: VolumeRow
    deliveries: tuple[Delivery, ...]


class Router:
    """The recorders of a scenario, in the order of copies, compiled and placed.

    recorders, labels: by ordinal; matchers: where other routers' recorders are compiled too.
    places: for each recorder, where it is present.
    """

    def __init__(self, recorders: tuple[Recorder, ...], landscape: Landscape, matchers: Matchers | None = None) -> None:
        self.recorders = recorders
        self.labels = tuple(labels_of(recorders).values())
        self.places = tuple(places_of(recorder, landscape) for recorder in recorders)
        self._present: dict[Place, list[tuple[int, Truth]]] = defaultdict(list)
        for ordinal, places in enumerate(self.places):
            for place, truth in places.items():
                self._present[place].append((ordinal, truth))
        self._compiled = matchers or Matchers()
        self._matchers: dict[tuple[Condition, ...], tuple[Matcher, ...]] = {}

    def matchers(self, conditions: tuple[Condition, ...] = ()) -> tuple[Matcher, ...]:
        """Return the compiled selectors of every recorder, for rows that answer *conditions*."""
        if conditions not in self._matchers:
            self._matchers[conditions] = self._compiled.of(self.recorders, conditions)
        return self._matchers[conditions]

    def route(self, volumes: Volumes) -> Iterator[Routed]:
        """Yield every row of *volumes* with its deliveries; a row that nobody records has none."""
        matchers = self.matchers(volumes.conditions)
        for row in volumes.rows:
            yield Routed(row, self.deliveries(row.key, matchers))

    def deliveries(self, key: EventKey, matchers: tuple[Matcher, ...]) -> tuple[Delivery, ...]:
        """Return who records the events of *key*, in the order of copies; *matchers* are by ordinal."""
        present = self._present.get((key.account, key.region), ())
        found = []
        for ordinal, presence in present:
            truth, selector = matchers[ordinal].admit(key)
            if presence is not Truth.YES:
                truth = min(truth, presence)
            if truth is not Truth.NO:
                found.append(Delivery(ordinal, truth, selector))
        return tuple(found)


def route_scenario(scenario: Scenario, router: Router) -> Iterator[Routed]:
    """Yield every row of every source of *scenario* with its deliveries."""
    for volumes in scenario.volumes:
        yield from router.route(volumes)
