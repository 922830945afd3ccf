"""Where the shipped data lies: the price books and the example scenarios.

An installed wheel carries them in ``costplan/_data``; a checkout has them at its top level, beside the
package.  What works on both, and nothing more: ``joinpath``, ``iterdir``, ``read_text``.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from costplan.model.problems import CostplanError


def data_directory(kind: str) -> Traversable:
    """Return the directory of shipped data of one *kind*: ``pricing`` or ``scenarios``.

    Raises:
        CostplanError: there is none; the message names both places that were tried.
    """
    return find_data_directory(files("costplan"), kind)


def find_data_directory(package: Traversable, kind: str) -> Traversable:
    """Return ``_data/<kind>`` inside *package*, or else the directory *kind* beside it.

    Raises:
        CostplanError: neither is a directory.
    """
    shipped = package.joinpath("_data", kind)
    if shipped.is_dir():
        return shipped
    beside = Path(str(package)).parent / kind
    if beside.is_dir():
        return beside
    raise CostplanError(
        f"no {kind} data: neither {shipped} nor {beside} is a directory"
        " — install costplan again, or run it from a complete checkout"
    )
