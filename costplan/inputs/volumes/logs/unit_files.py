"""What is noted of the files of a unit, whatever their records are."""

import deflate

from costplan.inputs.volumes.logs.catalog import Unit
from costplan.inputs.volumes.logs.content import DIGEST, NOTIFICATION, OTHER_JSON
from costplan.inputs.volumes.logs.file_notes import FileNotes
from costplan.inputs.volumes.logs.gunzip import DamagedFileError, is_gzip
from costplan.inputs.volumes.logs.names import LogName
from costplan.inputs.volumes.logs.statistics import KINDS
from costplan.inputs.volumes.logs.unit_count import UnitCount
from costplan.model.problems import Location, Problem


class UnitFiles:
    """Notes in a *count* what the files of a *unit* are; *named* are those that the caller named itself."""

    def __init__(self, count: UnitCount, unit: Unit, named: frozenset[str]) -> None:
        self._count, self._unit, self._named = count, unit, named

    def damage(self, path: str, size: int, damage: DamagedFileError) -> None:
        """Note a file that cannot be read."""
        count = self._count
        count.bytes_unreadable += size
        count.files += 1
        count.files_unreadable += 1
        if path in self._named:
            count.named_bad.append(path)
        count.problems.append(Problem(Location(path, damage.line), damage.what, damage.hint))

    def put_aside(self, path: str, kind: str) -> None:
        """Note a file that is sound and holds no log."""
        count = self._count
        count.set_aside[kind] += 1
        count.foreign_files[kind] += 1
        is_named = path in self._named
        if is_named and kind != DIGEST:
            count.named_bad.append(path)
        if kind == OTHER_JSON or (is_named and kind == NOTIFICATION):
            what = "a notification" if kind == NOTIFICATION else "JSON"
            hint = 'set aside; a log file is {"Records": […]} with CloudTrail\'s records'
            count.problems.append(Problem(Location(path), f"{what}, but not a CloudTrail log", hint))

    def meet(self, name: LogName, account: str) -> None:
        """Note the place and the organization that a file's name tells; the records may tell another *account*."""
        self._count.met.add((account, name.region))
        if name.organization is not None:
            self._count.organizations[account] = name.organization

    def place(self, name: LogName, file: FileNotes) -> None:
        """Note what the name tells of where and when the file was delivered."""
        account = file.account or name.account
        self.meet(name, account)
        if file.stamp is not None and file.is_named_as_log:
            self._count.occupied[account, name.region].add(file.stamp)

    def add_statistics(self, file: FileNotes, records: int, data: bytes, text: bytes | bytearray) -> None:
        """Add a delivered file to the statistics of its account, Region and kind, if it is of one."""
        place, slot = file.place, file.slot
        if place is None or slot is None or place[2] not in KINDS:
            return
        span = self._unit.stretch
        if span is not None and not span.start <= slot < span.end:
            # Another cluster's file, which was only looked through.
            return
        is_as_stored = is_gzip(data)
        size = len(data) if is_as_stored else len(deflate.gzip_compress(text))
        self._count.by_files[place].add(slot, records - file.unreadable - file.set_aside, size, is_as_stored)
