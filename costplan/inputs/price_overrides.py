"""Price overrides: a user's own prices, which take the place of list prices on this machine and go nowhere else."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from costplan.inputs.documents import Document, in_order, read_document
from costplan.inputs.price_book import TierEntry, check_per, check_tiers, tier_of
from costplan.inputs.shapes import Name, Number, PositiveInt, RegionCode, Shape, read_shape
from costplan.model.billing import Meter, Service
from costplan.model.prices import PriceOverride, PriceOverrides
from costplan.model.problems import BadInputError, Problem

METER_WORDS = "a meter such as data (costplan prices show --region lists them)"


class OverrideEntry(Shape, frozen=True, kw_only=True):
    """One meter's price, in one Region or in all; either a price or tiers, each for *per* units."""

    service: Service | None = None
    region: Literal["all"] | RegionCode = "all"
    meter: Annotated[Meter, Meta(description=METER_WORDS)]
    per: PositiveInt = 1
    price: Number | None = None
    tiers: Annotated[tuple[TierEntry, ...], Meta(min_length=1)] | None = None
    unit: Name | None = None
    note: str = ""


class OverridesFile(Shape, frozen=True, kw_only=True):
    """Prices in place of list prices, all in one currency."""

    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", description="a currency code such as USD")]
    prices: Annotated[tuple[OverrideEntry, ...], Meta(min_length=1)]


def read_price_overrides(path: str | Path) -> PriceOverrides:
    """Return the prices of an overrides file.

    Raises:
        BadInputError: every problem of the file.
    """
    document = read_document(path)
    problems: list[Problem] = []
    shape = read_shape(document, (), document.value, OverridesFile, problems)
    if shape is None:
        raise BadInputError(in_order(problems))
    rows = tuple(_row(document, position, entry, problems) for position, entry in enumerate(shape.prices))
    first: dict[tuple[str, str | None], PriceOverride] = {}
    for position, row in enumerate(rows):
        earlier = first.setdefault((row.meter, row.region), row)
        if earlier is not row:
            what = f"{row.meter} has two prices for {row.region or 'all Regions'}"
            problems.append(
                document.problem(("prices", position), what, f"keep one; the first stands at {earlier.where}")
            )
    if problems:
        raise BadInputError(in_order(problems))
    return PriceOverrides(str(path), shape.currency, rows, document.location(("currency",)))


def _row(document: Document, position: int, entry: OverrideEntry, problems: list[Problem]) -> PriceOverride:
    at = ("prices", position)
    meter = entry.meter
    if entry.service not in (None, meter.service):
        what = f"{meter}: is a meter of {meter.service}, not of {entry.service}"
        problems.append(document.problem((*at, "service"), what, f"write service: {meter.service}, or leave it out"))
    if (entry.price is None) == (entry.tiers is None):
        what = f"{meter}: has {'both a price and tiers' if entry.tiers else 'neither a price nor tiers'}"
        problems.append(document.problem(at, what, "give one price:, or tiers: with their bounds"))
    tiers = entry.tiers or ((TierEntry(price=entry.price),) if entry.price is not None else ())
    check_per(document, at, meter, entry.per, problems)
    check_tiers(document, at, meter, tiers, problems)
    return PriceOverride(
        meter.service.value,
        None if entry.region == "all" else entry.region,
        meter.value,
        Decimal(entry.per),
        tuple(tier_of(tier) for tier in tiers),
        document.location(at),
        entry.unit,
        entry.note,
    )
