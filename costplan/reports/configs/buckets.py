"""Which log buckets a configuration has to declare, so that their lifecycle rules are not lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from costplan.model.problems import Problem
from costplan.model.recorders import LifecycleRule, Recorder, Trail
from costplan.reports.configs.common import Place, problem_of


@dataclass(frozen=True, slots=True)
class RuledBucket:
    """A log bucket with lifecycle rules.

    name: ``None`` where nobody knows it; then it is that of one trail only.
    told_by: the first trail whose bucket has these rules.
    """

    name: str | None
    place: Place
    lifecycle: tuple[LifecycleRule, ...]
    told_by: Trail

    def takes(self, trail: Trail) -> bool:
        """Whether *trail* delivers to it."""
        return trail is self.told_by if self.name is None else trail.bucket.name == self.name


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Actions of a lifecycle that are one rule of S3: transitions, then the expiry."""

    transitions: tuple[LifecycleRule, ...]
    expiration_days: int | None


def bucket_place(trail: Trail) -> Place:
    """Return where a trail's bucket is: the trail's own place, unless somebody said otherwise."""
    return Place(trail.bucket.account or trail.account, trail.bucket.region or trail.home_region)


def ruled_buckets(recorders: Iterable[Recorder], problems: list[Problem]) -> tuple[RuledBucket, ...]:
    """Return every bucket with lifecycle rules once; one that has others in another trail's words is a problem."""
    found: list[RuledBucket] = []
    by_name: dict[str, RuledBucket] = {}
    for trail in recorders:
        if not isinstance(trail, Trail) or not rule_groups(trail.bucket.lifecycle):
            continue
        bucket = RuledBucket(trail.bucket.name, bucket_place(trail), trail.bucket.lifecycle, trail)
        if bucket.name is None or bucket.name not in by_name:
            found.append(bucket)
            if bucket.name is not None:
                by_name[bucket.name] = bucket
        elif rule_groups(by_name[bucket.name].lifecycle) != rule_groups(bucket.lifecycle):
            what = f"the lifecycle rules of {bucket.name} differ from those of {by_name[bucket.name].told_by.name}"
            problems.append(problem_of(trail, what, "a bucket has one lifecycle: keep what is in force"))
    return tuple(found)


def rule_groups(lifecycle: Sequence[LifecycleRule]) -> tuple[RuleGroup, ...]:
    """Return the actions of a lifecycle as rules, in their order; as few as say them in that order.

    >>> rules = LifecycleRule(90, "GLACIER"), LifecycleRule(expiration_days=400)
    >>> [(len(group.transitions), group.expiration_days) for group in rule_groups(rules)]
    [(1, 400)]
    """
    return tuple(_groups(lifecycle))


def _groups(lifecycle: Sequence[LifecycleRule]) -> Iterator[RuleGroup]:
    waiting: list[LifecycleRule] = []
    for rule in lifecycle:
        if rule.transition_days is not None and rule.storage_class is not None:
            waiting.append(LifecycleRule(rule.transition_days, rule.storage_class))
        if rule.expiration_days is not None:
            yield RuleGroup(tuple(waiting), rule.expiration_days)
            waiting.clear()
    if waiting:
        yield RuleGroup(tuple(waiting), None)
