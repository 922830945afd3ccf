"""Published totals: the AWS calculator, a pricing-page example, another estimator's golden, and real bill rows."""

from decimal import Decimal

import pytest

from costplan.model.billing import Meter
from costplan.model.scenario import FirstNetworkCopy, Settings
from costplan.model.selectors import InsightSelector, InsightType
from tests.engine import scenes
from tests.engine.raw_records import (
    EC2,
    KMS,
    YOU,
    Raw,
    advanced,
    basic,
    invoke,
    network,
    on_objects,
    record,
    s3,
    trail,
)
from tests.oracle import Context

OHIO = "us-east-2"
CALL_RATE = (InsightSelector(InsightType.API_CALL_RATE),)
BOTH_TYPES = tuple(InsightSelector(kind) for kind in InsightType)
MILLION = 1_000_000


def in_region(region: str, raw: Raw) -> Raw:
    return {**raw, "awsRegion": region}


READ = record(EC2, "DescribeInstances", read=True)
WRITE = record(EC2, "RunInstances", read=False)
OBJECT_WRITE = s3("PutObject", "amzn-s3-demo-bucket/a")

CAPTURED = trail(
    "captured",
    advanced("Management"),
    on_objects(),
    advanced("Data", resources_type="AWS::Lambda::Function"),
    advanced("NetworkActivity", eventSource=KMS),
    home_region=OHIO,
    insights=CALL_RATE,
)


@pytest.mark.parametrize(
    ("first_copy", "network_cost", "total"),
    [(FirstNetworkCopy.PAID, "10.00", "65.00"), (FirstNetworkCopy.FREE, "0.00", "55.00")],
    ids=["as the documents say", "as the calculator says"],
)
def test_ten_million_events_of_each_kind_cost_what_the_calculator_showed(
    first_copy: FirstNetworkCopy, network_cost: str, total: str
) -> None:
    events = (
        (in_region(OHIO, WRITE), 10 * MILLION),
        (in_region(OHIO, READ), 10 * MILLION),
        (in_region(OHIO, OBJECT_WRITE), 10 * MILLION),
        (invoke("etl", OHIO), 10 * MILLION),
        (network(KMS, "ListKeys", owner=YOU, awsRegion=OHIO), 10 * MILLION),
    )
    settings = Settings(months=1, network_activity_first_copy=first_copy)
    context = Context(enabled={YOU: (OHIO,)})
    charges = scenes.cloudtrail_charges(scenes.estimate(scenes.scenario_of((CAPTURED,), events, context, settings)))
    by_meter = {m: scenes.cost(c for c in charges if c.usage.meter is m) for m in Meter}
    # one trail: 20M first copies, nothing paid
    assert by_meter[Meter.MANAGEMENT_FIRST_COPY] == by_meter[Meter.MANAGEMENT_ADDITIONAL_COPY] == 0
    # S3 and Lambda: 2 × 10M × 0.10 / 100,000 = 20.00
    assert by_meter[Meter.DATA] == Decimal("20.00")
    # 10M × 0.10 / 100,000 = 10.00, or nothing for the first trail
    assert by_meter[Meter.NETWORK_ACTIVITY] == Decimal(network_cost)
    # call rate analyses the 10M writes: × 0.35 / 100,000 = 35.00
    assert by_meter[Meter.INSIGHTS_MANAGEMENT] == Decimal("35.00")
    assert scenes.cost(charges) == Decimal(total)


def test_a_second_trail_pays_for_network_activity_under_either_reading() -> None:
    other = trail("other", advanced("NetworkActivity", eventSource=KMS), home_region=OHIO)
    events = ((network(KMS, "ListKeys", owner=YOU, awsRegion=OHIO), MILLION),)
    settings = Settings(months=1, network_activity_first_copy=FirstNetworkCopy.FREE)
    scenario = scenes.scenario_of((CAPTURED, other), events, Context(enabled={YOU: (OHIO,)}), settings)
    charges = scenes.cloudtrail_charges(scenes.estimate(scenario))
    # 2 copies, 1 free: 1M × 0.10 / 100,000 = 1.00
    assert scenes.cost(charges) == Decimal("1.00")


def test_the_pricing_page_s_two_trails_cost_three_and_two_dollars() -> None:
    trails = (trail("first", basic(s3=("arn:aws:s3",))), trail("second"))
    events = ((READ, 100_000), (WRITE, 50_000), (OBJECT_WRITE, 2 * MILLION))
    estimate = scenes.estimate(scenes.scenario_of(trails, events, Context(enabled={YOU: ("us-east-1",)})))
    charges = scenes.cloudtrail_charges(estimate)
    assert scenes.counted(estimate, Meter.MANAGEMENT_FIRST_COPY) == 150_000
    # second copy 150,000 × 2.00 / 100,000 = 3.00; data 2,000,000 × 0.10 / 100,000 = 2.00
    assert scenes.cost(c for c in charges if c.usage.meter is Meter.MANAGEMENT_ADDITIONAL_COPY) == Decimal("3.00")
    assert scenes.cost(c for c in charges if c.usage.meter is Meter.DATA) == Decimal("2.00")
    assert scenes.cost(charges) == Decimal("5.00")


def test_the_golden_of_infracost_comes_out_the_same() -> None:
    # 100,000 management events, half of them writes, on two trails: 100,000 additional copies.  Both Insights types on
    # both trails: 2 × (50,000 + 100,000) = 300,000 analysed.  200,000 data events on the first.
    trails = (
        trail("first", basic(s3=("arn:aws:s3",)), insights=BOTH_TYPES),
        trail("second", insights=BOTH_TYPES),
    )
    events = ((READ, 50_000), (WRITE, 50_000), (OBJECT_WRITE, 200_000))
    estimate = scenes.estimate(scenes.scenario_of(trails, events, Context(enabled={YOU: ("us-east-1",)})))
    charges = scenes.cloudtrail_charges(estimate)
    assert scenes.counted(estimate, Meter.MANAGEMENT_ADDITIONAL_COPY) == 100_000
    assert scenes.counted(estimate, Meter.DATA) == 200_000
    assert scenes.counted(estimate, Meter.INSIGHTS_MANAGEMENT) == 300_000
    # 2.00 + 0.20 + 1.05 = 3.25
    assert scenes.cost(charges) == Decimal("3.25")


BILLED_INSIGHTS = {
    "us-east-1": (6_002, "0.021007"),
    "us-east-2": (6_004, "0.021014"),
    "eu-central-1": (5_972, "0.020902"),
    "eu-west-1": (5_978, "0.020923"),
    "eu-west-3": (5_968, "0.020888"),
    "sa-east-1": (5_982, "0.020937"),
    "us-west-1": (5_980, "0.020930"),
    "us-west-2": (5_974, "0.020909"),
}
"""Rows of a bill: Region → events analysed, amount.  Each is the plain product with 0.0000035, not rounded up."""

BILLED_FREE = {"us-east-1": 754_377, "us-east-2": 507_630, "eu-west-1": 475_452, "us-west-2": 610_246}


def test_insights_rows_of_a_bill_are_plain_products() -> None:
    everywhere = trail("everywhere", is_multi_region=True, insights=CALL_RATE)
    events = tuple((in_region(region, WRITE), count) for region, (count, _) in BILLED_INSIGHTS.items())
    context = Context(enabled={YOU: tuple(BILLED_INSIGHTS)})
    charges = scenes.cloudtrail_charges(scenes.estimate(scenes.scenario_of((everywhere,), events, context)))
    rows = {c.usage.region: (c.quantity.point, c.list_cost.point) for c in charges if c.list_cost.point}
    assert rows == {region: (count, Decimal(amount)) for region, (count, amount) in BILLED_INSIGHTS.items()}


def test_first_copies_of_a_bill_cost_nothing() -> None:
    everywhere = trail("everywhere", is_multi_region=True)
    events = tuple((in_region(region, WRITE), count) for region, count in BILLED_FREE.items())
    context = Context(enabled={YOU: tuple(BILLED_FREE)})
    charges = scenes.cloudtrail_charges(scenes.estimate(scenes.scenario_of((everywhere,), events, context)))
    assert {c.usage.region: c.quantity.point for c in charges} == BILLED_FREE
    assert {c.usage.meter for c in charges} == {Meter.MANAGEMENT_FIRST_COPY}
    assert scenes.cost(charges) == 0
