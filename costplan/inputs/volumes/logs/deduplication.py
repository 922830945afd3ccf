"""Copies of one event share account and ``eventID`` (R52): they are counted once, and how often they came is kept."""

from collections import Counter
from collections.abc import Callable


class Deduplicator:
    """Remembers every event it has met.

    The only place that knows how copies are found: a bounded window of delivery time can take its place.
    """

    def __init__(self) -> None:
        self._met: dict[str, dict[str, int]] = {}

    def events_of(self, account: str) -> Callable[[str], bool]:
        """Return the function that says whether a record of *account* is the first of the event with this id.

        Every call of it is one more record of the event.
        """
        met = self._met.setdefault(account, {})
        times_met = met.get

        def is_first(event_id: str) -> bool:
            times = times_met(event_id, 0)
            met[event_id] = times + 1
            return not times

        return is_first

    def multiplicity(self) -> Counter[int]:
        """Return how many events were met how often."""
        return sum((Counter(met.values()) for met in self._met.values()), Counter())
