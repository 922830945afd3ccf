"""Plans and states for the tests: made up from a few arguments, read as any document."""

import json
from collections.abc import Iterator
from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.configs.terraform import declared_resources
from costplan.inputs.documents import Document, parse_document
from costplan.model.problems import Problem

ACCOUNT, OTHER = "111122223333", "444455556666"
AWS = "registry.terraform.io/hashicorp/aws"
TRAIL, BUCKET, GROUP = "aws_cloudtrail", "aws_s3_bucket", "aws_cloudwatch_log_group"
TRAIL_ARN = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"


def document(value: Any) -> Document:
    return parse_document("plan.json", json.dumps(value, indent=1))


def change(
    address: str,
    after: Any = None,
    unknown: Any = None,
    /,
    *,
    before: Any = None,
    actions: Any = ("create",),
    **entry: Any,
) -> dict[str, Any]:
    """Return an entry of ``resource_changes``."""
    return {
        "address": address,
        "mode": "data" if address.split(".")[-3:-2] == ["data"] else "managed",
        "provider_name": AWS,
        "change": {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown or {}},
    } | entry


def plan(*changes: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": list(changes)} | sections


def configured(address: str, expressions: Any = None, **rest: Any) -> dict[str, Any]:
    """Return a resource of a configuration."""
    *module, kind, name = address.split(".")
    mode = "data" if module else "managed"
    written = {"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": "aws"}
    return written | {"expressions": expressions or {}} | rest


def to(*references: str) -> dict[str, Any]:
    """Return an expression as Terraform writes it: each reference, and the resource it begins with."""
    listed = []
    for reference in references:
        listed.append(reference)
        parts = reference.split(".")
        if len(parts) == 3 and not reference.startswith("each"):
            listed.append(".".join(parts[:2]))
    return {"references": listed}


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def root(*resources: dict[str, Any], providers: Any = None, **module: Any) -> dict[str, Any]:
    """Return a section ``configuration``."""
    return {"provider_config": providers or {}, "root_module": {"resources": list(resources)} | module}


def read(value: Any, *, is_before: bool = False) -> tuple[dict[str, DeclaredResource], list[str]]:
    problems: list[Problem] = []
    found = declared_resources(document(value), problems, is_before=is_before)
    names = [resource.name for resource in found]
    assert len(set(names)) == len(names)
    return {resource.name: resource for resource in found}, [str(problem) for problem in problems]


def resources_of(value: Any, *, is_before: bool = False) -> dict[str, DeclaredResource]:
    """Return the resources of a document that is right, by address."""
    found, problems = read(value, is_before=is_before)
    assert problems == []
    return found


def problems_of(value: Any) -> list[str]:
    return read(value)[1]


def unknown_in(value: Any) -> Iterator[Unresolved]:
    if isinstance(value, Unresolved):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from unknown_in(item)
    else:
        assert not isinstance(value, PartlyKnown)
