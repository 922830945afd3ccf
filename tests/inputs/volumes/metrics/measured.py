"""An account with metrics: put there through the SDK, as far as moto serves it, and read back over HTTP."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3

from costplan.inputs.account import Access
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from costplan.workflows.measure import MeasureResult
from costplan.workflows.metrics import MetricService, measure_metrics
from tests.inputs.account.front import Asked, Scene

REGION, OTHER = "eu-west-1", "us-east-1"
NOW = datetime(2026, 11, 16, 12, 30, tzinfo=UTC)
# A Monday at noon: two weeks before it hold 48 hours of each weekday, so a count becomes a month by 730 / 336.
START, END = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 16, 12, tzinfo=UTC)
UNIT = 336
"""So many in two weeks are 730 a month."""

WHOLE = {"BucketName": "amzn-s3-demo-lake", "FilterId": "EntireBucket"}
LENS = {
    "configuration_id": "dashboard",
    "metrics_version": "1.0",
    "aws_account_number": "123456789012",
    "aws_region": REGION,
    "bucket_name": "amzn-s3-demo-lake",
    "record_type": "BUCKET",
}


def put(
    namespace: str,
    metric: str,
    dimensions: Mapping[str, str],
    units: int,
    *,
    when: datetime = START + timedelta(hours=3),
    region: str = REGION,
    samples: bool = False,
) -> None:
    """Put a metric: *units* times 336 in one hour, as one value or as so many samples."""
    datum: dict[str, Any] = {
        "MetricName": metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Timestamp": when,
    }
    datum |= {"Values": [1.0], "Counts": [units * UNIT]} if samples else {"Value": units * UNIT}
    boto3.client("cloudwatch", region_name=region).put_metric_data(Namespace=namespace, MetricData=[datum])


def make_bucket(name: str, region: str = REGION) -> None:
    where = {} if region == OTHER else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    boto3.client("s3", region_name=region).create_bucket(Bucket=name, **where)


def switch_on(scene: Scene, filters: Mapping[str, Mapping[str, str]]) -> None:
    """Play the request metrics of buckets: ids of filters, and the prefix of each, by bucket."""

    def play(asked: Asked) -> str:
        one = "<MetricsConfiguration><Id>{}</Id>{}</MetricsConfiguration>"
        found = "".join(
            one.format(name, f"<Filter><Prefix>{prefix}</Prefix></Filter>" if prefix else "")
            for name, prefix in filters.get(asked.parameters["Bucket"], {}).items()
        )
        tag = "ListMetricsConfigurationsResult"
        return f"<{tag}><IsTruncated>false</IsTruncated>{found}</{tag}>"

    scene.plays["ListBucketMetricsConfigurations"] = play


def measure(access: Access, *services: str, regions: tuple[str, ...] = (REGION,), **rest: Any) -> MeasureResult:
    chosen = [MetricService(service) for service in services]
    return measure_metrics(services=chosen, regions=regions, access=access, now=NOW, **rest)


def name_of(row: VolumeRow) -> str:
    """Return an event name, or what its row reads or writes where that is not known."""
    if isinstance(row.key.event_name, str):
        return row.key.event_name
    kind = {True: "reads", False: "writes", UNKNOWN: "calls"}[row.key.read_only]
    return "deletes" if row.key.event_type is UNKNOWN else kind


def figures(volumes: Volumes) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Return low, point and high of each row by its name, in units of 730 a month."""
    return {
        name_of(row): (row.per_month.low / 730, row.per_month.point / 730, row.per_month.high / 730)
        for row in volumes.rows
    }


def problems(result: MeasureResult) -> str:
    return "\n".join(map(str, result.problems))
