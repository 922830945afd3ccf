"""Weights of drawn clusters, calibrated to the listed bytes, and how they differ from replicate to replicate.

Successive difference replication (Fay and Train 1995; Ash 2014): neighbours in a systematic sample are alike, so the
variance comes from their differences; random groups would take the whole spread between places for chance.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from operator import mul

from costplan.engine.sampling.drawing import Sample
from costplan.engine.sampling.frame import Place
from costplan.engine.uncertainty import student_t

METHOD = "successive-difference"
REPLICATES = 64
VARIANCE_FACTOR = 4 / REPLICATES

STRATUM_FROM_CLUSTERS = 8
"""Drawn clusters from which a place is calibrated by itself; the others together."""

_SWING = 2**-1.5


@dataclass(frozen=True, slots=True)
class Weights:
    """What each drawn cluster stands for.

    point: calibrated weights; replicates: for each cluster the weights under each replicate.  A cluster drawn with
    certainty has weight 1 in all of them.
    """

    point: tuple[float, ...]
    replicates: tuple[tuple[float, ...], ...]


def weigh(sample: Sample) -> Weights:
    """Return the weights of a sample.

    Within each large stratum, and within all others together, weights × bytes are the listed bytes, in every replicate.
    Few clusters tell little of how unlike they are, so their replicates differ by more: as much more as Student's t is
    larger.  One alone would tell nothing, and its interval is not calibrated away.
    """
    uncertain = [at for at, p in enumerate(sample.probabilities) if p < 1]
    drawn = Counter(sample.drawn[at].place for at in uncertain)
    posts: list[Place | None] = [c.place if drawn[c.place] >= STRATUM_FROM_CLUSTERS else None for c in sample.drawn]
    listed: Counter[Place | None] = Counter()
    for stratum in sample.frame.strata:
        listed[stratum.place if drawn[stratum.place] >= STRATUM_FROM_CLUSTERS else None] += stratum.bytes
    for at, probability in enumerate(sample.probabilities):
        if probability >= 1:
            listed[posts[at]] -= sample.drawn[at].bytes
    rows: list[list[float]] = [[1.0] * (REPLICATES + 1) for _ in sample.drawn]
    for order, at in enumerate(uncertain):
        base = 1 / sample.probabilities[at]
        rows[at] = [base, *(base * factor for factor in _factors(order % (REPLICATES - 1)))]
    reached: dict[Place | None, list[float]] = {}
    for at in uncertain:
        size = sample.drawn[at].bytes
        sums = reached.setdefault(posts[at], [0.0] * (REPLICATES + 1))
        reached[posts[at]] = [total + weight * size for total, weight in zip(sums, rows[at], strict=True)]
    members = Counter(posts[at] for at in uncertain)
    ratios = {post: _ratios(listed[post], sums, members[post]) for post, sums in reached.items()}
    widening = _widening(len(uncertain) - len(reached))
    for at in uncertain:
        point, *others = map(mul, rows[at], ratios[posts[at]])
        rows[at] = [point, *(point + widening * (other - point) for other in others)]
    return Weights(tuple(row[0] for row in rows), tuple(tuple(row[1:]) for row in rows))


def _ratios(listed: int, reached: list[float], clusters: int) -> list[float]:
    """Return what calibrates the weights of *clusters* to the listed bytes, for the weights and for each replicate."""
    if not all(reached):
        # Only stretches in which nothing was delivered: they have no bytes to be calibrated to.
        return [1.0] * len(reached)
    if clusters == 1:
        return [listed / reached[0]] * len(reached)
    return [listed / total for total in reached]


@cache
def _widening(degrees: int) -> float:
    return student_t(max(1, min(degrees, REPLICATES - 1))) / student_t(REPLICATES - 1)


@cache
def _factors(order: int) -> tuple[float, ...]:
    """Return the factors of the *order*-th cluster: it shares a row of the matrix with either neighbour."""
    matrix = _hadamard(REPLICATES)
    # The first row has no change of sign and would not tell replicates apart.
    mine, next_one = matrix[1 + order], matrix[1 + (order + 1) % (REPLICATES - 1)]
    return tuple(1 + _SWING * (a - b) for a, b in zip(mine, next_one, strict=True))


@cache
def _hadamard(order: int) -> tuple[tuple[int, ...], ...]:
    """Return Sylvester's matrix of an order that is a power of two."""
    if order == 1:
        return ((1,),)
    half = _hadamard(order // 2)
    return (*((*row, *row) for row in half), *((*row, *(-x for x in row)) for row in half))
