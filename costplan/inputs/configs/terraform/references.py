"""What an unknown value hangs on: references followed through modules to what only applying makes.

A reference to a variable leads to the call of the module, one to a module to its output, one to ``each.value`` to
``for_each``.  What is known already is left out on the way: it is not why the value is unknown.  A configuration may
be hostile: each reference is followed once for a value, and no more than ``MOST_FOLLOWED`` are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from costplan.inputs.configs.terraform.addresses import (
    Address,
    ModulePath,
    parse_address,
    split_modules,
    split_steps,
)
from costplan.inputs.configs.terraform.configuration import Configuration, references_in
from costplan.inputs.configs.terraform.equal_attributes import passed_on
from costplan.inputs.configs.terraform.instances import DATA, Instance

MOST_FOLLOWED = 100

_ALWAYS_KNOWN = frozenset({"count", "path", "self", "terraform"})
"""Of these, a plan knows every value; ``self`` stands in provisioners and conditions only."""

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands.

    index: of the resource or module call that it belongs to.
    for_each: the expression of its ``for_each``.
    """

    module: ModulePath
    index: str = ""
    for_each: Any = None


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that an unknown value hangs on.

    name: as it is seen from the root module.
    is_resource: whether it is of a resource or data source, not a local value or a variable.
    instance, attribute: the resource's instance, where there is one only that can be meant.
    """

    name: str
    is_resource: bool = False
    instance: Instance | None = None
    attribute: str | None = None


class References:
    """Follows the references of one document."""

    def __init__(self, configuration: Configuration, instances: Iterable[Instance]) -> None:
        self._configuration = configuration
        self._instances: dict[tuple[ModulePath, str, str, str], list[Instance]] = {}
        self._indexes: dict[tuple[ModulePath, str], list[str]] = {}
        self._known_ends: dict[tuple[int, str, str], list[Any]] = {}
        self._known_references: dict[int, tuple[str, ...]] = {}
        seen: set[ModulePath] = set()
        for one in instances:
            self._instances.setdefault((one.module, one.mode, one.type, one.name), []).append(one)
            path = one.module
            while path.calls and path not in seen:
                seen.add(path)
                name, index = path.calls[-1]
                self._indexes.setdefault((path.parent, name), []).append(index)
                path = path.parent

    def place_of(self, instance: Instance) -> Place:
        """Return where the expressions of a resource stand."""
        written = self._configuration.resource(instance.module.names, instance.mode, instance.type, instance.name)
        return Place(instance.module, instance.index, written.get("for_each_expression"))

    def sources(self, expression: Any, place: Place) -> tuple[Source, ...]:
        """Return what an unknown value of *expression* hangs on; nothing where the document does not tell."""
        found: dict[str, Source] = {}
        for item in self._ends(expression, place):
            if isinstance(item, Source):
                found.setdefault(item.name, item)
        return tuple(found.values())

    def text(self, expression: Any, place: Place) -> str | Source | None:
        """Return the text of an expression that is one reference or a constant; else the first thing it hangs on."""
        constant = expression.get("constant_value") if isinstance(expression, dict) else None
        if isinstance(constant, str):
            return constant
        ends = self._ends(expression, place)
        source = next((end for end in ends if isinstance(end, Source)), None)
        if source is not None:
            return source
        known = [end for end in ends if not isinstance(end, Source)]
        # Two known parts may be joined in any way.
        return known[0] if len(known) == 1 and isinstance(known[0], str) else None

    # ---- following ----

    def _ends(self, expression: Any, place: Place) -> list[Any]:
        """Return what all references of an expression lead to: a ``Source``, or the value where it is known."""
        # Thousands of values in a list may share one expression; the document keeps it, so no other gets its id.
        key = (id(expression), str(place.module), place.index)
        if key not in self._known_ends:
            self._known_ends[key] = self._find_ends(expression, place)
        return self._known_ends[key]

    def _find_ends(self, expression: Any, place: Place) -> list[Any]:
        ends: list[Any] = []
        seen: set[tuple[str, str]] = set()
        waiting = [(text, place) for text in reversed(self._references_in(expression))]
        while waiting:
            text, where = waiting.pop()
            key = (text, str(where.module) + where.index)
            if key in seen:
                continue
            if len(seen) >= MOST_FOLLOWED:
                # Whatever else there is takes part too, so no resource before it is the only one.
                ends.append(Source(where.module.prefixed(text), is_resource=True))
                break
            seen.add(key)
            step = self._follow(text, where)
            if isinstance(step, _Onward):
                if isinstance(step.expression, dict) and "constant_value" in step.expression:
                    ends.append(step.expression["constant_value"])
                    continue
                onward = self._references_in(step.expression)
                if onward:
                    waiting += [(one, step.place) for one in reversed(onward)]
                else:
                    # An expression without references, such as uuid(), is known only when it is carried out.
                    ends.append(step.otherwise)
            elif step is not _NOTHING:
                ends.append(step)
        return ends

    def _references_in(self, expression: Any) -> tuple[str, ...]:
        if id(expression) not in self._known_references:
            self._known_references[id(expression)] = references_in(expression)
        return self._known_references[id(expression)]

    def _follow(self, text: str, place: Place) -> Any:
        """Return the next step: a ``Source``, a known value, ``_Onward``, or ``_NOTHING`` where it takes no part."""
        steps = split_steps(text)
        own = Source(place.module.prefixed(text))
        match steps:
            case ("var", name, *_):
                return self._variable(name, place, own)
            case ("local", _, *_):
                return own
            case ("each", "value", *_):
                return _Onward(place.for_each, place, own)
            case ("module", _, *_):
                return self._output(steps, place, own)
            case (kind, *_) if kind in _ALWAYS_KNOWN or kind == "each":
                return _NOTHING
        address = parse_address(text)
        return own if address is None else self._resource(address, place, text)

    def _variable(self, name: str, place: Place, own: Source) -> Any:
        if not place.module.calls:
            return self._configuration.root_variables.get(name, own)
        path = place.module
        call = self._configuration.call(path)
        given = call.get("expressions")
        if isinstance(given, dict) and name in given:
            index = path.calls[-1][1]
            return _Onward(given[name], Place(path.parent, index, call.get("for_each_expression")), own)
        module = self._configuration.module(path.names)
        variables = module.get("variables")
        declared = variables.get(name) if isinstance(variables, dict) else None
        # Without a default and without a value from the call, there is none but null.
        return declared.get("default") if isinstance(declared, dict) else own

    def _output(self, steps: tuple[str, ...], place: Place, own: Source) -> Any:
        path, rest = split_modules(steps)
        if len(path.calls) != 1 or not rest or rest[0].startswith("["):
            return own
        name, written = path.calls[0]
        index = self._index_of_call(place, name, written)
        module = self._configuration.module((*place.module.names, name))
        outputs = module.get("outputs")
        output = outputs.get(rest[0]) if isinstance(outputs, dict) else None
        expression = output.get("expression") if isinstance(output, dict) else None
        if index is None or expression is None:
            return own
        return _Onward(expression, Place(place.module.child(name, index)), own)

    def _index_of_call(self, place: Place, name: str, written: str) -> str | None:
        return _choose_index(self._indexes.get((place.module, name), [written]), written, place.index)

    def _resource(self, address: Address, place: Place, text: str) -> Any:
        module, kind, name = place.module, address.type, address.name
        written = self._configuration.resource(module.names, address.mode, kind, name)
        candidates = self._instances.get((module, address.mode, kind, name), [])
        if not candidates and ("count_expression" in written or "for_each_expression" in written):
            # There are no instances, as of a resource that a variable switches off.
            return _NOTHING
        index = _choose_index([one.index for one in candidates], address.index, place.index)
        instance = next((one for one in candidates if one.index == index), None)
        attribute = address.rest[0] if address.rest else None
        known = _known_value(instance, address.rest) if instance is not None else _NOTHING
        if known is not _NOTHING:
            return known
        source = Source(module.prefixed(text), True, instance, attribute)
        if address.mode == DATA or attribute is None:
            return source
        expression = passed_on(kind, attribute, written.get("expressions"))
        if expression is None:
            return source
        return _Onward(expression, self._place(instance, place, written), source)

    def _place(self, instance: Instance | None, place: Place, written: dict[str, Any]) -> Place:
        index = place.index if instance is None else instance.index
        return Place(place.module, index, written.get("for_each_expression"))


@dataclass(frozen=True, slots=True)
class _Onward:
    """An expression to follow; *otherwise* is the end where it leads nowhere."""

    expression: Any
    place: Place
    otherwise: Source


def _choose_index(indexes: list[str], written: str, own: str) -> str | None:
    """Return which instance a reference means: as it is written, that of the same index, or the only one."""
    if written:
        return written if written in indexes else None
    if own in indexes:
        return own
    return indexes[0] if len(set(indexes)) == 1 else None


def _known_value(instance: Instance, steps: tuple[str, ...]) -> Any:
    """Return a known attribute; ``_NOTHING`` where it is not known, or no plain value."""
    value: Any = instance.values if steps else None
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step[1:-1].isdecimal() and int(step[1:-1]) < len(value):
            value = value[int(step[1:-1])]
        else:
            return _NOTHING
    return value if steps and (value is None or isinstance(value, str | bool | int | Decimal)) else _NOTHING
