"""The volumes that the bundled scenarios ship: which generated logs they were counted from.

``python -m tests.shipped_volumes`` writes them anew; a test does the same and compares.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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


if __name__ == "__main__":
    main()
