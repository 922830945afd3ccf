"""A sample of access logs: honest intervals around a population that is known, and a census where there is no need."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.engine.uncertainty import relative_error
from costplan.model.problems import BadInputError
from costplan.model.quantity import Quantity, total
from costplan.model.volumes import Volumes
from costplan.workflows.access_logs import measure_access_logs
from costplan.workflows.sample import SampleSize
from tests.generator.writing import iter_files
from tests.inputs.volumes.access_logs.building import ACCOUNT, REGION, line, write
from tests.inputs.volumes.access_logs.derived import write_access_logs
from tests.inputs.volumes.access_logs.test_truth import POPULATION

SEEDS = 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sampled")
    population = replace(POPULATION, days=4, events_per_day=6_000)
    write_access_logs((file.body for file in iter_files(population)), made)
    return made


def everything(volumes: Volumes) -> Quantity:
    return total(row.per_month for row in volumes.rows)


def bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_intervals_hold_the_truth_about_as_often_as_they_say(folder: Path) -> None:
    true = everything(measure_access_logs([folder]).volumes)
    budget, held, points = bytes_of(folder) // 3, 0, []
    for seed in range(SEEDS):
        volumes = measure_access_logs([folder], sample=SampleSize(budget, None, seed)).volumes
        assert volumes.sampling is not None
        assert volumes.sampling.bytes_read <= budget
        found = everything(volumes)
        points.append(found.point)
        half = Decimal(relative_error(found)) * found.point
        held += abs(found.point - true.point) <= half
        assert found.low < found.point == found.high
    # Of 25 intervals of 95 % fewer than 20 hold the truth once in 3,000 times.
    assert held >= 20
    mean = sum(points) / len(points)
    assert abs(mean - true.point) < true.point / 100


def test_the_band_is_there_beside_the_interval(folder: Path) -> None:
    sampled = measure_access_logs([folder], sample=SampleSize(bytes_of(folder) // 2, None, 3)).volumes
    true = everything(measure_access_logs([folder]).volumes)
    found = everything(sampled)
    assert found.is_sampled
    assert abs((found.high - found.low) / (true.high - true.low) - 1) < Decimal("0.3")
    assert found.counted <= found.low


def test_equal_seeds_draw_the_same_on_any_number_of_workers(folder: Path) -> None:
    size = SampleSize(bytes_of(folder) // 4, None, 7)
    one, two = (measure_access_logs([folder], sample=size, workers=n).volumes for n in (1, 2))
    assert one == two


def test_where_everything_may_be_read_it_is(folder: Path) -> None:
    whole = measure_access_logs([folder], sample=SampleSize(bytes_of(folder) * 2)).volumes
    assert whole == measure_access_logs([folder]).volumes
    assert not whole.is_sampled


def test_what_has_no_name_of_s3_is_in_no_sample(tmp_path: Path) -> None:
    write(tmp_path, [line()], "merged.log")
    with pytest.raises(BadInputError, match="no file has a name of S3's"):
        measure_access_logs([tmp_path], account=ACCOUNT, region=REGION, sample=SampleSize(10))


def test_keys_that_no_line_names_stay_a_band_in_a_sample(tmp_path: Path) -> None:
    for hour in range(20):
        lines = [line("REST.POST.MULTI_OBJECT_DELETE", "-", time=f"05/Oct/2026:{hour:02}:00:00")] * 10
        write(tmp_path, lines, f"{ACCOUNT}/{REGION}/b/2026/10/05/2026-10-05-{hour:02}-30-00-{hour:016X}")
    volumes = measure_access_logs([tmp_path], sample=SampleSize(bytes_of(tmp_path) // 2)).volumes
    (keys,) = (row.per_month for row in volumes.rows if row.key.event_name == "DeleteObject")
    # 200 requests in twenty hours: × 730 / 20, of 1 to 1,000 keys each
    assert abs(keys.low - 7_300) < 400
    assert keys.high == keys.low * 1000
