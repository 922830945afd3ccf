from datetime import date
from decimal import Decimal

import pytest

from costplan.model.billing import Meter
from costplan.model.quantity import Quantity, Replicates
from costplan.reports.amounts import (
    age,
    close_money,
    count,
    ends,
    list_price,
    money,
    money_of,
    number,
    plain,
    plain_money,
    signed_money,
)
from tests.reports.build import between, price


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("0.00", "$0.00"),
        ("129.92", "$129.92"),
        ("1234567.891", "$1,234,567.89"),
        ("0.005", "$0.01"),  # half up, where half even would say $0.00
        ("0.125", "$0.13"),  # half up, where half even would say $0.12
        ("0.0049", "<$0.01"),
        ("1E-20", "<$0.01"),
        ("-0.48", "-$0.48"),
    ],
)
def test_money_is_rounded_half_up_to_cents_and_never_to_nothing(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(("amount", "text"), [("0.48", "+$0.48"), ("-3", "-$3.00"), ("0", "$0.00")])
def test_a_difference_has_a_sign_unless_there_is_none(amount: str, text: str) -> None:
    assert signed_money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.00001", "$0.000010"), ("0.0000375", "$0.000038"), ("0.01", "$0.01"), ("0", "$0.00"), ("-0.0012", "-$0.0012")],
)
def test_an_explained_amount_under_a_cent_keeps_two_digits(amount: str, text: str) -> None:
    assert close_money(Decimal(amount)) == text


def test_a_band_prints_both_of_its_ends() -> None:
    assert money_of(between("12", "14")) == "$12.00–$14.00"


def test_a_band_too_narrow_to_see_prints_once() -> None:
    assert money_of(between("12.001", "12.002")) == "$12.00"


def test_an_interval_prints_its_half_width() -> None:
    # Four replicates, factor 4/16: variance = 0.25 × (4 × 2²) = 4, so the standard error is 2 dollars.
    # t for 3 degrees of freedom is 3.18: 100 ± 6.36.
    sampled = Quantity(Decimal(100), Decimal(100), Decimal(100), (Replicates("d", 0.25, (2.0, -2.0, 2.0, -2.0)),))

    point, _, half_width = money_of(sampled).partition(" ± ")

    assert point == "$100.00"
    assert 6.2 < float(half_width.removeprefix("$")) < 6.4


def test_a_figure_that_is_certain_has_no_ends() -> None:
    assert ends(Quantity.exact(5)) is None
    assert ends(between(1, 5)) == (Decimal(1), Decimal(5))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.2", "<1"),
        ("999999", "999,999"),
        ("999999.7", "1.00M"),
        ("999499999", "999M"),
        ("1700000", "1.70M"),
        ("63100000", "63.1M"),
        ("631000000", "631M"),
        ("999949999", "1.00B"),
        ("1234000000", "1.23B"),
        ("1234000000000", "1,234B"),
    ],
)
def test_events_are_whole_and_have_three_digits_from_a_million_on(value: str, text: str) -> None:
    assert count(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("6496000", "6,496,000"), ("4.50", "4.5"), ("0.1234567", "0.123457"), ("0.00000012345", "0.00000012"), ("0", "0")],
)
def test_a_number_in_full_has_six_decimals_at_most_and_is_never_nothing(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "exact", "dollars"),
    [
        ("6.496E+6", "6496000", "6496000.00"),
        ("0.00002", "0.00002", "0.00002"),
        ("1E-7", "0.0000001", "0.0000001"),
        ("11.90", "11.9", "11.90"),
        ("0E-12", "0", "0.00"),
        ("100", "100", "100.00"),
        ("1.23456789012345678901234567890123456789", *["1.23456789012345678901234567890123456789"] * 2),
    ],
)
def test_numbers_for_machines_are_exact_and_have_no_exponent(value: str, exact: str, dollars: str) -> None:
    assert plain(Decimal(value)) == exact
    assert plain_money(Decimal(value)) == dollars


def test_a_list_price_reads_as_the_list_does() -> None:
    assert list_price(price(Meter.MANAGEMENT_ADDITIONAL_COPY), 1) == "$2.00 per 100,000 events"
    assert list_price(price(Meter.S3_STORAGE_STANDARD), 2) == "$0.02 per GB-month"
    assert list_price(price(Meter.DATA), 1, names_unit=False) == "$0.10 per 100,000"
    assert list_price(price(Meter.S3_STORAGE_STANDARD), 1, names_unit=False) == "$0.03"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (date(2026, 10, 31), "1 day"),
        (date(2026, 9, 2), "60 days"),
        (date(2026, 9, 1), "2 months"),
        (date(2026, 7, 16), "3 months"),
        (date(2024, 10, 31), "2 years"),
        (date(2027, 1, 1), "0 days"),
        (None, "–"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_says_enough(then: date | None, text: str) -> None:
    assert age(then, date(2026, 11, 1)) == text
