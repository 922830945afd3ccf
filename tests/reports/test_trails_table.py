"""Recorders as blocks of text that fit, and as entries that read back the same."""

import json
from decimal import Decimal

import pytest

from costplan.inputs.configs import read_recorder_entries
from costplan.inputs.documents import parse_document
from costplan.model.events import EventCategory
from costplan.model.problems import Problem
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, Recorder, Trail
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
)
from costplan.model.unknown import UNKNOWN
from costplan.reports.selector_words import selector_lines
from costplan.reports.trails_table import render_trails, render_trails_json, trails_json

DATA = FieldSelector("eventCategory", equals=("Data",))
OBJECTS = FieldSelector("resources.type", equals=("AWS::S3::Object",))
WRITES = FieldSelector("readOnly", equals=("false",))

AUDIT = Trail(
    "audit",
    "111122223333",
    "eu-west-1",
    "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
    is_multi_region=True,
    is_organization=True,
    include_global_service_events=False,
    recursive_logging=False,
    log_file_validation=True,
    selectors=(
        AdvancedEventSelector(
            (DATA, OBJECTS, WRITES, FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",))), "writes"
        ),
    ),
    insights=(InsightSelector(InsightType.API_CALL_RATE, (EventCategory.MANAGEMENT, EventCategory.DATA)),),
    bucket=LogBucket(
        "acme-logs",
        "trail",
        "us-east-1",
        "444455556666",
        has_kms_key=True,
        notifies_sns=True,
        lifecycle=(LifecycleRule(90, "GLACIER_IR"), LifecycleRule(expiration_days=400)),
    ),
    cloudwatch_logs=CloudWatchLogs(90),
    started="2024-05-01T08:00:00Z",
    assumed=("no organization trail: not stated",),
)
STOPPED = Trail("old", is_logging=False)
AGGREGATING = Trail("summaries", "111122223333", "eu-west-1", aggregates_data=True)
LAKE = EventDataStore("lake", "111122223333", "eu-west-1", retention_days=2557, scanned_gib_per_month=Decimal("12.5"))
BASIC = Trail(
    "basic",
    selectors=(
        EventSelector(
            ReadWriteType.READ_ONLY,
            exclude_management_event_sources=("kms.amazonaws.com",),
            data_resources=(DataResource("AWS::Lambda::Function", ("arn:aws:lambda",)),),
        ),
    ),
)
TWICE = Trail(
    "twice",
    selectors=(
        AdvancedEventSelector(
            (DATA, OBJECTS, FieldSelector("eventName", starts_with=("Put",)), FieldSelector("eventName", equals=("X",)))
        ),
    ),
)
EVERYTHING = (AUDIT, STOPPED, AGGREGATING, LAKE, BASIC, TWICE)


def trail_with(*fields: FieldSelector) -> Trail:
    return Trail("t", selectors=(AdvancedEventSelector(fields),))


@pytest.mark.parametrize(
    ("recorder", "lines"),
    [
        (AUDIT, ["writes: data · AWS::S3::Object · writes · ARN starts with arn:aws:s3:::lake/"]),
        (STOPPED, ["management · reads and writes (no selectors of its own: AWS's default)"]),
        (
            BASIC,
            ["management · reads · eventSource is not kms.amazonaws.com", "data · AWS::Lambda::Function · reads"],
        ),
        (
            trail_with(
                DATA,
                OBJECTS,
                FieldSelector(
                    "resources.ARN",
                    equals=("arn:aws:s3:::a/1",),
                    starts_with=("arn:aws:s3:::b/", "arn:aws:s3:::c/"),
                    not_ends_with=(".tmp",),
                ),
            ),
            [
                "data · AWS::S3::Object · reads and writes · ARN is arn:aws:s3:::a/1 or starts with arn:aws:s3:::b/"
                " or arn:aws:s3:::c/ but does not end with .tmp"
            ],
        ),
        (
            trail_with(DATA, OBJECTS, WRITES, FieldSelector("eventName", equals=("A", "B", "C", "D", "E"))),
            ["data · AWS::S3::Object · writes · eventName is A, B, C or 2 more"],
        ),
        (
            trail_with(
                FieldSelector("eventCategory", equals=("NetworkActivity",)),
                FieldSelector("eventSource", equals=("kms.amazonaws.com",)),
            ),
            ["network activity · eventSource is kms.amazonaws.com"],
        ),
        (
            trail_with(DATA, OBJECTS, FieldSelector("readOnly", equals=(UNKNOWN,))),
            ["data · AWS::S3::Object · readOnly is (known only after it is applied)"],
        ),
    ],
)
def test_a_selector_reads_as_words(recorder: Recorder, lines: list[str]) -> None:
    assert list(selector_lines(recorder)) == lines


def test_a_trail_is_one_block_of_labels_and_values() -> None:
    assert render_trails([AUDIT]) == "\n".join(
        [
            "trail        audit",
            "-----------  ------------------------------------------------------------------",
            "account      111122223333",
            "home Region  eu-west-1",
            "scope        multi-Region, every account of the organization, without global",
            "             service events",
            "logging      on since 2024-05-01T08:00:00Z, CloudTrail's own deliveries left",
            "             out, with digest files",
            "records      writes: data · AWS::S3::Object · writes · ARN starts with arn:aws:",
            "             s3:::lake/",
            "Insights     API call rate of management and data events",
            "delivers to  s3://acme-logs/trail (us-east-1, 444455556666)",
            "             with an own KMS key and SNS topic",
            "             GLACIER_IR after 90 days",
            "             deleted after 400 days",
            "and to       CloudWatch Logs, kept for 90 days",
            "assumed      no organization trail: not stated",
        ]
    )


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_line_fits_the_page(width: int) -> None:
    text = render_trails(EVERYTHING, width)
    assert text.count("\n\n") == len(EVERYTHING) - 1
    assert max(len(line) for line in text.splitlines()) <= width


def test_a_stopped_trail_says_that_it_costs_nothing() -> None:
    text = render_trails([STOPPED])
    assert "off: records nothing and costs nothing" in text
    assert "not stated" in text


def test_a_trail_that_aggregates_says_so() -> None:
    assert "aggregates   data events, every five minutes" in render_trails([AGGREGATING])
    assert "aggregates" not in render_trails([AUDIT, STOPPED])


def test_no_recorders_are_said_in_a_sentence() -> None:
    assert "No trail" in render_trails([])


def test_json_reads_back_as_the_recorders_of_a_scenario() -> None:
    document = parse_document("trails.json", render_trails_json(EVERYTHING))
    problems: list[Problem] = []
    assert read_recorder_entries(document, ("recorders",), problems) == EVERYTHING
    assert problems == []


def test_json_lists_what_was_assumed_beside_the_recorders() -> None:
    told = trails_json([AUDIT])
    assert told["format"] == "costplan.trails/1"
    assert told["assumed"] == [
        {"recorder": "audit", "account": "111122223333", "text": "no organization trail: not stated"}
    ]


def test_a_value_that_is_not_known_is_null_in_json() -> None:
    unknown = trail_with(FieldSelector("eventCategory", equals=(UNKNOWN,)))
    entry = json.loads(render_trails_json([unknown]))["recorders"][0]
    assert entry["advanced_event_selectors"][0]["fields"]["eventCategory"]["equals"] == [None]
