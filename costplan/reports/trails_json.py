"""Recorders for machines: the entries of a scenario, which costplan reads back, and what was assumed of each."""

from collections.abc import Sequence
from typing import Any

import msgspec

from costplan.model.recorders import Recorder
from costplan.reports.recorder_entries import recorder_entry

FORMAT = "costplan.trails/1"


def trails_json(recorders: Sequence[Recorder]) -> dict[str, Any]:
    """Return the recorders as entries of a scenario, and beside them what was assumed about each."""
    return {
        "format": FORMAT,
        "recorders": [recorder_entry(recorder) for recorder in recorders],
        "assumed": [
            {"recorder": recorder.name, "account": recorder.account, "text": text}
            for recorder in recorders
            for text in recorder.assumed
        ],
    }


def render_trails_json(recorders: Sequence[Recorder]) -> str:
    """Return ``trails_json`` as text."""
    # Decimals as the numbers they are: a scenario's reader takes no number in quotes.
    encoded = msgspec.json.Encoder(decimal_format="number").encode(trails_json(recorders))
    return msgspec.json.format(encoded, indent=2).decode()
