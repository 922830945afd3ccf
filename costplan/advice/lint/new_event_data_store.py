"""CP018: an event data store that does not exist yet; CloudTrail Lake takes no new customers."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey


def _check(survey: Survey) -> Iterator[Hit]:
    for position, store in survey.stores():
        if store.arn is None:
            message = "has no ARN, so it seems to be new: CloudTrail Lake is closed to accounts without a store"
            hint = "give the arn of an existing store, or record with a trail"
            yield Hit(position, f"{survey.title(position)}: {message}", hint)


NEW_EVENT_DATA_STORE = Rule(
    code="CP018",
    name="new-event-data-store",
    severity=Severity.INFO,
    what="An event data store is written without an ARN, as one that is still to be made.",
    why="CloudTrail Lake takes no new customers since 31 May 2026; accounts and organizations that have a store keep "
    "it and may go on. A plan that adds the first store of an account cannot be carried out.",
    example="""\
- event_data_store: calls
""",
    instead="""\
- event_data_store: calls
  arn: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE
""",
    source=f"{USER_GUIDE}cloudtrail-lake-service-availability-change.html",
    check=_check,
)
