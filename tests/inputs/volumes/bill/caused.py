"""The bill that known events would have caused: a second, obvious reading of what AWS bills.

Nothing of the program's table is used here.
"""

from collections import Counter
from collections.abc import Iterator

from tests.generator.truth import EventKey, Truth
from tests.inputs.volumes.bill.made import Line

PREFIXES = {"us-east-1": ("USE1-", ""), "eu-west-1": ("EU-", "EU-"), "ap-southeast-2": ("APS2-", "APS2-")}
"""Of CloudTrail's usage types, and of S3's, which have none in us-east-1."""

# Each call, by the tier it is billed in and S3's name for it; deleting is free, and lifecycle expiry no request.
TIERS = {
    "GetObject": ("Tier2", "GetObject"),
    "HeadObject": ("Tier2", "HeadObject"),
    "ListObjects": ("Tier1", "ListBucket"),
    "PutObject": ("Tier1", "PutObject"),
    "CopyObject": ("Tier1", "CopyObject"),
}
FREE = {"DeleteObject", "DeleteObjects"}
BUCKET_CALLS = 0.01
"""Calls of a bucket, no data events, for each billed request."""


def bucket_of(key: EventKey) -> str | None:
    """Return the ARN of the bucket that an S3 data event is about."""
    found = [resource.container for resource in key.resources if resource.type == "AWS::S3::Object"]
    return found[0] if found and key.category == "Data" else None


def bill_of(truth: Truth, start: str, end: str, *, with_operations: bool) -> Iterator[Line]:
    """Yield the lines of the days from *start* to *end*, which are those of one bill."""
    days = {"start": start, "end": end, "month": start}
    free: Counter[tuple[str, str]] = Counter()
    recorded: Counter[tuple[str, str]] = Counter()
    requests: Counter[tuple[str, str, str, str, str]] = Counter()
    for key, count in truth.counts.items():
        place = key.account, key.region
        if key.category == "Management":
            free[place] += count
        elif key.category == "Data":
            recorded[place] += count
        bucket = bucket_of(key)
        if bucket is not None and key.event_source == "s3.amazonaws.com" and key.event_name not in FREE:
            tier, operation = TIERS[key.event_name]
            requests[(*place, bucket.rpartition(":")[2], tier, operation)] += count
    for (account, region), count in free.items():
        yield Line(f"{PREFIXES[region][0]}FreeEventsRecorded", str(count), account=account, **days)
    for (account, region), count in recorded.items():
        trail = f"arn:aws:cloudtrail:us-east-1:{account}:trail/audit"
        yield Line(f"{PREFIXES[region][0]}DataEventsRecorded", str(count), account=account, resource=trail, **days)
    for (account, region, bucket, tier, operation), count in requests.items():
        of_bucket = {"product": "AmazonS3", "account": account, "resource": bucket, **days}
        usage_type = f"{PREFIXES[region][1]}Requests-{tier}"
        yield Line(usage_type, str(count), operation=operation if with_operations else "", **of_bucket)
        calls = str(round(count * BUCKET_CALLS))
        yield Line(usage_type, calls, operation="ReadLocation" if with_operations else "", **of_bucket)
