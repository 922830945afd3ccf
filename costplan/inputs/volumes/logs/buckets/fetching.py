"""Fetches ahead of turn: many at once, handed on in order, within a budget of bytes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

AHEAD_BYTES = 64 * 2**20
"""How many bytes may wait for their turn, in each process."""

_AHEAD_PER_THREAD = 2

Fetch = Callable[[str, Callable[[int], None], threading.Event], Result]
"""Fetches what a name means; calls its second argument with the size before taking the bytes."""


class Budget:
    """Bytes under way.  Whoever's turn it is may always go on, or all would wait for each other."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._taken: dict[int, int] = {}
        self._turn = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def admit(self, position: int, size: int) -> None:
        """Wait until there is room for so many bytes of the *position*-th."""
        with self._changed:
            # Of a second attempt: what the first had taken is given back.
            self._taken.pop(position, None)
            self._changed.wait_for(lambda: self._has_room(position, size))
            self._taken[position] = size

    def _has_room(self, position: int, size: int) -> bool:
        return self._is_closed or position <= self._turn or sum(self._taken.values()) + size <= self._most

    def hand_on(self, position: int) -> None:
        """Note that it is the turn of the next: what came before has been handed on."""
        with self._changed:
            self._turn = position + 1
            self._taken.pop(position, None)
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go on who waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def fetch_in_order(
    names: Sequence[str], fetch: Fetch[Result], threads: int, ahead_bytes: int = AHEAD_BYTES
) -> Iterator[Result]:
    """Yield what *fetch* returns for each of *names*, in their order; several are fetched at once.

    Whoever stops taking ends it: what is under way is not waited for longer than one request takes.
    """
    budget, stopped = Budget(ahead_bytes), threading.Event()
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(max(1, min(threads, len(names))), "costplan-fetch")

    def submit(position: int) -> None:
        def admit(size: int) -> None:
            budget.admit(position, size)

        waiting.append(pool.submit(fetch, names[position], admit, stopped))

    try:
        ahead = min(len(names), threads * _AHEAD_PER_THREAD)
        for position in range(ahead):
            submit(position)
        for position in range(len(names)):
            result = waiting.popleft().result()
            budget.hand_on(position)
            if position + ahead < len(names):
                submit(position + ahead)
            yield result
    finally:
        stopped.set()
        budget.close()
        pool.shutdown(wait=True, cancel_futures=True)
