import io
import os
from enum import StrEnum
from pathlib import Path

import pytest

from costplan.cli.output import ProgressLine, page_width, parse_words, progress_text, write_result, write_whole
from costplan.model.problems import BadInputError, UsageError
from costplan.model.progress import Progress


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark-blue"


@pytest.mark.parametrize(
    ("columns", "width"), [("80", 80), ("240", 240), ("7", 40), ("", 100), ("wide", 100), ("-5", 100), ("0", 100)]
)
def test_the_page_is_as_wide_as_columns_says_else_100(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    assert page_width(Path("out.txt")) == width


def test_a_result_ends_with_one_newline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_result("a")
    write_result("b\n")
    write_result("c", tmp_path / "c.txt")

    assert capsys.readouterr().out == "a\nb\n"
    assert (tmp_path / "c.txt").read_bytes() == b"c\n"


def test_line_ends_of_a_csv_stay_as_they_are(tmp_path: Path) -> None:
    write_result("a\r\nb\r\n", tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes() == b"a\r\nb\r\n"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")

    def break_off(path: Path) -> None:
        path.write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_whole(target, break_off)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]

    write_result("after", target)
    assert target.read_text() == "after\n"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("before")
    link.symlink_to(target)

    write_result("after", link)

    assert link.is_symlink()
    assert target.read_text() == "after\n"


def test_a_device_is_written_into_and_not_replaced() -> None:
    write_result("nothing", Path(os.devnull))

    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("name", ["no/such/folder/a.txt", "."], ids=["no such folder", "a folder"])
def test_a_file_that_cannot_be_written_is_a_problem(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        write_result("a", tmp_path / name)

    assert "cannot be written" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_words_are_taken_once_and_in_order() -> None:
    assert parse_words("dark-blue, red,red", Colour, "--by") == (Colour.DARK_BLUE, Colour.RED)
    assert parse_words(None, Colour, "--by") == ()


@pytest.mark.parametrize("text", ["green", "red,", "", "RED"])
def test_a_word_that_does_not_exist_is_refused_with_those_that_do(text: str) -> None:
    with pytest.raises(UsageError, match=r"--by: .*choose from red, dark-blue"):
        parse_words(text, Colour, "--by")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_once_somebody_has_waited() -> None:
    terminal, clock = Terminal(), iter([0.0, 0.5, 1.5, 1.55, 3.0])

    with ProgressLine(terminal, lambda: next(clock)) as progress:
        for done in (1, 2_000, 2_001, 4_000):
            progress.show(Progress(done, 4_000))

    assert terminal.getvalue().replace("\r\x1b[K", "|") == "|2,000 of 4,000 files|4,000 of 4,000 files|"


def test_progress_says_nothing_to_a_pipe_or_about_short_work() -> None:
    pipe, terminal = io.StringIO(), Terminal()

    with ProgressLine(pipe, iter([0.0, 9.0]).__next__) as progress:
        progress.show(Progress(1, 2))
    with ProgressLine(terminal, iter([0.0, 0.9]).__next__) as progress:
        progress.show(Progress(1, 2))

    assert pipe.getvalue() == terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("progress", "seconds", "text"),
    [
        (Progress(5, 10), 2, "5 of 10 files"),
        # A tenth of the bytes in 2 seconds: 18 are left.
        (Progress(5, 10, 10**7, 10**8, 1234), 2, "5 of 10 files · 1,234 records · 5.0 MB/s · 18 s left"),
        (Progress(1, 10, 10**6, 10**8), 10, "1 of 10 files · 0.1 MB/s · 16 min 30 s left"),
        (Progress(1, 10, 10**6, 10**9), 10, "1 of 10 files · 0.1 MB/s · 2 h 46 min left"),
    ],
)
def test_progress_tells_speed_and_time_left(progress: Progress, seconds: float, text: str) -> None:
    assert progress_text(progress, seconds) == text


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("old")
    secret.chmod(0o600)
    write_result("new", secret)

    assert secret.read_text() == "new\n"
    assert secret.stat().st_mode & 0o777 == 0o600
