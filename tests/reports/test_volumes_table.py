from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from costplan.model.events import EventCategory, EventKey
from costplan.model.quantity import Quantity
from costplan.model.scenario import Account
from costplan.model.unknown import Except
from costplan.model.volumes import Basis, Coverage, Period, ReadSummary, VolumeRow, Volumes
from costplan.reports import VolumeDimension
from costplan.reports.volumes_table import (
    NOT_KEPT,
    notes_on,
    reconciliation,
    render_volumes,
    volumes_table,
)
from tests.reports.build import PROD, REGION, logs

Golden = Callable[[str, str], None]


def test_counted_volumes_read_well(golden: Golden) -> None:
    golden("volumes/logs.txt", render_volumes(logs(), 100) + "\n")


def test_what_was_read_meets_what_was_counted() -> None:
    read = ReadSummary(files=21, records=206, counted=204, duplicates=2, unreadable=0)

    assert reconciliation(read) == "21 files, 206 records = 204 counted + 2 duplicates + 0 unreadable"


@pytest.mark.parametrize("dimension", VolumeDimension)
def test_every_dimension_adds_up(dimension: VolumeDimension) -> None:
    rows = [row for row in volumes_table(logs(), [dimension]).rows if row]

    # 574 + 2,326 + 1,234,567 + 12
    assert rows[-1][1] == "1,237,479"
    assert sum(int(row[1].replace(",", "")) for row in rows[:-1]) == 1_237_479


def test_most_events_come_first_and_the_rest_is_one_row() -> None:
    rows = [row for row in volumes_table(logs(), [VolumeDimension.CATEGORY], top=1).rows if row]

    # 574 + 2,326 + 12 = 2,912; × 730 / 744 = 2,857
    assert [row[:3] for row in rows] == [
        ("Data", "1,234,567", "1.21M"),
        ("others (2 rows)", "2,912", "2,857"),
        ("Total", "1,237,479", "1.21M"),
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_longer_than_the_page(width: int) -> None:
    longest = (VolumeDimension.RESOURCE, VolumeDimension.PRINCIPAL, VolumeDimension.SOURCE)

    assert max(len(line) for line in render_volumes(logs(), width).splitlines()) <= width
    assert max(len(line) for line in render_volumes(logs(), width, longest).splitlines()) <= width


def test_fields_that_were_not_kept_are_not_taken_for_absent() -> None:
    absent = EventKey(PROD, REGION, EventCategory.MANAGEMENT, event_source=None)
    unknown = EventKey(PROD, REGION, EventCategory.MANAGEMENT)
    other = EventKey(PROD, REGION, EventCategory.MANAGEMENT, event_source=Except(frozenset({"kms.amazonaws.com"})))
    volumes = Volumes(tuple(VolumeRow(key, Quantity.exact(1), 1) for key in (absent, unknown, other)))
    labels = {row[0] for row in volumes_table(volumes, [VolumeDimension.SOURCE]).rows if row}

    assert labels == {"–", NOT_KEPT, "other than kms.amazonaws.com", "Total"}


def test_a_typed_rate_was_never_observed() -> None:
    key = EventKey(PROD, REGION, EventCategory.MANAGEMENT)
    typed = Volumes((VolumeRow(key, Quantity.exact(Decimal(40_000_000))),), covers_all=True)

    assert volumes_table(typed, [VolumeDimension.ACCOUNT]).rows[0] == (PROD, "–", "40.0M", "100.0 %")
    assert render_volumes(typed, 100).startswith("typed volumes\n")


def test_no_events_are_said_to_be_none() -> None:
    text = render_volumes(Volumes((), kind="cloudtrail-logs", read=ReadSummary(files=2)), 100)

    assert text == "2 files, 0 records = 0 counted + 0 duplicates + 0 unreadable\n\nno events"


def test_accounts_may_have_names() -> None:
    assert "prod (111122223333)" in render_volumes(logs(), 100, accounts={PROD: Account("prod")})


def test_multiplicity_is_evidence_of_how_many_trails_deliver() -> None:
    twice = replace(logs(), multiplicity={1: 10, 2: 90})
    once = replace(logs(), multiplicity={1: 90})

    assert "events met once: 10, twice: 90; evidence of 2 trails that deliver here" in notes_on(twice)
    assert not any(note.startswith("events met") for note in notes_on(once))


def test_coverage_says_what_it_stands_on() -> None:
    def covered(basis: Basis) -> Volumes:
        return Volumes((), (Coverage(PROD, REGION, EventCategory.MANAGEMENT, basis),))

    assert "R102" in notes_on(covered(Basis.INFERRED))[0]
    assert notes_on(covered(Basis.RECORDED_BY)) == ("coverage: what the trails of --recorded-by would have recorded",)
    assert notes_on(Volumes((), covers_all=True)) == ("coverage: the author vouches that nothing else happens",)


def test_a_short_period_and_gaps_are_told() -> None:
    def observed(region: str, hours: int, gap_hours: str) -> Coverage:
        start = datetime(2026, 10, 5, tzinfo=UTC)
        period = Period(start, start + timedelta(hours=hours), Decimal(hours), Decimal(gap_hours))
        return Coverage("111122223333", region, EventCategory.MANAGEMENT, Basis.RECORDED_BY, observed=period)

    gaps = (("us-east-1", "0"), ("eu-west-1", "2"), ("eu-west-2", "0.5"), ("eu-west-3", "4"), ("eu-central-1", "1"))
    short = Volumes((), tuple(observed(region, 100, gap) for region, gap in gaps), read=ReadSummary(late=3))
    whole = Volumes((), (observed("us-east-1", 168, "0"),), read=ReadSummary())

    assert notes_on(short)[:3] == (
        "delivered more than two hours after they happened: 3 records, their copies looked for apart (R52)",
        "observed for 4 days, less than a week: other days may be busier or quieter",
        "gaps: no file for 4 h in 111122223333 eu-west-3, 2 h in 111122223333 eu-west-1,"
        " 1 h in 111122223333 eu-central-1 and 1 more place, though it is busy there; lost files would look so",
    )
    assert not any(note.startswith(("observed", "gaps", "delivered")) for note in notes_on(whole))
