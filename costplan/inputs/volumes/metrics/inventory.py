"""What an account has that could have metrics: without this list, what has none would go unnoticed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from costplan.inputs.account.answers import Refusal
from costplan.inputs.account.operations import (
    GET_BUCKET_LOCATION,
    LIST_BUCKET_METRICS,
    LIST_BUCKETS,
    LIST_FUNCTIONS,
    LIST_QUEUES,
    LIST_STATE_MACHINES,
    LIST_STREAMS,
    LIST_TABLES,
    LIST_TOPICS,
)
from costplan.inputs.account.session import Session
from costplan.inputs.volumes.metrics.facts import MetricService

ENTIRE_BUCKET = "EntireBucket"
"""What the console calls a filter of everything."""

_BUCKETS_PER_PAGE = 1000
_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an account.

    region: where it is, or why nobody says.
    """

    name: str
    region: str | Refusal


@dataclass(frozen=True, slots=True)
class Filters:
    """The request metrics that are switched on for a bucket.

    whole: ids of those that count every request; partial: of those that count some.
    """

    whole: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()


def list_buckets(session: Session, region: str) -> tuple[Bucket, ...] | Refusal:
    """Return the buckets of the account, in all Regions, sorted by name."""
    listed, refusal = session.ask_for_all(
        LIST_BUCKETS, region, "Buckets", "ContinuationToken", MaxBuckets=_BUCKETS_PER_PAGE
    )
    if refusal is not None:
        return refusal
    found = (Bucket(str(one["Name"]), one.get("BucketRegion") or _location(session, region, one)) for one in listed)
    return tuple(sorted(found, key=lambda bucket: bucket.name))


def _location(session: Session, region: str, bucket: Mapping[str, Any]) -> str | Refusal:
    answer = session.ask(GET_BUCKET_LOCATION, region, Bucket=bucket["Name"])
    if isinstance(answer, Refusal):
        return answer
    # The two oldest Regions have names of their own.
    location = answer.get("LocationConstraint")
    return "us-east-1" if not location else "eu-west-1" if location == "EU" else str(location)


def filters_of(session: Session, bucket: str, region: str) -> Filters | Refusal:
    """Return the request metrics that are switched on for a bucket."""
    found, refusal = session.ask_for_all(
        LIST_BUCKET_METRICS,
        region,
        "MetricsConfigurationList",
        "NextContinuationToken",
        "ContinuationToken",
        Bucket=bucket,
    )
    if refusal is not None:
        return refusal
    whole = tuple(sorted(str(one["Id"]) for one in found if not one.get("Filter")))
    return Filters(whole, tuple(sorted(str(one["Id"]) for one in found if one.get("Filter"))))


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a service has in a Region.

    names: as metrics name them.
    without_events: those of which the metrics count no data events.
    """

    names: frozenset[str]
    without_events: frozenset[str] = frozenset()


def list_names(session: Session, service: MetricService, region: str) -> Inventory | Refusal:
    """Return what a service other than S3 has in a Region."""
    ask, name_of = _LISTS[service]
    found, refusal = ask(session, region)
    if refusal is not None:
        return refusal
    without = frozenset(name_of(one) for one in found if service is MetricService.STEP_FUNCTIONS and _is_standard(one))
    return Inventory(frozenset(map(name_of, found)), without)


def _is_standard(machine: Mapping[str, Any]) -> bool:
    # Only express state machines can be begun by a call that waits for their end.
    return machine.get("type") == "STANDARD"


def _end(separator: str) -> Callable[[str], str]:
    return lambda text: text.rpartition(separator)[2]


_Ask = Callable[[Session, str], tuple[list[Any], Refusal | None]]
_LISTS: Mapping[MetricService, tuple[_Ask, Callable[[Any], str]]] = {
    MetricService.LAMBDA: (
        lambda session, region: session.ask_for_all(LIST_FUNCTIONS, region, "Functions", "NextMarker", "Marker"),
        lambda one: str(one["FunctionName"]),
    ),
    MetricService.DYNAMODB: (
        lambda session, region: session.ask_for_all(
            LIST_TABLES, region, "TableNames", "LastEvaluatedTableName", "ExclusiveStartTableName"
        ),
        str,
    ),
    MetricService.SNS: (
        lambda session, region: session.ask_for_all(LIST_TOPICS, region, "Topics"),
        lambda one: _end(":")(one["TopicArn"]),
    ),
    MetricService.SQS: (
        lambda session, region: session.ask_for_all(LIST_QUEUES, region, "QueueUrls", MaxResults=_PER_PAGE),
        _end("/"),
    ),
    MetricService.KINESIS: (
        lambda session, region: session.ask_for_all(LIST_STREAMS, region, "StreamNames"),
        str,
    ),
    MetricService.STEP_FUNCTIONS: (
        lambda session, region: session.ask_for_all(
            LIST_STATE_MACHINES, region, "stateMachines", "nextToken", maxResults=_PER_PAGE
        ),
        lambda one: str(one["stateMachineArn"]),
    ),
}
