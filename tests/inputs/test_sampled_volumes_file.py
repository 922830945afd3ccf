"""Sampled volumes in a file: their replicates, how they were drawn, and what is wrong with a file that was changed."""

import base64
import json
import struct
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from math import fsum, isclose
from typing import Any, TypeVar

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.documents import parse_document
from costplan.inputs.schemas import schema
from costplan.inputs.volumes.volumes_file import format_volumes, parse_volumes
from costplan.model.problems import Problem
from costplan.model.quantity import Quantity, Replicates
from costplan.model.volumes import Sampling, VolumeRow, Volumes
from tests.build import make_coverage, make_row, object_row
from tests.inputs.test_volumes_file import JUNK, places_of

T = TypeVar("T")
D = Decimal

SAMPLING = Sampling("sha256:x", "successive-difference", 2, D("0.125"), 7, 197_000, 2_960, 420_000, 6_300, 900, 14)


def numbers(*values: float) -> str:
    """Return floats as a file holds them, without the program's help."""
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


# 65,472 and −65,472 as four bytes each, least significant first: 00 C0 7F 47 and 00 C0 7F C7.
WRITTEN = """\
format: costplan.volumes/1
source:
  kind: cloudtrail-logs
  sampling: {seed: 7, objects: 197000, objects_read: 2960, bytes: 420000000, bytes_read: 6123457,
             clusters: 9000, clusters_read: 140,
             never_drawn: [{account: "444455556666", region: us-east-1}]}
coverage: [{account: "111122223333", region: eu-west-1, category: Management}]
events:
- {category: Management, event_name: A, count: 3200, per_month: "230400", counted_per_month: "3140.5"}
- {category: Management, event_name: B, count: 3, per_month: "300", counted_per_month: "3"}
- {category: Management, event_name: C, count: 1, per_month: "100"}
- {category: Management, event_name: D, count: 5, per_month: "5"}
- {category: Management, reads: 1/h}
replicates:
  design_id: "sha256:x"
  method: successive-difference
  count: 2
  factor: "0.125"
  encoding: float32-le-base64
  rows: {"0": "AMB/RwDAf8c="}
  rest:
  - {rows: [1, 2], deviations: "AABAQQAAgMA="}
"""


def parse(text: str) -> tuple[Volumes | None, list[str]]:
    document = parse_document("v.yaml", text)
    problems: list[Problem] = []
    volumes = parse_volumes(document, (), document.value, problems)
    return volumes, [str(problem) for problem in problems]


def read(text: str) -> Volumes:
    volumes, problems = parse(text)
    assert problems == []
    assert volumes is not None
    return volumes


def sampled(point: str, *deviations: float, counted: str = "0") -> Quantity:
    return Quantity.sampled(D(point), Replicates("sha256:x", 0.125, deviations), counted=D(counted))


def test_a_sampled_file_is_read_as_it_stands() -> None:
    volumes = read(WRITTEN)
    assert volumes.sampling == Sampling(
        design_id="sha256:x",
        method="successive-difference",
        replicates=2,
        factor=D("0.125"),
        seed=7,
        objects=197_000,
        objects_read=2_960,
        bytes=420_000_000,
        bytes_read=6_123_457,
        clusters=9_000,
        clusters_read=140,
        never_drawn=(("444455556666", "us-east-1"),),
    )
    assert volumes.rows[0].per_month == sampled("230400", 65472.0, -65472.0, counted="3140.5")


def test_the_sum_of_a_container_is_dealt_out_in_proportion_to_its_rows() -> None:
    # 12 and −4 over 300 and 100 events: 9 and −3, 3 and −1.
    _, b, c, *_ = read(WRITTEN).rows
    assert b.per_month == sampled("300", 9.0, -3.0, counted="3")
    assert c.per_month == sampled("100", 3.0, -1.0)


def test_rows_of_no_events_share_the_sum_of_their_container_evenly() -> None:
    text = WRITTEN.replace('"300", counted_per_month: "3"', '"0"').replace('"100"', '"0"')
    assert [row.per_month.replicates[0].deviations for row in read(text).rows[1:3]] == [(6.0, -2.0)] * 2


def test_a_row_that_no_replicate_moves_is_certain_in_a_sample_too() -> None:
    *_, certain, typed = read(WRITTEN).rows
    assert certain.per_month == Quantity.exact(5)
    assert typed.per_month == Quantity.exact(730)


def test_replicates_may_come_from_a_program_that_does_not_say_how_it_drew() -> None:
    start, end = WRITTEN.index("  sampling:"), WRITTEN.index("coverage:")
    volumes = read(WRITTEN[:start] + WRITTEN[end:])
    assert volumes.sampling is None
    assert volumes.is_sampled
    assert volumes.rows == read(WRITTEN).rows


def test_a_place_that_was_never_drawn_is_a_place() -> None:
    assert read(WRITTEN).places == (("111122223333", "eu-west-1"), ("444455556666", "us-east-1"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("float32-le-base64", "float64", 'v.yaml:19: replicates.encoding: expected "float32-le-base64"'),
        ('"0.125"', '"0"', "v.yaml:18: replicates: factor is 0 — "),
        ('"0.125"', '"-0.5"', "v.yaml:18: replicates.factor: expected a number in quotes"),
        ('"0.125"', "0.125", "v.yaml:18: replicates.factor: expected a number in quotes"),
        ("count: 2\n", "count: 1\n", "v.yaml:17: replicates.count: expected"),
        ("  design_id: ", "  design: ", 'v.yaml:15: unknown key "design" in replicates'),
        ("AMB/RwDAf8c=", "AMB/RwDAf8c", "v.yaml:20: replicates: row 0 is not base64 — "),
        ("AMB/RwDAf8c=", "AMB/R-DAf8c=", 'v.yaml:20: replicates.rows["0"]: expected base64 of numbers'),
        ("AMB/RwDAf8c=", "AMB/Rw==", "v.yaml:20: replicates: row 0 holds 1 numbers, not 2 numbers of four bytes — "),
        ("AMB/RwDAf8c=", "AMB/", "v.yaml:20: replicates: row 0 holds 3 bytes, not 2 numbers of four bytes — "),
        ("AMB/RwDAf8c=", numbers(1, float("nan")), "v.yaml:20: replicates: row 0 holds a number that is not finite — "),
        ("AMB/RwDAf8c=", numbers(float("inf"), 1), "v.yaml:20: replicates: row 0 holds a number that is not finite — "),
        ("AABAQQAAgMA=", "AABAQQ==", "v.yaml:22: replicates: rest[0] holds 1 numbers, not 2 numbers of four bytes — "),
        ('{"0": ', '{"5": ', "v.yaml:20: replicates: there is no row 5 of 5 — rows are counted from 0"),
        ('{"0": ', '{"4": ', "v.yaml:20: replicates: row 4 is typed, so no sample expanded it — "),
        ('{"0": ', '{"-1": ', 'v.yaml:20: replicates.rows["-1"]: the key "-1" is not the position of a row'),
        ('{"0": ', '{"00": ', 'v.yaml:20: replicates.rows["00"]: the key "00" is not the position of a row'),
        ("rows: [1, 2]", "rows: [1, 9]", "v.yaml:22: replicates: there is no row 9 of 5 — "),
        ("rows: [1, 2]", "rows: [0, 1]", "v.yaml:22: replicates: row 0 has replicates already — name each row once"),
        ("rows: [1, 2]", "rows: [1, 1]", "v.yaml:22: replicates: row 1 has replicates already — name each row once"),
        ("rows: [1, 2]", "rows: []", "v.yaml:22: replicates.rest[0].rows: is empty"),
        ('"3140.5"', '"230401"', "v.yaml:9: events[0]: 230401 counted are more than per_month — "),
        ("count: 5", 'counted_per_month: "5"', "v.yaml:12: events[3]: counted_per_month without replicates — "),
        ("bytes_read: 6123457", "bytes_read: 420000001", "v.yaml:4: source: bytes_read is more than bytes — "),
        ("objects: 197000", "objects: many", "v.yaml:4: source.sampling.objects: expected a whole number, 0 or more"),
        ("us-east-1}", "Virginia}", "v.yaml:6: source.sampling.never_drawn[0].region: expected a Region code"),
    ],
)
def test_a_file_that_was_changed_is_refused_with_its_line(old: str, new: str, problem: str) -> None:
    assert WRITTEN.count(old) >= 1
    volumes, problems = parse(WRITTEN.replace(old, new, 1))
    assert volumes is None
    assert [told[: len(problem)] for told in problems[:1]] == [problem]
    assert all(" — " in told for told in problems)


def test_a_sample_without_replicates_is_refused() -> None:
    _, problems = parse(WRITTEN[: WRITTEN.index("replicates:")].replace(', counted_per_month: "3140.5"', ""))
    assert problems == [
        "v.yaml:4: source: source.sampling without replicates"
        " — without them nobody can tell how sure its figures are: sample the logs again",
        "v.yaml:10: events[1]: counted_per_month without replicates"
        " — only rows that a sample expanded say how much of them was counted",
    ]


# ---- several samples ----

# The rows of the second sample are the first, which both moved, and the fourth, which it alone moved.
FURTHER = (
    WRITTEN
    + """\
further_samples:
- sampling: {seed: 1, objects: 10, objects_read: 5, bytes: 100, bytes_read: 50, clusters: 4, clusters_read: 2,
             never_drawn: [{account: "777788889999", region: us-east-1}]}
  replicates:
    design_id: "sha256:y"
    method: successive-difference
    count: 2
    factor: "0.5"
    encoding: float32-le-base64
    rows: {"3": "AABAQQAAgMA=", "0": "AABAQQAAgMA="}
"""
)


def test_a_row_may_have_replicates_of_several_samples() -> None:
    first, *_, fourth, _ = read(FURTHER).rows
    other = Replicates("sha256:y", 0.5, (12.0, -4.0))
    assert first.per_month.replicates == (Replicates("sha256:x", 0.125, (65472.0, -65472.0)), other)
    assert first.per_month.counted == D("3140.5")
    assert fourth.per_month.replicates == (other,)


def test_several_samples_are_described_each() -> None:
    volumes = read(FURTHER)
    assert [sampling.design_id for sampling in volumes.samples] == ["sha256:x", "sha256:y"]
    assert volumes.never_drawn == {("444455556666", "us-east-1"), ("777788889999", "us-east-1")}


def test_several_samples_survive_writing() -> None:
    volumes = read(FURTHER)
    assert read(format_volumes(volumes)).samples == volumes.samples
    assert [row.per_month for row in read(format_volumes(volumes)).rows] == [row.per_month for row in volumes.rows]
    jsonschema.Draft202012Validator(schema("volumes")).validate(json.loads(format_volumes(volumes)))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"sha256:y"', '"sha256:x"', "v.yaml:27: further_samples[0]: sha256:x is there twice — figures of one sample"),
        ('"3": "AABA', '"9": "AABA', "v.yaml:32: further_samples[0]: there is no row 9 of 5 — "),
        ("clusters_read: 2", "clusters_read: 5", "v.yaml:24: further_samples[0]: clusters_read is more than clusters"),
        ('factor: "0.5"', 'factor: "0"', "v.yaml:30: further_samples[0]: factor is 0 — "),
    ],
)
def test_a_fault_of_a_further_sample_is_told_with_its_place(old: str, new: str, problem: str) -> None:
    volumes, problems = parse(FURTHER.replace(old, new, 1))
    assert volumes is None
    assert [told[: len(problem)] for told in problems[:1]] == [problem]


def test_further_samples_without_a_first_one_are_refused() -> None:
    text = FURTHER[: FURTHER.index("replicates:\n  design_id")] + FURTHER[FURTHER.index("further_samples:") :]
    text = text[: text.index("  sampling:")] + text[text.index("coverage:") :]
    volumes, problems = parse(text)
    assert volumes is None
    assert any("further samples without a first one — write one of them as replicates" in told for told in problems)


# ---- writing ----


def volumes_of(*rows: VolumeRow, sampling: Sampling | None = SAMPLING) -> Volumes:
    return Volumes(rows, (make_coverage(),), kind="cloudtrail-logs", sampling=sampling)


def written(*rows: VolumeRow) -> Any:
    return json.loads(format_volumes(volumes_of(*rows)))


def test_rows_that_make_nearly_all_events_have_their_own_numbers_and_the_rest_one_sum_by_container() -> None:
    # 99.9 % of 100,000 are 99,900: the first row has 99,000, so the second (900) is needed too, and the others not.
    rows = (
        object_row(sampled("99000", 10.0, -10.0)),
        object_row(sampled("60", 1.0, 2.0), read_only=False),
        object_row(sampled("900", 5.0, 0.5)),
        object_row(sampled("25", 4.0, 8.0), bucket="claims"),
        object_row(sampled("15", 0.5, 0.25)),
    )
    found = written(*rows)["replicates"]
    assert found["rows"] == {"0": numbers(10, -10), "2": numbers(5, 0.5)}
    assert found["rest"] == [
        {"rows": [1, 4], "deviations": numbers(1.5, 2.25)},
        {"rows": [3], "deviations": numbers(4, 8)},
    ]
    assert {name: found[name] for name in ("design_id", "method", "count", "factor", "encoding")} == {
        "design_id": "sha256:x",
        "method": "successive-difference",
        "count": 2,
        "factor": "0.125",
        "encoding": "float32-le-base64",
    }


def test_a_row_that_no_replicate_moves_keeps_nothing() -> None:
    found = written(make_row(sampled("10", 0.0, 0.0, counted="10")), make_row(3))
    assert found["replicates"]["rows"] == {}
    assert "counted_per_month" not in found["events"][0]


def test_what_was_counted_is_written_with_six_decimals_and_never_more_of_it() -> None:
    found = written(make_row(sampled("10", 1.0, -1.0, counted="9.9999999")))
    assert found["events"][0]["counted_per_month"] == "9.999999"


def test_a_sampled_file_has_one_row_on_a_line_and_fits_the_schema() -> None:
    rows = [make_row(sampled(str(1000 - n), 1.0, -1.0), event_name=f"E{n}") for n in range(3)]
    text = format_volumes(volumes_of(*rows, make_row(sampled("1", 0.5, 0.5))))
    assert sum(line.startswith('    "') for line in text.splitlines()) == 3
    assert sum(line.startswith('    {"rows"') for line in text.splitlines()) == 1
    jsonschema.Draft202012Validator(schema("volumes")).validate(json.loads(text))


def test_the_schema_says_what_the_numbers_are() -> None:
    described = schema("volumes")["$defs"]["ReplicatesEntry"]["description"]
    assert "the row's events a month under each replicate, less its per_month" in described


@pytest.mark.parametrize(
    ("sampling", "fault"),
    [
        (None, "which it describes"),
        (replace(SAMPLING, design_id="sha256:y"), "which it describes"),
        (replace(SAMPLING, replicates=64), "64 replicates were said, a row has 2"),
    ],
)
def test_rows_of_another_sample_are_not_written(sampling: Sampling | None, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        format_volumes(volumes_of(make_row(sampled("10", 1.0, -1.0)), sampling=sampling))


# ---- what was written reads back ----


def deviations(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    one = st.floats(-1e6, 1e6, width=32).filter(lambda value: value == 0 or abs(value) > 1e-6)
    return st.lists(one, min_size=count, max_size=count).map(tuple)


@st.composite
def sampled_volumes(draw: Callable[[st.SearchStrategy[T]], T]) -> Volumes:
    count = draw(st.integers(2, 5))
    rows = []
    for number in range(draw(st.integers(0, 8))):
        point = D(draw(st.sampled_from([0, 1, 7, 500, 10**6, 10**9])) * draw(st.integers(0, 10**6))).scaleb(-6)
        counted = (point * draw(st.integers(0, 4)) / 4).quantize(D("0.000001"), "ROUND_FLOOR")
        replicates = Replicates("sha256:x", 0.125, draw(deviations(count)))
        figure = draw(st.just(Quantity.sampled(point, replicates, counted=counted)) | st.just(Quantity.exact(point)))
        rows.append(object_row(figure, bucket=draw(st.sampled_from("ab")), event_name=f"E{number}"))
    drawn = replace(SAMPLING, replicates=count, never_drawn=draw(st.sampled_from([(), (("1" * 12, "eu-west-1"),)])))
    return Volumes(tuple(rows), (make_coverage(),), kind="cloudtrail-logs", sampling=drawn)


def by_container(rows: Sequence[VolumeRow], replicate: int) -> dict[object, float]:
    found: dict[object, list[float]] = defaultdict(list)
    for row in rows:
        for r in row.per_month.replicates:
            found[row.key.resources].append(r.deviations[replicate])
    return {container: fsum(values) for container, values in found.items()}


@given(sampled_volumes())
def test_what_is_written_is_read_back_but_for_what_four_bytes_hold(original: Volumes) -> None:
    text = format_volumes(original)
    again = read(text)
    kept = {int(n) for n in json.loads(text)["replicates"]["rows"]}
    assert replace(again, rows=(), where=None) == replace(original, rows=())
    for n, (before, after) in enumerate(zip(original.rows, again.rows, strict=True)):
        figure = before.per_month if before.per_month.is_sampled else Quantity.exact(before.per_month.point)
        assert replace(after, per_month=before.per_month) == before
        assert after.per_month.point == figure.point
        if n in kept or not figure.is_sampled:
            # The strategy draws numbers of four bytes, so nothing at all may change.
            assert after.per_month == figure
        else:
            assert after.per_month.counted == figure.counted
    assert original.sampling is not None
    for replicate in range(original.sampling.replicates):
        before_, after_ = (by_container(rows, replicate) for rows in (original.rows, again.rows))
        for container, value in before_.items():
            assert isclose(after_.get(container, 0.0), value, rel_tol=1e-6, abs_tol=0.5)
    whole = sum((row.per_month.point for row in original.rows), D(0))
    own = sum((original.rows[n].per_month.point for n in kept), D(0))
    certain = sum((row.per_month.point for row in original.rows if not row.per_month.is_sampled), D(0))
    assert own + certain >= D("0.999") * whole


@given(st.data())
def test_whatever_stands_in_a_sampled_file_is_read_or_refused(data: st.DataObject) -> None:
    body = json.loads(json.dumps(parse_document("v.yaml", WRITTEN).value, default=float))
    members = [place for name in ("source", "replicates") for place in places_of(body[name])]
    holder, key = data.draw(st.sampled_from(members))
    holder[key] = data.draw(st.sampled_from([*JUNK, "AAA=", "0", {"0": "AAAAAAAAAAA="}, [{"rows": [0]}]]))
    volumes, problems = parse(json.dumps(body, indent=1))
    assert (volumes is None) == bool(problems)
    assert all(" — " in problem for problem in problems)
