"""What of a recorder can change besides its selectors, by the keys of the scenario format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
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
    for attribute in _attributes_of(before, after):
        if attribute.value(before) != attribute.value(after):
            yield attribute


def _attributes_of(before: Recorder, after: Recorder) -> Iterator[Attribute]:
    for name in (field.name for field in fields(before)):
        if name in NOT_COMPARED:
            continue
        prefix, part = _PARTS.get(name, ("", None))
        is_on_both = all(is_dataclass(getattr(one, name)) for one in (before, after))
        if part is not None and is_on_both:
            yield from _of_type(part, f"{prefix}.", name)
        else:
            yield Attribute(_key_of(type(before), name), None, (name,))


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
