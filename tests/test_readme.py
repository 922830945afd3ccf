"""Everything the README shows runs, and prints what is shown."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.readme import (
    ReadmeError,
    Surroundings,
    check_blocks,
    first_command,
    main,
    parse_blocks,
    parse_commands,
    surroundings,
)

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
READER_FOLDERS = ("scenarios", "examples")
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:home|Users|root|tmp|work|builds|private|var)/|[A-Z]:\\")
# `bin` of the running environment; not resolved: the interpreter there may be a link to one elsewhere.
BIN = Path(sys.executable).parent

# Commands are shown in console blocks, which run; these may hold only what cannot run here.
SHELL_LANGUAGES = ("sh", "bash", "shell", "zsh", "shell-session", "")


def read_readme() -> str:
    return README.read_text(encoding="utf-8")


def copy_tracked(folders: tuple[str, ...], target: Path) -> int:
    """Copy the tracked files of *folders* to *target*, as a checkout has them; return how many there are."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *folders], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    names = [name for name in listing.stdout.split("\0") if name and (PROJECT / name).is_file()]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, target / name)
    return len(names)


@pytest.fixture
def empty_place(tmp_path: Path) -> Surroundings:
    """Surroundings with an empty directory."""
    directory = tmp_path / "place"
    directory.mkdir()
    return surroundings(directory, BIN, tmp_path / "home")


# ---- this project's README ----


def test_every_block_of_the_readme_runs_and_prints_what_is_shown(empty_place: Surroundings) -> None:
    copied = copy_tracked(READER_FOLDERS, empty_place.directory)
    assert copied, f"no tracked file in {' or '.join(READER_FOLDERS)}: a reader's checkout would lack them"

    faults = list(check_blocks(parse_blocks(read_readme()), empty_place))

    assert not faults, "\n\n".join(faults)


def absolute_paths(text: str) -> list[str]:
    """The lines that name a place of one machine: this checkout, a home, or a working directory."""
    return [line for line in text.splitlines() if str(PROJECT) in line or MACHINE_PATH.search(line)]


def test_the_readme_names_no_place_of_the_machine_it_was_written_on() -> None:
    assert absolute_paths(read_readme()) == []


@pytest.mark.parametrize(
    "path", [f"{PROJECT}/pricing/s3/eu-west-1.yaml", "/home/ann/costplan", "/tmp/x", "C:\\Users\\ann"]
)
def test_an_absolute_path_in_a_readme_is_found(path: str) -> None:
    assert absolute_paths(f"fine\nfile: {path}\nhttps://docs.example/home/x") == [f"file: {path}"]


def test_the_readme_has_commands_and_library_code_that_run() -> None:
    languages = [block.language for block in parse_blocks(read_readme())]

    assert "console" in languages
    assert "python" in languages


def test_the_first_command_of_the_readme_is_one_of_costplan() -> None:
    assert first_command(parse_blocks(read_readme())).text.startswith("costplan ")


def test_no_command_of_costplan_hides_in_a_block_that_does_not_run() -> None:
    hidden = [
        f"line {number}: {line}"
        for block in parse_blocks(read_readme())
        if block.language in SHELL_LANGUAGES
        for number, line in enumerate(block.lines, block.line)
        if re.match(r"\s*(?:[$%>#] )?costplan ", line)
    ]

    assert not hidden, "show them in a console block:\n" + "\n".join(hidden)


# ---- the commands and their help ----


def iter_commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the path and the object of every visible command; groups have ``commands``, leaves do not."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from iter_commands(child, f"{path} {name}")


def read_commands() -> dict[str, Any]:
    typer_main = import_module("typer.main")
    app = import_module("costplan.cli.app").app
    return dict(iter_commands(typer_main.get_command(app), "costplan"))


def is_named(command: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(command)}(?![\w-])", text) is not None


def test_every_command_is_in_the_readme() -> None:
    commands, text = read_commands(), read_readme()

    assert "costplan estimate" in commands
    assert [name for name in commands if not is_named(name, text)] == []


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in read_commands().items() if not (command.help or "").strip()] == []


def test_a_command_is_not_found_in_a_longer_word() -> None:
    assert is_named("costplan diff", "run `costplan diff A B`")
    assert not is_named("costplan diff", "run `costplan diff-trails`")
    assert not is_named("costplan diff", "run `mycostplan diff`")


# ---- the checker itself ----


def faults_of(text: str, place: Surroundings) -> list[str]:
    return list(check_blocks(parse_blocks(dedent(text)), place))


def test_a_readme_that_shows_the_truth_has_no_fault(empty_place: Surroundings) -> None:
    text = """\
    ```yaml
    # file: some/names.yaml
    - ada
    - bob
    ```
    Prose between.

    ```console
    $ cat some/names.yaml
    # file: some/names.yaml
    …
    - bob

    $ printf 'one\\n\\nthree\\n'
    one

    three
    $ printf '%s-%s\\n' \\
    >   a b
    a-b
    $ false; echo "exit code $?"
    exit code 1
    $ true
    ```

    ```python
    from pathlib import Path
    print(len(Path("some/names.yaml").read_text().splitlines()))
    ```

    ```text
    3
    ```

    ```python
    print("not shown, so not compared")
    ```
    In between.
    ```text
    Not the output of anything.
    ```
    ```sh
    exit 1
    ```
    """

    assert faults_of(text, empty_place) == []


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        pytest.param("```console\n$ echo two\none\n```", "shows\none", id="another line"),
        pytest.param("```console\n$ echo two\n```", "printed\ntwo", id="output that is not shown"),
        pytest.param("```console\n$ true\none\n```", "shows\none", id="shown output that does not come"),
        pytest.param("```console\n$ printf 'a \\n'\na\n```", "printed\na", id="a space at the end of a line"),
        pytest.param("```console\n$ echo one\n…\ntwo\n```", "shows\n…\ntwo", id="a wrong line after an ellipsis"),
        pytest.param("```console\n$ echo 1.5\n1x5\n```", "shows\n1x5", id="a dot is only a dot"),
        pytest.param("```console\n$ echo one; exit 3\none\n```", "exited with 3", id="the right output, but a failure"),
        pytest.param("```console\n$ costplan-no-such\n```", "exited with 127", id="a command that is not there"),
        pytest.param("```python\nprint(2)\n```\n\n```text\n1\n```", "shows\n1", id="output of python"),
        pytest.param("```python\nraise KeyError\n```", "KeyError", id="python that raises"),
        pytest.param("```yaml\n# file: ../out.yaml\n```", "outside", id="a file elsewhere"),
        pytest.param(
            "```python\nimport socket\nsocket.create_connection(('192.0.2.1', 443), 1)\n```",
            "without a network",
            id="a connection",
        ),
    ],
)
def test_a_planted_fault_is_caught(block: str, complaint: str, empty_place: Surroundings) -> None:
    faults = list(check_blocks(parse_blocks(f"Some prose.\n\n{block}\n"), empty_place))

    assert len(faults) == 1
    assert faults[0].startswith("line 4: ")
    assert complaint in faults[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```console\n$ true\n", id="never closed"),
        pytest.param("```console\ncostplan --help\n```", id="a command without its dollar"),
        pytest.param("```console\n```", id="no command"),
    ],
)
def test_a_block_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ReadmeError):
        [parse_commands(block) for block in parse_blocks(text)]


def test_the_first_command_is_run_elsewhere_with_the_programs_of_that_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "costplan"
    program.write_text('#!/bin/sh\necho "$1: $(ls | wc -l | tr -d " ") files"\n', encoding="utf-8")
    program.chmod(0o755)
    readme = tmp_path / "README.md"

    readme.write_text("```console\n$ costplan estimate\nestimate: 0 files\n```\n", encoding="utf-8")
    assert main(["--bin", str(tmp_path / "bin"), str(readme)]) == 0

    readme.write_text("```console\n$ costplan estimate\nestimate: 1 files\n```\n", encoding="utf-8")
    assert main(["--bin", str(tmp_path / "bin"), str(readme)]) == 1
    assert "estimate: 0 files" in capsys.readouterr().out

    program.unlink()
    assert main(["--bin", str(tmp_path / "bin"), str(readme)]) == 1
    assert "has no program costplan" in capsys.readouterr().out


# ---- recorded output: the golden fixture of conftest.py, which must be able to fail ----

GOLDEN_TEST = """\
def test_report(golden):
    golden("report.txt", "total 3\\n")
"""


@pytest.fixture
def other_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with this one's conftest, and one test that uses one golden."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they would be imported again for every run
    tests = pytester.mkdir("tests")
    shutil.copyfile(PROJECT / "tests" / "conftest.py", tests / "conftest.py")
    (tests / "test_report.py").write_text(GOLDEN_TEST, encoding="utf-8")
    (tests / "goldens").mkdir()
    pytester.makeini("[pytest]\ntestpaths = tests\nmarkers = real_data: reads real data\n")
    return pytester


def write_golden(project: pytest.Pytester, name: str, text: str) -> Path:
    path = project.path / "tests" / "goldens" / name
    path.write_bytes(text.encode())
    return path


def test_an_equal_golden_passes(other_project: pytest.Pytester) -> None:
    write_golden(other_project, "report.txt", "total 3\n")

    # The second is the check that every golden is used.
    other_project.runpytest().assert_outcomes(passed=2)


def test_a_missing_golden_fails(other_project: pytest.Pytester) -> None:
    result = other_project.runpytest()

    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*golden tests/goldens/report.txt is missing*", "*total 3"])
    assert not (other_project.path / "tests" / "goldens" / "report.txt").exists()


@pytest.mark.parametrize("text", ["total 4\n", "total 3", "total 3\n\n", "total 3 \n", "total 3\r\n", ""], ids=repr)
def test_a_golden_that_differs_in_anything_fails(text: str, other_project: pytest.Pytester) -> None:
    path = write_golden(other_project, "report.txt", text)

    result = other_project.runpytest()

    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*golden tests/goldens/report.txt differs*"])
    assert path.read_bytes() == text.encode()


def test_update_goldens_rewrites_and_fails_and_says_what_to_read(other_project: pytest.Pytester) -> None:
    path = write_golden(other_project, "report.txt", "total 4\n")

    result = other_project.runpytest("--update-goldens")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*rewrote tests/goldens/report.txt: read `git diff -- tests/goldens/report.txt`*"])
    assert path.read_text(encoding="utf-8") == "total 3\n"
    assert other_project.runpytest().ret == pytest.ExitCode.OK


def test_update_goldens_writes_a_missing_golden_and_fails(other_project: pytest.Pytester) -> None:
    assert other_project.runpytest("--update-goldens").ret == pytest.ExitCode.TESTS_FAILED
    assert other_project.runpytest().ret == pytest.ExitCode.OK


@pytest.mark.parametrize("arguments", [(), ("tests",), (".",)], ids=["no path", "tests", "everything"])
def test_a_golden_that_no_test_uses_fails_a_full_run(
    arguments: tuple[str, ...], other_project: pytest.Pytester
) -> None:
    write_golden(other_project, "report.txt", "total 3\n")
    write_golden(other_project, "forgotten.txt", "total 0\n")

    result = other_project.runpytest(*arguments)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*used by no test: remove them: git rm tests/goldens/forgotten.txt"])


@pytest.mark.parametrize(
    "arguments", [("-k", "report"), ("-m", "not real_data"), ("tests/test_report.py",)], ids=" ".join
)
def test_a_partial_run_does_not_ask_for_every_golden(
    arguments: tuple[str, ...], other_project: pytest.Pytester
) -> None:
    write_golden(other_project, "report.txt", "total 3\n")
    write_golden(other_project, "forgotten.txt", "total 0\n")

    other_project.runpytest(*arguments).assert_outcomes(passed=1)


def test_a_golden_outside_of_its_folder_fails(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(**{"tests/test_report": 'def test_it(golden): golden("../out.txt", "")'})

    other_project.runpytest("--update-goldens").assert_outcomes(failed=1, skipped=1)
    assert not (other_project.path / "tests" / "out.txt").exists()


def test_a_golden_holds_neither_this_release_nor_this_machine(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(
        **{
            "tests/test_report": """
                from importlib.metadata import version
                from pathlib import Path

                def test_report(golden, tmp_path):
                    ours = version("costplan")
                    golden("report.txt", f"costplan {ours}. 1{ours} {ours}.1 {Path(__file__)} {tmp_path}/a")
            """
        }
    )
    ours = version("costplan")
    write_golden(
        other_project,
        "report.txt",
        f"costplan <version>. 1{ours} {ours}.1 <project>/tests/test_report.py <tmp>/a",
    )

    other_project.runpytest().assert_outcomes(passed=2)


# ---- real data: also of conftest.py ----

REAL_TEST = """\
import pytest

@pytest.mark.real_data
def test_logs(real_data):
    assert (real_data / "a.json").is_file()
"""


def test_tests_of_real_data_are_skipped_with_the_reason(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(**{"tests/test_report": REAL_TEST})

    result = other_project.runpytest("-rs")

    result.assert_outcomes(skipped=1, passed=1)
    result.stdout.fnmatch_lines(["*reads real data: give --real-data=DIR*"])


def test_tests_of_real_data_run_when_given_a_folder(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(**{"tests/test_report": REAL_TEST})
    data = other_project.mkdir("data")
    # As in the Makefile: after `--real-data data`, pytest takes a folder that exists for the one with the tests,
    # and does not find conftest.py.
    arguments = ("tests", "-m", "real_data", "--real-data=data")

    other_project.runpytest(*arguments).assert_outcomes(failed=1)
    (data / "a.json").touch()
    other_project.runpytest(*arguments).assert_outcomes(passed=1)


def test_a_folder_of_real_data_that_is_not_there_fails(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(**{"tests/test_report": REAL_TEST})

    result = other_project.runpytest("-m", "real_data", "--real-data=nowhere")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*--real-data nowhere: no such folder*"])


def test_no_test_of_real_data_at_all_is_not_a_success(other_project: pytest.Pytester) -> None:
    write_golden(other_project, "report.txt", "total 3\n")

    result = other_project.runpytest("tests", "-m", "real_data", "--real-data=.")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_test_of_real_data_must_be_marked(other_project: pytest.Pytester) -> None:
    other_project.makepyfile(**{"tests/test_report": REAL_TEST.replace("@pytest.mark.real_data", "")})

    other_project.runpytest().assert_outcomes(errors=1, skipped=1)
