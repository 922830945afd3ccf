"""The truth of a condition about an event that is only partly known (Kleene's strong three-valued logic)."""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Whether something holds of an event: surely not, perhaps, surely.

    >>> Truth.of(True) & Truth.MAYBE
    <Truth.MAYBE: 1>
    >>> ~Truth.MAYBE
    <Truth.MAYBE: 1>
    """

    NO = 0
    MAYBE = 1
    YES = 2

    # Python's own hash of a member takes a call of a function each time.
    __hash__ = int.__hash__

    @classmethod
    def of(cls, value: bool) -> "Truth":
        """Return the truth of something decided."""
        return cls.YES if value else cls.NO

    def __and__(self, other: int) -> "Truth":
        return self if self <= other else _BY_NUMBER[other]

    def __or__(self, other: int) -> "Truth":
        return self if self >= other else _BY_NUMBER[other]

    def __invert__(self) -> "Truth":
        return _BY_NUMBER[2 - self]

    def __bool__(self) -> bool:
        # ``if truth:`` would read MAYBE as true; compare with YES or NO instead.
        raise TypeError("a Truth has three values: compare it with Truth.YES or Truth.NO")


_BY_NUMBER = tuple(Truth)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return the truth of "at least one holds"; NO for none."""
    best = Truth.NO
    for truth in truths:
        if truth is Truth.YES:
            return truth
        if truth > best:
            best = truth
    return best


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return the truth of "every one holds"; YES for none."""
    worst = Truth.YES
    for truth in truths:
        if truth is Truth.NO:
            return truth
        if truth < worst:
            worst = truth
    return worst
