"""Known events, the access logs they would have caused, and what these foretell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs
from costplan.inputs.volumes.logs import LogCount
from costplan.model.containers import ArnField, Condition, Operator
from costplan.model.volumes import EVERYTHING, OPTIONAL_FIELDS, CountPlan, VolumeRow
from tests.generator import Population, account_ids
from tests.generator.population import Mix
from tests.generator.truth import EventKey, Tally, Truth
from tests.generator.writing import iter_files
from tests.inputs.volumes.access_logs.derived import Noise, write_access_logs
from tests.readme import section_of

POPULATION = Population(
    seed=11,
    accounts=account_ids(2),
    regions=(("us-east-1", 2.0), ("eu-west-1", 1.0)),
    start=datetime(2026, 10, 5, tzinfo=UTC),
    days=1,
    events_per_day=24_000,
    mix=Mix(0, 1, 0, 0, 0),
    buckets=4,
    roles=6,
)
HOURS = 24
LIFECYCLE = "s3lifecycle.amazonaws.com"
AUTHENTICATION = "s3-authn-errors.amazonaws.com"


@dataclass(frozen=True)
class Scene:
    truth: Truth
    noise: Noise
    folder: Path
    counted: LogCount


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder, tally = tmp_path_factory.mktemp("derived"), Tally()
    noise = write_access_logs((file.body for file in iter_files(POPULATION, tally)), folder)
    return Scene(tally.truth(), noise, folder, count_access_logs(find_access_logs([folder]), EVERYTHING))


def bucket_of(row: VolumeRow) -> str:
    (resource,) = row.key.resources  # type: ignore[misc]
    return str(resource.container)


def true_counts(truth: Truth) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for key, count in truth.counts.items():
        name = "" if key.event_source == LIFECYCLE else key.event_name
        found[key.resources[0].container, key.event_source, name] += count
    return found


def counts(rows: Iterable[VolumeRow]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        source = str(row.key.event_source)
        if source != AUTHENTICATION:
            found[bucket_of(row), source, "" if source == LIFECYCLE else str(row.key.event_name)] += row.count or 0
    return found


def test_each_bucket_and_event_has_as_many_as_there_were(scene: Scene) -> None:
    true = true_counts(scene.truth)
    assert counts(scene.counted.volumes.rows) == true
    assert {name for _, _, name in true} >= {"CopyObject", "DeleteObjects", "DeleteObject", "ListObjects", ""}
    assert len({bucket for bucket, _, _ in true}) == 16


def test_the_truth_of_a_month_lies_in_the_band_of_every_bucket(scene: Scene) -> None:
    per_month: Counter[str] = Counter()
    for (bucket, _, _), count in true_counts(scene.truth).items():
        per_month[bucket] += count
    observed = {c.container: c.observed.hours for c in scene.counted.volumes.coverage if c.observed}
    assert set(observed) == set(per_month)
    assert set(observed.values()) == {Decimal(HOURS)}
    slack = Decimal("0.001")
    for bucket, count in per_month.items():
        rows = [row.per_month for row in scene.counted.volumes.rows if bucket_of(row) == bucket]
        low, high = sum(q.low for q in rows), sum(q.high for q in rows)
        true = count * Decimal(730) / HOURS
        assert low - slack <= true <= high + slack
        # The band is what lifecycle rules did and what failed to authenticate: no more.
        unsure = sum(
            n for (name, source, _), n in true_counts(scene.truth).items() if (name, source) == (bucket, LIFECYCLE)
        )
        unsure += scene.noise.unauthenticated[bucket.rpartition(":")[2]]
        assert abs(high - low - unsure * Decimal(730) / HOURS) < slack


def test_the_readme_prints_how_far_the_point_is_off(scene: Scene) -> None:
    true = true_counts(scene.truth).total() * Decimal(730) / HOURS
    error = (sum(row.per_month.point for row in scene.counted.volumes.rows) / true - 1) * 100

    # Requests that were not authenticated are one in 40, and counted as recorded.
    assert abs(error - scene.noise.unauthenticated.total() * Decimal(100) / scene.truth.distinct) < Decimal("0.0001")
    assert f"- `AWS::S3::Object`: {error:+.1f} %" in section_of("From server access logs")


def test_callers_and_reading_are_those_of_the_records(scene: Scene) -> None:
    def of_truth(key: EventKey) -> tuple[object, ...]:
        return key.event_name, key.read_only, key.principal

    sure = [key for key in scene.truth.counts if key.event_type == "AwsApiCall"]
    true: Counter[tuple[object, ...]] = Counter()
    for key in sure:
        true[of_truth(key)] += scene.truth.counts[key]
    found: Counter[tuple[object, ...]] = Counter()
    for row in scene.counted.volumes.rows:
        if row.key.event_type == "AwsApiCall":
            found[row.key.event_name, row.key.read_only, row.key.principal.container] += row.count or 0
    assert found == true


def test_every_other_line_is_accounted_for(scene: Scene) -> None:
    read = scene.counted.volumes.read
    assert read is not None
    noise = scene.noise
    assert noise.redirects > 100
    assert read.set_aside == {
        "bucket-operation": noise.settings,
        "copy-source": noise.copies,
        "redirect": noise.redirects,
    }
    assert read.counted == scene.truth.distinct + noise.unauthenticated.total()
    assert (read.unreadable, read.files_unreadable, scene.counted.problems) == (0, 0, ())


def test_prefixes_are_answered_as_the_records_would(scene: Scene) -> None:
    bucket = max(true_counts(scene.truth).items(), key=lambda item: item[1])[0][0]
    folders = sorted({key.folder for key in scene.truth.counts if key.resources[0].container == bucket and key.folder})
    assert len(folders) >= 2
    plan = CountPlan(
        OPTIONAL_FIELDS, tuple(Condition(ArnField.RESOURCE, Operator.STARTS_WITH, f"{bucket}/{f}") for f in folders)
    )
    volumes = count_access_logs(find_access_logs([scene.folder]), plan).volumes

    true: Counter[str] = Counter()
    for key, count in scene.truth.counts.items():
        is_here = key.resources[0].container == bucket
        true["".join("1" if is_here and (key.folder or "").startswith(f) else "0" for f in folders)] += count
    found: Counter[str] = Counter()
    for row in volumes.rows:
        if row.key.event_source != AUTHENTICATION:
            found[row.key.resources[0].answers] += row.count or 0  # type: ignore[index]
    assert found == true
