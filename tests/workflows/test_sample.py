"""Samples of real files: what they expand to, what they hold, and what they cannot be drawn from."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.engine.sampling import LOOK_SLOTS, build_frame
from costplan.engine.uncertainty import interval
from costplan.inputs.volumes.logs.counting import Found, LogCount, count_found, find_logs
from costplan.inputs.volumes.logs.period import Span
from costplan.inputs.volumes.logs.sampled import Drawn, SampledLogs
from costplan.model.events import EventCategory, EventKey
from costplan.model.problems import BadInputError, UsageError
from costplan.model.quantity import Quantity, total
from costplan.model.volumes import CountPlan, Estimated, Volumes
from costplan.workflows.sample import SampleSize, sample_logs
from tests.generator import Mix, Population, Truth, account_ids, write_logs
from tests.inputs.volumes.logs.building import ACCOUNT, make_record, write_log

PLAN = CountPlan(frozenset({"event_source", "resources"}), counts_bytes=False)
ACCOUNTS = account_ids(3)
MANY = Population(
    seed=5,
    accounts=ACCOUNTS[:2],
    regions=(("us-east-1", 4.0), ("eu-west-1", 1.0)),
    days=16,
    events_per_day=300,
    mix=Mix(60, 30, 10, 0, 0),
    management_trails=2,
)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """Sixteen days of two accounts, with a second trail for management events."""
    folder = tmp_path_factory.mktemp("logs")
    return folder, write_logs(MANY, folder)


@pytest.fixture(scope="module")
def found(logs: tuple[Path, Truth]) -> Found:
    return find_logs([logs[0]])


@pytest.fixture(scope="module")
def census(found: Found) -> Volumes:
    return count_found(found, PLAN).volumes


@pytest.fixture(scope="module")
def sampled(found: Found) -> LogCount:
    """An eighth of the bytes."""
    return sample_logs(found, PLAN, SampleSize(found.catalog.bytes // 8, seed=9))


def monthly(volumes: Volumes, category: EventCategory) -> Quantity:
    return total(row.per_month for row in volumes.rows if row.key.category is category)


def figures(result: LogCount) -> object:
    """Everything that a sample says, but for the order of its problems."""
    volumes = result.volumes
    return volumes.rows, volumes.sampling, volumes.read, volumes.files, volumes.multiplicity, volumes.coverage


# ---- what a sample expands to ----


def test_intervals_of_totals_hold_what_a_census_counts(found: Found, census: Volumes) -> None:
    size = found.catalog.bytes // 8
    held: Counter[EventCategory] = Counter()
    for seed in range(1, 9):
        volumes = sample_logs(found, PLAN, SampleSize(size, seed=seed)).volumes
        for category in (EventCategory.MANAGEMENT, EventCategory.DATA):
            figure, truth = monthly(volumes, category), monthly(census, category).point
            low, high = interval(figure)
            held[category] += low <= truth <= high
            assert figure.is_sampled
            assert abs(figure.point / truth - 1) < Decimal("0.3")
    assert min(held.values()) >= 7


def test_a_sample_says_how_it_was_drawn(found: Found, sampled: LogCount) -> None:
    sampling = sampled.volumes.sampling
    assert sampling is not None
    assert (sampling.seed, sampling.objects, sampling.bytes) == (9, found.catalog.objects, found.catalog.bytes)
    assert 0 < sampling.bytes_read <= found.catalog.bytes // 8
    assert 0 < sampling.objects_read < sampling.objects
    assert 0 < sampling.clusters_read < sampling.clusters
    assert sampling.never_drawn == ()
    assert {r.design_id for row in sampled.volumes.rows for r in row.per_month.replicates} == {sampling.design_id}
    assert all(
        len(r.deviations) == sampling.replicates for row in sampled.volumes.rows for r in row.per_month.replicates
    )


def test_every_record_of_the_drawn_clusters_is_accounted_for(sampled: LogCount) -> None:
    read = sampled.volumes.read
    assert read is not None
    assert read.counted > 300
    assert read.duplicates > 100
    assert read.records == read.counted + read.duplicates + read.unreadable


def test_every_figure_says_what_was_seen_of_it(sampled: LogCount) -> None:
    for row in sampled.volumes.rows:
        assert row.count
        assert row.per_month.point >= row.per_month.counted > 0


def test_a_figure_below_what_was_seen_is_what_was_seen(tmp_path: Path, sampled: LogCount) -> None:
    # Where nearly everything is read, calibrated weights can be a little below one.
    stamped(tmp_path, "20261005T0010Z", make_record(), make_record())
    logs = SampledLogs(find_logs([tmp_path]), PLAN)
    (slot,) = logs.surveys[0].slots
    read = logs.read([Drawn(logs.surveys[0].place, Span(slot, slot + 1), Span(slot, slot + 1))])
    ((key, seen),) = read.monthly[0].items()
    assert sampled.volumes.sampling is not None
    result = logs.volumes(read, {key: Estimated(0.9 * seen, (0.0,), seen)}, sampled.volumes.sampling)
    (row,) = result.volumes.rows
    assert seen > 1000
    assert row.count == 2
    assert row.per_month.point == row.per_month.counted == pytest.approx(Decimal(seen))


def test_the_period_and_the_files_are_those_of_the_listing(sampled: LogCount, census: Volumes) -> None:
    whole = {(f.account, f.region, f.kind): f for f in census.files}
    assert len(sampled.volumes.files) == len(whole) == 4
    for file in sampled.volumes.files:
        counted = whole[file.account, file.region, file.kind]
        assert (file.files, file.bytes, file.slots_occupied) == (counted.files, counted.bytes, counted.slots_occupied)
        assert file.slots_observed == counted.slots_observed
    periods = {coverage.observed for coverage in sampled.volumes.coverage}
    assert periods == {coverage.observed for coverage in census.coverage}


def test_the_number_of_workers_makes_no_difference(found: Found) -> None:
    size = SampleSize(found.catalog.bytes // 8, Decimal("0.05"))
    assert figures(sample_logs(found, PLAN, size)) == figures(sample_logs(found, PLAN, size, workers=2))


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(found: Found) -> None:
    first, again, other = (
        figures(sample_logs(found, PLAN, SampleSize(found.catalog.bytes // 20, seed=seed))) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


# ---- how much is read ----


def test_pilot_and_final_draw_stay_within_the_budget_together(found: Found) -> None:
    announced: list[tuple[int, int]] = []
    size = found.catalog.bytes // 4
    result = sample_logs(
        found, PLAN, SampleSize(size, Decimal("0.2")), announce=lambda objects, read: announced.append((objects, read))
    )
    sampling = result.volumes.sampling
    assert sampling is not None
    assert len(announced) == 2
    assert announced[0][1] <= size / 5
    assert sampling.bytes_read == sum(read for _, read in announced) <= size


def test_a_wide_target_reads_less_than_a_narrow_one(found: Found) -> None:
    wide, narrow = (
        sample_logs(found, PLAN, SampleSize(found.catalog.bytes // 2, Decimal(target))).volumes.sampling
        for target in ("0.3", "0.03")
    )
    assert wide is not None
    assert narrow is not None
    assert wide.bytes_read < narrow.bytes_read


def test_a_target_out_of_reach_reads_everything_and_says_so(found: Found, census: Volumes) -> None:
    result = sample_logs(found, PLAN, SampleSize(target_error=Decimal("0.001")))
    assert result.volumes.sampling is None
    assert result.volumes.rows == census.rows


def test_a_budget_for_everything_reads_everything(found: Found, census: Volumes) -> None:
    result = sample_logs(found, PLAN, SampleSize(max_bytes=found.catalog.bytes))
    assert (result.volumes.sampling, result.volumes.rows) == (None, census.rows)


def test_places_of_which_nothing_was_read_are_named(found: Found) -> None:
    volumes = sample_logs(found, PLAN, SampleSize(max_bytes=4000)).volumes
    sampling = volumes.sampling
    assert sampling is not None
    assert sampling.clusters_read < 5
    met = {(row.key.account, row.key.region) for row in volumes.rows}
    assert sampling.never_drawn
    assert met.isdisjoint(sampling.never_drawn)
    assert set(sampling.never_drawn) <= set(volumes.places)


def test_a_rare_charge_is_looked_at_a_second_time(tmp_path: Path) -> None:
    busy = Population(seed=2, accounts=ACCOUNTS[:1], regions=(("us-east-1", 1.0),), days=2, events_per_day=9000)
    write_logs(busy, tmp_path)
    # Function calls in one quiet Region.
    rare = Population(
        seed=3,
        accounts=ACCOUNTS[1:2],
        regions=(("eu-west-1", 1.0),),
        days=2,
        events_per_day=900,
        mix=Mix(0, 0, 1, 0, 0),
    )
    write_logs(rare, tmp_path)
    found = find_logs([tmp_path])
    size = found.catalog.bytes // 3

    def seen(target: Decimal | None) -> int:
        rows = sample_logs(found, PLAN, SampleSize(size, target)).volumes.rows
        return sum(row.count or 0 for row in rows if row.key.account == ACCOUNTS[1])

    assert seen(Decimal("0.03")) > 2 * seen(None) > 0


@pytest.mark.parametrize(("most", "target"), [(0, None), (None, Decimal(0)), (None, Decimal(1)), (1, Decimal("1.5"))])
def test_sizes_that_make_no_sense_are_refused(most: int | None, target: Decimal | None) -> None:
    with pytest.raises(UsageError, match=r"--max-bytes must be|--target-error must lie"):
        SampleSize(most, target)


# ---- which events belong to which cluster ----


def read_all_clusters(found: Found) -> Counter[EventKey]:
    """Return what the clusters of the frame hold, all of them, each for itself."""
    logs = SampledLogs(found, PLAN)
    frame = build_frame((survey.place, survey.slots) for survey in logs.surveys)
    drawn = [
        Drawn(c.place, Span(c.start, c.start + c.slots), Span(c.start, c.start + c.slots + LOOK_SLOTS))
        for c in frame.clusters
    ]
    events: Counter[EventKey] = Counter()
    for cluster in logs.read(drawn).monthly:
        events.update(cluster)
    return events


def same(found: Found) -> Iterator[tuple[float, float]]:
    counted = {row.key: float(row.per_month.point) for row in count_found(found, PLAN).volumes.rows}
    clusters = read_all_clusters(found)
    assert set(clusters) == set(counted)
    assert counted
    yield from ((clusters[key], counted[key]) for key in counted)


def test_all_clusters_together_hold_each_event_once(tmp_path: Path) -> None:
    truth = write_logs(replace(MANY, days=2, data_trails=2), tmp_path)
    assert truth.multiplicity.keys() == {2}
    for of_clusters, of_census in same(find_logs([tmp_path])):
        assert of_clusters == pytest.approx(of_census, rel=1e-9, abs=1e-6)


def stamped(folder: Path, stamp: str, *records: dict[str, object]) -> None:
    name = f"{ACCOUNT}_CloudTrail_eu-west-1_{stamp}_{len(list(folder.rglob('*.gz'))):016}.json.gz"
    write_log(folder / "AWSLogs" / ACCOUNT / "CloudTrail" / "eu-west-1" / "2026" / "10" / "05" / name, list(records))


def test_events_delivered_after_their_stretch_belong_to_it_even_if_it_delivered_nothing(tmp_path: Path) -> None:
    # Stamps are the ends of slots: these files came between 00:30 and 00:45, in the next stretch.
    stamped(tmp_path, "20261005T0035Z", make_record(eventTime="2026-10-05T00:29:30Z"))
    stamped(tmp_path, "20261005T0045Z", make_record(eventTime="2026-10-05T00:28:00Z", eventSource="iam.amazonaws.com"))
    for of_clusters, of_census in same(find_logs([tmp_path])):
        assert of_clusters == pytest.approx(of_census)


def test_copies_on_both_sides_of_an_edge_are_one_event(tmp_path: Path) -> None:
    record = make_record(eventTime="2026-10-05T00:27:00Z")
    for stamp in ("20261005T0030Z", "20261005T0035Z", "20261005T0045Z"):
        stamped(tmp_path, stamp, record, make_record(eventTime="2026-10-05T00:33:00Z"))
    ((of_clusters, of_census),) = same(find_logs([tmp_path]))
    assert of_clusters == pytest.approx(of_census)


def test_events_delivered_long_after_they_happened_are_in_the_cluster_of_their_delivery(tmp_path: Path) -> None:
    for hour in range(4):
        stamped(tmp_path, f"20261005T0{hour + 4}10Z", make_record(eventTime=f"2026-10-05T0{hour}:07:00Z"))
    ((of_clusters, of_census),) = same(find_logs([tmp_path]))
    assert of_clusters == pytest.approx(of_census)


def test_a_copy_later_than_the_look_is_taken_for_another_event(tmp_path: Path) -> None:
    record = make_record(eventTime="2026-10-05T00:07:00Z")
    stamped(tmp_path, "20261005T0010Z", record)
    stamped(tmp_path, "20261005T0125Z", record)
    ((of_clusters, of_census),) = same(find_logs([tmp_path]))
    assert of_clusters == pytest.approx(2 * of_census)


def test_records_without_a_time_belong_where_they_were_delivered(tmp_path: Path) -> None:
    stamped(tmp_path, "20261005T0035Z", make_record(eventTime=...), make_record(eventTime="tomorrow"))
    stamped(tmp_path, "20261005T0325Z", make_record(eventTime=...))
    for of_clusters, of_census in same(find_logs([tmp_path])):
        assert of_clusters == pytest.approx(of_census)


# ---- what no sample can be drawn from ----


def test_files_without_names_of_cloudtrail_are_refused(tmp_path: Path) -> None:
    write_log(tmp_path / "export.json.gz", [make_record()])
    with pytest.raises(BadInputError) as caught:
        sample_logs(find_logs([tmp_path]), PLAN, SampleSize(max_bytes=10))
    assert str(caught.value) == (
        f"{tmp_path}: no file has a name of CloudTrail's, so nobody can tell what a part of them stands for"
        " — read them all, without --sample"
    )


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no file has a name"):
        sample_logs(find_logs([tmp_path]), PLAN, SampleSize(max_bytes=10))


def test_files_without_names_beside_others_are_left_out_and_counted(tmp_path: Path) -> None:
    for slot in range(12):
        stamped(tmp_path, f"20261005T{slot:02}10Z", make_record(eventTime=f"2026-10-05T{slot:02}:07:00Z"))
    write_log(tmp_path / "export.json.gz", [make_record()])
    found = find_logs([tmp_path])
    result = sample_logs(found, PLAN, SampleSize(max_bytes=found.catalog.bytes // 3))
    size = (tmp_path / "export.json.gz").stat().st_size
    (problem,) = (p for p in result.problems if "no name" in p.what)
    assert problem.what == f"1 files of {size:,} bytes have no name of CloudTrail's: no sample is drawn from them"
