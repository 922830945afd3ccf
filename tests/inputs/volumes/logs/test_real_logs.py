"""Log files that public projects published: what is in them was counted once by other means."""

import os

import pytest

from costplan.inputs.volumes.logs import count_logs
from costplan.model.events import EventCategory
from costplan.model.volumes import EVERYTHING

pytestmark = pytest.mark.real_data


def count(real_data, prefix):
    (folder,) = [path for path in (real_data / "logs").iterdir() if path.name.startswith(prefix)]
    found = count_logs([folder], EVERYTHING)
    read = found.volumes.read
    assert read.records == read.counted + read.duplicates + read.unreadable
    return found, read, folder


def set_aside_files(read):
    return sum(count for kind, count in read.set_aside.items() if kind not in ("insight", "aggregated"))


def test_invictus(real_data):
    found, read, _ = count(real_data, "invictus-ir+aws_dataset")
    assert (read.files, read.files_unreadable) == (55, 0)
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (2900, 2900, 0, 0)
    by_kind = {True: 0, False: 0}
    for row in found.volumes.rows:
        assert (row.key.category, row.key.region) == (EventCategory.MANAGEMENT, "us-east-1")
        by_kind[row.key.read_only] += row.count
    assert by_kind == {True: 2326, False: 574}
    assert found.problems == ()


def test_nexthink(real_data):
    found, read, _ = count(real_data, "nexthink-oss")
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (36, 18, 18, 0)
    assert found.volumes.multiplicity == {2: 18}


def test_umccr(real_data):
    found, read, _ = count(real_data, "umccr")
    assert read.files == 21
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (206, 204, 2, 0)
    assert read.without_event_id == 1
    assert found.problems == ()


def test_stevezieglerva(real_data):
    found, read, _ = count(real_data, "stevezieglerva")
    assert read.set_aside == {"digest": 2, "other-json": 1}
    assert (read.files, read.records, read.counted, read.duplicates) == (2, 8, 4, 4)
    assert found.unreadable_share == 0


def test_boogy(real_data):
    found, read, folder = count(real_data, "boogy")
    assert not found.has_logs
    assert read.set_aside == {"notification": 14}
    assert found.problems[0].what == "no CloudTrail log among 14 files: 14 notifications"
    assert found.problems[0].where.path == os.fspath(folder)


def test_every_file_of_every_folder_is_counted_set_aside_or_damaged(real_data):
    folders = sorted((real_data / "logs").iterdir())
    assert len(folders) >= 11
    for folder in folders:
        found, read, _ = count(real_data, folder.name)
        files = sum(len(names) for _, _, names in os.walk(folder))
        assert read.files + set_aside_files(read) + found.ignored == files
        assert read.files - read.files_unreadable == found.log_files
