"""The population: what was delivered when, cut into clusters."""

import random
from math import sqrt

import pytest

from costplan.engine.sampling import LOOK_SLOTS, STRETCH_SLOTS, Cluster, build_frame
from tests.engine.sampling.scenes import FIRST_SLOT, frame_of, listing

HERE, THERE = ("111122223333", "eu-west-1"), ("111122223333", "us-east-1")
NEXT = FIRST_SLOT + STRETCH_SLOTS


def test_a_cluster_is_twenty_minutes_read_a_quarter_of_an_hour_further() -> None:
    assert (STRETCH_SLOTS, LOOK_SLOTS) == (4, 3)
    slots = {FIRST_SLOT: (1, 10), FIRST_SLOT + 3: (2, 20), NEXT: (3, 300), NEXT + 2: (1, 4000), NEXT + 3: (1, 50_000)}
    first, second = build_frame([(HERE, slots)]).clusters[-2:]
    # 1 + 2 objects; with the look 3 + 1 more; the fourth slot after the end is out of sight.
    assert first == Cluster(HERE, FIRST_SLOT, 4, bytes=30, objects=3, read_bytes=4330, read_objects=7)
    assert second == Cluster(HERE, NEXT, 4, bytes=54_300, objects=5, read_bytes=54_300, read_objects=5)


def test_what_was_delivered_soon_after_a_stretch_may_have_happened_in_it() -> None:
    # An event of 00:19 in a file of 00:21 belongs to the stretch until 00:20, in which nothing was delivered.
    frame = build_frame([(HERE, {NEXT + LOOK_SLOTS - 1: (1, 10)})])
    assert [(c.start, c.bytes, c.objects, c.read_bytes, c.read_objects) for c in frame.clusters] == [
        (FIRST_SLOT, 0, 0, 10, 1),
        (NEXT, 10, 1, 10, 1),
    ]


def test_a_stretch_out_of_reach_of_any_file_is_in_no_frame() -> None:
    frame = build_frame([(HERE, {NEXT + LOOK_SLOTS: (1, 10)})])
    assert [cluster.start for cluster in frame.clusters] == [NEXT]


def test_a_look_may_be_longer_than_a_stretch_or_none_at_all() -> None:
    slots = {FIRST_SLOT + 12: (1, 10)}
    long = build_frame([(HERE, slots)], stretch=2, look=5)
    assert [c.start - FIRST_SLOT for c in long.clusters] == [6, 8, 10, 12]
    assert [c.read_bytes for c in long.clusters] == [10, 10, 10, 10]
    none = build_frame([(HERE, slots)], look=0)
    assert [(c.start - FIRST_SLOT, c.bytes, c.read_bytes) for c in none.clusters] == [(12, 10, 10)]


def test_each_object_is_in_one_cluster() -> None:
    places = listing(3)
    frame = build_frame(places)
    assert frame.objects == sum(objects for _, slots in places for objects, _ in slots.values())
    assert frame.bytes == sum(size for _, slots in places for _, size in slots.values())
    assert frame.read_bytes == sum(cluster.read_bytes for cluster in frame.clusters) > frame.bytes
    assert sum(map(len, frame.strata)) == len(frame.clusters)
    assert sum(stratum.bytes for stratum in frame.strata) == frame.bytes


def test_objects_without_bytes_are_read_with_others_but_make_no_cluster() -> None:
    assert not build_frame([(HERE, {FIRST_SLOT: (5, 0)})]).clusters
    (cluster,) = build_frame([(HERE, {NEXT - 2: (5, 0), NEXT - 1: (1, 7)})]).clusters
    assert (cluster.objects, cluster.bytes) == (6, 7)


def test_clusters_are_in_the_order_of_account_region_and_time_whatever_the_order_of_the_listing() -> None:
    places = listing(5)
    frame = build_frame(places)
    assert [(c.place, c.start) for c in frame.clusters] == sorted((c.place, c.start) for c in frame.clusters)
    shuffled = [(place, dict(reversed(slots.items()))) for place, slots in places]
    random.Random(1).shuffle(shuffled)
    other = build_frame(shuffled)
    assert (list(other.clusters), other.digest) == (list(frame.clusters), frame.digest)


def test_the_digest_tells_populations_apart() -> None:
    digests = {build_frame([(place, {FIRST_SLOT + at: (1, size)})]).digest for place, at, size in _VARIANTS}
    assert len(digests) == len(_VARIANTS)


_VARIANTS = ((HERE, 0, 10), (THERE, 0, 10), (HERE, 6, 10), (HERE, 0, 11))


def test_a_place_without_objects_is_no_stratum() -> None:
    frame = build_frame([(HERE, {}), (THERE, {FIRST_SLOT + 5: (1, 10)})])
    assert [stratum.place for stratum in frame.strata] == [THERE]


def test_a_frame_of_nothing_is_empty() -> None:
    frame = build_frame([])
    assert (list(frame.clusters), frame.strata, frame.bytes, frame.objects) == ([], (), 0, 0)
    assert frame.digest.isalnum()


@pytest.mark.parametrize("rate", [0.0, 1e-5, 1e-3, 3e-3, 1e-2, 1.0])
def test_what_a_rate_costs_is_the_sum_over_all_clusters(rate: float) -> None:
    frame = frame_of(7, 1)
    (stratum,) = frame.strata
    chances = [min(1.0, rate * size) for size in (c.size for c in frame.clusters)]
    read = [cluster.read_bytes for cluster in frame.clusters]
    assert stratum.cost(rate) == pytest.approx(sum(p * r for p, r in zip(chances, read, strict=True)))
    assert stratum.drawn(rate) == pytest.approx(sum(chances))
    variance = sum(p * (1 - p) * r * r for p, r in zip(chances, read, strict=True))
    assert stratum.spread(rate) == pytest.approx(variance, abs=1e-6 * frame.read_bytes**2)


def test_a_rate_gives_as_many_clusters_as_were_wanted() -> None:
    (stratum,) = frame_of(7, 1).strata
    assert stratum.drawn(stratum.rate_for(5.0)) == pytest.approx(5.0)
    assert stratum.drawn(stratum.rate_for(1e9)) == pytest.approx(len(stratum))


def test_the_measure_of_a_cluster_is_its_bytes_and_a_third_of_those_looked_at() -> None:
    frame = build_frame([(HERE, {FIRST_SLOT: (1, 36), NEXT: (1, 39)})])
    # The stretch before the first holds what may have come late: 36 / 3; then 36 + 39 / 3.
    assert [c.measure for c in frame.clusters] == pytest.approx([12, 49, 39])
    assert [c.size for c in frame.clusters] == pytest.approx([sqrt(12), 7, sqrt(39)])
    (stratum,) = frame.strata
    assert stratum.measure == pytest.approx(sum(c.measure for c in frame.clusters))
    assert list(stratum.sizes) == pytest.approx([c.size for c in frame.clusters])
    assert stratum.size == pytest.approx(sum(stratum.sizes))


def test_clusters_are_found_by_their_position() -> None:
    clusters = frame_of(1, 3).clusters
    assert [clusters[at] for at in range(len(clusters))] == list(clusters)
    assert list(clusters[5:9]) == list(clusters)[5:9]
    assert clusters[len(clusters) - 1].place == max(c.place for c in clusters)
    for outside in (-1, len(clusters)):
        with pytest.raises(IndexError):
            clusters[outside]
