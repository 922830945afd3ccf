"""What AWS offers its services for: the rates of published price lists, as they are read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one unit between two amounts of a month; *end* is ``None`` for what has no end.

    code: AWS's own id of the rate, the same in price lists and on bills.
    """

    begin: Decimal
    end: Decimal | None
    price: Decimal
    code: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One product that is paid for as it is used, in one Region and currency, from one day on.

    service_code: AWS's code of the price list; a service of ours may have several.
    usage_type: AWS's name with the Region prefix, where it has one.
    rates: in the order of their amounts.
    fault: why the rates cannot be used, with file and line; empty where they can.
    """

    service_code: str
    region: str
    usage_type: str
    operation: str
    sku: str
    unit: str
    currency: str
    effective_from: date
    rates: tuple[Rate, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class OfferList:
    """One price list of AWS's.

    published: the day on which AWS made it.
    seen: the last day on which it is known to be the one that AWS shows: today for one that was just fetched, the day
        of publication for a file, whose download has no date.
    version: AWS's number of it.
    name: the file or the place that it comes from.
    offers: of every Region in it.
    regionless: how many more hold in no single Region.
    """

    service_code: str
    published: date
    seen: date
    version: str
    name: str
    offers: tuple[Offer, ...]
    regionless: int = 0

    @property
    def regions(self) -> frozenset[str]:
        """The Regions that it lists a price of."""
        return frozenset(offer.region for offer in self.offers)
