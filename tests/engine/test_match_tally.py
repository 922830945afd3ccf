"""Counts of explanations add up, and samples are chosen so that they say most."""

from collections.abc import Sequence

from costplan.engine.explanation import Explainer
from costplan.engine.match_difference import DifferenceTally
from costplan.engine.match_tally import Outcome, RecorderTally
from costplan.engine.scope import landscape_of
from costplan.model.events import EventKey, Principal
from costplan.model.matches import Absence, DifferenceRow, RecorderMatch
from costplan.model.recorders import Recorder
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import UNKNOWN
from tests.build import (
    DATA,
    IRELAND,
    MANAGEMENT,
    TEST,
    make_key,
    make_object,
    make_scenario,
    make_trail,
    on_objects,
)
from tests.build import make_selector as selector

NO, MAYBE, YES = Truth.NO, Truth.MAYBE, Truth.YES

PUT = make_key(DATA, event_source="s3.amazonaws.com", event_name="PutObject", read_only=False)
GET = make_key(DATA, event_source="s3.amazonaws.com", event_name="GetObject", read_only=True)
DESCRIBE = make_key(MANAGEMENT, event_name="DescribeInstances")
ABROAD = make_key(MANAGEMENT, event_name="DescribeInstances", region="us-east-1")
OF_TEST = make_key(MANAGEMENT, event_name="DescribeInstances", account=TEST)

WRITES = on_objects(FieldSelector("readOnly", equals=("false",)))


def on_lake(key: EventKey) -> EventKey:
    return make_key(
        DATA,
        event_source=key.event_source,
        event_name=key.event_name,
        read_only=key.read_only,
        resources=(make_object(),),
    )


def tally(recorder: Recorder, events: Sequence[tuple[EventKey, int]]) -> RecorderTally:
    explainer = Explainer(recorder, landscape_of(make_scenario(recorder), {}))
    found = RecorderTally("trails.json", "audit", recorder, explainer)
    for key, count in events:
        found.add(key, count)
    return found


def count(recorder: Recorder, events: Sequence[tuple[EventKey, int]]) -> RecorderMatch:
    return tally(recorder, events).result(lambda _: None)


EVENTS = ((on_lake(PUT), 1), (on_lake(GET), 2), (PUT, 4), (DESCRIBE, 8), (ABROAD, 16), (OF_TEST, 32))


def test_events_are_counted_by_what_is_said_of_them() -> None:
    found = count(make_trail(selectors=(WRITES, selector(MANAGEMENT))), EVENTS)

    # Powers of two: a sum says which events it is made of.
    assert found.offered == 1 + 2 + 4 + 8
    assert (found.recorded, found.by_category) == (1 + 8, {"Management": 8, "Data": 1})
    assert found.out_of_scope == {Absence.OTHER_ACCOUNT: 32, Absence.OTHER_REGION: 16}
    writes, management = found.selectors
    # PUT on nothing lacks the type; GET is no write.
    assert (writes.recorded, writes.rejected_by) == (1, {"eventCategory": 8, "readOnly": 2, "resources.type": 4})
    assert (management.recorded, management.rejected_by) == (8, {"eventCategory": 1 + 2 + 4})


def test_an_event_that_two_selectors_record_is_recorded_once() -> None:
    found = count(make_trail(selectors=(WRITES, on_objects())), [(on_lake(PUT), 5)])
    assert (found.recorded, [s.recorded for s in found.selectors]) == (5, [5, 5])


def test_what_may_match_is_neither_recorded_nor_rejected() -> None:
    later = on_objects(FieldSelector("resources.ARN", equals=(UNKNOWN,)))
    found = count(make_trail(selectors=(later,)), [(on_lake(PUT), 5), (DESCRIBE, 3)])
    assert (found.offered, found.recorded, found.may_match, found.by_category) == (8, 0, 5, {})
    assert (found.selectors[0].may_match, found.selectors[0].rejected_by) == (5, {"eventCategory": 3})


def test_every_count_adds_up() -> None:
    recorder = make_trail(selectors=(WRITES, selector(MANAGEMENT)))
    found = count(recorder, EVENTS)
    assert found.offered + sum(found.out_of_scope.values()) == sum(events for _, events in EVENTS) == 63
    for one in found.selectors:
        assert one.recorded + one.may_match + sum(one.rejected_by.values()) == found.offered


def test_a_trail_that_selects_nothing_has_no_selectors_and_records_nothing() -> None:
    found = count(make_trail(selectors=()), [(DESCRIBE, 3)])
    assert (found.offered, found.recorded, found.selectors) == (3, 0, ())


# ---- samples ----


def named(name: str, principal: str = "role") -> EventKey:
    return make_key(event_name=name, principal=Principal(principal))


def chosen(most: int, *events: tuple[EventKey, int]) -> list[EventKey]:
    outcome = Outcome()
    for key, count in events:
        outcome.add(key, count)
    return outcome.choose(most)


def test_kinds_of_calls_have_their_turn_before_one_is_shown_twice_most_frequent_first() -> None:
    rare, often, more_often = named("A"), named("B"), named("C")
    events = ((rare, 1), (often, 5), (more_often, 9))
    assert chosen(2, *events) == [more_often, often]
    assert chosen(5, *events) == [more_often, often, rare, more_often, often]


def test_no_more_events_are_chosen_than_there_are() -> None:
    assert chosen(9, (named("A"), 2), (named("B"), 1)) == [named("A"), named("B"), named("A")]
    assert chosen(3) == []
    assert chosen(0, (named("A"), 2)) == []


def test_of_a_kind_of_call_the_most_frequent_key_is_chosen() -> None:
    assert chosen(1, (named("A", "few"), 2), (named("A", "many"), 3), (named("A", "fewer"), 1)) == [named("A", "many")]


def test_rejected_samples_are_of_each_field_in_turn_near_misses_first() -> None:
    (writes,) = tally(make_trail(selectors=(WRITES,)), EVENTS).selectors
    assert writes.choose(2).rejected == (("resources.type", PUT), ("readOnly", on_lake(GET)))
    choice = writes.choose(4)
    assert [field for field, _ in choice.rejected] == ["resources.type", "readOnly", "eventCategory", "resources.type"]
    assert choice.recorded == (on_lake(PUT),)
    assert choice.needed() == {PUT: 2, on_lake(GET): 1, DESCRIBE: 1, on_lake(PUT): 1}


# ---- differences ----


def test_events_are_divided_by_which_configuration_records_them() -> None:
    found = DifferenceTally("a", "b")
    for events, first, second in ((1, YES, YES), (2, NO, NO), (4, YES, NO), (8, NO, YES)):
        found.add(PUT, events, first, second)
    for events, first, second in ((16, MAYBE, NO), (32, YES, MAYBE), (64, MAYBE, MAYBE)):
        found.add(PUT, events, first, second)

    difference = found.result()
    assert (difference.first, difference.second, difference.both, difference.neither) == ("a", "b", 1, 2)
    sums = [sum(row.events for row in rows) for rows in (difference.only_first, difference.only_second)]
    assert sums == [4, 8]
    assert [row.events for row in difference.may_differ] == [16 + 32 + 64]


def test_differences_are_grouped_by_source_name_container_and_principal_most_events_first() -> None:
    found = DifferenceTally("a", "b")
    of_role = make_key(event_name="DescribeInstances", principal=Principal("role"), region=IRELAND)
    elsewhere = make_key(event_name="DescribeInstances", principal=Principal("role"), region="us-east-1")
    for key, events in ((of_role, 1), (elsewhere, 2), (on_lake(PUT), 4), (DESCRIBE, 1)):
        found.add(key, events, YES, NO)

    lake = ("arn:aws:s3:::lake",)
    assert found.result().only_first == (
        DifferenceRow("s3.amazonaws.com", "PutObject", lake, None, 4),
        DifferenceRow("ec2.amazonaws.com", "DescribeInstances", (), "role", 3),
        DifferenceRow("ec2.amazonaws.com", "DescribeInstances", (), None, 1),
    )
