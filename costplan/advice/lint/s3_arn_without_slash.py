"""CP004: the ARN of an S3 bucket that lacks the slash which ends the bucket's name."""

import re
from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import S3_OBJECT, StatedValue, stated_values
from costplan.model.containers import Operator
from costplan.model.selection import RESOURCE_ARN
from costplan.model.selectors import EventSelector

# No bucket's name ends in a dash or a dot, so a value that does is meant as the beginning of several names.
_BUCKET = re.compile(r"arn:[a-z0-9-]+:s3:::([^/*?]*[^/*?.-])\Z")


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        match = _BUCKET.match(stated.value)
        if match is None or stated.field != RESOURCE_ARN or not stated.types <= {S3_OBJECT}:
            continue
        if isinstance(stated.placed.selector, EventSelector):
            yield stated.hit(
                f'has no slash: AWS does not say whether it means "{match[1]}" alone or all names that begin so',
                f'write "{stated.value}/"',
            )
        elif stated.test is Operator.STARTS_WITH:
            what = "excludes" if stated.is_negated else "matches"
            yield stated.hit(f'also {what} every other bucket whose name begins with "{match[1]}"', _with_slash(stated))
        elif stated.test is Operator.EQUALS:
            yield stated.hit(f"{stated.in_vain}: the ARN of an object never equals its bucket's", _with_slash(stated))


def _with_slash(stated: StatedValue) -> str:
    operator = "NotStartsWith" if stated.is_negated else "StartsWith"
    return f'write {operator} "{stated.value}/"'


S3_ARN_WITHOUT_SLASH = Rule(
    code="CP004",
    name="s3-arn-without-slash",
    severity=Severity.WARNING,
    what="A value for S3 objects is the ARN of a bucket, without the slash that ends the bucket's name.",
    why="S3 data events are about objects, and an object's ARN is arn:aws:s3:::BUCKET/KEY. StartsWith without the "
    "slash also matches amzn-s3-demo-bucket2, and its events are paid; Equals matches no object at all. For basic "
    "selectors AWS documents only the form with the slash; an estimate takes the bucket to end there.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN: {starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN: {starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
""",
    source=f"R11, R29; {USER_GUIDE}filtering-data-events.html, {API_REFERENCE}API_DataResource.html",
    check=_check,
)
