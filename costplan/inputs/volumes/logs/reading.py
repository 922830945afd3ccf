"""Reads files one after the other and counts their records: no object per record, every record accounted for."""

import os
from collections import defaultdict
from collections.abc import Hashable
from typing import Any

import deflate
import msgspec

from costplan.inputs.volumes.logs.content import (
    NOT_DECODABLE,
    NOTIFICATION,
    OTHER_JSON,
    NotALogError,
    decompress,
    kind_of_foreign,
    open_log,
)
from costplan.inputs.volumes.logs.decoding import grouping, record_decoder
from costplan.inputs.volumes.logs.files import LogName, parse_log_name
from costplan.inputs.volumes.logs.gunzip import DamagedFileError, is_gzip
from costplan.inputs.volumes.logs.period import slot_of_minute, weekday_of
from costplan.inputs.volumes.logs.records import ForeignRecordError, UnreadableRecordError, read_record
from costplan.inputs.volumes.logs.statistics import KINDS
from costplan.inputs.volumes.logs.tally import KeyTally, Tally
from costplan.model.events import EventCategory
from costplan.model.problems import Location, Problem
from costplan.model.volumes import CountPlan

OVERSIZE_BYTES = 256 * 1024
"""A record larger than this never reaches CloudWatch Logs or EventBridge (R106)."""

Verdict = KeyTally | UnreadableRecordError | EventCategory
"""What becomes of a record: counted there, not countable for that reason, or set aside as one of that category."""

_NOT_JSON = UnreadableRecordError("it is not JSON")
_BAD_ID = UnreadableRecordError("its eventID is not a text")
_NO_TIME = UnreadableRecordError("it has no eventTime, and the file's name tells no time")
_SET_ASIDE_CATEGORIES = (EventCategory.INSIGHT, EventCategory.AGGREGATED)
_NAMEABLE_RANGES = 5


class FileNotes:
    """What is learnt of one file while its records are counted.

    account: from the name; stands in for records that name none (R50).
    stamp: the slot that the name tells.
    places: account, Region and kind of the records of a file whose name does not tell them.
    newest: the latest slot of a record, in a file without a stamp.
    left_out: reason → indices of unreadable records.
    """

    def __init__(self, path: str, name: LogName | None) -> None:
        self.path, self.name = path, name
        self.account = name.account if name else None
        self.is_named_as_log = name is not None and name.kind in KINDS
        self.stamp = name.slot if name else None
        self.newest: int | None = None
        self.places: set[tuple[str, str, str]] = set()
        self.left_out: defaultdict[str, list[int]] = defaultdict(list)
        self.unreadable = self.foreign = self.set_aside = 0

    @property
    def slot(self) -> int | None:
        """When the file was delivered, as far as it can be told."""
        return self.newest if self.stamp is None else self.stamp

    @property
    def place(self) -> tuple[str, str, str] | None:
        """Account, Region and kind; ``None`` for a file of several, which is not as it was delivered."""
        if self.name is not None and self.account is not None:
            return self.account, self.name.region, self.name.kind
        return next(iter(self.places)) if len(self.places) == 1 else None

    def leave_out(self, index: int, reason: UnreadableRecordError) -> None:
        """Note a record that cannot be counted."""
        self.unreadable += 1
        self.foreign += isinstance(reason, ForeignRecordError)
        self.left_out[str(reason)].append(index)

    def problems(self, list_name: str) -> list[Problem]:
        """Return one problem for each reason, with the indices of its records and nothing of their content."""
        return [
            Problem(Location(self.path), f"{list_name}[{_ranges(at)}]: {reason}", _not_counted(len(at)))
            for reason, at in sorted(self.left_out.items(), key=lambda item: item[1])
        ]


def _not_counted(records: int) -> str:
    return "not counted" if records == 1 else f"{records} records are not counted"


def _ranges(indices: list[int]) -> str:
    """Return ascending indices as ranges, at most five of them.

    >>> _ranges([0, 1, 2, 7])
    '0-2, 7'
    """
    ranges: list[list[int]] = []
    for index in indices:
        if ranges and index == ranges[-1][1] + 1:
            ranges[-1][1] = index
        else:
            ranges.append([index, index])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_NAMEABLE_RANGES]]
    return ", ".join(texts) + (", …" if len(ranges) > _NAMEABLE_RANGES else "")


def _stored_bytes(path: str) -> int:
    """Return the size of a file that cannot be opened, so that it weighs among the unreadable bytes."""
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0


class LogReader:
    """One run over the files."""

    def __init__(self, plan: CountPlan) -> None:
        self.tally = Tally(plan)
        self.problems: list[Problem] = []
        self.set_aside: list[tuple[str, str]] = []
        self.damaged: list[str] = []
        self.log_files = self.bytes_read = self.bytes_unreadable = 0
        self._decode = record_decoder(self.tally.plan, with_time=False).decode
        self._decode_with_time = record_decoder(self.tally.plan, with_time=True).decode
        self._group = grouping(self.tally.plan)
        # Of every group the first record was interpreted; the others share its verdict.
        self._known: dict[Hashable, Verdict] = {}

    def add_file(self, path: str, *, is_named: bool) -> None:
        """Read one file and count its records; a damaged file adds nothing."""
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a million small files: no object for each path
                data = file.read()
        except OSError as error:
            size = _stored_bytes(path)
            self.bytes_read += size
            self._damage(path, size, DamagedFileError(f"cannot be read: {error.strerror}", "check its permissions"))
            return
        self.bytes_read += len(data)
        name = parse_log_name(path)
        notes = FileNotes(path, name)
        try:
            text = decompress(data)
            content = open_log(text, is_named_as_log=notes.is_named_as_log)
        except DamagedFileError as damage:
            self._damage(path, len(data), damage)
            return
        except NotALogError as error:
            if name is not None:
                self.tally.meet(name, name.account)
            self._put_aside(path, error.kind, is_named=is_named)
            return
        self._count(content.records, notes)
        if notes.foreign and notes.foreign == len(content.records) and not notes.is_named_as_log:
            self._put_aside(path, kind_of_foreign(content.records[0]), is_named=is_named)
            return
        self.log_files += 1
        self.tally.files += 1
        self.tally.unreadable += notes.unreadable
        self.problems += notes.problems("Records" if content.is_delivered else "")
        if notes.unreadable:
            self.bytes_unreadable += len(data) * notes.unreadable // len(content.records)
        if name is not None:
            self._place(name, notes)
        if content.is_delivered:
            self._add_statistics(notes, len(content.records), data, text)

    def _damage(self, path: str, size: int, damage: DamagedFileError) -> None:
        self.bytes_unreadable += size
        self.tally.files += 1
        self.tally.files_unreadable += 1
        self.damaged.append(path)
        self.problems.append(Problem(Location(path, damage.line), damage.what, damage.hint))

    def _put_aside(self, path: str, kind: str, *, is_named: bool) -> None:
        self.tally.set_aside[kind] += 1
        self.set_aside.append((path, kind))
        if kind == OTHER_JSON or (is_named and kind == NOTIFICATION):
            what = "a notification" if kind == NOTIFICATION else "JSON"
            hint = 'set aside; a log file is {"Records": […]} with CloudTrail\'s records'
            self.problems.append(Problem(Location(path), f"{what}, but not a CloudTrail log", hint))

    def _place(self, name: LogName, file: FileNotes) -> None:
        """Note what the name tells of where and when the file was delivered."""
        account = file.account or name.account
        self.tally.meet(name, account)
        if file.stamp is not None and file.is_named_as_log:
            self.tally.occupied[account, name.region].add(file.stamp)

    def _add_statistics(self, file: FileNotes, records: int, data: bytes, text: bytes | bytearray) -> None:
        """Add a delivered file to the statistics of its account, Region and kind, if it is of one."""
        place, slot = file.place, file.slot
        if place is None or slot is None or place[2] not in KINDS:
            return
        is_as_stored = is_gzip(data)
        size = len(data) if is_as_stored else len(deflate.gzip_compress(text))
        self.tally.by_files[place].add(slot, records - file.unreadable - file.set_aside, size, is_as_stored)

    def _count(self, records: list[msgspec.Raw], file: FileNotes) -> None:
        """Count the records of one file."""
        find_group, known = self._group, self._known
        tally, stamp = self.tally, file.stamp
        decode = self._decode_with_time if stamp is None else self._decode
        weekday = 0 if stamp is None else weekday_of(stamp)
        verdict: Verdict | None = None
        for index, raw in enumerate(records):
            try:
                record = decode(raw)
            except NOT_DECODABLE:
                verdict, event_id, time = self._read_slowly(raw, file.account)
            else:
                event_id = record.eventID
                time = record.eventTime if stamp is None else None
                group = find_group(record)
                if not record.recipientAccountId:
                    group = (group, file.account)
                verdict = known.get(group)
                if verdict is None:
                    verdict = known[group] = self._judge(msgspec.to_builtins(record), file.account)
            if not isinstance(verdict, KeyTally):
                if isinstance(verdict, EventCategory):
                    file.set_aside += 1
                    tally.set_aside[verdict.value.lower()] += 1
                else:
                    file.leave_out(index, verdict)
                continue
            if stamp is None:
                slot = slot_of_minute((time or "")[:16])
                if slot is None:
                    file.leave_out(index, _NO_TIME)
                    continue
                weekday = weekday_of(slot)
                self._observe(file, verdict, slot)
            if not event_id:
                tally.without_event_id += 1
            elif not verdict.is_first(event_id):
                tally.duplicates += 1
                continue
            size = len(raw)
            verdict.by_weekday[weekday] += 1
            verdict.raw_bytes += size
            if size > OVERSIZE_BYTES:
                verdict.oversize += 1
        if isinstance(verdict, KeyTally):
            # A file holds the events of one account, and the records know it better than a name (R50).
            file.account = verdict.account

    def _observe(self, file: FileNotes, verdict: KeyTally, slot: int) -> None:
        """Note where and when a record happened, in a file whose name tells no time."""
        self.tally.occupied[verdict.account, verdict.region].add(slot)
        file.newest = slot if file.newest is None else max(file.newest, slot)
        if file.name is None:
            file.places.add((verdict.account, verdict.region, verdict.kind))

    def _read_slowly(self, raw: msgspec.Raw, file_account: str | None) -> tuple[Verdict, str | None, str | None]:
        """Return what becomes of a record that the fast path does not decode, its id and its time."""
        try:
            record = msgspec.json.decode(raw)
        except NOT_DECODABLE:
            return _NOT_JSON, None, None
        verdict = self._judge(record, file_account)
        if isinstance(verdict, UnreadableRecordError):
            return verdict, None, None
        event_id, time = record.get("eventID"), record.get("eventTime")
        if not isinstance(event_id, str | None):
            return _BAD_ID, None, None
        return verdict, event_id, time if isinstance(time, str) else None

    def _judge(self, record: Any, file_account: str | None) -> Verdict:
        """Return what becomes of a record.

        For the first of a group, *record* is what the fast path decoded, so the verdict cannot rest on a field that
        others of the group may have otherwise.
        """
        try:
            reading = read_record(record, self.tally.plan, file_account)
        except UnreadableRecordError as error:
            return error
        if reading.key.category in _SET_ASIDE_CATEGORIES:
            return reading.key.category
        return self.tally.counters_of(reading)
