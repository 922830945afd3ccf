from datetime import date
from decimal import Decimal

import pytest

from costplan.inputs.documents import parse_document
from costplan.inputs.price_book import parse_price_book
from costplan.model.prices import Confidence, Contradiction
from costplan.model.problems import BadInputError

BOOK = """\
service: cloudtrail
region: eu-west-1
currency: USD
source: a list
published: 2025-04-30
confirmed: 2026-06-11
prices:
  - meter: data
    usage_type: DataEventsRecorded
    unit: events
    per: 100000
    tiers: [{price: 0.10}]
    confidence: high
  - meter: lake
    usage_type: null
    unit: GB
    per: 1
    effective_from: 2024-01-01
    tiers: [{up_to: 5120, price: 2.50}, {up_to: 25600, price: 1}, {price: 0.50}]
    confidence: assumed-uniform
    source: another list
    published: 2026-01-01
    note: seen once
unlisted:
  - {meter: network-activity, reason: not on the list}
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(BadInputError) as caught:
        parse_price_book(parse_document("book.yaml", text))
    return [str(problem) for problem in caught.value.problems]


def test_a_price_book_keeps_sources_and_dates_of_each_price() -> None:
    book = parse_price_book(parse_document("book.yaml", BOOK))
    data, lake = book.prices["data"], book.prices["lake"]
    assert (data.source, str(data.published), str(data.confirmed)) == ("a list", "2025-04-30", "2026-06-11")
    assert (lake.source, str(lake.published), str(lake.confirmed)) == ("another list", "2026-01-01", "2026-06-11")
    assert lake.confidence is Confidence.ASSUMED_UNIFORM
    assert [tier.up_to for tier in lake.tiers] == [5120, 25600, None]
    assert book.unlisted == {"network-activity": "not on the list"}
    assert book.path == "pricing/cloudtrail/eu-west-1.yaml"
    # $0.10 / 100,000 = $0.000001, digit for digit.
    assert data.unit_price(data.tiers[0]) == Decimal("0.000001")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("per: 100000", "per: 300", "book.yaml:11: data: per 300 is no power of ten"),
        (
            "per: 100000",
            "per: 0",
            "book.yaml:11: prices[0].per: expected a whole number, 1 or more, found the number 0",
        ),
        ("{price: 0.10}", "{price: -0.10}", "book.yaml:12: data, tier 1: the price -0.10 is negative"),
        (
            "{price: 0.10}",
            "{price: '0.10'}",
            "book.yaml:12: prices[0].tiers[0].price: expected a number",
        ),
        ("[{price: 0.10}]", "[]", "book.yaml:12: prices[0].tiers: is empty"),
        ("{price: 0.50}]", "{up_to: 9e5, price: 0.50}]", "book.yaml:19: lake, tier 3: has up_to 9E+5"),
        ("up_to: 25600", "up_to: 5120", "book.yaml:19: lake, tier 2: up_to 5120 is not above 5120"),
        ("up_to: 5120, ", "", "book.yaml:19: lake, tier 1: has no up_to"),
        ("meter: lake", "meter: Lake", "book.yaml:14: prices[1].meter: expected a meter in kebab-case"),
        ("meter: network-activity", "meter: data", "book.yaml:25: data is both priced and unlisted"),
        ("confidence: high", "confidence: hihg", "book.yaml:13: prices[0].confidence: expected one of"),
        ("source: a list\n", "", 'book.yaml:1: the key "source" is missing'),
        ("    usage_type: null\n", "", 'book.yaml:14: prices[1]: the key "usage_type" is missing'),
        ("currency: USD", "currency: dollars", "book.yaml:3: currency: expected a currency code such as USD"),
        ("published: 2025-04-30", "published: August", "book.yaml:5: published: expected a date (year-month-day)"),
        ("unlisted:", "not_listed:", 'book.yaml:24: unknown key "not_listed" — did you mean "unlisted"?'),
        ("region: eu-west-1", "region: Ireland", "book.yaml:2: region: expected a Region code such as eu-west-1"),
    ],
)
def test_a_bad_price_book_is_refused(old: str, new: str, problem: str) -> None:
    assert old in BOOK
    (told,) = problems_of(BOOK.replace(old, new, 1))
    assert told.startswith(problem)


def test_all_faults_of_a_book_are_told_at_once() -> None:
    text = (
        BOOK.replace("per: 100000", "per: 7")
        .replace("{price: 0.10}", "{price: -1}")
        .replace("meter: network-activity", "meter: data")
    )
    assert len(problems_of(text)) == 3


def entry(first: str = "", until: str = "", price: str = "0.10", unit: str = "events") -> str:
    """An entry of ``data``, from the day *first* until the day *until*."""
    dates = [f"effective_from: {first}"] if first else []
    dates += [f"effective_until: {until}"] if until else []
    fields = ["meter: data", "usage_type: null", f"unit: {unit}", "per: 100000", *dates]
    return f"  - {{{', '.join(fields)}, tiers: [{{price: {price}}}], confidence: high}}\n"


def dated(*entries: str) -> str:
    return BOOK.partition("prices:\n")[0] + "prices:\n" + "".join(entries)


def test_a_meter_has_the_price_of_the_day() -> None:
    # Written in any order: since ever 0.30; 0.20 from 2024-01-01; 0.10 from 2025-07-01 to 2026-02-28.
    text = dated(
        entry("2025-07-01", "2026-03-01", price="0.10"), entry(price="0.30"), entry("2024-01-01", price="0.20")
    )
    book = parse_price_book(parse_document("book.yaml", text))

    days = ("1999-01-01", "2023-12-31", "2024-01-01", "2025-06-30", "2025-07-01", "2026-02-28", "2026-03-01")
    found = [book.find("data", date.fromisoformat(day)) for day in days]
    assert [price and str(price.tiers[0].price) for price in found] == [
        *("0.30", "0.30", "0.20", "0.20", "0.10", "0.10", None)
    ]
    assert [str(price.tiers[0].price) for price in book.history("data")] == ["0.30", "0.20", "0.10"]
    assert [str(price.effective_until) for price in book.history("data")] == ["2024-01-01", "2025-07-01", "2026-03-01"]
    # Asked for no day: the last known one.
    assert book.find("data") is book.prices["data"] is book.history("data")[-1]
    assert (book.find("lake", date(2025, 1, 1)), book.history("lake")) == (None, ())


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ([entry(), entry()], ["book.yaml:9: data is priced twice — keep one entry"]),
        (
            [entry("2024-01-01"), entry(), entry("2024-01-01")],
            ["book.yaml:10: data is priced twice from 2024-01-01 — keep one entry"],
        ),
        (
            [entry(until="2024-02-01"), entry("2024-01-01")],
            ["book.yaml:9: data has two prices from 2024-01-01 to 2024-02-01 — end each price where the next begins"],
        ),
        (
            [entry("2025-01-01"), entry("2023-01-01", "2024-12-30")],
            ["book.yaml:8: data has no price from 2024-12-30 to 2025-01-01 — end each price where the next begins"],
        ),
        (
            [entry("2025-01-01", "2025-01-01")],
            ["book.yaml:8: data: ends on 2025-01-01, not after it begins on 2025-01-01 — effective_until is the first"],
        ),
        (
            [entry(), entry("2025-01-01", unit="GB")],
            ["book.yaml:9: data: counted in GB, before in events — restate the prices of a meter in one unit"],
        ),
    ],
    ids=["twice", "one-day", "overlap", "gap", "no-time", "units"],
)
def test_prices_of_a_meter_follow_each_other_without_overlap_or_gap(entries: list[str], problems: list[str]) -> None:
    told = problems_of(dated(*entries))
    assert len(told) == len(problems)
    assert all(one.startswith(start) for one, start in zip(told, problems, strict=True))


def test_a_price_that_names_its_end_may_be_followed_at_once() -> None:
    book = parse_price_book(parse_document("book.yaml", dated(entry(until="2024-01-01"), entry("2024-01-01"))))
    assert len(book.history("data")) == 2


def test_who_contradicts_a_price_is_kept_with_it() -> None:
    said = "    contradicted:\n      - {by: a calculator, says: nothing for the first trail}\n"
    text = BOOK.replace("    confidence: high\n", "    confidence: high\n" + said, 1)
    book = parse_price_book(parse_document("book.yaml", text))
    assert book.prices["data"].contradicted == (Contradiction("a calculator", "nothing for the first trail"),)
    assert book.prices["lake"].contradicted == ()

    (told,) = problems_of(text.replace("by: a calculator, ", ""))
    assert told.startswith('book.yaml:15: prices[0].contradicted[0]: the key "by" is missing')
