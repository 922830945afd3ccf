"""CP003: a value that is compared with the beginning of ARNs, but does not begin as they do."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import (
    ARN_FIELDS,
    PRINCIPAL_ARN,
    StatedValue,
    advanced_selectors,
    stated_values,
)
from costplan.model.containers import Operator

_ARN = "arn:"


def _check(survey: Survey) -> Iterator[Hit]:
    advanced = {placed for placed, _ in advanced_selectors(survey)}
    for stated in stated_values(survey):
        # The API refuses other values than ARNs in basic selectors.
        if stated.field in ARN_FIELDS and stated.placed in advanced and _cannot_hit(stated):
            yield stated.hit(f"{stated.in_vain}: every ARN begins with {_ARN}", _hint(stated))


def _cannot_hit(stated: StatedValue) -> bool:
    value = stated.value
    if stated.test is Operator.ENDS_WITH or value.lower().startswith(_ARN) or value[:1] in "*?":
        return False
    return not (stated.test is Operator.STARTS_WITH and _ARN.startswith(value))


def _hint(stated: StatedValue) -> str:
    if stated.field == PRINCIPAL_ARN:
        role = stated.value.removeprefix("assumed-role/").removeprefix("role/")
        return f'write "arn:aws:sts::ACCOUNT:assumed-role/{role}", one value for each account'
    return "write the ARN from its beginning, or test its end with EndsWith"


ARN_WITHOUT_BEGINNING = Rule(
    code="CP003",
    name="arn-without-beginning",
    severity=Severity.WARNING,
    what="A value of resources.ARN or userIdentity.arn that is compared with the beginning of the ARN, or with all of "
    "it, does not begin with arn:.",
    why="Every ARN begins with arn:, so StartsWith and Equals match nothing, and NotStartsWith and NotEquals exclude "
    "nothing. DynamoDB's guide advises userIdentity.arn NotStartsWith AWSServiceRoleFor: it filters no event. The ARN "
    "of a role's session is arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        userIdentity.arn: {not_starts_with: [AWSServiceRoleFor]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::S3::Object"]}
        userIdentity.arn: {not_starts_with: ["arn:aws:sts::111122223333:assumed-role/AWSServiceRoleFor"]}
""",
    source=f"R21, R29, R33; {USER_GUIDE}filtering-data-events.html, {API_REFERENCE}API_AdvancedFieldSelector.html",
    check=_check,
)
