"""Samples of time: every window as likely as any other, weights that add up, and intervals that are honest."""

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.sampling import METHOD, VARIANCE_FACTOR, Stratum, draw_windows, expand, weigh_windows
from costplan.engine.sampling.lengths import FEWEST_WINDOWS, LENGTHS, WindowPlan, plan_windows
from costplan.engine.uncertainty import student_t
from costplan.model.volumes import Estimated


@given(st.integers(1, 500), st.integers(1, 60), st.integers(0, 1000))
def test_so_many_windows_are_drawn_each_once_in_order(windows: int, wanted: int, seed: int) -> None:
    drawn = draw_windows(windows, wanted, random.Random(seed))
    assert len(drawn) == min(windows, wanted)
    assert list(drawn) == sorted(set(drawn))
    assert all(0 <= position < windows for position in drawn)


def test_every_window_is_as_likely_as_any_other() -> None:
    times = Counter(at for seed in range(4000) for at in draw_windows(10, 3, random.Random(seed)))
    # Each is drawn in 0.3 of 4,000 draws: 1,200, give or take 4 × √(4,000 × 0.3 × 0.7) = 116.
    assert all(abs(times[at] - 1200) < 116 for at in range(10))


@given(st.lists(st.tuples(st.integers(2, 300), st.integers(1, 40)), min_size=1, max_size=5))
def test_weights_of_a_place_add_up_to_its_windows_in_every_replicate(sizes: list[tuple[int, int]]) -> None:
    strata = [Stratum(windows, min(windows, drawn)) for windows, drawn in sizes]
    weights = weigh_windows(strata)
    at = 0
    for stratum in strata:
        here = slice(at, at + stratum.drawn)
        at += stratum.drawn
        assert math.isclose(sum(weights.point[here]), stratum.windows)
        for column in zip(*weights.replicates[here], strict=True):
            if stratum.drawn > 1:
                assert math.isclose(sum(column), stratum.windows)
    assert at == len(weights.point)


def test_what_is_read_whole_has_no_interval() -> None:
    counts = [{"a": 3.0}, {"a": 4.0}]
    (found,) = expand(weigh_windows([Stratum(2, 2)]), counts).values()
    assert (found.point, set(found.deviations)) == (7.0, {0.0})


def test_a_single_window_of_a_place_says_that_it_knows_little() -> None:
    (found,) = expand(weigh_windows([Stratum(10, 1)]), [{"a": 5.0}]).values()
    assert found.point == 50
    assert max(abs(deviation) for deviation in found.deviations) > 10


@pytest.mark.parametrize("kind", ["rhythm", "bursts"])
def test_intervals_cover_the_truth_about_as_often_as_they_say(kind: str) -> None:
    """A population that is known: two weeks of minutes, by day and night, or with a burst in one of fifty."""
    generator = random.Random(5)
    windows = 14 * 24 * 60
    if kind == "rhythm":
        population = [
            max(0, round(60 + 40 * math.sin(at / 1440 * 6.283) + generator.gauss(0, 12))) for at in range(windows)
        ]
    else:
        population = [generator.randrange(200, 400) if generator.random() < 0.02 else 20 for _ in range(windows)]
    truth, hits, errors = sum(population), 0, []
    for seed in range(400):
        drawn = draw_windows(windows, 240, random.Random(seed))
        (found,) = expand(
            weigh_windows([Stratum(windows, 240)]), [{"a": float(population[at])} for at in drawn]
        ).values()
        errors.append(found.point - truth)
        hits += abs(found.point - truth) <= _half_width(found)
    # The mean error of 400 draws is no bias: within four standard errors of nothing.
    mean = sum(errors) / 400
    spread = math.sqrt(sum((error - mean) ** 2 for error in errors) / 399)
    assert abs(mean) < 4 * spread / 20
    # 95 of 100, give or take 4 × √(0.95 × 0.05 / 400) = 4.4; skewed bursts may miss a few more.
    assert (0.90 if kind == "rhythm" else 0.88) <= hits / 400 <= 0.995


def _half_width(found: Estimated) -> float:
    return student_t(63) * math.sqrt(VARIANCE_FACTOR * sum(d * d for d in found.deviations))


def test_the_method_is_named() -> None:
    assert METHOD == "successive-difference"


# ---- lengths ----


@pytest.mark.parametrize(
    ("per_second", "plan"),
    [
        # 0.001 a second for a day: 86 events, two pages of the 600 calls.
        (0.001, WindowPlan(86_400, 1, 1)),
        # One a second: windows of 60 seconds have 60 events, 1.7 calls; 600 / 1.7 = 352 of 1,440.
        (1.0, WindowPlan(60, 1440, 352)),
        # 40 a second: 80 events in two seconds, 2.1 calls; 285 of 43,200.
        (40.0, WindowPlan(2, 43_200, 285)),
        # A thousand a second: even one second costs 20.5 calls; 29 windows.
        (1000.0, WindowPlan(1, 86_400, 29)),
        # However many events, too few windows would tell nothing.
        (10_000.0, WindowPlan(1, 86_400, FEWEST_WINDOWS)),
    ],
)
def test_windows_hold_about_a_page_and_cost_what_is_allowed(per_second: float, plan: WindowPlan) -> None:
    assert plan_windows(per_second, 86_400, 600, 50) == plan


@given(st.floats(1e-6, 1e4), st.integers(48, 5000), st.integers(1, 90))
def test_windows_fill_the_period(per_second: float, calls: int, days: int) -> None:
    plan = plan_windows(per_second, days * 86_400, calls, 50)
    assert plan.seconds * plan.windows == days * 86_400
    assert plan.is_census == (plan.windows == 1)
    assert plan.wanted <= plan.windows
    assert all(3600 % length == 0 for length in LENGTHS)
