"""Lifecycle rules of declared buckets: what acts on log files, what is said of the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs import read_config
from costplan.model.recorders import LifecycleRule, SmallObjects, Trail
from tests.inputs.configs.terraform.building import change, plan

EXPIRY = LifecycleRule(expiration_days=400)
NOWHERE = {"prefix": "", "and": [], "tag": [], "object_size_greater_than": "", "object_size_less_than": None}
EXPIRES = {"id": "old", "status": "Enabled", "filter": [NOWHERE], "expiration": [{"days": 400, "date": ""}]}
EXPIRES_IN_TEMPLATE = {"Id": "old", "Status": "Enabled", "ExpirationInDays": 400}


def in_terraform(folder: Path, rule: dict[str, Any], *, unknown: Any = None, **trail: Any) -> Trail:
    values = {"name": "audit", "s3_bucket_name": "amzn-s3-demo-logs", "s3_key_prefix": "audit"} | trail
    rules = {"bucket": "amzn-s3-demo-logs", "rule": [EXPIRES | rule]}
    marks = {"rule": [unknown]} if unknown else {}
    value = plan(change("aws_cloudtrail.t", values), change("aws_s3_bucket_lifecycle_configuration.logs", rules, marks))
    return only(folder, value)


def in_template(folder: Path, rule: dict[str, Any], **lifecycle: Any) -> Trail:
    rules = {"Rules": [EXPIRES_IN_TEMPLATE | rule], **lifecycle}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"LifecycleConfiguration": rules}}
    properties = {"IsLogging": True, "S3BucketName": {"Ref": "Logs"}, "S3KeyPrefix": "audit", "TrailName": "audit"}
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": properties}
    return only(folder, {"Resources": {"Logs": bucket, "T": trail}})


def only(folder: Path, value: Any) -> Trail:
    path = folder / "code.json"
    path.write_text(json.dumps(value))
    (trail,) = read_config(path)
    assert isinstance(trail, Trail)
    return trail


def said(trail: Trail) -> list[str]:
    return [text for text in trail.assumed if "bucket is" not in text]


# In Terraform's words and in CloudFormation's; what the trail's files are subject to; what is said.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[LifecycleRule, ...], list[str]]] = {
    "a rule for all objects": ({}, {}, (EXPIRY,), []),
    "one that is off": ({"status": "Disabled"}, {"Status": "Disabled"}, (), []),
    "one for the files of the trail": (
        {"filter": [{"prefix": "audit/AWSLogs/"}]},
        {"Prefix": "audit/"},
        (EXPIRY,),
        [],
    ),
    "one for other objects": ({"filter": [{"prefix": "elb/"}]}, {"Prefix": "elb/"}, (), []),
    "one for objects with tags": (
        {"filter": [{"tag": [{"key": "a", "value": "b"}]}]},
        {"TagFilters": [{"Key": "a", "Value": "b"}]},
        (),
        ["lifecycle rule old is left out: it acts only on objects with certain tags, which log files do not have"],
    ),
    "one for large objects": (
        {"filter": [{"object_size_greater_than": 131072}]},
        {"ObjectSizeGreaterThan": "131072"},
        (LifecycleRule(expiration_days=400, larger_than=131072),),
        [],
    ),
    "two conditions at once": (
        {"filter": [{"and": [{"prefix": "audit/", "tags": {"a": "b"}, "object_size_less_than": 500}]}]},
        {"Prefix": "audit/", "TagFilters": [{"Key": "a", "Value": "b"}], "ObjectSizeLessThan": "500"},
        (),
        ["lifecycle rule old is left out: it acts only on objects with certain tags, which log files do not have"],
    ),
    "two sizes at once": (
        {"filter": [{"and": [{"object_size_greater_than": 100, "object_size_less_than": 500}]}]},
        {"ObjectSizeGreaterThan": "100", "ObjectSizeLessThan": "500"},
        (LifecycleRule(expiration_days=400, larger_than=100, smaller_than=500),),
        [],
    ),
    "a part of the files": (
        {"filter": [{"prefix": "audit/AWSLogs/111122223333/CloudTrail/eu-west-1/"}]},
        {"Prefix": "audit/AWSLogs/111122223333/CloudTrail/eu-west-1/"},
        (),
        [
            "lifecycle rule old is left out: it acts on a part of the files only, those under"
            " audit/AWSLogs/111122223333/CloudTrail/eu-west-1/"
        ],
    ),
    "transitions before the expiry": (
        {"transition": [{"days": 30, "storage_class": "STANDARD_IA"}, {"days": 90, "storage_class": "GLACIER"}]},
        {
            "Transitions": [
                {"TransitionInDays": 30, "StorageClass": "STANDARD_IA"},
                {"TransitionInDays": 90, "StorageClass": "GLACIER"},
            ]
        },
        (LifecycleRule(30, "STANDARD_IA"), LifecycleRule(90, "GLACIER"), EXPIRY),
        [],
    ),
    "on a date": (
        {"expiration": [{"date": "2030-01-01T00:00:00Z"}]},
        {"ExpirationInDays": None, "ExpirationDate": "2030-01-01T00:00:00Z"},
        (),
        ["what lifecycle rule old does on a date is left out"],
    ),
    "noncurrent versions": (
        {"noncurrent_version_expiration": [{"noncurrent_days": 7}]},
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 7}},
        (EXPIRY, LifecycleRule(noncurrent_expiration_days=7)),
        [],
    ),
    "noncurrent versions that move": (
        {"noncurrent_version_transition": [{"noncurrent_days": 7, "storage_class": "GLACIER"}]},
        {"NoncurrentVersionTransitions": [{"TransitionInDays": 7, "StorageClass": "GLACIER"}]},
        (EXPIRY,),
        ["what lifecycle rule old does to noncurrent versions is left out"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rules_of_terraform(tmp_path: Path, name: str) -> None:
    rule, _, lifecycle, text = CASES[name]
    trail = in_terraform(tmp_path, rule)
    assert (trail.bucket.lifecycle, said(trail)) == (lifecycle, text)


@pytest.mark.parametrize("name", CASES)
def test_rules_of_cloudformation(tmp_path: Path, name: str) -> None:
    _, rule, lifecycle, text = CASES[name]
    trail = in_template(tmp_path, rule)
    assert (trail.bucket.lifecycle, said(trail)) == (lifecycle, text)


def test_a_filter_that_only_applying_tells_is_left_out(tmp_path: Path) -> None:
    trail = in_terraform(tmp_path, {"filter": [{}]}, unknown={"filter": [{"prefix": True}]})
    assert trail.bucket.lifecycle == ()
    (text,) = said(trail)
    assert text.endswith("it acts only on objects whose prefix is known only when it is applied")


LATER = (
    "what lifecycle rule old does after days, or with a storage class, that are known only when it is applied"
    " is left out"
)


@pytest.mark.parametrize(
    ("rule", "unknown", "lifecycle"),
    [
        pytest.param({"expiration": [{}]}, {"expiration": [{"days": True}]}, (), id="days-of-the-expiry"),
        pytest.param(
            {"transition": [{"storage_class": "GLACIER"}]}, {"transition": [{"days": True}]}, (EXPIRY,), id="days"
        ),
        pytest.param(
            {"transition": [{"days": 30}]}, {"transition": [{"storage_class": True}]}, (EXPIRY,), id="storage-class"
        ),
    ],
)
def test_an_action_that_only_applying_tells_is_left_out_and_said(
    tmp_path: Path, rule: dict[str, Any], unknown: dict[str, Any], lifecycle: tuple[LifecycleRule, ...]
) -> None:
    trail = in_terraform(tmp_path, rule, unknown=unknown)
    assert (trail.bucket.lifecycle, said(trail)) == (lifecycle, [LATER])


def test_a_parameter_for_the_days_of_a_template_is_said(tmp_path: Path) -> None:
    trail = in_template(tmp_path, {"ExpirationInDays": {"Fn::ImportValue": "Days"}})
    assert (trail.bucket.lifecycle, said(trail)) == ((), [LATER])


def test_a_transition_of_terraform_without_date_and_days_is_at_once(tmp_path: Path) -> None:
    trail = in_terraform(tmp_path, {"transition": [{"date": None, "days": None, "storage_class": "GLACIER"}]})
    assert trail.bucket.lifecycle == (LifecycleRule(0, "GLACIER"), EXPIRY)


def test_rules_read_back_into_the_bucket_are_those_of_its_lifecycle_configuration(tmp_path: Path) -> None:
    # Terraform's provider reads the rules of a bucket into its attribute lifecycle_rule, wherever they are declared;
    # a plan that changes them leaves those of before there.
    bucket = {"bucket": "amzn-s3-demo-logs", "lifecycle_rule": [{"enabled": True, "expiration": [{"days": 30}]}]}
    rules = {"bucket": "amzn-s3-demo-logs", "rule": [EXPIRES]}
    trail = only(
        tmp_path,
        plan(
            change("aws_cloudtrail.t", {"name": "audit", "s3_bucket_name": "amzn-s3-demo-logs"}),
            change("aws_s3_bucket.logs", bucket),
            change("aws_s3_bucket_lifecycle_configuration.logs", rules),
        ),
    )
    assert trail.bucket.lifecycle == (EXPIRY,)


def test_the_prefix_of_a_trail_that_only_applying_tells(tmp_path: Path) -> None:
    rule = {"Prefix": "audit/"}
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"LifecycleConfiguration": {"Rules": [EXPIRES_IN_TEMPLATE | rule, EXPIRES_IN_TEMPLATE]}},
    }
    properties = {"IsLogging": True, "S3BucketName": {"Ref": "Logs"}, "S3KeyPrefix": {"Fn::ImportValue": "Prefix"}}
    trail = only(
        tmp_path, {"Resources": {"Logs": bucket, "T": {"Type": "AWS::CloudTrail::Trail", "Properties": properties}}}
    )
    assert trail.bucket.lifecycle == (EXPIRY,)
    assert said(trail) == ["lifecycle rule old is left out: whether log files are under audit/ is not known yet"]


@pytest.mark.parametrize(
    ("stated", "small_objects"),
    [
        (None, SmallObjects.STAY),
        ("all_storage_classes_128K", SmallObjects.STAY),
        ("varies_by_storage_class", SmallObjects.VARY),
    ],
)
def test_code_that_says_nothing_of_small_objects_gets_todays_default(
    tmp_path: Path, stated: str | None, small_objects: SmallObjects
) -> None:
    moves = {"Transitions": [{"TransitionInDays": 30, "StorageClass": "GLACIER"}]}
    more = {} if stated is None else {"TransitionDefaultMinimumObjectSize": stated}
    assert in_template(tmp_path, moves, **more).bucket.small_objects is small_objects


def test_versioning_of_a_bucket(tmp_path: Path) -> None:
    values = {"name": "audit", "s3_bucket_name": "amzn-s3-demo-logs"}
    for status, is_versioned in (("Enabled", True), ("Suspended", False)):
        own = {"bucket": "amzn-s3-demo-logs", "versioning_configuration": [{"status": status}]}
        value = plan(change("aws_cloudtrail.t", values), change("aws_s3_bucket_versioning.logs", own))
        assert only(tmp_path, value).bucket.is_versioned is is_versioned
    old = {"bucket": "amzn-s3-demo-logs", "versioning": [{"enabled": True, "mfa_delete": False}]}
    assert only(
        tmp_path, plan(change("aws_cloudtrail.t", values), change("aws_s3_bucket.logs", old))
    ).bucket.is_versioned
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Logs"}}}
    assert only(tmp_path, {"Resources": {"Logs": bucket, "T": trail}}).bucket.is_versioned
