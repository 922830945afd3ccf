"""Listings of a few places, and what the clusters of a frame hold."""

import random
from collections.abc import Mapping
from itertools import product

from costplan.engine.sampling import Cluster, Frame, Sample, build_frame
from costplan.engine.sampling.frame import Place
from tests.generator import account_ids

ACCOUNTS = account_ids(4)
REGIONS = ("ap-southeast-2", "eu-west-1", "us-east-1")
FIRST_SLOT = 2_000_000 * 6

Slots = Mapping[int, tuple[int, int]]


def places(count: int) -> list[Place]:
    return list(product(ACCOUNTS, REGIONS))[:count]


def listing(seed: int, count: int = 6, slots: int = 288, busy: float = 0.9) -> list[tuple[Place, Slots]]:
    """Return places of which each is a third as busy as the one before, with a giant in one slot of fifty."""
    chance = random.Random(seed)
    found = []
    for at, place in enumerate(places(count)):
        mean = 60_000 / 3**at
        found.append(
            (
                place,
                {
                    FIRST_SLOT + slot: (chance.randint(1, 4), _bytes(mean, chance))
                    for slot in range(slots)
                    if chance.random() < busy
                },
            )
        )
    return found


def _bytes(mean: float, chance: random.Random) -> int:
    return 1 + int(mean * chance.lognormvariate(0, 0.7) * (40 if chance.random() < 0.02 else 1))


def frame_of(seed: int, count: int = 6, slots: int = 288, busy: float = 0.9) -> Frame:
    return build_frame(listing(seed, count, slots, busy))


def events_of(frame: Frame, seed: int) -> dict[Cluster, dict[str, float]]:
    """Return what happens in each cluster: calls, about as many as there are bytes, and something rarer."""
    chance = random.Random(f"events {seed}")
    rates = {stratum.place: chance.uniform(0.5, 2) for stratum in frame.strata}
    found = {}
    for cluster in frame.clusters:
        # Some of it comes late.
        size = cluster.bytes + 0.1 * (cluster.read_bytes - cluster.bytes)
        calls = size / 1000 * rates[cluster.place] * chance.lognormvariate(0, 0.3)
        found[cluster] = {"calls": float(round(calls)), "rare": float(chance.random() < 0.2)}
    return found


def counts_of(sample: Sample, events: Mapping[Cluster, Mapping[str, float]]) -> list[Mapping[str, float]]:
    return [events[cluster] for cluster in sample.drawn]


def truth_of(events: Mapping[Cluster, Mapping[str, float]], key: str) -> float:
    return sum(counts.get(key, 0.0) for counts in events.values())
