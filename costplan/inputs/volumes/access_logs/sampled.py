"""A sample of access logs: drawn stretches of delivery read, and volumes made of what their expansion says.

What is drawn, and how it is expanded, is decided by whoever calls.  The population is what was delivered from the first
file of an account and Region to the last, by the times in the names: a line belongs to the stretch its file came in.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import starmap
from pathlib import Path

from costplan.inputs.volumes.access_logs.batch_count import BatchCount, Counted
from costplan.inputs.volumes.access_logs.counting import FoundLogs
from costplan.inputs.volumes.access_logs.listing import Batch, Entry
from costplan.inputs.volumes.access_logs.names import Place, parse_access_name
from costplan.inputs.volumes.access_logs.reading import Job
from costplan.inputs.volumes.access_logs.state import BatchState
from costplan.inputs.volumes.access_logs.tally import access_volumes, keyless_rows, notices
from costplan.inputs.volumes.access_logs.workers import read_batches
from costplan.inputs.volumes.logs.counting import LogCount, log_count
from costplan.inputs.volumes.logs.period import Span
from costplan.inputs.volumes.logs.sampled import Drawn
from costplan.inputs.volumes.logs.workers import Stop
from costplan.model.events import EventKey
from costplan.model.numbers import ZERO, exact_arithmetic, round_once
from costplan.model.problems import Problem
from costplan.model.progress import Progress
from costplan.model.quantity import Quantity, Replicates
from costplan.model.recorders import Recorder
from costplan.model.volumes import Estimated, Sampling, VolumeRow


@dataclass(frozen=True, slots=True)
class AccessSurvey:
    """What the listing tells of one account and Region: slot → (objects, bytes) delivered in it."""

    place: Place
    slots: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccessSample:
    """What was read of a sample.

    monthly: of each drawn cluster, its events, each counted as often as its weekday stands for in a month.
    objects, bytes: what was read.
    """

    total: BatchCount
    monthly: tuple[dict[Counted, float], ...]
    objects: int
    bytes: int


class SampledAccessLogs:
    """The access logs of a listing of which only a sample is read.

    job: by which lines are read; surveys: what the listing says of each place whose files tell when they came.
    """

    def __init__(self, found: FoundLogs, job: Job) -> None:
        self._found, self._job = found, job
        self.surveys: tuple[AccessSurvey, ...] = self._surveyed()
        self._spans = {survey.place: _span(survey.slots) for survey in self.surveys}

    def _where(self, entry: Entry) -> tuple[Place, int] | None:
        told = parse_access_name(entry.path)
        place = told.place
        if place is None and self._job.account is not None and self._job.region is not None:
            place = self._job.account, self._job.region
        return None if place is None or told.slot is None else (place, told.slot)

    def _surveyed(self) -> tuple[AccessSurvey, ...]:
        surveys: dict[Place, AccessSurvey] = {}
        self._nameless = 0
        for entry in self._found.catalog.entries():
            where = self._where(entry)
            if where is None:
                self._nameless += 1
                continue
            place, slot = where
            slots = surveys.setdefault(place, AccessSurvey(place)).slots
            objects, size = slots.get(slot, (0, 0))
            slots[slot] = objects + 1, size + entry.size
        return tuple(surveys[place] for place in sorted(surveys))

    def read(
        self,
        drawn: Sequence[Drawn],
        workers: int = 1,
        progress: Callable[[Progress], None] | None = None,
        state_folder: Path | None = None,
    ) -> AccessSample:
        """Read the drawn clusters.

        state_folder: where counts are kept, so that the same reading goes on there after a break.

        Raises:
            KeyboardInterrupt: the reading was interrupted: half of a sample is none.
        """
        clusters = self._clusters(drawn)
        objects, stored = sum(map(len, clusters)), sum(entry.size for cluster in clusters for entry in cluster)
        total, monthly = BatchCount(), []

        def note(count: BatchCount) -> None:
            if progress is not None:
                files, size = total.objects + count.objects, total.bytes_read + count.bytes_read
                progress(Progress(files, objects, size, stored, total.lines + count.lines))

        state = BatchState(state_folder, self._job) if state_folder is not None else None
        with Stop() as stop:
            for _, count in read_batches(self._job, map(Batch, clusters), workers, note, stop, state):
                monthly.append(self._monthly(count))
                total.add(count)
        if total.objects < objects or len(monthly) < len(drawn):
            raise KeyboardInterrupt
        return AccessSample(total, tuple(monthly), objects, stored)

    def _clusters(self, drawn: Sequence[Drawn]) -> list[tuple[Entry, ...]]:
        """Return the files of each drawn cluster; clusters are stretches of one length, on a grid."""
        wanted = {(one.place, one.stretch.start): at for at, one in enumerate(drawn)}
        length = drawn[0].stretch.slots
        files: defaultdict[int, list[Entry]] = defaultdict(list)
        for entry in self._found.catalog.entries():
            where = self._where(entry)
            if where is not None:
                at = wanted.get((where[0], where[1] - where[1] % length))
                if at is not None:
                    files[at].append(entry)
        return [tuple(files[at]) for at in range(len(drawn))]

    def _monthly(self, count: BatchCount) -> dict[Counted, float]:
        found = {}
        for counted, days in count.by_event.items():
            key, _ = counted
            expansion = self._spans[key.account, key.region].expansion()
            lines = sum(n * Fraction(w, expansion.denominator) for n, w in zip(days, expansion.weights, strict=True))
            found[counted] = float(lines)
        return found

    def volumes(
        self,
        sample: AccessSample,
        expanded: Mapping[Counted, Estimated],
        sampling: Sampling,
        _recorded_by: tuple[Recorder, ...] = (),
    ) -> LogCount:
        """Return the volumes that an expanded sample comes to."""
        found, done = self._found, sample.total
        by_key: dict[EventKey, dict[bool, Estimated]] = {}
        for (key, is_certain), figure in expanded.items():
            by_key.setdefault(key, {})[is_certain] = figure
        with exact_arithmetic():
            rows = [
                VolumeRow(key, _quantity(figures, sampling), _observed(done, key)) for key, figures in by_key.items()
            ]
            rows += keyless_rows(done, self._job.plan, self._spans, Fraction(sampling.bytes, max(1, sample.bytes)))
        volumes = access_volumes(
            done,
            self._job.plan,
            found.ignored,
            spans=self._spans,
            rows=sorted(rows, key=lambda row: repr(row.key)),
            sampling=sampling,
        )
        problems = [*done.problems, *notices(done, found.where)]
        if self._nameless:
            what = f"{self._nameless:,} files whose names tell no time are in no sample"
            problems.append(Problem(found.where, what, "read them without --sample"))
        return log_count(found.ignored, done, volumes, problems)


def _span(slots: Mapping[int, tuple[int, int]]) -> Span:
    """Return the time that the files of a place are about: each delivery is about the time since the one before.

    What came before the first is not there, and is taken to have been as long before as others are apart.
    """
    first, last = min(slots), max(slots)
    apart = round((last - first) / (len(slots) - 1)) if len(slots) > 1 else 1
    return Span(first + 1 - max(1, apart), last + 1)


def _observed(count: BatchCount, key: EventKey) -> int:
    return sum(sum(count.by_event.get((key, is_certain), ())) for is_certain in (False, True))


def _quantity(figures: Mapping[bool, Estimated], sampling: Sampling) -> Quantity:
    """Return what is certain and what is possible as one figure: chance in both, and a band of the latter."""
    certain, possible = figures.get(True), figures.get(False)
    counted = round_once(Decimal.from_float(certain.counted)) if certain else ZERO
    low = max(counted, round_once(Decimal.from_float(certain.point))) if certain else ZERO
    high = low + (round_once(Decimal.from_float(possible.point)) if possible else ZERO)
    every = [figure.deviations for figure in (certain, possible) if figure is not None]
    deviations = every[0] if len(every) == 1 else tuple(starmap(float.__add__, zip(*every, strict=True)))
    replicates = Replicates(sampling.design_id, float(sampling.factor), deviations)
    return Quantity(high, low, high, (replicates,), counted)
