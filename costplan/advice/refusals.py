"""What CloudTrail's API would refuse, in the API's terms and with what to do instead.

A value that is known only after it is applied is never refused.  What AWS accepts though it is unwise is no refusal.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from costplan.advice.selector_rules import STORE_COLUMNS, TRAIL_COLUMNS, Column, Rule, operators_of
from costplan.model.events import EventCategory
from costplan.model.problems import Location, Problem
from costplan.model.recorders import EventDataStore, Recorder, Trail
from costplan.model.selection import advanced_form
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    InsightType,
    Value,
)
from costplan.model.unknown import UNKNOWN

EVENT_SELECTORS = "InvalidEventSelectorsException"
INSIGHT_SELECTORS = "InvalidInsightSelectorsException"

MOST_BASIC_SELECTORS = 5
MOST_DATA_RESOURCES = 250
MOST_VALUES = 500
LONGEST_VALUE = 2048
LONGEST_NAME = 1000

_EXCLUDABLE_SOURCES = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
# For each type of basic selectors (R9): the values that stand for everything, and the others that are legal.
_PARTITION = r"arn:aws[a-z-]*"
_BUCKET = r"([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9])"
_EVERYTHING = {
    "AWS::S3::Object": re.compile(_PARTITION + r":s3(:::)?"),
    "AWS::Lambda::Function": re.compile(_PARTITION + r":lambda"),
    "AWS::DynamoDB::Table": re.compile(_PARTITION + r":dynamodb"),
}
_ONE = {
    "AWS::S3::Object": re.compile(_PARTITION + r":s3:::" + _BUCKET + r"(/.*)?", re.DOTALL),
    "AWS::Lambda::Function": re.compile(_PARTITION + r":lambda:[a-z0-9-]+:\d{12}:function[:/][^*]+"),
    "AWS::DynamoDB::Table": re.compile(_PARTITION + r":dynamodb:[a-z0-9-]+:\d{12}:table/[^*]+"),
}


def refusals(recorder: Recorder) -> tuple[Problem, ...]:
    """Return everything for which the API would refuse *recorder*, in the order of its selectors."""
    return tuple(chain(_refused_scope(recorder), _refused_selectors(recorder), _refused_insights(recorder)))


def _where(recorder: Recorder, selector: AdvancedEventSelector | EventSelector | None = None) -> Location:
    known = (selector.where if selector else None) or recorder.where
    return known or Location(_title(recorder))


def _title(recorder: Recorder) -> str:
    return f"{recorder.kind} {recorder.name}"


def _refused_scope(recorder: Recorder) -> Iterator[Problem]:
    """Yield the flag that a trail of every Region cannot have (R63)."""
    if isinstance(recorder, Trail) and recorder.is_multi_region and not recorder.include_global_service_events:
        what = "InvalidParameterCombinationException: a multi-Region trail must include global service events (R63)"
        yield Problem(_where(recorder), f"{_title(recorder)}: {what}", "set IncludeGlobalServiceEvents to true")


def _refused_selectors(recorder: Recorder) -> Iterator[Problem]:
    selectors: Iterable[AdvancedEventSelector | EventSelector] = recorder.selectors or ()
    basic = [selector for selector in selectors if isinstance(selector, EventSelector)]
    advanced = [selector for selector in selectors if isinstance(selector, AdvancedEventSelector)]
    # Which fields a direct delivery takes, no page says: what the more liberal of the two takes is let through.
    columns = TRAIL_COLUMNS if isinstance(recorder, Trail) else STORE_COLUMNS
    kind = f"{'an' if isinstance(recorder, EventDataStore) else 'a'} {recorder.kind}"
    for number, selector in enumerate(basic, 1):
        for what, hint in _basic(selector):
            yield _problem(recorder, selector, f"selector {number}: {what}", hint)
    for number, advanced_selector in enumerate(advanced, 1):
        name = advanced_selector.name[:60] or str(number)
        for what, hint in _advanced(advanced_selector, columns, kind):
            yield _problem(recorder, advanced_selector, f"selector {name}: {what}", hint)
    for what, hint in chain(_basic_limits(basic), _advanced_limits(advanced, kind)):
        yield _problem(recorder, None, what, hint)


def _problem(
    recorder: Recorder, selector: AdvancedEventSelector | EventSelector | None, what: str, hint: str
) -> Problem:
    return Problem(_where(recorder, selector), f"{EVENT_SELECTORS}: {_title(recorder)}: {what}", hint)


Complaint = tuple[str, str]


def _basic(selector: EventSelector) -> Iterator[Complaint]:
    """Yield what is illegal in one basic selector (R7, R11, R12)."""
    for source in selector.exclude_management_event_sources:
        if isinstance(source, str) and source not in _EXCLUDABLE_SOURCES:
            yield (
                f'Event selector ExcludeManagementEventSources is not valid: "{source}" (R7)',
                f"only {' and '.join(_EXCLUDABLE_SOURCES)} can be excluded",
            )
    for resource in selector.data_resources:
        if resource.type not in _ONE:
            yield (
                f"basic event selectors know no {resource.type} (R12)",
                f"use an advanced event selector, or one of {', '.join(_ONE)}",
            )
            continue
        for value in resource.values:
            if isinstance(value, str):
                yield from _data_value(resource.type, value)


def _data_value(resource_type: str, value: str) -> Iterator[Complaint]:
    """Yield why a value of a data resource is illegal, in the API's words (R11)."""
    if _EVERYTHING[resource_type].fullmatch(value) or _ONE[resource_type].fullmatch(value):
        return
    if resource_type == "AWS::S3::Object":
        hint = "write arn:aws:s3:::BUCKET/ for a bucket, arn:aws:s3:::BUCKET/PREFIX for a part, arn:aws:s3 for all"
        bucket = re.match(_PARTITION + r":s3:::([^/]+)", value)
        if bucket is not None and "*" not in bucket[1]:
            yield f'Invalid S3 ARN: "{value}" (R11)', hint
            return
    elif resource_type == "AWS::Lambda::Function":
        hint = "write the ARN of a function, or arn:aws:lambda for all"
    else:
        hint = "write the ARN of a table, or arn:aws:dynamodb for all"
    yield f'Value "{value}" for DataResources.Values is invalid (R11)', hint


def _basic_limits(selectors: list[EventSelector]) -> Iterator[Complaint]:
    """Yield which limits basic selectors break together (R13)."""
    if len(selectors) > MOST_BASIC_SELECTORS:
        yield (
            f"{len(selectors)} basic event selectors; a trail has at most {MOST_BASIC_SELECTORS} (R13)",
            "merge some, or use advanced event selectors",
        )
    resources = [resource for selector in selectors for resource in selector.data_resources]
    # An unknown value may turn out to mean everything, so its type is not counted either.
    wholesale = {resource.type for resource in resources if any(_is_everything(resource, v) for v in resource.values)}
    count = sum(len(resource.values) for resource in resources if resource.type not in wholesale)
    if count > MOST_DATA_RESOURCES:
        yield (
            f"{count} data resources; a trail has at most {MOST_DATA_RESOURCES} over all its selectors (R13)",
            "log the type wholesale, or use advanced event selectors",
        )


def _is_everything(resource: DataResource, value: Value) -> bool:
    if not isinstance(value, str):
        return True
    pattern = _EVERYTHING.get(resource.type)
    return pattern is not None and pattern.fullmatch(value) is not None


def _advanced(selector: AdvancedEventSelector, columns: Mapping[str, Column], kind: str) -> Iterator[Complaint]:
    """Yield what is illegal in one advanced selector, by the column of its category."""
    if len(selector.name) > LONGEST_NAME:
        yield f"a name of {len(selector.name)} characters; at most {LONGEST_NAME} (R35)", "shorten it"
    categories = [field for field in selector.fields if field.field == "eventCategory"]
    if not categories:
        yield "eventCategory is missing", f"add eventCategory Equals one of {', '.join(columns)}"
        return
    values = categories[0].equals
    if any(value is UNKNOWN for field in categories for value in field.values):
        return
    if len(values) != 1 or not isinstance(values[0], str):
        yield from _field(categories[0], Rule(frozenset({"Equals"}), takes_one=True), kind)
        return
    category = values[0]
    column = columns.get(category)
    if column is None:
        yield f"events of category {category} cannot be recorded by {kind}", f"use one of {', '.join(columns)}"
        return
    what = f"{category} events of {kind}"
    for field in selector.fields:
        rule = column.get(field.field)
        if rule is None:
            yield f"{field.field} cannot be used for {what}", f"use only {', '.join(column)}"
        else:
            yield from _field(field, rule, what)
    for name, rule in column.items():
        if rule.is_required and selector.find(name) is None:
            yield f"{name} is missing: {what} need it", f"add {name} Equals one value"


def _field(field: FieldSelector, rule: Rule, what: str) -> Iterator[Complaint]:
    """Yield what is illegal in one field selector."""
    for operator, values in operators_of(field).items():
        if operator not in rule.operators:
            yield (
                f"{operator} cannot be used on {field.field} for {what}",
                f"use {' or '.join(sorted(rule.operators))}",
            )
        for value in values:
            if not isinstance(value, str):
                continue
            if rule.values is not None and value not in rule.values:
                yield (
                    f'"{value[:80]}" is no value of {field.field} for {what}',
                    f"use {' or '.join(sorted(rule.values))}",
                )
            if not 0 < len(value) <= LONGEST_VALUE:
                yield (
                    f"a value of {field.field} with {len(value)} characters; 1 to {LONGEST_VALUE} are allowed (R35)",
                    "drop it" if not value else "shorten it",
                )
    if rule.takes_one and len(field.values) > 1 and UNKNOWN not in field.values:
        yield f"{field.field} takes one value, not {len(field.values)} (R28, R34)", "write one selector for each value"


def _advanced_limits(selectors: list[AdvancedEventSelector], kind: str) -> Iterator[Complaint]:
    """Yield whether advanced selectors hold too many values together (R35)."""
    count = sum(len(field.values) for selector in selectors for field in selector.fields)
    if count > MOST_VALUES:
        yield (
            f"{count} values over all fields and selectors; {kind} has at most {MOST_VALUES} (R35)",
            "use prefixes (StartsWith) in place of lists",
        )


def _refused_insights(recorder: Recorder) -> Iterator[Problem]:
    """Yield Insights that nothing recorded could feed (R88), and those that a store cannot have."""
    for insight in recorder.insights:
        for category in insight.categories:
            if category is EventCategory.DATA:
                if isinstance(recorder, EventDataStore):
                    yield _insight_problem(recorder, "Insights on data events are for trails only", "drop Data")
                continue
            if insight.type is InsightType.API_CALL_RATE and not _may_record_management(recorder, ("false",)):
                yield _insight_problem(
                    recorder,
                    "ApiCallRateInsight needs write management events, and none are recorded (R88)",
                    "record write management events, or drop ApiCallRateInsight",
                )
            if insight.type is InsightType.API_ERROR_RATE and not _may_record_management(recorder, ("true", "false")):
                yield _insight_problem(
                    recorder,
                    "ApiErrorRateInsight needs management events, and none are recorded (R88)",
                    "record read or write management events, or drop ApiErrorRateInsight",
                )


def _insight_problem(recorder: Recorder, what: str, hint: str) -> Problem:
    return Problem(_where(recorder), f"{INSIGHT_SELECTORS}: {_title(recorder)}: {what}", hint)


def _may_record_management(recorder: Recorder, read_only: tuple[str, ...]) -> bool:
    """Whether some selector admits, or may admit, management events with one of these values of ``readOnly``."""
    for selector in advanced_form(recorder):
        category, flag = selector.find("eventCategory"), selector.find("readOnly")
        is_management = category is None or any(v in ("Management", UNKNOWN) for v in category.equals)
        if is_management and (flag is None or any(v in (*read_only, UNKNOWN) for v in flag.equals)):
            return True
    return False
