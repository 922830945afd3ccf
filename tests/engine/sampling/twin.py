"""The sampling design once more, from its definitions, with matrices: slow, obvious, and without the engine's code."""

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from costplan.engine.sampling import Cluster
from costplan.engine.uncertainty import student_t

Matrix = NDArray[np.float64]

FEWEST_OF_A_CELL = 8
FEWEST_OF_A_REGRESSION = 30
FARTHEST = 4


def sylvester(times: int) -> Matrix:
    """Return the Hadamard matrix of order 2 to the power of *times*."""
    matrix = np.ones((1, 1))
    for _ in range(times):
        matrix = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), matrix)
    return matrix


def select(probabilities: Sequence[float], numbers: Iterator[float]) -> list[int]:
    """Return the drawn clusters: one for each interval of one that the line of probabilities is cut into.

    Each interval has a list of chances, one for each cluster that has a part of it, which depend on whether a cluster
    that reaches into it from the interval before was drawn there.  A random number chooses from the list.
    """
    uncertain = [0.0 if p >= 1 else p for p in probabilities]
    ends = np.cumsum(uncertain)
    begins = ends - uncertain
    chosen = [at for at, p in enumerate(probabilities) if p >= 1]
    last = -1
    for start in range(int(np.ceil(ends[-1]))):
        parts = np.clip(np.minimum(ends, start + 1) - np.maximum(begins, start), 0, None)
        chances = parts.copy()
        reaching = np.flatnonzero((begins < start) & (ends > start))
        if len(reaching):
            (at,) = reaching
            before, within = start - begins[at], ends[at] - start
            chances[at] = 0.0 if last == at else within / (1 - before)
            others = np.arange(len(parts)) != at
            chances[others] *= (1 - chances[at]) / (1 - within)
        met = np.flatnonzero(np.cumsum(chances) > next(numbers))
        if len(met):
            last = int(met[0])
            chosen.append(last)
    return sorted(chosen)


def random_numbers(seed: int) -> Iterator[float]:
    generator = random.Random(seed)
    while True:
        yield generator.random()


def cells(clusters: Sequence[Cluster], drawn: Sequence[int], probabilities: Sequence[float]) -> NDArray[np.int64]:
    """Return the cell of every cluster of the population: one for each well drawn place, 0 for all others."""
    names = sorted({cluster.place for cluster in clusters})
    place = np.array([names.index(cluster.place) for cluster in clusters])
    counts = np.bincount([place[at] for at in drawn if probabilities[at] < 1], minlength=len(names))
    own = [name for name in range(len(names)) if counts[name] >= FEWEST_OF_A_CELL]
    while 0 < len(own) < len(names) and sum(counts) - counts[own].sum() < FEWEST_OF_A_CELL:
        own.remove(min(own, key=lambda name: (counts[name], name)))
    found = np.zeros(len(clusters), int)
    for number, name in enumerate(own, start=1):
        found[place == name] = number
    return found


def calibrated(raw: Matrix, known: Matrix, reached: Matrix) -> Matrix:
    """Return the weights of the regression estimator: as near to the raw ones as the known sums allow.

    known: the sums over the population, one for each column of *reached*, which are of the drawn clusters; the first is
    the measure, which the variance of residuals grows with.
    """
    found = raw.copy()
    scale = reached / reached[:, :1]
    for column in range(raw.shape[1]):
        weight = raw[:, column]
        missing = known - weight @ reached
        found[:, column] *= 1 + scale @ np.linalg.solve((reached * weight[:, None]).T @ scale, missing)
    return found


def weights(clusters: Sequence[Cluster], drawn: Sequence[int], probabilities: Sequence[float]) -> Matrix:
    """Return a row for each drawn cluster: its weight, then the weight under each of 64 replicates.

    probabilities: of every cluster of the population.
    """
    hadamard = sylvester(6)
    chance = np.array(probabilities)
    is_certain = chance >= 1
    cell = cells(clusters, drawn, probabilities)
    position = np.array(drawn)
    raw = np.ones((len(drawn), 65))
    parameters = 0
    measure = np.array([cluster.bytes + (cluster.read_bytes - cluster.bytes) / 3 for cluster in clusters])
    for number in sorted(set(cell[position][~is_certain[position]])):
        members = int(((cell == number) & ~is_certain)[position].sum())
        fitted = 2 if members >= FEWEST_OF_A_REGRESSION else 1
        parameters += fitted
        lost = np.sqrt(members / (members - fitted)) if members > fitted else 1.0
        for order, row in enumerate(np.flatnonzero(~is_certain[position])):
            at = position[row]
            if cell[at] == number:
                mine, following = hadamard[1 + order % 63], hadamard[1 + (order + 1) % 63]
                raw[row, 1:] = 1 + lost * np.sqrt(1 - chance[at]) * (mine - following) / np.sqrt(8)
                raw[row] /= chance[at]
        rows = np.flatnonzero(((cell == number) & ~is_certain)[position])
        open_ended = (cell == number) & ~is_certain
        both = np.stack([measure, np.sqrt(measure)], axis=1)
        if len(rows) == 1:
            raw[rows] *= measure[open_ended].sum() / (raw[rows, 0] @ measure[position[rows]])
            continue
        by_ratio = calibrated(raw[rows], both[open_ended, :1].sum(axis=0), both[position[rows], :1])
        if fitted == 2:
            by_both = calibrated(raw[rows], both[open_ended].sum(axis=0), both[position[rows]])
            moderate = np.all((by_both / raw[rows] > 1 / FARTHEST) & (by_both / raw[rows] < FARTHEST), axis=0)
            by_ratio[:, moderate] = by_both[:, moderate]
        raw[rows] = by_ratio
    degrees = int((~is_certain[position]).sum()) - parameters
    if degrees < 63:
        raw[:, 1:] += (student_t(max(1, degrees)) / student_t(63) - 1) * (raw[:, 1:] - raw[:, :1])
    return raw


def estimate(weighed: Matrix, figures: Sequence[float]) -> tuple[float, float]:
    """Return the expanded figure and its variance."""
    totals = np.array(figures) @ weighed
    return float(totals[0]), float(4 / 64 * ((totals[1:] - totals[0]) ** 2).sum())
