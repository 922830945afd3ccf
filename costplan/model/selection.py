"""What a recorder selects, in one form: every kind of selector as advanced event selectors.

One evaluator then serves them all.  Basic selectors say less than advanced ones, so nothing is lost.
"""

import re

from costplan.model.places import partition_of
from costplan.model.recorders import EventDataStore, Recorder
from costplan.model.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
    Value,
)
from costplan.model.unknown import UNKNOWN

EVENT_CATEGORY = "eventCategory"
READ_ONLY = "readOnly"
EVENT_SOURCE = "eventSource"
RESOURCE_TYPE = "resources.type"
RESOURCE_ARN = "resources.ARN"

_MANAGEMENT = FieldSelector(EVENT_CATEGORY, equals=("Management",))
_DATA = FieldSelector(EVENT_CATEGORY, equals=("Data",))
_DEFAULT = AdvancedEventSelector((_MANAGEMENT,), "all management events (default)")

# The values that stand for every resource of their type (R9): arn:aws:s3 or arn:aws:s3:::, arn:aws:lambda…
_WHOLESALE = {
    "AWS::S3::Object": re.compile(r"arn:[a-z0-9-]+:s3(:::)?\Z"),
    "AWS::Lambda::Function": re.compile(r"arn:[a-z0-9-]+:lambda\Z"),
    "AWS::DynamoDB::Table": re.compile(r"arn:[a-z0-9-]+:dynamodb\Z"),
}
_BUCKET_WITHOUT_SLASH = re.compile(r"arn:[a-z0-9-]+:s3:::[^/]+\Z")


def advanced_form(recorder: Recorder) -> tuple[AdvancedEventSelector, ...]:
    """Return the selectors of *recorder* as advanced event selectors that record the same events.

    A recorder that never had selectors has one: all management events (R2, R36).
    """
    if recorder.selectors is None or (not recorder.selectors and isinstance(recorder, EventDataStore)):
        return (_DEFAULT,)
    result: list[AdvancedEventSelector] = []
    selectors: tuple[EventSelector | AdvancedEventSelector, ...] = recorder.selectors
    for number, selector in enumerate(selectors, 1):
        if isinstance(selector, AdvancedEventSelector):
            result.append(selector if selector.name else _named(selector, f"selector {number}"))
        else:
            result += _from_basic(selector, f"selector {number}", recorder.home_region)
    return tuple(result)


def _named(selector: AdvancedEventSelector, name: str) -> AdvancedEventSelector:
    return AdvancedEventSelector(selector.fields, name, selector.where)


def _from_basic(selector: EventSelector, name: str, home_region: str | None) -> list[AdvancedEventSelector]:
    result = []
    read_write = _read_write(selector.read_write_type)
    if selector.include_management_events is not False:
        sources = selector.exclude_management_event_sources
        if selector.include_management_events is UNKNOWN:
            # Known only later: an unknown exclusion makes every management event "may match".
            sources = (*sources, UNKNOWN)
        excluded = (FieldSelector(EVENT_SOURCE, not_equals=sources),) if sources else ()
        fields = (_MANAGEMENT, *read_write, *excluded)
        result.append(AdvancedEventSelector(fields, f"{name}: management events", selector.where))
    for resource in selector.data_resources:
        if resource.values:
            fields = (
                _DATA,
                FieldSelector(RESOURCE_TYPE, equals=(resource.type,)),
                *read_write,
                *_arn_field(resource, home_region),
            )
            result.append(AdvancedEventSelector(fields, f"{name}: {resource.type}", selector.where))
    return result


def _read_write(kind: object) -> tuple[FieldSelector, ...]:
    """Return what ``ReadWriteType`` asks of ``readOnly`` (R5)."""
    if kind is ReadWriteType.ALL:
        return ()
    value: Value = UNKNOWN if kind is UNKNOWN else "true" if kind is ReadWriteType.READ_ONLY else "false"
    return (FieldSelector(READ_ONLY, equals=(value,)),)


def _arn_field(resource: DataResource, home_region: str | None) -> tuple[FieldSelector, ...]:
    """Return what the values of a data resource ask of the ARN: prefix for S3 objects, else the whole ARN (R9)."""
    everything = _WHOLESALE.get(resource.type)
    texts = [value for value in resource.values if isinstance(value, str) and everything and everything.match(value)]
    # "Everything" of another partition begins no ARN of this one.
    if any(home_region is None or text.split(":")[1] == partition_of(home_region) for text in texts):
        return ()
    if resource.type == "AWS::S3::Object":
        return (FieldSelector(RESOURCE_ARN, starts_with=tuple(_with_slash(value) for value in resource.values)),)
    return (FieldSelector(RESOURCE_ARN, equals=resource.values),)


def _with_slash(value: Value) -> Value:
    """End a bare bucket at its boundary, or ``lake`` would also mean ``lakehouse`` (R11)."""
    if isinstance(value, str) and _BUCKET_WITHOUT_SLASH.match(value):
        return value + "/"
    return value
