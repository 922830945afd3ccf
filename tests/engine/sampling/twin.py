"""The sampling design once more, from its definitions, with matrices: slow, obvious, and without the engine's code."""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from costplan.engine.sampling import Cluster
from costplan.engine.uncertainty import student_t

Matrix = NDArray[np.float64]

FEWEST_OF_A_POST = 8


def sylvester(times: int) -> Matrix:
    """Return the Hadamard matrix of order 2 to the power of *times*."""
    matrix = np.ones((1, 1))
    for _ in range(times):
        matrix = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), matrix)
    return matrix


def select(probabilities: Sequence[float], start: float) -> list[int]:
    """Return the clusters in whose part of the line one of the points start, start + 1, start + 2 … lies."""
    ends = np.cumsum(probabilities)
    begins = np.concatenate([[0.0], ends[:-1]])
    points = np.ceil(begins - start) + start
    return [at for at in range(len(ends)) if begins[at] <= points[at] < ends[at]]


def starts(seed: int, count: int) -> list[float]:
    generator = random.Random(seed)
    return [generator.random() for _ in range(count)]


def posts(clusters: Sequence[Cluster], drawn: Sequence[int], probabilities: Sequence[float]) -> NDArray[np.int64]:
    """Return the post-stratum of every cluster of the population: one for each well drawn place, 0 for all others."""
    found = np.zeros(len(clusters), int)
    names = sorted({cluster.place for cluster in clusters})
    for number, place in enumerate(names, start=1):
        here = [at for at in drawn if clusters[at].place == place and probabilities[at] < 1]
        if len(here) >= FEWEST_OF_A_POST:
            found[[at for at, cluster in enumerate(clusters) if cluster.place == place]] = number
    return found


def weights(clusters: Sequence[Cluster], drawn: Sequence[int], probabilities: Sequence[float]) -> Matrix:
    """Return a row for each drawn cluster: its weight, then the weight under each of 64 replicates.

    probabilities: of every cluster of the population.
    """
    hadamard = sylvester(6)
    is_certain = np.array([probabilities[at] >= 1 for at in drawn])
    factors = np.ones((len(drawn), 65))
    for order, row in enumerate(np.flatnonzero(~is_certain)):
        mine, following = hadamard[1 + order % 63], hadamard[1 + (order + 1) % 63]
        factors[row, 1:] = 1 + (mine - following) / np.sqrt(8)
    raw = factors / np.array([probabilities[at] for at in drawn])[:, None]
    size = np.array([cluster.bytes for cluster in clusters], float)
    post = posts(clusters, drawn, probabilities)
    calibrated = set(post[drawn][~is_certain])
    for number in calibrated:
        belongs = (post[drawn] == number) & ~is_certain
        certain = size[[at for at in drawn if post[at] == number and probabilities[at] >= 1]].sum()
        reached = size[drawn][belongs] @ raw[belongs]
        if not reached.all():
            continue
        if belongs.sum() == 1:
            reached[1:] = reached[0]
        raw[belongs] *= (size[post == number].sum() - certain) / reached
    degrees = int((~is_certain).sum()) - len(calibrated)
    if degrees < 63:
        raw[:, 1:] += (student_t(max(1, degrees)) / student_t(63) - 1) * (raw[:, 1:] - raw[:, :1])
    return raw


def estimate(weighed: Matrix, figures: Sequence[float]) -> tuple[float, float]:
    """Return the expanded figure and its variance."""
    totals = np.array(figures) @ weighed
    return float(totals[0]), float(4 / 64 * ((totals[1:] - totals[0]) ** 2).sum())
