"""Three-valued logic: its tables follow from trying both answers for every MAYBE."""

from collections.abc import Iterator
from itertools import product

import pytest

from costplan.model.truth import Truth, all_of, any_of


def worlds(truth: Truth) -> tuple[bool, ...]:
    return {Truth.NO: (False,), Truth.YES: (True,), Truth.MAYBE: (False, True)}[truth]


def settled(outcomes: set[bool]) -> Truth:
    return Truth.MAYBE if len(outcomes) == 2 else Truth.of(outcomes.pop())


def triples() -> Iterator[tuple[Truth, Truth, Truth]]:
    return product(Truth, repeat=3)


def test_and_or_and_not_say_what_every_world_says() -> None:
    for a, b in product(Truth, repeat=2):
        pairs = list(product(worlds(a), worlds(b)))
        assert a & b is settled({x and y for x, y in pairs})
        assert a | b is settled({x or y for x, y in pairs})
        assert ~a is settled({not x for x in worlds(a)})


def test_sequences_say_what_every_world_says() -> None:
    for truths in triples():
        choices = list(product(*map(worlds, truths)))
        assert any_of(truths) is settled({any(choice) for choice in choices})
        assert all_of(truths) is settled({all(choice) for choice in choices})


def test_of_nothing_none_holds_and_all_hold() -> None:
    assert any_of(()) is Truth.NO
    assert all_of(()) is Truth.YES


def test_a_truth_is_never_used_as_a_boolean_by_accident() -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(Truth.MAYBE)
