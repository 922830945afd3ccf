from decimal import Decimal

from costplan.inputs.prices import load_price_list, read_regions

REQUESTS = "kms-requests-symmetric"


def test_kms_requests_cost_the_same_everywhere_but_in_govcloud() -> None:
    books = load_price_list(read_regions(), ["kms"]).books
    prices = {region: book.prices[REQUESTS] for (_, region), book in books.items()}

    assert len(prices) == 36
    # $0.03 / 10,000; GovCloud $0.04 / 10,000.
    assert {region: price.unit_price(price.tiers[0]) for region, price in prices.items()} == {
        region: Decimal("0.000004" if region.startswith("us-gov-") else "0.000003") for region in prices
    }
    assert all("20,000 requests a month are free" in price.note for price in prices.values())


def test_the_fee_of_a_key_is_told_as_left_out_and_is_not_priced() -> None:
    for book in load_price_list(read_regions(), ["kms"]).books.values():
        assert "kms-key" not in book.prices
        assert book.unlisted["kms-key"]
