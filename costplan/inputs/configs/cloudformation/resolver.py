"""Carries out the intrinsic functions of a template, as far as anybody can before the stack is made.

Every value is resolved once; conditions and names of resources, which others refer to, are kept.  A template may be
hostile: the nesting, the length of every text and the size of everything made are bounded.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from costplan.inputs.configs.cloudformation import choices, conditions, text_functions
from costplan.inputs.configs.cloudformation.named_types import NAMED_TYPES
from costplan.inputs.configs.cloudformation.scope import Scope
from costplan.inputs.configs.cloudformation.template import Template, is_bound, is_macro
from costplan.inputs.configs.cloudformation.values import (
    REMOVED,
    MalformedError,
    join_parts,
    name_of,
    shorten,
)
from costplan.inputs.configs.declared import PartlyKnown, Unresolved
from costplan.inputs.configs.fields import as_text
from costplan.inputs.documents import At
from costplan.model.problems import Problem

MAXIMUM_NESTING = 100
"""Of values in values and of references that lead to references, which is what Python's own stack bears."""

_STEPS_OF_A_NAME = 4
"""What following one reference takes of the nesting: so many calls of functions does it cost."""

MAXIMUM_MADE = 5_000_000
"""Characters and list elements that the functions of one template may make; a template holds a million."""

Function = Callable[[Scope, Any, At], Any]


def _reference(scope: Scope, argument: Any, at: At) -> Any:
    if not isinstance(argument, str):
        raise MalformedError("must be a name", "write the name of a parameter or a resource")
    return scope.reference(argument, at)


def _attribute(scope: Scope, argument: Any, at: At) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        raise MalformedError("must be a resource and an attribute", "write [logical id, attribute]")
    name = scope.resolve(parts[1], (*at, 1))
    return scope.attribute(parts[0], name_of(name), at)


def _nobody_knows(name: str) -> Function:
    return lambda *_: Unresolved(name)


FUNCTIONS: Mapping[str, Function] = {
    "Ref": _reference,
    "Fn::Base64": text_functions.encode_base64,
    "Fn::Cidr": _nobody_knows("Fn::Cidr"),
    "Fn::FindInMap": choices.find_in_map,
    "Fn::GetAZs": _nobody_knows("Fn::GetAZs"),
    "Fn::GetAtt": _attribute,
    "Fn::If": choices.choose,
    "Fn::ImportValue": text_functions.import_value,
    "Fn::Join": text_functions.join,
    "Fn::Length": choices.length,
    "Fn::Select": choices.select,
    "Fn::Split": text_functions.split,
    "Fn::Sub": text_functions.sub,
    "Fn::ToJsonString": text_functions.to_json_string,
    "Fn::Transform": choices.macro,
}


class Resolver:
    """One template with the values of its parameters; see ``Scope`` for what its methods give."""

    def __init__(self, template: Template, values: Mapping[str, Any], problems: list[Problem]) -> None:
        self.mappings = template.mappings
        self._template = template
        self._values = values
        self._problems = problems
        self._reported: set[Problem] = set()
        self._names: dict[str, Any] = {}
        self._conditions: dict[str, bool | Unresolved] = {}
        self._under_way: set[tuple[str, str]] = set()
        self._nesting = 0
        self._made = 0

    def _report(self, at: At, what: str, hint: str) -> None:
        problem = self._template.document.problem(at, what, hint)
        # A value is resolved again for what refers to it.
        if problem not in self._reported:
            self._reported.add(problem)
            self._problems.append(problem)

    def resolve(self, value: Any, at: At) -> Any:
        """Return what stands at *at* with every function carried out; ``REMOVED`` for ``AWS::NoValue``."""
        if not isinstance(value, dict | list):
            return self._literal(value, at)
        if self._nesting >= MAXIMUM_NESTING:
            return self._too_deep(at)
        self._nesting += 1
        try:
            if isinstance(value, list):
                return self._list(value, at)
            function = next((key for key in value if key == "Ref" or key.startswith("Fn::")), None)
            if function is None or (function == "Ref" and len(value) > 1):
                return self._mapping(value, at)
            return self._call(function, value, (*at, function))
        finally:
            self._nesting -= 1

    def _too_deep(self, at: At) -> Unresolved:
        what = f"values are nested, or refer to each other, more than {MAXIMUM_NESTING} deep"
        self._report(at, what, "let values name what they refer to directly")
        return Unresolved("value of too many steps")

    def _literal(self, value: Any, at: At) -> Any:
        if isinstance(value, str) and "{{resolve:" in value:
            try:
                return join_parts([value])
            except MalformedError as error:
                self._report(at, str(error), error.hint)
                return Unresolved("dynamic reference")
        return as_text(value) if isinstance(value, date) else value

    def _list(self, value: list[Any], at: At) -> list[Any]:
        resolved = []
        for index, element in enumerate(value):
            new = self.resolve(element, (*at, index))
            if new is not REMOVED:
                resolved.append(new)
        return resolved

    def _mapping(self, value: dict[str, Any], at: At) -> dict[str, Any]:
        resolved = {}
        for key, element in value.items():
            new = self.resolve(element, (*at, key))
            if new is not REMOVED:
                resolved[key] = new
        return resolved

    def _call(self, name: str, call: dict[str, Any], at: At) -> Any:
        if name.startswith("Fn::ForEach"):
            return Unresolved(shorten(name))
        if len(call) > 1:
            if not is_macro(name):
                self._report(at, f"{shorten(name)}: stands among other keys", "a function is alone in its mapping")
                return Unresolved(shorten(name))
        elif name not in FUNCTIONS:
            return Unresolved(shorten(name))
        if self._made > MAXIMUM_MADE:
            return Unresolved(shorten(name))
        try:
            result = FUNCTIONS[name](self, call[name], at)
        except MalformedError as error:
            self._report(at, f"{name}: {error}", error.hint)
            return Unresolved(name)
        self._made += _size(result)
        if self._made > MAXIMUM_MADE:
            self._report(at, "the template's functions make more text than any stack holds", "shorten its texts")
        return result

    def reference(self, name: str, at: At) -> Any:
        """Return what ``Ref`` to a parameter, pseudo parameter or resource gives."""
        if name == "AWS::NoValue":
            return REMOVED
        if name in self._values:
            return self._values[name]
        resource = self._template.resources.get(name)
        if resource is None:
            return Unresolved(name if name.startswith("AWS::") else f"reference {shorten(name)}")
        named = NAMED_TYPES.get(resource["Type"])
        text = named.reference if named else None
        return self._of_name(name, resource, text, Unresolved(name, name, "Ref"), at)

    def attribute(self, logical_id: str, name: str, at: At) -> Any:
        """Return what ``Fn::GetAtt`` gives: known as far as it follows from the resource's name."""
        what = shorten(f"{logical_id}.{name}")
        resource = self._template.resources.get(logical_id)
        if resource is None:
            return Unresolved(what)
        named = NAMED_TYPES.get(resource["Type"])
        text = named.attributes.get(name) if named else None
        return self._of_name(logical_id, resource, text, Unresolved(what, logical_id, name), at)

    def _of_name(self, logical_id: str, body: dict[str, Any], text: str | None, unknown: Unresolved, at: At) -> Any:
        """Return *text*, written as for ``Fn::Sub``, with the resource's name; else *unknown*."""
        # OrganizationFormation makes the resource in accounts that this stack does not know.
        if text is None or ("${AWS::" in text and is_bound(self._template.document, body)):
            return unknown
        name = self._name(logical_id, body, at)
        if isinstance(name, str | PartlyKnown):
            return text_functions.substitute(self, text, at, {"Name": name})
        if isinstance(name, Unresolved):
            # Known by what people can tell, joined by what it belongs to.
            return replace(unknown, what=name.what)
        return unknown

    def _name(self, logical_id: str, body: dict[str, Any], at: At) -> Any:
        """Return the name that a resource gives itself, ``None`` where it leaves that to CloudFormation."""
        if logical_id in self._names:
            return self._names[logical_id]
        task = ("name", logical_id)
        if task in self._under_way:
            what = f"the name of {shorten(logical_id)} refers to itself"
            self._report(at, what, "let one of the names be a text")
            return None
        properties = body.get("Properties")
        key = NAMED_TYPES[body["Type"]].name_property
        value = properties.get(key) if isinstance(properties, dict) else None
        with self._following(task):
            name = self.resolve(value, ("Resources", logical_id, "Properties", key))
        is_text = isinstance(name, Unresolved | PartlyKnown) or bool(as_text(name))
        self._names[logical_id] = (as_text(name) or name) if is_text else None
        return self._names[logical_id]

    @contextmanager
    def _following(self, task: tuple[str, str]) -> Iterator[None]:
        self._under_way.add(task)
        self._nesting += _STEPS_OF_A_NAME
        try:
            yield
        finally:
            self._nesting -= _STEPS_OF_A_NAME
            self._under_way.discard(task)

    def condition(self, name: str, at: At) -> bool | Unresolved:
        """Return whether the declared condition *name* holds, or its name where nobody knows."""
        if name in self._conditions:
            return self._conditions[name]
        unknown = Unresolved(f"condition {shorten(name)}")
        task = ("condition", name)
        if task in self._under_way:
            self._report(at, f"the condition {shorten(name)} refers to itself", "let it test a parameter")
            return unknown
        if name not in self._template.conditions:
            return unknown
        with self._following(task):
            holds = self.truth(self._template.conditions[name], ("Conditions", name))
        self._conditions[name] = holds if isinstance(holds, bool) else unknown
        return self._conditions[name]

    def truth(self, test: Any, at: At) -> bool | Unresolved:
        """Return whether a test that stands at *at* holds."""
        if isinstance(test, bool):
            return test
        if not isinstance(test, dict) or len(test) != 1:
            self._report(at, "is no condition", "write one function, such as Fn::Equals")
            return Unresolved("condition")
        if self._nesting >= MAXIMUM_NESTING:
            return self._too_deep(at)
        ((function, argument),) = test.items()
        self._nesting += 1
        try:
            return conditions.evaluate(self, function, argument, (*at, function))
        except MalformedError as error:
            self._report((*at, function), f"{shorten(function)}: {error}", error.hint)
            return Unresolved(shorten(function))
        finally:
            self._nesting -= 1


def _size(value: Any) -> int:
    match value:
        case str() | list():
            return len(value)
        case PartlyKnown():
            return sum(len(part) if isinstance(part, str) else 1 for part in value.parts)
        case _:
            return 0
