"""Write a scenario to start from."""

from pathlib import Path

from costplan.inputs.starter import starter_files
from costplan.model.problems import BadInputError, Location, Problem


def start(folder: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write a commented scenario, and typed volumes unless some are there, into *folder*; return the new files.

    Raises:
        BadInputError: a file is in the way and *force* is not set, or the folder cannot be written.
    """
    files = {folder / name: text for name, text in starter_files(folder).items()}
    taken = [path for path in files if path.exists()]
    if taken and not force:
        raise BadInputError(Problem(Location(str(path)), "is already there", "--force overwrites it") for path in taken)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = Problem(Location(str(folder)), f"cannot be written: {error.strerror}", "choose another folder")
        raise BadInputError([problem]) from error
    return tuple(files)
