"""Drawing clusters: with unequal probabilities, systematically in the order of account, Region and time.

The running sum of the probabilities is cut into intervals of one, and one cluster is drawn in each of them, at random
(Deville's systematic sampling).  The same place in every interval, which is the plainer form, would fall in step with
what happens at the same hour of each day: samples that nearly all miss it look very sure of themselves.
"""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf, sqrt
from typing import NamedTuple

from costplan.engine.sampling.frame import Cluster, Frame, Place

FLOOR_CLUSTERS = 2.0
"""Clusters of every place that are drawn on average, where that is cheap: a place never seen is unknown."""

FLOOR_SHARE = 0.25
"""Of the budget, what floors may take at the most; twice as much what a focus may."""

FEWEST_CLUSTERS = 2.0
"""Clusters that are left to chance on average, whatever the budget: of fewer nobody could tell how unlike they are."""

_TRIES = 100
_ROUNDS, _CLOSE = 6, 1.01
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """The clusters that were drawn.

    drawn: clusters, in the order of the frame; probabilities: of each; 1 is certain.
    focus: places that were looked at for a charge that is rare elsewhere: a part of the population of its own.
    design_id: names the population, the seed and the rates: figures of equal ids pair by replicate.
    """

    frame: Frame
    drawn: tuple[Cluster, ...]
    probabilities: tuple[float, ...]
    seed: int
    design_id: str
    budget_bytes: float = inf
    focus: frozenset[Place] = frozenset()

    @property
    def is_census(self) -> bool:
        """Whether everything was drawn."""
        return len(self.drawn) == len(self.frame.clusters)

    @property
    def is_over_budget(self) -> bool:
        """Whether even the smallest sample that tells anything costs more than was allowed."""
        return not self.is_census and self.read_bytes > self.budget_bytes

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
    """Return a random sample whose reading costs at most *budget_bytes*, or all where the budget allows for that.

    A budget of less than two clusters still draws about two; ``is_over_budget`` says so.  *focus*: places with the
    number of clusters that should be drawn there at least, on average: a second look at where something rare is
    expensive.
    """
    focus = {place: wanted for place, wanted in (focus or {}).items() if wanted > 0}
    if min(frame.bytes, frame.read_bytes) <= budget_bytes:
        everything = (1.0,) * len(frame.clusters)
        return Sample(frame, tuple(frame.clusters), everything, seed, _design_id(frame, seed, ()), budget_bytes)
    rates = _affordable(frame, budget_bytes, focus)
    design_id = _design_id(frame, seed, rates)
    probabilities: list[float] = []
    for stratum, rate in zip(frame.strata, rates, strict=True):
        probabilities += [min(1.0, rate * size) for size in stratum.sizes]
    certain = [at for at, p in enumerate(probabilities) if p >= 1]
    # Certain clusters are no part of the running sum: they would put an interval of their own between neighbours.
    reached = list(accumulate([p if p < 1 else 0.0 for p in probabilities]))
    generator = random.Random(seed)
    for _ in range(_TRIES):
        chosen = sorted([*certain, *systematic(reached, generator)])
        sample = Sample(
            frame,
            tuple(frame.clusters[at] for at in chosen),
            tuple(probabilities[at] for at in chosen),
            seed,
            design_id,
            budget_bytes,
            frozenset(focus),
        )
        if chosen and not sample.is_over_budget:
            break
    return sample


def systematic(reached: Sequence[float], generator: random.Random) -> list[int]:
    """Return positions drawn from a running sum of probabilities, one in each interval of one (Deville 1998).

    A position whose probability reaches over the end of an interval can be drawn in both, so what happens in the second
    depends on the first: it is drawn once at the most, and each is drawn with just its probability.

    >>> systematic([0.5, 1.0, 1.5, 2.0], random.Random(1))
    [0, 3]
    """
    chosen: list[int] = []
    total = reached[-1] if reached else 0.0
    start = 0
    while start < total:
        # Of the position that reaches into this interval: how much of it lies before, and how much within.
        over = bisect_right(reached, start)
        before = start - (reached[over - 1] if over else 0.0)
        within = reached[over] - start if before > 0 else 0.0
        drop = generator.random()
        if chosen and chosen[-1] == over:
            point = start + within + drop * (1 - within)
        elif drop * (1 - before) < within:
            point = float(start)
        else:
            again = within / (1 - before)
            point = start + within + (drop - again) / (1 - again) * (1 - within)
        at = bisect_right(reached, point)
        # The last interval is not full: a point past the end draws nothing.
        if at < len(reached):
            chosen.append(at)
        start += 1
    return chosen


# ---- rates: what the probability of a cluster is, per unit of its size ----


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
    return _enough(frame, rates)


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


def _rates(frame: Frame, budget: float, wishes: Iterable[tuple[float, list[_Ask]]]) -> tuple[float, ...]:
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
    low, high = 0.0, _highest(frame)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        cost = sum(s.cost(max(middle, floor)) for s, floor in zip(frame.strata, floors, strict=True))
        low, high = (middle, high) if cost <= budget else (low, middle)
    return tuple(max(low, floor) for floor in floors)


def _enough(frame: Frame, rates: tuple[float, ...]) -> tuple[float, ...]:
    """Return rates raised to where a few clusters are left to chance on average, or to where none is."""

    def is_enough(least: float) -> bool:
        raised = [max(least, rate) for rate in rates]
        return sum(s.uncertain(rate) for s, rate in zip(frame.strata, raised, strict=True)) >= FEWEST_CLUSTERS

    if is_enough(0.0):
        return rates
    # Raising a rate makes some clusters certain, so what is left to chance does not only grow: try ever higher rates.
    least = FEWEST_CLUSTERS / sum(s.size for s in frame.strata)
    highest = _highest(frame)
    while least < highest and not is_enough(least):
        least *= 1.1
    return tuple(max(least, rate) for rate in rates)


def _highest(frame: Frame) -> float:
    """Return the rate at which every cluster is drawn."""
    return max(stratum.highest for stratum in frame.strata)


def _design_id(frame: Frame, seed: int, rates: tuple[float, ...]) -> str:
    return "sha256:" + hashlib.sha256(f"{frame.digest} {seed} {rates!r}".encode()).hexdigest()
