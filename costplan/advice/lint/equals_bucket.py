"""CP019: Equals with a whole bucket, where its objects are meant."""

import re
from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import S3_OBJECT, stated_values
from costplan.model.containers import Operator
from costplan.model.selection import RESOURCE_ARN

_BUCKET = re.compile(r"arn:[a-z0-9-]+:s3:::[^/*?]+/\Z")


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        is_equals = stated.field == RESOURCE_ARN and stated.test is Operator.EQUALS
        if is_equals and stated.types <= {S3_OBJECT} and _BUCKET.match(stated.value):
            what = "excludes" if stated.is_negated else "matches"
            operator = "NotStartsWith" if stated.is_negated else "StartsWith"
            yield stated.hit(
                f"{what} no object, only calls about the whole bucket, such as lists",
                f'write {operator} "{stated.value}"',
            )


EQUALS_BUCKET = Rule(
    code="CP019",
    name="equals-bucket",
    severity=Severity.WARNING,
    what="resources.ARN is compared, by Equals or NotEquals, with a bucket and its slash.",
    why="Equals compares with the whole ARN of one object. Only calls about a bucket as a whole (ListObjects, "
    "HeadBucket, DeleteObjects) carry its ARN with the slash and no key; reads and writes of objects do not. A whole "
    "bucket takes StartsWith. An example in AWS's own guide is written this way.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN: {equals: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        resources.ARN: {starts_with: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
""",
    source=f"R29, R32; {USER_GUIDE}filtering-data-events.html",
    check=_check,
)
