"""What is learnt of one file while its records are counted."""

from collections.abc import Iterable

from costplan.inputs.volumes.logs.names import LogName
from costplan.inputs.volumes.logs.records import ForeignRecordError, UnreadableRecordError
from costplan.inputs.volumes.logs.statistics import KINDS
from costplan.model.problems import Location, Problem

_NAMEABLE_RANGES = 5


class FileNotes:
    """What is learnt of one file while its records are counted.

    account: from the name; stands in for records that name none (R50).
    stamp: the slot that the name tells.
    places: account, Region and kind of the records of a file whose name does not tell them.
    newest: the latest slot of a record, in a file without a stamp.
    left_out: reason → indices of unreadable records.
    elsewhere: records that belong to another cluster than the one being read.
    """

    __slots__ = (
        "account",
        "elsewhere",
        "foreign",
        "is_named_as_log",
        "left_out",
        "name",
        "newest",
        "path",
        "places",
        "set_aside",
        "stamp",
        "unreadable",
    )

    def __init__(self, path: str, name: LogName | None) -> None:
        self.path, self.name = path, name
        self.account, self.stamp, self.is_named_as_log = None, None, False
        if name is not None:
            self.account, self.stamp, self.is_named_as_log = name.account, name.slot, name.kind in KINDS
        self.newest: int | None = None
        self.places: set[tuple[str, str, str]] = set()
        self.left_out: dict[str, list[int]] = {}
        self.unreadable = self.foreign = self.set_aside = self.elsewhere = 0

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
        self.left_out.setdefault(str(reason), []).append(index)

    def problems(self, list_name: str) -> list[Problem]:
        """Return one problem for each reason, with the indices of its records and nothing of their content."""
        return [
            Problem(Location(self.path), f"{list_name}[{ranges(at)}]: {reason}", _not_counted(len(at)))
            for reason, at in sorted(self.left_out.items(), key=lambda item: item[1])
        ]


def _not_counted(records: int) -> str:
    return "not counted" if records == 1 else f"{records} records are not counted"


def ranges(indices: Iterable[int]) -> str:
    """Return ascending numbers as ranges, at most five of them.

    >>> ranges([0, 1, 2, 7])
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
