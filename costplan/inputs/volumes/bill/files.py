"""The files of a bill: CSV plain, gzipped or zipped, and Parquet; one file, or a folder of parts.

A file counts as a whole or not at all: half of a part would make totals that look right and are too low.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from costplan.inputs.volumes.bill.columns import Columns, find_columns
from costplan.inputs.volumes.bill.parquet import read_parquet
from costplan.inputs.volumes.bill.sketch import Sketch, same_lines
from costplan.inputs.volumes.bill.tally import BillTally, tally_rows
from costplan.inputs.volumes.bill.usage_types import BilledService
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.model.problems import BadInputError, Location, Problem

_SUFFIXES = (".csv", ".csv.gz", ".gz", ".zip", ".parquet")
_LINES_NAMED = 5
_NO_BILL = (
    "is no bill: it has not the columns of a Cost and Usage Report or of FOCUS",
    "export one from Billing and Cost Management, Data Exports",
)
_AGAIN = "take the file from AWS again"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a bill.

    is_named: it was named itself, and not found in a folder.
    """

    path: Path
    is_named: bool
    bytes: int


@dataclass(frozen=True, slots=True)
class BillReading:
    """What files of a bill add up to, and what was wrong with them.

    bytes, bytes_unreadable: of all files as stored, and of those that could not be read.
    is_named_bad: a file was bad that somebody named.
    """

    tally: BillTally
    problems: tuple[Problem, ...]
    bytes: int
    bytes_unreadable: int
    is_named_bad: bool


def read_bill(
    paths: Sequence[str | Path],
    only: BilledService | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BillReading:
    """Return what bills at *paths* add up to.

    only: one of the two services, the other set aside.
    progress: called with the files done, and all of them.

    Raises:
        BadInputError: a path that is not there, two versions of one bill, alternatives that do not add up.
    """
    parts = find_parts(paths)
    tally = BillTally()
    problems: list[Problem] = []
    versions: dict[tuple[str, str], set[Path]] = {}
    sketches: dict[Path, Sketch] = {}
    bad_bytes, is_named_bad = 0, False
    for number, part in enumerate(parts):
        if progress is not None:
            progress(number, len(parts))
        mine = BillTally(files=1)
        of_lines: list[Problem] = []
        try:
            _read_part(part, mine, of_lines, only)
        except DamagedFileError as error:
            problems.append(Problem(Location(str(part.path), error.line), error.what, error.hint))
            tally.files += 1
            tally.files_unreadable += 1
            bad_bytes += part.bytes
            is_named_bad |= part.is_named
            continue
        problems.extend(of_lines)
        for span in mine.spans:
            versions.setdefault((span.payer, span.month), set()).add(part.path.parent)
        sketches[part.path] = mine.sketch
        tally.add(mine)
    _check_versions(versions)
    _check_copies(sketches)
    _check_alternatives(tally, parts)
    return BillReading(tally, tuple(problems), sum(part.bytes for part in parts), bad_bytes, is_named_bad)


def find_parts(paths: Iterable[str | Path]) -> tuple[Part, ...]:
    """Return the files at *paths*, each once; of folders those that may be parts of a bill, sorted.

    Raises:
        BadInputError: a path that is not there, or a folder without a bill.
    """
    found: dict[Path, Part] = {}
    problems = []
    for path in map(Path, paths):
        if path.is_dir():
            below = [one for one in sorted(path.rglob("*")) if one.name.lower().endswith(_SUFFIXES) and one.is_file()]
            visible = [one for one in below if not one.name.startswith((".", "_"))]
            if not visible:
                problems.append(Problem(Location(str(path)), "holds no bill", "name a folder with .csv.gz or .parquet"))
            for one in visible:
                found.setdefault(one.resolve(), Part(one, is_named=False, bytes=one.stat().st_size))
        elif path.is_file():
            found[path.resolve()] = Part(path, is_named=True, bytes=path.stat().st_size)
        else:
            problems.append(Problem(Location(str(path)), "is not there", "check the path"))
    if problems:
        raise BadInputError(problems)
    return tuple(found.values())


# ---- one file ----


def _read_part(part: Part, tally: BillTally, problems: list[Problem], only: BilledService | None) -> None:
    """Add the lines of one file to *tally*.

    Raises:
        DamagedFileError: it cannot be read to its end, or is no bill.
    """
    try:
        with part.path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head == b"PAR1" or part.path.suffix.lower() == ".parquet":
                count = partial(_count, tally=tally, only=only, name=str(part.path), problems=problems)
                if not read_parquet(part.path, count):
                    raise DamagedFileError(*_NO_BILL)
            elif head[:2] == b"\x1f\x8b":
                with gzip.open(file) as plain:
                    _read_csv(cast(IO[bytes], plain), str(part.path), tally, problems, only)
            elif head == b"PK\x03\x04":
                _read_zip(file, part, tally, problems, only)
            else:
                _read_csv(file, str(part.path), tally, problems, only)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        what = "ends in the middle" if isinstance(error, EOFError) else "its compressed data is damaged"
        raise DamagedFileError(what, _AGAIN) from None
    except OSError as error:
        raise DamagedFileError(
            f"cannot be read: {error.strerror or type(error).__name__}", "check its rights"
        ) from None


def _read_zip(
    file: IO[bytes], part: Part, tally: BillTally, problems: list[Problem], only: BilledService | None
) -> None:
    with zipfile.ZipFile(file) as archive:
        members = [one for one in archive.infolist() if one.filename.lower().endswith((".csv", ".csv.gz"))]
        if not members:
            raise DamagedFileError("holds no .csv", "name the file of the bill itself")
        for member in members:
            name = f"{part.path}/{member.filename}"
            try:
                with archive.open(member) as plain:
                    if member.filename.lower().endswith(".gz"):
                        with gzip.open(plain) as inner:
                            _read_csv(cast(IO[bytes], inner), name, tally, problems, only)
                    else:
                        _read_csv(plain, name, tally, problems, only)
            except (RuntimeError, NotImplementedError):
                raise DamagedFileError("is encrypted, or packed in a way not known here", "unpack it") from None


def _read_csv(
    plain: IO[bytes], name: str, tally: BillTally, problems: list[Problem], only: BilledService | None
) -> None:
    # A damaged letter in some tag must not end the reading.
    with closing(io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline="")) as text:
        reader = csv.reader(text)
        try:
            columns = find_columns(next(reader, []))
            if columns is None:
                raise DamagedFileError(*_NO_BILL, 1)
            _count(reader, columns, tally=tally, only=only, name=name, problems=problems, line=lambda: reader.line_num)
        except csv.Error as error:
            raise DamagedFileError(f"is no CSV: {error}", _AGAIN, reader.line_num) from None


def _count(
    rows: Iterator[Sequence[str]],
    columns: Columns,
    *,
    tally: BillTally,
    only: BilledService | None,
    name: str,
    problems: list[Problem],
    line: Callable[[], int] | None = None,
) -> None:
    """Add rows to *tally*; of bad ones the first few are named, and the number of the others."""
    bad = 0

    def complain(what: str, hint: str) -> None:
        nonlocal bad
        bad += 1
        if bad <= _LINES_NAMED:
            problems.append(Problem(Location(name, line() if line else None), what, hint))

    tally_rows(rows, columns, tally, complain, only)
    if bad > _LINES_NAMED:
        more = bad - _LINES_NAMED
        problems.append(Problem(Location(name), f"{more:,} more {'lines' if more > 1 else 'line'} of the kind", ""))


# ---- several files ----


def _check_versions(versions: dict[tuple[str, str], set[Path]]) -> None:
    """Refuse two versions of one bill: reports that are not overwritten lie side by side, and would count twice.

    Raises:
        BadInputError: lines of one payer's month lie in several folders.
    """
    for (payer, month), folders in sorted(versions.items()):
        if len(folders) > 1:
            whose = f"{payer or 'one payer'} for {month}"
            names = ", ".join(str(folder) for folder in sorted(folders))
            what = f"the bill of {whose} lies in {len(folders)} folders, so it may be there twice: {names}"
            raise BadInputError([Problem(Location(str(min(folders))), what, "name the folder of the newest version")])


def _check_copies(sketches: Mapping[Path, Sketch]) -> None:
    """Refuse files of mostly the same lines: an estimated bill beside the final one, or two formats of one.

    Raises:
        BadInputError: every such pair.
    """
    problems = []
    for first, second in same_lines(list(sketches.values())):
        paths = list(sketches)
        what = f"has mostly the same lines as {paths[first]}, so they would count twice"
        problems.append(Problem(Location(str(paths[second])), what, "name one of them alone, the newer one"))
    if problems:
        raise BadInputError(problems)


def _check_alternatives(tally: BillTally, parts: Sequence[Part]) -> None:
    if len(tally.scenarios) > 1:
        what = f"is of {len(tally.scenarios)} scenarios, alternatives that do not add up"
        raise BadInputError([Problem(Location(str(parts[0].path)), what, "export one scenario alone")])
