"""What a sample holds: within the budget, from everywhere, and the same every time."""

import random
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costplan.engine.sampling import Frame, build_frame, draw
from costplan.engine.sampling.drawing import FEWEST_CLUSTERS, systematic
from tests.engine.sampling.scenes import FIRST_SLOT, frame_of, listing, places

HERE = places(1)[0]
FRAMES = {(seed, count): frame_of(seed, count) for seed in (1, 2, 3) for count in (1, 4, 9)}
SHARES = st.floats(0.001, 1.2)


@given(st.sampled_from(sorted(FRAMES)), SHARES, st.integers(0, 10_000))
def test_no_sample_costs_more_than_its_budget_but_the_smallest(name: tuple[int, int], share: float, seed: int) -> None:
    frame = FRAMES[name]
    sample = draw(frame, share * frame.bytes, seed)
    assert sample.drawn
    assert sample.read_bytes <= share * frame.bytes or sample.is_census or sample.is_over_budget
    if sample.is_over_budget:
        assert sum(p for p in sample.probabilities if p < 1) < FEWEST_CLUSTERS * 2
    assert all(0 < probability <= 1 for probability in sample.probabilities)
    assert len(sample.probabilities) == len(sample.drawn) == len(set(sample.drawn))
    assert list(sample.drawn) == [cluster for cluster in frame.clusters if cluster in set(sample.drawn)]


@given(st.sampled_from(sorted(FRAMES)), SHARES, st.integers(0, 10_000))
def test_probabilities_of_a_place_go_by_the_root_of_bytes(name: tuple[int, int], share: float, seed: int) -> None:
    frame = FRAMES[name]
    sample = draw(frame, share * frame.bytes, seed)
    drawn = zip(sample.drawn, sample.probabilities, strict=True)
    rates = {(cluster.place, f"{p / cluster.size:.9g}") for cluster, p in drawn if p < 1}
    assert len(rates) == len({place for place, _ in rates})


def test_a_budget_is_nearly_used() -> None:
    frame = frame_of(1, 6, slots=2880)
    read = [draw(frame, 0.1 * frame.bytes, seed).read_bytes / frame.bytes for seed in range(20)]
    assert 0.07 < sum(read) / len(read) <= 0.1


def test_a_budget_for_everything_is_a_census() -> None:
    frame = frame_of(1)
    sample = draw(frame, frame.bytes, 1)
    assert sample.is_census
    assert set(sample.probabilities) == {1.0}
    assert not draw(frame, frame.bytes - 1, 1).is_census


def test_the_same_seed_draws_the_same_sample_and_another_seed_another() -> None:
    frame = frame_of(1)
    first, again, other = (draw(frame, 0.2 * frame.bytes, seed) for seed in (7, 7, 8))
    assert (first.drawn, first.probabilities, first.design_id) == (again.drawn, again.probabilities, again.design_id)
    assert first.drawn != other.drawn
    assert first.design_id != other.design_id


def test_another_population_or_budget_is_another_design() -> None:
    frame = frame_of(1)
    design_ids = {
        draw(frame, 0.2 * frame.bytes, 7).design_id,
        draw(frame, 0.3 * frame.bytes, 7).design_id,
        draw(frame, 2 * frame.bytes, 7).design_id,
        draw(frame_of(2), 0.2 * frame.bytes, 7).design_id,
        draw(frame, 0.2 * frame.bytes, 7, {places(6)[4]: 20.0}).design_id,
    }
    assert len(design_ids) == 5
    assert all(design_id.startswith("sha256:") for design_id in design_ids)


def test_the_order_of_the_listing_makes_no_difference() -> None:
    found = listing(4)
    first = draw(build_frame(found), 1_000_000, 3)
    shuffled = random.Random(1).sample(found, len(found))
    second = draw(build_frame(shuffled), 1_000_000, 3)
    assert shuffled != found
    assert (first.drawn, first.design_id) == (second.drawn, second.design_id)


def test_small_places_are_drawn_from_as_well() -> None:
    frame = frame_of(1, 9, slots=2880)
    smallest = frame.strata[-1]
    assert smallest.bytes < frame.bytes / 2000
    drawn = Counter[int]()
    for seed in range(50):
        sample = draw(frame, 0.05 * frame.bytes, seed)
        drawn[sum(cluster.place == smallest.place for cluster in sample.drawn)] += 1
        assert len(sample.never_drawn) <= 1
    # Two on average, wherever the draw starts.
    assert set(drawn) <= {1, 2, 3}
    assert sum(count * times for count, times in drawn.items()) / 50 == pytest.approx(2, abs=0.3)


def test_floors_take_a_quarter_of_the_budget_at_most() -> None:
    # 200 places alike: two clusters of each would cost four times what may be read.
    slots = {FIRST_SLOT + at: (1, 1000) for at in range(288)}
    frame = build_frame([((f"{account:012}", "eu-west-1"), slots) for account in range(200)])
    sample = draw(frame, 100 * frame.clusters[5].read_bytes, 1)
    assert 85 <= len(sample.drawn) <= 100


def test_places_never_drawn_are_named() -> None:
    frame = frame_of(1, 9)
    sample = draw(frame, 0.005 * frame.bytes, 1)
    met = {cluster.place for cluster in sample.drawn}
    assert sample.never_drawn == tuple(place for place in places(9) if place not in met)
    assert sample.never_drawn
    assert draw(frame, frame.bytes, 1).never_drawn == ()


def test_a_focus_draws_as_many_clusters_of_a_place_as_are_wanted() -> None:
    frame = frame_of(1, 9, slots=2880)
    rare = places(9)[7]

    def met(focus: dict[tuple[str, str], float]) -> float:
        samples = (draw(frame, 0.05 * frame.bytes, seed, focus) for seed in range(20))
        return sum(cluster.place == rare for sample in samples for cluster in sample.drawn) / 20

    assert met({}) < 5
    assert met({rare: 30.0}) == pytest.approx(30, abs=1)


def test_a_focus_that_is_too_expensive_leaves_half_to_all_others() -> None:
    frame = frame_of(1, 4, slots=2880)
    samples = [draw(frame, 0.02 * frame.bytes, seed, {places(4)[2]: 10_000.0}) for seed in range(20)]
    read = [sum(c.read_bytes for c in sample.drawn if c.place == places(4)[2]) for sample in samples]
    # Half of what is read on average, which giants keep well below the budget, and what comes without any focus.
    assert 0.5 < sum(read) / sum(sample.read_bytes for sample in samples) < 0.6
    assert all(sample.read_bytes <= 0.02 * frame.bytes for sample in samples)
    assert {cluster.place for sample in samples for cluster in sample.drawn} == set(places(4))


# ---- frames that hardly are any ----


def test_of_nothing_nothing_is_drawn() -> None:
    sample = draw(build_frame([]), 100, 1)
    assert (sample.drawn, sample.read_bytes, sample.read_objects, sample.never_drawn) == ((), 0, 0, ())


def one_cluster() -> Frame:
    return build_frame([(HERE, {FIRST_SLOT + 7: (3, 100)})])


@pytest.mark.parametrize("budget", [0, 1, 99, 100])
def test_one_cluster_is_drawn_whatever_may_be_read(budget: int) -> None:
    sample = draw(one_cluster(), budget, 1)
    assert (len(sample.drawn), sample.read_bytes, sample.read_objects) == (1, 100, 3)


@pytest.mark.parametrize("budget", [0, 1, 50])
def test_a_tiny_budget_draws_about_two_clusters_says_so_and_not_always_the_same(budget: int) -> None:
    frame = frame_of(1, 2)
    samples = [draw(frame, budget, seed) for seed in range(30)]
    assert {len(sample.drawn) for sample in samples} == {2}
    assert all(sample.is_over_budget for sample in samples)
    assert len({sample.drawn for sample in samples}) > 10
    assert not draw(frame, 0.5 * frame.bytes, 1).is_over_budget


def test_beside_a_giant_that_takes_all_of_the_budget_others_are_drawn_as_well() -> None:
    slots = {FIRST_SLOT + 8 * at: (1, 10) for at in range(100)} | {FIRST_SLOT + 8 * 101: (1, 10_000_000)}
    frame = build_frame([(HERE, slots)])
    for budget in (1, 10_000_100, 10_000_300):
        for seed in range(10):
            sample = draw(frame, budget, seed)
            assert sum(p < 1 for p in sample.probabilities) >= 2


def test_clusters_all_alike_are_drawn_from_all_of_the_time() -> None:
    frame = build_frame([(HERE, {FIRST_SLOT + at: (1, 1000) for at in range(4 * 100)})])
    sample = draw(frame, 30 * 7000, 5)
    gaps = [b.start - a.start for a, b in zip(sample.drawn, sample.drawn[1:], strict=False)]
    assert 25 <= len(sample.drawn) <= 30
    # One in each interval of a little over three clusters.
    assert max(gaps) <= 2 * 4 * 4
    assert min(gaps) >= 4


def test_each_position_is_drawn_with_its_probability_and_once() -> None:
    probabilities = [0.3, 0.9, 0.05, 0.6, 0.0, 0.8, 0.25, 0.5, 0.95, 0.2]
    generator = random.Random(1)
    drawn = Counter[int]()
    for _ in range(20_000):
        chosen = systematic(list(accumulate(probabilities)), generator)
        assert chosen == sorted(set(chosen))
        assert len(chosen) in (4, 5)
        drawn.update(chosen)
    # Four standard errors are 0.014.
    assert [drawn[at] / 20_000 for at in range(10)] == pytest.approx(probabilities, abs=0.014)


def test_what_happens_at_the_same_hour_of_each_day_is_neither_always_drawn_nor_never() -> None:
    # One cluster a day is drawn, so a fixed step would draw all of them, or none, at the hours from 0 to 3.
    frame = build_frame([(HERE, {FIRST_SLOT + 4 * at: (1, 1000) for at in range(72 * 30)})])
    samples = [draw(frame, 31 * 2100, seed) for seed in range(50)]
    assert all(25 <= len(sample.drawn) <= 41 for sample in samples)
    early = [sum(c.start % 288 < 36 for c in sample.drawn) / len(sample.drawn) for sample in samples]
    assert sum(early) / 50 == pytest.approx(1 / 8, abs=0.03)
    assert max(early) < 0.4


def test_a_giant_is_certain() -> None:
    slots = {FIRST_SLOT + at: (1, 10) for at in range(2880)}
    slots[FIRST_SLOT + 1200] = (1, 10_000_000)
    frame = build_frame([(HERE, slots)])
    for seed in range(20):
        sample = draw(frame, 10_500_000 * 2, seed)
        assert any(c.bytes > 10_000_000 and p == 1 for c, p in zip(sample.drawn, sample.probabilities, strict=True))
