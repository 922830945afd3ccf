"""What is taken for Terraform's, and which versions of it are refused."""

from typing import Any

import pytest

from costplan.inputs.configs.recognition import is_terraform
from costplan.inputs.documents import Document

from .building import BUCKET, change, document, plan, problems_of, read, resources_of

STATE_FILE: dict[str, Any] = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "a", "resources": []}


@pytest.mark.parametrize(
    "value",
    [
        plan(),
        {"format_version": "0.1", "terraform_version": "0.12.31", "planned_values": {}, "configuration": {}},
        {"format_version": "1.2", "terraform_version": "1.9.0", "configuration": {}},
        {"resource_changes": []},
        {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {}}},
        {"format_version": "1.0"},
        STATE_FILE,
        {"version": 3, "terraform_version": "0.11.14", "modules": []},
    ],
    ids=["plan", "old-plan", "empty-plan", "extract", "state", "empty-state", "state-file", "old-state-file"],
)
def test_plans_and_states_are_recognised(value: Any) -> None:
    assert is_terraform(document(value))


@pytest.mark.parametrize(
    "value",
    [
        [],
        "text",
        {},
        {"trailList": []},
        {"Resources": {"A": {"Type": "AWS::S3::Bucket"}}, "AWSTemplateFormatVersion": "2010-09-09"},
        {"resource_changes": {}},
        {"format_version": "1.0", "provider_schemas": {}},
        {"format_version": "1.0", "valid": True, "diagnostics": []},
        {"terraform_version": "1.9.0", "platform": "linux_amd64", "provider_selections": {}},
        {"version": 4, "resources": []},
    ],
    ids=["list", "text", "nothing", "answer", "template", "other", "schemas", "validation", "version", "some-version"],
)
def test_other_documents_are_not(value: Any) -> None:
    assert not is_terraform(Document("x.json", value))


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_formats_0_and_1_are_read(version: str) -> None:
    value = plan(change("aws_s3_bucket.logs", {"bucket": "logs"}), format_version=version)
    assert list(resources_of(value)) == ["aws_s3_bucket.logs"]


def test_a_later_format_is_refused() -> None:
    found, problems = read(plan(change("aws_s3_bucket.logs", {}), format_version="2.0"))
    assert found == {}
    assert problems == [
        "plan.json:2: format_version 2.0 is not known; 0 and 1 can be read — give the output of a Terraform that writes"
        " format 1"
    ]


@pytest.mark.parametrize(("version", "shown"), [(3, "3"), (1, "1"), (5, "5"), ("4", "?"), (True, "?")])
def test_a_state_file_of_another_version_is_refused(version: Any, shown: str) -> None:
    value = STATE_FILE | {"version": version, "modules": [{"path": ["root"], "resources": {}}]}
    upgrade = "upgrade it with Terraform 0.12 or later (terraform apply), or " if shown in "13" else ""
    assert problems_of(value) == [
        f"plan.json:2: is a state file of version {shown}; only version 4 can be read — {upgrade}give the output of"
        " terraform show -json"
    ]


def test_a_plan_that_failed_may_lack_resources() -> None:
    assert problems_of(plan(change("aws_s3_bucket.logs", {}), errored=True)) == [
        "plan.json:19: is a plan that failed, so resources may be missing — plan again without errors"
    ]
    assert problems_of(plan(errored=False)) == []


def test_another_document_is_told_to_be_none() -> None:
    assert problems_of({"trailList": []}) == [
        "plan.json:1: is neither a plan nor a state of Terraform — give the output of terraform show -json"
    ]


def test_a_plan_that_changes_nothing_relevant_has_no_resources() -> None:
    assert (
        resources_of(plan(change("aws_iam_role.trail", {}), change(f"data.{BUCKET}.old", {}, actions=["read"]))) == {}
    )
    assert resources_of(plan()) == resources_of({"format_version": "1.0"}) == {}
