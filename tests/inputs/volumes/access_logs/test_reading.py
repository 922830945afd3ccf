"""Files: names, periods, damage; and that neither order nor files nor workers make a difference."""

import gzip
import io
import random
import tarfile
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs, listing
from costplan.inputs.volumes.access_logs import counting as counting_module
from costplan.inputs.volumes.access_logs.names import is_access_log_name, is_stamped, parse_access_name
from costplan.inputs.volumes.volumes_writer import format_volumes
from costplan.model.problems import BadInputError
from costplan.model.volumes import EVERYTHING
from tests.inputs.volumes.access_logs.building import ACCOUNT, BUCKET, FOLDER, NAME, REGION, line, read, write

# ---- names ----


@pytest.mark.parametrize(
    ("path", "place", "has_slot"),
    [
        (f"{FOLDER}/{NAME}", (ACCOUNT, REGION), True),
        (f"s3://amzn-s3-demo-logs/some/prefix/{FOLDER}/{NAME}", (ACCOUNT, REGION), True),
        (f"logs-of-{FOLDER}/{NAME}.gz", (ACCOUNT, REGION), True),
        (NAME, None, True),
        (f"logs/app-{NAME}", None, True),
        (f"{FOLDER}/merged.log", (ACCOUNT, REGION), False),
        (f"2026/10/05/{NAME}", None, True),
        ("logs/2026-13-05-01-10-22-0123456789ABCDEF", None, False),
    ],
)
def test_a_name_tells_whose_bucket_it_is_about_and_when(path: str, place: object, has_slot: bool) -> None:
    told = parse_access_name(path)
    assert (told.place, told.slot is not None) == (place, has_slot)


def test_what_may_be_a_log_is_told_by_its_name() -> None:
    assert all(map(is_access_log_name, (NAME, f"app{NAME}", f"{NAME}.gz", "october.log", "merged", "all.txt.gz")))
    cloudtrail = f"{ACCOUNT}_CloudTrail_{REGION}_20261005T0010Z_0123456789abcdef.json.gz"
    assert not any(map(is_access_log_name, ("", ".hidden", f".{NAME}", cloudtrail, "report.csv", "a.json")))
    assert is_stamped(NAME)
    assert not is_stamped("merged")


def test_without_names_that_tell_it_account_and_region_are_asked_for(tmp_path: Path) -> None:
    found = find_access_logs([write(tmp_path, [line()], NAME)])
    with pytest.raises(BadInputError, match="give --account and --region"):
        count_access_logs(found, EVERYTHING)
    with pytest.raises(BadInputError, match="give --region, of"):
        count_access_logs(found, EVERYTHING, account=ACCOUNT)
    counted = count_access_logs(found, EVERYTHING, account=ACCOUNT, region="cn-north-1")
    (coverage,) = counted.volumes.coverage
    assert (coverage.region, coverage.container) == ("cn-north-1", f"arn:aws-cn:s3:::{BUCKET}")


def test_a_copy_without_a_name_is_told_where_it_lacks_a_place(tmp_path: Path) -> None:
    counted = read(write(write(tmp_path, [line()]), [line()], "merged.log"))

    (problem,) = counted.problems
    assert "merged.log: its name does not tell whose bucket it is about, nor where — give --account" in str(problem)
    assert counted.log_files == 1


def test_buckets_of_several_places_are_apart(tmp_path: Path) -> None:
    other = FOLDER.replace(ACCOUNT, "444455556666").replace(REGION, "us-east-1")
    counted = read(write(write(tmp_path, [line()]), [line(bucket="amzn-s3-demo-b")], f"{other}/{NAME}"))

    assert [(c.account, c.region, c.container) for c in counted.volumes.coverage] == [
        (ACCOUNT, REGION, f"arn:aws:s3:::{BUCKET}"),
        ("444455556666", "us-east-1", "arn:aws:s3:::amzn-s3-demo-b"),
    ]


# ---- the period ----


def test_the_period_is_from_the_first_line_of_a_place_to_its_last(tmp_path: Path) -> None:
    lines = [
        line(time="05/Oct/2026:00:02:00"),
        line(time="05/Oct/2026:04:59:59"),
        line(time="05/Oct/2026:01:00:00", bucket="amzn-s3-demo-b"),
    ]
    counted = read(write(tmp_path, lines))

    assert {c.observed.hours for c in counted.volumes.coverage if c.observed} == {Decimal(5)}
    # One in five hours, though its bucket was asked only once: 730 / 5
    (row,) = (r for r in counted.volumes.rows if "demo-b" in repr(r.key.resources))
    assert row.per_month.point == Decimal(146)


def test_a_straggler_does_not_make_the_period_longer(tmp_path: Path) -> None:
    lines = [line(time="02/Oct/2026:00:02:00"), line(time="05/Oct/2026:01:09:00")]
    counted = read(write(tmp_path, lines))

    (coverage,) = counted.volumes.coverage
    assert coverage.observed is not None
    # Delivered at 01:10: from six hours before that on, to the end of the slot of 01:09.
    assert coverage.observed.hours == Decimal(6)
    assert counted.volumes.read is not None
    assert (counted.volumes.read.late, counted.volumes.read.counted) == (1, 2)


def test_from_two_weeks_on_every_weekday_counts_alike(tmp_path: Path) -> None:
    # 15 days from a Monday on; two a day on weekdays, none at the weekend but at the ends.
    lines = [line(time=f"{day:02}/Oct/2026:00:00:00") for day in (5, 6, 7, 8, 9, 12, 13, 14, 15, 16)] * 2
    end = [line(time="19/Oct/2026:23:59:00")] * 2
    (row,) = read(write(tmp_path, [*lines, *end])).volumes.rows

    # Mondays 6 in 3 days, Tuesday to Friday 4 in 2 days: 2 a day, five days of seven, 730 / 24 / 7 of each
    assert row.per_month.point == Decimal("43.452381")


# ---- damage ----


def damaged(tmp_path: Path, data: bytes, name: str = f"{FOLDER}/{NAME}") -> list[str]:
    write(tmp_path, [line()] * 200, f"{FOLDER}/2026-10-05-02-10-22-0123456789ABCDEF")
    path = tmp_path / name
    path.write_bytes(data)
    counted = read(tmp_path)
    assert counted.volumes.read is not None
    assert counted.volumes.read.counted >= 200
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in counted.problems]


PACKED = gzip.compress("".join(line(key=f"k{n}") for n in range(500)).encode())
DAMAGE = {
    "truncated gzip": (PACKED[:-300], "its gzip stream is cut off — copy the file again"),
    "corrupt gzip": (PACKED[:40] + b"\xff\xff\xff" + PACKED[43:], "its gzip stream is corrupt — copy the file again"),
    "empty": (b"", "the file is empty — copy it again"),
    "binary": (bytes(range(256)) * 40, "no line in it is one of a server access log — copy it again, as S3 wrote it"),
    "JSON": (b'{"Records": []}', "no line in it is one of a server access log — copy it again, as S3 wrote it"),
    "cut off": (line().encode() * 3 + line().encode()[:90], None),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_told_with_its_place_and_what_to_do(tmp_path: Path, case: str) -> None:
    data, said = DAMAGE[case]
    (problem,) = damaged(tmp_path, data)

    where = f"{FOLDER}/{NAME}"
    if said is None:
        where, said = (
            f"{where}:4",
            "the line cannot be read as one of a server access log — not counted; copy the file again if it is cut off",
        )
    assert problem == f"{where}: {said}"


def test_several_bad_lines_are_told_as_one(tmp_path: Path) -> None:
    (problem,) = damaged(tmp_path, f"{line()}x\ny\n{line()}z\n".encode())
    assert ":2: lines 2-3, 5 cannot be read as lines of a server access log" in problem


def test_a_day_that_there_is_not_is_unreadable(tmp_path: Path) -> None:
    (problem,) = damaged(tmp_path, line(time="31/Feb/2026:00:00:00").encode() + line().encode())
    assert "a line tells a time that there is not — not counted" in problem


def test_what_is_no_access_log_is_set_aside_and_counted(tmp_path: Path) -> None:
    cloudtrail = f"{ACCOUNT}_CloudTrail_{REGION}_20261005T0010Z_0123456789abcdef.json.gz"
    for name in (cloudtrail, "README", "notes.txt", "table.csv"):
        write(tmp_path, ["hello\n"], name)
    counted = read(write(tmp_path, [line()]))

    assert counted.problems == ()
    assert counted.volumes.read is not None
    assert (counted.volumes.read.files, counted.volumes.read.set_aside) == (1, {"other-file": 4})


def test_a_file_that_was_named_and_is_no_log_is_told(tmp_path: Path) -> None:
    write(tmp_path, ["hello\n"], "notes.txt")
    counted = count_access_logs(find_access_logs([tmp_path / "notes.txt"]), EVERYTHING)

    assert counted.named_bad == (str(tmp_path / "notes.txt"),)
    assert [problem.what for problem in counted.problems] == [
        "no server access log",
        "no server access log among 1 file",
    ]


def test_lines_are_counted_set_aside_or_unreadable(tmp_path: Path) -> None:
    counted = read(write(tmp_path, [line(), line("REST.GET.ACL", "-"), line(status="301"), "x\n", line("S3.NEW")]))

    summary = counted.volumes.read
    assert summary is not None
    assert summary.records == summary.counted + summary.duplicates + summary.unreadable == 3
    assert summary.records + sum(summary.set_aside.values()) == 5


# ---- where the files lie makes no difference ----


def population(seed: int = 1, lines: int = 400) -> list[str]:
    chance = random.Random(seed)
    operations = ("REST.GET.OBJECT", "REST.PUT.OBJECT", "REST.HEAD.OBJECT", "BATCH.DELETE.OBJECT", "S3.EXPIRE.OBJECT")
    return [
        line(
            chance.choice(operations),
            f"raw/{n}",
            status=chance.choice(("200", "404", "503")),
            requester=f"arn:aws:sts::{ACCOUNT}:assumed-role/{chance.choice(('etl', 'web'))}/s{n % 7}",
            time=f"{chance.randint(5, 25):02}/Oct/2026:{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00",
            bucket=f"amzn-s3-demo-{chance.randint(0, 3)}",
        )
        for n in range(lines)
    ]


def name_of(number: int) -> str:
    return f"{FOLDER}/2026-10-05-01-10-22-{number:016X}"


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 9))
def test_neither_the_order_of_lines_nor_their_files_make_a_difference(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, files: int
) -> None:
    lines = population()
    whole = read(write(tmp_path_factory.mktemp("whole"), lines, name_of(0))).volumes
    chance.shuffle(lines)
    parts = tmp_path_factory.mktemp("parts")
    for number in range(files):
        write(parts, lines[number::files], name_of(number))
    split = read(parts).volumes

    assert (split.rows, split.coverage) == (whole.rows, whole.coverage)


def test_the_number_of_workers_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BATCH_OBJECTS", 3)
    monkeypatch.setattr(counting_module, "ALONE_BYTES", 0)
    lines = population()
    for number in range(20):
        write(tmp_path, lines[number::20], name_of(number))

    assert read(tmp_path, workers=3).volumes == read(tmp_path).volumes


def test_archives_hold_what_folders_hold(tmp_path: Path) -> None:
    lines = population()
    plain = tmp_path / "plain"
    for number in range(4):
        write(plain, lines[number::4], name_of(number))
    here = read(plain).volumes
    for archive in ("logs.zip", "logs.tar.gz"):
        packed = tmp_path / archive
        _pack(plain, packed)
        there = count_access_logs(find_access_logs([packed]), EVERYTHING).volumes
        assert format_volumes(there) == format_volumes(here)


def _pack(folder: Path, target: Path) -> None:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert files
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return
    with tarfile.open(target, "w:gz") as packed:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**16))
def test_no_bytes_whatever_stop_the_reading(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    root = tmp_path_factory.mktemp("fuzz")
    text = "".join(population(lines=6)).encode()
    cut = at % len(text)
    write(root, [], name_of(1)).joinpath(name_of(1)).write_bytes(text[:cut] + junk + text[cut:])
    counted = read(root)

    assert counted.volumes.read is not None
    assert counted.log_files + counted.volumes.read.files_unreadable == 1
