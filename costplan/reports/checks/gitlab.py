"""GitLab's Code Quality report: a finding for each verdict that did not pass and that nobody accepts.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from typing import Literal

import msgspec

from costplan.model.problems import one_line
from costplan.model.verdicts import CheckReport
from costplan.reports.checks.places import Checkout, Placed, placed
from costplan.reports.checks.verdict_words import Standing, sentence, standing_of, subject_words

Severity = Literal["info", "minor", "major", "critical", "blocker"]

_SEVERITIES: dict[Standing, Severity] = {
    Standing.BROKEN: "critical",
    Standing.COULD_NOT_TELL: "major",
    Standing.WARNING: "minor",
}


class LinesPart(msgspec.Struct):
    """Where in a file; the first line where none is known, since GitLab wants one."""

    begin: int


class LocationPart(msgspec.Struct):
    """The file, relative to the repository."""

    path: str
    lines: LinesPart


class FindingPart(msgspec.Struct):
    """One finding; by its fingerprint GitLab knows which are new in a merge request."""

    description: str
    check_name: str
    fingerprint: str
    severity: Severity
    location: LocationPart


def render_code_quality(report: CheckReport, checkout: Checkout) -> str:
    """Return the report: a JSON list, empty where there is nothing to act on."""
    parts = [_part(each) for each in placed(report, checkout) if standing_of(each.verdict) in _SEVERITIES]
    return msgspec.json.format(msgspec.json.encode(parts), indent=1).decode()


def _part(each: Placed) -> FindingPart:
    verdict = each.verdict
    standing = standing_of(verdict)
    of = subject_words(verdict)
    unsure = f"{Standing.COULD_NOT_TELL.word}: " if standing is Standing.COULD_NOT_TELL else ""
    return FindingPart(
        one_line(f"{of}: {unsure}{sentence(verdict)}" if of else f"{unsure}{sentence(verdict)}"),
        one_line(verdict.rule),
        each.fingerprint,
        _SEVERITIES[standing],
        LocationPart(each.path, LinesPart(max(1, each.line or 1))),
    )
