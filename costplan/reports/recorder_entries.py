"""Recorders as the entries of a scenario's ``recorders:``, which costplan reads back as the same recorders."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from costplan.model.recorders import (
    CloudWatchLogs,
    DirectDelivery,
    EventDataStore,
    LogBucket,
    LogClass,
    Recorder,
    SmallObjects,
    Trail,
)
from costplan.model.selectors import AdvancedEventSelector, EventSelector, ReadWriteType, Value
from costplan.model.unknown import Unknown

_OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")
_UNKNOWN = {"unknown": "not known when this was written"}


def recorder_entry(recorder: Recorder) -> dict[str, Any]:
    """Return a recorder as an entry of a scenario's ``recorders:``; what it does not have is left out.

    A value of a selector that nobody knows is ``{unknown: …}``.
    """
    if isinstance(recorder, Trail):
        entry = _trail_entry(recorder)
    else:
        entry = _store_entry(recorder) if isinstance(recorder, EventDataStore) else _direct_entry(recorder)
    entry["assumed"] = list(recorder.assumed) or None
    return {key: value for key, value in entry.items() if value is not None}


def _trail_entry(trail: Trail) -> dict[str, Any]:
    return {
        "trail": trail.name,
        **_common(trail),
        "include_global_service_events": trail.include_global_service_events,
        "is_logging": trail.is_logging,
        "recursive_logging": trail.recursive_logging,
        "log_file_validation": trail.log_file_validation,
        "aggregation": trail.aggregates_data or None,
        "started": trail.started,
        **_selectors(trail),
        "insights": _insights(trail),
        "s3": _bucket_entry(trail.bucket),
        "cloudwatch_logs": _logs_entry(trail.cloudwatch_logs),
        "opensearch": trail.loads_opensearch or None,
    }


def _store_entry(store: EventDataStore) -> dict[str, Any]:
    share = store.compressed_share
    return {
        "event_data_store": store.name,
        **_common(store),
        "status": "ENABLED" if store.is_ingesting else "STOPPED_INGESTION",
        "billing_mode": store.billing_mode,
        "retention_days": store.retention_days,
        "scanned_gib_per_month": store.scanned_gib_per_month,
        "other_gib_per_month": _others(store),
        "copied_gib": store.copied_gib,
        "compressed_share": None if share is None else f"{(share * 100).normalize():f}%",
        "extended_retention_gib": store.extended_gib,
        "trial": store.is_on_trial or None,
        **_selectors(store),
        "insights": _insights(store),
    }


def _others(store: EventDataStore) -> Any:
    by_category = {other.category: other.gib_per_month for other in store.others}
    return by_category.get(None, by_category) if by_category else None


def _direct_entry(direct: DirectDelivery) -> dict[str, Any]:
    regions = direct.regions or ((direct.home_region,) if direct.home_region else ())
    return {
        "direct_delivery": direct.name,
        "account": direct.account,
        "regions": list(regions) or None,
        "is_organization": direct.is_organization or None,
        **_selectors(direct),
        "cloudwatch_logs": _logs_entry(direct.cloudwatch_logs) or None,
        **_months(direct),
    }


def _common(recorder: Recorder) -> dict[str, Any]:
    return {
        "arn": recorder.arn,
        "account": recorder.account,
        "home_region": recorder.home_region,
        "is_multi_region": recorder.is_multi_region,
        "is_organization": recorder.is_organization,
        **_months(recorder),
    }


def _months(recorder: Recorder) -> dict[str, Any]:
    starts = recorder.starts_in_month if recorder.starts_in_month > 1 else None
    return {"starts_in_month": starts, "stops_in_month": recorder.stops_in_month}


def _insights(recorder: Recorder) -> list[dict[str, Any]] | None:
    return [{"type": i.type.value, "categories": [c.value for c in i.categories]} for i in recorder.insights] or None


def _bucket_entry(bucket: LogBucket) -> dict[str, Any] | None:
    if bucket == LogBucket():
        return None
    entry = {
        "bucket": bucket.name,
        "prefix": bucket.prefix,
        "region": bucket.region,
        "account": bucket.account,
        "kms_key": bucket.kms_key or bucket.has_kms_key,
        "sns": {p.value: count for p, count in bucket.sns_subscriptions} or bucket.notifies_sns,
        "lifecycle": [
            {field.name: value for field in fields(rule) if (value := getattr(rule, field.name)) is not None}
            for rule in bucket.lifecycle
        ]
        or None,
        "transition_default_minimum_object_size": _SMALL_OBJECTS.get(bucket.small_objects),
        "versioning": bucket.is_versioned or None,
        "existing_gib": bucket.existing_gib,
        "existing_objects": bucket.existing_objects,
        "reads_per_file": bucket.reads_per_file,
        "bucket_key_saves": None if (share := bucket.bucket_key_share) is None else f"{(share * 100).normalize():f}%",
    }
    return {key: value for key, value in entry.items() if value is not None}


# The default of lifecycles that are written today is left out.
_SMALL_OBJECTS = {SmallObjects.VARY: SmallObjects.VARY.value, None: "unknown"}


def _logs_entry(logs: CloudWatchLogs | None) -> dict[str, Any] | None:
    if logs is None:
        return None
    entry: dict[str, Any] = {} if logs.retention_days is None else {"retention_days": logs.retention_days}
    return entry if logs.log_class is LogClass.STANDARD else {**entry, "log_class": logs.log_class.value}


def _selectors(recorder: Recorder) -> dict[str, Any]:
    selectors: Sequence[EventSelector | AdvancedEventSelector] = recorder.selectors or ()
    advanced = [advanced_entry(selector) for selector in selectors if isinstance(selector, AdvancedEventSelector)]
    basic = [_basic(selector) for selector in selectors if isinstance(selector, EventSelector)]
    return {"advanced_event_selectors": advanced or None, "event_selectors": basic or None}


def advanced_entry(selector: AdvancedEventSelector) -> dict[str, Any]:
    """Return a selector in AWS's own form, in which a field may stand twice (R25)."""
    listed = [
        {"field": field.field, **{name: _values(getattr(field, name)) for name in _OPERATORS if getattr(field, name)}}
        for field in selector.fields
    ]
    name = {"name": selector.name} if selector.name else {}
    names = [field.field for field in selector.fields]
    if len(set(names)) < len(names):
        return {**name, "field_selectors": listed}
    return {**name, "fields": {item.pop("field"): item for item in listed}}


def _basic(selector: EventSelector) -> dict[str, Any]:
    return {
        "read_write_type": _value(selector.read_write_type),
        "include_management_events": _value(selector.include_management_events),
        "exclude_management_event_sources": _values(selector.exclude_management_event_sources),
        "data_resources": [{"type": r.type, "values": _values(r.values)} for r in selector.data_resources],
    }


def _values(values: Sequence[Value]) -> list[object]:
    return [_value(value) for value in values]


def _value(value: object) -> object:
    if isinstance(value, Unknown):
        return dict(_UNKNOWN)
    return value.value if isinstance(value, ReadWriteType) else value
