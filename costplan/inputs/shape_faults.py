"""What is wrong with a value that does not have its declared shape: every fault, in the words of files."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from costplan.inputs.documents import At, Document, show_path
from costplan.model.problems import Problem


def find_faults(document: Document, at: At, value: Any, shape: Any) -> list[Problem]:
    """Return how *value*, which stands at *at*, differs from *shape*."""
    problems: list[Problem] = []
    _Walk(document, problems).walk(at, value, _type_of(shape), None)
    return problems


def fits(value: Any, shape: Any) -> bool:
    """Whether *value* has *shape*."""
    try:
        convert(value, shape)
    except (msgspec.ValidationError, RecursionError):
        return False
    return True


def convert(value: Any, shape: Any) -> Any:
    """Return *value* as *shape*.

    Raises:
        msgspec.ValidationError: it differs.
    """
    # Decimal is named so that text and integers are not quietly taken for decimals.
    return msgspec.convert(value, shape, strict=True, builtin_types=(Decimal,))


@cache
def _type_of(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


class _Walk:
    """One reading of a value beside its declaration, which finds everything that differs."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self._document = document
        self._problems = problems

    def walk(self, at: At, value: Any, type_: inspect.Type, description: str | None) -> None:
        """Report how *value* differs from *type_*."""
        match type_:
            case inspect.Metadata():
                described = (type_.extra_json_schema or {}).get("description", description)
                self.walk(at, value, type_.type, described)
            case inspect.UnionType():
                self._walk_union(at, value, type_, description)
            case inspect.StructType() if isinstance(value, dict):
                # One bad row among a hundred thousand good ones should not take the slow way through all of them.
                if not fits(value, type_.cls):
                    self._walk_struct(at, value, type_)
            case inspect.DictType() if isinstance(value, dict):
                for key, member in value.items():
                    self._walk_key(at, key, type_.key_type)
                    self.walk((*at, key), member, type_.value_type, None)
            case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() if isinstance(value, list):
                for position, element in enumerate(value):
                    self.walk((*at, position), element, type_.item_type, None)
                if type_.min_length is not None and len(value) < type_.min_length:
                    what = "is empty" if not value else f"has fewer than {type_.min_length} elements"
                    self._report(at, what, f"add {_expected(type_.item_type, None)}")
            case _:
                self._walk_scalar(at, value, type_, description)

    def _walk_struct(self, at: At, value: dict[str, Any], type_: inspect.StructType) -> None:
        fields = {field.encode_name: field for field in type_.fields}
        meant = set()
        for key, member in value.items():
            if key in fields:
                self.walk((*at, key), member, fields[key].type, None)
                continue
            suggestion = suggest(key, [name for name in fields if name not in value])
            meant.add(suggestion)
            where = f" in {show_path(at)}" if at else ""
            hint = f'did you mean "{suggestion}"?' if suggestion else _one_of(fields)
            self._problems.append(self._document.problem((*at, key), f'unknown key "{_shorten(key)}"{where}', hint))
        for name, field in fields.items():
            if field.required and name not in value and name not in meant:
                self._report(at, f'the key "{name}" is missing', f"add {name}: {_expected(field.type, None)}")

    def _walk_key(self, at: At, key: str, type_: inspect.Type) -> None:
        mine = _Walk(self._document, [])
        mine.walk((*at, key), key, type_, None)
        if mine._problems:
            self._report((*at, key), f'the key "{_shorten(key)}" is not {_expected(type_, None)}', "correct the key")

    def _walk_union(self, at: At, value: Any, type_: inspect.UnionType, description: str | None) -> None:
        alternatives = [t for t in type_.types if _could_be(value, t)]
        if any(self._passes(at, value, t) for t in alternatives):
            return
        if len(alternatives) == 1:
            self.walk(at, value, alternatives[0], description)
            return
        self._mismatch(at, value, description or _expected(type_, None))

    def _passes(self, at: At, value: Any, type_: inspect.Type) -> bool:
        mine = _Walk(self._document, [])
        mine.walk(at, value, type_, None)
        return not mine._problems

    def _walk_scalar(self, at: At, value: Any, type_: inspect.Type, description: str | None) -> None:
        if not _is_right(value, type_):
            self._mismatch(at, value, description or _expected(type_, None), _literals(type_))

    def _mismatch(self, at: At, value: Any, expected: str, literals: tuple[str, ...] = ()) -> None:
        hint = ""
        if isinstance(value, str):
            suggestion = suggest(value, literals)
            hint = f'did you mean "{suggestion}"?' if suggestion else ""
            is_quoted_number = _NUMERIC.match(value) and expected.startswith(("a number", "a whole number"))
            if is_quoted_number or (value in ("true", "false") and expected == "true or false"):
                hint = "write it without quotes"
        elif "text" in expected or "quotes" in expected or literals:
            hint = "put it in quotes" if isinstance(value, bool | int | Decimal | date) else ""
        self._report(at, f"expected {expected}, found {describe(value)}", hint or "correct the value")

    def _report(self, at: At, what: str, hint: str) -> None:
        place = show_path(at)
        self._problems.append(self._document.problem(at, f"{place}: {what}" if place else what, hint))


_NUMERIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a misspelt one most likely means.

    >>> suggest("isMultiRegionTrail", ["is_multi_region", "is_organization"])
    'is_multi_region'
    """
    return _closest(word, tuple(known))


# The same key may be misspelt in a hundred thousand rows.
@lru_cache(maxsize=1000)
def _closest(word: str, known: tuple[str, ...]) -> str | None:
    plain = {_plain(name): name for name in known}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def describe(value: Any) -> str:
    """Return what a value is, in the words of a file.

    >>> describe([1])
    'a list'
    """
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{_shorten(value)}"'
        case int() | Decimal():
            return f"the number {value}"
        case date():
            return f"the date {value}"
        case list():
            return "a list"
        case _:
            return "a mapping"


def kind_of(value: Any) -> str:
    """Return what a value is without the value itself, which may be a secret in the wrong place."""
    match value:
        case str():
            return "text"
        case bool():
            return "true or false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return "nothing" if value is None else "a number"


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _shorten(text: str) -> str:
    shown = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _one_of(names: Iterable[str]) -> str:
    return "known keys: " + ", ".join(names)


def _kind_of_value(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | Decimal():
            return "number"
        case str():
            return "text"
        case date():
            return "date"
        case list():
            return "list"
        case _:
            return "mapping"


def _kind_of_type(type_: inspect.Type) -> str:
    match type_:
        case inspect.Metadata():
            return _kind_of_type(type_.type)
        case inspect.NoneType():
            return "null"
        case inspect.BoolType():
            return "bool"
        case inspect.IntType() | inspect.DecimalType() | inspect.FloatType():
            return "number"
        case inspect.LiteralType() if not isinstance(type_.values[0], str):
            return "number"
        case inspect.DateType():
            return "date"
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType():
            return "list"
        case inspect.StructType() | inspect.DictType():
            return "mapping"
        case _:
            return "text"


def _could_be(value: Any, type_: inspect.Type) -> bool:
    kind = _kind_of_type(type_)
    return kind == _kind_of_value(value) or (kind == "date" and isinstance(value, str))


def _literals(type_: inspect.Type) -> tuple[str, ...]:
    match type_:
        case inspect.LiteralType():
            return tuple(str(value) for value in type_.values)
        case inspect.EnumType():
            return tuple(str(member.value) for member in type_.cls)
        case _:
            return ()


def _is_right(value: Any, type_: inspect.Type) -> bool:
    match type_:
        case inspect.AnyType():
            return True
        case inspect.NoneType():
            return value is None
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return is_whole and (type_.ge is None or value >= type_.ge) and (type_.le is None or value <= type_.le)
        case inspect.DecimalType():
            return isinstance(value, Decimal)
        case inspect.StrType():
            if not isinstance(value, str) or len(value) < (type_.min_length or 0):
                return False
            return type_.pattern is None or re.search(type_.pattern, value) is not None
        case inspect.LiteralType():
            return value in type_.values and not isinstance(value, bool)
        case inspect.EnumType():
            return isinstance(value, str) and value in _literals(type_)
        case inspect.DateType():
            return isinstance(value, date) or (isinstance(value, str) and _is_day(value))
        case _:
            return False


def _is_day(text: str) -> bool:
    try:
        msgspec.convert(text, date)
    except msgspec.ValidationError:
        return False
    return True


def _expected(type_: inspect.Type, description: str | None) -> str:
    if isinstance(type_, inspect.Metadata):
        return _expected(type_.type, (type_.extra_json_schema or {}).get("description", description))
    if description:
        return description
    match type_:
        case inspect.UnionType():
            # That a key may also be null helps nobody who wrote something else.
            stated = [t for t in type_.types if not isinstance(t, inspect.NoneType)]
            words = dict.fromkeys(_expected(t, None) for t in stated)
            if "a number" in words:
                words.pop("a whole number", None)
            return " or ".join(words)
        case inspect.LiteralType() | inspect.EnumType():
            literals = _literals(type_)
            if _kind_of_type(type_) == "number":
                return " or ".join(literals)
            return f'"{literals[0]}"' if len(literals) == 1 else "one of " + ", ".join(literals)
        case inspect.IntType():
            bound = type_.ge
            return "a whole number" if bound is None else f"a whole number, {bound} or more"
        case inspect.StrType():
            return "text" if not type_.min_length else "some text"
        case inspect.NoneType():
            return "null"
        case _:
            return {
                "bool": "true or false",
                "number": "a number",
                "date": "a date (year-month-day)",
                "list": "a list",
                "mapping": "a mapping",
            }.get(_kind_of_type(type_), "text")
