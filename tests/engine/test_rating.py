"""Usage times list prices, without rounding: every test here traps inexact results and floats."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, Inexact, localcontext
from math import isclose

import pytest

from costplan.engine.rating import fill_tiers, marginal_cost, rate, usage_type
from costplan.model.billing import Charge, Meter, Service
from costplan.model.prices import PriceList, PriceTier
from costplan.model.quantity import Quantity, Replicates
from tests.build import EXACT, IRELAND, TEST, VIRGINIA, between, make_price, make_prices, make_usage

D = Decimal
TIERS = (PriceTier(D("0.30"), D(10)), PriceTier(D("0.20"), D(15)), PriceTier(D("0.10")))


@pytest.fixture(autouse=True)
def exact() -> Iterator[None]:
    with localcontext(EXACT):
        yield


def charged(*usages: object, prices: PriceList | None = None, **discounts: Decimal) -> tuple[Charge, ...]:
    charges, unpriced = rate(usages, prices or make_prices(), discounts, 1)  # type: ignore[arg-type]
    assert unpriced == ()
    return charges


def test_the_context_of_these_tests_refuses_to_round() -> None:
    with pytest.raises(Inexact):
        D(1) / D(3)


@pytest.mark.parametrize(
    ("amount", "shares"),
    [
        ("0", ["0", "0", "0"]),
        ("9.999999", ["9.999999", "0", "0"]),
        ("10", ["10", "0", "0"]),  # an upper bound is inclusive
        ("10.000001", ["10", "0.000001", "0"]),
        ("15", ["10", "5", "0"]),
        ("40", ["10", "5", "25"]),
    ],
)
def test_units_are_paid_tier_by_tier(amount: str, shares: list[str]) -> None:
    (found,) = fill_tiers([Quantity.exact(D(amount))], TIERS)
    assert [share.point for share in found] == [D(share) for share in shares]


def test_a_single_tier_takes_each_usage_as_it_is() -> None:
    sampled = Quantity(D(12), D(4), D(20), (Replicates("a", 1.0, (4.0, -20.0)),))
    assert fill_tiers([sampled, sampled], TIERS[-1:]) == [[sampled], [sampled]]


def test_usages_fill_pooled_tiers_one_after_the_other() -> None:
    # The first takes 8 of tier 1; the second 2 of tier 1 and 2 of tier 2; the third 3 of tier 2 and 3 of tier 3.
    found = fill_tiers([Quantity.exact(n) for n in (8, 4, 6)], TIERS)
    assert [[share.point for share in shares] for shares in found] == [[8, 0, 0], [2, 2, 0], [0, 3, 3]]


def test_both_ends_of_a_band_fill_the_tiers_by_themselves() -> None:
    (found,) = fill_tiers([Quantity.between(D(4), D(20), D(12))], TIERS)
    assert [(s.low, s.point, s.high) for s in found] == [(4, 10, 10), (0, 2, 5), (0, 0, 5)]


def test_each_replicate_fills_the_tiers_again() -> None:
    sampled = Quantity(D(12), D(12), D(12), (Replicates("a", 1.0, (4.0, -4.0, -20.0)),))
    (found,) = fill_tiers([sampled], TIERS)
    # 16: 10, 5, 1; 8: 8, 0, 0; 12 − 20 is no count: 0, 0, 0; each less 10, 2, 0.
    assert [share.replicates[0].deviations for share in found] == [(0, -2, -10), (3, -2, -2), (1, 0, 0)]


def test_a_share_that_is_empty_at_both_ends_of_the_band_is_still_charged() -> None:
    # "a" fills 0, 10 or 20 before "b" takes 3: b is in tier 1, in tier 2, in tier 3.
    price = make_price(Meter.DATA, 1, ("0.30", "10"), ("0.20", "15"), ("0.10", None))
    usages = [make_usage(Meter.DATA, Quantity(D(10), D(0), D(20)), "a"), make_usage(Meter.DATA, 3, "b")]
    own = [c for c in charged(*usages, prices=make_prices(price)) if c.usage.recorder == "b"]
    assert [(c.tier, c.quantity.low, c.quantity.point, c.quantity.high) for c in own] == [
        (1, 3, 0, 0),
        (2, 0, 3, 0),
        (3, 0, 0, 3),
    ]


def test_a_charge_is_its_quantity_times_its_unit_price() -> None:
    # 1,234,567.654321 data events at $0.10 for 100,000.
    (charge,) = charged(make_usage(Meter.DATA, "1234567.654321"))
    assert charge.list_unit_price == D("0.000001")
    assert charge.list_cost.point == D("1.234567654321")


def test_a_discount_of_the_service_leaves_the_list_cost_alone() -> None:
    # 1,000,000 × 0.10 / 100,000 = 1.00, less 7 %.
    (charge,) = charged(make_usage(Meter.DATA, 1_000_000), cloudtrail=D("0.07"), s3=D("0.5"))
    assert (charge.list_cost.point, charge.net_cost.point) == (D("1.00"), D("0.93"))


@pytest.mark.parametrize(
    ("discounts", "net"),
    [
        ({}, "1.00"),
        ({"s3": "0.5"}, "1.00"),
        ({"cloudtrail": "0.07"}, "0.93"),
        ({"data": "0.12"}, "0.88"),
        ({"cloudtrail": "0.07", "data": "0.12"}, "0.88"),
        ({"cloudtrail": "0.07", "data": "0"}, "1.00"),
        ({"cloudtrail": "0.07", "network-activity": "0.12"}, "0.93"),
    ],
)
def test_the_discount_of_a_meter_goes_before_that_of_its_service(discounts: dict[str, str], net: str) -> None:
    # 1,000,000 × 0.10 / 100,000 = 1.00
    (charge,) = charged(make_usage(Meter.DATA, 1_000_000), **{name: D(share) for name, share in discounts.items()})
    assert (charge.list_cost.point, charge.net_cost.point) == (D("1.00"), D(net))
    assert charge.quantity.point * charge.net_unit_price == D(net)


def test_a_band_of_events_becomes_a_band_of_dollars() -> None:
    (charge,) = charged(make_usage(Meter.DATA, between(100_000, 300_000)))
    assert (charge.list_cost.low, charge.list_cost.point, charge.list_cost.high) == (D("0.1"), D("0.3"), D("0.3"))


def test_tiers_are_shared_by_accounts_and_never_by_regions() -> None:
    # 80 GB here and 40 GB of another account there share 100 GB at 0.03; another Region has its own 100.
    meter = Meter.S3_STORAGE_STANDARD
    charges = charged(
        make_usage(meter, 80), make_usage(meter, 40, account=TEST), make_usage(meter, 40, region=VIRGINIA)
    )
    lines = [(c.usage.account == TEST, c.usage.region, c.tier, c.list_cost.point) for c in charges]
    assert lines == [
        (False, IRELAND, 1, D("2.40")),
        (True, IRELAND, 1, D("0.60")),  # 20 × 0.03
        (True, IRELAND, 2, D("0.40")),  # 20 × 0.02
        (False, VIRGINIA, 1, D("1.20")),
    ]


def test_a_measured_nothing_is_one_charge_of_zero() -> None:
    (charge,) = charged(make_usage(Meter.S3_STORAGE_STANDARD, 0))
    assert (charge.tier, charge.list_cost.point) == (1, 0)


def test_a_meter_without_a_price_is_unpriced_and_says_where_one_is_missing() -> None:
    usage = make_usage(Meter.DATA, 5)
    charges, (unpriced,) = rate([usage], make_prices(without=(Meter.DATA,)), {}, 1)
    assert charges == ()
    assert unpriced.usage is usage
    assert unpriced.because == "eu-west-1: no price for data"
    _, (unpriced,) = rate([usage], make_prices(regions=(VIRGINIA,)), {}, 1)
    assert unpriced.because == "there is no price book pricing/cloudtrail/eu-west-1.yaml"


def test_a_price_that_a_book_says_is_not_listed_is_unpriced_for_its_reason() -> None:
    prices = make_prices(without=(Meter.DATA,))
    key = ("cloudtrail", IRELAND)
    book = replace(prices.books[key], path="cloudtrail/eu-west-1.yaml", unlisted={"data": "AWS lists none here"})
    _, (unpriced,) = rate([make_usage(Meter.DATA, 5)], PriceList({key: book}, prices.regions), {}, 1)
    assert unpriced.because == "cloudtrail/eu-west-1.yaml: AWS lists none here"


def test_the_price_of_the_day_is_charged_and_a_day_without_one_is_unpriced() -> None:
    key = ("cloudtrail", IRELAND)
    prices = make_prices(regions=(IRELAND,))
    first = replace(make_price(Meter.DATA, 100_000, ("0.30", None)), effective_from=date(2020, 1, 1))
    last = replace(
        make_price(Meter.DATA, 100_000, ("0.20", None)),
        effective_from=date(2024, 1, 1),
        effective_until=date(2026, 1, 1),
    )
    first = replace(first, effective_until=last.effective_from)
    book = replace(prices.books[key], prices={"data": last}, earlier={"data": (first,)})

    def told(on: date | None) -> str:
        charges, unpriced = rate([make_usage(Meter.DATA, 200_000)], PriceList({key: book}, prices.regions, on), {}, 1)
        return str(charges[0].list_cost.point.normalize()) if charges else unpriced[0].because

    # 200,000 × 0.30 / 100,000, and × 0.20 / 100,000.
    assert [told(on) for on in (date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1), None)] == [
        *("0.6", "0.6", "0.4", "0.4")
    ]
    known = "those known hold from 2020-01-01 until 2026-01-01"
    assert told(date(2019, 12, 31)) == f"eu-west-1: no price for data on 2019-12-31: {known}"
    assert told(date(2026, 1, 1)) == f"eu-west-1: no price for data on 2026-01-01: {known}"


def test_what_may_be_used_is_unpriced_and_what_surely_is_not_needs_no_price() -> None:
    none = make_prices(without=(Meter.DATA,))
    assert len(rate([make_usage(Meter.DATA, Quantity(D(0), D(0), D(3)))], none, {}, 1)[1]) == 1
    assert rate([make_usage(Meter.DATA, 0)], none, {}, 1) == ((), ())


@pytest.mark.parametrize(
    ("meter", "region", "expected"),
    [
        (Meter.DATA, IRELAND, "EU-Usage"),
        (Meter.DATA, VIRGINIA, "USE1-Usage"),
        (Meter.S3_PUT, IRELAND, "EU-Usage"),
        (Meter.S3_PUT, VIRGINIA, "Usage"),  # S3 has no prefix there
    ],
)
def test_usage_types_carry_the_prefix_of_their_region(meter: Meter, region: str, expected: str) -> None:
    assert charged(make_usage(meter, 1, region=region))[0].usage_type == expected


def test_a_usage_type_of_kms_begins_with_the_code_of_its_region() -> None:
    price = make_price(Meter.KMS_KEY, 1, ("1", None), usage_type="KMS-Keys")
    assert usage_type(price, Service.KMS, IRELAND, PriceList({}, {})) == "eu-west-1-KMS-Keys"


def test_a_region_whose_prefix_nobody_knows_has_no_known_usage_types() -> None:
    prices = make_prices()
    assert charged(make_usage(Meter.DATA, 1), prices=PriceList(prices.books, {}))[0].usage_type is None


def test_a_usage_type_that_no_book_names_is_that_of_the_documents() -> None:
    prices = make_prices(make_price(Meter.S3_PUT, 1, ("1", None), usage_type=None))
    for region, name in ((VIRGINIA, "Requests-Tier1"), (IRELAND, "EU-Requests-Tier1")):
        assert charged(make_usage(Meter.S3_PUT, 1, region=region), prices=prices)[0].usage_type == name


def test_a_usage_type_nobody_knows_stays_unknown() -> None:
    prices = make_prices(make_price(Meter.DATA_AGGREGATION, 1, ("1", None), usage_type=None))
    assert charged(make_usage(Meter.DATA_AGGREGATION, 1), prices=prices)[0].usage_type is None
    # Nobody has shown how usage types of SNS begin.
    notice = make_price(Meter.SNS_REQUESTS, 1, ("1", None), usage_type=None)
    assert usage_type(notice, Service.SNS, IRELAND, prices) is None


def test_the_standard_error_is_priced_like_the_figure() -> None:
    sampled = Quantity(D(100), D(100), D(100), (Replicates("a", 1.0, (30.0, -40.0)),))
    # √(30² + 40²) = 50 events at 0.000001.
    (charge,) = charged(make_usage(Meter.DATA, sampled))
    assert isclose(charge.list_cost.standard_error, 0.00005)


def test_the_last_to_join_a_pool_pays_the_price_of_the_tier_it_reaches() -> None:
    price = make_price(Meter.DATA, 1, ("0.30", "10"), ("0.20", "15"), ("0.10", None))
    own = Quantity.exact(4)
    # Beside 8: 2 × 0.30 + 2 × 0.20; beside nothing 4 × 0.30; beside 20 4 × 0.10.
    added = marginal_cost(own, Quantity(D(8), D(0), D(20)), price)
    assert (added.low, added.point, added.high) == (D("0.4"), D("1.0"), D("1.2"))


@pytest.mark.parametrize(
    ("prices", "point"),
    [
        (("0.30", "0.20", "0.10"), "1.0"),  # 4 beside 8: 2 × 0.30 + 2 × 0.20
        (("0.10", "0.20", "0.30"), "0.6"),  # 2 × 0.10 + 2 × 0.20
    ],
)
def test_the_band_of_what_joins_a_pool_has_both_ends_of_itself_and_of_the_others(
    prices: tuple[str, str, str], point: str
) -> None:
    price = make_price(Meter.DATA, 1, *zip(prices, ("10", "15", None), strict=True))
    added = marginal_cost(Quantity(D(4), D(2), D(6)), Quantity(D(8), D(0), D(20)), price)
    # At least 2 × 0.10, at most 6 × 0.30, wherever the cheap and the dear tier are.
    assert (added.low, added.point, added.high) == (D("0.2"), D(point), D("1.8"))


def test_under_a_single_tier_nothing_depends_on_the_others() -> None:
    sampled = Quantity(D(12), D(4), D(20), (Replicates("a", 1.0, (4.0, -20.0)),))
    price = make_price(Meter.DATA, 1, ("0.5", None))
    assert marginal_cost(sampled, between(0, 99), price) == sampled * D("0.5")
