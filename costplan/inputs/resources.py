"""Where the shipped data lies: the price books and the example scenarios.

An installed wheel carries them in ``costplan/_data``; a checkout has them at its top level, beside the package.
"""

from pathlib import Path

from costplan.model.problems import CostplanError

_PACKAGE = Path(__file__).parent.parent


def data_directory(kind: str) -> Path:
    """Return the directory of shipped data of one *kind*: ``pricing`` or ``scenarios``.

    Raises:
        CostplanError: there is none; the message names both places that were tried.
    """
    return find_data_directory(_PACKAGE, kind)


def find_data_directory(package: Path, kind: str) -> Path:
    """Return ``_data/<kind>`` inside *package*, or else the directory *kind* beside it.

    Raises:
        CostplanError: neither is a directory.
    """
    shipped, beside = package / "_data" / kind, package.parent / kind
    for folder in (shipped, beside):
        if folder.is_dir():
            return folder
    raise CostplanError(
        f"no {kind} data: neither {shipped} nor {beside} is a directory"
        " — install costplan again, or run it from a complete checkout"
    )
