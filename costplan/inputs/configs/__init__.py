"""Trails and event data stores from any configuration format, told apart by content.

Every fault of every file is collected before anything is raised; a file that holds no recorder is named, never skipped
in silence.
"""

from pathlib import Path

from costplan.inputs.configs.config_format import ConfigFormat, Configuration, Given, ReadFrom
from costplan.inputs.configs.files import find_documents
from costplan.inputs.configs.formats import CONFIG_FORMATS
from costplan.inputs.configs.recorder_entries import read_entries
from costplan.inputs.documents import At, Document
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.recorders import Recorder

__all__ = [
    "CONFIG_FORMATS",
    "NOTHING_GIVEN",
    "ConfigFormat",
    "Configuration",
    "Given",
    "is_configuration",
    "read_config",
    "read_configuration",
    "read_recorder_entries",
]

NOTHING_GIVEN = Given()


def read_config(path: Path, given: Given = NOTHING_GIVEN) -> tuple[Recorder, ...]:
    """Return the recorders of a configuration file, or of all files in a folder.

    Raises:
        BadInputError: something in it is wrong, or nothing in it is a configuration.
    """
    return read_configuration(path, given).recorders


def read_configuration(path: Path, given: Given = NOTHING_GIVEN, document: Document | None = None) -> Configuration:
    """Return the recorders of a file or folder, and what in it holds none.

    document: the one of the file, where it has been read.

    Raises:
        BadInputError: something in it is wrong, or nothing in it is a configuration.
    """
    return _read(path, (), given, document)


def is_configuration(path: Path, document: Document | None = None) -> bool:
    """Whether a file, or something in a folder, has one of the formats: what is wrong in it, reading will tell.

    document: the one of the file, where it has been read.
    """
    if path.is_dir() and _is_assembly(path):
        return True
    documents = find_documents(path, document).documents
    return any(known.recognises(one) for one in documents for known in CONFIG_FORMATS)


def read_recorder_entries(document: Document, at: At, problems: list[Problem]) -> Configuration:
    """Return what a scenario's list at *at* says; faults, also those of the files it names, go to *problems*."""
    try:
        return read_entries(document, at, problems, _reader((Path(document.path).resolve(),)))
    except RecursionError:
        problems.append(document.problem(at, "is nested too deep", "no recorder is nested like that"))
        return Configuration(())


def _reader(within: tuple[Path, ...]) -> ReadFrom:
    return lambda path, given: _read(path, within, given)


def _read(path: Path, within: tuple[Path, ...], given: Given, document: Document | None = None) -> Configuration:
    """Read one configuration; *within* are those whose reading led here, which would go round in circles."""
    resolved = path.resolve()
    if resolved in within or any(resolved in outer.parents for outer in within):
        raise BadInputError(
            [Problem(Location(str(path)), "takes recorders from itself", "remove one of the from: entries")]
        )
    if path.is_dir() and _is_assembly(path):
        return _read_assembly(path, given)
    found = find_documents(path, document)
    problems, set_aside = found.problems, found.set_aside
    by_format: dict[str, list[Document]] = {}
    for document in found.documents:
        name = given.form or next((f.name for f in CONFIG_FORMATS if f.recognises(document)), None)
        if name is not None:
            by_format.setdefault(name, []).append(document)
        else:
            _say_why_not(document, problems, set_aside)
    recorders: list[Recorder] = []
    replaced: list[Recorder] = []
    past: list[Problem] = []
    shows_before = False
    for config_format in CONFIG_FORMATS:
        documents = by_format.get(config_format.name)
        if documents:
            try:
                read = config_format.reader()(documents, problems, _reader((*within, resolved)), given)
            except RecursionError:
                where = Location(documents[0].path if len(documents) == 1 else str(path))
                problems.append(Problem(where, "is nested too deep", "no configuration is nested like that"))
                continue
            # A scenario in a folder may take its recorders from a file of the same folder.
            recorders += (r for r in read.recorders if r.arn is None or r not in recorders)
            set_aside += read.set_aside
            replaced += read.replaced
            past += read.past_problems
            shows_before |= read.shows_before
    if given.form is not None and not (recorders or problems):
        what = f"holds no trail and no event data store, read as {given.form}"
        problems.append(Problem(Location(str(path)), what, "leave out --as, and it is told by its content"))
    if problems or not by_format:
        raise BadInputError(problems or set_aside)
    return Configuration(tuple(recorders), tuple(set_aside), tuple(replaced), shows_before, tuple(past))


def _is_assembly(folder: Path) -> bool:
    from costplan.inputs.configs.cloudformation import is_assembly

    return is_assembly(folder)


def _read_assembly(folder: Path, given: Given) -> Configuration:
    from costplan.inputs.configs.templates import read_cdk

    problems: list[Problem] = []
    assembly = read_cdk(folder, problems, given)
    if problems:
        raise BadInputError(problems)
    return assembly


def _say_why_not(document: Document, problems: list[Problem], set_aside: list[Problem]) -> None:
    """Say of a document of no format what the answers of APIs in it are instead."""
    from costplan.inputs.configs.aws_answers import find_answers

    find_answers(document, problems, set_aside)
