"""``costplan.yaml``: what holds for everything that is estimated in a folder and below it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from costplan.inputs.check_settings import CheckEntry, CheckSettings, read_check
from costplan.inputs.documents import in_order, is_there, read_document
from costplan.inputs.shapes import Name, Shape, read_shape
from costplan.model.problems import BadInputError, Problem

PROJECT_FILE = "costplan.yaml"


class ProjectShape(Shape, frozen=True, kw_only=True):
    """Settings of a folder; paths are relative to the file."""

    estate: Name | None = None
    pricing: Name | None = None
    check: CheckEntry | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What the settings of a folder say.

    estate: the configuration of what there is beside the recorders of a change.
    pricing: a folder whose price books go before the shipped ones.
    check: what a check looks at, and what it asks.
    """

    estate: Path | None = None
    pricing: Path | None = None
    check: CheckSettings = field(default_factory=CheckSettings)


def find_project(folder: Path) -> Path | None:
    """Return the ``costplan.yaml`` of a folder, or of the nearest folder above it that has one."""
    folder = folder.resolve()
    return next((path for each in (folder, *folder.parents) if (path := each / PROJECT_FILE).is_file()), None)


def read_project(path: Path, lint_codes: Collection[str] | None = None) -> Project:
    """Return the settings in a file.

    lint_codes: all there are; ``None``: whether those of the file exist is not looked at.

    Raises:
        BadInputError: every problem of it.
    """
    document = read_document(path)
    problems: list[Problem] = []
    read = read_shape(document, (), document.value, ProjectShape, problems)
    estate = None if read is None or read.estate is None else document.beside(read.estate)
    if estate is not None and not is_there(estate):
        what = f"estate: no such file: {estate}"
        problems.append(document.problem(("estate",), what, "costplan trails pull -o FILE writes one"))
    pricing = None if read is None or read.pricing is None else document.beside(read.pricing)
    if pricing is not None and not is_there(pricing):
        what = f"pricing: no such folder: {pricing}"
        problems.append(document.problem(("pricing",), what, "costplan prices update --to DIR makes one"))
    check = CheckSettings()
    if read is not None and read.check is not None:
        check = read_check(document, ("check",), read.check, problems, lint_codes)
    if problems:
        raise BadInputError(in_order(problems))
    return Project(estate, pricing, check)
