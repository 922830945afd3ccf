"""CP001: a selector excludes an event source, and another selector of the same recorder lets it in again."""

from collections.abc import Iterator
from dataclasses import dataclass

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import API_REFERENCE, USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import PlacedSelector, category_of, placed_selectors
from costplan.model.selection import EVENT_CATEGORY, EVENT_SOURCE, READ_ONLY
from costplan.model.selectors import AdvancedEventSelector, EventSelector, ReadWriteType
from costplan.model.unknown import UNKNOWN

_READS, _WRITES = "true", "false"
_READ_ONLY_VALUES = {
    ReadWriteType.ALL: frozenset({_READS, _WRITES}),
    ReadWriteType.READ_ONLY: frozenset({_READS}),
    ReadWriteType.WRITE_ONLY: frozenset({_WRITES}),
}


@dataclass(frozen=True, slots=True)
class _Clause:
    """The management events that a selector admits: all but those of some sources.

    is_incidental: the selector is there for data events; that it admits management events is AWS's default.
    """

    placed: PlacedSelector
    read_only: frozenset[str]
    excluded: frozenset[str]
    is_incidental: bool


def _clause(placed: PlacedSelector) -> _Clause | None:
    """Return what *placed* says of management events; ``None`` if nothing, more than that, or not known."""
    if isinstance(placed.selector, EventSelector):
        return _basic(placed, placed.selector)
    return _advanced(placed, placed.selector)


def _basic(placed: PlacedSelector, selector: EventSelector) -> _Clause | None:
    excluded = selector.exclude_management_event_sources
    kind = selector.read_write_type
    if selector.include_management_events is not True or UNKNOWN in excluded or not isinstance(kind, ReadWriteType):
        return None
    known = frozenset(source for source in excluded if isinstance(source, str))
    return _Clause(placed, _READ_ONLY_VALUES[kind], known, bool(selector.data_resources))


def _advanced(placed: PlacedSelector, selector: AdvancedEventSelector) -> _Clause | None:
    if category_of(selector) != "Management":
        return None
    read_only = frozenset({_READS, _WRITES})
    excluded: frozenset[str] = frozenset()
    for field in selector.fields:
        values = frozenset(value for value in field.values if isinstance(value, str))
        if UNKNOWN in field.values:
            return None
        if field.field == READ_ONLY and len(field.values) == len(field.equals):
            read_only &= values
        elif field.field == EVENT_SOURCE and len(field.values) == len(field.not_equals):
            excluded |= values
        elif field.field != EVENT_CATEGORY:
            # Narrowed in some other way, so that the two selectors may well be meant to differ.
            return None
    return _Clause(placed, read_only, excluded, is_incidental=False)


def _undoes(other: _Clause, excluding: _Clause) -> bool:
    """Whether *other* brings back what *excluding* leaves out, other than by design.

    Leaving out everything and adding writes is a design: the flood of KMS events is reads (R49).
    """
    common = other.read_only & excluding.read_only
    return bool(common) and (other.is_incidental or _READS in common or common == excluding.read_only)


def _check(survey: Survey) -> Iterator[Hit]:
    clauses = [clause for clause in map(_clause, placed_selectors(survey)) if clause is not None]
    for other in clauses:
        for excluding in clauses:
            if excluding.placed.position != other.placed.position or not _undoes(other, excluding):
                continue
            sources = sorted(excluding.excluded - other.excluded)
            if sources:
                yield _hit(other, excluding, " and ".join(sources))
                break


def _hit(other: _Clause, excluding: _Clause, sources: str) -> Hit:
    excluder = excluding.placed.title.rpartition(", ")[2]
    if isinstance(other.placed.selector, EventSelector):
        hint = f"exclude {sources} here too, or set IncludeManagementEvents to false (it is true unless stated)"
    else:
        hint = f"exclude {sources} here too"
    where = excluding.placed.selector.where
    return other.placed.hit(
        f"records management events of {sources}, which {excluder} excludes", hint, (where,) if where else ()
    )


UNDONE_EXCLUSION = Rule(
    code="CP001",
    name="undone-exclusion",
    severity=Severity.WARNING,
    what="A selector excludes the management events of KMS (or of another source), and a second selector of the same "
    "recorder records them all the same.",
    why="An exclusion holds for its own selector only, and a recorder records what at least one of its selectors "
    "admits. A basic selector that was added for data events also admits every management event, unless it says "
    "IncludeManagementEvents: false. KMS makes most of the events of many accounts; where they are a second copy, "
    "each of them is paid.",
    example="""\
- trail: audit
  event_selectors:
    - exclude_management_event_sources: [kms.amazonaws.com]
    - data_resources:
        - {type: AWS::S3::Object, values: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
""",
    instead="""\
- trail: audit
  event_selectors:
    - exclude_management_event_sources: [kms.amazonaws.com]
    - include_management_events: false
      data_resources:
        - {type: AWS::S3::Object, values: ["arn:aws:s3:::amzn-s3-demo-bucket/"]}
""",
    source=f"R3, R4, R6, R8; {API_REFERENCE}API_EventSelector.html, "
    f"{USER_GUIDE}logging-management-events-with-cloudtrail.html",
    check=_check,
)
