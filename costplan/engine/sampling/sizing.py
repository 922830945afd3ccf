"""How much to read: a pilot tells how unlike the clusters are, and with that the size of one final draw.

Reading on until an interval looks narrow would stop at lucky samples, whose intervals are too narrow; so the size is
fixed before the final draw, and the pilot is no part of it.
"""

PILOT_SHARE = 0.2
"""Of the budget, where there is one."""

PILOT_OF_CLUSTERS = 0.006
SMALLEST_PILOT_CLUSTERS, LARGEST_PILOT_CLUSTERS = 200, 1500
"""Where there is none: the bytes of so many clusters.  Fewer are drawn for them, since large ones are drawn more often;
a smaller pilot is cheap and makes a final draw that is several times too large."""

MARGIN = 1.6
"""What the variance of a pilot is multiplied by: it is uncertain itself, a draw stays below its budget on average, and
too small a sample misses its target."""


def pilot_budget(population_bytes: int, clusters: int, max_bytes: float | None) -> float:
    """Return the bytes to read for the pilot: a fifth of the budget, or those of some clusters where nobody set one."""
    if max_bytes is not None:
        return max_bytes * PILOT_SHARE
    wanted = min(max(PILOT_OF_CLUSTERS * clusters, SMALLEST_PILOT_CLUSTERS), LARGEST_PILOT_CLUSTERS)
    return population_bytes * min(1.0, wanted / max(1, clusters))


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
