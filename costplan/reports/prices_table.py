"""Price books for people: every price with its source and its age, or one line for each Region."""

from collections.abc import Sequence
from datetime import date

from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import Confidence, Price, PriceBook
from costplan.reports.amounts import DASH, age, number, plain_money, plural
from costplan.reports.price_words import days_of, remarks_on
from costplan.reports.tables import Row, Table, render_table, wrap_line, wrap_parts


@exact_arithmetic()
def render_regions(books: Sequence[PriceBook], width: int, today: date) -> str:
    """Return one line for each Region: how many prices each service has there, and how old they are."""
    services = sorted({book.service for book in books})
    by_place = {(book.service, book.region): book for book in books}
    regions = sorted({book.region for book in books})
    rows = tuple((region, *(_state(by_place.get((s, region)), today) for s in services)) for region in regions)
    headers = ("region", *(f"{service}: prices, age" for service in services))
    sources = sorted({book.source for book in books})
    notes = [f"source: {source}, {_confirmed([book for book in books if book.source == source])}" for source in sources]
    notes.append("every price of one: costplan prices show --region REGION")
    title = f"List prices of {plural(len(regions), 'Region')}, in {', '.join(sorted({b.currency for b in books}))}"
    table = render_table(Table(headers, rows), width)
    return "\n\n".join([title, table, "\n".join(wrap_line(note, width) for note in notes)])


def _state(book: PriceBook | None, today: date) -> str:
    if book is None:
        return DASH
    return f"{len(book.prices)} {age(book.confirmed, today) if book.confirmed else 'never':>9}"


def _confirmed(books: Sequence[PriceBook]) -> str:
    """Return when books of one source were confirmed, as the span from the oldest to the newest."""
    dates = sorted({book.confirmed for book in books if book.confirmed})
    if not dates:
        return "confirmed never"
    span = f"{dates[0]}" if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return f"confirmed {span}" + (", some never" if any(book.confirmed is None for book in books) else "")


@exact_arithmetic()
def render_books(books: Sequence[PriceBook], width: int, today: date) -> str:
    """Return every price of each book: tier by tier, how sure it is, and what its source says about it."""
    return "\n\n\n".join(_render_book(book, width, today) for book in books)


def _render_book(book: PriceBook, width: int, today: date) -> str:
    old = f" ({age(book.confirmed, today)} ago)" if book.confirmed else ""
    parts = [
        f"{book.service} in {book.region}, {book.currency}",
        book.source,
        f"published {book.published or 'on an unknown date'}",
        f"confirmed {book.confirmed or 'never'}{old}",
        "confidence high unless said below",
    ]
    found = [price for meter in book.prices for price in reversed(book.history(meter))]
    rows: list[Row | None] = [row for price in found for row in _rows(price)]
    headers: Row = ("meter", "usage type", "price", "per", "up to", "holds")
    if not any(map(days_of, found)):
        headers, rows = headers[:-1], [row[:-1] for row in rows if row is not None]
    table = render_table(Table(headers, tuple(rows), texts=frozenset({1, 3, 5})), width)
    notes = [wrap_line(line, width) for line in _notes(book)]
    return "\n\n".join(part for part in (wrap_parts(parts, width), table, "\n".join(notes)) if part)


def _rows(price: Price) -> list[Row]:
    """Return a row for each tier; only the first names the price."""
    rows: list[Row] = []
    per = price.unit if price.per == 1 else f"{number(price.per)} {price.unit}"
    is_tiered = len(price.tiers) > 1
    for tier in price.tiers:
        bound = number(tier.up_to) if tier.up_to is not None else "above" if is_tiered else ""
        amount = f"${plain_money(tier.price)}"
        if rows:
            rows.append(("", "", amount, "", bound, ""))
        else:
            rows.append((price.meter, price.usage_type or DASH, amount, per, bound, days_of(price)))
    return rows


def _notes(book: PriceBook) -> list[str]:
    """Return what single prices have that their book has not: another source, other dates, a note, a contradiction."""
    notes = []
    for price in (price for meter in book.prices for price in reversed(book.history(meter))):
        said = [] if price.confidence is Confidence.HIGH else [f"confidence {price.confidence.value}"]
        if price.source != book.source:
            said.append(price.source)
        if price.published != book.published and price.published:
            said.append(f"published {price.published}")
        if price.confirmed != book.confirmed:
            said.append(f"confirmed {price.confirmed or 'never'}")
        own = ", ".join(said)
        text = ". ".join(part for part in (own, remarks_on(price)) if part)
        if text:
            which = f"{price.meter} ({days_of(price)})" if price is not book.prices[price.meter] else price.meter
            notes.append(f"{which}: {text}")
    notes.extend(f"not listed: {meter}: {reason}" for meter, reason in book.unlisted.items())
    if book.path:
        notes.append(f"file: {book.path}")
    return notes
