"""JUnit XML, as Surefire writes it and as Jenkins and GitLab read it: a suite for each scenario.

Each verdict is a case: a broken rule is a failure, one that could not be told an error, one that somebody accepts is
skipped.
"""

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from costplan.model.problems import one_line
from costplan.model.verdicts import CheckReport, Verdict
from costplan.reports.checks.places import Checkout, Placed, placed
from costplan.reports.checks.verdict_words import Standing, accepted_words, sentence, standing_of

WHOLE = "costplan"
"""The suite of what belongs to no scenario, and the name of all suites together."""

_ELEMENTS = {Standing.BROKEN: "failure", Standing.COULD_NOT_TELL: "error", Standing.ACCEPTED: "skipped"}


def render_junit(report: CheckReport, checkout: Checkout) -> str:
    """Return the verdicts as an XML document."""
    suites: dict[str, list[Placed]] = {}
    for each in placed(report, checkout):
        suites.setdefault(each.verdict.scenario or WHOLE, []).append(each)
    cases = [each for some in suites.values() for each in some]
    attributes = {name: value for name, value in _counts(cases).items() if name != "skipped"}
    document = ElementTree.Element("testsuites", {"name": WHOLE, **attributes})
    for name, some in suites.items():
        suite = ElementTree.SubElement(document, "testsuite", {"name": one_line(name), **_counts(some)})
        names: Counter[str] = Counter()
        for each in some:
            called = _name(each.verdict)
            names[called] += 1
            # Readers tell the cases of a class apart by their names.
            _add_case(suite, each, name, f"{called} ({names[called]})" if names[called] > 1 else called)
    ElementTree.indent(document, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(document, encoding="unicode")


def _counts(cases: Sequence[Placed]) -> dict[str, str]:
    standings = [standing_of(each.verdict) for each in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(standings.count(Standing.BROKEN)),
        "errors": str(standings.count(Standing.COULD_NOT_TELL)),
        "skipped": str(standings.count(Standing.ACCEPTED)),
    }


def _name(verdict: Verdict) -> str:
    return one_line(f"{verdict.rule} of {verdict.subject}" if verdict.subject else verdict.rule)


def _add_case(suite: ElementTree.Element, each: Placed, scenario: str, name: str) -> None:
    verdict = each.verdict
    standing = standing_of(verdict)
    case = ElementTree.SubElement(suite, "testcase", {"name": name, "classname": one_line(f"{WHOLE}.{scenario}")})
    place = each.path if each.line is None else f"{each.path}:{each.line}"
    if standing is Standing.PASSED:
        return
    said = one_line(sentence(verdict))
    element = _ELEMENTS.get(standing)
    if element is None:
        ElementTree.SubElement(case, "system-out").text = f"warning: {place}: {said}"
        return
    message = one_line(accepted_words(verdict)) if standing is Standing.ACCEPTED else said
    ElementTree.SubElement(
        case, element, {"message": message, "type": one_line(verdict.rule)}
    ).text = f"{place}: {said}"
