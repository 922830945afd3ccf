"""Which events a recorder's selectors admit (R1–R37).

Selectors are compiled once for each recorder.  Events come as rolled-up keys, so an answer has three values: what the
container and the recorded answers do not decide is MAYBE and ends as a band.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache

from costplan.model.containers import ArnField, Condition, Operator, decide, joint_of
from costplan.model.events import (
    CLOUDTRAIL_SERVICE,
    GLOBAL_SERVICE_SOURCES,
    NOT_ASKED,
    EventCategory,
    EventKey,
    Principal,
    Resource,
)
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import EVENT_CATEGORY, READ_ONLY, RESOURCE_ARN, RESOURCE_TYPE, advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, Value
from costplan.model.truth import Truth, all_of, any_of
from costplan.model.unknown import UNKNOWN, Except, Flag, Text

Test = Callable[[EventKey], Truth]

_DELIVERIES = frozenset({("s3.amazonaws.com", "PutObject"), ("logs.amazonaws.com", "PutLogEvents")})


class Matcher:
    """The compiled selectors of one recorder, for volumes whose rows answer *conditions*."""

    def __init__(self, recorder: Recorder, conditions: tuple[Condition, ...] = ()) -> None:
        self.recorder = recorder
        self._selectors = advanced_form(recorder)
        self.selector_names = tuple(selector.name for selector in self._selectors)
        self._index = {
            arn_field: {
                (condition.operator, condition.value): position
                for position, condition in enumerate(c for c in conditions if c.field is arn_field)
            }
            for arn_field in ArnField
        }
        # Compiled when the first event of a category comes: most recorders never meet one of some of them.
        self._compiled: dict[EventCategory, tuple[Test | None, ...]] = {}
        self._gates = _gates(recorder)

    def match(self, key: EventKey) -> Truth:
        """Return whether the recorder records events of *key*, if it is present where they happen."""
        return self.admit(key)[0]

    def admit(self, key: EventKey) -> tuple[Truth, int]:
        """Return the same, and the position of the first selector that says so (0 where none does)."""
        best, first = Truth.NO, 0
        for position, test in enumerate(self._tests(key.category)):
            truth = test(key) if test is not None else Truth.NO
            if truth > best:
                best, first = truth, position
                if best is Truth.YES:
                    break
        return (best & self._gate(key) if self._gates and best is not Truth.NO else best), first

    def match_each(self, key: EventKey) -> tuple[Truth, ...]:
        """Return the same for each selector by itself, in the order of ``selector_names``."""
        gate = self._gate(key)
        return tuple(Truth.NO if test is None else gate & test(key) for test in self._tests(key.category))

    def _tests(self, category: EventCategory) -> tuple[Test | None, ...]:
        tests = self._compiled.get(category)
        if tests is None:
            tests = tuple(_compile(selector, self._index, category) for selector in self._selectors)
            self._compiled[category] = tests
        return tests

    def _gate(self, key: EventKey) -> Truth:
        return all_of([gate(key) for gate in self._gates])


class Matchers:
    """Compiled selectors, each once: recorders that ask the same share a matcher, and with it what it has found out.

    Give the same ones to all states of a comparison, of which most recorders are in every state.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[Condition, ...], dict[Hashable, Matcher]] = {}

    def of(self, recorders: Iterable[Recorder], conditions: tuple[Condition, ...] = ()) -> tuple[Matcher, ...]:
        """Return the matcher of each recorder, for volumes whose rows answer *conditions*."""
        compiled = self._compiled.setdefault(conditions, {})
        found = []
        for recorder in recorders:
            asked = _asked(recorder)
            matcher = compiled.get(asked)
            if matcher is None:
                matcher = compiled[asked] = Matcher(recorder, conditions)
            found.append(matcher)
        return tuple(found)


def _asked(recorder: Recorder) -> Hashable:
    """Return all of a recorder that its matcher looks at."""
    gates: tuple[object, ...] = ()
    if isinstance(recorder, Trail):
        gates = (recorder.recursive_logging, recorder.include_global_service_events, recorder.is_multi_region)
    return advanced_form(recorder), gates


def _gates(recorder: Recorder) -> tuple[Test, ...]:
    """Return what a trail asks before its selectors: recursive logging (R76), global service events (R63, R67)."""
    gates: list[Test] = []
    if isinstance(recorder, Trail):
        if not recorder.recursive_logging:
            gates.append(lambda key: ~is_own_delivery(key))
        if not recorder.include_global_service_events and not recorder.is_multi_region:
            gates.append(lambda key: ~is_global_service_event(key))
    return tuple(gates)


def is_own_delivery(key: EventKey) -> Truth:
    """Return whether *key* is CloudTrail writing to a bucket or a log group (R76).

    Where nobody says who invoked the call it was not CloudTrail: a measurement always keeps that mark, and typed
    volumes leave out what the scenario's trails cause.
    """
    if key.principal.invoked_by is UNKNOWN:
        return Truth.NO
    by_cloudtrail = equals(key.principal.invoked_by, CLOUDTRAIL_SERVICE)
    call = any_of(equals(key.event_source, source) & equals(key.event_name, name) for source, name in _DELIVERIES)
    return by_cloudtrail & call


def is_global_service_event(key: EventKey) -> Truth:
    """Return whether *key* is one of the global service events a trail can leave out (R67)."""
    return _is_of_global_service(key.event_source, key.is_global_endpoint)


@lru_cache(maxsize=1024)
def _is_of_global_service(event_source: Text, is_global_endpoint: Flag) -> Truth:
    listed = any_of(equals(event_source, source) for source in GLOBAL_SERVICE_SOURCES)
    sts = equals(event_source, "sts.amazonaws.com")
    at_global_endpoint = Truth.MAYBE if is_global_endpoint is UNKNOWN else Truth.of(bool(is_global_endpoint))
    return listed | (sts & at_global_endpoint)


def equals(text: Text, value: str) -> Truth:
    """Return whether a text, possibly unknown or absent, equals *value*."""
    return _test_text(text, Operator.EQUALS, value)


def _test_text(text: Text, operator: Operator, value: str) -> Truth:
    if isinstance(text, str):
        return Truth.of(operator.holds(text, value))
    if text is None:
        return Truth.NO
    if isinstance(text, Except) and operator is Operator.EQUALS and value in text.values:
        return Truth.NO
    return Truth.MAYBE


def _text_of_flag(flag: Flag) -> Text:
    """Return a boolean as selectors compare it: in lower-case letters (R24)."""
    return flag if flag is None or flag is UNKNOWN else str(flag).lower()


def _console_text(flag: Flag) -> Text:
    """``sessionCredentialFromConsole`` is the text ``true`` or absent (R27)."""
    return flag if flag is UNKNOWN else "true" if flag else None


_TEXT_FIELDS: Mapping[str, Callable[[EventKey], Text]] = {
    READ_ONLY: lambda key: _text_of_flag(key.read_only),
    "eventSource": lambda key: key.event_source,
    "eventName": lambda key: key.event_name,
    "eventType": lambda key: key.event_type,
    "sessionCredentialFromConsole": lambda key: _console_text(key.is_console),
    "errorCode": lambda key: key.error_code,
    "vpcEndpointId": lambda key: key.vpc_endpoint_id,
}


def field_holds(selector: FieldSelector, hit: Callable[[Operator, str], Truth], is_absent: bool) -> Truth:
    """Return whether a field selector holds, given which values hit (R21).

    A field that is absent fails every value that selects and passes every value that deselects (R26).
    """
    selecting = selector.selecting
    if is_absent:
        return Truth.of(not selecting)
    selected = _any_hit(selecting, hit) if selecting else Truth.YES
    return selected & ~_any_hit(selector.deselecting, hit)


def _any_hit(tests: tuple[tuple[Operator, Value], ...], hit: Callable[[Operator, str], Truth]) -> Truth:
    best = Truth.NO
    for operator, value in tests:
        truth = hit(operator, value) if isinstance(value, str) else Truth.MAYBE
        if truth is Truth.YES:
            return truth
        if truth is Truth.MAYBE:
            best = truth
    return best


def _compile(
    selector: AdvancedEventSelector,
    index: Mapping[ArnField, Mapping[tuple[Operator, str], int]],
    category: EventCategory,
) -> Test | None:
    """Return the conjunction of a selector's fields (R20) for events of *category*; ``None`` if it admits none.

    Equal fields listed twice are both asked (R25).
    """
    admits = _admits_category(selector, category)
    if admits is Truth.NO:
        return None
    tests: list[Test] = [] if admits is Truth.YES else [lambda _: admits]
    resource_fields: list[FieldSelector] = []
    for field in selector.fields:
        if field.field in (RESOURCE_TYPE, RESOURCE_ARN):
            resource_fields.append(field)
        elif field.field == ArnField.PRINCIPAL:
            tests.append(_principal_test(field, index[ArnField.PRINCIPAL]))
        elif field.field != EVENT_CATEGORY:
            tests.append(_text_test(field))
    if resource_fields:
        tests.append(_resource_test(tuple(resource_fields), index[ArnField.RESOURCE]))
    if len(tests) == 1:
        return tests[0]
    asked = tuple(tests)

    def every(key: EventKey) -> Truth:
        worst = Truth.YES
        for test in asked:
            truth = test(key)
            if truth is Truth.NO:
                return truth
            if truth is Truth.MAYBE:
                worst = truth
        return worst

    return every


def _admits_category(selector: AdvancedEventSelector, category: EventCategory) -> Truth:
    asked = (field for field in selector.fields if field.field == EVENT_CATEGORY)
    return all_of(
        field_holds(field, lambda operator, value: _test_text(category.value, operator, value), False)
        for field in asked
    )


def _text_test(field: FieldSelector) -> Test:
    read = _TEXT_FIELDS[field.field]
    known: dict[Text, Truth] = {}

    def test(key: EventKey) -> Truth:
        text = read(key)
        truth = known.get(text)
        if truth is None:
            truth = field_holds(field, lambda operator, value: _test_text(text, operator, value), text is None)
            known[text] = truth
        return truth

    return test


def _principal_test(field: FieldSelector, answers: Mapping[tuple[Operator, str], int]) -> Test:
    known: dict[tuple[Text, bool, str], Truth] = {}

    def test(key: EventKey) -> Truth:
        principal = key.principal
        what = (principal.container, principal.is_whole, principal.answers)
        truth = known.get(what)
        if truth is None:
            truth = known[what] = field_holds(
                field, lambda operator, value: _ask_principal(principal, answers, operator, value), what[0] is None
            )
        return truth

    return test


def _ask_principal(
    principal: Principal, answers: Mapping[tuple[Operator, str], int], operator: Operator, value: str
) -> Truth:
    if not isinstance(principal.container, str):
        return Truth.MAYBE
    truth = decide(principal.container, principal.is_whole, "/", operator, value)
    return _answered(truth, answers.get((operator, value)), principal.answers)


def _resource_test(fields: tuple[FieldSelector, ...], answers: Mapping[tuple[Operator, str], int]) -> Test:
    """Return whether one and the same element of ``resources[]`` passes type and ARN (R30)."""
    types = tuple(field for field in fields if field.field == RESOURCE_TYPE)
    arns = tuple(field for field in fields if field.field == RESOURCE_ARN)
    deselecting = tuple(field.deselecting for field in arns if field.deselecting)
    known: dict[tuple[Resource, ...], Truth] = {}
    known_types: dict[Text, Truth] = {}

    def type_passes(text: Text) -> Truth:
        if text not in known_types:
            known_types[text] = all_of(
                field_holds(field, lambda operator, value: _test_text(text, operator, value), text is None)
                for field in types
            )
        return known_types[text]

    def element(resource: Resource) -> tuple[Truth, Truth]:
        """Return whether the element passes, and whether it is of the type and its ARN is deselected."""
        of_type = type_passes(resource.type)
        if of_type is Truth.NO or not arns:
            return of_type, Truth.NO
        is_absent = resource.container is None

        def hit(operator: Operator, value: str) -> Truth:
            return _ask_resource(resource, answers, operator, value)

        passes = all_of([field_holds(field, hit, is_absent) for field in arns])
        deselected = Truth.NO if is_absent else any_of([_any_hit(tests, hit) for tests in deselecting])
        return of_type & passes, of_type & deselected

    def test(key: EventKey) -> Truth:
        resources = key.resources
        if not isinstance(resources, tuple):
            return Truth.MAYBE
        truth = known.get(resources)
        if truth is None:
            elements = [element(resource) for resource in resources]
            truth = any_of(passes for passes, _ in elements)
            if truth is Truth.YES and any_of(deselected for _, deselected in elements) is not Truth.NO:
                # Some elements of the type are deselected and some pass: AWS is silent, so the event is banded (R31).
                truth = Truth.MAYBE
            known[resources] = truth
        return truth

    return test


def _ask_resource(
    resource: Resource, answers: Mapping[tuple[Operator, str], int], operator: Operator, value: str
) -> Truth:
    if not isinstance(resource.container, str):
        return Truth.MAYBE
    joint = joint_of(resource.type, resource.container)
    truth = decide(resource.container, resource.is_whole, joint, operator, value)
    return _answered(truth, answers.get((operator, value)), resource.answers)


def _answered(truth: Truth, position: int | None, answers: str) -> Truth:
    """Replace "perhaps" by the answer the volumes hold, if they were asked."""
    if truth is Truth.MAYBE and position is not None and position < len(answers) and answers[position] != NOT_ASKED:
        return Truth.of(answers[position] == "1")
    return truth


def categories_of(recorder: Recorder) -> frozenset[EventCategory]:
    """Return the categories that some selector of *recorder* can admit."""
    return frozenset().union(*(_categories_of(selector) for selector in advanced_form(recorder)))


@lru_cache(maxsize=4096)
def _categories_of(selector: AdvancedEventSelector) -> frozenset[EventCategory]:
    return frozenset(category for category in EventCategory if _admits_category(selector, category) is not Truth.NO)
