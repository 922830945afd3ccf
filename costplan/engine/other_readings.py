"""What recorders would record were a rule about which AWS is silent read the other way: other selectors."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from costplan.model.containers import Operator, holds_objects, resource_container
from costplan.model.recorders import Recorder, Trail
from costplan.model.selection import RESOURCE_ARN, RESOURCE_TYPE, advanced_form
from costplan.model.selectors import AdvancedEventSelector, FieldSelector, Value

Change = Callable[[AdvancedEventSelector], AdvancedEventSelector]
Reading = Callable[[Recorder], Recorder]
"""Returns the recorder that the other reading makes of one, or the very same where it makes no difference."""


def changed(change: Change) -> Reading:
    """Return the reading that changes each selector; a recorder none of whose selectors changes stays the same."""

    def read(recorder: Recorder) -> Recorder:
        before = advanced_form(recorder)
        after = tuple(change(selector) for selector in before)
        return recorder if after == before else replace(recorder, selectors=after)

    return read


def _fields_changed(
    selector: AdvancedEventSelector, change: Callable[[FieldSelector], FieldSelector]
) -> AdvancedEventSelector:
    return replace(selector, fields=tuple(change(field) for field in selector.fields))


def _values_of_basic(recorder: Recorder, resource_type: str) -> frozenset[Value]:
    """Return the values of one type in the basic selectors of a trail."""
    if not isinstance(recorder, Trail) or recorder.has_advanced_selectors:
        return frozenset()
    return frozenset(
        value
        for selector in recorder.selectors or ()
        if not isinstance(selector, AdvancedEventSelector)
        for resource in selector.data_resources
        if resource.type == resource_type
        for value in resource.values
    )


def tables_by_prefix(recorder: Recorder) -> Recorder:
    """Take the table ARNs of basic selectors for prefixes (R9)."""
    tables = _values_of_basic(recorder, "AWS::DynamoDB::Table")

    def change(field: FieldSelector) -> FieldSelector:
        if field.field != RESOURCE_ARN or not tables.intersection(field.equals):
            return field
        return replace(field, equals=(), starts_with=field.equals)

    return changed(lambda selector: _fields_changed(selector, change))(recorder) if tables else recorder


def buckets_by_prefix(recorder: Recorder) -> Recorder:
    """Take a bucket's ARN without its slash as it is written: a prefix of longer names too (R11)."""
    written = _values_of_basic(recorder, "AWS::S3::Object")

    def as_written(value: Value) -> Value:
        bare = value.removesuffix("/") if isinstance(value, str) else value
        return bare if value not in written and bare in written else value

    def change(field: FieldSelector) -> FieldSelector:
        if field.field != RESOURCE_ARN:
            return field
        return replace(field, starts_with=tuple(as_written(value) for value in field.starts_with))

    return changed(lambda selector: _fields_changed(selector, change))(recorder) if written else recorder


def merge_fields(selector: AdvancedEventSelector) -> AdvancedEventSelector:
    """Make one field selector of all those of a field (R25)."""
    by_name: dict[str, FieldSelector] = {}
    for field in selector.fields:
        known = by_name.get(field.field)
        by_name[field.field] = field if known is None else _together(known, field)
    return selector if len(by_name) == len(selector.fields) else replace(selector, fields=tuple(by_name.values()))


def _together(one: FieldSelector, other: FieldSelector) -> FieldSelector:
    return FieldSelector(
        one.field,
        one.equals + other.equals,
        one.starts_with + other.starts_with,
        one.ends_with + other.ends_with,
        one.not_equals + other.not_equals,
        one.not_starts_with + other.not_starts_with,
        one.not_ends_with + other.not_ends_with,
    )


def first_type(selector: AdvancedEventSelector) -> AdvancedEventSelector:
    """Keep the first of several resource types (R28)."""
    return _fields_changed(selector, lambda f: replace(f, equals=f.equals[:1]) if f.field == RESOURCE_TYPE else f)


def with_global_events(recorder: Recorder) -> Recorder:
    """Let a single-Region trail record what it leaves out; the flag of a multi-Region trail is always on (R63, R67)."""
    if isinstance(recorder, Trail) and not recorder.include_global_service_events and not recorder.is_multi_region:
        return replace(recorder, include_global_service_events=True)
    return recorder


def without_arn(selector: AdvancedEventSelector) -> AdvancedEventSelector:
    """Drop the ARN: whatever another resource's ARN could let in is then in (R30)."""
    if selector.find(RESOURCE_TYPE) is None or selector.find(RESOURCE_ARN) is None:
        return selector
    return replace(selector, fields=tuple(field for field in selector.fields if field.field != RESOURCE_ARN))


def fold_case(
    selector: AdvancedEventSelector, texts: Mapping[str, Mapping[str, frozenset[str]]]
) -> AdvancedEventSelector:
    """Add the texts that the values of a field would hit, were case of no account (R23)."""

    def change(field: FieldSelector) -> FieldSelector:
        known = texts.get(field.field)
        if not known:
            return field
        return replace(
            field,
            equals=field.equals + _hit_when_folded(field.selecting, known),
            not_equals=field.not_equals + _hit_when_folded(field.deselecting, known),
        )

    return _fields_changed(selector, change)


def _hit_when_folded(tests: Iterable[tuple[Operator, Value]], known: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for operator, value in tests:
        if not isinstance(value, str):
            continue
        for folded, texts in known.items():
            if operator.holds(folded, value.casefold()):
                found.update((text, None) for text in sorted(texts) if not operator.holds(text, value))
    return tuple(found)


def cut_to_bucket(selector: AdvancedEventSelector) -> AdvancedEventSelector:
    """Let prefixes within a bucket stand for the bucket (R32)."""
    types = selector.find(RESOURCE_TYPE)
    kind = types.equals[0] if types and types.equals else None
    if not isinstance(kind, str) or not holds_objects(kind):
        return selector

    def cut(value: Value) -> Value:
        if not isinstance(value, str):
            return value
        bucket = resource_container(kind, value)[0] + "/"
        return bucket if value.startswith(bucket) else value

    def change(field: FieldSelector) -> FieldSelector:
        if field.field != RESOURCE_ARN:
            return field
        starts, never = (tuple(map(cut, values)) for values in (field.starts_with, field.not_starts_with))
        return replace(field, starts_with=starts, not_starts_with=never)

    return _fields_changed(selector, change)
