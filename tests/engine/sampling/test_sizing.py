"""How much to read, by hand."""

import pytest

from costplan.engine.sampling import final_budget, pilot_budget

POPULATION, CLUSTERS = 1_000_000_000, 100_000


def test_a_pilot_takes_a_fifth_of_the_budget() -> None:
    assert pilot_budget(POPULATION, CLUSTERS, 5_000_000) == pytest.approx(1_000_000)


def test_without_a_budget_a_pilot_takes_little_of_many_clusters() -> None:
    # 0.3 % of a gigabyte; 150 clusters of 10 kB would be half of that.
    assert pilot_budget(POPULATION, CLUSTERS, None) == pytest.approx(3_000_000)


def test_without_a_budget_a_pilot_takes_enough_of_few_clusters() -> None:
    # 150 of 1,000 clusters of a megabyte.
    assert pilot_budget(POPULATION, 1_000, None) == pytest.approx(150_000_000)
    assert pilot_budget(POPULATION, 100, None) == POPULATION
    assert pilot_budget(0, 0, None) == 0


def test_half_the_error_takes_four_times_the_bytes_and_a_margin() -> None:
    # (10 % / 5 %)² × 1.35 = 5.4
    assert final_budget(1_000_000, 0.10, 0.05, POPULATION, None) == pytest.approx(5_400_000)


def test_the_final_draw_and_the_pilot_share_the_budget() -> None:
    assert final_budget(1_000_000, 0.10, 0.05, POPULATION, 4_000_000) == pytest.approx(3_000_000)
    assert final_budget(5_000_000, 0.10, 0.05, POPULATION, 4_000_000) == 0


def test_no_more_is_read_than_there_is() -> None:
    assert final_budget(1_000_000, 5.0, 0.05, POPULATION, None) == POPULATION


@pytest.mark.parametrize("error", [0.0, 0.001, 0.04])
def test_a_lucky_pilot_makes_no_smaller_final_draw_than_itself(error: float) -> None:
    assert final_budget(1_000_000, error, 0.05, POPULATION, None) == pytest.approx(1_000_000)
