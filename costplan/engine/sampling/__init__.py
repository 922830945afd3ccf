"""Sampling a listing of log files, and expanding what the sample counted.

    frame = build_frame(slots_by_place)
    sample = draw(frame, budget_bytes=2 * 10**9, seed=7)
    weights = weigh(sample)
    expanded = expand(weights, counts)      # one mapping of key → count for each cluster of sample.drawn

The population is the listing: it gives the bytes of every object for nothing.  A cluster is twenty minutes of one
account and Region (a place), read with a look past its end for the copies that a second trail delivers later.  Clusters
are drawn with unequal probabilities, systematically in the order of account, Region and time; weights are calibrated to
the listed bytes; replicate weights are made by successive difference replication.  All of it is pure: reading is not
here.
"""

from costplan.engine.sampling.drawing import Sample, draw
from costplan.engine.sampling.expansion import expand
from costplan.engine.sampling.frame import LOOK_SLOTS, STRETCH_SLOTS, Cluster, Frame, build_frame
from costplan.engine.sampling.sizing import final_budget, pilot_budget
from costplan.engine.sampling.weighting import METHOD, REPLICATES, VARIANCE_FACTOR, Weights, weigh
from costplan.engine.sampling.windows import Stratum, draw_windows, weigh_windows

__all__ = [
    "LOOK_SLOTS",
    "METHOD",
    "REPLICATES",
    "STRETCH_SLOTS",
    "VARIANCE_FACTOR",
    "Cluster",
    "Frame",
    "Sample",
    "Stratum",
    "Weights",
    "build_frame",
    "draw",
    "draw_windows",
    "expand",
    "final_budget",
    "pilot_budget",
    "weigh",
    "weigh_windows",
]
