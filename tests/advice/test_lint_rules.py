"""The rules as a family: their codes, their explanations, and that each example is found by its own rule."""

import pkgutil
import re
from dataclasses import replace
from pathlib import Path

import pytest

import costplan.advice.lint as family
from costplan.advice.findings import Finding, Severity
from costplan.advice.lint import RULES, Rule, lint
from costplan.advice.refusals import refusals
from costplan.model.problems import Location
from costplan.model.recorders import Trail
from tests.advice.lint_configs import (
    ACCOUNT,
    advanced,
    codes,
    data,
    management,
    read_entries,
    shipped_regions,
    store,
)

HEADINGS = ("What it finds", "Why it matters", "Example", "Instead", "Source")
SUPPORT = frozenset({"management_probes", "resource_types", "rule", "selector_values", "vocabulary"})
# The API's table of fields has no false for sessionCredentialFromConsole, and one value for resources.type.
ALSO_REFUSED = frozenset({"CP008", "CP014"})

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def test_codes_are_well_formed_unique_dense_and_sorted() -> None:
    assert [rule.code for rule in RULES] == [f"CP{number:03}" for number in range(1, len(RULES) + 1)]
    assert len(RULES) >= 17


def test_names_are_unique_and_read_after_allow() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
        assert not re.match(r"(no|not|dis|ban|forbid|allow)", name)


def test_every_rule_module_is_in_the_list() -> None:
    modules = {module.name for module in pkgutil.iter_modules(family.__path__)} - SUPPORT
    of_rules = {rule.check.__module__.rpartition(".")[2] for rule in RULES}
    assert modules == of_rules
    assert len(modules) == len(RULES)


@each_rule
def test_every_explanation_has_all_headings(rule: Rule) -> None:
    assert tuple(heading for heading, _ in rule.headings) == HEADINGS
    for _, text in rule.headings:
        assert len(text.strip()) > 10
    # The README explains rules R1, R2… and no other numbers.
    assert not re.search(r"\b[NST]\d+\b", rule.source)
    assert "https://docs.aws.amazon.com/" in rule.source
    assert rule.what.endswith((".", ".)"))
    assert rule.why.endswith(".")


@each_rule
def test_the_example_of_a_rule_is_found_by_that_rule_alone(rule: Rule, tmp_path: Path) -> None:
    findings = lint(read_entries(tmp_path, rule.example), shipped_regions())
    assert {finding.code for finding in findings} == {rule.code}
    for finding in findings:
        assert finding.name == rule.name
        assert finding.severity is rule.severity
        assert finding.where is not None
        assert finding.where.path == str(tmp_path / "scenario.yaml")
        assert finding.where.line
        assert finding.recorder in finding.message
        assert finding.hint


@each_rule
def test_nothing_is_found_in_what_a_rule_offers_instead(rule: Rule, tmp_path: Path) -> None:
    assert rule.instead != rule.example
    assert lint(read_entries(tmp_path, rule.instead), shipped_regions()) == ()


@each_rule
def test_the_examples_are_legal(rule: Rule, tmp_path: Path) -> None:
    offered = [problem for recorder in read_entries(tmp_path, rule.instead) for problem in refusals(recorder)]
    assert not offered
    example = [problem for recorder in read_entries(tmp_path, rule.example) for problem in refusals(recorder)]
    assert bool(example) == (rule.code in ALSO_REFUSED)


def test_no_recorders_make_no_findings() -> None:
    assert lint(()) == ()


def test_a_recorder_without_selectors_is_all_right() -> None:
    assert codes(Trail("audit", ACCOUNT, "eu-west-1", is_multi_region=True)) == []
    assert codes(store()) == []


def test_findings_come_in_the_order_of_recorders_lines_and_codes(tmp_path: Path) -> None:
    recorders = read_entries(
        tmp_path,
        """\
- event_data_store: new
- trail: audit
  is_multi_region: true
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Thing"]}
        eventName: {equals: ["put*", putobject]}
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::DynamoDB::Table"]}
""",
    )
    findings = lint(recorders)
    # Lines: recorders: is 1, the store 2, the trail 3, its selectors 6 and 10.
    assert [(finding.code, finding.where and finding.where.line) for finding in findings] == [
        ("CP018", 2),
        ("CP005", 6),
        ("CP006", 6),
        ("CP012", 6),
        ("CP011", 10),
    ]


def test_findings_about_a_whole_trail_stand_at_its_own_line_before_those_of_its_selectors() -> None:
    odd = replace(data("AWS::X::Y"), where=Location("a.yaml", 8))
    trail = Trail("audit", ACCOUNT, "eu-west-1", selectors=(management(), odd), where=Location("a.yaml", 5))
    nowhere = replace(trail, home_region="eu-west-2", selectors=(odd, management()), where=Location("a.yaml"))
    findings = [(finding.code, finding.where) for finding in lint([trail, nowhere])]
    one = [("CP016", Location("a.yaml", 5)), ("CP012", Location("a.yaml", 8))]
    assert findings == [*one, ("CP016", Location("a.yaml")), ("CP012", Location("a.yaml", 8))]


def test_a_finding_without_a_file_is_shown_at_its_recorder() -> None:
    (finding,) = lint([advanced(data("AWS::X::Y", name="odd"))])
    assert finding.where is None
    assert str(finding).startswith('audit: CP012 unknown-resource-type: trail audit, selector "odd": resources.type')


def test_a_finding_is_shown_as_one_line() -> None:
    finding = Finding("CP004", "s3-arn-without-slash", Severity.WARNING, Location("a.yaml", 7), "audit", "what", "do")
    assert str(finding) == "a.yaml:7: CP004 s3-arn-without-slash: what — do"


def test_recorders_of_one_name_are_told_apart() -> None:
    here, there = (
        advanced(data("AWS::X::Y")),
        Trail("audit", "444455556666", "eu-west-1", selectors=(data("AWS::X::Y"),)),
    )
    labels = [finding.recorder for finding in lint([here, there]) if finding.code == "CP012"]
    assert labels == ["111122223333:audit", "444455556666:audit"]
