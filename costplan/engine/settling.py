"""Which command makes an unknown volume known: each source tells of some events, and of no others."""

from collections.abc import Iterable

from costplan.model.events import EventCategory
from costplan.model.volumes import Basis, Coverage

WITH_METRICS = frozenset(
    {
        "AWS::S3::Object",
        "AWS::Lambda::Function",
        "AWS::DynamoDB::Table",
        "AWS::DynamoDB::Stream",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::Kinesis::Stream",
        "AWS::StepFunctions::StateMachine",
    }
)
"""The resource types whose data events metrics count before any trail records them."""

_OBJECTS = "AWS::S3::Object"
_MANAGEMENT = "costplan volumes lookup or logs"
_ACCESS_LOGS = "costplan volumes metrics or access-logs"
_METRICS = "costplan volumes metrics"
_LOGS = "costplan volumes logs, once a trail records them, or a typed volume"


def settled_by(category: EventCategory, resource_type: str | None = None, covered: Iterable[Coverage] = ()) -> str:
    """Return the command that would measure the events of a category, of data events those of a type.

    covered: what is measured there; metrics that left out some events will leave them out again.

    >>> settled_by(EventCategory.DATA, "AWS::Lambda::Function")
    'costplan volumes metrics'
    """
    if category is EventCategory.MANAGEMENT:
        return _MANAGEMENT
    has_metrics = category is EventCategory.DATA and resource_type in WITH_METRICS
    if not has_metrics or any(_is_of_metrics(part, resource_type) for part in covered):
        return _LOGS
    return _ACCESS_LOGS if resource_type == _OBJECTS else _METRICS


def _is_of_metrics(part: Coverage, resource_type: str | None) -> bool:
    return part.basis is Basis.MEASURED and part.resource_type == resource_type and bool(part.fields)
