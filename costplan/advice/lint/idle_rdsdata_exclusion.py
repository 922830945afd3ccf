"""CP009: an exclusion of the RDS Data API, whose calls have become data events."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import Hit, Rule, Survey
from costplan.advice.lint.selector_values import category_of, stated_values
from costplan.model.selection import EVENT_SOURCE
from costplan.model.selectors import AdvancedEventSelector

_SOURCE = "rdsdata.amazonaws.com"


def _check(survey: Survey) -> Iterator[Hit]:
    for stated in stated_values(survey):
        selector = stated.placed.selector
        if stated.field != EVENT_SOURCE or not stated.is_negated or stated.value != _SOURCE:
            continue
        if isinstance(selector, AdvancedEventSelector) and category_of(selector) != "Management":
            continue
        yield stated.hit(
            "does nothing for current Aurora clusters: their calls are data events of rdsdataapi.amazonaws.com",
            "drop it; those events are recorded only where AWS::RDS::DBCluster is selected",
        )


IDLE_RDSDATA_EXCLUSION = Rule(
    code="CP009",
    name="idle-rdsdata-exclusion",
    severity=Severity.WARNING,
    what="Management events of rdsdata.amazonaws.com are excluded.",
    why="Calls to the RDS Data API of current Aurora clusters are data events of rdsdataapi.amazonaws.com. They are "
    "recorded only if a selector asks for AWS::RDS::DBCluster, so the exclusion saves nothing.",
    example="""\
- trail: audit
  event_selectors:
    - exclude_management_event_sources: [rdsdata.amazonaws.com]
""",
    instead="""\
- trail: audit
  event_selectors:
    - read_write_type: All
""",
    source="R7; https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html",
    check=_check,
)
