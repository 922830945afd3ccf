"""The engine against its slow twin, on configurations and records that nobody thought of."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from costplan.engine.count_plan import plan_for
from costplan.engine.matching import Matcher
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.records import event_key
from costplan.model.billing import Meter
from costplan.model.recorders import Recorder
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import EVERYTHING
from tests import oracle
from tests.engine import scenes, twin_strategies
from tests.engine.raw_records import HOME, YOU, data, on_objects, trail
from tests.oracle import Bill, Context

Raw = dict[str, Any]

EXPLORE = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def unchanged(value: Any) -> Any:
    return value


def compare_pairs(
    seen: Counter[str],
    change_record: Callable[[Raw], Raw] = unchanged,
    change_recorder: Callable[[Recorder], Recorder] = unchanged,
    explore: settings = EXPLORE,
) -> None:
    """Compare every (recorder, record) pair; what is changed is changed for the engine only."""

    @explore
    @given(twin_strategies.scenes())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        context, recorders, records = scene
        for recorder, record in product(recorders, records):
            expected = oracle.records(recorder, record, context)
            asked = change_recorder(recorder)
            scenario = scenes.scenario_of([asked], (), context)
            answer = scenes.engine_records(asked, change_record(record), scenario)
            seen["recorded" if expected.is_recorded else "not recorded"] += 1
            seen[f"{oracle.classify(record).category}, {'recorded' if expected.is_recorded else 'not recorded'}"] += 1
            if expected.is_unsure:
                seen["unsure by R31"] += 1
                assert answer is not Truth.NO, (recorder, record)
            else:
                assert answer is Truth.of(expected.is_recorded), (recorder, record)

    agree()


def test_the_engine_records_what_the_rules_say() -> None:
    seen: Counter[str] = Counter()
    compare_pairs(seen)
    assert seen.total() > 0
    # Neither outcome may be rare, in any category, or agreement would say little.
    pairs = seen["recorded"] + seen["not recorded"]
    assert pairs > 2000
    assert seen["recorded"] > pairs / 20
    assert seen["not recorded"] > pairs / 20
    for category in ("Management", "Data", "NetworkActivity"):
        assert seen[f"{category}, recorded"] > 20, seen
        assert seen[f"{category}, not recorded"] > 20, seen


def test_an_exclusion_that_hits_one_of_two_objects_is_recorded_with_a_band() -> None:
    two = [{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/1"} for bucket in ("lake", "logs")]
    event = data("s3.amazonaws.com", "DeleteObjects", two, read=False)
    recorder = trail("all but logs", on_objects(resources_ARN={"not_starts": ["arn:aws:s3:::logs/"]}))
    context = Context(enabled={YOU: (HOME,)})
    assert oracle.records(recorder, event, context) == oracle.Answer(True, True)
    estimate = scenes.estimate(scenes.scenario_of([recorder], [(event, 8)], context))
    quantity = scenes.recorded(estimate)["all but logs"]
    # R31: recorded by default; the 8 events are the uncertainty.
    assert (quantity.low, quantity.point, quantity.high) == (0, 8, 8)


def test_copies_are_billed_as_the_rules_say() -> None:
    seen: Counter[str] = Counter()

    @EXPLORE
    @given(twin_strategies.scenes())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        context, recorders, records = scene
        # Deliveries of the recorders themselves are not taken from the sample but computed.
        records = [r for r in records if (r.get("userIdentity") or {}).get("invokedBy") != "cloudtrail.amazonaws.com"]
        answers = [[oracle.records(recorder, record, context) for recorder in recorders] for record in records]
        if any(answer.is_unsure for row in answers for answer in row):
            seen["left out: unsure"] += 1
            return
        # The nth record happens 2ⁿ times, so that a sum says which records it is made of.
        events = [(record, 2**n) for n, record in enumerate(records)]
        estimate = scenes.estimate(scenes.scenario_of(recorders, events, context))
        for place, bill in expected_bills(recorders, events, context).items():
            seen.update(word for word, count in bill._asdict().items() if count)
            assert scenes.bills(estimate).get(place) == bill, place
        assert scenes.bills(estimate).keys() == expected_bills(recorders, events, context).keys()
        recorded = scenes.recorded(estimate)
        for number, recorder in enumerate(recorders):
            expected = sum(2**n for n, row in enumerate(answers) if row[number].is_recorded)
            quantity = recorded.get(recorder.name)
            assert (quantity.point if quantity else 0) == expected, recorder
            assert quantity is None or not quantity.has_band

    agree()
    for word in Bill._fields:
        assert seen[word] > 10, seen


def test_bytes_go_where_the_rules_say() -> None:
    """What stores take in, what is sent without a trail, and what goes into log groups, recorder by recorder."""
    seen: Counter[str] = Counter()
    words = {
        Meter.LAKE_INGESTION_ONE_YEAR: "lake",
        Meter.DIRECT_DELIVERY: "direct",
        Meter.CLOUDWATCH_LOGS_INGESTION: "log_group",
    }

    @EXPLORE
    @given(twin_strategies.scenes())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        context, recorders, records = scene
        records = [r for r in records if (r.get("userIdentity") or {}).get("invokedBy") != "cloudtrail.amazonaws.com"]
        if any(oracle.records(recorder, record, context).is_unsure for recorder in recorders for record in records):
            return
        estimate = scenes.estimate(scenes.scenario_of(recorders, [(r, 2**n) for n, r in enumerate(records)], context))
        found: dict[tuple[str, str], Decimal] = {}
        usages = [c.usage for c in estimate.months[0].charges if c.tier == 1] + [u.usage for u in estimate.unpriced]
        for usage in usages:
            if usage.meter in words:
                key = (usage.recorder, words[usage.meter])
                found[key] = found.get(key, Decimal(0)) + usage.quantity.point
        for recorder in recorders:
            expected = oracle.Bytes()
            for n, record in enumerate(records):
                expected = expected.plus(oracle.bytes_taken(recorder, record, 2**n * 1500, context))
            seen.update(word for word, size in expected._asdict().items() if size)
            for word, size in expected._asdict().items():
                assert found.get((recorder.name, word), 0) == Decimal(size) / 2**30, (recorder, word)

    agree()
    for word in oracle.Bytes._fields:
        assert seen[word] > 10, seen


def expected_bills(
    recorders: list[Recorder], events: list[tuple[Raw, int]], context: Context
) -> dict[tuple[str, str], Bill]:
    """Copies by (account, Region), by the rules."""
    found: dict[tuple[str, str], Bill] = {}
    for record, times in events:
        bill = oracle.bill(recorders, record, context).times(times)
        if any(bill):
            place = (oracle.account_of(record), record["awsRegion"])
            found[place] = found.get(place, Bill()).plus(bill)
    return found


def test_an_answer_from_containers_alone_never_contradicts_the_whole_record() -> None:
    seen: Counter[Truth] = Counter()

    @EXPLORE
    @given(twin_strategies.scenes())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        _context, recorders, records = scene
        for recorder, record in product(recorders, records):
            plan = plan_for([recorder], keep=())
            whole = Matcher(recorder, plan.conditions).match(event_key(record, plan))
            rolled_up = Matcher(recorder, ()).match(event_key(record, EVERYTHING))
            seen[rolled_up] += 1
            assert rolled_up in (whole, Truth.MAYBE), (recorder, record)

    agree()
    # The container decides often, and not always: else there would be nothing to ask.
    assert min(seen[Truth.YES], seen[Truth.NO], seen[Truth.MAYBE]) > 10, seen


def test_files_are_counted_as_each_record_says(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    path = tmp_path / "records.json"

    @settings(EXPLORE, max_examples=200)
    @given(twin_strategies.scenes())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        _context, recorders, records = scene
        plan = plan_for(recorders, keep=())
        # Each record twice: an event of its own under another id, so that groups of equal records occur.
        file = [{**r, "eventID": f"00000000-0000-0000-0000-{n:012}"} for n, r in enumerate([*records, *records])]
        path.write_text(json.dumps({"Records": file}), encoding="utf-8")
        volumes = count_logs([path], plan).volumes
        assert {row.key: row.count for row in volumes.rows} == Counter(event_key(r, plan) for r in file)
        seen["records"] += len(file)
        seen["rows"] += len(volumes.rows)

    agree()
    assert seen["records"] > seen["rows"] > 100


# ---- the comparison itself can fail: plausible misreadings, each planted on the engine's side ----


def and_between_operators(recorder: Recorder) -> Recorder:
    """Against R22: each operator of a field as a condition of its own."""
    return _with_selectors(recorder, lambda f: [FieldSelector(f.field, **{o: v}) for o, v in _operators(f).items()])


def fields_dropped(recorder: Recorder) -> Recorder:
    """Against R20: only the category and the resource type are read."""
    return _with_selectors(recorder, lambda f: [f] if f.field in ("eventCategory", "resources.type") else [])


def _operators(f: FieldSelector) -> dict[str, tuple[Any, ...]]:
    return {o: getattr(f, o) for o in (*twin_strategies.POSITIVE, *twin_strategies.NEGATIVE) if getattr(f, o)}


def _with_selectors(recorder: Recorder, change: Callable[[FieldSelector], list[FieldSelector]]) -> Recorder:
    selectors = recorder.selectors
    if not selectors or not isinstance(selectors[0], AdvancedEventSelector):
        return recorder
    changed = tuple(AdvancedEventSelector(tuple(n for f in s.fields for n in change(f))) for s in selectors)
    return replace(recorder, selectors=changed)


def types_and_arns_mixed(record: Raw) -> Raw:
    """Against R30: an ARN counts for the types of all elements."""
    elements = record.get("resources") or []
    mixed = [{**e, "ARN": oracle.arn_of(other)} for e in elements for other in elements if oracle.arn_of(other)]
    return {**record, "resources": mixed} if mixed else record


def prefixes_unread(record: Raw) -> Raw:
    """Against R32: an ``ARNPrefix`` is no ARN."""
    elements = [{k: v for k, v in e.items() if k != "ARNPrefix"} for e in record.get("resources") or []]
    return {**record, "resources": elements} if elements else record


def first_resource_only(record: Raw) -> Raw:
    """Against R30: only the first element is looked at."""
    return {**record, "resources": record["resources"][:1]} if record.get("resources") else record


def service_events_are_management(record: Raw) -> Raw:
    """Against R46: ``AwsServiceEvent`` taken for a category."""
    return {**record, "eventCategory": "Management"} if record.get("eventType") == "AwsServiceEvent" else record


def callers_account(record: Raw) -> Raw:
    """Against R50: the caller's account instead of the recipient's."""
    caller = (record.get("userIdentity") or {}).get("accountId")
    return {**record, "recipientAccountId": caller} if caller else record


def own_deliveries_unmarked(record: Raw) -> Raw:
    """Against R76: nobody reads ``invokedBy``."""
    identity = record.get("userIdentity")
    return {**record, "userIdentity": {k: v for k, v in identity.items() if k != "invokedBy"}} if identity else record


@pytest.mark.parametrize(
    "misreading",
    [
        types_and_arns_mixed,
        prefixes_unread,
        first_resource_only,
        service_events_are_management,
        callers_account,
        own_deliveries_unmarked,
    ],
    ids=lambda f: f.__name__,
)
def test_a_misread_record_is_found_out(misreading: Callable[[Raw], Raw]) -> None:
    with pytest.raises(AssertionError):
        compare_pairs(Counter(), change_record=misreading, explore=FIRST_FAILURE)


@pytest.mark.parametrize("misreading", [and_between_operators, fields_dropped], ids=lambda f: f.__name__)
def test_a_misread_selector_is_found_out(misreading: Callable[[Recorder], Recorder]) -> None:
    with pytest.raises(AssertionError):
        compare_pairs(Counter(), change_recorder=misreading, explore=FIRST_FAILURE)


FIRST_FAILURE = settings(EXPLORE, phases=[Phase.generate], max_examples=2000)
