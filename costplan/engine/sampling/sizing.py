"""How much to read: a pilot tells how unlike the clusters are, and with that the size of one final draw.

Reading on until an interval looks narrow would stop at lucky samples, whose intervals are too narrow; so the size is
fixed before the final draw, and the pilot is no part of it.
"""

PILOT_SHARE = 0.2
"""Of the budget, where there is one."""

PILOT_OF_POPULATION = 0.003
SMALLEST_PILOT_CLUSTERS = 150
MARGIN = 1.35
"""What the variance of a pilot is multiplied by: it is uncertain itself, and too small a sample misses its target."""


def pilot_budget(population_bytes: int, clusters: int, max_bytes: float | None) -> float:
    """Return the bytes to read for the pilot: a fifth of the budget, or few where nobody set one."""
    if max_bytes is not None:
        return max_bytes * PILOT_SHARE
    typical = population_bytes / max(1, clusters)
    return min(population_bytes, max(population_bytes * PILOT_OF_POPULATION, typical * SMALLEST_PILOT_CLUSTERS))


def final_budget(
    pilot_bytes: float, pilot_error: float, target_error: float, population_bytes: int, max_bytes: float | None
) -> float:
    """Return the bytes of the final draw, for a relative half width of *target_error*.

    pilot_error: the relative half width that reading *pilot_bytes* gave; it falls with the root of the bytes.
    max_bytes: of pilot and final draw together.
    The final draw is no smaller than the pilot: what made the pilot look sure may have been luck.
    """
    wanted = pilot_bytes * max(1.0, MARGIN * (pilot_error / target_error) ** 2)
    most = population_bytes if max_bytes is None else max_bytes - pilot_bytes
    return max(0.0, min(wanted, most))
