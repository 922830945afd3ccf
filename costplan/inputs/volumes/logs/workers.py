"""Reads units on all cores; the results come in the order of the units, whoever finishes first."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from costplan.inputs.volumes.logs.catalog import Unit
from costplan.inputs.volumes.logs.judging import Judge
from costplan.inputs.volumes.logs.parcels import Packer, Unpacker
from costplan.inputs.volumes.logs.reading import UnitReader
from costplan.inputs.volumes.logs.sources import Source
from costplan.inputs.volumes.logs.state import State
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.model.problems import BadInputError, Location, Problem
from costplan.model.volumes import CountPlan

ALONE_BYTES = 16 * 2**20
"""Up to so many stored bytes one process reads everything: starting others would take longer."""

_AHEAD = 3
_COLLECTIONS = (50_000, 20, 50)


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker needs to know.

    plan: by which records are read.
    named: files that the caller named itself; merges_copies: whether an event is counted once, however often it came.
    """

    plan: CountPlan
    sources: tuple[Source, ...]
    named: frozenset[str] = frozenset()
    merges_copies: bool = True


class _Worker:
    """Reads units one after the other, with one judge for all of them."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._judge = Judge(job.plan, merges_copies=job.merges_copies)

    def reader(self, unit: Unit) -> UnitReader:
        """Return what reads a unit."""
        return UnitReader(self._judge, unit, self._job.named, merges_copies=self._job.merges_copies)

    def read(self, unit: Unit) -> UnitCount:
        """Read a unit to its end."""
        reader = self.reader(unit)
        for _ in reader.read(self._job.sources):
            pass
        return reader.close()


class Stop:
    """Ctrl-C asks for an end between two objects; once more, and it interrupts at once.

    Only the main thread can be asked; elsewhere this does nothing.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_: object) -> None:
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True


def read_units(
    job: Job,
    units: Iterable[Unit],
    workers: int = 1,
    note: Callable[[UnitCount], None] = lambda _: None,
    stop: "Stop | None" = None,
    state: State | None = None,
) -> Iterator[tuple[Unit, UnitCount]]:
    """Yield each unit with what it came to, in their order.

    workers: processes; 1 reads in this one.
    note: called with every finished count as soon as there is one, and in this process after each object too.
    stop: when it is asked for, no further object (in other processes: unit) is begun; what was read is yielded.
    state: where counts are kept for the next time; a unit that was read to its end before is not read again.

    Raises:
        BadInputError: a source cannot be read at all any more.
    """
    stop = stop or Stop()
    if workers <= 1:
        yield from _read_alone(job, units, note, stop, state)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, context, _start, (job,))
    waiting: deque[tuple[Unit, Future[bytes] | None]] = deque()
    unpacker = Unpacker()

    def begin(unit: Unit) -> None:
        is_known = state is not None and state.has(unit)
        waiting.append((unit, None if is_known else pool.submit(_read, unit)))

    try:
        rest = iter(units)
        # Only so many units are under way that the results which wait for their turn stay few.
        for unit in islice(rest, workers * _AHEAD):
            begin(unit)
        while waiting:
            unit, future = waiting.popleft()
            count = state.find(unit) if future is None and state is not None else None
            if count is None:
                count = unpacker.unpack((future or pool.submit(_read, unit)).result())
                if state is not None:
                    state.keep(unit, count)
            for following in islice(rest, 1):
                begin(following)
            note(count)
            yield unit, count
            if stop.is_asked:
                break
    except BrokenProcessPool:
        problem = Problem(
            Location("logs"), "a worker process was ended from outside", "free some memory, or use --workers 1"
        )
        raise BadInputError([problem]) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Let Python look for cycles less often: what is counted has none, and files bring many short-lived objects."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _read_alone(
    job: Job, units: Iterable[Unit], note: Callable[[UnitCount], None], stop: "Stop", state: State | None
) -> Iterator[tuple[Unit, UnitCount]]:
    with _seldom_collecting():
        yield from _read_each(job, units, note, stop, state)


def _read_each(
    job: Job, units: Iterable[Unit], note: Callable[[UnitCount], None], stop: "Stop", state: State | None
) -> Iterator[tuple[Unit, UnitCount]]:
    worker = _Worker(job)
    for unit in units:
        known = state.find(unit) if state is not None else None
        if known is not None:
            note(known)
            yield unit, known
            continue
        reader = worker.reader(unit)
        for count in reader.read(job.sources):
            note(count)
            if stop.is_asked:
                break
        count = reader.close()
        if state is not None and not stop.is_asked:
            state.keep(unit, count)
        yield unit, count
        if stop.is_asked:
            break


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# ---- in a worker process ----

_worker: list[_Worker] = []
_packer = Packer()


def _start(job: Job) -> None:
    # Ctrl-C goes to every process of a terminal; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What was there before the fork stays as it is, and its memory shared.
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    _worker[:] = [_Worker(job)]


def _read(unit: Unit) -> bytes:
    return _packer.pack(_worker[0].read(unit))
