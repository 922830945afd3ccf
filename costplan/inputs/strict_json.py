"""JSON text to plain data, strictly; positions are looked for only when a problem has to be placed."""

import json
import re
from bisect import bisect_right
from decimal import Decimal
from typing import Any

from costplan.inputs.strict_yaml import MAXIMUM_DEPTH, exact_number
from costplan.model.problems import BadInputError, Location, Problem

# Possessive, and to the end where the closing quote is missing: without that, damaged text takes quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
# Only positions are asked of it: a float is made of any digits, also of more than Python makes an integer of.
_DECODER = json.JSONDecoder(parse_int=float)


class NotJsonError(BadInputError):
    """Text that is not JSON at all."""


class JsonText:
    """JSON text that can say on which line a value stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newlines: list[int] | None = None
        # The members of containers that were walked through: thousands of problems may lie in one list.
        self._members: dict[tuple[str | int, ...], dict[str | int, tuple[int, int]]] = {}

    def line(self, at: tuple[str | int, ...]) -> int:
        """Return the line of a member's key or of a list's element; of the deepest holder where there is none."""
        if not self._line_ends():
            # Terraform and the AWS CLI write all of a file on one line, however long it is.
            return 1
        position = start = _skip_space(self._text, 0)
        for depth, step in enumerate(at):
            try:
                member = self._members_of(at[:depth], start).get(step)
            except RecursionError:
                # It was decoded with a little more room than there is here: the holder's line must do.
                break
            if member is None:
                break
            position, start = member
        return self.line_at(position)

    def line_at(self, position: int) -> int:
        """Return the line of a position in the text."""
        return bisect_right(self._line_ends(), position - 1) + 1

    def _line_ends(self) -> list[int]:
        if self._newlines is None:
            self._newlines = [match.start() for match in re.finditer("\n", self._text)]
        return self._newlines

    def _members_of(self, at: tuple[str | int, ...], start: int) -> dict[str | int, tuple[int, int]]:
        """Return the members of the container that begins at *start*: where each begins, and where its value does."""
        if at not in self._members:
            self._members[at] = _members(self._text, start)
        return self._members[at]


def parse_json(path: str, text: str) -> tuple[Any, JsonText]:
    """Return the plain data of JSON text, and its lines.

    Raises:
        NotJsonError: the text is not JSON.
        BadInputError: it is, with duplicate keys, numbers that are not finite, or half characters.
    """
    doubts: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            doubts.append("duplicate")
        return value

    def number(literal: str) -> int | Decimal | None:
        value = exact_number(literal)
        if value is None:
            doubts.append("number")
        return value

    decoder = json.JSONDecoder(
        object_pairs_hook=mapping, parse_float=number, parse_constant=lambda name: doubts.append(name)
    )
    lines = JsonText(text)
    try:
        value = decoder.decode(text)
    except json.JSONDecodeError as error:
        what, hint = f"not valid JSON: {error.msg[0].lower()}{error.msg[1:]}", "check commas, quotes and brackets there"
        if error.pos >= len(text.rstrip()):
            what, hint = "not valid JSON: it ends too early", "the file may be cut off"
        raise NotJsonError([Problem(Location(path, error.lineno), what, hint)]) from None
    except RecursionError:
        raise NotJsonError([_too_deep(path)]) from None
    except ValueError:
        # Python refuses to convert thousands of digits.
        raise BadInputError(_faults(path, text, lines)) from None
    if doubts or _has_half_character(text, value):
        raise BadInputError(_faults(path, text, lines))
    return value, lines


def _too_deep(path: str) -> Problem:
    return Problem(Location(path), f"is nested more than {MAXIMUM_DEPTH} deep", "this is not one of costplan's files")


def _has_half_character(text: str, value: Any) -> bool:
    """Whether a string holds half of a surrogate pair, which cannot be printed."""
    if not _SURROGATE.search(text):
        return False
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return True
    return False


def _faults(path: str, text: str, lines: JsonText) -> list[Problem]:
    """Return every fault of text that is JSON but not strict."""
    problems = []
    seen: list[dict[str, int] | None] = []
    is_key = False

    def report(position: int, what: str, hint: str) -> None:
        problems.append(Problem(Location(path, lines.line_at(position)), what, hint))

    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "{[":
            seen.append({} if word == "{" else None)
            is_key = word == "{"
        elif word in "}]":
            # Digits that Python refuses come before faults of syntax: there may be more closed than opened.
            if seen:
                seen.pop()
            is_key = False
        elif word == ",":
            is_key = bool(seen) and seen[-1] is not None
        elif word == ":":
            is_key = False
        elif word[0] == '"':
            try:
                key = json.loads(word, strict=False)
            except ValueError:
                continue
            if not key.isascii() and any("\ud800" <= character <= "\udfff" for character in key):
                report(token.start(), "text with half of a surrogate pair", "write the character itself")
            keys = seen[-1] if seen else None
            if is_key and keys is not None:
                if key in keys:
                    report(token.start(), f'duplicate key "{key}"', f"it stands on line {keys[key]} already: keep one")
                keys.setdefault(key, lines.line_at(token.start()))
        elif word in ("NaN", "Infinity", "-Infinity"):
            report(token.start(), f"{word} is not a number that can be counted with", "write a finite number")
        elif word[0] in "-0123456789" and exact_number(word) is None:
            report(token.start(), "a number of too many digits", "put it in quotes if it is text")
    return problems


def _members(text: str, start: int) -> dict[str | int, tuple[int, int]]:
    members: dict[str | int, tuple[int, int]] = {}
    opening = text[start]
    if opening not in "{[":
        return members
    position = _skip_space(text, start + 1)
    while text[position] not in "}]":
        begins = position
        name: str | int = len(members)
        if opening == "{":
            name, position = _DECODER.raw_decode(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)
        members[name] = (begins, position)
        _, position = _DECODER.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
    return members


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
