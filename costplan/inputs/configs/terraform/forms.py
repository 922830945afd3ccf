"""The forms in which Terraform writes down resources, told apart by their content."""

from enum import Enum
from typing import Any

from costplan.inputs.configs.terraform.parts import Parts, shorten
from costplan.inputs.documents import Document

_OF_A_STATE = frozenset({"format_version", "terraform_version", "values", "checks"})
_OF_A_STATE_FILE = frozenset({"terraform_version", "lineage"})
_RECORDED_BY = "pytest-terraform"
_SHOW = "give the output of terraform show -json"


class Form(Enum):
    """What a document is.

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
    return _form(document.value) is not None


def read_form(document: Document, parts: Parts) -> Form | None:
    """Return what the document is; ``None`` after a problem, where its version cannot be read."""
    form = _form(document.value)
    if form is None:
        parts.report((), "is neither a plan nor a state of Terraform", _SHOW)
        return None
    return form if _is_readable(form, document.value, parts) else None


def _form(value: Any) -> Form | None:
    if not isinstance(value, dict):
        return None
    if _RECORDED_BY in value and isinstance(value.get("resources"), dict):
        return Form.RECORDING
    if "planned_values" in value or isinstance(value.get("resource_changes"), list):
        return Form.PLAN
    if "format_version" in value:
        if "terraform_version" in value and ("configuration" in value or "resource_changes" in value):
            return Form.PLAN
        # Without any resource, Terraform writes nothing but the version.
        is_bare = value.keys() <= _OF_A_STATE and isinstance(value["format_version"], str)
        return Form.STATE if is_bare or ("terraform_version" in value and "values" in value) else None
    if "version" in value and not _OF_A_STATE_FILE.isdisjoint(value) and ("resources" in value or "modules" in value):
        return Form.STATE_FILE
    return None


def _is_readable(form: Form, value: dict[str, Any], parts: Parts) -> bool:
    if form is Form.STATE_FILE:
        number = value["version"]
        is_whole = isinstance(number, int) and not isinstance(number, bool)
        if is_whole and number == 4:
            return True
        shown = str(number) if is_whole and 0 <= number < 1000 else "?"
        hint = f"upgrade it with Terraform 0.12 or later (terraform apply), or {_SHOW}"
        what = f"is a state file of version {shown}; only version 4 can be read"
        parts.report(("version",), what, hint if is_whole and number < 4 else _SHOW)
        return False
    if form is Form.RECORDING:
        if value[_RECORDED_BY] == 1:
            return True
        parts.report((_RECORDED_BY,), "is a recording of pytest-terraform of another version than 1", _SHOW)
        return False
    # Minor versions only add to the format: 0.1 and 0.2 of Terraform 0.12 to 0.15 are 1.0 but for the number.
    stated = value.get("format_version", "1.0")
    version = stated if isinstance(stated, str) else "?"
    if version.partition(".")[0] not in ("0", "1"):
        what = f"format_version {shorten(version)} is not known; 0 and 1 can be read"
        parts.report(("format_version",), what, "give the output of a Terraform that writes format 1")
        return False
    if value.get("errored") is True:
        # Terraform writes down what it had planned before it failed, which may be any part of it.
        parts.report(("errored",), "is a plan that failed, so resources may be missing", "plan again without errors")
    return True
