"""Answers of CloudTrail's API: joined by ARN from one file, several, or a folder (R1–R3, R72, R74, R76, R77)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs import read_config, read_configuration
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LogBucket, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
)

ARN = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit"
TRAIL: dict[str, Any] = {
    "Name": "audit",
    "S3BucketName": "acme-logs",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "eu-west-1",
    "TrailARN": ARN,
    "LogFileValidationEnabled": True,
    "HasCustomEventSelectors": False,
    "HasInsightSelectors": False,
    "IsOrganizationTrail": False,
    "RecursiveLogging": True,
}
MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
SELECTORS = {"TrailARN": ARN, "AdvancedEventSelectors": [MANAGEMENT]}
ALL_MANAGEMENT = AdvancedEventSelector((FieldSelector("eventCategory", equals=("Management",)),))
STATUS: dict[str, Any] = {"IsLogging": True, "TimeLoggingStarted": "2024-05-01T08:00:00Z"}
STORE_ARN = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/EXAMPLE-1"
STORE: dict[str, Any] = {
    "EventDataStoreArn": STORE_ARN,
    "Name": "lake",
    "Status": "ENABLED",
    "AdvancedEventSelectors": [MANAGEMENT],
    "MultiRegionEnabled": True,
    "OrganizationEnabled": False,
    "RetentionPeriod": 366,
    "BillingMode": "EXTENDABLE_RETENTION_PRICING",
}


def other_trail(name: str, region: str = "eu-west-1", **more: object) -> dict[str, Any]:
    arn = f"arn:aws:cloudtrail:{region}:111122223333:trail/{name}"
    return {**TRAIL, "Name": name, "HomeRegion": region, "TrailARN": arn, **more}


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_files(**files: object) -> Path:
        for name, value in files.items():
            (tmp_path / f"{name.replace('__', '-')}.json").write_text(json.dumps(value, indent=1), encoding="utf-8")
        return tmp_path

    return write_files


def trail_of(recorders: tuple[Recorder, ...]) -> Trail:
    (trail,) = recorders
    assert isinstance(trail, Trail)
    return trail


def store_of(recorders: tuple[Recorder, ...]) -> EventDataStore:
    (store,) = recorders
    assert isinstance(store, EventDataStore)
    return store


def problems_of(path: Path) -> list[str]:
    with pytest.raises(BadInputError) as raised:
        read_config(path)
    return [str(problem) for problem in raised.value.problems]


FULL = Trail(
    "audit",
    "111122223333",
    "eu-west-1",
    ARN,
    is_multi_region=True,
    log_file_validation=True,
    selectors=(ALL_MANAGEMENT,),
    insights=(InsightSelector(InsightType.API_CALL_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),),
    bucket=LogBucket("acme-logs", "trail", has_kms_key=True, notifies_sns=True),
    cloudwatch_logs=CloudWatchLogs(),
    started="2024-05-01T08:00:00Z",
)
FULL_TRAIL = {
    **TRAIL,
    "S3KeyPrefix": "trail",
    "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/EXAMPLE",
    "SnsTopicARN": "arn:aws:sns:eu-west-1:111122223333:deliveries",
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*",
    "HasCustomEventSelectors": True,
    "HasInsightSelectors": True,
}
INSIGHTS = {
    "TrailARN": ARN,
    "InsightSelectors": [{"InsightType": "ApiCallRateInsight", "EventCategories": ["Management", "Data"]}],
}


def wrapped(answer: dict[str, Any]) -> dict[str, Any]:
    return {"status_code": 200, "data": {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}}


LAYOUTS: dict[str, dict[str, object]] = {
    "one file each": {
        "describe__trails": {"trailList": [FULL_TRAIL]},
        "get__event__selectors": SELECTORS,
        "insights": INSIGHTS,
        "status": STATUS,
    },
    "get-trail": {"trail": {"Trail": FULL_TRAIL}, "rest": [SELECTORS, INSIGHTS], "s": STATUS},
    "merged in one object": {"all": {"trailList": [FULL_TRAIL], **SELECTORS, **INSIGHTS, **STATUS}},
    "merged in the trail": {"all": {"trailList": [{**FULL_TRAIL, **SELECTORS, **INSIGHTS, **STATUS}]}},
    "one flat object": {"all": {**FULL_TRAIL, **SELECTORS, **INSIGHTS, **STATUS}},
    "a list of answers": {"all": [{"trailList": [FULL_TRAIL]}, SELECTORS, INSIGHTS, STATUS]},
    "by command": {
        "all": {
            "describe-trails": {"trailList": [FULL_TRAIL]},
            "get-event-selectors": [SELECTORS],
            "get_insight_selectors": INSIGHTS,
            "GetTrailStatus": {"audit": STATUS},
        }
    },
    "wrapped": {
        "a": wrapped({"trailList": [FULL_TRAIL]}),
        "b": wrapped(SELECTORS),
        "c": wrapped(INSIGHTS),
        "d": wrapped(STATUS),
    },
    "shadow trails of other Regions": {
        "eu": {"trailList": [FULL_TRAIL]},
        "us": {"trailList": [FULL_TRAIL]},
        "list": {"Trails": [{"Name": "audit", "TrailARN": ARN, "HomeRegion": "eu-west-1"}]},
        "rest": [SELECTORS, INSIGHTS, STATUS],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_answers_make_the_same_trail_however_they_are_laid_out(write: Write, layout: dict[str, object]) -> None:
    assert trail_of(read_config(write(**layout))) == FULL


def test_a_file_is_recognised_by_content_and_not_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(json.dumps({"trailList": [TRAIL]}), encoding="utf-8")
    assert trail_of(read_config(file)).arn == ARN


def test_answers_may_be_yaml(tmp_path: Path) -> None:
    file = tmp_path / "trails.yaml"
    file.write_text(f"trailList:\n- Name: audit\n  TrailARN: {ARN}\n  S3BucketName: acme-logs\n", encoding="utf-8")
    assert trail_of(read_config(file)).account == "111122223333"


def test_a_trail_says_file_and_line_where_it_stands(write: Write) -> None:
    path = write(trails={"trailList": [TRAIL]}) / "trails.json"
    trail = trail_of(read_config(path))
    assert trail.where is not None
    assert str(trail.where) == f"{path}:3"


def test_account_and_home_region_come_from_the_arn_of_a_new_trail(write: Write) -> None:
    created = {"Name": "audit", "S3BucketName": "acme-logs", "TrailARN": ARN, "IsMultiRegionTrail": False}
    trail = trail_of(read_config(write(created=created)))
    assert (trail.account, trail.home_region) == ("111122223333", "eu-west-1")


def test_a_name_that_two_regions_use_is_told_apart(write: Write) -> None:
    trails = {"trailList": [other_trail("Default", "eu-west-1"), other_trail("Default", "us-east-1")]}
    assert [r.name for r in read_config(write(trails=trails))] == ["Default (eu-west-1)", "Default (us-east-1)"]


# ---- what no answer states ----


def test_a_missing_status_means_that_logging_is_on_and_is_said(write: Write) -> None:
    trail = trail_of(read_config(write(trails={"trailList": [TRAIL]})))
    assert trail.is_logging
    assert trail.assumed == ("logging is on: no answer of get-trail-status says otherwise (R74)",)


def test_everything_that_was_taken_for_granted_is_said(write: Write) -> None:
    bare = {"Name": "audit", "S3BucketName": "acme-logs", "TrailARN": ARN}
    trail = trail_of(read_config(write(trails={"trailList": [bare]}, status=STATUS)))
    assert trail.selectors is None
    assert not trail.is_multi_region
    assert trail.include_global_service_events
    assert trail.recursive_logging
    text = "; ".join(trail.assumed)
    for said in ("(R2)", "Insights are off", "IsMultiRegionTrail", "IncludeGlobal", "RecursiveLogging", "status.json"):
        assert said in text


def test_nothing_is_assumed_of_a_trail_that_answers_describe_wholly(write: Write) -> None:
    everything = {**FULL_TRAIL, **SELECTORS, **INSIGHTS, **STATUS}
    assert trail_of(read_config(write(all=everything))).assumed == ()


@pytest.mark.parametrize(
    ("flag", "call"),
    [("HasCustomEventSelectors", "get-event-selectors"), ("HasInsightSelectors", "get-insight-selectors")],
)
def test_what_a_trail_has_but_no_answer_shows_is_a_problem(write: Write, flag: str, call: str) -> None:
    (problem,) = problems_of(write(trails={"trailList": [{**TRAIL, flag: True}]}))
    assert f"no answer of {call} is here" in problem
    assert f"aws cloudtrail {call} --trail-name {ARN} --region eu-west-1" in problem


def test_selectors_that_are_the_basic_default_are_kept_as_they_are(write: Write) -> None:
    default = {"TrailARN": ARN, "EventSelectors": [{"ReadWriteType": "All", "DataResources": []}]}
    trail = trail_of(read_config(write(trails={"trailList": [TRAIL]}, selectors=default)))
    assert trail.selectors == (EventSelector(),)


def test_a_failing_delivery_is_said_because_it_goes_on_costing(write: Write) -> None:
    status = {**STATUS, "LatestDeliveryError": "NoSuchBucket"}
    trail = trail_of(read_config(write(trails={"trailList": [TRAIL]}, status=status)))
    assert any("NoSuchBucket" in text and "R75" in text for text in trail.assumed)


AGGREGATION = [{"EventCategory": "Data", "Templates": ["API_ACTIVITY"]}]


@pytest.mark.parametrize(
    ("configurations", "aggregates"), [(AGGREGATION, True), ([{"Templates": ["USER_ACTIONS"]}], True), ([], False)]
)
def test_a_trail_aggregates_its_data_events_if_its_event_configuration_says_so(
    write: Write, configurations: list[object], aggregates: bool
) -> None:
    answer = {"TrailARN": ARN, "AggregationConfigurations": configurations, "MaxEventSize": "Standard"}
    trail = trail_of(read_config(write(trails={"trailList": [TRAIL]}, configuration=answer)))
    assert trail.aggregates_data is aggregates


@pytest.mark.parametrize(
    ("configurations", "said"),
    [
        ("API_ACTIVITY", "must be a list"),
        (["API_ACTIVITY"], "must be a mapping"),
        ([{"EventCategory": "Management"}], 'events of category "Management" are not aggregated'),
    ],
)
def test_an_event_configuration_that_cannot_be_is_a_problem(write: Write, configurations: object, said: str) -> None:
    answer = {"TrailARN": ARN, "AggregationConfigurations": configurations}
    (problem,) = problems_of(write(trails={"trailList": [TRAIL]}, configuration=answer))
    assert said in problem


def test_two_event_configurations_of_one_trail_that_disagree_are_a_problem(write: Write) -> None:
    answers = [{"TrailARN": ARN, "AggregationConfigurations": listed} for listed in (AGGREGATION, [])]
    (problem,) = problems_of(write(trails={"trailList": [TRAIL]}, one=answers[0], two=answers[1]))
    assert "on the event configuration of trail audit" in problem


def test_the_aggregation_of_a_store_has_no_price_and_is_said(write: Write) -> None:
    answer = {"EventDataStoreArn": STORE_ARN, "AggregationConfigurations": AGGREGATION}
    assert any("R89" in text for text in store_of(read_config(write(store=STORE, configuration=answer))).assumed)


# ---- channels ----


def test_a_service_linked_channel_beside_trails_is_set_aside_and_named(write: Write) -> None:
    channel = {
        "ChannelArn": "arn:aws:cloudtrail:eu-west-1:111122223333:channel/EXAMPLE",
        "Name": "aws-service-channel/securitylake/slc",
        "SourceConfig": {"ApplyToAllRegions": True, "AdvancedEventSelectors": [MANAGEMENT]},
    }
    configuration = read_configuration(write(trails={"trailList": [TRAIL]}, channel=channel))
    assert [recorder.name for recorder in configuration.recorders] == ["audit"]
    (note,) = configuration.set_aside
    said = "channel.json:1: holds a service-linked channel aws-service-channel/securitylake/slc, which is no trail"
    assert f"{said} and is not counted (R78)" in str(note)


# ---- status ----


def test_a_stopped_trail_is_not_logging(write: Write) -> None:
    stopped = {"IsLogging": "false"}
    assert not trail_of(read_config(write(trails={"trailList": [TRAIL]}, status=stopped))).is_logging


@pytest.mark.parametrize(
    ("status", "started"),
    [
        ({"IsLogging": True, "StartLoggingTime": 1714550400.25}, "2024-05-01T08:00:00Z"),
        ({"IsLogging": True, "StartLoggingTime": "2024-05-01T10:00:00.5+02:00"}, "2024-05-01T08:00:00Z"),
        ({"IsLogging": True, "TimeLoggingStarted": "", "StartLoggingTime": 1714550400}, "2024-05-01T08:00:00Z"),
        ({"IsLogging": True, "StartLoggingTime": {"__class__": "datetime", "year": 2024}}, None),
        ({"IsLogging": True, "StartLoggingTime": "2024-05-01T08:00:00"}, None),
        ({"IsLogging": True}, None),
    ],
)
def test_the_start_of_logging_is_utc_or_not_known(write: Write, status: dict[str, Any], started: str | None) -> None:
    assert trail_of(read_config(write(trails={"trailList": [TRAIL]}, status=status))).started == started


def test_a_status_belongs_to_the_trail_that_its_file_names(write: Write) -> None:
    trails = {"trailList": [other_trail("audit"), other_trail("audit-data")]}
    stopped = {"IsLogging": False}
    audit, data = read_config(write(trails=trails, status__audit__data=stopped, status__audit=STATUS))
    assert isinstance(audit, Trail)
    assert isinstance(data, Trail)
    assert (audit.is_logging, data.is_logging) == (True, False)


def test_a_status_belongs_to_the_only_trail_of_its_folder(tmp_path: Path) -> None:
    for name, status in (("one", {"IsLogging": True}), ("two", {"IsLogging": False})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "trails.json").write_text(json.dumps({"trailList": [other_trail(f"t-{name}")]}))
        (tmp_path / name / "status.json").write_text(json.dumps(status))
    one, two = read_config(tmp_path)
    assert isinstance(one, Trail)
    assert isinstance(two, Trail)
    assert (one.is_logging, two.is_logging) == (True, False)


def test_a_status_of_no_trail_in_particular_is_a_problem(write: Write) -> None:
    trails = {"trailList": [other_trail("a"), other_trail("b")]}
    (problem,) = problems_of(write(trails=trails, status=STATUS))
    assert "does not say which trail" in problem
    assert "status-NAME.json" in problem


def test_two_answers_that_disagree_are_a_problem(write: Write) -> None:
    path = write(
        a={"trailList": [TRAIL]},
        b={"trailList": [{**TRAIL, "IsMultiRegionTrail": False}]},
        c=SELECTORS,
        d={"TrailARN": ARN, "EventSelectors": [{"ReadWriteType": "ReadOnly"}]},
    )
    multi_region, selectors = problems_of(path)
    assert "IsMultiRegionTrail of audit is false, but true in" in multi_region
    assert f"{path / 'a.json'}:3" in multi_region
    assert f"disagrees with {path / 'c.json'}:1 on the event selectors of trail audit" in selectors


# ---- event data stores ----


@pytest.mark.parametrize(
    ("status", "is_ingesting"),
    [
        ("ENABLED", True),
        ("STARTING_INGESTION", True),
        ("CREATED", False),
        ("STOPPING_INGESTION", False),
        ("STOPPED_INGESTION", False),
        ("PENDING_DELETION", False),
    ],
)
def test_only_an_enabled_store_ingests(write: Write, status: str, is_ingesting: bool) -> None:
    assert store_of(read_config(write(store={**STORE, "Status": status}))).is_ingesting is is_ingesting


def test_a_store_is_read_whether_listed_or_got(write: Write) -> None:
    listed = {"EventDataStores": [{"EventDataStoreArn": STORE_ARN, "Name": "lake"}]}
    store = store_of(read_config(write(list=listed, got=STORE)))
    assert store == EventDataStore(
        "lake", "111122223333", "eu-west-1", STORE_ARN, selectors=(ALL_MANAGEMENT,), retention_days=366
    )
    assert store.assumed == ()


def test_a_store_that_is_only_listed_is_a_problem(write: Write) -> None:
    listed = {"EventDataStores": [{"EventDataStoreArn": STORE_ARN, "Name": "lake"}]}
    (problem,) = problems_of(write(list=listed))
    assert "event data store lake is only listed" in problem
    assert "get-event-data-store" in problem


def test_a_store_may_have_insights(write: Write) -> None:
    insights = {"EventDataStoreArn": STORE_ARN, "InsightSelectors": [{"InsightType": "ApiErrorRateInsight"}]}
    assert store_of(read_config(write(store=STORE, insights=insights))).insights == (
        InsightSelector(InsightType.API_ERROR_RATE),
    )


def test_a_status_is_never_that_of_a_store(write: Write) -> None:
    assert len(read_config(write(store=STORE, trail={"Trail": TRAIL}, status=STATUS))) == 2


# ---- what is refused, and why ----


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (STATUS, "holds the logging status, but no trail is described here"),
        (SELECTORS, f"holds the event selectors of {ARN}, but no answer here describes that trail"),
        (INSIGHTS, "holds the Insights selectors of"),
        ({"Trails": [{"Name": "audit", "TrailARN": ARN, "HomeRegion": "eu-west-1"}]}, "trail audit is only listed"),
        ({"trailList": [{**TRAIL, "TrailARN": "arn:aws:cloudtrail:eu-west-1:1234567891:trail/a"}]}, "is not the ARN"),
        ({"trailList": [{**TRAIL, "HomeRegion": "us-east-1"}]}, "the home Region is us-east-1, but the ARN says"),
        ({"trailList": [{**TRAIL, "IsMultiRegionTrail": "maybe"}]}, 'must be true or false, not "maybe"'),
        ({"trailList": [{**TRAIL, "S3BucketName": 5}]}, "must be text, not the number 5"),
        ({"trailList": [{"S3BucketName": "acme-logs", "IsMultiRegionTrail": True}]}, "neither a name nor an ARN"),
        ({"trailList": [None]}, "trailList[0]: must be a mapping"),
        ({"trailList": [TRAIL], "NextToken": "more"}, "trailList goes on"),
        ({**TRAIL, "IsLogging": None}, "IsLogging is not stated"),
        ({**STORE, "Status": "Enabled"}, 'did you mean "ENABLED"?'),
        ({**STORE, "RetentionPeriod": "long"}, "must be a whole number"),
        ({"ResourceTagList": []}, "holds tags"),
        ({"ChannelArn": "arn:aws:cloudtrail:eu-west-1:111122223333:channel/EXAMPLE"}, "service-linked channel"),
        ({"Records": []}, "holds a log file: costplan volumes logs reads it"),
        (
            {"version": "39.0.0", "artifacts": {"cdk": {"type": "aws:cloudformation:stack"}, "CloudTrail": {}}},
            "cdk.out",
        ),
        ({"data": {"Error": {"Code": "AccessDenied"}}, "status_code": 400}, "an error of the API (AccessDenied)"),
        ({"description": "CloudTrail is mentioned here"}, "holds no trail and no event data store"),
        ([], "no trail"),
        (["CloudTrail"], "no trail"),
        ({"describe-trails": {}}, "holds no trail"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(write: Write, answer: object, said: str) -> None:
    (problem,) = problems_of(write(answer=answer))
    assert said in problem
    assert " — " in problem


def test_problems_inside_an_answer_of_no_trail_are_told_too(write: Write) -> None:
    orphan = {"TrailARN": ARN, "EventSelectors": [{"ReadWriteType": "Everything"}]}
    assert len(problems_of(write(orphan=orphan))) == 2


def test_an_empty_list_of_trails_is_an_answer_with_none(write: Write) -> None:
    configuration = read_configuration(write(trails={"trailList": []}))
    assert configuration.recorders == ()
    assert "lists nothing" in str(configuration.set_aside[0])


def test_what_holds_no_trail_is_set_aside_beside_those_that_do(write: Write) -> None:
    path = write(trails={"trailList": [TRAIL]}, tags={"ResourceTagList": []})
    (path / "notes.md").write_text("# what the files are: *answers*", encoding="utf-8")
    configuration = read_configuration(path)
    assert len(configuration.recorders) == 1
    assert [str(note).removeprefix(f"{path}/").partition(" — ")[0] for note in configuration.set_aside] == [
        "notes.md: is neither JSON nor YAML",
        "tags.json:1: holds tags",
    ]


def test_a_misspelt_command_is_not_skipped_in_silence(write: Write) -> None:
    by_command = {"describe-trails": {"trailList": [TRAIL]}, "get-trail-stats": STATUS}
    (note,) = read_configuration(write(all=by_command)).set_aside
    assert '"get-trail-stats" is no command' in str(note)


def test_a_broken_file_in_a_folder_is_a_problem_and_not_set_aside(write: Write) -> None:
    path = write(trails={"trailList": [TRAIL]})
    (path / "more.json").write_text('{"trailList": [', encoding="utf-8")
    (problem,) = problems_of(path)
    assert "more.json" in problem
