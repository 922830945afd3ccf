"""List prices: data with a source and a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costplan.model.months import month_after, months_until
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
class Contradiction:
    """What another source says of a price, or of what it is charged for.

    by: the source, dated where its date is known; says: its statement, which does not hold here.
    """

    by: str
    says: str


@dataclass(frozen=True, slots=True)
class Price:
    """One meter's price in one Region.

    usage_type: AWS's name without the Region prefix; ``None`` where it is unknown.
    unit, per: the list price buys *per* of *unit*.
    published, confirmed: date of the list it was read from, and the last date some source was seen to agree.
    effective_from: the first day it holds; ``None`` where that is not known: it has held since ever.
    effective_until: the first day it holds no more; ``None`` while nothing ends it.
    contradicted: who says otherwise.
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
    effective_until: date | None = None
    contradicted: tuple[Contradiction, ...] = ()
    where: Location | None = None
    in_place_of: "Price | None" = None

    @property
    def is_override(self) -> bool:
        """Whether it is a price of the user's own, which stands in place of a list price."""
        return self.where is not None

    def holds_on(self, day: date) -> bool:
        """Whether this is the price on *day*."""
        has_begun = self.effective_from is None or self.effective_from <= day
        return has_begun and (self.effective_until is None or day < self.effective_until)

    def unit_price(self, tier: PriceTier) -> Decimal:
        """Return the price of one unit in *tier*; exact, since *per* is a power of ten."""
        return tier.price / self.per


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every list price of one service in one Region.

    prices: the last known price of each meter; earlier: those before it, the oldest first, each ended by the next.
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
    earlier: Mapping[str, tuple[Price, ...]] = field(default_factory=dict)

    def history(self, meter: str) -> tuple[Price, ...]:
        """Return every price of a meter, the oldest first."""
        last = self.prices.get(meter)
        return (*self.earlier.get(meter, ()), last) if last else ()

    def find(self, meter: str, on: date | None = None) -> Price | None:
        """Return the price of a meter that holds on a day, the newest if there are several; without a day the last."""
        if on is None:
            return self.prices.get(meter)
        return next((price for price in reversed(self.history(meter)) if price.holds_on(on)), None)


@dataclass(frozen=True, slots=True)
class FreeAllowance:
    """What AWS does not charge for in a month, over all Regions together.

    meters: use it up together, in this order; quantity, what: how much, and of what, as in "20,000 KMS requests".
    """

    service: str
    meters: tuple[str, ...]
    quantity: Decimal
    what: str
    source: str
    confirmed: date


@dataclass(frozen=True, slots=True)
class PriceList:
    """The price books in use, by (service, Region), and the Regions AWS has.

    on: the day whose prices are meant, in month 1 of a projection; ``None`` means the last known ones.
    allowances: free ones; a scenario says which of them are applied.
    is_held: every month of a projection has the prices of that day, whatever is known of later ones.
    """

    books: Mapping[tuple[str, str], PriceBook]
    regions: Mapping[str, Region]
    on: date | None = None
    allowances: tuple[FreeAllowance, ...] = ()
    is_held: bool = False

    def find(self, service: str, region: str, meter: str, on: date | None = None) -> Price | None:
        """Return the price of a meter in a Region on a day (by default that of the list), if a book has one."""
        book = self.books.get((service, region))
        return book.find(meter, on or self.on) if book else None

    def day_of(self, month: int) -> date | None:
        """Return the day whose prices hold in a month of a projection, counted from 1.

        Month 1 has those of the list's day, each further one those of its first day: within a month no price changes.
        """
        return self.on if self.on is None or month == 1 or self.is_held else month_after(self.on, month - 1)

    def in_month(self, month: int) -> "PriceList":
        """Return the prices that hold in a month of a projection."""
        return self if month == 1 or self.on is None or self.is_held else replace(self, on=self.day_of(month))

    def held(self) -> "PriceList":
        """Return these prices as if none of them ever changed: to compare two days, whatever month is looked at."""
        return replace(self, is_held=True)

    def changed_in(self, service: str, region: str, meter: str) -> int:
        """Return the month of a projection from which a price changes no more, as far as anybody knows today."""
        book = self.books.get((service, region))
        if book is None or self.on is None or self.is_held:
            return 1
        days = (day for price in book.history(meter) for day in (price.effective_from, price.effective_until) if day)
        return max((1 + months_until(self.on, day) for day in days if day > self.on), default=1)

    def first_day(self) -> date | None:
        """Return the first day on which a price is known; ``None`` where one has held since ever, or there is none."""
        days = [price.effective_from for book in self.books.values() for m in book.prices for price in book.history(m)]
        known = [day for day in days if day]
        return min(known) if known and len(known) == len(days) else None

    def with_overrides(self, overrides: "PriceOverrides", regions: Iterable[str]) -> "PriceList":
        """Return these books with the user's own prices in place of list prices, in *regions* where a row says all.

        A row for one Region goes before one for all.  A book that is not there is made, of the user's prices alone.
        They hold on every day, or on those that a row says; on others the list prices do.
        """
        books = dict(self.books)
        for row in sorted(overrides.rows, key=lambda row: (row.region is not None, row.effective_from or date.min)):
            for region in sorted(regions) if row.region is None else [row.region]:
                key = (row.service, region)
                book = books.get(key)
                if book is None:
                    book = PriceBook(*key, overrides.currency, str(overrides.path), {}, path=overrides.path)
                day = max(filter(None, (self.on, row.effective_from)), default=None)
                listed = self.find(*key, row.meter, day)
                books[key] = replace(
                    book,
                    prices={**book.prices, row.meter: row.price(listed)},
                    earlier={**book.earlier, row.meter: book.history(row.meter)},
                )
        return replace(self, books=books)


@dataclass(frozen=True, slots=True)
class PriceOverride:
    """A price of the user's own for one meter: in one Region, or in all (``None``).

    unit: what a unit is called, where no price book says it.
    effective_from, effective_until: the first day it holds, and the first it holds no more; ``None``: no such day.
    """

    service: str
    region: str | None
    meter: str
    per: Decimal
    tiers: tuple[PriceTier, ...]
    where: Location
    unit: str | None = None
    note: str = ""
    effective_from: date | None = None
    effective_until: date | None = None

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
            effective_from=self.effective_from,
            effective_until=self.effective_until,
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
