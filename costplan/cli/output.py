"""Where results go: standard output, or a file that is whole or not there at all."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Self, TextIO, TypeVar

import typer

from costplan.model.problems import BadInputError, Location, Problem, UsageError, one_line

if TYPE_CHECKING:
    from costplan.workflows.measure import Progress

PIPED_WIDTH = 100
"""Columns of a page that is no terminal: a pipe or a file."""

NARROWEST = 40

COULD_NOT_TELL = 3
INTERRUPTED = 130

OutputFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE instead of stdout.")
]
"""The option of every command that writes a result."""

CommentName = Annotated[
    str, typer.Option("--comment-name", metavar="NAME", help="Tell several comments of one pull request apart.")
]
"""The option of commands that write comments for pull requests; its default is that of the reports."""

Word = TypeVar("Word", bound=StrEnum)


def page_width(output: Path | None = None) -> int:
    """Return how many columns a result may take: ``COLUMNS`` where it is set, else those of the terminal, else 100."""
    said = os.environ.get("COLUMNS", "")
    width = int(said) if said.isascii() and said.isdigit() else 0
    if not width and output is None:
        with suppress(OSError, ValueError, AttributeError):
            width = os.get_terminal_size(sys.stdout.fileno()).columns
    return max(NARROWEST, width or PIPED_WIDTH)


def write_result(text: str, output: Path | None = None) -> None:
    """Write *text*, which then ends with a newline, to a file or to standard output.

    Raises:
        BadInputError: the file cannot be written.
    """
    if not text.endswith("\n"):
        text += "\n"
    if output is None:
        if sys.stdout is None:
            raise BadInputError([Problem(Location("stdout"), "is closed", "name a file with -o")])
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_whole(output, lambda path: _write_text(path, text))


def _write_text(path: Path, text: str) -> None:
    # newline: a CSV brings its own line endings, and a table must not get others.
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def write_whole(output: Path, write: Callable[[Path], None]) -> None:
    """Let *write* fill a file beside *output*, then put it in its place: whoever reads *output* never sees half of it.

    Raises:
        BadInputError: the file cannot be written.
    """
    target = output.resolve()
    # A device or a pipe is written into, not replaced: /dev/null would be a regular file afterwards.
    in_place = target.exists() and not target.is_file()
    part = target if in_place else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        write(part)
        if not in_place:
            if target.exists():
                # What its owner allowed others to see stays as it was.
                part.chmod(target.stat().st_mode & 0o7777)
            part.replace(target)
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        raise BadInputError(
            [Problem(Location(str(output)), what, "name a file in a folder you may write to")]
        ) from None
    finally:
        if not in_place:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def warn(lines: Iterable[str]) -> None:
    """Print warnings to standard error, where no pipe mistakes them for results."""
    for line in lines:
        print(one_line(line), file=sys.stderr)  # noqa: T201


class ProgressLine:
    """A line on the terminal that counts what is done, for work that takes longer than a moment; gone at the end."""

    PATIENCE_SECONDS = 1.0
    BETWEEN_SECONDS = 0.1

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._begun = clock()
        self._next = self._begun + self.PATIENCE_SECONDS
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def show(self, progress: "Progress") -> None:
        """Show how much is done, unless nobody looks or nobody has waited yet."""
        now = self._clock()
        if now < self._next or not self._stream.isatty():
            return
        self._next = now + self.BETWEEN_SECONDS
        self._is_shown = True
        line = progress_text(progress, now - self._begun)
        self._stream.write(f"\r\x1b[K{line[: page_width() - 1]}")
        self._stream.flush()


def progress_text(progress: "Progress", seconds: float) -> str:
    """Return how far reading has come after some *seconds*, how fast it is, and how long it will take."""
    parts = [f"{progress.files:,} of {progress.of_files:,} {progress.what}"]
    if progress.records:
        parts.append(f"{progress.records:,} records")
    if progress.bytes and seconds > 0:
        parts.append(f"{progress.bytes / seconds / 1e6:,.1f} MB/s")
        left = round((progress.of_bytes - progress.bytes) * seconds / progress.bytes)
        minutes, rest = divmod(left, 60)
        hours, minutes = divmod(minutes, 60)
        time_left = f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
        parts.append(f"{time_left} left")
    return " · ".join(parts)


def parse_words(text: str | None, kind: type[Word], option: str) -> tuple[Word, ...]:
    """Return the words of a comma-separated option, each once.

    Raises:
        UsageError: a word that *kind* does not have.
    """
    if text is None:
        return ()
    found: dict[Word, None] = {}
    for word in (part.strip() for part in text.split(",")):
        if word not in {member.value for member in kind}:
            raise UsageError(f'{option}: there is no "{word}": choose from {", ".join(kind)}')
        found[kind(word)] = None
    return tuple(found)


def parse_as_of(text: str | None, option: str = "--as-of") -> date | None:
    """Return the day that *option* names.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageError(f"{option} {text}: not a date such as 2026-01-31") from None
