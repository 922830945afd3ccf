"""The files of a configuration: one that the user names, or everything in a folder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.documents import Document, parse_document, read_text
from costplan.model.problems import BadInputError, Location, Problem

_SHOW_JSON = "give the output of terraform show -json PLAN"
_EXTENSIONS = frozenset({".json", ".yaml", ".yml", ".template"})


@dataclass(slots=True)
class Found:
    """The documents of a path, and what is there beside them."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)


def find_documents(path: Path, document: Document | None = None) -> Found:
    """Return the documents of a file, or of a folder and its sub-folders in the order of their names.

    document: the one of the file, where it has been read: a plan of many resources takes a while.
    """
    found = Found()
    if path.is_dir():
        for file in _files(path):
            _read(file, found, is_named=False)
        if not found.documents and not found.problems and not found.set_aside:
            found.problems.append(Problem(Location(str(path)), "is an empty folder", "put configuration files into it"))
    else:
        _read(path, found, document, is_named=True)
    return found


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        elif entry.is_file():
            yield entry


def _read(path: Path, found: Found, document: Document | None = None, *, is_named: bool) -> None:
    """Read one file; in a folder, a file that is no data at all is set aside, but never a broken one."""
    other = _of_terraform(path)
    if other is not None:
        (found.problems if is_named else found.set_aside).append(other)
        return
    if document is None:
        try:
            text = read_text(path)
        except BadInputError as error:
            (found.problems if is_named or path.suffix in _EXTENSIONS else found.set_aside).extend(error.problems)
            return
        try:
            document = parse_document(str(path), text)
        except BadInputError as error:
            if path.suffix.lower() in _EXTENSIONS or text.lstrip()[:1] in ("{", "["):
                found.problems.extend(error.problems)
                return
    if document is not None and isinstance(document.value, dict | list):
        found.documents.append(document)
        return
    what = Problem(
        Location(str(path)), "is neither JSON nor YAML", "give the output of aws cloudtrail describe-trails, as it is"
    )
    (found.problems if is_named else found.set_aside).append(what)


def _of_terraform(path: Path) -> Problem | None:
    """Return what is wrong with a file of Terraform's that is not its JSON: a plan as it saves it, or source code."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except (OSError, ValueError):
        return None
    what = None
    if head.startswith(b"PK\x03\x04") and b"tfplan" in head:
        what = "is a plan as Terraform saves it, not JSON"
    elif head.startswith(b'{"@level":'):
        what = "is the log of terraform plan -json, which does not hold the plan"
    elif path.suffix == ".tf":
        what = "is source code of Terraform, not a plan"
    elif path.suffix == ".tfvars":
        what = "holds variables of Terraform, not a plan"
    return None if what is None else Problem(Location(str(path)), what, _SHOW_JSON)
