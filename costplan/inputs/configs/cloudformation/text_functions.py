"""Intrinsic functions that make texts, or lists of a text: Fn::Sub, Fn::Join, Fn::Split and their like.

Each takes what surrounds it, its argument as it is written, and where the argument stands.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from costplan.inputs.configs.cloudformation.scope import Scope
from costplan.inputs.configs.cloudformation.values import (
    MalformedError,
    first_unknown,
    imported,
    join_parts,
    may_vanish,
    stand_in,
)
from costplan.inputs.configs.declared import PartlyKnown, Unresolved
from costplan.inputs.configs.fields import as_text
from costplan.inputs.documents import At

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_JSON = msgspec.json.Encoder(decimal_format="number")
_NEVER_HOLD = frozenset({"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"})
"""Values without any of the separators of ARNs and lists, so a text can be split around them."""
_SEPARATORS = frozenset(":/, |;")
_NO_VARIABLES: Mapping[str, Any] = {}


def sub(scope: Scope, argument: Any, at: At) -> Any:
    """Return a text with its ``${…}`` filled in: a text, or a text and its own variables."""
    variables: dict[str, Any] = {}
    text, text_at = argument, at
    if isinstance(argument, list):
        if len(argument) != 2 or not isinstance(argument[1], dict):
            raise MalformedError("must be a text, or a list of a text and a mapping of variables", "write one of them")
        text, text_at = argument[0], (*at, 0)
        for name, value in argument[1].items():
            variables[name] = scope.resolve(value, (*at, 1, name))
    text = as_text(text)
    if text is None:
        raise MalformedError("must begin with a text", "write the text itself, not a function")
    return substitute(scope, text, text_at, variables)


def substitute(scope: Scope, text: str, at: At, variables: Mapping[str, Any] = _NO_VARIABLES) -> Any:
    """Return *text* with each ``${Name}`` and ``${Resource.Attribute}`` filled in, ``${!Name}`` as ``${Name}``.

    Raises:
        MalformedError: a list stands for a text, or the text becomes too long.
    """
    # In a list: what refers to other resources must not go through the layers of join_parts again and again.
    return join_parts(list(_substituted(scope, text, at, variables)))


def _substituted(scope: Scope, text: str, at: At, variables: Mapping[str, Any]) -> Iterator[Any]:
    end = 0
    for found in _VARIABLE.finditer(text):
        yield text[end : found.start()]
        end = found.end()
        name = found[1].strip()
        if name.startswith("!"):
            yield "${" + name[1:] + "}"
        elif name in variables:
            yield variables[name]
        elif "." in name:
            logical_id, _, attribute = name.partition(".")
            yield scope.attribute(logical_id, attribute, at)
        elif name:
            yield scope.reference(name, at)
        else:
            yield found[0]
    yield text[end:]


def join(scope: Scope, argument: Any, at: At) -> Any:
    """Return the elements of a list as one text, with a delimiter between them."""
    if not isinstance(argument, list) or len(argument) != 2:
        raise MalformedError("must be a list of a delimiter and a list", 'write [",", [first, second]]')
    delimiter = as_text(scope.resolve(argument[0], (*at, 0)))
    elements = scope.resolve(argument[1], (*at, 1))
    if delimiter is None:
        raise MalformedError("must begin with a delimiter, which is a text", 'write [",", [first, second]]')
    if isinstance(elements, Unresolved):
        return stand_in(elements)
    if not isinstance(elements, list):
        raise MalformedError("must join a list", 'write [",", [first, second]]')
    # Nobody knows how many delimiters there will be.
    if delimiter and any(may_vanish(element) for element in elements):
        return stand_in(next(filter(may_vanish, elements)))
    return join_parts(
        part for index, element in enumerate(elements) for part in ((delimiter, element) if index else (element,))
    )


def split(scope: Scope, argument: Any, at: At) -> Any:
    """Return the parts of a text between delimiters, as far as what is not known can hold no delimiter."""
    if not isinstance(argument, list) or len(argument) != 2:
        raise MalformedError("must be a list of a delimiter and a text", 'write [",", text]')
    delimiter = as_text(scope.resolve(argument[0], (*at, 0)))
    text = scope.resolve(argument[1], (*at, 1))
    if not delimiter:
        raise MalformedError("must begin with a delimiter, which is a text", 'write [",", text]')
    if isinstance(text, PartlyKnown) and all(
        isinstance(part, str) or (part.what in _NEVER_HOLD and delimiter in _SEPARATORS) for part in text.parts
    ):
        return _split_parts(delimiter, text.parts)
    if isinstance(text, Unresolved | PartlyKnown):
        return stand_in(text)
    known = as_text(text)
    if known is None:
        raise MalformedError("must split a text", 'write [",", text]')
    return known.split(delimiter)


def _split_parts(delimiter: str, parts: tuple[str | Unresolved, ...]) -> list[Any]:
    elements: list[list[str | Unresolved]] = [[]]
    for part in parts:
        if isinstance(part, Unresolved):
            elements[-1].append(part)
            continue
        first, *others = part.split(delimiter)
        elements[-1].append(first)
        elements.extend([other] for other in others)
    return [join_parts(element) for element in elements]


def encode_base64(scope: Scope, argument: Any, at: At) -> Any:
    """Return a text in Base64."""
    value = scope.resolve(argument, at)
    text = as_text(value)
    if text is not None:
        # A text from JSON may hold what UTF-8 cannot say.
        return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if isinstance(value, Unresolved | PartlyKnown):
        return stand_in(value)
    raise MalformedError("must encode a text", "write a text, or a function that makes one")


def to_json_string(scope: Scope, argument: Any, at: At) -> Any:
    """Return a mapping or list as JSON text, which is known only where all of it is."""
    value = scope.resolve(argument, at)
    if not isinstance(value, dict | list | Unresolved):
        raise MalformedError("must be a mapping or a list", "write the value itself, not its text")
    return stand_in(value) if first_unknown(value) else _JSON.encode(value).decode("utf-8")


def import_value(scope: Scope, argument: Any, at: At) -> Any:
    """Return the name of an export of another stack, whose value nobody here knows."""
    return Unresolved(imported(scope.resolve(argument, at)))
