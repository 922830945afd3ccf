"""What looking costs, in a few lines that are read before a bucket is."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from costplan.engine.looking_cost import LookingCost, LookingLine
from costplan.model.looking import Encryption
from costplan.model.numbers import exact_arithmetic
from costplan.model.quantity import Quantity
from costplan.reports.amounts import list_price, money_of, number_of, plural, total_of
from costplan.reports.tables import Row, Table, render_table, wrap_line, wrap_parts

_ENCRYPTED = {
    Encryption.UNKNOWN: "how they are encrypted is not known",
    Encryption.WITHOUT_KMS: "not encrypted with KMS",
    Encryption.KMS: "encrypted with KMS",
    Encryption.KMS_BUCKET_KEY: "encrypted with KMS, by a bucket key",
}
_TENTH = Decimal("0.1")
_GB = 2**30
_UNITS = ((_GB, "GB"), (2**20, "MB"), (2**10, "kB"))


@exact_arithmetic()
def render_looking(cost: LookingCost, width: int) -> str:
    """Return what reading costs, and below it what each copy of the events it causes costs."""
    look = cost.look
    where = look.region or "a Region that is not known"
    parts = [
        f"What looking costs: {plural(look.objects, 'object')}, {_size(look.stored_bytes)}, in {where}",
        _ENCRYPTED[look.encryption],
    ]
    total = ("Total", "", "", total_of(cost.total, is_lower_bound=cost.is_lower_bound))
    rows: list[Row | None] = [*(_row(line.what, line) for line in cost.lines), None, total]
    blocks = [wrap_parts(parts, width), _table("", rows, width)]
    if cost.per_copy:
        # Read after the header they are sentences: for each trail that logs data events of this bucket.
        rows = [_row(line.because, line) for line in cost.per_copy]
        blocks.append(_table("on top, for each trail that", rows, width))
    notes = [wrap_line(f"{line.what}: {line.because}", width) for line in cost.lines if line.because]
    return "\n\n".join([*blocks, "\n".join(notes)] if notes else blocks)


def _table(title: str, rows: Sequence[Row | None], width: int) -> str:
    return render_table(Table((title, "quantity", "list price", "cost"), tuple(rows)), width)


def _row(label: str, line: LookingLine) -> Row:
    quantity = _gigabytes(line.quantity) if line.unit == "GB" else number_of(line.quantity)
    if line.price is None or line.cost is None:
        return label, quantity, "none listed", "unpriced"
    return label, quantity, list_price(line.price, 1, names_unit=False), money_of(line.cost)


def _gigabytes(quantity: Quantity) -> str:
    low, high = (_size(int(end * _GB)) for end in (quantity.low, quantity.high))
    return high if quantity.low == quantity.high else f"{low if quantity.low else 0}–{high}"


def _size(stored_bytes: int) -> str:
    """Return bytes in the largest unit of which there is one at least.

    >>> _size(5 * 2**29), _size(0)
    ('2.5 GB', '0 bytes')
    """
    for least, unit in _UNITS:
        if stored_bytes >= least:
            return f"{(Decimal(stored_bytes) / least).quantize(_TENTH, ROUND_HALF_UP):,} {unit}"
    return plural(stored_bytes, "byte")
