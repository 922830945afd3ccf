"""What a guard in CI reads: a Terraform plan of 100 trails, and the volumes that ``volumes logs`` wrote for them.

20 accounts × 5 Regions, a trail in each.  The plan is one of trails that are there already: it has them, their buckets
and what belongs to these four times over (prior state, planned values, changes, configuration), as Terraform writes it.
One pull request makes the trail of the last place record every write to S3 instead of those of a few buckets.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from costplan.engine.count_plan import plan_for
from costplan.inputs.configs import read_config
from costplan.inputs.volumes.volumes_file import write_volumes
from costplan.model.containers import ArnField, Condition
from costplan.model.events import EventCategory, EventKey, Principal, Resource
from costplan.model.numbers import round_once
from costplan.model.quantity import Quantity
from costplan.model.volumes import HOURS_PER_MONTH, Basis, Coverage, FileStatistics, Period, VolumeRow, Volumes
from tests.generator.reserved import account_ids

ACCOUNTS = account_ids(20)
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
PLACES = tuple(product(ACCOUNTS, REGIONS))
PREFIXED_REGION = "eu-west-1"
"""Where a selector names a folder of a bucket, which rows have to answer."""

_AWS = "registry.terraform.io/hashicorp/aws"
_CONTENT = {
    "aws_cloudtrail": 0,
    "aws_s3_bucket": 0,
    "aws_s3_bucket_policy": 0,
    "aws_s3_bucket_public_access_block": 0,
    "aws_s3_bucket_server_side_encryption_configuration": 0,
    "aws_s3_bucket_lifecycle_configuration": 1,
}
"""The resources of the module, with the versions of their schemas."""
_OPERATORS = ("ends_with", "equals", "not_ends_with", "not_equals", "not_starts_with", "starts_with")
_HOURS = 744
_START, _END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
_READS = ("Describe", "List", "Get", "Lookup")
_WRITES = ("Create", "Delete", "Put", "Update")
_SOURCES = ("ec2", "iam", "sts", "kms", "rds", "ecs", "s3", "lambda", "logs", "ssm", "monitoring", "cloudformation")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files, and how much is in them."""

    plan: Path
    volumes: Path
    trails: int
    rows: int


def write_inputs(folder: Path) -> Inputs:
    """Write the plan and the volumes for it."""
    plan, volumes = folder / "plan.json", folder / "volumes.json"
    # As terraform show -json writes it: on one line.
    plan.write_text(json.dumps(terraform_plan(), separators=(",", ":")), encoding="utf-8")
    recorders = read_config(plan)
    found = volumes_for(plan_for(recorders).conditions, random.Random(8))
    write_volumes(found, volumes)
    return Inputs(plan, volumes, len(recorders), len(found.rows))


# ---- the plan ----


def terraform_plan() -> dict[str, Any]:
    """Return a plan in which nothing changes but the selector of the last trail."""
    changed = PLACES[-1]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {"child_modules": [_state(place, place == changed) for place in PLACES]}},
        "resource_changes": [one for place in PLACES for one in _changes(place, is_changed=place == changed)],
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.9.8",
            "values": {"root_module": {"child_modules": [_state(place, False) for place in PLACES]}},
        },
        "configuration": {
            "provider_config": {_provider(place): _provider_config(place) for place in PLACES},
            "root_module": {"module_calls": {_module(place): _call(place) for place in PLACES}},
        },
        "timestamp": "2026-11-02T08:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def lake(place: tuple[str, str], number: int) -> str:
    account, region = place
    return f"arn:aws:s3:::lake-{account}-{region}-{number}"


def _module(place: tuple[str, str]) -> str:
    return f"trail-{place[0]}-{place[1]}"


def _provider(place: tuple[str, str]) -> str:
    return f"aws.a{place[0]}_{place[1].replace('-', '_')}"


def _provider_config(place: tuple[str, str]) -> dict[str, Any]:
    account, region = place
    role = {"role_arn": {"constant_value": f"arn:aws:iam::{account}:role/deploy"}}
    return {
        "name": "aws",
        "alias": _provider(place).removeprefix("aws."),
        "full_name": _AWS,
        "expressions": {"assume_role": [role], "region": {"constant_value": region}},
    }


def _call(place: tuple[str, str]) -> dict[str, Any]:
    of_bucket = {"references": ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs"]}
    expressions: dict[str, dict[str, Any]] = {
        "aws_cloudtrail": {"name": {"constant_value": "audit"}, "s3_bucket_name": of_bucket},
        "aws_s3_bucket": {"bucket": {"references": ["var.bucket"]}},
    }
    resources = [
        {
            "address": f"{kind}.logs",
            "mode": "managed",
            "type": kind,
            "name": "logs",
            "provider_config_key": _provider(place),
            "expressions": expressions.get(kind, {"bucket": of_bucket}),
            "schema_version": schema,
        }
        for kind, schema in _CONTENT.items()
    ]
    return {
        "source": "./trail",
        "expressions": {"bucket": {"constant_value": _logs(place)}},
        "module": {"resources": resources, "variables": {"bucket": {}}},
    }


def _state(place: tuple[str, str], is_changed: bool) -> dict[str, Any]:
    address = f"module.{_module(place)}"
    resources = [
        {
            "address": f"{address}.{kind}.logs",
            "mode": "managed",
            "type": kind,
            "name": "logs",
            "provider_name": _AWS,
            "schema_version": _CONTENT[kind],
            "values": values,
            "sensitive_values": _sensitive(values),
        }
        for kind, values in _values(place, is_changed).items()
    ]
    return {"resources": resources, "address": address}


def _changes(place: tuple[str, str], *, is_changed: bool) -> Iterator[dict[str, Any]]:
    before, after = _values(place, False), _values(place, is_changed)
    for kind, values in after.items():
        yield {
            "address": f"module.{_module(place)}.{kind}.logs",
            "module_address": f"module.{_module(place)}",
            "mode": "managed",
            "type": kind,
            "name": "logs",
            "provider_name": _AWS,
            "change": {
                "actions": ["no-op" if values == before[kind] else "update"],
                "before": before[kind],
                "after": values,
                "after_unknown": {},
                "before_sensitive": _sensitive(before[kind]),
                "after_sensitive": _sensitive(values),
            },
        }


def _sensitive(values: dict[str, Any]) -> dict[str, Any]:
    """Return what Terraform says of what is secret: nothing is, block by block."""
    return {name: [{}] * len(value) for name, value in values.items() if isinstance(value, list)}


def _logs(place: tuple[str, str]) -> str:
    return f"logs-{place[0]}-{place[1]}"


def _values(place: tuple[str, str], is_changed: bool) -> dict[str, dict[str, Any]]:
    """Return the attributes of everything in one module, by type."""
    account, region = place
    bucket = _logs(place)
    arn = f"arn:aws:s3:::{bucket}"
    statements = [
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": action, "Resource": of}
        for action, of in (("s3:GetBucketAcl", arn), ("s3:PutObject", f"{arn}/AWSLogs/{account}/*"))
    ]
    rule = {
        "id": "expire",
        "status": "Enabled",
        "prefix": "",
        "filter": [],
        "abort_incomplete_multipart_upload": [],
        "expiration": [{"date": "", "days": 400, "expired_object_delete_marker": False}],
        "noncurrent_version_expiration": [],
        "noncurrent_version_transition": [],
        "transition": [{"date": "", "days": 90, "storage_class": "GLACIER_IR"}],
    }
    return {
        "aws_cloudtrail": {
            "advanced_event_selector": _selectors(place, is_changed),
            "arn": f"arn:aws:cloudtrail:{region}:{account}:trail/audit",
            "cloud_watch_logs_group_arn": "",
            "cloud_watch_logs_role_arn": "",
            "enable_log_file_validation": True,
            "enable_logging": True,
            "event_selector": [],
            "home_region": region,
            "id": f"arn:aws:cloudtrail:{region}:{account}:trail/audit",
            "include_global_service_events": region == REGIONS[0],
            "insight_selector": [],
            "is_multi_region_trail": False,
            "is_organization_trail": False,
            "kms_key_id": "",
            "name": "audit",
            "s3_bucket_name": bucket,
            "s3_key_prefix": "",
            "sns_topic_arn": "",
            "sns_topic_name": "",
            "tags": {"team": "security"},
            "tags_all": {"managed-by": "terraform", "team": "security"},
        },
        "aws_s3_bucket": {
            "acceleration_status": "",
            "arn": arn,
            "bucket": bucket,
            "bucket_domain_name": f"{bucket}.s3.amazonaws.com",
            "bucket_prefix": "",
            "bucket_regional_domain_name": f"{bucket}.s3.{region}.amazonaws.com",
            "cors_rule": [],
            "force_destroy": False,
            "id": bucket,
            "lifecycle_rule": [],
            "logging": [],
            "object_lock_enabled": False,
            "policy": json.dumps({"Version": "2012-10-17", "Statement": statements}),
            "region": region,
            "request_payer": "BucketOwner",
            "server_side_encryption_configuration": [],
            "tags": {},
            "tags_all": {"managed-by": "terraform"},
            "versioning": [{"enabled": False, "mfa_delete": False}],
            "website": [],
        },
        "aws_s3_bucket_policy": {
            "bucket": bucket,
            "id": bucket,
            "policy": json.dumps({"Version": "2012-10-17", "Statement": statements}),
        },
        "aws_s3_bucket_public_access_block": {
            "block_public_acls": True,
            "block_public_policy": True,
            "bucket": bucket,
            "id": bucket,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        },
        "aws_s3_bucket_server_side_encryption_configuration": {
            "bucket": bucket,
            "expected_bucket_owner": "",
            "id": bucket,
            "rule": [
                {"apply_server_side_encryption_by_default": [{"kms_master_key_id": "", "sse_algorithm": "AES256"}]}
            ],
        },
        "aws_s3_bucket_lifecycle_configuration": {
            "bucket": bucket,
            "expected_bucket_owner": "",
            "id": bucket,
            "rule": [rule],
            "transition_default_minimum_object_size": "all_storage_classes_128K",
        },
    }


def _selectors(place: tuple[str, str], is_changed: bool) -> list[dict[str, Any]]:
    folder = "claims/" if place[1] == PREFIXED_REGION else ""
    objects = [f"{lake(place, 0)}/{folder}", f"{lake(place, 1)}/", f"{lake(place, 2)}/"]
    chosen = [] if is_changed else [_field("resources.ARN", starts_with=objects)]
    return [
        {"name": "management", "field_selector": [_field("eventCategory", equals=["Management"])]},
        {
            "name": "object writes",
            "field_selector": [
                _field("eventCategory", equals=["Data"]),
                _field("readOnly", equals=["false"]),
                *chosen,
                _field("resources.type", equals=["AWS::S3::Object"]),
            ],
        },
        {
            "name": "functions",
            "field_selector": [
                _field("eventCategory", equals=["Data"]),
                _field("resources.type", equals=["AWS::Lambda::Function"]),
            ],
        },
    ]


def _field(name: str, **operators: list[str]) -> dict[str, Any]:
    none: dict[str, list[str]] = {operator: [] for operator in _OPERATORS}
    return {"field": name} | none | operators


# ---- the volumes ----


def volumes_for(conditions: tuple[Condition, ...], chance: random.Random) -> Volumes:
    """Return a month of every place: 20 kinds of calls, and objects and functions of a few roles."""
    rows: list[VolumeRow] = []
    for place in PLACES:
        keys: dict[EventKey, None] = dict.fromkeys(_management(place, conditions, chance))
        keys |= dict.fromkeys(_data(place, conditions, chance))
        rows += (_row(key, chance.randrange(1, 500_000)) for key in keys)
    categories = (EventCategory.MANAGEMENT, EventCategory.DATA)
    observed = Period(_START, _END, Decimal(_HOURS))
    coverage = tuple(
        Coverage(account, region, category, Basis.RECORDED_BY, observed=observed)
        for account, region in PLACES
        for category in categories
    )
    return Volumes(
        tuple(rows), coverage, conditions=conditions, kind="cloudtrail-logs", files=tuple(map(_files, PLACES))
    )


def _row(key: EventKey, count: int) -> VolumeRow:
    per_month = round_once(Decimal(count) * HOURS_PER_MONTH / _HOURS)
    return VolumeRow(key, Quantity.exact(per_month), count, count * 1400)


def _files(place: tuple[str, str]) -> FileStatistics:
    sizes = {"<1KiB": 658, "1-4KiB": 2900, "4-16KiB": 300, "16-128KiB": 14, ">=128KiB": 0}
    fit = (Decimal(680), Decimal(181))
    return FileStatistics(*place, "CloudTrail", 3872, 7_955_677, 30_477, 3600, 8928, *fit, size_histogram=sizes)


def _management(place: tuple[str, str], conditions: tuple[Condition, ...], chance: random.Random) -> Iterator[EventKey]:
    for number in range(20):
        is_read = number % 3 > 0
        verb = chance.choice(_READS if is_read else _WRITES)
        source = chance.choice(_SOURCES)
        yield EventKey(
            *place,
            EventCategory.MANAGEMENT,
            f"{source}.amazonaws.com",
            f"{verb}Thing{number}",
            "AwsApiCall",
            is_read,
            (),
            _principal(place, conditions, chance),
            is_global_endpoint=False,
        )


def _data(place: tuple[str, str], conditions: tuple[Condition, ...], chance: random.Random) -> Iterator[EventKey]:
    account, region = place
    for number, name in product(range(5), ("GetObject", "PutObject", "DeleteObject")):
        container = lake(place, number)
        # An object lies below the folder of its bucket that a selector names, or it does not.
        answers = "".join(
            str(int(condition.value.startswith(f"{container}/") and chance.random() < 0.5))
            for condition in conditions
            if condition.field is ArnField.RESOURCE
        )
        resource = Resource("AWS::S3::Object", container, False, answers)
        yield _data_key(place, "s3", name, resource, _principal(place, conditions, chance))
    answers = "0" * sum(condition.field is ArnField.RESOURCE for condition in conditions)
    for number in range(5):
        function = f"arn:aws:lambda:{region}:{account}:function:job-{number}"
        resource = Resource("AWS::Lambda::Function", function, True, answers)
        yield _data_key(place, "lambda", "Invoke", resource, _principal(place, conditions, chance))


def _data_key(place: tuple[str, str], source: str, name: str, resource: Resource, principal: Principal) -> EventKey:
    return EventKey(
        *place,
        EventCategory.DATA,
        f"{source}.amazonaws.com",
        name,
        "AwsApiCall",
        name.startswith("Get"),
        (resource,),
        principal,
        is_global_endpoint=False,
    )


def _principal(place: tuple[str, str], conditions: tuple[Condition, ...], chance: random.Random) -> Principal:
    role = f"arn:aws:sts::{place[0]}:assumed-role/role-{chance.randrange(12)}"
    answers = "0" * sum(condition.field is not ArnField.RESOURCE for condition in conditions)
    return Principal(role, False, "AssumedRole", None, answers)
