"""SARIF 2.1.0: verdicts for code scanning, each with its rule, its place and a fingerprint that outlives edits.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from importlib.metadata import version
from typing import Any, Literal

import msgspec

from costplan.model.problems import one_line
from costplan.model.verdicts import CheckReport
from costplan.reports.checks.places import Checkout, Placed, placed, uri
from costplan.reports.checks.rules import rule_text
from costplan.reports.checks.verdict_words import Standing, sentence, standing_of, subject_words

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "costplan/v1"
"""The name of the fingerprint; ``primaryLocationLineHash`` is for GitHub, which works it out from the line itself."""

Level = Literal["error", "warning", "note"]

_LEVELS: dict[Standing, Level] = {
    Standing.BROKEN: "error",
    # SARIF has a kind of result for this, "open", which it allows no level: nobody would see what failed the check.
    Standing.COULD_NOT_TELL: "error",
    Standing.WARNING: "warning",
    Standing.ACCEPTED: "note",
}


def render_sarif(report: CheckReport, checkout: Checkout) -> str:
    """Return the log of one run: every rule that was checked, and a result for each verdict that did not pass."""
    rules = list(dict.fromkeys(one_line(verdict.rule) for verdict in report.verdicts))
    shown = [each for each in placed(report, checkout) if standing_of(each.verdict) in _LEVELS]
    driver = {
        "name": "costplan",
        "version": version("costplan"),
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(one_line(each.verdict.rule)), checkout) for each in shown],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode()


def _rule(rule: str) -> dict[str, Any]:
    text = rule_text(rule)
    part = {
        "id": rule,
        "name": text.name,
        "shortDescription": {"text": text.summary},
        "fullDescription": {"text": text.summary},
        "help": {"text": text.help},
        "defaultConfiguration": {"level": "error" if text.is_error else "warning"},
    }
    return part if text.source is None else {**part, "helpUri": text.source}


def _result(each: Placed, rule_index: int, checkout: Checkout) -> dict[str, Any]:
    verdict = each.verdict
    standing = standing_of(verdict)
    of = subject_words(verdict)
    unsure = f"{Standing.COULD_NOT_TELL.word}: " if standing is Standing.COULD_NOT_TELL else ""
    text = _text(f"{of}: {unsure}{sentence(verdict)}" if of else f"{unsure}{sentence(verdict)}")
    part: dict[str, Any] = {
        "ruleId": one_line(verdict.rule),
        "ruleIndex": rule_index,
        "level": _LEVELS[standing],
        "message": {"text": text},
        "locations": [_location(each.path, each.line)],
        "partialFingerprints": {FINGERPRINT: each.fingerprint},
        "properties": {
            "outcome": verdict.outcome.value,
            "scenario": one_line(verdict.scenario),
            "subject": one_line(verdict.subject),
        },
    }
    accepted = verdict.suppressed
    if standing is Standing.ACCEPTED and accepted is not None:
        suppression: dict[str, Any] = {
            "kind": "external",
            "status": "accepted",
            "justification": one_line(f"{accepted.reason} (until {accepted.expires})"),
        }
        if accepted.where is not None:
            suppression["location"] = _location(checkout.relative(accepted.where.path), accepted.where.line)
        part["suppressions"] = [suppression]
    return part


def _location(path: str, line: int | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": uri(path)}}
    if line is not None:
        place["region"] = {"startLine": max(1, line)}
    return {"physicalLocation": place}


def _text(text: str) -> str:
    """Return a message in which nothing is a link: ``[text](target)`` would be one."""
    return one_line(text).replace("](", "] (")
