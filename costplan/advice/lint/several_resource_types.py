"""CP014: more than one resource type in one selector."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import advanced_selectors
from costplan.model.selection import RESOURCE_TYPE
from costplan.model.unknown import UNKNOWN


def _check(survey: Survey) -> Iterator[Hit]:
    for placed, selector in advanced_selectors(survey):
        for field in selector.fields:
            if field.field == RESOURCE_TYPE and len(set(field.equals)) > 1 and UNKNOWN not in field.equals:
                yield placed.hit(
                    f"resources.type has {len(set(field.equals))} values: AWS allows one for each selector",
                    "write one selector for each type",
                )


SEVERAL_RESOURCE_TYPES = Rule(
    code="CP014",
    name="several-resource-types",
    severity=Severity.ERROR,
    what="One selector lists several values of resources.type.",
    why="AWS says that a selector has one resource type, and that more types take more selectors; what happens "
    "otherwise is not documented. An estimate records events of each of the types.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object", "AWS::Lambda::Function"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::Lambda::Function"]}
""",
    source=f"R28; {API_REFERENCE}API_AdvancedFieldSelector.html",
    check=_check,
)
