"""Any archive: which members are log files, what they are called, and that copies in other processes read the same."""

import gc
import gzip
import multiprocessing
import os
import pickle
import random
import tarfile
import tempfile

import pytest

from costplan.inputs.volumes.logs.archives import archive_of, is_archive_name
from costplan.inputs.volumes.logs.archives.members import MemberIndex, plain_name
from costplan.inputs.volumes.logs.gunzip import DamagedFileError

from .packing import ENDINGS, contents_of, names_of, opened, pack

DEEP = "AWSLogs/o-exampleorgid/111122223333/CloudTrail/eu-west-1/2026/10/05"
LOG = f"{DEEP}/111122223333_CloudTrail_eu-west-1_20261005T0010Z_aBcDeFgHiJkLmNoP.json.gz"
TEXT = b'{"Records":[]}'


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


# ---- recognising ----


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_is_recognised_by_its_content(tmp_path, ending):
    pack(tmp_path / f"logs.{ending}", {LOG: TEXT}).rename(tmp_path / "logs.json")
    assert archive_of(tmp_path / "logs.json") is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT * 1000),
        gzip.compress(TEXT)[:12],
        b"BZh9" + bytes(100),
        bytes(10240),
        b"PK",
    ],
    ids=["nothing", "JSON", "gzip", "longer gzip", "cut gzip", "no bzip2", "zeros", "two letters"],
)
def test_another_file_is_none_whatever_it_is_called(tmp_path, content):
    (tmp_path / "logs.zip").write_bytes(content)
    assert archive_of(tmp_path / "logs.zip") is None


def test_what_cannot_be_opened_is_none(tmp_path):
    assert archive_of(tmp_path) is None
    assert archive_of(tmp_path / "nowhere.zip") is None
    os.mkfifo(tmp_path / "pipe.zip")
    assert archive_of(tmp_path / "pipe.zip") is None


@pytest.mark.parametrize("name", ["a.zip", "A.TAR", "a.tar.gz", "a.tgz", "a.tar.xz"])
def test_archives_have_names_of_their_own(name):
    assert is_archive_name(name)
    assert not is_archive_name(f".{name}")
    assert not is_archive_name(f"{name}.json.gz")


# ---- members ----


@pytest.mark.parametrize("ending", ENDINGS)
def test_members_are_called_by_archive_and_path_and_read_in_any_order(tmp_path, ending):
    members = {f"{DEEP}/{number}.json.gz": gzip.compress(b"%d" % number) for number in range(300)}
    archive = opened(pack(tmp_path / f"logs.{ending}", members))
    folders = list(archive.folders())
    assert {folder.path for folder in folders} == {f"{tmp_path}/logs.{ending}!/{DEEP}/"}
    sizes = {stored.name: stored.size for folder in folders for stored in folder.objects}
    assert sizes == {name.rpartition("/")[2]: len(data) for name, data in members.items()}
    names = random.Random(1).sample(list(members), 300)
    start = f"{tmp_path}/logs.{ending}!/"
    assert list(archive.read([start + name for name in names])) == [members[name] for name in names]
    assert archive.ignored == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_members_are_those_that_a_folder_would_give(tmp_path, ending):
    names = [
        *("b.json", "./sub/a.json.gz", "sub/deep/C.JSON", "README.md", ".hidden.json", ".git/x.json"),
        *("__MACOSX/._b.json", "x.parquet", "inner.zip", "inner.tar.gz", "inner.tgz"),
    ]
    archive = opened(pack(tmp_path / f"logs.{ending}", dict.fromkeys(names, TEXT)))
    assert contents_of(archive) == dict.fromkeys(["b.json", "sub/a.json.gz", "sub/deep/C.JSON"], TEXT)
    assert archive.ignored == 8


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("/etc/absolute.json", "etc/absolute.json"),
        ("../../above.json", "../../above.json"),
        ("a//b/./c.json", "a/b/c.json"),
        ("zwölf/日志.json", "zwölf/日志.json"),
        ("line\nfeed\x1b[2J.json", "line\\x0afeed\\x1b[2J.json"),
        ("x" * 300 + "/" + "y" * 200 + ".json", "x" * 300 + "/" + "y" * 200 + ".json"),
    ],
    ids=["absolute", "above", "odd", "not ASCII", "controls", "long"],
)
def test_no_name_does_harm(tmp_path, ending, name, called):
    before = set(tmp_path.rglob("*"))
    path = pack(tmp_path / f"logs.{ending}", {name: TEXT})
    assert contents_of(opened(path)) == {called: TEXT}
    assert set(tmp_path.rglob("*")) == {*before, path}


def test_of_members_of_one_name_the_last_is_read_as_if_unpacked(tmp_path):
    for ending in ("tar", "tar.gz"):
        with tarfile.open(tmp_path / f"logs.{ending}", f"w:{ending[4:]}") as archive:
            for number in range(3):
                (tmp_path / "a.json").write_text(str(number))
                archive.add(tmp_path / "a.json", "./a.json" if number == 1 else "a.json")
    pack(tmp_path / "logs.zip", {"a.json": b"0", "b.json": b"1", "c.json": b"2"})
    data = (tmp_path / "logs.zip").read_bytes()
    (tmp_path / "logs.zip").write_bytes(data.replace(b"b.json", b"a.json").replace(b"c.json", b"a.json"))
    for ending in ("tar", "tar.gz", "zip"):
        found = opened(tmp_path / f"logs.{ending}")
        assert contents_of(found) == {"a.json": b"2"}
        assert found.ignored == 2


@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_an_archive_without_log_files_has_no_folders(tmp_path, ending):
    archive = opened(pack(tmp_path / f"logs.{ending}", {"README.md": b"nothing"}))
    assert (list(archive.folders()), archive.ignored) == ([], 1)


def test_an_empty_zip_archive_has_no_members(tmp_path):
    assert list(opened(pack(tmp_path / "logs.zip", {})).folders()) == []


def test_folders_of_many_members_come_in_parts(tmp_path):
    members = {f"{number % 2}/{number}.json": b"1" for number in range(10_001)}
    folders = list(opened(pack(tmp_path / "logs.tar", members)).folders())
    assert [len(folder.objects) for folder in folders] == [5000, 5000, 1]


def test_a_member_that_is_not_in_the_archive_is_damage(tmp_path):
    archive = opened(pack(tmp_path / "logs.zip", {"a.json": TEXT}))
    list(archive.folders())
    (damage,) = archive.read([f"{tmp_path}/logs.zip!/b.json"])
    assert isinstance(damage, DamagedFileError)
    assert damage.what == "not in the archive"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_that_changes_between_listing_and_reading_is_told(tmp_path, ending, temporary):
    members = {f"{number}.json": os.urandom(2000) for number in range(30)}
    archive = opened(pack(tmp_path / f"logs.{ending}", members))
    names = names_of(archive)
    for path in (tmp_path / f"logs.{ending}", *temporary.iterdir()):
        path.write_bytes(b"\1" * path.stat().st_size)
    told = {data.what for data in archive.read(names) if isinstance(data, DamagedFileError)}
    assert told <= {"the archive is corrupt", "the archive is cut off: its directory is missing"}
    assert told
    for path in (tmp_path / f"logs.{ending}", *temporary.iterdir()):
        path.unlink()
    assert {data.what for data in archive.read(names) if isinstance(data, DamagedFileError)} == {
        "cannot be read: No such file or directory"
    }


# ---- other processes ----


def read_elsewhere(archive, names, answers):
    answers.put([hash(data) if isinstance(data, bytes) else data.what for data in archive.read(names)])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_copy_reads_the_same(tmp_path, ending, temporary):
    members = {f"{number}.json": os.urandom(1000) for number in range(40)}
    archive = opened(pack(tmp_path / f"logs.{ending}", members))
    names = names_of(archive)
    copy = pickle.loads(pickle.dumps(archive))
    assert list(copy.read(names)) == list(members.values())
    del copy
    gc.collect()
    # The copy's end did not take away what it had only borrowed.
    assert list(archive.read(names)) == list(members.values())
    assert len(list(temporary.iterdir())) == (0 if ending in ("zip", "tar") else 1)


@pytest.mark.usefixtures("temporary")
@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_forked_processes_read_at_once_and_remove_nothing(tmp_path, ending):
    context = multiprocessing.get_context("fork")
    members = {f"{number}.json": os.urandom(1000) for number in range(200)}
    archive = opened(pack(tmp_path / f"logs.{ending}", members))
    names = names_of(archive)
    answers = context.Queue()
    several = [context.Process(target=read_elsewhere, args=(archive, names, answers)) for _ in range(3)]
    for process in several:
        process.start()
    expected = [hash(data) for data in members.values()]
    assert [answers.get(timeout=60) for _ in several] == [expected] * 3
    for process in several:
        process.join()
    assert list(archive.read(names)) == list(members.values())


HELD = []


def test_a_forked_process_that_drops_its_copy_removes_nothing(tmp_path, temporary):
    HELD.append(opened(pack(tmp_path / "logs.tgz", {"a.json": TEXT})))
    names = names_of(HELD[0])
    process = multiprocessing.get_context("fork").Process(target=HELD.clear)
    process.start()
    process.join()
    assert list(HELD[0].read(names)) == [TEXT]
    HELD.clear()
    assert list(temporary.iterdir()) == []


def test_the_temporary_file_goes_with_the_archive(tmp_path, temporary):
    archive = opened(pack(tmp_path / "logs.tgz", {"a.json": TEXT}))
    assert contents_of(archive) == contents_of(archive) == {"a.json": TEXT}
    (unpacked,) = temporary.iterdir()
    # Logs are nobody else's business.
    assert unpacked.stat().st_mode & 0o077 == 0
    del archive
    assert list(temporary.iterdir()) == []


# ---- the index ----


def test_a_million_names_would_take_few_bytes_each():
    index = MemberIndex()
    for number in range(10_000):
        index.add(f"{DEEP}/{number}.json.gz", number)
    assert index.seal() == 0
    assert len(pickle.dumps(index)) < 17 * 10_000
    assert all(index.find(f"{DEEP}/{number}.json.gz") == number for number in range(10_000))
    assert index.find("10000.json.gz") is None
    assert MemberIndex().find("a") is None


def test_a_plain_name_stays_plain():
    for name in ("a/b.json", "../a", "a/\\x0a"):
        assert plain_name(plain_name(name)) == plain_name(name) == name
