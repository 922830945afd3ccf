"""Counts on their way from one process to another, at a small part of the time that counting takes.

A count of one unit holds the same readings as the next, and a reading is a deep value: each travels as the same few
bytes every time.  The ids at the edges are many: they travel packed.
"""

import io
import pickle
from typing import Any

from costplan.inputs.volumes.logs.records import Reading
from costplan.inputs.volumes.logs.unit_count import UnitCount

MOST_REMEMBERED = 400_000
"""Readings after which the ones known so far are forgotten."""


_PROBE = "costplan"


class Packer:
    """Turns the counts of this process into bytes."""

    def __init__(self) -> None:
        self._packed: dict[Reading, bytes] = {}

    def pack(self, count: UnitCount) -> bytes:
        """Return a count as bytes that only ``Unpacker`` understands; the count is used up."""
        if len(self._packed) > MOST_REMEMBERED:
            self._packed.clear()
        count.edges.pack()
        file = io.BytesIO()
        _Pickler(file, self._packed).dump((count, hash(_PROBE)))
        return file.getvalue()


class Unpacker:
    """Turns the bytes of our own processes back into counts."""

    def __init__(self) -> None:
        self._readings: dict[bytes, Reading] = {}

    def unpack(self, parcel: bytes) -> UnitCount:
        """Return the count that was packed."""
        if len(self._readings) > MOST_REMEMBERED:
            self._readings.clear()
        count: UnitCount
        count, probe = _Unpickler(io.BytesIO(parcel), self._readings).load()
        if probe != hash(_PROBE):
            # A process that was not forked off this one hashes texts differently.
            count.edges.rehash()
        return count


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, packed: dict[Reading, bytes]) -> None:
        super().__init__(file, protocol=5)
        self._packed = packed

    def persistent_id(self, value: Any) -> bytes | None:
        if value.__class__ is not Reading:
            return None
        packed = self._packed.get(value)
        if packed is None:
            packed = self._packed[value] = pickle.dumps(value, protocol=5)
        return packed


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, readings: dict[bytes, Reading]) -> None:
        super().__init__(file)
        self._readings = readings

    def persistent_load(self, packed: bytes) -> Reading:
        reading = self._readings.get(packed)
        if reading is None:
            reading = self._readings[packed] = pickle.loads(packed)
        return reading
