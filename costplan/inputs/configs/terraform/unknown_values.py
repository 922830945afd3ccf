"""The values of a plan, joined with the marks of what only applying makes.

``after_unknown`` has the shape of ``after``, with ``true`` in the place of each unknown value; the two correspond
element by element, also where a list stands for a set.
"""

from typing import Any

MAXIMUM_NESTING = 100
"""Of values in values, which is what Python's own stack bears; Terraform's schemas nest less than ten deep."""


class NotKnown:
    """Stands for a value that only applying makes, until it has a name."""

    def __repr__(self) -> str:
        return "NOT_KNOWN"


NOT_KNOWN = NotKnown()


class TooDeepError(Exception):
    """Values are nested more than ``MAXIMUM_NESTING`` deep."""


def merge_unknown(value: Any, unknown: Any, depth: int = 0) -> Any:
    """Return *value* with ``NOT_KNOWN`` where *unknown* is true.

    >>> merge_unknown({"name": "a", "ids": ["x", None]}, {"arn": True, "ids": [False, True]})
    {'name': 'a', 'ids': ['x', NOT_KNOWN], 'arn': NOT_KNOWN}

    Raises:
        TooDeepError: they are nested too deep.
    """
    if depth > MAXIMUM_NESTING:
        raise TooDeepError
    if unknown is True:
        return NOT_KNOWN
    if not unknown:
        _check_nesting(value, depth)
        return value
    if isinstance(unknown, dict) and (value is None or isinstance(value, dict)):
        known: dict[str, Any] = value or {}
        merged = {key: merge_unknown(item, unknown.get(key), depth + 1) for key, item in known.items()}
        return merged | {
            key: merge_unknown(None, mark, depth + 1)
            for key, mark in unknown.items()
            if key not in known and has_mark(mark)
        }
    if isinstance(unknown, list) and (value is None or isinstance(value, list)):
        items: list[Any] = value or []
        count = max(len(items), len(unknown))
        return [
            merge_unknown(
                items[index] if index < len(items) else None,
                unknown[index] if index < len(unknown) else None,
                depth + 1,
            )
            for index in range(count)
        ]
    _check_nesting(value, depth)
    return value


def _check_nesting(value: Any, depth: int) -> None:
    level = [value]
    while level:
        if depth > MAXIMUM_NESTING:
            raise TooDeepError
        depth += 1
        level = [
            item
            for one in level
            if isinstance(one, (dict, list))
            for item in (one.values() if isinstance(one, dict) else one)
        ]


def has_mark(unknown: Any) -> bool:
    """Whether any part of ``after_unknown`` is marked."""
    return _holds(unknown, True)


def has_unknown(value: Any) -> bool:
    """Whether any part of joined values is ``NOT_KNOWN``."""
    return _holds(value, NOT_KNOWN)


def _holds(value: Any, what: object) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if item is what:
            return True
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False
