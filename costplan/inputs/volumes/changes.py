"""What-if changes as people write them: ``bucket=lake:3``, ``lambda:etl=5M/month``, or a file with ``changes:``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Meta

from costplan.inputs.documents import At, Document, in_order, read_document
from costplan.inputs.shapes import AccountId, Name, Number, RegionCode, Shape, read_shape, suggest
from costplan.inputs.volumes.rates import RATE_WORDS, parse_rate
from costplan.inputs.volumes.shorthand import SHORT_TYPES, ShortRowError, expand_short_row, is_short, typed_resource
from costplan.inputs.volumes.typed import TYPED_KEYS, typed_row
from costplan.inputs.volumes.volumes_file import Place
from costplan.inputs.volumes.volumes_rows import RowReader
from costplan.inputs.volumes.volumes_shape import CATEGORIES, CategoryName, EventRow
from costplan.model.events import EventKey
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.volumes import VolumeRow

_FACTOR = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?\Z")
FACTOR_WORDS = "a factor such as 3 or 1.5"
_READ_WRITE: Mapping[str, bool] = {"reads": True, "writes": False}
_FROM_NAME = {short.name_key: short for short in SHORT_TYPES.values()}
WORDS = ("account", "region", "category", "type", *_FROM_NAME, "container", "source", "event", "principal")
"""What a choice may ask, each as WORD=VALUE; ``reads`` and ``writes`` stand by themselves."""


class Chosen(NamedTuple):
    """A choice of rows as it was written: words and values.  *only* is reads, writes, or nothing."""

    values: Mapping[str, str]
    only: str | None = None


class Scaled(NamedTuple):
    """So many times as many events of what is chosen."""

    chosen: Chosen
    factor: Decimal
    words: str
    where: Location


class Added(NamedTuple):
    """Rows that are to be there besides."""

    rows: tuple[VolumeRow, ...]
    words: str
    where: Location


class ChangeEntry(Shape, frozen=True, kw_only=True):
    """A change: *times* of what the other keys choose, or a row to *add*, written as in a volumes file."""

    times: Annotated[Number, Meta(description=FACTOR_WORDS)] | None = None
    account: AccountId | None = None
    region: RegionCode | None = None
    category: CategoryName | None = None
    type: Name | None = None
    bucket: Name | None = None
    function: Name | None = None
    table: Name | None = None
    topic: Name | None = None
    queue: Name | None = None
    container: Name | None = None
    source: Name | None = None
    event: Name | None = None
    principal: Name | None = None
    only: Name | None = None
    add: EventRow | None = None


class ChangesFile(Shape, frozen=True, kw_only=True):
    """What would be different, one change after the other.  account, region: of added rows that name none."""

    account: AccountId | None = None
    region: RegionCode | None = None
    changes: Annotated[tuple[ChangeEntry, ...], Meta(min_length=1)]


def parse_times(text: str) -> Scaled:
    """Return the change that ``WORD=VALUE,…:FACTOR`` states.

    Raises:
        BadInputError: every word that is not known, a factor that is none.
    """
    where = Location(f"--times {text}")
    choice, colon, factor = text.rpartition(":")
    problems: list[Problem] = []
    if not colon or not _FACTOR.match(factor.strip()):
        problems.append(Problem(where, "says no factor", "write WORD=VALUE:FACTOR, for example bucket=lake:3"))
        choice = choice if colon else text
    values: dict[str, str] = {}
    only: str | None = None
    for part in (piece.strip() for piece in choice.split(",")):
        word, equals, value = (piece.strip() for piece in part.partition("="))
        if part in _READ_WRITE and only is None:
            only = part
        elif word not in WORDS:
            problems.append(_unknown_word(where, word or part))
        elif not equals or not value or word in values:
            problems.append(Problem(where, f"{word} needs one value", f"write {word}=VALUE, once"))
        else:
            values[word] = value
    problems += _contradictions(where, values)
    if problems:
        raise BadInputError(problems)
    return Scaled(Chosen(values, only), Decimal(factor.strip()), f"{choice} × {factor.strip()}", where)


def parse_busy(text: str) -> Scaled:
    """Return the change that multiplies everything.

    Raises:
        BadInputError: *text* is no factor.
    """
    where = Location(f"--busy {text}")
    if not _FACTOR.match(text):
        raise BadInputError([Problem(where, "is no factor", f"write {FACTOR_WORDS}")])
    return Scaled(Chosen({}), Decimal(text), f"everything × {text}", where)


def parse_added(text: str, place: Place) -> Added:
    """Return the change that ``KEY=RATE`` or ``KEY:NAME=RATE`` states, with the keys of typed volumes.

    Raises:
        BadInputError: it is none, or nobody says where it happens.
    """
    where = Location(f"--add {text}")
    what, equals, rate = (piece.strip() for piece in text.rpartition("="))
    key, colon, name = what.partition(":")
    problems = []
    if not equals or (colon and not name):
        hint = "write KEY=RATE or KEY:NAME=RATE, for example lambda:etl=5M/month"
        problems.append(Problem(where, "is no event volume", hint))
    elif key not in TYPED_KEYS:
        suggestion = suggest(key, TYPED_KEYS)
        hint = f'did you mean "{suggestion}"?' if suggestion else "known keys: " + ", ".join(TYPED_KEYS)
        problems.append(Problem(where, f'unknown key "{key}"', hint))
    elif name and key.partition("-")[0] not in SHORT_TYPES:
        problems.append(Problem(where, f"{key} has no resources", f"write {key}={rate}"))
    else:
        try:
            parse_rate(rate)
        except ValueError:
            problems.append(Problem(where, f'"{rate}" is no rate', f"write {RATE_WORDS}"))
    problems += _no_place(where, place)
    if problems or place.account is None or place.region is None:
        raise BadInputError(problems)
    row = typed_row(key, parse_rate(rate), place.account, place.region, name=name or None)
    return Added((row,), f"added {what} {rate}", where)


def read_changes(path: str | Path, place: Place) -> tuple[Scaled | Added, ...]:
    """Return the changes in a file, in its order; added rows that name no place happen at *place*.

    Raises:
        BadInputError: every problem of the file.
    """
    document = read_document(path)
    problems: list[Problem] = []
    body = read_shape(document, (), document.value, ChangesFile, problems)
    found: list[Scaled | Added] = []
    if body is not None:
        place = Place(body.account or place.account, body.region or place.region)
        for position, entry in enumerate(body.changes):
            before = len(problems)
            change = _change(document, ("changes", position), entry, place, problems)
            found += [change] if change is not None and len(problems) == before else []
    if problems:
        raise BadInputError(in_order(problems))
    return tuple(found)


def _change(
    document: Document, at: At, entry: ChangeEntry, place: Place, problems: list[Problem]
) -> Scaled | Added | None:
    where = document.location(at)
    values = {word: str(value) for word in WORDS if (value := getattr(entry, word)) is not None}
    if entry.add is not None:
        if values or entry.only or entry.times is not None:
            problems.append(Problem(where, "add goes with nothing else", "make it a change of its own"))
        return _added(document, (*at, "add"), entry.add, place, problems)
    if entry.times is None or entry.times < 0:
        problems.append(Problem(where, "says no change", "add times:, such as times: 3, or add: with a row"))
        return None
    if entry.only is not None and entry.only not in _READ_WRITE:
        problems.append(document.problem((*at, "only"), f'only "{entry.only}"', "write reads or writes"))
    problems += _contradictions(where, values)
    chosen = [f"{word}={value}" for word, value in values.items()] + ([entry.only] if entry.only else [])
    factor = Decimal(entry.times)
    return Scaled(Chosen(values, entry.only), factor, f"{','.join(chosen) or 'everything'} × {factor:f}", where)


def _added(document: Document, at: At, entry: EventRow, place: Place, problems: list[Problem]) -> Added | None:
    where = document.location(at)
    place = Place(entry.account or place.account, entry.region or place.region)
    faults = _no_place(where, place)
    problems += faults
    if faults or place.account is None or place.region is None:
        return None

    def report(inner: At, what: str, hint: str) -> None:
        problems.append(document.problem(inner, what, hint))

    reader = RowReader((), (), report)
    key: EventKey = reader.key(at, entry, place.account, place.region)
    rows: Sequence[VolumeRow | None]
    if is_short(entry):
        try:
            rows = expand_short_row(entry, key)
        except ShortRowError as error:
            report((*at, error.key) if error.key else at, error.what, error.hint)
            return None
    else:
        row = reader.row(at, entry, key)
        rows = () if row is None else (replace(row, count=None, raw_bytes=None),)
    return Added(tuple(row for row in rows if row is not None), f"added {_name_of(key, rows)}", where)


def _name_of(key: EventKey, rows: Sequence[VolumeRow | None]) -> str:
    resources = next((row.key.resources for row in rows if row), key.resources)
    of = resources[0].container if isinstance(resources, tuple) and resources else None
    each = [f"{row.per_month.point.normalize():,f}" for row in rows if row]
    return f"{' + '.join(each)} {key.category.value} events a month" + (f" of {of}" if isinstance(of, str) else "")


def _no_place(where: Location, place: Place) -> list[Problem]:
    missing = [name for name, value in (("account", place.account), ("Region", place.region)) if value is None]
    hint = "give --account and --region, as the volumes have several"
    return [Problem(where, f"nobody says in which {' and '.join(missing)} it happens", hint)] if missing else []


def _unknown_word(where: Location, word: str) -> Problem:
    if word in _READ_WRITE:
        return Problem(where, "reads and writes stand there both", "leave both out: without them it is about all")
    known = (*WORDS, *_READ_WRITE)
    suggestion = suggest(word, known)
    hint = f'did you mean "{suggestion}"?' if suggestion else f"known: {', '.join(known)}"
    return Problem(where, f'unknown word "{word}"', hint)


def _contradictions(where: Location, values: Mapping[str, str]) -> list[Problem]:
    named = [word for word in (*_FROM_NAME, "container") if word in values]
    problems = []
    if len(named) > 1:
        problems.append(Problem(where, f"{named[0]} and {named[1]} name two things", "make two changes of it"))
    if "container" in values and not values["container"].startswith("arn:"):
        problems.append(Problem(where, "container is not an ARN", "write the whole ARN, or bucket=NAME and the like"))
    if "category" in values and values["category"] not in CATEGORIES:
        problems.append(Problem(where, f'no category "{values["category"]}"', f"choose from {', '.join(CATEGORIES)}"))
    return problems


def container_of(chosen: Chosen) -> tuple[str | None, str | None]:
    """Return resource type and container that a choice names: a whole ARN, or the end of one.

    >>> container_of(Chosen({"function": "etl"}))
    ('AWS::Lambda::Function', ':function:etl')
    """
    values = chosen.values
    named = next((word for word in _FROM_NAME if word in values), None)
    of_type = values.get("type")
    if of_type is not None and of_type in SHORT_TYPES:
        of_type = SHORT_TYPES[of_type].resource_type
    if named is None:
        return of_type, values.get("container")
    short, name = _FROM_NAME[named], values[named]
    # A bucket's ARN is like no other; its events may name the bucket beside the object.
    of_type = of_type or (None if named == "bucket" else short.resource_type)
    if name.startswith("arn:"):
        return of_type, name
    whole = typed_resource(short, name, "", "").container
    assert isinstance(whole, str)
    # arn:aws:lambda:::function:etl, without Region and account: what stands behind them.
    end = whole.split(":", 5)[5]
    return of_type, f":::{end}" if named == "bucket" else f":{end}"


def read_only_of(chosen: Chosen) -> bool | None:
    """Return whether a choice asks for reads (true) or writes (false)."""
    return None if chosen.only is None else _READ_WRITE[chosen.only]
