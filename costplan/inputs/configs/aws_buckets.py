"""The lifecycle rules and the Region of a log bucket, from the answers of S3's API.

Source: Amazon S3 API Reference, LifecycleRule and LifecycleRuleFilter.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.fields import Fields, did_you_mean
from costplan.inputs.configs.lifecycles import BucketLifecycle, BucketRule, Sizes, sizes_of
from costplan.inputs.shapes import describe
from costplan.model.places import is_region
from costplan.model.problems import Problem
from costplan.model.recorders import LifecycleRule

_FIRST_REGION = "us-east-1"
# The one Region with a name from before there were others.
_OLD_NAMES = {"EU": "eu-west-1"}
_STATUSES = ("Enabled", "Disabled")


def read_location(answer: Answer, problems: list[Problem]) -> str | None:
    """Return the Region that get-bucket-location names; null is the first one."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    stated = fields.known_text("LocationConstraint")
    if not stated:
        return None if answer.mapping.get("LocationConstraint") else _FIRST_REGION
    region = _OLD_NAMES.get(stated, stated)
    if is_region(region):
        return region
    place = (*answer.at, "LocationConstraint")
    fields.report(place, f"{describe(stated)} is not a Region code", "for example eu-west-1")
    return None


def read_lifecycle(answer: Answer, problems: list[Problem]) -> BucketLifecycle:
    """Return the enabled lifecycle rules that an answer states."""
    fields = Fields(answer.document, answer.at, answer.mapping, {}, problems)
    small_objects = fields.known_text("TransitionDefaultMinimumObjectSize")
    inner = answer.mapping.get("LifecycleConfiguration")
    if isinstance(inner, dict):
        fields = Fields(answer.document, fields.place("LifecycleConfiguration"), inner, {}, problems)
    rules = [_rule(Fields(answer.document, at, item, {}, problems)) for at, item in fields.items("Rules")]
    return BucketLifecycle(tuple(rule for rule in rules if rule is not None), small_objects)


def _rule(fields: Fields) -> BucketRule | None:
    status = fields.known_text("Status")
    if status not in _STATUSES:
        what = f"a lifecycle rule with Status {describe(status)}" if status else "a lifecycle rule without Status"
        fields.report(fields.place("Status"), what, did_you_mean(status or "", _STATUSES))
    named = fields.known_text("ID")
    title = f"lifecycle rule {named}" if named else f"lifecycle rule {int(fields.at[-1]) + 1}"
    prefix, conditions, sizes = _filter(fields)
    left_out: list[str] = []
    actions = (
        *_transitions(fields, left_out, sizes),
        *_expiration(fields, left_out, sizes),
        *_noncurrent_expiration(fields, sizes),
    )
    if any(fields.value(f"NoncurrentVersion{action}") for action in ("Transition", "Transitions")):
        left_out.append("to noncurrent versions")
    # Incomplete uploads and delete markers cost a log bucket nothing: CloudTrail makes neither.
    if status != "Enabled":
        return None
    return BucketRule(title, prefix, " and ".join(conditions), actions, tuple(dict.fromkeys(left_out)))


def _filter(fields: Fields) -> tuple[str, list[str], Sizes]:
    """Return the prefix of a rule's filter, its further conditions in words, and the sizes that it lets through."""
    prefix = fields.known_text("Prefix") or ""
    conditions: list[str] = []
    filters: list[tuple[Any, Mapping[str, Any]]] = []
    value = fields.value("Filter")
    if isinstance(value, dict):
        filters.append((fields.place("Filter"), value))
        both = value.get("And")
        if isinstance(both, dict):
            filters.append(((*fields.place("Filter"), "And"), both))
    elif value is not None:
        fields.report(fields.place("Filter"), f"must be a mapping, not {describe(value)}", "write {} for all objects")
    holders = [Fields(fields.document, at, item, {}, fields.problems) for at, item in filters]
    for one in holders:
        item = one.mapping
        prefix = one.known_text("Prefix") or prefix
        if item.get("Tag") or item.get("Tags"):
            conditions.append("with certain tags, which log files do not have")
        known = {"Prefix", "Tag", "Tags", "And", "ObjectSizeGreaterThan", "ObjectSizeLessThan"}
        conditions += (f"with a certain {name}" for name in item if name not in known)
    return prefix, conditions, sizes_of(holders)


def _transitions(fields: Fields, left_out: list[str], sizes: Sizes) -> Iterator[LifecycleRule]:
    single = fields.value("Transition")
    listed = [(fields.place("Transition"), single)] if isinstance(single, dict) else fields.items("Transitions")
    for at, item in listed:
        inner = Fields(fields.document, at, item, {}, fields.problems)
        days, storage_class = inner.whole("Days"), inner.known_text("StorageClass")
        if item.get("Date") is not None:
            left_out.append("on a date")
        elif days is not None and storage_class:
            yield LifecycleRule(days, storage_class, **sizes)
        elif item.get("Days") is None or not item.get("StorageClass"):
            fields.report(at, "a transition without days or without a storage class", "repeat the call")


def _expiration(fields: Fields, left_out: list[str], sizes: Sizes) -> Iterator[LifecycleRule]:
    value = fields.value("Expiration")
    if value is None:
        return
    if not isinstance(value, dict):
        fields.report(fields.place("Expiration"), f"must be a mapping, not {describe(value)}", "repeat the call")
        return
    days = Fields(fields.document, fields.place("Expiration"), value, {}, fields.problems).whole("Days")
    if value.get("Date") is not None:
        left_out.append("on a date")
    if days:
        yield LifecycleRule(expiration_days=days, **sizes)


def _noncurrent_expiration(fields: Fields, sizes: Sizes) -> Iterator[LifecycleRule]:
    value = fields.value("NoncurrentVersionExpiration")
    if isinstance(value, dict):
        at = fields.place("NoncurrentVersionExpiration")
        days = Fields(fields.document, at, value, {}, fields.problems).whole("NoncurrentDays")
        if days:
            yield LifecycleRule(noncurrent_expiration_days=days, **sizes)


def read_versioning(answer: Answer, problems: list[Problem]) -> bool:
    """Return whether a bucket keeps what is deleted, as get-bucket-versioning says."""
    status = Fields(answer.document, answer.at, answer.mapping, {}, problems).known_text("Status")
    return status == "Enabled"
