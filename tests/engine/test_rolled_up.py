"""Rolled-up volumes against the raw events they were counted from: containers, conditions, and nothing unbounded."""

import hashlib
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costplan.advice.lint.resource_types import RESOURCE_TYPES
from costplan.engine.count_plan import plan_for
from costplan.engine.matching import Matcher
from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.inputs.volumes.logs import count_logs, event_key
from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes, write_volumes
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.events import Resource
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import EVERYTHING, CountPlan, Volumes
from tests import oracle
from tests.build import routed
from tests.engine import scenes, twin_strategies
from tests.engine.raw_records import HOME, YOU, data, on_object, on_objects, trail
from tests.engine.twin_strategies import Aim, Raw
from tests.generator import Population, account_ids, write_logs
from tests.oracle import Answer, Context

EXPLORE = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

ARN_FIELDS = ("resources.ARN", "userIdentity.arn")
Band = tuple[int, int, int]
"""Low, point and high."""


# ---- worlds ----


def reused(recorder: Recorder) -> Recorder:
    """The same recorder with other values: the scenario after somebody edited it."""
    swap = {
        "claims": "logs",
        "lakehouse": "lake",
        "lake": "lakehouse",
        "etl2": "etl",
        "etl": "etl2",
        "app": "app-admin",
    }

    def edit(value: Any) -> Any:
        return re.sub("|".join(sorted(swap, key=len, reverse=True)), lambda match: swap[match[0]], value)

    def edit_field(field: FieldSelector) -> FieldSelector:
        names = (*twin_strategies.POSITIVE, *twin_strategies.NEGATIVE)
        return replace(field, **{name: tuple(map(edit, getattr(field, name))) for name in names})

    selectors = recorder.selectors
    if not selectors or not isinstance(selectors[0], AdvancedEventSelector):
        return recorder
    edited = tuple(
        replace(s, fields=tuple(edit_field(f) if f.field in ARN_FIELDS else f for f in s.fields))
        for s in selectors
        if isinstance(s, AdvancedEventSelector)
    )
    return replace(recorder, selectors=edited)


def all_but_one(records: Sequence[Raw]) -> list[Recorder]:
    """A trail that leaves out the first resource of a record that names several of one type (R31)."""
    for record in records:
        elements = [e for e in record.get("resources") or () if e.get("type") in twin_strategies.RESOURCE_TYPES]
        arns = {arn: e["type"] for e in elements if (arn := oracle.arn_of(e))}
        if len(arns) > len(set(arns.values())):
            kind, arn = elements[0]["type"], next(iter(arns))
            fields = (
                FieldSelector("resources.type", equals=(kind,)),
                FieldSelector("resources.ARN", not_equals=(arn,)),
            )
            selector = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Data",)), *fields))
            place = (oracle.account_of(record), record["awsRegion"])
            return [Trail("all but one", *place, is_multi_region=True, selectors=(selector,))]
    return []


@st.composite
def logs(draw: st.DrawFn) -> tuple[Context, list[Recorder], list[Raw]]:
    """A scene whose records stand in a file: every one with its id, some of them twice."""
    context, recorders, records = draw(twin_strategies.scenes(max_recorders=3, max_records=6))
    recorders += all_but_one(records)
    named = [{**record, "eventID": f"00000000-0000-4000-8000-{n:012}"} for n, record in enumerate(records)]
    # Another event with the same facts, and a second copy of the first event (R52).
    named += [{**record, "eventID": f"00000000-0000-4000-9000-{n:012}"} for n, record in enumerate(records[:2])]
    named += draw(st.sampled_from([[dict(named[0])], [dict(named[0])], []]))
    if draw(st.integers(0, 4)) == 0:
        named[-1].pop("eventID")
    return context, recorders, named


@st.composite
def two_scenarios(draw: st.DrawFn) -> tuple[Context, list[Recorder], list[Recorder], list[Raw]]:
    """Records, the recorders they are counted for, and the other recorders they are routed to."""
    context, recorders, records = draw(logs())
    if draw(st.booleans()):
        return context, recorders, [reused(recorder) for recorder in recorders], records
    aim = Aim("aws" if context.leader == "us-east-1" else "aws-us-gov", records)
    others = [draw(twin_strategies.recorders(aim, context, n)) for n in range(draw(st.integers(1, 3)))]
    return context, recorders, others, records


def write_log(path: Path, records: Sequence[Raw]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Records": list(records)}), encoding="utf-8")
    return path


def route(volumes: Volumes, recorders: Sequence[Recorder], context: Context) -> list[Band]:
    """How many of the counted events each recorder records, by the engine."""
    scenario = replace(scenes.scenario_of(recorders, (), context), volumes=(volumes,))
    router = Router(tuple(recorders), landscape_of(scenario, scenes.known_regions()))
    bands = [(0, 0, 0)] * len(recorders)
    for row, deliveries in routed(router, volumes):
        assert row.count
        for delivery in deliveries:
            low, point, high = bands[delivery.ordinal]
            sure = row.count if delivery.truth is Truth.YES else 0
            bands[delivery.ordinal] = (low + sure, point + row.count, high + row.count)
    return bands


def route_raw(records: Sequence[Raw], recorder: Recorder, context: Context) -> Band:
    """The same, one event by one, by the rules; the band is R31's."""
    answers = [oracle.records(recorder, record, context) for record in oracle.distinct(records)]
    point = sum(answer.is_recorded for answer in answers)
    return sum(answer == Answer(True) for answer in answers), point, point


# ---- routing rolled-up volumes is routing the events ----


def test_volumes_counted_for_a_scenario_are_routed_as_their_events_are(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    @EXPLORE
    @given(logs())
    def agree(scene: tuple[Context, list[Recorder], list[Raw]]) -> None:
        context, recorders, records = scene
        counted = count_logs([write_log(tmp_path / "records.json", records)], plan_for(recorders))
        assert not counted.problems
        seen["events"] += len(oracle.distinct(records))
        seen["rows"] += len(counted.volumes.rows)
        seen["copies"] += len(records) - len(oracle.distinct(records))
        for recorder, band in zip(recorders, route(counted.volumes, recorders, context), strict=True):
            expected = route_raw(records, recorder, context)
            assert band == expected, recorder
            seen["recorded" if expected[1] else "not recorded"] += 1
            seen["banded by R31"] += expected[0] < expected[2]

    agree()
    assert seen["events"] > seen["rows"] > 100, seen
    assert min(seen["copies"], seen["recorded"], seen["not recorded"]) > 20, seen
    assert seen["banded by R31"] > 0, seen


def test_answers_that_are_misread_are_found_out(tmp_path: Path) -> None:
    arns = [f"arn:aws:s3:::lake/{key}" for key in ("claims/1.json", "claims/2.json", "logs/1.json")]
    records = [data("s3.amazonaws.com", "GetObject", on_object(arn), read=True) for arn in arns]
    records = [{**record, "eventID": str(number)} for number, record in enumerate(records)]
    folders = ("claims", "logs")
    recorders = [trail(f, on_objects(resources_ARN={"starts": [f"arn:aws:s3:::lake/{f}/"]})) for f in folders]
    context = Context(enabled={YOU: (HOME,)})
    volumes = count_logs([write_log(tmp_path / "records.json", records)], plan_for(recorders)).volumes
    # Two events under claims/, one under logs/.
    assert [route_raw(records, recorder, context) for recorder in recorders] == [(2, 2, 2), (1, 1, 1)]
    assert route(volumes, recorders, context) == [(2, 2, 2), (1, 1, 1)]
    # Read in another order the answers are wrong; unread, every event of the bucket may be recorded.
    misordered = replace(volumes, conditions=volumes.conditions[::-1])
    assert route(misordered, recorders, context) == [(1, 1, 1), (2, 2, 2)]
    assert route(replace(volumes, conditions=()), recorders, context) == [(0, 3, 3), (0, 3, 3)]


# ---- routing them to another scenario is never wrong ----


def texts_of(field: str, record: Raw) -> Iterator[tuple[str | None, str]]:
    """Every text that a record has for an unbounded field, with the type of its resource."""
    if field == "userIdentity.arn":
        arn = (record.get("userIdentity") or {}).get("arn")
        if arn:
            yield None, arn
        return
    for element in record.get("resources") or ():
        arn = oracle.arn_of(element)
        if arn:
            yield element.get("type"), arn


BOUNDED_START = (
    re.compile(r"(arn:[a-z-]+:s3:::[^/:]+/)"),
    re.compile(r"(arn:[a-z-]+:s3:[a-z0-9-]+:\d{12}:accesspoint/[^/:]+/)"),
    re.compile(r"(arn:[a-z-]+:sts::\d{12}:assumed-role/[^/:]+/)"),
)
BOUNDED = (
    re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[^/:]+\Z"),
    re.compile(r"arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table/[^/:]+\Z"),
    re.compile(r"arn:[a-z-]+:iam::\d{12}:(user/|root)"),
)


def is_decided_by_container(text: str, operator: Operator, value: str) -> bool:
    """Whether every text of the same container gives the same answer; false where nobody says what that is."""
    if any(pattern.match(text) for pattern in BOUNDED):
        return True
    start = next((match[1] for pattern in BOUNDED_START if (match := pattern.match(text))), None)
    if start is None:
        return False
    # Whatever can tell texts of this beginning apart with the value is a piece of it; "lake/" itself is one of them.
    ends = {"~", *(value[at:] for at in range(len(value) + 1)), *(value[at:] + "~" for at in range(len(value) + 1))}
    return len({operator.holds(start + end, value) for end in ends}) == 1


def must_be_exact(recorder: Recorder, record: Raw, plan: CountPlan) -> bool:
    """Whether all that the recorder asks of an event was kept or asked, or hangs on containers only."""
    wanted = plan_for([recorder])
    if not wanted.fields <= plan.fields:
        return False
    return all(
        Condition(field.field, operator, value) in plan.conditions  # type: ignore[arg-type]
        or is_decided_by_container(text, operator, str(value))
        for selector in advanced_form(recorder)
        for field in selector.fields
        if field.field in ARN_FIELDS
        for operator, value in (*field.selecting, *field.deselecting)
        for _, text in texts_of(field.field, record)
    )


@pytest.mark.parametrize("reads_a_file", [False, True], ids=["in memory", "through a volumes file"])
def test_volumes_reused_for_another_scenario_answer_exactly_or_with_a_band(tmp_path: Path, reads_a_file: bool) -> None:
    seen: Counter[str] = Counter()

    # A band needs a condition that was not asked, which few pairs of scenarios have.
    @settings(EXPLORE, max_examples=400)
    @given(two_scenarios(), st.booleans())
    def agree(scene: tuple[Context, list[Recorder], list[Recorder], list[Raw]], keeps_everything: bool) -> None:
        context, counted_for, others, records = scene
        plan = plan_for(counted_for)
        if keeps_everything:
            plan = CountPlan(EVERYTHING.fields, plan.conditions)
        volumes = count_logs([write_log(tmp_path / "records.json", records)], plan).volumes
        if reads_a_file:
            write_volumes(volumes, tmp_path / "volumes.json")
            volumes = read_volumes(tmp_path / "volumes.json")
        for recorder, (low, point, high) in zip(others, route(volumes, others, context), strict=True):
            sure, recorded, _ = route_raw(records, recorder, context)
            assert low <= sure <= recorded <= high, recorder
            assert low <= point <= high
            if all(must_be_exact(recorder, record, plan) for record in records):
                seen["exact"] += 1
                assert (low, high) == (sure, recorded), recorder
            seen["no band" if (low, high) == (sure, recorded) else "band"] += 1
            seen["recorded" if recorded else "not recorded"] += 1
        for recorder in others:
            matcher = Matcher(recorder, plan.conditions)
            for record in records:
                answer = matcher.match(event_key(record, plan))
                present = oracle.is_present(recorder, oracle.account_of(record), record["awsRegion"], context)
                expected = oracle.records(recorder, record, context)
                if present and not expected.is_unsure:
                    assert answer in (Truth.of(expected.is_recorded), Truth.MAYBE), (recorder, record)
                    if must_be_exact(recorder, record, plan):
                        assert answer is not Truth.MAYBE, (recorder, record)
                    seen[answer.name] += 1

    agree()
    assert min(seen["exact"], seen["band"], seen["recorded"], seen["not recorded"]) > 5, seen
    assert min(seen["YES"], seen["NO"], seen["MAYBE"]) > 10, seen


def test_a_bucket_decides_about_its_objects_whatever_their_type_is_called(tmp_path: Path) -> None:
    elements = [{"type": "AWS::S3New::Object", "ARN": f"arn:aws:s3:::{b}/1.json"} for b in ("lake", "lakehouse", "la")]
    records = [
        {**data("s3.amazonaws.com", "GetObject", [e], read=True), "eventID": str(n)} for n, e in enumerate(elements)
    ]
    fields = (
        FieldSelector("resources.type", equals=("AWS::S3New::Object",)),
        FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)),
    )
    recorder = trail("lake", AdvancedEventSelector((FieldSelector("eventCategory", equals=("Data",)), *fields)))
    context = Context(enabled={YOU: (HOME,)})
    for plan in (plan_for([recorder]), EVERYTHING):
        volumes = count_logs([write_log(tmp_path / "records.json", records)], plan).volumes
        assert route(volumes, [recorder], context) == [(1, 1, 1)] == [route_raw(records, recorder, context)]


# ---- order and splitting change nothing ----


@st.composite
def split_files(draw: st.DrawFn) -> tuple[list[Recorder], list[list[Raw]], list[list[Raw]]]:
    """The same records in two arrangements of files."""
    _context, recorders, records = draw(logs())
    arrangements: list[list[list[Raw]]] = []
    for _ in range(2):
        files: list[list[Raw]] = [[] for _ in range(draw(st.integers(1, 4)))]
        for record in draw(st.permutations(records)):
            draw(st.sampled_from(files)).append(record)
        arrangements.append(files)
    return recorders, arrangements[0], arrangements[1]


def write_files(folder: Path, files: Sequence[Sequence[Raw]]) -> list[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    return [write_log(folder / f"{number}.json", records) for number, records in enumerate(files) if records]


def apart_from_files(volumes: Volumes) -> Volumes:
    """Without the statistics of the files themselves, which differ with the files."""
    assert volumes.read is not None
    return replace(volumes, files=(), read=replace(volumes.read, files=0))


def test_how_records_lie_in_files_changes_nothing(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    @settings(EXPLORE, max_examples=60)
    @given(split_files())
    def agree(scene: tuple[list[Recorder], list[list[Raw]], list[list[Raw]]]) -> None:
        recorders, one, other = scene
        plan = plan_for(recorders)
        counts = [count_logs(write_files(tmp_path / "logs", files), plan).volumes for files in (one, other)]
        assert apart_from_files(counts[0]) == apart_from_files(counts[1])
        assert counts[0].read is not None
        seen["records"] += counts[0].read.counted
        seen["other number of files"] += len(one) != len(other)

    agree()
    assert seen["records"] > 100
    assert seen["other number of files"] > 10


SMALL = Population(
    seed=23,
    accounts=account_ids(2),
    days=0,
    hours=6,
    events_per_day=4_000,
    organization="o-exampleorgid",
    management_trails=2,
    old_versions=0.3,
    own_deliveries=True,
    digests=True,
)


def test_the_order_of_delivered_files_changes_nothing(tmp_path: Path) -> None:
    truth = write_logs(SMALL, tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    whole = count_logs([tmp_path], EVERYTHING).volumes
    assert whole.read is not None
    assert (whole.read.counted, whole.read.duplicates) == (truth.distinct, truth.duplicates)
    assert truth.duplicates > 100
    for seed in range(3):
        random.Random(seed).shuffle(files)
        # The files are read in the order of their names: under other names, in another order.
        moved = tmp_path.parent / f"moved-{seed}"
        for number, path in enumerate(files):
            target = moved / f"{number:04}" / path.relative_to(tmp_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        assert count_logs([moved], EVERYTHING).volumes == whole
        assert count_logs(files, EVERYTHING).volumes == whole


# ---- nothing unbounded is kept ----

PLACE = "eu-west-1:111122223333"
# Where object keys, versions, streams and the like stand in ARNs; TOKEN is what nobody may find again.
OBJECT_ARNS = (
    "arn:aws:s3:::lake/TOKEN",
    "arn:aws:s3:::lake/claims/TOKEN.json",
    "arn:aws:s3:::lake//TOKEN/",
    "arn:aws:s3:::lake/cla:ims:TOKEN",
    "arn:aws:s3:::lake/arn:aws:s3:::TOKEN",
    "arn:aws:s3:::accesspoint/TOKEN/x",
    "arn:aws:s3:::outpost/TOKEN/x/y/z",
    "arn:aws:s3:::bucket/TOKEN",
    "arn:aws-cn:s3:::lake/TOKEN",
    f"arn:aws:s3:{PLACE}:accesspoint/reports/object/TOKEN",
    f"arn:aws:s3:{PLACE}:accesspoint/reports/TOKEN",
    "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap/object/TOKEN",
    f"arn:aws:s3-object-lambda:{PLACE}:accesspoint/reports/object/TOKEN",
    f"arn:aws:s3express:{PLACE}:bucket/fast--euw1-az1--x-s3/TOKEN",
    f"arn:aws:s3express:{PLACE}:bucket/fast--euw1-az1--x-s3/claims/TOKEN",
    f"arn:aws:s3express:{PLACE}:accesspoint/fast--euw1-az1--xa-s3/object/TOKEN",
    f"arn:aws:s3-outposts:{PLACE}:outpost/op-01ac5d28a6a232904/bucket/lake/object/TOKEN",
    f"arn:aws:s3-outposts:{PLACE}:outpost/op-01ac5d28a6a232904/accesspoint/reports/object/TOKEN",
)
DEEPER_ARNS = (
    f"arn:aws:dynamodb:{PLACE}:table/orders/stream/TOKEN",
    f"arn:aws:dynamodb:{PLACE}:table/orders/index/TOKEN",
    f"arn:aws:lambda:{PLACE}:function:etl:TOKEN",
    f"arn:aws:logs:{PLACE}:log-group:audit:log-stream:TOKEN",
    f"arn:aws:states:{PLACE}:express:etl:TOKEN:1",
    f"arn:aws:sns:{PLACE}:endpoint/GCM/reports/TOKEN",
    f"arn:aws:new:{PLACE}:thing/a/TOKEN",
    f"arn:aws:new:{PLACE}:thing:a/TOKEN",
    f"arn:aws:new:{PLACE}:/thing/a/TOKEN",
)
MALFORMED_ARNS = (
    "TOKEN",
    "lake/TOKEN",
    "s3://lake/TOKEN",
    " arn:aws:s3:::lake/TOKEN",
    "ARN:AWS:S3:::lake/TOKEN",
    "arn:aws:s3:TOKEN",
    "arn:aws:s3::TOKEN",
    "arn:aws:s3::lake/TOKEN",
    "arn:aws:s3::::lake/TOKEN",
    "arn:aws:s3:::/TOKEN",
    "arn:aws:s3:eu-west-1::lake/TOKEN",
    "arn:aws:s3:lake/TOKEN:a:b:c",
    "arn:aws:s3:::lake\n/TOKEN",
    "arn:aws:s3:TOKEN:::lake",
    "arn:aws:s3::TOKEN:lake",
    "arn:aws:TOKEN/lake:::lake",
    "arn:TOKEN:s3:::lake",
    "arn::::lake/TOKEN",
    "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01/TOKEN",
    "arn:aws:s3-outposts:eu-west-1:111122223333:outpost/op-01/object/TOKEN",
)
SESSION_ARNS = (
    "arn:aws:sts::111122223333:assumed-role/app/TOKEN",
    "arn:aws-us-gov:sts::111122223333:assumed-role/app/TOKEN",
    "arn:aws:sts::111122223333:assumed-role/app/alice/TOKEN",
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123/TOKEN@example.com",
    "arn:aws:sts::111122223333:federated-user/TOKEN",
    "arn:aws:sts::111122223333:federated-user:TOKEN",
    "arn:aws:sts::111122223333:assumed-role:app:TOKEN",
    "arn:aws:sts::111122223333:assumed-role:app/TOKEN",
    "arn:aws:sts::111122223333:web-identity/idp/TOKEN",
    "assumed-role/app/TOKEN",
    "arn:aws:sts::assumed-role/app/TOKEN",
    "arn:aws:sts:assumed-role/TOKEN:::app",
    "arn:aws:sts::TOKEN:assumed-role/app",
    "TOKEN",
)
OBJECT_TYPES = tuple(
    name for name in RESOURCE_TYPES if name.startswith("AWS::S3") and name.endswith(("Object", "Point"))
)
UNKNOWN_TYPES = ("AWS::New::Thing", "thing", "", None)
ALL_TYPES = (*sorted(RESOURCE_TYPES), *UNKNOWN_TYPES)
OTHER_TYPES = tuple(name for name in ALL_TYPES if name not in OBJECT_TYPES)


def private_records() -> Iterator[Raw]:
    """Every type with every form of ARN, each with its own token, and every form of a caller with each category."""
    pairs = [(kind, arn) for kind in ALL_TYPES for arn in (*OBJECT_ARNS, *MALFORMED_ARNS)]
    pairs += [(kind, arn) for kind in OTHER_TYPES for arn in DEEPER_ARNS]
    sessions = [*SESSION_ARNS]
    for number, (kind, arn) in enumerate(pairs):
        named = arn.replace("TOKEN", token(number))
        element: Raw = {"type": kind, ("ARNPrefix" if number % 3 == 2 else "ARN"): named}
        if number % 7 == 6:
            element = {"resourceType": kind, "resourceName": named}
        caller = sessions[number % len(sessions)].replace("TOKEN", token(f"session{number}"))
        beside = {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::lake"}
        yield {
            "eventVersion": "1.11",
            "eventTime": "2026-10-01T12:00:00Z",
            "awsRegion": "eu-west-1",
            "eventType": "AwsApiCall",
            "eventSource": "s3.amazonaws.com",
            "eventName": "GetObject",
            "recipientAccountId": "111122223333",
            "eventCategory": ("Data", "Data", "Management", "NetworkActivity")[number % 4],
            "eventID": token(f"id{number}"),
            "sharedEventID": token(f"shared{number}"),
            "requestID": token(f"request{number}"),
            "resources": [element, beside][:: (-1) ** number],
            "requestParameters": {"bucketName": "lake", "key": token(f"key{number}")},
            "additionalEventData": {"x-amz-id-2": token(f"amz{number}")},
            "userIdentity": {
                "type": "AssumedRole",
                "arn": caller,
                "accountId": "111122223333",
                "principalId": f"AROAIOSFODNN7EXAMPLE:{token(f'principal{number}')}",
                "userName": token(f"user{number}"),
            },
        }


def token(what: object) -> str:
    return f"Zq{hashlib.sha256(str(what).encode()).hexdigest()[:12]}Qz"


CONDITIONS = tuple(
    Condition(field, operator, value)
    for field, values in {
        ArnField.RESOURCE: ("arn:aws:s3:::lake/claims/", ".json", "arn:aws:s3:::lake", "arn:aws:s3"),
        ArnField.PRINCIPAL: ("arn:aws:sts::111122223333:assumed-role/app/", "@example.com"),
    }.items()
    for value in values
    for operator in Operator
)


AUDIT = Trail("audit", "111122223333", "eu-west-1")


@pytest.mark.parametrize(
    ("plan", "recorded_by"),
    [
        (EVERYTHING, ()),
        (EVERYTHING, (AUDIT,)),
        (CountPlan(EVERYTHING.fields, CONDITIONS), ()),
        (CountPlan(frozenset(), CONDITIONS), ()),
    ],
    ids=["everything", "everything, coverage by a trail", "everything and conditions", "conditions alone"],
)
def test_no_object_key_and_no_session_name_is_in_the_file(
    tmp_path: Path, plan: CountPlan, recorded_by: tuple[Recorder, ...]
) -> None:
    records = list(private_records())
    path = write_log(tmp_path / token("file") / "records.json", records)
    assert len(found_tokens(path.read_text(encoding="utf-8"))) > 7 * len(records)
    counted = count_logs([path], plan, recorded_by=recorded_by)
    assert counted.volumes.read is not None
    assert counted.volumes.read.counted == len(records) > 3000
    write_volumes(counted.volumes, tmp_path / "volumes.json")
    text = (tmp_path / "volumes.json").read_text(encoding="utf-8")
    assert found_tokens(text) == set()
    assert "arn:aws:s3:::lake" in text or plan.fields != EVERYTHING.fields
    # Neither does a copy by pieces, nor what is said about the records.
    assert "Zq" not in text
    assert not any(found_tokens(problem.what) for problem in counted.problems)


def test_a_key_that_was_kept_would_be_found(tmp_path: Path) -> None:
    key = f"claims/{token('kept')}.json"
    record = data("s3.amazonaws.com", "GetObject", on_object(f"arn:aws:s3:::lake/{key}"), read=True)
    volumes = count_logs([write_log(tmp_path / "records.json", [record])], EVERYTHING).volumes
    (row,) = volumes.rows
    leaking = replace(row.key, resources=(Resource("AWS::S3::Object", f"arn:aws:s3:::lake/{key}"),))
    assert not found_tokens(format_volumes(volumes))
    assert found_tokens(format_volumes(replace(volumes, rows=(replace(row, key=leaking),)))) == {token("kept")}


def found_tokens(text: str) -> set[str]:
    return set(re.findall(r"Zq[0-9a-f]{12}Qz", text))
