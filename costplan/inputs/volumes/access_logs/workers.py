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
from costplan.inputs.volumes.logs.workers import Stop
from costplan.model.problems import BadInputError, Location, Problem

_AHEAD = 3


def read_batches(
    job: Job, batches: Iterable[Batch], workers: int, note: Callable[[BatchCount], None], stop: Stop
) -> Iterator[BatchCount]:
    """Yield what each batch came to.

    workers: processes; 1 reads in this one.
    note: called with every count as soon as there is one, and in this process after each file too.
    stop: when it is asked for, no further file (in other processes: batch) is begun.

    Raises:
        BadInputError: a source cannot be read at all any more.
    """
    if workers <= 1:
        yield from _read_alone(job, batches, note, stop)
        return
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, context, _start, (job,))
    try:
        rest = iter(batches)
        # Only so many are under way that the results which wait for their turn stay few.
        waiting: deque[Future[BatchCount]] = deque(pool.submit(_read, one) for one in islice(rest, workers * _AHEAD))
        while waiting:
            count = waiting.popleft().result()
            waiting.extend(pool.submit(_read, following) for following in islice(rest, 1))
            note(count)
            yield count
            if stop.is_asked:
                break
    except BrokenProcessPool:
        what = "a worker process was ended from outside"
        raise BadInputError([Problem(Location("logs"), what, "free some memory, or use --workers 1")]) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def distinct_batches(
    job: Job, batches: Iterable[Batch], workers: int, note: Callable[[BatchCount], None], stop: Stop
) -> Iterator[BatchCount]:
    """Yield what each batch came to without the lines of earlier ones; see ``read_batches``.

    A batch that has some of them is read again without them, which hardly ever happens.
    """
    begun: deque[Batch] = deque()
    remembered, reader = Remembered(), BatchReader(job)

    def each() -> Iterator[Batch]:
        for batch in batches:
            begun.append(batch)
            yield batch

    for count in read_batches(job, each(), workers, note, stop):
        batch, again = begun.popleft(), remembered.meet(count.digests)
        is_whole = count.objects == len(batch.entries)
        yield _read_again(reader, batch, again) if again and is_whole else count


def _read_again(reader: BatchReader, batch: Batch, without: frozenset[int]) -> BatchCount:
    count = BatchCount()
    for so_far in reader.read(batch, without):
        count = so_far
    return reader.close(count)


def _read_alone(
    job: Job, batches: Iterable[Batch], note: Callable[[BatchCount], None], stop: Stop
) -> Iterator[BatchCount]:
    reader = BatchReader(job)
    for batch in batches:
        count = BatchCount()
        for count in reader.read(batch):
            note(count)
            if stop.is_asked:
                break
        yield reader.close(count)
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
