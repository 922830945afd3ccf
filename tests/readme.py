"""Read a README's fenced blocks, run them in order in one directory, and say what is not as shown.

``console`` blocks hold commands (``$ ...``), each followed by its exact standard output; a line ``…`` or ``...``
alone stands for any lines.  ``python`` blocks are run, and a ``text`` block right after one is its standard
output.  A block of any other language whose first line is ``# file: NAME`` is written to that file.  Every
command and every ``python`` block must exit 0: show a failing command as ``costplan ...; echo "exit code $?"``.

``python -m tests.readme --bin DIR README.md`` runs only the first command, in an empty directory: the test of
an installed wheel.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

ELLIPSES = frozenset({"…", "..."})
TIMEOUT_SECONDS = 120

OPENING_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})\s*(?P<language>[^\s`]*)[^`]*$")
FILE_LINE = re.compile(r"^# file: (?P<name>\S+)\s*$")

# Found by every Python that starts with its directory in PYTHONPATH: whatever README shows works without a network.
NO_NETWORK = """
import socket

def refuse(self, address, *rest):
    if self.family == getattr(socket, "AF_UNIX", None):
        return connect(self, address, *rest)
    raise OSError(f"commands of the README run without a network; this one wanted {address!r}")

connect = socket.socket.connect
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
"""


class ReadmeError(Exception):
    """A README whose blocks cannot be told apart."""


def section_of(title: str) -> str:
    """Return the text of a section of the project's README, which must be there once."""
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^### {re.escape(title)}\n(.*?)(?=^##+ |\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


@dataclass(frozen=True)
class Block:
    """One fenced block.

    line: of the file, where the content starts.
    follows: nothing but blank lines lie between this block and the one before.
    """

    language: str
    lines: tuple[str, ...]
    line: int
    follows: bool

    @property
    def file_name(self) -> str | None:
        """The file this block is to be written to, if any."""
        found = FILE_LINE.match(self.lines[0]) if self.lines else None
        return found["name"] if found else None


@dataclass(frozen=True)
class Command:
    """One command of a console block, and the lines shown as its output."""

    text: str
    expected: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Surroundings:
    """Where blocks run: the directory they share, and the environment variables."""

    directory: Path
    variables: Mapping[str, str]


# ---- reading ----


def parse_blocks(text: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a Markdown *text*, in order."""
    blocks: list[Block] = []
    lines = text.splitlines()
    number, only_blank_lines = 0, False
    while number < len(lines):
        opening = OPENING_FENCE.match(lines[number])
        number += 1
        if opening is None:
            only_blank_lines = only_blank_lines and not lines[number - 1].strip()
            continue
        start, content = number, []
        closing = re.compile(rf"^ *{re.escape(opening['fence'][0])}{{{len(opening['fence'])},}}\s*$")
        while number < len(lines) and not closing.match(lines[number]):
            content.append(lines[number].removeprefix(opening["indent"]))
            number += 1
        if number == len(lines):
            raise ReadmeError(f"line {start}: this block is never closed")
        number += 1
        blocks.append(Block(opening["language"].lower(), tuple(content), start + 1, only_blank_lines))
        only_blank_lines = True
    return tuple(blocks)


def parse_commands(block: Block) -> tuple[Command, ...]:
    """Return the commands of a console *block*; a line ending in a backslash continues on the next."""
    commands: list[Command] = []
    numbered = iter(enumerate(block.lines, block.line))
    for number, line in numbered:
        if line.startswith("$ "):
            text = line.removeprefix("$ ")
            while text.endswith("\\"):
                text += "\n" + next(numbered, (0, ""))[1].removeprefix("> ")
            commands.append(Command(text, (), number))
        elif commands:
            last = commands.pop()
            commands.append(Command(last.text, (*last.expected, line), last.line))
        else:
            raise ReadmeError(f"line {number}: a console block starts with a command: $ ...")
    if not commands:
        raise ReadmeError(f"line {block.line}: a console block without a command")
    return tuple(commands)


def first_command(blocks: Sequence[Block]) -> Command:
    """Return the first command of the first console block."""
    for block in blocks:
        if block.language == "console":
            return parse_commands(block)[0]
    raise ReadmeError("no console block, so no first command")


# ---- running ----


def surroundings(directory: Path, bin_directory: Path, home: Path) -> Surroundings:
    """Return surroundings with *bin_directory* first in PATH, nothing of the caller's settings, and no network."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    variables = {
        "PATH": os.pathsep.join([str(bin_directory), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "PYTHONPATH": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "100",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return Surroundings(directory, variables)


def is_as_shown(expected: Sequence[str], actual: str) -> bool:
    """Tell whether *actual* is what *expected* shows; blank lines at the end of either do not count."""
    shown = list(expected)
    while shown and not shown[-1].strip():
        shown.pop()
    pattern = "".join(r"(?:.*\n)*?" if line in ELLIPSES else re.escape(line) + "\n" for line in shown)
    printed = actual.rstrip("\n")
    return re.fullmatch(pattern, printed + "\n" if printed else "") is not None


def run(arguments: Sequence[str], where: Surroundings) -> subprocess.CompletedProcess[str]:
    """Run *arguments*, without input; a command that hangs counts as one that failed."""
    try:
        return subprocess.run(
            arguments,
            cwd=where.directory,
            env=dict(where.variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, "", f"no end after {TIMEOUT_SECONDS} seconds")


def fault(line: int, what: str, expected: Sequence[str] | None, done: subprocess.CompletedProcess[str]) -> str | None:
    """Return what is wrong with one finished command, or nothing; *expected* None accepts any output."""
    if done.returncode != 0:
        return f"line {line}: {what}\nexited with {done.returncode}, and printed\n{done.stdout}{done.stderr}"
    if expected is None or is_as_shown(expected, done.stdout):
        return None
    shown = "\n".join(expected)
    return f"line {line}: {what}\nprinted\n{done.stdout}\nbut the README shows\n{shown}\n{done.stderr}"


def check_command(command: Command, where: Surroundings) -> str | None:
    """Run one console *command* and return its fault, if any."""
    return fault(command.line, f"$ {command.text}", command.expected, run(["bash", "-c", command.text], where))


def check_python(block: Block, expected: Sequence[str] | None, where: Surroundings) -> str | None:
    """Run one python *block* by the ``python`` that comes first in PATH and return its fault, if any."""
    # Found here: the search for a program takes the caller's PATH, not the one of *where*.
    python = str(Path(where.variables["PATH"].split(os.pathsep)[0]) / "python")
    return fault(block.line, "this python block", expected, run([python, "-c", "\n".join(block.lines)], where))


def write_file(block: Block, where: Surroundings) -> str | None:
    """Write a block that names a file; the name must stay inside the directory."""
    name = PurePosixPath(block.file_name or "")
    if name.is_absolute() or ".." in name.parts:
        return f"line {block.line}: {name} is outside of the directory"
    target = where.directory / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
    return None


def check_blocks(blocks: Sequence[Block], where: Surroundings) -> Iterator[str]:
    """Run *blocks* in order and yield every fault."""
    for block, after in pairwise([*blocks, Block("", (), 0, follows=False)]):
        found: str | None
        if block.language == "console":
            for command in parse_commands(block):
                if found := check_command(command, where):
                    yield found
            continue
        if block.language == "python":
            expected = after.lines if after.language == "text" and after.follows else None
            found = check_python(block, expected, where)
        else:
            found = write_file(block, where) if block.file_name else None
        if found:
            yield found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the first command of a README in an empty directory, with the programs of ``--bin`` first in PATH."""
    parser = argparse.ArgumentParser(prog="python -m tests.readme", description=main.__doc__)
    parser.add_argument("--bin", type=Path, required=True, help="the bin directory of an environment")
    parser.add_argument("readme", type=Path)
    options = parser.parse_args(arguments)
    command = first_command(parse_blocks(options.readme.read_text(encoding="utf-8")))
    program = command.text.split()[0]
    if shutil.which(program, path=str(options.bin)) is None:
        print(f"{options.bin} has no program {program}")
        return 1
    print(f"$ {command.text}", flush=True)
    with tempfile.TemporaryDirectory() as elsewhere:
        directory = Path(elsewhere, "empty")
        directory.mkdir()
        where = surroundings(directory, options.bin.resolve(), Path(elsewhere, "home"))
        found = check_command(command, where)
    print(found or "as the README shows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
