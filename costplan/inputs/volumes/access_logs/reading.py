"""Reads batches of files: lines of equal facts are counted together, and judged once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from costplan.inputs.volumes.access_logs.batch_count import BatchCount
from costplan.inputs.volumes.access_logs.judging import Facts, Judge, Verdict, object_key
from costplan.inputs.volumes.access_logs.lines import blocks_of, count_lines, is_line, other_lines, slot_of, text_of
from costplan.inputs.volumes.access_logs.listing import Batch
from costplan.inputs.volumes.access_logs.names import Place, parse_access_name
from costplan.inputs.volumes.access_logs.operations import BATCH_DELETE, MULTI_DELETE, Aside
from costplan.inputs.volumes.access_logs.repeats import Lines
from costplan.inputs.volumes.access_logs.requesters import NOBODY
from costplan.inputs.volumes.access_logs.statuses import is_failure
from costplan.inputs.volumes.logs.file_notes import ranges
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.period import weekday_of
from costplan.inputs.volumes.logs.sources import Source
from costplan.model.problems import Location, Problem
from costplan.model.volumes import CountPlan

MOST_KNOWN = 200_000
"""Different facts, session names among them, after which what is known of them is forgotten."""

LATE_SLOTS = 72
"""A line older than six hours when it was delivered is late: S3 delivers most within a few hours."""

_NONE = NOBODY.encode()


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker needs to know.

    plan: by which lines are read; named: files that the caller named itself.
    account, region: of the buckets whose files do not tell them.
    counts_lifecycle: whether what lifecycle rules do is counted as events that may be recorded.
    """

    plan: CountPlan
    sources: tuple[Source, ...]
    named: frozenset[str] = frozenset()
    account: str | None = None
    region: str | None = None
    counts_lifecycle: bool = True


class _Known:
    """A judgement that holds for many lines, and those of the current batch, by weekday.

    bucket: for lines of a request that deletes several keys, and of such a key, its bucket; is_of_key: which of both.
    """

    __slots__ = ("bucket", "days", "is_of_key", "verdict")

    def __init__(self, verdict: Verdict | Aside, place: Place, facts: Facts) -> None:
        self.verdict = verdict
        self.is_of_key = facts.operation == BATCH_DELETE
        is_request = facts.operation == MULTI_DELETE and not is_failure(facts.status)
        self.bucket = (place, facts.bucket) if is_request or self.is_of_key else None
        self.days: list[int] | None = None


class BatchReader:
    """Reads the batches of one process, one after the other."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._judge = Judge(job.plan, counts_lifecycle=job.counts_lifecycle)
        self._known: dict[tuple[object, ...], _Known] = {}
        self._used: list[_Known] = []
        self._decided: dict[tuple[Place, bytes], str | None] = {}
        self._slots: dict[bytes, int | None] = {}
        self._met = Lines()

    def read(self, batch: Batch, without: frozenset[int] = frozenset()) -> Iterator[BatchCount]:
        """Yield the count so far after each file.

        without: lines that other batches have counted.
        """
        count = BatchCount()
        self._met = Lines(without)
        for source, entries in groupby(batch.entries, lambda entry: entry.source):
            listed = list(entries)
            stored = self._job.sources[source].read([entry.path for entry in listed])
            for entry, data in zip(listed, stored, strict=False):
                count.objects += 1
                size = len(data) if isinstance(data, bytes) else entry.size
                count.bytes_read += size
                try:
                    if isinstance(data, DamagedFileError):
                        raise data
                    self._read_file(entry.path, data, count)
                except DamagedFileError as damage:
                    self._note_damage(entry.path, size, damage, count)
                yield count

    def close(self, count: BatchCount) -> BatchCount:
        """Return the count with what was counted aside for each judgement."""
        count.digests = self._met.digests
        for known in self._used:
            days, known.days = known.days or [0] * 7, None
            lines = sum(days)
            if known.bucket is not None:
                count.multi_deletes.setdefault(known.bucket, [0, 0])[known.is_of_key] += lines
            verdict = known.verdict
            if isinstance(verdict, Aside):
                count.set_aside[verdict.value] += lines
                continue
            mine = count.by_event.setdefault((verdict.key, verdict.is_certain), [0] * 7)
            mine[:] = [a + b for a, b in zip(mine, days, strict=True)]
            if verdict.unknown is not None:
                count.unknown[verdict.unknown] += lines
        self._used.clear()
        return count

    # ---- one file ----

    def _read_file(self, path: str, data: bytes, count: BatchCount) -> None:
        text = text_of(data)
        told = parse_access_name(path)
        place = told.place
        if place is None and self._job.account is not None and self._job.region is not None:
            place = self._job.account, self._job.region
        lines = others = undated = duplicates = 0
        asked = {"with_keys": self._judge.asks_of_keys, "with_sessions": self._judge.asks_of_sessions}
        for block in blocks_of(text):
            rest, again = self._met.first_of(block, is_line)
            duplicates += again
            groups, more = count_lines(rest, **asked)
            others += more
            if groups:
                if place is None:
                    raise DamagedFileError(
                        "its name does not tell whose bucket it is about, nor where", "give --account and --region"
                    )
                lines += groups.total()
                undated += self._count(groups, place, told.slot, count)
        count.duplicates += duplicates
        if not lines and not duplicates:
            self._put_aside(path, told.slot is not None, count)
            return
        count.log_files += 1
        count.lines += lines - undated
        if place is not None and told.slot is not None:
            count.note_stamp(place, told.slot)
        if others or undated:
            self._note_lines(path, text, lines, others, undated, count)
            count.bytes_unreadable += len(data) * (others + undated) // (lines + duplicates + others)

    def _count(self, groups: Counter[tuple[bytes, ...]], place: Place, stamp: int | None, count: BatchCount) -> int:
        """Count the lines of a block; return how many tell no time that there is."""
        used, with_keys, undated = self._used, self._judge.asks_of_keys, 0
        late_before = 0 if stamp is None else stamp - LATE_SLOTS
        seen: set[tuple[bytes, int]] = set()
        for group, lines in groups.items():
            owner, bucket, minute, requester, operation, key, status, error = group
            slot = self._slots[minute] if minute in self._slots else self._slot(minute)
            if slot is None:
                undated += lines
                continue
            answers = self._answers(place, bucket, key) if with_keys else ""
            what = place, owner, bucket, requester, operation, key == _NONE, status, error, answers
            known = self._known.get(what) or self._learn(what, place)
            if known.days is None:
                known.days = [0] * 7
                used.append(known)
            known.days[weekday_of(slot)] += lines
            seen.add((bucket, slot))
            if slot < late_before:
                count.late += lines
        occupied = count.occupied[place]
        of_bucket = {bucket: count.buckets[place, bucket.decode("utf-8", "replace")] for bucket, _ in seen}
        for bucket, slot in seen:
            occupied.add(slot)
            of_bucket[bucket].add(slot)
        return undated

    def _slot(self, minute: bytes) -> int | None:
        if len(self._slots) > MOST_KNOWN:
            self._slots.clear()
        slot = self._slots[minute] = slot_of(minute)
        return slot

    def _answers(self, place: Place, bucket: bytes, key: bytes) -> str:
        """Return what the conditions on objects say of one; of most buckets the name decides them."""
        where = place, bucket
        if where not in self._decided:
            if len(self._decided) > MOST_KNOWN:
                self._decided.clear()
            name = bucket.decode("utf-8", "replace")
            is_decided = self._judge.is_decided(place, name)
            self._decided[where] = self._judge.answers(place, name, None) if is_decided else None
        decided = self._decided[where]
        if decided is not None:
            return decided
        name = "" if key == _NONE else object_key(key)
        return self._judge.answers(place, bucket.decode("utf-8", "replace"), name)

    def _learn(self, what: tuple[object, ...], place: Place) -> _Known:
        if len(self._known) >= MOST_KNOWN:
            # Those of this batch stay in use, and are added up when it ends.
            self._known.clear()
        _, owner, bucket, requester, operation, is_keyless, status, error, answers = what
        owner, bucket, requester, operation = map(_text, (owner, bucket, requester, operation))
        facts = Facts(owner, bucket, requester, operation, not is_keyless, _text(status), _text(error))
        verdict = self._judge.judge(place, facts, str(answers))
        known = self._known[what] = _Known(verdict, place, facts)
        return known

    # ---- what is wrong ----

    def _put_aside(self, path: str, is_stamped: bool, count: BatchCount) -> None:
        """Note a file without a single line of a log: damaged if it is called like one, else something else."""
        if is_stamped:
            raise DamagedFileError("no line in it is one of a server access log", "copy it again, as S3 wrote it")
        count.foreign_files += 1
        if path in self._job.named:
            count.named_bad.append(path)
            hint = "name the files that S3 delivers to the target bucket of server access logging"
            count.problems.append(Problem(Location(path), "no server access log", hint))

    def _note_damage(self, path: str, size: int, damage: DamagedFileError, count: BatchCount) -> None:
        count.files_unreadable += 1
        count.bytes_unreadable += size
        if path in self._job.named:
            count.named_bad.append(path)
        count.problems.append(Problem(Location(path, damage.line), damage.what, damage.hint))

    def _note_lines(self, path: str, text: bytes, lines: int, others: int, undated: int, count: BatchCount) -> None:
        count.unreadable += others + undated
        if path in self._job.named and others + undated > lines:
            count.named_bad.append(path)
        if others:
            numbers = _first(other_lines(text), others)
            what = f"lines {ranges(numbers)}" if others > 1 else "the line"
            said = f"{what} cannot be read as lines of a server access log"
            if others == 1:
                said = "the line cannot be read as one of a server access log"
            hint = "not counted; copy the file again if it is cut off"
            count.problems.append(Problem(Location(path, numbers[0] if numbers else None), said, hint))
        if undated:
            what = "a line tells" if undated == 1 else f"{undated} lines tell"
            count.problems.append(Problem(Location(path), f"{what} a time that there is not", "not counted"))


def _first(numbers: Iterable[int], most: int) -> Sequence[int]:
    return [number for number, _ in zip(numbers, range(most), strict=False)]


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
