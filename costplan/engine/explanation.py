"""Why a recorder records an event or does not: the matcher's answer, and the field that is the first to say no.

Fields are asked in a fixed order: ``eventCategory``, then the others in the selector's own order, ``resources.type``
and ``resources.ARN`` last.  Each question is put to a ``Matcher`` of its own, so that no rule is written twice.
"""

from collections.abc import Iterator
from dataclasses import replace

from costplan.engine.matching import Matcher
from costplan.engine.scope import Landscape, Place, places_of
from costplan.model.containers import Condition
from costplan.model.events import EventKey
from costplan.model.matches import Absence, Explanation, Verdict
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.selection import EVENT_CATEGORY, RESOURCE_ARN, RESOURCE_TYPE, advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth, any_of

_EVERYTHING = AdvancedEventSelector(())
_YES, _MAYBE = Verdict(Truth.YES), Verdict(Truth.MAYBE)


class Explainer:
    """One recorder in its places, for keys that answer *conditions*.

    selectors: the name of each, and its fields in the order in which they are asked.
    """

    def __init__(self, recorder: Recorder, landscape: Landscape, conditions: tuple[Condition, ...] = ()) -> None:
        matcher = Matcher(recorder, conditions)
        self._matcher = matcher
        self._settings = tuple(_settings(recorder))
        self._probes = tuple(tuple(_probes(selector, conditions)) for selector in advanced_form(recorder))
        self.selectors = tuple(
            (name, tuple(dict.fromkeys(str(verdict.rejected_by) for _, verdict in probes)))
            for name, probes in zip(matcher.selector_names, self._probes, strict=True)
        )
        self._recorder = recorder
        self._landscape = landscape
        self._places = places_of(recorder, landscape)

    def explain(self, key: EventKey) -> Explanation:
        """Return what the recorder says of events of *key*."""
        place = (key.account, key.region)
        presence = self._places.get(place, Truth.NO)
        if presence is Truth.NO:
            return Explanation(Truth.NO, self._absence(place))
        for absence, setting in self._settings:
            if setting.match(key) is Truth.NO:
                return Explanation(Truth.NO, absence)
        verdicts = tuple(
            self._verdict(key, min(truth, presence), probes)
            for truth, probes in zip(self._matcher.match_each(key), self._probes, strict=True)
        )
        return Explanation(any_of(verdict.truth for verdict in verdicts), None, verdicts)

    def _absence(self, place: Place) -> Absence:
        recorder, account = self._recorder, place[0]
        if not recorder.is_running:
            return Absence.NOT_LOGGING
        is_member = recorder.is_organization and account in self._landscape.members
        if account != recorder.account and not is_member:
            return Absence.OTHER_ACCOUNT
        if not any(owner == account for owner, _ in self._places):
            return Absence.HOME_REGION_NOT_ENABLED
        return Absence.OTHER_REGION

    def _verdict(self, key: EventKey, truth: Truth, probes: "tuple[_Probe, ...]") -> Verdict:
        if truth is not Truth.NO:
            return _YES if truth is Truth.YES else _MAYBE
        for matcher, verdict in probes:
            if matcher.match(key) is Truth.NO:
                return verdict
        # A selector is the conjunction of its fields (R20): where it says no, one of them does.
        raise AssertionError("a selector rejects an event that none of its fields rejects")


_Probe = tuple[Matcher, Verdict]


def _probes(selector: AdvancedEventSelector, conditions: tuple[Condition, ...]) -> Iterator[_Probe]:
    """Yield a question for each field, with the verdict if the answer is no."""
    resources = (RESOURCE_TYPE, RESOURCE_ARN)
    category, types, arns = (_named(selector, name) for name in (EVENT_CATEGORY, *resources))
    yield _probe(EVENT_CATEGORY, category, category, conditions)
    for field in selector.fields:
        if field.field not in (EVENT_CATEGORY, *resources):
            yield _probe(field.field, (field,), (field,), conditions)
    if types:
        yield _probe(RESOURCE_TYPE, types, types, conditions)
    if arns:
        # Type and ARN of one and the same element (R30).
        yield _probe(RESOURCE_ARN, arns, (*types, *arns), conditions)


def _named(selector: AdvancedEventSelector, name: str) -> tuple[FieldSelector, ...]:
    return tuple(field for field in selector.fields if field.field == name)


def _probe(
    name: str, asks: tuple[FieldSelector, ...], asked: tuple[FieldSelector, ...], conditions: tuple[Condition, ...]
) -> _Probe:
    # An event data store has no settings that stand before its selectors.
    only = EventDataStore(name, selectors=(AdvancedEventSelector(asked),))
    return Matcher(only, conditions), Verdict(Truth.NO, name, asks)


def _settings(recorder: Recorder) -> Iterator[tuple[Absence, Matcher]]:
    """Yield what a trail leaves out before its selectors are asked, one setting at a time."""
    if not isinstance(recorder, Trail):
        return
    if not recorder.recursive_logging:
        alone = replace(recorder, selectors=(_EVERYTHING,), include_global_service_events=True)
        yield Absence.RECURSIVE_LOGGING, Matcher(alone)
    if not recorder.include_global_service_events:
        alone = replace(recorder, selectors=(_EVERYTHING,), recursive_logging=True)
        yield Absence.GLOBAL_SERVICE_EVENT, Matcher(alone)
