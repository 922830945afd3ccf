"""Selectors in the form of the AWS API, which CloudFormation shares and Terraform only spells differently."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from costplan.advice.selector_rules import operators_of
from costplan.model.events import EventCategory
from costplan.model.recorders import Recorder
from costplan.model.selectors import AdvancedEventSelector, EventSelector, ReadWriteType, Value
from costplan.model.unknown import UNKNOWN

_READ_WRITE = tuple(kind.value for kind in ReadWriteType)


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that nobody knows.

    words: what to call it, besides the name of the recorder.
    what: for people, what belongs there.
    allowed: the only values there are.
    is_boolean, is_list: what it is, if not a text; a list is one of texts.
    """

    words: tuple[str, ...]
    what: str
    allowed: tuple[str, ...] = ()
    is_boolean: bool = False
    is_list: bool = False


LOG_BUCKET = Hole(("bucket", "name"), "Log bucket")
SNS_TOPIC = Hole(("sns", "topic", "name"), "Name or ARN of the SNS topic")
LOGS_ROLE = Hole(("logs", "role", "arn"), "ARN of the role that lets CloudTrail write to the log group")
INSIGHTS_DESTINATION = Hole(("insights", "destination"), "ARN of the store that takes the Insights events")

Fill = Callable[[Hole], Any]
"""What to write in the place of a value that nobody knows."""


def selector_properties(recorder: Recorder, fill: Fill) -> dict[str, list[dict[str, Any]]]:
    """Return the selectors under the key of their kind; nothing where the recorder has none of its own."""
    selectors: Sequence[EventSelector | AdvancedEventSelector] = recorder.selectors or ()
    basic = [_basic(s, number, fill) for number, s in enumerate(selectors, 1) if isinstance(s, EventSelector)]
    advanced = [
        _advanced(s, number, fill) for number, s in enumerate(selectors, 1) if isinstance(s, AdvancedEventSelector)
    ]
    both = {"EventSelectors": basic, "AdvancedEventSelectors": advanced}
    return {key: value for key, value in both.items() if value}


def insight_properties(recorder: Recorder, *, names_management: bool) -> list[dict[str, Any]]:
    """Return the Insights selectors; *names_management* writes the category too where it is AWS's default (R88)."""
    found = []
    for insight in recorder.insights:
        item: dict[str, Any] = {"InsightType": insight.type.value}
        if names_management or insight.categories != (EventCategory.MANAGEMENT,):
            item["EventCategories"] = [category.value for category in insight.categories]
        found.append(item)
    return found


def has_unknown(recorder: Recorder) -> bool:
    """Whether a value of a selector is not known."""
    found: list[Hole] = []
    selector_properties(recorder, found.append)
    return bool(found)


def _basic(selector: EventSelector, number: int, fill: Fill) -> dict[str, Any]:
    words = ("selector", str(number))
    where = f"event selector {number}"
    kind: Any = selector.read_write_type
    includes: Any = selector.include_management_events
    if kind is UNKNOWN:
        kind = fill(Hole((*words, "read", "write"), f"ReadWriteType of {where}", _READ_WRITE))
    if includes is UNKNOWN:
        what = f"IncludeManagementEvents of {where}"
        includes = fill(Hole((*words, "management"), what, ("true", "false"), is_boolean=True))
    excluded = "ExcludeManagementEventSources"
    return {
        "ReadWriteType": kind.value if isinstance(kind, ReadWriteType) else kind,
        "IncludeManagementEvents": includes,
        excluded: _values(
            selector.exclude_management_event_sources, Hole((*words, "excluded"), f"{excluded} of {where}"), fill
        ),
        "DataResources": [
            {
                "Type": resource.type,
                "Values": _values(resource.values, Hole((*words, "value"), f"{resource.type} of {where}"), fill),
            }
            for resource in selector.data_resources
        ],
    }


def _advanced(selector: AdvancedEventSelector, number: int, fill: Fill) -> dict[str, Any]:
    fields = []
    for field in selector.fields:
        item: dict[str, Any] = {"Field": field.field}
        for operator, values in operators_of(field).items():
            hole = Hole(("selector", str(number), field.field), f"{field.field} {operator} of event selector {number}")
            item[operator] = _values(values, hole, fill)
        fields.append(item)
    named = {"Name": selector.name} if selector.name else {}
    return {**named, "FieldSelectors": fields}


def _values(values: Sequence[Value], hole: Hole, fill: Fill) -> list[Any]:
    return [fill(hole) if value is UNKNOWN else value for value in values]
