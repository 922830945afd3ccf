"""Drawing clusters: with unequal probabilities, systematically in the order of account, Region and time."""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

from costplan.engine.sampling.frame import Cluster, Frame, Place

FLOOR_CLUSTERS = 2.0
"""Clusters of every place that are drawn on average, where that is cheap: a place never seen is unknown."""

FLOOR_SHARE = 0.25
"""Of the budget, what floors may take at the most."""

_TRIES = 100
_ROUNDS, _CLOSE = 6, 1.01
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """The clusters that were drawn.

    drawn: clusters, in the order of the frame; probabilities: of each; 1 is certain.
    design_id: names the population, the seed and the rates: figures of equal ids pair by replicate.
    never_drawn: places of which no cluster was drawn.
    """

    frame: Frame
    drawn: tuple[Cluster, ...]
    probabilities: tuple[float, ...]
    seed: int
    design_id: str

    @property
    def is_census(self) -> bool:
        """Whether everything was drawn."""
        return len(self.drawn) == len(self.frame.clusters)

    @property
    def read_bytes(self) -> int:
        """What reading the clusters costs, looks past their ends included."""
        return sum(cluster.read_bytes for cluster in self.drawn)

    @property
    def read_objects(self) -> int:
        """How many objects that is; where looks and clusters overlap, some of them twice."""
        return sum(cluster.read_objects for cluster in self.drawn)

    @property
    def never_drawn(self) -> tuple[Place, ...]:
        """Places with objects of which none was drawn, sorted."""
        return tuple(sorted({s.place for s in self.frame.strata} - {cluster.place for cluster in self.drawn}))


def draw(frame: Frame, budget_bytes: float, seed: int, focus: Mapping[Place, float] | None = None) -> Sample:
    """Return a random sample whose reading costs at most *budget_bytes*.

    A budget of less than a cluster still draws one.  *focus*: places with the number of clusters that should be drawn
    there at least, on average: a second look at where something rare is expensive.
    """
    if min(frame.bytes, frame.read_bytes) <= budget_bytes:
        return Sample(frame, frame.clusters, (1.0,) * len(frame.clusters), seed, _design_id(frame, seed, ()))
    rates = _affordable(frame, budget_bytes, focus or {})
    design_id = _design_id(frame, seed, rates)
    probabilities: list[float] = []
    for stratum, rate in zip(frame.strata, rates, strict=True):
        sizes = frame.sizes[stratum.first : stratum.first + stratum.count]
        probabilities += [min(1.0, rate * size) for size in sizes]
    reached = list(accumulate(probabilities))
    generator = random.Random(seed)
    for _ in range(_TRIES):
        chosen = _systematic(reached, generator.random())
        drawn = tuple(frame.clusters[at] for at in chosen)
        sample = Sample(frame, drawn, tuple(probabilities[at] for at in chosen), seed, design_id)
        if sample.read_bytes <= budget_bytes:
            break
    return sample


def _affordable(frame: Frame, budget: float, focus: Mapping[Place, float]) -> tuple[float, ...]:
    """Return rates with which nearly every draw stays within the budget.

    Were draws over the budget common and thrown away, the others would hold too few of the large clusters.
    """
    everywhere = {stratum.place: FLOOR_CLUSTERS for stratum in frame.strata}
    wishes = [(2 * FLOOR_SHARE, _asked(frame, focus)), (FLOOR_SHARE, _asked(frame, everywhere))]
    expected = budget
    for _ in range(_ROUNDS):
        rates = _rates(frame, expected, wishes)
        pairs = list(zip(frame.strata, rates, strict=True))
        # Neighbours are alike, so a systematic draw varies less than independent ones would.
        likely_most = sum(s.cost(rate) for s, rate in pairs) + sqrt(sum(s.spread(rate) for s, rate in pairs))
        if likely_most <= budget * _CLOSE:
            break
        expected *= budget / likely_most
    return rates


def _systematic(reached: list[float], start: float) -> list[int]:
    """Return where the running sum of the probabilities passes start, start + 1 and so on."""
    chosen: list[int] = []
    wanted = start
    while (at := bisect_right(reached, wanted, chosen[-1] + 1 if chosen else 0)) < len(reached):
        chosen.append(at)
        # A certain cluster moves the sum by one, whatever the last digits of it are.
        wanted = start + int(reached[at] - start) + 1
    # Fewer than one on average: the start decides by chance which one, if any; one is drawn all the same.
    return chosen or [int(start * len(reached))]


class _Ask(NamedTuple):
    """A wish for clusters of a stratum: what it costs, which stratum, and the rate that fulfils it."""

    cost: float
    at: int
    rate: float


def _asked(frame: Frame, wanted: Mapping[Place, float]) -> list[_Ask]:
    """Return the wishes for clusters of places, the cheapest first."""
    asks = []
    for at, stratum in enumerate(frame.strata):
        clusters = wanted.get(stratum.place, 0.0)
        if clusters > 0:
            rate = stratum.rate_for(clusters)
            asks.append(_Ask(stratum.cost(rate), at, rate))
    return sorted(asks)


def _rates(frame: Frame, budget: float, wishes: list[tuple[float, list[_Ask]]]) -> tuple[float, ...]:
    """Return the rate of each stratum: one for all, more where a wish asks for it, within the budget.

    wishes: with the share of the budget that they may take together.
    """
    floors = [0.0] * len(frame.strata)
    for share, asks in wishes:
        purse = budget * share
        for ask in asks:
            if ask.cost > purse:
                # Whoever asks last gets what is left.
                floors[ask.at] = max(floors[ask.at], frame.strata[ask.at].rate_costing(purse))
                break
            floors[ask.at] = max(floors[ask.at], ask.rate)
            purse -= ask.cost
    low, high = 0.0, max(1 / size for size in frame.sizes)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        cost = sum(s.cost(max(middle, floor)) for s, floor in zip(frame.strata, floors, strict=True))
        low, high = (middle, high) if cost <= budget else (low, middle)
    return tuple(max(low, floor) for floor in floors)


def _design_id(frame: Frame, seed: int, rates: tuple[float, ...]) -> str:
    return "sha256:" + hashlib.sha256(f"{frame.digest} {seed} {rates!r}".encode()).hexdigest()
