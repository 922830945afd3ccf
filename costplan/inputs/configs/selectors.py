"""Event selectors as the AWS API, CloudFormation, Terraform or a scenario spell them.

Spelling is tolerated, content is not: an unknown key, field, operator or category is a problem with a suggestion, and
nothing is guessed.  What AWS would refuse for other reasons than its form is told by ``costplan.advice.refusals``.
"""

from collections.abc import Mapping
from typing import Any

from costplan.inputs.configs.fields import Fields, Names, did_you_mean
from costplan.inputs.documents import At, Document
from costplan.inputs.shapes import describe
from costplan.model.events import EventCategory
from costplan.model.problems import Problem
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightSelector,
    InsightType,
    ReadWriteType,
    Value,
)
from costplan.model.unknown import UNKNOWN, Unknown

SELECTOR_KEYS: Names = {
    "EventSelectors": ("event_selector",),
    "AdvancedEventSelectors": ("advanced_event_selector",),
}
"""The keys under which a recorder holds its selectors."""

SELECTABLE_FIELDS = (
    "eventCategory",
    "readOnly",
    "eventSource",
    "eventName",
    "eventType",
    "resources.type",
    "resources.ARN",
    "sessionCredentialFromConsole",
    "userIdentity.arn",
    "errorCode",
    "vpcEndpointId",
)
SELECTABLE_CATEGORIES = (
    "Management",
    "Data",
    "NetworkActivity",
    "Insight",
    "ConfigurationItem",
    "Evidence",
    "ActivityAuditLog",
)
# Fields whose values are the texts "true" and "false", which YAML writers leave unquoted.
_BOOLEAN_FIELDS = frozenset({"readOnly", "sessionCredentialFromConsole"})

_BASIC: Names = {
    "ReadWriteType": (),
    "IncludeManagementEvents": (),
    "ExcludeManagementEventSources": (),
    "DataResources": ("data_resource",),
}
_DATA_RESOURCE: Names = {"Type": (), "Values": ()}
_ADVANCED: Names = {"Name": (), "FieldSelectors": ("field_selector",), "Fields": ()}
_OPERATORS: Names = {
    "Equals": (),
    "StartsWith": (),
    "EndsWith": (),
    "NotEquals": (),
    "NotStartsWith": (),
    "NotEndsWith": (),
}
_FIELD_SELECTOR: Names = {"Field": (), **_OPERATORS}
_INSIGHT: Names = {"InsightType": ("type", "Type"), "EventCategories": ("categories", "Categories")}

# What is known only after it is applied may select any event.
_UNKNOWN_FIELD = FieldSelector("eventCategory", equals=(UNKNOWN,))
_UNKNOWN_SELECTOR = AdvancedEventSelector((_UNKNOWN_FIELD,))

Selectors = tuple[EventSelector, ...] | tuple[AdvancedEventSelector, ...]


def parse_selectors(document: Document, at: At, holder: Mapping[str, Any], problems: list[Problem]) -> Selectors | None:
    """Return the selectors that a trail or event data store holds, of either kind; ``None`` where it has none.

    An empty list is no selectors.  Both kinds at once are a problem (R1).
    """
    fields = Fields(document, at, holder, SELECTOR_KEYS, problems)
    basic, advanced = fields.value("EventSelectors"), fields.value("AdvancedEventSelectors")
    if basic and advanced:
        fields.report(
            fields.place("EventSelectors"),
            "both basic and advanced event selectors: a trail has one kind (R1)",
            "keep one kind",
        )
    if UNKNOWN in (basic, advanced):
        return (_UNKNOWN_SELECTOR,)
    if advanced:
        return parse_advanced(document, fields.place("AdvancedEventSelectors"), advanced, problems) or None
    if basic:
        return parse_basic(document, fields.place("EventSelectors"), basic, problems) or None
    for name, value in (("EventSelectors", basic), ("AdvancedEventSelectors", advanced)):
        if value not in (None, []):
            fields.report(
                fields.place(name), f"must be a list, not {describe(value)}", "write it as a list, even of one"
            )
    return None


def parse_basic(document: Document, at: At, value: object, problems: list[Problem]) -> tuple[EventSelector, ...]:
    """Return the basic event selectors of a list, with AWS's defaults (R3)."""
    top = Fields(document, at, {}, {}, problems)
    return tuple(_basic(Fields(document, place, item, _BASIC, problems)) for place, item in top.mappings(at, value))


def _basic(fields: Fields) -> EventSelector:
    fields.refuse_others()
    includes = fields.flag("IncludeManagementEvents")
    return EventSelector(
        read_write_type=_read_write_type(fields),
        include_management_events=True if includes is None else includes,
        exclude_management_event_sources=_values(fields, "ExcludeManagementEventSources"),
        data_resources=tuple(
            _data_resource(Fields(fields.document, place, item, _DATA_RESOURCE, fields.problems))
            for place, item in fields.items("DataResources")
        ),
        where=fields.document.location(fields.at),
    )


def _read_write_type(fields: Fields) -> ReadWriteType | Unknown:
    value = fields.value("ReadWriteType")
    if value is None or value is UNKNOWN:
        return ReadWriteType.ALL if value is None else UNKNOWN
    try:
        return ReadWriteType(value)
    except ValueError:
        fields.report(
            fields.place("ReadWriteType"),
            f"InvalidEventSelectorsException: {describe(value)} is no ReadWriteType (R14)",
            did_you_mean(str(value), list(ReadWriteType)),
        )
        return ReadWriteType.ALL


def _data_resource(fields: Fields) -> DataResource:
    fields.refuse_others()
    kind = fields.text("Type")
    if kind is UNKNOWN:
        fields.report(fields.place("Type"), "a resource type that is known only later", "write it out")
    elif kind is None:
        fields.report(fields.place("Type"), "a data resource without Type", "write for example AWS::S3::Object")
    return DataResource(str(kind), _values(fields, "Values"))


def parse_advanced(
    document: Document, at: At, value: object, problems: list[Problem]
) -> tuple[AdvancedEventSelector, ...]:
    """Return the advanced event selectors of a list."""
    top = Fields(document, at, {}, {}, problems)
    return tuple(
        _advanced(Fields(document, place, item, _ADVANCED, problems)) for place, item in top.mappings(at, value)
    )


def _advanced(fields: Fields) -> AdvancedEventSelector:
    before = len(fields.problems)
    fields.refuse_others()
    listed, short = fields.value("FieldSelectors"), fields.value("Fields")
    if listed and short:
        fields.report(fields.place("Fields"), "both a list of field selectors and fields", "keep one of the two")
    selectors: list[FieldSelector] = [_UNKNOWN_FIELD] if UNKNOWN in (listed, short) else []
    for place, item in fields.items("FieldSelectors"):
        selectors.append(_field_selector(Fields(fields.document, place, item, _FIELD_SELECTOR, fields.problems)))
    if isinstance(short, dict):
        selectors += _short_fields(fields, short)
    elif short is not None and short is not UNKNOWN:
        fields.report(
            fields.place("Fields"),
            f"must be a mapping, not {describe(short)}",
            "write for example {eventCategory: {equals: [Data]}}",
        )
    if not selectors and len(fields.problems) == before:
        fields.report(fields.at, "a selector without fields", "write at least eventCategory")
    return AdvancedEventSelector(
        tuple(selectors), fields.known_text("Name") or "", where=fields.document.location(fields.at)
    )


def _short_fields(fields: Fields, short: Mapping[str, Any]) -> list[FieldSelector]:
    """Return the field selectors of a scenario's shorthand: field, operator, values."""
    place = fields.place("Fields")
    result = []
    for name, operators in short.items():
        _check_field_name(fields, (*place, name), name)
        if isinstance(operators, dict):
            inner = Fields(fields.document, (*place, name), operators, _OPERATORS, fields.problems)
            result.append(_operators(inner, name))
        else:
            fields.report(
                (*place, name),
                f"must be a mapping of operators, not {describe(operators)}",
                f"write {{equals: [{operators}]}}" if isinstance(operators, str) else "write for example {equals: […]}",
            )
    return result


def _field_selector(fields: Fields) -> FieldSelector:
    name = fields.text("Field")
    if name is UNKNOWN:
        return _UNKNOWN_FIELD
    if isinstance(name, str):
        _check_field_name(fields, fields.place("Field"), name)
    elif "Field" not in fields.mapping and "field" not in fields.mapping:
        fields.report(fields.at, "a field selector without Field", "write for example eventCategory")
    return _operators(fields, str(name))


def _check_field_name(fields: Fields, at: At, name: str) -> None:
    if name not in SELECTABLE_FIELDS:
        fields.report(at, f'unknown field "{name}"', did_you_mean(name, SELECTABLE_FIELDS))


def _operators(fields: Fields, name: str) -> FieldSelector:
    """Return the field selector of *name* with the operators that *fields* holds."""
    before = len(fields.problems)
    fields.refuse_others()
    values = {operator: _values(fields, operator, booleans=name in _BOOLEAN_FIELDS) for operator in _OPERATORS}
    if not any(values.values()) and len(fields.problems) == before:
        fields.report(fields.at, f"field {name} has no operator with a value", "write for example Equals with a list")
    if name == "eventCategory":
        _check_categories(fields, values["Equals"])
    return FieldSelector(
        name,
        equals=values["Equals"],
        starts_with=values["StartsWith"],
        ends_with=values["EndsWith"],
        not_equals=values["NotEquals"],
        not_starts_with=values["NotStartsWith"],
        not_ends_with=values["NotEndsWith"],
    )


def _check_categories(fields: Fields, categories: tuple[Value, ...]) -> None:
    for category in categories:
        if isinstance(category, str) and category not in SELECTABLE_CATEGORIES:
            fields.report(
                fields.place("Equals"),
                f'unknown event category "{category}"',
                did_you_mean(category, SELECTABLE_CATEGORIES),
            )


def _values(fields: Fields, name: str, *, booleans: bool = False) -> tuple[Value, ...]:
    """Return the values of a list, or the one value written without a list."""
    value = fields.value(name)
    if value is None:
        return ()
    place = fields.place(name)
    listed = isinstance(value, list)
    result: list[Value] = []
    for position, item in enumerate(value if listed else [value]):
        if isinstance(item, str) or item is UNKNOWN:
            result.append(item)
        elif booleans and isinstance(item, bool):
            result.append(str(item).lower())
        else:
            where = (*place, position) if listed else place
            fields.report(where, f"must be text, not {describe(item)}", "write it in quotation marks")
    return tuple(result)


def parse_insights(document: Document, at: At, value: object, problems: list[Problem]) -> tuple[InsightSelector, ...]:
    """Return the Insights selectors of a list; management events only where no category is named (R88).

    One of which something is known only later is left out.
    """
    if value is None:
        return ()
    top = Fields(document, at, {}, {}, problems)
    found = (_insight(Fields(document, place, item, _INSIGHT, problems)) for place, item in top.mappings(at, value))
    return tuple(selector for selector in found if selector is not None)


def _insight(fields: Fields) -> InsightSelector | None:
    fields.refuse_others()
    legal = (EventCategory.MANAGEMENT, EventCategory.DATA)
    categories: list[EventCategory] = []
    listed, kind = _values(fields, "EventCategories"), fields.value("InsightType")
    if UNKNOWN in (kind, *listed):
        return None
    for text in listed:
        if text in legal:
            categories.append(EventCategory(text))
        else:
            fields.report(
                fields.place("EventCategories"),
                f"Insights analyse no events of category {describe(text)}",
                did_you_mean(str(text), legal),
            )
    if kind not in list(InsightType):
        what = "an Insights selector without type" if kind is None else f"unknown Insights type {describe(kind)}"
        fields.report(fields.place("InsightType"), what, did_you_mean(str(kind), list(InsightType)))
        return None
    return InsightSelector(InsightType(kind), tuple(categories) or (EventCategory.MANAGEMENT,))
