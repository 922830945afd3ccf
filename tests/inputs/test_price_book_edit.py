"""A price book changes line by line, and in no other line."""

from datetime import date
from decimal import Decimal
from difflib import ndiff
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from costplan.inputs.documents import parse_document
from costplan.inputs.price_book import parse_price_book
from costplan.inputs.price_book_edit import BookEdit, edit_book, write_books
from costplan.model.prices import Confidence, Contradiction, Price, PriceTier
from costplan.model.problems import BadInputError

DAY = date(2026, 11, 20)
SHIPPED = sorted((Path(__file__).parent.parent.parent / "pricing").glob("*/*.yaml"))

BOOK = dedent("""\
    # Prices in Ireland.
    service: cloudtrail
    region: eu-west-1
    currency: USD
    published: 2025-08-28
    confirmed: 2026-07-16
    source: AWS pricing feed, cloudtrail
    prices:
      - meter: management-additional-copy  # the second copy
        usage_type: PaidEventsRecorded
        unit: events
        per: 100000
        effective_from: null
        tiers: [{price: 2.00}]
        confidence: high
        confirmed: 2026-03-31   # in the guide
      # Data events are all alike.
      - meter: data
        usage_type: DataEventsRecorded
        unit: events
        per: 100000
        effective_from: null
        tiers: [{price: 0.10}]
        confidence: high
        note: Every copy. Still quoted by somebody.
    unlisted:
      - {meter: network-activity, reason: not in the list}
""").replace("  # the second copy", "")


def price(meter: str = "data", **changes: Any) -> Price:
    given: dict[str, Any] = {
        "usage_type": "DataEventsRecorded",
        "unit": "events",
        "per": Decimal(100_000),
        "tiers": (PriceTier(Decimal("0.2")),),
        "confidence": Confidence.HIGH,
        "source": "AWS Price List, AWSCloudTrail",
        "published": DAY,
        "confirmed": DAY,
        "effective_from": date(2026, 11, 1),
        **changes,
    }
    return Price(meter, **given)


def edited(text: str = BOOK, *added: Price, **confirmed: date) -> str:
    dates = {name.replace("_", "-"): day for name, day in confirmed.items()}
    return edit_book("book.yaml", text, BookEdit(dates, added))


def changes(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_edit_leaves_a_shipped_book_as_it_is_byte_for_byte(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert edit_book(str(path), text, BookEdit({}, ())) == text
    book = parse_price_book(parse_document(str(path), text))
    assert edit_book(str(path), text, BookEdit(dict.fromkeys(book.prices, date(2020, 1, 1)), ())) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_new_date_changes_lines_of_dates_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    book = parse_price_book(parse_document(str(path), text))
    for meters in (list(book.prices), list(book.prices)[:1]):
        after = edit_book(str(path), text, BookEdit(dict.fromkeys(meters, DAY), ()))
        assert all(line[1:].strip().startswith("confirmed:") for line in changes(text, after))
        found = parse_price_book(parse_document(str(path), after))
        assert {meter: found.prices[meter].confirmed for meter in meters} == dict.fromkeys(meters, DAY)


def test_a_date_of_all_prices_stands_in_the_head() -> None:
    after = edited(BOOK, data=DAY, management_additional_copy=DAY)
    assert changes(BOOK, after) == [
        "- confirmed: 2026-07-16",
        "+ confirmed: 2026-11-20",
        "-     confirmed: 2026-03-31   # in the guide",
        "+     confirmed: 2026-11-20   # in the guide",
    ]


def test_a_date_of_one_price_stands_at_that_price() -> None:
    text = BOOK.replace("    confirmed: 2026-03-31   # in the guide\n", "")
    assert changes(text, edited(text, data=DAY)) == ["+     confirmed: 2026-11-20"]


def test_a_date_never_moves_back() -> None:
    assert edited(BOOK, data=date(2026, 7, 16), management_additional_copy=date(2026, 3, 30)) == BOOK


def test_a_new_price_is_a_row_after_the_old_one() -> None:
    new = price(note="Every copy. Still quoted by somebody.", contradicted=(Contradiction("a guide: of 2020", "no"),))
    assert changes(BOOK, edited(BOOK, new)) == [
        "+   - meter: data",
        "+     usage_type: DataEventsRecorded",
        "+     unit: events",
        "+     per: 100000",
        "+     effective_from: 2026-11-01",
        "+     tiers: [{price: 0.20}]",
        "+     confidence: high",
        "+     source: AWS Price List, AWSCloudTrail",
        "+     published: 2026-11-20",
        "+     confirmed: 2026-11-20",
        "+     note: Every copy.",
        "+     contradicted:",
        '+       - by: "a guide: of 2020"',
        "+         says: no",
    ]


def test_both_prices_are_in_the_history() -> None:
    book = parse_price_book(parse_document("x", edited(BOOK, price())))
    assert [one.tiers[0].price for one in book.history("data")] == [Decimal("0.10"), Decimal("0.2")]
    old = book.find("data", date(2026, 10, 31))
    new = book.find("data", date(2026, 11, 1))
    assert old is not None
    assert new is not None
    assert (old.tiers[0].price, new.tiers[0].price) == (Decimal("0.10"), Decimal("0.2"))
    assert old.confirmed == date(2026, 7, 16)


def test_the_date_of_a_meter_with_a_history_is_that_of_its_last_price() -> None:
    once = edited(BOOK, price())
    twice = edited(once, data=date(2026, 12, 1))
    assert changes(once, twice) == ["-     confirmed: 2026-11-20", "+     confirmed: 2026-12-01"]


def test_the_date_of_the_head_never_dates_an_old_price_anew() -> None:
    text = edited(BOOK, price()).replace("    confirmed: 2026-11-20\n", "").replace("    published: 2026-11-20\n", "")
    book = parse_price_book(parse_document("x", edited(text, data=DAY, management_additional_copy=DAY)))
    assert [one.confirmed for one in book.history("data")] == [date(2026, 7, 16), DAY]


def test_tiers_are_written_as_the_shipped_books_write_them() -> None:
    tiers = (PriceTier(Decimal("0.023"), Decimal(51200)), PriceTier(Decimal(2), Decimal(512000)), PriceTier(Decimal(0)))
    after = edited(BOOK, price(tiers=tiers))
    assert "tiers: [{up_to: 51200, price: 0.023}, {up_to: 512000, price: 2.00}, {price: 0.00}]\n" in after


def test_what_was_unlisted_and_is_priced_is_unlisted_no_more() -> None:
    after = edited(BOOK, price("network-activity", usage_type="NetworkEventsRecorded"))
    book = parse_price_book(parse_document("x", after))
    assert (list(book.prices)[-1], dict(book.unlisted)) == ("network-activity", {})
    assert "unlisted" not in after


def test_what_else_is_unlisted_stays_so() -> None:
    more = BOOK + "  - {meter: insights-data, reason: not in the list}\n"
    after = edited(more, price("network-activity", usage_type="NetworkEventsRecorded"))
    assert dict(parse_price_book(parse_document("x", after)).unlisted) == {"insights-data": "not in the list"}


FLOW = """\
{service: cloudtrail, region: eu-west-1, currency: USD, source: x, prices: [
  {meter: data, usage_type: null, unit: events, per: 1, tiers: [{price: 1}], confidence: low}]}
"""


@pytest.mark.parametrize("text", [FLOW, BOOK.replace("  - ", "- ").replace("\n    ", "\n  ")], ids=["flow", "indent"])
def test_a_book_of_another_layout_is_not_touched(text: str) -> None:
    parse_price_book(parse_document("x", text))
    with pytest.raises(BadInputError, match="laid out in another way"):
        edited(text, price())


def test_a_date_that_finds_no_place_is_not_written() -> None:
    text = BOOK.replace("    confirmed: 2026-03-31", "    confirmed:   2026-03-31")
    with pytest.raises(BadInputError, match="management-additional-copy would not be confirmed on 2026-11-20"):
        edited(text, management_additional_copy=DAY)


def test_a_book_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "cloudtrail").write_text("a file, where a folder should be")
    with pytest.raises(BadInputError, match="--to DIR"):
        write_books({tmp_path / "cloudtrail" / "eu-west-1.yaml": BOOK})
    assert [path.name for path in tmp_path.iterdir()] == ["cloudtrail"]


def test_a_book_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "eu-west-1.yaml"
    path.write_text("old")
    path.chmod(0o640)
    write_books({path: BOOK})
    assert (path.read_text(), path.stat().st_mode & 0o777) == (BOOK, 0o640)
    assert len(list(tmp_path.iterdir())) == 1
