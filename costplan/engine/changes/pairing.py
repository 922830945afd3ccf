"""Which recorder of one scenario is which of another: a rename is not a change."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from costplan.model.recorders import Recorder, Trail


@dataclass(frozen=True, slots=True)
class Pair:
    """A recorder before and after; ``None`` on the side on which it is not there."""

    before: Recorder | None
    after: Recorder | None

    @property
    def is_renamed(self) -> bool:
        """Whether it is the same under another name."""
        return self.before is not None and self.after is not None and self.before.name != self.after.name


def pair_recorders(before: Sequence[Recorder], after: Sequence[Recorder]) -> tuple[Pair, ...]:
    """Return every recorder of either side once, in the order of *after*; one that is gone where it stood.

    Both sides are settled.  The same is what has the same ARN; else account, home Region and name; else account and
    name, where it moved to another home Region; else what is equal but for its name; else, of those that are left in
    one account and home Region, the only ones that deliver to one bucket.  Recorders of two kinds are never the same.
    """
    old, new = dict(enumerate(before)), dict(enumerate(after))
    found: dict[int, int] = {}
    for key in (_by_arn, _by_place_and_name, _by_account_and_name, _by_content, _by_bucket):
        for left, right in _only_ones(old, new, key):
            found[left] = right
            del old[left], new[right]
    by_new = {right: left for left, right in found.items()}
    # By the position on either side: of before, of after.
    order: list[tuple[int | None, int | None]] = [(by_new.get(right), right) for right in range(len(after))]
    places = {left: (left, right) for left, right in found.items()}
    for left in sorted(old):
        # What it stood behind is there by now, gone or not.
        at = 0 if left == 0 else order.index(places.get(left - 1, (left - 1, None))) + 1
        order.insert(at, (left, None))
    return tuple(
        Pair(None if left is None else before[left], None if right is None else after[right]) for left, right in order
    )


Key = Callable[[Recorder], Hashable]


def _only_ones(old: dict[int, Recorder], new: dict[int, Recorder], key: Key) -> list[tuple[int, int]]:
    """Return the positions of what has a key that nothing else of its side has."""
    left, right = _unique(old.items(), key), _unique(new.items(), key)
    return [(left[each], right[each]) for each in left if each in right]


def _unique(recorders: Iterable[tuple[int, Recorder]], key: Key) -> dict[Hashable, int]:
    found: dict[Hashable, list[int]] = {}
    for position, recorder in recorders:
        each = key(recorder)
        if each is not None:
            found.setdefault((recorder.kind, each), []).append(position)
    return {each: positions[0] for each, positions in found.items() if len(positions) == 1}


def _by_arn(recorder: Recorder) -> Hashable:
    return recorder.arn


def _by_place_and_name(recorder: Recorder) -> Hashable:
    return recorder.account, recorder.home_region, recorder.name


def _by_account_and_name(recorder: Recorder) -> Hashable:
    return recorder.account, recorder.name


def _by_content(recorder: Recorder) -> Hashable:
    return replace(recorder, name="", arn=None)


def _by_bucket(recorder: Recorder) -> Hashable:
    if not isinstance(recorder, Trail) or recorder.bucket.name is None:
        return None
    return recorder.account, recorder.home_region, recorder.bucket.name, recorder.bucket.prefix
