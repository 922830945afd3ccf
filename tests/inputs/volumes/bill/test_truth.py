"""From generated logs with known truth: the bill those events would have caused, fed back, holds the truth."""

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from costplan.inputs.volumes.bill.files import read_bill
from costplan.inputs.volumes.bill.usage_types import BilledService
from costplan.inputs.volumes.bill.volumes import bill_volumes
from costplan.model.events import EventCategory
from costplan.model.quantity import Quantity, total
from costplan.model.volumes import Volumes
from tests.generator import Population, write_logs
from tests.generator.truth import Truth
from tests.inputs.volumes.bill.caused import FREE, bill_of, bucket_of
from tests.inputs.volumes.bill.made import Line, write_bill
from tests.readme import section_of

D = Decimal
# Two weeks from the first of a month, the end of a bill that is not over yet.
POPULATION = Population(seed=11, days=14, events_per_day=4_000, accounts=("111122223333", "444455556666"))
START, END = "2026-10-01T00:00:00Z", "2026-10-15T00:00:00Z"
MONTH = D(730) / 336
SLACK = D("0.0001")
"""Rows are rounded to six decimals, one by one."""

Bucket = tuple[str, str, str]


@cache
def truth() -> Truth:
    with TemporaryDirectory() as folder:
        return write_logs(POPULATION, Path(folder))


@cache
def volumes(*, with_operations: bool, only: BilledService | None = None) -> Volumes:
    # Up to the end of the fourteenth day something was used.
    lines = [
        *bill_of(truth(), START, END, with_operations=with_operations),
        Line("BoxUsage", "1", "AmazonEC2", end=END),
    ]
    with TemporaryDirectory() as folder:
        return bill_volumes(read_bill([write_bill(Path(folder) / "bill.csv", lines)], only).tally)


def happened(*, is_read: bool | None = None, with_deletes: bool = False) -> Counter[Bucket]:
    """Return the requests on objects of each bucket, without what lifecycle rules did."""
    found: Counter[Bucket] = Counter()
    for key, count in truth().counts.items():
        bucket = bucket_of(key)
        if bucket is None or key.event_source != "s3.amazonaws.com" or is_read not in (None, key.read_only):
            continue
        if with_deletes or key.event_name not in FREE:
            found[key.account, key.region, bucket] += count
    return found


def told(source: Volumes, *, is_read: bool | None = None) -> dict[Bucket, Quantity]:
    """Return what the rows say of each bucket; a row that may be the other kind may be nothing."""
    found: dict[Bucket, list[Quantity]] = {}
    for row in source.rows:
        if row.key.category is EventCategory.DATA and row.key.event_source == "s3.amazonaws.com":
            (resource,) = row.key.resources  # type: ignore[misc]
            figure = row.per_month if is_read in (None, row.key.read_only) else row.per_month.maybe()
            if is_read is None or row.key.read_only is not (not is_read):
                found.setdefault((row.key.account, row.key.region, str(resource.container)), []).append(figure)
    return {bucket: total(some) for bucket, some in found.items()}


@pytest.mark.parametrize("is_read", [None, True, False], ids=["all", "reads", "writes"])
@pytest.mark.parametrize("with_operations", [False, True], ids=["by tier", "by operation"])
def test_the_band_of_every_bucket_holds_the_truth(with_operations: bool, is_read: bool | None) -> None:
    figures, true = told(volumes(with_operations=with_operations), is_read=is_read), happened(is_read=is_read)

    assert figures.keys() == happened().keys()
    assert len(true) >= 30
    for bucket, count in true.items():
        assert figures[bucket].low - SLACK <= count * MONTH <= figures[bucket].high + SLACK, bucket
        if with_operations:
            assert not figures[bucket].has_band


def test_what_no_band_holds_is_not_covered() -> None:
    """Deletes stand on no bill: they happened, and no part of the coverage takes them in."""
    assert happened(with_deletes=True).total() > happened().total()
    writes = [p for p in volumes(with_operations=False).coverage if p.resource_type and p.read_only is False]
    assert len(writes) == 6
    assert all({"DeleteObject", "DeleteObjects"} == set(field.not_equals) for part in writes for field in part.fields)
    assert all(part.fields for part in writes)


def of_category(source: Volumes, category: EventCategory) -> dict[tuple[str, str], Quantity]:
    found: dict[tuple[str, str], list[Quantity]] = {}
    for row in source.rows:
        if row.key.category is category:
            found.setdefault((row.key.account, row.key.region), []).append(row.per_month)
    return {place: total(some) for place, some in found.items()}


def recorded(category: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for key, count in truth().counts.items():
        if key.category == category:
            found[key.account, key.region] += count
    return found


@pytest.mark.parametrize("category", [EventCategory.MANAGEMENT, EventCategory.DATA])
def test_what_trails_recorded_is_exact_in_every_place(category: EventCategory) -> None:
    source = volumes(with_operations=False, only=BilledService.CLOUDTRAIL)
    figures, true = of_category(source, category), recorded(category.value)

    assert figures.keys() == true.keys()
    assert len(true) == 6
    for place, figure in figures.items():
        assert not figure.has_band
        assert abs(figure.point - true[place] * MONTH) <= SLACK


def off(figures: dict[Bucket, Quantity] | dict[tuple[str, str], Quantity], true: int) -> Decimal:
    """Return how far the point estimate is off in total, in percent of the truth."""
    return (total(figures.values()).point / (true * MONTH) - 1) * 100


def test_the_readme_prints_the_errors() -> None:
    exact = volumes(with_operations=False, only=BilledService.CLOUDTRAIL)
    requests = happened(with_deletes=True).total()
    errors = {
        "management events recorded": off(of_category(exact, EventCategory.MANAGEMENT), recorded("Management").total()),
        "data events recorded": off(of_category(exact, EventCategory.DATA), recorded("Data").total()),
        "`AWS::S3::Object`, requests by tier": off(told(volumes(with_operations=False)), requests),
        "`AWS::S3::Object`, requests by operation": off(told(volumes(with_operations=True)), requests),
    }
    printed = section_of("From a bill")
    for what, error in errors.items():
        # Below a tenth, which side of zero it is on is a matter of rounding.
        assert f"- {what}: {round(error, 1) + 0:+.1f} %" in printed, (what, error)


def test_the_truth_has_calls_of_every_kind_that_a_bill_tells_apart() -> None:
    kinds = {key.event_name for key in truth().counts if bucket_of(key)}
    assert kinds >= {"GetObject", "PutObject", "CopyObject", "ListObjects", "HeadObject", *FREE}
