"""One product of a price list as an offer, whatever the layout it was written in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from costplan.model.offers import Offer, Rate

NO_END = "inf"


class RawRate(NamedTuple):
    """A rate as it is written."""

    begin: str
    end: str
    price: str
    unit: str
    code: str


class Product(NamedTuple):
    """What a product is, whatever it costs."""

    service_code: str
    sku: str
    region: str
    usage_type: str
    operation: str


def offer_of(product: Product, currency: str, effective_from: date, rates: Sequence[RawRate], where: str) -> Offer:
    """Return a product with its rates in order; rates that cannot be used leave their reason in ``fault``."""
    made: list[Rate] = []
    fault = "" if rates else "it has no rate"
    for raw in rates:
        begin, price = _amount(raw.begin), _amount(raw.price)
        end = None if raw.end.strip().lower() == NO_END else _amount(raw.end)
        if begin is None or price is None or (end is None and raw.end.strip().lower() != NO_END):
            fault = f"a rate of {raw.begin} to {raw.end} at {raw.price} is not one of numbers from 0 on"
            continue
        made.append(Rate(begin, end, price, raw.code))
    made.sort(key=lambda rate: rate.begin)
    units = {raw.unit for raw in rates}
    fault = fault or _broken(made) or ("its rates count in several units" if len(units) > 1 else "")
    return Offer(
        *(product.service_code, product.region, product.usage_type, product.operation, product.sku),
        unit=min(units, default=""),
        currency=currency,
        effective_from=effective_from,
        rates=tuple(made),
        fault=f"{where}: SKU {product.sku}: {fault}" if fault else "",
    )


def day_of(text: object) -> date | None:
    """Return the day of a point in time as price lists write it, in UTC; nothing where it is none.

    >>> day_of("2026-07-16T21:50:01Z")
    datetime.date(2026, 7, 16)
    """
    try:
        return datetime.fromisoformat(text).date() if isinstance(text, str) else None
    except ValueError:
        return None


def text_of(value: Mapping[str, object], key: str) -> str:
    """Return what stands under *key*, if it is text; else nothing."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _broken(rates: Sequence[Rate]) -> str:
    """Return what keeps rates from being the tiers of one price: a gap, an overlap, an end."""
    end: Decimal | None = Decimal(0)
    for rate in rates:
        if rate.begin != end:
            return f"its rates do not follow one another: one begins at {rate.begin}, after {end}"
        if rate.end is not None and rate.end <= rate.begin:
            return f"a rate ends at {rate.end}, where it begins"
        end = rate.end
    return "" if end is None else f"its rates end at {end}"
