"""Each row of the table of usage types, with a figure computed by hand: 744 in October is 730 a month."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.bill.files import read_bill
from costplan.inputs.volumes.bill.usage_types import (
    OPERATIONS,
    SERVICE_CODES,
    USAGE_TYPES,
    BilledService,
    Bound,
    region_of_prefix,
    split_usage_type,
)
from costplan.inputs.volumes.bill.volumes import bill_volumes
from costplan.model.events import EventCategory
from costplan.model.unknown import UNKNOWN, Unknown
from costplan.model.volumes import Volumes
from tests.inputs.volumes.bill.made import Line, s3, write_bill

MONTHLY = Decimal(730)
S3_OBJECT, EXPRESS = "AWS::S3::Object", "AWS::S3Express::Object"


@dataclass(frozen=True)
class Row:
    """What 744 of one usage type must become: one row from *low* to 730 a month, or none."""

    usage_type: str
    category: EventCategory | None = None
    low: int = 730
    resource_type: str | None = None
    read_only: bool | Unknown = UNKNOWN
    event_name: str | Unknown = UNKNOWN


def at_most(usage_type: str, read_only: bool | Unknown, resource_type: str = S3_OBJECT) -> Row:
    return Row(usage_type, EventCategory.DATA, 0, resource_type, read_only)


def restores(usage_type: str) -> Row:
    return Row(usage_type, EventCategory.DATA, 730, S3_OBJECT, False, "RestoreObject")


ROWS = (
    Row("FreeEventsRecorded", EventCategory.MANAGEMENT),
    Row("PaidEventsRecorded"),
    # On trails that are not named: from nearly none (many trails) to all of them (one).
    Row("DataEventsRecorded", EventCategory.DATA, 0),
    Row("NetworkEventsRecorded", EventCategory.NETWORK_ACTIVITY, 0),
    Row("InsightsEvents"),
    Row("DataInsightsEvents"),
    Row("Ingestion-Bytes"),
    Row("Ingestion-Bytes-1yearstore-Live-CloudTrail-Logs"),
    Row("Ingestion-Bytes-1yearstore-Other-data-sources"),
    Row("FreeTrialIngestion-Bytes"),
    Row("PaidStorage-ByteHrs"),
    Row("QueryScanned-Bytes"),
    Row("FreeTrialQueryScanned-Bytes"),
    at_most("Requests-Tier1", UNKNOWN),
    at_most("Requests-Tier2", True),
    at_most("Requests-SIA-Tier1", UNKNOWN),
    at_most("Requests-SIA-Tier2", True),
    at_most("Requests-ZIA-Tier1", UNKNOWN),
    at_most("Requests-ZIA-Tier2", True),
    at_most("Requests-INT-Tier1", UNKNOWN),
    at_most("Requests-INT-Tier2", True),
    at_most("Requests-GIR-Tier1", UNKNOWN),
    at_most("Requests-GIR-Tier2", True),
    at_most("Requests-GLACIER-Tier1", False),
    at_most("Requests-GLACIER-Tier2", True),
    at_most("Requests-GDA-Tier1", False),
    at_most("Requests-GDA-Tier2", True),
    at_most("Requests-XZ-Tier1", UNKNOWN, EXPRESS),
    at_most("Requests-XZ-Tier2", True, EXPRESS),
    restores("Requests-GDA-Tier3"),
    restores("Requests-GDA-Tier5"),
    restores("Requests-Tier5"),
    restores("Requests-Tier6"),
    Row("Requests-Tier3"),
    Row("Requests-Tier4"),
    Row("Requests-NoCharge"),
)


def volumes_of(tmp_path: Path, *lines: Line) -> Volumes:
    return bill_volumes(read_bill([write_bill(tmp_path / "bill.csv", lines)]).tally)


def test_the_table_is_tested_whole() -> None:
    assert [row.usage_type for row in ROWS] == list(USAGE_TYPES)


@pytest.mark.parametrize("row", ROWS, ids=[row.usage_type for row in ROWS])
def test_each_usage_type_becomes_what_it_counts(row: Row, tmp_path: Path) -> None:
    is_s3 = USAGE_TYPES[row.usage_type].service is BilledService.S3
    make = s3 if is_s3 else Line
    # Two equal lines are two amounts: 372 + 372 = 744, whose month is 744 × 730 / 744.
    lines = [make(f"EUC1-{row.usage_type}", "372")] * 2
    volumes = volumes_of(tmp_path, *lines)

    if not is_s3 or row.category is None:
        assert [(b.region, b.usage_type, b.amount, b.per_month) for b in volumes.billed] == [
            ("eu-central-1", row.usage_type, Decimal(744), MONTHLY)
        ]
    if row.category is None:
        assert volumes.rows == ()
        return
    (found,) = volumes.rows
    assert (found.per_month.low, found.per_month.point, found.per_month.high) == (row.low, MONTHLY, MONTHLY)
    assert found.count == (744 if row.low else None)
    assert (found.key.region, found.key.category) == ("eu-central-1", row.category)
    assert (found.key.read_only, found.key.event_name) == (row.read_only, row.event_name)
    types = () if isinstance(found.key.resources, Unknown) else tuple(one.type for one in found.key.resources)
    assert types == ((row.resource_type,) if row.resource_type else ())


OPERATION_ROWS = [
    ("PutObject", "Requests-Tier1", False, "PutObject"),
    ("CopyObject", "Requests-SIA-Tier1", False, "CopyObject"),
    ("InitiateMultipartUpload", "Requests-Tier1", False, "CreateMultipartUpload"),
    ("PutObjectForRepl", "Requests-Tier1", False, UNKNOWN),
    ("ListBucket", "Requests-Tier1", True, "ListObjects"),
    ("GetObject", "Requests-Tier2", True, "GetObject"),
    ("HeadObject", "Requests-Tier2", True, "HeadObject"),
    # Free, and in the second tier if at all; yet they write.
    ("DeleteObject", "Requests-Tier2", False, "DeleteObject"),
    ("DeleteObject", "Requests-NoCharge", False, "DeleteObject"),
    ("RestoreObject", "Requests-Tier3", False, "RestoreObject"),
]


@pytest.mark.parametrize(("operation", "usage_type", "read_only", "event_name"), OPERATION_ROWS)
def test_an_operation_tells_what_a_tier_only_bounds(
    operation: str, usage_type: str, read_only: bool, event_name: str | Unknown, tmp_path: Path
) -> None:
    (row,) = volumes_of(tmp_path, s3(f"EU-{usage_type}", "1488", operation=operation)).rows

    # 1,488 × 730 / 744
    assert (row.per_month.low, row.per_month.high, row.count) == (1460, 1460, 1488)
    assert (row.key.read_only, row.key.event_name) == (read_only, event_name)


@pytest.mark.parametrize("operation", [name for name, one in OPERATIONS.items() if not one.is_of_objects])
def test_calls_of_buckets_are_no_data_events(operation: str, tmp_path: Path) -> None:
    assert volumes_of(tmp_path, s3("EU-Requests-Tier2", operation=operation)).rows == ()


@pytest.mark.parametrize("operation", ["ReadACL", "S3-GlacierTransition", "SomethingNew"])
def test_an_operation_that_says_nothing_leaves_the_bound(operation: str, tmp_path: Path) -> None:
    (row,) = volumes_of(tmp_path, s3("EU-Requests-Tier2", operation=operation)).rows

    assert (row.per_month.low, row.per_month.high) == (0, 730)


@pytest.mark.parametrize(
    ("usage_type", "parts"),
    [
        ("EU-Requests-SIA-Tier1", ("EU", "Requests-SIA-Tier1")),
        ("Requests-SIA-Tier1", ("", "Requests-SIA-Tier1")),
        ("EU-Ingestion-Bytes-1yearstore-Other-data-sources", ("EU", "Ingestion-Bytes-1yearstore-Other-data-sources")),
        ("Tables-Requests-Tier1", ("", "Tables-Requests-Tier1")),
        ("USE1-Tables-Requests-Tier1", ("USE1", "Tables-Requests-Tier1")),
        ("FreeEventsRecorded", ("", "FreeEventsRecorded")),
    ],
)
def test_a_usage_type_is_split_once(usage_type: str, parts: tuple[str, str]) -> None:
    assert split_usage_type(usage_type) == parts


@pytest.mark.parametrize(
    ("prefix", "service", "region"),
    [
        ("EU", BilledService.CLOUDTRAIL, "eu-west-1"),
        ("EUW1", BilledService.S3, "eu-west-1"),
        ("CPT", BilledService.S3, "af-south-1"),
        ("APS3", BilledService.S3, "ap-south-1"),
        ("USE1", BilledService.CLOUDTRAIL, "us-east-1"),
        ("", BilledService.S3, "us-east-1"),
        ("", BilledService.CLOUDTRAIL, None),
        ("XYZ9", BilledService.S3, None),
    ],
)
def test_a_prefix_is_of_a_region(prefix: str, service: BilledService, region: str | None) -> None:
    assert region_of_prefix(prefix, service) == region


def test_every_service_of_the_table_has_codes() -> None:
    assert set(SERVICE_CODES.values()) == {meaning.service for meaning in USAGE_TYPES.values()}
    assert {meaning.bound for meaning in USAGE_TYPES.values()} == set(Bound)
    assert all(meaning.text and meaning.rule for meaning in USAGE_TYPES.values())
