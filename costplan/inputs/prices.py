"""Price books and the list of Regions: strict files with sources and dates, read only where they are needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from costplan.inputs.documents import At, Document, in_order, parse_document, read_document
from costplan.inputs.resources import data_directory
from costplan.inputs.shapes import Name, Number, PositiveInt, RegionCode, Shape, read_shape
from costplan.model.numbers import ZERO
from costplan.model.places import Region, is_region
from costplan.model.prices import Confidence, Price, PriceBook, PriceList, PriceTier
from costplan.model.problems import BadInputError, Problem


class TierEntry(Shape, frozen=True, kw_only=True):
    """The price up to an inclusive bound; the last tier has none."""

    price: Number
    up_to: Number | None = None


class PriceEntry(Shape, frozen=True, kw_only=True):
    """One meter; source and dates where they differ from the book's."""

    meter: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", description="a meter in kebab-case")]
    usage_type: Name | None
    unit: Name
    per: PositiveInt
    effective_from: date | None = None
    tiers: Annotated[tuple[TierEntry, ...], Meta(min_length=1)]
    confidence: Confidence
    source: Name | None = None
    published: date | None = None
    confirmed: date | None = None
    note: str = ""


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


class PartitionEntry(Shape, frozen=True, kw_only=True):
    """A partition: the Region that records its global service events."""

    leader: RegionCode


class RegionEntry(Shape, frozen=True, kw_only=True):
    """One Region; *prefix_seen* says whether a bill or a price list showed its usage prefix."""

    name: Name
    partition: Name
    opt_in: bool
    usage_prefix: Name | None = None
    prefix_seen: bool = False


class RegionsFile(Shape, frozen=True, kw_only=True):
    """The partitions and Regions of AWS."""

    partitions: dict[str, PartitionEntry]
    regions: dict[RegionCode, RegionEntry]


def load_price_list(regions: Iterable[str], services: Iterable[str], directory: Traversable | None = None) -> PriceList:
    """Return the price books of *services* in *regions*; a Region without a book is absent.

    directory: holds ``<service>/<region>.yaml``; ``None`` is the shipped one.

    Raises:
        BadInputError: every problem of the books read.
    """
    pricing = directory or data_directory("pricing")
    books: dict[tuple[str, str], PriceBook] = {}
    problems: list[Problem] = []
    wanted = sorted({region for region in regions if is_region(region)})
    for service in sorted({str(service) for service in services}):
        for region in wanted:
            file = pricing.joinpath(service, f"{region}.yaml")
            if not file.is_file():
                continue
            try:
                book = parse_price_book(parse_document(str(file), file.read_text(encoding="utf-8")))
            except BadInputError as error:
                problems.extend(error.problems)
                continue
            if (book.service, book.region) == (service, region):
                books[service, region] = book
            else:
                problems.append(_misplaced(file, book))
    if problems:
        raise BadInputError(in_order(problems))
    return PriceList(books, read_regions())


@cache
def read_regions() -> Mapping[str, Region]:
    """Return the shipped Regions, by code.

    Raises:
        BadInputError: every problem of ``regions.yaml``.
    """
    file = data_directory("pricing").joinpath("regions.yaml")
    return parse_regions(parse_document(str(file), file.read_text(encoding="utf-8")))


def parse_regions(document: Document) -> Mapping[str, Region]:
    """Return the Regions that a document lists, by code.

    Raises:
        BadInputError: every problem of the document.
    """
    problems: list[Problem] = []
    shape = read_shape(document, (), document.value, RegionsFile, problems)
    regions: dict[str, Region] = {}
    for code, entry in shape.regions.items() if shape else ():
        partition = shape.partitions.get(entry.partition) if shape else None
        if partition is None:
            at = ("regions", code, "partition")
            problems.append(document.problem(at, f"unknown partition {entry.partition}", "add it under partitions:"))
            continue
        regions[code] = Region(code, entry.name, entry.partition, entry.opt_in, entry.usage_prefix, partition.leader)
    if problems:
        raise BadInputError(in_order(problems))
    return regions


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
    prices: dict[str, Price] = {}
    for position, entry in enumerate(shape.prices):
        at = ("prices", position)
        if entry.meter in prices:
            problems.append(document.problem((*at, "meter"), f"{entry.meter} is priced twice", "keep one entry"))
        check_per(document, at, entry.meter, entry.per, problems)
        check_tiers(document, at, entry.meter, entry.tiers, problems)
        prices[entry.meter] = Price(
            meter=entry.meter,
            usage_type=entry.usage_type,
            unit=entry.unit,
            per=Decimal(entry.per),
            tiers=tuple(tier_of(tier) for tier in entry.tiers),
            confidence=entry.confidence,
            source=entry.source or shape.source,
            published=entry.published or shape.published,
            confirmed=entry.confirmed or shape.confirmed,
            effective_from=entry.effective_from,
            note=entry.note,
        )
    unlisted = {entry.meter: entry.reason for entry in shape.unlisted}
    for position, entry_ in enumerate(shape.unlisted):
        if entry_.meter in prices:
            what = f"{entry_.meter} is both priced and unlisted"
            problems.append(document.problem(("unlisted", position), what, "keep one of the two"))
    if problems:
        raise BadInputError(in_order(problems))
    return PriceBook(
        service=shape.service,
        region=shape.region,
        currency=shape.currency,
        source=shape.source,
        prices=prices,
        published=shape.published,
        confirmed=shape.confirmed,
        unlisted=unlisted,
        path=f"pricing/{shape.service}/{shape.region}.yaml",
    )


def check_per(document: Document, at: At, meter: str, per: int, problems: list[Problem]) -> None:
    """Report a price for a number of units that is no power of ten: a unit price would not be exact."""
    if str(per).strip("0") != "1":
        hint = "restate the price for 1, 10, 100…: other divisions are not exact"
        problems.append(document.problem((*at, "per"), f"{meter}: per {per} is no power of ten", hint))


def tier_of(tier: TierEntry) -> PriceTier:
    """Return a tier as it stands in a file."""
    return PriceTier(Decimal(tier.price), None if tier.up_to is None else Decimal(tier.up_to))


def check_tiers(document: Document, at: At, meter: str, tiers: Sequence[TierEntry], problems: list[Problem]) -> None:
    """Report every fault of one meter's tiers: bounds ascend, the last tier and only the last is open."""
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


def _misplaced(file: Traversable, book: PriceBook) -> Problem:
    document = Document(str(file), None)
    what = f"holds the prices of {book.service} in {book.region}"
    return document.problem((), what, "name the file <service>/<region>.yaml after its content")
