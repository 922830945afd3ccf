"""The population of a sample: the listed objects, cut into clusters of half an hour of one account and Region."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import sqrt
from operator import mul

STRETCH_SLOTS = 6
"""Five-minute slots of a cluster: short, so that many unlike stretches of time can be read for the same bytes."""

LOOK_SLOTS = 3
"""How far past a cluster's end files are read: copies come within neighbouring slots (R52), files within 15 minutes."""

LOOK_WEIGHT = 1 / LOOK_SLOTS
"""What a byte past the end counts for in the chance of being drawn: late events are there, mostly in the first slot."""

Place = tuple[str, str]
"""An account and a Region: the strata."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The objects delivered in a stretch of time of one account and Region.

    start, slots: the stretch, in five-minute slots numbered from the epoch.
    bytes, objects: delivered in the stretch; read_bytes, read_objects: with the look past its end.
    """

    place: Place
    start: int
    slots: int
    bytes: int
    objects: int
    read_bytes: int
    read_objects: int


class Frame:
    """All clusters, in the order of account, Region and time, and what a design needs to know of them.

    sizes: the measure by which a cluster's probability goes: the root of its bytes.  Probabilities proportional to the
    bytes themselves would spend a budget of bytes on a few giants.
    bytes, objects: of the population, each object once; read_bytes: of all clusters, looks past their ends included.
    """

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self.clusters = tuple(sorted(clusters, key=lambda c: (c.place, c.start)))
        self.sizes = [sqrt(c.bytes + (c.read_bytes - c.bytes) * LOOK_WEIGHT) for c in self.clusters]
        self.bytes = sum(c.bytes for c in self.clusters)
        self.read_bytes = sum(c.read_bytes for c in self.clusters)
        self.objects = sum(c.objects for c in self.clusters)

    @cached_property
    def strata(self) -> tuple["Stratum", ...]:
        """The clusters of each place."""
        found = []
        start = 0
        for at, cluster in enumerate(self.clusters):
            if at + 1 == len(self.clusters) or self.clusters[at + 1].place != cluster.place:
                found.append(Stratum(cluster.place, start, self.clusters[start : at + 1], self.sizes[start : at + 1]))
                start = at + 1
        return tuple(found)

    @cached_property
    def digest(self) -> str:
        """A digest of the whole population: two frames with the same one are the same."""
        digest = hashlib.sha256()
        for c in self.clusters:
            digest.update(f"{c.place[0]} {c.place[1]} {c.start} {c.slots} {c.bytes} {c.read_bytes}\n".encode())
        return digest.hexdigest()


class Stratum:
    """The clusters of one place, with what reading costs at any rate of drawing.

    first: where they begin in the frame.
    """

    def __init__(self, place: Place, first: int, clusters: tuple[Cluster, ...], sizes: list[float]) -> None:
        self.place, self.first, self.count = place, first, len(clusters)
        self.bytes = sum(c.bytes for c in clusters)
        order = sorted(range(len(clusters)), key=lambda at: -sizes[at])
        # Largest first: those that are certain at a rate are a beginning of the list.
        self._falling = [-sizes[at] for at in order]
        read = [clusters[at].read_bytes for at in order]
        self._read: list[float] = [0.0, *accumulate(map(float, read))]
        falling = [sizes[at] for at in order]
        weighted = list(map(mul, read, falling))
        self._weighted: list[float] = [0.0, *accumulate(weighted)]
        self._sizes: list[float] = [0.0, *accumulate(falling)]
        self._linear: list[float] = [0.0, *accumulate(map(mul, weighted, read))]
        self._square: list[float] = [0.0, *accumulate(w * w for w in weighted)]

    def cost(self, rate: float) -> float:
        """Return the bytes that are read on average when each cluster is drawn with probability min(1, rate × size)."""
        certain = self._certain(rate)
        return self._read[certain] + rate * (self._weighted[-1] - self._weighted[certain])

    def spread(self, rate: float) -> float:
        """Return the variance of what is read, were clusters drawn independently of each other."""
        certain = self._certain(rate)
        once, twice = self._linear[-1] - self._linear[certain], self._square[-1] - self._square[certain]
        return max(0.0, rate * once - rate * rate * twice)

    def drawn(self, rate: float) -> float:
        """Return how many clusters are drawn on average."""
        certain = self._certain(rate)
        return certain + rate * (self._sizes[-1] - self._sizes[certain])

    def rate_for(self, wanted: float) -> float:
        """Return the rate at which *wanted* clusters are drawn on average, or all where there are fewer."""
        return self._rate(self.drawn, wanted) if wanted < self.count else 1 / -self._falling[-1]

    def rate_costing(self, wanted: float) -> float:
        """Return the rate at which *wanted* bytes are read on average, or all where there are fewer."""
        return self._rate(self.cost, wanted) if wanted < self._read[-1] else 1 / -self._falling[-1]

    def _rate(self, rises: Callable[[float], float], wanted: float) -> float:
        low, high = 0.0, 1 / -self._falling[-1]
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if rises(middle) < wanted else (low, middle)
        return high

    def _certain(self, rate: float) -> int:
        return bisect_right(self._falling, -1 / rate) if rate > 0 else 0


def build_frame(
    places: Iterable[tuple[Place, Mapping[int, tuple[int, int]]]], stretch: int = STRETCH_SLOTS, look: int = LOOK_SLOTS
) -> Frame:
    """Return the frame of a listing: of each place, slot → (objects, bytes) delivered in it.

    A stretch in which nothing was delivered is a cluster all the same when something came soon after it: that may have
    happened there.  Any other stretch without bytes is in no frame.
    """
    return Frame(cluster for place, slots in places for cluster in _clusters(place, slots, stretch, look))


def _clusters(place: Place, slots: Mapping[int, tuple[int, int]], stretch: int, look: int) -> Iterable[Cluster]:
    nothing = (0, 0)
    starts = {start for slot in slots for start in range(slot - slot % stretch, slot - stretch - look, -stretch)}
    for start in sorted(starts):
        own = [slots.get(slot, nothing) for slot in range(start, start + stretch)]
        past = [slots.get(slot, nothing) for slot in range(start + stretch, start + stretch + look)]
        objects, size = (sum(column) for column in zip(*own, strict=True))
        more_objects, more = (sum(column) for column in zip(*past, strict=True)) if past else nothing
        if size + more:
            yield Cluster(place, start, stretch, size, objects, size + more, objects + more_objects)
