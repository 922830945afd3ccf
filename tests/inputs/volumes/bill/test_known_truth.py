"""Bills made from events that are known one by one: what is called exact is, and every band holds the truth."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.bill.columns import find_columns
from costplan.inputs.volumes.bill.tally import BillTally, tally_rows
from costplan.inputs.volumes.bill.usage_types import BilledService
from costplan.inputs.volumes.bill.volumes import bill_volumes
from costplan.model.events import EventCategory
from costplan.model.numbers import round_once
from costplan.model.unknown import UNKNOWN
from costplan.model.volumes import VolumeRow, Volumes
from tests.inputs.volumes.bill.made import LEGACY, TRAIL, Line, s3, values_of

# What S3 bills each call as, and what CloudTrail makes of it: read, write, or a call of a bucket.
CALLS = {
    "PutObject": ("Requests-Tier1", False),
    "CopyObject": ("Requests-SIA-Tier1", False),
    "ListBucket": ("Requests-Tier1", True),
    "GetObject": ("Requests-Tier2", True),
    "HeadObject": ("Requests-SIA-Tier2", True),
    "ReadLocation": ("Requests-Tier2", None),
    "ListAllMyBuckets": ("Requests-Tier1", None),
}
TRAILS = ("a", "b", "c")
BUCKETS = ("amzn-s3-demo-lake", "amzn-s3-demo-claims")


@dataclass(frozen=True)
class Call:
    """One call of an account in October, and the trails that recorded it as a data event."""

    name: str
    bucket: str
    trails: frozenset[str]


calls = st.lists(
    st.builds(Call, st.sampled_from(sorted(CALLS)), st.sampled_from(BUCKETS), st.frozensets(st.sampled_from(TRAILS))),
    max_size=60,
)
management = st.lists(st.integers(0, 3), max_size=40)


def read(lines: list[Line], only: BilledService | None = None) -> Volumes:
    columns = find_columns(list(LEGACY))
    assert columns is not None
    tally = BillTally(files=1)
    # Something is always used, so that the month is observed to its end.
    every = [*lines, Line("EU-BoxUsage", "1", "AmazonEC2")]
    tally_rows([values_of(line, LEGACY) for line in every], columns, tally, lambda *_: None, only)
    return bill_volumes(tally)


def monthly(events: int) -> Decimal:
    """What so many events of October are in 730 hours."""
    return round_once(Decimal(events) * 730 / 744)


def near(row_sum: Decimal, events: int, rows: int) -> bool:
    # Each row is rounded once, to 6 decimals.
    return abs(row_sum - monthly(events)) <= Decimal("0.000001") * max(1, rows)


@given(management)
@settings(max_examples=50, deadline=None)
def test_management_events_are_exact_however_many_trails_record_them(copies: list[int]) -> None:
    lines = [Line("EU-FreeEventsRecorded", str(min(1, n))) for n in copies]
    lines += [Line("EU-PaidEventsRecorded", str(max(0, n - 1)), resource=TRAIL + "a") for n in copies]
    rows = read(lines).rows

    recorded = sum(1 for n in copies if n)
    assert [(row.count, row.per_month.low, row.per_month.high) for row in rows] == (
        [(recorded, monthly(recorded), monthly(recorded))] if recorded else []
    )


@given(calls, st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_distinct_data_events_are_within_their_band(made: list[Call], names_trails: bool) -> None:
    copies = Counter(trail for call in made for trail in call.trails)
    lines = [
        Line("EU-DataEventsRecorded", str(n), resource=TRAIL + trail if names_trails else "")
        for trail, n in copies.items()
    ]
    rows = read(lines, BilledService.CLOUDTRAIL).rows

    distinct = sum(1 for call in made if call.trails)
    low = sum((row.per_month.low for row in rows), Decimal(0))
    high = sum((row.per_month.high for row in rows), Decimal(0))
    assert low <= monthly(distinct) <= high
    if len(copies) == 1 and names_trails:
        assert low == high


def selected(rows: tuple[VolumeRow, ...], bucket: str, read_only: bool) -> tuple[Decimal, Decimal, int]:
    """What a selector of reads or writes of a bucket gets: rows that may be the other thing may be nothing."""
    low = high = Decimal(0)
    for row in rows:
        assert row.key.category is EventCategory.DATA
        (resource,) = row.key.resources  # type: ignore[misc]
        if resource.container == f"arn:aws:s3:::{bucket}" and row.key.read_only in (read_only, UNKNOWN):
            high += row.per_month.high
            low += Decimal(0) if row.key.read_only is UNKNOWN else row.per_month.low
    return low, high, len(rows)


@given(calls)
@settings(max_examples=80, deadline=None)
def test_requests_bound_the_data_events_of_each_bucket(made: list[Call]) -> None:
    rows = read([s3(f"EU-{CALLS[call.name][0]}", "1", call.bucket) for call in made]).rows

    for bucket in BUCKETS:
        for read_only in (True, False):
            truth = sum(1 for call in made if call.bucket == bucket and CALLS[call.name][1] is read_only)
            low, high, _ = selected(rows, bucket, read_only)
            assert low <= monthly(truth) <= high + Decimal("0.00001")


@given(calls)
@settings(max_examples=80, deadline=None)
def test_with_operations_requests_are_the_data_events_of_each_bucket(made: list[Call]) -> None:
    rows = read([s3(f"EU-{CALLS[call.name][0]}", "1", call.bucket, call.name) for call in made]).rows

    for bucket in BUCKETS:
        for read_only in (True, False):
            truth = sum(1 for call in made if call.bucket == bucket and CALLS[call.name][1] is read_only)
            low, high, number = selected(rows, bucket, read_only)
            assert low == high
            assert near(high, truth, number)
