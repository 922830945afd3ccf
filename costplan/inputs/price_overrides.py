"""Price overrides: a user's own prices, which take the place of list prices on this machine and go nowhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
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
    """One meter's price, in one Region or in all; either a price or tiers, each for *per* units.

    A meter may have several, as in a price book: each holds from *effective_from* until the next begins, or until
    *effective_until*, its first day no more.  On days on which none holds, the list price does.
    """

    service: Service | None = None
    region: Literal["all"] | RegionCode = "all"
    meter: Annotated[Meter, Meta(description=METER_WORDS)]
    per: PositiveInt = 1
    price: Number | None = None
    tiers: Annotated[tuple[TierEntry, ...], Meta(min_length=1)] | None = None
    unit: Name | None = None
    effective_from: date | None = None
    effective_until: date | None = None
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
    by_meter: dict[tuple[str, str | None], list[tuple[int, PriceOverride]]] = {}
    for position, row in enumerate(rows):
        by_meter.setdefault((row.meter, row.region), []).append((position, row))
    rows = tuple(row for placed in by_meter.values() for row in _in_succession(document, placed, problems))
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
        entry.effective_from,
        entry.effective_until,
    )


def _in_succession(
    document: Document, placed: Sequence[tuple[int, PriceOverride]], problems: list[Problem]
) -> Iterator[PriceOverride]:
    """Yield the prices of one meter and Region, each ended by the next, after reporting what overlaps."""
    for position, row in placed:
        if row.effective_from and row.effective_until and row.effective_until <= row.effective_from:
            what = f"{row.meter}: ends on {row.effective_until}, not after it begins on {row.effective_from}"
            at = ("prices", position, "effective_until")
            problems.append(document.problem(at, what, "effective_until is the first day it holds no more"))
    ordered = sorted(placed, key=lambda one: one[1].effective_from or date.min)
    for (_, row), (position, later) in pairwise(ordered):
        start, end = later.effective_from, row.effective_until
        if start == row.effective_from:
            of_day = f" from {start}" if start else ""
            what = f"{row.meter} has two prices for {row.region or 'all Regions'}{of_day}"
            hint = f"keep one, or say from when each holds (effective_from); the first stands at {row.where}"
            problems.append(document.problem(("prices", position), what, hint))
        elif start is not None and end is not None and start < end:
            what = f"{row.meter} has two prices for {row.region or 'all Regions'} from {start} to {end}"
            hint = f"end one where the other begins, or leave effective_until out; the first stands at {row.where}"
            problems.append(document.problem(("prices", position, "effective_from"), what, hint))
        yield row if end else replace(row, effective_until=start)
    yield ordered[-1][1]
