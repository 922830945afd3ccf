"""List prices: data with a source and a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costplan.model.places import Region
from costplan.model.problems import Location


class Confidence(StrEnum):
    """How sure a price is; ``assumed-uniform`` was seen in one Region and is the same in all by AWS's habit."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    ASSUMED_UNIFORM = "assumed-uniform"


@dataclass(frozen=True, slots=True)
class PriceTier:
    """The price of *per* units up to an inclusive bound; the last tier has none."""

    price: Decimal
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """One meter's price in one Region.

    usage_type: AWS's name without the Region prefix; ``None`` where it is unknown.
    unit, per: the list price buys *per* of *unit*.
    published, confirmed: date of the list it was read from, and the last date some source was seen to agree.
    where: the line of the overrides file that it comes from; ``None`` for a list price.
    in_place_of: the list price that an override took the place of, where there is one.
    """

    meter: str
    usage_type: str | None
    unit: str
    per: Decimal
    tiers: tuple[PriceTier, ...]
    confidence: Confidence
    source: str
    published: date | None = None
    confirmed: date | None = None
    effective_from: date | None = None
    note: str = ""
    where: Location | None = None
    in_place_of: "Price | None" = None

    @property
    def is_override(self) -> bool:
        """Whether it is a price of the user's own, which stands in place of a list price."""
        return self.where is not None

    def unit_price(self, tier: PriceTier) -> Decimal:
        """Return the price of one unit in *tier*; exact, since *per* is a power of ten."""
        return tier.price / self.per


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every list price of one service in one Region.

    unlisted: meters that the Region's list is known to lack, with the reason.
    path: the file to edit.
    """

    service: str
    region: str
    currency: str
    source: str
    prices: Mapping[str, Price]
    published: date | None = None
    confirmed: date | None = None
    unlisted: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price books in use, by (service, Region), and the Regions AWS has."""

    books: Mapping[tuple[str, str], PriceBook]
    regions: Mapping[str, Region]

    def find(self, service: str, region: str, meter: str) -> Price | None:
        """Return the price of a meter in a Region, if a book lists it."""
        book = self.books.get((service, region))
        return book.prices.get(meter) if book else None

    def with_overrides(self, overrides: "PriceOverrides", regions: Iterable[str]) -> "PriceList":
        """Return these books with the user's own prices in place of list prices, in *regions* where a row says all.

        A row for one Region goes before one for all.  A book that is not there is made, of the user's prices alone.
        """
        books = dict(self.books)
        for row in sorted(overrides.rows, key=lambda row: row.region is not None):
            for region in sorted(regions) if row.region is None else [row.region]:
                key = (row.service, region)
                book = books.get(key)
                if book is None:
                    book = PriceBook(*key, overrides.currency, str(overrides.path), {}, path=overrides.path)
                listed = book.prices.get(row.meter)
                if listed is not None and listed.is_override:
                    listed = listed.in_place_of
                books[key] = replace(book, prices={**book.prices, row.meter: row.price(listed)})
        return replace(self, books=books)


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """A price of the user's own for one meter: in one Region, or in all (``None``).

    unit: what a unit is called, where no price book says it.
    """

    service: str
    region: str | None
    meter: str
    per: Decimal
    tiers: tuple[PriceTier, ...]
    where: Location
    unit: str | None = None
    note: str = ""

    def price(self, listed: Price | None) -> Price:
        """Return it as a price, in place of *listed*, whose unit and usage type it keeps."""
        return Price(
            meter=self.meter,
            usage_type=listed.usage_type if listed else None,
            unit=listed.unit if listed else self.unit or "units",
            per=self.per,
            tiers=self.tiers,
            confidence=Confidence.HIGH,
            source=str(self.where),
            note=self.note,
            where=self.where,
            in_place_of=listed,
        )


@dataclass(frozen=True, slots=True)
class PriceOverrides:
    """A file of prices that take the place of list prices; none of them leaves the machine."""

    path: str
    currency: str
    rows: tuple[PriceOverride, ...]
    where: Location | None = None
