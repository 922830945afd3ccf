"""The lifecycle rules of declared buckets.

Sources: AWS CloudFormation User Guide, AWS::S3::Bucket Rule; the Terraform provider's resource
aws_s3_bucket_lifecycle_configuration, and the argument lifecycle_rule of aws_s3_bucket, where rules once stood.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from costplan.inputs.configs.fields import Fields, Names
from costplan.inputs.configs.lifecycles import BucketRule, Sizes, sizes_of
from costplan.model.recorders import LifecycleRule
from costplan.model.unknown import UNKNOWN

_RULE: Names = {
    "Id": ("ID",),
    "Status": (),
    "Enabled": (),
    "Prefix": (),
    "Filter": (),
    "TagFilters": ("tags",),
    "ObjectSizeGreaterThan": (),
    "ObjectSizeLessThan": (),
    "ExpirationInDays": (),
    "ExpirationDate": (),
    "Expiration": (),
    "Transitions": ("transition",),
    "NoncurrentVersionExpiration": (),
    "NoncurrentVersionExpirationInDays": (),
    "NoncurrentVersionTransitions": ("noncurrent_version_transition",),
    "NoncurrentVersionTransition": (),
}
_FILTER: Names = {"Prefix": (), "Tag": ("tags",), "And": (), "ObjectSizeGreaterThan": (), "ObjectSizeLessThan": ()}
_TRANSITION: Names = {"StorageClass": (), "TransitionInDays": ("days",), "TransitionDate": ("date",)}
_EXPIRATION: Names = {"Days": (), "Date": ()}
_NONCURRENT: Names = {"NoncurrentDays": ("days",)}
_LATER = "whose {} is known only when it is applied"
_AT_A_LATER_TIME = "after days, or with a storage class, that are known only when it is applied"


def declared_rule(document_rule: Fields) -> BucketRule | None:
    """Return what an enabled rule does to current objects; ``None`` for one that is off."""
    fields = Fields(document_rule.document, document_rule.at, document_rule.mapping, _RULE, document_rule.problems)
    if fields.known_text("Status") == "Disabled" or fields.known_flag("Enabled") is False:
        return None
    named = fields.known_text("Id")
    title = f"lifecycle rule {named}" if named else f"lifecycle rule {int(fields.at[-1]) + 1}"
    prefix, conditions, sizes = _filter(fields)
    conditions += [_LATER.format(name) for name in ("Status", "Enabled") if fields.value(name) is UNKNOWN]
    left_out: list[str] = []
    actions = (
        *_transitions(fields, left_out, sizes),
        *_expiration(fields, left_out, sizes),
        *_noncurrent_expiration(fields, sizes),
    )
    if any(fields.value(name) for name in ("NoncurrentVersionTransitions", "NoncurrentVersionTransition")):
        left_out.append("to noncurrent versions")
    return BucketRule(title, prefix, " and ".join(conditions), actions, tuple(dict.fromkeys(left_out)))


def _filter(fields: Fields) -> tuple[str, list[str], Sizes]:
    """Return the prefix of a rule, its further conditions in words, and the sizes that it lets through."""
    prefix = fields.known_text("Prefix") or ""
    conditions = [_LATER.format("prefix")] if fields.value("Prefix") is UNKNOWN else []
    if fields.value("TagFilters"):
        conditions.append("with certain tags, which log files do not have")
    waiting, holders = [fields], []
    while waiting:
        holder = waiting.pop()
        holders.append(holder)
        for name in ("Filter", "And"):
            if holder.value(name) is UNKNOWN:
                conditions.append(_LATER.format("filter"))
            for at, item in _blocks(holder, name):
                one = Fields(fields.document, at, item, _FILTER, fields.problems)
                prefix = one.known_text("Prefix") or prefix
                if one.value("Prefix") is UNKNOWN:
                    conditions.append(_LATER.format("prefix"))
                if one.value("Tag"):
                    conditions.append("with certain tags, which log files do not have")
                waiting.append(one)
    return prefix, list(dict.fromkeys(conditions)), sizes_of(holders)


def _blocks(fields: Fields, name: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield the blocks of a name: Terraform lists even a single one, CloudFormation does not."""
    value = fields.value(name)
    if isinstance(value, dict):
        yield fields.place(name), value
    elif isinstance(value, list):
        yield from fields.items(name)


def _transitions(fields: Fields, left_out: list[str], sizes: Sizes) -> Iterator[LifecycleRule]:
    listed = list(_blocks(fields, "Transitions"))
    # CloudFormation's single one of old, beside which there may be none.
    single = fields.mapping.get("Transition")
    if isinstance(single, dict) and not listed:
        listed = [((*fields.at, "Transition"), single)]
    for at, item in listed:
        one = Fields(fields.document, at, item, _TRANSITION, fields.problems)
        days, storage_class = one.whole("TransitionInDays"), one.known_text("StorageClass")
        if one.value("TransitionDate"):
            left_out.append("on a date")
        elif UNKNOWN in (one.value("TransitionInDays"), one.value("StorageClass")):
            left_out.append(_AT_A_LATER_TIME)
        elif storage_class is not None:
            # Without a date and days, Terraform's provider takes 0 days.
            yield LifecycleRule(days or 0, storage_class.upper(), **sizes)


def _expiration(fields: Fields, left_out: list[str], sizes: Sizes) -> Iterator[LifecycleRule]:
    days = fields.whole("ExpirationInDays")
    has_date = bool(fields.value("ExpirationDate"))
    is_later = fields.value("ExpirationInDays") is UNKNOWN
    for at, item in _blocks(fields, "Expiration"):
        one = Fields(fields.document, at, item, _EXPIRATION, fields.problems)
        days = days if days is not None else one.whole("Days")
        has_date = has_date or bool(one.value("Date"))
        is_later = is_later or one.value("Days") is UNKNOWN
    if is_later:
        left_out.append(_AT_A_LATER_TIME)
    if has_date:
        left_out.append("on a date")
    if days:
        yield LifecycleRule(expiration_days=days, **sizes)


def _noncurrent_expiration(fields: Fields, sizes: Sizes) -> Iterator[LifecycleRule]:
    days = fields.whole("NoncurrentVersionExpirationInDays")
    for at, item in _blocks(fields, "NoncurrentVersionExpiration"):
        one = Fields(fields.document, at, item, _NONCURRENT, fields.problems)
        days = days if days is not None else one.whole("NoncurrentDays")
    if days:
        yield LifecycleRule(noncurrent_expiration_days=days, **sizes)
