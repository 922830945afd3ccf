"""The population of a sample: the listed objects, cut into clusters of twenty minutes of one account and Region."""

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import sqrt
from operator import add, mul
from typing import overload

STRETCH_SLOTS = 4
"""Five-minute slots of a cluster: short, so that many unlike stretches of time can be read for the same bytes."""

LOOK_SLOTS = 3
"""How far past a cluster's end files are read: copies come within neighbouring slots (R52), files within 15 minutes."""

LOOK_WEIGHT = 1 / LOOK_SLOTS
"""What a byte past the end counts for in a cluster's measure: late events are there, mostly in the first slot."""

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

    @property
    def measure(self) -> float:
        """Bytes that tell how many events happened in the stretch; weights are calibrated to their known total."""
        return self.bytes + LOOK_WEIGHT * (self.read_bytes - self.bytes)

    @property
    def size(self) -> float:
        """What the probability of being drawn is proportional to: the root of the measure.

        Proportional to the bytes themselves, it would spend a budget of bytes on a few giants.
        """
        return sqrt(self.measure)


class Frame:
    """All clusters, in the order of account, Region and time, and what a design needs to know of them.

    bytes, objects: of the population, each object once; read_bytes: of all clusters, looks past their ends included.
    """

    def __init__(self, strata: Iterable["Stratum"]) -> None:
        ordered = sorted((s for s in strata if len(s)), key=lambda s: s.place)
        self.strata = tuple(ordered)
        self.clusters = Clusters(ordered)
        self.bytes = sum(s.bytes for s in ordered)
        self.read_bytes = sum(s.read_bytes for s in ordered)
        self.objects = sum(s.objects for s in ordered)

    @cached_property
    def digest(self) -> str:
        """A digest of the whole population: two frames with the same one are the same."""
        digest = hashlib.sha256()
        for stratum in self.strata:
            stratum.feed(digest.update)
        return digest.hexdigest()


class Clusters(Sequence[Cluster]):
    """The clusters of several strata, in their order.  Each is made when it is asked for: there may be a million."""

    def __init__(self, strata: Sequence["Stratum"]) -> None:
        self._strata = strata
        self._ends = list(accumulate(map(len, strata)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, at: int) -> Cluster: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cluster]: ...
    def __getitem__(self, at: int | slice) -> Cluster | Sequence[Cluster]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = bisect_right(self._ends, at)
        if at < 0 or place == len(self._ends):
            raise IndexError(at)
        stratum = self._strata[place]
        return stratum.cluster(at - self._ends[place] + len(stratum))


class Stratum:
    """The clusters of one place, in columns, with what reading costs at any rate of drawing.

    bytes, objects: delivered there, each object once; measure, size: sums over the clusters.
    sizes: of each cluster, by which its probability goes.
    """

    def __init__(self, place: Place, slots: Mapping[int, tuple[int, int]], stretch: int, look: int) -> None:
        self.place = place
        self._stretch = stretch
        self._of = of = _columns(slots, stretch, look)
        self.bytes, self.objects = sum(of.bytes), sum(of.objects)
        self.read_bytes = self.bytes + sum(of.more_bytes)
        self.measure = self.bytes + LOOK_WEIGHT * (self.read_bytes - self.bytes)
        pairs = zip(of.bytes, of.more_bytes, strict=True)
        self.sizes = array("d", [sqrt(own + LOOK_WEIGHT * more) for own, more in pairs])
        self.size = sum(self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    def cluster(self, at: int) -> Cluster:
        """Return one cluster."""
        of = self._of
        read_bytes, read_objects = of.bytes[at] + of.more_bytes[at], of.objects[at] + of.more_objects[at]
        return Cluster(self.place, of.starts[at], self._stretch, of.bytes[at], of.objects[at], read_bytes, read_objects)

    def feed(self, update: Callable[[bytes], None]) -> None:
        """Give everything that tells this stratum from another to a digest."""
        update(f"{self.place[0]} {self.place[1]} {self._stretch}\n".encode())
        for column in (self._of.starts, self._of.bytes, self._of.more_bytes):
            update(" ".join(map(str, column)).encode())

    @cached_property
    def _falling(self) -> "_Falling":
        return _Falling(self.sizes, list(map(add, self._of.bytes, self._of.more_bytes)))

    def cost(self, rate: float) -> float:
        """Return the bytes that are read on average when each cluster is drawn with probability min(1, rate × size)."""
        falling, certain = self._falling, self._falling.certain(rate)
        return falling.read[certain] + rate * (falling.weighted[-1] - falling.weighted[certain])

    def spread(self, rate: float) -> float:
        """Return the variance of what is read, were clusters drawn independently of each other."""
        falling, certain = self._falling, self._falling.certain(rate)
        once, twice = falling.linear[-1] - falling.linear[certain], falling.square[-1] - falling.square[certain]
        return max(0.0, rate * once - rate * rate * twice)

    def drawn(self, rate: float) -> float:
        """Return how many clusters are drawn on average."""
        return self._falling.certain(rate) + self.uncertain(rate)

    def uncertain(self, rate: float) -> float:
        """Return how many clusters are drawn on average, without those that are drawn with certainty."""
        falling, certain = self._falling, self._falling.certain(rate)
        return rate * (falling.sizes[-1] - falling.sizes[certain])

    def rate_for(self, wanted: float) -> float:
        """Return the rate at which *wanted* clusters are drawn on average, or all where there are fewer."""
        return self._rate(self.drawn, wanted) if wanted < len(self) else self.highest

    def rate_costing(self, wanted: float) -> float:
        """Return the rate at which *wanted* bytes are read on average, or all where there are fewer."""
        return self._rate(self.cost, wanted) if wanted < self.read_bytes else self.highest

    @property
    def highest(self) -> float:
        """The rate at which every cluster is drawn."""
        return 1 / self._falling.smallest

    def _rate(self, rises: Callable[[float], float], wanted: float) -> float:
        low, high = 0.0, self.highest
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if rises(middle) < wanted else (low, middle)
        return high


class _Falling:
    """Sums over the clusters of a stratum, the largest first: those that are certain at a rate are a beginning."""

    def __init__(self, sizes: Sequence[float], read: Sequence[int]) -> None:
        order = sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)
        falling = [sizes[at] for at in order]
        cost = [float(read[at]) for at in order]
        weighted = list(map(mul, cost, falling))
        self._negative = array("d", [-size for size in falling])
        self.smallest = falling[-1]
        self.sizes = _sums(falling)
        self.read = _sums(cost)
        self.weighted = _sums(weighted)
        self.linear = _sums(map(mul, weighted, cost))
        self.square = _sums(map(mul, weighted, weighted))

    def certain(self, rate: float) -> int:
        """Return how many clusters are drawn with certainty."""
        return bisect_right(self._negative, -1 / rate) if rate > 0 else 0


def _sums(values: Iterable[float]) -> "array[float]":
    return array("d", accumulate(values, initial=0.0))


def build_frame(
    places: Iterable[tuple[Place, Mapping[int, tuple[int, int]]]], stretch: int = STRETCH_SLOTS, look: int = LOOK_SLOTS
) -> Frame:
    """Return the frame of a listing: of each place, slot → (objects, bytes) delivered in it.

    A stretch in which nothing was delivered is a cluster all the same when something came soon after it: that may have
    happened there.  Any other stretch without bytes is in no frame.
    """
    return Frame(Stratum(place, slots, stretch, look) for place, slots in places)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is known of the clusters of a place; more: delivered in the look past the end."""

    starts: "array[int]"
    bytes: "array[int]"
    objects: "array[int]"
    more_bytes: "array[int]"
    more_objects: "array[int]"


def _columns(slots: Mapping[int, tuple[int, int]], stretch: int, look: int) -> _Columns:
    # A slot is looked at from stretches before its own.
    first = (min(slots, default=0) - look) // stretch
    count = max(slots, default=0) // stretch - first + 1
    own, own_objects, more, more_objects = ([0] * count for _ in range(4))
    for slot, (objects, size) in slots.items():
        at = slot // stretch - first
        own[at] += size
        own_objects[at] += objects
        for before in range((slot - look) // stretch - first, at):
            more[before] += size
            more_objects[before] += objects
    kept = [at for at in range(count) if own[at] or more[at]]
    columns = (array("q", [column[at] for at in kept]) for column in (own, own_objects, more, more_objects))
    return _Columns(array("q", [(first + at) * stretch for at in kept]), *columns)
