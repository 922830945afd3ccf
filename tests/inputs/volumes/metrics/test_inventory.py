"""What an account has, by the names that its metrics use."""

import json
from collections.abc import Iterator

import boto3
import pytest

from costplan.inputs.account import Access
from costplan.inputs.account.session import Session
from costplan.inputs.volumes.metrics.facts import FACTS, MetricService
from costplan.inputs.volumes.metrics.figures import Place
from costplan.inputs.volumes.metrics.inventory import Filters, Inventory, filters_of, list_buckets, list_names
from costplan.model.containers import resource_container
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Asked, Scene
from tests.inputs.account.made import ACCOUNT
from tests.inputs.volumes.metrics.measured import OTHER, REGION, make_bucket

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:checkout"


@pytest.fixture
def session(scene: Scene, access: Access) -> Iterator[Session]:
    assert scene.asked == []
    made = Session(access)
    yield made
    made.rest()


def make(service: MetricService) -> tuple[str, str]:
    """Make something of a service; return its name in metrics, and its ARN as AWS says it."""
    client = boto3.client(service.value, region_name=REGION)
    if service is MetricService.DYNAMODB:
        made = client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return "orders", made["TableDescription"]["TableArn"]
    if service is MetricService.SNS:
        return "alerts", client.create_topic(Name="alerts")["TopicArn"]
    if service is MetricService.SQS:
        url = client.create_queue(QueueName="jobs")["QueueUrl"]
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return "jobs", found["Attributes"]["QueueArn"]
    if service is MetricService.KINESIS:
        client.create_stream(StreamName="clicks", ShardCount=1)
        return "clicks", client.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    kind = {"type": "EXPRESS"} if service is MetricService.STEP_FUNCTIONS else {}
    client.create_state_machine(name="checkout", definition=definition, roleArn=ROLE, **kind)
    return MACHINE, MACHINE


@pytest.mark.parametrize("service", [one for one in FACTS if one not in (MetricService.S3, MetricService.LAMBDA)])
def test_what_there_is_has_the_name_of_its_metrics_and_the_arn_of_its_records(
    service: MetricService, session: Session
) -> None:
    name, arn = make(service)

    found = list_names(session, service, REGION)

    assert isinstance(found, Inventory)
    assert found.names == {name}
    assert Place(ACCOUNT, REGION).arn(service, name) == arn
    assert resource_container(FACTS[service].resource_type, arn) == (arn, True)


def test_functions_are_listed_page_by_page(scene: Scene, session: Session) -> None:
    def play(asked: Asked) -> dict[str, object]:
        return {"Functions": [{"FunctionName": "etl"}], "NextMarker": "2"} if play.first(asked) else {"Functions": []}

    seen: list[Asked] = []
    play.first = lambda asked: seen.append(asked) or len(seen) == 1
    scene.plays["ListFunctions"] = play

    assert list_names(session, MetricService.LAMBDA, REGION) == Inventory(frozenset({"etl"}))
    assert len(seen) == 2


def test_standard_state_machines_begin_no_data_events(scene: Scene, session: Session) -> None:
    one = {"stateMachineArn": MACHINE, "name": "checkout", "creationDate": 1.0}
    machines = [{**one, "type": "STANDARD"}, {**one, "stateMachineArn": f"{MACHINE}-fast", "type": "EXPRESS"}]
    scene.plays["ListStateMachines"] = lambda _: {"stateMachines": machines}

    found = list_names(session, MetricService.STEP_FUNCTIONS, REGION)

    assert found == Inventory(frozenset({MACHINE, f"{MACHINE}-fast"}), frozenset({MACHINE}))


@pytest.mark.parametrize(("constraint", "region"), [("", OTHER), ("EU", REGION), ("ap-south-1", "ap-south-1")])
def test_a_bucket_is_where_it_is(constraint: str, region: str, scene: Scene, session: Session) -> None:
    make_bucket("amzn-s3-demo-a")
    scene.plays["GetBucketLocation"] = lambda _: f"<LocationConstraint>{constraint}</LocationConstraint>"

    (bucket,) = list_buckets(session, REGION)

    assert (bucket.name, bucket.region) == ("amzn-s3-demo-a", region)


def test_filters_of_several_pages_are_told_apart(scene: Scene, session: Session) -> None:
    pages = iter(
        [
            "<R><IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken>"
            "<MetricsConfiguration><Id>raw</Id><Filter><Prefix>raw/</Prefix></Filter></MetricsConfiguration></R>",
            "<R><IsTruncated>false</IsTruncated><MetricsConfiguration><Id>all</Id></MetricsConfiguration></R>",
        ]
    )
    scene.plays["ListBucketMetricsConfigurations"] = lambda _: next(pages)

    assert filters_of(session, "amzn-s3-demo-a", REGION) == Filters(("all",), ("raw",))
