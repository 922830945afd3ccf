"""The coverage experiment in small: the whole procedure, pilot and size included, on one simulated bucket."""

import numpy as np
import pytest

from benchmarks.coverage import TARGET_ERROR, TOTAL, Experiment, bucket_of, experiment, main
from benchmarks.populations import Population, Recipe

TINY = Recipe("tiny", 3, 3, 14, 3e5, 0.3, lambda_share=0.2, seed=7)
SEEDS = 60


@pytest.fixture(scope="module")
def found() -> Experiment:
    return experiment(bucket_of(TINY), SEEDS)


def test_intervals_hold_the_truth_as_often_as_they_say(found: Experiment) -> None:
    covered = found.covered()
    assert covered.shape == (SEEDS, 4)
    # Of 60 seeds at 95 %, fewer than 52 have a chance of four in a thousand.
    assert covered[:, 0].sum() >= 52
    assert covered[:, 1:].mean() >= 0.9


def test_intervals_are_not_bloated_and_the_truth_is_near(found: Experiment) -> None:
    errors = abs(found.errors(TOTAL))
    assert found.half_widths(TOTAL).mean() <= 1.6 * np.quantile(errors, 0.95)
    assert (errors <= TARGET_ERROR).mean() >= 0.9
    assert abs(found.errors(TOTAL).mean()) < 0.01


def test_all_that_is_read_stays_within_the_budget(found: Experiment) -> None:
    assert 0.05 < found.read_shares.mean() <= found.read_shares.max() <= TINY.budget


def test_a_population_is_the_same_every_time_and_its_events_are_all_delivered() -> None:
    population, again = Population(TINY), Population(TINY)
    assert (population.bytes == again.bytes).all()
    assert (population.happened == again.happened).all()
    # Every place with events delivers files, twice as many bytes where two trails deliver; nothing without events.
    assert ((population.happened.sum(axis=(0, 2)) > 0) == (population.objects.sum(axis=1) > 0)).all()
    weights = np.array([170, 130, 150]) @ population.happened.sum(axis=2)
    bodies = (population.bytes - 680 * population.objects).sum(axis=1)
    assert bodies == pytest.approx(2 * weights, rel=0.05)


def test_a_trail_switched_on_half_way_delivers_nothing_before() -> None:
    recipe = Recipe("half", 1, 1, 14, 3e5, 0.3, half_way=1.0)
    (sizes,) = Population(recipe).bytes
    before, after = sizes[: len(sizes) // 2].sum(), sizes[len(sizes) // 2 :].sum()
    assert after == pytest.approx(2 * before, rel=0.3)


def test_the_command_refuses_what_it_cannot_do(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--seeds", "0"], ["--population", "unheard-of"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "error" in capsys.readouterr().err
