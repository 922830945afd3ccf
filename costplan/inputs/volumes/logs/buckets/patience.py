"""How long to go on trying what may succeed the next time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses that double from one attempt to the next.

    attempts: how often something is tried in all.
    first_pause, longest_pause: in seconds.
    """

    attempts: int = 8
    first_pause: float = 0.25
    longest_pause: float = 20.0

    def pauses(self) -> Iterator[float]:
        """Yield the seconds to wait before each further attempt."""
        for attempt in range(self.attempts - 1):
            pause = min(self.longest_pause, self.first_pause * 2.0**attempt)
            # Shortened by chance, lest all that were sent away together come back together.
            yield pause * random.uniform(0.5, 1.0)
