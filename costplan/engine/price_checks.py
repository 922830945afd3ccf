"""Put the prices of price books beside those of AWS's price lists, meter by meter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costplan.engine.listed_names import ANY, LISTED_NAMES, LISTED_UNITS, ListedName, offer_codes, without_prefix
from costplan.model.billing import Service
from costplan.model.numbers import ZERO, exact_arithmetic
from costplan.model.offers import Offer, OfferList
from costplan.model.price_checks import Outcome, PriceCheck, PriceChecks
from costplan.model.prices import Confidence, Price, PriceBook, PriceTier

SOURCE = "AWS Price List, "
"""What the source of a price begins with that was read from a price list; the code of the list follows."""


_SERVICES = frozenset(service.value for service in Service)


@dataclass(frozen=True, slots=True)
class _Listed:
    """An offer and the list that it stands in."""

    offer: Offer
    source: OfferList


@exact_arithmetic()
def check_prices(books: Sequence[PriceBook], lists: Sequence[OfferList], known_regions: Iterable[str]) -> PriceChecks:
    """Return what becomes of every price of *books* beside *lists*; a price of a list that was not given is left out.

    known_regions: those that have price books; others of the lists are named.
    """
    wanted = {price.usage_type for book in books for price in book.prices.values() if price.usage_type}
    names = {*wanted, *(listed.usage_type for listed in LISTED_NAMES.values())}
    found: dict[tuple[str, str, str], list[_Listed]] = defaultdict(list)
    unknown: dict[str, set[str]] = defaultdict(set)
    for source in lists:
        for offer in source.offers:
            name = without_prefix(offer.usage_type)
            if name in names:
                found[source.service_code, offer.region, name].append(_Listed(offer, source))
            else:
                unknown[source.service_code].add(name)
    announced = 0
    for key, here in found.items():
        found[key] = _in_force(here)
        announced += sum(one.offer.effective_from > one.source.seen for one in here if one not in found[key])
    covered = {(source.service_code, region) for source in lists for region in source.regions}
    checks: list[PriceCheck] = []
    not_covered = 0
    for book in books:
        for check in _checks_of(book, found, covered):
            if check is None:
                not_covered += 1
            else:
                checks.append(check)
    regions = {offer.region for source in lists for offer in source.offers}
    return PriceChecks(
        tuple(checks),
        {code: tuple(sorted(some)) for code, some in sorted(unknown.items())},
        tuple(sorted(regions - set(known_regions))),
        _regions_without_offer(books, lists, covered),
        not_covered,
        announced,
    )


def _regions_without_offer(
    books: Sequence[PriceBook], lists: Sequence[OfferList], covered: set[tuple[str, str]]
) -> Mapping[str, tuple[str, ...]]:
    missing: dict[str, set[str]] = defaultdict(set)
    for code in {source.service_code for source in lists}:
        for book in books:
            if code in offer_codes(book.service) and (code, book.region) not in covered:
                missing[code].add(book.region)
    return {code: tuple(sorted(some)) for code, some in sorted(missing.items())}


def _checks_of(
    book: PriceBook, found: Mapping[tuple[str, str, str], list[_Listed]], covered: set[tuple[str, str]]
) -> Iterator[PriceCheck | None]:
    """Yield the check of each meter, in the order of the book, then of what is new; ``None`` for one not covered."""
    if not any((code, book.region) in covered for code in offer_codes(book.service)):
        yield from (None for _ in book.prices)
        return
    new = [meter for meter in LISTED_NAMES if _service_of(meter) == book.service and meter not in book.prices]
    for meter in (*book.prices, *new):
        ours = book.prices.get(meter)
        listed = LISTED_NAMES.get(meter)
        name = (ours.usage_type if ours else None) or (listed.usage_type if listed else None)
        if name is None:
            because = "nobody knows under which name AWS lists it"
            yield PriceCheck(book.service, book.region, meter, Outcome.NAMELESS, ours, None, because)
            continue
        codes = (listed.codes if listed else ()) or offer_codes(book.service)
        here = [one for code in codes for one in found.get((code, book.region, name), ())]
        here = _of_operation(here, listed)
        if here:
            check = _check(book, meter, ours, here, listed)
        elif not all((code, book.region) in covered for code in codes):
            check = None
        elif ours is None:
            continue
        else:
            check = _lacking(book, meter, ours, name)
        if check is not None or ours is not None:
            yield check


def _in_force(here: Sequence[_Listed]) -> list[_Listed]:
    """Return the offer of each product and currency that holds on the day of its list; else the next that will."""
    products: dict[tuple[str, str], list[_Listed]] = defaultdict(list)
    for one in sorted(here, key=lambda one: (one.offer.effective_from, one.source.published)):
        products[one.offer.sku, one.offer.currency].append(one)
    current = (
        [one for one in some if one.offer.effective_from <= one.source.seen][-1:] or some[:1]
        for some in products.values()
    )
    return [one for some in current for one in some]


def _service_of(meter: str) -> str:
    prefix = meter.partition("-")[0]
    return prefix if prefix in _SERVICES else Service.CLOUDTRAIL.value


def _of_operation(here: list[_Listed], listed: ListedName | None) -> list[_Listed]:
    """Return the products of the first operation that has some."""
    if listed is None or listed.operations == ANY:
        return here
    for operation in listed.operations:
        some = [one for one in here if one.offer.operation == operation]
        if some:
            return some
    return []


def _lacking(book: PriceBook, meter: str, ours: Price, name: str) -> PriceCheck:
    """Return the check of a meter that its list does not have; what a list once had, it should still have."""
    was_listed = ours.usage_type is not None or ours.source.startswith(SOURCE)
    outcome = Outcome.GONE if was_listed else Outcome.NOT_FOUND
    return PriceCheck(book.service, book.region, meter, outcome, ours, None, f"the list has no {name} there")


def _check(
    book: PriceBook, meter: str, ours: Price | None, here: Sequence[_Listed], listed: ListedName | None
) -> PriceCheck:
    """Return the check of a meter that a list has products for: all of them must agree."""

    def refused(because: str) -> PriceCheck:
        return PriceCheck(book.service, book.region, meter, Outcome.REFUSED, ours, None, because, here[0].source.seen)

    in_currency = [one for one in here if one.offer.currency == book.currency]
    if not in_currency:
        others = ", ".join(sorted({one.offer.currency for one in here}))
        return refused(f"the list has it in {others}, the book is in {book.currency}")
    faulty = next((one.offer.fault for one in in_currency if one.offer.fault), "")
    if faulty:
        return refused(faulty)
    unit = ours.unit if ours else listed.unit if listed else ""
    strange = sorted({one.offer.unit for one in in_currency if not _is_unit(one.offer.unit, unit)})
    if strange:
        return refused(f'the list counts it per "{", ".join(strange)}", the book per "{unit}"')
    per = ours.per if ours else Decimal(listed.per if listed else 1)
    leaves_out = listed is not None and listed.has_allowance and not (ours and ours.tiers[0].price == 0)
    made = {one.offer.sku: _tiers(one.offer, per, leaves_out) for one in in_currency}
    if len(set(made.values())) > 1:
        return refused(f"its SKUs {', '.join(sorted(made))} have different prices")
    first, source = in_currency[0].offer, in_currency[0].source
    theirs = Price(
        meter,
        ours.usage_type if ours and ours.usage_type else without_prefix(first.usage_type),
        unit,
        per,
        next(iter(made.values())),
        Confidence.HIGH,
        SOURCE + source.service_code,
        source.published,
        source.seen,
        max(one.offer.effective_from for one in in_currency),
        ours.note if ours else "",
        contradicted=ours.contradicted if ours else (),
    )
    allowed = ""
    if leaves_out and _has_allowance(first):
        allowed = f"the list has the first {first.rates[0].end:,f} a month free, which the book leaves out"
    return _judged(PriceCheck(book.service, book.region, meter, Outcome.SAME, ours, theirs, allowed, source.seen))


def _judged(check: PriceCheck) -> PriceCheck:
    """Return a check with the outcome that its two prices have."""
    ours, theirs, seen = check.ours, check.theirs, check.seen
    assert theirs is not None
    assert seen is not None
    if ours is None:
        return replace(check, outcome=Outcome.NEW)
    if _unit_prices(ours) == _unit_prices(theirs):
        return check
    confirmed = ours.confirmed or ours.published
    if confirmed and seen < confirmed:
        because = f"the list is of {seen}; the book's price was confirmed on {confirmed}"
        return replace(check, outcome=Outcome.OLDER, because=because)
    begin, known_from = theirs.effective_from, ours.effective_from
    if begin and known_from and begin <= known_from:
        because = f"it holds from {begin}, the book's other price from {known_from}: correct the book by hand"
        return replace(check, outcome=Outcome.REFUSED, because=because)
    if ours.effective_until not in (None, begin):
        because = f"the book's price ends on {ours.effective_until}, this one begins on {begin}: correct it by hand"
        return replace(check, outcome=Outcome.REFUSED, because=because)
    return replace(check, outcome=Outcome.CHANGED)


def _unit_prices(price: Price) -> tuple[tuple[Decimal, Decimal | None], ...]:
    """Return what a unit costs up to which amount; neighbours of one price are one tier."""
    tiers = [(price.unit_price(tier), tier.up_to) for tier in price.tiers]
    return tuple(tier for tier, after in zip(tiers, [*tiers[1:], (None, None)], strict=True) if tier[0] != after[0])


def _is_unit(listed: str, unit: str) -> bool:
    return listed.lower() in LISTED_UNITS.get(unit, frozenset()) or listed.lower() == unit.lower()


def _has_allowance(offer: Offer) -> bool:
    return len(offer.rates) > 1 and offer.rates[0].price == ZERO


def _tiers(offer: Offer, per: Decimal, leaves_out_allowance: bool) -> tuple[PriceTier, ...]:
    """Return the rates of an offer as tiers, for so many units; AWS's end of a tier is our last amount in it."""
    rates = offer.rates[1:] if leaves_out_allowance and _has_allowance(offer) else offer.rates
    return tuple(PriceTier(_short(rate.price * per), None if rate.end is None else _short(rate.end)) for rate in rates)


def _short(value: Decimal) -> Decimal:
    """Return a number without zeros at its end, and without an exponent."""
    return value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1))
