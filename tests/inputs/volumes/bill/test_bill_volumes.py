"""From lines to volumes: copies, trails, buckets, periods, coverage."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.schemas import schema
from costplan.inputs.volumes.bill.columns import find_columns
from costplan.inputs.volumes.bill.files import read_bill
from costplan.inputs.volumes.bill.recorded import covered_by
from costplan.inputs.volumes.bill.tally import BillTally, parse_amount, tally_rows
from costplan.inputs.volumes.bill.usage_types import USAGE_TYPES, BilledService
from costplan.inputs.volumes.bill.volumes import bill_volumes, observed_period
from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes
from costplan.model.events import EventCategory
from costplan.model.problems import BadInputError
from costplan.model.recorders import Trail
from costplan.model.selectors import EventSelector, ReadWriteType
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import Basis, Volumes
from tests.inputs.volumes.bill.made import (
    ACCOUNT,
    FORMATS,
    LEGACY,
    OTHER,
    TRAIL,
    Line,
    s3,
    values_of,
    write_bill,
    write_parquet,
)


def volumes_of(tmp_path: Path, *lines: Line, month: str | None = None) -> Volumes:
    return bill_volumes(read_bill([write_bill(tmp_path / "bill.csv", lines)]).tally, month)


def bands(volumes: Volumes) -> list[tuple[Decimal, Decimal]]:
    return [(row.per_month.low, row.per_month.high) for row in volumes.rows]


# ---- formats ----

MIXED = [
    Line("EU-FreeEventsRecorded", "1.488E+3", unit="Events", region="eu-west-1"),
    s3("EU-Requests-Tier2", "0.1", "amzn-s3-demo-lake", "GetObject", region="eu-west-1"),
    s3("EU-Requests-Tier2", "0.2", "amzn-s3-demo-lake", "GetObject", region="eu-west-1"),
    s3("Requests-Tier1", "7.44e2", "amzn-s3-demo-images"),
    s3("EU-TimedStorage-ByteHrs", "5", "amzn-s3-demo-lake", unit="GB-Mo"),
    Line("EU-BoxUsage:t3.micro", "744", "AmazonEC2"),
    Line("EU-FreeEventsRecorded", "9", kind="Credit"),
    Line("", "1", kind="Tax"),
]


@pytest.mark.parametrize("columns", FORMATS.values(), ids=list(FORMATS))
def test_each_format_says_the_same(columns: dict[str, str], tmp_path: Path) -> None:
    volumes = bill_volumes(read_bill([write_bill(tmp_path / "bill.csv", MIXED, columns)]).tally)

    # 1,488 × 730/744 = 1,460; (0.1 + 0.2) × 730/744 = 0.294355; 744 × 730/744 = 730 at most
    assert [row.per_month.high for row in volumes.rows] == [Decimal("0.294355"), 1460, 730]
    assert [row.key.event_name for row in volumes.rows] == ["GetObject", UNKNOWN, UNKNOWN]
    assert volumes.read is not None
    assert dict(volumes.read.set_aside) == {
        "of credits, taxes and fees": 2,
        "of other S3 usage": 1,
        "of other services": 1,
    }
    assert (volumes.read.records, volumes.read.counted, volumes.read.unreadable) == (4, 4, 0)


def test_parquet_says_what_csv_says(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    from_parquet = bill_volumes(read_bill([write_parquet(tmp_path / "bill.parquet", MIXED)]).tally)
    from_csv = bill_volumes(read_bill([write_bill(tmp_path / "bill.csv", MIXED)]).tally)

    assert from_parquet == from_csv


def test_a_parquet_amount_is_the_shortest_number_that_is_the_same_double(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    lines = [s3("EU-Requests-Tier2", "0.1"), s3("EU-Requests-Tier2", "1.0E-7")]
    tally = read_bill([write_parquet(tmp_path / "bill.parquet", lines)]).tally

    assert list(tally.amounts.values()) == [Decimal("0.1000001")]


# ---- CloudTrail's lines ----


def test_further_copies_are_no_further_events(tmp_path: Path) -> None:
    volumes = volumes_of(tmp_path, Line("EU-FreeEventsRecorded", "744"), Line("EU-PaidEventsRecorded", "7440"))

    assert bands(volumes) == [(730, 730)]
    assert [(b.usage_type, b.per_month) for b in volumes.billed] == [
        ("FreeEventsRecorded", Decimal(730)),
        ("PaidEventsRecorded", Decimal(7300)),
    ]


@pytest.mark.parametrize(
    ("trails", "low", "high"),
    [
        pytest.param({"a": "744"}, 730, 730, id="one trail is exact"),
        pytest.param({"a": "744", "b": "372"}, 730, 1095, id="from the larger to the sum"),
        pytest.param({"a": "744", "": "372"}, 730, 1095, id="a trail that is not named"),
        pytest.param({"": "744"}, 0, 730, id="no trail is named"),
    ],
)
@pytest.mark.parametrize("name", ["DataEventsRecorded", "NetworkEventsRecorded"])
def test_copies_on_trails_bound_the_distinct_events(
    name: str, trails: dict[str, str], low: int, high: int, tmp_path: Path
) -> None:
    lines = [Line(f"EU-{name}", amount, resource=TRAIL + t if t else "") for t, amount in trails.items()]
    volumes = volumes_of(tmp_path, *lines)

    assert bands(volumes) == [(low, high)]
    # What those trails selected is on no bill.
    assert volumes.coverage == ()
    assert [b.resource for b in volumes.billed] == sorted(
        (TRAIL + t if t else None for t in trails), key=lambda r: r or ""
    )


def test_recorded_data_events_are_no_rows_beside_the_requests_that_hold_them(tmp_path: Path) -> None:
    lines = [Line("EU-DataEventsRecorded"), s3("EU-Requests-Tier2"), Line("EUC1-DataEventsRecorded")]
    volumes = volumes_of(tmp_path, *lines)

    assert [(row.key.region, row.key.event_source) for row in volumes.rows] == [
        ("eu-central-1", UNKNOWN),
        ("eu-west-1", "s3.amazonaws.com"),
    ]
    assert len(volumes.billed) == 2
    alone = bill_volumes(read_bill([tmp_path / "bill.csv"], BilledService.CLOUDTRAIL).tally)
    assert [(row.key.region, row.key.event_source) for row in alone.rows] == [
        ("eu-central-1", UNKNOWN),
        ("eu-west-1", UNKNOWN),
    ]


# ---- buckets and coverage ----


def test_buckets_are_named_by_their_arns(tmp_path: Path) -> None:
    lines = [
        s3("EU-Requests-Tier2", bucket="amzn-s3-demo-lake"),
        s3("EU-Requests-Tier2", bucket="arn:aws:s3:::amzn-s3-demo-lake"),
        s3("UGW1-Requests-Tier2", bucket="amzn-s3-demo-gov"),
        s3("EU-Requests-XZ-Tier2", bucket="fast--euw1-az1--x-s3"),
        s3("EU-Requests-Tier1"),
        s3("EU-Requests-Tier1", bucket=f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/reports"),
    ]
    found = {
        resource.container: row.per_month.high
        for row in volumes_of(tmp_path, *lines).rows
        for resource in row.key.resources  # type: ignore[union-attr]
    }

    assert found == {
        "arn:aws:s3:::amzn-s3-demo-lake": 1460,
        "arn:aws-us-gov:s3:::amzn-s3-demo-gov": 730,
        f"arn:aws:s3express:eu-west-1:{ACCOUNT}:bucket/fast--euw1-az1--x-s3": 730,
        UNKNOWN: 1460,
    }


def test_requests_are_covered_and_deletes_and_what_trails_left_out_are_not(tmp_path: Path) -> None:
    lines = [Line("EU-FreeEventsRecorded"), s3("EU-Requests-Tier2"), Line("EUC1-PaidEventsRecorded", account=OTHER)]
    coverage = volumes_of(tmp_path, *lines).coverage

    assert {part.basis for part in coverage} == {Basis.MEASURED}
    assert [(p.account, p.region, p.category, p.resource_type, p.read_only) for p in coverage] == [
        (ACCOUNT, "eu-west-1", EventCategory.DATA, "AWS::S3::Object", True),
        (ACCOUNT, "eu-west-1", EventCategory.DATA, "AWS::S3::Object", False),
    ]
    assert [field.not_equals for part in coverage for field in part.fields] == [("DeleteObject", "DeleteObjects")]


def trail(**given: object) -> Trail:
    selectors = (EventSelector(ReadWriteType.WRITE_ONLY),)
    return Trail("audit", **{"account": ACCOUNT, "is_multi_region": True, "selectors": selectors, **given})


def test_management_events_are_covered_as_far_as_the_trails_of_that_time_recorded_them(tmp_path: Path) -> None:
    lines = [Line("EU-FreeEventsRecorded"), s3("EU-Requests-Tier2"), s3("EUC1-Requests-Tier2")]
    tally = read_bill([write_bill(tmp_path / "bill.csv", lines)]).tally
    volumes, problems = covered_by(bill_volumes(tally), [trail()], observed_period(tally))

    # Reads are on no bill, for the trail records writes; and in eu-central-1 no line says that any trail is there.
    found = [(p.region, p.category, p.read_only) for p in volumes.coverage if p.basis is Basis.RECORDED_BY]
    assert found == [("eu-west-1", EventCategory.MANAGEMENT, False)]
    assert [p.observed.hours for p in volumes.coverage if p.observed] == [744] * 5
    assert (problems, volumes.rows) == ((), bill_volumes(tally).rows)


@pytest.mark.parametrize("given", [{"is_logging": False}, {"account": OTHER}])
def test_a_trail_that_did_not_record_there_covers_nothing(given: dict[str, object], tmp_path: Path) -> None:
    tally = read_bill([write_bill(tmp_path / "bill.csv", [Line("EU-FreeEventsRecorded")])]).tally
    assert covered_by(bill_volumes(tally), [trail(**given)], observed_period(tally))[0].coverage == ()


# ---- the period ----


def test_a_month_that_is_not_over_is_observed_to_its_last_usage(tmp_path: Path) -> None:
    # The last usage of any service ends after 10 days: 240 × 730 / 240
    lines = [
        Line("EU-FreeEventsRecorded", "240", end="2026-10-09T00:00:00Z"),
        Line("EU-BoxUsage", "1", "AmazonEC2", end="2026-10-11T00:00:00Z"),
    ]
    volumes = volumes_of(tmp_path, *lines)

    assert bands(volumes) == [(730, 730)]
    observed = observed_period(read_bill([tmp_path / "bill.csv"]).tally)
    assert (observed.end, observed.hours) == (datetime(2026, 10, 11, tzinfo=UTC), 240)


FEBRUARY = {"month": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}


def test_several_months_are_averaged_by_their_hours(tmp_path: Path) -> None:
    lines = [Line("EU-FreeEventsRecorded", "1000"), Line("EU-FreeEventsRecorded", "416", **FEBRUARY)]

    # (1,000 + 416) × 730 / (744 + 672) = 730
    assert bands(volumes_of(tmp_path, *lines)) == [(730, 730)]
    # 416 × 730 / 672 = 451.904762
    assert bands(volumes_of(tmp_path, *lines, month="2026-02")) == [(Decimal("451.904762"),) * 2]
    with pytest.raises(BadInputError, match="holds nothing of 2026-03 — it holds 2026-02, 2026-10"):
        volumes_of(tmp_path, *lines, month="2026-03")


def test_the_volumes_survive_their_file(tmp_path: Path) -> None:
    lines = [*MIXED, Line("EU-DataEventsRecorded", "12.5", resource=TRAIL + "a"), Line("EU-QueryScanned-Bytes", "1E-7")]
    volumes = volumes_of(tmp_path, *lines)
    (tmp_path / "v.json").write_text(format_volumes(volumes), encoding="utf-8")
    again = read_volumes(tmp_path / "v.json")

    jsonschema.Draft202012Validator(schema("volumes")).validate(json.loads(format_volumes(volumes)))
    assert (again.billed, again.kind, again.coverage) == (volumes.billed, "bill", volumes.coverage)
    assert again.rows == volumes.rows


# ---- laws ----


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", Decimal(12)),
        ("1.0E-6", Decimal("0.000001")),
        ("7.44e+2", Decimal(744)),
        (".5", Decimal("0.5")),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("-1", None),
        ("1e999999999", None),
        ("1,000", None),
        ("1_000", None),
        (" 1", None),
    ],
)
def test_an_amount_is_read_exactly_or_not_at_all(text: str, amount: Decimal | None) -> None:
    assert parse_amount(text) == amount


some_lines = st.lists(
    st.builds(
        lambda name, amount, account, resource, prefix: Line(
            f"{prefix}-{name}",
            str(amount),
            "AmazonS3" if USAGE_TYPES[name].service is BilledService.S3 else "AWSCloudTrail",
            account,
            resource,
        ),
        st.sampled_from(sorted(USAGE_TYPES)),
        st.decimals(0, 10**9, places=6),
        st.sampled_from([ACCOUNT, OTHER]),
        st.sampled_from(["", "amzn-s3-demo-lake", TRAIL + "audit"]),
        st.sampled_from(["EU", "USE1"]),
    ),
    min_size=1,
    max_size=30,
)


def tally_of(lines: list[Line]) -> BillTally:
    columns = find_columns(list(LEGACY))
    assert columns is not None
    tally = BillTally(files=1)
    tally_rows([values_of(line, LEGACY) for line in lines], columns, tally, lambda *_: None)
    return tally


@given(some_lines, st.randoms(use_true_random=False), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_distribution_over_files_matters(lines: list[Line], random: object, cut: int) -> None:
    whole = tally_of(lines)
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = BillTally()
    for some in (shuffled[cut:], shuffled[:cut]):
        if some:
            parts.add(tally_of(some))

    assert parts.amounts == whole.amounts
    assert bill_volumes(parts).rows == bill_volumes(whole).rows
    assert parts.counted == whole.counted == len(lines)


@given(some_lines)
@settings(max_examples=30, deadline=None)
def test_equal_lines_are_summed_and_not_counted(lines: list[Line]) -> None:
    once, twice = tally_of(lines), tally_of([*lines, *lines])

    assert twice.amounts == {key: 2 * amount for key, amount in once.amounts.items()}
