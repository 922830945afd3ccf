"""What of a recorder can change besides its selectors, by the keys of the scenario format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from costplan.model.recorders import CloudWatchLogs, DirectDelivery, EventDataStore, LogBucket, Recorder, Trail

NOT_COMPARED = frozenset(
    {"name", "arn", "account", "selectors", "insights", "is_declared", "where", "assumed", "undecided"}
)
"""What says who a recorder is or where it was read, and what is looked at one by one: selectors, kinds of Insights."""

_PARTS = {"bucket": ("s3", LogBucket), "cloudwatch_logs": ("cloudwatch_logs", CloudWatchLogs)}
# Under the keys of the scenario format, where they are not the same; what one key says lies in several fields.
_KEYS: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    Trail: {"aggregation": ("aggregates_data",), "opensearch": ("loads_opensearch",)},
    EventDataStore: {
        "other_gib_per_month": ("others",),
        "extended_retention_gib": ("extended_gib",),
        "trial": ("is_on_trial",),
    },
    DirectDelivery: {},
    LogBucket: {
        "bucket": ("name",),
        "kms_key": ("has_kms_key", "kms_key"),
        "sns": ("notifies_sns", "sns_subscriptions"),
        "transition_default_minimum_object_size": ("small_objects",),
        "versioning": ("is_versioned",),
        "bucket_key_saves": ("bucket_key_share",),
    },
    CloudWatchLogs: {},
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that a key of the scenario format says.

    key: ``is_multi_region``, ``s3.kms_key``…; part: the field of the recorder that *names* are fields of, if any.
    """

    key: str
    part: str | None
    names: tuple[str, ...]

    def value(self, recorder: Recorder) -> tuple[Any, ...]:
        """Return what the recorder has there."""
        holder = recorder if self.part is None else getattr(recorder, self.part)
        return tuple(getattr(holder, name) for name in self.names)

    def put(self, recorder: Recorder, value: tuple[Any, ...]) -> Recorder:
        """Return the recorder with *value* there."""
        changed = dict(zip(self.names, value, strict=True))
        if self.part is None:
            return replace(recorder, **changed)
        return replace(recorder, **{self.part: replace(getattr(recorder, self.part), **changed)})

    def text(self, recorder: Recorder) -> str | None:
        """Return what the recorder has there as text; ``None`` where there is nothing."""
        said = [text for value in self.value(recorder) if (text := text_of(value)) is not None]
        # A key is told by its name, a topic by its subscriptions: that there is one is then no news.
        return said[-1] if said else None


def changed_attributes(before: Recorder, after: Recorder) -> Iterator[Attribute]:
    """Yield each attribute in which two recorders of one kind differ, in the order of the model."""
    parts = frozenset(name for name in _PARTS if all(getattr(one, name, None) is not None for one in (before, after)))
    kind: type = type(before)
    for attribute in _attributes_of(kind, parts):
        if attribute.value(before) != attribute.value(after):
            yield attribute


@cache
def _attributes_of(kind: type, parts: frozenset[str]) -> tuple[Attribute, ...]:
    """Return the attributes of recorders of one kind; *parts*: those that are there on both sides, field by field."""
    found: list[Attribute] = []
    for name in (field.name for field in fields(kind)):
        if name in parts:
            prefix, part = _PARTS[name]
            found += _of_type(part, f"{prefix}.", name)
        elif name not in NOT_COMPARED:
            found.append(Attribute(_key_of(kind, name), None, (name,)))
    return tuple(found)


def _of_type(kind: type, prefix: str, part: str) -> Iterator[Attribute]:
    told: set[str] = set()
    for name in (field.name for field in fields(kind)):
        key = _key_of(kind, name)
        if key not in told:
            told.add(key)
            yield Attribute(prefix + key, part, _KEYS[kind].get(key, (name,)))


def _key_of(kind: type, name: str) -> str:
    return next((key for key, names in _KEYS[kind].items() if name in names), name)


def text_of(value: Any) -> str | None:
    """Return a value as a person would write it in a scenario.

    >>> text_of(True), text_of(()), text_of(Decimal("0.50")), text_of(("a", 2))
    ('true', None, '0.5', 'a 2')
    """
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, tuple):
        return " ".join(text for each in value if (text := text_of(each)) is not None)
    if is_dataclass(value):
        parts = ((field.name, text_of(getattr(value, field.name))) for field in fields(value))
        return "{" + ", ".join(f"{name}: {text}" for name, text in parts if text is not None) + "}"
    return str(value)
