"""What AWS charges for finding volumes out (``pricing/measuring.yaml``): fees of measuring, which no estimate has."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from costplan.inputs.documents import Document, parse_document
from costplan.inputs.resources import data_directory
from costplan.inputs.shapes import Name, Number, PositiveInt, RegionCode, Shape, read_shape
from costplan.model.numbers import exact_arithmetic
from costplan.model.problems import BadInputError, Problem


class Fee(StrEnum):
    """What is paid for, by its name in the file."""

    METRICS_REQUESTED = "metrics-requested"
    CUSTOM_METRIC = "custom-metric"
    COST_EXPLORER_REQUEST = "cost-explorer-request"


class FeeEntry(Shape, frozen=True, kw_only=True):
    """One fee: *price* in USD for each *per* units, the list price of *region*.

    usage_type: AWS's name on a bill, behind the Region's prefix; null where nobody says it.
    """

    name: Fee
    usage_type: Name | None
    region: RegionCode
    price: Number
    per: PositiveInt
    unit: Name
    source: Name
    confirmed: date
    note: Name | None = None

    @property
    def unit_price(self) -> Decimal:
        """What one unit costs, in USD."""
        with exact_arithmetic():
            return Decimal(self.price) / self.per


class MeasuringFile(Shape, frozen=True, kw_only=True):
    """What AWS charges for finding volumes out."""

    fees: tuple[FeeEntry, ...]


@cache
def read_fees() -> dict[Fee, FeeEntry]:
    """Return every shipped fee.

    Raises:
        BadInputError: every problem of ``measuring.yaml``.
    """
    file = data_directory("pricing").joinpath("measuring.yaml")
    return parse_fees(parse_document(str(file), file.read_text(encoding="utf-8")))


def parse_fees(document: Document) -> dict[Fee, FeeEntry]:
    """Return the fees that a document lists, each once and none missing.

    Raises:
        BadInputError: every problem of the document.
    """
    problems: list[Problem] = []
    shape = read_shape(document, (), document.value, MeasuringFile, problems)
    found: dict[Fee, FeeEntry] = {}
    for position, entry in enumerate(shape.fees if shape else ()):
        if entry.name in found:
            at = ("fees", position, "name")
            problems.append(document.problem(at, f"there is a fee {entry.name} already", "name each fee once"))
        found[entry.name] = entry
    if shape is not None:
        problems += (
            document.problem(("fees",), f"the fee {fee} is missing", "add it, with its source")
            for fee in Fee
            if fee not in found
        )
    if problems:
        raise BadInputError(problems)
    return found
