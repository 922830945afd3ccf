"""All objects of all sources, by whose they are and when they were delivered: what there is to read, in small units.

The names of a million objects must not fill the memory, so they lie in a temporary file, compressed; and what a unit of
work is depends on the objects alone, not on who does the work, so that every number of workers counts
the same.
"""

import os
import tempfile
import weakref
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from costplan.inputs.volumes.logs.buckets.choice import EVERYTHING, Choice
from costplan.inputs.volumes.logs.names import LogName, parse_log_name
from costplan.inputs.volumes.logs.period import SLOTS_PER_DAY, SlotSet, Span, moment_of
from costplan.inputs.volumes.logs.sources import Folder
from costplan.inputs.volumes.logs.statistics import KINDS, FileTally
from costplan.inputs.volumes.logs.windows import BLOCK_SLOTS

Place = tuple[str, str]
"""An account and a Region."""

NOWHERE: Place = ("", "")
"""The place of objects whose names do not tell one, or no time: they are read in the order of their names."""

LARGEST_UNIT_BYTES = 64 * 2**20
LARGEST_UNIT_OBJECTS = 4_000
SMALLEST_UNIT_BYTES = 8 * 2**20
_UNITS = 64
_SPOOLED_BYTES = 2**20
TOGETHER_OBJECTS, TOGETHER_BYTES = 10_000, 256 * 2**20
"""Up to so much, objects without a name of CloudTrail's are read together with all others, as one unit: then a renamed
copy of a file is recognised by its events."""


class Entry(NamedTuple):
    """One object of a unit: its source, its name, its stored bytes, and what the name tells."""

    source: int
    name: str
    size: int
    told: LogName | None


class _Pack(NamedTuple):
    """Objects of one folder, of one place and day: names and sizes as compressed lines."""

    source: int
    folder: str
    objects: int
    stored_bytes: int
    lines: bytes

    def entries(self) -> Iterator[Entry]:
        for line in zlib.decompress(self.lines).decode("utf-8", "surrogateescape").split("\0"):
            size, name = line.split("\t", 1)
            path = self.folder + name
            yield Entry(self.source, path, int(size), parse_log_name(path))


class _Shelved(NamedTuple):
    """A pack of which the lines lie in the catalogue's file."""

    source: int
    folder: str
    objects: int
    stored_bytes: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Objects that one worker reads one after the other, in the order in which they were delivered.

    slots: only what was delivered in these; ``None`` for all.
    follows, goes_on: whether objects of the same place were delivered just before and after, in other units, so that
    copies of one event may lie on both sides of the cut.
    stretch: of a sampled cluster, the slots in which its events happened; what lies past it is only looked at.
    """

    place: Place
    packs: tuple[_Pack, ...]
    objects: int
    bytes: int
    slots: Span | None = None
    follows: bool = False
    goes_on: bool = False
    stretch: Span | None = None

    def entries(self) -> list[Entry]:
        """Return the objects in the order of their delivery; those of one slot by name."""
        found = [entry for pack in self.packs for entry in pack.entries()]
        if self.slots is not None:
            start, end = self.slots.start, self.slots.end
            found = [e for e in found if e.told and e.told.slot is not None and start <= e.told.slot < end]
            if self.stretch is not None:
                found = [e for e in found if e.told and e.told.kind in KINDS]
        # Two buckets may hold files of the same name, so the folder decides last.
        found.sort(key=_order)
        return found


def _order(entry: Entry) -> tuple[int, str, str]:
    told, name = entry.told, entry.name
    slot = -1 if told is None or told.slot is None else told.slot
    return slot, name[name.rfind(os.sep) + 1 :], name


class Survey:
    """What the listing tells of one place.

    slots: objects and stored bytes delivered in each slot; occupied: the same slots, of objects that hold events.
    files: sizes and rhythm, by kind; organization: in whose folder the objects lie.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.slots: dict[int, tuple[int, int]] = {}
        self.occupied = SlotSet()
        self.files: defaultdict[str, FileTally] = defaultdict(FileTally)
        self.organization: str | None = None

    def add(self, entry: Entry) -> None:
        """Take in one object."""
        told = entry.told
        if told is None or told.slot is None or told.kind not in KINDS:
            return
        objects, size = self.slots.get(told.slot, (0, 0))
        self.slots[told.slot] = objects + 1, size + entry.size
        self.occupied.add(told.slot)
        self.files[told.kind].add_listed(told.slot, entry.size)
        self.organization = told.organization or self.organization


class Catalog:
    """What was listed, by place and day of delivery.

    choice: which of it is wanted.
    objects, bytes: of everything wanted; not_told: objects of which nobody can tell whether they are.
    """

    def __init__(self, choice: Choice = EVERYTHING) -> None:
        self._choice = choice if choice.narrows else None
        self.objects = self.bytes = self.not_told = 0
        self._days: defaultdict[tuple[Place, int], list[_Shelved]] = defaultdict(list)
        self._lines = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - it lives as long as this
        weakref.finalize(self, self._lines.close)
        self._length = 0

    def add(self, source: int, folder: Folder) -> None:
        """Take in some objects of a folder."""
        groups: defaultdict[tuple[Place, int], list[str]] = defaultdict(list)
        sizes: Counter[tuple[Place, int]] = Counter()
        for name, size in folder.objects:
            told = parse_log_name(folder.path + name)
            if self._choice is not None and not self._is_wanted(told):
                continue
            key = (NOWHERE, 0)
            if told is not None and told.slot is not None:
                key = (told.account, told.region), told.slot // SLOTS_PER_DAY
            groups[key].append(f"{size}\t{name}")
            sizes[key] += size
        for key, found in groups.items():
            size = sizes[key]
            lines = zlib.compress("\0".join(found).encode("utf-8", "surrogateescape"), 1)
            self._days[key].append(_Shelved(source, folder.path, len(found), size, self._length, len(lines)))
            self._lines.seek(self._length)
            self._lines.write(lines)
            self._length += len(lines)
            self.objects += len(found)
            self.bytes += size

    def _is_wanted(self, told: LogName | None) -> bool:
        choice = self._choice
        if choice is None:
            return True
        if told is None or told.slot is None:
            self.not_told += 1
            return False
        # The day of a file is that of its stamp, which names the end of its slot.
        day = moment_of(told.slot + 1).date()
        return choice.has_account(told.account) and choice.has_region(told.region) and choice.has_day(day)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place that the names tell, sorted."""
        return tuple(sorted({place for place, _ in self._days} - {NOWHERE}))

    def units(self, unit_bytes: int | None = None) -> Iterator[Unit]:
        """Yield what there is to read: each place by itself, in the order of delivery, cut at blocks of two hours.

        unit_bytes: how large a unit should be; by default it depends on how much there is in all.
        """
        if not self._days:
            return
        is_small = self.objects <= TOGETHER_OBJECTS and self.bytes <= TOGETHER_BYTES
        if (NOWHERE, 0) in self._days and is_small:
            packs = tuple(pack for place, day in sorted(self._days) for pack in self._packs(place, day))
            yield Unit(NOWHERE, packs, self.objects, self.bytes)
            return
        wanted = unit_bytes or min(LARGEST_UNIT_BYTES, max(SMALLEST_UNIT_BYTES, self.bytes // _UNITS))
        for place, days in self._by_place().items():
            before = current = None
            for following in chain(self._pieces(place, days, wanted), (None,)):
                if current is not None:
                    yield _between(current, before, following)
                before, current = current, following

    def _packs(self, place: Place, day: int) -> Iterator[_Pack]:
        for shelved in self._days.get((place, day), ()):
            self._lines.seek(shelved.start)
            lines = self._lines.read(shelved.length)
            yield _Pack(shelved.source, shelved.folder, shelved.objects, shelved.stored_bytes, lines)

    def _by_place(self) -> dict[Place, list[int]]:
        by_place: dict[Place, list[int]] = {}
        for place, day in sorted(self._days):
            by_place.setdefault(place, []).append(day)
        return by_place

    def _pieces(self, place: Place, days: list[int], wanted: int) -> Iterator[Unit]:
        """Yield the units of one place: neighbouring days together up to *wanted* bytes, larger days in parts."""
        gathered: list[_Pack] = []
        first = last = days[0]
        for day in days:
            packs = list(self._packs(place, day))
            size = sum(pack.stored_bytes for pack in packs)
            many = sum(pack.objects for pack in packs)
            whole = size + sum(pack.stored_bytes for pack in gathered), many + sum(pack.objects for pack in gathered)
            if gathered and (whole[0] > wanted or whole[1] > LARGEST_UNIT_OBJECTS or day != last + 1):
                yield _unit(place, gathered, first, last + 1)
                gathered = []
            if (size > 2 * wanted or many > 2 * LARGEST_UNIT_OBJECTS) and place != NOWHERE:
                yield from _parts(place, packs, day, wanted)
                continue
            if not gathered:
                first = day
            gathered += packs
            last = day
        if gathered:
            yield _unit(place, gathered, first, last + 1)

    def cluster(self, place: Place, stretch: Span, read: Span) -> Unit:
        """Return the unit of a sampled cluster: the events of *stretch*, in the objects delivered in *read*."""
        days = range(read.start // SLOTS_PER_DAY, -(-read.end // SLOTS_PER_DAY))
        packs = tuple(pack for day in days for pack in self._packs(place, day))
        entries = Unit(place, packs, 0, 0, slots=read).entries()
        return Unit(place, packs, len(entries), sum(e.size for e in entries), slots=read, stretch=stretch)

    def surveys(self) -> Iterator["Survey"]:
        """Yield what the listing alone tells of each place."""
        for place, days in self._by_place().items():
            if place == NOWHERE:
                continue
            survey = Survey(place)
            for day in days:
                for pack in self._packs(place, day):
                    for entry in pack.entries():
                        survey.add(entry)
            yield survey

    def name_in(self, source: int) -> str | None:
        """Return the name of one object of a source, if there is any."""
        packs = (pack for place, day in self._days for pack in self._packs(place, day) if pack.source == source)
        return next((entry.name for pack in packs for entry in pack.entries()), None)

    @property
    def nameless(self) -> tuple[int, int]:
        """Objects and bytes whose names tell no place or no time."""
        packs = self._days.get((NOWHERE, 0), [])
        return sum(pack.objects for pack in packs), sum(pack.stored_bytes for pack in packs)


def _unit(place: Place, packs: list[_Pack], first_day: int, end_day: int) -> Unit:
    slots = None if place == NOWHERE else Span(first_day * SLOTS_PER_DAY, end_day * SLOTS_PER_DAY)
    return Unit(
        place, tuple(packs), sum(pack.objects for pack in packs), sum(pack.stored_bytes for pack in packs), slots
    )


def _parts(place: Place, packs: list[_Pack], day: int, wanted: int) -> Iterator[Unit]:
    """Yield a busy day in parts of whole blocks."""
    blocks = SLOTS_PER_DAY // BLOCK_SLOTS
    objects, sizes = [0] * blocks, [0] * blocks
    for pack in packs:
        for entry in pack.entries():
            block = ((entry.told.slot or 0) if entry.told else 0) % SLOTS_PER_DAY // BLOCK_SLOTS
            objects[block] += 1
            sizes[block] += entry.size
    start = 0
    for block in range(blocks):
        is_full = sum(sizes[start : block + 2]) > wanted or sum(objects[start : block + 2]) > LARGEST_UNIT_OBJECTS
        if block + 1 == blocks or is_full:
            span = Span(day * SLOTS_PER_DAY + start * BLOCK_SLOTS, day * SLOTS_PER_DAY + (block + 1) * BLOCK_SLOTS)
            if sum(objects[start : block + 1]):
                yield Unit(
                    place, tuple(packs), sum(objects[start : block + 1]), sum(sizes[start : block + 1]), slots=span
                )
            start = block + 1


def _between(unit: Unit, before: Unit | None, after: Unit | None) -> Unit:
    """Return *unit* with its neighbours noted: only cuts between units that touch can part copies."""
    follows = bool(before and before.slots and unit.slots and before.slots.end == unit.slots.start)
    goes_on = bool(after and after.slots and unit.slots and unit.slots.end == after.slots.start)
    return Unit(unit.place, unit.packs, unit.objects, unit.bytes, unit.slots, follows, goes_on, unit.stretch)
