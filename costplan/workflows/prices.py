"""The prices that scenarios are estimated with: the books of their Regions, and overrides in place of list prices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from costplan.engine.estimation import regions_of
from costplan.inputs.price_overrides import read_price_overrides
from costplan.inputs.prices import load_price_list
from costplan.model.billing import Service
from costplan.model.prices import PriceList, PriceOverrides
from costplan.model.problems import BadInputError, Location, Problem, UsageError
from costplan.model.scenario import Scenario

FIRST_DAY = date(2013, 11, 13)
"""CloudTrail's first day (AWS News Blog, "AWS CloudTrail – Capture AWS API Activity"): no trail has a cost before."""


def prices_of(
    scenarios: Sequence[Scenario],
    overrides: Path | None = None,
    as_of: date | None = None,
    pricing: Path | None = None,
) -> list[PriceList]:
    """Return the prices of each scenario: list prices, and those of its own overrides or of the file *overrides*.

    as_of: the day whose list prices are wanted in month 1, else those of the month that a scenario begins in, else
        today's.
    pricing: a folder whose price books go before the shipped ones.

    Raises:
        BadInputError: every problem of the books and of the file; also two currencies, or a price for another unit than
            that which the meter is listed in.
        UsageError: *as_of* lies before the first known price.
    """
    for_all = None if overrides is None else read_price_overrides(overrides)
    regions = frozenset(code for scenario in scenarios for code in regions_of(scenario))
    listed = load_price_list(
        sorted(regions),
        [s.value for s in Service],
        on=as_of,
        own=pricing,
    )
    if as_of is not None:
        _refuse_before_the_first(as_of, listed)
    dated = [replace(listed, on=one.settings.start or listed.on) for one in scenarios]
    own = [for_all or scenario.prices for scenario in scenarios]
    problems = [*_currencies(listed, is_shipped=pricing is None)]
    for each in dict.fromkeys(own):
        problems += () if each is None else _misfits(each, listed)
    if problems:
        raise BadInputError(problems)
    return [
        prices if each is None else prices.with_overrides(each, regions)
        for prices, each in zip(dated, own, strict=True)
    ]


def _refuse_before_the_first(as_of: date, listed: PriceList) -> None:
    first = max(listed.first_day() or FIRST_DAY, FIRST_DAY)
    if as_of < first:
        because = f"CloudTrail began on {first}" if first == FIRST_DAY else f"the first known one holds from {first}"
        raise UsageError(f"there is no price as of {as_of}: {because}")


def _currencies(listed: PriceList, *, is_shipped: bool) -> Iterator[Problem]:
    """Yield a problem for each book in another currency than the first: amounts of two currencies do not add up.

    Of shipped books, those of one Region are in one currency, so one of each Region is enough to read.
    """
    keys = sorted(listed.books)
    if is_shipped:
        keys = sorted({region: (service, region) for service, region in reversed(keys)}.values())
    books = [listed.books[key] for key in keys]
    for book in books:
        if book.currency != books[0].currency:
            what = f"its prices are in {book.currency}, those of {books[0].path} in {books[0].currency}"
            hint = "estimate the Regions of one currency at a time"
            yield Problem(Location(book.path), what, hint)


def _misfits(overrides: PriceOverrides, listed: PriceList) -> Iterator[Problem]:
    where = overrides.where or Location(overrides.path)
    currency = next((book.currency for book in listed.books.values()), overrides.currency)
    if overrides.currency != currency:
        what = f"its prices are in {overrides.currency}, the price books in {currency}"
        yield Problem(where, what, f"convert them to {currency}")
    for row in overrides.rows:
        of_meter = (
            book.prices[row.meter]
            for (service, region), book in sorted(listed.books.items())
            if service == row.service and row.region in (None, region) and row.meter in book.prices
        )
        units = {price.unit for price in of_meter}
        if row.unit is not None and units and units != {row.unit}:
            what = f'{row.meter}: is priced per "{row.unit}", and listed per "{min(units - {row.unit})}"'
            yield Problem(row.where, what, "restate the price for the listed unit, or leave unit: out")
