"""Changes of code whose trails an estate shows too: as they were deployed, or as they are after the change."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan.model.changes import Diff
from costplan.workflows.diff import diff
from tests.workflows.changes import FOLDER, VOLUMES

D = Decimal
HERE: dict[str, Any] = {"account": "111122223333", "region": "eu-west-1", "months": 1}
ONE_BUCKET = (FOLDER / "all-buckets" / "template-before.yaml").read_text(encoding="utf-8")
# 20,000,000 × 0.10 / 100,000 on claims, and P + 30 E for the files (tests/data/changes/renamed).
COST = D("20.076660965728759765625")
DEPLOYED = """
recorders:
  - trail: audit
    arn: arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit
    is_multi_region: false
    s3: {bucket: amzn-s3-demo-trail-logs}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    return written(tmp_path, "estate.yaml", DEPLOYED)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def between(*sides: Path, **options: Any) -> Diff:
    (found,) = diff(*sides, volumes=[VOLUMES], **(HERE | options)).diffs
    return found


def test_a_template_that_renames_a_trail_renames_that_of_the_estate_too(tmp_path: Path, estate: Path) -> None:
    before = written(tmp_path, "before.yaml", ONE_BUCKET)
    after = written(tmp_path, "after.yaml", ONE_BUCKET.replace("TrailName: audit", "TrailName: claims-audit"))
    found = between(before, after, estate=estate)
    assert found.is_empty
    assert [(one.before, one.after) for one in found.renamed] == [("audit", "claims-audit")]


def test_a_trail_that_a_template_no_longer_declares_is_gone_from_the_estate_too(tmp_path: Path, estate: Path) -> None:
    before = written(tmp_path, "before.yaml", ONE_BUCKET)
    after = written(tmp_path, "after.yaml", ONE_BUCKET.partition("  Audit:")[0])
    found = between(before, after, estate=estate)
    assert (found.cost.point, [each.change.kind for each in found.causes]) == (-COST, ["removed"])


def test_a_trail_that_a_template_adds_was_not_there_though_an_estate_that_was_pulled_later_has_it(
    tmp_path: Path, estate: Path
) -> None:
    before = written(tmp_path, "before.yaml", ONE_BUCKET.partition("  Audit:")[0])
    after = written(tmp_path, "after.yaml", ONE_BUCKET)
    found = between(before, after, estate=estate)
    assert (found.cost.point, [each.change.kind for each in found.causes]) == (COST, ["added"])


def test_a_trail_that_a_plan_adds_was_not_there_though_an_estate_that_was_pulled_later_has_it(tmp_path: Path) -> None:
    folder = FOLDER / "plan-adds-trail"
    shown = (folder / "estate.yaml").read_text(encoding="utf-8") + DEPLOYED.partition("recorders:\n")[2]
    later = written(tmp_path, "later.yaml", shown.replace("is_multi_region: false", "is_multi_region: true"))
    # The figure of tests/data/changes/plan-adds-trail.
    assert between(folder / "plan.json", estate=later).cost.point == D("300.1224765277862548828125")


def test_the_estate_of_a_project_is_there_before_its_code_declares_the_first_trail() -> None:
    folder = FOLDER / "organization-trail"
    sides = (folder / "template-before.yaml", folder / "template-after.yaml")
    options = {"account": "999999999999", "region": "us-east-1", "estate_of_code": folder / "estate.yaml"}
    # The figure of tests/data/changes/organization-trail.
    assert between(*sides, **options).cost.point == D("400.295566791534423828125")
