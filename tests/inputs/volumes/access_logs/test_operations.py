"""Every row of the mapping, with figures that a reader can work out."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.access_logs import operations
from costplan.model.unknown import UNKNOWN
from tests.inputs.volumes.access_logs.building import BUCKET, line, read, write

LAST = line("REST.GET.LOCATION", "-", time="05/Oct/2026:09:59:00")
"""Makes no data event and ends a period of ten hours that begins at 00:00."""
FIRST = LAST.replace("09:59:00", "00:00:00")

READS = {
    "REST.GET.LEGAL_HOLD": "GetObjectLegalHold",
    "REST.GET.OBJECT": "GetObject",
    "REST.GET.OBJECT_ATTRIBUTES": "GetObjectAttributes",
    "REST.GET.OBJECT_TAGGING": "GetObjectTagging",
    "REST.GET.RETENTION": "GetObjectRetention",
    "REST.GET.TORRENT": "GetObjectTorrent",
    "REST.GET.UPLOAD": "ListParts",
    "REST.HEAD.OBJECT": "HeadObject",
    "REST.SELECT.OBJECT": "SelectObjectContent",
    "REST.GET.ACL": "GetObjectAcl",
    "REST.GET.TAGGING": "GetObjectTagging",
}
WRITES = {
    "REST.COPY.OBJECT": "CopyObject",
    "REST.COPY.PART": "UploadPartCopy",
    "REST.DELETE.OBJECT": "DeleteObject",
    "REST.DELETE.OBJECT_TAGGING": "DeleteObjectTagging",
    "REST.DELETE.UPLOAD": "AbortMultipartUpload",
    "REST.POST.RESTORE": "RestoreObject",
    "REST.POST.UPLOAD": "CompleteMultipartUpload",
    "REST.POST.UPLOADS": "CreateMultipartUpload",
    "REST.PUT.LEGAL_HOLD": "PutObjectLegalHold",
    "REST.PUT.OBJECT": "PutObject",
    "REST.PUT.OBJECT_TAGGING": "PutObjectTagging",
    "REST.PUT.PART": "UploadPart",
    "REST.PUT.RETENTION": "PutObjectRetention",
    "REST.DELETE.TAGGING": "DeleteObjectTagging",
    "REST.PUT.ACL": "PutObjectAcl",
    "REST.PUT.TAGGING": "PutObjectTagging",
}
ON_BUCKETS = {
    "REST.GET.BUCKET": ("ListObjects", True),
    "REST.GET.BUCKETVERSIONS": ("ListObjectVersions", True),
    "REST.HEAD.BUCKET": ("HeadBucket", True),
}


@pytest.mark.parametrize(
    ("operation", "name", "key", "read_only"),
    [
        *((o, n, "a", True) for o, n in READS.items()),
        *((o, n, "a", False) for o, n in WRITES.items()),
        *((o, n, "-", r) for o, (n, r) in ON_BUCKETS.items()),
    ],
)
def test_an_operation_is_the_event_it_makes(
    tmp_path: Path, operation: str, name: str, key: str, read_only: bool
) -> None:
    counted = read(write(tmp_path, [FIRST, *[line(operation, key)] * 3, LAST]))

    (row,) = counted.volumes.rows
    assert (row.key.event_source, row.key.event_name, row.key.event_type) == ("s3.amazonaws.com", name, "AwsApiCall")
    assert row.key.read_only is read_only
    # 3 in ten hours: × 730 / 10
    assert (row.count, row.per_month.low, row.per_month.high) == (3, Decimal(219), Decimal(219))
    assert counted.problems == ()


def test_every_operation_of_the_tables_was_among_these() -> None:
    assert set(READS) | set(WRITES) == set(operations.OBJECT_EVENTS) | set(operations.OBJECT_OR_BUCKET_EVENTS)
    assert {*ON_BUCKETS, operations.MULTI_DELETE} == set(operations.PREFIX_EVENTS)
    assert set(POSSIBLE) == set(operations.POSSIBLE_EVENTS)


def test_a_request_that_deletes_keys_makes_an_event_and_one_for_each_key(tmp_path: Path) -> None:
    lines = [
        line("REST.POST.MULTI_OBJECT_DELETE", "-", uri='"POST /?delete HTTP/1.1"'),
        *(line("BATCH.DELETE.OBJECT", f"raw/{n}", status="204", uri="-", agent="-") for n in range(4)),
    ]
    counted = read(write(tmp_path, [FIRST, *lines * 2, LAST]))

    found = {(row.key.event_name, row.key.event_type): row for row in counted.volumes.rows}
    # 2 requests of 4 keys in ten hours: 2 × 73 and 8 × 73
    assert found["DeleteObjects", "AwsApiCall"].per_month.low == Decimal(146)
    assert found["DeleteObject", "AwsServiceEvent"].per_month.low == Decimal(584)
    assert sum(row.per_month.high for row in counted.volumes.rows) == Decimal(730)
    assert {row.key.read_only for row in counted.volumes.rows} == {False}
    assert counted.problems == ()


def test_keys_that_no_line_names_are_a_band(tmp_path: Path) -> None:
    counted = read(write(tmp_path, [FIRST, *[line("REST.POST.MULTI_OBJECT_DELETE", "-")] * 2, LAST]))

    (row,) = (row for row in counted.volumes.rows if row.key.event_name == "DeleteObject")
    # 2 requests of 1 to 1,000 keys: 2 × 73 × 1 to 2 × 73 × 1,000
    assert (row.per_month.low, row.per_month.point, row.per_month.high) == (
        Decimal(146),
        Decimal(146),
        Decimal(146_000),
    )
    (problem,) = counted.problems
    assert "2 DeleteObjects requests on amzn-s3-demo-lake, and no line of a key that was named" in str(problem)


@pytest.mark.parametrize("operation", ["REST.COPY.OBJECT_GET", "REST.COPY.PART_GET"])
def test_the_reading_half_of_a_copy_is_no_event_of_its_own(tmp_path: Path, operation: str) -> None:
    copy = operation.removesuffix("_GET")
    counted = read(write(tmp_path, [FIRST, line(copy), line(operation, uri="-", status="200"), LAST]))

    # 1 copy in ten hours: 73
    assert sum(row.per_month.high for row in counted.volumes.rows) == Decimal(73)
    assert counted.volumes.read is not None
    assert counted.volumes.read.set_aside["copy-source"] == 1


@pytest.mark.parametrize(
    "operation",
    [
        "S3.EXPIRE.OBJECT",
        "S3.CREATE.DELETEMARKER",
        "S3.TRANSITION.OBJECT",
        "S3.TRANSITION_SIA.OBJECT",
        "S3.TRANSITION_GIR.OBJECT",
        "S3.DELETE.UPLOAD",
    ],
)
def test_what_lifecycle_rules_do_is_a_line_of_its_own_that_may_be_left_out(tmp_path: Path, operation: str) -> None:
    lines = [FIRST, *[line(operation, requester="AmazonS3", status="-", uri="-", agent="-")] * 5, LAST]
    (row,) = read(write(tmp_path, lines)).volumes.rows

    assert (row.key.event_source, row.key.event_type) == ("s3lifecycle.amazonaws.com", "AwsServiceEvent")
    assert (row.key.read_only, row.key.principal.container, row.key.principal.type) == (False, None, "AWSService")
    # 5 in ten hours: none of them to 5 × 73
    assert (row.count, row.per_month.low, row.per_month.high) == (5, Decimal(0), Decimal(365))

    without = read(tmp_path, counts_lifecycle=False).volumes
    assert without.rows == ()
    assert without.read is not None
    assert without.read.set_aside["lifecycle"] == 5


POSSIBLE = {
    "REST.GET.UPLOADS": ("ListMultipartUploads", "-"),
    "REST.OPTIONS.PREFLIGHT": (UNKNOWN, "a"),
    "REST.POST.BUCKET": (UNKNOWN, "-"),
    "REST.POST.OBJECT": (UNKNOWN, "a"),
    "WEBSITE.GET.OBJECT": ("GetObject", "index.html"),
    "WEBSITE.HEAD.OBJECT": ("HeadObject", "index.html"),
}


@pytest.mark.parametrize("operation", POSSIBLE)
def test_an_operation_of_which_no_page_speaks_may_be_an_event(tmp_path: Path, operation: str) -> None:
    name, key = POSSIBLE[operation]
    counted = read(write(tmp_path, [FIRST, *[line(operation, key)] * 2, LAST]))

    (row,) = counted.volumes.rows
    # 2 in ten hours: none of them to 2 × 73
    assert (row.key.event_name, row.per_month.low, row.per_month.high) == (name, Decimal(0), Decimal(146))
    assert counted.problems == ()


@pytest.mark.parametrize(
    ("operation", "key"), [("REST.GET.NOVELTY", "-"), ("REST.PUT.CORS", "a"), ("SOAP.GetObject", "a"), ("S3.NEW", "-")]
)
def test_an_unknown_operation_is_named_and_never_nothing(tmp_path: Path, operation: str, key: str) -> None:
    counted = read(write(tmp_path, [FIRST, *[line(operation, key)] * 3, LAST]))

    (row,) = counted.volumes.rows
    assert (row.key.event_name, row.key.event_source, row.key.read_only) == (UNKNOWN, UNKNOWN, UNKNOWN)
    # 3 in ten hours: none of them to 3 × 73
    assert (row.count, row.per_month.low, row.per_month.high) == (3, Decimal(0), Decimal(219))
    (problem,) = counted.problems
    assert f"3 lines of operations that costplan does not know: {operation} (3)" in str(problem)


@pytest.mark.parametrize(
    "operation",
    [
        "REST.GET.ACL",
        "REST.PUT.BUCKETPOLICY",
        "REST.GET.LOGGING_STATUS",
        "REST.DELETE.CORS",
        "REST.PUT.BUCKET",
        "REST.DELETE.BUCKET",
        "REST.GET.TAGGING",
        "REST.GET.LOCATION",
    ],
)
def test_what_is_about_a_bucket_is_a_management_event(tmp_path: Path, operation: str) -> None:
    counted = read(write(tmp_path, [line(operation, "-")]))

    assert counted.volumes.rows == ()
    assert counted.volumes.read is not None
    assert counted.volumes.read.set_aside == {"bucket-operation": 1}
    # Nothing happened to its objects, and that is known.
    (coverage,) = counted.volumes.coverage
    assert coverage.container == f"arn:aws:s3:::{BUCKET}"
