"""Errors in the place of answers: what nobody could find out is unknown, and each unknown is said once."""

from pathlib import Path
from typing import Any

import pytest

from costplan.model.recorders import CloudWatchLogs, LogBucket, Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from tests.inputs.configs.aws_samples import (
    ANY_EVENT,
    ARN,
    BUCKET,
    DOCUMENT,
    KEY,
    LOG_GROUP,
    MANAGEMENT,
    STORE_ARN,
    TRAIL,
    notes,
    one_store,
    one_trail,
    problems_of,
    read,
    write,
)

SECRET = "User: arn:aws:iam::111122223333:user/alice is not authorized"
DENIED = {"Error": {"Code": "AccessDeniedException", "Message": SECRET}}
WHOLE = Trail(
    "audit",
    "111122223333",
    "eu-west-1",
    ARN,
    is_multi_region=True,
    log_file_validation=True,
    selectors=(AdvancedEventSelector((FieldSelector("eventCategory", equals=("Management",)),)),),
    bucket=LogBucket(BUCKET, region="eu-west-1", has_kms_key=True),
    cloudwatch_logs=CloudWatchLogs(90),
    started="2024-05-01T08:00:00Z",
)


def test_a_document_of_all_calls_leaves_nothing_to_assume(tmp_path: Path) -> None:
    configuration = read(tmp_path, all=DOCUMENT)
    assert one_trail(configuration) == WHOLE
    assert one_trail(configuration).assumed == ()
    assert configuration.set_aside == ()


@pytest.mark.parametrize(
    ("command", "of", "said"),
    [
        ("get-trail-status", ARN, "logging is on: get-trail-status failed with AccessDeniedException (R74)"),
        ("get-trail-status", "audit", "logging is on: get-trail-status failed with AccessDeniedException (R74)"),
        ("get-event-selectors", ARN, "its event selectors may match any event: get-event-selectors failed with Acc"),
        ("get-insight-selectors", ARN, "Insights are off: get-insight-selectors failed with AccessDeniedException"),
        ("get-event-configuration", ARN, "its data events are not aggregated: get-event-configuration failed with"),
        ("get-bucket-lifecycle-configuration", BUCKET, "its bucket has no lifecycle rules: get-bucket-lifecycle-conf"),
        ("get-bucket-location", BUCKET, "its bucket is in the trail's home Region: get-bucket-location failed with"),
        ("describe-log-groups", f"{LOG_GROUP}:*", "its log group keeps events for ever: describe-log-groups failed"),
        ("describe-log-groups", LOG_GROUP, "its log group keeps events for ever: describe-log-groups failed with"),
        ("describe-key", KEY, "its KMS key can be used: describe-key failed with AccessDeniedException"),
    ],
)
def test_an_error_is_said_with_its_call_and_code_and_without_its_message(
    tmp_path: Path, command: str, of: str, said: str
) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, command: {of: DENIED}}))
    (text,) = trail.assumed
    assert text.startswith(said)
    assert "alice" not in text


def test_selectors_that_nobody_could_read_may_match_any_event(tmp_path: Path) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, "get-event-selectors": {ARN: DENIED}}))
    assert trail.selectors == ANY_EVENT


def test_an_answer_from_elsewhere_is_worth_more_than_an_error(tmp_path: Path) -> None:
    denied = {
        command: dict.fromkeys(answers, DENIED) for command, answers in DOCUMENT.items() if "trails" not in command
    }
    assert one_trail(read(tmp_path, a=denied, b=DOCUMENT)) == WHOLE
    assert one_trail(read(tmp_path, a=denied, b=DOCUMENT)).assumed == ()


@pytest.mark.parametrize(
    ("command", "of", "code"),
    [
        ("get-insight-selectors", ARN, "InsightNotEnabledException"),
        ("get-bucket-lifecycle-configuration", BUCKET, "NoSuchLifecycleConfiguration"),
    ],
)
def test_an_error_that_says_there_is_none_is_an_answer(tmp_path: Path, command: str, of: str, code: str) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, command: {of: {"Error": {"Code": code}}}}))
    assert trail == WHOLE
    assert trail.assumed == ()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("anything", {**DENIED["Error"], "Operation": "GetEventSelectors"}),
        ("cloudtrail.GetEventSelectors_1", DENIED["Error"]),
        ("get-event-selectors-audit", DENIED["Error"]),
    ],
)
def test_an_error_at_the_top_of_a_file_is_told_by_its_operation_or_the_name_of_the_file(
    tmp_path: Path, name: str, error: dict[str, str]
) -> None:
    wrapped = {"status_code": 400, "data": {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}}
    write(tmp_path, {f"{name}.json": wrapped})
    trail = one_trail(read(tmp_path, trails={"trailList": [TRAIL]}))
    assert trail.selectors == ANY_EVENT


def test_an_error_of_no_known_call_is_set_aside_beside_trails_and_a_problem_alone(tmp_path: Path) -> None:
    (note,) = notes(read(tmp_path, trails={"trailList": [TRAIL]}, other=DENIED))
    assert "holds an error of the API (AccessDeniedException), not an answer" in note
    (problem,) = problems_of(tmp_path / "other.json")
    assert "AccessDeniedException" in problem
    assert "alice" not in problem


@pytest.mark.parametrize(
    ("code", "shown"), [("Access denied\nfor alice", "without a usable code"), ("x" * 81, "without a usable code")]
)
def test_a_code_that_is_none_is_not_printed(tmp_path: Path, code: str, shown: str) -> None:
    answers = {**DOCUMENT, "get-trail-status": {ARN: {"Error": {"Code": code}}}}
    (text,) = one_trail(read(tmp_path, all=answers)).assumed
    assert shown in text
    assert code not in text


def test_an_error_without_a_code_is_set_aside(tmp_path: Path) -> None:
    (note,) = notes(read(tmp_path, trails={"trailList": [TRAIL]}, other={"Error": {"Message": SECRET}}))
    assert "holds an error without a code, not an answer" in note


def test_an_error_beside_an_answer_does_not_hide_it(tmp_path: Path) -> None:
    assert one_trail(read(tmp_path, trails={"trailList": [TRAIL], **DENIED})).arn == ARN


# ---- nobody could list or describe ----


@pytest.mark.parametrize("command", ["describe-trails", "list-event-data-stores"])
def test_what_nobody_could_list_is_a_problem_where_nothing_else_is_known(tmp_path: Path, command: str) -> None:
    write(tmp_path, {"all.json": {command: DENIED}})
    (problem,) = problems_of(tmp_path)
    assert f"{command} failed with AccessDeniedException: whether there are other" in problem
    assert f"allow {command}" in problem


def test_stores_that_nobody_could_list_are_said_beside_the_trails(tmp_path: Path) -> None:
    configuration = read(tmp_path, all={**DOCUMENT, "list-event-data-stores": DENIED})
    assert one_trail(configuration) == WHOLE
    (note,) = notes(configuration)
    assert "whether there are other event data stores is not known" in note


def test_a_store_that_nobody_could_describe_may_take_in_any_event(tmp_path: Path) -> None:
    store = one_store(read(tmp_path, all={"get-event-data-store": {STORE_ARN: DENIED}}))
    assert (store.name, store.account, store.home_region) == ("EXAMPLE-1", "111122223333", "eu-west-1")
    assert store.selectors == ANY_EVENT
    assert "it may take in any event: get-event-data-store failed with AccessDeniedException" in store.assumed
    assert any("its status is not stated" in text for text in store.assumed)


def test_a_listed_store_that_nobody_could_describe_keeps_its_name(tmp_path: Path) -> None:
    listed = {"EventDataStores": [{"EventDataStoreArn": STORE_ARN, "Name": "lake"}]}
    answers = {"list-event-data-stores": listed, "get-event-data-store": {STORE_ARN: DENIED}}
    assert one_store(read(tmp_path, all=answers)).name == "lake"


def test_a_listed_trail_that_nobody_could_describe_may_record_any_event(tmp_path: Path) -> None:
    listed = {"Trails": [{"Name": "audit", "TrailARN": ARN, "HomeRegion": "eu-west-1"}]}
    trail = one_trail(read(tmp_path, all={"list-trails": listed, "describe-trails": DENIED}))
    assert trail.selectors == ANY_EVENT
    assert "describe-trails failed with AccessDeniedException" in trail.assumed[0]
    assert any("IsMultiRegionTrail is not stated" in text for text in trail.assumed)


def test_a_description_from_elsewhere_is_worth_more_than_an_error(tmp_path: Path) -> None:
    store = {
        "EventDataStoreArn": STORE_ARN,
        "Name": "lake",
        "Status": "ENABLED",
        "BillingMode": "FIXED_RETENTION_PRICING",
    }
    configuration = read(tmp_path, store=store, all={"get-event-data-store": {STORE_ARN: DENIED}})
    assert one_store(configuration).selectors is None
    assert configuration.set_aside == ()


LISTED = {"Trails": [{"Name": "audit", "TrailARN": ARN, "HomeRegion": "eu-west-1"}]}


def test_a_region_whose_trails_nobody_could_describe_may_have_the_listed_one(tmp_path: Path) -> None:
    answers = {"list-trails": LISTED, "describe-trails": {"eu-west-1": DENIED, "us-east-1": {"trailList": []}}}
    assert one_trail(read(tmp_path, all=answers)).selectors == ANY_EVENT


@pytest.mark.parametrize(
    "files",
    [
        {"111122223333/a.json": LISTED, "444455556666/b.json": {"describe-trails": DENIED}},
        {"a.json": {"list-trails": [LISTED, DENIED]}},
        {"a.json": LISTED, "b.json": {"list-event-data-stores": DENIED}},
    ],
)
def test_an_error_elsewhere_does_not_excuse_a_missing_description(tmp_path: Path, files: dict[str, object]) -> None:
    (problem,) = problems_of(write(tmp_path, files))
    assert "trail audit is only listed, not described" in problem


def test_a_channel_that_nobody_could_read_is_set_aside(tmp_path: Path) -> None:
    channel = "arn:aws:cloudtrail:eu-west-1:111122223333:channel/EXAMPLE"
    (note,) = notes(read(tmp_path, all={**DOCUMENT, "get-channel": {channel: DENIED}}))
    assert "get-channel failed with AccessDeniedException" in note
    assert "(R78)" in note


# ---- other answers that are not whole ----


@pytest.mark.parametrize("answer", [None, "denied", 3])
def test_what_is_no_answer_under_a_name_is_a_problem(tmp_path: Path, answer: object) -> None:
    by_name: dict[str, Any] = {**DOCUMENT["get-trail-status"], "other": answer}
    write(tmp_path, {"all.json": {**DOCUMENT, "get-trail-status": by_name}})
    assert problems_of(tmp_path) != []


def test_null_under_a_name_is_a_problem_that_names_the_call(tmp_path: Path) -> None:
    write(tmp_path, {"all.json": {**DOCUMENT, "get-trail-status": {ARN: None}}})
    (problem,) = problems_of(tmp_path)
    assert "must be the answer of get-trail-status, not" in problem


def test_insights_of_a_store_may_go_to_another_store_which_is_said(tmp_path: Path) -> None:
    other = STORE_ARN.replace("EXAMPLE-1", "EXAMPLE-2")
    insights = {
        "EventDataStoreArn": STORE_ARN,
        "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}],
        "InsightsDestination": other,
    }
    answer = {
        "EventDataStoreArn": STORE_ARN,
        "Name": "lake",
        "Status": "ENABLED",
        "AdvancedEventSelectors": [MANAGEMENT],
    }
    store = one_store(read(tmp_path, store=answer, insights=insights))
    assert "the Insights events that event data store EXAMPLE-2 takes in from it are left out" in store.assumed


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({"MaxEventSize": "Large"}, "MaxEventSize is Large"),
        ({"ContextKeySelectors": [{"Type": "TagContext", "Equals": ["team"]}]}, "ContextKeySelectors add keys to them"),
    ],
)
def test_an_event_configuration_that_enlarges_events_is_said(
    tmp_path: Path, configuration: dict[str, object], said: str
) -> None:
    answers = {**DOCUMENT, "get-event-configuration": {ARN: {"MaxEventSize": "Standard", **configuration}}}
    (text,) = one_trail(read(tmp_path, all=answers)).assumed
    assert said in text
