"""A stand-in for Terraform: what ``terraform show -json`` would write for a configuration, parsed by python-hcl2.

It knows of the provider's schema what the tests need: defaults, and what only applying makes.  Variables have no value.
"""

import json
import re
from typing import Any

import hcl2

REFERENCE = re.compile(r"\$\{(.*)\}\Z", re.DOTALL)
_TOKEN = re.compile(r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|\$\$\{|%%\{|\$\{[^}]*\}|%\{|[^\\]", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}

DEFAULTS: dict[str, dict[str, Any]] = {
    "aws_cloudtrail": {
        "advanced_event_selector": [],
        "cloud_watch_logs_group_arn": None,
        "enable_log_file_validation": False,
        "enable_logging": True,
        "event_selector": [],
        "include_global_service_events": True,
        "insight_selector": [],
        "is_multi_region_trail": False,
        "is_organization_trail": False,
        "kms_key_id": None,
        "s3_key_prefix": None,
        "sns_topic_name": None,
    },
    "aws_cloudtrail_event_data_store": {
        "billing_mode": "EXTENDABLE_RETENTION_PRICING",
        "multi_region_enabled": True,
        "organization_enabled": False,
        "retention_period": 2555,
        "suspend": None,
    },
    "aws_cloudwatch_log_group": {"retention_in_days": 0},
}
MADE_LATER = {
    "aws_cloudtrail": ("arn", "home_region", "id"),
    "aws_cloudtrail_event_data_store": ("advanced_event_selector", "arn", "id"),
    "aws_cloudtrail_insight_selectors": ("id",),
    "aws_cloudwatch_log_group": ("arn", "id", "name"),
    "aws_s3_bucket": ("arn", "bucket", "id", "lifecycle_rule"),
    "aws_s3_bucket_lifecycle_configuration": ("id",),
    "aws_s3_bucket_versioning": ("id",),
}


class Reference(str):
    """What an expression refers to."""


def plan_of(text: str) -> dict[str, Any]:
    """Return the plan of a configuration that nothing of is there yet."""
    code = hcl2.loads(text)
    variables = [name for block in code.get("variable", []) for name in block]
    assert len(set(variables)) == len(variables)
    changes, configured = [], []
    for block in code["resource"]:
        ((kind, named),) = block.items()
        ((name, body),) = named.items()
        change, expressions = _resource(_text(kind), _text(name), body)
        assert change["address"] not in [one["address"] for one in changes]
        changes.append(change)
        configured.append(expressions)
    resources = [change | {"values": change["change"]["after"]} for change in changes]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws"}} | dict(_provider(block) for block in code.get("provider", [])),
            "root_module": {
                "resources": configured,
                "variables": {_text(name): {} for name in variables},
            },
        },
    }


def show(text: str) -> str:
    """Return the plan as JSON."""
    return json.dumps(plan_of(text))


def _provider(block: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    ((name, body),) = block.items()
    alias = body.get("alias")
    key = _text(name) if alias is None else f"{_text(name)}.{_text(alias)}"
    expressions = {"allowed_account_ids": {"constant_value": [_text(item) for item in body["allowed_account_ids"]]}}
    return key, {"name": _text(name), "expressions": expressions} | ({} if alias is None else {"alias": _text(alias)})


def _resource(kind: str, name: str, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    body = {key: value for key, value in body.items() if not key.startswith("__")}
    provider = body.pop("provider", "${aws}")
    match = REFERENCE.match(provider)
    assert match
    after, unknown, expressions = _block(body)
    later = {key: True for key in MADE_LATER[kind] if key not in after}
    identity = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
    known = {key: value for key, value in DEFAULTS.get(kind, {}).items() if key not in unknown} | after
    change = {"actions": ["create"], "before": None, "after": known, "after_unknown": later | unknown}
    planned = identity | {"provider_name": "registry.terraform.io/hashicorp/aws", "change": change}
    return planned, identity | {"provider_config_key": match[1], "expressions": expressions}


def _block(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the known values of a block, marks for the unknown ones, and all its expressions."""
    after: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    expressions: dict[str, Any] = {}
    for key, value in body.items():
        if key.startswith("__"):
            continue
        if isinstance(value, list) and all(isinstance(item, dict) for item in value) and value:
            parts = [_block(item) for item in value]
            after[key], unknown[key], expressions[key] = (list(column) for column in zip(*parts, strict=True))
            continue
        items = [_value(item) for item in (value if isinstance(value, list) else [value])]
        references = [item for item in items if isinstance(item, Reference)]
        if not references:
            after[key] = items if isinstance(value, list) else items[0]
            expressions[key] = {"constant_value": after[key]}
            continue
        expressions[key] = {"references": [part for item in references for part in _parts(item)]}
        if isinstance(value, list):
            after[key] = [None if isinstance(item, Reference) else item for item in items]
            unknown[key] = [isinstance(item, Reference) for item in items]
        else:
            unknown[key] = True
    return after, unknown, expressions


def _parts(reference: str) -> list[str]:
    """Return a reference as Terraform lists it: with its attribute, then without."""
    assert re.fullmatch(r"var\.[a-z_][a-z0-9_]*|aws_[a-z0-9_]+\.[a-z_][a-z0-9_]*\.(arn|id)", reference), reference
    return [reference] if reference.startswith("var.") else [reference, reference.rpartition(".")[0]]


def _value(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith('"'):
        match = REFERENCE.match(value)
        assert match, value
        return Reference(match[1])
    inner = re.search(r"(?<!\$)\$\{([^}]*)\}", value)
    return Reference(inner[1]) if inner else _text(value)


def _text(quoted: str) -> str:
    """Return what a string of the language without templates stands for."""
    assert quoted[:1] == quoted[-1:] == '"'
    text = ""
    for token in _TOKEN.findall(quoted[1:-1]):
        if token[:2] in ("\\u", "\\U"):
            text += chr(int(token[2:], 16))
        elif token[0] == "\\":
            text += _ESCAPES[token[1]]
        elif token in ("$${", "%%{"):
            text += token[1:]
        else:
            assert len(token) == 1, token
            text += token
    return text
