"""Recorders as answers of the AWS API."""

import json
from dataclasses import replace
from typing import Any

import pytest

from costplan.model.problems import BadInputError
from costplan.model.recorders import CloudWatchLogs, EventDataStore, LifecycleRule, LogBucket, Recorder, Trail
from costplan.reports.configs import TargetFormat, write_configuration
from tests.reports.configs.recorders import (
    ACCOUNT,
    EU,
    LAKE,
    LAKE_OF_DEFAULTS,
    NOWHERE,
    OTHER,
    PLAIN,
    UNKNOWN_BASIC,
    UNKNOWN_OF_STORE,
    UNKNOWN_VALUES,
    US,
    WITH_ARN,
)

ARN = f"arn:aws:cloudtrail:{EU}:{ACCOUNT}:trail/plain"


def write(*recorders: Recorder) -> tuple[Any, tuple[str, ...]]:
    written = write_configuration(recorders, TargetFormat.AWS_API)
    return json.loads(written.text), written.notes


def test_a_plain_trail() -> None:
    assert write(PLAIN) == (
        {
            "describe-trails": {
                "trailList": [
                    {
                        "Name": "plain",
                        "S3BucketName": "amzn-s3-demo-logs",
                        "IncludeGlobalServiceEvents": True,
                        "IsMultiRegionTrail": False,
                        "HomeRegion": EU,
                        "TrailARN": ARN,
                        "LogFileValidationEnabled": False,
                        "HasCustomEventSelectors": False,
                        "HasInsightSelectors": False,
                        "IsOrganizationTrail": False,
                        "RecursiveLogging": True,
                    }
                ]
            },
            "get-trail-status": {ARN: {"IsLogging": True}},
        },
        (),
    )


def test_the_start_of_logging_and_an_arn_that_is_known() -> None:
    answers, notes = write(WITH_ARN)
    assert answers["get-trail-status"] == {
        WITH_ARN.arn: {
            "IsLogging": True,
            "StartLoggingTime": "2024-05-01T08:00:00+00:00",
            "TimeLoggingStarted": "2024-05-01T08:00:00Z",
        }
    }
    assert notes == ()


def test_what_a_trail_has_but_nobody_named_gets_a_stand_in() -> None:
    bucket = LogBucket("amzn-s3-demo-logs", has_kms_key=True, notifies_sns=True)
    answers, notes = write(replace(PLAIN, bucket=bucket, cloudwatch_logs=CloudWatchLogs(90)))
    (trail,) = answers["describe-trails"]["trailList"]
    group = f"arn:aws:logs:{EU}:{ACCOUNT}:log-group:not-known-plain:*"
    assert (trail["KmsKeyId"], trail["SnsTopicARN"], trail["CloudWatchLogsLogGroupArn"]) == (
        f"arn:aws:kms:{EU}:{ACCOUNT}:key/not-known",
        f"arn:aws:sns:{EU}:{ACCOUNT}:not-known",
        group,
    )
    assert answers["describe-log-groups"] == {
        group: {"logGroups": [{"logGroupName": "not-known-plain", "retentionInDays": 90, "arn": group}]}
    }
    assert notes == (
        "trail plain: which SNS topic it has is not known, so a stand-in is written",
        "trail plain: the log group it delivers to is not known, so a stand-in is written",
        "trail plain: which KMS key it has is not known, so a stand-in is written",
    )


def test_lifecycle_and_region_of_a_bucket() -> None:
    lifecycle = (LifecycleRule(30, "GLACIER"), LifecycleRule(expiration_days=90), LifecycleRule(9, "DEEP_ARCHIVE"))
    answers, _ = write(
        replace(PLAIN, bucket=LogBucket("amzn-s3-demo-1", region=US, lifecycle=lifecycle)),
        replace(PLAIN, name="other", bucket=LogBucket("amzn-s3-demo-2", region=EU)),
    )
    assert answers["get-bucket-location"] == {
        "amzn-s3-demo-1": {"LocationConstraint": None},
        "amzn-s3-demo-2": {"LocationConstraint": EU},
    }
    every = {"Filter": {"Prefix": ""}, "Status": "Enabled"}
    transitions = [{"Days": 30, "StorageClass": "GLACIER"}]
    assert answers["get-bucket-lifecycle-configuration"] == {
        "amzn-s3-demo-1": {
            "Rules": [
                {"ID": "rule-1", **every, "Transitions": transitions, "Expiration": {"Days": 90}},
                {"ID": "rule-2", **every, "Transitions": [{"Days": 9, "StorageClass": "DEEP_ARCHIVE"}]},
            ],
            "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
        }
    }


def test_a_store_without_arn_is_in_the_list_of_stores() -> None:
    answers, notes = write(EventDataStore("lake", ACCOUNT, EU))
    assert answers["list-event-data-stores"]["EventDataStores"][0]["Name"] == "lake"
    assert notes == ("event data store lake: its account and Region are not said: its ARN would, which is not known",)
    assert list(write(LAKE)[0]["get-event-data-store"]) == [LAKE.arn]


@pytest.mark.parametrize("recorder", [UNKNOWN_VALUES, UNKNOWN_BASIC, UNKNOWN_OF_STORE])
def test_a_value_that_nobody_knows_is_a_problem(recorder: Recorder) -> None:
    with pytest.raises(BadInputError, match=r"a value of its selectors is not known.* — use --to cloudformation"):
        write(PLAIN, recorder)


@pytest.mark.parametrize(
    "recorders",
    [
        (replace(NOWHERE, name="Trail"),),
        (replace(NOWHERE, name="data"),),
        (replace(NOWHERE, name="plain"), PLAIN),
        (NOWHERE, EventDataStore(NOWHERE.name)),
        (replace(NOWHERE, home_region=EU), replace(NOWHERE, home_region=US)),
    ],
)
def test_names_that_could_mean_something_else_need_an_arn(recorders: tuple[Recorder, ...]) -> None:
    with pytest.raises(BadInputError, match=r"without an ARN, answers could not tell.* — say its account and Region"):
        write(*recorders)


def test_two_regions_of_one_bucket_are_a_problem() -> None:
    trails = [replace(PLAIN, name=region, bucket=LogBucket("amzn-s3-demo-1", region=region)) for region in (EU, US)]
    with pytest.raises(BadInputError, match="trail us-east-1: the Region of amzn-s3-demo-1 differs"):
        write(*trails)


def test_insights_name_their_categories() -> None:
    answers, _ = write(LAKE_OF_DEFAULTS, LAKE)
    selector = {"InsightType": "ApiCallRateInsight", "EventCategories": ["Management"]}
    assert answers["get-insight-selectors"] == {
        LAKE_OF_DEFAULTS.arn: {"EventDataStoreArn": LAKE_OF_DEFAULTS.arn, "InsightSelectors": [selector]},
        LAKE.arn: {"EventDataStoreArn": LAKE.arn, "InsightSelectors": []},
    }


def test_an_account_without_region_makes_no_arn() -> None:
    answers, notes = write(Trail("audit", ACCOUNT))
    assert "TrailARN" not in answers["describe-trails"]["trailList"][0]
    assert notes == (f"trail audit: its account {ACCOUNT} is not said: an ARN needs a Region too",)


def test_what_answers_do_not_say_is_told() -> None:
    lifecycle = (LifecycleRule(expiration_days=1),)
    _, notes = write(
        LAKE,
        replace(PLAIN, aggregates_data=True, assumed=("nobody said",), bucket=LogBucket(lifecycle=lifecycle)),
        replace(PLAIN, name="other", bucket=LogBucket("amzn-s3-demo-1", account=OTHER)),
    )
    assert notes == (
        "event data store lake: 12.5 GiB scanned each month are in no answer",
        "event data store lake: 3 GiB of ConfigurationItem records each month are in no answer",
        "event data store lake: 0.5 GiB of Evidence records each month are in no answer",
        "event data store lake: 200 GiB of log files copied into it are in no answer",
        "event data store lake: 30 days of free trial are in no answer",
        "trail plain: written as it was assumed: nobody said",
        "trail plain: it aggregates data events, but nobody said by which templates",
        "trail plain: where its bucket is, and its lifecycle rules, are not said: it has no name",
        f"trail other: that its bucket is in account {OTHER} cannot be said by an answer",
    )
