"""Files of a bill: what is found, what is damaged, and what is said of it."""

import gzip
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from costplan.inputs.volumes.bill.files import BillReading, find_parts, read_bill
from costplan.inputs.volumes.bill.parquet import read_parquet
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.model.problems import BadInputError
from costplan.workflows.bill import measure_bill
from tests.inputs.volumes.bill.made import FOCUS, FORMATS, LEGACY, Line, s3, text_of, write_bill, write_parquet

GOOD = Line("EU-FreeEventsRecorded")


def free(reading: BillReading) -> Decimal:
    return sum(reading.tally.amounts.values(), Decimal(0))


# ---- what is found ----


def test_a_folder_is_all_of_its_parts_and_nothing_else(tmp_path: Path) -> None:
    write_bill(tmp_path / "bill-1.csv", [GOOD])
    write_bill(tmp_path / "bill-2.csv.gz", [GOOD, GOOD])
    with zipfile.ZipFile(tmp_path / "bill-3.zip", "w") as archive:
        archive.writestr("bill-3.csv", text_of([GOOD] * 4))
        archive.writestr("bill-4.csv.gz", gzip.compress(text_of([GOOD] * 8).encode()))
        archive.writestr("readme.txt", "no bill")
    (tmp_path / "bill-Manifest.json").write_text("{}")
    (tmp_path / "_SUCCESS.csv").write_text("")

    reading = read_bill([tmp_path])

    # 1 + 2 + 4 + 8 lines of 744
    assert (free(reading), reading.problems) == (15 * 744, ())
    assert reading.tally.files == 3


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    path = write_bill(tmp_path / "bill.csv", [GOOD])

    assert free(read_bill([tmp_path, path, tmp_path / "." / "bill.csv"])) == 744
    assert [part.is_named for part in find_parts([tmp_path, path])] == [True]


def test_two_versions_of_one_bill_are_refused(tmp_path: Path) -> None:
    for version in ("first", "second"):
        (tmp_path / version).mkdir()
        write_bill(tmp_path / version / "bill-1.csv", [GOOD])
    with pytest.raises(BadInputError, match=r"the bill of 999999999999 for 2026-10 lies in 2 folders.*newest version"):
        read_bill([tmp_path])

    write_bill(tmp_path / "second" / "bill-1.csv", [Line("EU-FreeEventsRecorded", payer="444455556666")])
    assert free(read_bill([tmp_path])) == 2 * 744


def hourly(hours: range, more: int = 0) -> list[Line]:
    """Lines of requests by the hour; *more* requests in the last hour, as the final bill has them."""
    return [
        s3("EU-Requests-Tier2", str(1000 + n + (more if n == hours[-1] else 0)), "amzn-s3-demo-lake", "GetObject",
           end=f"2026-10-{n // 24 + 1:02}T{n % 24:02}:00:00Z")
        for n in hours
    ]  # fmt: skip


@pytest.mark.parametrize("hours", [range(4), range(700)], ids=["a few lines", "more than are kept of a file"])
@pytest.mark.parametrize("columns", FORMATS.values(), ids=list(FORMATS))
def test_an_estimated_bill_beside_the_final_one_is_refused(
    hours: range, columns: dict[str, str], tmp_path: Path
) -> None:
    write_bill(tmp_path / "bill-a.csv", hourly(hours))
    # Longer, for the month went on, and with other figures of the last hour.
    write_bill(tmp_path / "bill-b.csv.gz", hourly(range(len(hours) + 40), more=5), columns)
    with pytest.raises(BadInputError, match=r"bill-b.csv.gz: has mostly the same lines as .*bill-a.csv.*newer one"):
        read_bill([tmp_path])


def test_parts_with_some_equal_lines_are_parts_all_the_same(tmp_path: Path) -> None:
    # Half of 700 lines stands in either part, and a tenth in both, as lines that tags alone tell apart do.
    write_bill(tmp_path / "bill-1.csv", hourly(range(350)))
    write_bill(tmp_path / "bill-2.csv", hourly(range(280, 630)))

    assert read_bill([tmp_path]).tally.counted == 700


def test_scenarios_of_one_export_do_not_add_up(tmp_path: Path) -> None:
    columns = {**FOCUS, "x_Scenario": "klass", "x_ChargeId": ""}
    path = write_bill(tmp_path / "focus.csv", [Line("EU-FreeEventsRecorded", klass=name) for name in "ab"], columns)
    with pytest.raises(BadInputError, match="is of 2 scenarios, alternatives that do not add up"):
        read_bill([path])


@pytest.mark.parametrize("name", ["nowhere.csv", "empty"])
def test_a_path_without_a_bill_is_bad_input(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match=r"is not there — check the path|holds no bill — name a folder"):
        read_bill([tmp_path / name])


# ---- damage ----


def cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(text_of([GOOD] * 500).encode())[:-40])


def flip_gzip(path: Path) -> None:
    data = bytearray(gzip.compress(text_of([GOOD] * 500).encode()))
    data[len(data) // 2] ^= 255
    path.write_bytes(data)


def not_a_bill(path: Path) -> None:
    path.write_text("a,b\n1,2\n")


def empty(path: Path) -> None:
    path.write_text("")


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def nul_bytes(path: Path) -> None:
    path.write_bytes(text_of([GOOD]).encode() + b"\0\0\n")


def endless_field(path: Path) -> None:
    path.write_text(text_of([GOOD]) + '"' + "x" * 200_000)


def empty_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no bill")


def cut_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bill.csv", text_of([GOOD] * 500))
    path.write_bytes(path.read_bytes()[:-60])


def no_parquet(path: Path) -> None:
    path.write_bytes(b"PAR1 and then nothing of the kind PAR1")


DAMAGE = [
    (cut_gzip, "bill: ends in the middle — take the file from AWS again"),
    (flip_gzip, "bill: its compressed data is damaged|bill: ends in the middle|bill:[0-9]+: is no CSV"),
    (not_a_bill, "bill:1: is no bill: it has not the columns of a Cost and Usage Report or of FOCUS — export one"),
    (empty, "bill:1: is no bill"),
    (binary, "bill:[0-9]+: is no (bill|CSV)"),
    (endless_field, "bill:[0-9]+: is no CSV"),
    (empty_zip, "bill: holds no .csv — name the file of the bill itself"),
    (cut_zip, "bill: its compressed data is damaged"),
    (no_parquet, "bill: it is no Parquet file that can be read — take the file from AWS again"),
]


@pytest.mark.parametrize(("damage", "words"), DAMAGE, ids=[row[0].__name__ for row in DAMAGE])
def test_a_damaged_file_is_named_and_nothing_of_it_counts(
    damage: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    damage(tmp_path / "bill")
    write_bill(tmp_path / "good.csv", [GOOD])
    result = measure_bill([tmp_path / "bill", tmp_path / "good.csv"])

    assert [row.per_month.point for row in result.volumes.rows] == [730]
    assert result.exit_code == 3
    assert result.problems[0].where.path.endswith("bill")
    assert re.search(words, str(result.problems[0])), str(result.problems[0])
    assert result.volumes.read is not None
    assert (result.volumes.read.files, result.volumes.read.files_unreadable) == (2, 1)


def test_a_small_bad_part_of_a_folder_is_a_warning(tmp_path: Path) -> None:
    write_bill(tmp_path / "good.csv", [GOOD] * 2000)
    not_a_bill(tmp_path / "other.csv")

    result = measure_bill([tmp_path])
    assert (result.exit_code, len(result.problems)) == (0, 1)
    assert measure_bill([tmp_path, tmp_path / "other.csv"]).exit_code == 3


def test_a_bill_of_nothing_that_can_be_read_exits_3(tmp_path: Path) -> None:
    not_a_bill(tmp_path / "bill.csv")

    result = measure_bill([tmp_path])
    assert (result.exit_code, result.volumes.rows, len(result.problems)) == (3, (), 1)


BAD_LINES = [
    ("EU-FreeEventsRecorded,many", "bill.csv:2: the usage amount is no number of 0 or more — take the file"),
    ("EU-FreeEventsRecorded,-5", "bill.csv:2: the usage amount is no number of 0 or more"),
    ("EU-FreeEventsRecorded,", "bill.csv:2: the usage amount is no number of 0 or more"),
]


@pytest.mark.parametrize(("values", "words"), BAD_LINES)
def test_a_line_that_cannot_be_read_is_named(values: str, words: str, tmp_path: Path) -> None:
    usage_type, amount = values.split(",")
    path = write_bill(tmp_path / "bill.csv", [Line(usage_type, amount), GOOD])
    result = measure_bill([path])

    assert words in str(result.problems[0])
    assert [row.per_month.point for row in result.volumes.rows] == [730]
    assert result.volumes.read is not None
    assert (result.volumes.read.records, result.volumes.read.unreadable) == (2, 1)
    # One of two is too many.
    assert result.exit_code == 3


def test_an_account_or_a_period_that_is_none_makes_a_line_unreadable(tmp_path: Path) -> None:
    lines = [
        Line("EU-FreeEventsRecorded", account="1.11122E+11"),
        Line("EU-FreeEventsRecorded", month="Oct 2026"),
        GOOD,
    ]
    result = measure_bill([write_bill(tmp_path / "bill.csv", lines)])
    problems = result.problems

    assert ([row.per_month.point for row in result.volumes.rows], result.exit_code) == ([730], 3)
    assert [str(problem).partition("bill.csv:")[2] for problem in problems] == [
        "2: the account is not one of twelve digits — take the file from AWS again; a spreadsheet may have changed it",
        "3: the billing period is no date — take the file from AWS again; a spreadsheet may have changed it",
    ]


def test_periods_that_are_none_of_all_lines_leave_nothing_to_tell(tmp_path: Path) -> None:
    lines = [Line("EU-FreeEventsRecorded", month="0000-01-01"), Line("EU-BoxUsage", product="AmazonEC2", month="")]
    result = measure_bill([write_bill(tmp_path / "bill.csv", lines)])

    assert (result.volumes.rows, len(result.problems), result.exit_code) == ((), 1, 3)


def test_too_few_fields_are_told_once_in_a_while(tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(text_of([GOOD] * 2000) + "a,b\n" * 8)
    result = measure_bill([path])

    assert str(result.problems[0]).endswith(f"bill.csv:2002: 2 fields, where the header has {len(LEGACY)} — "
                                            "take the file from AWS again")  # fmt: skip
    assert str(result.problems[-1]).endswith("bill.csv: 3 more lines of the kind")
    assert (len(result.problems), result.exit_code) == (6, 0)


# ---- what is not understood ----

UNKNOWN_LINES = [
    (Line("EU-SomethingRecorded", "5"), "EU-SomethingRecorded: 5 in 1 line: what this usage type counts is not known"),
    (s3("USE1-Tables-Requests-Tier1", "5"), "what this usage type counts is not known"),
    (s3("Requests-Annotation-Tier1", "5"), "what this usage type counts is not known"),
    (Line("XYZ9-FreeEventsRecorded", "5"), "no Region with the prefix XYZ9 is known"),
    (Line("FreeEventsRecorded", "5"), "no Region is given"),
    (Line("EU-FreeEventsRecorded", "5", region="us-east-1"), "its prefix is of eu-west-1, and its Region is us-east-1"),
    (s3("Requests-Tier1", "5", region="eu-west-1"), "its prefix is of us-east-1, and its Region is eu-west-1"),
    (Line("EU-FreeEventsRecorded", "5", unit="100K Events"), "its unit is not one of events or requests"),
    (s3("EU-FreeEventsRecorded", "5"), "what this usage type counts is not known|another service has this usage type"),
    (s3("EU-Requests-Tier3", "5"), "Requests-Tier3 .*: how many of them are calls of RestoreObject is on no bill"),
]


@pytest.mark.parametrize(("line", "words"), UNKNOWN_LINES)
def test_what_is_not_understood_is_listed_and_never_zero(line: Line, words: str, tmp_path: Path) -> None:
    result = measure_bill([write_bill(tmp_path / "bill.csv", [line])])
    (sentence,) = result.unknown
    assert re.search(words, sentence)
    assert result.volumes.rows == ()


def test_the_region_of_the_line_goes_further_than_the_known_prefixes(tmp_path: Path) -> None:
    line = Line("CNN1-FreeEventsRecorded", region="cn-north-1")
    (row,) = measure_bill([write_bill(tmp_path / "bill.csv", [line])]).volumes.rows

    assert row.key.region == "cn-north-1"


# ---- Parquet ----


def test_parquet_without_the_extra_says_how_to_install_it(tmp_path: Path) -> None:
    def find(_: str) -> None:
        raise ImportError

    with pytest.raises(DamagedFileError) as caught:
        read_parquet(tmp_path / "bill.parquet", lambda *_: None, find)
    assert (caught.value.what, caught.value.hint) == (
        "reading Parquet files needs an extra package",
        "pip install 'costplan[bill]'",
    )


def test_parquet_parts_of_a_folder_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "BILLING_PERIOD=2026-10"
    folder.mkdir()
    for number in range(3):
        write_parquet(folder / f"part-{number}.snappy.parquet", [GOOD])

    assert free(read_bill([tmp_path])) == 3 * 744
