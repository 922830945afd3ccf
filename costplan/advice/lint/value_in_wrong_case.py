"""CP006: a value that would match only if upper and lower case were the same."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import ARN_FIELDS, StatedValue, stated_values
from costplan.advice.lint.vocabulary import WORDS
from costplan.model.containers import Operator
from costplan.model.selection import EVENT_SOURCE

# arn:partition:service:region: of an ARN is lower-case always; what follows are names that people chose.
_LOWER_CASE_PARTS = 4


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        meant = meant_spelling(stated)
        if meant is not None:
            message = f"{stated.in_vain}: values are compared letter by letter, upper and lower case differ"
            yield stated.hit(message, f'write "{meant}"')


def meant_spelling(stated: StatedValue) -> str | None:
    """Return the value as records spell it, if only the case is wrong."""
    value = stated.value
    if stated.field == EVENT_SOURCE:
        return value.lower() if value != value.lower() else None
    if stated.field in ARN_FIELDS:
        return _arn_spelling(stated)
    words = WORDS.get(stated.field, frozenset())
    if any(stated.test.holds(word, value) for word in words):
        return None
    folded = sorted(word for word in words if stated.test.holds(word.lower(), value.lower()))
    if not folded:
        return None
    word = folded[0]
    return word[-len(value) :] if stated.test is Operator.ENDS_WITH else word[: len(value)]


def _arn_spelling(stated: StatedValue) -> str | None:
    if stated.test is Operator.ENDS_WITH or not stated.value.lower().startswith("arn:"):
        return None
    parts = stated.value.split(":", _LOWER_CASE_PARTS)
    meant = ":".join([*(part.lower() for part in parts[:_LOWER_CASE_PARTS]), *parts[_LOWER_CASE_PARTS:]])
    return meant if meant != stated.value else None


VALUE_IN_WRONG_CASE = Rule(
    code="CP006",
    name="value-in-wrong-case",
    severity=Severity.WARNING,
    what="A value differs from what records hold only in upper and lower case: putobject, KMS.amazonaws.com, "
    "aws::s3::object, True.",
    why="AWS does not document that case is ignored, and an estimate compares byte for byte, so the value hits "
    "nothing. Event sources are lower-case, event names and resource types are spelled as AWS lists them, readOnly "
    "is true or false.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        eventName: {equals: [putobject]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        eventName: {equals: [PutObject]}
""",
    source=f"R23, R24; {API_REFERENCE}API_AdvancedFieldSelector.html",
    check=_check,
)
