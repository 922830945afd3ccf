"""What ``costplan.yaml`` says for a folder."""

from pathlib import Path

from costplan.inputs.project import find_project, read_project


def estate_of_project(folder: Path) -> Path | None:
    """Return the estate that the ``costplan.yaml`` of *folder*, or of the nearest folder above that has one, names.

    Raises:
        BadInputError: every problem of that file.
    """
    path = find_project(folder)
    return None if path is None else read_project(path).estate


def pricing_of_project(folder: Path) -> Path | None:
    """Return the folder of price books that the ``costplan.yaml`` of *folder*, or of the nearest one above it, names.

    Raises:
        BadInputError: every problem of that file.
    """
    path = find_project(folder)
    return None if path is None else read_project(path).pricing
