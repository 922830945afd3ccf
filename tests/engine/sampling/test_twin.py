"""The engine against a naive twin made of the definitions: same clusters, same estimate, same variance."""

from itertools import product
from math import fsum, isclose

import numpy as np
import pytest

from costplan.engine.sampling import VARIANCE_FACTOR, Frame, Sample, draw, expand, weigh
from tests.engine.sampling import twin
from tests.engine.sampling.scenes import counts_of, events_of, frame_of

SHARES = (0.05, 0.2, 0.5)
FRAMES = ((1, 6), (2, 1), (3, 9), (4, 3))


def probabilities_of(sample: Sample, frame: Frame) -> list[float]:
    """Return the probability of every cluster: one rate for each place, as one drawn cluster of it tells."""
    rates = {}
    for cluster, probability in zip(sample.drawn, sample.probabilities, strict=True):
        if probability < 1:
            rates[cluster.place] = probability / cluster.size
    # Where only certain clusters were drawn, others are there all the same: the rate is that of all places or more.
    least = min(rates.values())
    return [min(1.0, rates.get(cluster.place, least) * cluster.size) for cluster in frame.clusters]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("seed", "count"), FRAMES)
def test_the_clusters_are_those_that_a_systematic_draw_chooses(seed: int, count: int, share: float) -> None:
    frame = frame_of(seed, count, slots=1152)
    sample = draw(frame, share * frame.read_bytes, seed)
    probabilities = probabilities_of(sample, frame)
    numbers = twin.random_numbers(seed)
    tries = (twin.select(probabilities, numbers) for _ in range(20))
    affordable = (t for t in tries if sum(frame.clusters[at].read_bytes for at in t) <= share * frame.read_bytes)
    assert tuple(frame.clusters[at] for at in next(affordable)) == sample.drawn


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("seed", "count"), FRAMES)
def test_estimate_and_variance_are_those_of_the_twin(seed: int, count: int, share: float) -> None:
    frame = frame_of(seed, count, slots=1152)
    sample = draw(frame, share * frame.read_bytes, seed)
    events = events_of(frame, seed)
    expanded = expand(weigh(sample), counts_of(sample, events))
    probabilities = probabilities_of(sample, frame)
    drawn = [frame.clusters.index(cluster) for cluster in sample.drawn]
    weighed = twin.weights(frame.clusters, drawn, probabilities)
    assert expanded["calls"].point > 0
    assert any(expanded["calls"].deviations)
    for key, found in expanded.items():
        figures = [events[cluster][key] for cluster in sample.drawn]
        point, variance = twin.estimate(weighed, figures)
        assert isclose(found.point, point, rel_tol=1e-12)
        assert isclose(VARIANCE_FACTOR * fsum(d * d for d in found.deviations), variance, rel_tol=1e-9)
        assert found.counted == sum(figures)


def test_the_cases_have_certain_clusters_large_places_and_pooled_ones() -> None:
    posts, are_certain = set(), set()
    for (seed, count), share in product(FRAMES, SHARES):
        frame = frame_of(seed, count, slots=1152)
        sample = draw(frame, share * frame.read_bytes, seed)
        drawn = [frame.clusters.index(cluster) for cluster in sample.drawn]
        found = twin.cells(frame.clusters, drawn, probabilities_of(sample, frame))[drawn]
        posts.add((bool((found == 0).any()), min(2, len(set(found[found > 0])))))
        are_certain.add(1 in sample.probabilities)
    # Pooled places or none, with no place, one or several that are calibrated by themselves.
    assert posts >= {(True, 0), (True, 2), (False, 1), (False, 2)}
    assert are_certain == {False, True}


def test_the_matrix_is_one_of_hadamard() -> None:
    matrix = twin.sylvester(6)
    assert (matrix @ matrix.T == 64 * np.eye(64)).all()
    assert (matrix[0] == 1).all()
