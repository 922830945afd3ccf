"""``costplan.match/1``: what recorders record of given events, for machines."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from costplan.model.matches import (
    Difference,
    DifferenceRow,
    ExplainedEvent,
    Explanation,
    Matches,
    RecorderMatch,
    Rejected,
    SampleEvent,
    Samples,
    SelectorMatch,
    Verdict,
)
from costplan.model.selectors import FieldSelector
from costplan.model.truth import Truth
from costplan.model.unknown import Unknown

FORMAT: Literal["costplan.match/1"] = "costplan.match/1"

Answer = Literal["yes", "may", "no"]
_ANSWERS: dict[Truth, Answer] = {Truth.YES: "yes", Truth.MAYBE: "may", Truth.NO: "no"}
_OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")


class EventPart(msgspec.Struct):
    """A single event, without object keys and session names; null is what the record does not say."""

    time: str | None
    event_source: str
    event_name: str
    containers: list[str]
    principal: str | None
    event_id: str | None


class RejectedPart(EventPart):
    """An event that a selector rejects, and the field that is the first to reject it."""

    rejected_by: str


class SamplesPart(msgspec.Struct):
    """Sample events of one selector."""

    recorded: list[EventPart]
    may_match: list[EventPart]
    rejected: list[RejectedPart]


class SelectorPart(msgspec.Struct, omit_defaults=True):
    """Events offered to one selector: recorded + may_match + the sum of rejected_by, by field."""

    name: str
    recorded: int
    may_match: int
    rejected_by: dict[str, int]
    samples: SamplesPart | None = None


class RecorderPart(msgspec.Struct):
    """Distinct events, seen from one recorder: offered + the sum of out_of_scope, by reason, are all of them."""

    configuration: str
    recorder: str
    account: str | None
    home_region: str | None
    offered: int
    recorded: int
    may_match: int
    by_category: dict[str, int]
    out_of_scope: dict[str, int]
    selectors: list[SelectorPart]


class DifferencePart(msgspec.Struct):
    """Events of one kind."""

    event_source: str | None
    event_name: str | None
    containers: list[str]
    principal: str | None
    events: int


class OnlyPart(msgspec.Struct):
    """Events that only one configuration records."""

    configuration: str
    events: int
    rows: list[DifferencePart]


class MayDifferPart(msgspec.Struct):
    """Events of which nobody can tell whether both configurations record them."""

    events: int
    rows: list[DifferencePart]


class DifferencesPart(msgspec.Struct):
    """Two configurations, event by event."""

    both: int
    neither: int
    only: list[OnlyPart]
    may_differ: MayDifferPart


class AskedPart(msgspec.Struct, omit_defaults=True):
    """What a selector asks of a field; null is a value that is known only after it is applied."""

    field: str
    equals: list[str | None] = []
    starts_with: list[str | None] = []
    ends_with: list[str | None] = []
    not_equals: list[str | None] = []
    not_starts_with: list[str | None] = []
    not_ends_with: list[str | None] = []


class VerdictPart(msgspec.Struct, omit_defaults=True):
    """What one selector says of an event."""

    name: str
    recorded: Answer
    rejected_by: str | None = None
    asks: list[AskedPart] = []


class AnswerPart(msgspec.Struct, omit_defaults=True):
    """What one recorder says of an event."""

    configuration: str
    recorder: str
    recorded: Answer
    out_of_scope: str | None = None
    selectors: list[VerdictPart] = []


class ExplainedPart(EventPart):
    """An event, and what every recorder says of it."""

    recorders: list[AnswerPart]


class MatchFile(msgspec.Struct, omit_defaults=True):
    """What recorders record of the events that were read.

    records: all that was read, copies included; distinct: the events among them.
    notes: what was taken for granted.
    """

    format: Literal["costplan.match/1"]
    records: int
    distinct: int
    recorders: list[RecorderPart]
    differences: DifferencesPart | None = None
    events: list[ExplainedPart] = []
    notes: list[str] = []


MATCH_SHAPE = MatchFile


def match_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    (schema,), components = msgspec.json.schema_components((MATCH_SHAPE,), ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"costplan: matches ({FORMAT})"}
    return {**whole, **schema, "$defs": components}


def render_match_json(matches: Matches) -> str:
    """Return the matches as JSON."""
    file = MatchFile(
        FORMAT,
        matches.read.records,
        matches.read.counted,
        [_recorder(match) for match in matches.recorders],
        _differences(matches.difference) if matches.difference else None,
        [_explained(event, matches.recorders) for event in matches.events],
        list(matches.notes),
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _recorder(match: RecorderMatch) -> RecorderPart:
    return RecorderPart(
        match.configuration,
        match.label,
        match.recorder.account,
        match.recorder.home_region,
        match.offered,
        match.recorded,
        match.may_match,
        dict(match.by_category),
        {absence.value: events for absence, events in match.out_of_scope.items()},
        [_selector(selector) for selector in match.selectors],
    )


def _selector(match: SelectorMatch) -> SelectorPart:
    samples = _samples(match.samples) if match.samples else None
    return SelectorPart(match.name, match.recorded, match.may_match, dict(match.rejected_by), samples)


def _samples(samples: Samples) -> SamplesPart:
    return SamplesPart(
        [_event(event) for event in samples.recorded],
        [_event(event) for event in samples.may_match],
        [_rejected(rejected) for rejected in samples.rejected],
    )


def _event(event: SampleEvent) -> EventPart:
    return EventPart(*_shown(event))


def _rejected(rejected: Rejected) -> RejectedPart:
    return RejectedPart(*_shown(rejected.event), rejected.field)


def _shown(event: SampleEvent) -> tuple[str | None, str, str, list[str], str | None, str | None]:
    return event.time, event.event_source, event.event_name, list(event.containers), event.principal, event.event_id


def _differences(difference: Difference) -> DifferencesPart:
    sides = ((difference.first, difference.only_first), (difference.second, difference.only_second))
    only = [OnlyPart(name, _sum(rows), _rows(rows)) for name, rows in sides]
    may_differ = MayDifferPart(_sum(difference.may_differ), _rows(difference.may_differ))
    return DifferencesPart(difference.both, difference.neither, only, may_differ)


def _sum(rows: Sequence[DifferenceRow]) -> int:
    return sum(row.events for row in rows)


def _rows(rows: Sequence[DifferenceRow]) -> list[DifferencePart]:
    return [
        DifferencePart(row.event_source, row.event_name, list(row.containers), row.principal, row.events)
        for row in rows
    ]


def _explained(explained: ExplainedEvent, recorders: Sequence[RecorderMatch]) -> ExplainedPart:
    answers = [_answer(*both) for both in zip(recorders, explained.explanations, strict=True)]
    return ExplainedPart(*_shown(explained.event), answers)


def _answer(match: RecorderMatch, explanation: Explanation) -> AnswerPart:
    return AnswerPart(
        match.configuration,
        match.label,
        _ANSWERS[explanation.truth],
        explanation.absence and explanation.absence.value,
        # Out of scope there are no verdicts.
        [_verdict(*both) for both in zip(match.selectors, explanation.verdicts, strict=False)],
    )


def _verdict(selector: SelectorMatch, verdict: Verdict) -> VerdictPart:
    asks = [_asked(field) for field in verdict.asks]
    return VerdictPart(selector.name, _ANSWERS[verdict.truth], verdict.rejected_by, asks)


def _asked(field: FieldSelector) -> AskedPart:
    values = {
        name: [None if isinstance(value, Unknown) else value for value in getattr(field, name)] for name in _OPERATORS
    }
    return AskedPart(field.field, **values)
