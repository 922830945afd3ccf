"""Buckets whose logs begin later than others': neither surely quiet before, nor surely not logged."""

from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.volumes_file import format_volumes, read_volumes
from costplan.model.volumes import Volumes
from costplan.reports.volumes_table import render_volumes
from tests.inputs.volumes.access_logs.building import BUCKET, line, read, write

LATE = "amzn-s3-demo-late"
D = Decimal


def volumes_of(root: Path, *times: str) -> Volumes:
    """Read four days of one bucket, 96 hours from the first line to the last, and lines of another at *times*."""
    ends = [line(time=f"{time}/Oct/2026:{at}") for time, at in (("05", "00:00:00"), ("08", "23:59:00"))]
    write(root, [*ends, *(line(bucket=LATE, time=time) for time in times)])
    return read(root).volumes


def figures(volumes: Volumes) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    found = {}
    for row in volumes.rows:
        (resource,) = row.key.resources  # type: ignore[misc]
        name = str(resource.container).rpartition(":")[2]
        found[name] = (row.per_month.low, row.per_month.point, row.per_month.high)
    return found


def test_logs_that_begin_a_day_later_make_a_range(tmp_path: Path) -> None:
    volumes = volumes_of(tmp_path, "07/Oct/2026:00:00:00", "08/Oct/2026:12:00:00")

    # Two lines in 96 hours, or in the 48 since the first: 2 × 730 / 96, 2 × 730 / 48.  Of the other bucket 2 in 96.
    both = D("15.208333"), D("30.416667"), D("30.416667")
    assert figures(volumes) == {LATE: both, BUCKET: (both[0],) * 3}
    hours = {str(part.container).rpartition(":")[2]: part.observed.hours for part in volumes.coverage if part.observed}
    assert hours == {LATE: 48, BUCKET: 96}
    shown = " ".join(render_volumes(volumes, 100).split())
    assert f"so they may have been switched on then; ranges from as if not to as if so: {LATE}" in shown
    assert "may not be recorded" not in shown


def test_the_range_survives_the_file(tmp_path: Path) -> None:
    volumes = volumes_of(tmp_path / "logs", "07/Oct/2026:00:00:00", "08/Oct/2026:12:00:00")
    (tmp_path / "v.json").write_text(format_volumes(volumes), encoding="utf-8")

    assert render_volumes(read_volumes(tmp_path / "v.json"), 100) == render_volumes(volumes, 100)


@pytest.mark.parametrize(
    "times",
    [
        pytest.param(["05/Oct/2026:23:55:00", "08/Oct/2026:00:00:00"], id="on the first day"),
        pytest.param(["08/Oct/2026:01:00:00", "08/Oct/2026:12:00:00"], id="on one day alone"),
        pytest.param(["06/Oct/2026:01:00:00"], id="on one day of three"),
    ],
)
def test_where_silence_says_nothing_all_buckets_share_the_period(times: list[str], tmp_path: Path) -> None:
    volumes = volumes_of(tmp_path, *times)
    low, point, high = figures(volumes)[LATE]

    assert low == point == high
    assert "switched on then" not in render_volumes(volumes, 100)


def test_what_may_not_be_recorded_is_told_beside_a_later_beginning(tmp_path: Path) -> None:
    expired = [line("S3.EXPIRE.OBJECT", bucket=LATE, time=f"0{day}/Oct/2026:12:00:00") for day in (7, 8)]
    ends = [line(time=f"{time}/Oct/2026:{at}") for time, at in (("05", "00:00:00"), ("08", "23:59:00"))]
    write(tmp_path, [*ends, *expired])

    # Two in the 36 hours from the first to the end: 2 × 730 / 36 = 40.6
    shown = " ".join(render_volumes(read(tmp_path).volumes, 100).split())
    assert "may not be recorded, up to 41 a month: lifecycle rules" in shown
