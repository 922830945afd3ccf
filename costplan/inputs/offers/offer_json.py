"""Price lists in JSON: an offer file, or answers of ``GetProducts``, whose products are JSON texts of their own.

The layout of offer files is that of AWS's guide "Reading the service price list files" (AWS Billing and Cost Management
User Guide); in answers of ``GetProducts`` (AWS Price List API, 2017-10-15) the level of the SKU is left out.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from costplan.inputs.documents import At, Document, in_order
from costplan.inputs.offers.terms import Product, RawRate, day_of, offer_of, text_of
from costplan.inputs.strict_json import parse_json
from costplan.model.offers import Offer, OfferList
from costplan.model.problems import BadInputError, Problem

ON_DEMAND = "OnDemand"
_HINT = "download the list again: it is not one of AWS's, or not whole"


def read_offer_document(document: Document, seen: date | None = None) -> list[OfferList]:
    """Return the price lists in a document: one of an offer file, one for each service of answers of ``GetProducts``.

    seen: the day on which AWS showed it; ``None`` is the day of publication.

    Raises:
        BadInputError: it is neither, or parts of it are missing.
    """
    value = document.value
    if isinstance(value, dict) and isinstance(value.get("PriceList"), list):
        if value.get("NextToken"):
            what = "holds one page of the answer: more follow after NextToken"
            raise BadInputError([document.problem(("NextToken",), what, "fetch all pages into one PriceList")])
        return read_products(document.path, value["PriceList"], seen)
    if isinstance(value, dict) and "products" in value:
        return [_read_bulk(document, value, seen)]
    what = "is neither an offer file of AWS's price list nor an answer of GetProducts"
    hint = "it has offerCode, publicationDate, products and terms, or PriceList"
    raise BadInputError([document.problem((), what, hint)])


def _read_bulk(document: Document, value: Mapping[str, Any], seen: date | None) -> OfferList:
    problems: list[Problem] = []
    code, published = text_of(value, "offerCode"), day_of(value.get("publicationDate"))
    if not code:
        problems.append(document.problem((), "has no offerCode", _HINT))
    if published is None:
        problems.append(document.problem(("publicationDate",), "has no publicationDate", _HINT))
    products = _mapping(document, value, ("products",), problems)
    terms = _mapping(document, _part(value, "terms"), ("terms", ON_DEMAND), problems)
    offers: list[Offer] = []
    regionless = 0
    for sku, product in products.items():
        attributes = _part(_part({"": product}, ""), "attributes")
        here = Product(
            code,
            sku,
            text_of(attributes, "regionCode"),
            text_of(attributes, "usagetype"),
            text_of(attributes, "operation"),
        )
        found = _part(terms, sku)
        regionless += bool(found) and not here.region
        if here.region and here.usage_type:
            for name, term in found.items():
                at: At = ("terms", ON_DEMAND, sku, name)
                offers += _offers_of_term(document, at, here, term, problems)
    if problems:
        raise BadInputError(in_order(problems))
    assert published is not None
    return OfferList(
        code, published, seen or published, text_of(value, "version"), document.path, tuple(offers), regionless
    )


def read_products(name: str, texts: list[Any], seen: date | None = None) -> list[OfferList]:
    """Return the price list of each service in the products of ``GetProducts``.

    name: where they come from, for problems.

    Raises:
        BadInputError: a product is no whole one.
    """
    problems: list[Problem] = []
    offers: dict[tuple[str, date, str], list[Offer]] = defaultdict(list)
    regionless: dict[tuple[str, date, str], int] = defaultdict(int)
    for number, text in enumerate(texts, 1):
        path = f"{name}, product {number}"
        if isinstance(text, str):
            try:
                value, lines = parse_json(path, text)
            except BadInputError as error:
                problems += error.problems
                continue
            document = Document(path, value, lines.line)
        else:
            document = Document(path, text)
        value = document.value if isinstance(document.value, dict) else {}
        product, published = _part(value, "product"), day_of(value.get("publicationDate"))
        code, sku = text_of(value, "serviceCode"), text_of(product, "sku")
        if not code or not sku or published is None:
            what = "is no product: it lacks serviceCode, product.sku or publicationDate"
            problems.append(document.problem((), what, _HINT))
            continue
        attributes = _part(product, "attributes")
        here = Product(
            code,
            sku,
            text_of(attributes, "regionCode"),
            text_of(attributes, "usagetype"),
            text_of(attributes, "operation"),
        )
        key = (code, published, text_of(value, "version"))
        found = _part(_part(value, "terms"), ON_DEMAND)
        regionless[key] += bool(found) and not here.region
        if here.region and here.usage_type:
            for term_name, term in found.items():
                offers[key] += _offers_of_term(document, ("terms", ON_DEMAND, term_name), here, term, problems)
    if problems:
        raise BadInputError(in_order(problems))
    return [
        OfferList(code, published, seen or published, version, name, tuple(offers[code, published, version]), count)
        for (code, published, version), count in regionless.items()
    ]


def _offers_of_term(
    document: Document, at: At, product: Product, term: Any, problems: list[Problem]
) -> Iterator[Offer]:
    """Yield the offer of each currency; nothing, after a problem, where the term is not whole."""
    term = term if isinstance(term, dict) else {}
    begin = day_of(term.get("effectiveDate"))
    dimensions = _part(term, "priceDimensions")
    if begin is None or not dimensions:
        lacks = "priceDimensions" if begin else "a date as its effectiveDate"
        problems.append(document.problem(at, f"SKU {product.sku} lacks {lacks}", _HINT))
        return
    rates: dict[str, list[RawRate]] = defaultdict(list)
    for code, dimension in dimensions.items():
        dimension = dimension if isinstance(dimension, dict) else {}
        texts = [text_of(dimension, key) for key in ("beginRange", "endRange", "unit")]
        prices = _part(dimension, "pricePerUnit")
        if not all(texts) or not prices:
            what = f"rate {code} lacks beginRange, endRange, unit or pricePerUnit"
            problems.append(document.problem((*at, "priceDimensions", code), what, _HINT))
            continue
        for currency, price in prices.items():
            rates[currency].append(RawRate(texts[0], texts[1], str(price), texts[2], code))
    for currency, some in rates.items():
        yield offer_of(product, currency, begin, some, document.path)


def _part(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping under *key*; an empty one where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _mapping(document: Document, value: Mapping[str, Any], at: At, problems: list[Problem]) -> Mapping[str, Any]:
    """Return the mapping at *at*, whose last step is a key of *value*; report that there is none, or nothing in it."""
    found = _part(value, str(at[-1]))
    if not found:
        what = f"has no {'.'.join(map(str, at))}: no price is in it"
        problems.append(document.problem(at, what, _HINT))
    return found
