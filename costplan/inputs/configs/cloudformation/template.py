"""The sections of a template."""

from dataclasses import dataclass
from typing import Any

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import kind_of
from costplan.model.problems import Problem

_MACROS = ("Fn::Transform", "Fn::ForEach")
_BINDINGS = ("OrganizationBinding", "OrganizationBindings")


def is_macro(key: str) -> bool:
    """Whether a key stands for text that a macro or loop will write: ``Fn::Transform``, ``Fn::ForEach::Name``."""
    return key.startswith(_MACROS)


def is_bound(document: Document, body: dict[str, Any]) -> bool:
    """Whether OrganizationFormation makes this resource in accounts and Regions of its own choice."""
    return any(key in body for key in _BINDINGS) or "DefaultOrganizationBinding" in document.value


@dataclass(frozen=True, slots=True)
class Template:
    """A template's sections, each a mapping of names to mappings (or, for conditions, to anything).

    resources: by logical id, in the order of the file; loops and macros among them are in *loops*.
    """

    document: Document
    parameters: dict[str, dict[str, Any]]
    mappings: dict[str, dict[str, Any]]
    conditions: dict[str, Any]
    resources: dict[str, dict[str, Any]]
    loops: tuple[str, ...]


def read_template(document: Document, problems: list[Problem]) -> Template:
    """Return the sections of a template; what has another shape is a problem and left out."""
    resources = _section(document, "Resources", problems, is_required=True)
    return Template(
        document,
        _of_mappings(document, "Parameters", problems),
        _of_mappings(document, "Mappings", problems),
        {name: test for name, test in _section(document, "Conditions", problems).items() if not is_macro(name)},
        {
            name: body
            for name, body in resources.items()
            if not is_macro(name) and _is_resource(document, ("Resources", name), body, problems)
        },
        tuple(name for name in resources if is_macro(name)),
    )


def _section(document: Document, name: str, problems: list[Problem], *, is_required: bool = False) -> dict[str, Any]:
    value = document.value.get(name) if isinstance(document.value, dict) else None
    if isinstance(value, dict):
        return value
    if value is not None:
        _must_be_mapping(document, (name,), value, problems)
    elif is_required:
        problems.append(document.problem((name,), "the template has no Resources", "give the whole template"))
    return {}


def _of_mappings(document: Document, section: str, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    found = {}
    for name, value in _section(document, section, problems).items():
        if isinstance(value, dict):
            found[name] = value
        elif not is_macro(name):
            _must_be_mapping(document, (section, name), value, problems)
    return found


def _is_resource(document: Document, at: At, body: object, problems: list[Problem]) -> bool:
    if not isinstance(body, dict):
        return _must_be_mapping(document, at, body, problems)
    if isinstance(body.get("Type"), str):
        return True
    # A macro may write the type.
    if not any(is_macro(key) for key in body):
        problems.append(
            document.problem(at, f"the resource {at[-1]} has no Type", "write its type, such as AWS::S3::Bucket")
        )
    return False


def _must_be_mapping(document: Document, at: At, value: object, problems: list[Problem]) -> bool:
    # The value of a parameter whose name was forgotten may be a secret.
    what = f"{show_path(at)}: must be a mapping, not {kind_of(value)}"
    problems.append(document.problem(at, what, "compare with the template's documentation"))
    return False
