"""How a volumes file says that it was sampled, and the replicates that its rows get from it.

Sums by container are dealt out in proportion to the rows, so that every sum over a container stays what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from costplan.inputs.documents import At
from costplan.inputs.volumes.volumes_replicates import DRAWN, Vector, decode
from costplan.inputs.volumes.volumes_rows import Report
from costplan.inputs.volumes.volumes_shape import EventRow, ReplicatesEntry, SamplingEntry, VolumesBody
from costplan.model.numbers import ZERO
from costplan.model.quantity import Quantity, Replicates
from costplan.model.volumes import Sampling, VolumeRow

_AGAIN = "the file was changed: sample the logs again"

Rows = Mapping[int, VolumeRow | None]
"""Full rows by position in ``events``; ``None`` where one was reported to be wrong.  Short rows have no place here."""


class SamplingReader:
    """Reads how the volumes of one file were sampled, and gives its rows their replicates."""

    def __init__(self, drawn: SamplingEntry | None, entry: ReplicatesEntry | None, report: Report, at: At = ()) -> None:
        self._drawn = drawn
        self._entry = entry
        self._report = report
        self._at = at
        # The first sample is told in two places, others in one.
        self._at_sampling: At = (*at, "sampling") if at else ("source", "sampling")

    def sampling(self) -> Sampling | None:
        """Return how the volumes were drawn; ``None`` where nobody says, or where the file contradicts itself."""
        drawn, entry = self._drawn, self._entry
        if entry is not None and not Decimal(entry.factor):
            self._report((*self._at, "replicates", "factor"), "factor is 0", _AGAIN)
        if drawn is None:
            return None
        if entry is None:
            hint = "without them nobody can tell how sure its figures are: sample the logs again"
            self._report(self._at_sampling, "source.sampling without replicates", hint)
            return None
        for of in ("objects", "bytes", "clusters"):
            if getattr(drawn, f"{of}_read") > getattr(drawn, of):
                self._report((*self._at_sampling, f"{of}_read"), f"{of}_read is more than {of}", _AGAIN)
        return Sampling(
            design_id=entry.design_id,
            method=entry.method,
            replicates=entry.count,
            factor=Decimal(entry.factor),
            never_drawn=tuple((place.account, place.region) for place in drawn.never_drawn),
            **{name: getattr(drawn, name) for name in DRAWN},
        )

    def replicates(self, rows: Rows, length: int) -> dict[int, Replicates]:
        """Return the replicates of each row that has some, by position in ``events``, which has *length* rows."""
        if self._entry is None:
            return {}
        design, factor = self._entry.design_id, float(self._entry.factor)
        return {n: Replicates(design, factor, vector) for n, vector in self._vectors(rows, length).items()}

    def _vectors(self, rows: Rows, length: int) -> dict[int, Vector]:
        """Return the deviations of each row that has some; of a row that is wrong, they do not matter."""
        assert self._entry is not None
        found: dict[int, Vector] = {}
        for key, text in self._entry.rows.items():
            at: At = (*self._at, "replicates", "rows", key)
            if self._may_have(at, int(key), rows, length, found):
                found[int(key)] = self._decoded(at, f"row {key}", text)
        for position, rest in enumerate(self._entry.rest):
            at = (*self._at, "replicates", "rest", position)
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


class SamplesReader:
    """Reads the samples of one file: most have none or one, merged ones may have several."""

    def __init__(self, body: VolumesBody, report: Report) -> None:
        first = SamplingReader(body.source.sampling if body.source else None, body.replicates, report)
        self._report = report
        self._readers = [first]
        for n, one in enumerate(body.further_samples):
            self._readers.append(SamplingReader(one.sampling, one.replicates, report, ("further_samples", n)))
        if body.further_samples and body.replicates is None:
            report(("further_samples",), "further samples without a first one", "write one of them as replicates")
        known = {body.replicates.design_id} if body.replicates else set()
        for n, one in enumerate(body.further_samples):
            design = one.replicates.design_id
            if design in known:
                at: At = ("further_samples", n, "replicates", "design_id")
                report(at, f"{design} is there twice", "figures of one sample belong into one place")
            known.add(design)

    def samples(self) -> tuple[Sampling | None, ...]:
        """Return how the volumes were drawn, the first sample first; see ``SamplingReader.sampling``."""
        return tuple(reader.sampling() for reader in self._readers)

    def attach(self, rows: Rows, entries: Sequence[EventRow]) -> Rows:
        """Return *rows* with their replicates; *entries* are those of ``events``."""
        by_sample = [reader.replicates(rows, len(entries)) for reader in self._readers]
        if not any(by_sample) and all(entry.counted_per_month is None for entry in entries):
            return rows
        found = dict(rows)
        for n, entry in enumerate(entries):
            counted, row = entry.counted_per_month, rows.get(n)
            at: At = ("events", n, "counted_per_month")
            mine = sorted((some[n] for some in by_sample if n in some), key=lambda one: one.design_id)
            if row is not None and mine:
                if counted is not None and Decimal(counted) > row.per_month.low:
                    self._report(at, f"{counted} counted are more than per_month", _AGAIN)
                figure = row.per_month
                ends = figure.point, figure.low, figure.high
                found[n] = replace(row, per_month=Quantity(*ends, tuple(mine), Decimal(counted or 0)))
            elif counted is not None:
                hint = "only rows that a sample expanded say how much of them was counted"
                self._report(at, "counted_per_month without replicates", hint)
        return found


def _dealt(vector: Vector, points: Mapping[int, Decimal]) -> dict[int, Vector]:
    """Return a sum dealt out to rows in proportion to their points, or evenly where all of those are zero."""
    whole = float(sum(points.values(), ZERO))
    shares = {n: float(point) / whole if whole else 1 / len(points) for n, point in points.items()}
    return {n: tuple([value * share for value in vector]) for n, share in shares.items()}
