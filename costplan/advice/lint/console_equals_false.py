"""CP008: a test for console sessions that are not, which no record can pass."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import stated_values


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        if stated.field == "sessionCredentialFromConsole" and stated.value.lower() == "false":
            meant = "Equals" if stated.is_negated else "NotEquals"
            yield stated.hit(f"{stated.in_vain}: the field is true or absent, never false", f'write {meant} "true"')


CONSOLE_EQUALS_FALSE = Rule(
    code="CP008",
    name="console-equals-false",
    severity=Severity.WARNING,
    what="sessionCredentialFromConsole is compared with false.",
    why="The field stands in a record only when it is true, so Equals false never matches and NotEquals false excludes "
    "nothing. NotEquals true keeps the events of everything but console sessions.",
    example="""\
- event_data_store: calls
  arn: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Management]}
        sessionCredentialFromConsole: {equals: ["false"]}
""",
    instead="""\
- event_data_store: calls
  arn: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Management]}
        sessionCredentialFromConsole: {not_equals: ["true"]}
""",
    source=f"R26, R27; {USER_GUIDE}cloudtrail-event-reference-record-contents.html",
    check=_check,
)
