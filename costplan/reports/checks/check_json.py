"""``costplan.check/1``: what a check came to, for machines, and the JSON Schema of it."""

from typing import Any, Literal

import msgspec

from costplan.model.numbers import exact_arithmetic
from costplan.model.verdicts import CheckReport, Suppression
from costplan.reports.checks.places import Checkout, Placed, placed
from costplan.reports.diffs.diff_json import diff_part, side_part
from costplan.reports.diffs.diff_shape import DiffPart, SidePart

FORMAT: Literal["costplan.check/1"] = "costplan.check/1"


class SuppressedPart(msgspec.Struct):
    """Who accepts a finding: the entry of the settings, and until when."""

    rule: str
    recorder: str | None
    reason: str
    expires: str
    file: str | None
    line: int | None


class VerdictPart(msgspec.Struct):
    """What became of one rule for one subject.

    fingerprint: the same from run to run, whatever dollars and lines become.
    suppressed: what accepts it, if it did not pass.
    """

    rule: str
    outcome: Literal["passed", "could-not-tell", "broken"]
    level: Literal["fail", "warn"]
    scenario: str
    subject: str
    message: str
    hint: str
    file: str | None
    line: int | None
    fingerprint: str
    suppressed: SuppressedPart | None


class CheckFile(msgspec.Struct):
    """A check: what each scenario costs, every verdict, and what changed where there was something before."""

    format: Literal["costplan.check/1"]
    outcome: Literal["passed", "could-not-tell", "broken"]
    scenarios: list[SidePart]
    verdicts: list[VerdictPart]
    diffs: list[DiffPart]
    notes: list[str]


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    (schema,), components = msgspec.json.schema_components((CheckFile,), ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"costplan: checks ({FORMAT})"}
    return {**whole, **schema, "$defs": components}


@exact_arithmetic()
def render_check_json(report: CheckReport, checkout: Checkout) -> str:
    """Return a check as JSON; files are relative to the repository where they lie in it."""
    file = CheckFile(
        FORMAT,
        report.outcome.value,
        [side_part(estimate) for estimate in report.estimates],
        [_verdict(each) for each in placed(report, checkout)],
        [diff_part(diff) for diff in report.diffs],
        list(report.notes),
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _verdict(each: Placed) -> VerdictPart:
    verdict = each.verdict
    return VerdictPart(
        verdict.rule,
        verdict.outcome.value,
        verdict.level.value,
        verdict.scenario,
        verdict.subject,
        verdict.message,
        verdict.hint,
        each.path if verdict.where else None,
        each.line if verdict.where else None,
        each.fingerprint,
        _suppressed(verdict.suppressed) if verdict.suppressed else None,
    )


def _suppressed(by: Suppression) -> SuppressedPart:
    path, line = (by.where.path, by.where.line) if by.where else (None, None)
    return SuppressedPart(by.rule, by.recorder, by.reason, str(by.expires), path, line)
