"""Damaged and hostile archives: what can be told of them is read, and the rest is said."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tempfile
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.logs.archives import archive_of
from costplan.inputs.volumes.logs.archives.members import BrokenArchiveError
from costplan.inputs.volumes.logs.archives.tars import Tar
from costplan.inputs.volumes.logs.archives.unpacking import Bounds, unpack
from costplan.inputs.volumes.logs.gunzip import DamagedFileError

from .packing import contents_of, opened, pack

MEMBERS = {f"{number}.json.gz": gzip.compress(b"%d" % number * 900, mtime=0) for number in range(4)}
TEXT = b'{"Records":[]}' * 9
AGAIN = "copy the archive again"
UNPACK = "unpack the archive, and name the folder"


def first(number: int) -> dict[str, bytes]:
    return dict(list(MEMBERS.items())[:number])


# ---- tar ----


@pytest.mark.parametrize(
    ("cut_at", "whole", "lost"),
    [
        # Every member takes a block for its header and one for its bytes.
        (4 * 1024 + 511, 4, 511),
        (4 * 1024, 4, 0),
        (3 * 1024 + 512, 3, 512),
        (2 * 1024 + 513, 2, 513),
        (2 * 1024 + 100, 2, 100),
        (1024, 1, 0),
    ],
)
def test_a_tar_archive_that_is_cut_off_gives_what_is_whole(tmp_path, cut_at, whole, lost):
    path = pack(tmp_path / "logs.tar", MEMBERS)
    path.write_bytes(path.read_bytes()[:cut_at])
    after = f"after {whole} log file{'s' if whole > 1 else ''}"
    assert contents_of(opened(path)) == {**first(whole), "the archive": f"the archive is cut off {after} — {AGAIN}"}
    *_, last = opened(path).folders()
    assert (last.path, last.objects) == ("", ((str(path), lost),))


@pytest.mark.parametrize("opener", [gzip, bz2, lzma], ids=lambda opener: opener.__name__)
def test_a_compressed_tar_archive_that_is_cut_off_gives_what_is_whole(tmp_path, opener):
    members = {f"{number}.json": bytes(str(number), "ascii") * 100_000 for number in range(30)}
    path = pack(tmp_path / "logs.tar", members)
    # Single streams one after the other, so that bytes come out before the end.
    plain = path.read_bytes()
    packed = b"".join(opener.compress(plain[at : at + 300_000]) for at in range(0, len(plain), 300_000))
    path.write_bytes(packed[: len(packed) * 2 // 3])
    found = contents_of(opened(path))
    told = found.pop("the archive")
    assert 5 < len(found) < 30
    assert found == dict(list(members.items())[: len(found)])
    assert told == f"the archive is cut off after {len(found)} log files — {AGAIN}"
    # What came of the next member.
    *_, last = opened(path).folders()
    assert 0 < last.objects[0].size < 400_000


def test_a_corrupt_header_in_the_middle_is_not_the_end(tmp_path):
    path = pack(tmp_path / "logs.tar", MEMBERS)
    damaged = bytearray(path.read_bytes())
    damaged[2 * 1024 + 3] ^= 1
    path.write_bytes(damaged)
    assert contents_of(opened(path)) == {
        **first(2),
        "the archive": f"the archive is corrupt after 2 log files — {AGAIN}",
    }
    *_, last = opened(path).folders()
    assert last.objects[0].size == len(damaged) - 2 * 1024


def test_a_corrupt_stream_of_a_tar_archive_gives_what_was_before(tmp_path):
    path = pack(tmp_path / "logs.tar", MEMBERS)
    plain = path.read_bytes()
    good = gzip.compress(plain[:2048])
    # Far more than is read ahead.
    path.write_bytes(good + b"\x1f\x8b\x08\0" + bytes(6) + b"\xff" * 100_000)
    *_, last = opened(path).folders()
    assert 80_000 < last.objects[0].size <= 100_010
    assert contents_of(opened(path)) == {
        **first(2),
        "the archive": f"the archive is corrupt after 2 log files — {AGAIN}",
    }


def test_bytes_after_the_stream_of_a_whole_tar_archive_are_told(tmp_path):
    path = pack(tmp_path / "logs.tar.gz", MEMBERS)
    path.write_bytes(path.read_bytes() + b"tail!")
    assert contents_of(opened(path)) == {
        **MEMBERS,
        "the archive": f"the archive is corrupt after 4 log files — {AGAIN}",
    }


def test_a_compressed_tar_archive_of_enormous_expansion_is_refused(tmp_path):
    path = pack(tmp_path / "logs.tgz", {"a.json": TEXT, "b.json": bytes(3 * 2**20)})
    assert path.stat().st_size < 2**13
    archive = opened(path, max_bytes=2 * 2**20)
    assert contents_of(archive) == {"the archive": f"the archive decompresses to more than 2 MiB — {UNPACK}"}
    (folder,) = archive.folders()
    assert folder.objects[0].size == path.stat().st_size
    assert contents_of(opened(path, max_bytes=4 * 2**20))["a.json"] == TEXT


def test_the_bound_grows_with_the_archive_and_with_the_room():
    assert Bounds.of(1000).bytes == 2**30
    assert Bounds.of(100 * 2**20).bytes == 20000 * 2**20
    assert Bounds.of(2**40).bytes == 64 * 2**30
    assert Bounds.of(1000).room > 0


def test_an_archive_without_room_to_be_decompressed_is_refused(tmp_path):
    path = pack(tmp_path / "logs.tgz", {"a.json": bytes(3 * 2**20)})
    target = io.BytesIO()
    with pytest.raises(BrokenArchiveError) as error:
        unpack(str(path), gzip.open, target, Bounds(2**30, 2**20))
    assert error.value.broken == (
        f"the archive decompresses to more than {tempfile.gettempdir()} has room for",
        "set TMPDIR to a folder on a larger disk",
        path.stat().st_size,
    )
    assert target.getvalue() == b""


class Full(io.BytesIO):
    """A disk without room."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told(tmp_path):
    path = pack(tmp_path / "logs.tgz", MEMBERS)
    with pytest.raises(BrokenArchiveError, match=r"cannot be decompressed in .*: No space left on device"):
        unpack(str(path), gzip.open, Full(), Bounds(2**30, 2**30))


def with_checksum(header: bytes) -> bytes:
    return header[:148] + b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:])) + header[156:]


def extension(kind: bytes, text: bytes, size: int | None = None) -> bytes:
    """A header of another kind before that of a member, and what it holds."""
    info = tarfile.TarInfo("extension")
    info.type, info.size = kind, len(text) if size is None else size
    return info.tobuf(tarfile.GNU_FORMAT) + text + bytes(-len(text) % 512)


def member(name: str, data: bytes) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    return info.tobuf() + data + bytes(-len(data) % 512)


END = bytes(1024)
ODD = {
    "an extension of any size": (extension(b"L", b"", 2**70), "the archive is corrupt after 1 log file"),
    "an extension that is too long": (extension(b"x", bytes(2**20 + 1)), "the archive is corrupt after 1 log file"),
    "an extension that is cut off": (extension(b"L", b"", 4000), "the archive is cut off after 1 log file"),
    "an extension before nothing": (extension(b"L", b"long.json\0"), "the archive is corrupt after 1 log file"),
    "a size that is no number": (
        with_checksum(member("b.json", b"")[:124] + b"nonsense\0\0\0\0" + member("b.json", b"")[136:]),
        "the archive is corrupt after 1 log file",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_tar_header_is_told(tmp_path, name):
    header, message = ODD[name]
    (tmp_path / "logs.tar").write_bytes(member("a.json", TEXT) + header + END)
    found = contents_of(opened(tmp_path / "logs.tar"))
    assert found == {"a.json": TEXT, "the archive": f"{message} — {AGAIN}"}


SOUND = {
    "a size given by an attribute": extension(b"x", b"12 size=126\n")
    + with_checksum(member("b.json", TEXT)[:124] + b"%011o\0" % 0 + member("b.json", TEXT)[136:512])
    + member("b.json", TEXT)[512:],
    "a size of too many digits": extension(b"x", b"5008 size=" + b"9" * 4997 + b"\n") + member("b.json", TEXT),
    "an attribute that is none": extension(b"x", b"no attribute") + member("b.json", TEXT),
    "a comment for all": extension(b"g", b"16 comment=free\n") + member("b.json", TEXT),
    "a link with a long target": extension(b"K", b"x" * 300) + member("b.json", TEXT),
    "a hard link with a size": with_checksum(member("c.json", TEXT)[:156] + b"1" + member("c.json", TEXT)[157:512])
    + member("b.json", TEXT),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_other_programs_write_before_a_member_is_understood(tmp_path, name):
    assert len(TEXT) == 126
    (tmp_path / "logs.tar").write_bytes(member("a.json", TEXT) + SOUND[name] + END)
    assert contents_of(opened(tmp_path / "logs.tar")) == {"a.json": TEXT, "b.json": TEXT}


def test_links_devices_and_sparse_files_are_ignored(tmp_path):
    path = tmp_path / "logs.tar"
    with tarfile.open(path, "w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE)):
            info = tarfile.TarInfo(f"{number}.json")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        sparse = tarfile.TarInfo("sparse.json")
        sparse.type, sparse.size = tarfile.GNUTYPE_SPARSE, 512
        header = sparse.tobuf(tarfile.GNU_FORMAT)
        # Its map goes on in one block more.
        header = with_checksum(header[:482] + b"\1" + header[483:])
        archive.fileobj.write(header + bytes(512) + b"x" * 512)
        archive.offset += 1536
        info = tarfile.TarInfo("file.json")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    found = opened(path)
    assert contents_of(found) == {"file.json": TEXT}
    assert found.ignored == 4


def test_a_tar_member_that_is_too_large_is_damage(tmp_path):
    path = tmp_path / "logs.tar"
    size = 513 * 2**20
    info = tarfile.TarInfo("large.json")
    info.size = size
    with path.open("wb") as file:
        file.write(info.tobuf())
        # A hole: no disk is filled.
        file.seek(size, 1)
        file.write(bytes(1024))
    assert contents_of(opened(path)) == {
        "large.json": (
            "larger than 512 MiB — CloudTrail's own files hold at most 50 MB; split it if it is a merge of many"
        )
    }


def test_a_tar_header_cannot_claim_more_than_there_is(tmp_path):
    path = tmp_path / "logs.tar"
    info = tarfile.TarInfo("large.json")
    for size in (2**33, 2**70):
        info.size = size
        path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
        assert contents_of(opened(path)) == {"the archive": f"the archive is cut off — {AGAIN}"}


def test_names_that_are_not_utf_8_are_read(tmp_path):
    path = tmp_path / "logs.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        info = tarfile.TarInfo("z\xf6lf.json")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert contents_of(opened(path)) == {"z\\xf6lf.json": TEXT}


# ---- zip ----


def test_a_zip_archive_that_is_cut_off_has_lost_its_directory(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    whole = path.read_bytes()
    for size in (40, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        message = f"the archive is cut off: its directory is missing — {AGAIN}"
        assert contents_of(opened(path)) == {"the archive": message}
        (folder,) = opened(path).folders()
        assert folder.objects == ((str(path), size),)


def zip_with(path, name: str, **changes: int):
    """A zip archive of MEMBERS, of which one claims something else in its entry."""
    pack(path, MEMBERS)
    data = bytearray(path.read_bytes())
    at = data.index(name.encode(), data.index(b"PK\x01\x02")) - 46
    places = {"flags": ("<H", 8), "method": ("<H", 10), "crc": ("<L", 16), "stored": ("<L", 20), "size": ("<L", 24)}
    places |= {"mode": ("<L", 38), "offset": ("<L", 42)}
    for field, value in changes.items():
        struct.pack_into(places[field][0], data, at + places[field][1], value)
    path.write_bytes(data)
    return path


CORRUPT = f"its bytes in the archive are corrupt — {AGAIN}"
LARGE = "larger than 512 MiB — CloudTrail's own files hold at most 50 MB; split it if it is a merge of many"
CLAIMS = {
    "encrypted": ({"flags": 1}, "it is encrypted — unpack the archive with its password, and name the folder"),
    "Deflate64": ({"method": 9}, f"it is compressed by Deflate64, which is not read — {UNPACK}"),
    "an unheard-of method": ({"method": 77}, f"it is compressed by method 77 of zip, which is not read — {UNPACK}"),
    "another checksum": ({"crc": 7}, CORRUPT),
    "a smaller size": ({"size": 5}, CORRUPT),
    "a larger size": ({"size": 5000}, CORRUPT),
    "a size no stream expands to": ({"size": 500 * 2**20}, CORRUPT),
    "an enormous size": ({"size": 600 * 2**20}, LARGE),
    "fewer stored bytes": ({"stored": 5}, CORRUPT),
    "another place": ({"offset": 1}, CORRUPT),
    "a place past the end": ({"offset": 2**31}, CORRUPT),
    "stored as it is": ({"method": 0}, CORRUPT),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_bad_zip_member_stands_alone(tmp_path, claim):
    changes, message = CLAIMS[claim]
    path = zip_with(tmp_path / "logs.zip", "1.json.gz", **changes)
    # What a member claims is never allocated.
    tracemalloc.start()
    assert contents_of(opened(path)) == {**MEMBERS, "1.json.gz": message}
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()
    assert max(stored.size for folder in opened(path).folders() for stored in folder.objects) <= 500 * 2**20


def test_members_that_share_their_bytes_are_refused(tmp_path):
    path = zip_with(tmp_path / "logs.zip", "1.json.gz", stored=300)
    assert contents_of(opened(path)) == {
        **first(1),
        "the archive": "members of the archive overlap after 1 log file"
        " — give the log files themselves: this is a bomb",
    }
    *_, last = opened(path).folders()
    assert last.objects[0].size == path.read_bytes().index(b"PK\x01\x02") - len(zlib.compress(MEMBERS["0.json.gz"])) + 6


def test_a_corrupt_zip_directory_gives_what_was_before(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    data[data.index(b"2.json.gz", data.index(b"PK\x01\x02")) - 46] = 0
    path.write_bytes(data)
    message = f"the directory of the archive is corrupt after 2 log files — {AGAIN}"
    assert contents_of(opened(path)) == {**first(2), "the archive": message}
    *_, last = opened(path).folders()
    stored = sum(len(member) for member in MEMBERS.values())
    assert stored * 0.4 < last.objects[0].size < data.index(b"PK\x01\x02") - stored * 0.4


def test_one_part_of_a_split_zip_archive_is_told(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, len(data) - 18, 2)
    path.write_bytes(data)
    assert contents_of(opened(path)) == {
        "the archive": "one part of an archive that was split — join the parts, or unpack them and name the folder"
    }


def test_an_encrypted_zip_archive_by_the_standard_flag_tells_every_member(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    for _ in MEMBERS:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    found = contents_of(opened(path))
    assert set(found) == set(MEMBERS)
    assert len(set(found.values())) == 1


def test_a_link_in_a_zip_archive_is_ignored(tmp_path):
    path = zip_with(tmp_path / "logs.zip", "1.json.gz", mode=0o120777 << 16)
    found = opened(path)
    assert "1.json.gz" not in contents_of(found)
    assert found.ignored == 1


def test_something_may_stand_before_a_zip_archive_and_after_it(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"made by hand"
    plain = path.read_bytes()
    path.write_bytes(b"PK\x03\x04, but not yet" + plain)
    assert contents_of(opened(path)) == MEMBERS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_archive_with_long_numbers_and_streamed_members_is_read(tmp_path, method):
    path = tmp_path / "logs.zip"
    # Without seeking sizes follow their member; with force_zip64 they stand in the extra field.
    with path.open("wb") as file, zipfile.ZipFile(Unseekable(file), "w", method) as archive:
        for name, data in MEMBERS.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(data)
    assert contents_of(opened(path)) == MEMBERS


@pytest.mark.parametrize(("offset", "is_sound"), [(0, True), (2**64 - 1, False), (5, False)])
def test_a_place_that_needs_more_than_32_bits_stands_in_the_extra_field(tmp_path, offset, is_sound):
    info = zipfile.ZipInfo("a.json")
    # Another field stands before it.
    info.extra = struct.pack("<2HL", 0x7075, 4, 0) + struct.pack("<2HQ", 1, 8, offset)
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr(info, TEXT)
    data = bytearray((tmp_path / "logs.zip").read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 42, 2**32 - 1)
    (tmp_path / "logs.zip").write_bytes(data)
    assert contents_of(opened(tmp_path / "logs.zip")) == {"a.json": TEXT if is_sound else CORRUPT}


class Unseekable(io.RawIOBase):
    """A pipe to a file."""

    def __init__(self, file):
        self._file = file

    def writable(self):
        return True

    def write(self, data):
        return self._file.write(data)


def test_a_zip_archive_in_the_long_form_is_read(tmp_path):
    path = pack(tmp_path / "logs.zip", MEMBERS)
    data = path.read_bytes()
    end = len(data) - 22
    size, start = struct.unpack_from("<LL", data, end + 12)
    long_end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 4, 4, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    short_end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    path.write_bytes(data[:end] + long_end + locator + short_end)
    assert contents_of(opened(path)) == MEMBERS


def test_names_of_windows_and_of_old_programs_are_read(tmp_path):
    path = pack(tmp_path / "logs.zip", {"AWSLogs_2026_a.json": TEXT, "zwxlf.json": TEXT})
    data = path.read_bytes().replace(b"AWSLogs_2026_a", b"AWSLogs\\2026\\a").replace(b"zwxlf", b"zw\x94lf")
    path.write_bytes(data)
    assert contents_of(opened(path)) == {"AWSLogs/2026/a.json": TEXT, "zwölf.json": TEXT}


# ---- laws ----

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\n/"), min_size=1, max_size=160)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join).filter(lambda path: len(path.encode()) < 900)


@settings(max_examples=60)
@given(st.dictionaries(PATHS, st.binary(max_size=1500), max_size=6), st.sampled_from([0, 1, 2]))
def test_tar_members_are_those_of_the_standard_library(tmp_path_factory, members, tar_format):
    path = tmp_path_factory.mktemp("tar") / "logs.tar"
    if tar_format == tarfile.USTAR_FORMAT:
        members = {name.encode("ascii", "replace").decode()[:90]: data for name, data in members.items()}
    pack(path, members, tar_format=tar_format)
    with tarfile.open(path) as archive, path.open("rb") as file:
        tar = Tar(file)
        read = [tar.read(member.position) for member in tar.members()]
        expected = [archive.extractfile(info).read() for info in archive if not info.isdir()]
    assert read == expected


@settings(max_examples=150)
@given(st.sampled_from(["zip", "tar", "tar.gz"]), st.data())
def test_a_damaged_archive_never_breaks_the_program(tmp_path_factory, ending, data):
    path = pack(tmp_path_factory.mktemp("damaged") / f"logs.{ending}", MEMBERS)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "insert", "overwrite"])):
            case "flip":
                content[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 600))]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=30))
            case _:
                content[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
        if not content:
            break
    path.write_bytes(content)
    archive = archive_of(path)
    if archive is None:
        return
    names = [folder.path + stored.name for folder in archive.folders() for stored in folder.objects]
    for each in archive.read(names):
        assert isinstance(each, bytes | DamagedFileError)
