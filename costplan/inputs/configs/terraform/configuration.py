"""The section ``configuration`` of a plan: which expression stands behind each attribute.

From the page "JSON Output Format" of Terraform's documentation: an expression is a mapping with ``constant_value`` or
``references``; a nested block is a mapping of its attributes' expressions, or a list of these.
"""

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from costplan.inputs.configs.terraform.addresses import ModulePath
from costplan.inputs.configs.terraform.parts import Parts
from costplan.inputs.documents import At

Path = tuple[str | int, ...]
"""The way from a resource's attributes to a value in them."""

_BOUNDARY = re.compile(r"[.\[]")
_SETS = frozenset({"field_selector", "noncurrent_version_transition", "transition"})
"""Blocks that the provider's schema makes a set: their order in a plan is not that of the configuration."""

MOST_REFERENCES = 200
LONGEST_REFERENCE = 300
MOST_BLOCKS = 50
"""Blocks of one set that are told apart, and arguments of a block that are compared; real ones are less than twenty."""


class Configuration:
    """The modules of a configuration and the expressions in them; empty where the document has none."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        value = parts.document.value
        self._at: At = ("configuration",)
        self._whole = parts.mapping(value.get("configuration"), self._at)
        self._modules: dict[tuple[str, ...], tuple[At, dict[str, Any]]] = {}
        self._resources: dict[tuple[str, ...], dict[tuple[str, str, str], dict[str, Any]]] = {}
        variables = parts.mapping(value.get("variables"), ("variables",))
        self.root_variables: dict[str, Any] = self._defaults() | {
            name: one["value"] for name, one in variables.items() if isinstance(one, dict) and "value" in one
        }

    @property
    def is_empty(self) -> bool:
        """Whether the document says nothing of its configuration, as states do."""
        return not self._whole

    def _defaults(self) -> dict[str, Any]:
        """Return the defaults of the root module's variables, which plans before Terraform 1.1 give nowhere else."""
        # An extract may have lost the values that stand for defaults.
        if "terraform_version" not in self._parts.document.value:
            return {}
        declared = self._module(())[1].get("variables")
        return {
            name: one["default"]
            for name, one in (declared.items() if isinstance(declared, dict) else ())
            if isinstance(one, dict) and "default" in one
        }

    def providers(self) -> dict[str, dict[str, Any]]:
        """Return the configurations of providers by their keys."""
        at = (*self._at, "provider_config")
        written = self._parts.mapping(self._whole.get("provider_config"), at)
        return {key: self._parts.mapping(one, (*at, key)) for key, one in written.items()}

    def module(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return a module by the names of the calls that lead to it."""
        return self._module(names)[1]

    def call(self, path: ModulePath) -> dict[str, Any]:
        """Return the call of a module that is not the root."""
        at, caller = self._module(path.names[:-1])
        calls = self._parts.mapping(caller.get("module_calls"), (*at, "module_calls"))
        return self._parts.mapping(calls.get(path.names[-1]), (*at, "module_calls", path.names[-1]))

    def resource(self, names: tuple[str, ...], mode: str, kind: str, name: str) -> dict[str, Any]:
        """Return a resource or data source of a module, an empty one where it is not configured."""
        if names not in self._resources:
            at, module = self._module(names)
            found = self._resources[names] = {}
            for _, one in self._parts.mappings(module.get("resources"), (*at, "resources")):
                own_mode, own_kind, own_name = one.get("mode", "managed"), one.get("type"), one.get("name")
                if isinstance(own_mode, str) and isinstance(own_kind, str) and isinstance(own_name, str):
                    found.setdefault((own_mode, own_kind, own_name), one)
        return self._resources[names].get((mode, kind, name), {})

    def managed(self, kinds: Collection[str]) -> Iterator[tuple[At, tuple[str, ...], str, str]]:
        """Yield the resources of some types in all modules: place, names of the calls, type and name."""
        root: At = (*self._at, "root_module")
        waiting: list[tuple[At, tuple[str, ...], Any]] = [(root, (), self._whole.get("root_module"))]
        while waiting:
            at, names, module = waiting.pop()
            if not isinstance(module, dict):
                continue
            resources, calls = module.get("resources"), module.get("module_calls")
            for index, one in enumerate(resources if isinstance(resources, list) else []):
                if isinstance(one, dict) and one.get("mode", "managed") == "managed":
                    kind, name = one.get("type"), one.get("name")
                    if isinstance(kind, str) and kind in kinds and isinstance(name, str):
                        yield (*at, "resources", index), names, kind, name
            for name, call in reversed(calls.items() if isinstance(calls, dict) else ()):
                if isinstance(call, dict):
                    waiting.append(((*at, "module_calls", name, "module"), (*names, name), call.get("module")))

    def _module(self, names: tuple[str, ...]) -> tuple[At, dict[str, Any]]:
        # From the root downwards: a hostile address names a thousand modules, one within the other.
        at: At = (*self._at, "root_module")
        module = self._parts.mapping(self._whole.get("root_module"), at)
        for depth in range(1, len(names) + 1):
            known = self._modules.get(names[:depth])
            if known is None:
                calls_at = (*at, "module_calls")
                call_at = (*calls_at, names[depth - 1])
                calls = self._parts.mapping(module.get("module_calls"), calls_at)
                call = self._parts.mapping(calls.get(names[depth - 1]), call_at)
                known = (*call_at, "module"), self._parts.mapping(call.get("module"), (*call_at, "module"))
                self._modules[names[:depth]] = known
            at, module = known
            if not module:
                break
        return at, module


def is_expression(value: Any) -> bool:
    """Whether a part of ``expressions`` is an expression, not a block of them."""
    return isinstance(value, dict) and ("constant_value" in value or isinstance(value.get("references"), list))


def references_in(expression: Any) -> tuple[str, ...]:
    """Return what an expression refers to, without what only repeats the beginning of another reference.

    >>> references_in({"references": ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs", "var.name"]})
    ('aws_s3_bucket.logs.id', 'var.name')
    """
    listed = expression.get("references") if isinstance(expression, dict) else None
    listed = listed[:MOST_REFERENCES] if isinstance(listed, list) else []
    texts = [text[:LONGEST_REFERENCE] for text in listed if isinstance(text, str) and text]
    beginnings = {text[: match.start()] for text in texts for match in _BOUNDARY.finditer(text)}
    return tuple(dict.fromkeys(text for text in texts if text not in beginnings))


def expressions_at(expressions: Any, path: Path, values: Any) -> tuple[Any, ...]:
    """Return the expressions that may stand behind the value at *path* in *values*; none where nothing tells.

    There are several where blocks cannot be told apart: a set has lost their order.
    """
    found = [(expressions, values)]
    name = ""
    for step in path:
        following: list[tuple[Any, Any]] = []
        for expression, value in found:
            inner = _member(value, step)
            if is_expression(expression):
                following.append((expression, inner))
            elif isinstance(expression, dict):
                if isinstance(step, int):
                    following.append((expression, inner))
                elif step in expression:
                    following.append((expression[step], inner))
            elif isinstance(expression, list) and isinstance(step, int):
                following += [(block, inner) for block in _blocks_for(expression, step, name, value)]
            if len(following) > MOST_BLOCKS:
                return ()
        found = following
        name = step if isinstance(step, str) else name
    return tuple(expression for expression, _ in found if is_expression(expression))


def _member(value: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    return value[step] if isinstance(value, list) and step < len(value) else None


def _blocks_for(blocks: list[Any], index: int, name: str, values: Any) -> list[Any]:
    """Return the blocks of the configuration that may be the one at *index* in the plan."""
    count = len(values) if isinstance(values, list) else 0
    if count == len(blocks) and name not in _SETS:
        return [blocks[index]]
    # More blocks than are written come of a dynamic block, whose expressions no plan has.
    if len(blocks) > MOST_BLOCKS or count > len(blocks):
        return []
    value = _member(values, index)
    return [block for block in blocks if _may_be(block, value)]


def _may_be(block: Any, value: Any) -> bool:
    """Whether no constant of a block contradicts the values of a block in the plan."""
    if not isinstance(block, dict) or not isinstance(value, dict):
        return True
    return not any(
        isinstance(expression, dict)
        and isinstance(expression.get("constant_value"), str)
        and isinstance(value.get(key), str)
        and value[key] != expression["constant_value"]
        for key, expression in islice(block.items(), MOST_BLOCKS)
    )
