"""What becomes of every file of a folder that is read as a configuration: ``python -m tests.corpus FOLDER``.

One row for each file: the format it is taken for, the trails, event data stores and selectors in it, how much of them
is unknown, how many parts are set aside and how many problems it has; below, every problem.  The exit code is 1 if a
file ends in anything else.
"""

import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from costplan.advice.refusals import refusals
from costplan.cli.output import page_width
from costplan.inputs.configs import CONFIG_FORMATS, Configuration, read_configuration
from costplan.inputs.configs.files import find_documents
from costplan.model.problems import BadInputError, Problem
from costplan.model.recorders import Recorder, Trail
from costplan.model.selectors import AdvancedEventSelector, EventSelector
from costplan.model.unknown import UNKNOWN
from costplan.reports.tables import Row, Table, render_table, wrap_line

HEADERS = ("file", "format", "trails", "stores", "selector", "unknown", "aside", "problems")


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    fault: the last line of a traceback, which no file may cause.
    """

    path: Path
    form: str
    configuration: Configuration | None = None
    problems: tuple[Problem, ...] = ()
    fault: str = ""


def outcome_of(path: Path) -> Outcome:
    """Read one file as ``costplan trails show`` does."""
    form = "–"
    try:
        form = form_of(path)
        configuration = read_configuration(path)
        refused = tuple(p for recorder in configuration.recorders for p in refusals(recorder))
        return Outcome(path, form, configuration, refused)
    except BadInputError as error:
        return Outcome(path, form, problems=tuple(error.problems))
    except Exception:  # The very thing that this looks for.
        return Outcome(path, form, fault=traceback.format_exc().strip().splitlines()[-1])


def form_of(path: Path) -> str:
    for document in find_documents(path).documents:
        for known in CONFIG_FORMATS:
            if known.recognises(document):
                return known.name
    return "–"


def selectors_of(recorder: Recorder) -> Sequence[EventSelector | AdvancedEventSelector]:
    return recorder.selectors or ()


def unknown_in(recorder: Recorder) -> int:
    """How many values of selectors nobody knows, and how many other attributes were taken for something."""
    values = 0
    for selector in selectors_of(recorder):
        if isinstance(selector, AdvancedEventSelector):
            found: list[object] = [value for field in selector.fields for value in field.values]
        else:
            found = [selector.read_write_type, selector.include_management_events]
            found += selector.exclude_management_event_sources
            found += (value for resource in selector.data_resources for value in resource.values)
        values += sum(value is UNKNOWN for value in found)
    return values + len(recorder.assumed)


def row_of(outcome: Outcome, folder: Path) -> Row:
    name = str(outcome.path.relative_to(folder))
    if outcome.fault:
        return (name, outcome.form, *"––––––")
    recorders = outcome.configuration.recorders if outcome.configuration else ()
    trails = sum(isinstance(recorder, Trail) for recorder in recorders)
    figures = (
        trails,
        len(recorders) - trails,
        sum(len(selectors_of(recorder)) for recorder in recorders),
        sum(map(unknown_in, recorders)),
        len(outcome.configuration.set_aside) if outcome.configuration else 0,
        len(outcome.problems),
    )
    return (name, outcome.form, *(str(figure) if figure else "" for figure in figures))


def reasons_of(outcome: Outcome) -> Iterator[str]:
    """Every problem, and what is there instead of a recorder, each with its line and what to do."""
    if outcome.fault:
        yield f"FAULT: {outcome.fault}"
    aside = outcome.configuration.set_aside if outcome.configuration and not outcome.configuration.recorders else ()
    for problem in (*outcome.problems, *aside):
        line = f"line {problem.where.line}: " if problem.where.line else ""
        yield f"{line}{problem.what}" + (f" — {problem.hint}" if problem.hint else "")


def files_of(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m tests.corpus FOLDER\n")
        return 2
    folder = Path(arguments[0])
    outcomes = [outcome_of(path) for path in files_of(folder)]
    rows = tuple(row_of(outcome, folder) for outcome in outcomes)
    width = page_width()
    sys.stdout.write(render_table(Table(HEADERS, rows, labels=1, texts=frozenset({1})), width) + "\n\n")
    for outcome in outcomes:
        for number, reason in enumerate(reasons_of(outcome)):
            head = f"{outcome.path.relative_to(folder)}\n" if number == 0 else ""
            sys.stdout.write(head + wrap_line(reason, width, indent="    ", first="  ") + "\n")
    kinds = Counter(kind_of(outcome) for outcome in outcomes)
    sys.stdout.write(
        f"\n{len(outcomes)} files: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()) + "\n"
    )
    return int(any(outcome.fault for outcome in outcomes))


def kind_of(outcome: Outcome) -> str:
    if outcome.fault:
        return "faults of the program"
    if outcome.configuration is None:
        return "refused"
    return "read" if outcome.configuration.recorders else "without a recorder"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
