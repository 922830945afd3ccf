import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given

from costplan import estimate as estimate_files
from costplan.model.billing import Meter, Service, UnpricedUsage
from costplan.model.estimate import Estimate
from costplan.model.months import month_after
from costplan.model.numbers import exact_arithmetic
from costplan.model.places import Region
from costplan.model.recorders import EventDataStore, LogBucket, Trail
from costplan.model.scenario import Account, Gigabyte, Organization, Scenario, Settings
from costplan.reports.estimate_focus import COLUMNS, SERVICES, focus_notes, focus_unit, render_focus
from costplan.reports.estimate_json import render_json
from tests.engine.test_laws import estimate as estimate_scene
from tests.engine.test_laws import scenarios
from tests.reports.build import PROD, TEST, UNKNOWN_LAMBDA, between, charge, estimate, layouts, own_price, scenario
from tests.reports.focus_rules import ALLOWED, DOES_NOT_HOLD, SUBCATEGORIES, faults, read_focus
from tests.reports.focus_rules import COLUMNS as SPECIFIED

START = date(2027, 1, 1)
ROOT = Path(__file__).parent.parent.parent
OWNER = "999999999999"
NAMES = {PROD: Account("prod"), OWNER: Account("management")}


@cache
def shipped() -> tuple[Estimate, ...]:
    folders = sorted(path for path in (ROOT / "scenarios").iterdir() if path.is_dir() and path.name != "volumes")
    return tuple(each for folder in folders for each in estimate_files([folder], months=3).estimates)


def totals(estimates: Sequence[Estimate], *columns: str) -> dict[tuple[str, ...], Decimal]:
    """Sums of columns, by column, scenario and month."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    with exact_arithmetic():
        for row in read_focus(render_focus(estimates, START)):
            for column in columns:
                sums[column, row["x_Scenario"], row["x_Month"]] += Decimal(row[column])
    return dict(sums)


def one_row(of: Estimate) -> dict[str, str]:
    (row,) = read_focus(render_focus([of], START))
    return {name: value for name, value in row.items() if value}


# ---- the specification ----


def test_the_table_of_the_specification_is_whole() -> None:
    assert len(SPECIFIED) == 65
    assert list(SPECIFIED) == sorted(SPECIFIED)
    assert len(SUBCATEGORIES) == 19
    assert sum(len(list(filter(None, names.split("|")))) + 1 for names in SUBCATEGORIES.values()) == 82
    assert set(ALLOWED) <= set(SPECIFIED)


def test_a_column_is_left_out_only_if_its_condition_does_not_hold() -> None:
    left_out = {name for name in SPECIFIED if name not in COLUMNS}
    assert left_out == {name for name, column in SPECIFIED.items() if column.condition in DOES_NOT_HOLD}
    assert len(left_out) == 11


def test_the_shipped_scenarios_follow_every_rule() -> None:
    with exact_arithmetic():
        assert len(shipped()) >= 15
        assert faults(render_focus(shipped(), START)) == []


@given(scenarios())
def test_any_scenario_follows_every_rule_and_adds_up(scene: Scenario) -> None:
    found = estimate_scene(scene)
    with exact_arithmetic():
        assert faults(render_focus([found], START)) == []
    sums = totals([found], "ListCost", "BilledCost")
    for month in found.months:
        assert sums.get(("ListCost", "scene", str(month.month)), Decimal(0)) == month.list_cost.point
        assert sums.get(("BilledCost", "scene", str(month.month)), Decimal(0)) == month.net_cost.point


def test_the_costs_of_a_month_add_up_to_the_totals_of_the_json() -> None:
    sums = totals(shipped(), "ListCost", "BilledCost", "EffectiveCost", "ContractedCost")
    months = 0
    for part in json.loads(render_json(shipped()))["scenarios"]:
        for month in part["months"]:
            of_month = part["name"], str(month["month"])
            assert sums.get(("ListCost", *of_month), Decimal(0)) == Decimal(month["list_cost"])
            for column in ("BilledCost", "EffectiveCost", "ContractedCost"):
                assert sums.get((column, *of_month), Decimal(0)) == Decimal(month["net_cost"])
            months += 1
    assert months == 3 * len(shipped())


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("BilledCost", "", "line 2: BilledCost is null"),
        ("BilledCost", "1/2", "line 2: BilledCost is no number: 1/2"),
        ("BilledCost", "1,000.00", "line 2: BilledCost is no number: 1,000.00"),
        ("BilledCost", "$1.00", "line 2: BilledCost is no number: $1.00"),
        ("BilledCost", "+1", "line 2: BilledCost is no number: +1"),
        ("BilledCost", "1E+3", "line 2: BilledCost is no number: 1E+3"),
        ("BilledCost", "1.01", "line 2: EffectiveCost is not BilledCost although no commitment covers the charge"),
        ("ListCost", "1.01", "line 2: ListCost is not ListUnitPrice × PricingQuantity"),
        ("ContractedUnitPrice", "0.1", "line 2: ContractedCost is not ContractedUnitPrice × PricingQuantity"),
        ("ListUnitPrice", "-1", "line 2: ListUnitPrice is negative: -1"),
        ("PricingQuantity", "", "line 2: PricingQuantity is null for usage"),
        ("PricingUnit", "", "line 2: PricingUnit without PricingQuantity, or the other way round"),
        ("PricingUnit", "GB-Mo", "line 2: PricingUnit is no unit: GB-Mo"),
        ("PricingUnit", "events", "line 2: PricingUnit is no unit: events"),
        ("ConsumedUnit", "GBs", "line 2: ConsumedUnit is no unit: GBs"),
        ("BillingPeriodStart", "2027-01-01", "line 2: BillingPeriodStart is no time: 2027-01-01"),
        ("ChargePeriodEnd", "2027-01-01T00:00:00Z", "line 2: ChargePeriodEnd is not after its start"),
        ("BillingCurrency", "usd", "line 2: BillingCurrency is no currency: usd"),
        ("ChargeCategory", "usage", "line 2: ChargeCategory is not allowed: usage"),
        ("ChargeFrequency", "Monthly", "line 2: ChargeFrequency is not allowed: Monthly"),
        ("ServiceCategory", "Audit", "line 2: ServiceCategory is not allowed"),
        ("ServiceSubcategory", "Object Storage", "line 2: ServiceSubcategory is not of its ServiceCategory"),
        ("RegionName", "", "line 2: RegionName without RegionId, or the other way round"),
        ("ResourceType", "", "line 2: ResourceType without ResourceId, or the other way round"),
        ("SkuId", "", "line 2: SkuId is null for usage"),
        ("SkuPriceId", "", "line 2: PricingQuantity without SkuPriceId"),
        ("PricingCategory", "Committed", "line 2: PricingCategory against CommitmentDiscountId"),
        ("BillingAccountName", "Unknown", "line 2: BillingAccountName stands for null: Unknown"),
        ("SubAccountName", " ", "line 2: SubAccountName stands for null:  "),
        ("HostProviderName", "Not Applicable", "line 2: HostProviderName stands for null: Not Applicable"),
    ],
)
def test_a_row_that_breaks_a_rule_is_found(column: str, value: str, fault: str) -> None:
    header, first, *rest = render_focus([estimate("a", (charge(Meter.DATA, 1_000_000),))], START).split("\r\n")
    assert not faults("\r\n".join((header, first, *rest)))
    (row,) = read_focus(f"{header}\r\n{first}\r\n")
    broken = ",".join(f'"{v}"' for v in (row | {column: value}).values())
    assert fault in faults(f"{header}\r\n{broken}\r\n")


def test_a_header_that_breaks_a_rule_is_found() -> None:
    text = render_focus([], START)
    assert faults(text.replace("ListCost,", "", 1)) == ["ListCost is missing"]
    assert faults(text.replace("x_Month", "Month")) == ["Month is neither a column of FOCUS nor a custom one"]
    assert faults("x_Month," + text.replace(",x_Month", "")) == ["custom columns stand between those of FOCUS"]


def test_a_dataset_whose_rows_contradict_each_other_is_found() -> None:
    text = render_focus([estimate("a", (charge(Meter.DATA, 1), charge(Meter.DATA, 2, recorder="b")))], START)
    once = text.replace("AWSCloudTrail/data/eu-west-1,", "other,", 1)
    assert faults(once) == ["AWSCloudTrail/data/eu-west-1/1 has two values of SkuId"]


# ---- what the rows say ----


def test_a_charge_says_what_where_for_whom_and_at_which_price() -> None:
    # 1,000,000 data events at 0.10 per 100,000, 12 % off
    of = scenario("lake", accounts=NAMES, discounts={"data": Decimal("0.12")})
    found = estimate("lake", (charge(Meter.DATA, 1_000_000, discount="0.12"),), of=of)

    assert one_row(replace(found, regions={"eu-west-1": Region("eu-west-1", "Ireland", "aws", False, "EU", "")})) == {
        "BilledCost": "0.88",
        "BillingAccountId": PROD,
        "BillingAccountName": "prod",
        "BillingCurrency": "USD",
        "BillingPeriodEnd": "2027-02-01T00:00:00Z",
        "BillingPeriodStart": "2027-01-01T00:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeDescription": "Data events, audit: 0.10 USD per 100000 events",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": "2027-02-01T00:00:00Z",
        "ChargePeriodStart": "2027-01-01T00:00:00Z",
        "ConsumedQuantity": "1000000",
        "ConsumedUnit": "Events",
        "ContractedCost": "0.88",
        "ContractedUnitPrice": "0.00000088",
        "EffectiveCost": "0.88",
        "HostProviderName": "AWS",
        "InvoiceIssuerName": "AWS",
        "ListCost": "1.00",
        "ListUnitPrice": "0.000001",
        "PricingCategory": "Standard",
        "PricingQuantity": "1000000",
        "PricingUnit": "Events",
        "RegionId": "eu-west-1",
        "RegionName": "Ireland",
        "ResourceId": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit",
        "ResourceName": "audit",
        "ResourceType": "Trail",
        "ServiceCategory": "Management and Governance",
        "ServiceName": "AWS CloudTrail",
        "ServiceProviderName": "AWS",
        "ServiceSubcategory": "Compliance",
        "SkuId": "AWSCloudTrail/data/eu-west-1",
        "SkuMeter": "Data events",
        "SkuPriceId": "AWSCloudTrail/data/eu-west-1/1",
        "SubAccountId": PROD,
        "SubAccountName": "prod",
        "x_ChargeId": "AWSCloudTrail/data/111122223333/eu-west-1/audit",
        "x_Month": "1",
        "x_Recorder": "audit",
        "x_Scenario": "lake",
        "x_ServiceCode": "AWSCloudTrail",
        "x_UsageType": "EU-DataEventsRecorded",
    }


@pytest.mark.parametrize(
    ("months", "first"),
    [(0, "2026-11-01"), (1, "2026-12-01"), (2, "2027-01-01"), (13, "2027-12-01"), (26, "2029-01-01")],
)
def test_months_follow_each_other_over_the_turn_of_the_year(months: int, first: str) -> None:
    assert month_after(date(2026, 11, 28), months) == date.fromisoformat(first)


def test_each_month_of_the_projection_is_a_calendar_month() -> None:
    months = tuple((charge(Meter.DATA, 1, month=number),) for number in (1, 2, 3))
    rows = read_focus(render_focus([estimate("a", *months)], date(2026, 11, 1)))
    assert [(row["ChargePeriodStart"][:10], row["ChargePeriodEnd"][:10], row["x_Month"]) for row in rows] == [
        ("2026-11-01", "2026-12-01", "1"),
        ("2026-12-01", "2027-01-01", "2"),
        ("2027-01-01", "2027-02-01", "3"),
    ]


@pytest.mark.parametrize(
    ("organization", "account", "billed_to"),
    [
        (None, PROD, PROD),
        (Organization("o-1", OWNER), PROD, OWNER),
        (Organization("o-1", OWNER), OWNER, OWNER),
        (Organization("o-1", OWNER, (PROD,)), PROD, OWNER),
        (Organization("o-1", OWNER, (PROD,)), TEST, TEST),
        (Organization("o-1"), PROD, PROD),
    ],
)
def test_the_management_account_gets_the_bill_of_its_members(
    organization: Organization | None, account: str, billed_to: str
) -> None:
    of = replace(scenario("a"), organization=organization)
    row = one_row(estimate("a", (charge(Meter.DATA, 1, account=account),), of=of))
    assert (row["BillingAccountId"], row["SubAccountId"]) == (billed_to, account)


LOGS = LogBucket("amzn-s3-demo-logs")
STORE_ARN = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/a"


@pytest.mark.parametrize(
    ("recorder", "meter", "resource"),
    [
        (Trail("audit", PROD, "eu-west-1", arn="arn:x"), Meter.DATA, ("arn:x", "audit", "Trail")),
        (Trail("audit", PROD, "eu-west-1", is_declared=True), Meter.DATA, ()),
        (EventDataStore("audit", PROD, "eu-west-1"), Meter.DATA, ()),
        (
            EventDataStore("audit", PROD, "eu-west-1", arn=STORE_ARN),
            Meter.DATA,
            (STORE_ARN, "audit", "Event data store"),
        ),
        (
            Trail("audit", PROD, "eu-west-1", bucket=LOGS),
            Meter.S3_PUT,
            ("arn:aws:s3:::amzn-s3-demo-logs", "amzn-s3-demo-logs", "Bucket"),
        ),
        (
            Trail("audit", PROD, "cn-north-1", bucket=LOGS),
            Meter.S3_PUT,
            ("arn:aws-cn:s3:::amzn-s3-demo-logs", "amzn-s3-demo-logs", "Bucket"),
        ),
        (Trail("audit", PROD, "eu-west-1"), Meter.S3_PUT, ()),
    ],
)
def test_a_resource_is_named_where_its_arn_is_known(
    recorder: Trail | EventDataStore, meter: Meter, resource: tuple[str, ...]
) -> None:
    of = replace(scenario("a"), recorders=(recorder,))
    row = one_row(estimate("a", (charge(meter, 1),), of=of))
    assert tuple(row[f"Resource{part}"] for part in ("Id", "Name", "Type") if f"Resource{part}" in row) == resource


def test_a_gigabyte_is_billed_as_gb_and_consumed_in_bytes_of_a_power_of_two() -> None:
    binary, decimal = (scenario("a", settings=Settings(gb=gb)) for gb in (Gigabyte.BINARY, Gigabyte.DECIMAL))
    stored = (charge(Meter.S3_STORAGE_STANDARD, 5, tier=2),)
    rows = [one_row(estimate("a", stored, of=of)) for of in (binary, decimal)]
    assert [(row["PricingUnit"], row["ConsumedUnit"]) for row in rows] == [
        ("GB-Months", "GiB-Months"),
        ("GB-Months", "GB-Months"),
    ]
    assert (rows[0]["SkuId"], rows[0]["SkuPriceId"]) == (
        "AmazonS3/s3-storage-standard/eu-west-1",
        "AmazonS3/s3-storage-standard/eu-west-1/2",
    )


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("events", "Events"),
        ("requests", "Requests"),
        ("GB", "GB"),
        ("GB-month", "GB-Months"),
        ("object-months", "Object-Months"),
        ("key-month", "Key-Months"),
        ("configuration items", "Configuration Items"),
    ],
)
def test_units_are_written_as_the_specification_says(unit: str, written: str) -> None:
    assert focus_unit(unit) == written


def test_the_price_of_ones_own_is_the_list_price_of_the_row() -> None:
    row = one_row(estimate("a", (charge(Meter.DATA, 1_000_000, of_price=own_price(Meter.DATA, "0.08")),)))
    assert (row["ListUnitPrice"], row["ListCost"]) == ("0.0000008", "0.80")
    assert row["SkuPriceId"] == "AWSCloudTrail/data/eu-west-1/1"


def test_a_band_stands_beside_the_cost() -> None:
    row = one_row(estimate("a", (charge(Meter.DATA, between(0, 1_000_000)),)))
    assert (row["ListCost"], row["x_ListCostLow"], row["x_ListCostHigh"]) == ("1.00", "0.00", "1.00")


def test_what_is_unknown_or_unpriced_has_no_row() -> None:
    unpriced = UnpricedUsage(charge(Meter.DATA, 5).usage, "no price")
    text = render_focus([estimate("a", (), unknown=(UNKNOWN_LAMBDA,), unpriced=(unpriced,))], START)
    assert read_focus(text) == []
    assert text.count("\r\n") == 1


def test_scenarios_are_alternatives_and_the_rows_say_whose_they_are() -> None:
    assert {row["x_Scenario"] for row in read_focus(render_focus(layouts(), START))} == {
        "home-only",
        "all-regions",
        "both trails",
    }
    assert focus_notes(layouts()[:1]) == ()
    assert focus_notes(layouts()) == (
        "the rows are of 3 scenarios, alternatives that do not add up: filter by x_Scenario first",
    )


def test_an_organization_without_a_management_account_is_said() -> None:
    of = replace(scenario("a"), organization=Organization("o-1"))
    (note,) = focus_notes([estimate("a", of=of)])
    assert note.startswith("the management account of a is not known: each account is its own billing account")


def test_every_service_has_its_name_and_category() -> None:
    assert {service.value for service in Service} <= set(SERVICES)
