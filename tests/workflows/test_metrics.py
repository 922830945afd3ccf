"""Data events by CloudWatch metrics of an account or an organization, over HTTP; and what estimates make of them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import jsonschema
import pytest

from costplan import estimate, measure_metrics
from costplan.inputs.account import Access
from costplan.inputs.account.operations import OF_METRICS, OPERATIONS, READING_METRICS
from costplan.inputs.schemas import schema
from costplan.inputs.volumes.metrics.cloudwatch import MOST_DAYS
from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes
from costplan.model.problems import BadInputError, UsageError
from costplan.model.progress import Progress
from costplan.workflows.measure import MeasureResult, write_volumes
from costplan.workflows.metrics import MetricsCost, policy_text
from tests.inputs.account import conftest as live
from tests.inputs.account.front import Asked, Scene
from tests.inputs.account.made import ACCOUNT, always
from tests.inputs.volumes.metrics.measured import (
    END,
    OTHER,
    REGION,
    START,
    UNIT,
    figures,
    make_bucket,
    measure,
    problems,
    put,
    switch_on,
)

access, aws_environment = live.access, live.aws_environment
front, moto_server, scene = live.front, live.moto_server, live.scene

D = Decimal
MEMBER = "111122223333"
INVOKED = ("AWS/Lambda", "Invocations", {"FunctionName": "etl"})
READ_ALL = (
    "  - {{trail: {name}, account: '123456789012', home_region: {region}, is_multi_region: true,\n"
    "     advanced_event_selectors: [{{fields: {{eventCategory: {{equals: [Data]}},"
    " resources.type: {{equals: ['AWS::S3::Object']}}{arn}}}}}]}}\n"
)


def bucket(name: str) -> Mapping[str, str]:
    return {"BucketName": name, "FilterId": "EntireBucket"}


# ---- what may go wrong ----


def test_throttling_is_waited_out(scene: Scene, access: Access) -> None:
    put(*INVOKED, 3)
    scene.fail("ThrottlingException", "GetMetricData", times=2)
    scene.fail("ThrottlingException", "ListMetrics", times=1)

    assert figures(measure(access, "lambda").volumes) == {"Invoke": (1, 3, 3)}
    assert len(scene.asked_for("GetMetricData")) == 3


def test_a_refused_service_is_unknown_and_named_and_no_other(scene: Scene, access: Access) -> None:
    put(*INVOKED, 3)
    scene.fail("AccessDenied", "GetMetricData", times=1, about="")
    result = measure(access, "lambda", "sns")

    # One call for both: the metrics of one place are read together, and what was refused is unknown.
    assert "nothing is known of function etl in eu-west-1 (GetMetricData: AccessDenied)" in problems(result)
    assert result.volumes.rows == ()
    assert "somebody" not in problems(result)


def test_a_region_that_may_not_be_listed_is_unknown(scene: Scene, access: Access) -> None:
    put(*INVOKED, 3)
    scene.fail("AccessDenied", "ListMetrics", region=OTHER)

    result = measure(access, "lambda", regions=(REGION, OTHER))

    assert [part.region for part in result.volumes.coverage] == [REGION]
    problem, _ = result.problems
    assert (
        problem.what == f"nothing is known of AWS::Lambda::Function data events in {OTHER} (ListMetrics: AccessDenied)"
    )
    assert problem.hint.startswith("allow cloudwatch:ListMetrics there")


def test_what_is_not_denied_is_worth_another_run(scene: Scene, access: Access) -> None:
    scene.fail("ThrottlingException", "ListMetrics", region=OTHER)
    problem, *_ = measure(access, "lambda", regions=(REGION, OTHER)).problems
    assert problem.what.endswith("(ListMetrics: ThrottlingException)")
    assert problem.hint == "run it again later"


@pytest.mark.usefixtures("scene")
def test_failed_calls_that_no_metric_counts_are_told_once(access: Access) -> None:
    for region in (REGION, OTHER):
        put("AWS/SNS", "NumberOfMessagesPublished", {"TopicName": "alerts"}, 1, region=region)
    put(*INVOKED, 3)
    put("AWS/Kinesis", "PutRecord.Success", {"StreamName": "clicks"}, 1, samples=True)

    result = measure(access, "lambda", "sns", "sqs", "kinesis", regions=(REGION, OTHER))

    (problem,) = result.problems
    # No queue has anything, and of streams every attempt is counted.
    assert problem.what.startswith("no metric counts failed calls on functions (but throttled ones), topics: ")


def test_functions_that_may_not_be_listed_leave_the_type_unknown(scene: Scene, access: Access) -> None:
    put(*INVOKED, 3)
    scene.fail("AccessDeniedException", "ListFunctions")

    result = measure(access, "lambda")

    (part,) = result.volumes.coverage
    assert part.container == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:etl"
    assert "the functions in eu-west-1 cannot be listed" in problems(result)
    assert figures(result.volumes) == {"Invoke": (1, 3, 3)}


@pytest.mark.parametrize(
    ("service", "operation", "noun"),
    [
        ("dynamodb", "ListTables", "tables"),
        ("sns", "ListTopics", "topics"),
        ("sqs", "ListQueues", "queues"),
        ("kinesis", "ListStreams", "streams"),
        ("stepfunctions", "ListStateMachines", "state machines"),
    ],
)
def test_what_may_not_be_listed_is_named(
    service: str,
    operation: str,
    noun: str,
    scene: Scene,
    access: Access,
) -> None:
    scene.fail("AccessDeniedException", operation)
    with pytest.raises(BadInputError, match=f"the {noun} in eu-west-1 cannot be listed"):
        measure(access, service)


def test_where_nothing_answers_there_are_no_volumes(scene: Scene, access: Access) -> None:
    scene.fail("AccessDenied", "ListMetrics")
    with pytest.raises(BadInputError, match="nothing is known of AWS::SNS::Topic"):
        measure(access, "sns")


def test_an_expired_token_ends_it(scene: Scene, access: Access) -> None:
    scene.fail("ExpiredTokenException", "ListMetrics")
    with pytest.raises(BadInputError, match="expired"):
        measure(access, "sns")


# ---- time ----


@pytest.mark.usefixtures("scene")
def test_only_whole_hours_of_the_period_count(access: Access) -> None:
    for when in (START - timedelta(minutes=1), START, END - timedelta(minutes=1), END):
        put(*INVOKED, 1, when=when)

    result = measure(access, "lambda")

    assert figures(result.volumes)["Invoke"][1] == 2
    (part,) = result.volumes.coverage
    assert part.observed is not None
    assert (part.observed.start, part.observed.end, part.observed.hours) == (START, END, 336)


@pytest.mark.usefixtures("scene")
def test_two_weeks_and_more_weigh_every_weekday_alike(access: Access) -> None:
    # From Sunday the 1st at noon to Monday the 16th: 12 + 24 + 24 hours of Sundays.
    for day in (1, 8, 15):
        put(*INVOKED, 1, when=datetime(2026, 11, day, 13, tzinfo=UTC))

    (row,) = measure(access, "lambda", days=15).volumes.rows

    assert row.per_month.point == (D(3 * UNIT) * 730 / 7 / 60).quantize(D("0.000001"))


def test_what_was_silent_for_two_weeks_is_asked_for_all_the_same(scene: Scene, access: Access) -> None:
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dimensions = {"TableName": "orders", "Operation": "Query"}
    put("AWS/DynamoDB", "SuccessfulRequestLatency", dimensions, 1, when=START - timedelta(days=5), samples=True)
    scene.plays["ListMetrics"] = always({"Metrics": []})

    result = measure(access, "dynamodb", days=28)

    assert [row.key.event_name for row in result.volumes.rows] == ["Query"]


def test_lists_and_figures_of_several_pages_are_put_together(scene: Scene, access: Access) -> None:
    """Of one function in two parts, of another on a page of its own; and of a function that stays a part nothing."""

    def listed(*names: str) -> list[dict[str, Any]]:
        return [
            {
                "Namespace": "AWS/Lambda",
                "MetricName": "Invocations",
                "Dimensions": [{"Name": "FunctionName", "Value": name}],
            }
            for name in names
        ]

    def metrics(asked: Asked) -> dict[str, Any]:
        if asked.parameters.get("NextToken") == "page-2":
            return {"Metrics": listed("c")}
        return {"Metrics": listed("a", "b"), "NextToken": "page-2"}

    def data(asked: Asked) -> dict[str, Any]:
        names = {
            one["Id"]: one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            for one in asked.parameters["MetricDataQueries"]
        }
        is_second = asked.parameters.get("NextToken") == "page-2"

        def of(name: str, status: str, units: int) -> dict[str, Any]:
            hour = (START + timedelta(hours=3 + is_second)).timestamp()
            (query,) = [one for one, value in names.items() if value == name]
            return {"Id": query, "Timestamps": [hour], "Values": [units * UNIT], "StatusCode": status}

        if set(names.values()) == {"c"}:
            return {"MetricDataResults": [of("c", "PartialData", 1)]}
        if is_second:
            return {"MetricDataResults": [of("a", "Complete", 2), of("b", "Complete", 4)]}
        return {
            "MetricDataResults": [of("a", "PartialData", 1), of("c", "PartialData", 1)],
            "NextToken": "page-2",
        }

    scene.plays |= {"ListMetrics": metrics, "GetMetricData": data}

    result = measure(access, "lambda")

    assert sorted(row.per_month.point / 730 for row in result.volumes.rows) == [3, 4]
    assert "nothing is known of function c in eu-west-1 (CloudWatch gave a part of it only" in problems(result)
    # So the type is not covered as a whole.
    assert [str(part.container).rpartition(":")[2] for part in result.volumes.coverage] == ["a", "b"]


# In units of 730 a month, all of it counted in the last of 14 days.
@pytest.mark.parametrize(
    ("new", "old", "told"),
    [
        # 1 + 1 measured; what is new makes 14 times as many a month: 14 + 1.
        (1, 1, "there is about 10,950 and not 1,460"),
        # 13 more beside 131 are less than a tenth.
        (1, 130, None),
    ],
)
@pytest.mark.usefixtures("scene")
def test_what_began_late_is_told_where_it_matters(new: int, old: int, told: str | None, access: Access) -> None:
    put(*INVOKED, new, when=END - timedelta(days=1))
    put("AWS/Lambda", "Invocations", {"FunctionName": "old"}, old, when=END - timedelta(days=8))

    result = measure(access, "lambda")

    # As measured: silence before is a zero that somebody counted.
    assert sorted(row.per_month.point for row in result.volumes.rows) == sorted([D(new * 730), D(old * 730)])
    late = [problem for problem in result.problems if "second half" in problem.what]
    assert len(late) == (told is not None)
    if told is not None:
        assert "figures of the second half of the period alone: etl; if they are new" in late[0].what
        assert late[0].what.endswith(told)


# ---- more than one account ----


def organization(scene: Scene) -> None:
    members = [{"Id": code, "State": "ACTIVE"} for code in (ACCOUNT, MEMBER)]
    scene.plays |= {
        "DescribeOrganization": always({"Organization": {"Id": "o-exampleorgid", "MasterAccountId": ACCOUNT}}),
        "ListAccounts": always({"Accounts": members}),
    }


def test_every_account_of_an_organization_is_read_by_its_role(scene: Scene, access: Access) -> None:
    organization(scene)
    put(*INVOKED, 3)

    result = measure(access, "lambda", with_organization=True, role="audit")

    assert {part.account for part in result.volumes.coverage} == {ACCOUNT, MEMBER}
    assert {row.key.account for row in result.volumes.rows} == {ACCOUNT}


def test_without_a_role_the_others_are_named_as_unread(scene: Scene, access: Access) -> None:
    organization(scene)
    result = measure(access, "lambda", with_organization=True)
    assert "1 other accounts of the organization were not read" in problems(result)
    assert {part.account for part in result.volumes.coverage} == {ACCOUNT}


def test_a_role_that_cannot_be_assumed_is_named(scene: Scene, access: Access) -> None:
    organization(scene)
    scene.fail("AccessDenied", "AssumeRole")
    result = measure(access, "lambda", with_organization=True, role="audit")
    assert f"nothing is known of account {MEMBER}: its role audit could not be assumed" in problems(result)


# ---- cost and progress ----


def test_what_it_costs_is_told_before_anything_is_read(scene: Scene, access: Access) -> None:
    put(*INVOKED, 3)
    told: list[MetricsCost] = []
    seen: list[Progress] = []

    def announce(cost: MetricsCost) -> None:
        assert not scene.asked_for("GetMetricData")
        told.append(cost)

    measure(access, "lambda", announce=announce, progress=seen.append)

    # Invocations alone are listed; of functions that are not listed there are none.
    (cost,) = told
    assert (cost.metrics, cost.dollars) == (1, D("0.00001"))
    assert (seen[-1].files, seen[-1].of_files, seen[-1].what) == (1, 1, "metrics")


# ---- the policy ----


def test_the_policy_allows_what_is_asked(scene: Scene, access: Access) -> None:
    make_bucket("amzn-s3-demo-a")
    put(*INVOKED, 1)
    scene.asked.clear()
    measure_metrics(access=access, regions=(REGION,))
    measure_metrics(access=access)
    scene.fail("AccessDeniedException", "ListRegions")
    measure_metrics(access=access)

    renamed = {
        "s3:ListBuckets": "s3:ListAllMyBuckets",
        "s3:ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
        "stepfunctions:ListStateMachines": "states:ListStateMachines",
    }
    asked = {f"{one.service}:{one.operation}" for one in scene.asked}
    assert {renamed.get(action, action) for action in asked} == actions(policy_text())


def actions(policy: str) -> set[str]:
    return {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}


def test_every_operation_only_lists_or_gets() -> None:
    session = botocore.session.get_session()
    operations = [one for some in (*OF_METRICS.values(), READING_METRICS) for one in some]
    assert len(operations) == 11
    for one in operations:
        assert one.name.startswith(("List", "Get"))
        assert one.name in session.get_service_model(one.service).operation_names
        assert (one.service, one.name) in OPERATIONS


def test_a_policy_of_one_service_names_no_other() -> None:
    assert not any(action.startswith(("s3:", "lambda:")) for action in actions(policy_text(services=["sns"])))
    with_role = policy_text(with_organization=True, role="audit", regions=("us-gov-west-1",))
    assert "arn:aws-us-gov:iam::*:role/audit" in with_role


# ---- estimates ----


def written(result: MeasureResult, path: Path) -> Path:
    write_volumes(result.volumes, path)
    jsonschema.Draft202012Validator(schema("volumes")).validate(json.loads(path.read_text()))
    assert format_volumes(read_volumes(path)) == format_volumes(result.volumes)
    return path


def test_four_buckets_are_priced_and_all_of_them_stay_unknown(
    scene: Scene,
    access: Access,
    tmp_path: Path,
) -> None:
    names = [f"amzn-s3-demo-{letter}" for letter in "abcdef"]
    for name in names:
        make_bucket(name)
    switch_on(scene, {name: {"EntireBucket": ""} for name in names[:4]})
    for name in names[:4]:
        put("AWS/S3", "HeadRequests", bucket(name), 1000)
        put("AWS/S3", "PutRequests", bucket(name), 500)
    result = measure(access, "s3", regions=(REGION, OTHER))
    written(result, tmp_path / "data.json")
    four = ", ".join(f"'arn:aws:s3:::{name}/'" for name in names[:4])
    for stem, arn in (("four", f", resources.ARN: {{starts_with: [{four}]}}"), ("all", "")):
        (tmp_path / f"{stem}.yaml").write_text(
            f"scenario: {stem}\nvolumes: data.json\naccounts: {{'{ACCOUNT}': {{regions: [{REGION}, {OTHER}]}}}}\n"
            "recorders:\n" + READ_ALL.format(name=stem, region=REGION, arn=arn)
        )

    some, every = estimate([tmp_path / "four.yaml", tmp_path / "all.yaml"]).estimates

    # 4 × (1,000 + 500) × 730 events at $0.10 for 100,000.
    for one in (some, every):
        data = sum(c.list_cost.point for c in one.last.charges if c.usage.meter.value == "data")
        assert data == D(4 * 1500 * 730) / 100_000 / 10
    assert some.unknown == ()
    (unknown,) = every.unknown
    assert unknown.regions == (REGION,)
    assert unknown.because == "only those of 4 buckets were measured"
    assert len(result.problems) == 2


@pytest.mark.usefixtures("scene")
def test_a_selector_of_all_calls_on_queues_is_not_answered_whole(
    access: Access,
    tmp_path: Path,
) -> None:
    put("AWS/SQS", "NumberOfEmptyReceives", {"QueueName": "jobs"}, 1)
    written(measure(access, "sqs"), tmp_path / "data.json")
    (tmp_path / "s.yaml").write_text(
        f"scenario: queues\nvolumes: data.json\naccounts: {{'{ACCOUNT}': {{regions: [{REGION}]}}}}\nrecorders:\n"
        + READ_ALL.format(name="a", region=REGION, arn="").replace("AWS::S3::Object", "AWS::SQS::Queue")
    )

    (result,) = estimate([tmp_path / "s.yaml"]).estimates

    # No metric counts ChangeMessageVisibility.
    assert [one.because for one in result.unknown] == ["what measured them left some out by eventName"]
    assert result.is_lower_bound


# ---- what cannot be ----


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"days": 0}, "1 to 455"),
        ({"days": MOST_DAYS + 1}, "1 to 455"),
        ({"keys_per_delete": 0}, "1 to 1000"),
        ({"keys_per_delete": 1001}, "1 to 1000"),
        ({"regions": ("ireland",)}, "no Region code"),
        ({"role": "audit"}, "give --organization too"),
        ({"role": "arn:aws:iam::1:role/a", "with_organization": True}, "not its ARN"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        measure_metrics(**given)
