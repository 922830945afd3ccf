"""The records of one file, whichever way they were decoded: what the counting of a file goes through."""

from typing import Any

import msgspec

from costplan.inputs.volumes.logs.content import raw_records
from costplan.inputs.volumes.logs.scanning import Sum


class DecodedFile:
    """The records of one file as far as they were asked for.

    items: of each record its kind, or the record itself as far as it was decoded, or ``None`` where only the slow path
        can judge it.
    ids, times: the ``eventID`` and ``eventTime`` of each; nothing is said of those without an item.
    is_delivered: whether they stand in ``Records``, as CloudTrail delivers them.
    sums, earliest: what there is of each kind, and the first time of a record, where every item is a kind.
    """

    __slots__ = ("_raws", "_sizes", "_text", "earliest", "ids", "is_delivered", "items", "sums", "times")

    def __init__(
        self,
        text: bytes | bytearray,
        items: list[Any],
        ids: list[str | None],
        times: list[str | None],
        raws: list[msgspec.Raw] | None = None,
        sizes: list[int] | None = None,
        is_delivered: bool = True,
    ) -> None:
        self.items, self.ids, self.times = items, ids, times
        self.is_delivered = is_delivered
        self.sums: list[Sum] | None = None
        self.earliest: str | None = None
        self._text, self._raws, self._sizes = text, raws, sizes

    @classmethod
    def of_records(
        cls,
        text: bytes | bytearray,
        records: list[Any],
        raws: list[msgspec.Raw] | None = None,
        *,
        is_delivered: bool = True,
    ) -> "DecodedFile":
        """Return what decoded *records* come to."""
        ids = [record and record.eventID for record in records]
        times = [record and record.eventTime for record in records]
        return cls(text, records, ids, times, raws, is_delivered=is_delivered)

    @property
    def raws(self) -> list[msgspec.Raw]:
        """Each record as its own exact text."""
        if self._raws is None:
            self._raws = raw_records(self._text)
        return self._raws

    @property
    def sizes(self) -> list[int]:
        """The bytes of each record."""
        if self._sizes is None:
            self._sizes = list(map(len, self.raws))
        return self._sizes
