"""CP011: a selector of DynamoDB tables that also records every read of their streams."""

from collections.abc import Iterator

from costplan.advice.findings import Severity
from costplan.advice.lint.rule import USER_GUIDE, Hit, Rule, Survey
from costplan.advice.lint.selector_values import known_types, placed_selectors
from costplan.engine.matching import field_holds
from costplan.model.containers import Operator
from costplan.model.selection import READ_ONLY
from costplan.model.selectors import AdvancedEventSelector, EventSelector, FieldSelector, ReadWriteType
from costplan.model.truth import Truth

_TABLE, _STREAM = "AWS::DynamoDB::Table", "AWS::DynamoDB::Stream"
_STREAM_READS = ("GetRecords", "GetShardIterator")


def _check(survey: Survey) -> Iterator[Hit]:
    selectors = tuple(placed_selectors(survey))
    wanted = {
        placed.position
        for placed in selectors
        if isinstance(placed.selector, AdvancedEventSelector) and _STREAM in known_types(placed.selector)
    }
    for placed in selectors:
        if placed.position in wanted:
            continue
        if isinstance(placed.selector, EventSelector):
            brought, use = _of_basic(placed.selector), "use an advanced event selector with"
        else:
            brought, use = _of_advanced(placed.selector), "add"
        if brought:
            names = ", ".join(brought)
            yield placed.hit(
                f"selects DynamoDB tables, and with them the reads of their streams: {names}",
                f"{use} eventName NotEquals {names}, or select {_STREAM} too if they are wanted",
            )


def _of_basic(selector: EventSelector) -> tuple[str, ...]:
    reads = selector.read_write_type in (ReadWriteType.ALL, ReadWriteType.READ_ONLY)
    tables = any(resource.type == _TABLE and resource.values for resource in selector.data_resources)
    return _STREAM_READS if reads and tables else ()


def _of_advanced(selector: AdvancedEventSelector) -> tuple[str, ...]:
    """Return the stream reads that the selector admits without naming them."""
    if known_types(selector) != {_TABLE} or not _holds(selector, READ_ONLY, "true"):
        return ()
    named = {value for field in selector.fields if field.field == "eventName" for value in field.equals}
    return tuple(name for name in _STREAM_READS if name not in named and _holds(selector, "eventName", name))


def _holds(selector: AdvancedEventSelector, name: str, text: str) -> bool:
    """Whether every field selector of *name* surely admits *text*."""
    return all(_admits(field, text) for field in selector.fields if field.field == name)


def _admits(field: FieldSelector, text: str) -> bool:
    def hit(operator: Operator, value: str) -> Truth:
        return Truth.of(operator.holds(text, value))

    return field_holds(field, hit, is_absent=False) is Truth.YES


STREAMS_WITH_TABLE = Rule(
    code="CP011",
    name="streams-with-table",
    severity=Severity.WARNING,
    what="A selector of AWS::DynamoDB::Table admits GetRecords and GetShardIterator, though no selector asks for "
    "AWS::DynamoDB::Stream.",
    why="A read of a table's stream carries the stream and the table, so a selector of the table records it. Lambda "
    "and global tables poll streams many times a second; DynamoDB does not charge for that, CloudTrail charges for "
    "each recorded event. Tables without a stream make none.",
    example="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::DynamoDB::Table"]}
""",
    instead="""\
- trail: audit
  advanced_event_selectors:
    - fields:
        eventCategory: {equals: [Data]}
        resources.type: {equals: ["AWS::DynamoDB::Table"]}
        eventName: {not_equals: [GetRecords, GetShardIterator]}
""",
    source=f"R30; {USER_GUIDE}logging-data-events-with-cloudtrail.html, "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html",
    check=_check,
)
