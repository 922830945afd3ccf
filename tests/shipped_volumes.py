"""The volumes that the bundled scenarios ship: which generated logs they were counted from.

``python -m tests.shipped_volumes`` writes them anew; a test does the same and compares.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.generator import Population, write_logs
from tests.generator.population import Mix

PROJECT = Path(__file__).parent.parent
VOLUMES = PROJECT / "scenarios" / "volumes"
START = datetime(2026, 10, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Shipped:
    """One volumes file: the logs, the scenarios it must answer, the trail that is said to have written them.

    share: of the logs' bytes that are read; all of them unless said.
    """

    population: Population
    scenarios: tuple[str, ...]
    recorded_by: str
    share: float | None = None


ACCOUNT = Population(
    seed=7,
    accounts=("111122223333",),
    regions=(("us-east-1", 6.0), ("eu-west-1", 3.0), ("ap-southeast-2", 1.0)),
    start=START,
    days=14,
    events_per_day=80_000,
    mix=Mix(management=55.0, s3=45.0, lambda_=0.0, dynamodb=0.0, network=0.0),
    buckets=6,
)
SHIPPED: Mapping[str, Shipped] = {
    "acme-account.json": Shipped(ACCOUNT, ("layouts", "data-events", "insights"), "audit-trail.json"),
    "acme-account-sampled.json": Shipped(ACCOUNT, ("sample",), "audit-trail.json", share=0.05),
    "acme-organization.json": Shipped(
        Population(
            seed=8,
            accounts=("111122223333", "444455556666", "999999999999"),
            regions=(("us-east-1", 5.0), ("eu-west-1", 2.0)),
            start=START,
            days=14,
            events_per_day=40_000,
            organization="o-exampleorgid",
            mix=Mix(management=100.0, s3=0.0, lambda_=0.0, dynamodb=0.0, network=0.0),
        ),
        ("organization",),
        "organization-trail.json",
    ),
}
METRICS = "acme-metrics.json"
BEFORE_RECORDING = Population(
    seed=9,
    accounts=("111122223333",),
    regions=(("eu-west-1", 3.0), ("us-east-1", 1.0)),
    start=START,
    days=14,
    events_per_day=3_000,
    mix=Mix(management=0.0, s3=100.0, lambda_=0.0, dynamodb=0.0, network=0.0),
    buckets=6,
)
TIMES, KEYS_PER_DELETE = 1_000, 10
"""Each generated event stands for so many requests; no request deletes more than so many objects."""

WITHOUT_METRICS = "amzn-s3-demo-images-1-1"


def measure_metrics(output: Path) -> None:
    """Write the volumes that request metrics tell of every generated bucket but one, which has none, to *output*."""
    from costplan.inputs.volumes.metrics.buckets import plan_bucket
    from costplan.inputs.volumes.metrics.cloudwatch import Read
    from costplan.inputs.volumes.metrics.figures import Place, Window
    from costplan.inputs.volumes.metrics.inventory import Filters
    from costplan.inputs.volumes.metrics.objects import measure_objects, spread_coverage
    from costplan.model.volumes import Volumes
    from costplan.workflows.measure import write_volumes
    from tests.inputs.volumes.metrics.caused import request_metrics

    with tempfile.TemporaryDirectory() as folder:
        truth = write_logs(BEFORE_RECORDING, Path(folder))
    plans, read = [], Read()
    for thing, metrics in sorted(request_metrics(truth).items()):
        has = Filters(() if thing.name == WITHOUT_METRICS else ("EntireBucket",))
        plan = plan_bucket(Place(thing.account, thing.region), thing.name, has, ())
        for whole in plan.whole.values():
            for series, mapping in whole.series.items():
                read.points[series] = {START: metrics[mapping.metric] * TIMES}
        plans.append(plan)
    window = Window(START, START + timedelta(days=14))
    found = measure_objects(plans, read, window, KEYS_PER_DELETE)
    places = {place: [plan.name for plan in plans if plan.place == place] for place in {plan.place for plan in plans}}
    spread_coverage(found, places, {place.account for place in places}, window)
    found.coverage.sort(key=repr)
    assert len(found.problems) == 1
    write_volumes(Volumes(tuple(found.rows), tuple(found.coverage), kind="metrics"), output)


def count(shipped: Shipped, output: Path) -> None:
    """Generate the logs of *shipped*, count them, and write the volumes to *output*."""
    from costplan.workflows.measure import SampleSize, measure_logs, write_volumes

    with tempfile.TemporaryDirectory() as folder:
        truth = write_logs(shipped.population, Path(folder))
        result = measure_logs(
            [Path(folder)],
            scenarios=[PROJECT / "scenarios" / name for name in shipped.scenarios],
            recorded_by=VOLUMES / shipped.recorded_by,
            keep=["bytes"],
            sample=None if shipped.share is None else SampleSize(max_bytes=int(truth.log_bytes * shipped.share)),
        )
    write_volumes(result.volumes, output)


def main() -> None:
    """Write every shipped volumes file anew."""
    for name, shipped in SHIPPED.items():
        count(shipped, VOLUMES / name)
        print(VOLUMES / name)
    measure_metrics(VOLUMES / METRICS)
    print(VOLUMES / METRICS)


if __name__ == "__main__":
    main()
