"""Reads the files of a unit in the order of their delivery and counts their records, every record accounted for."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from costplan.inputs.volumes.logs.catalog import NOWHERE, Entry, Unit
from costplan.inputs.volumes.logs.content import (
    NOT_DECODABLE,
    NotALogError,
    decompress,
    kind_of_foreign,
)
from costplan.inputs.volumes.logs.decoded_file import DecodedFile
from costplan.inputs.volumes.logs.edges import Late, Tail
from costplan.inputs.volumes.logs.file_notes import FileNotes
from costplan.inputs.volumes.logs.gunzip import DamagedFileError
from costplan.inputs.volumes.logs.judging import Judge, Judgement
from costplan.inputs.volumes.logs.period import minute_of, slot_of_minute, weekday_of
from costplan.inputs.volumes.logs.records import Reading, UnreadableRecordError
from costplan.inputs.volumes.logs.scanning import OVERSIZE_BYTES, Kind
from costplan.inputs.volumes.logs.sources import Source
from costplan.inputs.volumes.logs.statistics import KINDS
from costplan.inputs.volumes.logs.stretches import Stretch
from costplan.inputs.volumes.logs.unit_count import KeyTally, UnitCount
from costplan.inputs.volumes.logs.unit_files import UnitFiles
from costplan.inputs.volumes.logs.windows import BLOCK_SLOTS, Window
from costplan.model.events import EventCategory

MOST_LATE = 500_000
"""Late events of one unit that are remembered; copies of further ones are counted as events of their own."""

Verdict = KeyTally | UnreadableRecordError | EventCategory
"""What becomes of a record of this unit: counted there, or as it was judged."""

_ID, _ID_LENGTH = b'"eventID":"', 36
_NOT_JSON = UnreadableRecordError("it is not JSON")
_BAD_ID = UnreadableRecordError("its eventID is not a text")
_NO_TIME = UnreadableRecordError("it has no eventTime, and the file's name tells no time")


class UnitReader:
    """One run over the files of one unit."""

    def __init__(self, judge: Judge, unit: Unit, named: frozenset[str], *, merges_copies: bool = True) -> None:
        self.count = UnitCount()
        self._judge = judge
        self._decoder = judge.decoder
        self._unit = unit
        self._files = UnitFiles(self.count, unit, named)
        self._home = None if unit.place == NOWHERE else unit.place[0]
        self._window = Window()
        self._merges_copies = merges_copies
        self._stretch = Stretch(unit.stretch, unit.slots) if unit.stretch and unit.slots else None
        self._known: dict[Hashable, Verdict] = {}
        self._plain: dict[Kind, KeyTally] = {}

    def read(self, sources: Sequence[Source]) -> Iterator[UnitCount]:
        """Read every object and yield the count so far after each; ``close`` completes it."""
        entries = self._unit.entries()
        for source, several in groupby(entries, key=attrgetter("source")):
            together = list(several)
            read = sources[source].read([entry.name for entry in together])
            for entry, data in zip(together, read, strict=True):
                self._add(entry, data)
                yield self.count

    def close(self) -> UnitCount:
        """Settle how often events were met, but for those at the edges, and return the count."""
        window, count = self._window, self.count
        window.close(window.previous)
        if self._unit.goes_on:
            count.edges.tail = Tail.of(window.current)
        else:
            window.close(window.current)
        count.edges.first, count.edges.last, count.edges.head = window.first, window.block, window.head
        count.multiplicity.update(window.closed)
        count.forgotten = window.forgotten
        return count

    # ---- one file ----

    def _add(self, entry: Entry, data: bytes | DamagedFileError) -> None:
        """Count the records of one object; a damaged one adds nothing."""
        count = self.count
        count.objects += 1
        if isinstance(data, DamagedFileError):
            count.bytes_read += entry.size
            self._files.damage(entry.name, entry.size, data)
            return
        count.bytes_read += len(data)
        notes = FileNotes(entry.name, entry.told)
        try:
            text = decompress(data)
            self._move_to(notes.stamp)
            copies = self._find_copies(text)
            file = copies or self._decoder.open(text, is_named_as_log=notes.is_named_as_log)
        except DamagedFileError as damage:
            self._files.damage(entry.name, len(data), damage)
            return
        except NotALogError as error:
            if entry.told is not None:
                self._files.meet(entry.told, entry.told.account)
            self._files.put_aside(entry.name, error.kind)
            return
        if copies is None and not self._count_at_once(file, notes):
            self._count(file, notes)
        records = len(file.items)
        count.records_met += records
        if notes.foreign and notes.foreign == records and not notes.is_named_as_log:
            self._files.put_aside(entry.name, kind_of_foreign(file.raws[0]))
            return
        count.log_files += 1
        count.files += 1
        count.unreadable += notes.unreadable
        if notes.left_out:
            count.problems += notes.problems("Records" if file.is_delivered else "")
            count.bytes_unreadable += len(data) * notes.unreadable // records
        if entry.told is not None:
            self._files.place(entry.told, notes)
        if file.is_delivered:
            self._files.add_statistics(notes, records, data, text)

    # ---- its records ----

    def _is_at_head(self) -> bool:
        """Whether an earlier unit may hold copies of what is read now."""
        return self._unit.follows and self._window.block == self._window.first

    def _move_to(self, stamp: int | None) -> None:
        if self._home is None or stamp is None:
            self._window.shed()
        else:
            self._window.move_to(stamp // BLOCK_SLOTS)

    def _find_copies(self, text: bytes | bytearray) -> DecodedFile | None:
        """Return the records of a file of which each is a copy of an event met before, after counting them so.

        The files of a second trail are such.  The first id in the text tells which files are worth the look; where
        files are scanned, a look at everything is as quick.
        """
        home, window = self._home, self._window
        if self._decoder.scans or home is None or self._stretch is not None or not self._merges_copies:
            return None
        start = text.find(_ID) + len(_ID)
        if text[start : start + _ID_LENGTH].decode("ascii", "replace") not in window.current:
            return None
        records = self._decoder.open_copies(text)
        if not records or {record.recipientAccountId for record in records} != {home}:
            return None
        ids = [record.eventID for record in records]
        if not window.meet_file(ids, may_be_new=False):
            return None
        self.count.duplicates += len(records)
        return DecodedFile(text, records, ids, [])

    def _count_at_once(self, content: DecodedFile, file: FileNotes) -> bool:
        """Count a file of which all records are met for the first time, or all are copies; say whether it is one.

        Nearly all files are.  Whatever needs a look at single records is left to ``_count``.
        """
        stamp, window, ids, sums = file.stamp, self._window, content.ids, content.sums
        if sums is None or self._home is None or stamp is None or self._stretch is not None:
            return False
        tallies = self._plain_tallies([of_kind[0] for of_kind in sums], file.account)
        if tallies is None:
            return False
        weekday, counts_bytes = weekday_of(stamp), self._judge.plan.counts_bytes
        if self._merges_copies:
            is_late = (content.earliest or "~") < minute_of(stamp - BLOCK_SLOTS)
            are_copies = window.meet_file(ids, may_be_new=not is_late)
            if are_copies is None:
                return False
            if are_copies:
                self.count.duplicates += len(ids)
                return True
            if self._is_at_head():
                each = list(map(self._plain.__getitem__, content.items))
                window.head.add(ids, each, weekday, content.sizes if counts_bytes else ())
        else:
            self.count.without_event_id += ids.count(None)
        for (_, records, raw_bytes, oversize), tally in zip(sums, tallies, strict=True):
            tally.by_weekday[weekday] += records
            if counts_bytes:
                tally.raw_bytes += raw_bytes
                tally.oversize += oversize
        if ids:
            file.account = self._plain[content.items[-1]].account
        return True

    def _plain_tallies(self, kinds: list[Kind], file_account: str | None) -> list[KeyTally] | None:
        """Return the counters of records of the unit's own account; ``None`` where not all are such, and countable."""
        plain = self._plain
        tallies = list(map(plain.get, kinds))
        if not all(tallies):
            for kind in kinds:
                is_home = kind.recipientAccountId == self._home
                if not (is_home or (kind.recipientAccountId and not self._merges_copies)):
                    return None
                verdict = self._known.get(kind) or self._learn(kind, kind, file_account)
                if not isinstance(verdict, KeyTally):
                    return None
                plain[kind] = verdict
            tallies = list(map(plain.get, kinds))
        return tallies  # type: ignore[return-value]

    def _count(self, content: DecodedFile, file: FileNotes) -> None:
        """Count the records of one file."""
        count, window, home, known = self.count, self._window, self._home, self._known
        stamp, stretch = file.stamp, self._stretch
        is_in_order = home is not None and stamp is not None
        late_before = minute_of(stamp - BLOCK_SLOTS) if is_in_order and stamp is not None else ""
        is_at_head = is_in_order and self._is_at_head()
        weekday = 0 if stamp is None else weekday_of(stamp)
        current, previous = window.current, window.previous
        merges, counts_bytes, group_of = self._merges_copies, self._judge.plan.counts_bytes, self._decoder.group
        sizes: Sequence[int] = ()
        verdict: Verdict | None
        account = file.account
        for index, (record, event_id, time) in enumerate(zip(content.items, content.ids, content.times, strict=True)):
            if record is None:
                verdict, event_id, time, is_home = self._read_slowly(content.raws[index], file)
            else:
                is_home = record.recipientAccountId == home
                verdict = None
            if stretch is not None and not stretch.holds(time, stamp or 0):
                file.elsewhere += 1
                continue
            if is_home and merges:
                # Copies are identical (R52), so nothing more of them is looked at.
                if event_id in current:
                    current[event_id] += 1
                    count.duplicates += 1
                    continue
                if event_id in previous:
                    current[event_id] = previous.pop(event_id) + 1
                    count.duplicates += 1
                    continue
            if verdict is None:
                group = record if record.__class__ is Kind else group_of(record)
                if not record.recipientAccountId:
                    group = group and (group, file.account)
                if group is None:
                    verdict = self._read_slowly(content.raws[index], file)[0]
                else:
                    verdict = known.get(group) or self._learn(group, record, file.account)
            if verdict.__class__ is not KeyTally:
                self._leave_out(index, verdict, file)
                continue
            account = verdict.account
            if stamp is None:
                slot = slot_of_minute((time or "")[:16])
                if slot is None:
                    file.leave_out(index, _NO_TIME)
                    continue
                weekday = weekday_of(slot)
                self._observe(file, verdict, slot)
            if counts_bytes:
                sizes = sizes or content.sizes
                size = sizes[index]
            else:
                size = 0
            if not event_id:
                count.without_event_id += 1
            elif merges:
                if not is_home:
                    event_id = verdict.apart + event_id
                    if window.meet_again(event_id):
                        count.duplicates += 1
                        continue
                if time and time < late_before:
                    count.late += 1
                    if self._is_late_copy(event_id, verdict, weekday, size):
                        count.duplicates += 1
                        continue
                else:
                    current[event_id] = 1
                    if is_at_head:
                        window.head.add([event_id], [verdict], weekday, [size])
            verdict.by_weekday[weekday] += 1
            if size:
                verdict.raw_bytes += size
                if size > OVERSIZE_BYTES:
                    verdict.oversize += 1
        # A file holds the events of one account, and the records know it better than a name (R50).
        file.account = account

    def _learn(self, group: Hashable, record: Any, file_account: str | None) -> Verdict:
        """Return what becomes of the first record of a group in this unit, and of those like it."""
        verdict = self._known[group] = self._verdict(self._judge.judge_group(group, record, file_account))
        return verdict

    def _verdict(self, judgement: Judgement) -> Verdict:
        if not isinstance(judgement, Reading):
            return judgement
        key = judgement.key
        tally = self.count.by_reading.get(judgement)
        if tally is None:
            kind = KINDS[key.category is EventCategory.NETWORK_ACTIVITY]
            apart = "" if key.account == self._home else key.account
            tally = self.count.by_reading[judgement] = KeyTally(key.account, key.region, kind, apart)
        return tally

    def _leave_out(self, index: int, verdict: Verdict, file: FileNotes) -> None:
        if isinstance(verdict, EventCategory):
            file.set_aside += 1
            self.count.set_aside[verdict.value.lower()] += 1
        elif isinstance(verdict, UnreadableRecordError):
            file.leave_out(index, verdict)

    def _is_late_copy(self, event_id: str, tally: KeyTally, weekday: int, size: int) -> bool:
        """Whether a late event was met before among the late ones, which are remembered for the whole unit."""
        late = self.count.edges.late
        met = late.get(event_id)
        if met is not None:
            met.times += 1
            return True
        if len(late) < MOST_LATE:
            late[event_id] = Late(tally, weekday, size)
        else:
            self._window.closed[1] += 1
            self._window.forgotten += 1
        return False

    def _observe(self, file: FileNotes, verdict: KeyTally, slot: int) -> None:
        """Note where and when a record happened, in a file whose name tells no time."""
        self.count.occupied[verdict.account, verdict.region].add(slot)
        file.newest = slot if file.newest is None else max(file.newest, slot)
        if file.name is None:
            file.places.add((verdict.account, verdict.region, verdict.kind))

    def _read_slowly(self, raw: msgspec.Raw, file: FileNotes) -> tuple[Verdict, str | None, str | None, bool]:
        """Return what becomes of a record that the fast path does not decode, its id, its time, whether it is home."""
        try:
            record = msgspec.json.decode(raw)
        except NOT_DECODABLE:
            return _NOT_JSON, None, None, False
        verdict = self._verdict(self._judge.judge(record, file.account))
        if not isinstance(record, dict):
            return verdict, None, None, False
        event_id, time = record.get("eventID"), record.get("eventTime")
        if not isinstance(event_id, str | None):
            return (verdict if isinstance(verdict, UnreadableRecordError) else _BAD_ID), None, None, False
        is_home = self._home is not None and record.get("recipientAccountId") == self._home
        return verdict, event_id, time if isinstance(time, str) else None, is_home
