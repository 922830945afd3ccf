"""Estimates say that their prices are old."""

from datetime import date, timedelta
from pathlib import Path

from costplan.workflows.estimate import estimate
from costplan.workflows.price_age import LONGEST_DAYS

TYPED = "management=40M/month"
# The oldest of its prices: those of S3 in us-east-1.
CONFIRMED = date(2025, 10, 22)


def ages_of(today: date, **how: object) -> list[str]:
    found = estimate(typed=TYPED, today=today, **how)  # type: ignore[arg-type]
    return [warning for warning in found.warnings if "last confirmed" in warning]


def test_a_price_is_old_the_day_after_the_last_that_it_may_be() -> None:
    """Storage in S3 was last confirmed on 2025-10-22, the first copy of an event on 2026-03-31."""
    limit = CONFIRMED + timedelta(days=LONGEST_DAYS)
    assert ages_of(limit) == []
    (said,) = ages_of(limit + timedelta(days=1))
    assert said.startswith("2 of 3 list prices in use were last confirmed more than 180 days ago")
    assert "the oldest on 2025-10-22: costplan prices verify" in said


def test_one_sentence_counts_them_all() -> None:
    (said,) = ages_of(date(2027, 11, 28))
    assert said.startswith("3 of 3 list prices")


def test_the_day_of_the_prices_makes_them_no_younger() -> None:
    assert ages_of(date(2027, 11, 28), as_of=date(2026, 8, 1)) == ages_of(date(2027, 11, 28))


def test_prices_of_ones_own_have_no_age(tmp_path: Path) -> None:
    own = tmp_path / "prices.yaml"
    meters = ("management-first-copy", "s3-put-standard", "s3-storage-standard")
    rows = "".join(f"  - {{meter: {meter}, price: 1}}\n" for meter in meters)
    own.write_text(f"currency: USD\nprices:\n{rows}")
    assert ages_of(date(2027, 11, 28), prices=own) == []


def test_books_of_ones_own_are_as_old_as_they_say(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent.parent / "pricing" / "s3" / "us-east-1.yaml"
    (tmp_path / "s3").mkdir()
    text = source.read_text().replace("confirmed: 2025-10-22", "confirmed: 2026-11-20", 1)
    (tmp_path / "s3" / "us-east-1.yaml").write_text(text)
    assert len(ages_of(date(2026, 6, 1))) == 1
    assert ages_of(date(2026, 6, 1), pricing=tmp_path) == []


def test_a_price_that_nobody_confirmed_is_old(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent.parent / "pricing" / "s3" / "us-east-1.yaml"
    (tmp_path / "s3").mkdir()
    text = source.read_text().replace("confirmed: 2025-10-22\n", "", 1)
    (tmp_path / "s3" / "us-east-1.yaml").write_text(text)
    (said,) = ages_of(date(2025, 1, 1), pricing=tmp_path)
    assert "one of them never" in said
