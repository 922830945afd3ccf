from dataclasses import replace
from datetime import date
from decimal import Decimal

from costplan.model.billing import Meter
from costplan.model.prices import PriceList, PriceOverride, PriceOverrides, PriceTier
from costplan.model.problems import Location
from tests.build import IRELAND, VIRGINIA, make_prices

D = Decimal


def row(meter: Meter, price: str, region: str | None = None, line: int = 3, **rest: str) -> PriceOverride:
    tiers = (PriceTier(D(price)),)
    return PriceOverride(meter.service.value, region, meter.value, D(100_000), tiers, Location("p.yaml", line), **rest)


def overridden(*rows: PriceOverride, regions: tuple[str, ...] = (IRELAND, VIRGINIA)) -> dict[str, str]:
    """The first price of data events and of keys, by meter and Region."""
    prices = make_prices().with_overrides(PriceOverrides("p.yaml", "USD", rows), regions)
    return {
        f"{meter} {region}": str(found.tiers[0].price)
        for meter in (Meter.DATA, Meter.KMS_KEY)
        for region in regions
        if (found := prices.find(meter.service, region, meter))
    }


def test_a_row_for_one_region_goes_before_one_for_all_whatever_their_order() -> None:
    # The list says 0.10 everywhere.
    here, everywhere = row(Meter.DATA, "0.05", IRELAND), row(Meter.DATA, "0.08")
    assert overridden() == {"data eu-west-1": "0.10", "data us-east-1": "0.10"}
    assert overridden(here) == {"data eu-west-1": "0.05", "data us-east-1": "0.10"}
    assert overridden(everywhere, here) == overridden(here, everywhere)
    assert overridden(here, everywhere) == {"data eu-west-1": "0.05", "data us-east-1": "0.08"}


def test_a_meter_that_no_book_lists_gets_its_price_too() -> None:
    assert overridden(row(Meter.KMS_KEY, "0.90", IRELAND)) == {
        "data eu-west-1": "0.10",
        "data us-east-1": "0.10",
        "kms-key eu-west-1": "0.90",
    }


def test_an_override_keeps_the_unit_and_usage_type_of_the_list_price_it_stands_for() -> None:
    rows = (row(Meter.DATA, "0.08"), row(Meter.DATA, "0.05", IRELAND, 4, note="agreed"))
    prices = make_prices().with_overrides(PriceOverrides("p.yaml", "USD", rows), [IRELAND])
    price = prices.find("cloudtrail", IRELAND, Meter.DATA)
    listed = make_prices().find("cloudtrail", IRELAND, Meter.DATA)
    assert price
    assert listed
    assert price.in_place_of == listed
    assert (price.unit, price.usage_type, price.source, price.note) == ("events", "Usage", "p.yaml:4", "agreed")
    assert (price.is_override, listed.is_override) == (True, False)


def test_a_unit_is_what_the_row_calls_it_where_no_book_says() -> None:
    rows = (row(Meter.KMS_KEY, "0.90", unit="keys"), row(Meter.SNS_REQUESTS, "0.50"))
    books = make_prices().with_overrides(PriceOverrides("p.yaml", "USD", rows), [IRELAND]).books
    assert books["kms", IRELAND].prices["kms-key"].unit == "keys"
    assert books["sns", IRELAND].prices["sns-api-requests"].unit == "units"
    assert (books["kms", IRELAND].currency, books["kms", IRELAND].path) == ("USD", "p.yaml")


def test_an_override_holds_on_every_day_in_place_of_what_is_listed_on_that_of_the_list() -> None:
    listed = make_prices()
    key = ("cloudtrail", IRELAND)
    last = replace(listed.books[key].prices["data"], effective_from=date(2024, 1, 1))
    first = replace(last, effective_from=None, effective_until=date(2024, 1, 1), note="the old one")
    book = replace(listed.books[key], prices={"data": last}, earlier={"data": (first,)})
    overrides = PriceOverrides("p.yaml", "USD", (row(Meter.DATA, "0.08"), row(Meter.DATA, "0.05", IRELAND)))
    prices = PriceList({key: book}, {}, date(2023, 1, 1)).with_overrides(overrides, [IRELAND])

    found = prices.find(*key, "data")
    assert found
    assert found.in_place_of == first
    assert [prices.find(*key, "data", date(year, 1, 1)) for year in (2020, 2024)] == [found, found]


def test_the_first_day_of_a_list_is_known_when_no_price_has_held_since_ever() -> None:
    key = ("cloudtrail", IRELAND)
    listed = make_prices(regions=(IRELAND,)).books[key]
    data = replace(listed.prices["data"], effective_from=date(2024, 1, 1))
    older = replace(data, effective_from=date(2020, 1, 1), effective_until=date(2024, 1, 1))
    dated = replace(listed, prices={"data": data}, earlier={"data": (older,)})

    assert PriceList({key: dated}, {}).first_day() == date(2020, 1, 1)
    assert PriceList({key: dated, ("s3", IRELAND): listed}, {}).first_day() is None
    assert PriceList({}, {}).first_day() is None
