"""Laws of weights and of what they expand to."""

import random
from collections import Counter
from itertools import pairwise
from math import fsum, isclose, sqrt
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.sampling import REPLICATES, VARIANCE_FACTOR, Frame, Sample, build_frame, draw, expand, weigh
from costplan.engine.sampling.weighting import CELL_FROM_CLUSTERS
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
def test_weights_times_measures_are_what_the_listing_says_in_every_replicate(
    name: tuple[int, int], share: float, seed: int
) -> None:
    frame = FRAMES[name]
    sample = draw(frame, share * frame.bytes, seed)
    weights = weigh(sample)
    uncertain = Counter(c.place for c, p in zip(sample.drawn, sample.probabilities, strict=True) if p < 1)
    large = {place for place, drawn in uncertain.items() if drawn >= CELL_FROM_CLUSTERS}
    if sum(uncertain[s.place] for s in frame.strata if s.place not in large) < CELL_FROM_CLUSTERS:
        # Too few stand for the small places, so a large one may stand for them too: only the sum is known for sure.
        large = set()
    groups = [*({place} for place in large), {s.place for s in frame.strata} - large]
    for group in groups:
        listed = sum(stratum.measure for stratum in frame.strata if stratum.place in group)
        inside = [at for at, cluster in enumerate(sample.drawn) if cluster.place in group]
        if sum(sample.probabilities[at] < 1 for at in inside) < 2:
            continue
        measures = [sample.drawn[at].measure for at in inside]
        assert isclose(fsum(map(mul, (weights.point[at] for at in inside), measures)), listed, rel_tol=1e-9)
        for replicate in range(REPLICATES):
            of_all = fsum(map(mul, (weights.replicates[at][replicate] for at in inside), measures))
            assert isclose(of_all, listed, rel_tol=1e-9)


def test_where_many_are_drawn_sizes_are_known_as_well() -> None:
    frame = frame_of(1, 1, slots=2880)
    sample = draw(frame, 0.3 * frame.bytes, 5)
    figures = [{"size": c.size, "both": 3 * c.measure + 5 * c.size} for c in sample.drawn]
    expanded = expand(weigh(sample), figures)
    sizes, measures = (sum(getattr(s, name) for s in frame.strata) for name in ("size", "measure"))
    assert expanded["size"].point == pytest.approx(sizes)
    assert expanded["size"].deviations == pytest.approx([0.0] * REPLICATES, abs=1e-9 * sizes)
    assert expanded["both"].point == pytest.approx(3 * measures + 5 * sizes)


def test_places_in_focus_stand_for_each_other() -> None:
    frame = frame_of(1, 9, slots=2880)
    rare = places(9)[5:8]
    sample = draw(frame, 0.05 * frame.bytes, 3, dict.fromkeys(rare, 5.0))
    assert max(Counter(c.place for c in sample.drawn if c.place in rare).values()) < CELL_FROM_CLUSTERS
    figures = [{"measure": c.measure} if c.place in rare else {} for c in sample.drawn]
    figure = expand(weigh(sample), figures)["measure"]
    assert figure.point == pytest.approx(sum(s.measure for s in frame.strata if s.place in rare))
    assert figure.deviations == pytest.approx([0.0] * REPLICATES, abs=1e-9 * figure.point)


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


def test_measures_are_known_without_any_deviation() -> None:
    frame = frame_of(1, 6, slots=2880)
    sample = draw(frame, 0.1 * frame.bytes, 5)
    figure = expand(weigh(sample), [{"measure": cluster.measure} for cluster in sample.drawn])["measure"]
    listed = sum(stratum.measure for stratum in frame.strata)
    assert figure.point == pytest.approx(listed)
    assert figure.deviations == pytest.approx([0.0] * REPLICATES, abs=1e-9 * listed)
    assert figure.counted == sum(cluster.measure for cluster in sample.drawn)


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
    """Return a population of clusters of 1,000 bytes, none of which looks at another."""
    return build_frame([(HERE, {FIRST_SLOT + 4 * at + 3: (1, 1000) for at in range(clusters)})])


def some_of(frame: Frame, drawn: int) -> Sample:
    clusters = tuple(frame.clusters[at] for at in range(drawn))
    return Sample(frame, clusters, (drawn / len(frame.clusters),) * drawn, 1, "d")


def test_one_cluster_of_many_has_an_interval_that_says_next_to_nothing() -> None:
    figure = expand(weigh(some_of(alike(50), 1)), [{"calls": 10.0}])["calls"]
    assert figure.point == pytest.approx(500)
    # Half of the squared figure twice, less what is drawn of 50, and t with one degree of freedom instead of 63.
    assert standard_error(figure) == pytest.approx(500 * sqrt(49 / 50) * student_t(1) / student_t(63))
    assert student_t(63) * standard_error(figure) > 10 * figure.point


def test_few_clusters_have_wider_intervals_than_their_differences_alone_would_make() -> None:
    figure = expand(weigh(some_of(alike(60), 5)), [{"calls": float(at)} for at in range(5)])["calls"]
    # Residuals −2 … 2; all bytes alike, so calibrating subtracts the mean.  The ends pair with zero.
    residuals = [0.0, -2.0, -1.0, 0.0, 1.0, 2.0, 0.0]
    differences = fsum((a - b) ** 2 for a, b in pairwise(residuals)) / 2
    # One of five degrees of freedom is lost to the mean; 5 of 60 are no matter of chance.
    wider = sqrt(5 / 4) * sqrt(55 / 60) * student_t(4) / student_t(63)
    assert standard_error(figure) == pytest.approx(12 * sqrt(differences) * wider, rel=0.2)


def test_of_nothing_there_are_no_weights() -> None:
    weights = weigh(draw(build_frame([]), 1, 1))
    assert (weights.point, weights.replicates) == ((), ())
    assert expand(weights, []) == {}


def test_stretches_without_deliveries_are_expanded_by_what_came_soon_after() -> None:
    frame = build_frame([(HERE, {FIRST_SLOT + 4 + 8 * at: (1, 1000) for at in range(20)})])
    empty = [at for at, cluster in enumerate(frame.clusters) if not cluster.bytes]
    assert len(empty) == 20
    drawn = tuple(frame.clusters[at] for at in empty[:4])
    figure = expand(weigh(Sample(frame, drawn, (0.25,) * 4, 1, "d")), [{"calls": float(at)} for at in range(4)])
    # 20 × (1000 + 1000 / 3) over 4 × 1000 / 3, which makes 20 of each.
    assert figure["calls"].point == pytest.approx(20 * (0 + 1 + 2 + 3))
    assert any(figure["calls"].deviations)


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


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_what_happens_at_the_same_hour_of_each_day_does_not_make_samples_too_sure(share: float) -> None:
    # A month of one place: calls with a rhythm, and a job that writes ten times as much in one hour of each day.
    chance = random.Random(5)
    slots, calls = {}, {}
    for slot in range(FIRST_SLOT, FIRST_SLOT + 31 * 288):
        hour = slot // 12 % 24
        calls[slot] = round((200 if 8 <= hour < 18 else 100) * chance.lognormvariate(0, 0.4))
        written = round(100 * (10 if hour == 3 else 1) * chance.lognormvariate(0, 0.4))
        slots[slot] = (2, 700 + 150 * (calls[slot] + written))
    frame = build_frame([(HERE, slots)])

    def happened(sample: Sample) -> list[dict[str, float]]:
        return [{"calls": float(sum(calls.get(c.start + at, 0) for at in range(c.slots)))} for c in sample.drawn]

    truth = float(sum(calls.values()))
    samples = (draw(frame, share * frame.bytes, seed) for seed in range(100))
    figures = [expand(weigh(sample), happened(sample))["calls"] for sample in samples]
    assert sum(covers(figure, truth) for figure in figures) >= 91
    errors = sorted(abs(figure.point - truth) for figure in figures)
    half = fsum(student_t(REPLICATES - 1) * standard_error(figure) for figure in figures) / len(figures)
    assert half <= 1.6 * errors[94]
