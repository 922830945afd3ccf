"""The typer app, and the one place where problems become messages and exit codes."""

import errno
import gc
import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from costplan.cli.commands import Program
from costplan.cli.output import INTERRUPTED, warn
from costplan.model.problems import BadInputError, CostplanError, UsageError

WRONG_COMMAND_LINE = 2
BAD_INPUT = 3

app = typer.Typer(
    name="costplan",
    cls=Program,
    help="Know what AWS CloudTrail will cost before it costs.",
    epilog="Exit codes: 0 done, 1 something to change was found (check, trails lint, prices verify), "
    "2 the command line is wrong, 3 bad input, or nothing that could be answered.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help and plain tracebacks: the same in every terminal, and rich is not loaded for them.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"costplan {version('costplan')}")
        raise typer.Exit


@app.callback()
def _options(
    is_version_asked: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Know what AWS CloudTrail will cost before it costs."""


def run(arguments: Sequence[str], program: typer.Typer = app) -> int:
    """Carry out one command line of *program* and return its exit code.

    What is not a ``CostplanError`` is a fault of the program, and keeps its traceback.
    """
    try:
        program(args=list(arguments), prog_name="costplan")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except UsageError as error:
        warn([str(error)])
        return WRONG_COMMAND_LINE
    except BadInputError as error:
        warn(str(problem) for problem in error.problems)
        return BAD_INPUT
    except CostplanError as error:
        warn([str(error)])
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        warn([f"the result cannot be written: {error.strerror}"])
        return BAD_INPUT
    return 0


def main() -> None:
    """Run the program: the entry point of ``costplan`` and of ``python -m costplan``."""
    for stream in (sys.stdout, sys.stderr):
        # A table has ≥, – and ×, whatever the locale of a build machine.
        if isinstance(stream, io.TextIOWrapper):
            # A path that is no UTF-8 is printed as it can be, not a reason to die.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # What is read lives until the end: Python's own threshold goes through all of it again and again for nothing.
    gc.set_threshold(1_000_000, 20, 20)
    code = run(sys.argv[1:])
    # The same once more at the very end, where nothing is left to be collected.
    gc.freeze()
    sys.exit(code)
