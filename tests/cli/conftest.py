"""A folder in which every example of the help can be run: log files, a configuration, the shipped scenarios."""

import json
import shutil
from pathlib import Path

import pytest

from tests.generator import Population, account_ids, write_logs

POPULATION = Population(seed=7, accounts=account_ids(2), days=0, hours=3, events_per_day=4_800)

EXAMPLES = (
    "template.yaml",
    "plan.json",
    "estate.yaml",
    "prices.yaml",
    "AWSCloudTrail.csv",
    "bill.csv",
    "estimated.yaml",
    "totals.yaml",
    "next-year.yaml",
)

ROOT = Path(__file__).parent.parent.parent

TRAIL = {
    "trailList": [
        {
            "Name": "audit",
            "S3BucketName": "amzn-s3-demo-bucket",
            "IncludeGlobalServiceEvents": True,
            "IsMultiRegionTrail": True,
            "HomeRegion": "us-east-1",
            "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
            "LogFileValidationEnabled": True,
            "HasCustomEventSelectors": False,
            "HasInsightSelectors": False,
            "IsOrganizationTrail": False,
        }
    ]
}


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, made once; nobody may change it."""
    folder = tmp_path_factory.mktemp("made")
    write_logs(POPULATION, folder)
    (folder / "trails.json").write_text(json.dumps(TRAIL))
    shutil.copy(ROOT / "examples" / "trails.json", folder / "examples-trails.json")
    for name in EXAMPLES:
        shutil.copy(ROOT / "examples" / name, folder)
    for name in ("scenarios", "examples/access-logs"):
        shutil.copytree(ROOT / name, folder / name.rpartition("/")[2])
    return folder


@pytest.fixture
def work_folder(made_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of ``made_folder`` to work in, with a page of 100 columns."""
    folder = tmp_path / "work"
    shutil.copytree(made_folder, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    return folder
