"""The lifecycle rules and the Region of a log bucket, from the answers of S3's API.

A rule of a bucket acts on a trail's log files only if its filter lets them through, and only a part of what a rule can
do has a price here; the rest is said.  Source: Amazon S3 API Reference, LifecycleRule and LifecycleRuleFilter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from costplan.inputs.configs.aws_answers import Answer
from costplan.inputs.configs.fields import Fields, did_you_mean
from costplan.inputs.shapes import describe
from costplan.model.places import is_region
from costplan.model.problems import Problem
from costplan.model.recorders import LifecycleRule

_FIRST_REGION = "us-east-1"
# The one Region with a name from before there were others.
_OLD_NAMES = {"EU": "eu-west-1"}
_STATUSES = ("Enabled", "Disabled")
_SIZES_SAY_NOTHING = "all_storage_classes_128K"


@dataclass(frozen=True, slots=True)
class BucketRule:
    """One enabled lifecycle rule.

    prefix: of the keys that it acts on.
    condition: what else an object must have, in words; empty where nothing.
    actions: what it does to current objects.
    left_out: what it does besides, in words.
    """

    title: str
    prefix: str
    condition: str
    actions: tuple[LifecycleRule, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketLifecycle:
    """The enabled rules of a bucket.

    small_objects: whether objects under 128 KB move to other storage classes, as S3 says it; ``None``: not stated.
    """

    rules: tuple[BucketRule, ...]
    small_objects: str | None = None


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Where in a bucket the files of a trail are.

    prefix: the trail's own.
    account: whose folder they are in; ``None`` for an organization trail, which has a folder for each account.
    has_digests: whether there are digest files too, in a folder beside the log files'.
    """

    prefix: str | None
    account: str | None
    has_digests: bool

    @property
    def root(self) -> str:
        """What all keys begin with: those of log files, digest files and Insights."""
        start = f"{self.prefix.strip('/')}/" if self.prefix else ""
        return f"{start}AWSLogs/" + (f"{self.account}/" if self.account else "")

    def log_files_are_under(self, prefix: str) -> bool:
        """Whether all log files have keys that begin with *prefix*."""
        if f"{self.root}CloudTrail/".startswith(prefix) if self.account else self.root.startswith(prefix):
            return True
        rest = prefix.removeprefix(self.root)
        return self.account is None and rest != prefix and rest.startswith("o-") and "/" not in rest.rstrip("/")

    def some_may_be_under(self, prefix: str) -> bool:
        """Whether any file may have a key that begins with *prefix*."""
        return prefix.startswith(self.root) or self.root.startswith(prefix)


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


def rules_for(lifecycle: BucketLifecycle, keys: LogKeys, assumed: list[str]) -> tuple[LifecycleRule, ...]:
    """Return what the rules of a bucket do to the log files at *keys*; *assumed* says what had to be left out."""
    result: list[LifecycleRule] = []
    for rule in lifecycle.rules:
        if not keys.some_may_be_under(rule.prefix):
            continue
        if rule.condition:
            assumed.append(f"{rule.title} is left out: it acts only on objects {rule.condition}")
        elif not keys.log_files_are_under(rule.prefix):
            assumed.append(f"{rule.title} is left out: it acts on a part of the files only, those under {rule.prefix}")
        else:
            result += rule.actions
            assumed += (f"what {rule.title} does {what} is left out" for what in rule.left_out)
            if keys.has_digests and rule.actions and rule.prefix.endswith("/CloudTrail/"):
                assumed.append(f"{rule.title} acts on digest files too: its prefix is only that of the log files")
    if any(rule.transition_days is not None for rule in result) and lifecycle.small_objects != _SIZES_SAY_NOTHING:
        stated = f"is {lifecycle.small_objects}" if lifecycle.small_objects else "is not stated"
        assumed.append(
            f"log files under 128 KB stay in their storage class: TransitionDefaultMinimumObjectSize {stated}"
        )
    return tuple(result)


def _rule(fields: Fields) -> BucketRule | None:
    status = fields.known_text("Status")
    if status not in _STATUSES:
        what = f"a lifecycle rule with Status {describe(status)}" if status else "a lifecycle rule without Status"
        fields.report(fields.place("Status"), what, did_you_mean(status or "", _STATUSES))
    named = fields.known_text("ID")
    title = f"lifecycle rule {named}" if named else f"lifecycle rule {int(fields.at[-1]) + 1}"
    prefix, conditions = _filter(fields)
    left_out: list[str] = []
    actions = (*_transitions(fields, left_out), *_expiration(fields, left_out))
    if any(fields.value(f"NoncurrentVersion{action}") for action in ("Transition", "Transitions", "Expiration")):
        left_out.append("to noncurrent versions")
    # Incomplete uploads and delete markers cost a log bucket nothing: CloudTrail makes neither.
    if status != "Enabled":
        return None
    return BucketRule(title, prefix, " and ".join(conditions), actions, tuple(dict.fromkeys(left_out)))


def _filter(fields: Fields) -> tuple[str, list[str]]:
    """Return the prefix of a rule's filter, and its further conditions in words."""
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
    for at, item in filters:
        one = Fields(fields.document, at, item, {}, fields.problems)
        prefix = one.known_text("Prefix") or prefix
        if item.get("Tag") or item.get("Tags"):
            conditions.append("with certain tags, which log files do not have")
        for name, words in (("ObjectSizeGreaterThan", "larger than"), ("ObjectSizeLessThan", "smaller than")):
            size = one.whole(name)
            if size:
                conditions.append(f"{words} {size:,} bytes")
        known = {"Prefix", "Tag", "Tags", "And", "ObjectSizeGreaterThan", "ObjectSizeLessThan"}
        conditions += (f"with a certain {name}" for name in item if name not in known)
    return prefix, conditions


def _transitions(fields: Fields, left_out: list[str]) -> Iterator[LifecycleRule]:
    single = fields.value("Transition")
    listed = [(fields.place("Transition"), single)] if isinstance(single, dict) else fields.items("Transitions")
    for at, item in listed:
        inner = Fields(fields.document, at, item, {}, fields.problems)
        days, storage_class = inner.whole("Days"), inner.known_text("StorageClass")
        if item.get("Date") is not None:
            left_out.append("on a date")
        elif days is not None and storage_class:
            yield LifecycleRule(days, storage_class)
        elif item.get("Days") is None or not item.get("StorageClass"):
            fields.report(at, "a transition without days or without a storage class", "repeat the call")


def _expiration(fields: Fields, left_out: list[str]) -> Iterator[LifecycleRule]:
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
        yield LifecycleRule(expiration_days=days)
