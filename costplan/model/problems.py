"""What is wrong with an input, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass


def one_line(text: str) -> str:
    r"""Return *text* without characters that end a line or could steer a terminal: names come from files and logs.

    >>> one_line("a\tkey") == "a\N{REPLACEMENT CHARACTER}key"
    True
    """
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an input: a file, and a line of it where one is known."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input.

    where: file and line.
    what: what is wrong; never holds the content of a log record.
    hint: what to do about it.
    """

    where: Location
    what: str
    hint: str = ""

    def __str__(self) -> str:
        return one_line(f"{self.where}: {self.what}" + (f" — {self.hint}" if self.hint else ""))


class CostplanError(Exception):
    """Anything the command line reports without a traceback, with exit code 3."""


class BadInputError(CostplanError):
    """Inputs that cannot be used: every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["BadInputError"], tuple[tuple[Problem, ...]]]:
        # It travels between processes; by default an exception is made again from its text.
        return type(self), (self.problems,)


class UsageError(CostplanError):
    """A command line that cannot be carried out as written; exit code 2."""
