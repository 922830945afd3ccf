"""What the management events of a bill cover, told by the trails that recorded them.

A bill counts each event that some trail recorded, and does not say what all of them left out (R81).
"""

from collections.abc import Iterable
from dataclasses import replace

from costplan.inputs.volumes.logs.coverage import recorded_coverage
from costplan.model.events import EventCategory
from costplan.model.problems import Problem
from costplan.model.recorders import Recorder
from costplan.model.volumes import Period, Volumes

_COUNTED = "FreeEventsRecorded"


def covered_by(
    volumes: Volumes, recorders: Iterable[Recorder], observed: Period
) -> tuple[Volumes, tuple[Problem, ...]]:
    """Return *volumes* of a bill with the management events that trails record as covered, and trails without a place.

    recorders: as they were while *observed*, the time that the bill is about.
    Only where the bill counts management events: in other places nobody knows whether there is a trail at all.
    """
    places = {(line.account, line.region) for line in volumes.billed if line.usage_type == _COUNTED}
    coverage, problems = recorded_coverage(recorders, dict.fromkeys(sorted(places), observed))
    management = tuple(part for part in coverage if part.category is EventCategory.MANAGEMENT)
    return replace(volumes, coverage=(*management, *volumes.coverage)), problems
