from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import chain, combinations

import pytest

from costplan.model.billing import Charge, Meter
from costplan.model.estimate import Estimate
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity, total
from costplan.model.scenario import Account
from costplan.reports import Dimension
from costplan.reports.breakdown import break_down, breakdown_table, shares
from costplan.reports.estimate_table import render_table_of
from tests.reports.build import (
    CLAIMS,
    ETL,
    LAKE,
    PROD,
    TEST,
    between,
    charge,
    detail,
    estimate,
    events,
    layouts,
    scenario,
)

Golden = Callable[[str, str], None]
DIMENSIONS = tuple(chain.from_iterable(combinations(Dimension, length) for length in range(1, len(Dimension) + 1)))

BUCKETS = (
    detail(700_000, "AWS::S3::Object", LAKE, ETL),
    detail(200_000, "AWS::S3::Object", CLAIMS, ETL),
    detail(50_000, "AWS::Lambda::Function", None, None),
)


def mixed(discount: str = "0") -> tuple[Charge, ...]:
    return (
        charge(Meter.DATA, 1_000_000, details=BUCKETS),
        charge(Meter.DATA, between(0, 500_000), account=TEST, region="us-east-1", details=()),
        charge(Meter.S3_STORAGE_STANDARD, 100, details=()),
        charge(Meter.S3_STORAGE_STANDARD, 20, tier=2),
        charge(Meter.MANAGEMENT_ADDITIONAL_COPY, "123456.789", recorder="second", scale="1.02", discount=discount),
        charge(Meter.MANAGEMENT_FIRST_COPY, 10_000_000),
    )


@pytest.mark.parametrize("dimensions", DIMENSIONS, ids=lambda d: "+".join(d))
def test_the_rows_add_up_to_the_total_whatever_the_dimensions(dimensions: Sequence[Dimension]) -> None:
    found = estimate("a", mixed(discount="0.07"))
    with exact_arithmetic():
        costs = break_down(found, dimensions)
        listed, net = total(cost.listed for cost in costs.values()), total(cost.net for cost in costs.values())

        # Every choice of the seven; that by month has all months, of which there is one here.
        assert len(DIMENSIONS) == 127
        for everything, whole in ((listed, found.last.list_cost), (net, found.last.net_cost)):
            assert (everything.point, everything.low, everything.high) == (whole.point, whole.low, whole.high)
        assert net.point < listed.point


def test_resources_cost_their_share_and_the_rest_is_not_attributable() -> None:
    # 700,000, 200,000, 50,000 and the rest, 50,000, of 1,000,000 at 0.10 per 100,000
    costs = break_down(estimate("a", (charge(Meter.DATA, 1_000_000, details=BUCKETS),)), [Dimension.RESOURCE])

    assert {key: cost.listed.point for key, cost in costs.items()} == {
        (LAKE,): Decimal("0.70"),
        (CLAIMS,): Decimal("0.20"),
        ("AWS::Lambda::Function",): Decimal("0.05"),
        (None,): Decimal("0.05"),
    }


def test_principals_cost_their_share() -> None:
    # 900,000 by one role, 100,000 by nobody known
    costs = break_down(estimate("a", (charge(Meter.DATA, 1_000_000, details=BUCKETS),)), [Dimension.PRINCIPAL])

    assert {key: cost.listed.point for key, cost in costs.items()} == {
        (ETL,): Decimal("0.90"),
        (None,): Decimal("0.10"),
    }


def test_a_discount_comes_off_every_share_and_off_the_total() -> None:
    # 1,000,000 data events at 0.10 per 100,000, of which 700,000 and 200,000 and 50,000 have a resource, 12 % off
    off = estimate(
        "off",
        (charge(Meter.DATA, 1_000_000, details=BUCKETS, discount="0.12"),),
        of=scenario("off", discounts={"data": Decimal("0.12")}),
    )
    table = breakdown_table([off, estimate("list", (charge(Meter.DATA, 100_000, details=()),))], [Dimension.RESOURCE])
    rows = {row[0]: row[1:] for row in table.rows if row}

    assert rows[LAKE] == ("$0.70 (net $0.62)", "–")
    assert rows["– (not attributable)"] == ("$0.05 (net $0.04)", "$0.10")
    assert rows["Total, month 1"] == ("$1.00", "$0.10")
    assert rows["after discounts, month 1"] == ("$0.88", "$0.10")


def test_details_grow_with_their_usage() -> None:
    # Details are those of the usage's own month, whatever its scale: 750,000 at 0.10 per 100,000.
    share = (detail(750_000, "AWS::S3::Object", LAKE),)
    grown = charge(Meter.DATA, 750_000, details=share, scale="1.5")

    assert [(part.detail is None, part.list_cost.point) for part in shares(grown)] == [(False, Decimal("0.75"))]


def test_a_charge_under_a_graduated_price_belongs_to_no_resource() -> None:
    stored = charge(Meter.S3_STORAGE_STANDARD, 100, details=(detail(100, "AWS::S3::Object", LAKE),))

    assert [part.detail for part in shares(stored)] == [None]


def test_a_band_is_split_at_both_ends() -> None:
    banded = detail(0, "AWS::S3::Object", LAKE)
    banded = type(banded)(banded.resource_type, banded.container, None, between(0, 300_000))
    parts = list(shares(charge(Meter.DATA, Quantity.between(Decimal(100_000), Decimal(400_000)), details=(banded,))))

    assert [(p.list_cost.low, p.list_cost.high) for p in parts] == [
        (Decimal(0), Decimal("0.3")),
        (Decimal("0.1"), Decimal("0.1")),
    ]


def test_top_keeps_the_dearest_rows_and_adds_up_the_others() -> None:
    rows = [row for row in breakdown_table([estimate("a", mixed())], [Dimension.METER], top=1).rows if row]

    # storage: 100 × 0.03 + 20 × 0.02 = 3.40; copies: 123,456.789 × 2.00 / 100,000 = 2.47; data: 1.00 + 0.00–0.50
    assert rows == [
        ("S3 storage", "$3.40"),
        ("others (3 rows)", "$3.47–$3.97"),
        ("Total, month 1", "$6.87–$7.37"),
    ]


def test_a_top_that_holds_every_row_has_no_others() -> None:
    rows = breakdown_table([estimate("a", mixed())], [Dimension.METER], top=4).rows

    assert not any(row and row[0].startswith("others") for row in rows)


def test_accounts_are_shown_by_the_names_of_the_scenario() -> None:
    named = estimate("a", (charge(Meter.DATA, 1),), of=scenario("a", accounts={PROD: Account("prod")}))
    nameless = estimate("b", (charge(Meter.DATA, 1),), of=scenario("b", accounts={}))

    def first_label(*estimates: Estimate) -> str:
        rows = breakdown_table(estimates, [Dimension.ACCOUNT]).rows
        return rows[0][0] if rows[0] else ""

    assert first_label(nameless, named) == "prod (111122223333)"
    assert first_label(nameless) == PROD


def test_what_a_scenario_does_not_have_is_a_dash() -> None:
    one = estimate("one", (charge(Meter.DATA, 1_000_000, region="us-east-1"),))
    two = estimate("two", (charge(Meter.DATA, 2_000_000),))

    assert breakdown_table([one, two], [Dimension.REGION]).rows[:2] == (
        ("eu-west-1", "–", "$2.00"),
        ("us-east-1", "$1.00", "–"),
    )


def test_recorders_say_what_removing_each_alone_would_save_and_that_it_does_not_add_up() -> None:
    found = estimate(
        "two trails",
        (charge(Meter.MANAGEMENT_ADDITIONAL_COPY, 1_000_000, recorder="second"),),
        recorded=events({"Management": 1_000_000}, saved={"first": "20.00", "second": "20.00"}),
    )
    text = render_table_of([found], 100, [Dimension.RECORDER])

    assert breakdown_table([found], [Dimension.RECORDER]).rows[:2] == (
        ("second", "$20.00", "$20.00"),
        ("first", "–", "$20.00"),
    )
    assert "does not add up" in text
    assert "R82" in text


def test_recorders_that_save_what_they_cost_need_no_second_column() -> None:
    found = estimate(
        "apart",
        # 1,000,000 × 0.000001 and 3,000,000 × 0.000001.
        (charge(Meter.DATA, 1_000_000, recorder="first"), charge(Meter.DATA, 3_000_000, recorder="second")),
        recorded=events({"Data": 4_000_000}, saved={"first": "1.00", "second": "3.00", "idle": "0"}),
    )

    assert breakdown_table([found], [Dimension.RECORDER]).rows[:3] == (
        ("second", "$3.00"),
        ("first", "$1.00"),
        ("idle", "–"),
    )
    assert "add up" not in render_table_of([found], 100, [Dimension.RECORDER])


@pytest.mark.parametrize(
    ("name", "dimensions", "top"),
    [
        ("by-account-meter-top-2", (Dimension.ACCOUNT, Dimension.METER), 2),
        ("by-recorder", (Dimension.RECORDER,), None),
        ("by-resource-principal", (Dimension.RESOURCE, Dimension.PRINCIPAL), None),
    ],
)
def test_a_breakdown_reads_well(name: str, dimensions: tuple[Dimension, ...], top: int | None, golden: Golden) -> None:
    golden(f"estimate/{name}.txt", render_table_of(layouts(), 80, dimensions, top) + "\n")
