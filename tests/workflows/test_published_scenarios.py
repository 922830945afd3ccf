"""Published figures that need more than events, each as a scenario file that a user could write."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan import estimate
from costplan.model.billing import Meter, Service
from costplan.model.estimate import Estimate

D = Decimal
TIB = 2**40

CAPTURED = """\
scenario: calculator
accounts: {"111122223333": {regions: [us-east-2]}}
volumes:
  covers_all: true
  account: "111122223333"
  region: us-east-2
  events:
    # 10 GB of writes, which the store takes in.
    - {category: Management, read_only: false, event_source: ec2.amazonaws.com, count: 10M/month,
       raw_bytes: 10737418240}
    - {category: Management, read_only: true, event_source: ec2.amazonaws.com, count: 10M/month}
    - {category: data, type: s3, writes: 10M/month}
    - {category: data, type: lambda, events: 10M/month}
    - {category: network, event_source: kms.amazonaws.com, events: 10M/month}
recorders:
  - trail: captured
    account: "111122223333"
    home_region: us-east-2
    is_multi_region: false
    insights: [{type: ApiCallRateInsight, categories: [Management]}]
    advanced_event_selectors:
      - {fields: {eventCategory: {equals: [Management]}}}
      - {fields: {eventCategory: {equals: [Data]}, resources.type: {equals: ["AWS::S3::Object"]}}}
      - {fields: {eventCategory: {equals: [Data]}, resources.type: {equals: ["AWS::Lambda::Function"]}}}
      - {fields: {eventCategory: {equals: [NetworkActivity]}, eventSource: {equals: [kms.amazonaws.com]}}}
  - event_data_store: lake
    account: "111122223333"
    home_region: us-east-2
    is_multi_region: false
    retention_days: 500
    other_gib_per_month: 10
    extended_retention_gib: 10
    scanned_gib_per_month: 10
    advanced_event_selectors:
      - {fields: {eventCategory: {equals: [Management]}, readOnly: {equals: ["false"]}}}
assumptions: {months: 1, network_activity_first_copy: FIRST_COPY}
"""


def one(folder: Path, text: str) -> Estimate:
    path = folder / "scenario.yaml"
    path.write_text(text)
    (found,) = estimate([path]).estimates
    return found


def of_cloudtrail(found: Estimate) -> dict[Meter, Decimal]:
    costs: dict[Meter, Decimal] = {}
    for charge in found.months[0].charges:
        if charge.usage.meter.service is Service.CLOUDTRAIL:
            meter = charge.usage.meter
            costs[meter] = costs.get(meter, D(0)) + charge.list_cost.point
    return costs


@pytest.mark.parametrize(
    ("first_copy", "network", "total", "moves"),
    [("free", "0", "67.78", None), ("paid", "10.00", "77.78", D("10.00"))],
    ids=["as the calculator says", "as the documents say"],
)
def test_the_captured_estimate_of_aws_s_calculator_comes_out_line_by_line(
    tmp_path: Path, first_copy: str, network: str, total: str, moves: Decimal | None
) -> None:
    found = one(tmp_path, CAPTURED.replace("FIRST_COPY", first_copy))

    costs = of_cloudtrail(found)
    # 10M × 0.10 / 100,000, or nothing for the first trail
    assert costs.pop(Meter.NETWORK_ACTIVITY, D(0)) == D(network)
    assert costs == {
        # one trail, so no further copy
        Meter.MANAGEMENT_FIRST_COPY: D(0),
        # S3 and Lambda: 2 × 10M × 0.10 / 100,000
        Meter.DATA: D("20.00"),
        # 10M writes × 0.35 / 100,000
        Meter.INSIGHTS_MANAGEMENT: D("35.00"),
        # 10 × 0.75, 10 × 0.50, 10 × 0.023, 10 × 0.005
        Meter.LAKE_INGESTION_ONE_YEAR: D("7.50"),
        Meter.LAKE_INGESTION_OTHER: D("5.00"),
        Meter.LAKE_EXTENDED_RETENTION: D("0.23"),
        Meter.LAKE_QUERY_SCANNED: D("0.05"),
    }
    assert sum(of_cloudtrail(found).values()) == D(total)
    assert found.unknown == found.unpriced == ()
    # The ten dollars between the two readings are named.
    named = [a.moves for a in found.assumptions if a.rule == "R86"]
    assert named == ([moves] if moves else [])


SEVEN_YEARS = f"""\
scenario: seven-years
volumes:
  covers_all: true
  events:
    - {{account: "111122223333", region: us-east-1, category: Management, read_only: false, count: 20G/month,
       raw_bytes: {30 * TIB}}}
recorders:
  - event_data_store: lake
    account: "111122223333"
    home_region: us-east-1
    billing_mode: FIXED_RETENTION_PRICING
    retention_days: 2557
"""


def test_thirty_tebibytes_in_a_month_fill_all_tiers_of_the_seven_year_option(tmp_path: Path) -> None:
    found = one(tmp_path, SEVEN_YEARS)

    shares = [(c.quantity.point, c.list_cost.point) for c in found.months[0].charges]
    # 5 TiB × 2.50, 20 TiB × 1.00, 5 TiB × 0.50 per GiB
    assert shares == [(5_120, 12_800), (20_480, 20_480), (5_120, 2_560)]
    assert found.months[0].list_cost.point == D("35840.00")
    assert found.unknown == ()


DIRECT = """\
scenario: direct
volumes:
  covers_all: true
  events:
    - {account: "111122223333", region: us-east-1, category: Management, read_only: false, count: 1M/month}
recorders:
  - direct_delivery: to-cloudwatch
    account: "111122223333"
    regions: [us-east-1]
    advanced_event_selectors:
      - {fields: {eventCategory: {equals: [Management]}}}
    cloudwatch_logs: {retention_days: 90}
assumptions: {gb: GB}
"""


@pytest.mark.parametrize(
    ("gb", "delivered", "ingested"),
    [("decimal", "0.375", "0.75"), ("binary", "0.349", "0.698")],
)
def test_a_million_events_without_a_trail_cost_what_aws_s_formula_says(
    tmp_path: Path, gb: str, delivered: str, ingested: str
) -> None:
    found = one(tmp_path, DIRECT.replace("GB}", f"{gb}}}"))
    costs = {c.usage.meter: c.list_cost.point for c in found.months[0].charges}

    # 10⁶ events × 1,500 bytes: 1.5 GB of 10⁹ bytes, 1.39698 of 2³⁰; × 0.25 and × 0.50
    thousandth = D("0.001")
    assert costs[Meter.DIRECT_DELIVERY].quantize(thousandth) == D(delivered)
    assert costs[Meter.CLOUDWATCH_LOGS_INGESTION].quantize(thousandth) == D(ingested)
