"""``costplan.price-check/1``: price books beside AWS's price lists, for machines; exact decimals as strings."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from costplan.model.numbers import exact_arithmetic
from costplan.model.price_checks import PriceCheck, PriceChecks, TierChange
from costplan.model.prices import Price
from costplan.reports.amounts import plain, plain_money

FORMAT: Literal["costplan.price-check/1"] = "costplan.price-check/1"

_PLACES = Decimal("0.000001")


class TierPart(msgspec.Struct):
    """One tier of both prices; null where one has it not, and for the end of the last tier.

    change: by which share the price rose, to 6 decimals; null where the old one is zero or missing.
    """

    old: str | None
    new: str | None
    old_up_to: str | None
    new_up_to: str | None
    change: str | None


class CheckPart(msgspec.Struct):
    """One meter of one book beside a list.

    confirmed: when a source was last seen to agree with the book's price.
    effective_from, published: of the list's price; seen: the last day on which AWS is known to have shown the list.
    """

    service: str
    region: str
    meter: str
    usage_type: str | None
    outcome: Literal["same", "changed", "new", "gone", "not-found", "nameless", "older-list", "refused"]
    unit: str | None
    per: str | None
    tiers: list[TierPart]
    confirmed: date | None
    effective_from: date | None
    published: date | None
    seen: date | None
    because: str


class PriceChecksFile(msgspec.Struct):
    """What a comparison found.

    unknown_usage: usage types that belong to no meter, by service code.
    """

    format: Literal["costplan.price-check/1"]
    prices: list[CheckPart]
    not_covered: int
    announced: int
    regions_without_book: list[str]
    regions_without_offer: dict[str, list[str]]
    unknown_usage: dict[str, list[str]]


def price_check_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format."""
    schema = msgspec.json.schema(PriceChecksFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}


@exact_arithmetic()
def render_checks_json(checks: PriceChecks) -> str:
    """Return every comparison as JSON."""
    file = PriceChecksFile(
        FORMAT,
        [_check(check) for check in checks.checks],
        checks.not_covered,
        checks.announced,
        list(checks.regions_without_book),
        {code: list(some) for code, some in checks.regions_without_offer.items()},
        {code: list(some) for code, some in checks.unknown_usage.items()},
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode()


def _check(check: PriceCheck) -> CheckPart:
    price: Price | None = check.ours or check.theirs
    theirs = check.theirs
    return CheckPart(
        service=check.service,
        region=check.region,
        meter=check.meter,
        usage_type=theirs.usage_type if theirs else price.usage_type if price else None,
        outcome=check.outcome.value,
        unit=price.unit if price else None,
        per=plain(price.per) if price else None,
        tiers=[_tier(change) for change in check.changes()],
        confirmed=check.ours.confirmed if check.ours else None,
        effective_from=theirs.effective_from if theirs else None,
        published=theirs.published if theirs else None,
        seen=check.seen,
        because=check.because,
    )


def _tier(change: TierChange) -> TierPart:
    share = change.share
    old, new = (None if price is None else plain_money(price) for price in (change.old, change.new))
    old_end, new_end = (None if end is None else plain(end) for end in (change.old_up_to, change.new_up_to))
    return TierPart(old, new, old_end, new_end, None if share is None else plain(share.quantize(_PLACES)))
