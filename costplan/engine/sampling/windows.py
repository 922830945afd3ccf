"""Samples of time: windows of equal length, drawn over a period in which nothing tells the busy ones beforehand.

A listing of log files has bytes to draw by and to calibrate to; a service that is asked for events has nothing but
time.  So the windows of a place are equally likely: the period is cut into as many equal stretches as windows are
wanted, and one is drawn in each (Deville's systematic sampling).  Replicates are those of successive differences, over
all places together, as for samples of files.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from costplan.engine.sampling.drawing import systematic
from costplan.engine.sampling.weighting import REPLICATES, Weights, swings, widening_of


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many windows a place has, and how many of them were drawn; the drawn ones in the order of time."""

    windows: int
    drawn: int


def draw_windows(windows: int, wanted: int, generator: random.Random) -> tuple[int, ...]:
    """Return positions of the windows that are drawn, from 0, in order; all of them where as many are wanted."""
    if wanted >= windows:
        return tuple(range(windows))
    share = wanted / windows
    return tuple(systematic([share * (position + 1) for position in range(windows)], generator))


def weigh_windows(strata: Sequence[Stratum]) -> Weights:
    """Return the weights of the drawn windows, stratum by stratum.

    In every replicate the weights of a stratum add up to its windows.  A stratum that was drawn as a whole has weights
    of one; of a single window nobody can tell how unlike the others are, so it swings as one of many would.
    """
    point: list[float] = []
    replicates: list[tuple[float, ...]] = []
    uncertain = [stratum for stratum in strata if stratum.drawn < stratum.windows]
    wide = widening_of(sum(stratum.drawn for stratum in uncertain) - len(uncertain))
    order = 0
    for stratum in strata:
        n = stratum.drawn
        if n == stratum.windows:
            point += [1.0] * n
            replicates += [(1.0,) * REPLICATES] * n
            continue
        usual = stratum.windows / n
        amount = sqrt(1 - n / stratum.windows) * (sqrt(n / (n - 1)) if n > 1 else 1.0)
        rows = [[1 + amount * swing for swing in swings((order + at) % (REPLICATES - 1))] for at in range(n)]
        order += n
        sums = [sum(column) for column in zip(*rows, strict=True)] if n > 1 else [float(n)] * REPLICATES
        point += [usual] * n
        replicates += [
            tuple(usual + wide * usual * (value * n / total - 1) for value, total in zip(row, sums, strict=True))
            for row in rows
        ]
    return Weights(tuple(point), tuple(replicates))
