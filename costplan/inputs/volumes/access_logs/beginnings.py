"""Buckets whose logs begin later than those of others: switched on then, created then, or merely quiet before.

Each bucket has its own switch, and no log says when it was turned.  Counted over the whole period, such a bucket would
look far quieter than it is.
"""

from collections.abc import Mapping

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.judging import bucket_arn
from costplan.inputs.volumes.access_logs.names import Place
from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, Span

Bucket = tuple[Place, str]
"""A place, and the ARN of a bucket there."""

_FEWEST_DAYS = 2


def later_beginnings(count: BatchCount, spans: Mapping[Place, Span]) -> dict[Bucket, Span]:
    """Return the buckets whose logs begin a day or more after those of their place, and from when they were observed.

    Only those that had something on every other day since, or more: of others silence says nothing.
    """
    found = {}
    for (place, name), slots in sorted(count.buckets.items(), key=lambda item: item[0]):
        span = spans[place]
        start = slots.span.start
        if start - span.start < SLOTS_PER_DAY or start >= span.end:
            continue
        days = (span.end - 1) // SLOTS_PER_DAY - start // SLOTS_PER_DAY + 1
        if days >= _FEWEST_DAYS and 2 * slots.days >= days:
            found[place, bucket_arn(place, name)] = Span(start, span.end)
    return found
