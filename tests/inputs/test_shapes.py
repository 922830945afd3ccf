from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import jsonschema
import msgspec
import pytest
from msgspec import Meta

from costplan.inputs.documents import parse_document
from costplan.inputs.shapes import (
    AccountId,
    Count,
    Name,
    Number,
    RegionCode,
    Shape,
    describe,
    json_schema,
    read_shape,
    suggest,
)
from costplan.model.problems import Problem


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Inner(Shape, frozen=True, kw_only=True):
    value: str
    from_: str | None = msgspec.field(default=None, name="from")


class Outer(Shape, frozen=True, kw_only=True):
    name: Name
    account: AccountId | None = None
    region: RegionCode | None = None
    count: Count = 0
    price: Number = 0
    is_on: bool = False
    colour: Colour = Colour.RED
    kind: Literal["a", "b"] = "a"
    members: Literal["all"] | tuple[AccountId, ...] = "all"
    day: date | None = None
    inner: Inner | None = None
    many: Annotated[tuple[Inner, ...], Meta(min_length=1)] | None = None
    by_account: dict[AccountId, int] = msgspec.field(default_factory=dict)
    anything: Any = None


GOOD = (
    'name: x\naccount: "111122223333"\nregion: us-gov-west-1\ncount: 3\nprice: 0.10\nis_on: true\ncolour: green\n'
    'members: ["444455556666"]\nday: 2026-10-01\ninner: {value: v, from: f}\nmany: [{value: w}]\n'
    "anything: [1, {a: 2}]\n"
)


def read(text: str) -> tuple[Outer | None, list[str]]:
    document = parse_document("f.yaml", text)
    problems: list[Problem] = []
    value = read_shape(document, (), document.value, Outer, problems)
    return value, [str(problem) for problem in problems]


def test_a_good_file_becomes_its_shape() -> None:
    value, problems = read(GOOD)
    assert problems == []
    assert value == Outer(
        name="x",
        account="111122223333",
        region="us-gov-west-1",
        count=3,
        price=Decimal("0.10"),
        is_on=True,
        colour=Colour.GREEN,
        members=("444455556666",),
        day=date(2026, 10, 1),
        inner=Inner(value="v", from_="f"),
        many=(Inner(value="w"),),
        anything=[1, {"a": 2}],
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: x\nacount: '1'", 'f.yaml:2: unknown key "acount" — did you mean "account"?'),
        ("name: x\nisOn: true", 'f.yaml:2: unknown key "isOn" — did you mean "is_on"?'),
        ("name: x\ninner:\n  valu: v", 'f.yaml:3: unknown key "valu" in inner — did you mean "value"?'),
        ("name: x\ninner: {value: v, zzz: 1}", 'f.yaml:2: unknown key "zzz" in inner — known keys: value, from'),
        ("count: 1", 'f.yaml:1: the key "name" is missing — add name: some text'),
        ("name: x\nmany: [{}]", 'f.yaml:2: many[0]: the key "value" is missing — add value: text'),
        ("name: ''", 'f.yaml:1: name: expected some text, found "" — correct the value'),
        ("name: 5", "f.yaml:1: name: expected some text, found the number 5 — put it in quotes"),
        ("name: 2026-10-01", "f.yaml:1: name: expected some text, found the date 2026-10-01 — put it in quotes"),
        ("name: [a]", "f.yaml:1: name: expected some text, found a list — correct the value"),
        (
            "name: x\naccount: 111122223333",
            "f.yaml:2: account: expected an account id: twelve digits, in quotes, found the number 111122223333"
            " — put it in quotes",
        ),
        (
            "name: x\naccount: '1111'",
            'f.yaml:2: account: expected an account id: twelve digits, in quotes, found "1111" — correct the value',
        ),
        (
            "name: x\nregion: eu-west1",
            'f.yaml:2: region: expected a Region code such as eu-west-1, found "eu-west1" — correct the value',
        ),
        (
            'name: x\nregion: "eu-west-1\\n"',
            'f.yaml:2: region: expected a Region code such as eu-west-1, found "eu-west-1\\n" — correct the value',
        ),
        (
            "name: x\ncount: -1",
            "f.yaml:2: count: expected a whole number, 0 or more, found the number -1 — correct the value",
        ),
        (
            "name: x\ncount: 1.5",
            "f.yaml:2: count: expected a whole number, 0 or more, found the number 1.5 — correct the value",
        ),
        ("name: x\ncount: true", "f.yaml:2: count: expected a whole number, 0 or more, found true — correct the value"),
        ("name: x\nprice: 'NaN'", 'f.yaml:2: price: expected a number, found "NaN" — correct the value'),
        ("name: x\nis_on: 'true'", 'f.yaml:2: is_on: expected true or false, found "true" — write it without quotes'),
        ("name: x\nis_on: yes", 'f.yaml:2: is_on: expected true or false, found "yes" — correct the value'),
        ("name: x\ncolour: gren", 'f.yaml:2: colour: expected one of red, green, found "gren" — did you mean "green"?'),
        ("name: x\nkind: c", 'f.yaml:2: kind: expected one of a, b, found "c" — correct the value'),
        ("name: x\nkind: null", "f.yaml:2: kind: expected one of a, b, found nothing (null) — correct the value"),
        ("name: x\nmembers: none", 'f.yaml:2: members: expected "all", found "none" — correct the value'),
        (
            "name: x\nmembers:\n - '1'",
            'f.yaml:3: members[0]: expected an account id: twelve digits, in quotes, found "1" — correct the value',
        ),
        ("name: x\nmembers: 5", 'f.yaml:2: members: expected "all" or a list, found the number 5 — correct the value'),
        ("name: x\nday: soon", 'f.yaml:2: day: expected a date (year-month-day), found "soon" — correct the value'),
        ("name: x\nmany: []", "f.yaml:2: many: is empty — add a mapping"),
        ("name: x\nmany: {}", "f.yaml:2: many: expected a list, found a mapping — correct the value"),
        ("name: x\ninner: v", 'f.yaml:2: inner: expected a mapping, found "v" — correct the value'),
        (
            "name: x\nby_account: {x: 1}",
            'f.yaml:2: by_account.x: the key "x" is not an account id: twelve digits, in quotes — correct the key',
        ),
        ("- 1", "f.yaml:1: expected a mapping, found a list — correct the value"),
        ("text", 'f.yaml:1: expected a mapping, found "text" — correct the value'),
    ],
)
def test_a_fault_is_told_in_the_words_of_files(text: str, problem: str) -> None:
    assert read(text) == (None, [problem])


def test_what_is_right_is_no_fault_beside_what_is_wrong() -> None:
    _, problems = read(GOOD + "zzz: 1\n")
    assert [problem[:24] for problem in problems] == ['f.yaml:13: unknown key "']
    as_json = GOOD.replace("2026-10-01", "'2026-10-01'").replace("0.10", "1")
    _, problems = read(as_json + "zzz: 1\n")
    assert len(problems) == 1


def test_all_faults_are_told_at_once_and_a_misspelt_key_is_not_missing_too() -> None:
    _, problems = read("nmae: x\ncount: many\nregion: 5\n")
    assert problems == [
        'f.yaml:1: unknown key "nmae" — did you mean "name"?',
        'f.yaml:2: count: expected a whole number, 0 or more, found "many" — correct the value',
        "f.yaml:3: region: expected a Region code such as eu-west-1, found the number 5 — correct the value",
    ]


def test_long_and_unprintable_values_are_shortened() -> None:
    _, problems = read(f"name: x\ncolour: {'r' * 80}\n")
    assert problems == [f'f.yaml:2: colour: expected one of red, green, found "{"r" * 39}…" — correct the value']
    assert describe("a\x1bb") == '"a\\x1bb"'


def test_suggestions_look_past_case_and_joints() -> None:
    known = ["is_multi_region", "is_organization"]
    assert suggest("isMultiRegionTrail", known) == "is_multi_region"
    assert suggest("bananas", known) is None


def test_a_schema_says_what_the_reader_says() -> None:
    schema = json_schema(Outer, "outer")
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = {"name": "x", "price": 0.5, "account": "111122223333", "inner": {"value": "v", "from": "f"}}
    assert validator.is_valid(good)
    bad: list[dict[str, object]] = [
        {"account": "1"}, {"price": "0.5"}, {"is_on": "true"}, {"zzz": 1}, {"inner": {}}, {"region": "eu-west-1\n"}
    ]  # fmt: skip
    assert [validator.is_valid(good | change) for change in bad] == [False] * len(bad)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
