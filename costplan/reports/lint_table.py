"""Findings and refusals of configurations: a line for each, the explanation of a rule, and the same for machines."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

import msgspec

from costplan.advice.findings import Finding, Severity
from costplan.advice.lint import RULES, Rule
from costplan.model.problems import Problem, UsageError, one_line
from costplan.reports.amounts import plural
from costplan.reports.tables import wrap_line

NOTHING = "nothing to object to"
REFUSED = "refused"
"""The name under which JSON lists what the API would refuse; it has no code."""

_CODE_BLOCKS = frozenset({"Example", "Instead"})


class PlacePart(msgspec.Struct):
    """A file, and a line of it where one is known."""

    file: str
    line: int | None


class FindingPart(msgspec.Struct):
    """One finding or refusal; a refusal has no code and no recorder."""

    code: str | None
    name: str
    severity: str
    file: str | None
    line: int | None
    recorder: str | None
    message: str
    hint: str
    related: list[PlacePart]


def render_lint(findings: Sequence[Finding], refusals: Sequence[Problem] = ()) -> str:
    """Return one line for each refusal and finding, by file and line, and a last one that counts them."""
    lines = [one_line(str(each)) for each in _in_order(findings, refusals)]
    return "\n".join([*lines, _count(findings, refusals)])


def render_lint_json(findings: Sequence[Finding], refusals: Sequence[Problem] = ()) -> str:
    """Return a JSON list of the same, an object for each, in the same order."""
    parts = [_part(each) for each in _in_order(findings, refusals)]
    return msgspec.json.format(msgspec.json.encode(parts), indent=2).decode()


def _in_order(findings: Sequence[Finding], refusals: Sequence[Problem]) -> list[Finding | Problem]:
    """Return everything by file, in the order in which files were first spoken of, and by line; refusals first."""
    both: list[Finding | Problem] = [*refusals, *findings]
    files: dict[str, int] = {}
    for each in sorted(both, key=lambda each: each.where is None):
        files.setdefault(_path(each), len(files))
    return sorted(both, key=lambda each: (files[_path(each)], (each.where.line or 0) if each.where else 0))


def _path(each: Finding | Problem) -> str:
    return each.where.path if each.where else ""


def _count(findings: Sequence[Finding], refusals: Sequence[Problem]) -> str:
    by_severity = Counter(finding.severity for finding in findings)
    parts = [plural(len(refusals), "refusal")] if refusals else []
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    parts += [plural(by_severity[severity], word) for severity, word in words.items() if by_severity[severity]]
    if not parts:
        return NOTHING
    codes = sorted({finding.code for finding in findings})
    advice = f"; what a code means: costplan trails lint --explain {codes[0]}" if codes else ""
    return ", ".join(parts) + advice


def _part(each: Finding | Problem) -> FindingPart:
    file, line = (each.where.path, each.where.line) if each.where else (None, None)
    if isinstance(each, Problem):
        return FindingPart(None, REFUSED, Severity.ERROR.value, file, line, None, each.what, each.hint, [])
    related = [PlacePart(place.path, place.line) for place in each.related]
    return FindingPart(
        each.code, each.name, each.severity.value, file, line, each.recorder, each.message, each.hint, related
    )


def explain_rule(code: str, width: int = 100) -> str:
    """Return the explanation of the rule with this code or name: what, why, example, instead, source.

    Raises:
        UsageError: there is no such rule.
    """
    rule = _find_rule(code)
    title = f"{rule.code} {rule.name} ({rule.severity.value})"
    sections = [f"{heading}\n{_section(heading, text, width)}" for heading, text in rule.headings]
    return "\n\n".join([title, *sections])


def _section(heading: str, text: str, width: int) -> str:
    if heading in _CODE_BLOCKS:
        return textwrap.indent(text.rstrip("\n"), "    ")
    return wrap_line(text, width, indent="  ", first="  ")


def _find_rule(code: str) -> Rule:
    for rule in RULES:
        if code.upper() == rule.code or code.lower() == rule.name:
            return rule
    close = get_close_matches(code.lower(), [rule.name for rule in RULES], n=1)
    hint = f"did you mean {close[0]}?" if close else f"the codes are {RULES[0].code} to {RULES[-1].code}"
    raise UsageError(f'there is no rule "{code}": {hint}')
