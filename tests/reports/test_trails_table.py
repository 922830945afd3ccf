"""Recorders as blocks of text that fit."""

from dataclasses import replace

import pytest

from costplan.model.recorders import Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN
from costplan.reports.selector_words import selector_lines
from costplan.reports.trails_table import render_trails
from tests.reports.recorders import AGGREGATING, AUDIT, BASIC, DATA, EVERYTHING, OBJECTS, STOPPED, WRITES


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
            ["data · AWS::S3::Object · readOnly is (not known)"],
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
            "             files under 128 KB may or may not move",
            "             deleted files stay as noncurrent versions",
            "             notices to 2 email, 1 lambda",
            "             each file is read 1.5 times",
            "             a bucket key saves 90 % of the key's requests",
            "             holds 12.5 GiB in 1,000 files already",
            "and to       CloudWatch Logs, kept for 90 days",
            "loaded into  OpenSearch",
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


@pytest.mark.parametrize(
    ("start", "stop", "state"),
    [(3, None, "from month 3 on"), (1, 6, "stopped in month 6"), (3, 6, "from month 3 on, stopped in month 6")],
)
def test_months_in_which_a_recorder_is_on_are_told(start: int, stop: int | None, state: str) -> None:
    text = render_trails([replace(AUDIT, starts_in_month=start, stops_in_month=stop)], 100)
    assert state in text
    assert "month" not in render_trails([AUDIT], 100)
