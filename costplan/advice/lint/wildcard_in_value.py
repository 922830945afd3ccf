"""CP005: a wildcard in a value; CloudTrail knows none."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import StatedValue, stated_values
from costplan.model.selectors import EventSelector


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        if "*" in stated.value or "?" in stated.value:
            yield stated.hit("holds a wildcard, which is compared literally", _hint(stated))


def _hint(stated: StatedValue) -> str:
    """Suggest the operator that says what the wildcard was meant to say."""
    if isinstance(stated.placed.selector, EventSelector):
        # Basic selectors have no operators: their values are prefixes (S3) or whole ARNs.
        return "end the value before the wildcard: S3 values are prefixes, those of other types whole ARNs"
    negation = "Not" if stated.is_negated else ""
    inner = stated.value.strip("*")
    if inner and not set("*?") & set(inner):
        if stated.value.endswith("*") and not stated.value.startswith("*"):
            return f'write {negation}StartsWith "{inner}"'
        if stated.value.startswith("*") and not stated.value.endswith("*"):
            return f'write {negation}EndsWith "{inner}"'
    if not inner:
        return "leave the field out: a selector without it admits every value"
    return f"write out the values, or use {negation}StartsWith or {negation}EndsWith: no operator tests the middle"


WILDCARD_IN_VALUE = Rule(
    code="CP005",
    name="wildcard-in-value",
    severity=Severity.WARNING,
    what="A value holds an asterisk or a question mark.",
    why="CloudTrail compares values literally: the asterisk matches only an asterisk, so the value hits nothing. "
    "StartsWith, EndsWith and their negations do what a wildcard at the end or the beginning is meant to do.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        eventName: {equals: ["Put*"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        eventName: {starts_with: [Put]}
""",
    source=f"R23; {API_REFERENCE}API_AdvancedFieldSelector.html",
    check=_check,
)
