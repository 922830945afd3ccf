"""YAML text to plain data and lines, by the rules of YAML 1.2 that people expect.

Only ``true`` and ``false`` are booleans, ``1:30`` is text, a number that is not whole is the ``Decimal`` of its literal
text, and digits with a leading zero (an account id) are never a number.  Duplicate keys, keys that are not text, and
tags are refused.
A CloudFormation template is read by its own rules: the tags of intrinsic functions become their long form, keys are
text as they stand, and ``yes`` is a boolean.
Events are read, not composed nodes: the composer recurses in C and dies of deep nesting.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

from costplan.inputs.template_tags import BOOLEANS, function_argument, long_form, looks_like_template
from costplan.model.problems import BadInputError, Location, Problem

MAXIMUM_DEPTH = 100
MAXIMUM_REPEATED_NODES = 100_000
MAXIMUM_DIGITS = 40

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_NOT_A_NUMBER = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CORE = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Lines:
    """The line a value stands on (for a member of a mapping: its key), and those of its members."""

    line: int
    members: dict[str | int, "Lines"] = field(default_factory=dict)


def parse_yaml(path: str, text: str) -> tuple[Any, Lines]:
    """Return the plain data of one YAML document, and its lines.

    Raises:
        BadInputError: every fault that does not stop the reading, or the first that does.
    """
    builder = _Builder(path, is_template=looks_like_template(text))
    try:
        builder.read(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax_problem(path, error, text.rstrip().count("\n") + 1))
    except yaml.reader.ReaderError:
        # The error's own position counts bytes in one loader and characters in the other.
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else None
        builder.problems.append(Problem(Location(path, line), "holds a control character", "remove it"))
    if builder.problems:
        raise BadInputError(builder.problems)
    return builder.value, builder.lines


def exact_number(literal: str) -> int | Decimal | None:
    """Return the exact value of a number's text, ``None`` for one of absurdly many digits.

    >>> exact_number("1e-3")
    Decimal('0.001')
    """
    if len(literal) > MAXIMUM_DIGITS:
        return None
    if _INTEGER.match(literal):
        return int(literal)
    value = Decimal(literal)
    return value if -MAXIMUM_DIGITS <= value.adjusted() <= MAXIMUM_DIGITS else None


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    lines: Lines
    anchor: str | None
    size: int = 1
    key: str | None = None
    key_line: int = 0
    awaits_value: bool = False
    function: str | None = None


class _StopError(Exception):
    """Reading cannot go on."""


class _Builder:
    def __init__(self, path: str, *, is_template: bool) -> None:
        self.path = path
        self.is_template = is_template
        self.problems: list[Problem] = []
        self.value: Any = None
        self.lines = Lines(1)
        self._open: list[_Open] = []
        self._depth = 0
        self._anchors: dict[str, tuple[Any, Lines, int]] = {}
        self._repeated = 0
        self._documents = 0

    def read(self, events: Iterator[Any]) -> None:
        """Take every event of one document."""
        try:
            for event in events:
                self._take(event)
        except _StopError:
            pass

    def _report(self, line: int, what: str, hint: str = "") -> None:
        self.problems.append(Problem(Location(self.path, line), what, hint))

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                function = self._function(event)
                if function is not None:
                    self._add_call(function, function_argument(function, event.value), Lines(line), 1, event.anchor)
                elif self.is_template and self._awaits_key() and event.tag is None:
                    self._add(event.value, Lines(line), 1, event.anchor)
                else:
                    self._add(self._scalar(event, line), Lines(line), 1, event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                function = self._function(event)
                if function is None:
                    self._check_tag(event, "map" if is_mapping else "seq", line)
                # The long form of a tag is one mapping more.
                self._depth += 1 if function is None else 2
                if self._depth > MAXIMUM_DEPTH:
                    self.problems.append(_too_deep(self.path, line))
                    raise _StopError
                self._open.append(_Open({} if is_mapping else [], Lines(line), event.anchor, function=function))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self._open.pop()
                self._depth -= 1 if done.function is None else 2
                if done.function is None:
                    self._add(done.value, done.lines, done.size, done.anchor)
                else:
                    self._add_call(done.function, done.value, done.lines, done.size, done.anchor)
            case yaml.AliasEvent():
                self._add_alias(event, line)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._report(line, "holds more than one YAML document", "keep one, or split the file at the ---")
                    raise _StopError
            case _:
                pass

    def _function(self, event: Any) -> str | None:
        return long_form(event.tag) if self.is_template else None

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._open[-1].awaits_value

    def _add_call(self, function: str, argument: Any, lines: Lines, size: int, anchor: str | None) -> None:
        """Add an intrinsic function in its long form; all of it stands where the short form does."""
        if isinstance(argument, list) and not lines.members:
            lines = Lines(lines.line, {index: Lines(lines.line) for index in range(len(argument))})
        self._add({function: argument}, Lines(lines.line, {function: lines}), size + 1, anchor)

    def _add_alias(self, event: Any, line: int) -> None:
        if event.anchor not in self._anchors:
            self._report(
                line,
                f"the alias *{event.anchor} has no anchor before it",
                f"write &{event.anchor} at the value it repeats",
            )
            raise _StopError
        value, lines, size = self._anchors[event.anchor]
        # A few lines of aliases to aliases stand for more data than any machine holds.
        self._repeated += size
        if self._repeated > MAXIMUM_REPEATED_NODES:
            self._report(line, "repeats too much through aliases", "write the values out")
            raise _StopError
        self._add(value, Lines(line, lines.members), size, None)

    def _add(self, value: Any, lines: Lines, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, lines, size)
        if not self._open:
            self.value, self.lines = value, lines
            return
        parent = self._open[-1]
        parent.size += size
        if isinstance(parent.value, list):
            parent.lines.members[len(parent.value)] = lines
            parent.value.append(value)
        elif not parent.awaits_value:
            parent.key, parent.key_line = self._key(parent, value, lines.line), lines.line
            parent.awaits_value = True
        else:
            parent.awaits_value = False
            if parent.key is not None:
                parent.value[parent.key] = value
                parent.lines.members[parent.key] = Lines(parent.key_line, lines.members)

    def _key(self, parent: _Open, key: object, line: int) -> str | None:
        if not isinstance(key, str):
            shown = key if isinstance(key, int | Decimal | date) else "this"
            shown = str(shown).lower() if isinstance(shown, bool) else shown
            self._report(line, f"the key {shown} is not text", "put it in quotes")
            return None
        if key == "<<":
            self._report(line, "merge keys (<<) are not read", "write the keys out")
            return None
        if key in parent.value:
            first = parent.lines.members[key].line
            self._report(line, f'duplicate key "{key}"', f"it stands on line {first} already: keep one")
            return None
        return key

    def _scalar(self, event: Any, line: int) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            if event.tag is None or event.tag in ("!", f"{_CORE}str"):
                return text
            self._check_tag(event, ["null", "bool", "int", "float", "timestamp"], line)
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if self.is_template and text in BOOLEANS:
            return BOOLEANS[text]
        if text[0] not in "+-.0123456789":
            return text
        if _DECIMAL.match(text):
            number = exact_number(text)
            if number is None:
                self._report(line, "a number of too many digits", "put it in quotes if it is text")
            return number
        if _NOT_A_NUMBER.match(text):
            self._report(line, f"{text} is not a number that can be counted with", "write a finite number")
            return None
        if _DATE.match(text) and not self.is_template:
            try:
                return date.fromisoformat(text)
            except ValueError:
                self._report(line, f"{text} is not a day of the calendar", "write year-month-day, or put it in quotes")
                return None
        return text

    def _check_tag(self, event: Any, allowed: str | list[str], line: int) -> None:
        names = [allowed] if isinstance(allowed, str) else allowed
        if event.tag is not None and event.tag != "!" and event.tag not in [_CORE + name for name in names]:
            shown = event.tag.replace(_CORE, "!!")
            self._report(line, f"the YAML tag {shown} is not read here", "write the value without it")


def _too_deep(path: str, line: int | None) -> Problem:
    return Problem(
        Location(path, line), f"is nested more than {MAXIMUM_DEPTH} deep", "this is not one of costplan's files"
    )


def _syntax_problem(path: str, error: yaml.MarkedYAMLError, last_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    # At the end of the text the scanner stands on a line that is not there.
    line = min(mark.line + 1, last_line) if mark else None
    if error.problem and "nesting depth" in error.problem:
        # Some releases of libyaml have a bound of their own, far above ours.
        return _too_deep(path, line)
    what = f"not valid YAML: {error.problem or error.context}"
    if error.context and error.context_mark and error.context_mark.line + 1 < (line or 0):
        what += f" ({error.context} that begins on line {error.context_mark.line + 1})"
    return Problem(Location(path, line), what, "check indentation, brackets and quotes there")
