"""Recorders as a scenario writes them: the ``recorders:`` list.

An entry takes its recorders from another configuration (``from:``), or writes one trail (``trail:``), event data
store (``event_data_store:``) or delivery without a trail (``direct_delivery:``) in AWS's terms.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from costplan.inputs.configs.config_format import ConfigFormat, Configuration, Given, ReadFrom, together
from costplan.inputs.configs.entry_shapes import BucketEntry, RecorderEntry, SubscriptionsEntry
from costplan.inputs.configs.fields import as_text, utc_text
from costplan.inputs.configs.lifecycles import Sizes, small_objects_of
from costplan.inputs.configs.selectors import parse_insights, parse_selectors
from costplan.inputs.configs.store_entries import log_group, read_direct_delivery, read_store
from costplan.inputs.documents import At, Document, is_there, show_path
from costplan.inputs.shapes import describe, read_shape
from costplan.inputs.volumes.rates import parse_share
from costplan.model.places import arn_account, arn_region
from costplan.model.problems import BadInputError, Problem
from costplan.model.recorders import LifecycleRule, LogBucket, Recorder, SnsProtocol, Trail, switched_on
from costplan.model.selectors import AdvancedEventSelector
from costplan.model.unknown import UNKNOWN

__all__ = ["SCENARIO", "RecorderEntry", "is_scenario", "read_amount", "read_entries", "read_saved_share"]

_KINDS = ("from", "trail", "event_data_store", "direct_delivery")
_OF_TRAILS = (
    "include_global_service_events",
    "is_logging",
    "recursive_logging",
    "log_file_validation",
    "aggregation",
    "event_selectors",
    "event_selector",
    "EventSelectors",
    "eventSelectors",
    "s3",
    "cloudwatch_logs",
    "opensearch",
    "started",
)
_MONTHS = ("starts_in_month", "stops_in_month")
_OF_SOURCES = ("from", "account", "home_region", "parameters", *_MONTHS)
_OF_STORES = (
    "status",
    "billing_mode",
    "retention_days",
    "scanned_gib_per_month",
    "other_gib_per_month",
    "copied_gib",
    "compressed_share",
    "extended_retention_gib",
    "trial",
)
_OF_DIRECT = (
    "direct_delivery",
    "account",
    "regions",
    "is_organization",
    "advanced_event_selectors",
    "advanced_event_selector",
    "AdvancedEventSelectors",
    "advancedEventSelectors",
    "cloudwatch_logs",
    "assumed",
    *_MONTHS,
)


def read_entries(document: Document, at: At, problems: list[Problem], read_from: ReadFrom) -> Configuration:
    """Return what the list at *at* says, in its order; names are unique in an account and home Region."""
    value: Any = document.value
    for step in at:
        value = value.get(step) if isinstance(value, dict) else value[step]
    if value is None:
        return Configuration(())
    if not isinstance(value, list):
        problems.append(document.problem(at, f"{show_path(at)}: expected a list, found {describe(value)}"))
        return Configuration(())
    found: list[Configuration] = []
    names: set[tuple[str | None, str | None, str]] = set()
    for position, item in enumerate(value):
        place = (*at, position)
        read = _read_entry(document, place, item, problems, read_from)
        found.append(read)
        for recorder in read.recorders:
            identity = (recorder.account, recorder.home_region, recorder.name)
            if identity in names:
                what = f'{show_path(place)}: a second recorder "{recorder.name}" in account {recorder.account}'
                problems.append(document.problem(place, what, "give it another name"))
            names.add(identity)
    return together(found)


def _read_entry(
    document: Document, at: At, item: object, problems: list[Problem], read_from: ReadFrom
) -> Configuration:
    entry: RecorderEntry | None = read_shape(document, at, item, RecorderEntry, problems)
    if not isinstance(item, dict):
        return Configuration(())
    kinds = [kind for kind in _KINDS if item.get(kind) is not None]
    if len(kinds) != 1:
        if entry is not None:
            what = (
                f"has {' and '.join(kinds)}"
                if kinds
                else "has none of from, trail, event_data_store and direct_delivery"
            )
            problems.append(document.problem(at, f"{show_path(at)} {what}", f"write one of {', '.join(_KINDS)}"))
        return Configuration(())
    _refuse_keys_of_others(document, at, item, kinds[0], problems)
    if kinds[0] == "from":
        return _from(document, at, entry, problems, read_from) if entry else Configuration(())
    recorder = _recorder(document, at, item, entry, problems)
    return Configuration(() if recorder is None else (recorder,))


def _recorder(
    document: Document, at: At, item: dict[str, Any], entry: RecorderEntry | None, problems: list[Problem]
) -> Recorder | None:
    """Return the recorder that an entry writes; ``None`` where something in it is wrong."""
    # The selectors are looked at even where the rest of the entry is wrong: every problem of a file at once.
    selectors = parse_selectors(document, at, _with_unknown(item), problems)
    insights = parse_insights(document, (*at, "insights"), item.get("insights"), problems)
    if entry is None:
        return None
    account, home_region = _place(document, at, entry, problems)
    recorder: Recorder
    if entry.trail is not None:
        trail = _trail(document, at, entry, problems)
        recorder = replace(trail, home_region=home_region, selectors=selectors, insights=insights)
    elif entry.direct_delivery is not None:
        recorder = read_direct_delivery(document, at, entry, selectors, problems)
    else:
        # Basic selectors of a store are refused above, by their key.
        advanced = tuple(s for s in selectors or () if isinstance(s, AdvancedEventSelector)) or None
        store = read_store(document, at, entry, problems)
        recorder = replace(store, home_region=home_region, selectors=advanced, insights=insights)
    _check_months(document, at, entry, problems)
    return _switched(replace(recorder, account=account), entry)


def _switched(recorder: Recorder, entry: RecorderEntry) -> Recorder:
    """Return a recorder that is on in the months that an entry names; one that is off now is started then."""
    if entry.starts_in_month is not None:
        recorder = replace(switched_on(recorder), starts_in_month=entry.starts_in_month)
    return recorder if entry.stops_in_month is None else replace(recorder, stops_in_month=entry.stops_in_month)


def _check_months(document: Document, at: At, entry: RecorderEntry, problems: list[Problem]) -> None:
    """Report months in which a recorder would never be on."""
    starts, stops = entry.starts_in_month or 1, entry.stops_in_month
    if stops is not None and stops <= starts:
        where = (*at, "stops_in_month")
        what = f"{show_path(where)} is {stops}, not after month {starts}, in which it starts"
        problems.append(document.problem(where, what, "write the first month without it, or leave the recorder out"))


def _with_unknown(value: Any) -> Any:
    """Return a value of a selector, or what holds them, with ``UNKNOWN`` for every ``{unknown: …}``."""
    if isinstance(value, list):
        return [_with_unknown(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"unknown"}:
        return UNKNOWN
    return {key: _with_unknown(item) for key, item in value.items()}


def _refuse_keys_of_others(
    document: Document, at: At, item: dict[str, Any], kind: str, problems: list[Problem]
) -> None:
    """Report keys that mean nothing for this kind of entry: they would be ignored."""
    if kind == "from":
        others = tuple(key for key in item if key not in _OF_SOURCES)
        what = "an entry that takes recorders from a file"
    elif kind == "trail":
        others, what = (*_OF_STORES, "parameters", "regions"), "a trail"
    elif kind == "direct_delivery":
        others, what = tuple(key for key in item if key not in _OF_DIRECT), "a direct delivery"
    else:
        others, what = (*_OF_TRAILS, "parameters", "regions"), "an event data store"
    known = {field.encode_name for field in msgspec.structs.fields(RecorderEntry)}
    for key in others:
        if item.get(key) is not None and key in known and key not in _KINDS:
            where = (*at, key)
            problems.append(document.problem(where, f"{show_path(where)} has no meaning for {what}", "leave it out"))


def _from(
    document: Document, at: At, entry: RecorderEntry, problems: list[Problem], read_from: ReadFrom
) -> Configuration:
    """Return what another configuration says; the entry tells the place of those without one, and when they are on."""
    _check_months(document, at, entry, problems)
    path = document.beside(entry.from_ or "")
    if not is_there(path):
        where = (*at, "from")
        what = f"{show_path(where)}: no such file: {path}"
        problems.append(document.problem(where, what, "the path is relative to this file"))
        return Configuration(())
    try:
        read = read_from(path, Given({name: as_text(value) or "" for name, value in entry.parameters.items()}))
    except BadInputError as error:
        problems.extend(error.problems)
        return Configuration(())
    account = None if entry.account is None else str(entry.account)
    placed = (_placed(recorder, account, entry.home_region) for recorder in read.recorders)
    return replace(read, recorders=tuple(_switched(recorder, entry) for recorder in placed))


def _placed(recorder: Recorder, account: str | None, home_region: str | None) -> Recorder:
    return replace(recorder, account=recorder.account or account, home_region=recorder.home_region or home_region)


def _place(document: Document, at: At, entry: RecorderEntry, problems: list[Problem]) -> tuple[str | None, str | None]:
    """Return account and home Region, from their keys or the ARN; the two may not disagree."""
    account = None if entry.account is None else str(entry.account)
    region = entry.home_region
    if entry.arn is None:
        return account, region
    in_arn = (arn_account(entry.arn), arn_region(entry.arn))
    where = (*at, "arn")
    if None in in_arn:
        what = f"{show_path(where)}: expected the ARN of a recorder, found {describe(entry.arn)}"
        problems.append(document.problem(where, what, "arn:aws:cloudtrail:REGION:ACCOUNT:…"))
    for key, stated, said in (("account", account, in_arn[0]), ("home_region", region, in_arn[1])):
        if stated is not None and said is not None and stated != said:
            where = (*at, key)
            what = f"{show_path(where)} is {stated}, but the ARN says {said}"
            problems.append(document.problem(where, what, "keep one of the two"))
    return account or in_arn[0], region or in_arn[1]


def _trail(document: Document, at: At, entry: RecorderEntry, problems: list[Problem]) -> Trail:
    assumed = []
    if entry.is_multi_region is None:
        assumed.append("a single-Region trail: is_multi_region is not stated")
    started = utc_text(entry.started, naive_is_utc=True)
    if entry.started is not None and started is None:
        where = (*at, "started")
        what = f"{show_path(where)}: expected a point in time, found {describe(entry.started)}"
        problems.append(document.problem(where, what, "write for example 2024-05-01T08:00:00Z"))
    return Trail(
        name=entry.trail or "",
        arn=entry.arn,
        is_multi_region=_or(entry.is_multi_region, False),
        is_organization=_or(entry.is_organization, False),
        include_global_service_events=_or(entry.include_global_service_events, True),
        is_logging=_or(entry.is_logging, True),
        recursive_logging=_or(entry.recursive_logging, True),
        log_file_validation=_or(entry.log_file_validation, False),
        aggregates_data=_or(entry.aggregation, False),
        bucket=_bucket(document, (*at, "s3"), entry.s3, problems) if entry.s3 else LogBucket(),
        cloudwatch_logs=log_group(entry.cloudwatch_logs),
        loads_opensearch=_or(entry.opensearch, False),
        started=started,
        where=document.location(at),
        assumed=(*assumed, *entry.assumed),
    )


def _bucket(document: Document, at: At, entry: BucketEntry, problems: list[Problem]) -> LogBucket:
    lifecycle: list[LifecycleRule] = []
    for position, rule in enumerate(entry.lifecycle):
        where = (*at, "lifecycle", position)
        sizes: Sizes = {"larger_than": rule.larger_than, "smaller_than": rule.smaller_than}
        if (rule.transition_days is None) != (rule.storage_class is None):
            what = f"{show_path(where)}: transition_days and storage_class belong together"
            problems.append(document.problem(where, what, "write both, or neither"))
        elif rule.transition_days is not None:
            lifecycle.append(LifecycleRule(rule.transition_days, rule.storage_class, **sizes))
        elif rule.expiration_days is None and rule.noncurrent_expiration_days is None:
            what = f"{show_path(where)}: a rule that does nothing"
            problems.append(
                document.problem(where, what, "write transition_days and storage_class, or expiration_days")
            )
        if rule.expiration_days is not None:
            lifecycle.append(LifecycleRule(expiration_days=rule.expiration_days, **sizes))
        if rule.noncurrent_expiration_days is not None:
            lifecycle.append(LifecycleRule(noncurrent_expiration_days=rule.noncurrent_expiration_days, **sizes))
    saved = read_saved_share(document, (*at, "bucket_key_saves"), entry.bucket_key_saves, problems)
    return LogBucket(
        name=entry.bucket,
        prefix=entry.prefix,
        region=entry.region,
        account=None if entry.account is None else str(entry.account),
        has_kms_key=bool(entry.kms_key),
        kms_key=entry.kms_key if isinstance(entry.kms_key, str) else None,
        notifies_sns=bool(entry.sns),
        sns_subscriptions=_subscriptions(entry.sns),
        lifecycle=tuple(lifecycle),
        small_objects=small_objects_of(entry.transition_default_minimum_object_size, lifecycle),
        is_versioned=entry.versioning,
        existing_gib=read_amount(document, (*at, "existing_gib"), entry.existing_gib, problems),
        existing_objects=entry.existing_objects,
        reads_per_file=read_amount(document, (*at, "reads_per_file"), entry.reads_per_file, problems),
        bucket_key_share=saved,
    )


def read_amount(document: Document, at: At, written: int | Decimal | None, problems: list[Problem]) -> Decimal | None:
    """Return a number that may not be below zero."""
    if written is not None and written < 0:
        problems.append(document.problem(at, f"{show_path(at)}: {written} is below 0", "write 0 or more"))
    return None if written is None else Decimal(written)


def read_saved_share(document: Document, at: At, written: str | int | None, problems: list[Problem]) -> Decimal | None:
    """Return the share of a key's requests that a bucket key saves; more than all of them is a problem."""
    share = None if written is None else parse_share(written)
    if share is not None and not 0 <= share <= 1:
        what = f"{show_path(at)}: {written} is not between 0% and 100%"
        problems.append(document.problem(at, what, "write the share of the key's requests, such as 99%"))
    return share


def _subscriptions(entry: bool | SubscriptionsEntry) -> tuple[tuple[SnsProtocol, int], ...]:
    if isinstance(entry, bool):
        return ()
    counts = {
        SnsProtocol.HTTP: entry.http,
        SnsProtocol.EMAIL: entry.email,
        SnsProtocol.SQS: entry.sqs,
        SnsProtocol.LAMBDA: entry.lambda_,
    }
    return tuple((protocol, count) for protocol, count in counts.items() if count)


def _or(stated: bool | None, default: bool) -> bool:
    return default if stated is None else stated


def is_scenario(document: Document) -> bool:
    """Whether the document is a scenario: only its recorders are read here."""
    return isinstance(document.value, dict) and isinstance(document.value.get("recorders"), list)


def _read_scenarios(
    documents: Sequence[Document], problems: list[Problem], read_from: ReadFrom, _: Given
) -> Configuration:
    return together(read_entries(document, ("recorders",), problems, read_from) for document in documents)


SCENARIO = ConfigFormat("scenario", "the recorders of a scenario file", is_scenario, lambda: _read_scenarios)
