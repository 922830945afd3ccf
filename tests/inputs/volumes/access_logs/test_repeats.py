"""Lines and files that are there twice: each request counts once, wherever its copies lie."""

import gzip
import random
import shutil
from collections.abc import Callable, Sequence
from itertools import count as counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costplan.inputs.volumes.access_logs import count_access_logs, find_access_logs, listing
from costplan.inputs.volumes.access_logs import counting as counting_module
from costplan.inputs.volumes.access_logs import workers as workers_module
from costplan.inputs.volumes.access_logs.lines import is_line
from costplan.inputs.volumes.access_logs.repeats import Lines, Remembered, digest_of
from costplan.inputs.volumes.logs import LogCount
from costplan.model.volumes import EVERYTHING, ReadSummary
from tests.inputs.volumes.access_logs.building import FOLDER, REQUEST, line, read

_requests = counter()


def distinct(**given: str) -> str:
    """Return a line with a request id of its own."""
    return line(**given).replace(REQUEST, f"R{next(_requests):015X}")  # type: ignore[arg-type]


def put(root: Path, lines: Sequence[str], number: int = 0, *, packed: bool = False) -> None:
    """Write a file as it is, copies of lines included."""
    path = root / FOLDER / f"2026-10-05-01-10-22-{number:016X}"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(lines).encode()
    path.write_bytes(gzip.compress(data) if packed else data)


def summary(counted: LogCount) -> ReadSummary:
    assert counted.volumes.read is not None
    return counted.volumes.read


def reconciled(counted: LogCount) -> tuple[int, int, int, int]:
    read = summary(counted)
    return read.records, read.counted, read.duplicates, read.unreadable


def test_a_line_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    lines = [distinct() for _ in range(3)]
    # Once more in its own file, and in another one, packed.
    put(tmp_path, [*lines, lines[0]], 0)
    put(tmp_path, [lines[1], distinct()], 1, packed=True)

    assert reconciled(read(tmp_path)) == (6, 4, 2, 0)
    assert sum(row.count or 0 for row in read(tmp_path).volumes.rows) == 4


def test_a_copied_folder_counts_once(tmp_path: Path) -> None:
    put(tmp_path / "a", [distinct(), distinct(status="404"), distinct(operation="REST.GET.ACL", key="-")])
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    once, both = (
        count_access_logs(find_access_logs([tmp_path / name for name in names]), EVERYTHING) for names in ("a", "ab")
    )

    assert both.volumes.rows == once.volumes.rows
    assert both.volumes.coverage == once.volumes.coverage
    # The line on the bucket is set aside, and its copy is one all the same.
    assert (reconciled(once), reconciled(both)) == ((2, 2, 0, 0), (5, 2, 3, 0))
    assert both.problems == ()


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_copy_that_an_editor_has_saved_is_one(change: Callable[[str], str], tmp_path: Path) -> None:
    lines = [distinct(), distinct()]
    put(tmp_path, lines)
    put(tmp_path, [change("".join(lines))], 1)

    assert reconciled(read(tmp_path)) == (4, 2, 2, 0)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({"key": "raw/part-2.parquet"}, id="another key of the same batch"),
        pytest.param({"rest": "3HL4kqtJvjVBH40Nrjfkd"}, id="another version of the same key"),
        pytest.param({"operation": "REST.COPY.OBJECT_GET"}, id="the other half of a copy"),
        pytest.param({"time": "05/Oct/2026:00:07:11"}, id="another second"),
    ],
)
def test_lines_of_one_request_that_differ_are_two(others: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, [line(operation="BATCH.DELETE.OBJECT"), line(**{"operation": "BATCH.DELETE.OBJECT", **others})])  # type: ignore[arg-type]

    assert summary(read(tmp_path)).duplicates == 0


def test_a_line_without_a_request_id_is_like_no_other(tmp_path: Path) -> None:
    nameless = line().replace(REQUEST, "-")
    for number in range(2):
        put(tmp_path, [nameless] * 3, number)

    assert reconciled(read(tmp_path)) == (6, 6, 0, 0)


def test_what_is_no_line_is_unreadable_however_often_it_is_there(tmp_path: Path) -> None:
    put(tmp_path, ["nothing of a log\n", "nothing of a log\n", *[distinct() for _ in range(8)]])
    put(tmp_path, ["nothing of a log\n", *[distinct() for _ in range(8)]], 1)

    assert reconciled(read(tmp_path)) == (19, 16, 0, 3)


def test_a_file_of_nothing_but_copies_is_a_log(tmp_path: Path) -> None:
    copied = distinct()
    for number in range(2):
        put(tmp_path, [copied], number)
    counted = read(tmp_path)

    assert (summary(counted).files, summary(counted).files_unreadable, counted.problems) == (2, 0, ())


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 3))
def test_copies_count_once_however_files_fall_into_batches(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, objects: int, workers: int
) -> None:
    """The naive twin: a set of lines."""
    root = tmp_path_factory.mktemp("repeats")
    lines = [distinct(key=f"raw/{n}", status=chance.choice(("200", "404"))) for n in range(12)]
    written = chance.choices(lines, k=30)
    for number in range(6):
        put(root, written[number::6], number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "BATCH_OBJECTS", objects)
        patch.setattr(counting_module, "ALONE_BYTES", 0)
        counted = read(root, workers=workers if objects == 1 else 1)

    assert reconciled(counted) == (30, len(set(written)), 30 - len(set(written)), 0)
    by_status = {"404": 0, "200": 0}
    for row in counted.volumes.rows:
        by_status["200" if row.key.error_code is None else "404"] += row.count or 0
    assert by_status == {status: sum(f" {status} " in one for one in set(written)) for status in by_status}


@pytest.mark.parametrize(("between", "duplicates"), [(0, 1), (1, 0)])
def test_so_far_back_and_no_farther_is_looked(
    between: int, duplicates: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH_OBJECTS", 1)
    monkeypatch.setattr(workers_module, "Remembered", lambda: Remembered(most=2))
    first = distinct()
    for number, lines in enumerate([[first, distinct()], *[[distinct(), distinct()]] * between, [first]]):
        put(tmp_path, lines, number)

    # Two lines are remembered at least; after two more of them the older two are forgotten.
    assert summary(read(tmp_path)).duplicates == duplicates


def test_the_digests_of_a_batch_are_those_of_its_lines_each_once() -> None:
    one, two = distinct().encode().rstrip(), distinct().encode().rstrip()
    lines = Lines()

    assert lines.first_of(b"\n".join([one, two, b"", one]), is_line) == (b"\n".join([one, two, b""]), 1)
    assert {lines.digests[:8], lines.digests[8:]} == {digest_of(one), digest_of(two)}
    # Of equal bytes in every process, unlike Python's own hashes.
    assert digest_of(b"a") == bytes.fromhex("40f89e395b66422f")
