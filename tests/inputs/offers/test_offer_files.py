"""The layouts of price lists, whole and damaged."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costplan.inputs.offers.offer_file import parse_offers, read_offer_file
from costplan.model.offers import Offer, OfferList, Rate
from costplan.model.problems import BadInputError
from tests.offers import VERSION, bulk_of, csv_of, data_row, product_texts

STORAGE = data_row(
    code="AmazonS3",
    sku="SKUOFSTORAGE0001",
    usage_type="EU-TimedStorage-ByteHrs",
    unit="GB-Mo",
    tiers=[("51200", "0.0230000000"), ("512000", "0.0220000000"), ("Inf", "0.0210000000")],
)


def in_each_layout(rows: list[dict[str, Any]]) -> dict[str, list[OfferList]]:
    return {
        "JSON": parse_offers("x", json.dumps(bulk_of(rows))),
        "CSV": parse_offers("x", csv_of(rows)),
        "GetProducts": parse_offers("x", json.dumps({"PriceList": product_texts(rows)})),
    }


def without_codes(offer: Offer) -> tuple[object, ...]:
    rates = tuple((rate.begin, rate.end, rate.price) for rate in offer.rates)
    return (offer.region, offer.usage_type, offer.unit, offer.currency, offer.effective_from, rates, offer.fault)


def problems_of(text: str, path: str = "list.json") -> list[str]:
    with pytest.raises(BadInputError) as caught:
        parse_offers(path, text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("layout", ["JSON", "CSV", "GetProducts"])
def test_the_three_layouts_say_the_same(layout: str) -> None:
    (found,) = in_each_layout([STORAGE])[layout]
    assert (found.service_code, found.published, found.version) == ("AmazonS3", date(2026, 11, 20), VERSION)
    assert found.seen == found.published
    (offer,) = found.offers
    assert without_codes(offer) == (
        "eu-west-1",
        "EU-TimedStorage-ByteHrs",
        "GB-Mo",
        "USD",
        date(2026, 11, 1),
        (
            (Decimal(0), Decimal(51200), Decimal("0.023")),
            (Decimal(51200), Decimal(512000), Decimal("0.022")),
            (Decimal(512000), None, Decimal("0.021")),
        ),
        "",
    )


def test_the_record_of_the_documentation_is_read() -> None:
    """The record of il-central-1 in AWS's own layout, with what that of a test leaves out."""
    rate = "BTY5KZ6BGX64ARHX.JRTCKXETXF.6YS6EN2CT7"
    text = json.dumps(
        {
            "formatVersion": "v1.0",
            "offerCode": "AWSCloudTrail",
            "version": "20260716215001",
            "publicationDate": "2026-07-16T21:50:01Z",
            "products": {
                "BTY5KZ6BGX64ARHX": {
                    "sku": "BTY5KZ6BGX64ARHX",
                    "productFamily": "Management Tools - AWS CloudTrail Data Events Recorded",
                    "attributes": {
                        "servicecode": "AWSCloudTrail",
                        "usagetype": "ILC1-DataEventsRecorded",
                        "operation": "",
                        "regionCode": "il-central-1",
                    },
                }
            },
            "terms": {
                "OnDemand": {
                    "BTY5KZ6BGX64ARHX": {
                        "BTY5KZ6BGX64ARHX.JRTCKXETXF": {
                            "offerTermCode": "JRTCKXETXF",
                            "sku": "BTY5KZ6BGX64ARHX",
                            "effectiveDate": "2026-07-01T00:00:00Z",
                            "priceDimensions": {
                                rate: {
                                    "rateCode": rate,
                                    "description": "…",
                                    "beginRange": "0",
                                    "endRange": "Inf",
                                    "unit": "Events",
                                    "pricePerUnit": {"USD": "0.0000010000"},
                                    "appliesTo": [],
                                }
                            },
                            "termAttributes": {},
                        }
                    }
                }
            },
        }
    )
    (found,) = parse_offers("index.json", text)
    (offer,) = found.offers
    assert (offer.region, offer.effective_from) == ("il-central-1", date(2026, 7, 1))
    assert offer.rates == (Rate(Decimal(0), None, Decimal("0.000001"), rate),)


def test_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "download"
    path.write_text(csv_of([STORAGE]))
    (found,) = read_offer_file(path)
    assert [offer.usage_type for offer in found.offers] == ["EU-TimedStorage-ByteHrs"]


def test_only_what_is_paid_as_it_is_used_counts() -> None:
    bulk = bulk_of([STORAGE, data_row()])
    bulk["terms"]["Reserved"] = {"SKUOFDATAEVENTS1": bulk["terms"]["OnDemand"].pop("SKUOFDATAEVENTS1")}
    (found,) = parse_offers("x", json.dumps(bulk))
    assert [offer.sku for offer in found.offers] == ["SKUOFSTORAGE0001"]
    (found,) = parse_offers("x", csv_of([STORAGE, data_row()]).replace('"OnDemand","$0.0000010000', '"Reserved","$0'))
    assert [offer.sku for offer in found.offers] == ["SKUOFSTORAGE0001"]


def test_what_holds_in_no_region_is_counted() -> None:
    for found in in_each_layout([STORAGE, data_row(code="AmazonS3", region="")]).values():
        assert (len(found[0].offers), found[0].regionless) == (1, 1)


def test_products_of_two_currencies_are_two_offers() -> None:
    bulk = bulk_of([data_row()])
    (term,) = bulk["terms"]["OnDemand"]["SKUOFDATAEVENTS1"].values()
    (dimension,) = term["priceDimensions"].values()
    dimension["pricePerUnit"] = {"USD": "0.0000010000", "CNY": "0.0000070000"}
    (found,) = parse_offers("x", json.dumps(bulk))
    assert {(offer.currency, offer.rates[0].price) for offer in found.offers} == {
        ("USD", Decimal("0.000001")),
        ("CNY", Decimal("0.000007")),
    }


# ---- damaged lists ----


def test_every_cut_of_a_json_file_is_found() -> None:
    text = json.dumps(bulk_of([STORAGE]), indent=1)
    for end in range(0, len(text), 97):
        (problem,) = problems_of(text[:end])
        assert problem.startswith("list.json")
    # On the line where it ends.
    assert problems_of(text[: len(text) // 2])[0].startswith(f"list.json:{text[: len(text) // 2].count(chr(10)) + 1}:")


def test_a_csv_file_that_is_cut_within_a_line_is_found() -> None:
    text = csv_of([STORAGE])
    last = text.rindex("\n", 0, -1) + 1
    lines = text[:last].count("\n") + 1
    for end in range(last + 1, len(text) - 1):
        (problem,) = problems_of(text[:end], "list.csv")
        assert problem.startswith(f"list.csv:{lines}: ")
        assert "cut off" in problem


def test_a_product_that_is_cut_is_named_by_its_number() -> None:
    texts = product_texts([STORAGE, data_row()])
    text = json.dumps({"PriceList": [texts[0], texts[1][:-40]]})
    (problem,) = problems_of(text, "products.json")
    assert problem.startswith("products.json, product 2:1: ")


def test_one_page_of_several_is_no_list() -> None:
    text = json.dumps({"PriceList": product_texts([STORAGE]), "NextToken": "x"})
    assert "one page of the answer" in problems_of(text)[0]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (("publicationDate",), "has no publicationDate"),
        (("offerCode",), "has no offerCode"),
        (("products",), "neither an offer file"),
        (("terms",), "has no terms.OnDemand"),
        (("terms", "OnDemand"), "has no terms.OnDemand"),
        (("terms", "OnDemand", "SKUOFSTORAGE0001"), "has no terms.OnDemand"),
    ],
    ids=str,
)
def test_a_list_without_a_part_is_refused(part: tuple[str, ...], said: str) -> None:
    bulk = bulk_of([STORAGE])
    holder = bulk
    for step in part[:-1]:
        holder = holder[step]
    del holder[part[-1]]
    assert said in problems_of(json.dumps(bulk))[0]


@pytest.mark.parametrize("part", ["effectiveDate", "priceDimensions"])
def test_a_term_without_a_part_is_refused_at_its_line(part: str) -> None:
    bulk = bulk_of([STORAGE])
    (term,) = bulk["terms"]["OnDemand"]["SKUOFSTORAGE0001"].values()
    del term[part]
    text = json.dumps(bulk, indent=1)
    line = next(n for n, line in enumerate(text.splitlines(), 1) if '"SKUOFSTORAGE0001.JRTCKXETXF": {' in line)
    (problem,) = problems_of(text)
    assert problem.startswith(f"list.json:{line}: SKU SKUOFSTORAGE0001 lacks ")


@pytest.mark.parametrize("part", ["beginRange", "endRange", "unit", "pricePerUnit"])
def test_a_rate_without_a_part_is_refused(part: str) -> None:
    bulk = bulk_of([data_row()])
    (term,) = bulk["terms"]["OnDemand"]["SKUOFDATAEVENTS1"].values()
    for dimension in term["priceDimensions"].values():
        del dimension[part]
    (problem,) = problems_of(json.dumps(bulk))
    assert "lacks beginRange, endRange, unit or pricePerUnit" in problem


@pytest.mark.parametrize("name", ["Region Code", "usageType", "PricePerUnit", "EffectiveDate"])
def test_a_csv_file_without_a_column_is_refused(name: str) -> None:
    (problem,) = problems_of(csv_of([STORAGE]).replace(f'"{name}"', '"Something"'), "list.csv")
    assert problem.startswith(f"list.csv: has no column {name.replace(' ', '').lower()}")


def test_an_empty_list_is_refused() -> None:
    head = csv_of([STORAGE]).split('"SKUOFSTORAGE0001"')[0]
    assert "has no rate" in problems_of(head, "list.csv")[0]
    assert "holds no price" in problems_of(json.dumps({"PriceList": []}))[0]
    assert "has no products" in problems_of(json.dumps(bulk_of([], "AmazonS3")))[0]
    assert "is empty" in problems_of("")[0]


def test_something_else_is_no_price_list() -> None:
    assert "is neither an offer file" in problems_of('{"trailList": []}')[0]


@pytest.mark.parametrize(
    ("tiers", "fault"),
    [
        ([("Inf", "NaN")], "is not one of numbers"),
        ([("Inf", "-1")], "is not one of numbers"),
        ([("many", "1")], "is not one of numbers"),
        ([("10", "1")], "its rates end at 10"),
        ([("10", "1"), ("5", "1")], "ends at 5, where it begins"),
    ],
    ids=str,
)
def test_rates_that_make_no_tiers_are_a_fault_of_their_product_alone(tiers: Any, fault: str) -> None:
    for found in in_each_layout([STORAGE, data_row(code="AmazonS3", tiers=tiers)]).values():
        faults = {offer.sku: offer.fault for offer in found[0].offers}
        assert faults["SKUOFSTORAGE0001"] == ""
        assert fault in faults["SKUOFDATAEVENTS1"]
        assert "SKUOFDATAEVENTS1" in faults["SKUOFDATAEVENTS1"]


def test_a_gap_between_two_rates_is_a_fault() -> None:
    text = json.dumps(bulk_of([STORAGE])).replace('"beginRange": "51200"', '"beginRange": "51201"')
    (found,) = parse_offers("x", text)
    assert "one begins at 51201, after 51200" in found.offers[0].fault
