"""How much to read, by hand."""

import pytest

from costplan.engine.sampling import final_budget, pilot_budget

POPULATION, CLUSTERS = 1_000_000_000, 100_000


def test_a_pilot_takes_a_fifth_of_the_budget() -> None:
    assert pilot_budget(POPULATION, CLUSTERS, 5_000_000) == pytest.approx(1_000_000)


@pytest.mark.parametrize(
    ("clusters", "wanted"),
    [
        # 0.6 % of the clusters, but no fewer than 200 and no more than 1,500.
        (100_000, 6_000_000),
        (1_000, 200_000_000),
        (1_000_000, 1_500_000),
        (150, POPULATION),
        (1, POPULATION),
    ],
)
def test_without_a_budget_a_pilot_takes_the_bytes_of_some_clusters(clusters: int, wanted: int) -> None:
    assert pilot_budget(POPULATION, clusters, None) == pytest.approx(wanted)


def test_of_nothing_a_pilot_takes_nothing() -> None:
    assert pilot_budget(0, 0, None) == 0


def test_half_the_error_takes_four_times_the_bytes_and_a_margin() -> None:
    # (10 % / 5 %)² × 1.6 = 6.4
    assert final_budget(1_000_000, 0.10, 0.05, POPULATION, None) == pytest.approx(6_400_000)


def test_the_final_draw_and_the_pilot_share_the_budget() -> None:
    assert final_budget(1_000_000, 0.10, 0.05, POPULATION, 4_000_000) == pytest.approx(3_000_000)
    assert final_budget(5_000_000, 0.10, 0.05, POPULATION, 4_000_000) == 0


def test_no_more_is_read_than_there_is() -> None:
    assert final_budget(1_000_000, 5.0, 0.05, POPULATION, None) == POPULATION


@pytest.mark.parametrize("error", [0.0, 0.001, 0.039])
def test_a_lucky_pilot_makes_no_smaller_final_draw_than_itself(error: float) -> None:
    assert final_budget(1_000_000, error, 0.05, POPULATION, None) == pytest.approx(1_000_000)
