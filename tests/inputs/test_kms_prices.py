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


def test_a_key_costs_a_dollar_a_month_everywhere() -> None:
    books = load_price_list(read_regions(), ["kms"]).books
    prices = [book.prices["kms-key"] for book in books.values()]

    assert len(prices) == 36
    assert {(price.unit, *(tier.price for tier in price.tiers)) for price in prices} == {("key-months", Decimal(1))}


def test_who_says_that_the_requests_of_deliveries_are_paid_is_told_with_the_price() -> None:
    for book in load_price_list(read_regions(), ["kms"]).books.values():
        guide, saving = book.prices[REQUESTS].contradicted
        assert "each log file that CloudTrail writes is a request to pay for" in guide.says
        assert "Bucket Keys" in saving.says
