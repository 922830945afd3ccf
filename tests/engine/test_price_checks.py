"""Prices of books beside those of lists: by hand, one case at a time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costplan.engine.listed_names import LISTED_NAMES, without_prefix
from costplan.engine.price_checks import check_prices
from costplan.model.billing import Meter
from costplan.model.offers import Offer, OfferList, Rate
from costplan.model.price_checks import Outcome, PriceCheck, PriceChecks
from costplan.model.prices import Confidence, Price, PriceBook, PriceTier
from costplan.workflows.show import price_books

PUBLISHED = date(2026, 11, 20)
EFFECTIVE = date(2026, 11, 1)
DATA = "EU-DataEventsRecorded"


def tier(price: str, up_to: int | None = None) -> PriceTier:
    return PriceTier(Decimal(price), None if up_to is None else Decimal(up_to))


def price(meter: str = "data", *tiers: PriceTier, **changes: Any) -> Price:
    given: dict[str, Any] = {
        "usage_type": "DataEventsRecorded",
        "unit": "events",
        "per": Decimal(100_000),
        "tiers": tiers or (tier("0.10"),),
        "confidence": Confidence.MEDIUM,
        "source": "somebody",
        "confirmed": date(2026, 7, 16),
        **changes,
    }
    return Price(meter, **given)


def book(*prices: Price, service: str = "cloudtrail", currency: str = "USD") -> PriceBook:
    return PriceBook(service, "eu-west-1", currency, "somebody", {one.meter: one for one in prices})


def rates(*ends_and_prices: tuple[int | None, str]) -> tuple[Rate, ...]:
    found, begin = [], Decimal(0)
    for end, amount in ends_and_prices:
        found.append(Rate(begin, None if end is None else Decimal(end), Decimal(amount)))
        begin = Decimal(end or 0)
    return tuple(found)


def offer(usage_type: str = DATA, *some: tuple[int | None, str], **changes: Any) -> Offer:
    given: dict[str, Any] = {
        "service_code": "AWSCloudTrail",
        "region": "eu-west-1",
        "usage_type": usage_type,
        "operation": "",
        "sku": "SKU1",
        "unit": "Events",
        "currency": "USD",
        "effective_from": EFFECTIVE,
        "rates": rates(*(some or ((None, "0.0000010000"),))),
        **changes,
    }
    return Offer(**given)


def lists_of(offers: Sequence[Offer], seen: date = PUBLISHED) -> list[OfferList]:
    codes = dict.fromkeys(one.service_code for one in offers)
    return [
        OfferList(code, PUBLISHED, seen, "1", "list", tuple(one for one in offers if one.service_code == code))
        for code in codes
    ]


def checks_of(ours: PriceBook, *offers: Offer, seen: date = PUBLISHED) -> PriceChecks:
    return check_prices([ours], lists_of(offers, seen), ["eu-west-1"])


def check_of(ours: PriceBook, *offers: Offer, seen: date = PUBLISHED) -> PriceCheck:
    (check,) = (one for one in checks_of(ours, *offers, seen=seen).checks if one.ours)
    return check


# ---- what a unit costs ----


@pytest.mark.parametrize(
    ("listed", "per", "expected"),
    [
        # 0.0000010000 × 100,000 = 0.1
        ("0.0000010000", 100_000, "0.10"),
        # 0.0000030000 × 10,000 = 0.03
        ("0.0000030000", 10_000, "0.03"),
        # 0.0000005000 × 1,000,000 = 0.5
        ("0.0000005000", 1_000_000, "0.5"),
        # 0.00002 × 100,000 = 2
        ("0.0000200000", 100_000, "2"),
        ("0.0230000000", 1, "0.023"),
        ("20", 1_000, "20000"),
        ("0", 1_000, "0"),
    ],
)
def test_a_price_is_told_for_as_many_units_as_the_book_has(listed: str, per: int, expected: str) -> None:
    check = check_of(book(price(tiers=(tier("99"),), per=Decimal(per))), offer(DATA, (None, listed)))
    assert check.theirs is not None
    (only,) = check.theirs.tiers
    assert only == tier(expected)
    assert "E" not in str(only.price)


def test_the_end_of_a_tier_is_the_last_amount_in_it() -> None:
    ours = book(
        price(
            "s3-storage-standard",
            *(tier("0.023", 51200), tier("0.022", 512000), tier("0.021")),
            usage_type="TimedStorage-ByteHrs",
            unit="GB-month",
            per=Decimal(1),
        ),
        service="s3",
    )
    listed = offer(
        "EU-TimedStorage-ByteHrs",
        *((51200, "0.0230000000"), (512000, "0.0220000000"), (None, "0.0210000000")),
        service_code="AmazonS3",
        unit="GB-Mo",
    )
    assert check_of(ours, listed).outcome is Outcome.SAME


def test_neighbouring_tiers_of_one_price_are_one_tier() -> None:
    listed = offer(DATA, (500, "0.0000010000"), (None, "0.0000010000"))
    assert check_of(book(price()), listed).outcome is Outcome.SAME


def test_a_change_is_told_tier_by_tier() -> None:
    check = check_of(
        book(price(tiers=(tier("0.10", 1000), tier("0.08")))), offer(DATA, (500, "0.0000011"), (None, "0"))
    )
    assert check.outcome is Outcome.CHANGED
    first, second = check.changes()
    assert (first.old, first.new, first.old_up_to, first.new_up_to) == (
        *(Decimal("0.10"), Decimal("0.11"), Decimal(1000), Decimal(500)),
    )
    # (0.11 − 0.10) ÷ 0.10 = 0.1; (0 − 0.08) ÷ 0.08 = −1
    assert (first.share, second.share) == (Decimal("0.1"), Decimal(-1))


def test_what_was_free_did_not_rise_by_a_share() -> None:
    (change,) = check_of(book(price(tiers=(tier("0"),))), offer()).changes()
    assert change.share is None


def test_a_price_of_a_list_is_sure_and_dated_and_keeps_what_is_said_of_it() -> None:
    check = check_of(book(price(tiers=(tier("0.2"),), note="Each copy.")), offer(), seen=date(2026, 11, 28))
    theirs = check.theirs
    assert theirs is not None
    assert (theirs.confidence, theirs.source) == (Confidence.HIGH, "AWS Price List, AWSCloudTrail")
    assert (theirs.effective_from, theirs.published, theirs.confirmed) == (EFFECTIVE, PUBLISHED, date(2026, 11, 28))
    assert theirs.note == "Each copy."


# ---- which product is which meter's ----


@pytest.mark.parametrize(
    "usage_type",
    ["DataEventsRecorded", DATA, "EUW1-DataEventsRecorded", "UGW1-DataEventsRecorded", "eu-west-1-DataEventsRecorded"],
)
def test_a_usage_type_matches_with_any_prefix_of_a_region(usage_type: str) -> None:
    assert check_of(book(price()), offer(usage_type)).outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("longer", "name"),
    [
        ("USE1-FreeTrialIngestion-Bytes", "Ingestion-Bytes"),
        ("USE1-FreeTrialQueryScanned-Bytes", "QueryScanned-Bytes"),
        ("USE1-DataInsightsEvents", "InsightsEvents"),
        ("USE1-Ingestion-Bytes-1yearstore-Other-data-sources", "Ingestion-Bytes"),
        ("USE1-PaidEventsRecordedNew", "PaidEventsRecorded"),
        ("EU-Tables-Requests-Tier1", "Requests-Tier1"),
        ("EU-Tables-TimedStorage-INT-AIA-ByteHrs", "TimedStorage-INT-AIA-ByteHrs"),
        ("us-east-1-KMS-Requests-Asymmetric-RSA_2048", "KMS-Requests"),
        ("Global-KMS-Requests", "KMS-Requests"),
        ("EU-ConfigurationItemRecordedDaily", "ConfigurationItemRecorded"),
    ],
)
def test_a_longer_name_is_another_usage_type(longer: str, name: str) -> None:
    assert without_prefix(longer) != name
    check = check_of(book(price(usage_type=name)), offer(longer), offer("EU-SomethingElse", sku="SKU2"))
    assert check.outcome is Outcome.GONE


def test_two_services_may_use_one_name() -> None:
    ours = book(
        price("cloudwatch-logs-storage", tier("0.03"), usage_type="TimedStorage-ByteHrs", unit="GB", per=Decimal(1)),
        service="cloudwatch",
    )
    storage = {"unit": "GB", "sku": "OTHER"}
    check = check_of(
        ours,
        offer("EU-TimedStorage-ByteHrs", (None, "0.023"), service_code="AmazonS3", **storage),
        offer("EU-TimedStorage-ByteHrs", (None, "0.03"), service_code="AmazonCloudWatch", **storage),
    )
    assert check.outcome is Outcome.SAME


def transition(meter: str) -> Price:
    return price(meter, tier("0.01"), usage_type=None, unit="requests", per=Decimal(1000))


def requests(operation: str, amount: str) -> Offer:
    return offer(
        "EU-Requests-Tier4",
        (None, amount),
        operation=operation,
        service_code="AmazonS3",
        unit="Requests",
        sku=f"SKU{operation}",
    )


def test_transitions_are_told_apart_by_their_operation() -> None:
    ours = book(*(transition(f"s3-transition-{c}") for c in ("standard-ia", "glacier-instant-retrieval")), service="s3")
    found = checks_of(ours, requests("", "0.00001"), requests("S3-GIRTransition", "0.00002")).checks
    assert {check.meter: check.outcome for check in found} == {
        "s3-transition-standard-ia": Outcome.SAME,
        "s3-transition-glacier-instant-retrieval": Outcome.CHANGED,
        "s3-transition-intelligent-tiering": Outcome.NEW,
        "s3-transition-one-zone-ia": Outcome.NEW,
    }


def test_a_product_of_its_own_goes_before_one_for_several() -> None:
    ours = book(transition("s3-transition-standard-ia"), service="s3")
    found = checks_of(ours, requests("", "0.5"), requests("S3-SIATransition", "0.00001"))
    assert found.checks[0].outcome is Outcome.SAME


def test_a_free_amount_that_books_leave_out_is_told_and_left_out() -> None:
    ours = book(price("kms-requests-symmetric", tier("0.03"), usage_type=None, unit="requests", per=Decimal(10_000)))
    ours = PriceBook("kms", "eu-west-1", "USD", "x", ours.prices)
    listed = offer(
        "eu-west-1-KMS-Requests",
        *((20_000, "0"), (None, "0.000003")),
        service_code="awskms",
        unit="Requests",
    )
    check = check_of(ours, listed)
    assert check.outcome is Outcome.SAME
    assert "first 20,000 a month free" in check.because


def test_a_free_first_tier_of_any_other_meter_is_a_change() -> None:
    assert check_of(book(price()), offer(DATA, (100, "0"), (None, "0.000001"))).outcome is Outcome.CHANGED


def test_every_meter_with_a_price_has_a_name_or_is_known_to_have_none() -> None:
    priced = {meter for book in price_books(regions=["us-east-1"]) for meter in book.prices}
    assert priced - set(LISTED_NAMES) == {Meter.DATA_AGGREGATION, Meter.DIRECT_DELIVERY}


def test_a_shipped_book_calls_a_meter_as_it_is_looked_for() -> None:
    named = {
        (meter, one.usage_type)
        for book in price_books(regions=["us-east-1"])
        for meter, one in book.prices.items()
        if one.usage_type
    }
    assert named
    assert named <= {(meter, listed.usage_type) for meter, listed in LISTED_NAMES.items()}


# ---- what is not taken ----


def test_several_products_of_one_price_are_one_price() -> None:
    assert check_of(book(price()), offer(), offer(sku="SKU2")).outcome is Outcome.SAME


def test_several_products_of_different_prices_are_refused_by_name() -> None:
    check = check_of(book(price()), offer(), offer(DATA, (None, "0.000002"), sku="SKU2"))
    assert (check.outcome, check.because) == (Outcome.REFUSED, "its SKUs SKU1, SKU2 have different prices")
    assert check.theirs is None


def test_products_that_began_on_different_days_must_agree_too() -> None:
    older = offer(DATA, (None, "0.000002"), sku="SKU2", effective_from=date(2020, 1, 1))
    assert check_of(book(price()), offer(), older).outcome is Outcome.REFUSED


def test_another_unit_is_refused() -> None:
    check = check_of(book(price()), offer(unit="Thousand Events"))
    assert (check.outcome, check.theirs) == (Outcome.REFUSED, None)
    assert '"Thousand Events"' in check.because


def test_another_currency_is_refused() -> None:
    check = check_of(book(price()), offer(currency="CNY"))
    assert (check.outcome, check.because) == (Outcome.REFUSED, "the list has it in CNY, the book is in USD")


def test_rates_with_a_fault_are_refused_with_their_place() -> None:
    check = check_of(book(price()), offer(fault="list.csv:9: SKU SKU1: its rates end at 10"))
    assert (check.outcome, check.because) == (Outcome.REFUSED, "list.csv:9: SKU SKU1: its rates end at 10")


def test_a_list_older_than_the_book_changes_nothing() -> None:
    ours = book(price(tiers=(tier("0.2"),), confirmed=date(2026, 11, 21)))
    assert check_of(ours, offer()).outcome is Outcome.OLDER
    # What AWS shows on that day or later is newer, whenever it was published.
    for seen in (date(2026, 11, 21), date(2026, 11, 22)):
        assert check_of(ours, offer(), seen=seen).outcome is Outcome.CHANGED


@pytest.mark.parametrize("begin", [EFFECTIVE, date(2026, 11, 2)])
def test_a_price_that_begins_no_later_than_the_last_is_refused(begin: date) -> None:
    ours = book(price(tiers=(tier("0.2"),), effective_from=begin))
    assert check_of(ours, offer()).outcome is Outcome.REFUSED


def test_a_price_that_does_not_follow_the_end_of_the_last_is_refused() -> None:
    for end, outcome in ((EFFECTIVE, Outcome.CHANGED), (date(2026, 12, 1), Outcome.REFUSED)):
        ours = book(price(tiers=(tier("0.2"),), effective_until=end))
        assert check_of(ours, offer()).outcome is outcome


# ---- what is there and what is not ----


def test_a_price_that_begins_after_the_list_waits_for_the_one_that_holds() -> None:
    later = offer(DATA, (None, "0.5"), effective_from=date(2027, 1, 1))
    found = checks_of(book(price()), offer(), later)
    assert [check.outcome for check in found.checks] == [Outcome.SAME]
    assert found.announced == 1


def test_a_price_that_begins_after_the_list_is_taken_where_there_is_no_other() -> None:
    check = check_of(book(price()), offer(DATA, (None, "0.5"), effective_from=date(2027, 1, 1)))
    assert check.theirs is not None
    assert (check.outcome, check.theirs.effective_from) == (Outcome.CHANGED, date(2027, 1, 1))


def test_what_the_book_names_and_the_list_lacks_is_gone() -> None:
    check = check_of(book(price()), offer("EU-Other"))
    assert (check.outcome, check.because) == (Outcome.GONE, "the list has no DataEventsRecorded there")


@pytest.mark.parametrize(
    ("source", "outcome"), [("AWS pricing feed", Outcome.NOT_FOUND), ("AWS Price List, awskms", Outcome.GONE)]
)
def test_a_name_nobody_wrote_down_may_be_missing_until_a_list_had_it(source: str, outcome: Outcome) -> None:
    ours = book(price("kms-key", usage_type=None, unit="key-months", source=source), service="kms")
    assert check_of(ours, offer("eu-west-1-Other", service_code="awskms")).outcome is outcome


def test_a_meter_without_any_name_is_told() -> None:
    ours = book(price("direct-delivery", usage_type=None, unit="GB"))
    assert check_of(ours, offer("EU-Other")).outcome is Outcome.NAMELESS


def test_a_list_of_another_region_or_service_says_nothing() -> None:
    found = checks_of(book(price(), price("direct-delivery", usage_type=None)), offer(region="eu-west-2"))
    assert (found.checks, found.not_covered) == ((), 2)
    assert found.regions_without_book == ("eu-west-2",)
    assert found.regions_without_offer == {"AWSCloudTrail": ("eu-west-1",)}


def test_deep_archive_is_not_missed_in_the_list_of_s3() -> None:
    ours = book(
        price("s3-storage-glacier-deep-archive", usage_type="TimedStorage-GDA-ByteHrs", unit="GB-month"), service="s3"
    )
    other = offer("EU-Other", service_code="AmazonS3")
    found = checks_of(ours, other)
    assert (found.checks, found.not_covered) == ((), 1)
    of_its_own = offer("EU-OtherToo", service_code="AmazonS3GlacierDeepArchive")
    assert check_of(ours, other, of_its_own).outcome is Outcome.GONE


def test_a_meter_that_the_book_lacks_is_new() -> None:
    new = checks_of(book(price()), offer(), offer("EU-NetworkEventsRecorded", sku="SKU2")).checks[-1]
    assert (new.meter, new.outcome) == ("network-activity", Outcome.NEW)
    assert new.theirs is not None
    assert (new.theirs.usage_type, new.theirs.unit, new.theirs.per) == ("NetworkEventsRecorded", "events", 100_000)
    assert new.theirs.tiers == (tier("0.1"),)


def test_usage_types_of_no_meter_are_named_without_their_prefix() -> None:
    found = checks_of(book(price()), offer(), offer("EU-Novel"), offer("EU-Novel"), offer("EU-Another"))
    assert found.unknown_usage == {"AWSCloudTrail": ("Another", "Novel")}
