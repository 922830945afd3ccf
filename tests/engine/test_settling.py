"""What is said to settle an unknown volume does: by category and resource type, and not what left it out before."""

import pytest

from costplan.engine.settling import WITH_METRICS, settled_by
from costplan.inputs.volumes.metrics.facts import FACTS, STREAM_TYPE
from costplan.model.events import EventCategory
from costplan.model.selectors import FieldSelector
from costplan.model.volumes import Basis, Coverage

DATA = EventCategory.DATA
QUEUES = "AWS::SQS::Queue"
METRICS = "costplan volumes metrics"
LOGS = "costplan volumes logs, once a trail records them, or a typed volume"


@pytest.mark.parametrize(
    ("category", "resource_type", "command"),
    [
        (EventCategory.MANAGEMENT, None, "costplan volumes lookup or logs"),
        (EventCategory.NETWORK_ACTIVITY, None, LOGS),
        (DATA, None, LOGS),
        (DATA, "AWS::S3::Object", "costplan volumes metrics or access-logs"),
        (DATA, "AWS::S3::AccessPoint", LOGS),
        (DATA, "AWS::Lambda::Function", METRICS),
        (DATA, "AWS::DynamoDB::Table", METRICS),
        (DATA, "AWS::DynamoDB::Stream", METRICS),
        (DATA, "AWS::SNS::Topic", METRICS),
        (DATA, "AWS::SNS::PlatformEndpoint", LOGS),
        (DATA, QUEUES, METRICS),
        (DATA, "AWS::Kinesis::Stream", METRICS),
        (DATA, "AWS::StepFunctions::StateMachine", METRICS),
        (DATA, "AWS::Cognito::IdentityPool", LOGS),
    ],
)
def test_each_source_is_named_for_what_it_tells_of(
    category: EventCategory, resource_type: str | None, command: str
) -> None:
    assert settled_by(category, resource_type) == command


def test_what_metrics_count_is_what_they_are_read_for() -> None:
    assert {facts.resource_type for facts in FACTS.values()} | {STREAM_TYPE} == WITH_METRICS


@pytest.mark.parametrize(
    ("basis", "resource_type", "fields", "command"),
    [
        # Metrics counted some calls on queues: of the others they would tell nothing the next time either.
        (Basis.MEASURED, QUEUES, (FieldSelector("eventName", equals=("SendMessage",)),), LOGS),
        (Basis.MEASURED, "AWS::SNS::Topic", (FieldSelector("eventName", equals=("Publish",)),), METRICS),
        (Basis.RECORDED_BY, QUEUES, (FieldSelector("eventName", equals=("SendMessage",)),), METRICS),
        (Basis.MEASURED, QUEUES, (), METRICS),
    ],
)
def test_metrics_that_left_some_out_do_not_settle_them(
    basis: Basis, resource_type: str, fields: tuple[FieldSelector, ...], command: str
) -> None:
    part = Coverage("111122223333", "eu-west-1", DATA, basis, resource_type=resource_type, fields=fields)
    assert settled_by(DATA, QUEUES, [part]) == command
