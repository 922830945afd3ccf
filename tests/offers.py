"""Price lists in AWS's layouts, made of price books: as offer files in JSON and CSV, and as answers of GetProducts."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from costplan.engine.listed_names import ANY, LISTED_NAMES, offer_codes
from costplan.model.prices import Price, PriceBook

ON_DEMAND_TERM = "JRTCKXETXF"
PUBLISHED = "2026-11-20T21:50:01Z"
EFFECTIVE = "2026-11-01T00:00:00Z"
VERSION = "20261120215001"

# As AWS's lists write the units of price books.
UNITS = {
    "events": "Events",
    "GB": "GB",
    "GB-month": "GB-Mo",
    "requests": "Requests",
    "notifications": "Notifications",
    "key-months": "Keys",
    "object-months": "Objects",
    "configuration items": "ConfigurationItemRecorded",
    "evaluations": "ConfigRuleEvaluations",
}

Row = dict[str, Any]


def row_of(price: Price, book: PriceBook, prefix: str, **changes: Any) -> Row | None:
    """One product of a list: what the book says of a meter, in AWS's terms; nothing where AWS's name is not known."""
    listed = LISTED_NAMES.get(price.meter)
    name = price.usage_type or (listed.usage_type if listed else None)
    if name is None:
        return None
    operations = listed.operations if listed else ANY
    row: Row = {
        "code": (listed.codes if listed and listed.codes else offer_codes(book.service))[0],
        "sku": f"{book.region}.{price.meter}".upper().replace("-", ""),
        "region": book.region,
        "usage_type": f"{prefix}{name}",
        "operation": "" if operations == ANY else operations[0],
        "unit": UNITS[price.unit],
        "currency": book.currency,
        "effective": EFFECTIVE,
        "tiers": [
            ("Inf" if tier.up_to is None else f"{tier.up_to:f}", f"{tier.price / price.per:.10f}")
            for tier in price.tiers
        ],
    }
    return {**row, **changes}


def rows_of(books: Iterable[PriceBook], prefix: Callable[[PriceBook], str] | None = None) -> list[Row]:
    """Every price of some books as products."""
    prefix = prefix or usual_prefix
    found = (row_of(price, book, prefix(book)) for book in books for price in book.prices.values())
    return [row for row in found if row is not None]


def usual_prefix(book: PriceBook) -> str:
    """The prefix of usage types in a book's Region: none for S3 in us-east-1, the Region's code for KMS."""
    if book.service == "kms":
        return f"{book.region}-"
    if book.service == "s3" and book.region == "us-east-1":
        return ""
    return "EU-" if book.region == "eu-west-1" else f"{book.region[:2].upper()}W2-"


def dimensions_of(row: Row) -> dict[str, Row]:
    begins = ["0", *(end for end, _ in row["tiers"])]
    return {
        f"{row['sku']}.{ON_DEMAND_TERM}.{number:010d}": {
            "rateCode": f"{row['sku']}.{ON_DEMAND_TERM}.{number:010d}",
            "description": f"${price} per {row['unit']}",
            "beginRange": begin,
            "endRange": end,
            "unit": row["unit"],
            "pricePerUnit": {row["currency"]: price},
            "appliesTo": [],
        }
        for number, (begin, (end, price)) in enumerate(zip(begins, row["tiers"], strict=False))
    }


def product_of(row: Row) -> Row:
    attributes = {
        "servicecode": row["code"],
        "location": "somewhere",
        "locationType": "AWS Region",
        "usagetype": row["usage_type"],
        "operation": row["operation"],
        "regionCode": row["region"],
        "servicename": row["code"],
    }
    return {"sku": row["sku"], "productFamily": "Family", "attributes": attributes}


def term_of(row: Row) -> Row:
    return {
        f"{row['sku']}.{ON_DEMAND_TERM}": {
            "offerTermCode": ON_DEMAND_TERM,
            "sku": row["sku"],
            "effectiveDate": row["effective"],
            "priceDimensions": dimensions_of(row),
            "termAttributes": {},
        }
    }


def bulk_of(rows: Iterable[Row], code: str | None = None, published: str = PUBLISHED) -> Row:
    """An offer file, as AWS publishes it."""
    rows = list(rows)
    return {
        "formatVersion": "v1.0",
        "disclaimer": "made for a test",
        "offerCode": code or rows[0]["code"],
        "version": VERSION,
        "publicationDate": published,
        "products": {row["sku"]: product_of(row) for row in rows},
        "terms": {"OnDemand": {row["sku"]: term_of(row) for row in rows}, "Reserved": {}},
    }


def product_texts(rows: Iterable[Row], published: str = PUBLISHED) -> list[str]:
    """The PriceList of GetProducts: each product a JSON text, its terms without the level of the SKU."""
    return [
        json.dumps(
            {
                "product": product_of(row),
                "serviceCode": row["code"],
                "terms": {"OnDemand": term_of(row)},
                "version": VERSION,
                "publicationDate": published,
            }
        )
        for row in rows
    ]


COLUMNS = (
    *("SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "StartingRange"),
    *("EndingRange", "Unit", "PricePerUnit", "Currency", "Product Family", "serviceCode", "Location"),
    *("Location Type", "usageType", "operation", "Region Code", "serviceName"),
)


def csv_of(
    rows: Iterable[Row], code: str | None = None, published: str = PUBLISHED, disclaimer: str = "made for a test"
) -> str:
    """An offer file as CSV: five lines about it, the columns, a line for each rate."""
    rows = list(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(
        [
            ("FormatVersion", "v1.0"),
            ("Disclaimer", disclaimer),
            ("Publication Date", published),
            ("Version", VERSION),
            ("OfferCode", code or rows[0]["code"]),
            COLUMNS,
        ]
    )
    for row in rows:
        for rate, dimension in dimensions_of(row).items():
            price = dimension["pricePerUnit"][row["currency"]]
            writer.writerow(
                (
                    *(row["sku"], ON_DEMAND_TERM, rate, "OnDemand", dimension["description"], row["effective"][:10]),
                    *(dimension["beginRange"], dimension["endRange"], row["unit"], price, row["currency"], "Family"),
                    *(row["code"], "somewhere", "AWS Region", row["usage_type"], row["operation"], row["region"]),
                    row["code"],
                )
            )
    return stream.getvalue()


def by_code(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The rows of each list."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["code"], []).append(row)
    return found


def data_row(**changes: Any) -> Row:
    """Data events in eu-west-1 at 0.000001 each, unless *changes* say otherwise."""
    return {
        "code": "AWSCloudTrail",
        "sku": "SKUOFDATAEVENTS1",
        "region": "eu-west-1",
        "usage_type": "EU-DataEventsRecorded",
        "operation": "",
        "unit": "Events",
        "currency": "USD",
        "effective": EFFECTIVE,
        "tiers": [("Inf", "0.0000010000")],
        **changes,
    }
