"""The values of a declared resource as plain data, with ``UNKNOWN`` in the place of what is not known."""

from collections.abc import Iterator
from typing import Any

from costplan.inputs.configs.declared import DeclaredResource, PartlyKnown, Unresolved
from costplan.model.places import partition_of
from costplan.model.unknown import UNKNOWN

PARTITION = "AWS::Partition"


class PlainValues:
    """The values of one resource.

    partition: the one that was taken where only the Region would tell it; ``None`` where none had to be.
    """

    def __init__(self, resource: DeclaredResource) -> None:
        self._region = resource.region if isinstance(resource.region, str) else None
        self._declared = {} if resource.is_known else resource.values
        self.partition: str | None = None
        self.values: dict[str, Any] = (
            resource.values
            if resource.is_known
            else {key: self._plain(value) for key, value in resource.values.items()}
        )

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        if isinstance(value, Unresolved):
            return UNKNOWN
        return self._text(value) if isinstance(value, PartlyKnown) else value

    def _text(self, value: PartlyKnown) -> Any:
        """Return a text of which no more than the partition is unknown: most accounts have one partition only."""
        if any(isinstance(part, Unresolved) and part.what != PARTITION for part in value.parts):
            return UNKNOWN
        partition = "aws" if self._region is None else partition_of(self._region)
        if self._region is None:
            self.partition = partition
        return "".join(partition if isinstance(part, Unresolved) else part for part in value.parts)

    def unknown_in(self, key: str | None) -> Iterator[str]:
        """Yield the names of what is not known in one attribute."""
        return _unknown_in(self._declared.get(key)) if key is not None else iter(())


def _unknown_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _unknown_in(item)
    elif isinstance(value, Unresolved):
        yield value.what
    elif isinstance(value, PartlyKnown):
        yield from (part.what for part in value.parts if isinstance(part, Unresolved) and part.what != PARTITION)
