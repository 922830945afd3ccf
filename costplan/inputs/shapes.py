"""The shapes of files: each format is declared once, as msgspec structs, and read by one function.

A struct here says what a file may hold, nothing of what it means.  Decoding is quick while the file is right; only when
it is not, a walk over the declaration collects every problem, in words.
"""

from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shape_faults import convert, describe, find_faults, kind_of, suggest
from costplan.model.problems import Problem

__all__ = [
    "AccountId",
    "Count",
    "Name",
    "Number",
    "PositiveInt",
    "RegionCode",
    "Shape",
    "describe",
    "json_schema",
    "kind_of",
    "read_shape",
    "suggest",
]

T = TypeVar("T")

AccountId = Annotated[str, Meta(pattern=r"^[0-9]{12}$(?!\n)", description="an account id: twelve digits, in quotes")]
RegionCode = Annotated[
    str, Meta(pattern=r"^[a-z]{2,5}(-[a-z]+){1,3}-[0-9]{1,2}$(?!\n)", description="a Region code such as eu-west-1")
]
Number = int | Decimal
PositiveInt = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(min_length=1)]


class Shape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The base of every declared mapping: known keys only.  Say ``frozen`` and ``kw_only`` again in each."""


def read_shape(document: Document, at: At, value: Any, shape: type[T], problems: list[Problem]) -> T | None:
    """Return *value*, which stands at *at* in *document*, as *shape*; else ``None``, after adding every problem."""
    try:
        decoded: T = convert(value, shape)
    except (msgspec.ValidationError, RecursionError) as error:
        found = find_faults(document, at, value, shape)
        if not found:
            place = f"{show_path(at)}: " if at else ""
            found.append(document.problem(at, f"{place}{error}", "compare with costplan schema"))
        problems.extend(found)
        return None
    return decoded


def json_schema(shape: type, title: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a shape."""
    (schema,), components = msgspec.json.schema_components((shape,), ref_template="#/$defs/{name}")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **schema,
        "$defs": components,
    }
    tidied = _tidy(whole)
    assert isinstance(tidied, dict)
    return tidied


def _tidy(schema: Any) -> Any:
    """Write numbers as numbers: msgspec takes every decimal for text."""
    if isinstance(schema, list):
        return [_tidy(element) for element in schema]
    if not isinstance(schema, dict):
        return str(schema) if isinstance(schema, Decimal) else schema
    if schema.get("type") == "string" and schema.get("format") == "decimal":
        schema = {key: value for key, value in schema.items() if key != "format"} | {"type": "number"}
    tidied = {key: _tidy(value) for key, value in schema.items()}
    options = tidied.get("anyOf")
    if isinstance(options, list) and {"type": "number"} in options:
        tidied["anyOf"] = [option for option in options if option != {"type": "integer"}]
        if len(tidied["anyOf"]) == 1:
            tidied.update(tidied.pop("anyOf")[0])
    return tidied
