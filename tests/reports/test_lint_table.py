"""Findings and refusals as lines and as JSON, and the explanation of a rule."""

import json
from pathlib import Path

import pytest

from costplan.advice.findings import Finding, Severity
from costplan.advice.lint import RULES, lint
from costplan.advice.refusals import refusals
from costplan.model.problems import Location, Problem, UsageError
from costplan.reports.lint_table import explain_rule, render_lint, render_lint_json
from tests.advice.lint_configs import read_entries

SLASH = Finding(
    "CP004", "s3-arn-without-slash", Severity.WARNING, Location("a.yaml", 7), "audit", "no slash", "write one"
)
COPY = Finding(
    "CP013",
    "second-copy-of-management-events",
    Severity.WARNING,
    Location("a.yaml", 2),
    "audit",
    "twice",
    "once",
    (Location("b.yaml", 3),),
)
STORE = Finding("CP018", "new-event-data-store", Severity.INFO, None, "calls", "no ARN", "give it")
REFUSED = Problem(Location("a.yaml", 4), "InvalidEventSelectorsException: trail audit: 6 selectors", "merge some")


def test_each_finding_and_refusal_is_a_line_by_file_and_line() -> None:
    # COPY was found after SLASH, but stands before it in the file.
    assert render_lint([SLASH, COPY, STORE], [REFUSED]).splitlines() == [
        "a.yaml:2: CP013 second-copy-of-management-events: twice — once",
        "a.yaml:4: InvalidEventSelectorsException: trail audit: 6 selectors — merge some",
        "a.yaml:7: CP004 s3-arn-without-slash: no slash — write one",
        "calls: CP018 new-event-data-store: no ARN — give it",
        "1 refusal, 2 warnings, 1 remark; what a code means: costplan trails lint --explain CP004",
    ]


def test_what_has_no_line_comes_first_in_its_file() -> None:
    whole = Problem(Location("a.yaml"), "InvalidInsightSelectorsException: what")
    assert [line.partition(": ")[0] for line in render_lint([SLASH], [whole]).splitlines()[:2]] == [
        "a.yaml",
        "a.yaml:7",
    ]


def test_nothing_to_say_is_said() -> None:
    assert render_lint([], []) == "nothing to object to"


def test_refusals_alone_name_no_code() -> None:
    assert render_lint([], [REFUSED]).splitlines()[-1] == "1 refusal"


def test_files_stay_in_the_order_in_which_they_were_given() -> None:
    first = Finding("CP012", "unknown-resource-type", Severity.WARNING, Location("z.yaml", 9), "one", "what")
    lines = render_lint([first, SLASH]).splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["z.yaml", "a.yaml"]


def test_a_name_cannot_steer_the_terminal() -> None:
    finding = Finding("CP012", "unknown-resource-type", Severity.WARNING, None, "a", "type \x1b[31m\nCP999: fake")
    text = render_lint([finding])
    assert "\x1b" not in text
    assert len(text.splitlines()) == 2


def test_json_is_a_list_of_objects_with_the_same_content() -> None:
    objects = json.loads(render_lint_json([SLASH, COPY, STORE], [REFUSED]))
    assert [each["code"] for each in objects] == ["CP013", None, "CP004", "CP018"]
    assert objects[0] == {
        "code": "CP013",
        "name": "second-copy-of-management-events",
        "severity": "warning",
        "file": "a.yaml",
        "line": 2,
        "recorder": "audit",
        "message": "twice",
        "hint": "once",
        "related": [{"file": "b.yaml", "line": 3}],
    }
    assert objects[1] == {
        "code": None,
        "name": "refused",
        "severity": "error",
        "file": "a.yaml",
        "line": 4,
        "recorder": None,
        "message": "InvalidEventSelectorsException: trail audit: 6 selectors",
        "hint": "merge some",
        "related": [],
    }
    assert (objects[3]["file"], objects[3]["line"]) == (None, None)


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(render_lint_json([])) == []


def test_a_configuration_is_shown_from_file_to_line(tmp_path: Path) -> None:
    recorders = read_entries(
        tmp_path,
        """\
- trail: audit
  is_multi_region: true
  event_selectors:
    - exclude_management_event_sources: [s3.amazonaws.com]
    - include_management_events: false
      data_resources:
        - {type: AWS::S3::Object, values: ["arn:aws:s3:::lake"]}
""",
    )
    refused = [problem for recorder in recorders for problem in refusals(recorder)]
    lines = render_lint(lint(recorders), refused).splitlines()
    path = tmp_path / "scenario.yaml"
    assert lines[0].startswith(f"{path}:5: InvalidEventSelectorsException: ")
    assert lines[1] == (
        f"{path}:6: CP004 s3-arn-without-slash: trail audit, selector 2: DataResources AWS::S3::Object "
        '"arn:aws:s3:::lake" has no slash: AWS does not say whether it means "lake" alone or all names that begin so '
        '— write "arn:aws:s3:::lake/"'
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_explained_under_fixed_headings(rule: object) -> None:
    assert isinstance(rule, type(RULES[0]))
    text = explain_rule(rule.code, 80)
    lines = text.splitlines()
    assert lines[0] == f"{rule.code} {rule.name} ({rule.severity.value})"
    headings = [line for line in lines[1:] if line and not line.startswith(" ")]
    assert headings == ["What it finds", "Why it matters", "Example", "Instead", "Source"]
    assert explain_rule(rule.name, 80) == explain_rule(rule.code.lower(), 80) == text


def test_an_example_can_be_copied_out_of_an_explanation() -> None:
    for rule in RULES:
        text = explain_rule(rule.code, 60)
        for example in (rule.example, rule.instead):
            for line in example.splitlines():
                assert f"    {line}\n" in text


def test_prose_of_an_explanation_keeps_to_the_width() -> None:
    for rule in RULES:
        text = explain_rule(rule.code, 60).replace(rule.source, "")
        for line in text.splitlines():
            assert len(line) <= 60 or line.startswith("    ") or "https://" in line


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("CP999", 'there is no rule "CP999": the codes are CP001 to CP019'),
        ("s3-arn-with-slash", 'there is no rule "s3-arn-with-slash": did you mean s3-arn-without-slash?'),
    ],
)
def test_an_unknown_code_is_answered_with_those_there_are(asked: str, answer: str) -> None:
    with pytest.raises(UsageError) as error:
        explain_rule(asked)
    assert str(error.value) == answer
