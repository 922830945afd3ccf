import pytest

from costplan.inputs.volumes.logs.buckets.addresses import Address, is_address, parse_address
from costplan.model.problems import BadInputError


@pytest.mark.parametrize(
    ("text", "bucket", "prefix"),
    [
        ("s3://amzn-s3-demo-logs", "amzn-s3-demo-logs", ""),
        ("s3://amzn-s3-demo-logs/", "amzn-s3-demo-logs", ""),
        ("s3://amzn-s3-demo-logs/AWSLogs", "amzn-s3-demo-logs", "AWSLogs/"),
        ("s3://amzn-s3-demo-logs/a b/AWSLogs/", "amzn-s3-demo-logs", "a b/AWSLogs/"),
        ("s3://amzn-s3-demo-logs/a/b.json.gz", "amzn-s3-demo-logs", "a/b.json.gz"),
        ("s3://amzn-s3-demo-logs/a/b.json", "amzn-s3-demo-logs", "a/b.json"),
        ("s3://amzn-s3-demo-logs/a/b.json/", "amzn-s3-demo-logs", "a/b.json/"),
        ("s3://amzn-s3-demo-logs//odd", "amzn-s3-demo-logs", "/odd/"),
        ("s3://Old_Bucket.of.2008/x", "Old_Bucket.of.2008", "x/"),
        ("s3://audit-1a2b3c-s3alias/x", "audit-1a2b3c-s3alias", "x/"),
    ],
)
def test_an_address_names_a_bucket_and_a_folder_or_one_object(text: str, bucket: str, prefix: str) -> None:
    address = parse_address(text)
    assert address == Address(bucket, prefix)
    assert parse_address(str(address)) == address
    assert address.is_object == prefix.endswith((".json", ".gz"))
    assert address.key_of(address.name_of("k/é")) == "k/é"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("s3://", "s3://: names no bucket — write s3://bucket or s3://bucket/prefix"),
        ("s3:///AWSLogs", "s3:///AWSLogs: names no bucket — write s3://bucket or s3://bucket/prefix"),
        (
            "https://amzn-s3-demo-logs.s3.amazonaws.com/",
            "https://amzn-s3-demo-logs.s3.amazonaws.com/: no address of a bucket — write s3://bucket or"
            " s3://bucket/prefix",
        ),
        (
            "S3://amzn-s3-demo-logs",
            "S3://amzn-s3-demo-logs: no address of a bucket — write s3://bucket or s3://bucket/prefix",
        ),
        (
            "s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/audit",
            "s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/audit: an ARN is no address — write the name of the"
            " bucket, or the alias of the access point",
        ),
        (
            "s3://my bucket/x",
            "s3://my bucket/x: no bucket can have this name — 3 to 63 lower-case letters, digits, dots and hyphens",
        ),
        (
            "s3://user:secret@bucket/x",
            "s3://…@bucket/x: no bucket can have this name — 3 to 63 lower-case letters, digits, dots and hyphens",
        ),
        (
            "s3://amzn-s3-demo-logs/AWSLogs/*",
            "s3://amzn-s3-demo-logs/AWSLogs/*: patterns are not understood — leave the * out: everything below a prefix"
            " is read",
        ),
    ],
)
def test_what_is_no_address_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_address(text)
    assert str(caught.value) == problem


@pytest.mark.parametrize(("text", "is_one"), [("s3://b", True), ("s3:/b", False), ("./s3://b", False), ("logs", False)])
def test_what_means_a_bucket_begins_so(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one
