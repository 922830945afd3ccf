from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from costplan.model.billing import Meter
from costplan.model.prices import Confidence, Contradiction, PriceTier
from costplan.reports.explain import price_origin
from costplan.reports.prices_table import render_books, render_regions
from tests.reports.build import book

Golden = Callable[[str, str], None]
TODAY = date(2026, 11, 1)


def test_a_book_reads_well(golden: Golden) -> None:
    golden("prices/book.txt", render_books([book("cloudtrail"), book("s3")], 100, TODAY) + "\n")


def test_regions_read_well(golden: Golden) -> None:
    virginia = (book("cloudtrail", "us-east-1", date(2026, 10, 31)), book("s3", "us-east-1", None))
    books = [book("cloudtrail"), book("s3"), *virginia]
    golden("prices/regions.txt", render_regions(books, 100, TODAY) + "\n")


def test_a_service_without_a_book_in_a_region_is_a_dash() -> None:
    lines = render_regions([book("cloudtrail"), book("s3", "us-east-1")], 100, TODAY).splitlines()

    assert next(line for line in lines if line.startswith("eu-west-1")).endswith("–")


def test_every_price_and_tier_has_a_row() -> None:
    text = render_books([book("s3")], 100, TODAY)

    assert "s3-storage-standard  TimedStorage-ByteHrs   $0.03  GB-month          100" in text
    assert "                                            $0.02                  above" in text
    assert "$0.005  1,000 requests" in text


def test_what_differs_from_the_book_is_said_of_the_price() -> None:
    listed = book("cloudtrail")
    data = replace(
        listed.prices[Meter.DATA.value],
        confidence=Confidence.ASSUMED_UNIFORM,
        source="another list",
        confirmed=date(2026, 9, 1),
        note="Seen in one Region only.",
    )
    text = render_books(
        [replace(listed, prices={Meter.DATA.value: data}, unlisted={"insights-data": "not sold there"})], 200, TODAY
    )

    assert "data: confidence assumed-uniform, another list, confirmed 2026-09-01. Seen in one Region only." in text
    assert "not listed: insights-data: not sold there" in text


def test_every_price_of_a_meter_is_shown_with_its_days_the_newest_first() -> None:
    listed = book("cloudtrail")
    data = replace(listed.prices[Meter.DATA.value], effective_from=date(2024, 1, 1))
    old = replace(
        data,
        tiers=(PriceTier(Decimal("0.30")),),
        effective_from=None,
        effective_until=date(2024, 1, 1),
        note="As first published.",
    )
    text = render_books([replace(listed, prices={"data": data}, earlier={"data": (old,)})], 200, TODAY)

    rows = [line.split("  ")[0] + " " + line.split("  ")[-1].strip() for line in text.splitlines() if "$" in line]
    assert rows == ["data from 2024-01-01", "data before 2024-01-01"]
    assert "$0.30" in text
    assert "data (before 2024-01-01): As first published." in text
    assert " holds" not in render_books([listed], 200, TODAY)


def test_who_contradicts_a_price_is_said() -> None:
    listed = book("cloudtrail")
    others = (Contradiction("AWS's calculator", "free"), Contradiction("a guide of 2019", "$0.20."))
    data = replace(listed.prices[Meter.DATA.value], note="Every copy", contradicted=others)
    text = render_books([replace(listed, prices={"data": data})], 200, TODAY)

    said = "Every copy. Contradicted by AWS's calculator: free. Contradicted by a guide of 2019: $0.20."
    assert f"data: {said}" in text
    assert price_origin(data, None).endswith(f"confidence high. {said}")
