"""The shipped free allowances: what AWS does not charge for in a month (``pricing/allowances.yaml``)."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated

from msgspec import Meta

from costplan.inputs.documents import Document, in_order, parse_document, show_path
from costplan.inputs.resources import data_directory
from costplan.inputs.shapes import Name, PositiveInt, Shape, read_shape
from costplan.model.billing import Meter, Service
from costplan.model.prices import FreeAllowance
from costplan.model.problems import BadInputError, Problem


class AllowanceEntry(Shape, frozen=True, kw_only=True):
    """One allowance: its meters use it up together, in the order they are listed in."""

    service: Service
    meters: Annotated[tuple[Meter, ...], Meta(min_length=1)]
    quantity: PositiveInt
    what: Name
    source: Name
    confirmed: date


class AllowancesFile(Shape, frozen=True, kw_only=True):
    """What AWS does not charge for in a month, over all Regions together."""

    allowances: tuple[AllowanceEntry, ...]


@cache
def read_allowances() -> tuple[FreeAllowance, ...]:
    """Return the shipped allowances.

    Raises:
        BadInputError: every problem of ``allowances.yaml``.
    """
    file = data_directory("pricing").joinpath("allowances.yaml")
    return parse_allowances(parse_document(str(file), file.read_text(encoding="utf-8")))


def parse_allowances(document: Document) -> tuple[FreeAllowance, ...]:
    """Return the allowances that a document lists.

    Raises:
        BadInputError: every problem of the document.
    """
    problems: list[Problem] = []
    shape = read_shape(document, (), document.value, AllowancesFile, problems)
    found: list[FreeAllowance] = []
    taken: set[Meter] = set()
    for position, entry in enumerate(shape.allowances if shape else ()):
        at = ("allowances", position, "meters")
        for meter in entry.meters:
            if meter.service is not entry.service:
                what = f"{show_path(at)}: {meter} is a meter of {meter.service}, not of {entry.service}"
                problems.append(document.problem(at, what, "give each service an entry of its own"))
            if meter in taken:
                what = f"{show_path(at)}: {meter} has an allowance already"
                problems.append(document.problem(at, what, "name each meter once"))
            taken.add(meter)
        found.append(
            FreeAllowance(
                entry.service.value,
                tuple(meter.value for meter in entry.meters),
                Decimal(entry.quantity),
                entry.what,
                entry.source,
                entry.confirmed,
            )
        )
    if problems:
        raise BadInputError(in_order(problems))
    return tuple(found)
