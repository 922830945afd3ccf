"""Counting what lies in archives: the same as in the folder they were made of, and bad archives by exact messages."""

import gzip
import io
import shutil
import struct
import tarfile
import zipfile
from pathlib import Path
from random import Random

import pytest

from costplan.cli.app import run
from costplan.inputs.volumes.logs import count_logs
from costplan.inputs.volumes.logs.archives import archive_of
from costplan.inputs.volumes.logs.counting import count_found, find_logs
from costplan.model.volumes import EVERYTHING
from tests.generator import Population, write_logs

from .archives.packing import ENDINGS, pack
from .building import ACCOUNT, STAMPED, make_object_record, make_record, text_of, write_log

POPULATION = Population(seed=3, days=0, hours=6, events_per_day=3_000, management_trails=2, data_trails=1, digests=True)
AGAIN = "copy the archive again"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of logs, and the truth about it."""
    folder = tmp_path_factory.mktemp("made")
    return folder, write_logs(POPULATION, folder)


def archived(folder: Path, path: Path) -> Path:
    """An archive of a folder, in another order than that of the files."""
    files = Random(1).sample(sorted(file for file in folder.rglob("*") if file.is_file()), k=_count(folder))
    return pack(path, {file.relative_to(folder).as_posix(): file.read_bytes() for file in files})


def _count(folder: Path) -> int:
    return sum(file.is_file() for file in folder.rglob("*"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_counts_as_the_folder_it_was_made_of(made, tmp_path, ending):
    folder, truth = made
    expected = count_logs([folder], EVERYTHING)
    assert expected.volumes.read.counted == truth.distinct > 300

    path = archived(folder, tmp_path / f"logs.{ending}")
    found = count_logs([path], EVERYTHING)
    assert (found.volumes, found.problems, found.bytes_read) == (expected.volumes, (), expected.bytes_read)
    several = count_found(find_logs([path]), EVERYTHING, workers=2, unit_bytes=1)
    assert several == found


def test_archives_in_a_folder_are_opened_and_copies_between_them_found(made, tmp_path):
    folder, truth = made
    shutil.copytree(folder, tmp_path / "all" / "plain")
    archived(folder, tmp_path / "all" / "again.zip")
    archived(folder, tmp_path / "all" / "deep.tar.gz").rename(tmp_path / "all" / "plain" / "deep.tgz")
    found = count_logs([tmp_path / "all"], EVERYTHING)
    assert found.volumes.read.counted == truth.distinct
    assert found.volumes.read.records == 3 * count_logs([folder], EVERYTHING).volumes.read.records
    assert found.volumes.multiplicity == {3 * times: events for times, events in truth.multiplicity.items()}


def test_an_archive_is_recognised_whatever_it_is_called_when_it_is_named(tmp_path):
    pack(tmp_path / "logs.zip", {STAMPED: gzip.compress(text_of([make_record()]))}).rename(tmp_path / "download")
    assert count_logs([tmp_path / "download"], EVERYTHING).volumes.read.counted == 1


def test_a_file_that_is_only_called_an_archive_is_read_as_what_it_is(tmp_path):
    write_log(tmp_path / "logs.tar.gz", [make_record()])
    (tmp_path / "notes.zip").write_text("not an archive")
    found = count_logs([tmp_path], EVERYTHING)
    assert (found.volumes.read.counted, found.ignored, found.problems) == (1, 1, ())


def test_an_archive_in_an_archive_is_not_opened(tmp_path):
    inner = pack(tmp_path / "inner.zip", {STAMPED: gzip.compress(text_of([make_record()]))}).read_bytes()
    pack(tmp_path / "outer.tar", {"inner.zip": inner, "inner.tar.gz": b"", "a.json": text_of([make_record()])})
    found = count_logs([tmp_path / "outer.tar"], EVERYTHING)
    assert (found.volumes.read.counted, found.ignored) == (1, 2)


# ---- bad archives ----


def stamped(minute: int) -> str:
    return f"AWSLogs/{ACCOUNT}/{ACCOUNT}_CloudTrail_eu-west-1_20261005T00{minute:02}Z_x.json.gz"


RANDOM = Random(5)
MEMBERS = {
    stamped(minute): gzip.compress(
        text_of([make_object_record(f"claims/{RANDOM.randbytes(40).hex()}.json") for _ in range(50)])
    )
    for minute in (5, 10, 15, 20)
}
FIRST, SECOND, THIRD, FOURTH = MEMBERS
CORRUPT = f"its bytes in the archive are corrupt — {AGAIN}"


def changed(data: bytes, name: str, at: int, value: int) -> bytes:
    """A zip archive in which the entry of a member claims something else."""
    entry = data.index(name.encode(), data.index(b"PK\x01\x02")) - 46
    return data[: entry + at] + struct.pack("<H", value) + data[entry + at + 2 :]


def with_flip(data: bytes, name: str) -> bytes:
    at = data.index(name.encode()) + 600
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


ZIP, TAR = zipped(), tarred()
INSIDE_THIRD = TAR.index(THIRD.encode()) + 1000

# What is in the archive, what is said, the files that are counted and those that are not.
BAD = {
    "a tar archive that is cut off": (
        "logs.tar",
        TAR[:INSIDE_THIRD],
        f"logs.tar: the archive is cut off after 2 log files — {AGAIN}",
        2,
        1,
    ),
    "a compressed tar archive that is cut off": (
        "logs.tgz",
        gzip.compress(TAR[:INSIDE_THIRD]) + gzip.compress(TAR[INSIDE_THIRD:])[:15],
        f"logs.tgz: the archive is cut off after 2 log files — {AGAIN}",
        2,
        1,
    ),
    "a tar archive with a corrupt header": (
        "logs.tar",
        TAR.replace(THIRD.encode(), b"?" + THIRD.encode()[1:]),
        f"logs.tar: the archive is corrupt after 2 log files — {AGAIN}",
        2,
        1,
    ),
    "a zip archive that is cut off": (
        "logs.zip",
        ZIP[: len(ZIP) // 2],
        f"logs.zip: the archive is cut off: its directory is missing — {AGAIN}",
        0,
        1,
    ),
    "an encrypted zip member": (
        "logs.zip",
        changed(ZIP, SECOND, 8, 1),
        f"logs.zip!/{SECOND}: it is encrypted — unpack the archive with its password, and name the folder",
        3,
        1,
    ),
    "a zip member of a method that is not read": (
        "logs.zip",
        changed(ZIP, SECOND, 10, 93),
        f"logs.zip!/{SECOND}: it is compressed by Zstandard, which is not read"
        " — unpack the archive, and name the folder",
        3,
        1,
    ),
    "a corrupt zip member": ("logs.zip", with_flip(ZIP, SECOND), f"logs.zip!/{SECOND}: {CORRUPT}", 3, 1),
    "a corrupt log file in a tar archive": (
        "logs.tar",
        with_flip(TAR, SECOND),
        f"logs.tar!/{SECOND}: its gzip stream is corrupt — copy the file again",
        3,
        1,
    ),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_is_told_and_what_can_be_read_of_it_is_counted(here, capsys, name):
    path, content, message, good, bad = BAD[name]
    Path(path).write_bytes(content)
    found = count_logs([path], EVERYTHING)
    read = found.volumes.read
    assert [str(problem) for problem in found.problems][:1] == [message]
    assert (read.files, read.files_unreadable, found.log_files) == (good + bad, bad, good)
    assert (read.records, read.counted, read.duplicates, read.unreadable) == (50 * good, 50 * good, 0, 0)
    assert count_found(find_logs([path]), EVERYTHING, workers=2, unit_bytes=1) == found
    # An archive that was named and is broken is a bad file that was named; a bad member weighs by its bytes.
    assert found.named_bad == ((path,) if message.startswith(f"{path}:") else ())

    assert run(["volumes", "logs", path]) == 3
    assert f"{message}\n" in capsys.readouterr().err
    (here / "logs").mkdir()
    (here / "logs" / path).write_bytes(content)
    write_log(here / "logs" / STAMPED, [make_record(requestParameters=RANDOM.randbytes(2_000_000).hex())])
    # Among many good bytes it is a warning.
    assert run(["volumes", "logs", "logs"]) == 0
    assert f"logs/{message}\n" in capsys.readouterr().err


def test_a_compressed_archive_of_enormous_expansion_is_refused(here):
    with tarfile.open(here / "bomb.tgz", "w:gz") as archive:
        info = tarfile.TarInfo(STAMPED)
        info.size = 20 * 2**20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    bomb = archive_of("bomb.tgz", max_bytes=2**20)
    assert bomb is not None
    found = count_logs([bomb], EVERYTHING)
    assert [str(problem) for problem in found.problems][:1] == [
        "bomb.tgz: the archive decompresses to more than 1 MiB — unpack the archive, and name the folder"
    ]
    assert (found.volumes.read.files_unreadable, found.has_logs) == (1, False)


def test_an_archive_without_log_files_says_so(here, capsys):
    pack(here / "logs.zip", {"README.md": b"x"})
    assert run(["volumes", "logs", "logs.zip"]) == 3
    assert "logs.zip: no .json or .gz file in it" in capsys.readouterr().err
