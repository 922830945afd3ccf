"""The file formats as JSON Schemas."""

from costplan.inputs.schemas import SCHEMAS, schema

__all__ = ["schema", "schema_names"]


def schema_names() -> tuple[str, ...]:
    """Return the names of the formats that costplan reads."""
    return tuple(known.name for known in SCHEMAS)
