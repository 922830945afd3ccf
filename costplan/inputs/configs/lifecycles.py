"""What the lifecycle rules of a bucket do to the log files of a trail, whatever format the rules are written in.

A rule acts on log files only if its filter lets them through, and only a part of what a rule can do has a price here;
the rest is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from costplan.inputs.configs.fields import Fields
from costplan.model.recorders import LifecycleRule, SmallObjects


@dataclass(frozen=True, slots=True)
class BucketRule:
    """One enabled lifecycle rule.

    prefix: of the keys that it acts on.
    condition: what else an object must have besides a size, in words; empty where nothing.
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

    small_objects: TransitionDefaultMinimumObjectSize as S3 says it; ``None``: not stated.
    """

    rules: tuple[BucketRule, ...]
    small_objects: str | None = None


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Where in a bucket the files of a trail are.

    prefix: the trail's own.
    account: whose folder they are in; ``None`` for an organization trail, which has a folder for each account.
    has_digests: whether there are digest files too, in a folder beside the log files'.
    is_known: whether the trail's prefix is known.
    """

    prefix: str | None
    account: str | None
    has_digests: bool
    is_known: bool = True

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


def rules_for(rules: Iterable[BucketRule], keys: LogKeys, assumed: list[str]) -> tuple[LifecycleRule, ...]:
    """Return what the rules of a bucket do to the log files at *keys*; *assumed* says what had to be left out."""
    result: list[LifecycleRule] = []
    for rule in rules:
        if rule.prefix and not keys.is_known:
            assumed.append(f"{rule.title} is left out: whether log files are under {rule.prefix} is not known yet")
            continue
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
    return tuple(result)


def small_objects_of(stated: str | None, rules: Sequence[LifecycleRule]) -> SmallObjects | None:
    """Return a bucket's default for small objects; ``None`` where it matters and *stated* is none of its values."""
    if stated in list(SmallObjects):
        return SmallObjects(stated)
    matters = any(rule.transition_days is not None and not rule.has_size_filter for rule in rules)
    return None if matters else SmallObjects.STAY


class Sizes(TypedDict):
    """The bounds of size that a rule sets, as a ``LifecycleRule`` takes them."""

    larger_than: int | None
    smaller_than: int | None


def sizes_of(holders: Iterable[Fields]) -> Sizes:
    """Return the bounds of size that the parts of a rule set."""
    bounds: dict[str, int | None] = {"ObjectSizeGreaterThan": None, "ObjectSizeLessThan": None}
    for fields in holders:
        for name in bounds:
            # Terraform's provider wrote "" for a bound that nobody set.
            stated = fields.whole(name) if fields.value(name) else None
            bounds[name] = stated or bounds[name]
    return {"larger_than": bounds["ObjectSizeGreaterThan"], "smaller_than": bounds["ObjectSizeLessThan"]}
