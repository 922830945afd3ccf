from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.inputs.documents import At, Document, in_order, is_there, parse_document, read_document, show_path
from costplan.model.problems import BadInputError, Location, Problem


def problems_of(text: str, path: str = "file.yaml") -> list[str]:
    with pytest.raises(BadInputError) as caught:
        parse_document(path, text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        ("0.35", Decimal("0.35")),
        ("5.0", Decimal("5.0")),
        (".5", Decimal("0.5")),
        ("1e-3", Decimal("0.001")),
        ("1E3", Decimal("1000")),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("0123456789012", "0123456789012"),
        ("000000000000", "000000000000"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ("'2026-10-01'", "2026-10-01"),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ("!!int 5", 5),
        ("40M/month", "40M/month"),
        ("arn:aws:s3:::lake/", "arn:aws:s3:::lake/"),
    ],
)
def test_a_yaml_scalar_means_what_people_expect(text: str, value: object) -> None:
    (read,) = parse_document("file.yaml", f"key: {text}").value.values()
    assert read == value
    assert type(read) is type(value)


def test_the_keys_on_and_yes_stay_text() -> None:
    assert parse_document("file.yaml", "on: 1\nyes: 2\n").value == {"on": 1, "yes": 2}


def test_anchors_and_aliases_repeat_values() -> None:
    assert parse_document("file.yaml", "a: &lake [1, 2]\nb: *lake\n").value == {"a": [1, 2], "b": [1, 2]}


def test_every_fault_of_a_yaml_file_is_told_at_once() -> None:
    text = "a: 1\na: 2\n3: x\ntrue: x\nb: !Ref x\n<<: {c: 1}\nd: .nan\ne: 2026-13-01\nf: 1e999\n"
    text += "2026-10-01: x\n? [k]\n: v\n"
    assert problems_of(text) == [
        'file.yaml:2: duplicate key "a" — it stands on line 1 already: keep one',
        "file.yaml:3: the key 3 is not text — put it in quotes",
        "file.yaml:4: the key true is not text — put it in quotes",
        "file.yaml:5: the YAML tag !Ref is not read here — write the value without it",
        "file.yaml:6: merge keys (<<) are not read — write the keys out",
        "file.yaml:7: .nan is not a number that can be counted with — write a finite number",
        "file.yaml:8: 2026-13-01 is not a day of the calendar — write year-month-day, or put it in quotes",
        "file.yaml:9: a number of too many digits — put it in quotes if it is text",
        "file.yaml:10: the key 2026-10-01 is not text — put it in quotes",
        "file.yaml:11: the key this is not text — put it in quotes",
    ]


TEMPLATE = "AWSTemplateFormatVersion: 2010-09-09\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref x", {"Ref": "x"}),
        ("!Ref 5", {"Ref": "5"}),
        ("!Condition x", {"Condition": "x"}),
        ("!GetAtt a.b", {"Fn::GetAtt": ["a", "b"]}),
        ("!GetAtt a.Outputs.b", {"Fn::GetAtt": ["a", "Outputs.b"]}),
        ("!GetAtt [a, b]", {"Fn::GetAtt": ["a", "b"]}),
        ("!GetAtt a", {"Fn::GetAtt": "a"}),
        ("!Sub '${x}'", {"Fn::Sub": "${x}"}),
        ("!If [x, !Ref y, {z: !Ref AWS::NoValue}]", {"Fn::If": ["x", {"Ref": "y"}, {"z": {"Ref": "AWS::NoValue"}}]}),
        ("!Transform {Name: x}", {"Fn::Transform": {"Name": "x"}}),
        ("!Base64 {Fn::Sub: x}", {"Fn::Base64": {"Fn::Sub": "x"}}),
        *(
            (f"!{name} [x]", {f"Fn::{name}": ["x"]})
            for name in (
                *("And", "Base64", "Cidr", "Equals", "FindInMap", "ForEach", "GetAZs", "ImportValue", "Include"),
                *("Join", "Length", "Not", "Or", "Select", "Split", "ToJsonString"),
            )
        ),
        ("2012-10-17", "2012-10-17"),
        ("2012-13-45", "2012-13-45"),
        ("yes", True),
        ("Off", False),
        ("'yes'", "yes"),
        ("y", "y"),
        ("000000000000", "000000000000"),
        ("1:30", "1:30"),
        (
            "{111122223333: x, yes: y, 2012-10-17: z, 0.5: v}",
            {"111122223333": "x", "yes": "y", "2012-10-17": "z", "0.5": "v"},
        ),
    ],
)
def test_a_template_is_read_as_cloudformation_reads_it(text: str, value: object) -> None:
    assert parse_document("file.yaml", f"{TEMPLATE}key: {text}\n").value["key"] == value
    assert parse_document("file.yaml", f"key:\n- {text}\nResources: {{}}\n").value["key"] == [value]


def test_short_functions_are_none_outside_of_a_template() -> None:
    text = "recorders:\n- !Ref x\n- {on: yes}\n# Resources:\nx:\n  Resources: 1\n"
    assert problems_of(text) == ["file.yaml:2: the YAML tag !Ref is not read here — write the value without it"]


def test_other_tags_are_refused_in_a_template_too() -> None:
    text = (
        TEMPLATE + "a: !Reff x\nb: !!python/object/apply:os.system [x]\nc: !!timestamp x\n"
        "d: !<tag:yaml.org,2002:python/name:os.system> x\ne: !!binary x\n<<: {x: y}\n? !Ref x\n: y\n"
    )
    assert [problem.partition(" — ")[0] for problem in problems_of(text)] == [
        "file.yaml:2: the YAML tag !Reff is not read here",
        "file.yaml:3: the YAML tag !!python/object/apply:os.system is not read here",
        "file.yaml:5: the YAML tag !!python/name:os.system is not read here",
        "file.yaml:6: the YAML tag !!binary is not read here",
        "file.yaml:7: merge keys (<<) are not read",
        "file.yaml:8: the key this is not text",
    ]


def test_short_functions_keep_their_lines() -> None:
    text = TEMPLATE + "key: !If\n- x\n- !Sub\n  - ${A}\n  - A: &a !GetAtt\n      b.c\n- *a\n"
    document = parse_document("file.yaml", text)
    at: At = ("key", "Fn::If")
    assert [document.line(("key", *way)) for way in [(), ("Fn::If",), ("Fn::If", 0), ("Fn::If", 2)]] == [2, 2, 3, 8]
    variable = (*at, 1, "Fn::Sub", 1, "A")
    assert [document.line((*at, 1)), document.line(variable), document.line((*variable, "Fn::GetAtt", 1))] == [4, 6, 6]
    assert document.value["key"]["Fn::If"][2] == {"Fn::GetAtt": ["b", "c"]}


def test_short_functions_in_short_functions_are_not_deeper_than_anything_else() -> None:
    problem = "file.yaml:2: is nested more than 100 deep — this is not one of costplan's files"
    assert problems_of(f"{TEMPLATE}key: {'!Not [' * 5000}") == [problem]
    parse_document("file.yaml", f"{TEMPLATE}key: {'!Not [' * 40}{']' * 40}\nother: {'!Not [' * 40}{']' * 40}\n")


def test_aliases_of_short_functions_do_not_fill_the_memory() -> None:
    lines = [TEMPLATE + "a0: &a0 !Join ['', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]"]
    lines += [f"a{n}: &a{n} !Join ['', [{', '.join([f'*a{n - 1}'] * 10)}]]" for n in range(1, 9)]
    assert problems_of("\n".join(lines)) == ["file.yaml:6: repeats too much through aliases — write the values out"]


def test_every_fault_of_a_json_file_is_told_at_once() -> None:
    text = '{"a": 1,\n "a": 2,\n "b": NaN,\n "c": [-Infinity, 1e999],\n "d": {"a": 1, "a": 1},\n "e": "\\ud800"}'
    assert problems_of(text, "file.json") == [
        'file.json:2: duplicate key "a" — it stands on line 1 already: keep one',
        "file.json:3: NaN is not a number that can be counted with — write a finite number",
        "file.json:4: -Infinity is not a number that can be counted with — write a finite number",
        "file.json:4: a number of too many digits — put it in quotes if it is text",
        'file.json:5: duplicate key "a" — it stands on line 5 already: keep one',
        "file.json:6: text with half of a surrogate pair — write the character itself",
    ]


def test_a_json_string_that_looks_like_a_fault_is_none() -> None:
    text = '{"a": "NaN, {\\"b\\": 1, \\"b\\": 2}", "b": "\\ud83d\\ude00", "c": 1, "d": {"c": 1}, "e": ["a", "a"]}'
    value = parse_document("file.json", text).value
    assert value == {"a": 'NaN, {"b": 1, "b": 2}', "b": "\U0001f600", "c": 1, "d": {"c": 1}, "e": ["a", "a"]}


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("file.json", '{"a": 1', "file.json:1: not valid JSON: it ends too early — the file may be cut off"),
        (
            "file.json",
            '{\n"a": 1,\n}',
            "file.json:3: not valid JSON: expecting property name enclosed in double quotes"
            " — check commas, quotes and brackets there",
        ),
        ("file.json", "a: 1", "file.json:1: not valid JSON: expecting value — check commas, quotes and brackets there"),
        (
            "file.yaml",
            'a: 1\nb: "x\n\n',
            "file.yaml:2: not valid YAML: found unexpected end of stream"
            " — check indentation, brackets and quotes there",
        ),
        (
            "file.yaml",
            "a: 1\n---\nb: 2\n",
            "file.yaml:2: holds more than one YAML document — keep one, or split the file at the ---",
        ),
        ("file.yaml", "a: *b", "file.yaml:1: the alias *b has no anchor before it — write &b at the value it repeats"),
        (
            "file.yaml",
            "&a [*a]",
            "file.yaml:1: the alias *a has no anchor before it — write &a at the value it repeats",
        ),
        (
            "file.yaml",
            "# only a comment\n",
            "file.yaml: is empty — write a file of the expected format, or name another",
        ),
        ("file.yaml", " \n", "file.yaml: is empty — write a file of the expected format, or name another"),
        ("file.json", "", "file.json: is empty — write a file of the expected format, or name another"),
        (
            "file",
            "{a: ",
            "file:1: not valid JSON: expecting property name enclosed in double quotes"
            " — check commas, quotes and brackets there",
        ),
        ("file.json", "[" * 100_000, "file.json: is nested more than 100 deep — this is not one of costplan's files"),
        ("file.yaml", "[" * 100_000, "file.yaml:1: is nested more than 100 deep — this is not one of costplan's files"),
        (
            "file.yaml",
            "- " * 100_000,
            "file.yaml:1: is nested more than 100 deep — this is not one of costplan's files",
        ),
        (
            "file.json",
            f'{{"a":\n{"1" * 5000}}}',
            "file.json:2: a number of too many digits — put it in quotes if it is text",
        ),
        ("file.yaml", f"a: {'1' * 5000}", "file.yaml:1: a number of too many digits — put it in quotes if it is text"),
    ],
)
def test_text_that_cannot_be_read_is_told_in_plain_words(path: str, text: str, problem: str) -> None:
    assert problems_of(text, path) == [problem]


def test_aliases_of_aliases_do_not_fill_the_memory() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert problems_of("\n".join(lines)) == ["file.yaml:5: repeats too much through aliases — write the values out"]


def test_json_and_yaml_are_told_apart_by_content() -> None:
    assert parse_document("file", '{"a": 1}').value == {"a": 1}
    assert parse_document("file", "a: 1").value == {"a": 1}
    assert parse_document("file", "{a: 1}").value == {"a": 1}
    assert parse_document("file.yaml", '{"a": 1}').value == {"a": 1}


LINES = [((), 1), (("a",), 1), (("a", 1), 3), (("a", 1, "b"), 3), (("a", 1, "c", "x"), 4), (("d",), 5)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("file.json", '{"a": [\n {"b": 1},\n {"b":\n  2, "c": {"x": 3}}\n], "d": 5}'),
        ("file.yaml", 'a:\n- b: 1\n- b: 2\n  c: {"x": 3}\nd: 5\n'),
    ],
)
@pytest.mark.parametrize(("at", "line"), LINES)
def test_a_document_knows_on_which_line_a_value_stands(
    path: str, text: str, at: tuple[str | int, ...], line: int
) -> None:
    assert parse_document(path, text).line(at) == line


@pytest.mark.parametrize("text", ['{"a":\n [1]}', "a:\n - 1\n"])
def test_what_is_missing_stands_where_it_should_be(text: str) -> None:
    document = parse_document("file", text)
    assert [document.line(at) for at in [("b",), ("a", 7), ("a", 0, "x")]] == [1, 1, 2]


def test_everything_in_a_file_of_one_line_stands_on_it() -> None:
    document = parse_document("plan.json", '{"a": [1, {"b": 2}], "c": {}}')
    assert {document.line(at) for at in [(), ("a", 1, "b"), ("c", "missing")]} == {1}


def test_a_problem_names_file_line_and_what_to_do() -> None:
    document = parse_document("file.yaml", "a: 1\nb: 2\n")
    assert str(document.problem(("b",), "too small", "write 3")) == "file.yaml:2: too small — write 3"
    assert str(Document("file.yaml", {}).problem(("b",), "too small")) == "file.yaml: too small"


def test_problems_are_sorted_by_file_and_line() -> None:
    names = [("b", 7), ("a", 2), ("b", 1), ("a", None), ("b", 7)]
    problems = in_order(Problem(Location(path, line), "") for path, line in names)
    assert [(p.where.path, p.where.line) for p in problems] == [("b", 1), ("b", 7), ("b", 7), ("a", None), ("a", 2)]


def test_a_way_into_a_document_is_shown_as_one_would_write_it() -> None:
    assert show_path(("recorders", 0, "fields", "resources.ARN")) == 'recorders[0].fields["resources.ARN"]'
    assert show_path(()) == ""


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_document(file).value == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: \xff\n", ":2: is not UTF-8 text — save it as UTF-8"),
        (b"\x1f\x8b\x08\x00", ": is compressed (gzip), not text — decompress it first"),
        (b"a: 1\nb: \x01\n", ":2: holds a control character — remove it"),
        (b"", ": is empty — write a file of the expected format, or name another"),
    ],
)
def test_a_file_that_is_not_text_is_told_in_plain_words(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        read_document(file)
    assert str(caught.value) == f"{file}{problem}"


def test_paths_that_hold_no_file_are_problems(tmp_path: Path) -> None:
    messages = []
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(BadInputError) as caught:
            read_document(path)
        messages.append(str(caught.value).removeprefix(str(tmp_path)).removeprefix("/"))
    assert messages == [
        "none.yaml: no such file — check the path",
        ": is a folder, not a file — name a file in it",
        "a\N{REPLACEMENT CHARACTER}b: cannot be read: not a usable path — check the path and its permissions",
    ]


def test_paths_in_a_document_are_relative_to_it() -> None:
    assert Document("folder/file.yaml", {}).beside("volumes/a.json") == Path("folder/volumes/a.json")


@given(st.text(max_size=60), st.sampled_from(["file.yaml", "file.json", "file"]))
def test_any_text_is_read_or_refused_with_a_line_of_its_own(text: str, path: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse_document(path, text)
    except BadInputError as error:
        problems = error.problems or (Problem(Location("nothing told"), "", ""),)
    assert all(problem.where.path == path for problem in problems)
    assert all(1 <= (problem.where.line or 1) <= len(text.splitlines()) for problem in problems if text)


# ---- text that is not JSON, and has a number that Python refuses before it sees that ----

MANY = "9" * 5_000


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a": {MANY}}}}}',
        f'{{"a": {MANY}}}}}, 1',
        f'{{"a": {MANY}, "b": "' + '\\"' * 20_000,
        f'{{"a": {MANY}, "b": "\\',
        f'{{"a": {MANY}, "b": "\\x"}}',
    ],
)
def test_a_number_of_too_many_digits_in_damaged_text_is_a_problem_and_no_more(text: str) -> None:
    """The third would take minutes if each quotation mark were looked at from every one before it."""
    with pytest.raises(BadInputError, match="a number of too many digits"):
        parse_document("file.json", text)


def test_a_path_that_no_system_takes_leads_nowhere(tmp_path: Path) -> None:
    assert is_there(tmp_path)
    assert not is_there(tmp_path / ("x" * 300))
    assert not is_there(tmp_path / "a\0b")
