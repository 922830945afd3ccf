"""Files as plain data that remembers its lines: JSON or YAML, told apart by content.

Non-integers are exact ``Decimal`` values, keys are text and unique.  Lines are looked up only when a problem is
reported.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from costplan.inputs.strict_json import NotJsonError, parse_json
from costplan.inputs.strict_yaml import Lines, parse_yaml
from costplan.model.problems import BadInputError, Location, Problem

At = tuple[str | int, ...]
"""The way from the top of a document to a value: keys and list positions."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class Document:
    """A file's plain data, and where each value stands.

    path: as the user wrote it.
    value: dict, list, str, int, Decimal, bool, date (YAML only) or None.
    """

    __slots__ = ("_locate", "path", "value")

    def __init__(self, path: str, value: Any, locate: Callable[[At], int | None] | None = None) -> None:
        self.path = path
        self.value = value
        self._locate = locate

    def line(self, at: At = ()) -> int | None:
        """Return the line of the value at *at*, or of what should hold it; ``None`` where nobody knows."""
        return self._locate(at) if self._locate else None

    def location(self, at: At = ()) -> Location:
        """Return file and line of the value at *at*."""
        return Location(self.path, self.line(at))

    def problem(self, at: At, what: str, hint: str = "") -> Problem:
        """Return a problem with the value at *at*."""
        return Problem(self.location(at), what, hint)

    def beside(self, relative: str) -> Path:
        """Return a path that the document names, relative to the document's folder."""
        return Path(self.path).parent / relative


def is_there(path: Path) -> bool:
    """Whether a path that somebody wrote leads anywhere; one that no system takes does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def show_path(at: At) -> str:
    """Return a way into a document as text.

    >>> show_path(("recorders", 0, "fields", "resources.ARN"))
    'recorders[0].fields["resources.ARN"]'
    """
    text = ""
    for step in at:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _IDENTIFIER.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def read_document(path: str | Path) -> Document:
    """Read one JSON or YAML file.

    Raises:
        BadInputError: it cannot be read, or its text is not strict JSON or YAML.
    """
    return parse_document(str(path), read_text(path))


def read_text(path: str | Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    Raises:
        BadInputError: there is no such file, or it is not text.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _bad(str(path), "no such file", "check the path") from None
    except IsADirectoryError:
        raise _bad(str(path), "is a folder, not a file", "name a file in it") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise _bad(str(path), f"cannot be read: {reason}", "check the path and its permissions") from None
    if content.startswith(b"\x1f\x8b"):
        raise _bad(str(path), "is compressed (gzip), not text", "decompress it first")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _bad(str(path), "is not UTF-8 text", "save it as UTF-8", line) from None


def parse_document(path: str, text: str) -> Document:
    """Return the document of *text*; *path* is where it came from, for problems, and tells JSON by ``.json``.

    Raises:
        BadInputError: the text is not strict JSON or YAML.
    """
    if not text.strip():
        raise _empty(path)
    suffix = path.lower().rpartition(".")[2]
    if suffix == "json" or text.lstrip()[0] in "{[":
        try:
            value, json_text = parse_json(path, text)
            return Document(path, value, json_text.line)
        except NotJsonError:
            # A flow collection of YAML begins like JSON.
            if suffix == "json" or (suffix not in ("yaml", "yml") and not _is_yaml(path, text)):
                raise
    value, lines = parse_yaml(path, text)
    if value is None:
        raise _empty(path)
    return Document(path, value, lambda at: _line_in(lines, at))


def _is_yaml(path: str, text: str) -> bool:
    try:
        parse_yaml(path, text)
    except BadInputError:
        return False
    return True


def _empty(path: str) -> BadInputError:
    return _bad(path, "is empty", "write a file of the expected format, or name another")


def _bad(path: str, what: str, hint: str, line: int | None = None) -> BadInputError:
    return BadInputError([Problem(Location(path, line), what, hint)])


def _line_in(lines: Lines, at: At) -> int:
    for step in at:
        if step not in lines.members:
            break
        lines = lines.members[step]
    return lines.line


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems file by file, in the order of first mention, each file's by line."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.where.path, []).append(problem)
    return tuple(p for some in by_file.values() for p in sorted(some, key=lambda p: p.where.line or 0))
