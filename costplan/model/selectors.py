"""Event selectors as AWS writes them: basic, advanced, Insights."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from costplan.model.containers import Operator
from costplan.model.events import EventCategory
from costplan.model.problems import Location
from costplan.model.unknown import Unknown

Value = str | Unknown
"""A value of a selector; ``UNKNOWN`` where infrastructure code will know it only after it is applied."""


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """The operators of one field of an advanced event selector (R21).

    The values of *equals*, *starts_with* and *ends_with* are alternatives; a hit of any *not_…* value rejects.
    """

    field: str
    equals: tuple[Value, ...] = ()
    starts_with: tuple[Value, ...] = ()
    ends_with: tuple[Value, ...] = ()
    not_equals: tuple[Value, ...] = ()
    not_starts_with: tuple[Value, ...] = ()
    not_ends_with: tuple[Value, ...] = ()

    @property
    def selecting(self) -> tuple[tuple[Operator, Value], ...]:
        """The tests of which one must hit, if there are any."""
        return _tests(self.equals, self.starts_with, self.ends_with)

    @property
    def deselecting(self) -> tuple[tuple[Operator, Value], ...]:
        """The tests of which none may hit."""
        return _tests(self.not_equals, self.not_starts_with, self.not_ends_with)

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value, of all operators."""
        return tuple(value for _, value in (*self.selecting, *self.deselecting))


# Asked for every event, of the few fields that the selectors of a scenario have.
@lru_cache(maxsize=4096)
def _tests(
    equals: tuple[Value, ...], starts_with: tuple[Value, ...], ends_with: tuple[Value, ...]
) -> tuple[tuple[Operator, Value], ...]:
    return (
        *((Operator.EQUALS, value) for value in equals),
        *((Operator.STARTS_WITH, value) for value in starts_with),
        *((Operator.ENDS_WITH, value) for value in ends_with),
    )


@dataclass(frozen=True, slots=True)
class AdvancedEventSelector:
    """A conjunction of field selectors (R20); a recorder records what at least one of its selectors admits."""

    fields: tuple[FieldSelector, ...]
    name: str = ""
    where: Location | None = field(default=None, compare=False)

    def find(self, name: str) -> FieldSelector | None:
        """Return the first selector of the field *name*, if there is one."""
        return next((f for f in self.fields if f.field == name), None)


class ReadWriteType(StrEnum):
    """``ReadWriteType`` of a basic event selector (R5, R14)."""

    ALL = "All"
    READ_ONLY = "ReadOnly"
    WRITE_ONLY = "WriteOnly"


@dataclass(frozen=True, slots=True)
class DataResource:
    """Data events of one resource type, by prefix (S3) or whole ARN (R9)."""

    type: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class EventSelector:
    """A basic event selector with AWS's defaults (R3)."""

    read_write_type: ReadWriteType | Unknown = ReadWriteType.ALL
    include_management_events: bool | Unknown = True
    exclude_management_event_sources: tuple[Value, ...] = ()
    data_resources: tuple[DataResource, ...] = ()
    where: Location | None = field(default=None, compare=False)


class InsightType(StrEnum):
    """What CloudTrail Insights analyses (R88)."""

    API_CALL_RATE = "ApiCallRateInsight"
    API_ERROR_RATE = "ApiErrorRateInsight"


@dataclass(frozen=True, slots=True)
class InsightSelector:
    """One Insights type, for the event categories it analyses; management only where nothing is said (R88)."""

    type: InsightType
    categories: tuple[EventCategory, ...] = (EventCategory.MANAGEMENT,)
