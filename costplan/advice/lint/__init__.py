"""The lint of recorders: configurations that are legal and almost surely not meant.

Pure, over values of the model; values that are known only later never make a finding.  What the API would refuse is
told by ``costplan.advice.refusals``.
"""

from collections.abc import Mapping, Sequence

from costplan.advice.findings import Finding
from costplan.advice.lint.arn_without_beginning import ARN_WITHOUT_BEGINNING
from costplan.advice.lint.console_equals_false import CONSOLE_EQUALS_FALSE
from costplan.advice.lint.contradictory_values import CONTRADICTORY_VALUES
from costplan.advice.lint.equals_bucket import EQUALS_BUCKET
from costplan.advice.lint.field_listed_twice import FIELD_LISTED_TWICE
from costplan.advice.lint.idle_global_service_events import IDLE_GLOBAL_SERVICE_EVENTS
from costplan.advice.lint.idle_rdsdata_exclusion import IDLE_RDSDATA_EXCLUSION
from costplan.advice.lint.lambda_arn_with_slash import LAMBDA_ARN_WITH_SLASH
from costplan.advice.lint.new_event_data_store import NEW_EVENT_DATA_STORE
from costplan.advice.lint.organization_trail_in_opt_in_region import ORGANIZATION_TRAIL_IN_OPT_IN_REGION
from costplan.advice.lint.rule import Hit, Rule, Survey
from costplan.advice.lint.s3_arn_without_slash import S3_ARN_WITHOUT_SLASH
from costplan.advice.lint.second_copy import SECOND_COPY
from costplan.advice.lint.self_logging_trail import SELF_LOGGING_TRAIL
from costplan.advice.lint.several_resource_types import SEVERAL_RESOURCE_TYPES
from costplan.advice.lint.streams_with_table import STREAMS_WITH_TABLE
from costplan.advice.lint.undone_exclusion import UNDONE_EXCLUSION
from costplan.advice.lint.unknown_resource_type import UNKNOWN_RESOURCE_TYPE
from costplan.advice.lint.value_in_wrong_case import VALUE_IN_WRONG_CASE
from costplan.advice.lint.wildcard_in_value import WILDCARD_IN_VALUE
from costplan.engine.scope import labels_of
from costplan.model.places import Region
from costplan.model.recorders import Recorder

__all__ = ["LINT_CODES", "RULES", "Rule", "lint"]

RULES: tuple[Rule, ...] = (
    UNDONE_EXCLUSION,
    LAMBDA_ARN_WITH_SLASH,
    ARN_WITHOUT_BEGINNING,
    S3_ARN_WITHOUT_SLASH,
    WILDCARD_IN_VALUE,
    VALUE_IN_WRONG_CASE,
    FIELD_LISTED_TWICE,
    CONSOLE_EQUALS_FALSE,
    IDLE_RDSDATA_EXCLUSION,
    SELF_LOGGING_TRAIL,
    STREAMS_WITH_TABLE,
    UNKNOWN_RESOURCE_TYPE,
    SECOND_COPY,
    SEVERAL_RESOURCE_TYPES,
    CONTRADICTORY_VALUES,
    IDLE_GLOBAL_SERVICE_EVENTS,
    ORGANIZATION_TRAIL_IN_OPT_IN_REGION,
    NEW_EVENT_DATA_STORE,
    EQUALS_BUCKET,
)
"""Every rule, in the order of the codes."""

LINT_CODES: tuple[str, ...] = tuple(rule.code for rule in RULES)
"""The codes that a check can fail on."""


def lint(recorders: Sequence[Recorder], regions: Mapping[str, Region] | None = None) -> tuple[Finding, ...]:
    """Return what the rules find in *recorders*, taken together, in the order of recorders, lines and codes.

    Give only recorders that exist side by side: alternatives would look like second copies of each other.
    regions: what is known of Region codes; without it the rule about opt-in Regions says nothing.
    """
    survey = Survey(tuple(recorders), labels_of(recorders), regions or {})
    found = [(hit, rule) for rule in RULES for hit in rule.check(survey)]
    found.sort(key=lambda pair: (pair[0].position, _line(pair[0])))
    return tuple(_finding(survey, rule, hit) for hit, rule in found)


def _line(hit: Hit) -> int:
    """Return the line of the selector in question; what is about the whole recorder comes first."""
    return (hit.where.line or 0) if hit.where else 0


def _finding(survey: Survey, rule: Rule, hit: Hit) -> Finding:
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=hit.severity or rule.severity,
        where=hit.where or survey.recorders[hit.position].where,
        recorder=survey.labels[hit.position],
        message=hit.message,
        hint=hit.hint,
        related=hit.related,
    )
