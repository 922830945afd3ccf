"""Recorders for people, one block each."""

from collections.abc import Iterator, Sequence

from costplan.model.recorders import (
    CloudWatchLogs,
    DirectDelivery,
    EventDataStore,
    LifecycleRule,
    LogBucket,
    LogClass,
    Recorder,
    SmallObjects,
    Trail,
)
from costplan.model.selectors import InsightSelector, InsightType
from costplan.reports.selector_words import selector_lines
from costplan.reports.tables import Row, Table, render_table

_INSIGHTS = {InsightType.API_CALL_RATE: "API call rate", InsightType.API_ERROR_RATE: "API error rate"}


def render_trails(recorders: Sequence[Recorder], width: int = 80) -> str:
    """Return one block of lines of at most *width* characters for each recorder."""
    if not recorders:
        return "No trail and no event data store: nothing is recorded beyond the event history."
    return "\n\n".join(_block(recorder, width) for recorder in recorders)


def _block(recorder: Recorder, width: int) -> str:
    rows: list[Row] = []
    for label, values in _rows(recorder):
        rows += [(label if position == 0 else "", value) for position, value in enumerate(values)]
    return render_table(Table((recorder.kind, recorder.name), tuple(rows), texts=frozenset({1})), width)


def _rows(recorder: Recorder) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield label and lines of each row; what a recorder does not have has no row."""
    yield "account", [recorder.account or "not stated"]
    if isinstance(recorder, DirectDelivery):
        yield "switched on in", [", ".join([_scope(recorder), *_months(recorder)])]
    else:
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
            yield "and to", [_log_group(recorder.cloudwatch_logs)]
        if recorder.loads_opensearch:
            yield "loaded into", ["OpenSearch"]
    elif isinstance(recorder, DirectDelivery):
        yield "delivers to", [f"{_log_group(recorder.cloudwatch_logs)}, without a trail"]
    else:
        yield "billing", [f"{recorder.billing_mode}, {_kept(recorder.retention_days)}", *_declared(recorder)]
    if recorder.assumed:
        yield "assumed", recorder.assumed


def _log_group(logs: CloudWatchLogs) -> str:
    words = ["CloudWatch Logs"] if logs.log_class is LogClass.STANDARD else ["CloudWatch Logs, Infrequent Access"]
    return ", ".join([*words, _kept(logs.retention_days)])


def _declared(store: EventDataStore) -> Iterator[str]:
    """Yield what only a scenario says of a store."""
    for other in store.others:
        yield f"takes in {other.gib_per_month} GiB of {other.category or 'other'} records a month"
    if store.copied_gib is not None:
        yield f"{store.copied_gib} GiB of log files are copied into it in month 1"
    if store.scanned_gib_per_month is not None:
        yield f"queries scan {store.scanned_gib_per_month} GiB a month"
    if store.compressed_share is not None:
        yield f"keeps {(store.compressed_share * 100).normalize():f} % of each byte it takes in"
    if store.extended_gib is not None:
        yield f"holds {store.extended_gib} GiB older than the included days already"
    if store.is_on_trial:
        yield "on its free trial in month 1"


def _scope(recorder: Recorder) -> str:
    parts = ["multi-Region" if recorder.is_multi_region else "single-Region"]
    if isinstance(recorder, DirectDelivery):
        parts = [", ".join(recorder.regions) or recorder.home_region or "not stated"]
    if recorder.is_organization:
        parts.append("every account of the organization")
    if isinstance(recorder, Trail) and not recorder.include_global_service_events:
        parts.append("without global service events")
    return ", ".join(parts)


def _state(recorder: Trail | EventDataStore) -> str:
    return ", ".join([_state_now(recorder), *_months(recorder)])


def _months(recorder: Recorder) -> Iterator[str]:
    """Yield from which month of a projection a recorder is on, and until when."""
    if recorder.starts_in_month > 1:
        yield f"from month {recorder.starts_in_month} on"
    if recorder.stops_in_month is not None:
        yield f"stopped in month {recorder.stops_in_month}"


def _state_now(recorder: Trail | EventDataStore) -> str:
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
        yield "a bucket whose name is not known"
    else:
        place = ", ".join(text for text in (bucket.region, bucket.account) if text)
        path = f"s3://{bucket.name}/{bucket.prefix}" if bucket.prefix else f"s3://{bucket.name}"
        yield f"{path} ({place})" if place else path
    extras = [
        text for holds, text in ((bucket.has_kms_key, "own KMS key"), (bucket.notifies_sns, "SNS topic")) if holds
    ]
    if extras:
        yield " and ".join(["with an " + extras[0], *extras[1:]])
    yield from (f"{action}{_sizes(rule)}" for rule in bucket.lifecycle for action in _actions(rule))
    if bucket.small_objects is not SmallObjects.STAY:
        yield "files under 128 KB " + ("move to archives too" if bucket.small_objects else "may or may not move")
    if bucket.is_versioned:
        yield "deleted files stay as noncurrent versions"
    if bucket.sns_subscriptions:
        yield "notices to " + ", ".join(f"{count} {protocol}" for protocol, count in bucket.sns_subscriptions)
    if bucket.reads_per_file is not None:
        yield f"each file is read {bucket.reads_per_file.normalize():f} times"
    if bucket.bucket_key_share is not None:
        yield f"a bucket key saves {(bucket.bucket_key_share * 100).normalize():f} % of the key's requests"
    held = [f"{bucket.existing_gib} GiB"] if bucket.existing_gib is not None else []
    held += [f"{bucket.existing_objects:,} files"] if bucket.existing_objects is not None else []
    if held:
        yield f"holds {' in '.join(held)} already"


def _actions(rule: LifecycleRule) -> Iterator[str]:
    if rule.storage_class is not None:
        yield f"{rule.storage_class} after {rule.transition_days} days"
    if rule.expiration_days is not None:
        yield f"deleted after {rule.expiration_days} days"
    if rule.noncurrent_expiration_days is not None:
        yield f"noncurrent versions deleted after {rule.noncurrent_expiration_days} days"


def _sizes(rule: LifecycleRule) -> str:
    bounds = [("over", rule.larger_than), ("under", rule.smaller_than)]
    said = [f"{word} {size:,} bytes" for word, size in bounds if size is not None]
    return f", files {' and '.join(said)}" if said else ""


def _kept(days: int | None) -> str:
    if days is None:
        return "kept for an unknown time"
    return f"kept for {days:,} days" if days else "kept for ever"
