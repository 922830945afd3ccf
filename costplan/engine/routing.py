"""Which recorder records which events: every event is offered to every recorder present where it happens (R60)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from costplan.engine.matching import Matcher, Matchers
from costplan.engine.scope import Landscape, Place, labels_of, places_of
from costplan.model.containers import Condition
from costplan.model.events import EventKey
from costplan.model.recorders import Recorder
from costplan.model.truth import Truth


class Delivery(NamedTuple):
    """One recorder's share of the events of one key.

    ordinal: the recorder's place in the order of copies: of a scenario, or of those who are present somewhere.
    truth: YES or MAYBE.
    selector: the position of the recorder's first selector that admits them.
    """

    ordinal: int
    truth: Truth
    selector: int


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

    def present(self, place: Place) -> Sequence[tuple[int, Truth]]:
        """Return which recorders are present in a place, in the order of copies, and how surely each is."""
        return self._present.get(place, ())

    def deliveries(self, key: EventKey, matchers: tuple[Matcher, ...]) -> tuple[Delivery, ...]:
        """Return who records the events of *key*, in the order of copies; *matchers* are by ordinal."""
        present = self._present.get((key.account, key.region), ())
        return deliveries_of(key, [(ordinal, presence, matchers[ordinal]) for ordinal, presence in present])


def deliveries_of(key: EventKey, present: Iterable[tuple[int, Truth, Matcher]]) -> tuple[Delivery, ...]:
    """Return who records the events of *key* of those who are present, each by its number."""
    found = []
    for number, presence, matcher in present:
        truth, selector = matcher.admit(key)
        if presence is not Truth.YES:
            truth = min(truth, presence)
        if truth is not Truth.NO:
            found.append(Delivery(number, truth, selector))
    return tuple(found)
