"""List prices: data with a source and a date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costplan.model.places import Region


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
