"""Resources of states: as terraform show -json prints them, and as Terraform keeps them."""

from typing import Any

import pytest

from costplan.inputs.configs.terraform import declared_resources

from .building import AWS, TRAIL_ARN, document, read, resources_of

PROVIDER = f'provider["{AWS}"]'


def kept(*resources: Any) -> dict[str, Any]:
    return {"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "a", "resources": list(resources)}


def entry(kind: str, name: str, *instances: Any, mode: str = "managed", **rest: Any) -> dict[str, Any]:
    return {"mode": mode, "type": kind, "name": name, "provider": PROVIDER, "instances": list(instances)} | rest


def has(attributes: Any, **rest: Any) -> dict[str, Any]:
    return {"schema_version": 0, "attributes": attributes} | rest


STATE_FILE = kept(
    entry("aws_caller_identity", "me", has({"account_id": "111122223333"}), mode="data"),
    entry("aws_cloudtrail", "audit", has({"name": "audit", "arn": TRAIL_ARN, "event_selector": []})),
    entry(
        "aws_s3_bucket",
        "logs",
        has({"bucket": "a"}, index_key="a.b"),
        has({"bucket": "b"}, index_key='quo"te'),
        has({"bucket": "old"}, index_key="a.b", deposed="0a1b2c3d"),
        module='module.logs["x"].module.inner[0]',
    ),
    entry("aws_s3_bucket", "counted", has({"bucket": "zero"}, index_key=0), has({"bucket": "one"}, index_key=1)),
    entry("aws_iam_role", "role", has({"name": "role"})),
)


def test_a_state_file_holds_instances_with_their_addresses() -> None:
    found = resources_of(STATE_FILE)
    assert {name: resource.values.get("bucket") for name, resource in found.items()} == {
        "aws_cloudtrail.audit": None,
        'module.logs["x"].module.inner[0].aws_s3_bucket.logs["a.b"]': "a",
        'module.logs["x"].module.inner[0].aws_s3_bucket.logs["quo\\"te"]': "b",
        "aws_s3_bucket.counted[0]": "zero",
        "aws_s3_bucket.counted[1]": "one",
    }
    assert found["aws_cloudtrail.audit"].at == ("resources", 1, "instances", 0, "attributes")


def test_a_state_has_no_before() -> None:
    written = document(STATE_FILE)
    assert declared_resources(written, [], is_before=True) == declared_resources(written, [])


def test_values_of_a_state_are_read_in_all_modules() -> None:
    def one(address: str, **rest: Any) -> dict[str, Any]:
        return {"address": address, "mode": "managed", "values": {"bucket": address[-1]}} | rest

    value = {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {
            "outputs": {},
            "root_module": {
                "resources": [one("aws_s3_bucket.a"), one("aws_s3_bucket.a", deposed_key="0a1b2c3d")],
                "child_modules": [
                    {"resources": [one("module.m.aws_s3_bucket.b"), one("data.aws_s3_bucket.c", mode="data")]}
                ],
            },
        },
    }
    assert {name: resource.values["bucket"] for name, resource in resources_of(value).items()} == {
        "aws_s3_bucket.a": "a",
        "module.m.aws_s3_bucket.b": "b",
    }


UNNAMED = "must have the mode, type and name of a resource, and the address of its module if any"
FLAT = {"attributes_flat": {"bucket": "x"}}


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (entry("aws_s3_bucket", "x", FLAT), "aws_s3_bucket.x is in the form of Terraform 0.11"),
        (entry("aws_s3_bucket", "x", has([])), "resources[0].instances[0].attributes: must be a mapping, not a list"),
        (entry("aws_s3_bucket", "x", "secret"), "resources[0].instances[0]: must be a mapping, not text"),
        (entry("aws_s3_bucket", "x") | {"instances": {}}, "resources[0].instances: must be a list, not a mapping"),
        (entry("aws_s3_bucket", "x", module=5), UNNAMED),
        (entry("aws_s3_bucket", "x", module="x"), UNNAMED),
        ({"mode": "managed"}, UNNAMED),
        (7, "resources[0]: must be a mapping, not a number"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_read(wrong: Any, fault: str) -> None:
    found, problems = read(kept(wrong, entry("aws_cloudtrail", "audit", has({"name": "audit"}))))
    (problem,) = problems
    assert problem.split(": ", 1)[1].partition(" — ")[0] == fault
    assert found["aws_cloudtrail.audit"].values["name"] == "audit"
