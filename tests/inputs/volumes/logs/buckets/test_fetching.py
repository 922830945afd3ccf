import threading
from collections.abc import Callable
from itertools import islice

import pytest

from costplan.inputs.aws.patience import Patience
from costplan.inputs.volumes.logs.buckets.fetching import fetch_in_order

Admit = Callable[[int], None]


class Shop:
    """Fetches numbers of so many bytes, and notes how many were under way at once."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self.begun: list[str] = []
        self.held = self.most_held = 0
        self._lock = threading.Lock()

    def fetch(self, name: str, admit: Admit, _: threading.Event) -> str:
        with self._lock:
            self.begun.append(name)
        admit(self.size)
        with self._lock:
            self.held += self.size
            self.most_held = max(self.most_held, self.held)
        return name

    def taken(self) -> None:
        with self._lock:
            self.held -= self.size


NAMES = [f"n{number}" for number in range(200)]


@pytest.mark.parametrize("threads", [1, 3, 16])
@pytest.mark.parametrize("ahead_bytes", [0, 3, 10**6])
def test_everything_comes_in_order_whatever_the_budget(threads: int, ahead_bytes: int) -> None:
    assert list(fetch_in_order(NAMES, Shop().fetch, threads, ahead_bytes)) == NAMES


def test_nothing_comes_of_nothing() -> None:
    assert list(fetch_in_order([], Shop().fetch, 4)) == []


def test_only_so_many_bytes_wait_for_their_turn() -> None:
    shop = Shop(size=10)
    found = []
    for name in fetch_in_order(NAMES, shop.fetch, 8, 40):
        found.append(name)
        shop.taken()

    assert found == NAMES
    # Four within the budget, and the one whose turn it is; what was just handed on may not be noted yet.
    assert shop.most_held <= 60


def test_only_so_many_are_begun_ahead() -> None:
    shop = Shop()
    results = fetch_in_order(NAMES, shop.fetch, 4)
    assert list(islice(results, 3)) == NAMES[:3]
    results.close()

    # Eight ahead, one more for each that was handed on.
    assert len(shop.begun) <= 8 + 3


def test_whoever_stops_taking_ends_it() -> None:
    woken = threading.Event()

    def fetch(name: str, _: Admit, stopped: threading.Event) -> str:
        if name != "n0":
            assert stopped.wait(30), "nobody said that it is over"
            woken.set()
        return name

    results = fetch_in_order(NAMES, fetch, 4)
    assert next(results) == "n0"
    results.close()

    assert woken.is_set()


def test_those_who_wait_for_room_are_let_go() -> None:
    results = fetch_in_order(NAMES, Shop(size=100).fetch, 4, ahead_bytes=100)
    assert next(results) == "n0"
    results.close()


def test_an_error_comes_in_its_turn_and_ends_it() -> None:
    def fetch(name: str, _: Admit, __: threading.Event) -> str:
        if name == "n5":
            raise ValueError(name)
        return name

    results = fetch_in_order(NAMES, fetch, 4)
    assert list(islice(results, 5)) == NAMES[:5]
    with pytest.raises(ValueError, match="n5"):
        next(results)


def test_what_a_first_attempt_took_is_given_back() -> None:
    def fetch(name: str, admit: Admit, _: threading.Event) -> str:
        for _attempt in range(3):
            admit(6)
        return name

    assert list(fetch_in_order(NAMES, fetch, 4, ahead_bytes=10)) == NAMES


def test_pauses_double_up_to_the_longest() -> None:
    pauses = list(Patience(attempts=7, first_pause=1.0, longest_pause=10.0).pauses())

    assert len(pauses) == 6
    for pause, most in zip(pauses, [1, 2, 4, 8, 10, 10], strict=True):
        assert most / 2 <= pause <= most
