"""Read a random part of the logs, and expand it: list, draw, read, weigh, and say how sure the result is."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from costplan.engine.estimation import estimate_scenario
from costplan.engine.rating import first_tier_price
from costplan.engine.sampling import (
    LOOK_SLOTS,
    METHOD,
    REPLICATES,
    VARIANCE_FACTOR,
    Frame,
    Sample,
    build_frame,
    draw,
    expand,
    final_budget,
    pilot_budget,
    weigh,
)
from costplan.engine.uncertainty import relative_error
from costplan.inputs.prices import load_price_list
from costplan.inputs.volumes.logs.counting import Found, LogCount, count_found
from costplan.inputs.volumes.logs.period import Span
from costplan.inputs.volumes.logs.sampled import Drawn, SampledLogs
from costplan.model.billing import Meter, Service
from costplan.model.events import EventCategory
from costplan.model.numbers import exact_arithmetic
from costplan.model.prices import PriceList
from costplan.model.problems import BadInputError, Problem, UsageError
from costplan.model.progress import Progress
from costplan.model.quantity import NOTHING, Quantity, total
from costplan.model.recorders import Recorder
from costplan.model.volumes import CountPlan, Sampling, VolumeRow, Volumes
from costplan.workflows.prices import prices_of
from costplan.workflows.scenarios import find_each, read_any, settle_each

DEFAULT_TARGET_ERROR = Decimal("0.05")
DEFAULT_SEED = 1

RARE_ERROR, RARE_SHARE = 0.25, 0.005
"""A charge is looked at a second time when its half width is more of it, and it is more of the total."""
FOCUS_CLUSTERS = 40.0
"""Clusters to be read for a charge like that, over all places where the pilot met it."""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How much may be read, or how sure the total has to be; with neither, five percent.

    max_bytes: stored bytes, the pilot and looks past cluster edges included.
    target_error: relative half width of the 95 % interval of the total, the list cost of the scenarios in hand; without
        scenarios, of one additional copy of every management event and all data events.
    """

    max_bytes: int | None = None
    target_error: Decimal | None = None
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        if self.max_bytes is not None and self.max_bytes < 1:
            raise UsageError("--max-bytes must be a byte or more")
        if self.target_error is not None and not 0 < self.target_error < 1:
            raise UsageError("--target-error must lie between 0% and 100%")


def sample_logs(
    found: Found,
    plan: CountPlan,
    size: SampleSize,
    *,
    scenarios: Sequence[Path] = (),
    recorded_by: tuple[Recorder, ...] = (),
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
    announce: Callable[[int, int], None] = lambda _objects, _bytes: None,
) -> LogCount:
    """Return the volumes that a random sample of *found* expands to; everything is read where that is allowed for.

    announce: called with the objects and bytes of each draw before any of them is read.

    Raises:
        BadInputError: no object has a name that tells whose it is and when it was delivered.
    """

    def census() -> LogCount:
        announce(found.catalog.objects, found.catalog.bytes)
        return count_found(
            found, plan, recorded_by=recorded_by, workers=workers, progress=progress, state_folder=state_folder
        )

    nameless = Problem(
        found.where,
        "no file has a name of CloudTrail's, so nobody can tell what a part of them stands for",
        "read them all, without --sample",
    )
    return sample_from(
        SampledLogs(found, plan),
        census,
        nameless,
        size,
        scenarios=scenarios,
        recorded_by=recorded_by,
        workers=workers,
        progress=progress,
        state_folder=state_folder,
        announce=announce,
    )


class Surveyed(Protocol):
    """What a listing tells of one account and Region: slot → (objects, bytes) delivered in it."""

    @property
    def place(self) -> tuple[str, str]: ...  # noqa: D102
    @property
    def slots(self) -> Mapping[int, tuple[int, int]]: ...  # noqa: D102


class Sampleable(Protocol):
    """Logs of which only a part is read, of whatever kind; what ``read`` returns only ``volumes`` understands."""

    @property
    def surveys(self) -> Sequence[Surveyed]: ...  # noqa: D102
    @property
    def read(self) -> Callable[..., Any]: ...  # noqa: D102
    @property
    def volumes(self) -> Callable[..., LogCount]: ...  # noqa: D102


def sample_from(
    logs: Sampleable,
    census: Callable[[], LogCount],
    nameless: Problem,
    size: SampleSize,
    *,
    scenarios: Sequence[Path] = (),
    recorded_by: tuple[Recorder, ...] = (),
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    state_folder: Path | None = None,
    announce: Callable[[int, int], None] = lambda _objects, _bytes: None,
    look: int = LOOK_SLOTS,
) -> LogCount:
    """Return the volumes that a random sample of *logs* expands to; see ``sample_logs``.

    census: reads everything instead; nameless: what is told where no object's name tells whose it is and when it came.
    look: slots past a cluster's end that are looked at for copies.

    Raises:
        BadInputError: *nameless*.
    """
    frame = build_frame(((survey.place, survey.slots) for survey in logs.surveys), look=look)
    if not frame.clusters:
        raise BadInputError([nameless])
    reader = _Reader(logs, frame, size.seed, recorded_by, workers, progress, state_folder, look)
    target = size.target_error or (DEFAULT_TARGET_ERROR if size.max_bytes is None else None)
    budget = float(size.max_bytes) if size.max_bytes is not None else None
    spent = 0
    focus: Mapping[tuple[str, str], float] = {}
    if target is not None:
        pilot = draw(frame, pilot_budget(frame.bytes, len(frame.clusters), budget), 2 * size.seed)
        if not pilot.is_census:
            announce(pilot.read_objects, pilot.read_bytes)
            tried = reader.read(pilot).volumes
            spent = pilot.read_bytes
            error = _error_of(tried, scenarios)
            focus = _rare_places(tried)
            budget = final_budget(spent, error, float(target), frame.bytes, budget)
    final = draw(frame, frame.bytes if budget is None else budget, 2 * size.seed + 1, focus)
    if final.is_census:
        return census()
    announce(final.read_objects, final.read_bytes)
    return reader.read(final, spent)


class _Reader:
    """Reads samples of one frame."""

    def __init__(
        self,
        logs: Sampleable,
        frame: Frame,
        seed: int,
        recorded_by: tuple[Recorder, ...],
        workers: int,
        progress: Callable[[Progress], None] | None,
        state_folder: Path | None,
        look: int,
    ) -> None:
        self._look = look
        self._logs, self._frame, self._seed, self._recorded_by = logs, frame, seed, recorded_by
        self._workers, self._progress, self._state_folder = workers, progress, state_folder

    def read(self, sample: Sample, spent: int = 0) -> LogCount:
        """Return the volumes of a sample; *spent*: bytes that a pilot read before."""
        drawn = [
            Drawn(c.place, Span(c.start, c.start + c.slots), Span(c.start, c.start + c.slots + self._look))
            for c in sample.drawn
        ]
        counted = self._logs.read(drawn, self._workers, self._progress, self._state_folder)
        expanded = expand(weigh(sample), counted.monthly)
        sampling = Sampling(
            design_id=sample.design_id,
            method=METHOD,
            replicates=REPLICATES,
            factor=Decimal(str(VARIANCE_FACTOR)),
            seed=self._seed,
            objects=self._frame.objects,
            objects_read=counted.objects,
            bytes=self._frame.bytes,
            bytes_read=counted.bytes + spent,
            clusters=len(self._frame.clusters),
            clusters_read=len(sample.drawn),
            never_drawn=sample.never_drawn,
        )
        return self._logs.volumes(counted, expanded, sampling, self._recorded_by)


# ---- the stated total ----


def _error_of(volumes: Volumes, scenarios: Sequence[Path]) -> float:
    """Return the largest relative half width of the totals in hand."""
    with exact_arithmetic():
        totals = _costs_of(volumes, scenarios) if scenarios else [total(_cost(row) for row in _priced(volumes))]
        return max((relative_error(cost) for cost in totals if cost), default=1.0)


def _costs_of(volumes: Volumes, scenarios: Sequence[Path]) -> list[Quantity]:
    read = [read_any(path, (volumes,)) for path in find_each(scenarios)]
    settled = settle_each(read, None, None)
    prices = prices_of(settled)
    return [estimate_scenario(s, each).last.list_cost for s, each in zip(settled, prices, strict=True)]


def _priced(volumes: Volumes) -> list[tuple[VolumeRow, Decimal]]:
    """Return every row with what one of its events costs: a second copy of a management event, a data event."""
    prices = load_price_list(sorted({row.key.region for row in volumes.rows}), [Service.CLOUDTRAIL.value])
    return [(row, _event_price(row, prices)) for row in volumes.rows]


_METERS = {
    EventCategory.MANAGEMENT: Meter.MANAGEMENT_ADDITIONAL_COPY,
    EventCategory.DATA: Meter.DATA,
    EventCategory.NETWORK_ACTIVITY: Meter.NETWORK_ACTIVITY,
}


def _event_price(row: VolumeRow, prices: PriceList) -> Decimal:
    return first_tier_price(_METERS[row.key.category], row.key.region, prices) or Decimal(0)


def _cost(priced: tuple[VolumeRow, Decimal]) -> Quantity:
    row, price = priced
    return row.per_month * price


def _rare_places(volumes: Volumes) -> Mapping[tuple[str, str], float]:
    """Return the places of charges that matter and that a pilot knows too little of, with clusters to read there."""
    costs: dict[str, Quantity] = defaultdict(lambda: NOTHING)
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with exact_arithmetic():
        for priced in _priced(volumes):
            row, _ = priced
            charge = _charge_of(row)
            costs[charge] = costs[charge] + _cost(priced)
            places[charge].add((row.key.account, row.key.region))
        whole = total(costs.values())
        found: dict[tuple[str, str], float] = {}
        for charge, cost in costs.items():
            if relative_error(cost) > RARE_ERROR and cost.point > whole.point * Decimal(str(RARE_SHARE)):
                for place in places[charge]:
                    found[place] = max(found.get(place, 0.0), FOCUS_CLUSTERS / len(places[charge]))
        return found


def _charge_of(row: VolumeRow) -> str:
    resources = row.key.resources
    types = [r.type for r in resources if isinstance(r.type, str)] if isinstance(resources, tuple) else []
    return types[0] if row.key.category is EventCategory.DATA and types else row.key.category.value
