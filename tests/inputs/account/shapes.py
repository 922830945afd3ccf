"""Whether an answer that a test made up could be AWS's: a walk along the output shape of the SDK's service model."""

from collections.abc import Iterator
from typing import Any

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    # JSON 1.1 counts the seconds since 1970.
    "timestamp": (int, float),
}


def misfits(shape: Any, value: object) -> Iterator[str]:
    """Yield where *value* is not what *shape* says, each as the way there and what is wrong."""
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            yield f": {type(value).__name__}, not a structure"
            return
        for key, item in value.items():
            if key not in shape.members:
                yield f".{key}: there is no such member"
            else:
                yield from (f".{key}{what}" for what in misfits(shape.members[key], item))
        yield from (f".{key}: is missing" for key in shape.required_members if key not in value)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            yield f": {type(value).__name__}, not a list"
            return
        for position, item in enumerate(value):
            yield from (f"[{position}]{what}" for what in misfits(shape.member, item))
    else:
        allowed = _SCALARS[shape.type_name]
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            yield f": {type(value).__name__}, not a {shape.type_name}"
        elif getattr(shape, "enum", ()) and value not in shape.enum:
            yield f": {value} is none of {', '.join(shape.enum)}"
