"""How long to go on trying what may succeed the next time."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from costplan.inputs.aws.failures import CONTACT_ATTEMPTS, is_passing, is_without_contact

Result = TypeVar("Result")


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


class StoppedError(Exception):
    """Nobody waits for the result any more."""


def persist(attempt: Callable[[], Result], patience: Patience, stopped: threading.Event | None = None) -> Result:
    """Return what *attempt* returns, as soon as it does; raise what it raises for good.

    Raises:
        StoppedError: *stopped* was set.
    """
    stopped = stopped or threading.Event()
    contacts = 0
    for pause in patience.pauses():
        if stopped.is_set():
            raise StoppedError
        try:
            return attempt()
        except Exception as error:
            contacts += is_without_contact(error)
            if not is_passing(error) or contacts >= CONTACT_ATTEMPTS:
                raise
        stopped.wait(pause)
    return attempt()
