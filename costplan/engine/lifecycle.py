"""What lifecycle rules do to an object as it gets older: the storage classes it passes through, and its end (R108).

Sources: Amazon S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle" (the order of classes, small objects),
"Expiring objects", and "Setting lifecycle configuration on a bucket" (of several rules, expiry wins, then the cheaper
class).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costplan.model.recorders import LifecycleRule, SmallObjects

KIB = 1024
SMALL = 128 * KIB
"""Bytes below which S3 moves no object unless a rule or the bucket says otherwise."""


class StorageClass(StrEnum):
    """S3's storage classes, by the names of its API, in the order in which objects may move down."""

    STANDARD = "STANDARD"
    STANDARD_IA = "STANDARD_IA"
    INTELLIGENT_TIERING = "INTELLIGENT_TIERING"
    ONEZONE_IA = "ONEZONE_IA"
    GLACIER_IR = "GLACIER_IR"
    GLACIER = "GLACIER"
    DEEP_ARCHIVE = "DEEP_ARCHIVE"


_RANKS = {storage_class: rank for rank, storage_class in enumerate(StorageClass)}
_ARCHIVES = frozenset({StorageClass.GLACIER, StorageClass.DEEP_ARCHIVE})
MINIMUM_DAYS = {
    StorageClass.STANDARD_IA: 30,
    StorageClass.ONEZONE_IA: 30,
    StorageClass.GLACIER_IR: 90,
    StorageClass.GLACIER: 90,
    StorageClass.DEEP_ARCHIVE: 180,
}
"""Days that are charged in a class whatever becomes of the object."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A time of an object's life in one storage class.

    start, end: days after its creation; *end* ``None`` is never.
    charged_until: the day until which the class is charged at least, where that is after *end*.
    """

    storage_class: StorageClass
    start: int
    end: int | None

    @property
    def charged_until(self) -> int | None:
        """The day until which the class is charged, at least its minimum duration."""
        least = self.start + MINIMUM_DAYS.get(self.storage_class, 0)
        return None if self.end is None else max(self.end, least)


def stages_of(
    rules: Sequence[LifecycleRule], size: Decimal, small_objects: SmallObjects, *, is_versioned: bool = False
) -> tuple[Stage, ...]:
    """Return the stages of an object of *size* bytes, the first in S3 Standard, in their order; they leave no gap.

    is_versioned: expiry then hides an object only; it stays until noncurrent versions expire, if they ever do.
    """
    end = _end(rules, size, is_versioned=is_versioned)
    stages: list[Stage] = []
    start, storage_class = 0, StorageClass.STANDARD
    for day, to in _moves(rules, size, small_objects):
        if (end is not None and day >= end) or _RANKS[to] <= _RANKS[storage_class]:
            continue
        if day > start:
            stages.append(Stage(storage_class, start, day))
        start, storage_class = day, to
    return (*stages, Stage(storage_class, start, end))


def _moves(
    rules: Sequence[LifecycleRule], size: Decimal, small_objects: SmallObjects
) -> Iterator[tuple[int, StorageClass]]:
    """Yield the transitions that an object is let through to, by day, on one day the cheapest class last."""
    found = []
    for rule in rules:
        if rule.transition_days is None or rule.storage_class is None or not rule.takes(size):
            continue
        to = _class_of(rule.storage_class)
        if to is not None and (rule.has_size_filter or _moves_when(size, to, small_objects)):
            found.append((rule.transition_days, to))
    yield from sorted(found, key=lambda move: (move[0], _RANKS[move[1]]))


def _class_of(name: str) -> StorageClass | None:
    return StorageClass(name) if name in StorageClass.__members__ else None


def _moves_when(size: Decimal, to: StorageClass, small_objects: SmallObjects) -> bool:
    if size >= SMALL:
        return True
    return small_objects is SmallObjects.VARY and to in _ARCHIVES


def _end(rules: Sequence[LifecycleRule], size: Decimal, *, is_versioned: bool) -> int | None:
    """Return the day on which an object is gone for good."""
    expiries = [r.expiration_days for r in rules if r.expiration_days is not None and r.takes(size)]
    if not expiries or not is_versioned:
        return min(expiries, default=None)
    noncurrent = [r.noncurrent_expiration_days for r in rules if r.noncurrent_expiration_days and r.takes(size)]
    return min(expiries) + min(noncurrent) if noncurrent else None
