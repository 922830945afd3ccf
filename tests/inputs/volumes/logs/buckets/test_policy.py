import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from costplan.inputs.volumes.logs.buckets import policy_text
from costplan.model.problems import BadInputError, UsageError

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PREFIX = "s3://amzn-s3-demo-logs/AWSLogs"

POLICY = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListLogFiles",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::amzn-s3-demo-logs",
      "Condition": {
        "StringLike": {
          "s3:prefix": "AWSLogs/*"
        }
      }
    },
    {
      "Sid": "ReadLogFiles",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::amzn-s3-demo-logs/AWSLogs/*"
    },
    {
      "Sid": "DecryptLogFilesOfAnSseKmsBucket",
      "Effect": "Allow",
      "Action": "kms:Decrypt",
      "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "Condition": {
        "StringLike": {
          "kms:ViaService": "s3.eu-west-1.amazonaws.com*"
        }
      }
    }
  ]
}"""


def statements_of(address: str, kms_key: str | None = None, region: str | None = None) -> list[dict[str, Any]]:
    statements = json.loads(policy_text(address, kms_key, region))["Statement"]
    assert isinstance(statements, list)
    return statements


def test_the_policy_allows_listing_and_reading_below_the_prefix_and_nothing_else() -> None:
    assert policy_text(PREFIX, KEY) == POLICY


@pytest.mark.parametrize("asked", ["AWSLogs/", "AWSLogs/o-exampleorgid/111122223333/CloudTrail/"])
def test_what_is_asked_for_is_what_is_allowed(asked: str) -> None:
    listing = statements_of(PREFIX)[0]
    assert fnmatchcase(asked, listing["Condition"]["StringLike"]["s3:prefix"])


def test_a_whole_bucket_needs_no_condition() -> None:
    listing, reading, _ = statements_of("s3://amzn-s3-demo-logs")
    assert "Condition" not in listing
    assert reading["Resource"] == "arn:aws:s3:::amzn-s3-demo-logs/*"


def test_one_object_allows_only_itself() -> None:
    listing, reading, _ = statements_of("s3://amzn-s3-demo-logs/a/b.json.gz")
    assert listing["Condition"]["StringLike"]["s3:prefix"] == "a/b.json.gz"
    assert reading["Resource"] == "arn:aws:s3:::amzn-s3-demo-logs/a/b.json.gz"


def test_characters_that_mean_something_in_a_policy_are_escaped() -> None:
    _, reading, _ = statements_of("s3://amzn-s3-demo-logs/a*b?c${aws:username}/")
    assert reading["Resource"] == "arn:aws:s3:::amzn-s3-demo-logs/a${*}b${?}c${$}{aws:username}/*"


@pytest.mark.parametrize(
    ("kms_key", "region", "partition"),
    [
        (None, None, "aws"),
        (None, "us-gov-west-1", "aws-us-gov"),
        (None, "cn-north-1", "aws-cn"),
        (KEY.replace("arn:aws:", "arn:aws-us-gov:"), None, "aws-us-gov"),
    ],
)
def test_the_partition_is_that_of_the_key_or_of_the_region(
    kms_key: str | None, region: str | None, partition: str
) -> None:
    listing, reading, decrypting = statements_of(PREFIX, kms_key, region)
    assert {s["Resource"].split(":")[1] for s in (listing, reading, decrypting)} == {partition}


def test_a_placeholder_stands_for_a_key_that_is_not_given() -> None:
    decrypting = statements_of(PREFIX)[2]
    assert decrypting["Resource"] == "arn:aws:kms:REGION:ACCOUNT:key/KEY-ID"
    assert decrypting["Condition"] == {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com*"}}


@pytest.mark.parametrize("key", ["alias/logs", KEY.replace("key/", "alias/"), "1234abcd", KEY + "/*", "*"])
def test_what_is_no_arn_of_a_key_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="--kms-key is no ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID"):
        policy_text(PREFIX, key)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(BadInputError):
        policy_text("AWSLogs")
