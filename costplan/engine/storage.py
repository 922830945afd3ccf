"""What a trail puts into its log bucket: objects, bytes, and how they pile up (R103–R108)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from math import expm1

from costplan.engine.metering import Recorded
from costplan.engine.routing import Router
from costplan.model.billing import Meter, Usage
from costplan.model.numbers import TWELVE_PLACES, ZERO, round_once
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.recorders import Trail
from costplan.model.scenario import Settings
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
"""The occupancy of slots is rounded to 6 decimals; more digits of an exponential would only cost time."""


@dataclass(frozen=True, slots=True)
class FileModel:
    """How events become files in one account and Region, for one delivery kind.

    clumping: 1 where events fall into slots independently; less where they come in bursts.
    files_per_slot: low, point, high, of an occupied slot and one trail.
    """

    clumping: Decimal
    files_per_slot: tuple[Decimal, Decimal, Decimal]
    bytes_per_file: Decimal
    bytes_per_event: Decimal
    is_measured: bool


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
        clumping = min(Decimal(1), (-(1 - occupied).ln() / events_per_slot).quantize(TWELVE_PLACES))
    per_slot = max(Decimal(1), round_once(Decimal(statistics.files) / copies / statistics.slots_occupied))
    return FileModel(clumping, (per_slot, per_slot, per_slot), *_sizes(statistics), True)


def _sizes(statistics: FileStatistics) -> tuple[Decimal, Decimal]:
    """Return bytes per file and per event: the fitted line, else one through the measured total."""
    if statistics.bytes_per_file is not None and statistics.bytes_per_event is not None:
        return statistics.bytes_per_file, statistics.bytes_per_event
    per_file = min(DEFAULT_BYTES_PER_FILE, round_once(Decimal(statistics.bytes) / statistics.files))
    of_events = statistics.bytes - per_file * statistics.files
    return per_file, max(ZERO, round_once(of_events / statistics.events)) if statistics.events else ZERO


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
    """What one trail adds to its bucket in one month."""

    objects: Quantity = NOTHING
    bytes: Quantity = NOTHING
    is_measured: bool = True

    def plus(self, other: "Inflow") -> "Inflow":
        """Return both together."""
        measured = self.is_measured and other.is_measured
        return Inflow(self.objects + other.objects, self.bytes + other.bytes, measured)


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
    return Inflow(files, size, model.is_measured)


def inflows(
    recorded: Iterable[Recorded], router: Router, models: Mapping[tuple[str, str, str], FileModel]
) -> dict[int, Inflow]:
    """Return, by trail, what it adds to its bucket in a month: log files, and digest files where validation is on."""
    result: dict[int, Inflow] = defaultdict(Inflow)
    for part in recorded:
        result[part.ordinal] = result[part.ordinal].plus(place_inflow(part, models))
    for ordinal, recorder in enumerate(router.recorders):
        places = router.places[ordinal].values()
        if isinstance(recorder, Trail) and recorder.log_file_validation and places:
            certain = sum(truth is Truth.YES for truth in places)
            digests = Quantity.between(certain * DIGESTS_PER_MONTH, len(places) * DIGESTS_PER_MONTH)
            result[ordinal] = result[ordinal].plus(Inflow(digests, digests * DIGEST_BYTES))
    return dict(result)


def storage_usages(months: Sequence[Mapping[int, Inflow]], router: Router, settings: Settings) -> list[list[Usage]]:
    """Return the S3 usage of each month: its PUT requests, and the time average of what has piled up.

    What arrives during a month is there half of it on average, so month *m* stores (m − ½) equal inflows.
    """
    stock: dict[int, Quantity] = defaultdict(lambda: NOTHING)
    result = []
    half = Decimal("0.5")
    for flows in months:
        usages = []
        for ordinal, inflow in sorted(flows.items()):
            average = stock[ordinal] + inflow.bytes * half
            stock[ordinal] = stock[ordinal] + inflow.bytes
            put = _usage(router, ordinal, Meter.S3_PUT, inflow.objects, "requests", _PUT_BECAUSE, ("R103", "R108"))
            gigabytes = average * (1 / settings.gb.bytes)
            kept = _usage(router, ordinal, Meter.S3_STORAGE_STANDARD, gigabytes, "GB-month", _STORED_BECAUSE, ("R104",))
            usages += [put, kept]
        result.append(usages)
    return result


_PUT_BECAUSE = "log files and digest files put into the log bucket"
_STORED_BECAUSE = "time average of the bytes piled up in the log bucket, all in S3 Standard"


def _usage(
    router: Router, ordinal: int, meter: Meter, quantity: Quantity, unit: str, because: str, rules: tuple[str, ...]
) -> Usage:
    account, region = bucket_place(router.recorders[ordinal])  # type: ignore[arg-type]
    return Usage(meter, account, region, router.labels[ordinal], quantity, unit, rules, because)


def bucket_place(trail: Trail) -> tuple[str, str]:
    """Return the account and Region of a trail's log bucket; the trail's own where nobody said."""
    return trail.bucket.account or trail.account or "", trail.bucket.region or trail.home_region or ""


def other_usages(
    flows: Mapping[int, Inflow], recorded: Sequence[Recorded], router: Router, settings: Settings
) -> list[Usage]:
    """Return what a trail causes in services whose price books are not shipped: never silently zero (R90)."""
    usages = []
    for ordinal, recorder in enumerate(router.recorders):
        if not isinstance(recorder, Trail) or not recorder.is_logging:
            continue
        account, region = bucket_place(recorder)
        label = router.labels[ordinal]
        if recorder.bucket.has_kms_key:
            one = Quantity.exact(1)
            usages.append(
                Usage(Meter.KMS_KEY, account, region, label, one, "key-months", ("R90",), "the log bucket's key")
            )
        home = (recorder.account or "", recorder.home_region or "")
        if recorder.bucket.notifies_sns and ordinal in flows:
            files = flows[ordinal].objects
            usages.append(
                Usage(Meter.SNS_REQUESTS, *home, label, files, "requests", ("R90",), "one notice for each file")
            )
        if recorder.cloudwatch_logs is not None:
            raw = total(part.raw_bytes for part in recorded if part.ordinal == ordinal)
            size = raw * (1 / settings.gb.bytes)
            because = "uncompressed bytes of the events sent to the log group"
            usages.append(Usage(Meter.CLOUDWATCH_LOGS_INGESTION, *home, label, size, "GB", ("R90",), because))
    return usages
