"""The metrics that known events would have caused: a second, obvious reading of what AWS says about each metric.

Nothing of the program's table is used here.
"""

import random
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from tests.generator.truth import EventKey, Truth

OF_CALL = {
    "GetObject": "GetRequests",
    "HeadObject": "HeadRequests",
    "ListObjects": "ListRequests",
    "PutObject": "PutRequests",
    "CopyObject": "PutRequests",
    "DeleteObject": "DeleteRequests",
    "DeleteObjects": "DeleteRequests",
}
ASYNCHRONOUS, RETRIED, THROTTLED = 0.2, 0.1, 0.02
BUCKET_CALLS = 0.01


class Thing(NamedTuple):
    """A resource in a place."""

    account: str
    region: str
    arn: str

    @property
    def name(self) -> str:
        return self.arn.replace("/", ":").rpartition(":")[2]


Caused = Mapping[Thing, Counter[str]]


def _things(key: EventKey, resource_type: str) -> list[Thing]:
    return [Thing(key.account, key.region, r.container) for r in key.resources if r.type == resource_type]


def request_metrics(truth: Truth) -> Caused:
    """Return the request metrics of each bucket; of some copies the internal GET, and a few calls on the bucket."""
    found: dict[Thing, Counter[str]] = {}
    for key, count in truth.counts.items():
        for bucket in _things(key, "AWS::S3::Object"):
            metrics = found.setdefault(bucket, Counter())
            # Lifecycle works without requests, and a request to delete several keys is one.
            if key.event_type == "AwsServiceEvent":
                continue
            metrics[OF_CALL[key.event_name]] += count
            metrics["AllRequests"] += count
            if key.error_code:
                metrics["4xxErrors"] += count
            if key.event_name == "CopyObject":
                metrics["GetRequests"] += count
                metrics["AllRequests"] += count
    for metrics in found.values():
        metrics["AllRequests"] += round(metrics["AllRequests"] * BUCKET_CALLS)
    return found


def function_metrics(truth: Truth, generator: random.Random) -> Caused:
    """Return the metrics of each function: some calls are asynchronous and tried again, some are throttled."""
    found: dict[Thing, Counter[str]] = {}
    for key, count in truth.counts.items():
        for function in _things(key, "AWS::Lambda::Function"):
            metrics = found.setdefault(function, Counter())
            for _ in range(count):
                if generator.random() < THROTTLED:
                    metrics["Throttles"] += 1
                    continue
                is_retried = generator.random() < ASYNCHRONOUS and generator.random() < RETRIED
                metrics["Invocations"] += generator.choice((2, 3)) if is_retried else 1
    return found


def table_metrics(truth: Truth) -> Caused:
    """Return the successful calls on each table by operation; a call on several tables is counted for each."""
    found: dict[Thing, Counter[str]] = {}
    for key, count in truth.counts.items():
        for table in _things(key, "AWS::DynamoDB::Table"):
            found.setdefault(table, Counter())[key.event_name] += count
    return found


def events_of(truth: Truth, resource_type: str, *, with_lifecycle: bool = False) -> Mapping[Thing, int]:
    """Return how many events name each resource of a type."""
    found: Counter[Thing] = Counter()
    for key, count in truth.counts.items():
        if with_lifecycle or key.event_source != "s3lifecycle.amazonaws.com":
            for thing in _things(key, resource_type):
                found[thing] += count
    return found
