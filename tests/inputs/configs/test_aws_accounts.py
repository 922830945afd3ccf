"""Answers of several accounts, a folder for each; lists in pages; what a call was given instead of what it answered."""

from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs import read_configuration
from costplan.model.events import EventCategory
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.selectors import EventSelector, InsightSelector, InsightType, ReadWriteType
from tests.inputs.configs.aws_samples import (
    ACCOUNT,
    ANY_EVENT,
    ARN,
    MANAGEMENT,
    OTHER,
    STORE_ARN,
    TRAIL,
    notes,
    one_store,
    one_trail,
    problems_of,
    read,
    trail_in,
    write,
)

ORG_TRAIL = {**trail_in(ACCOUNT, "org"), "IsOrganizationTrail": True}
ORG_ARN = ORG_TRAIL["TrailARN"]
ON, OFF = {"IsLogging": True}, {"IsLogging": False}


def trails(*some: dict[str, Any]) -> dict[str, object]:
    return {"trailList": list(some)}


def trails_of(folder: Path) -> dict[tuple[str | None, str], Trail]:
    found = read_configuration(folder).recorders
    assert all(isinstance(recorder, Trail) for recorder in found)
    return {(r.account, r.name): r for r in found if isinstance(r, Trail)}


# ---- accounts ----


def test_an_organization_trail_that_several_accounts_see_is_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            f"{ACCOUNT}/describe-trails.json": trails(ORG_TRAIL),
            f"{OTHER}/describe-trails.json": trails(ORG_TRAIL, trail_in(OTHER)),
        },
    )
    assert set(trails_of(tmp_path)) == {(ACCOUNT, "org"), (OTHER, "audit")}


@pytest.mark.parametrize("name", ["status", "get-trail-status-audit", "audit/status"])
def test_a_status_belongs_to_the_trail_of_the_account_whose_folder_it_is_in(tmp_path: Path, name: str) -> None:
    write(
        tmp_path,
        {
            f"{ACCOUNT}/trails.json": trails(trail_in(ACCOUNT)),
            f"{OTHER}/trails.json": trails(trail_in(OTHER)),
            f"{ACCOUNT}/{name}.json": OFF,
            f"{OTHER}/{name}.json": ON,
        },
    )
    found = trails_of(tmp_path)
    assert (found[ACCOUNT, "audit"].is_logging, found[OTHER, "audit"].is_logging) == (False, True)


def test_answers_by_the_name_of_a_trail_belong_to_the_account_whose_folder_they_are_in(tmp_path: Path) -> None:
    read_only = {"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}
    write(
        tmp_path,
        {
            # The member sees the organization's trail of the same name too; by its name it means its own.
            f"{ACCOUNT}/all.json": {"describe-trails": trails({**ORG_TRAIL, "Name": "audit"})},
            f"{OTHER}/all.json": {
                "describe-trails": trails({**ORG_TRAIL, "Name": "audit"}, trail_in(OTHER)),
                "get-event-selectors": {"audit": read_only},
                "get-trail-status": {"audit": OFF},
            },
        },
    )
    found = trails_of(tmp_path)
    assert found[OTHER, "audit"].selectors == (EventSelector(ReadWriteType.READ_ONLY),)
    assert not found[OTHER, "audit"].is_logging
    assert found[ACCOUNT, "audit"].selectors is None


def test_a_name_that_no_trail_of_its_account_has_is_a_problem(tmp_path: Path) -> None:
    write(
        tmp_path,
        {f"{ACCOUNT}/trails.json": trails(trail_in(ACCOUNT)), f"{OTHER}/all.json": {"get-trail-status": {"audit": ON}}},
    )
    (problem,) = problems_of(tmp_path)
    assert "holds the logging status of audit, but no answer here describes that trail" in problem


def test_the_owner_knows_better_than_an_account_that_sees_a_shadow(tmp_path: Path) -> None:
    denied = {"Error": {"Code": "AccessDeniedException"}}
    write(
        tmp_path,
        {
            f"{ACCOUNT}/all.json": {"describe-trails": trails(ORG_TRAIL), "get-trail-status": {ORG_ARN: OFF}},
            f"{OTHER}/all.json": {
                "describe-trails": trails(ORG_TRAIL),
                "get-trail-status": {ORG_ARN: ON},
                "get-event-selectors": {ORG_ARN: denied},
            },
        },
    )
    trail = trails_of(tmp_path)[ACCOUNT, "org"]
    assert not trail.is_logging
    assert trail.selectors == ANY_EVENT


def test_an_account_that_sees_a_shadow_knows_better_than_an_error(tmp_path: Path) -> None:
    denied = {"Error": {"Code": "AccessDeniedException"}}
    write(
        tmp_path,
        {
            f"{ACCOUNT}/all.json": {"describe-trails": trails(ORG_TRAIL), "get-trail-status": {ORG_ARN: denied}},
            f"{OTHER}/all.json": {"describe-trails": trails(ORG_TRAIL), "get-trail-status": {ORG_ARN: OFF}},
        },
    )
    assert not trails_of(tmp_path)[ACCOUNT, "org"].is_logging


def test_a_status_belongs_to_the_only_trail_of_its_file(tmp_path: Path) -> None:
    one, two = trail_in(ACCOUNT, "one"), trail_in(ACCOUNT, "two")
    write(tmp_path, {"a.json": [trails(one), OFF], "b.json": [trails(two), ON]})
    found = trails_of(tmp_path)
    assert (found[ACCOUNT, "one"].is_logging, found[ACCOUNT, "two"].is_logging) == (False, True)


def test_selectors_of_a_trail_of_the_same_name_in_another_region_are_not_its_own(tmp_path: Path) -> None:
    elsewhere = {"TrailARN": ARN.replace("eu-west-1", "us-east-1"), "EventSelectors": [{}]}
    write(tmp_path, {"a.json": trails(TRAIL), "b.json": elsewhere})
    (problem,) = problems_of(tmp_path)
    assert "no answer here describes that trail" in problem


def test_selectors_of_an_arn_belong_to_the_trail_that_is_only_made_by_that_name(tmp_path: Path) -> None:
    made = {"Name": "audit", "S3BucketName": "amzn-s3-demo-logs"}
    given = {"TrailName": ARN, "EventSelectors": [{"ReadWriteType": "ReadOnly"}]}
    trail = one_trail(read(tmp_path, made=made, selectors=given))
    assert trail.selectors == (EventSelector(ReadWriteType.READ_ONLY),)


@pytest.mark.parametrize(
    "made", [{"Name": "other"}, {"HomeRegion": "us-east-1"}, {"HomeRegion": "eu-west-1", "Name": "AUDIT"}]
)
def test_what_has_no_arn_is_another_trail_if_its_name_or_region_is_another(
    tmp_path: Path, made: dict[str, str]
) -> None:
    given = {"Name": "audit", "S3BucketName": "amzn-s3-demo-logs", **made}
    assert len(read(tmp_path, made=given, trails=trails(TRAIL)).recorders) == 2


def test_what_has_no_arn_is_neither_of_two_trails_of_its_name(tmp_path: Path) -> None:
    given = {"Name": "audit", "S3BucketName": "amzn-s3-demo-logs", "IsMultiRegionTrail": True}
    both = trails(trail_in(ACCOUNT), trail_in(OTHER))
    assert [r.account for r in read(tmp_path, a=both, b=given).recorders] == [ACCOUNT, OTHER, None]


def test_a_folder_tells_the_account_of_what_has_no_arn(tmp_path: Path) -> None:
    given = {"Name": "audit", "S3BucketName": "amzn-s3-demo-logs", "IsMultiRegionTrail": True}
    write(tmp_path, {f"{account}/eu/create-trail.json": given for account in (ACCOUNT, OTHER)})
    found = trails_of(tmp_path)
    assert set(found) == {(ACCOUNT, "audit"), (OTHER, "audit")}
    assert {trail.home_region for trail in found.values()} == {None}


def test_the_statuses_of_several_regions_are_one(tmp_path: Path) -> None:
    status = {**ON, "TimeLoggingStarted": "2024-05-01T08:00:03Z"}
    later = {**ON, "TimeLoggingStarted": "2024-05-01T08:00:05Z", "LatestDeliveryError": "NoSuchBucket"}
    write(
        tmp_path,
        {
            "eu-west-1/all.json": {"describe-trails": trails(TRAIL), "get-trail-status": {ARN: later}},
            "us-east-1/all.json": {"describe-trails": trails(TRAIL), "get-trail-status": {ARN: status}},
        },
    )
    trail = one_trail(read_configuration(tmp_path))
    assert trail.started == "2024-05-01T08:00:03Z"
    assert any("NoSuchBucket" in text for text in trail.assumed)


def test_listings_of_several_regions_may_stand_under_one_command(tmp_path: Path) -> None:
    by_region = {"eu-west-1": trails(TRAIL), "us-east-1": trails(TRAIL), "eu-north-1": {"trailList": []}}
    assert one_trail(read(tmp_path, all={"describe-trails": by_region})).arn == ARN


# ---- pages ----

PAGES: list[dict[str, Any]] = [
    {"EventDataStores": [{"EventDataStoreArn": STORE_ARN, "Name": "one", "Status": "ENABLED"}], "NextToken": "a"},
    {"EventDataStores": [], "NextToken": "b"},
    {"EventDataStores": [{"EventDataStoreArn": STORE_ARN + "2", "Name": "two", "Status": "ENABLED"}]},
]


def names(recorders: tuple[Recorder, ...]) -> list[str]:
    return [recorder.name for recorder in recorders]


def test_pages_of_one_list_may_be_files_of_a_folder_or_one_file(tmp_path: Path) -> None:
    write(tmp_path / "files", {f"page-{number}.json": page for number, page in enumerate(PAGES)})
    write(tmp_path / "one", {"pages.json": PAGES, "by-command.json": {"list-event-data-stores": PAGES}})
    assert names(read_configuration(tmp_path / "files").recorders) == ["one", "two"]
    assert names(read_configuration(tmp_path / "one").recorders) == ["one", "two"]
    assert read_configuration(tmp_path / "files").set_aside == ()


@pytest.mark.parametrize("pages", [PAGES[:1], PAGES[:2], [*PAGES[:1], {"trailList": [TRAIL]}]])
def test_a_list_that_nothing_ends_is_one_problem(tmp_path: Path, pages: list[object]) -> None:
    write(tmp_path, {"pages.json": pages})
    (problem,) = problems_of(tmp_path)
    assert "EventDataStores goes on: the answer has a NextToken" in problem
    assert "--no-paginate" in problem


def test_the_last_page_of_another_folder_ends_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"a/pages.json": PAGES[:1], "b/pages.json": PAGES[2:]})
    (problem,) = problems_of(tmp_path)
    assert "a/pages.json" in problem


# ---- what a call was given ----


def test_the_inputs_of_calls_make_a_trail(tmp_path: Path) -> None:
    made = {
        "Name": "audit",
        "S3BucketName": "amzn-s3-demo-logs",
        "S3KeyPrefix": "",
        "EnableLogFileValidation": True,
        "IncludeGlobalServiceEvents": False,
        "TagsList": [{"Key": "team", "Value": "security"}],
    }
    selectors = {"TrailName": "audit", "EventSelectors": [{"ReadWriteType": "WriteOnly"}], "AdvancedEventSelectors": []}
    insights = {
        "TrailName": "audit",
        "InsightSelectors": [{"InsightType": "ApiErrorRateInsight", "EventCategories": ["Data"]}],
    }
    aggregation = {"TrailName": "audit", "AggregationConfigurations": [{"EventCategory": "Data"}]}
    trail = one_trail(read(tmp_path, create=made, selectors=selectors, insights=insights, configuration=aggregation))
    assert (trail.account, trail.home_region, trail.arn) == (None, None, None)
    assert trail.log_file_validation
    assert not trail.include_global_service_events
    assert trail.selectors == (EventSelector(ReadWriteType.WRITE_ONLY),)
    assert trail.insights == (InsightSelector(InsightType.API_ERROR_RATE, (EventCategory.DATA,)),)
    assert trail.aggregates_data


def test_the_input_and_the_answer_of_one_call_are_one_trail(tmp_path: Path) -> None:
    given = {"Name": "audit", "S3BucketName": TRAIL["S3BucketName"], "EnableLogFileValidation": True}
    assert one_trail(read(tmp_path, a=given, b=TRAIL)).arn == ARN


def test_an_input_that_contradicts_the_answer_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": {"update-trail": {"Name": "audit", "IsMultiRegionTrail": False}}, "b.json": TRAIL})
    (problem,) = problems_of(tmp_path)
    assert "IsMultiRegionTrail of audit is false, but true in" in problem


@pytest.mark.parametrize(
    ("given", "is_ingesting"), [({}, True), ({"StartIngestion": True}, True), ({"StartIngestion": False}, False)]
)
def test_the_input_of_a_call_makes_a_store(tmp_path: Path, given: dict[str, object], is_ingesting: bool) -> None:
    store = one_store(
        read(tmp_path, store={"Name": "lake", "AdvancedEventSelectors": [MANAGEMENT], "RetentionPeriod": 90, **given})
    )
    assert (store.name, store.retention_days, store.is_ingesting) == ("lake", 90, is_ingesting)


@pytest.mark.parametrize("key", [STORE_ARN, "EXAMPLE-1", "lake"])
def test_insights_are_given_to_a_store_by_its_arn_the_end_of_it_or_its_name(tmp_path: Path, key: str) -> None:
    store = {
        "EventDataStoreArn": STORE_ARN,
        "Name": "lake",
        "Status": "ENABLED",
        "AdvancedEventSelectors": [MANAGEMENT],
    }
    given = {"EventDataStore": key, "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}
    found = one_store(read(tmp_path, store=store, insights=given))
    assert isinstance(found, EventDataStore)
    assert found.insights == (InsightSelector(InsightType.API_CALL_RATE),)


def test_an_update_changes_what_another_answer_describes(tmp_path: Path) -> None:
    store = {"EventDataStoreArn": STORE_ARN, "Name": "lake", "Status": "ENABLED"}
    changes = {
        "update-trail": {"Name": "audit", "SnsTopicName": "deliveries"},
        "update-event-data-store": {"EventDataStore": STORE_ARN, "RetentionPeriod": 90},
    }
    lake, trail = read(tmp_path, all={**changes, "describe-trails": trails(TRAIL)}, store=store).recorders
    assert isinstance(trail, Trail)
    assert trail.bucket.notifies_sns
    assert isinstance(lake, EventDataStore)
    assert lake.retention_days == 90


def test_an_update_alone_describes_no_trail(tmp_path: Path) -> None:
    write(tmp_path, {"update.json": {"update-trail": {"Name": "audit", "SnsTopicName": "deliveries"}}})
    (problem,) = problems_of(tmp_path)
    assert "trail audit is only listed, not described" in problem


def test_a_home_region_that_is_none_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"trail.json": {"Name": "audit", "S3BucketName": "amzn-s3-demo-logs", "HomeRegion": "Ireland"}})
    (problem,) = problems_of(tmp_path)
    assert '"Ireland" is not a Region code' in problem


def test_two_answers_that_disagree_on_the_selectors_of_a_store_are_a_problem(tmp_path: Path) -> None:
    store = {"EventDataStoreArn": STORE_ARN, "Name": "lake", "Status": "ENABLED"}
    data = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
    write(
        tmp_path,
        {
            "a.json": {**store, "AdvancedEventSelectors": [MANAGEMENT]},
            "b.json": {**store, "AdvancedEventSelectors": [data]},
        },
    )
    (problem,) = problems_of(tmp_path)
    assert "other event selectors of lake than in" in problem


def test_an_unfilled_skeleton_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"skeleton.json": {"Name": "", "S3BucketName": "", "IsMultiRegionTrail": True}})
    (problem,) = problems_of(tmp_path)
    assert "neither a name nor an ARN — write its name" in problem


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ([MANAGEMENT], "holds event selectors without the trail they belong to"),
        ([{"ReadWriteType": "All"}], "holds event selectors without the trail they belong to"),
        ([{"InsightType": "ApiCallRateInsight"}], "holds Insights selectors without the trail they belong to"),
    ],
)
def test_selectors_of_no_trail_say_what_is_missing(tmp_path: Path, selectors: list[object], said: str) -> None:
    write(tmp_path, {"selectors.json": selectors})
    (problem,) = problems_of(tmp_path)
    assert said in problem


# ---- channels ----


def test_each_channel_of_a_list_is_named_and_those_of_other_makers_are_not_called_service_linked(
    tmp_path: Path,
) -> None:
    channels = {
        "Channels": [
            {"ChannelArn": "arn:aws:cloudtrail:eu-west-1:111122223333:channel/1", "Name": "aws-service-channel/a/slc"},
            {"ChannelArn": "arn:aws:cloudtrail:eu-west-1:111122223333:channel/2", "Name": "partner"},
        ]
    }
    none: dict[str, object] = {"Channels": []}
    service_linked, other, empty = notes(read(tmp_path, trails=trails(TRAIL), channels=channels, none=none))
    assert "lists no channels" in empty
    assert (
        "a service-linked channel aws-service-channel/a/slc, which is no trail and is not counted (R78)"
        in service_linked
    )
    assert "a channel partner for events from outside AWS, which are not counted" in other


def test_a_name_that_two_trails_have_is_a_problem(tmp_path: Path) -> None:
    both = trails(trail_in(ACCOUNT), trail_in(OTHER))
    write(tmp_path, {"all.json": {"describe-trails": both, "get-trail-status": {"audit": ON}}})
    (problem,) = problems_of(tmp_path)
    assert "holds the logging status of audit, a name that several have — name it by its ARN" in problem
