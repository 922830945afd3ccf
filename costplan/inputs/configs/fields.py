"""One mapping of a configuration, read by AWS's names however its source spells them.

``IncludeManagementEvents`` (API, CloudFormation), ``include_management_events`` (Terraform, scenarios) and
``includeManagementEvents`` (Pulumi) are one key.  Spelling is tolerated, content is not: a wrong type is a
problem, and ``UNKNOWN``, where infrastructure code will know a value only after it is applied, stays ``UNKNOWN``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from costplan.inputs.documents import At, Document, show_path
from costplan.inputs.shapes import describe, suggest
from costplan.model.problems import Problem
from costplan.model.unknown import UNKNOWN, Unknown

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Names = Mapping[str, tuple[str, ...]]
"""AWS's name of each key, and the further spellings it has somewhere."""


@cache
def spellings(name: str, *others: str) -> tuple[str, ...]:
    """Return the ways in which a key is spelled.

    >>> spellings("ReadWriteType")
    ('ReadWriteType', 'read_write_type', 'readWriteType')
    """
    return tuple(dict.fromkeys((name, _CAPITAL.sub("_", name).lower(), name[0].lower() + name[1:], *others)))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a hint with the closest of *words*, or else with all of them.

    >>> did_you_mean("eventname", ("eventName", "eventSource"))
    'did you mean "eventName"?'
    """
    words = tuple(words)
    suggestion = suggest(word, words)
    return f'did you mean "{suggestion}"?' if suggestion else f"use one of {', '.join(words)}"


def as_text(value: object) -> str | None:
    """Return a number, boolean or text as infrastructure code writes it into texts; ``None`` for anything else.

    >>> as_text(True), as_text(Decimal("0.50")), as_text([])
    ('true', '0.50', None)
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return None


class Fields:
    """A mapping, where it stands, and where its problems go."""

    __slots__ = ("_found", "at", "document", "mapping", "names", "problems")

    def __init__(
        self, document: Document, at: At, mapping: Mapping[str, Any], names: Names, problems: list[Problem]
    ) -> None:
        self.document = document
        self.at = at
        self.mapping = mapping
        self.names = names
        self.problems = problems
        self._found = {
            name: [key for key in spellings(name, *others) if key in mapping] for name, others in names.items()
        }
        for name, found in self._found.items():
            if len(found) > 1:
                for twice in found[1:]:
                    self.report((*at, twice), f'"{twice}" says the same as "{self.key(name)}"', "keep one of the two")

    def report(self, at: At, what: str, hint: str = "") -> None:
        """Collect a problem with the value at *at*."""
        where = show_path(at)
        self.problems.append(self.document.problem(at, f"{where}: {what}" if where else what, hint))

    def _spelled(self, name: str) -> list[str]:
        """Return the spellings in which *name* is there."""
        return [key for key in spellings(name, *self.names.get(name, ())) if key in self.mapping]

    def key(self, name: str) -> str | None:
        """Return the spelling in which *name* is there, even if its value is null."""
        found = self._found.get(name)
        if found is None:
            found = self._spelled(name)
        return found[0] if found else None

    def place(self, name: str) -> At:
        """Return where *name* stands, or the mapping that lacks it."""
        key = self.key(name)
        return self.at if key is None else (*self.at, key)

    def value(self, name: str) -> Any:
        """Return the value of *name* as it is; ``None`` where it is null or not there."""
        key = self.key(name)
        return None if key is None else self.mapping[key]

    def refuse_others(self) -> None:
        """Report every key that is none of the names."""
        known = {key for found in self._found.values() for key in found}
        for key in self.mapping:
            if key not in known:
                self.report((*self.at, key), f'unknown key "{key}"', did_you_mean(key, self._spelled_like(key)))

    def _spelled_like(self, key: str) -> Iterator[str]:
        """Yield each name as somebody who wrote *key* would spell it."""
        for name, others in self.names.items():
            lower_case = [other for other in others if other.islower()]
            yield name if key[:1].isupper() else (lower_case or [spellings(name)[1]])[0]

    def text(self, name: str) -> str | Unknown | None:
        """Return a text; anything else is a problem and reads as ``None``."""
        value = self.value(name)
        if value is None or value is UNKNOWN or isinstance(value, str):
            return value
        self.report(self.place(name), f"must be text, not {describe(value)}", "write it in quotation marks")
        return None

    def known_text(self, name: str) -> str | None:
        """Return a text; ``None`` where it is not there or not known yet."""
        value = self.text(name)
        return value if isinstance(value, str) else None

    def flag(self, name: str) -> bool | Unknown | None:
        """Return a boolean, also one written as the text ``true`` or ``false``; anything else is a problem."""
        value = self.value(name)
        if value is None or value is UNKNOWN or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.casefold() in ("true", "false"):
            return value.casefold() == "true"
        self.report(self.place(name), f"must be true or false, not {describe(value)}", "write true or false")
        return None

    def known_flag(self, name: str) -> bool | None:
        """Return a boolean; ``None`` where it is not there or not known yet."""
        value = self.flag(name)
        return value if isinstance(value, bool) else None

    def whole(self, name: str) -> int | None:
        """Return a whole number of at least 0, also one written as text; anything else is a problem."""
        value = self.value(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if value is None or value is UNKNOWN or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return None if value is UNKNOWN else value
        self.report(self.place(name), f"must be a whole number, not {describe(value)}", "write digits only")
        return None

    def items(self, name: str) -> Iterator[tuple[At, Mapping[str, Any]]]:
        """Yield the mappings of a list, each with its place; null and a missing list have none."""
        value = self.value(name)
        if value is None or value is UNKNOWN:
            return
        yield from self.mappings(self.place(name), value)

    def mappings(self, at: At, value: object) -> Iterator[tuple[At, Mapping[str, Any]]]:
        """Yield the mappings of the list *value*; anything else in it is a problem."""
        if not isinstance(value, list):
            self.report(at, f"must be a list, not {describe(value)}", "write it as a list, even of one")
            return
        for position, item in enumerate(value):
            if isinstance(item, dict):
                yield (*at, position), item
            else:
                self.report((*at, position), f"must be a mapping, not {describe(item)}", "write {key: value, …}")


def utc_text(value: object, *, naive_is_utc: bool = False) -> str | None:
    """Return a point in time as ISO 8601 in UTC, from text, a date or seconds since 1970; ``None`` for anything else.

    >>> utc_text("2024-05-01T10:00:00+02:00")
    '2024-05-01T08:00:00Z'
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value < 10**10:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(value))
    elif isinstance(value, str | date):
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return None
    else:
        return None
    if moment.tzinfo is None and not naive_is_utc:
        return None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC, microsecond=0)
    try:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None
