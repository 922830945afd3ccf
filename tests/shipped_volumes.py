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
    """One volumes file: the logs, the scenarios it must answer, the trail that is said to have written them."""

    population: Population
    scenarios: tuple[str, ...]
    recorded_by: str


SHIPPED: Mapping[str, Shipped] = {
    "acme-account.json": Shipped(
        Population(
            seed=7,
            accounts=("111122223333",),
            regions=(("us-east-1", 6.0), ("eu-west-1", 3.0), ("ap-southeast-2", 1.0)),
            start=START,
            days=14,
            events_per_day=80_000,
            mix=Mix(management=55.0, s3=45.0, lambda_=0.0, dynamodb=0.0, network=0.0),
            buckets=6,
        ),
        ("layouts", "data-events", "insights"),
        "audit-trail.json",
    ),
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
    from costplan.workflows.measure import measure_logs, write_volumes

    with tempfile.TemporaryDirectory() as folder:
        write_logs(shipped.population, Path(folder))
        scenarios = [PROJECT / "scenarios" / name for name in shipped.scenarios]
        result = measure_logs([Path(folder)], scenarios=scenarios, recorded_by=VOLUMES / shipped.recorded_by)
    write_volumes(result.volumes, output)


def main() -> None:
    """Write every shipped volumes file anew."""
    for name, shipped in SHIPPED.items():
        count(shipped, VOLUMES / name)
        print(VOLUMES / name)


if __name__ == "__main__":
    main()
