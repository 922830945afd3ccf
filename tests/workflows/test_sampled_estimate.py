"""From a sampled volumes file to an estimate, as a user makes one."""

import json
from decimal import Decimal
from math import isclose
from pathlib import Path

from costplan.engine.uncertainty import student_t
from costplan.inputs.volumes.volumes_file import read_volumes, write_volumes
from costplan.model.quantity import Quantity, Replicates
from costplan.model.volumes import Sampling, Volumes
from costplan.reports import EstimateFormat, render_estimates
from costplan.workflows.estimate import estimate
from tests.build import DATA, make_coverage, make_row, object_row

D = Decimal

TRAIL = """\
  - trail: {name}
    account: "111122223333"
    home_region: eu-west-1
    is_multi_region: true
    advanced_event_selectors:
      - fields: {{eventCategory: {{equals: [Management]}}}}
"""
OBJECTS = """\
      - fields: {eventCategory: {equals: [Data]}, resources.type: {equals: ["AWS::S3::Object"]}}
"""


def sampled(point: int, size: float, counted: int) -> Quantity:
    """64 replicates, all but evenly above and below, whose standard error is *size*."""
    deviations = tuple(size * (-1) ** (n // 2) for n in range(64))
    return Quantity.sampled(D(point), Replicates("sha256:ab", 1 / 64, deviations), counted=D(counted))


def test_a_sampled_volumes_file_gives_an_estimate_with_intervals(tmp_path: Path) -> None:
    rows = (make_row(sampled(3_000_000, 100_000, 40_000)), object_row(sampled(50_000_000, 2_000_000, 700_000)))
    drawn = Sampling(
        "sha256:ab",
        "successive-difference",
        64,
        D(1) / 64,
        1,
        900,
        9,
        9_000,
        90,
        90,
        9,
        (("111122223333", "us-east-1"),),
    )
    coverage = tuple(make_coverage(category) for category in (rows[0].key.category, DATA))
    write_volumes(Volumes(rows, coverage, kind="cloudtrail-logs", sampling=drawn), tmp_path / "volumes.json")
    one = f"scenario: one\nvolumes: volumes.json\nrecorders:\n{TRAIL.format(name='a')}{OBJECTS}"
    (tmp_path / "1.yaml").write_text(one)
    (tmp_path / "2.yaml").write_text(one.replace("scenario: one", "scenario: two") + TRAIL.format(name="b"))

    result = estimate([tmp_path / "1.yaml", tmp_path / "2.yaml"], months=1)
    _, two = json.loads(render_estimates(result.estimates, EstimateFormat.JSON))["scenarios"]

    # 3,000,000 × 2.00 / 100,000 = 60 dollars ± t(63) × 2; 50,000,000 × 0.10 / 100,000 = 50 ± t(63) × 2.
    charges = {charge["meter"]: charge for charge in two["charges"]}
    for meter, cost in (("management-additional-copy", 60), ("data", 50)):
        charge = charges[meter]
        assert float(charge["list_cost"]) == cost
        assert isclose(float(charge["half_width"]), student_t(63) * 2, rel_tol=1e-6)
        assert isclose(float(charge["low"]) + float(charge["half_width"]), cost, rel_tol=1e-9)
    # One sample: both move together, 2 + 2 dollars in every replicate.
    assert float(two["months"][0]["half_width"]) > student_t(63) * 4
    assert isclose(float(two["against"]["ends"]["half_width"]), student_t(63) * 2, rel_tol=0.01)
    assert two["is_lower_bound"]
    assert {unknown["because"] for unknown in two["unknown"]} == {
        "the sample drew none of their log files (111122223333 in us-east-1)"
    }
    assert "sample: 1.0 % of the bytes read, 95 % intervals (±)" in render_estimates(
        result.estimates, EstimateFormat.TABLE
    )
    assert read_volumes(tmp_path / "volumes.json").rows == rows
