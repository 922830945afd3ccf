"""A price book: one strict file with the list prices of one service in one Region, each with its source and dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from costplan.inputs.documents import At, Document, in_order, read_document
from costplan.inputs.shapes import Name, Number, PositiveInt, RegionCode, Shape, read_shape
from costplan.model.numbers import ZERO
from costplan.model.prices import Confidence, Contradiction, Price, PriceBook, PriceTier
from costplan.model.problems import BadInputError, Problem


class TierEntry(Shape, frozen=True, kw_only=True):
    """The price up to an inclusive bound; the last tier has none."""

    price: Number
    up_to: Number | None = None


class ContradictionEntry(Shape, frozen=True, kw_only=True):
    """What another source says of the price, or of what it is charged for; it does not hold here."""

    by: Name
    says: Name


class PriceEntry(Shape, frozen=True, kw_only=True):
    """One meter's price from one day on; source and dates where they differ from the book's.

    A meter may have several entries.  Each holds until the next begins, or until *effective_until*, its first day no
    more; without *effective_from* it has held since ever.
    """

    meter: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", description="a meter in kebab-case")]
    usage_type: Name | None
    unit: Name
    per: PositiveInt
    effective_from: date | None = None
    effective_until: date | None = None
    tiers: Annotated[tuple[TierEntry, ...], Meta(min_length=1)]
    confidence: Confidence
    source: Name | None = None
    published: date | None = None
    confirmed: date | None = None
    note: str = ""
    contradicted: tuple[ContradictionEntry, ...] = ()


class UnlistedEntry(Shape, frozen=True, kw_only=True):
    """A meter that the Region's list is known to lack."""

    meter: Name
    reason: Name


class PriceBookFile(Shape, frozen=True, kw_only=True):
    """Every list price of one service in one Region."""

    service: Name
    region: RegionCode
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", description="a currency code such as USD")]
    published: date | None = None
    confirmed: date | None = None
    source: Name
    prices: Annotated[tuple[PriceEntry, ...], Meta(min_length=1)]
    unlisted: tuple[UnlistedEntry, ...] = ()


def read_price_book(path: str | Path) -> PriceBook:
    """Return the price book in a file.

    Raises:
        BadInputError: every problem of the file.
    """
    return parse_price_book(read_document(path))


def parse_price_book(document: Document) -> PriceBook:
    """Return the price book of a document.

    Raises:
        BadInputError: every problem of the document.
    """
    problems: list[Problem] = []
    shape = read_shape(document, (), document.value, PriceBookFile, problems)
    if shape is None:
        raise BadInputError(in_order(problems))
    found: dict[str, list[_Placed]] = {}
    for position, entry in enumerate(shape.prices):
        at = ("prices", position)
        check_per(document, at, entry.meter, entry.per, problems)
        check_tiers(document, at, entry.meter, entry.tiers, problems)
        found.setdefault(entry.meter, []).append((position, _price(entry, shape)))
    histories = {meter: _in_order_of_dates(document, placed, problems) for meter, placed in found.items()}
    unlisted = {entry.meter: entry.reason for entry in shape.unlisted}
    for position, entry_ in enumerate(shape.unlisted):
        if entry_.meter in histories:
            what = f"{entry_.meter} is both priced and unlisted"
            problems.append(document.problem(("unlisted", position), what, "keep one of the two"))
    if problems:
        raise BadInputError(in_order(problems))
    return PriceBook(
        service=shape.service,
        region=shape.region,
        currency=shape.currency,
        source=shape.source,
        prices={meter: history[-1] for meter, history in histories.items()},
        published=shape.published,
        confirmed=shape.confirmed,
        unlisted=unlisted,
        path=f"pricing/{shape.service}/{shape.region}.yaml",
        earlier={meter: history[:-1] for meter, history in histories.items() if len(history) > 1},
    )


_Placed = tuple[int, Price]
"""A price and the position of its entry in the file."""


def _price(entry: PriceEntry, book: PriceBookFile) -> Price:
    return Price(
        meter=entry.meter,
        usage_type=entry.usage_type,
        unit=entry.unit,
        per=Decimal(entry.per),
        tiers=tuple(tier_of(tier) for tier in entry.tiers),
        confidence=entry.confidence,
        source=entry.source or book.source,
        published=entry.published or book.published,
        confirmed=entry.confirmed or book.confirmed,
        effective_from=entry.effective_from,
        note=entry.note,
        effective_until=entry.effective_until,
        contradicted=tuple(Contradiction(other.by, other.says) for other in entry.contradicted),
    )


def _in_order_of_dates(document: Document, placed: Sequence[_Placed], problems: list[Problem]) -> tuple[Price, ...]:
    """Return the prices of one meter, the oldest first and each ended by the next, after reporting what overlaps."""
    for position, price in placed:
        if price.effective_from and price.effective_until and price.effective_until <= price.effective_from:
            what = f"{price.meter}: ends on {price.effective_until}, not after it begins on {price.effective_from}"
            at = ("prices", position, "effective_until")
            problems.append(document.problem(at, what, "effective_until is the first day it holds no more"))
    ordered = sorted(placed, key=lambda one: one[1].effective_from or date.min)
    for (_, price), (position, later) in pairwise(ordered):
        _check_succession(document, position, price, later, problems)
    prices = [price for _, price in ordered]
    ended = [replace(p, effective_until=later.effective_from) for p, later in pairwise(prices)]
    return (*ended, prices[-1])


def _check_succession(document: Document, position: int, price: Price, later: Price, problems: list[Problem]) -> None:
    """Report a price that does not begin where the one before it ends, or that counts another unit."""
    at: At = ("prices", position)
    end, start = price.effective_until, later.effective_from
    if start == price.effective_from:
        of_day = f" from {start}" if start else ""
        hint = "keep one entry, or say from when each of them holds (effective_from)"
        problems.append(document.problem((*at, "meter"), f"{price.meter} is priced twice{of_day}", hint))
    elif end is not None and end != start:
        fault = (
            f"has no price from {end} to {start}" if start and end < start else f"has two prices from {start} to {end}"
        )
        hint = "end each price where the next begins, or leave effective_until out"
        problems.append(document.problem((*at, "effective_from"), f"{price.meter} {fault}", hint))
    if later.unit != price.unit:
        what = f"{price.meter}: counted in {later.unit}, before in {price.unit}"
        problems.append(document.problem((*at, "unit"), what, "restate the prices of a meter in one unit"))


def check_per(document: Document, at: At, meter: str, per: int, problems: list[Problem]) -> None:
    """Report a price for a number of units that is no power of ten: a unit price would not be exact."""
    if str(per).strip("0") != "1":
        hint = "restate the price for 1, 10, 100…: other divisions are not exact"
        problems.append(document.problem((*at, "per"), f"{meter}: per {per} is no power of ten", hint))


def tier_of(tier: TierEntry) -> PriceTier:
    """Return a tier as it stands in a file."""
    return PriceTier(Decimal(tier.price), None if tier.up_to is None else Decimal(tier.up_to))


def check_tiers(document: Document, at: At, meter: str, tiers: Sequence[TierEntry], problems: list[Problem]) -> None:
    """Report every fault of one price's tiers: bounds ascend, the last tier and only the last is open."""
    below = ZERO
    last = len(tiers) - 1
    for position, tier in enumerate(tiers):
        place = (*at, "tiers", position)
        name = f"{meter}, tier {position + 1}"
        if tier.price < 0:
            problems.append(
                document.problem(place, f"{name}: the price {tier.price} is negative", "prices are 0 or more")
            )
        if tier.up_to is None:
            if position != last:
                problems.append(document.problem(place, f"{name}: has no up_to", "only the last tier is open"))
            continue
        if position == last:
            problems.append(document.problem(place, f"{name}: has up_to {tier.up_to}", "the last tier must be open"))
        if tier.up_to <= below:
            what = f"{name}: up_to {tier.up_to} is not above {below}"
            problems.append(document.problem(place, what, "order the tiers by their bounds"))
        below = Decimal(tier.up_to)
