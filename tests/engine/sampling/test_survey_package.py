"""The estimator against an independent implementation: a survey package, with the same figures."""

from collections.abc import Sequence
from math import fsum, sqrt

import polars as pl
import pytest
import svy

from costplan.engine.sampling import REPLICATES, VARIANCE_FACTOR, Sample, draw, expand, weigh
from tests.engine.sampling.scenes import counts_of, events_of, frame_of

CASES = ((11, 3, 0.15), (12, 5, 0.3), (13, 1, 0.3))


def table(sample: Sample, figures: Sequence[float], weights: Sequence[float]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "order": list(range(len(sample.drawn))),
            "place": [" ".join(cluster.place) for cluster in sample.drawn],
            "bytes": [float(cluster.measure) for cluster in sample.drawn],
            "figure": list(figures),
            "w": list(weights),
        }
    )


def jackknife(places: Sequence[str], weights: Sequence[float], bytes_: Sequence[float], figures: Sequence[float],
              listed: float) -> tuple[float, float]:  # fmt: skip
    """Return the calibrated expansion of all clusters together and its variance, deleting each cluster once.

    What is deleted is made up for by the others of its place, and weights are calibrated again.
    """

    def expanded(raw: Sequence[float]) -> float:
        reached = fsum(w * b for w, b in zip(raw, bytes_, strict=True))
        return listed / reached * fsum(w * y for w, y in zip(raw, figures, strict=True))

    point = expanded(weights)
    variance = 0.0
    for gone, place in enumerate(places):
        of_place = places.count(place)
        raw = [
            0.0 if at == gone else w * (of_place / (of_place - 1) if places[at] == place else 1.0)
            for at, w in enumerate(weights)
        ]
        variance += (of_place - 1) / of_place * (expanded(raw) - point) ** 2
    return point, variance


@pytest.mark.parametrize(("seed", "count", "share"), CASES)
@pytest.mark.parametrize("key", ["calls", "rare"])
def test_the_stratified_jackknife_of_the_calibrated_estimator_is_the_packages(
    seed: int, count: int, share: float, key: str
) -> None:
    frame = frame_of(seed, count, slots=1440)
    drawn = draw(frame, share * frame.bytes, seed)
    # A jackknife has nothing to say of certain clusters, nor of a place with one.
    pairs = [(c, p) for c, p in zip(drawn.drawn, drawn.probabilities, strict=True) if p < 1]
    names = [cluster.place for cluster, _ in pairs]
    pairs = [pair for pair in pairs if names.count(pair[0].place) > 1]
    sample = Sample(frame, tuple(c for c, _ in pairs), tuple(p for _, p in pairs), seed, "d")
    events = events_of(frame, seed)
    figures = [counts[key] for counts in counts_of(sample, events)]
    listed = sum(stratum.measure for stratum in frame.strata)
    data = table(sample, figures, [1 / p for p in sample.probabilities])
    mine = jackknife(data["place"].to_list(), data["w"].to_list(), data["bytes"].to_list(), figures, listed)

    survey = svy.Sample(data, svy.Design(stratum="place", psu="order", wgt="w")).weighting.create_jk_wgts()
    (ratio,) = survey.estimation.ratio("figure", "bytes", method="replication", variance_center="estimate").estimates
    assert mine == pytest.approx((listed * ratio.est, (listed * ratio.se) ** 2), rel=1e-9)
    assert mine[1] > 0


@pytest.mark.parametrize(("seed", "count", "share"), CASES)
def test_estimate_and_variance_from_the_replicate_weights_are_the_packages(seed: int, count: int, share: float) -> None:
    frame = frame_of(seed, count, slots=1440)
    sample = draw(frame, share * frame.bytes, seed)
    weights = weigh(sample)
    events = events_of(frame, seed)
    counts = counts_of(sample, events)
    for key, expanded in expand(weights, counts).items():
        data = table(sample, [c[key] for c in counts], weights.point).with_columns(
            pl.Series(f"r{1 + at}", [replicates[at] for replicates in weights.replicates]) for at in range(REPLICATES)
        )
        design = svy.Design(wgt="w", rep_wgts=svy.SdrWgts(prefix="r", n_reps=REPLICATES))
        (total,) = (
            svy.Sample(data, design)
            .estimation.total("figure", method="replication", variance_center="estimate")
            .estimates
        )
        error = sqrt(VARIANCE_FACTOR * fsum(d * d for d in expanded.deviations))
        assert (expanded.point, error) == pytest.approx((total.est, total.se), rel=1e-9)


def test_both_variances_are_of_one_size() -> None:
    # A jackknife that knows the places, and successive differences in their order: each an estimate of the same spread.
    ratios = []
    for seed in range(20, 30):
        frame = frame_of(seed, 2, slots=1440)
        sample = draw(frame, 0.3 * frame.bytes, seed)
        if 1 in sample.probabilities:
            continue
        events = counts_of(sample, events_of(frame, seed))
        figures = [counts["rare"] for counts in events]
        places = [" ".join(cluster.place) for cluster in sample.drawn]
        raw = [1 / p for p in sample.probabilities]
        sizes = [float(cluster.measure) for cluster in sample.drawn]
        variance = 0.0
        for place in set(places):
            at = [index for index, name in enumerate(places) if name == place]
            listed = float(sum(s.measure for s in frame.strata if " ".join(s.place) == place))
            of_place = [[column[index] for index in at] for column in (raw, sizes, figures)]
            variance += jackknife([place] * len(at), *of_place, listed)[1]
        in_use = VARIANCE_FACTOR * fsum(d * d for d in expand(weigh(sample), events)["rare"].deviations)
        ratios.append(sqrt(in_use / variance))
    assert len(ratios) > 5
    assert 0.8 < fsum(ratios) / len(ratios) < 1.25
