"""One account: what is asked where, what is found, and what stays unknown."""

import json
from typing import Any

import boto3
import pytest

from costplan.inputs.account import Access, Collected, collect
from costplan.model.problems import BadInputError
from costplan.model.scenario import Account
from tests.inputs.account.front import SECRET_WORDS, Asked, Failure, Scene
from tests.inputs.account.made import (
    ACCOUNT,
    AUDIT,
    CHANNEL,
    DATA_OF_A_STORE,
    FUNCTIONS,
    HOME,
    LOCAL,
    LOG_GROUP,
    LOG_GROUP_ARN,
    LOGS,
    OLD_STORE,
    OTHER,
    PLAIN,
    STORE,
    WRITES,
    always,
    listed_regions,
)

MANAGEMENT_ACCOUNT = "999999999999"
ORGANIZATION_TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT_ACCOUNT}:trail/organization"


def names_of(collected: Collected) -> list[str]:
    return [trail["Name"] for trail in collected.document["describe-trails"]["trailList"]]


def code_of(collected: Collected, command: str, subject: str) -> str:
    return str(collected.document[command][subject]["Error"]["Code"])


# ---- what is found ----


def test_everything_is_found_and_under_the_names_of_the_commands(access: Access, key: str) -> None:
    collected = collect(access)

    document = collected.document
    assert collected.unknown == ()
    assert collected.account == ACCOUNT
    assert collected.accounts == {ACCOUNT: Account(None, (HOME, OTHER))}
    assert collected.looked_at == {ACCOUNT: (HOME, OTHER)}
    assert {command: list(answers) for command, answers in document.items()} == {
        "describe-trails": ["trailList"],
        "get-trail-status": [AUDIT, LOCAL],
        "get-event-selectors": [AUDIT, LOCAL],
        # The other trail is said to have none.
        "get-insight-selectors": [AUDIT, STORE],
        "get-event-configuration": [AUDIT, STORE, LOCAL],
        "get-event-data-store": [OLD_STORE, STORE],
        "get-channel": [CHANNEL],
        "get-bucket-location": [PLAIN, LOGS],
        "get-bucket-lifecycle-configuration": [PLAIN, LOGS],
        "get-bucket-versioning": [PLAIN, LOGS],
        "describe-log-groups": [LOG_GROUP_ARN],
        "describe-key": [key],
    }
    audit, local = document["describe-trails"]["trailList"]
    assert (audit["TrailARN"], audit["IsMultiRegionTrail"], audit["KmsKeyId"]) == (AUDIT, True, key)
    assert (local["TrailARN"], local["IsMultiRegionTrail"]) == (LOCAL, False)
    assert [document["get-trail-status"][arn]["IsLogging"] for arn in (AUDIT, LOCAL)] == [True, False]
    assert document["get-event-selectors"][AUDIT]["AdvancedEventSelectors"] == WRITES
    assert document["get-event-selectors"][LOCAL]["EventSelectors"] == FUNCTIONS
    assert document["get-insight-selectors"][AUDIT]["InsightSelectors"] == [{"InsightType": "ApiCallRateInsight"}]
    assert document["get-insight-selectors"][STORE] == {"InsightSelectors": []}
    # 1,790,000,000.5 seconds after 1970 began.
    assert document["get-event-data-store"][STORE]["CreatedTimestamp"] == "2026-09-21T14:13:20.500000+00:00"
    assert document["get-channel"][CHANNEL]["SourceConfig"]["AdvancedEventSelectors"] == DATA_OF_A_STORE
    assert document["get-bucket-location"] == {PLAIN: {"LocationConstraint": None}, LOGS: {"LocationConstraint": HOME}}
    rules = {bucket: answer["Rules"] for bucket, answer in document["get-bucket-lifecycle-configuration"].items()}
    assert [rule["Expiration"] for rule in rules[LOGS]] == [{"Days": 365}]
    assert rules[PLAIN] == []
    assert document["get-bucket-versioning"] == {PLAIN: {}, LOGS: {"Status": "Enabled"}}
    (group,) = document["describe-log-groups"][LOG_GROUP_ARN]["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (LOG_GROUP, 30)
    assert document["describe-key"][key]["KeyMetadata"]["KeyState"] == "Enabled"
    assert json.loads(json.dumps(document)) == document


@pytest.mark.usefixtures("key")
def test_each_thing_is_asked_about_once_and_at_home(scene: Scene, access: Access) -> None:
    collect(access)

    assert sorted(one.region for one in scene.asked_for("DescribeTrails")) == [HOME, OTHER]
    for operation, name in (("GetTrailStatus", "Name"), ("GetEventSelectors", "TrailName")):
        asked = sorted((one.parameters[name], one.region) for one in scene.asked_for(operation))
        assert asked == [(AUDIT, HOME), (LOCAL, OTHER)]
    assert [one.region for one in scene.asked_for("GetEventDataStore")] == [OTHER, OTHER]
    lifecycles = sorted(
        (one.parameters["Bucket"], one.region) for one in scene.asked_for("GetBucketLifecycleConfiguration")
    )
    assert lifecycles == [(PLAIN, OTHER), (LOGS, HOME)]
    assert [one.region for one in scene.asked_for("DescribeLogGroups") + scene.asked_for("DescribeKey")] == [HOME, HOME]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_bucket_is_asked_about_in_its_own_region(scene: Scene, access: Access, region: str) -> None:
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    boto3.client("s3", region_name=region).create_bucket(Bucket=LOGS, **where)
    boto3.client("cloudtrail", region_name=HOME).create_trail(Name="audit", S3BucketName=LOGS)
    scene.asked.clear()
    collect(access)

    assert [one.region for one in scene.asked_for("GetBucketLifecycleConfiguration")] == [region]


@pytest.mark.usefixtures("key")
def test_the_order_does_not_hang_on_which_answer_comes_first(access: Access) -> None:
    one_by_one = collect(Access(patience=access.patience, threads=1))
    at_once = collect(access)

    assert json.dumps(one_by_one.document["describe-trails"]) == json.dumps(at_once.document["describe-trails"])
    assert {c: list(a) for c, a in one_by_one.document.items()} == {c: list(a) for c, a in at_once.document.items()}


@pytest.mark.usefixtures("scene")
def test_an_account_without_trails_is_an_answer_too(access: Access) -> None:
    collected = collect(access)

    assert collected.document == {"describe-trails": {"trailList": []}}
    assert collected.unknown == ()


@pytest.mark.usefixtures("key")
def test_a_trail_that_reaches_the_named_region_is_taken_wherever_its_home_is(scene: Scene, access: Access) -> None:
    collected = collect(access, (OTHER,))

    assert names_of(collected) == ["audit", "local"]
    assert collected.looked_at == {ACCOUNT: (OTHER,)}
    assert [one.region for one in scene.asked_for("DescribeTrails")] == [OTHER]
    assert collected.document["get-trail-status"][AUDIT]["IsLogging"] is True
    assert collected.accounts == {ACCOUNT: Account(None, (HOME, OTHER))}
    assert collected.unknown == (
        f"account {ACCOUNT}: 1 enabled Region was not looked at, as --region says; trails that record only there,"
        f" and event data stores that have their home there, are not among these: {HOME}",
    )


def organization_shadow(answer: dict[str, Any], _: Asked) -> dict[str, Any]:
    shadow = {
        "Name": "organization",
        "S3BucketName": "amzn-s3-demo-organization-logs",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "HomeRegion": HOME,
        "TrailARN": ORGANIZATION_TRAIL,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": True,
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{HOME}:{MANAGEMENT_ACCOUNT}:log-group:{LOG_GROUP}:*",
    }
    return {"trailList": [*answer["trailList"], shadow]}


def test_a_member_takes_the_trail_of_its_organization_once_and_by_arn(scene: Scene, access: Access) -> None:
    scene.patches["DescribeTrails"] = organization_shadow
    scene.plays["GetTrailStatus"] = always({"IsLogging": True})
    scene.plays["GetEventSelectors"] = always(Failure("AccessDeniedException"))
    scene.fail("AccessDenied", "GetBucketLocation", "GetBucketLifecycleConfiguration", "GetBucketVersioning")
    collected = collect(access)

    assert names_of(collected) == ["organization"]
    (status,) = scene.asked_for("GetTrailStatus")
    assert (status.parameters, status.region) == ({"Name": ORGANIZATION_TRAIL}, HOME)
    assert code_of(collected, "get-event-selectors", ORGANIZATION_TRAIL) == "AccessDeniedException"
    # The member may have a log group of that name; it is not the trail's.
    assert scene.asked_for("DescribeLogGroups") == []
    assert collected.unknown == (
        f"the event selectors of {ORGANIZATION_TRAIL} could not be found out"
        " (GetEventSelectors: AccessDeniedException)",
        "the Region of the bucket amzn-s3-demo-organization-logs could not be found out"
        " (GetBucketLocation: AccessDenied)",
        "the lifecycle of the bucket amzn-s3-demo-organization-logs could not be found out"
        " (GetBucketLifecycleConfiguration: AccessDenied)",
        "whether the bucket amzn-s3-demo-organization-logs keeps versions could not be found out"
        " (GetBucketVersioning: AccessDenied)",
        f"the retention of the log group arn:aws:logs:{HOME}:{MANAGEMENT_ACCOUNT}:log-group:{LOG_GROUP}:* could not be"
        " found out (DescribeLogGroups: InAnotherAccount)",
    )


# ---- what stays unknown ----


DENIED = [
    ("GetTrailStatus", "get-trail-status", AUDIT, f"whether {AUDIT} is logging"),
    ("GetEventSelectors", "get-event-selectors", LOCAL, f"the event selectors of {LOCAL}"),
    ("GetInsightSelectors", "get-insight-selectors", STORE, f"the Insights selectors of {STORE}"),
    ("GetEventConfiguration", "get-event-configuration", AUDIT, f"the event configuration of {AUDIT}"),
    ("GetEventDataStore", "get-event-data-store", STORE, f"everything about the event data store {STORE}"),
    ("GetChannel", "get-channel", CHANNEL, f"everything about the channel {CHANNEL}"),
    ("GetBucketLocation", "get-bucket-location", LOGS, f"the Region of the bucket {LOGS}"),
    (
        "GetBucketLifecycleConfiguration",
        "get-bucket-lifecycle-configuration",
        LOGS,
        f"the lifecycle of the bucket {LOGS}",
    ),
    ("GetBucketVersioning", "get-bucket-versioning", LOGS, f"whether the bucket {LOGS} keeps versions"),
    ("DescribeLogGroups", "describe-log-groups", LOG_GROUP_ARN, f"the retention of the log group {LOG_GROUP_ARN}"),
]


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("operation", "command", "subject", "what"), DENIED, ids=[row[0] for row in DENIED])
def test_what_may_not_be_read_is_unknown_and_nothing_else_is(
    scene: Scene, access: Access, operation: str, command: str, subject: str, what: str
) -> None:
    whole = collect(access).document
    scene.fail("AccessDeniedException", operation)
    collected = collect(access)

    error = {"Code": "AccessDeniedException", "Message": "it is not allowed", "Operation": operation}
    assert collected.document[command][subject] == {"Error": error}
    assert f"{what} could not be found out ({operation}: AccessDeniedException)" in collected.unknown
    assert list(collected.document) == list(whole)
    assert names_of(collected) == ["audit", "local"]
    assert SECRET_WORDS not in json.dumps(collected.document) + "".join(collected.unknown)


def test_a_key_that_may_not_be_described_is_unknown(scene: Scene, access: Access, key: str) -> None:
    scene.fail("AccessDeniedException", "DescribeKey")
    collected = collect(access)

    assert code_of(collected, "describe-key", key) == "AccessDeniedException"
    assert collected.unknown == (
        f"everything about the KMS key {key} could not be found out (DescribeKey: AccessDeniedException)",
    )


@pytest.mark.usefixtures("key")
def test_a_region_that_may_not_be_looked_at_is_named(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "DescribeTrails", "ListEventDataStores", "ListChannels", region=OTHER)
    collected = collect(access)

    assert collected.unknown == (f"account {ACCOUNT}: Region {OTHER} could not be looked at (AccessDeniedException)",)
    assert collected.looked_at == {ACCOUNT: (HOME,)}
    assert names_of(collected) == ["audit"]


@pytest.mark.usefixtures("scene")
def test_what_may_be_listed_in_no_region_is_one_sentence(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "ListEventDataStores")
    collected = collect(access)

    assert collected.unknown == (
        f"all event data stores of account {ACCOUNT} could not be listed (ListEventDataStores: AccessDeniedException)"
        f" in {HOME}, {OTHER}",
    )


@pytest.mark.usefixtures("key")
def test_the_pages_before_a_refused_one_are_kept(scene: Scene, access: Access) -> None:
    scene.fail("ThrottlingException", "ListEventDataStores", about="page-2")
    collected = collect(access)

    assert list(collected.document["get-event-data-store"]) == [STORE]
    assert collected.unknown == (
        f"all event data stores of account {ACCOUNT} could not be listed (ListEventDataStores: ThrottlingException)"
        f" in {OTHER}",
    )


@pytest.mark.usefixtures("key")
def test_a_rush_that_ends_leaves_nothing_unknown(scene: Scene, access: Access) -> None:
    scene.fail("ThrottlingException", "GetTrailStatus", about=AUDIT, times=3)

    assert collect(access).unknown == ()


@pytest.mark.usefixtures("key")
def test_a_store_of_other_events_has_no_event_configuration(scene: Scene, access: Access) -> None:
    scene.fail("InvalidEventDataStoreCategoryException", "GetEventConfiguration", about=STORE)
    collected = collect(access)

    assert collected.unknown == ()
    assert list(collected.document["get-event-configuration"]) == [AUDIT, LOCAL]


# ---- Regions ----


def test_either_service_that_knows_the_regions_is_enough(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "ListRegions")
    regions = collect(access).looked_at[ACCOUNT]

    assert {HOME, OTHER, "ap-southeast-2"} <= set(regions)
    assert len(scene.asked_for("DescribeTrails")) == len(regions)


def test_regions_are_listed_page_by_page(scene: Scene, access: Access) -> None:
    def play(asked: Asked) -> dict[str, Any]:
        assert asked.parameters["RegionOptStatusContains"] == ["ENABLED", "ENABLED_BY_DEFAULT"]
        is_first = "NextToken" not in asked.parameters
        return listed_regions(OTHER) | {"NextToken": "page-2"} if is_first else listed_regions(HOME)

    scene.plays["ListRegions"] = play

    assert collect(access).looked_at == {ACCOUNT: (HOME, OTHER)}


def test_without_regions_nothing_can_be_looked_at(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "ListRegions")
    scene.fail("UnauthorizedOperation", "DescribeRegions")
    with pytest.raises(BadInputError) as caught:
        collect(access)

    assert str(caught.value) == (
        f"AWS: the enabled Regions of account {ACCOUNT} cannot be listed (DescribeRegions: UnauthorizedOperation)"
        " — allow account:ListRegions or ec2:DescribeRegions, or name Regions with --region"
    )


def test_named_regions_are_looked_at_all_the_same(scene: Scene, access: Access) -> None:
    scene.fail("AccessDeniedException", "ListRegions")
    scene.fail("UnauthorizedOperation", "DescribeRegions")
    collected = collect(access, (OTHER,))

    assert collected.looked_at == {ACCOUNT: (OTHER,)}
    assert collected.accounts == {ACCOUNT: Account(None, None)}
    assert collected.unknown == (
        f"account {ACCOUNT}: its enabled Regions could not be listed (DescribeRegions: UnauthorizedOperation)",
    )


@pytest.mark.usefixtures("scene")
def test_every_named_region_that_is_not_enabled_is_a_problem(access: Access) -> None:
    with pytest.raises(BadInputError) as caught:
        collect(access, ("eu-south-2", OTHER, "me-south-1"))

    assert [str(problem) for problem in caught.value.problems] == [
        f"AWS: Region eu-south-2 is not enabled in account {ACCOUNT} — choose from {HOME}, {OTHER}",
        f"AWS: Region me-south-1 is not enabled in account {ACCOUNT} — choose from {HOME}, {OTHER}",
    ]


NOTHING = [
    ("AccessDeniedException", "allow cloudtrail:DescribeTrails; --print-policy shows all that is needed"),
    ("ThrottlingException", "run it again later"),
]


@pytest.mark.parametrize(("code", "hint"), NOTHING, ids=[code for code, _ in NOTHING])
def test_where_no_trail_may_be_seen_nothing_is_said_of_the_account(
    scene: Scene, access: Access, code: str, hint: str
) -> None:
    scene.fail(code, "DescribeTrails")
    with pytest.raises(BadInputError) as caught:
        collect(access)

    assert str(caught.value) == f"AWS: no Region lets its trails be described (DescribeTrails: {code}) — {hint}"


@pytest.mark.usefixtures("scene")
def test_cloudtrail_cannot_be_reached_anywhere(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", "http://127.0.0.1:1")
    words = r"\(DescribeTrails: EndpointConnectionError\) — check the network, the proxy and AWS_ENDPOINT_URL$"
    with pytest.raises(BadInputError, match=words):
        collect(access)
