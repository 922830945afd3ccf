"""The shipped price books and the list of Regions, read only where they are needed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from costplan.inputs.allowances import read_allowances
from costplan.inputs.documents import Document, in_order, parse_document
from costplan.inputs.price_book import parse_price_book
from costplan.inputs.resources import data_directory
from costplan.inputs.shapes import Name, RegionCode, Shape, read_shape
from costplan.model.places import Region, is_region
from costplan.model.prices import PriceBook, PriceList
from costplan.model.problems import BadInputError, Location, Problem


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


def load_price_list(
    regions: Iterable[str],
    services: Iterable[str],
    directory: Path | None = None,
    *,
    on: date | None = None,
    own: Path | None = None,
) -> PriceList:
    """Return the price books of *services* in *regions*; a Region without a book is absent.

    directory: holds ``<service>/<region>.yaml``; ``None`` is the shipped one, whose books are read when they are asked
    for.
    own: a folder laid out alike, whose books go before those of *directory*.
    on: the day whose prices are wanted; ``None`` is today, so that a price announced for later is not taken for one
    that holds.

    Raises:
        BadInputError: every problem of the books in *directory* and *own*.
    """
    pricing = directory or data_directory("pricing")
    if own is not None and not own.is_dir():
        what, hint = "no such folder of price books", "costplan prices update --to DIR makes one"
        raise BadInputError([Problem(Location(str(own)), what, hint)])
    books = PriceBooks()
    problems: list[Problem] = []
    wanted = sorted({region for region in regions if is_region(region)})
    for service in sorted({str(service) for service in services}):
        for region in wanted:
            shipped, other = (place and place.joinpath(service, f"{region}.yaml") for place in (pricing, own))
            file = other if other is not None and other.is_file() else shipped
            if file is None or not file.is_file():
                continue
            books.add(service, region, file)
            if file is other or directory is not None:
                try:
                    books.read(service, region, path=str(file) if file is other else None)
                except BadInputError as error:
                    problems.extend(error.problems)
    if problems:
        raise BadInputError(in_order(problems))
    return PriceList(books, read_regions(), on or datetime.now(UTC).date(), read_allowances())


class PriceBooks(Mapping[tuple[str, str], PriceBook]):
    """Price books by service and Region, each read when it is first asked for.

    Most scenarios need those of two services out of seven.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], Path] = {}
        self._read: dict[tuple[str, str], PriceBook] = {}

    def add(self, service: str, region: str, file: Path) -> None:
        """Add a book that stands in *file*."""
        self._files[service, region] = file

    def read(self, service: str, region: str, path: str | None = None) -> PriceBook:
        """Return a book, which says that it comes from *path* where one is given.

        Raises:
            KeyError: there is no such book.
            BadInputError: every problem of the file.
        """
        file = self._files[service, region]
        book = parse_price_book(parse_document(str(file), file.read_text(encoding="utf-8")))
        if (book.service, book.region) != (service, region):
            raise BadInputError([_misplaced(file, book)])
        self._read[service, region] = book if path is None else replace(book, path=path)
        return self._read[service, region]

    def __getitem__(self, key: tuple[str, str]) -> PriceBook:
        return self._read.get(key) or self.read(*key)

    def __contains__(self, key: object) -> bool:
        return key in self._files

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def regions_with_books(own: Path | None = None) -> frozenset[str]:
    """Return the Regions that a shipped price book is of, or one of the folder *own*."""
    folders = [
        service for place in (data_directory("pricing"), own) if place is not None for service in place.iterdir()
    ]
    files = [file.name for folder in folders if folder.is_dir() for file in folder.iterdir()]
    return frozenset(name.removesuffix(".yaml") for name in files if name.endswith(".yaml"))


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


def _misplaced(file: Path, book: PriceBook) -> Problem:
    document = Document(str(file), None)
    what = f"holds the prices of {book.service} in {book.region}"
    return document.problem((), what, "name the file <service>/<region>.yaml after its content")
