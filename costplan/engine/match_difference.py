"""What one configuration records and another does not, event by event."""

from collections import Counter

from costplan.model.events import EventKey
from costplan.model.matches import Difference, DifferenceRow
from costplan.model.truth import Truth

_Kind = tuple[str | None, str | None, tuple[str, ...], str | None]


class DifferenceTally:
    """Compares two configurations while events are met."""

    def __init__(self, first: str, second: str) -> None:
        self._names = (first, second)
        self._both = self._neither = 0
        self._only_first: Counter[_Kind] = Counter()
        self._only_second: Counter[_Kind] = Counter()
        self._may_differ: Counter[_Kind] = Counter()

    def add(self, key: EventKey, events: int, first: Truth, second: Truth) -> None:
        """Count the events of one key; *first* and *second* say whether the configurations record them."""
        if Truth.MAYBE in (first, second):
            self._may_differ[_kind(key)] += events
        elif first is second:
            if first is Truth.YES:
                self._both += events
            else:
                self._neither += events
        elif first is Truth.YES:
            self._only_first[_kind(key)] += events
        else:
            self._only_second[_kind(key)] += events

    def result(self) -> Difference:
        """Return the comparison, most frequent kinds of events first."""
        rows = (_rows(counts) for counts in (self._only_first, self._only_second, self._may_differ))
        return Difference(*self._names, self._both, self._neither, *rows)


def _kind(key: EventKey) -> _Kind:
    resources = key.resources if isinstance(key.resources, tuple) else ()
    containers = dict.fromkeys(r.container for r in resources if isinstance(r.container, str))
    return _known(key.event_source), _known(key.event_name), tuple(containers), _known(key.principal.container)


def _known(text: object) -> str | None:
    return text if isinstance(text, str) else None


def _rows(counts: Counter[_Kind]) -> tuple[DifferenceRow, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], tuple(map(str, item[0]))))
    return tuple(DifferenceRow(*kind, events) for kind, events in ordered)
