"""Which events a sampled cluster holds: those that happened in its stretch of time, whenever they were delivered.

All copies of an event tell the same time, so each event belongs to one stretch only, and files a little past its end
are looked through for late copies.  What comes later still is nobody's in that way: it belongs to the stretch in which
it was delivered, so that over all stretches no event is lost.
"""

from costplan.inputs.volumes.logs.period import Span, minute_of, slot_of_minute


class Stretch:
    """The slots of one cluster, in a grid of equal stretches, and how far files are read past them."""

    def __init__(self, span: Span, read: Span) -> None:
        self._span = span
        self._past = read.end - span.end
        self._start, self._end = map(minute_of, (span.start, span.end))

    def holds(self, time: object, delivered: int) -> bool:
        """Whether a record with this ``eventTime``, in a file delivered in the slot *delivered*, belongs here."""
        if isinstance(time, str) and self._start <= time < self._end:
            return True
        span = self._span
        if not span.start <= delivered < span.end:
            return False
        happened = slot_of_minute(time[:16]) if isinstance(time, str) else None
        if happened is None:
            return True
        start = happened - (happened - span.start) % span.slots
        return not start <= delivered < start + span.slots + self._past
