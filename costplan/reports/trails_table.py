"""Recorders for people, one block each; and as the entries of a scenario, which costplan reads back."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import msgspec

from costplan.model.recorders import CloudWatchLogs, EventDataStore, LogBucket, Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, EventSelector, InsightSelector, InsightType, Value
from costplan.model.unknown import Unknown
from costplan.reports.selector_words import selector_lines
from costplan.reports.tables import Row, Table, render_table

FORMAT = "costplan.trails/1"

_INSIGHTS = {InsightType.API_CALL_RATE: "API call rate", InsightType.API_ERROR_RATE: "API error rate"}
_OPERATORS = ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with")


def render_trails(recorders: Sequence[Recorder], width: int = 80) -> str:
    """Return one block of lines of at most *width* characters for each recorder."""
    if not recorders:
        return "No trail and no event data store: nothing is recorded beyond the event history."
    return "\n\n".join(_block(recorder, width) for recorder in recorders)


def _block(recorder: Recorder, width: int) -> str:
    kind = "trail" if isinstance(recorder, Trail) else "event data store"
    rows: list[Row] = []
    for label, values in _rows(recorder):
        rows += [(label if position == 0 else "", value) for position, value in enumerate(values)]
    return render_table(Table((kind, recorder.name), tuple(rows), texts=frozenset({1})), width)


def _rows(recorder: Recorder) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield label and lines of each row; what a recorder does not have has no row."""
    yield "account", [recorder.account or "not stated"]
    yield "home Region", [recorder.home_region or "not stated"]
    yield "scope", [_scope(recorder)]
    yield "logging" if isinstance(recorder, Trail) else "ingestion", [_state(recorder)]
    yield "records", selector_lines(recorder)
    if recorder.insights:
        yield "Insights", [_insight(insight) for insight in recorder.insights]
    if isinstance(recorder, Trail):
        if recorder.aggregates_data:
            yield "aggregates", ["data events, every five minutes"]
        yield "delivers to", [*_bucket(recorder.bucket)]
        if recorder.cloudwatch_logs:
            yield "and to", [f"CloudWatch Logs, {_kept(recorder.cloudwatch_logs.retention_days)}"]
    else:
        yield "billing", [f"{recorder.billing_mode}, {_kept(recorder.retention_days)}"]
    if recorder.assumed:
        yield "assumed", recorder.assumed


def _scope(recorder: Recorder) -> str:
    parts = ["multi-Region" if recorder.is_multi_region else "single-Region"]
    if recorder.is_organization:
        parts.append("every account of the organization")
    if isinstance(recorder, Trail) and not recorder.include_global_service_events:
        parts.append("without global service events")
    return ", ".join(parts)


def _state(recorder: Recorder) -> str:
    if isinstance(recorder, EventDataStore):
        return "on" if recorder.is_ingesting else "off: takes in nothing"
    if not recorder.is_logging:
        return "off: records nothing and costs nothing"
    parts = [f"on since {recorder.started}" if recorder.started else "on"]
    if not recorder.recursive_logging:
        parts.append("CloudTrail's own deliveries left out")
    if recorder.log_file_validation:
        parts.append("with digest files")
    return ", ".join(parts)


def _insight(insight: InsightSelector) -> str:
    return f"{_INSIGHTS[insight.type]} of {' and '.join(c.value.lower() for c in insight.categories)} events"


def _bucket(bucket: LogBucket) -> Iterator[str]:
    if bucket.name is None:
        yield "a bucket that nobody named"
    else:
        place = ", ".join(text for text in (bucket.region, bucket.account) if text)
        path = f"s3://{bucket.name}/{bucket.prefix}" if bucket.prefix else f"s3://{bucket.name}"
        yield f"{path} ({place})" if place else path
    extras = [
        text for holds, text in ((bucket.has_kms_key, "own KMS key"), (bucket.notifies_sns, "SNS topic")) if holds
    ]
    if extras:
        yield " and ".join(["with an " + extras[0], *extras[1:]])
    for rule in bucket.lifecycle:
        if rule.storage_class is not None:
            yield f"{rule.storage_class} after {rule.transition_days} days"
        if rule.expiration_days is not None:
            yield f"deleted after {rule.expiration_days} days"


def _kept(days: int | None) -> str:
    return "kept for an unknown time" if days is None else f"kept for {days:,} days"


def trails_json(recorders: Sequence[Recorder]) -> dict[str, Any]:
    """Return the recorders as entries of a scenario, and beside them what was assumed about each.

    A selector's value that is known only after it is applied is null.
    """
    return {
        "format": FORMAT,
        "recorders": [recorder_entry(recorder) for recorder in recorders],
        "assumed": [
            {"recorder": recorder.name, "account": recorder.account, "text": text}
            for recorder in recorders
            for text in recorder.assumed
        ],
    }


def render_trails_json(recorders: Sequence[Recorder]) -> str:
    """Return ``trails_json`` as text."""
    # Decimals as the numbers they are: a scenario's reader takes no number in quotes.
    encoded = msgspec.json.Encoder(decimal_format="number").encode(trails_json(recorders))
    return msgspec.json.format(encoded, indent=2).decode()


def recorder_entry(recorder: Recorder) -> dict[str, Any]:
    """Return a recorder as an entry of a scenario's ``recorders:``; what it does not have is left out."""
    entry = _trail_entry(recorder) if isinstance(recorder, Trail) else _store_entry(recorder)
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
    }


def _store_entry(store: EventDataStore) -> dict[str, Any]:
    return {
        "event_data_store": store.name,
        **_common(store),
        "status": "ENABLED" if store.is_ingesting else "STOPPED_INGESTION",
        "billing_mode": store.billing_mode,
        "retention_days": store.retention_days,
        "scanned_gib_per_month": store.scanned_gib_per_month,
        **_selectors(store),
        "insights": _insights(store),
    }


def _common(recorder: Recorder) -> dict[str, Any]:
    return {
        "arn": recorder.arn,
        "account": recorder.account,
        "home_region": recorder.home_region,
        "is_multi_region": recorder.is_multi_region,
        "is_organization": recorder.is_organization,
    }


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
        "kms_key": bucket.has_kms_key,
        "sns": bucket.notifies_sns,
        "lifecycle": [
            {field.name: value for field in fields(rule) if (value := getattr(rule, field.name)) is not None}
            for rule in bucket.lifecycle
        ]
        or None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _logs_entry(logs: CloudWatchLogs | None) -> dict[str, Any] | None:
    if logs is None:
        return None
    return {} if logs.retention_days is None else {"retention_days": logs.retention_days}


def _selectors(recorder: Recorder) -> dict[str, Any]:
    selectors: Sequence[EventSelector | AdvancedEventSelector] = recorder.selectors or ()
    advanced = [_advanced(selector) for selector in selectors if isinstance(selector, AdvancedEventSelector)]
    basic = [_basic(selector) for selector in selectors if isinstance(selector, EventSelector)]
    return {"advanced_event_selectors": advanced or None, "event_selectors": basic or None}


def _advanced(selector: AdvancedEventSelector) -> dict[str, Any]:
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


def _values(values: Sequence[Value]) -> list[str | None]:
    return [None if isinstance(value, Unknown) else value for value in values]


def _value(value: object) -> object:
    return None if isinstance(value, Unknown) else value
