"""Small records and log files, written by hand; documentation accounts and addresses only."""

import gzip
import json
from itertools import count
from pathlib import Path
from typing import Any

ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"
STAMPED = f"{ACCOUNT}_CloudTrail_eu-west-1_20261005T0010Z_aBcDeFgHiJkLmNoP.json.gz"

_ids = count(1)


def make_record(**changes: Any) -> dict[str, Any]:
    """A management write of a role; a change to ... takes the field away."""
    record: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAIOSFODNN7EXAMPLE:session",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/etl/session-1",
            "accountId": ACCOUNT,
        },
        "eventTime": "2026-10-05T00:07:30Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.1",
        "requestParameters": {"instanceType": "t3.micro"},
        "eventID": f"00000000-0000-4000-8000-{next(_ids):012x}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    record.update(changes)
    return {name: value for name, value in record.items() if value is not ...}


def make_object_record(key: str = "claims/1.json", bucket: str = "amzn-s3-demo-lake", **changes: Any) -> dict[str, Any]:
    """A write of one S3 object."""
    arn = f"arn:aws:s3:::{bucket}"
    resources = [
        {"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"},
        {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": arn},
    ]
    call = {"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "resources": resources}
    return make_record(**{"eventCategory": "Data", "managementEvent": False, **call, **changes})


def text_of(records: list[Any]) -> bytes:
    """The text of a log file, as compact as CloudTrail writes it."""
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def write_log(path: Path, records: list[Any]) -> Path:
    """Write a log file, compressed if its name ends so."""
    text = text_of(records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path
