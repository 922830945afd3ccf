"""What stacks that are deployed together take from each other: exports, imports, and resources of another stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from costplan.inputs.configs.cloudformation.parameters import parameter_values
from costplan.inputs.configs.cloudformation.resolver import Resolver
from costplan.inputs.configs.cloudformation.template import read_template
from costplan.inputs.configs.cloudformation.values import imported, join_parts
from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.inputs.documents import Document


@dataclass(frozen=True, slots=True)
class Deployed:
    """The resources of one stack, and what it exports, by the name of the export."""

    name: str
    account: str | None
    region: str | None
    resources: tuple[DeclaredResource, ...]
    exports: Mapping[str, Any]


def exported_values(document: Document, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a template's exports, as far as they are known; faults are told with its resources."""
    outputs = document.value.get("Outputs") if isinstance(document.value, dict) else None
    if not isinstance(outputs, dict):
        return {}
    template = read_template(document, [])
    resolver = Resolver(template, parameter_values(template, [], parameters), [])
    found: dict[str, Any] = {}
    for key, output in outputs.items():
        export = output.get("Export") if isinstance(output, dict) else None
        if isinstance(export, dict) and "Name" in export:
            at = ("Outputs", key)
            name = resolver.resolve(export["Name"], (*at, "Export", "Name"))
            if isinstance(name, str):
                found[name] = resolver.resolve(output.get("Value"), (*at, "Value"))
    return found


# Names of buckets are unique in the world; those of log groups in an account and Region.
_NAMED_ANYWHERE = frozenset({"AWS::S3::Bucket"})
_NAMED_NEARBY = frozenset({"AWS::Logs::LogGroup"})


def joined(stack: Deployed, others: Sequence[Deployed]) -> tuple[DeclaredResource, ...]:
    """Return the resources of a stack with its imports resolved, and behind them those of *others* it can refer to.

    The names of those get the name of their stack in front, since logical ids are unique in one stack only.  Exports
    are those of the stack's own account and Region.
    """
    near = [other for other in others if (other.account, other.region) == (stack.account, stack.region)]
    imports = {imported(name): _of_stack(value, other.name) for other in near for name, value in other.exports.items()}
    own = tuple(replace(one, values=_with_imports(one.values, imports)) for one in stack.resources)
    elsewhere = tuple(
        replace(one, name=_in_stack(one.name, other.name), values=_of_stack(one.values, other.name))
        for other in others
        for one in other.resources
        if one.type in _NAMED_ANYWHERE or (one.type in _NAMED_NEARBY and other in near)
    )
    return own + elsewhere


def _in_stack(name: str, stack: str) -> str:
    return f"{stack}.{name}"


def _of_stack(value: Any, stack: str) -> Any:
    """Return a value of another stack, in which the names of resources are that stack's."""
    if isinstance(value, dict):
        return {key: _of_stack(item, stack) for key, item in value.items()}
    if isinstance(value, list):
        return [_of_stack(item, stack) for item in value]
    if isinstance(value, PartlyKnown):
        return PartlyKnown(tuple(_of_stack(part, stack) for part in value.parts))
    if isinstance(value, Unresolved) and value.resource is not None:
        return replace(value, what=_in_stack(value.what, stack), resource=_in_stack(value.resource, stack))
    return value


def _with_imports(value: Any, imports: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _with_imports(item, imports) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_imports(item, imports) for item in value]
    if isinstance(value, Unresolved):
        return imports.get(value.what, value)
    if isinstance(value, PartlyKnown):
        parts = [imports.get(part.what, part) if isinstance(part, Unresolved) else part for part in value.parts]
        # What is no text cannot be a part of one.
        return value if any(isinstance(part, dict | list) for part in parts) else join_parts(parts)
    return value
