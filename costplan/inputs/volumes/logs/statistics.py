"""Sizes and rhythm of delivered files, for the storage model (R103, R104)."""

from bisect import bisect_right
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from costplan.inputs.volumes.logs.period import SlotSet
from costplan.model.numbers import exact_arithmetic, round_once
from costplan.model.volumes import FileStatistics

KINDS = ("CloudTrail", "CloudTrail-NetworkActivity")
"""The kinds of files that hold events; digests, Insights and aggregated files are set aside."""

FIT_FROM_FILES = 8
_SIZE_CLASSES = ("<1KiB", "1-4KiB", "4-16KiB", "16-128KiB", ">=128KiB")
_SIZES = tuple(kib * 1024 for kib in (1, 4, 16, 128))


class FileTally:
    """Counters over the files of one account, Region and kind; in which order they are added makes no difference."""

    def __init__(self) -> None:
        self.slots = SlotSet()
        self._files = self._bytes = self._events = 0
        self._sizes: Counter[str] = Counter()
        # Sums for the fit, over files whose stored size is known: n, Σx, Σx², Σy, Σxy.
        self._sums = [0] * 5

    def add(self, slot: int, events: int, size: int, is_as_stored: bool) -> None:
        """Count one file of *size* compressed bytes.

        is_as_stored: false for a file found uncompressed, whose size is what compressing it gave; it is left out of
        the fit.
        """
        self.slots.add(slot)
        self._files += 1
        self._bytes += size
        self._events += events
        self._sizes[size_class(size)] += 1
        if is_as_stored:
            sums = self._sums
            sums[0] += 1
            sums[1] += events
            sums[2] += events * events
            sums[3] += size
            sums[4] += events * size

    def add_listed(self, slot: int, size: int) -> None:
        """Count a file of which only the listing is known."""
        self.slots.add(slot)
        self._files += 1
        self._bytes += size
        self._sizes[size_class(size)] += 1

    def learn_from(self, read: "FileTally") -> None:
        """Take the events and the line of files that were listed from those of them that were read."""
        self._events = round(Fraction(read._events * self._bytes, read._bytes)) if read._bytes else 0
        self._sums = read._sums

    def update(self, other: "FileTally") -> None:
        """Add the files of another tally of the same account, Region and kind."""
        self.slots.update(other.slots)
        self._files += other._files
        self._bytes += other._bytes
        self._events += other._events
        self._sizes.update(other._sizes)
        self._sums = [mine + its for mine, its in zip(self._sums, other._sums, strict=True)]

    def statistics(self, account: str, region: str, kind: str, slots_observed: int) -> FileStatistics:
        """Return the totals, with the fitted line where there is one."""
        per_file, per_event = fit_line(*self._sums)
        return FileStatistics(
            account,
            region,
            kind,
            files=self._files,
            bytes=self._bytes,
            events=self._events,
            slots_occupied=len(self.slots),
            slots_observed=slots_observed,
            bytes_per_file=per_file,
            bytes_per_event=per_event,
            size_histogram={name: self._sizes[name] for name in _SIZE_CLASSES},
        )


def size_class(size: int) -> str:
    """Return the class of the size histogram to which *size* bytes belong.

    >>> size_class(1024)
    '1-4KiB'
    """
    return _SIZE_CLASSES[bisect_right(_SIZES, size)]


def fit_line(n: int, x: int, xx: int, y: int, xy: int) -> tuple[Decimal | None, Decimal | None]:
    """Return a and b of the least-squares line y = a·n + b·x with neither below zero, each to 6 decimals.

    Arguments are the number of points and the sums over x, x², y and xy.  Fewer than 8 files, or files that all hold
    the same number of events, fit no line.

    >>> fit_line(8, 36, 204, 800 + 36 * 5, 3600 + 204 * 5)  # y = 100 + 5x at x = 1 … 8
    (Decimal('100.000000'), Decimal('5.000000'))
    """
    determinant = n * xx - x * x
    if n < FIT_FROM_FILES or not determinant:
        return None, None
    per_file = Fraction(y * xx - x * xy, determinant)
    per_event = Fraction(n * xy - x * y, determinant)
    if per_file < 0:
        per_file, per_event = Fraction(0), Fraction(xy, xx)
    elif per_event < 0:
        per_file, per_event = Fraction(y, n), Fraction(0)
    return _decimal(per_file), _decimal(per_event)


def _decimal(value: Fraction) -> Decimal:
    with exact_arithmetic():
        return round_once(Decimal(value.numerator) / value.denominator)
