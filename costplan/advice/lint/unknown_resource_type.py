"""CP012: a resource type that AWS does not document."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from costplan.advice.findings import Severity
from costplan.advice.lint.resource_types import RESOURCE_TYPES
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import stated_values
from costplan.advice.lint.value_in_wrong_case import meant_spelling
from costplan.model.containers import Operator
from costplan.model.selection import RESOURCE_TYPE

_WELL_FORMED = re.compile(r"AWS::\w+::\w+\Z")


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        value = stated.value
        is_tested = stated.field == RESOURCE_TYPE and stated.test is Operator.EQUALS
        # Wildcards and wrong case are told by rules of their own.
        if not is_tested or value in RESOURCE_TYPES or "*" in value or meant_spelling(stated):
            continue
        if _WELL_FORMED.match(value):
            yield stated.hit("is no resource type that AWS documents; AWS adds some every month", _hint(value))
        else:
            yield stated.hit("is no resource type: they are written AWS::SERVICE::NAME", _hint(value))


def _hint(value: str) -> str:
    close = get_close_matches(value, sorted(RESOURCE_TYPES), n=1, cutoff=0.75)
    return f'did you mean "{close[0]}"?' if close else "look it up in the CloudTrail user guide"


UNKNOWN_RESOURCE_TYPE = Rule(
    code="CP012",
    name="unknown-resource-type",
    severity=Severity.WARNING,
    what="A value of resources.type is not in AWS's list of the types that data events have.",
    why="A misspelt type matches nothing, so events that must be recorded are missed, and the estimate is too low. AWS "
    "adds types every month, so one that is newer than this program is found too: then the finding can be ignored.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Objects"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
""",
    source=f"R40; {USER_GUIDE}logging-data-events-with-cloudtrail.html",
    check=_check,
)
