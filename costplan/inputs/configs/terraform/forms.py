"""The forms in which Terraform writes down resources, and the versions of them that can be read."""

from typing import Any

from costplan.inputs.configs.recognition import RECORDED_BY, TerraformForm, form_of
from costplan.inputs.configs.terraform.parts import Parts, shorten
from costplan.inputs.documents import Document

_SHOW = "give the output of terraform show -json"


def read_form(document: Document, parts: Parts) -> TerraformForm | None:
    """Return what the document is; ``None`` after a problem, where its version cannot be read."""
    form = form_of(document.value)
    if form is None:
        parts.report((), "is neither a plan nor a state of Terraform", _SHOW)
        return None
    return form if _is_readable(form, document.value, parts) else None


def _is_readable(form: TerraformForm, value: dict[str, Any], parts: Parts) -> bool:
    if form is TerraformForm.STATE_FILE:
        number = value["version"]
        is_whole = isinstance(number, int) and not isinstance(number, bool)
        if is_whole and number == 4:
            return True
        shown = str(number) if is_whole and 0 <= number < 1000 else "?"
        hint = f"upgrade it with Terraform 0.12 or later (terraform apply), or {_SHOW}"
        what = f"is a state file of version {shown}; only version 4 can be read"
        parts.report(("version",), what, hint if is_whole and number < 4 else _SHOW)
        return False
    if form is TerraformForm.RECORDING:
        if value[RECORDED_BY] == 1:
            return True
        parts.report((RECORDED_BY,), "is a recording of pytest-terraform of another version than 1", _SHOW)
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
