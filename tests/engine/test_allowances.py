"""Free allowances, by hand: applied only where the scenario says so, once for all Regions, and never a tier."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from costplan.engine.allowances import of_allowances
from costplan.engine.rating import free_shares, rate
from costplan.inputs.allowances import read_allowances
from costplan.model.billing import Charge, Meter, Usage
from costplan.model.estimate import MonthEstimate
from costplan.model.prices import FreeAllowance, PriceBook, PriceList
from costplan.model.quantity import Quantity, Replicates
from costplan.model.scenario import Settings
from tests.build import IRELAND, SPAIN, VIRGINIA, between, make_price, make_prices, make_usage

D = Decimal
REQUESTS = FreeAllowance("kms", (Meter.KMS_REQUESTS,), D(20_000), "KMS requests", "a list", date(2026, 1, 1))
LOGS = FreeAllowance(
    "cloudwatch",
    (Meter.CLOUDWATCH_LOGS_INGESTION, Meter.CLOUDWATCH_LOGS_STORAGE),
    D(5),
    "GB of logs",
    "a list",
    date(2026, 1, 1),
)


def prices() -> PriceList:
    listed = {
        Meter.KMS_REQUESTS: make_price(Meter.KMS_REQUESTS, 10_000, ("0.03", None)),
        Meter.CLOUDWATCH_LOGS_INGESTION: make_price(Meter.CLOUDWATCH_LOGS_INGESTION, 1, ("0.50", "10"), ("0.25", None)),
        Meter.CLOUDWATCH_LOGS_STORAGE: make_price(Meter.CLOUDWATCH_LOGS_STORAGE, 1, ("0.03", None)),
    }
    books = dict(make_prices().books)
    for (meter, price), region in product(listed.items(), (IRELAND, VIRGINIA, SPAIN)):
        book = books.get((meter.service, region), PriceBook(meter.service, region, "USD", "a list", {}))
        books[meter.service, region] = replace(book, prices={**book.prices, meter.value: price})
    return replace(make_prices(), books=books, allowances=(REQUESTS, LOGS))


def rated(usages: Sequence[Usage], *allowances: FreeAllowance) -> list[tuple[str, int, Decimal, Decimal]]:
    charges, unpriced = rate(usages, prices(), {}, 1, allowances)
    assert not unpriced
    return [(c.usage.region, c.tier, c.quantity.point, c.list_cost.point) for c in charges]


def test_nothing_is_free_unless_it_is_asked_for() -> None:
    # KMS, 1 key and 100,000 requests: 0.30 for all, 0.24 for those beyond 20,000.
    usage = make_usage(Meter.KMS_REQUESTS, 100_000)
    assert rated([usage]) == [(IRELAND, 1, D(100_000), D("0.30"))]
    assert rated([usage], REQUESTS) == [(IRELAND, 0, D(20_000), D(0)), (IRELAND, 1, D(80_000), D("0.24"))]


def test_what_an_allowance_covers_is_there_at_no_cost() -> None:
    assert rated([make_usage(Meter.KMS_REQUESTS, 15_000)], REQUESTS) == [(IRELAND, 0, D(15_000), D(0))]
    assert rated([make_usage(Meter.KMS_REQUESTS, 0)], REQUESTS) == [(IRELAND, 1, D(0), D(0))]


def test_one_allowance_is_for_all_regions_and_recorders() -> None:
    usages = [make_usage(Meter.KMS_REQUESTS, 15_000, region=region) for region in (VIRGINIA, IRELAND)]
    usages.append(make_usage(Meter.KMS_REQUESTS, 1_000, "other", region=VIRGINIA))
    # By id: Ireland's 15,000 first, then 5,000 of N. Virginia's.
    assert rated(usages, REQUESTS) == [
        (VIRGINIA, 0, D(5_000), D(0)),
        (VIRGINIA, 1, D(10_000), D("0.03")),
        (VIRGINIA, 1, D(1_000), D("0.003")),
        (IRELAND, 0, D(15_000), D(0)),
    ]


def test_meters_use_one_allowance_up_together_and_what_is_free_fills_no_tier() -> None:
    usages = [make_usage(Meter.CLOUDWATCH_LOGS_STORAGE, 3), make_usage(Meter.CLOUDWATCH_LOGS_INGESTION, 17)]
    # 12 GB are left to pay: 10 at 0.50 and 2 at 0.25; storage comes too late.
    assert rated(usages, LOGS) == [
        (IRELAND, 1, D(3), D("0.09")),
        (IRELAND, 0, D(5), D(0)),
        (IRELAND, 1, D(10), D("5.00")),
        (IRELAND, 2, D(2), D("0.50")),
    ]


def test_bands_and_chance_go_through() -> None:
    (banded,) = free_shares([make_usage(Meter.KMS_REQUESTS, between(15_000, 50_000))], [REQUESTS]).values()
    assert [(q.low, q.high) for q in banded] == [(15_000, 20_000), (0, 30_000)]
    sampled = Quantity.sampled(D(19_000), Replicates("a", 1.0, (2_000.0, -2_000.0)))
    ((free, left),) = free_shares([make_usage(Meter.KMS_REQUESTS, sampled)], [REQUESTS]).values()
    assert (free.replicates[0].deviations, left.replicates[0].deviations) == ((1_000.0, -2_000.0), (1_000.0, 0.0))


@pytest.mark.parametrize(
    ("services", "said"), [(frozenset(), "left to other use"), (frozenset({"kms"}), "all there: nothing else")]
)
def test_the_choice_is_printed_with_what_it_moves(services: frozenset[str], said: str) -> None:
    usages = [make_usage(Meter.KMS_REQUESTS, 100_000)]
    settings = Settings(free_allowances=services)
    charges, _ = rate(usages, prices(), {}, 1, [REQUESTS] if services else [])
    (assumption,) = of_allowances(MonthEstimate(1, charges), prices(), settings)
    assert said in assumption.text
    assert "20,000 KMS requests" in assumption.text
    assert "GB of logs" not in assumption.text
    # 20,000 at 0.03 per 10,000.
    assert assumption.moves == D("0.06")


def test_where_nothing_is_saved_nothing_is_said() -> None:
    def charges(*usages: Usage) -> tuple[Charge, ...]:
        return rate(usages, prices(), {}, 1)[0]

    assert not [*of_allowances(MonthEstimate(1, charges(make_usage(Meter.DATA, 5))), prices(), Settings())]
    assert not [*of_allowances(MonthEstimate(1, charges(make_usage(Meter.KMS_REQUESTS, 0))), prices(), Settings())]


def test_the_shipped_allowances_are_those_of_the_sources() -> None:
    shipped = {allowance.meters: allowance.quantity for allowance in read_allowances()}
    assert shipped[("kms-requests-symmetric",)] == 20_000
    assert shipped[("sns-api-requests",)] == 1_000_000
    assert shipped[("sns-delivery-http",)] == 100_000
    assert shipped[("sns-delivery-email",)] == 1_000
    (of_logs,) = (meters for meters in shipped if "cloudwatch-logs-ingestion" in meters)
    assert (len(of_logs), shipped[of_logs]) == (5, 5)
