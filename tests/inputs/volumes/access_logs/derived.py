"""Access logs that known events would have caused: written record by record, knowing nothing of the reader.

Every event of an object is one line; a copy has a second line for its source.  Beside them stand lines that make no
event, or that nobody knows of: settings of buckets, redirects, requests that were not authenticated.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

OWNERS = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
NOISE_EVERY = 40

LINES = {
    ("s3.amazonaws.com", "GetObject", "AwsApiCall"): "REST.GET.OBJECT",
    ("s3.amazonaws.com", "PutObject", "AwsApiCall"): "REST.PUT.OBJECT",
    ("s3.amazonaws.com", "HeadObject", "AwsApiCall"): "REST.HEAD.OBJECT",
    ("s3.amazonaws.com", "ListObjects", "AwsApiCall"): "REST.GET.BUCKET",
    ("s3.amazonaws.com", "DeleteObject", "AwsApiCall"): "REST.DELETE.OBJECT",
    ("s3.amazonaws.com", "CopyObject", "AwsApiCall"): "REST.COPY.OBJECT",
    ("s3.amazonaws.com", "DeleteObjects", "AwsApiCall"): "REST.POST.MULTI_OBJECT_DELETE",
    ("s3.amazonaws.com", "DeleteObject", "AwsServiceEvent"): "BATCH.DELETE.OBJECT",
    ("s3lifecycle.amazonaws.com", "DeleteObject", "AwsServiceEvent"): "S3.EXPIRE.OBJECT",
}


class Noise:
    """How many lines were added that are no event for sure."""

    def __init__(self) -> None:
        self.redirects = self.settings = self.copies = 0
        self.unauthenticated: Counter[str] = Counter()


def write_access_logs(bodies: Iterable[bytes], root: Path) -> Noise:
    """Write the lines of all S3 data events in CloudTrail files, as logs of each bucket and hour."""
    noise, files = Noise(), defaultdict(list)
    for number, record in enumerate(_object_events(bodies)):
        bucket = record["requestParameters"]["bucketName"]
        when = datetime.fromisoformat(record["eventTime"])
        lines = files[record["recipientAccountId"], record["awsRegion"], bucket, when.replace(minute=0, second=0)]
        operation = LINES[record["eventSource"], record["eventName"], record["eventType"]]
        key = record["requestParameters"].get("key")
        lines.append(_line(record, bucket, when, operation, key))
        if operation == "REST.COPY.OBJECT":
            lines.append(_line(record, bucket, when, "REST.COPY.OBJECT_GET", key, uri="-"))
            noise.copies += 1
        if number % NOISE_EVERY == 0:
            lines.append(_line(record, bucket, when, "REST.GET.BUCKETPOLICY", None))
            lines.append(_line(record, bucket, when, "REST.GET.OBJECT", key, "301 PermanentRedirect"))
            lines.append(_line(record, bucket, when, "REST.PUT.OBJECT", key, "403 SignatureDoesNotMatch"))
            noise.settings += 1
            noise.redirects += 1
            noise.unauthenticated[bucket] += 1
    for number, ((account, region, bucket, hour), lines) in enumerate(files.items()):
        stamp = hour + timedelta(hours=1, minutes=4)
        folder = root / account / region / bucket / f"{stamp:%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stamp:%Y-%m-%d-%H-%M-%S}-{number:016X}").write_text("".join(lines), encoding="utf-8")
    return noise


def _object_events(bodies: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for body in bodies:
        for record in json.loads(gzip.decompress(body))["Records"]:
            types = {element.get("type") for element in record.get("resources") or ()}
            if "AWS::S3::Object" in types and record["eventCategory"] == "Data":
                yield record


def _line(
    record: dict[str, Any],
    bucket: str,
    when: datetime,
    operation: str,
    key: str | None,
    answer: str = "200 -",
    uri: str | None = None,
) -> str:
    identity = record["userIdentity"]
    # Each of these records is another request, even keys of one batch, which a log would tell by their keys.
    request = record["eventID"].replace("-", "").upper()[:16]
    requester = identity.get("arn") or ("-" if "invokedBy" not in identity else f"svc:{identity['invokedBy']}")
    written = "-" if key is None else quote_plus(quote_plus(key, safe="/"), safe="/")
    asked = uri or f'"GET /{quote_plus(key or "")} HTTP/1.1"'
    return (
        f"{OWNERS} {bucket} [{when:%d/%b/%Y:%H:%M:%S} +0000] 192.0.2.7 {requester} {request} {operation} "
        f'{written} {asked} {answer} 10 20 3 2 "-" "a "tool" of theirs" - id SigV4 cipher AuthHeader host TLSv1.2 - -\n'
    )
