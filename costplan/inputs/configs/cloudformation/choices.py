"""Intrinsic functions that choose among values: Fn::If, Fn::FindInMap, Fn::Select, Fn::Length.

A choice that nobody can make yet is known all the same where every outcome is equal.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from costplan.inputs.configs.cloudformation.scope import Scope
from costplan.inputs.configs.cloudformation.template import is_macro
from costplan.inputs.configs.cloudformation.values import (
    REMOVED,
    MalformedError,
    join_parts,
    may_vanish,
    name_of,
    shorten,
    stand_in,
)
from costplan.inputs.configs.declared import PartlyKnown, Unresolved
from costplan.inputs.configs.fields import as_text
from costplan.inputs.documents import At

_MAXIMUM_OUTCOMES = 200


def choose(scope: Scope, argument: Any, at: At) -> Any:
    """Return the value for a condition that holds, or that for one that does not (``Fn::If``)."""
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        hint = "write [condition, value if it holds, value if not]"
        raise MalformedError("must be a list of a condition's name and two values", hint)
    holds = scope.condition(argument[0], (*at, 0))
    if isinstance(holds, bool):
        index = 1 if holds else 2
        return scope.resolve(argument[index], (*at, index))
    if_true = scope.resolve(argument[1], (*at, 1))
    if_false = scope.resolve(argument[2], (*at, 2))
    return if_true if _are_equal(if_true, if_false) else holds


def _are_equal(one: Any, other: Any) -> bool:
    # In Python, 1 is True; in a template it is not.
    return repr(one) == repr(other) if isinstance(one, bool | int) or isinstance(other, bool | int) else one == other


def find_in_map(scope: Scope, argument: Any, at: At) -> Any:
    """Return a value of the section Mappings; a fourth element may hold a ``DefaultValue``."""
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        hint = "write [name of the mapping, first key, second key]"
        raise MalformedError("must be a list of a mapping's name and two keys", hint)
    keys = [scope.resolve(key, (*at, index)) for index, key in enumerate(argument[:3])]
    otherwise: Any = REMOVED
    if len(argument) == 4:
        if not isinstance(argument[3], dict) or "DefaultValue" not in argument[3]:
            raise MalformedError("must have a DefaultValue as its fourth element", "write {DefaultValue: value}")
        otherwise = scope.resolve(argument[3]["DefaultValue"], (*at, 3, "DefaultValue"))
    texts = [as_text(key) for key in keys]
    for key, text in zip(keys, texts, strict=True):
        if text is None and not isinstance(key, Unresolved | PartlyKnown):
            raise MalformedError("has a key that is neither text nor number", "write the key's name")
    unknown = next((key for key, text in zip(keys, texts, strict=True) if text is None), None)
    if unknown is None:
        return _found_value(scope, argument, otherwise, [text or "" for text in texts])
    # Bounded, since every one of many functions may ask for all of a large mapping.
    found = list(islice(_find(scope.mappings, texts), _MAXIMUM_OUTCOMES))
    if otherwise is not REMOVED:
        found.append(otherwise)
    is_one = 0 < len(found) < _MAXIMUM_OUTCOMES and all(_are_equal(value, found[0]) for value in found[1:])
    return _literal(found[0]) if is_one else stand_in(unknown)


def _find(level: Any, keys: Sequence[str | None]) -> Iterator[Any]:
    """Yield every value that the keys may lead to, where ``None`` is any key."""
    if not keys:
        yield level
    elif isinstance(level, dict):
        for key in level if keys[0] is None else (keys[0],):
            if key in level:
                yield from _find(level[key], keys[1:])


def _literal(value: Any) -> Any:
    """Return a mapping's value, which holds no functions, but perhaps dynamic references."""
    if isinstance(value, list):
        return [_literal_text(element) for element in value]
    return value if isinstance(value, Unresolved | PartlyKnown) else _literal_text(value)


def _literal_text(value: Any) -> Any:
    text = as_text(value)
    if text is None:
        raise MalformedError("finds neither text nor a list of texts in Mappings", "write the value itself there")
    return join_parts([text]) if isinstance(value, str | date) else value


def _found_value(scope: Scope, argument: list[Any], otherwise: Any, keys: list[str]) -> Any:
    for value in _find(scope.mappings, keys):
        return _literal(value)
    if otherwise is not REMOVED:
        return otherwise
    mapping = scope.mappings.get(keys[0])
    levels = [scope.mappings, mapping, mapping.get(keys[1]) if mapping else None]
    if any(isinstance(level, dict) and any(map(is_macro, level)) for level in levels):
        return Unresolved(f"mapping {_as_written(argument)}")
    what = f"finds nothing in Mappings under {_as_written(argument)}"
    raise MalformedError(what, "add it, or choose another key by a parameter")


def _as_written(keys: list[Any]) -> str:
    """Return keys as the template has them: the value of a parameter may be a secret (``NoEcho``)."""
    shown = []
    for key in keys[:3]:
        name = key.get("Ref") if isinstance(key, dict) else None
        shown.append("${" + name + "}" if isinstance(name, str) else as_text(key) or "…")
    return shorten(".".join(shown))


def select(scope: Scope, argument: Any, at: At) -> Any:
    """Return the element of a list with a number, counted from 0."""
    if not isinstance(argument, list) or len(argument) != 2:
        raise MalformedError("must be a list of a number and a list", "write [0, [first, second]]")
    index = scope.resolve(argument[0], (*at, 0))
    elements = scope.resolve(argument[1], (*at, 1))
    if isinstance(elements, Unresolved):
        return stand_in(elements)
    if not isinstance(elements, list):
        raise MalformedError("must select from a list", "write [0, [first, second]]")
    if isinstance(index, Unresolved | PartlyKnown):
        is_one = bool(elements) and all(_are_equal(element, elements[0]) for element in elements[1:])
        return elements[0] if is_one else stand_in(index)
    text = as_text(index)
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise MalformedError("must begin with a whole number from 0", "write [0, [first, second]]")
    number = int(text)
    moving = next(filter(may_vanish, elements[: number + 1]), None)
    if moving is not None:
        return stand_in(moving)
    if number >= len(elements):
        raise MalformedError(f"selects element {number} of {len(elements)}", "count from 0")
    return elements[number]


def length(scope: Scope, argument: Any, at: At) -> Any:
    """Return the number of a list's elements."""
    elements = scope.resolve(argument, at)
    if isinstance(elements, Unresolved):
        return stand_in(elements)
    if not isinstance(elements, list):
        raise MalformedError("must count a list", "write a list, or a parameter that is one")
    moving = next(filter(may_vanish, elements), None)
    return len(elements) if moving is None else stand_in(moving)


def macro(scope: Scope, argument: Any, at: At) -> Any:
    """Return the name of a macro, which alone knows what it writes (``Fn::Transform``)."""
    name = argument.get("Name") if isinstance(argument, dict) else argument
    return Unresolved(f"Fn::Transform {name_of(scope.resolve(name, (*at, 'Name')))}")
