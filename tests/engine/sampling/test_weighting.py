"""Laws of weights and of what they expand to."""

from collections import Counter
from itertools import pairwise
from math import fsum, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.sampling import REPLICATES, VARIANCE_FACTOR, Frame, Sample, build_frame, draw, expand, weigh
from costplan.engine.sampling.weighting import STRATUM_FROM_CLUSTERS
from costplan.engine.uncertainty import student_t
from costplan.model.volumes import Estimated
from tests.engine.sampling.scenes import FIRST_SLOT, counts_of, events_of, frame_of, places, truth_of

HERE = places(1)[0]
FRAMES = {(seed, count): frame_of(seed, count) for seed in (1, 2, 3) for count in (1, 4, 9)}

names = st.sampled_from(sorted(FRAMES))
shares = st.floats(0.002, 0.95)
seeds = st.integers(0, 10_000)


def standard_error(figure: Estimated) -> float:
    return sqrt(VARIANCE_FACTOR * fsum(d * d for d in figure.deviations))


def covers(figure: Estimated, truth: float) -> bool:
    return abs(figure.point - truth) <= student_t(REPLICATES - 1) * standard_error(figure)


# ---- calibration ----


@given(names, shares, seeds)
def test_weights_times_bytes_are_the_listed_bytes_in_every_replicate(
    name: tuple[int, int], share: float, seed: int
) -> None:
    frame = FRAMES[name]
    sample = draw(frame, share * frame.bytes, seed)
    weights = weigh(sample)
    uncertain = Counter(c.place for c, p in zip(sample.drawn, sample.probabilities, strict=True) if p < 1)
    alone = {place for place, drawn in uncertain.items() if drawn >= STRATUM_FROM_CLUSTERS}
    is_in = [cluster.place in alone for cluster in sample.drawn]
    # Each large place by itself, and all others together.
    groups = [([c.place == place for c in sample.drawn], {place}) for place in alone]
    groups.append(([not large for large in is_in], {s.place for s in frame.strata} - alone))
    for members, of_places in groups:
        listed = sum(stratum.bytes for stratum in frame.strata if stratum.place in of_places)
        inside = [at for at, member in enumerate(members) if member]
        open_ended = [at for at in inside if sample.probabilities[at] < 1 and sample.drawn[at].bytes]
        if len(open_ended) < 2:
            continue
        sizes = [sample.drawn[at].bytes for at in inside]
        assert isclose(fsum(weights.point[at] * b for at, b in zip(inside, sizes, strict=True)), listed, rel_tol=1e-9)
        for replicate in range(REPLICATES):
            of_all = fsum(weights.replicates[at][replicate] * b for at, b in zip(inside, sizes, strict=True))
            assert isclose(of_all, listed, rel_tol=1e-9)


@given(names, shares, seeds)
def test_a_certain_cluster_counts_once_in_every_replicate(name: tuple[int, int], share: float, seed: int) -> None:
    sample = draw(FRAMES[name], share * FRAMES[name].bytes, seed)
    weights = weigh(sample)
    for at, probability in enumerate(sample.probabilities):
        if probability == 1:
            assert weights.point[at] == 1
            assert set(weights.replicates[at]) == {1.0}
        else:
            assert weights.point[at] > 0
            assert len(weights.replicates[at]) == REPLICATES


def test_the_listed_bytes_are_known_without_any_deviation() -> None:
    frame = frame_of(1, 6, slots=2880)
    sample = draw(frame, 0.1 * frame.bytes, 5)
    expanded = expand(weigh(sample), [{"bytes": float(cluster.bytes)} for cluster in sample.drawn])["bytes"]
    assert expanded.point == pytest.approx(frame.bytes)
    assert expanded.deviations == pytest.approx([0.0] * REPLICATES, abs=1e-6 * frame.bytes)
    assert expanded.counted == sum(cluster.bytes for cluster in sample.drawn)


def test_a_census_is_exact() -> None:
    frame = frame_of(1)
    events = events_of(frame, 1)
    sample = draw(frame, frame.bytes, 1)
    expanded = expand(weigh(sample), counts_of(sample, events))
    for key, figure in expanded.items():
        assert figure.point == figure.counted == truth_of(events, key)
        assert set(figure.deviations) == {0.0}


# ---- expansion ----


def test_what_no_drawn_cluster_holds_has_no_figure() -> None:
    sample = draw(frame_of(1), 1_000_000, 1)
    counts = [{"one": 1.0} if at == 0 else {} for at in range(len(sample.drawn))]
    assert set(expand(weigh(sample), counts)) == {"one"}


def test_expansion_is_additive() -> None:
    frame = frame_of(2)
    sample = draw(frame, 0.2 * frame.bytes, 1)
    events = events_of(frame, 2)
    both = expand(weigh(sample), [{**c, "sum": c["calls"] + c["rare"]} for c in counts_of(sample, events)])
    assert both["sum"].point == pytest.approx(both["calls"].point + both["rare"].point)
    added = [a + b for a, b in zip(both["calls"].deviations, both["rare"].deviations, strict=True)]
    assert both["sum"].deviations == pytest.approx(added)


@pytest.mark.parametrize("change", [-1, 1])
def test_as_many_counts_as_clusters_are_needed(change: int) -> None:
    sample = draw(frame_of(1), 1_000_000, 1)
    with pytest.raises(ValueError, match=r"shorter|longer"):
        expand(weigh(sample), [{"calls": 1.0}] * (len(sample.drawn) + change))


# ---- what few clusters tell ----


def alike(clusters: int) -> Frame:
    return build_frame([(HERE, {FIRST_SLOT + 6 * at + 3: (1, 1000) for at in range(clusters)})])


def test_one_cluster_of_many_has_an_interval_that_says_next_to_nothing() -> None:
    frame = alike(50)
    sample = draw(frame, 1000, 1)
    figure = expand(weigh(sample), [{"calls": 10.0}])["calls"]
    assert len(sample.drawn) == 1
    assert figure.point == pytest.approx(500)
    # Half of the squared figure twice, and t with one degree of freedom instead of 63.
    assert standard_error(figure) == pytest.approx(figure.point * student_t(1) / student_t(63))
    assert student_t(63) * standard_error(figure) > 10 * figure.point


def test_few_clusters_have_wider_intervals_than_their_differences_alone_would_make() -> None:
    frame = alike(60)
    sample = draw(frame, 6500, 1)
    counts = [float(at) for at in range(len(sample.drawn))]
    figure = expand(weigh(sample), [{"calls": count} for count in counts])["calls"]
    weight = 60 / len(counts)
    assert len(counts) == 5
    # Residuals −2 … 2; all bytes alike, so calibrating subtracts the mean.  The ends pair with zero.
    residuals = [0.0, -2.0, -1.0, 0.0, 1.0, 2.0, 0.0]
    differences = fsum((a - b) ** 2 for a, b in pairwise(residuals)) / 2
    assert standard_error(figure) == pytest.approx(weight * sqrt(differences) * student_t(4) / student_t(63), rel=0.2)


def test_of_nothing_there_are_no_weights() -> None:
    weights = weigh(draw(build_frame([]), 1, 1))
    assert (weights.point, weights.replicates) == ((), ())
    assert expand(weights, []) == {}


def test_a_sample_of_stretches_without_deliveries_stays_as_it_is() -> None:
    frame = build_frame([(HERE, {FIRST_SLOT + 6 + 12 * at: (1, 1000) for at in range(20)})])
    empty = [at for at, cluster in enumerate(frame.clusters) if not cluster.bytes]
    assert len(empty) == 20
    drawn = tuple(frame.clusters[at] for at in empty[:4])
    figure = expand(weigh(Sample(frame, drawn, (0.25,) * 4, 1, "d")), [{"calls": 1.0}] * 4)["calls"]
    assert figure.point == 16
    assert any(figure.deviations)


# ---- over many samples ----


def many(frame: Frame, share: float, key: str, seeds: int) -> tuple[float, list[Estimated]]:
    events = events_of(frame, 1)
    samples = (draw(frame, share * frame.bytes, seed) for seed in range(seeds))
    figures = [expand(weigh(sample), counts_of(sample, events)) for sample in samples]
    return truth_of(events, key), [f.get(key, Estimated(0.0, (0.0,) * REPLICATES, 0.0)) for f in figures]


@pytest.mark.parametrize(("key", "share"), [("calls", 0.1), ("rare", 0.3)])
def test_samples_are_right_on_average(key: str, share: float) -> None:
    truth, figures = many(frame_of(8, 5, slots=576), share, key, 150)
    points = [figure.point for figure in figures]
    mean = fsum(points) / len(points)
    spread = sqrt(fsum((point - mean) ** 2 for point in points) / (len(points) - 1))
    # A ratio is off by a share of its variance; that is far below the standard error of one sample.
    assert abs(mean - truth) < 3 * spread / sqrt(len(points)) + 0.1 * spread


def test_intervals_hold_the_truth_about_as_often_as_they_say_and_are_not_bloated() -> None:
    truth, figures = many(frame_of(9, 6, slots=1440), 0.1, "calls", 100)
    assert 0.90 <= sum(covers(figure, truth) for figure in figures) / len(figures) <= 1
    errors = sorted(abs(figure.point - truth) for figure in figures)
    half = fsum(student_t(REPLICATES - 1) * standard_error(figure) for figure in figures) / len(figures)
    assert half <= 1.6 * errors[94]


def test_small_samples_hold_the_truth_as_well() -> None:
    truth, figures = many(frame_of(10, 2, slots=288), 0.1, "calls", 100)
    assert sum(covers(figure, truth) for figure in figures) / len(figures) >= 0.85
