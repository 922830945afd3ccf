"""Which infrastructure code a document is, told by its content, without loading what reads it."""

from enum import Enum
from typing import Any

from costplan.inputs.documents import Document

RECORDED_BY = "pytest-terraform"
"""The key of a recording's version."""

_OF_TERRAFORM = frozenset({"terraform_version", "planned_values", "resource_changes"})
_OF_A_STATE = frozenset({"format_version", "terraform_version", "values", "checks"})
_OF_A_STATE_FILE = frozenset({"terraform_version", "lineage"})


def is_cloudformation(document: Document) -> bool:
    """Whether the document is a CloudFormation template, also one of SAM, the CDK or OrganizationFormation."""
    value = document.value
    if not isinstance(value, dict) or not _OF_TERRAFORM.isdisjoint(value):
        return False
    if "AWSTemplateFormatVersion" in value:
        return True
    resources = value.get("Resources")
    return isinstance(resources, dict) and any(
        isinstance(body, dict) and isinstance(body.get("Type"), str) and "::" in body["Type"]
        for body in resources.values()
    )


class TerraformForm(Enum):
    """What a document of Terraform's or OpenTofu's is.

    PLAN, STATE: output of ``terraform show -json``, described on the page "JSON Output Format".
    STATE_FILE: ``terraform.tfstate``, or output of ``terraform state pull``.
    RECORDING: ``tf_resources.json``, in which pytest-terraform keeps the attributes of what a test had made.
    """

    PLAN = "plan"
    STATE = "state"
    STATE_FILE = "state-file"
    RECORDING = "recording"


def is_terraform(document: Document) -> bool:
    """Whether the document is a plan or a state of Terraform, also one that is too old or too new to be read."""
    return form_of(document.value) is not None


def form_of(value: Any) -> TerraformForm | None:
    """Return what the plain data of a document is; ``None`` where it is not of Terraform's."""
    if not isinstance(value, dict):
        return None
    if RECORDED_BY in value and isinstance(value.get("resources"), dict):
        return TerraformForm.RECORDING
    if "planned_values" in value or isinstance(value.get("resource_changes"), list):
        return TerraformForm.PLAN
    if "format_version" in value:
        if "terraform_version" in value and ("configuration" in value or "resource_changes" in value):
            return TerraformForm.PLAN
        # Without any resource, Terraform writes nothing but the version.
        is_bare = value.keys() <= _OF_A_STATE and isinstance(value["format_version"], str)
        return TerraformForm.STATE if is_bare or ("terraform_version" in value and "values" in value) else None
    if "version" in value and not _OF_A_STATE_FILE.isdisjoint(value) and ("resources" in value or "modules" in value):
        return TerraformForm.STATE_FILE
    return None
