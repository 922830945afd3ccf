"""What a template's values become: plain data, and in it what is not known, by the name people look for.

Texts are put together here and nowhere else, so that no part of a dynamic reference is ever taken for known text.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final

from costplan.inputs.configs.declared import PartlyKnown, Unresolved
from costplan.inputs.configs.fields import as_text

MAXIMUM_TEXT = 100_000
"""The most characters of one text; a template that is given as text may have 51,200 in all."""

LONGEST_NAME = 100

_DYNAMIC_START = "{{resolve:"
_DYNAMIC_END = "}}"
_DYNAMIC_MARK = re.compile(r"\{\{resolve:|\}\}")


class Removed(Enum):
    """``AWS::NoValue``: the property or list element is not there."""

    REMOVED = "AWS::NoValue"


REMOVED: Final = Removed.REMOVED


class MalformedError(Exception):
    """A function is not written as CloudFormation takes it; the text says what is wrong, *hint* what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


def join_parts(values: Iterable[Any]) -> str | Unresolved | PartlyKnown:
    """Return one text of many values; what is not known stays between the known parts, in its place.

    Adjacent texts become one, ``AWS::NoValue`` and null are nothing.  A text of one unknown alone is that unknown.

    >>> join_parts(["logs-", 7, Unresolved("AWS::Region")])
    PartlyKnown(parts=('logs-7', Unresolved(what='AWS::Region', resource=None, attribute=None)))

    Raises:
        MalformedError: a list or mapping is among the values, or the text becomes too long.
    """
    # Merged twice: a reference may be put together of texts, and leaves texts beside it.
    parts = _merged(_without_dynamic_references(_merged(_flat(values))))
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else PartlyKnown(tuple(parts))


def _flat(values: Iterable[Any]) -> Iterator[str | Unresolved]:
    size = 0
    for value in values:
        if value is REMOVED or value is None:
            continue
        if isinstance(value, Unresolved):
            parts: tuple[str | Unresolved, ...] = (value,)
        elif isinstance(value, PartlyKnown):
            parts = value.parts
        else:
            text = as_text(value)
            if text is None:
                raise MalformedError("puts a list or mapping into a text", "use Fn::Join to make one text of a list")
            parts = (text,)
        size += sum(len(part) if isinstance(part, str) else 1 for part in parts)
        # A few lines of texts made of texts stand for more than any machine holds.
        if size > MAXIMUM_TEXT:
            raise MalformedError(f"makes a text of more than {MAXIMUM_TEXT} characters", "this is no name or ARN")
        yield from parts


def _merged(parts: Iterable[str | Unresolved]) -> list[str | Unresolved]:
    merged: list[str | Unresolved] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, str):
            run.append(part)
            continue
        if text := "".join(run):
            merged.append(text)
        run.clear()
        merged.append(part)
    if text := "".join(run):
        merged.append(text)
    return merged


def _without_dynamic_references(parts: list[str | Unresolved]) -> Iterator[str | Unresolved]:
    """Yield the parts with each ``{{resolve:…}}`` as one unknown, also one that has unknown parts itself."""
    name: list[str] | None = None
    opened = (0, 0)
    for index, part in enumerate(parts):
        if isinstance(part, Unresolved):
            if name is None:
                yield part
            else:
                name.append(_placeholder(part))
            continue
        done = 0
        for mark in _DYNAMIC_MARK.finditer(part):
            if name is None and mark[0] == _DYNAMIC_START:
                yield part[done : mark.start()]
                name, opened, done = [], (index, mark.start()), mark.end()
            elif name is not None and mark[0] == _DYNAMIC_END:
                name.append(part[done : mark.start()])
                yield Unresolved(shorten(f"{_DYNAMIC_START}{''.join(name)}{_DYNAMIC_END}"))
                name, done = None, mark.end()
        if name is None:
            yield part[done:]
        else:
            name.append(part[done:])
    if name is not None:
        # Never closed, so CloudFormation leaves it as it is; its unknown parts stay unknown.
        index, start = opened
        first = parts[index]
        assert isinstance(first, str)
        yield first[start:]
        yield from parts[index + 1 :]


def _placeholder(unknown: Unresolved) -> str:
    return "${" + unknown.what.removeprefix("parameter ") + "}"


def name_of(value: object) -> str:
    """Return a text that may be partly known as people would write it, to name something by it.

    >>> name_of(PartlyKnown((Unresolved("parameter Parent"), "-BucketName")))
    '${Parent}-BucketName'
    """
    if isinstance(value, Unresolved):
        return shorten(_placeholder(value))
    if isinstance(value, PartlyKnown):
        return shorten("".join(part if isinstance(part, str) else _placeholder(part) for part in value.parts))
    return shorten(as_text(value) or "?")


def imported(name: object) -> str:
    """Return what an import of another stack's export is called.

    >>> imported("Logs-Bucket")
    'import Logs-Bucket'
    """
    return f"import {name_of(name)}"


def shorten(name: str) -> str:
    """Return *name* as one line that fits into a message."""
    name = re.sub(r"\s+", " ", name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def first_unknown(value: object) -> Unresolved | None:
    """Return the first unknown in a value, ``None`` where everything is known."""
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        match item:
            case Unresolved():
                return item
            case PartlyKnown():
                waiting.extend(reversed(item.parts))
            case list():
                waiting.extend(reversed(item))
            case dict():
                waiting.extend(reversed(item.values()))
            case _:
                pass
    return None


def stand_in(value: object) -> Unresolved:
    """Return what a function gives whose argument is not known: named after the argument, but not joined with it."""
    unknown = first_unknown(value)
    return Unresolved("value" if unknown is None else unknown.what)


def may_vanish(value: object) -> bool:
    """Whether a list element may turn out to be ``AWS::NoValue``, so that those behind it move up."""
    return isinstance(value, Unresolved) and value.what.startswith("condition ")
