"""Which log buckets a configuration has to declare, so that their lifecycle rules and versioning are not lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from costplan.model.problems import Problem
from costplan.model.recorders import LifecycleRule, Recorder, SmallObjects, Trail
from costplan.reports.configs.common import Place, problem_of


@dataclass(frozen=True, slots=True)
class RuledBucket:
    """A log bucket with lifecycle rules, or with versions.

    name: ``None`` where nobody knows it; then it is that of one trail only.
    told_by: the first trail whose bucket has these rules.
    """

    name: str | None
    place: Place
    told_by: Trail

    @property
    def rules(self) -> "tuple[RuleGroup, ...]":
        """Its lifecycle rules, as few as say them."""
        return rule_groups(self.told_by.bucket.lifecycle)

    @property
    def is_versioned(self) -> bool:
        """Whether it keeps noncurrent versions."""
        return self.told_by.bucket.is_versioned

    @property
    def small_objects(self) -> SmallObjects | None:
        """Its default for small objects; ``None`` where nobody knows."""
        return self.told_by.bucket.small_objects

    def takes(self, trail: Trail) -> bool:
        """Whether *trail* delivers to it."""
        return trail is self.told_by if self.name is None else trail.bucket.name == self.name


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Actions of a lifecycle that are one rule of S3: transitions, then the expiry; for objects of the same sizes."""

    transitions: tuple[LifecycleRule, ...]
    expiration_days: int | None
    noncurrent_days: int | None = None
    larger_than: int | None = None
    smaller_than: int | None = None


def bucket_place(trail: Trail) -> Place:
    """Return where a trail's bucket is: the trail's own place, unless somebody said otherwise."""
    return Place(trail.bucket.account or trail.account, trail.bucket.region or trail.home_region)


def ruled_buckets(recorders: Iterable[Recorder], problems: list[Problem]) -> tuple[RuledBucket, ...]:
    """Return every bucket with lifecycle rules once; one that has others in another trail's words is a problem."""
    found: list[RuledBucket] = []
    by_name: dict[str, RuledBucket] = {}
    for trail in recorders:
        if not isinstance(trail, Trail) or not has_to_be_declared(trail):
            continue
        bucket = RuledBucket(trail.bucket.name, bucket_place(trail), trail)
        if bucket.name is None or bucket.name not in by_name:
            found.append(bucket)
            if bucket.name is not None:
                by_name[bucket.name] = bucket
        elif _what_it_says(by_name[bucket.name]) != _what_it_says(bucket):
            what = f"the lifecycle rules of {bucket.name} differ from those of {by_name[bucket.name].told_by.name}"
            problems.append(problem_of(trail, what, "a bucket has one lifecycle: keep what is in force"))
    return tuple(found)


def has_to_be_declared(trail: Trail) -> bool:
    """Whether naming a trail's bucket would lose something that is known of it."""
    return trail.bucket.is_versioned or bool(rule_groups(trail.bucket.lifecycle))


def _what_it_says(bucket: RuledBucket) -> tuple[object, ...]:
    return bucket.rules, bucket.is_versioned, bucket.small_objects


def rule_groups(lifecycle: Sequence[LifecycleRule]) -> tuple[RuleGroup, ...]:
    """Return the actions of a lifecycle as rules, in their order; as few as say them in that order.

    >>> rules = LifecycleRule(90, "GLACIER"), LifecycleRule(expiration_days=400)
    >>> [(len(group.transitions), group.expiration_days) for group in rule_groups(rules)]
    [(1, 400)]
    """
    return tuple(_groups(lifecycle))


def _groups(lifecycle: Sequence[LifecycleRule]) -> Iterator[RuleGroup]:
    waiting: list[LifecycleRule] = []

    def group(of: LifecycleRule, days: int | None = None, noncurrent_days: int | None = None) -> RuleGroup:
        moved = tuple(waiting)
        waiting.clear()
        return RuleGroup(moved, days, noncurrent_days, of.larger_than, of.smaller_than)

    for rule in lifecycle:
        if waiting and (waiting[0].larger_than, waiting[0].smaller_than) != (rule.larger_than, rule.smaller_than):
            yield group(waiting[0])
        if rule.transition_days is not None and rule.storage_class is not None:
            waiting.append(rule)
        if rule.expiration_days is not None or rule.noncurrent_expiration_days is not None:
            yield group(rule, rule.expiration_days, rule.noncurrent_expiration_days)
    if waiting:
        yield group(waiting[0])
