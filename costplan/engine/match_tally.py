"""Counts what a recorder says of events, and chooses the keys whose events are worth showing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from costplan.engine.explanation import Explainer
from costplan.model.events import ROUTED_CATEGORIES, EventKey
from costplan.model.matches import Absence, Explanation, RecorderMatch, Samples, SelectorMatch, Verdict
from costplan.model.recorders import Recorder
from costplan.model.truth import Truth


class Outcome:
    """The events of which one selector says the same, and the most frequent key of each kind of call among them."""

    __slots__ = ("_by_call", "events")

    def __init__(self) -> None:
        self.events = 0
        self._by_call: dict[tuple[str, str], tuple[int, EventKey]] = {}

    def add(self, key: EventKey, events: int) -> None:
        """Count the events of one key."""
        self.events += events
        call = (str(key.event_source), str(key.event_name))
        best = self._by_call.get(call)
        if best is None or events > best[0]:
            self._by_call[call] = (events, key)

    def choose(self, most: int) -> list[EventKey]:
        """Return the keys of at most so many events to show, most frequent calls first.

        Every kind of call has its turn before one is shown twice.
        """
        ordered = sorted(self._by_call.items(), key=lambda item: (-item[1][0], item[0]))
        keys = [found for _, found in ordered[:most]]
        chosen: list[EventKey] = []
        for turn in range(most):
            chosen += [key for events, key in keys if events > turn]
        return chosen[:most]


@dataclass(frozen=True, slots=True)
class Choice:
    """The keys of a selector's sample events, in the order in which they are shown; of rejected ones, the field too."""

    recorded: tuple[EventKey, ...]
    may_match: tuple[EventKey, ...]
    rejected: tuple[tuple[str, EventKey], ...]

    def needed(self) -> Counter[EventKey]:
        """Return how many events of each key it takes; no key has two outcomes."""
        return Counter((*self.recorded, *self.may_match, *(key for _, key in self.rejected)))


class SelectorTally:
    """The outcomes of one selector; *fields* are those it asks, in their order."""

    def __init__(self, name: str, fields: tuple[str, ...]) -> None:
        self._name = name
        self._recorded, self._may_match = Outcome(), Outcome()
        self._rejected = {field: Outcome() for field in fields}

    def add(self, key: EventKey, events: int, verdict: Verdict) -> None:
        """Count the events of one key."""
        if verdict.rejected_by is not None:
            self._rejected[verdict.rejected_by].add(key, events)
        elif verdict.truth is Truth.YES:
            self._recorded.add(key, events)
        else:
            self._may_match.add(key, events)

    def choose(self, most: int) -> Choice:
        """Return the keys of at most so many events of each kind to show."""
        recorded, may_match = self._recorded.choose(most), self._may_match.choose(most)
        return Choice(tuple(recorded), tuple(may_match), tuple(self._near_misses(most))[:most])

    def _near_misses(self, most: int) -> Iterator[tuple[str, EventKey]]:
        """Yield rejected keys, of each field in turn; fields asked last come first: their events all but passed."""
        waiting = [(field, outcome.choose(most)) for field, outcome in reversed(self._rejected.items())]
        for turn in range(most):
            yield from ((field, keys[turn]) for field, keys in waiting if turn < len(keys))

    def result(self, samples: Samples | None = None) -> SelectorMatch:
        """Return the counts, with *samples*."""
        rejected = {field: outcome.events for field, outcome in self._rejected.items() if outcome.events}
        return SelectorMatch(self._name, self._recorded.events, self._may_match.events, rejected, samples)


class RecorderTally:
    """What one recorder says of all events."""

    def __init__(self, configuration: str, label: str, recorder: Recorder, explainer: Explainer) -> None:
        self._configuration, self._label, self._recorder = configuration, label, recorder
        self.explainer = explainer
        self.selectors = tuple(SelectorTally(name, fields) for name, fields in explainer.selectors)
        self._absent: Counter[Absence] = Counter()
        self._offered = self._may_match = 0
        self._by_category: Counter[str] = Counter()

    def add(self, key: EventKey, events: int) -> Explanation:
        """Count the events of one key, and return what the recorder says of them."""
        explanation = self.explainer.explain(key)
        if explanation.absence is not None:
            self._absent[explanation.absence] += events
            return explanation
        self._offered += events
        if explanation.truth is Truth.YES:
            self._by_category[key.category.value] += events
        elif explanation.truth is Truth.MAYBE:
            self._may_match += events
        for tally, verdict in zip(self.selectors, explanation.verdicts, strict=True):
            tally.add(key, events, verdict)
        return explanation

    def result(self, samples_of: Callable[[SelectorTally], Samples | None]) -> RecorderMatch:
        """Return the counts, with the samples that *samples_of* gives for each selector."""
        by_category = {category.value: self._by_category[category.value] for category in ROUTED_CATEGORIES}
        return RecorderMatch(
            self._configuration,
            self._label,
            self._recorder,
            self._offered,
            self._by_category.total(),
            self._may_match,
            {category: events for category, events in by_category.items() if events},
            {absence: self._absent[absence] for absence in Absence if self._absent[absence]},
            tuple(tally.result(samples_of(tally)) for tally in self.selectors),
        )
