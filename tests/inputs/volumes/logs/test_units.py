"""Work in units: however it is cut and whoever does it, the count is the same."""

import gzip
import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.catalog import NOWHERE, Catalog
from costplan.inputs.volumes.logs.counting import count_found, find_logs
from costplan.inputs.volumes.logs.names import parse_log_name
from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, Span
from costplan.inputs.volumes.logs.sources import Folder, Stored
from costplan.inputs.volumes.logs.windows import BLOCK_SLOTS
from costplan.model.volumes import EVERYTHING
from tests.generator import Population, write_logs

from .building import ACCOUNT, OTHER_ACCOUNT, make_record, text_of, write_log

pytestmark = pytest.mark.usefixtures("either_loop")

DAY = "2026-10-05"


def name_of(minute: int, unique: str = "a", account: str = ACCOUNT, region: str = "eu-west-1") -> str:
    """The name of a file delivered *minute* minutes after midnight, and a day later from 1440 on."""
    day, rest = divmod(minute, 1440)
    return f"{account}_CloudTrail_{region}_202610{5 + day:02}T{rest // 60:02}{rest % 60:02}Z_{unique}.json.gz"


def event(number: int, minute: int, **changes):
    """An event that happens *minute* minutes after midnight, with an id of its own."""
    day, rest = divmod(minute, 1440)
    time = f"2026-10-{5 + day:02}T{rest // 60:02}:{rest % 60:02}:30Z"
    return make_record(eventID=f"00000000-0000-4000-8000-{number:012x}", eventTime=time, **changes)


def put(folder: Path, minute: int, records: list, unique: str = "a") -> Path:
    return write_log(folder / name_of(minute, unique), records)


def read_of(found):
    read = found.volumes.read
    assert read.records == read.counted + read.duplicates + read.unreadable
    assert read.counted == sum(row.count for row in found.volumes.rows)
    assert read.counted == sum(found.volumes.multiplicity.values()) + read.without_event_id
    return read


# ---- copies ----


@pytest.mark.parametrize(
    ("minutes", "counted"),
    [
        ([10, 15], 1),
        ([10, 15, 20, 25], 1),
        # Two hours apart, in the next block.
        ([110, 230], 1),
        # A chain: each within reach of the one before.
        ([10, 130, 250, 370], 1),
        # In the block after next nobody remembers; it happened long before, so it counts as late and as its own.
        ([10, 370], 2),
    ],
)
@pytest.mark.parametrize("unit_bytes", [None, 1])
def test_copies_are_found_within_two_hours_of_delivery(tmp_path, minutes, counted, unit_bytes):
    for minute in minutes:
        put(tmp_path, minute, [event(1, minutes[0] - 1)])
    read = read_of(count_found(find_logs([tmp_path]), EVERYTHING, unit_bytes=unit_bytes))
    assert (read.counted, read.duplicates) == (counted, len(minutes) - counted)


@pytest.mark.parametrize("unit_bytes", [None, 1])
def test_copies_on_both_sides_of_midnight_and_of_every_cut_are_one_event(tmp_path, unit_bytes):
    # Files at 23:55 and 00:05 lie in different days, thus in different units when units are small.
    for number, minute in enumerate((1435, 115, 235, 1315)):
        for copy, later in enumerate((0, 5, 10)):
            put(tmp_path, minute + later, [event(number, minute - 1)], unique=f"{number}{copy}")
    found = count_found(find_logs([tmp_path]), EVERYTHING, unit_bytes=unit_bytes)
    assert (read_of(found).counted, read_of(found).duplicates) == (4, 8)
    assert found.volumes.multiplicity == {3: 4}


@pytest.mark.parametrize("unit_bytes", [None, 1])
def test_late_events_are_counted_and_their_copies_looked_for_among_themselves(tmp_path, unit_bytes):
    # Happened at 00:10; one copy each at 06:00 and at 13:00.
    put(tmp_path, 5, [event(9, 4)])
    put(tmp_path, 360, [event(1, 10), event(2, 359)])
    put(tmp_path, 780, [event(1, 10), event(3, 779)])
    found = count_found(find_logs([tmp_path]), EVERYTHING, unit_bytes=unit_bytes)
    read = read_of(found)
    assert (read.records, read.counted, read.duplicates, read.late) == (5, 4, 1, 2)
    assert found.volumes.multiplicity == {1: 3, 2: 1}


def test_two_folders_are_merged_by_the_time_of_delivery(tmp_path):
    for folder in ("bucket-b", "bucket-a"):
        for minute in range(5, 1440, 5):
            put(tmp_path / folder, minute, [event(minute, minute - 1)])
    found = count_logs([tmp_path / "bucket-b", tmp_path / "bucket-a"], EVERYTHING)
    assert (read_of(found).counted, read_of(found).duplicates) == (287, 287)
    assert found.volumes.multiplicity == {2: 287}


def test_the_same_id_in_another_account_is_another_event(tmp_path):
    put(tmp_path, 5, [event(1, 4), event(1, 4, recipientAccountId=OTHER_ACCOUNT)])
    put(tmp_path, 10, [event(1, 4, recipientAccountId=OTHER_ACCOUNT)])
    assert (read_of(count_logs([tmp_path], EVERYTHING)).counted) == 2


def test_without_merging_every_copy_is_counted(tmp_path):
    put(tmp_path, 5, [event(1, 4), event(1, 4)])
    found = count_logs([tmp_path], EVERYTHING, merges_copies=False)
    assert found.volumes.read.counted == found.volumes.read.records == 2
    assert found.volumes.multiplicity == {}


def test_few_files_with_other_names_are_held_against_all_others(tmp_path):
    put(tmp_path, 5, [event(1, 4), event(2, 4)])
    write_log(tmp_path / "renamed.json.gz", [event(2, 4), event(3, 4)])
    assert (read_of(count_logs([tmp_path], EVERYTHING)).counted) == 3


# ---- the same, naively ----


@st.composite
def deliveries(draw):
    """Files of a day and a half, whose events come in one to three copies up to an hour and a half apart."""
    files: dict[int, list] = {}
    for number in range(draw(st.integers(1, 25))):
        happened = draw(st.integers(0, 36 * 12 - 1)) * 5
        copies = draw(st.lists(st.integers(0, 18), min_size=1, max_size=3))
        for later in copies:
            files.setdefault(happened + 5 + later * 5, []).append(event(number, happened))
    return files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries(), st.integers(1, 4000))
def test_however_the_work_is_cut_the_count_is_that_of_a_set_of_all_ids(tmp_path_factory, files, unit_bytes):
    folder = tmp_path_factory.mktemp("logs")
    for minute, records in files.items():
        put(folder, minute, records)
    times = Counter(record["eventID"] for records in files.values() for record in records)
    for size in (None, 1, unit_bytes):
        found = count_found(find_logs([folder]), EVERYTHING, unit_bytes=size)
        assert read_of(found).counted == len(times)
        assert found.volumes.multiplicity == Counter(times.values())


# ---- processes ----

POPULATION = Population(seed=5, days=2, events_per_day=2500, management_trails=2, data_trails=2, digests=True)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    return folder, write_logs(POPULATION, folder)


@pytest.mark.parametrize(("workers", "unit_bytes"), [(1, 1), (2, 1), (3, 20_000), (2, None)])
def test_neither_workers_nor_units_nor_the_order_of_paths_make_a_difference(generated, workers, unit_bytes):
    folder, truth = generated
    expected = count_logs([folder], EVERYTHING)
    assert read_of(expected).counted == truth.distinct
    assert expected.volumes.multiplicity == truth.multiplicity
    below = [path for path in folder.rglob("*") if path.is_dir() and path.name.isdigit() and len(path.name) == 12]
    paths = random.Random(workers).sample(below, len(below))
    found = count_found(find_logs(paths), EVERYTHING, workers=workers, unit_bytes=unit_bytes)
    assert found.volumes == expected.volumes
    assert found.problems == ()


def test_damage_is_told_alike_by_workers(generated, tmp_path):
    _, _ = generated
    for minute in (5, 130, 250):
        put(tmp_path, minute, [event(minute, minute - 1), "no record"])
    (tmp_path / name_of(20)).write_bytes(b"not gzip")
    alone = count_found(find_logs([tmp_path]), EVERYTHING)
    several = count_found(find_logs([tmp_path]), EVERYTHING, workers=2, unit_bytes=1)
    assert several == alone
    assert len(alone.problems) == 4


class Interrupted:
    """A source that presses Ctrl-C after the first object, and counts what it was asked for."""

    def folders(self):
        yield Folder("gone://", [Stored(name_of(minute), 100) for minute in range(5, 300, 5)])

    def read(self, names):
        for at, _ in enumerate(names):
            yield gzip.compress(text_of([event(at, 4)]))
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_keeps_what_was_read_and_says_how_much_was_not(workers):
    before = signal.getsignal(signal.SIGINT)
    found = count_found(find_logs([Interrupted()]), EVERYTHING, workers=workers, unit_bytes=1)
    if workers == 1:
        # The second object was on its way when the first was counted.
        assert (read_of(found).files, read_of(found).counted, found.left_unread) == (2, 2, 57)
    else:
        # Workers do not hear it: their signal is that of the one who started them.
        assert found.left_unread == 0
    assert signal.getsignal(signal.SIGINT) is before


# ---- the catalogue ----


def catalog_of(minutes, size=100) -> Catalog:
    catalog = Catalog()
    catalog.add(0, Folder("logs/", [Stored(name_of(minute), size) for minute in minutes]))
    return catalog


def test_a_busy_day_is_cut_at_blocks_of_two_hours_and_neighbours_are_noted():
    units = list(catalog_of(range(5, 1441, 5)).units(unit_bytes=2400))
    assert [unit.objects for unit in units] == [24] * 12
    assert [(unit.follows, unit.goes_on) for unit in units[:2]] == [(False, True), (True, True)]
    assert all(unit.slots is not None and unit.slots.start % BLOCK_SLOTS == 0 for unit in units)
    assert sum(unit.bytes for unit in units) == 28_800
    assert [len(unit.entries()) for unit in units] == [unit.objects for unit in units]


def test_quiet_days_are_read_together_and_a_gap_parts_them():
    catalog = catalog_of([10, 1450, 4 * 1440 + 10])
    units = list(catalog.units(unit_bytes=10_000))
    assert [(unit.objects, unit.follows, unit.goes_on) for unit in units] == [(2, False, False), (1, False, False)]


def test_names_survive_packing_whatever_they_hold():
    names = ["a\tb.json", "ä.json", "\udcff.json", name_of(5)]
    catalog = Catalog()
    catalog.add(3, Folder("x/", [Stored(name, at) for at, name in enumerate(names)]))
    (unit,) = catalog.units()
    assert unit.place == NOWHERE
    assert {(e.source, e.name, e.size) for e in unit.entries()} == {(3, f"x/{n}", at) for at, n in enumerate(names)}


def test_a_cluster_holds_the_objects_of_its_stretch_and_of_the_look_past_it():
    slot = parse_log_name(name_of(1430)).slot
    catalog = catalog_of(range(5, 2881, 5))
    unit = catalog.cluster((ACCOUNT, "eu-west-1"), Span(slot - 3, slot + 1), Span(slot - 3, slot + 4))
    assert [entry.told.slot - slot for entry in unit.entries()] == list(range(-3, 4))
    assert (unit.objects, unit.bytes) == (7, 700)
    assert slot % SLOTS_PER_DAY > SLOTS_PER_DAY - 4  # so that the look reaches into the next day


def test_objects_and_bytes_are_known_for_every_slot():
    catalog = catalog_of([5, 10, 10])
    (survey,) = catalog.surveys()
    assert survey.place == (ACCOUNT, "eu-west-1")
    first, second = (parse_log_name(name_of(minute)).slot for minute in (5, 10))
    assert survey.slots == {first: (1, 100), second: (2, 200)}
    assert survey.occupied.span == Span(first, second + 1)
