"""What began late in the period: to be silent is measured, and a month of something new is more than that says."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from costplan.inputs.volumes.metrics.cloudwatch import Points
from costplan.inputs.volumes.metrics.facts import ServiceFacts
from costplan.inputs.volumes.metrics.figures import NONE, Place, Window
from costplan.model.problems import Problem

Parts = Iterable[tuple[Fraction, Points]]
"""What was counted of one resource, and the events for each that was counted."""

MATTERS = Fraction(1, 10)
"""From this share on of a service's events in a Region it is told."""

_NAMED = 3


def late_beginnings(place: Place, facts: ServiceFacts, counted: Mapping[str, Parts], window: Window) -> Problem | None:
    """Return which resources have figures of the second half of the period alone, if that matters for the sum.

    The metrics of these services are always on, so that nothing before is a measured zero; what was made in the period
    goes on after it all the same, and nobody says when it was made.

    counted: by name of a resource.
    """
    half = window.start + (window.end - window.start) / 2
    measured, more = NONE, {}
    for name, parts in counted.items():
        several = list(parts)
        first = min((min(points) for _, points in several if points), default=window.start)
        month = _month(several, window)
        measured += month
        if first >= half:
            more[name] = _month(several, Window(first, window.end)) - month
    added = sum(more.values(), NONE)
    if added <= measured * MATTERS:
        return None
    names = sorted(more, key=lambda name: (-more[name], name))
    others = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    what = (
        f"{facts.noun}s in {place.region} with figures of the second half of the period alone: "
        f"{', '.join(names[:_NAMED])}{others}; if they are new, a month of {facts.resource_type} data events there is "
        f"about {round(measured + added):,} and not {round(measured):,}"
    )
    return place.problem(what, "as measured, they were silent before; fewer --days leave that time out")


def _month(parts: Parts, window: Window) -> Fraction:
    return sum((window.a_month(points) * factor for factor, points in parts), NONE)
