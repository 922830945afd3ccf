"""What ``costplan.yaml`` says for a folder."""

import os
from pathlib import Path

from costplan.inputs.project import find_project, read_project


def project_file(folder: Path) -> Path | None:
    """Return the ``costplan.yaml`` of *folder*, or of the nearest folder above that has one, as seen from here.

    What it names is then called as a person here would call it.
    """
    path = find_project(folder)
    return None if path is None else Path(os.path.relpath(path))


def repository_of(folder: Path) -> Path:
    """Return the git repository that *folder* lies in, absolute; *folder* itself where it is in none."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


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
