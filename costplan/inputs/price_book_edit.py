"""Change a price book as text: new rows, new dates; every other line stays as it was, comments included.

Only books laid out as the shipped ones can be changed so; of any other, nothing is.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from costplan.inputs.documents import Document, parse_document
from costplan.inputs.price_book import parse_price_book
from costplan.model.prices import Price, PriceBook
from costplan.model.problems import BadInputError, Location, Problem

_CONFIRMED = re.compile(r"confirmed: \d{4}-\d{2}-\d{2}")
# After which line of an entry its date of confirmation stands: the last of these that it has.
_BEFORE_CONFIRMED = ("    confidence:", "    source:", "    published:")
# Sentences about when and where a price was seen: they are not true of another price.
_OF_EVIDENCE = ("Agrees with", "Known in", "Re-read", "Seen", "Still quoted", "Taken from", "The first tier was seen")
_PLAIN = re.compile(r"[A-Za-z0-9][^:#\"'{}\[\]]*\Z")
_UNIT_OF_MONEY = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class BookEdit:
    """What is to change in one book.

    confirmed: meters whose last price was seen again, and when.
    added: prices that begin a new row, after what there is of their meter.
    """

    confirmed: Mapping[str, date]
    added: Sequence[Price]


def edit_book(path: str, text: str, edit: BookEdit) -> str:
    """Return the text of a price book after an edit; a date of confirmation never moves back.

    path: where the text stands, for problems.

    Raises:
        BadInputError: the text is no price book, or is laid out in another way than the shipped ones.
    """
    document = parse_document(path, text)
    book = parse_price_book(document)
    lines = text.splitlines(keepends=True)
    lasts = _last_entries(document, book)
    dates = {meter: day for meter, day in edit.confirmed.items() if day > (book.prices[meter].confirmed or date.min)}
    common = _common_date(document, dates)
    changes: list[tuple[int, int, list[str]]] = []
    for meter, day in dates.items():
        changes += _confirm(document, lines, lasts[meter], day, is_in_head=common is not None)
    if common is not None:
        changes += _confirm_head(document, lines, common)
    for price in edit.added:
        at = lasts.get(price.meter, len(document.value["prices"]) - 1)
        end = _end_of(document, lines, at)
        changes.append((end, end, _rows(price, book)))
        changes += _unlist(document, lines, price.meter)
    for begin, end, new in sorted(changes, key=lambda change: (change[0], change[1]), reverse=True):
        lines[begin:end] = new
    result = "".join(lines)
    _check(path, book, result, edit)
    return result


def write_books(texts: Mapping[Path, str]) -> None:
    """Write price books, each whole or not at all; folders that are missing are made.

    Raises:
        BadInputError: one cannot be written; those before it are.
    """
    for path, text in texts.items():
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8", newline="")
            if path.exists():
                part.chmod(path.stat().st_mode & 0o7777)
            part.replace(path)
        except OSError as error:
            what = f"cannot be written: {error.strerror or type(error).__name__}"
            hint = "write to a folder of your own with --to DIR, and use it with --pricing DIR"
            raise BadInputError([Problem(Location(str(path)), what, hint)]) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _last_entries(document: Document, book: PriceBook) -> dict[str, int]:
    """Return the position of the entry of each meter's last price."""
    found: dict[str, int] = {}
    for position, entry in enumerate(document.value["prices"]):
        last = book.prices[entry["meter"]]
        if entry.get("effective_from") == last.effective_from:
            found[entry["meter"]] = position
    return found


def _common_date(document: Document, dates: Mapping[str, date]) -> date | None:
    """Return the date that the head of the book can say for all entries that say none."""
    silent = {entry["meter"] for entry in document.value["prices"] if "confirmed" not in entry}
    several = len(document.value["prices"]) != len({entry["meter"] for entry in document.value["prices"]})
    days = {dates.get(meter) for meter in silent}
    # An earlier price of a meter was not seen again, though its last one was.
    return next(iter(days)) if len(days) == 1 and not several else None


def _start(document: Document, position: int) -> int:
    return (document.line(("prices", position)) or 1) - 1


def _end_of(document: Document, lines: Sequence[str], position: int) -> int:
    """Return the index of the first line after an entry."""
    begin = _start(document, position) + 1
    return next((at for at in range(begin, len(lines)) if not lines[at].startswith("    ")), len(lines))


def _confirm(
    document: Document, lines: Sequence[str], position: int, day: date, *, is_in_head: bool
) -> list[tuple[int, int, list[str]]]:
    """Return the change of lines that dates the confirmation of an entry; none where the head of the book says it."""
    begin, end = _start(document, position), _end_of(document, lines, position)
    for at in range(begin, end):
        if lines[at].startswith("    confirmed:"):
            return [(at, at + 1, [_CONFIRMED.sub(f"confirmed: {day}", lines[at])])]
    if is_in_head:
        return []
    before = max((at for at in range(begin, end) if lines[at].startswith(_BEFORE_CONFIRMED)), default=end - 1)
    return [(before + 1, before + 1, [f"    confirmed: {day}\n"])]


def _confirm_head(document: Document, lines: Sequence[str], day: date) -> list[tuple[int, int, list[str]]]:
    at = next((at for at, line in enumerate(lines) if line.startswith("confirmed:")), None)
    if at is not None:
        return [(at, at + 1, [_CONFIRMED.sub(f"confirmed: {day}", lines[at])])]
    before = (document.line(("source",)) or 1) - 1
    return [(before, before, [f"confirmed: {day}\n"])]


def _unlist(document: Document, lines: Sequence[str], meter: str) -> list[tuple[int, int, list[str]]]:
    """Return the change of lines that takes a meter out of those that the list lacks."""
    unlisted = document.value.get("unlisted") or ()
    position = next((at for at, entry in enumerate(unlisted) if entry["meter"] == meter), None)
    if position is None:
        return []
    at = (document.line(("unlisted", position)) or 1) - 1
    changes = [(at, at + 1, list[str]())]
    if len(unlisted) == 1:
        key = next(at for at, line in enumerate(lines) if line.startswith("unlisted:"))
        changes.append((key, key + 1, []))
    return changes


def _rows(price: Price, book: PriceBook) -> list[str]:
    """Return the entry of a price as the shipped books write it."""
    lines = [
        f"  - meter: {price.meter}",
        f"    usage_type: {price.usage_type or 'null'}",
        f"    unit: {price.unit}",
        f"    per: {price.per:f}",
        f"    effective_from: {price.effective_from or 'null'}",
        f"    tiers: [{', '.join(_tier(tier.price, tier.up_to) for tier in price.tiers)}]",
        f"    confidence: {price.confidence.value}",
    ]
    if price.source != book.source:
        lines.append(f"    source: {_scalar(price.source)}")
    lines += [f"    published: {price.published}", f"    confirmed: {price.confirmed}"]
    note = _lasting(price.note)
    lines += [f"    note: {_scalar(note)}"] if note else []
    if price.contradicted:
        lines.append("    contradicted:")
    for other in price.contradicted:
        lines += [f"      - by: {_scalar(other.by)}", f"        says: {_scalar(other.says)}"]
    return [f"{line}\n" for line in lines]


def _tier(price: Decimal, up_to: Decimal | None) -> str:
    exponent = price.as_tuple().exponent
    shown = price if isinstance(exponent, int) and exponent < -2 else price.quantize(_UNIT_OF_MONEY)
    bound = "" if up_to is None else f"up_to: {up_to:f}, "
    return f"{{{bound}price: {shown:f}}}"


def _scalar(text: str) -> str:
    """Return text as YAML takes it for text; JSON's quotes are YAML's."""
    return text if _PLAIN.match(text) and text == text.strip() else json.dumps(text, ensure_ascii=False)


def _lasting(note: str) -> str:
    """Return the sentences of a note that say what is charged, not when the price was seen."""
    sentences: Iterable[str] = re.split(r"(?<=\.) ", note) if note else ()
    return " ".join(sentence for sentence in sentences if not sentence.startswith(_OF_EVIDENCE))


def _check(path: str, before: PriceBook, text: str, edit: BookEdit) -> None:
    """Raise unless the text holds exactly what it should: the edit goes by lines, and lines can be laid out at will."""
    expected = {meter: before.history(meter) for meter in before.prices}
    for price in edit.added:
        expected[price.meter] = (*expected.get(price.meter, ()), price)
    try:
        after = parse_price_book(parse_document(path, text))
    except BadInputError as error:
        raise _unusual(path, error.problems[0].what) from None
    found = {meter: after.history(meter) for meter in after.prices}
    tiers = {meter: [(p.tiers, p.per, p.effective_from) for p in history] for meter, history in found.items()}
    if tiers != {meter: [(p.tiers, p.per, p.effective_from) for p in some] for meter, some in expected.items()}:
        raise _unusual(path, "a price would not be the one that was shown")
    added = {price.meter for price in edit.added}
    for meter, price in before.prices.items():
        due = max(edit.confirmed.get(meter, date.min), price.confirmed or date.min)
        if meter not in added and (found[meter][-1].confirmed or date.min) != due:
            raise _unusual(path, f"{meter} would not be confirmed on {due}")


def _unusual(path: str, because: str) -> BadInputError:
    what = f"is laid out in another way than the shipped price books, and cannot be changed: {because}"
    return BadInputError(
        [Problem(Location(path), what, "change it by hand; costplan prices verify shows what differs")]
    )
