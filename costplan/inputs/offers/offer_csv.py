"""Price lists in CSV: a few lines about the list, a line of column names, and a line for each rate.

The layout is that of AWS's guide "Reading the service price list files" (AWS Billing and Cost Management User Guide).
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from costplan.inputs.offers.terms import Product, RawRate, day_of, offer_of
from costplan.model.offers import Offer, OfferList
from costplan.model.problems import BadInputError, Location, Problem

_HINT = "download the list again: it is not one of AWS's, or not whole"
_COLUMNS = (
    *("sku", "offertermcode", "ratecode", "termtype", "effectivedate", "startingrange", "endingrange", "unit"),
    *("priceperunit", "currency", "usagetype", "operation", "regioncode"),
)
_LONGEST_HEAD = 20


def is_offer_csv(path: str, text: str) -> bool:
    """Whether a text is read as CSV: by its name, or as it begins with a column."""
    start = text[:40].lstrip("\ufeff").replace('"', "").lower()
    return path.lower().endswith(".csv") or start.startswith(("formatversion,", "sku,"))


def read_offer_csv(path: str, text: str, seen: date | None = None) -> OfferList:
    """Return the price list in a CSV text.

    seen: the day on which AWS showed it; ``None`` is the day of publication.

    Raises:
        BadInputError: columns are missing, or a line is cut off.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    about: dict[str, str] = {}
    columns: dict[str, int] = {}
    rows: list[tuple[int, list[str]]] = []
    width = 0
    try:
        for row in reader:
            if columns:
                rows.append((reader.line_num, row))
            elif row and _plain(row[0]) == "sku":
                width, columns = len(row), {_plain(name): at for at, name in enumerate(row)}
            elif len(row) >= 2 and reader.line_num <= _LONGEST_HEAD:
                about[_plain(row[0])] = row[1]
    except csv.Error:
        raise BadInputError([Problem(Location(path, reader.line_num), "is cut off within a field", _HINT)]) from None
    problems = [Problem(Location(path), f"has no column {name}", _HINT) for name in _COLUMNS if name not in columns]
    published = day_of(about.get("publicationdate"))
    if published is None:
        problems.append(Problem(Location(path, 1), "has no line with its Publication Date", _HINT))
    if columns and not rows:
        problems.append(Problem(Location(path), "has no rate: no price is in it", _HINT))
    problems += (
        Problem(Location(path, line), f"has {len(row)} fields of {width}: it is cut off", _HINT)
        for line, row in rows
        if row and len(row) != width
    )
    # After the comma its last field may follow, empty or not.
    if text.endswith(",") and not problems:
        problems.append(Problem(Location(path, reader.line_num), "ends with a comma: it is cut off", _HINT))
    code = about.get("offercode") or _code(columns, rows)
    if columns and rows and not code:
        problems.append(Problem(Location(path), "names no service: it has neither OfferCode nor serviceCode", _HINT))
    if problems or published is None:
        raise BadInputError(problems)
    offers, regionless = _offers(path, code, columns, rows)
    return OfferList(code, published, seen or published, about.get("version", ""), path, offers, regionless)


def _offers(
    path: str, code: str, columns: Mapping[str, int], rows: Sequence[tuple[int, list[str]]]
) -> tuple[tuple[Offer, ...], int]:
    """Return the offers that rates of one product, term and currency make together, and how many have no Region."""
    grouped: dict[tuple[Product, str, str], list[tuple[int, list[str]]]] = defaultdict(list)
    regionless = set()
    problems = []

    def field(row: list[str], name: str) -> str:
        return row[columns[name]].strip()

    for line, row in rows:
        if not row or field(row, "termtype").lower() != "ondemand":
            continue
        product = Product(code, *(field(row, name) for name in ("sku", "regioncode", "usagetype", "operation")))
        if not product.region:
            regionless.add(product.sku)
        elif product.usage_type:
            grouped[product, field(row, "offertermcode"), field(row, "currency")].append((line, row))
    offers = []
    for (product, _, currency), some in grouped.items():
        first, row = some[0]
        begin = day_of(field(row, "effectivedate"))
        if begin is None:
            problems.append(Problem(Location(path, first), "its EffectiveDate is no date", _HINT))
            continue
        names = ("startingrange", "endingrange", "priceperunit", "unit", "ratecode")
        rates = [RawRate(*(field(row, name) for name in names)) for _, row in some]
        offers.append(offer_of(product, currency, begin, rates, str(Location(path, first))))
    if problems:
        raise BadInputError(problems)
    return tuple(offers), len(regionless)


def _plain(name: str) -> str:
    """Return the name of a column or a fact without what differs from one edition of the layout to the next."""
    return name.lstrip("\ufeff").replace(" ", "").lower()


def _code(columns: Mapping[str, int], rows: Sequence[tuple[int, list[str]]]) -> str:
    at = columns.get("servicecode")
    return next((row[at] for _, row in rows if at is not None and len(row) > at and row[at]), "")
