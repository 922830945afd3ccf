"""What recorders record of given events, why they do not record the others, and samples of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from costplan.model.recorders import Recorder
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.volumes import ReadSummary


class Absence(StrEnum):
    """Why an event is never offered to a recorder's selectors; the value is its name in JSON."""

    # A stopped trail, or a store that takes in nothing (R74, R77).
    NOT_LOGGING = "not-logging"
    OTHER_ACCOUNT = "other-account"
    # A member of the organization that has not enabled the trail's home Region (R70).
    HOME_REGION_NOT_ENABLED = "home-region-not-enabled"
    OTHER_REGION = "other-region"
    # CloudTrail's own delivery, and RecursiveLogging is false (R76).
    RECURSIVE_LOGGING = "recursive-logging"
    # The trail leaves global service events out (R63, R67).
    GLOBAL_SERVICE_EVENT = "global-service-event"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one selector says of an event.

    rejected_by: the first field that rejects it, where *truth* is NO: ``eventCategory``, then the others in the
    selector's own order, ``resources.type`` and ``resources.ARN`` last.
    asks: what the selector asks of that field.
    """

    truth: Truth
    rejected_by: str | None = None
    asks: tuple[FieldSelector, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one recorder says of an event: why it is not offered, or a verdict for each selector."""

    truth: Truth
    absence: Absence | None = None
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One event, by the few fields that may be shown: no object key, no session name, nothing else of the record."""

    time: str | None
    event_source: str
    event_name: str
    containers: tuple[str, ...]
    principal: str | None
    event_id: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sample that a selector rejects, and the field that rejects it."""

    event: SampleEvent
    field: str


@dataclass(frozen=True, slots=True)
class Samples:
    """Sample events of one selector: most frequent kinds of calls first; rejected ones of each field in turn."""

    recorded: tuple[SampleEvent, ...] = ()
    may_match: tuple[SampleEvent, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectorMatch:
    """Events offered to one selector: offered = recorded + may_match + Σ rejected_by.

    may_match: events of which nobody can tell: a value known only later, or elements of both kinds (R31).
    rejected_by: field → events that it is the first to reject, in the order in which fields are asked.
    """

    name: str
    recorded: int
    may_match: int
    rejected_by: Mapping[str, int]
    samples: Samples | None = None


@dataclass(frozen=True, slots=True)
class RecorderMatch:
    """Distinct events, seen from one recorder: all of them = offered + Σ out_of_scope.

    configuration: the path it was read from; label: unique within that.
    recorded, may_match: events that at least one selector records, surely or perhaps.
    by_category: the recorded ones.
    """

    configuration: str
    label: str
    recorder: Recorder
    offered: int
    recorded: int
    may_match: int
    by_category: Mapping[str, int]
    out_of_scope: Mapping[Absence, int]
    selectors: tuple[SelectorMatch, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """Events of one kind that one configuration records and the other does not."""

    event_source: str | None
    event_name: str | None
    containers: tuple[str, ...]
    principal: str | None
    events: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two configurations event by event: all of them = both + neither + those of the three lists of rows.

    may_differ: events of which at least one of the two only may record a copy, and the other does not surely agree.
    """

    first: str
    second: str
    both: int
    neither: int
    only_first: tuple[DifferenceRow, ...]
    only_second: tuple[DifferenceRow, ...]
    may_differ: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """One event, and what every recorder says of it, in the order of ``Matches.recorders``."""

    event: SampleEvent
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """What recorders record of the events that were read.

    notes: what was taken for granted, each a sentence.
    events: only where single events were given.
    """

    read: ReadSummary
    recorders: tuple[RecorderMatch, ...]
    difference: Difference | None = None
    events: tuple[ExplainedEvent, ...] = ()
    notes: tuple[str, ...] = field(default=())
