"""Templates made to hang, to fill the memory or to recurse without end; and right ones, damaged at random."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.configs.cloudformation import declared_resources
from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.configs.recognition import is_cloudformation
from costplan.inputs.documents import Document, parse_document
from costplan.model.problems import BadInputError, Problem

from .building import HERE, SECTIONS

LONGEST_SECONDS = 10
BUCKET, TRAIL = "AWS::S3::Bucket", "AWS::CloudTrail::Trail"


def read(value: dict[str, Any]) -> tuple[tuple[DeclaredResource, ...], list[str]]:
    document = parse_document("template.json", json.dumps(value))
    problems: list[Problem] = []
    start = time.perf_counter()
    found = declared_resources(document, problems)
    assert time.perf_counter() - start < LONGEST_SECONDS
    return found, [str(problem) for problem in problems]


def buckets(names: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": BUCKET, "Properties": {"BucketName": value}} for name, value in names.items()}}


def size_of(value: Any) -> int:
    """Return how much a value holds, counting what is shared once."""
    seen: dict[int, int] = {}
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen[id(item)] = len(item) if isinstance(item, str | list) else 1
        if isinstance(item, PartlyKnown):
            waiting.extend(item.parts)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return sum(seen.values())


def test_names_that_refer_to_each_other_are_told_once_with_their_line() -> None:
    found, problems = read(buckets({"A": {"Ref": "B"}, "B": {"Fn::Sub": "${A}-x"}, "C": {"Ref": "C"}}))
    assert [problem.partition(": ")[2] for problem in problems] == [
        "the name of B refers to itself — let one of the names be a text",
        "the name of C refers to itself — let one of the names be a text",
    ]
    assert [resource.values["BucketName"] for resource in found][2] == Unresolved("C", "C", "Ref")


def test_conditions_that_refer_to_each_other_are_open() -> None:
    conditions = {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Condition": "A"}}
    found, problems = read({"Conditions": conditions, "Resources": {"T": {"Type": TRAIL, "Condition": "A"}}})
    assert problems == ["template.json:1: the condition A refers to itself — let it test a parameter"]
    assert found[0].condition == Unresolved("condition A")


TOO_DEEP = "values are nested, or refer to each other, more than 100 deep — let values name what they refer to directly"


@pytest.mark.parametrize("function", [{"Ref": "%s"}, {"Fn::Sub": "${%s}"}, {"Fn::Join": ["", [{"Ref": "%s"}]]}])
def test_a_long_chain_of_names_ends(function: dict[str, Any]) -> None:
    links = {f"B{n}": json.loads(json.dumps(function) % f"B{n + 1}") for n in range(3000)}
    _, problems = read(buckets(links | {"B3000": "end"}))
    assert {problem.partition(": ")[2] for problem in problems} == {TOO_DEEP}


def test_a_short_chain_of_names_is_followed_to_its_end() -> None:
    found, problems = read(buckets({f"B{n}": {"Ref": f"B{n + 1}"} for n in range(10)} | {"B10": "end"}))
    assert problems == []
    assert {resource.values["BucketName"] for resource in found} == {"end"}


@pytest.mark.parametrize(
    "link",
    [
        {"Condition": "%s"},
        {"Fn::And": [{"Condition": "%s"}, {"Condition": "%s"}]},
        {"Fn::Equals": [{"Fn::If": ["%s", 1, 2]}, {"Fn::If": ["%s", 1, 2]}]},
    ],
)
def test_a_long_chain_of_conditions_ends(link: dict[str, Any]) -> None:
    text = json.dumps(link)
    conditions = {f"C{n}": json.loads(text.replace("%s", f"C{n + 1}")) for n in range(3000)}
    value = {"Conditions": conditions, "Resources": {"T": {"Type": TRAIL, "Condition": "C0"}}}
    found, problems = read(value)
    assert {problem.partition(": ")[2] for problem in problems} == {TOO_DEEP}
    assert found[0].condition == Unresolved("condition C0")


def test_deep_nesting_ends() -> None:
    value: Any = "end"
    for _ in range(150):
        value = {"Fn::Join": ["", [value]]}
    # A text of JSON may be deeper than what is resolved.
    found, problems = read(buckets({"A": value}))
    assert [problem.partition(": ")[2] for problem in problems] == [TOO_DEEP]
    assert isinstance(found[0].values["BucketName"], Unresolved)


@pytest.mark.parametrize("end", ["ten chars.", {"Fn::Sub": "${X}${Y}"}])
def test_texts_of_texts_do_not_fill_the_memory(end: Any) -> None:
    links = {f"B{n}": {"Fn::Sub": f"${{B{n + 1}}}" * 10} for n in range(15)}
    found, problems = read(buckets(links | {"B15": end}))
    assert size_of([resource.values for resource in found]) < 1_000_000
    assert any("makes a text of more than 100000 characters" in problem for problem in problems)


def test_texts_in_variables_of_texts_do_not_fill_the_memory() -> None:
    value: Any = "ten chars."
    for _ in range(40):
        value = {"Fn::Sub": ["${A}${A}", {"A": value}]}
    found, problems = read(buckets({"A": value}))
    assert size_of(found[0].values) < 1000
    assert any("makes a text of more than 100000 characters" in problem for problem in problems)


def test_many_long_texts_do_not_fill_the_memory() -> None:
    parameters = {"P": {"Type": "String", "Default": "x" * 4000}}
    tags = [{"Fn::Sub": "${P}" * 20} for _ in range(5000)]
    value = {"Parameters": parameters, "Resources": {"B": {"Type": BUCKET, "Properties": {"Tags": tags}}}}
    found, problems = read(value)
    assert size_of(found[0].values) < 6_000_000
    assert [problem.partition(": ")[2] for problem in problems] == [
        "the template's functions make more text than any stack holds — shorten its texts"
    ]


def test_a_large_mapping_that_many_functions_ask_for_is_not_walked_through_each_time() -> None:
    rows = {f"k{n}": {"x": "same"} for n in range(20_000)}
    tags = [{"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "x"]} for _ in range(5000)]
    found, problems = read(
        {"Mappings": {"M": rows}, "Resources": {"B": {"Type": BUCKET, "Properties": {"Tags": tags}}}}
    )
    assert problems == []
    assert found[0].values["Tags"][0] == Unresolved("AWS::Region")


def test_mappings_that_find_in_each_other_are_refused() -> None:
    mappings = {f"M{n}": {"a": {"b": [{"Fn::FindInMap": [f"M{n + 1}", "a", "b"]}] * 2}} for n in range(60)}
    value = {
        "Mappings": mappings,
        "Resources": {"B": {"Type": BUCKET, "Properties": {"BucketName": {"Fn::FindInMap": ["M0", "a", "b"]}}}},
    }
    _, problems = read(value)
    assert ["finds neither text nor a list of texts" in problem for problem in problems] == [True]


def test_thousands_of_faults_are_told_in_time() -> None:
    _, problems = read(buckets({f"B{n}": {"Ref": []} for n in range(20_000)}) | {"AWSTemplateFormatVersion": "x"})
    # All of them stand on the one line of the file, and say the same.
    assert problems == ["template.json:1: Ref: must be a name — write the name of a parameter or a resource"]


def test_a_long_name_is_not_told_in_full() -> None:
    found, problems = read(buckets({"B": {"Ref": "x" * 50_000}, "C": {"Fn::" + "y" * 50_000: 1, "a": 2}}))
    assert max(map(len, problems)) < 300
    assert len(found[0].values["BucketName"].what) < 150


# ---- damage ----

WHOLE = (SECTIONS % "!If [Open, !Select [0, !Split [',', !Sub '${Given},${Partly}']], !GetAtt Named.Arn]").replace(
    "Resources:\n",
    "Resources:\n  Store: {Type: AWS::CloudTrail::EventDataStore, Condition: Open}\n"
    "  Nested: {Type: AWS::CloudFormation::Stack, Condition: Holds}\n",
)
SOUND = parse_document("template.yaml", WHOLE).value
WORDS = ["Ref", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::GetAtt", "Fn::FindInMap", "Fn::Select", "Fn::Transform"]
WORDS += ["Condition", "Named", "Partly", "Open", "Holds", "Given", "${Partly}${Topic}", "AWS::NoValue", "AWS::Region"]
WORDS += ["{{resolve:ssm:x}}", "{{resolve:", "Places", "a.b", "", "Type", "AWS::S3::Bucket", "\0"]
LEAVES = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.decimals(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    LEAVES | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=2),
    max_leaves=6,
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, member in items for place in places_in(member, (*path, key)))]


PLACES = places_in(SOUND)[1:]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    value = json.loads(json.dumps(SOUND, default=str))
    for _ in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from(PLACES))
        holder = value
        try:
            for step in way:
                holder = holder[step]
            if draw(st.booleans()):
                holder[last] = draw(VALUES)
            else:
                del holder[last]
        except (KeyError, IndexError, TypeError):
            continue
    return value


def check(document: Document, parameters: dict[str, str]) -> None:
    problems: list[Problem] = []
    notes: list[Problem] = []
    if is_cloudformation(document):
        for resource in declared_resources(document, problems, parameters, notes):
            assert isinstance(resource.values, dict)
            assert document.line(resource.at) or document.line() is None
    assert all(isinstance(problem, Problem) and problem.where.path == document.path for problem in problems + notes)


@settings(max_examples=400)
@given(damaged(), st.sampled_from([{}, HERE, {"Asked": "x", "Unknowns": "1,2"}]))
def test_a_template_that_is_damaged_anywhere_is_read_or_told(value: Any, parameters: dict[str, str]) -> None:
    check(Document("template.json", value), parameters)


@settings(max_examples=300)
@given(st.data())
def test_text_of_a_template_that_is_damaged_anywhere_is_read_or_told(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 10))
        text = text[:start] + data.draw(st.sampled_from(["", "!", "!Ref ", "!If ", "{", "]", "- ", "&a ", "*a", ": "]))
        text += WHOLE[end:]
    with suppress(BadInputError):
        check(parse_document("template.yaml", text), {})


def test_the_damage_begins_with_a_template_that_is_right() -> None:
    problems: list[Problem] = []
    found = declared_resources(Document("template.json", SOUND), problems, HERE)
    assert problems == []
    assert len(found) == 9
    assert len(PLACES) > 90
