"""Log buckets, log groups and keys of trails, from the answers of S3, CloudWatch Logs and KMS."""

from pathlib import Path
from typing import Any

import pytest

from costplan.model.recorders import CloudWatchLogs, LifecycleRule, LogClass, SmallObjects
from tests.inputs.configs.aws_samples import (
    BUCKET,
    DOCUMENT,
    KEY,
    LOG_GROUP,
    OTHER,
    TRAIL,
    notes,
    one_trail,
    problems_of,
    read,
    trail_in,
    write,
)

EXPIRES = {"ID": "old", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 400}}
EXPIRY = LifecycleRule(expiration_days=400)
STANDARD = {"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}


def rules(*some: dict[str, Any], **more: object) -> dict[str, Any]:
    return {**DOCUMENT, "get-bucket-lifecycle-configuration": {BUCKET: {"Rules": list(some), **STANDARD, **more}}}


def with_trail(answers: dict[str, Any], **more: object) -> dict[str, Any]:
    return {**answers, "describe-trails": {"trailList": [{**TRAIL, **more}]}}


# ---- lifecycle rules ----


def test_transitions_and_expiration_in_days_are_rules_in_their_order(tmp_path: Path) -> None:
    moves = [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 0, "StorageClass": "GLACIER"}]
    trail = one_trail(read(tmp_path, all=rules({**EXPIRES, "Transitions": moves})))
    assert trail.bucket.lifecycle == (LifecycleRule(30, "STANDARD_IA"), LifecycleRule(0, "GLACIER"), EXPIRY)
    assert trail.assumed == ()


def test_a_single_transition_of_an_older_answer_is_read(tmp_path: Path) -> None:
    rule = {"ID": "old", "Status": "Enabled", "Prefix": "", "Transition": {"Days": 30, "StorageClass": "GLACIER"}}
    assert one_trail(read(tmp_path, all=rules(rule))).bucket.lifecycle == (LifecycleRule(30, "GLACIER"),)


@pytest.mark.parametrize(
    "rule",
    [
        {**EXPIRES, "Status": "Disabled"},
        {"Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {"Status": "Enabled", "Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": True}},
        {**EXPIRES, "Filter": {"Prefix": "elb/"}},
        {**EXPIRES, "Filter": {"And": {"Prefix": "elb/", "Tags": [{"Key": "a", "Value": "b"}]}}},
    ],
)
def test_a_rule_that_does_nothing_to_log_files_is_no_rule_and_not_worth_a_word(
    tmp_path: Path, rule: dict[str, Any]
) -> None:
    trail = one_trail(read(tmp_path, all=rules(rule)))
    assert (trail.bucket.lifecycle, trail.assumed) == ((), ())


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Expiration": {"Date": "2030-01-01T00:00:00Z"}}, "what lifecycle rule old does on a date is left out"),
        ({"Expiration": {"Date": {"__class__": "datetime", "year": 2030}}}, "does on a date is left out"),
        ({"Transitions": [{"Date": "2030-01-01T00:00:00Z", "StorageClass": "GLACIER"}]}, "does on a date is left out"),
        ({"NoncurrentVersionTransitions": [{"NoncurrentDays": 30}]}, "does to noncurrent versions is left out"),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}}, "old is left out: it acts only on objects with certain tags"),
        ({"Filter": {"Owner": "alice"}}, "only on objects with a certain Owner"),
        ({"Filter": {"Prefix": "AWSLogs/111122223333/CloudTrail-Digest/"}}, "acts on a part of the files only"),
        ({"Filter": {"Prefix": "AWSLogs/444455556666/"}}, None),
    ],
)
def test_what_no_rule_of_ours_can_hold_is_said(tmp_path: Path, rule: dict[str, Any], said: str | None) -> None:
    enabled = {"ID": "old", "Status": "Enabled", "Filter": {}, **rule}
    if "Filter" in rule:
        enabled["Expiration"] = {"Days": 400}
    trail = one_trail(read(tmp_path, all=rules(enabled)))
    assert trail.bucket.lifecycle == ()
    assert len(trail.assumed) == (said is not None)
    assert (said or "") in "".join(trail.assumed)


@pytest.mark.parametrize(
    ("prefix", "trail_prefix", "is_organization", "acts"),
    [
        ("", None, False, True),
        ("AWSLogs/", None, False, True),
        ("AWSLogs", None, False, True),
        ("AWSLogs/111122223333/", None, False, True),
        ("AWSLogs/111122223333/CloudTrail", None, False, True),
        ("AWSLogs/111122223333/CloudTrail/", None, False, True),
        ("AWSLogs/111122223333/CloudTrail/eu-west-1/", None, False, False),
        ("AWSLogs/111122223333/o-example/", None, False, False),
        ("AWSLogs/", "audit", False, False),
        ("audit", "audit", False, True),
        ("audit/AWSLogs/111122223333/", "audit", False, True),
        ("AWSLogs/", None, True, True),
        ("AWSLogs/o-example/", None, True, True),
        ("AWSLogs/o-example/111122223333/", None, True, False),
        ("AWSLogs/111122223333/", None, True, False),
    ],
)
def test_a_rule_acts_where_its_prefix_holds_all_log_files(
    tmp_path: Path, prefix: str, trail_prefix: str | None, is_organization: bool, acts: bool
) -> None:
    answers = rules({**EXPIRES, "Filter": {"Prefix": prefix}})
    trail = one_trail(
        read(tmp_path, all=with_trail(answers, S3KeyPrefix=trail_prefix, IsOrganizationTrail=is_organization))
    )
    assert trail.bucket.lifecycle == ((EXPIRY,) if acts else ())


def test_digest_files_beside_the_prefix_of_a_rule_are_said(tmp_path: Path) -> None:
    answers = rules({**EXPIRES, "Filter": {"Prefix": "AWSLogs/111122223333/CloudTrail/"}})
    (text,) = one_trail(read(tmp_path, all=answers)).assumed
    assert "acts on digest files too" in text
    assert one_trail(read(tmp_path, all=with_trail(answers, LogFileValidationEnabled=False))).assumed == ()


@pytest.mark.parametrize(
    ("condition", "sizes"),
    [
        ({"ObjectSizeGreaterThan": 131072}, {"larger_than": 131072}),
        ({"And": {"Prefix": "", "ObjectSizeLessThan": 500}}, {"smaller_than": 500}),
        ({"And": {"ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 9}}, {"larger_than": 1, "smaller_than": 9}),
    ],
)
def test_sizes_of_a_filter_are_sizes_of_the_rule(
    tmp_path: Path, condition: dict[str, Any], sizes: dict[str, int]
) -> None:
    trail = one_trail(read(tmp_path, all=rules({**EXPIRES, "Filter": condition})))
    assert trail.bucket.lifecycle == (LifecycleRule(expiration_days=400, **sizes),)
    assert trail.assumed == ()


def test_versions_and_what_becomes_of_them(tmp_path: Path) -> None:
    rule = {**EXPIRES, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
    answers = {**rules(rule), "get-bucket-versioning": {BUCKET: {"Status": "Enabled"}}}
    bucket = one_trail(read(tmp_path, all=answers)).bucket
    assert bucket.lifecycle == (EXPIRY, LifecycleRule(noncurrent_expiration_days=30))
    assert bucket.is_versioned
    suspended = {**rules(rule), "get-bucket-versioning": {BUCKET: {"Status": "Suspended"}}}
    assert not one_trail(read(tmp_path, all=suspended)).bucket.is_versioned


@pytest.mark.parametrize(
    ("stated", "small_objects"),
    [
        ("varies_by_storage_class", SmallObjects.VARY),
        ("all_storage_classes_128K", SmallObjects.STAY),
        (None, None),
        ("something_new", None),
    ],
)
def test_whether_small_files_move_is_known_or_not(
    tmp_path: Path, stated: str | None, small_objects: SmallObjects | None
) -> None:
    """An answer without the attribute may be of a lifecycle that is older than the attribute."""
    moves = {"Status": "Enabled", "Filter": {}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}
    answers = rules(moves, TransitionDefaultMinimumObjectSize=stated)
    assert one_trail(read(tmp_path, all=answers)).bucket.small_objects is small_objects
    # Where nothing moves, or a filter says what does, the default decides nothing.
    for other in (EXPIRES, {**moves, "Filter": {"ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 10**9}}):
        found = one_trail(read(tmp_path, all=rules(other, TransitionDefaultMinimumObjectSize=None)))
        assert found.bucket.small_objects is SmallObjects.STAY


def test_the_input_of_the_call_that_writes_rules_is_read_as_its_answer(tmp_path: Path) -> None:
    given = {"Bucket": BUCKET, "LifecycleConfiguration": {"Rules": [EXPIRES]}, **STANDARD}
    assert one_trail(read(tmp_path, trails={"trailList": [TRAIL]}, given=given)).bucket.lifecycle == (EXPIRY,)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({**EXPIRES, "Status": "enabled"}, 'did you mean "Enabled"?'),
        ({"Expiration": {"Days": 1}}, "a lifecycle rule without Status"),
        ({**EXPIRES, "Expiration": {"Days": "soon"}}, "must be a whole number"),
        ({**EXPIRES, "Expiration": 400}, "must be a mapping"),
        ({**EXPIRES, "Filter": "logs/"}, "must be a mapping"),
        ({**EXPIRES, "Transitions": [{"Days": 3}]}, "a transition without days or without a storage class"),
        ("expire", "must be a mapping"),
    ],
)
def test_a_rule_that_cannot_be_is_a_problem(tmp_path: Path, rule: Any, said: str) -> None:
    write(tmp_path, {"all.json": rules(rule)})
    (problem,) = problems_of(tmp_path)
    assert said in problem


def test_answers_that_disagree_on_a_bucket_are_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": rules(EXPIRES), "b.json": rules()})
    (problem,) = problems_of(tmp_path)
    assert f"on the lifecycle rules of bucket {BUCKET}" in problem


# ---- which bucket ----


@pytest.mark.parametrize("name", [f"lifecycle-{BUCKET}", "get-bucket-lifecycle-configuration", f"{BUCKET}/lifecycle"])
def test_rules_without_a_bucket_belong_to_the_one_that_the_file_names_or_the_only_one(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, {f"{name}.json": {"Rules": [EXPIRES], **STANDARD}})
    assert one_trail(read(tmp_path, trails={"trailList": [TRAIL]})).bucket.lifecycle == (EXPIRY,)


def test_rules_of_a_bucket_of_no_trail_are_set_aside(tmp_path: Path) -> None:
    (note,) = notes(read(tmp_path, all={**DOCUMENT, "get-bucket-location": {"amzn-s3-demo-web": {}, BUCKET: {}}}))
    assert "holds the bucket location of amzn-s3-demo-web, which no trail here uses" in note


def test_rules_of_one_of_two_buckets_are_set_aside_until_the_file_names_it(tmp_path: Path) -> None:
    trails = {"trailList": [TRAIL, trail_in(OTHER)]}
    (note,) = notes(read(tmp_path, trails=trails, rules={"Rules": [EXPIRES], **STANDARD}))
    assert "name the file by the bucket" in note


def test_rules_alone_are_no_configuration(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": {"Rules": [EXPIRES], **STANDARD}, "lifecycle.json": {"Rules": [EXPIRES]}})
    assert "but no trail is described here" in "".join(problems_of(tmp_path / "a.json"))
    assert "not of which bucket" in "".join(problems_of(tmp_path / "lifecycle.json"))


def test_rules_of_other_services_are_not_taken_for_those_of_a_bucket(tmp_path: Path) -> None:
    schedule = {"Rules": [{"Name": "nightly", "State": "ENABLED"}]}
    (note,) = notes(read(tmp_path, trails={"trailList": [TRAIL]}, rules=schedule))
    assert "holds no trail and no event data store" in note


# ---- location ----


@pytest.mark.parametrize(
    ("answer", "region"),
    [
        ({"LocationConstraint": None}, "us-east-1"),
        ({"LocationConstraint": ""}, "us-east-1"),
        ({}, "us-east-1"),
        ({"ResponseMetadata": {"HTTPStatusCode": 200}}, "us-east-1"),
        ({"LocationConstraint": "EU"}, "eu-west-1"),
        ({"LocationConstraint": "ap-south-2"}, "ap-south-2"),
    ],
)
def test_the_region_of_a_bucket(tmp_path: Path, answer: dict[str, Any], region: str) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, "get-bucket-location": {BUCKET: answer}}))
    assert trail.bucket.region == region


def test_a_location_that_is_no_region_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, {"all.json": {**DOCUMENT, "get-bucket-location": {BUCKET: {"LocationConstraint": "Ireland"}}}})
    (problem,) = problems_of(tmp_path)
    assert '"Ireland" is not a Region code' in problem


# ---- log groups and keys ----


@pytest.mark.parametrize(
    ("groups", "days", "said"),
    [
        ([{"logGroupName": "audit", "arn": f"{LOG_GROUP}:*", "retentionInDays": 30}], 30, None),
        ([{"logGroupName": "audit", "logGroupArn": LOG_GROUP, "retentionInDays": 30}], 30, None),
        ([{"logGroupName": "audit", "retentionInDays": 30}], 30, None),
        ([{"logGroupName": "audit", "arn": f"{LOG_GROUP}:*"}], 0, None),
        (
            [{"arn": f"{LOG_GROUP}-old:*", "retentionInDays": 1}, {"arn": f"{LOG_GROUP}:*", "retentionInDays": 30}],
            30,
            None,
        ),
        ([{"arn": f"{LOG_GROUP}-old:*", "retentionInDays": 1}], None, "describe-log-groups does not list it"),
        ([], None, "describe-log-groups does not list it"),
    ],
)
def test_the_retention_of_a_log_group(
    tmp_path: Path, groups: list[dict[str, Any]], days: int | None, said: str | None
) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, "describe-log-groups": {LOG_GROUP: {"logGroups": groups}}}))
    assert trail.cloudwatch_logs == CloudWatchLogs(days)
    assert [said is not None and said in text for text in trail.assumed] == [True] * (said is not None)


@pytest.mark.parametrize(
    ("stated", "log_class", "said"),
    [
        ("STANDARD", LogClass.STANDARD, None),
        ("INFREQUENT_ACCESS", LogClass.INFREQUENT_ACCESS, None),
        ("DELIVERY", LogClass.STANDARD, "its log group is priced as of the standard class: DELIVERY has no price here"),
    ],
)
def test_the_class_of_a_log_group(tmp_path: Path, stated: str, log_class: LogClass, said: str | None) -> None:
    groups = [{"arn": f"{LOG_GROUP}:*", "retentionInDays": 30, "logGroupClass": stated}]
    trail = one_trail(read(tmp_path, all={**DOCUMENT, "describe-log-groups": {LOG_GROUP: {"logGroups": groups}}}))
    assert trail.cloudwatch_logs == CloudWatchLogs(30, log_class)
    assert list(trail.assumed) == ([said] if said else [])


def test_a_listing_of_log_groups_needs_no_name(tmp_path: Path) -> None:
    groups = {"logGroups": [{"arn": f"{LOG_GROUP}:*", "retentionInDays": 30}], "nextToken": "more"}
    trail = one_trail(read(tmp_path, trails={"trailList": [TRAIL]}, groups=groups))
    assert trail.cloudwatch_logs == CloudWatchLogs(30)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (
            {"KeyState": "PendingDeletion"},
            "it delivers log files, though the KeyState of its KMS key is PendingDeletion",
        ),
        ({"KeyState": "Disabled"}, "is Disabled"),
        ({"KeyState": "Enabled", "KeyManager": "AWS"}, "though KeyManager is AWS"),
    ],
)
def test_a_key_that_is_unusual_is_said(tmp_path: Path, metadata: dict[str, str], said: str) -> None:
    trail = one_trail(read(tmp_path, all={**DOCUMENT, "describe-key": {KEY: {"KeyMetadata": metadata}}}))
    (text,) = trail.assumed
    assert said in text


def test_a_key_is_known_by_its_id_too(tmp_path: Path) -> None:
    told = {"KeyMetadata": {"Arn": KEY, "KeyId": "EXAMPLE", "KeyState": "Disabled"}}
    trail = one_trail(read(tmp_path, trails={"trailList": [{**TRAIL, "KmsKeyId": "EXAMPLE"}]}, key=told))
    assert any("Disabled" in text for text in trail.assumed)


def test_an_answer_without_a_key_says_nothing_of_it(tmp_path: Path) -> None:
    assert one_trail(read(tmp_path, all={**DOCUMENT, "describe-key": {KEY: {"KeyMetadata": None}}})).assumed == ()


def test_answers_about_other_log_groups_and_keys_are_set_aside(tmp_path: Path) -> None:
    groups = {"logGroups": [{"arn": f"{LOG_GROUP}-old:*", "retentionInDays": 1}]}
    told = {"KeyMetadata": {"Arn": f"{KEY}-OLD", "KeyState": "Disabled"}}
    configuration = read(tmp_path, all=DOCUMENT, groups=groups, key=told)
    assert one_trail(configuration).assumed == ()
    group, key = notes(configuration)
    assert "holds the log groups, which no trail here uses" in group
    assert "holds the KMS key, which no trail here uses" in key
