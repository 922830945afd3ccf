"""Price books brought up to date: from files and over HTTP, with every refusal."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.account.session import Access
from costplan.inputs.aws.patience import Patience
from costplan.inputs.price_book import read_price_book
from costplan.model.price_checks import Outcome
from costplan.model.prices import Price, PriceBook
from costplan.model.problems import BadInputError, UsageError
from costplan.workflows.price_updates import Method, compare_prices, plan_update, write_update
from costplan.workflows.show import price_books
from tests.inputs.offers.conftest import price_lists
from tests.inputs.offers.price_list_server import PriceListServer
from tests.offers import Row, bulk_of, by_code, csv_of, product_texts, rows_of

__all__ = ["price_lists"]

PUBLISHED = date(2026, 11, 20)
TODAY = date(2026, 11, 28)
ACCESS = Access(patience=Patience(attempts=3, first_pause=0.001, longest_pause=0.002))
PRICING = Path(__file__).parent.parent.parent / "pricing"

Write = Callable[..., list[Path]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the lists that some rows make, in one of the layouts."""

    def to(rows: list[Row], layout: str = "json", **about: Any) -> list[Path]:
        paths = []
        for code, some in by_code(rows).items():
            path = tmp_path / f"{code}.{layout}"
            text = {
                "json": lambda some=some: json.dumps(bulk_of(some, **about)),
                "csv": lambda some=some: csv_of(some, **about),
                "products": lambda some=some: json.dumps({"PriceList": product_texts(some, **about)}),
            }[layout]()
            path.write_text(text)
            paths.append(path)
        return paths

    return to


def rows(*regions: str, service: str = "cloudtrail") -> list[Row]:
    return rows_of(price_books([service], regions))


def changed(some: list[Row], name: str, **changes: Any) -> list[Row]:
    """The rows, with the one whose usage type ends so changed; without it where there are no changes."""
    found = [{**row, **changes} if row["usage_type"].endswith(f"-{name}") else row for row in some]
    assert found != some or not changes
    return found if changes else [row for row in some if not row["usage_type"].endswith(f"-{name}")]


def problems_of(**how: Any) -> str:
    with pytest.raises(BadInputError) as caught:
        plan_update(**how)
    return "\n".join(str(problem) for problem in caught.value.problems)


def prices_in(path: Path) -> dict[str, tuple[Price, ...]]:
    book = read_price_book(path)
    return {meter: book.history(meter) for meter in book.prices}


def what_it_costs(book: PriceBook) -> dict[str, object]:
    return {
        meter: [(p.tiers, p.per, p.unit, p.effective_from, p.note, p.contradicted, p.confidence) for p in history]
        for meter in book.prices
        if (history := book.history(meter))
    }


# ---- the shipped books as a list ----


@pytest.mark.parametrize(
    ("layout", "services"),
    [("json", ()), ("csv", ("s3",)), ("products", ("cloudtrail",))],
    ids=["json", "csv", "products"],
)
def test_a_list_made_of_the_shipped_books_changes_dates_alone(
    layout: str, services: tuple[str, ...], write: Write, tmp_path: Path
) -> None:
    books = price_books(services)
    files = write(rows_of(books), layout)
    plan = plan_update(services, files=files, to=tmp_path / "own")
    assert {check.outcome for check in plan.checks.checks} <= {Outcome.SAME, Outcome.NAMELESS}
    assert plan.checks.not_covered == 0
    assert plan.changed == ()
    write_update(plan)
    own = price_books(services, pricing=tmp_path / "own")
    assert [what_it_costs(book) for book in own] == [what_it_costs(book) for book in books]
    dated = {check.meter for check in plan.checks.of(Outcome.SAME)}
    for before, after in zip(books, own, strict=True):
        for meter, price in after.prices.items():
            assert price.confirmed == (PUBLISHED if meter in dated else before.prices[meter].confirmed)
    # Once is enough.
    again = plan_update(services, files=files, to=tmp_path / "own")
    assert (again.texts, again.dated) == ({}, 0)


@settings(max_examples=25)
@given(
    name=st.sampled_from(["DataEventsRecorded", "PaidEventsRecorded", "InsightsEvents", "PaidStorage-ByteHrs"]),
    price=st.decimals(min_value="0.0000000001", max_value="9", places=10),
    bounds=st.lists(st.integers(1, 10**9), max_size=4, unique=True).map(sorted),
)
def test_whatever_the_list_asks_is_what_a_unit_costs_from_then_on(
    name: str, price: Decimal, bounds: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("own")
    ends = [*map(str, bounds), "Inf"]
    tiers = [(end, f"{price * (len(ends) - at):.10f}") for at, end in enumerate(ends)]
    file = folder / "list.json"
    file.write_text(json.dumps(bulk_of(changed(rows("eu-west-1"), name, tiers=tiers))))
    write_update(plan_update(files=[file], to=folder / "own"))
    book = read_price_book(folder / "own" / "cloudtrail" / "eu-west-1.yaml")
    found = next(one for one in book.prices.values() if one.usage_type == name)
    assert [(found.unit_price(tier), tier.up_to) for tier in found.tiers] == [
        (Decimal(amount), None if end == "Inf" else Decimal(end)) for end, amount in tiers
    ]
    assert book.history(found.meter)[0].tiers == price_books(["cloudtrail"], ["eu-west-1"])[0].prices[found.meter].tiers


# ---- what is written ----


def test_a_changed_price_holds_from_its_day_and_the_old_one_until_then(write: Write, tmp_path: Path) -> None:
    files = write(changed(rows("eu-west-1"), "DataEventsRecorded", tiers=[("Inf", "0.0000008000")]))
    plan = plan_update(files=files, to=tmp_path / "own")
    assert [(check.meter, check.outcome) for check in plan.changed] == [("data", Outcome.CHANGED)]
    assert not (tmp_path / "own").exists()
    write_update(plan)
    old, new = prices_in(tmp_path / "own" / "cloudtrail" / "eu-west-1.yaml")["data"]
    assert (old.tiers[0].price, old.confirmed) == (Decimal("0.10"), date(2026, 7, 16))
    # 0.0000008 × 100,000 = 0.08
    assert (new.tiers[0].price, new.effective_from) == (Decimal("0.08"), date(2026, 11, 1))
    assert (new.source, new.published) == ("AWS Price List, AWSCloudTrail", PUBLISHED)


def test_a_price_stays_contradicted(write: Write, tmp_path: Path) -> None:
    files = write(changed(rows("eu-west-1"), "PaidEventsRecorded", tiers=[("Inf", "0.00003")]))
    write_update(plan_update(files=files, to=tmp_path / "own"))
    old, new = prices_in(tmp_path / "own" / "cloudtrail" / "eu-west-1.yaml")["management-additional-copy"]
    assert new.contradicted == old.contradicted != ()
    assert "Still quoted" in old.note
    assert new.note == "Every copy after the free one."


def test_a_meter_that_a_region_lists_at_last_is_listed(write: Write, tmp_path: Path) -> None:
    some = rows("us-gov-west-1")
    template = next(row for row in some if row["usage_type"].endswith("-DataEventsRecorded"))
    files = write([*some, {**template, "sku": "NEW", "usage_type": "UGW1-NetworkEventsRecorded"}])
    assert "network-activity" in price_books(["cloudtrail"], ["us-gov-west-1"])[0].unlisted
    write_update(plan_update(files=files, to=tmp_path / "own"))
    book = read_price_book(tmp_path / "own" / "cloudtrail" / "us-gov-west-1.yaml")
    assert book.prices["network-activity"].tiers[0].price == Decimal("0.1")
    assert "network-activity" not in book.unlisted


def test_the_folder_in_use_is_written_to_where_no_other_is_named(write: Write, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "cloudtrail").mkdir(parents=True)
    shutil.copy(PRICING / "cloudtrail" / "eu-west-1.yaml", own / "cloudtrail")
    files = write(rows("eu-west-1"))
    assert list(plan_update(files=files, pricing=own).texts) == [own / "cloudtrail" / "eu-west-1.yaml"]
    assert list(plan_update(files=files).texts) == [PRICING / "cloudtrail" / "eu-west-1.yaml"]


def test_two_folders_to_write_to_are_one_too_many(write: Write, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give one of them"):
        plan_update(files=write(rows("eu-west-1")), to=tmp_path, pricing=tmp_path)


def test_only_what_was_asked_for_is_compared(write: Write) -> None:
    files = write(rows("eu-west-1", "eu-west-2"))
    checks = compare_prices(["cloudtrail"], ["eu-west-2"], files=files)
    assert {check.region for check in checks.checks} == {"eu-west-2"}
    with pytest.raises(UsageError, match="no price books of ec2"):
        compare_prices(["ec2"], files=files)


# ---- what is refused ----


def test_a_list_that_lacks_a_price_is_refused_by_its_name(write: Write, tmp_path: Path) -> None:
    files = write(changed(changed(rows("eu-west-1", "eu-west-2"), "DataEventsRecorded"), "InsightsEvents"))
    said = problems_of(files=files, to=tmp_path / "own")
    assert said.count("--allow-missing") == 4
    assert "data in eu-west-1: the list has no DataEventsRecorded there" in said
    assert "insights-management in eu-west-2" in said
    plan = plan_update(files=files, to=tmp_path / "own", allow_missing=True)
    write_update(plan)
    (still,) = prices_in(tmp_path / "own" / "cloudtrail" / "eu-west-1.yaml")["data"]
    assert still.confirmed == date(2026, 7, 16)


def test_a_list_that_lacks_hundreds_of_prices_names_twenty(write: Write, tmp_path: Path) -> None:
    some = [row for row in rows_of(price_books(["cloudtrail"])) if row["usage_type"].endswith("-FreeEventsRecorded")]
    lines = problems_of(files=write(some), to=tmp_path / "own").splitlines()
    assert len(lines) == 21
    # 419 prices have a name in AWS's lists, and 36 of them are there.
    assert "lacks 363 more prices" in lines[-1]


@pytest.mark.parametrize("make", [lambda _: [], lambda some: [{**row, "region": ""} for row in some]])
def test_a_list_without_any_price_is_refused(make: Callable[[list[Row]], list[Row]], tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(bulk_of(make(rows("eu-west-1")), "AWSCloudTrail")))
    said = problems_of(files=[path])
    assert "list.json" in said
    assert "no price" in said


def test_a_list_of_nothing_that_was_asked_for_is_refused(write: Write) -> None:
    files = write(rows("eu-west-1"))
    assert "no price of kms in the Regions that were asked for" in problems_of(services=["kms"], files=files)
    assert "no price of cloudtrail" in problems_of(services=["cloudtrail"], regions=["eu-west-2"], files=files)


def test_every_damaged_file_is_named_and_nothing_is_written(write: Write, tmp_path: Path) -> None:
    good = write(rows("eu-west-1"))
    other = tmp_path / "cut.json"
    other.write_text(good[0].read_text()[:2000])
    third = tmp_path / "cut.csv"
    third.write_text(csv_of(rows("eu-west-1"))[:-30])
    said = problems_of(files=[*good, other, third, tmp_path / "none.json"], to=tmp_path / "own")
    assert [line.rpartition("/")[2].partition(":")[0] for line in said.splitlines()] == [
        *("cut.json", "cut.csv", "none.json"),
    ]
    assert not (tmp_path / "own").exists()


def test_an_older_list_moves_nothing_back(write: Write, tmp_path: Path) -> None:
    own = tmp_path / "own"
    some = rows("eu-west-1")
    write_update(plan_update(files=write(changed(some, "DataEventsRecorded", tiers=[("Inf", "0.0000008")])), to=own))
    before = (own / "cloudtrail" / "eu-west-1.yaml").read_text()
    plan = plan_update(files=write(some, published="2026-11-02T00:00:00Z"), to=own)
    assert plan.texts == {}
    assert [check.meter for check in plan.checks.of(Outcome.OLDER)] == ["data"]
    assert (own / "cloudtrail" / "eu-west-1.yaml").read_text() == before


def test_a_price_that_is_refused_leaves_the_others_to_be_written(write: Write, tmp_path: Path) -> None:
    some = changed(rows("eu-west-1"), "DataEventsRecorded", unit="Thousand Events", tiers=[("Inf", "0.001")])
    write_update(plan_update(files=write(some), to=tmp_path / "own"))
    found = prices_in(tmp_path / "own" / "cloudtrail" / "eu-west-1.yaml")
    assert len(found["data"]) == 1
    assert found["data"][0].confirmed == date(2026, 7, 16)
    assert found["lake-query-scanned"][0].confirmed == PUBLISHED


def test_a_book_that_cannot_be_changed_keeps_all_from_being_written(write: Write, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "cloudtrail").mkdir(parents=True)
    text = (PRICING / "cloudtrail" / "eu-west-1.yaml").read_text()
    (own / "cloudtrail" / "eu-west-1.yaml").write_text(text.replace("\n  - ", "\n- ").replace("\n    ", "\n  "))
    said = problems_of(files=write(rows("eu-west-1", "eu-west-2")), to=own)
    assert "laid out in another way" in said
    assert [path.name for path in (own / "cloudtrail").iterdir()] == ["eu-west-1.yaml"]


def test_a_folder_of_books_that_is_not_there_is_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such folder of price books"):
        compare_prices(files=write(rows("eu-west-1")), pricing=tmp_path / "nowhere")


# ---- over HTTP ----


@pytest.mark.parametrize("method", Method)
def test_what_aws_shows_today_is_confirmed_today(method: Method, price_lists: PriceListServer, tmp_path: Path) -> None:
    price_lists.rows = rows("eu-west-1", "eu-west-2") + rows("eu-west-1", service="s3")
    price_lists.page = 7
    price_lists.failures = [("GetProducts", "ThrottlingException"), ("ListPriceLists", "ThrottlingException")]
    plan = plan_update(
        ["cloudtrail", "s3"], ["eu-west-1"], method=method, access=ACCESS, today=TODAY, to=tmp_path / "own"
    )
    assert {check.seen for check in plan.checks.of(Outcome.SAME)} == {TODAY}
    assert {path.name for path in plan.texts} == {"eu-west-1.yaml"}
    write_update(plan)
    book = read_price_book(tmp_path / "own" / "s3" / "eu-west-1.yaml")
    assert book.prices["s3-storage-glacier-deep-archive"].confirmed == TODAY


@pytest.mark.parametrize("method", Method)
def test_a_region_that_aws_has_no_list_of_is_told(method: Method, price_lists: PriceListServer) -> None:
    price_lists.rows = rows("eu-west-1")
    checks = compare_prices(["cloudtrail"], ["eu-west-1", "mx-central-1"], method=method, access=ACCESS, today=TODAY)
    assert checks.regions_without_offer == {"AWSCloudTrail": ("mx-central-1",)}


@pytest.mark.parametrize("method", Method)
def test_an_answer_without_any_price_is_refused(method: Method, price_lists: PriceListServer, tmp_path: Path) -> None:
    price_lists.rows = []
    said = problems_of(services=["kms"], method=method, access=ACCESS, today=TODAY, to=tmp_path / "own")
    assert "nothing can be compared" in said


def test_fetched_prices_are_never_older_than_the_book(price_lists: PriceListServer, tmp_path: Path) -> None:
    """AWS republishes a list only when something in it changes: that it shows it today is what counts."""
    price_lists.rows = changed(rows("eu-west-1"), "DataEventsRecorded", tiers=[("Inf", "0.0000008")])
    own = tmp_path / "own"
    how: dict[str, Any] = {"access": ACCESS, "to": own}
    write_update(plan_update(["cloudtrail"], ["eu-west-1"], today=TODAY, **how))
    later = plan_update(["cloudtrail"], ["eu-west-1"], today=TODAY + timedelta(days=200), **how)
    assert (later.changed, later.dated) == ((), 13)
