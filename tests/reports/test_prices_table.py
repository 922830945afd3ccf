from collections.abc import Callable
from dataclasses import replace
from datetime import date

from costplan.model.billing import Meter
from costplan.model.prices import Confidence
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
