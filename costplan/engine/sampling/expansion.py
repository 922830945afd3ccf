"""From what was counted in the drawn clusters to the whole population."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from costplan.engine.sampling.weighting import REPLICATES, Weights
from costplan.model.volumes import Estimated

Key = TypeVar("Key", bound=Hashable)


class _Sum(Generic[Key]):
    __slots__ = ("counted", "point", "replicates")

    def __init__(self) -> None:
        self.point = self.counted = 0.0
        self.replicates = [0.0] * REPLICATES


def expand(weights: Weights, counts: Sequence[Mapping[Key, float]]) -> dict[Key, Estimated]:
    """Return the population's figure for every key: *counts* holds those of each drawn cluster.

    Raises:
        ValueError: there are not as many counts as weights.
    """
    sums: dict[Key, _Sum[Key]] = {}
    for cluster, weight, replicates in zip(counts, weights.point, weights.replicates, strict=True):
        for key, count in cluster.items():
            found = sums.get(key)
            if found is None:
                found = sums[key] = _Sum()
            found.point += weight * count
            found.counted += count
            found.replicates = [total + w * count for total, w in zip(found.replicates, replicates, strict=True)]
    return {
        key: Estimated(s.point, tuple(total - s.point for total in s.replicates), s.counted) for key, s in sums.items()
    }
