"""The compiled loop against the typed decoding, record by record, and its strictness against other JSON readers."""

import json
import shutil
import sysconfig
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs import scanning
from costplan.inputs.volumes.logs.content import raw_records
from costplan.inputs.volumes.logs.decoding import RecordDecoder
from costplan.inputs.volumes.logs.scanning import Kind, make_scanner
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.volumes import EVERYTHING, CountPlan

from .building import ACCOUNT, OTHER_ACCOUNT, make_object_record, make_record, text_of
from .test_damage_fuzz import TEXT, damaged_bytes
from .test_fast_path import files, plans

# A free-threaded Python has no limited API.
needs_loop = pytest.mark.skipif(scanning.compiled is None, reason="costplan was installed without its compiled loop")


def scanner(
    plan: CountPlan = EVERYTHING, decoder: RecordDecoder | None = None
) -> Callable[[bytes], scanning.Columns | None]:
    decoder = decoder or RecordDecoder(plan)
    scan = make_scanner(plan, decoder.decode, decoder.group)
    assert scan is not None

    def columns_of(text: bytes) -> scanning.Columns | None:
        columns = scan(text)
        return None if columns is None else scanning.Columns._make(columns)

    return columns_of


def wrapped(value: str, name: str = "requestParameters") -> bytes:
    return f'{{"Records":[{{"{name}":{value}}}]}}'.encode()


def test_the_loop_is_there_where_it_can_be_compiled():
    has_compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) is not None
    if not has_compiler or sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("no C compiler for this Python")
    assert scanning.compiled is not None, "make sets it up again: rm .venv/.installed"


def test_without_the_loop_there_is_no_scanner(monkeypatch):
    monkeypatch.setattr(scanning, "compiled", None)
    decoder = RecordDecoder(EVERYTHING)
    assert make_scanner(EVERYTHING, decoder.decode, decoder.group) is None
    assert not decoder.scans


# ---- the same as the typed decoding ----


def is_said_oddly(raw: bytes) -> bool:
    """Whether a record that can be decoded has an escape, or two members of one name."""
    are_twice = []

    def note(members: list[tuple[str, Any]]) -> dict[str, Any]:
        are_twice.append(len(dict(members)) < len(members))
        return dict(members)

    json.loads(raw, object_pairs_hook=note)
    return b"\\" in raw or any(are_twice)


def check_columns(listed: list[Any], text: bytes, plan: CountPlan) -> None:
    decoder = RecordDecoder(plan)
    columns = scanner(plan, decoder)(text)
    assert columns is not None
    kinds, ids, times, sizes, odd, sums, earliest = columns
    raws = raw_records(text)
    assert len(kinds) == len(ids) == len(times) == len(listed) == len(raws)
    assert sizes == ([len(raw) for raw in raws] if plan.counts_bytes else [])
    assert odd == [index for index, kind in enumerate(kinds) if kind is None]
    of_kind = defaultdict(list)
    for kind, raw in zip(kinds, raws, strict=True):
        of_kind[kind].append(len(raw))
    of_kind.pop(None, None)
    large = {kind: sum(size > scanning.OVERSIZE_BYTES for size in each) for kind, each in of_kind.items()}
    assert {kind: counts for kind, *counts in sums} == {
        kind: [len(each), sum(each), large[kind]] for kind, each in of_kind.items()
    }
    assert earliest == min((time for time in times if time), default=None)
    for index, (kind, raw) in enumerate(zip(kinds, raws, strict=True)):
        record = decoder.decode(raw)
        if kind is not None:
            assert kind.group == decoder.group(record)
            assert (ids[index], times[index]) == (record.eventID, record.eventTime)
            assert kind.recipientAccountId == record.recipientAccountId
        elif record is not None and decoder.group(record) is not None:
            assert is_said_oddly(bytes(raw))


@needs_loop
@settings(max_examples=300)
@given(files(), plans, st.booleans())
def test_every_kind_has_the_group_of_its_records(listed, plan, counts_bytes):
    check_columns(listed, text_of(listed), replace(plan, counts_bytes=counts_bytes))


@needs_loop
@settings(max_examples=100)
@given(files(), plans, st.sampled_from([None, 0, 3]), st.booleans())
def test_spaces_and_escapes_make_no_difference(listed, plan, indent, ensure_ascii):
    listed = [*listed, make_object_record("prüfung/日本/🦊.json", userAgent="é🦊"), make_record(errorCode="é")]
    text = json.dumps({"Records": listed}, indent=indent, ensure_ascii=ensure_ascii)
    check_columns(listed, f" \r\n\t{text}\n".encode(), plan)


@needs_loop
def test_conditions_are_answered_on_the_whole_arn():
    lake = "arn:aws:s3:::amzn-s3-demo-lake"
    asked = [
        Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"{lake}/claims/"),
        Condition(ArnField.RESOURCE, Operator.ENDS_WITH, ".csv"),
        Condition(ArnField.RESOURCE, Operator.EQUALS, f"{lake}/a"),
        Condition(ArnField.PRINCIPAL, Operator.ENDS_WITH, "/s1"),
    ]
    role = f"arn:aws:sts::{ACCOUNT}:assumed-role/etl"
    keys = ["claims/1.json", "claims/2.json", "claims/1.csv", "b", "c", "a", "a.csv"]
    listed = [
        make_object_record(key, userIdentity={"type": "AssumedRole", "arn": f"{role}/{session}", "accountId": ACCOUNT})
        for key in keys
        for session in ("s1", "s2", "s3")
    ]
    plan = CountPlan(EVERYTHING.fields, tuple(sorted(asked)))
    check_columns(listed, text_of(listed), plan)
    columns = scanner(plan)(text_of(listed))
    assert columns is not None
    # Answers to three conditions come in five ways here, those to the fourth in two.
    assert len(set(columns[0])) == 5 * 2


@needs_loop
def test_one_arn_is_another_thing_for_each_type():
    arn = "arn:aws:s3:::amzn-s3-demo-lake/claims/1.json"
    types = ["AWS::S3::Object", "AWS::S3Express::Object", "AWS::New::Type", None, ""]
    listed = [make_object_record(resources=[{"type": of_type, "ARN": arn}]) for of_type in (*types, *types)]
    check_columns(listed, text_of(listed), EVERYTHING)
    columns = scanner()(text_of(listed))
    assert columns is not None
    # No type and an empty one are both none.
    assert len({kind.group for kind in columns.kinds}) == 4


@needs_loop
def test_more_conditions_than_it_can_answer_are_left_to_the_typed_decoding():
    most = scanning.compiled.MOST_CONDITIONS
    asked = [Condition(ArnField.RESOURCE, Operator.ENDS_WITH, str(n)) for n in range(most + 1)]
    assert RecordDecoder(CountPlan(frozenset(), tuple(asked[:-1]))).scans
    assert not RecordDecoder(CountPlan(frozenset(), tuple(asked))).scans


@needs_loop
@pytest.mark.parametrize(
    ("record", "is_odd"),
    [
        ({}, False),
        ({"eventID": "a\n"}, True),
        ({"eventTime": 'x"y'}, True),
        ({"requestParameters": {"a": 'x"\\/\n🦊'}}, False),
        ({"errorCode": "e" * 1024}, False),
        ({"errorCode": "e" * 1025}, True),
        ({"eventName": 7}, True),
        ({"readOnly": "true"}, False),
        ({"readOnly": 1}, True),
        ({"userIdentity": None}, True),
        ({"userIdentity": []}, True),
        ({"userIdentity": {"arn": None}}, False),
        ({"resources": {}}, True),
        ({"resources": [None]}, True),
        ({"resources": [{"ARN": 7}]}, True),
        ({"resources": [{"accountId": 7}]}, False),
        ({"resources": [{}] * 64}, False),
        ({"resources": [{}] * 65}, True),
        ({"addendum": {"reason": "UPDATED_DATA"}}, False),
        ({"addendum": "UPDATED_DATA"}, True),
        ({"tlsDetails": "e" * 5000}, False),
        ({"eventSource": "sts.amazonaws.com", "tlsDetails": "e" * 5000}, True),
    ],
)
def test_what_is_odd(record, is_odd):
    columns = scanner()(text_of([make_record(**record)]))
    assert columns is not None
    assert columns[4] == ([0] if is_odd else [])
    assert (columns[0][0] is None) == is_odd


@needs_loop
@pytest.mark.parametrize("name", ["eventID", "eventSource", "userIdentity", "resources", "readOnly", "tlsDetails"])
def test_of_two_members_of_one_name_the_last_would_count(name):
    text = text_of([make_record()])
    twice = text.replace(b'{"eventVersion"', f'{{"{name}":null,"{name}":null,"eventVersion"'.encode(), 1)
    columns = scanner()(twice)
    assert columns is not None
    assert columns[0] == [None]


@needs_loop
def test_a_name_in_escapes_is_still_that_name():
    columns = scanner()(text_of([make_record()]).replace(b'"eventID"', b'"event\\u0049D"'))
    assert columns is not None
    assert columns[4] == [0]


@needs_loop
def test_oversize_records_are_counted():
    listed = [make_record(requestParameters="x" * length) for length in (0, scanning.OVERSIZE_BYTES)]
    check_columns(listed, text_of(listed), EVERYTHING)
    assert scanner()(text_of(listed)).sums[0][3] == 1


@needs_loop
def test_times_of_all_lengths_have_an_earliest():
    for times in (["b", "a", "aa", "", "ab"], ["", ""], ["2026-10-05T00:07:30Z", "2026-10-05T00:07:30"]):
        listed = [make_record(eventTime=time) for time in times]
        check_columns(listed, text_of(listed), EVERYTHING)


@needs_loop
def test_where_ids_are_not_wanted_it_is_told_whether_there_is_one():
    made = scanning.compiled.Scanner(**{**ROLES, "with_ids": False})
    listed = [make_record(), make_record(eventID=""), make_record(eventID=...)]
    assert made.scan(text_of(listed))[1] == [True, None, None]


@needs_loop
def test_kinds_are_kept_from_file_to_file():
    scan = scanner()
    (first,), (second,) = (scan(text_of([make_record()]))[0] for _ in range(2))
    assert first is second
    assert isinstance(first, Kind)
    assert scan(text_of([make_record(recipientAccountId=OTHER_ACCOUNT)])).kinds != [first]


# ---- what it takes for JSON ----

SOUND = [
    "0", "-0", "10", "1.5", "1e5", "-1.25E-7", "1E+2", "true", "false", "null", "{}", "[]", " [ 1 , 2 ] ",
    '""', '"a"', '"\\u00e9\\n\\"\\\\\\/\\b\\f\\r\\t"', '"\\ud83e\\udd8a"', '"é🦊\x7f"', '{"a":{"b":[{}]}}', '{"":0}',
    "[" * 150 + "]" * 150,
]  # fmt: skip
UNSOUND = [
    "", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nul", "True", "'a'", '"a', '"\\x"',
    '"\\u12g4"', '"\\u12', '"\n"', '"\x00"', '"\t"', "[1,]", "[,1]", "[1 2]", "[", "{", '{"a"}', '{"a":}', '{"a":1,}',
    '{,"a":1}', '{"a" 1}', "{a:1}", "{1:1}", '{"a":1 "b":2}', "1 2", "]", "[1}", "/* */1",
]  # fmt: skip
SURROGATES = ['"\\ud83e"', '"\\udd8a"', '"\\ud83e\\u0041"', '"\\ud83ex"']


@needs_loop
@pytest.mark.parametrize("value", SOUND)
def test_sound_values_are_skipped(value):
    text = wrapped(value)
    columns = scanner()(text)
    assert columns is not None
    assert columns[3] == [len(text) - len('{"Records":[]}')]


@needs_loop
@pytest.mark.parametrize(
    "name", ["requestParameters", "eventName", "readOnly", "userIdentity", "resources", "addendum"]
)
@pytest.mark.parametrize("value", [*UNSOUND, *SURROGATES])
def test_what_is_no_json_is_not_taken_for_it(name, value):
    assert scanner()(wrapped(value, name)) is None
    assert scanner()(wrapped(f'{{"type":{value}}}', name)) is None
    assert scanner()(wrapped(f'[{{"type":{value}}}]', name)) is None


@needs_loop
@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"{}", b"[]", b"null", b'{"Records":null}', b'{"Records":{}}', b'{"records":[]}', b'{"Records":[]',
        b'{"Records":[]}}', b'{"Records":[]} x', b'{"Records":[],"x":1}', b'{"x":1,"Records":[]}', b'{"Records":[],}',
        b'{"Records":[{}],"Records":[]}', b'{"Record\\u0073":[]}', b'\xef\xbb\xbf{"Records":[]}', b'{"Records":[{},]}',
        b'{"Records":[{} {}]}', b'{"Records":[,{}]}', b'{"Records" []}', b'{"Records":',
    ],
)  # fmt: skip
def test_a_text_that_is_not_just_records_is_left_to_the_typed_decoding(text):
    assert scanner()(text) is None


@needs_loop
@pytest.mark.parametrize("text", [b'{"Records":[]}', b' { "Records" : [ ] } \n'])
def test_no_records_are_records(text):
    assert scanner()(text) == ([], [], [], [], [], [], None)


@needs_loop
@pytest.mark.parametrize(
    "broken",
    [
        b"\x80",
        b"\xc3",
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf0\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8",
    ],
)
def test_what_is_no_utf_8_is_not_taken_for_it(broken):
    for tail in (b"", b"x" * 20):
        text = wrapped('"X"').replace(b"X", broken + tail)
        with pytest.raises(UnicodeDecodeError):
            text.decode()
        assert scanner()(text) is None


@needs_loop
@pytest.mark.parametrize("character", ["\x80", "߿", "ࠀ", "퟿", "\ue000", "\uffff", "\U00010000", "\U0010ffff"])
def test_utf_8_is_taken_for_it(character):
    for before in range(20):
        assert scanner()(wrapped('"' + "x" * before + character + '"')) is not None


@needs_loop
@pytest.mark.parametrize("length", range(70))
def test_strings_of_every_length_end_where_they_end(length):
    for special in ("", "\\n", "é"):
        for rest in range(3):
            columns = scanner()(wrapped(f'"{"x" * length}{special}{"y" * rest}"') + b" " * (length % 20))
            assert columns is not None
            assert columns[4] == []


@needs_loop
def test_too_deep_is_left_to_the_typed_decoding():
    assert scanner()(wrapped("[" * 300 + "]" * 300)) is None
    assert scanner()(wrapped('{"a":' * 100_000 + "1" + "}" * 100_000)) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@needs_loop
@settings(max_examples=300)
@given(json_values, st.booleans(), st.sampled_from([None, 1]))
def test_what_the_standard_library_writes_is_read(value, ensure_ascii, indent):
    text = json.dumps({"Records": [{"requestParameters": value}, value]}, ensure_ascii=ensure_ascii, indent=indent)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    columns = scanner()(data)
    if columns is None:
        # Half of a character, which no sound text has.
        assert "\\ud" in text.lower()
        return
    assert columns[3] == [len(raw) for raw in raw_records(data)]


@needs_loop
@settings(max_examples=2_000)
@given(damaged_bytes(TEXT))
def test_damaged_texts_that_are_taken_are_sound(data):
    columns = scanner()(data)
    if columns is None:
        return
    assert len(json.loads(data)["Records"]) == len(columns[0])
    listed = msgspec.json.decode(data)["Records"]
    check_columns(listed, data, EVERYTHING)


@needs_loop
@pytest.mark.parametrize("data", [bytearray(TEXT), memoryview(TEXT)])
def test_any_buffer_is_read(data):
    assert scanner()(data) is not None


# ---- the table of kinds, and its callbacks ----

ROLES = {
    "record": [("eventID", "id"), ("eventTime", "time"), ("eventSource", "source"), ("eventCategory", "category")],
    "identity": [("arn", "arn")],
    "element": [(name, "text") for name in ("type", "ARN", "ARNPrefix", "resourceType", "resourceName")],
    "principal_conditions": [],
    "resource_conditions": [],
    "find_principal": lambda _arn: 1,
    "find_resource": lambda _type, _arn: 1,
    "learn": lambda raw: raw,
    "with_ids": True,
    "with_sizes": False,
    "oversize_bytes": 100,
}


def sources_text(numbers: range) -> bytes:
    return b'{"Records":[' + b",".join(b'{"eventSource":"s%d"}' % n for n in numbers) + b"]}"


@needs_loop
def test_a_full_table_is_emptied_and_filled_anew():
    learnt: list[bytes] = []
    scan = scanning.compiled.Scanner(**{**ROLES, "learn": lambda raw: learnt.append(raw) or raw}).scan
    for start in range(0, 900_000, 100_000):
        numbers = range(start, start + 100_000)
        kinds, *_, sums, _ = scan(sources_text(numbers))
        assert [counts for _, *counts in sums] == [[1, len(b'{"eventSource":"s%d"}' % n), 0] for n in numbers]
        assert kinds[::9_999] == [b'{"eventSource":"s%d"}' % n for n in numbers[::9_999]]
    assert len(learnt) == 900_000
    assert scan(sources_text(range(899_990, 900_000)))[0] == learnt[-10:]
    assert scan(sources_text(range(10)))[0] == learnt[:10]
    assert len(learnt) == 900_010


@needs_loop
def test_arns_without_end_are_found_again_after_the_table_was_emptied():
    asked: list[str] = []

    def find(_type: str | None, arn: str) -> int:
        asked.append(arn)
        return -1 - int(arn.rpartition("/")[2])

    record = [*ROLES["record"], ("resources", "resources")]
    scan = scanning.compiled.Scanner(**{**ROLES, "record": record, "find_resource": find}).scan
    item = b'{"eventCategory":"Data","resources":[{"type":"T","ARN":"a/%d"}]}'
    for start in range(0, 500_000, 100_000):
        text = b'{"Records":[' + b",".join(item % n for n in range(start, start + 100_000)) + b"]}"
        assert scan(text)[0][5] == item % (start + 5)
    assert len(asked) >= 500_000
    assert scan(b'{"Records":[' + item % 7 + b"]}")[0] == [item % 7]


@needs_loop
@pytest.mark.parametrize("name", ["learn", "find_principal", "find_resource"])
def test_what_a_callback_raises_is_raised(name):
    def fail(*_: object) -> int:
        raise LookupError("planted")

    record = [*ROLES["record"], ("resources", "resources"), ("userIdentity", "identity")]
    made = scanning.compiled.Scanner(**{**ROLES, "record": record, name: fail})
    with pytest.raises(LookupError, match="planted"):
        made.scan(text_of([make_object_record()]))
    # It is still to be used.
    assert made.scan(b'{"Records":[]}') is not None


@needs_loop
def test_a_callback_that_tells_no_number():
    record = [*ROLES["record"], ("userIdentity", "identity")]
    made = scanning.compiled.Scanner(**{**ROLES, "record": record, "find_principal": lambda _: "one"})
    with pytest.raises(TypeError):
        made.scan(text_of([make_record()]))


@needs_loop
def test_it_does_not_scan_while_it_scans():
    made: Any = None

    def again(_: bytes) -> object:
        return made.scan(b'{"Records":[]}')

    made = scanning.compiled.Scanner(**{**ROLES, "learn": again})
    with pytest.raises(RuntimeError, match="scanning already"):
        made.scan(text_of([make_record()]))


@needs_loop
@pytest.mark.parametrize(
    "wrong",
    [
        {"record": [("eventID", "nothing")]},
        {"record": [("eventID", "id")]},
        {"record": [*ROLES["record"], *((f"f{n}", "text") for n in range(40))]},
        {"record": [*ROLES["record"], ("n" * 64, "text")]},
        {"element": []},
        {"principal_conditions": [("Contains", b"x")]},
        {"resource_conditions": [("Equals", b"x")] * 65},
    ],
)
def test_a_scanner_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"scanner needs|field|operator|conditions"):
        scanning.compiled.Scanner(**{**ROLES, **wrong})


@needs_loop
@pytest.mark.parametrize("wrong", [{"record": ()}, {"record": [1]}, {"resource_conditions": [("Equals", "text")]}])
def test_a_scanner_of_other_types(wrong):
    with pytest.raises(TypeError):
        scanning.compiled.Scanner(**{**ROLES, **wrong})
    with pytest.raises(TypeError):
        scanning.compiled.Scanner(**ROLES).scan("text")
