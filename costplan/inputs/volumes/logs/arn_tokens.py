"""Small numbers for what a key holds of an ARN: its type, its container, whether that is all of it, and its answers.

Object keys and session names have no end, so these ARNs are found by the container before them, which also decides most
conditions; all others are found whole.  Two ARNs with one number hold the same in every key.
"""

from collections.abc import Callable, Hashable
from typing import Any

from costplan.inputs.volumes.logs.records import answer
from costplan.model.containers import (
    Condition,
    Operator,
    decide,
    holds_objects,
    principal_container,
    resource_container,
)
from costplan.model.truth import Truth

CACHE_SIZE = 50_000
"""Entries after which a cache is emptied: not every ARN has a container that ends."""

_ContainerOf = Callable[[str | None, str], tuple[str, bool]]


class ArnTokens:
    """The numbers of the ARNs of one resource type, or of principals.

    is_by_head: whether the ARNs end in a name without bound that follows a slash.
    settled: container → number, where a slash and a name follow it and no condition asks for more.
    whole: ARN → number, of all others.
    """

    __slots__ = (
        "_conditions",
        "_container_of",
        "_kind",
        "_numbers",
        "_open",
        "_separates",
        "is_by_head",
        "settled",
        "whole",
    )

    def __init__(
        self,
        kind: str | None,
        conditions: tuple[Condition, ...],
        container_of: _ContainerOf,
        separates: Callable[[str], tuple[str, str, str]] | None,
        numbers: dict[Hashable, int],
    ) -> None:
        self._kind, self._conditions, self._container_of = kind, conditions, container_of
        self._separates, self._numbers = separates, numbers
        self.is_by_head = separates is not None
        # Containers that do not decide every condition alone, with those left; None where the text is no container.
        self._open: dict[str, _OpenHead | None] = {}
        self.settled: dict[str, int] = {}
        self.whole: dict[str | None, int] = {}

    def find(self, arn: str | None) -> int:
        """Return the number of *arn*."""
        token = self._find_by_name(arn)
        return self._find_whole(arn) if token is None else token

    def find_signed(self, arn: str | None) -> int:
        """Return the number of *arn*, below zero where what stands before its name does not tell it."""
        token = self._find_by_name(arn)
        return -self._find_whole(arn) if token is None else token

    def _find_by_name(self, arn: str | None) -> int | None:
        """Return the number of an ARN that is a container, a slash and a name."""
        if not arn or self._separates is None:
            return None
        head, slash, _name = self._separates(arn)
        if not slash:
            return None
        token = self.settled.get(head)
        return self._find_by_head(arn, head) if token is None else token

    def _find_whole(self, arn: str | None) -> int:
        token = self.whole.get(arn)
        if token is None:
            held: Hashable = (self._kind, None)
            if arn:
                held = (self._kind, *self._container_of(self._kind, arn), answer(arn, self._conditions), "")
            token = self._number(held)
            _remember(self.whole, arn, token)
        return token

    def _find_by_head(self, arn: str, head: str) -> int | None:
        if head not in self._open:
            left = None
            if self._container_of(self._kind, arn) == (head, False):
                left = tuple(
                    c for c in self._conditions if decide(head, False, "/", c.operator, c.value) is Truth.MAYBE
                )
                if not left:
                    token = self._number((self._kind, head))
                    _remember(self.settled, head, token)
                    return token
            _remember(self._open, head, None if left is None else _OpenHead(left))
        found = self._open[head]
        if found is None:
            return None
        # The other answers follow from the container.
        bits = found.ask(arn)
        token = found.tokens.get(bits, 0) or self._number((self._kind, head, "/", bits))
        found.tokens[bits] = token
        return token

    def _number(self, held: Hashable) -> int:
        return self._numbers.setdefault(held, len(self._numbers) + 1)


class _OpenHead:
    """A container that does not decide every condition alone: those left, and the numbers of their answers."""

    __slots__ = ("_tests", "tokens")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self._tests = [(_TESTS[c.operator], c.value) for c in conditions]
        self.tokens: dict[int, int] = {}

    def ask(self, arn: str) -> int:
        """Return the answers of an ARN, one bit for each condition."""
        bits = 0
        for test, value in self._tests:
            bits = 2 * bits + test(arn, value)
        return bits


# What ``Operator.holds`` says, without asking which operator it is each time.
_TESTS: dict[Operator, Callable[[str, str], bool]] = {
    Operator.EQUALS: str.__eq__,
    Operator.STARTS_WITH: str.startswith,
    Operator.ENDS_WITH: str.endswith,
}


def session_tokens(conditions: tuple[Condition, ...]) -> ArnTokens:
    """Return the numbers of ``userIdentity.arn``: a session's name follows the last slash."""
    return ArnTokens(None, conditions, lambda _, arn: principal_container(arn), lambda arn: arn.rpartition("/"), {})


class ResourceTokens(dict[str | None, ArnTokens]):
    """The numbers of the ARNs of ``resources[]``, by type: an object's key follows the first slash."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__()
        self._conditions = conditions
        self._numbers: dict[Hashable, int] = {}

    def __missing__(self, kind: str | None) -> ArnTokens:
        separates = (lambda arn: arn.partition("/")) if holds_objects(kind) else None
        tokens = ArnTokens(kind, self._conditions, resource_container, separates, self._numbers)
        if len(self) < CACHE_SIZE:
            self[kind] = tokens
        return tokens


def _remember(cache: dict[Any, Any], key: Hashable, value: object) -> None:
    if len(cache) >= CACHE_SIZE:
        cache.clear()
    cache[key] = value
