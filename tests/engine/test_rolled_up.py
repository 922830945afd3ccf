"""Rolled-up volumes against the raw events they were counted from: containers, conditions, and nothing unbounded."""

import json
import random
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costplan.engine.count_plan import plan_for
from costplan.engine.matching import Matcher
from costplan.engine.routing import Router
from costplan.engine.scope import landscape_of
from costplan.inputs.volumes.logs import count_logs, event_key
from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes, write_volumes
from costplan.model.containers import Condition, Operator
from costplan.model.quantity import Quantity
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import EVERYTHING, CountPlan, Volumes
from tests import oracle
from tests.engine import scenes, twin_strategies
from tests.engine.twin_strategies import Aim, Raw
from tests.generator import Population, account_ids, write_logs
from tests.oracle import Answer, Context

EXPLORE = settings(
    max_examples=int(__import__("os").environ.get("LONG","120")),
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
    swap = {"claims": "logs", "lakehouse": "lake", "lake": "lakehouse", "etl2": "etl", "etl": "etl2", "app": "app-admin"}

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
            fields = (FieldSelector("resources.type", equals=(kind,)), FieldSelector("resources.ARN", not_equals=(arn,)))
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
    for routed in router.route(volumes):
        assert routed.row.count
        for delivery in routed.deliveries:
            low, point, high = bands[delivery.ordinal]
            sure = routed.row.count if delivery.truth is Truth.YES else 0
            bands[delivery.ordinal] = (low + sure, point + routed.row.count, high + routed.row.count)
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
    re.compile(r"(arn:[a-z-]+:s3:::[^/:]+/)."),
    re.compile(r"(arn:[a-z-]+:s3:[a-z0-9-]+:\d{12}:accesspoint/[^/:]+/)."),
    re.compile(r"(arn:[a-z-]+:sts::\d{12}:assumed-role/[^/:]+/)."),
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
    # Whatever can tell texts of this beginning apart with the value is a piece of it.
    ends = {"~", *(value[at:] for at in range(len(value) + 1)), *(value[at:] + "~" for at in range(len(value) + 1))}
    return len({operator.holds(start + end, value) for end in ends if end}) == 1


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

    @EXPLORE
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
