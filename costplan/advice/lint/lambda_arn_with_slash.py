"""CP002: a Lambda function's ARN written with a slash before the name."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import stated_values
from costplan.model.selection import RESOURCE_ARN


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        is_lambda = ":lambda:" in stated.value or stated.types == {"AWS::Lambda::Function"}
        if stated.field == RESOURCE_ARN and is_lambda and "function/" in stated.value:
            meant = stated.value.replace("function/", "function:")
            yield stated.hit(f"{stated.in_vain}: functions are named function:NAME", f'write "{meant}"')


LAMBDA_ARN_WITH_SLASH = Rule(
    code="CP002",
    name="lambda-arn-with-slash",
    severity=Severity.WARNING,
    what="The ARN of a Lambda function has a slash between function and its name.",
    why="The ARN in an event has a colon there (…:function:NAME), and values are compared literally, so the selector "
    "never matches. An example in AWS's own guide is written this way.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::Lambda::Function"]}
        resources.ARN: {equals: ["arn:aws:lambda:us-east-1:111122223333:function/etl"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::Lambda::Function"]}
        resources.ARN: {equals: ["arn:aws:lambda:us-east-1:111122223333:function:etl"]}
""",
    source=f"R9, R23; {USER_GUIDE}logging-data-events-with-cloudtrail.html",
    check=_check,
)
