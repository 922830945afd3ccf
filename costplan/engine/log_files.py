"""What a trail puts into its log bucket in a month: log and digest files, their number, bytes and sizes (R103–R105)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import lru_cache
from math import expm1

from costplan.engine.metering import Recorded
from costplan.engine.routing import Router
from costplan.model.numbers import TWELVE_PLACES, ZERO, round_once
from costplan.model.quantity import NOTHING, Quantity
from costplan.model.recorders import Trail
from costplan.model.truth import Truth
from costplan.model.volumes import SLOTS_PER_MONTH, FileStatistics

DEFAULT_FILES_PER_SLOT = (Decimal(1), Decimal(3), Decimal(8))
"""Low, usual and high files of an occupied five-minute slot where nobody measured them (R103)."""
DEFAULT_BYTES_PER_FILE = Decimal(680)
DEFAULT_BYTES_PER_EVENT = Decimal(150)
"""Compressed size of a file: a fixed part, and a tenth of 1,500 bytes for each event."""
DIGESTS_PER_MONTH = Decimal(730)
DIGEST_BYTES = Decimal(1000)
"""One digest each hour for each trail, account and Region, even when nothing happened (R105)."""


_ENOUGH = Context(prec=30)
"""Occupancy is rounded to 6 decimals, clumping to 12; more digits of an exponential or a logarithm only cost time."""


@dataclass(frozen=True, slots=True)
class FileModel:
    """How events become files in one account and Region, for one delivery kind.

    clumping: 1 where events fall into slots independently; less where they come in bursts.
    files_per_slot: low, point, high, of an occupied slot and one trail.
    size_shares: of files and of bytes, by size class; nothing where sizes were not measured.
    """

    clumping: Decimal
    files_per_slot: tuple[Decimal, Decimal, Decimal]
    bytes_per_file: Decimal
    bytes_per_event: Decimal
    is_measured: bool
    size_shares: tuple[tuple[Decimal, Decimal], ...] = ()


UNMEASURED = FileModel(Decimal(1), DEFAULT_FILES_PER_SLOT, DEFAULT_BYTES_PER_FILE, DEFAULT_BYTES_PER_EVENT, False)


def file_model(statistics: FileStatistics, copies: Decimal = Decimal(1)) -> FileModel:
    """Return the model that reproduces measured *statistics*.

    *copies* is how many trails wrote the files: their names do not tell (R102), the multiplicity of events does.
    """
    if not statistics.files or not statistics.slots_occupied or not statistics.slots_observed:
        return UNMEASURED
    occupied = Decimal(statistics.slots_occupied) / statistics.slots_observed
    events_per_slot = Decimal(statistics.events) / copies / statistics.slots_observed
    clumping = Decimal(1)
    if occupied < 1 and events_per_slot:
        # Occupancy of independent events is 1 − e^(−λ); solving for what was seen gives the share of λ that counts.
        clumping = min(Decimal(1), (-_ENOUGH.ln(1 - occupied) / events_per_slot).quantize(TWELVE_PLACES))
    per_slot = max(Decimal(1), round_once(Decimal(statistics.files) / copies / statistics.slots_occupied))
    return FileModel(clumping, (per_slot, per_slot, per_slot), *_sizes(statistics), True, _size_shares(statistics))


def _sizes(statistics: FileStatistics) -> tuple[Decimal, Decimal]:
    """Return bytes per file and per event: the fitted line, else one through the measured total."""
    if statistics.bytes_per_file is not None and statistics.bytes_per_event is not None:
        return statistics.bytes_per_file, statistics.bytes_per_event
    per_file = min(DEFAULT_BYTES_PER_FILE, round_once(Decimal(statistics.bytes) / statistics.files))
    of_events = statistics.bytes - per_file * statistics.files
    return per_file, max(ZERO, round_once(of_events / statistics.events)) if statistics.events else ZERO


SIZE_CLASSES = ("<1KiB", "1-4KiB", "4-16KiB", "16-128KiB", ">=128KiB")
"""The classes of size of the volumes format; only the last has files that lifecycles move by default."""
_LARGE = len(SIZE_CLASSES) - 1
_BOUNDS = tuple(Decimal(bytes_) for bytes_ in (1024, 4096, 16384, 131072))
# Between the bounds of each class, where nobody says more: their geometric mean.
_TYPICAL = tuple(Decimal(bytes_) for bytes_ in (700, 2048, 8192, 46341))


def size_class(size: Decimal) -> int:
    """Return the position in ``SIZE_CLASSES`` of a file of so many bytes.

    >>> size_class(Decimal(2000)), size_class(Decimal(131072))
    (1, 4)
    """
    return bisect_right(_BOUNDS, size)


def within_class(number: int, size: Decimal) -> Decimal:
    """Return *size*, or the nearest that a file of a class can have: an average may drift over a bound."""
    low = _BOUNDS[number - 1] if number else Decimal(1)
    return max(low, size) if number == _LARGE else min(max(low, size), _BOUNDS[number] - 1)


def _size_shares(statistics: FileStatistics) -> tuple[tuple[Decimal, Decimal], ...]:
    """Return each class's share of the measured files and bytes; sizes within the small classes are typical ones."""
    counts = [statistics.size_histogram.get(name, 0) for name in SIZE_CLASSES]
    files = sum(counts)
    if not files or not statistics.bytes:
        return ()
    small = [count * typical for count, typical in zip(counts[:_LARGE], _TYPICAL, strict=True)]
    of_small = Decimal(statistics.bytes)
    if counts[_LARGE]:
        of_small -= max(counts[_LARGE] * _BOUNDS[-1], statistics.bytes - sum(small))
    scale = max(ZERO, of_small) / sum(small) if any(small) else ZERO
    of_bytes = [(amount * scale / statistics.bytes).quantize(TWELVE_PLACES) for amount in small]
    of_files = [(Decimal(count) / files).quantize(TWELVE_PLACES) for count in counts]
    last = next(at for at in range(_LARGE, -1, -1) if counts[at])
    of_bytes.append(ZERO)
    of_bytes[last] = 1 - sum(of_bytes[:last], ZERO)
    of_files[last] = 1 - sum(of_files[:last], ZERO)
    return tuple(zip(of_files, of_bytes, strict=True))


def files_per_month(events: Quantity, model: FileModel) -> Quantity:
    """Return how many files a month of *events* makes; never more files than events."""
    low, point, high = model.files_per_slot
    clumping, near = float(model.clumping), float(point)
    usual = events.through(
        lambda count: _files(count, model.clumping, point), lambda count: _files_nearly(count, clumping, near)
    )
    return Quantity(
        usual.point,
        _files(events.low, model.clumping, low),
        _files(events.high, model.clumping, high),
        usual.replicates,
        _files(events.counted, model.clumping, low) if usual.replicates else ZERO,
    )


def _files(events: Decimal, clumping: Decimal, per_slot: Decimal) -> Decimal:
    return min(events, round_once(_occupied_slots(events, clumping) * per_slot))


def _files_nearly(events: float, clumping: float, per_slot: float) -> float:
    """Return the same in doubles, unrounded: for replicates, of which there are many."""
    return min(events, -expm1(-events * clumping / SLOTS_PER_MONTH) * SLOTS_PER_MONTH * per_slot)


@lru_cache(maxsize=4096)
def _occupied_slots(events: Decimal, clumping: Decimal) -> Decimal:
    """Return the expected number of the month's slots that hold at least one event."""
    rate = events * clumping / SLOTS_PER_MONTH
    share = Decimal(1) if rate > 60 else 1 - _ENOUGH.exp(-rate)
    return round_once(share * SLOTS_PER_MONTH)


@dataclass(frozen=True, slots=True)
class Inflow:
    """What one trail adds to its bucket in one month.

    digests: of the objects, the digest files.
    sizes: the same by size class: objects and bytes.
    """

    objects: Quantity = NOTHING
    bytes: Quantity = NOTHING
    is_measured: bool = True
    sizes: Mapping[int, tuple[Quantity, Quantity]] = field(default_factory=dict)
    digests: Quantity = NOTHING

    @property
    def log_files(self) -> Quantity:
        """The objects that hold events."""
        return self.objects.without(self.digests)

    def plus(self, other: "Inflow") -> "Inflow":
        """Return both together."""
        measured = self.is_measured and other.is_measured
        sizes = dict(self.sizes)
        for number, (objects, size) in other.sizes.items():
            mine = sizes.get(number, (NOTHING, NOTHING))
            sizes[number] = (mine[0] + objects, mine[1] + size)
        digests = self.digests + other.digests
        return Inflow(self.objects + other.objects, self.bytes + other.bytes, measured, sizes, digests)


def _inflow(objects: Quantity, size: Quantity, model: FileModel) -> Inflow:
    """Return an inflow with its sizes: as they were measured, else all files of the average size."""
    if not objects:
        return Inflow(objects, size, model.is_measured)
    if model.size_shares:
        sizes = {
            number: (objects * of_files, size * of_bytes)
            for number, (of_files, of_bytes) in enumerate(model.size_shares)
            if of_files
        }
    else:
        average = size.point / objects.point if objects.point else model.bytes_per_file
        sizes = {size_class(average): (objects, size)}
    return Inflow(objects, size, model.is_measured, sizes)


def place_inflow(part: Recorded, models: Mapping[tuple[str, str, str], FileModel], loop: Truth = Truth.NO) -> Inflow:
    """Return what one trail adds to its bucket for one account and Region.

    loop: whether its own deliveries come back as events there; then every slot has files for ever.
    """
    model = models.get((part.account, part.region, part.kind), UNMEASURED)
    files = files_per_month(part.events, model)
    if loop is not Truth.NO:
        low, point, high = (SLOTS_PER_MONTH * per_slot for per_slot in model.files_per_slot)
        # A loop that runs fills every slot, so chance has no part in it.
        files = Quantity(point, low if loop is Truth.YES else files.floor, high)
    size = files * model.bytes_per_file + part.events * model.bytes_per_event
    return _inflow(files, size, model)


def inflows(
    recorded: Iterable[Recorded], router: Router, models: Mapping[tuple[str, str, str], FileModel]
) -> dict[int, Inflow]:
    """Return, by trail, what it adds to its bucket in a month: log files, and digest files where validation is on."""
    result: dict[int, Inflow] = defaultdict(Inflow)
    for part in recorded:
        if not isinstance(router.recorders[part.ordinal], Trail):
            continue
        result[part.ordinal] = result[part.ordinal].plus(place_inflow(part, models))
    for ordinal, recorder in enumerate(router.recorders):
        places = router.places[ordinal].values()
        if isinstance(recorder, Trail) and recorder.log_file_validation and places:
            certain = sum(truth is Truth.YES for truth in places)
            digests = Quantity.between(certain * DIGESTS_PER_MONTH, len(places) * DIGESTS_PER_MONTH)
            size = digests * DIGEST_BYTES
            sizes = {size_class(DIGEST_BYTES): (digests, size)}
            result[ordinal] = result[ordinal].plus(Inflow(digests, size, sizes=sizes, digests=digests))
    return dict(result)
