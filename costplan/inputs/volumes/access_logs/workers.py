"""Reads batches on all cores; the results come in the order of the batches, whoever finishes first."""

import gc
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.listing import Batch
from costplan.inputs.volumes.access_logs.reading import BatchReader, Job
from costplan.inputs.volumes.access_logs.repeats import Remembered
from costplan.inputs.volumes.access_logs.state import BatchState
from costplan.inputs.volumes.logs.workers import Stop
from costplan.model.problems import BadInputError, Location, Problem

_AHEAD = 3


def read_batches(
    job: Job,
    batches: Iterable[Batch],
    workers: int,
    note: Callable[[BatchCount], None],
    stop: Stop,
    state: BatchState | None = None,
) -> Iterator[tuple[Batch, BatchCount]]:
    """Yield each batch with what it came to.

    workers: processes; 1 reads in this one.
    note: called with every count as soon as there is one, and in this process after each file too.
    stop: when it is asked for, no further file (in other processes: batch) is begun.
    state: where counts are kept for the next time; a batch that was read to its end before is not read again.

    Raises:
        BadInputError: a source cannot be read at all any more.
    """
    if workers <= 1:
        yield from _read_alone(job, batches, note, stop, state)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, context, _start, (job,))
    try:
        rest = iter(batches)
        # Only so many are under way that the results which wait for their turn stay few.
        waiting: deque[tuple[Batch, BatchCount | Future[BatchCount]]] = deque()

        def begin(most: int) -> None:
            for batch in islice(rest, most):
                known = state.find(batch) if state is not None else None
                waiting.append((batch, known or pool.submit(_read, batch)))

        begin(workers * _AHEAD)
        while waiting:
            batch, count = waiting.popleft()
            if not isinstance(count, BatchCount):
                count = count.result()
                if state is not None:
                    state.keep(batch, count)
            begin(1)
            note(count)
            yield batch, count
            if stop.is_asked:
                break
    except BrokenProcessPool:
        what = "a worker process was ended from outside"
        raise BadInputError([Problem(Location("logs"), what, "free some memory, or use --workers 1")]) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def distinct_batches(
    job: Job,
    batches: Iterable[Batch],
    workers: int,
    note: Callable[[BatchCount], None],
    stop: Stop,
    state: BatchState | None = None,
) -> Iterator[BatchCount]:
    """Yield what each batch came to without the lines of earlier ones; see ``read_batches``.

    A batch that has some of them is read again without them, which hardly ever happens.
    """
    remembered, reader = Remembered(), BatchReader(job)
    for batch, count in read_batches(job, batches, workers, note, stop, state):
        again = remembered.meet(count.digests)
        is_whole = count.objects == len(batch.entries)
        yield _read_again(reader, batch, again) if again and is_whole else count


def _read_again(reader: BatchReader, batch: Batch, without: frozenset[int]) -> BatchCount:
    count = BatchCount()
    for so_far in reader.read(batch, without):
        count = so_far
    return reader.close(count)


def _read_alone(
    job: Job,
    batches: Iterable[Batch],
    note: Callable[[BatchCount], None],
    stop: Stop,
    state: BatchState | None,
) -> Iterator[tuple[Batch, BatchCount]]:
    reader = BatchReader(job)
    for batch in batches:
        known = state.find(batch) if state is not None else None
        if known is not None:
            note(known)
            yield batch, known
            continue
        count = BatchCount()
        for count in reader.read(batch):
            note(count)
            if stop.is_asked:
                break
        count = reader.close(count)
        if state is not None and not stop.is_asked:
            state.keep(batch, count)
        yield batch, count
        if stop.is_asked:
            break


# ---- in a worker process ----

_reader: list[BatchReader] = []


def _start(job: Job) -> None:
    # Ctrl-C goes to every process of a terminal; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    _reader[:] = [BatchReader(job)]


def _read(batch: Batch) -> BatchCount:
    count = BatchCount()
    for so_far in _reader[0].read(batch):
        count = so_far
    return _reader[0].close(count)
