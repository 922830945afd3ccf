"""What became of one field of an advanced event selector, in words."""

from costplan.model.containers import Operator
from costplan.model.selectors import FieldSelector, Value
from costplan.reports.selector_words import READ_WRITE_WORDS, listed

_Test = tuple[Operator, Value]


def field_change(before: FieldSelector | None, after: FieldSelector | None) -> str:
    """Return how what a field asks has changed (R21); ``None`` where a selector does not ask it.

    >>> field_change(FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::lake/",)), None)
    'resources.ARN no longer limited to arn:aws:s3:::lake/'
    >>> field_change(FieldSelector("readOnly", equals=("false",)), None)
    'reads and writes, was writes'
    """
    one = after or before
    if one is None:
        return ""
    if one.field == "readOnly":
        now, then = _read_write(after), _read_write(before)
        if now and then:
            return f"{now}, was {then}"
    parts = [*_selecting(before, after), *_deselecting(before, after)]
    return f"{one.field} {' and '.join(parts)}" if parts else f"{one.field} with its values in another order"


def _read_write(field: FieldSelector | None) -> str | None:
    if field is None:
        return "reads and writes"
    plain = field.equals if field.values == field.equals else ()
    return next((words for values, words in READ_WRITE_WORDS.items() if values == plain), None)


def _selecting(before: FieldSelector | None, after: FieldSelector | None) -> list[str]:
    had, has = before.selecting if before else (), after.selecting if after else ()
    if not (had and has):
        return [f"no longer limited to {_words(had)}"] if had else [f"now limited to {_words(has)}"] if has else []
    lost, gained = _without(had, has), _without(has, had)
    parts = [f"now admits {_words(gained)}"] if gained else []
    return parts + ([f"no longer admits {_words(lost)}"] if lost else [])


def _deselecting(before: FieldSelector | None, after: FieldSelector | None) -> list[str]:
    had, has = before.deselecting if before else (), after.deselecting if after else ()
    lost, gained = _without(had, has), _without(has, had)
    parts = [f"now excludes {_words(gained)}"] if gained else []
    return parts + ([f"no longer excludes {_words(lost)}"] if lost else [])


def _without(tests: tuple[_Test, ...], others: tuple[_Test, ...]) -> tuple[_Test, ...]:
    return tuple(test for test in tests if test not in others)


def _words(tests: tuple[_Test, ...]) -> str:
    return listed([_value(operator, value) for operator, value in tests], "or")


def _value(operator: Operator, value: Value) -> Value:
    """Return a value as it reads after "limited to"; one that ends at a boundary says itself that it is a beginning."""
    if not isinstance(value, str) or operator is Operator.EQUALS:
        return value
    if operator is Operator.ENDS_WITH:
        return f"what ends with {value}"
    return value if value.endswith("/") else f"what starts with {value}"
