"""How a volumes file says that it was sampled, and the replicates that its rows get from it.

Sums by container are dealt out in proportion to the rows, so that every sum over a container stays what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from costplan.inputs.documents import At
from costplan.inputs.volumes.volumes_replicates import DRAWN, Vector, decode
from costplan.inputs.volumes.volumes_rows import Report
from costplan.inputs.volumes.volumes_shape import EventRow, ReplicatesEntry, SamplingEntry
from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity, Replicates
from costplan.model.volumes import Sampling, VolumeRow

_AGAIN = "the file was changed: sample the logs again"

Rows = Mapping[int, VolumeRow | None]
"""Full rows by position in ``events``; ``None`` where one was reported to be wrong.  Short rows have no place here."""


class SamplingReader:
    """Reads how the volumes of one file were sampled, and gives its rows their replicates."""

    def __init__(self, drawn: SamplingEntry | None, entry: ReplicatesEntry | None, report: Report) -> None:
        self._drawn = drawn
        self._entry = entry
        self._report = report

    def sampling(self) -> Sampling | None:
        """Return how the volumes were drawn; ``None`` where nobody says, or where the file contradicts itself."""
        drawn, entry = self._drawn, self._entry
        if entry is not None and not Decimal(entry.factor):
            self._report(("replicates", "factor"), "factor is 0", _AGAIN)
        if drawn is None:
            return None
        if entry is None:
            hint = "without them nobody can tell how sure its figures are: sample the logs again"
            self._report(("source", "sampling"), "source.sampling without replicates", hint)
            return None
        for of in ("objects", "bytes", "clusters"):
            if getattr(drawn, f"{of}_read") > getattr(drawn, of):
                self._report(("source", "sampling", f"{of}_read"), f"{of}_read is more than {of}", _AGAIN)
        return Sampling(
            design_id=entry.design_id,
            method=entry.method,
            replicates=entry.count,
            factor=Decimal(entry.factor),
            never_drawn=tuple((place.account, place.region) for place in drawn.never_drawn),
            **{name: getattr(drawn, name) for name in DRAWN},
        )

    def attach(self, rows: Rows, entries: Sequence[EventRow]) -> Rows:
        """Return *rows* with their replicates; *entries* are those of ``events``."""
        vectors = self._vectors(rows, len(entries)) if self._entry else {}
        found = dict(rows)
        for n, entry in enumerate(entries):
            counted, row = entry.counted_per_month, rows.get(n)
            at: At = ("events", n, "counted_per_month")
            if row is not None and n in vectors:
                if counted is not None and Decimal(counted) > row.per_month.low:
                    self._report(at, f"{counted} counted are more than per_month", _AGAIN)
                figure = self._quantity(row.per_month, vectors[n], Decimal(counted or 0))
                found[n] = replace(row, per_month=figure)
            elif counted is not None:
                hint = "only rows that a sample expanded say how much of them was counted"
                self._report(at, "counted_per_month without replicates", hint)
        return found

    def _quantity(self, figure: Quantity, deviations: Vector, counted: Decimal) -> Quantity:
        assert self._entry is not None
        replicates = Replicates(self._entry.design_id, float(self._entry.factor), deviations)
        return Quantity(figure.point, figure.low, figure.high, (replicates,), counted)

    def _vectors(self, rows: Rows, length: int) -> dict[int, Vector]:
        """Return the deviations of each row that has some; of a row that is wrong, they do not matter."""
        assert self._entry is not None
        found: dict[int, Vector] = {}
        for key, text in self._entry.rows.items():
            at: At = ("replicates", "rows", key)
            if self._may_have(at, int(key), rows, length, found):
                found[int(key)] = self._decoded(at, f"row {key}", text)
        for position, rest in enumerate(self._entry.rest):
            at = ("replicates", "rest", position)
            points: dict[int, Decimal] = {}
            for n in rest.rows:
                if self._may_have((*at, "rows"), n, rows, length, found | dict.fromkeys(points, ())):
                    row = rows[n]
                    points[n] = row.per_month.point if row else ZERO
            found |= _dealt(self._decoded((*at, "deviations"), f"rest[{position}]", rest.deviations), points)
        return found

    def _decoded(self, at: At, name: str, text: str) -> Vector:
        assert self._entry is not None
        try:
            return decode(text, self._entry.count)
        except ValueError as error:
            self._report(at, f"{name} {error}", _AGAIN)
            return ()

    def _may_have(self, at: At, n: int, rows: Rows, length: int, found: Mapping[int, Vector]) -> bool:
        """Whether row *n* may have these replicates; reports where it may not."""
        if n >= length:
            self._report(at, f"there is no row {n} of {length}", "rows are counted from 0, in the order of events")
        elif n not in rows:
            self._report(at, f"row {n} is typed, so no sample expanded it", "replicates belong to rows as written")
        elif n in found:
            self._report(at, f"row {n} has replicates already", "name each row once, in rows or in rest")
        else:
            return True
        return False


def _dealt(vector: Vector, points: Mapping[int, Decimal]) -> dict[int, Vector]:
    """Return a sum dealt out to rows in proportion to their points, or evenly where all of those are zero."""
    whole = float(sum(points.values(), ZERO))
    shares = {n: float(point) / whole if whole else 1 / len(points) for n, point in points.items()}
    return {n: tuple([value * share for value in vector]) for n, share in shares.items()}
