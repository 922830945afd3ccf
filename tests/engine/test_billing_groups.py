"""Tiers of a price pool within a billing group only."""

from datetime import date
from decimal import Decimal, localcontext

import pytest

from costplan.engine.estimation import estimate_scenario
from costplan.engine.limits import limit_of
from costplan.engine.rating import rate
from costplan.model.billing import Meter
from costplan.model.estimate import Estimate
from costplan.model.prices import FreeAllowance
from costplan.model.recorders import LogBucket
from costplan.model.scenario import Account
from costplan.model.volumes import FileStatistics, Volumes
from tests.build import (
    EXACT,
    IRELAND,
    PROD,
    TEST,
    VIRGINIA,
    make_price,
    make_prices,
    make_row,
    make_scenario,
    make_trail,
    make_usage,
    object_row,
    on_objects,
)

D = Decimal
TIERED = make_price(Meter.DATA, 1, ("0.10", "100"), ("0.05", None))
OF_DATA = make_prices(TIERED, without=(Meter.S3_PUT, Meter.S3_STORAGE_STANDARD))
APART = {TEST: Account(billing_group="resale")}


def costs(groups: dict[str, str], *usages: tuple[str, str, int]) -> dict[tuple[str, str], Decimal]:
    """List cost by account and Region."""
    made = [make_usage(Meter.DATA, amount, account=account, region=region) for account, region, amount in usages]
    found: dict[tuple[str, str], Decimal] = {}
    for charge in rate(made, OF_DATA, {}, 1, groups=groups)[0]:
        place = (charge.usage.account, charge.usage.region)
        found[place] = found.get(place, D(0)) + charge.list_cost.point
    return found


def test_without_groups_all_accounts_fill_the_tiers_together() -> None:
    # 80 + 80: 100 at 0.10, the last 60 at 0.05.
    assert sum(costs({}, (PROD, IRELAND, 80), (TEST, IRELAND, 80)).values()) == 13


def test_a_group_fills_tiers_of_its_own_in_each_region() -> None:
    usages = ((PROD, IRELAND, 80), (TEST, IRELAND, 120), (TEST, VIRGINIA, 120))
    # 80 × 0.10; 100 × 0.10 + 20 × 0.05, twice.
    assert costs({TEST: "resale"}, *usages) == {(PROD, IRELAND): 8, (TEST, IRELAND): 11, (TEST, VIRGINIA): 11}


def test_accounts_of_one_group_share_its_tiers() -> None:
    usages = ((PROD, IRELAND, 80), (TEST, IRELAND, 80))
    assert sum(costs({PROD: "resale", TEST: "resale"}, *usages).values()) == 13
    assert sum(costs({PROD: "a", TEST: "b"}, *usages).values()) == 16


def of_two_accounts(prices: object = OF_DATA, **rest: object) -> Estimate:
    trails = (make_trail("a", selectors=(on_objects(),)), make_trail("b", account=TEST, selectors=(on_objects(),)))
    scenario = make_scenario(*trails, rows=(object_row(80), object_row(80, account=TEST)), **rest)  # type: ignore[arg-type]
    return estimate_scenario(scenario, prices)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accounts", "cost", "saved"),
    [
        # Pooled, 13; without either 80 × 0.10 = 8 are left.
        ({}, 13, 5),
        # Apart, each has 80 at 0.10.
        (APART, 16, 8),
    ],
)
def test_an_estimate_and_its_savings_follow_the_groups(accounts: dict[str, Account], cost: int, saved: int) -> None:
    result = of_two_accounts(accounts=accounts)
    assert result.last.list_cost.point == cost
    assert [e.saved_if_removed_alone.point for e in result.events.by_recorder] == [saved, saved]


def test_copies_of_several_groups_are_saved_once() -> None:
    """Two trails in each of two accounts: either saves its own account's 100,000 copies, at 2.00."""
    trails = [make_trail(f"{name}{account}", account=account) for account in (PROD, TEST) for name in "ab"]
    scenario = make_scenario(*trails, rows=(make_row(100_000), make_row(100_000, account=TEST)), accounts=APART)
    result = estimate_scenario(scenario, OF_DATA)
    assert result.last.list_cost.point == 4
    assert [e.saved_if_removed_alone.point for e in result.events.by_recorder] == [2, 2, 2, 2]


def test_a_limit_is_looked_for_in_tiers_of_each_group() -> None:
    """Apart, 2 × 80 at 0.10; at twice the volume each is at 160: 10 + 3, together 26."""
    found = limit_of(of_two_accounts(accounts=APART), D(26), OF_DATA)
    assert found.factor == 2
    assert [(m.now, m.then) for m in found.meters] == [(160, 320)]


def test_the_owner_of_the_bucket_decides_the_group_of_its_storage() -> None:
    # 100 GiB arrive in either bucket, and are there for half of month 1: 50 + 50 GiB-months.
    storage = make_price(Meter.S3_STORAGE_STANDARD, 1, ("0.03", "60"), ("0.02", None))
    prices = make_prices(storage, without=(Meter.S3_PUT,))
    files = tuple(
        FileStatistics(account, IRELAND, "CloudTrail", 8760, 100 * 2**30, 10**7, 8760, 8760, D(0), D("10737.41824"))
        for account in (PROD, TEST)
    )
    volumes = (Volumes((make_row(10**7), make_row(10**7, account=TEST)), covers_all=True, files=files),)
    trails = (make_trail("a"), make_trail("b", account=TEST, bucket=LogBucket(account=PROD)))
    with localcontext(EXACT):
        # Both buckets are prod's, so both fill the tiers of prod's group: 60 × 0.03 + 40 × 0.02.
        result = estimate_scenario(make_scenario(*trails, volumes=volumes, accounts=APART), prices)
        assert result.last.list_cost.point == D("2.60")


def test_each_group_has_an_allowance_of_its_own() -> None:
    """100 events are free on a bill: 80 + 80 leave 60 of one bill, and none of two."""
    free = FreeAllowance("cloudtrail", ("data",), D(100), "events", "a page", date(2026, 1, 1))
    usages = [make_usage(Meter.DATA, 80), make_usage(Meter.DATA, 80, account=TEST)]

    def cost(groups: dict[str, str]) -> Decimal:
        charges, _ = rate(usages, OF_DATA, {}, 1, [free], groups)
        return sum((charge.list_cost.point for charge in charges), D(0))

    assert (cost({}), cost({TEST: "resale"})) == (6, 0)
