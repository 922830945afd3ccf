"""Answers of AWS's API that several tests begin with, and how they are written and read."""

import json
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.configs import Configuration, read_config, read_configuration
from costplan.model.problems import BadInputError
from costplan.model.recorders import EventDataStore, Trail
from costplan.model.selectors import AdvancedEventSelector, FieldSelector
from costplan.model.unknown import UNKNOWN

ACCOUNT, OTHER = "111122223333", "444455556666"
ARN = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"
BUCKET = "amzn-s3-demo-logs"
LOG_GROUP = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:audit"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/EXAMPLE"
STORE_ARN = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:eventdatastore/EXAMPLE-1"
TRAIL: dict[str, Any] = {
    "Name": "audit",
    "S3BucketName": BUCKET,
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "eu-west-1",
    "TrailARN": ARN,
    "LogFileValidationEnabled": True,
    "IsOrganizationTrail": False,
    "RecursiveLogging": True,
    "CloudWatchLogsLogGroupArn": f"{LOG_GROUP}:*",
    "KmsKeyId": KEY,
}
MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
ANY_EVENT = (AdvancedEventSelector((FieldSelector("eventCategory", equals=(UNKNOWN,)),)),)

DOCUMENT: dict[str, Any] = {
    "describe-trails": {"trailList": [TRAIL]},
    "get-trail-status": {ARN: {"IsLogging": True, "TimeLoggingStarted": "2024-05-01T08:00:00Z"}},
    "get-event-selectors": {ARN: {"TrailARN": ARN, "AdvancedEventSelectors": [MANAGEMENT]}},
    "get-insight-selectors": {ARN: {"InsightSelectors": []}},
    "get-event-configuration": {ARN: {"AggregationConfigurations": []}},
    "get-bucket-lifecycle-configuration": {BUCKET: {"Rules": []}},
    "get-bucket-location": {BUCKET: {"LocationConstraint": "eu-west-1"}},
    "describe-log-groups": {
        f"{LOG_GROUP}:*": {"logGroups": [{"logGroupName": "audit", "arn": f"{LOG_GROUP}:*", "retentionInDays": 90}]}
    },
    "describe-key": {KEY: {"KeyMetadata": {"Arn": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER"}}},
}


def trail_in(account: str, name: str = "audit", **more: object) -> dict[str, Any]:
    """Return a description of a trail of *account*, with a bucket and nothing else beside it."""
    arn = f"arn:aws:cloudtrail:eu-west-1:{account}:trail/{name}"
    return {
        "Name": name,
        "S3BucketName": f"amzn-s3-demo-{account}",
        "HomeRegion": "eu-west-1",
        "TrailARN": arn,
        **more,
    }


def write(folder: Path, files: dict[str, object]) -> Path:
    """Write *files* as JSON under *folder*; a name may have folders in it."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return folder


def read(folder: Path, **files: object) -> Configuration:
    """Return what ``name.json`` files hold, whose names write ``__`` for ``-``."""
    return read_configuration(
        write(folder, {f"{name.replace('__', '-')}.json": value for name, value in files.items()})
    )


def one_trail(configuration: Configuration) -> Trail:
    (trail,) = configuration.recorders
    assert isinstance(trail, Trail)
    return trail


def one_store(configuration: Configuration) -> EventDataStore:
    (store,) = configuration.recorders
    assert isinstance(store, EventDataStore)
    return store


def notes(configuration: Configuration) -> list[str]:
    return [str(note) for note in configuration.set_aside]


def problems_of(path: Path) -> list[str]:
    with pytest.raises(BadInputError) as raised:
        read_config(path)
    return [str(problem) for problem in raised.value.problems]
