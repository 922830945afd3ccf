"""Lists a bucket: several requests under way at once, one page of each in memory."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from costplan.inputs.volumes.logs.buckets.addresses import Address
from costplan.inputs.volumes.logs.buckets.asks import Ask, Item, Page
from costplan.inputs.volumes.logs.buckets.choice import Choice
from costplan.inputs.volumes.logs.buckets.layout import Answer, read_page
from costplan.inputs.volumes.logs.folders import is_log_name
from costplan.inputs.volumes.logs.sources import Folder, Stored
from costplan.model.looking import ClassShare

ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""S3's names of the classes whose objects have to be restored before they can be read."""

_STANDARD = "STANDARD"


@dataclass(slots=True)
class Listed:
    """What a listing found, complete when it is.

    requests: listing requests that were answered.
    objects, stored_bytes: log files.
    ignored: objects that are no log files: another ending, digests, Insights, aggregated events.
    untold: log files whose names do not tell whether they are among those that were chosen; they are taken in.
    """

    requests: int = 0
    objects: int = 0
    stored_bytes: int = 0
    ignored: int = 0
    untold: int = 0
    _by_class: Counter[str] = field(default_factory=Counter)
    _bytes_by_class: Counter[str] = field(default_factory=Counter)

    @property
    def other_classes(self) -> tuple[ClassShare, ...]:
        """The log files that are not stored as Standard, by class."""
        return tuple(ClassShare(c, n, self._bytes_by_class[c]) for c, n in sorted(self._by_class.items()))

    @property
    def archived(self) -> int:
        """How many log files have to be restored before they can be read."""
        return sum(self._by_class[storage_class] for storage_class in ARCHIVED)

    def add(self, answer: Answer) -> None:
        """Add what one request found."""
        self.requests += 1
        self.ignored += answer.ignored
        self.untold += answer.untold
        self.objects += len(answer.items)
        for item in answer.items:
            self.stored_bytes += item.size
            if item.storage_class != _STANDARD:
                self._by_class[item.storage_class] += 1
                self._bytes_by_class[item.storage_class] += item.size


def list_folders(
    first: Ask,
    list_page: Callable[[Ask], Page],
    address: Address,
    choice: Choice,
    today: date,
    threads: int,
    listed: Listed,
    is_wanted: Callable[[str], bool] = is_log_name,
) -> Iterator[Folder]:
    """Yield the log files of a bucket as the pages come in, and note in *listed* what was found."""
    waiting = deque([first])
    under_way: dict[Future[Page], Ask] = {}
    pool = ThreadPoolExecutor(threads, "costplan-list")
    try:
        while waiting or under_way:
            while waiting and len(under_way) < threads:
                ask = waiting.popleft()
                under_way[pool.submit(list_page, ask)] = ask
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                answer = read_page(under_way.pop(future), future.result(), choice, today, is_wanted)
                if address.is_object:
                    answer = replace(answer, items=[i for i in answer.items if i.key == address.prefix], asks=[])
                listed.add(answer)
                # What is begun is finished first, so that few requests wait.
                waiting.extendleft(reversed(answer.asks))
                yield from _folders(answer.items, address)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _folders(items: list[Item], address: Address) -> Iterator[Folder]:
    """Yield a page's files by the folder they lie in; sorted keys keep a folder's files together."""
    for folder, found in groupby(items, lambda item: item.key[: item.key.rfind("/") + 1]):
        yield Folder(address.name_of(folder), [Stored(item.key[len(folder) :], item.size) for item in found])
