import subprocess
import sys

import pytest
import typer

from costplan.cli.app import app, run
from costplan.model.problems import BadInputError, CostplanError, Location, Problem, UsageError

HEAVY = ("boto3", "botocore", "deflate", "duckdb", "msgspec", "multiprocessing", "rich", "tabulate", "yaml")
"""What takes longer to load than to say what a command does."""
ROOMS = tuple(f"costplan.{room}" for room in ("advice", "engine", "inputs", "workflows"))
"""What a command line loads only when it has something to do."""
ASKS_OR_READS_LOGS = (
    *("boto3", "botocore", "deflate", "duckdb", "multiprocessing", "rich", "costplan.advice.lint"),
    *("costplan.inputs.account", "costplan.inputs.aws", "costplan.inputs.offers"),
    *(f"costplan.inputs.volumes.{source}" for source in ("access_logs", "bill", "logs", "metrics")),
)
"""What an estimate of given volumes has no use for."""

COMMANDS = (
    (),
    ("comment",),
    ("diff",),
    ("estimate",),
    ("check",),
    ("init",),
    ("match",),
    ("schema",),
    ("volumes",),
    ("volumes", "access-logs"),
    ("volumes", "logs"),
    ("volumes", "bill"),
    ("volumes", "lookup"),
    ("volumes", "metrics"),
    ("volumes", "show"),
    ("volumes", "merge"),
    ("volumes", "calibrate"),
    ("volumes", "what-if"),
    ("volumes", "shortlist"),
    ("trails",),
    ("trails", "show"),
    ("trails", "lint"),
    ("trails", "convert"),
    ("trails", "pull"),
    ("prices",),
    ("prices", "show"),
    ("prices", "update"),
    ("prices", "verify"),
)


def program_that(raises: BaseException | type[BaseException]) -> typer.Typer:
    program = typer.Typer(pretty_exceptions_enable=False)

    @program.command()
    def command() -> None:
        raise raises

    return program


def loaded_by(*arguments: str) -> set[str]:
    """Every module that a command line loads, in an interpreter of its own."""
    code = f"""
import sys
from costplan.cli.app import run
code = run({list(arguments)!r})
print("loaded:", *sys.modules)
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded:")[2].split())


def those_of(modules: set[str], names: tuple[str, ...]) -> set[str]:
    """Return those of *modules* that are among *names*, or within one of them."""
    return {module for module in modules if any(f"{module}.".startswith(f"{name}.") for name in names)}


@pytest.mark.parametrize("arguments", [*((*command, "--help") for command in COMMANDS), ("--version",)], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments)

    assert those_of(loaded, (*HEAVY, *ROOMS)) == set()
    # The names of the formats, and nothing that writes one.
    assert those_of(loaded, ("costplan.reports",)) <= {"costplan.reports", "costplan.reports.configs"}


def test_a_command_is_loaded_without_the_others() -> None:
    called, listed = loaded_by("init", "--help"), loaded_by("--help")
    others = {f"costplan.cli.{name}" for name in ("check", "estimate", "prices", "trails", "volumes", "volumes_bill")}

    assert called & others == set()
    assert others <= listed


def test_a_command_that_needs_something_heavy_is_seen_to_load_it() -> None:
    found = those_of(loaded_by("prices", "show", "--region", "us-east-1"), (*HEAVY, *ROOMS))

    assert {"yaml", "msgspec", "tabulate", "costplan.inputs.prices", "costplan.workflows.show"} <= found


@pytest.mark.parametrize(
    "arguments",
    [
        ("estimate", "examples/plan.json", "--typed", "management=9M/month", "--region", "eu-west-1"),
        ("estimate", "scenarios/layouts", "--format", "json"),
    ],
    ids=["a plan", "scenarios"],
)
def test_an_estimate_of_given_volumes_loads_nothing_that_reads_logs_or_asks_aws(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments)

    assert "costplan.engine.estimation" in loaded
    assert those_of(loaded, ASKS_OR_READS_LOGS) == set()


def test_a_check_of_limits_loads_nothing_that_only_other_checks_and_estimates_need() -> None:
    given = ("--typed", "management=9M/month", "--region", "eu-west-1", "--max-monthly", "1000000")
    unasked = ("costplan.advice.lint", "costplan.advice.check.requirements", "costplan.advice.check.samples")
    of_estimates = ("costplan.engine.assumptions", "costplan.engine.limits", "costplan.workflows.estimate")

    loaded = loaded_by("check", "examples/plan.json", *given)

    assert "costplan.engine.changes.pricing" in loaded
    assert those_of(loaded, (*ASKS_OR_READS_LOGS, *unasked, *of_estimates)) == set()
    assert unasked[0] in loaded_by("check", "examples/plan.json", *given, "--lint", "CP001", "--soft-fail")


def test_an_estimate_of_logs_is_seen_to_load_what_reads_them() -> None:
    loaded = loaded_by("estimate", "examples/trails.json", "--logs", "examples/AWSLogs")

    assert {"deflate", "costplan.inputs.volumes.logs"} <= those_of(loaded, ASKS_OR_READS_LOGS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_that_fits(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(" ".join(["Usage: costplan", *command]))
    assert max(len(line) for line in lines if "  costplan " not in line) <= 80
    # What ends in dots was cut off in the list of commands.
    assert not [line for line in lines if line.endswith("...") and line.startswith("  ")]


def test_every_command_is_among_those_tested() -> None:
    def paths(command: object, so_far: tuple[str, ...]) -> set[tuple[str, ...]]:
        below = getattr(command, "commands", {})
        return {so_far}.union(*(paths(one, (*so_far, name)) for name, one in below.items()))

    assert paths(typer.main.get_command(app), ()) == set(COMMANDS)


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    run([])

    out, err = capsys.readouterr()
    assert "Usage: costplan" in out + err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("costplan 0")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["estimate", "--no-such-option"],
        ["estimate", "--format", "yaml"],
        ["estimate", "--months", "0"],
        ["estimate", "--months", "many"],
        ["volumes", "logs"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert "Error: " in err


def test_every_problem_of_bad_input_is_printed_and_exits_3(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [
        Problem(Location("a.yaml", 3), 'unknown key "trial"', 'did you mean "trail"?'),
        Problem(Location("a.yaml", 9), "empty"),
    ]

    assert run([], program_that(BadInputError(problems))) == 3
    assert capsys.readouterr() == ("", 'a.yaml:3: unknown key "trial" — did you mean "trail"?\na.yaml:9: empty\n')


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError("use one of them"), 2), (CostplanError("nothing can be told"), 3)], ids=["2", "3"]
)
def test_other_errors_are_one_line(error: CostplanError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([], program_that(error)) == code
    assert capsys.readouterr() == ("", f"{error}\n")


def test_an_interrupt_exits_130_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([], program_that(KeyboardInterrupt)) == 130
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run([], program_that(ZeroDivisionError))


def test_a_reader_that_stops_reading_is_no_error() -> None:
    pipeline = 'set -o pipefail; "$0" -m costplan prices show | head -n 1'
    done = subprocess.run(["bash", "-c", pipeline, sys.executable], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("List prices of")


def test_tables_are_printed_whatever_the_locale() -> None:
    command = [sys.executable, "-m", "costplan", "prices", "show", "--region", "us-east-1"]
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)

    assert done.returncode == 0
    assert "·" in done.stdout.decode("utf-8")
