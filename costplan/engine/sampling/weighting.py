"""Weights of drawn clusters, calibrated to the listed bytes, and how they differ from replicate to replicate.

Successive difference replication (Fay and Train 1995; Ash 2014): neighbours in a systematic sample are alike, so the
variance comes from their differences; random groups would take the whole spread between places for chance.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

from costplan.engine.sampling.drawing import Sample
from costplan.engine.uncertainty import student_t

METHOD = "successive-difference"
REPLICATES = 64
VARIANCE_FACTOR = 4 / REPLICATES

CELL_FROM_CLUSTERS = 8
"""Drawn clusters from which a place is calibrated by itself; the others together."""

REGRESSION_FROM_CLUSTERS = 30
"""Drawn clusters from which a cell is calibrated to its root sizes too: with fewer, a bias would outweigh the gain."""

FARTHEST = 4.0
"""How many times more or less than at its probability a cluster may stand for when root sizes are calibrated."""

_SWING = 2**-1.5


@dataclass(frozen=True, slots=True)
class Weights:
    """What each drawn cluster stands for.

    point: calibrated weights; replicates: for each cluster the weights under each replicate.  A cluster drawn with
    certainty has weight 1 in all of them.
    """

    point: tuple[float, ...]
    replicates: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Clusters that are calibrated together.

    members: of the drawn clusters, those left to chance; measure, size: known sums over all that are left to chance in
    these places, drawn or not.
    """

    members: tuple[int, ...]
    measure: float
    size: float

    @property
    def parameters(self) -> int:
        """How many sums the weights are calibrated to: residuals are smaller by that many degrees of freedom."""
        return 2 if len(self.members) >= REGRESSION_FROM_CLUSTERS else 1


def weigh(sample: Sample) -> Weights:
    """Return the weights of a sample.

    Within each large stratum, and within all others together, weights × measures are what the listing says, in every
    replicate; where enough clusters were drawn, so are weights × sizes.  Few clusters tell little of how unlike they
    are, so their replicates differ by more: as much more as Student's t is larger.  One alone would tell nothing, and
    its interval is not calibrated away.
    """
    rows: list[Sequence[float]] = [(1.0,) * (REPLICATES + 1)] * len(sample.drawn)
    uncertain = [at for at, p in enumerate(sample.probabilities) if p < 1]
    cells = _cells(sample, uncertain)
    lost = {at: _lost(cell) for cell in cells for at in cell.members}
    for order, at in enumerate(uncertain):
        p = sample.probabilities[at]
        # What is nearly certain hardly varies.
        amount = sqrt(1 - p) * lost[at]
        rows[at] = [(1 + amount * swing) / p for swing in (0.0, *swings(order % (REPLICATES - 1)))]
    widening = widening_of(len(uncertain) - sum(cell.parameters for cell in cells))
    for cell in cells:
        measures = [sample.drawn[at].measure for at in cell.members]
        columns = zip(*(rows[at] for at in cell.members), strict=True)
        point, *others = (
            _calibrated(weights, measures, cell) if len(measures) > 1 else [w * _alone(sample, cell) for w in weights]
            for weights in columns
        )
        wide = [[p + widening * (w - p) for p, w in zip(point, other, strict=True)] for other in others]
        for at, row in zip(cell.members, zip(point, *wide, strict=True), strict=True):
            rows[at] = row
    return Weights(tuple(row[0] for row in rows), tuple(tuple(row[1:]) for row in rows))


def _alone(sample: Sample, cell: _Cell) -> float:
    (at,) = cell.members
    return cell.measure / sample.drawn[at].measure * sample.probabilities[at]


def _lost(cell: _Cell) -> float:
    """Return by how much residuals are too small, for what they were fitted to."""
    drawn = len(cell.members)
    return sqrt(drawn / (drawn - cell.parameters)) if drawn > cell.parameters else 1.0


@cache
def widening_of(degrees: int) -> float:
    """Return by how much replicates of few degrees of freedom have to differ more: as Student's t is larger."""
    return student_t(max(1, min(degrees, REPLICATES - 1))) / student_t(REPLICATES - 1)


def _calibrated(weights: Sequence[float], measures: Sequence[float], cell: _Cell) -> list[float]:
    """Return weights whose sum over the measures is the known one, and if they stay moderate that over sizes too.

    A size is the root of the measure.  Multiplying a weight by a + b / size is the regression estimator on both, with
    residuals whose variance grows with the measure; without b, the ratio estimator.
    """
    by_measure = sum(w * m for w, m in zip(weights, measures, strict=True))
    ratio = cell.measure / by_measure
    if len(weights) >= REGRESSION_FROM_CLUSTERS:
        sizes = [sqrt(m) for m in measures]
        by_size, alone = sum(w * s for w, s in zip(weights, sizes, strict=True)), sum(weights)
        determinant = by_measure * alone - by_size * by_size
        if determinant > 1e-6 * by_measure * alone:
            a = (cell.measure * alone - cell.size * by_size) / determinant
            b = (cell.size * by_measure - cell.measure * by_size) / determinant
            factors = [a + b / s for s in sizes]
            if min(factors) > 1 / FARTHEST and max(factors) < FARTHEST:
                return [w * factor for w, factor in zip(weights, factors, strict=True)]
    return [w * ratio for w in weights]


# ---- cells ----


def _cells(sample: Sample, uncertain: list[int]) -> list[_Cell]:
    """Return the cells: large strata, the rest of the places in focus, the rest of all others."""
    drawn = Counter(sample.drawn[at].place for at in uncertain)
    own = {place for place, clusters in drawn.items() if clusters >= CELL_FROM_CLUSTERS}

    focus = sample.focus - own
    if sum(drawn[place] for place in focus) < CELL_FROM_CLUSTERS:
        focus = frozenset()
    others = {stratum.place for stratum in sample.frame.strata} - own - focus
    # Somebody has to stand for the places that are not drawn; too few would do so badly.
    while own and others and sum(drawn[place] for place in others) < CELL_FROM_CLUSTERS:
        smallest = min(own, key=lambda place: (drawn[place], place))
        own.remove(smallest)
        others.add(smallest)
    cells = []
    for places in (*({place} for place in sorted(own)), focus, others):
        strata = [stratum for stratum in sample.frame.strata if stratum.place in places]
        here = [at for at, cluster in enumerate(sample.drawn) if cluster.place in places]
        members = tuple(at for at in here if sample.probabilities[at] < 1)
        certain = [sample.drawn[at] for at in here if sample.probabilities[at] >= 1]
        if members:
            measure = sum(s.measure for s in strata) - sum(c.measure for c in certain)
            size = sum(s.size for s in strata) - sum(c.size for c in certain)
            cells.append(_Cell(members, measure, size))
    return cells


# ---- replicate factors ----


@cache
def swings(order: int) -> tuple[float, ...]:
    """Return by how much each replicate swings the *order*-th cluster: it shares a row with either neighbour."""
    matrix = _hadamard(REPLICATES)
    # The first row has no change of sign and would not tell replicates apart.
    mine, next_one = matrix[1 + order], matrix[1 + (order + 1) % (REPLICATES - 1)]
    return tuple(_SWING * (a - b) for a, b in zip(mine, next_one, strict=True))


@cache
def _hadamard(order: int) -> tuple[tuple[int, ...], ...]:
    """Return Sylvester's matrix of an order that is a power of two."""
    if order == 1:
        return ((1,),)
    half = _hadamard(order // 2)
    return (*((*row, *row) for row in half), *((*row, *(-x for x in row)) for row in half))
