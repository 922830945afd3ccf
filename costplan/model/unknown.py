"""What is not known: a value of its own, never a default and never zero."""

from dataclasses import dataclass
from enum import Enum


class Unknown(Enum):
    """The type of ``UNKNOWN``, so that a signature can say where it may stand."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce_ex__(self, _: object) -> tuple[type["Unknown"], tuple[str]]:
        # Some Pythons pickle a member by getattr, which whoever reads a kept count must not be made to call.
        return Unknown, (self.value,)


UNKNOWN = Unknown.UNKNOWN
"""A value that exists but that nobody stated.  ``None`` is different: absent from the record (R26)."""


@dataclass(frozen=True, slots=True)
class Except:
    """An unknown text that is surely none of *values*."""

    values: frozenset[str]


Text = str | None | Unknown | Except
Flag = bool | None | Unknown
